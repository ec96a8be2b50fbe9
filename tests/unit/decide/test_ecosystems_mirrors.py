"""Addresses in lockfiles that are replaced by those of the registry that is asked."""

import subprocess
from pathlib import Path

import pytest

from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.mirrors import known, replacing

NPM = "https://registry." + "npmjs.org"
YARN = "https://registry." + "yarnpkg.com"
COPY = "https://registry." + "npmmirror.com"
FILES = "https://cdn." + "npmmirror.com/packages"
OLD = "https://registry." + "npm.taobao.org"
ASKED = "https://mirror.example/a&b!c#d/"
TO = ASKED.rstrip("/")


YARN_LOCK = ('  resolved "', '"\n  integrity sha512-aaaa\n')


def replaced(address: str, registry: str, home: Path, around: tuple[str, str] = YARN_LOCK) -> str:
    lockfile = home / "lockfile"
    before, after = around
    lockfile.write_text(f"{before}{address}{after}", "utf-8")
    locked = Locked(name="a", version="1.0.0", integrity="sha512-aaaa", source=address.partition("#")[0])
    for command in replacing([locked], lockfile.name, registry):
        subprocess.run(command, check=True, cwd=home)
    return lockfile.read_text("utf-8").removeprefix(before).removesuffix(after)


@pytest.mark.parametrize(
    ("address", "path"),
    [
        (f"{NPM}/a/-/a-1.0.0.tgz", "a/-/a-1.0.0.tgz"),
        (f"{YARN}/a/-/a-1.0.0.tgz#0a1b", "a/-/a-1.0.0.tgz#0a1b"),
        (f"{YARN}/@b/a/-/a-1.0.0.tgz", "@b/a/-/a-1.0.0.tgz"),
        (f"{COPY}/@b%2fa/-/a-1.0.0.tgz", "@b%2fa/-/a-1.0.0.tgz"),
        (f"{OLD}/a/download/a-1.0.0.tgz?cache=0&sync_timestamp=1#0a1b", "a/-/a-1.0.0.tgz#0a1b"),
        (f"{COPY}/@b/a/download/@b/a-1.0.0.tgz", "@b/a/-/a-1.0.0.tgz"),
        (f"{FILES}/@b/a/1.0.0/a-1.0.0.tgz", "@b/a/-/a-1.0.0.tgz"),
        ("https://mirrors.huaweicloud.com/repository/npm/a/-/a-1.0.0.tgz", "a/-/a-1.0.0.tgz"),
        ("http://mirrors.cloud.tencent.com/npm/a/-/a-1.0.0.tgz", "a/-/a-1.0.0.tgz"),
    ],
)
def test_a_copy_s_address_becomes_that_of_the_registry(address: str, path: str, tmp_path: Path) -> None:
    assert known(address)
    assert replaced(address, ASKED, tmp_path) == f"{TO}/{path}"


@pytest.mark.parametrize(
    "around",
    [
        ('    "node_modules/a": {"resolved": "', '", "integrity": "sha512-aaaa"},\n'),
        ("    resolution: {integrity: sha512-aaaa, tarball: ", "}\n"),
        ('    "a": ["a@1.0.0", "', '", {}, "sha512-aaaa"],\n'),
    ],
)
@pytest.mark.parametrize("address", [f"{FILES}/a/1.0.0/a-1.0.0.tgz", f"{OLD}/a/download/a-1.0.0.tgz?cache=0"])
def test_other_lockfiles_have_the_same_addresses(address: str, around: tuple[str, str], tmp_path: Path) -> None:
    assert replaced(address, ASKED, tmp_path, around) == f"{TO}/a/-/a-1.0.0.tgz"


@pytest.mark.parametrize(
    "address",
    [
        "https://npm.corp.example/a/-/a-1.0.0.tgz",
        f"{NPM}.evil.example/a.tgz",
        f"{NPM}@evil.example/a.tgz",
        "https://mirrors.huaweicloud.com/repository/maven/a.tgz",
        f"git+{NPM}/a.git",
    ],
)
def test_other_addresses_stay(address: str, tmp_path: Path) -> None:
    assert not known(address)
    assert replaced(address, ASKED, tmp_path) == address


def test_without_a_registry_only_what_has_ended_is_replaced(tmp_path: Path) -> None:
    assert replaced(f"{COPY}/a/-/a-1.0.0.tgz", "", tmp_path) == f"{COPY}/a/-/a-1.0.0.tgz"
    assert replaced(f"{OLD}/a/download/a-1.0.0.tgz", "", tmp_path) == f"{NPM}/a/-/a-1.0.0.tgz"


def test_a_package_without_a_checksum_is_no_reason() -> None:
    assert replacing([Locked(name="a", version="1.0.0", source=f"{COPY}/a/-/a-1.0.0.tgz")], "yarn.lock", ASKED) == []
