"""Pins are updated from a real registry, and the age of bases is checked with it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.pinning.age import SEEN, age
from ci.intool.pinning.update import update
from ci.intool.registry.client import Repository, digest_of
from tests.conftest import CHECKOUT
from tests.registry import layouts
from tests.registry.conftest import Registry
from tests.results import found, places, result

TODAY = "2026-03-11"
GONE = "sha256:" + "0" * 64
BOTH = ("linux/amd64", "linux/arm64")


@pytest.fixture
def address(registry: Registry, reach: Callable[..., None]) -> str:
    """A registry that regctl reaches."""
    reach(registry.address)
    return registry.address


@pytest.fixture
def put(address: str, tmp_path: Path) -> Callable[..., str]:
    """Push an image without layers under `base:1`, or its name; returns its reference with digest."""

    def pushed(
        created: str | None = None,
        platforms: tuple[str, ...] = BOTH,
        annotated: str = "",
        name: str = "base",
        env: tuple[str, ...] = (),
    ) -> str:
        repository = Repository(f"{address}/{name}")
        notes = {"annotations": {"org.opencontainers.image.created": annotated}} if annotated else {}
        listed = []
        for platform in platforms:
            system, architecture = platform.split("/")
            made = {**({"created": created} if created else {}), **({"config": {"Env": [*env]}} if env else {})}
            rootfs = {"type": "layers", "diff_ids": []}
            config = layouts.encoded({"os": system, "architecture": architecture, "rootfs": rootfs, **made})
            (tmp_path / "blob").write_bytes(config)
            repository.upload(tmp_path / "blob", digest_of(config))
            described = {"mediaType": layouts.CONFIG, "digest": digest_of(config), "size": len(config)}
            common = {"schemaVersion": 2, "mediaType": layouts.MANIFEST, **notes}
            body = layouts.encoded({**common, "config": described, "layers": []})
            digest = repository.put_manifest(body, layouts.MANIFEST, "1" if len(platforms) == 1 else "")
            about = {"platform": {"os": system, "architecture": architecture}}
            listed.append({"mediaType": layouts.MANIFEST, "digest": digest, "size": len(body), **about})
        if len(platforms) > 1:
            index = {"schemaVersion": 2, "mediaType": layouts.INDEX, "manifests": listed}
            digest = repository.put_manifest(layouts.encoded(index), layouts.INDEX, "1")
        return f"{address}/{name}:1@{digest}"

    return pushed


def pins(**images: str) -> str:
    """A text of pins."""
    return "# pins\n[images]\n" + "".join(f'{name} = "{reference}"\n' for name, reference in images.items())


def test_a_tag_that_moved(put: Callable[..., str]) -> None:
    old = put("2026-01-02T03:04:05Z", ("linux/amd64", "linux/s390x"))
    new = put("2026-03-01T23:30:00-05:00")
    before, after = (reference.partition("@")[2] for reference in (old, new))

    report = update(pins(base=old), TODAY)

    assert report["pins"].startswith(pins(base=new))
    assert report["pins"].endswith(f'[checked]\nbase = "{TODAY}"\n')
    assert (report["current"], report["not_asked"]) == ([], {})
    changed = report["changed"]["base"]
    assert (changed["before"], changed["after"], changed["new"]["created"]) == (before, after, "2026-03-02")
    assert report["text"].splitlines() == [
        f"base  {old.partition('@')[0]}",
        f"  {before} → {after}",
        "  created: 2026-01-02 → 2026-03-02, 9 days old",
        "  warning: no longer available for linux/s390x",
        "  now also for linux/arm64",
        "1 of 1 images looked up, 1 changed",
    ]


def test_a_tag_with_another_release_of_node(put: Callable[..., str]) -> None:
    old = put("2026-03-10T00:00:00Z", env=("PATH=/bin", "NODE_VERSION=22.1.0"))
    new = put("2026-03-10T00:00:00Z", env=("NODE_VERSION=22.2.0",))
    releases = '\n[releases]\nnode20 = "20.1.0"\nnode22 = "22.1.0"\n'

    report = update(pins(node22=old) + releases, TODAY)

    assert report["pins"].startswith(pins(node22=new) + releases.replace("22.1.0", "22.2.0"))
    assert "  Node.js: 22.1.0 → 22.2.0" in report["text"].splitlines()


def test_a_tag_that_stayed(put: Callable[..., str]) -> None:
    text = pins(base=put())
    report = update(text, TODAY)
    assert report["pins"].startswith(text)
    assert (report["changed"], report["current"]) == ({}, ["base"])
    assert report["text"] == "1 of 1 images looked up, 0 changed"


def test_an_index_that_is_none_any_more(put: Callable[..., str]) -> None:
    old = put("1970-01-01T00:00:00Z")
    put("1970-01-01T00:00:00Z", ("linux/amd64",))
    report = update(pins(base=old), TODAY)
    assert report["text"].splitlines()[2:5] == [
        "  created: unknown",
        "  warning: it is one platform's image, not an index",
        "  warning: no longer available for linux/arm64",
    ]


def test_a_pin_that_the_registry_no_longer_has(put: Callable[..., str]) -> None:
    new = put("2026-03-10T00:00:00Z")
    report = update(pins(base=f"{new.partition('@')[0]}@{GONE}"), TODAY)
    assert report["pins"].startswith(pins(base=new))
    assert report["text"].splitlines()[2:4] == [
        "  created: unknown → 2026-03-10, 1 day old",
        "  platforms: linux/amd64, linux/arm64; the pinned one cannot be read any more to compare",
    ]


def test_an_image_that_cannot_be_looked_up_stays_and_is_reported(
    put: Callable[..., str], registries: Callable[..., Registry], address: str, reach: Callable[..., None]
) -> None:
    base, closed = put(), registries(login=True).address
    reach(address, closed)
    absent = f"{address}/other:2@{GONE}"
    text = pins(locked=f"{closed}/app:1@{GONE}", absent=absent, base=base)

    report = update(text, TODAY)

    assert report["pins"].startswith(text)
    assert report["pins"].endswith(f'[checked]\nbase = "{TODAY}"\n')
    assert report["not_asked"]["absent"] == f"{address}/other:2 is not there"
    assert f"cannot look up {closed}/app:1: " in report["not_asked"]["locked"]
    assert f"not looked up, unchanged: absent: {address}/other:2 is not there" in report["text"].splitlines()


def test_no_registry_could_be_reached(address: str) -> None:
    with pytest.raises(Failure, match=r"no registry could be reached: \S+/other:2 is not there"):
        update(pins(other=f"{address}/other:2@{GONE}"), TODAY)


def test_only_some(put: Callable[..., str]) -> None:
    one, two = put(name="one"), put(name="two")
    stale = {name: f"{reference.partition('@')[0]}@{GONE}" for name, reference in (("one", one), ("two", two))}
    report = update(pins(**stale), TODAY, only=["two"])
    assert report["pins"].startswith(pins(one=stale["one"], two=two))
    with pytest.raises(Failure, match="no image `tow` is pinned") as failure:
        update(pins(**stale), TODAY, only=["tow"])
    assert failure.value.fix == "choose two"


def run(tmp_path: Path, operation: str, **arguments: Any) -> subprocess.CompletedProcess[str]:
    """Run the program; its report is `report.json`."""
    (tmp_path / "arguments.json").write_text(json.dumps(arguments))
    argv = [sys.executable, "-m", "ci.intool.pinning", operation, tmp_path / "arguments.json", tmp_path / "report.json"]
    return subprocess.run(argv, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_the_program(put: Callable[..., str], address: str, tmp_path: Path) -> None:
    base = put("2026-03-01T00:00:00Z")
    done = run(tmp_path, "update", pins=pins(base=base), today=TODAY)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "report.json").read_text())["current"] == ["base"]
    done = run(tmp_path, "age", reference=base, today=TODAY)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "report.json").read_text())["result"]["figures"] == {"days": 10}
    done = run(tmp_path, "update", pins=pins(other=f"{address}/other:2@{GONE}"), today=TODAY)
    assert done.returncode == 9
    assert "no registry could be reached" in done.stderr
    assert "Traceback" not in done.stderr


# SC-09


@pytest.mark.parametrize(
    ("made", "days", "source"),
    [
        ({"created": "2026-03-01T00:00:00Z"}, 10, "`created` of its configuration (2026-03-01)"),
        ({"created": "2026-03-12T01:00:00Z"}, 0, "`created` of its configuration (2026-03-12)"),
        ({"created": "2026-02-09T23:59:59.123456789Z"}, 30, "`created` of its configuration (2026-02-09)"),
        (
            {"created": "1970-01-01T00:00:00Z", "annotated": "2026-03-05T00:00:00Z"},
            6,
            "its annotation org.opencontainers.image.created (2026-03-05)",
        ),
        (
            {"created": "2199-01-01T00:00:00Z", "annotated": "2026-03-05"},
            6,
            "its annotation org.opencontainers.image.created (2026-03-05)",
        ),
        ({"created": "0001-01-01T00:00:00Z"}, 0, f"{SEEN} ({TODAY})"),
        ({"created": "1980-01-01T00:00:01Z"}, 0, f"{SEEN} ({TODAY})"),
        ({"created": "yesterday"}, 0, f"{SEEN} ({TODAY})"),
        ({}, 0, f"{SEEN} ({TODAY})"),
    ],
)
def test_how_old_a_base_is_that_its_tag_names(
    put: Callable[..., str], made: dict[str, str], days: int, source: str
) -> None:
    base = put(**made)
    report = age(base, TODAY, checked="2026-03-02")
    gate = result(report)
    assert gate.figures == {"days": days}
    assert report["text"] == f"{base}\n  {days} days old by {source}\n  its tag has this digest"
    assert (gate.passed, gate.checks) == (True, {"SC-09": "passed"})
    assert places(gate, "warns") == ([("SC-09", base)] if days >= 30 else [])
    assert all(one.title.endswith(f"{name(base)} has nothing newer") for one in gate.findings)


def name(reference: str) -> str:
    """A reference without its digest."""
    return reference.partition("@")[0]


@pytest.mark.parametrize(
    ("made", "checked", "days", "source"),
    [
        ({"created": "2026-03-01T00:00:00Z"}, "", 10, "`created` of its configuration (2026-03-01)"),
        ({"created": "2026-03-01T00:00:00Z"}, "2026-03-05", 10, "`created` of its configuration (2026-03-01)"),
        ({"created": "1970-01-01T00:00:00Z"}, "2026-02-25", 14, f"{SEEN} (2026-02-25)"),
    ],
)
@pytest.mark.parametrize("named", [True, False])
def test_a_base_that_its_tag_no_longer_names(
    put: Callable[..., str], made: dict[str, str], checked: str, days: int, source: str, *, named: bool
) -> None:
    base = put(**made)
    newer = put("2026-03-10T00:00:00Z", annotated="2026-03-10")
    assert result(age(base, TODAY, limit_days=days + 1, named=named, checked=checked)).findings == ()

    gate = result(age(base, TODAY, limit_days=days, named=named, checked=checked))

    [finding] = found(gate)
    assert (finding.id, finding.place) == ("SC-09", base)
    assert f"{days} days old by {source}" in finding.title
    assert finding.title.endswith(f"{name(base)} is {newer.partition('@')[2]} now")
    assert (gate.passed, gate.checks) == (False, {"SC-09": "failed"})
    assert f"set `runtime.base: {newer}` in the pipeline file" in finding.fix
    assert ("use a newer version of this pipeline" in finding.fix) is not named
    waiver = {"id": "SC-09", "reason": "frozen", "owner": "me", "expires": TODAY}
    waived = result(age(base, TODAY, limit_days=days, named=named, checked=checked, waivers=[waiver]))
    assert waived.checks == {"SC-09": "waived"}


def test_a_newer_one_is_there_and_no_day_is_known(put: Callable[..., str]) -> None:
    base = put("1970-01-01T00:00:00Z")
    put("1970-01-01T00:00:00Z", ("linux/amd64", "linux/s390x"))
    gate = result(age(base, TODAY))
    assert (gate.passed, gate.checks, gate.figures) == (True, {"SC-09": "passed"}, {})
    [finding] = found(gate, "warns")
    assert finding.title.startswith("its tag has had another digest since an unknown day")


def test_old_where_the_registry_has_no_tag(put: Callable[..., str]) -> None:
    base = put("2026-01-01T00:00:00Z").replace(":1@", ":none@")
    gate = result(age(base, TODAY))
    assert gate.passed
    [finding] = found(gate, "warns")
    assert finding.title.endswith(f"it is not known whether there is a newer one: {name(base)} is not there")
    assert result(age(put(name="other").replace(":1@", ":none@"), TODAY, checked="2026-03-01")).findings == ()


def test_an_unknown_age(put: Callable[..., str]) -> None:
    base = put("1970-01-01T00:00:00Z").replace(":1@", ":none@")
    gate = result(age(base, TODAY))
    assert gate.checks == {"SC-09": "not run"}
    [finding] = found(gate, "not-judged")
    assert finding.id == "SC-09"
    assert f"{name(base)} is not there" in str(finding)


@pytest.mark.parametrize(
    ("ends", "ended"),
    [
        ({"node20": "2026-05-30", "debian12": "2026-05-10", "node22": "2020-01-01"}, []),
        ({"node20": "2026-03-10", "debian12": "2028-06-30"}, ["node20 ended on 2026-03-10"]),
        (
            {"node20": "2026-03-10", "debian12": "2025-01-01"},
            ["debian12 ended on 2025-01-01", "node20 ended on 2026-03-10"],
        ),
    ],
)
def test_out_of_support(put: Callable[..., str], ends: dict[str, str], ended: list[str]) -> None:
    base = put(name="distroless/nodejs20-debian12")
    gate = result(age(base, TODAY, ends=ends))
    assert [(one.place, one.title) for one in found(gate)] == [(base, f"support of {end}") for end in ended]
    assert gate.passed is not bool(ended)
    assert gate.checks == {"SC-09": "failed" if ended else "passed"}
    assert not ended or any("set `node:`" in one.fix for one in found(gate))


@pytest.mark.parametrize(("end", "warned"), [(TODAY, True), ("2026-05-09", True), ("2026-05-10", False)])
def test_the_end_of_support_is_warned_of(put: Callable[..., str], end: str, *, warned: bool) -> None:
    base = put(name="distroless/nodejs20-debian12")
    gate = result(age(base, TODAY, ends={"node20": end}))
    assert gate.passed
    assert [(one.place, one.title) for one in found(gate, "warns")] == (
        [(base, f"support of node20 ends on {end}")] if warned else []
    )


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ({"today": "soon"}, "today is `soon`, which is not a day"),
        ({"checked": "2026-13-01"}, "checked is `2026-13-01`, which is not a day"),
        ({"ends": {"node20": ""}}, r"eol\.node20 is ``, which is not a day"),
    ],
)
def test_days_that_are_none(put: Callable[..., str], arguments: dict[str, Any], what: str) -> None:
    base = put(name="distroless/nodejs20-debian12")
    with pytest.raises(Failure, match=what):
        age(base, **{"today": TODAY, **arguments})
