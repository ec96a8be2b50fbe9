"""Every image that the pipeline uses is pinned, and the text of the pins is rewritten without harm."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ci.intool.common.failure import Failure
from ci.intool.pinning.ends import eol, products
from ci.intool.pinning.text import images, rewritten
from ci.intool.pinning.unpinned import unpinned_images
from tests.unit.plans import PINS
from tests.unpinned import unpinned

ROOT = Path(__file__).parents[3]
PINS_TOML = (ROOT / "ci/pins.toml").read_text("utf-8")
DATABASES = {"ghcr.io/aquasecurity/trivy-db:2"}
"""Data that has to be new; its age is a check of its own."""

A, B = ("sha256:" + digit * 64 for digit in "ab")
DAY = date(2026, 3, 1)


# SC-12


def own(*globs: str) -> dict[str, str]:
    """The pipeline's own files."""
    found = [path for glob in globs for path in ROOT.glob(glob)]
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in found}


def test_every_image_of_the_pipeline_is_pinned() -> None:
    files = own("ci/**/*.py", "ci/pins.toml", ".github/**/*.yml", "pipelines/**/*.yaml")
    assert {"ci/pins.toml", "ci/engine/containers.py", ".github/workflows/ci.yml"} <= files.keys()
    assert unpinned(files, DATABASES) == []


def test_pins_become_containers_in_one_place() -> None:
    calls = [path for path, text in own("ci/**/*.py").items() if re.search(r"\.from_\(", text)]
    assert calls == ["ci/engine/containers.py"]


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.py", 'c.from_("alpine:3")', ["a.py:1: alpine:3"]),
        ("a.py", 'c.from_("alpine")', ["a.py:1: alpine"]),
        ("a.py", f'c.from_("alpine:3@{A}")', []),
        ("a.py", 'c.from_("alpine:3@sha256:abc")', ["a.py:1: alpine:3@sha256:abc"]),
        ("a.py", 'c.from_(f"node:{major}")', ["a.py:1: f'node:{major}'"]),
        ("a.py", "c.from_(str(ref))", []),
        ("a.py", '\nIMAGE = "docker.io/library/alpine:3"', ["a.py:2: docker.io/library/alpine:3"]),
        ("a.py", f'IMAGE = "docker.io/library/alpine:3@{A}"', []),
        ("a.py", 'HELP = "write ghcr.io/acme/app:1"', []),
        ("a.py", '"""docker.io/library/alpine:3"""', []),
        ("a.py", 'HOST = "docker.io"\nURL = "https://docker.io/a:1"', []),
        ("p.toml", f'[images]\na = "docker.io/a:1"\nb = "docker.io/b:1@{A}"', ["p.toml:2: docker.io/a:1"]),
        ("p.toml", '[fonts]\na = "docker.io/a:1"', []),
        ("w.yml", "    container: node:22", ["w.yml:1: node:22"]),
        ("w.yml", "jobs:\n  a: { image: 'node:22' }", ["w.yml:2: node:22"]),
        ("w.yml", f"    image: node:22@{A}", []),
        ("w.yml", "      - uses: docker://alpine:3", ["w.yml:1: alpine:3"]),
        ("w.yml", "      - run: docker run --rm alpine:3 true", ["w.yml:1: alpine:3"]),
        ("w.yml", "      # image: node:22", []),
        ("w.yml", "      image: ${{ steps.one.outputs.image }}", []),
    ],
)
def test_an_image_without_digest_is_found(path: str, text: str, found: list[str]) -> None:
    assert unpinned({path: text}) == found


def test_data_may_float() -> None:
    files = {"a.py": 'c.from_("docker.io/db:2")\nc.from_("docker.io/other:2")'}
    assert unpinned(files, {"docker.io/db:2"}) == ["a.py:2: docker.io/other:2"]


def image(digest: str) -> Mapping[str, object]:
    """An image as the JSON of a plan has it."""
    return {"name": "docker.io/library/a:1", "digest": digest, "stand_in": False}


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        ({"tools": {"python": image(A)}, "name": "app"}, []),
        ({"tools": {"python": image("")}}, ["tools.python: docker.io/library/a:1"]),
        ({"smoke": {"services": [image(A), image("sha256:1")]}}, ["smoke.services[1]: docker.io/library/a:1"]),
        ({"install": {"fetch": [{"package": {"name": "pnpm", "version": "1", "integrity": ""}}]}}, []),
    ],
)
def test_an_image_without_digest_in_a_plan(plan: Mapping[str, object], found: list[str]) -> None:
    assert unpinned_images(plan) == found
    assert unpinned_images(plan, {"docker.io/library/a:1"}) == []


# The text of the pins

TEXT = f"""\
# first
[images]  # all
one = "docker.io/library/one:1@{A}" # why one
# between
"two" = 'ghcr.io/acme/two:2@{A}'

[eol]
one = "2026-01-01"
"""


