"""The list of advisories, in Trivy's database, as the real Trivy downloads it and finds with it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from offline import mirror, registry
from offline.advisories import artifact, load
from offline.advisories.catalogue import Debian, Npm
from offline.places import Places
from tests.conftest import command
from tests.registry.conftest import serve

LISTED = load()
PROGRAMS = ("advisories", "regctl", "registry", "trivy")

Reported = dict[tuple[str, str, str], dict[str, Any]]
"""Vulnerabilities that Trivy reports, by identifier, package and version."""


@pytest.fixture(scope="session")
def programs() -> Path:
    """The directory of the programs; fails, never skips, where one is missing."""
    for name in PROGRAMS:
        if not shutil.which(name):
            pytest.fail(f'no {name} on PATH: run `make test`, or eval "$(make -s env)" first')
    return Path(str(shutil.which("advisories"))).parent


@pytest.fixture(scope="session")
def cache(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Trivy's cache directory, with the database that it downloaded from a registry."""
    home = tmp_path_factory.mktemp("advisories")
    served = serve(home / "registry")
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("NEXT_DISTROLESS_REGISTRY_PORT", served.address.rpartition(":")[2])
            layout = artifact.assemble(home, programs)
            name = f"{registry.address()}/{artifact.NAME}:{artifact.TAG}"
            mirror.push(programs, layout, artifact.TAG, name, Places(cache=home, state=home))
        downloaded = command(
            *("trivy", "image", "--download-db-only", "--insecure", "--skip-version-check"),
            *("--db-repository", name, "--cache-dir", home / "cache"),
        )
        assert downloaded.code == 0, downloaded.stderr
    finally:
        served.stop()
    return home / "cache"


def scan(kind: str, directory: Path, cache: Path) -> Reported:
    done = command(
        *("trivy", kind, "--cache-dir", cache, "--scanners", "vuln", "--format", "json", "--quiet"),
        *("--skip-db-update", "--skip-java-db-update", "--offline-scan", "--skip-version-check", directory),
    )
    assert done.code == 0, done.stderr
    results = json.loads(done.stdout).get("Results", [])
    found = [vulnerability for result in results for vulnerability in result.get("Vulnerabilities", [])]
    return {(v["VulnerabilityID"], v["PkgName"], v["InstalledVersion"]): v for v in found}


def lowest(versions: str) -> str:
    """The first version of a range."""
    first = versions.partition(",")[0]
    return first.removeprefix(">=") if first.startswith(">=") else "0.0.1"


@pytest.fixture(scope="session")
def npm(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    """Findings in a lock file with both ends of every range."""
    used = {
        (package, version)
        for advisory in LISTED.npm
        for package in advisory.packages
        for version in (*map(lowest, advisory.vulnerable), *advisory.patched)
    }
    places = {
        f"node_modules/user-{n}/node_modules/{package}": {"version": version}
        for n, (package, version) in enumerate(sorted(used))
    }
    project = tmp_path_factory.mktemp("npm")
    lock = {"name": "all", "version": "1.0.0", "lockfileVersion": 3, "packages": {"": {"name": "all"}, **places}}
    (project / "package-lock.json").write_text(json.dumps(lock))
    return scan("fs", project, cache)


@pytest.mark.parametrize("advisory", LISTED.npm, ids=lambda advisory: advisory.id)
def test_an_npm_advisory_is_found_from_the_beginning_of_its_ranges_and_not_from_their_end(
    advisory: Npm, npm: Reported
) -> None:
    for package in advisory.packages:
        for versions, patched in zip(advisory.vulnerable, advisory.patched, strict=True):
            found = npm[advisory.id, package, lowest(versions)]
            assert (found["Severity"], found["Title"]) == (advisory.severity.upper(), advisory.title)
            assert patched in found["FixedVersion"].split(", ")
            assert (advisory.id, package, patched) not in npm


@pytest.fixture(scope="session", params=["old", "fixed"])
def debian(
    request: pytest.FixtureRequest, cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Reported]:
    """Findings in a Debian 12 with a package for each advisory, before or in its fixed version."""
    root = tmp_path_factory.mktemp("debian")
    (root / "etc").mkdir()
    (root / "etc/os-release").write_text('ID=debian\nVERSION_ID="12"\n')
    (root / "etc/debian_version").write_text("12.12\n")
    status = root / "var/lib/dpkg/status"
    status.parent.mkdir(parents=True)
    version = before if request.param == "old" else after
    status.write_text(
        "".join(
            f"Package: {advisory.id.lower()}\nStatus: install ok installed\nMaintainer: none\nArchitecture: amd64\n"
            f"Source: {advisory.package}\nVersion: {version(advisory)}\n\n"
            for advisory in LISTED.debian
        )
    )
    return request.param, scan("rootfs", root, cache)


def before(advisory: Debian) -> str:
    """The highest version below the fixed one (deb-version(7): a tilde sorts before the end)."""
    return f"{advisory.fixed or '1'}~"


def after(advisory: Debian) -> str:
    return advisory.fixed or "99:99"


@pytest.mark.parametrize("advisory", LISTED.debian, ids=lambda advisory: advisory.id)
def test_a_debian_advisory_is_found_below_its_fixed_version_alone(
    advisory: Debian, debian: tuple[str, Reported]
) -> None:
    state, reported = debian
    package = advisory.id.lower()
    if state == "fixed" and advisory.fixed:
        assert (advisory.id, package, after(advisory)) not in reported
        return
    found = reported[advisory.id, package, before(advisory) if state == "old" else after(advisory)]
    assert (found["Severity"], found["Title"]) == (advisory.severity.upper(), advisory.title)
    assert found.get("FixedVersion", "") == advisory.fixed
    assert found["Status"] == ("fixed" if advisory.fixed else "affected")


def test_the_database_says_how_old_it_is(cache: Path) -> None:
    said = json.loads((cache / "db/metadata.json").read_text())
    assert said["UpdatedAt"] == f"{LISTED.date}T00:00:00Z"


def test_two_databases_of_one_list_are_the_same(programs: Path, tmp_path: Path) -> None:
    one, two = (artifact.assemble(tmp_path / name, programs) for name in ("one", "two"))
    assert (one / "db/trivy.db").read_bytes() == (two / "db/trivy.db").read_bytes()
    assert (one / "index.json").read_bytes() == (two / "index.json").read_bytes()
