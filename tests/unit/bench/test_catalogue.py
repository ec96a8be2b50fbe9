"""The list of the corpus is valid, and has the kinds that it is there for."""

import pytest

from bench.apps.__main__ import PROJECT, templates
from bench.apps.catalogue import PUBLISHED, REFUSED, ListError, chosen, entry, load
from tests.unit.bench.corpus import COMMIT, app

VALID = {"name": "shop", "repository": "someone/shop", "commit": COMMIT}


def test_the_list_has_at_least_forty_four_apps_and_five_that_are_refused() -> None:
    expected = [app.expect for app in load()]
    assert len(expected) >= 44
    assert expected.count(REFUSED) >= 5


def test_every_manager_and_every_line_of_nextjs_is_there() -> None:
    published = [app for app in load() if app.expect == PUBLISHED or app.machine]
    assert {app.next for app in published} >= {"13", "14", "15", "16"}
    assert {app.manager for app in published} >= {"npm", "pnpm", "yarn 1", "yarn 4", "bun"}


@pytest.mark.parametrize(
    "kind",
    [
        "workspace", "turbo", "nx", "Prisma", "Drizzle", "tRPC", "next-auth", "next-intl", "MDX", "Contentlayer",
        "sharp", "canvas",
        "workers", "WASM", "Sentry", "Storybook beside", "PWA", "custom server", "edge routes", "ISR",
        "middleware", "i18n", "basePath", "static export", "pages router", "webpack", "Turbopack", "src",
    ],
)  # fmt: skip
def test_the_list_has_an_app_of_each_kind(kind: str) -> None:
    assert any(kind in app.kinds for app in load())


def test_the_causes_of_refusals_are_messages_of_this_project() -> None:
    known = templates(PROJECT)
    assert [app.cause for app in load() if app.cause and app.cause not in known] == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"commit": "main"}, "`main` is not a commit"),
        ({"repository": "shop"}, "`shop` is not a repository"),
        ({"name": "The Shop"}, "`The Shop` is not a name"),
        ({"expects": "published"}, "unknown key expects"),
        ({"expect": "wrong"}, "expect is `wrong`"),
        ({"expect": "refused"}, "`cause`, and `why` or `machine`"),
        ({"expect": "refused", "cause": "lockfile.none", "why": "a", "machine": "b"}, "`why` or `machine`"),
        ({"expect": "refused", "why": "a", "machine": "b"}, "a refusal has `cause`"),
        ({"expect": "refused", "cause": "gates.failed", "why": "it is vulnerable"}, "has `finding`"),
        ({"cause": "lockfile.none", "why": "none is there"}, "`why` or `machine`"),
        ({"machine": "a package"}, "`why` or `machine`"),
    ],
)
def test_an_entry_that_is_not_valid_is_an_error(values: dict[str, str], said: str) -> None:
    with pytest.raises(ListError) as error:
        entry({**VALID, **values})
    assert said in str(error.value)


def test_two_entries_of_one_name_are_an_error(tmp_path) -> None:
    lines = "".join(f'{key} = "{value}"\n' for key, value in VALID.items())
    file = tmp_path / "apps.toml"
    file.write_text(f"[[app]]\n{lines}[[app]]\n{lines}")
    with pytest.raises(ListError, match="two entries have the name shop"):
        load(file)


def test_apps_are_chosen_by_name_in_the_lists_order() -> None:
    apps = (app(name="a"), app(name="b"), app(name="c"))
    assert chosen(apps, ["c", "a"]) == (apps[0], apps[2])
    assert chosen(apps, []) == apps
    with pytest.raises(ListError, match="no d"):
        chosen(apps, ["d"])