def test_only_digests_change_and_days_are_added() -> None:
    first = rewritten(TEXT, {"one": B, "two": A}, DAY)
    head, tail = first[: len(TEXT)], first[len(TEXT) :]
    assert head == TEXT.replace(f"one:1@{A}", f"one:1@{B}")
    assert tomllib.loads(tail) == {"checked": {"one": "2026-03-01", "two": "2026-03-01"}}
    later = rewritten(first, {"two": B}, date(2026, 3, 9))
    assert later == first.replace(f"two:2@{A}", f"two:2@{B}").replace('two = "2026-03-01"', 'two = "2026-03-09"')


def test_days_go_into_the_table_that_is_there() -> None:
    text = f'[checked] # days\none = "2026-01-01"\n\n{TEXT}'
    assert rewritten(text, {"two": A}, DAY) == text.replace('-01-01"\n\n#', '-01-01"\ntwo = "2026-03-01"\n\n#')
    assert rewritten(f"[checked]\n{TEXT}", {"two": A}, DAY) == f'[checked]\ntwo = "2026-03-01"\n{TEXT}'


def test_releases_change_where_they_are_listed() -> None:
    text = f'{TEXT}\n[releases]\none = "20.1.0"\n'
    new = rewritten(text, {"one": B, "two": B}, DAY, {"one": "20.2.0", "two": "1.0.0"})
    assert tomllib.loads(new)["releases"] == {"one": "20.2.0"}
    assert "releases" not in tomllib.loads(rewritten(TEXT, {"one": B}, DAY, {"one": "20.2.0"}))


def test_the_last_line_may_have_no_end() -> None:
    assert images(rewritten(TEXT.rstrip("\n"), {"one": B}, DAY))["one"].digest == B


def test_the_real_pins_can_be_rewritten() -> None:
    old = images(PINS_TOML)
    new = rewritten(PINS_TOML, dict.fromkeys(old, B), DAY)
    assert {name: str(pin) for name, pin in images(new).items()} == {n: f"{p.name}@{B}" for n, p in old.items()}
    values = re.compile(r"sha256:[0-9a-f]{64}|\d{4}-\d\d-\d\d(?=\"$)", re.MULTILINE)
    assert values.sub("", PINS_TOML) == values.sub("", new)
    assert tomllib.loads(new)["checked"] == dict.fromkeys(old, "2026-03-01")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("[images", "the pins are not valid TOML: .*"),
        ("", "the pins have no images"),
        ("[images]", "the pins have no images"),
        ("images = 1", "the pins have no images"),
        ('[images]\na = "docker.io/a:1"', "images.a of the pins is not a pin"),
        (f'[images]\na = "docker.io/a@{A}"', "images.a of the pins is not a pin"),
        ("[images]\na = 1", "images.a of the pins is not a pin"),
        (f'images = {{ one = "docker.io/one:1@{A}" }}', r"\[images\] of the pins is not one line an image"),
        (f'[images]\none = """docker.io/one:1@{A}"""', r"\[images\] of the pins is not one line an image"),
    ],
)
def test_other_texts_are_refused(text: str, what: str) -> None:
    with pytest.raises(Failure) as failure:
        rewritten(text, {"one": B}, DAY)
    assert re.fullmatch(what, failure.value.what)
    assert failure.value.fix


# Ends of support


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        (f"docker.io/library/node:22-bookworm-slim@{A}", ("node22", "debian12")),
        (f"gcr.io/distroless/nodejs24-debian13:nonroot@{A}", ("node24", "debian13")),
        ("docker.io/library/redis:7-bookworm", ("debian12",)),
        ("docker.io/library/debian:13-slim", ("debian13",)),
        ("docker.io/library/python:3.14-slim-trixie", ("python3.14", "debian13")),
        ("ghcr.io/acme/thing:1", ()),
    ],
)
def test_what_a_name_says_is_in_an_image(reference: str, found: tuple[str, ...]) -> None:
    assert products(reference) == found


def test_every_image_has_its_day() -> None:
    assert PINS.checked.keys() == PINS.images.keys()
    for day in PINS.checked.values():
        assert date.fromisoformat(day).isoformat() == day


def test_every_base_has_its_ends() -> None:
    for major in ("20", "22", "24"):
        for name in (f"node{major}", f"distroless{major}"):
            ends = eol(PINS.images[name], PINS.eol)
            assert {end.product for end in ends} == {f"node{major}", "debian12"}
            assert [end.day for end in ends] == sorted(end.day for end in ends)


def test_an_end_that_is_no_day() -> None:
    with pytest.raises(Failure, match=r"eol\.node22 is `soon`, which is not a day"):
        eol("docker.io/library/node:22", {"node22": "soon"})
