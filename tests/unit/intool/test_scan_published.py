"""Texts that only look like secrets, since a package that anyone can fetch has them too."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from ci.intool.policy import POLICIES, ImagePath, Judging
from ci.intool.scan.masked import masked, texts_of
from ci.intool.scan.policy import rules
from ci.intool.scan.published import published
from ci.intool.scan.results import Secret
from ci.intool.scan.verdict import evaluated
from tests.results import found, places, result
from tests.tools.layers import image_layout
from tests.unit.trivy_reports import report, scanned

KEY = f"sk_test_{'aB3dE5gH' * 3}"
OTHER = f"sk_live_{'zY8xW6vU' * 3}"
CHUNK = "app/.next/server/chunks/1.js"
PUBLIC = [["pay", "1.2.0"], ["@acme/pay", "2.0.0"]]
TODAY = "2026-03-01"


def shown(line: str, *secrets: str) -> str:
    for one in secrets:
        line = line.replace(one, "*" * len(one))
    return line


def secret(match: str, line: int = 1, **over: Any) -> Secret:
    given = {"rule": "stripe", "severity": "high", "title": "A key", "path": CHUNK, "layer": "sha256:a", "end": line}
    return Secret(**{**given, "line": line, "match": match, **over})


def in_report(*matches: str, layer: str, path: str = CHUNK) -> dict[str, Any]:
    """What Trivy reports of a file of one line."""
    found = [
        {"RuleID": "stripe", "Severity": "CRITICAL", "Title": "Stripe Secret Key", "StartLine": 1, "EndLine": 1}
        | {"Match": match, "Layer": {"DiffID": layer}}
        for match in matches
    ]
    return {"Target": f"/{path}", "Class": "secret", "Secrets": found}


# What Trivy took for a secret


@pytest.mark.parametrize(
    ("line", "match", "texts"),
    [
        (f"const k = '{KEY}'", shown(f"const k = '{KEY}'", KEY), {KEY}),
        (f"{KEY}", shown(KEY, KEY), {KEY}),
        (f"/*{KEY}*/", shown(f"/*{KEY}*/", KEY), {KEY}),
        (f"{'x' * 200}é('{KEY}');{'y' * 200}", f"\ufffd('{'*' * len(KEY)}');yyyyyyyyyyyyyyyyy", {KEY}),
        (f"{'x' * 200}('{OTHER}','{KEY}');", f"{'*' * 26}','{'*' * len(KEY)}');", {KEY}),
        (f"{KEY};{OTHER}{'x' * 200}", f"{'*' * len(KEY)};{'*' * 19}", {KEY}),
        (f"a='{KEY}';b='{OTHER}'", shown(f"a='{KEY}';b='{OTHER}'", KEY, OTHER), {KEY, OTHER}),
        ("const k = 'short-secret'", "const k = '************'", set()),
        (f"const k = '{KEY}'", "const k = '****'", set()),
        (f"const k = '{KEY}'", "const k = 'nothing is hidden'", set()),
        (f"new P('{KEY}');" * 60, f"new P('{'*' * len(KEY)}');new P('{'*' * 13}", {KEY}),
        ("".join(map(str, range(200))), "*" * 32, set()),
    ],
    ids=str.split("line alone comment cut-letter neighbour begins-the-line two short other-file plain often anywhere"),
)
def test_the_text_is_read_where_trivy_shows_asterisks(line: str, match: str, texts: set[str]) -> None:
    content = f"first\n{line}\nlast\n".encode()
    assert masked(secret(match, line=2), content) == {text.encode() for text in texts}


def test_a_text_of_several_lines_or_of_no_line_is_not_known() -> None:
    assert masked(secret(shown(KEY, KEY), end=2), KEY.encode()) == set()
    assert masked(secret(shown(KEY, KEY), line=0), KEY.encode()) == set()
    assert masked(secret(shown(KEY, KEY), line=9), KEY.encode()) == set()


def test_one_text_that_is_not_known_leaves_the_file_unknown() -> None:
    content = {("sha256:a", CHUNK): KEY.encode()}
    known, unknown = secret(shown(KEY, KEY)), secret("*" * 8)
    assert texts_of([known], content) == {("stripe", CHUNK, "sha256:a"): {KEY.encode()}}
    assert texts_of([known, unknown], content) == {("stripe", CHUNK, "sha256:a"): set()}


# Where it is searched


def searched(home: Path, files: Mapping[str, str], *, keys: tuple[str, ...] = (KEY,)) -> list[dict[str, Any]]:
    """What is published of a chunk with these keys; files are below ``source`` and ``installed``."""
    chunk = "".join(f"new Pay('{key}');" for key in keys)
    layout = image_layout(home / "layout", {"amd64": [{CHUNK: chunk}]})
    for name in ("source", "installed"):
        (home / name).mkdir()
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    matches = [shown(f"new Pay('{key}');", key) for key in keys]
    layers = json.loads(next(one for one in texts_in(layout) if "diff_ids" in one))["rootfs"]["diff_ids"]
    (home / "amd64.json").write_text(json.dumps(report(results=[in_report(*matches, layer=layers[0])])))
    given = {"linux/amd64": str(home / "amd64.json")}
    return list(published(given, str(layout), str(home / "source"), str(home / "installed"), PUBLIC)["published"])


def texts_in(layout: Path) -> list[str]:
    return [path.read_text("utf-8", "replace") for path in sorted((layout / "blobs" / "sha256").iterdir())]


def package(place: str, name: str, version: str, text: str = KEY) -> dict[str, str]:
    home = f"installed/{place}"
    return {
        f"{home}/package.json": json.dumps({"name": name, "version": version}),
        f"{home}/lib/docs/example.js": f'// new Pay("{text}")\n',
    }


@pytest.mark.parametrize(
    ("place", "name", "version", "owner"),
    [
        ("node_modules/pay", "pay", "1.2.0", "pay@1.2.0"),
        ("web/node_modules/@acme/pay", "@acme/pay", "2.0.0", "@acme/pay@2.0.0"),
        ("node_modules/.pnpm/pay@1.2.0/node_modules/pay", "pay", "1.2.0", "pay@1.2.0"),
        ("node_modules/other-name/node_modules/alias", "pay", "1.2.0", "pay@1.2.0"),
        ("node_modules/pay", "pay", "1.3.0", ""),
        ("node_modules/own", "own", "1.2.0", ""),
        ("node_modules/.generated", "pay", "1.2.0", ""),
        ("packages/pay", "pay", "1.2.0", ""),
    ],
    ids=["npm", "member-and-scope", "pnpm", "alias", "other-version", "not-public", "generated", "workspace"],
)
def test_only_files_of_public_packages_count(tmp_path: Path, place: str, name: str, version: str, owner: str) -> None:
    found = searched(tmp_path, package(place, name, version))
    assert [(one["rule"], one["path"], one["packages"]) for one in found] == (
        [("stripe", CHUNK, [owner])] if owner else []
    )
    assert KEY not in json.dumps(found)


def test_what_the_app_has_itself_is_its_own(tmp_path: Path) -> None:
    files = package("node_modules/pay", "pay", "1.2.0")
    assert searched(tmp_path / "a", {**files, "source/src/lib/pay.ts": f"const key = '{KEY}'"}) == []
    assert searched(tmp_path / "b", {**files, "source/node_modules/pay/a.js": KEY, "source/src/a.ts": "pay()"}) != []


def test_a_link_to_a_package_of_the_workspace_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "installed" / "node_modules").mkdir(parents=True)
    own = tmp_path / "installed" / "packages" / "pay"
    own.mkdir(parents=True)
    (own / "package.json").write_text('{"name": "pay", "version": "1.2.0"}')
    (own / "key.js").write_text(KEY)
    (tmp_path / "installed" / "node_modules" / "pay").symlink_to(own)
    home = tmp_path / "run"
    home.mkdir()
    (home / "installed").symlink_to(tmp_path / "installed")
    layout = image_layout(home / "layout", {"amd64": [{CHUNK: KEY}]})
    layers = json.loads(next(one for one in texts_in(layout) if "diff_ids" in one))["rootfs"]["diff_ids"]
    (home / "amd64.json").write_text(json.dumps(report(results=[in_report("*" * len(KEY), layer=layers[0])])))
    (home / "source").mkdir()
    given = {"linux/amd64": str(home / "amd64.json")}
    assert published(given, str(layout), str(home / "source"), str(home / "installed"), PUBLIC) == {"published": []}


def test_a_file_with_one_more_key_is_not_published(tmp_path: Path) -> None:
    assert searched(tmp_path, package("node_modules/pay", "pay", "1.2.0"), keys=(KEY, OTHER)) == []


# What follows


@pytest.mark.parametrize("policy", POLICIES)
def test_it_stops_in_no_policy_and_the_package_is_named(policy: str) -> None:
    given = [scanned(report(results=[in_report("****", layer="sha256:a")]))]
    by = Judging(policy=policy, severity="low")
    known = {("stripe", CHUNK, "sha256:a"): ["pay@1.2.0"]}
    gate = result(evaluated(given, rules({}), [], TODAY, by, published=known))
    assert gate.passed
    assert gate.checks["LAY-01"] == "passed"
    [one] = found(gate, "warns")
    assert (one.id, one.severity, one.where) == ("stripe", "low", ImagePath(path=CHUNK, layer="sha256:a"))
    assert "pay@1.2.0 has the same text" in one.title
    assert not one.fix


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize(
    "known", [{}, {("stripe", "app/other.js", "sha256:a"): ["pay@1.2.0"]}, {("aws", CHUNK, "sha256:a"): ["pay@1.2.0"]}]
)
def test_the_app_s_own_stops_in_every_policy(policy: str, known: dict[tuple[str, str, str], list[str]]) -> None:
    given = [scanned(report(results=[in_report("****", layer="sha256:a")]))]
    gate = result(evaluated(given, rules({}), [], TODAY, Judging(policy=policy), published=known))
    assert places(gate) == [("stripe", CHUNK)]
    assert gate.checks["LAY-01"] == "failed"
