"""A new package manager is one class: detection, what is looked at, and the Plan take it without another change."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from ci.build import deps
from ci.decide import ecosystems
from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.lockfile import LockfileError
from ci.decide.ecosystems.protocol import Ecosystem, Install, Settings, listed
from ci.decide.pins import Package
from ci.decide.plan.cache_inputs import of_install
from ci.decide.plan.model import Fetch, Step
from ci.decide.project import detect
from ci.decide.project.facts import Project
from ci.decide.project.source_files import SourceFiles
from ci.engine import inputs
from ci.errors import ProjectError
from ci.messages import message
from tests.unit.decide.test_project import NPM
from tests.unit.plans import plan_of

SETTINGS = Settings(file=".sledrc", credential=re.compile(r"key=\S"))


@dataclass(frozen=True)
class Sled(Ecosystem):
    """A package manager that does not exist, and that does all in its own way."""

    id: str = "sled"
    name: str = "sled"
    lock: str = "sled lock"
    fits: str = "sled check"
    lockfiles: tuple[str, ...] = ("sled.lock",)
    manifests: tuple[str, ...] = ("package.json", "sled-workspace.json")
    settings: Settings = SETTINGS
    inputs: tuple[str, ...] = (".sledrc", "sled-workspace.json")
    published: tuple[str, ...] = ("@sled/cli@>=3",)
    overrides: tuple[str, ...] = ("sled", "versions")

    def workspaces(self, files: Mapping[str, str], _package_json: Mapping[str, Any]) -> Sequence[str] | None:
        return listed(json.loads(files["sled-workspace.json"])) if "sled-workspace.json" in files else None

    def format(self, text: str) -> str:
        return text.partition("\n")[0]

    def read(self, _lockfile: str, text: str) -> tuple[Locked, ...]:
        if not text.startswith("sled "):
            raise LockfileError("not a lockfile of sled")
        lines = [line.split(" ") for line in text.splitlines()[1:]]
        return tuple(Locked(name=name, version=version, integrity=sum_) for name, version, sum_ in lines)

    def unread(self, lockfile: str) -> str:
        return "" if lockfile == "sled.lock" else "unpack it"

    def version(self, lockfile: str) -> str:
        return "3.0.0" if lockfile.startswith("sled 3") else "4.0.0"

    def declared(self, files: Mapping[str, str]) -> tuple[str, str]:
        return ("3.9.9", ".sledrc") if "pin=3.9.9" in files.get(".sledrc", "") else ("", "")

    def package(self, _version: str, platform: str) -> str:
        return f"@sled/cli-{platform.rpartition('/')[2]}"

    def hashed(self, _version: str) -> str:
        return ""

    def bins(self, _version: str) -> Mapping[str, str]:
        return {"sled": "bin/sled"}

    def env(self, install: Install) -> Mapping[str, str]:
        return {"SLED_STORE": install.store, "SLED_REGISTRY": install.registry}

    def install(self, install: Install) -> list[list[str]]:
        return [["sled", f"--major={install.version[0]}", "sync"]]

    def stale(self, output: str) -> bool:
        return "off the track" in output

    def run(self, script: str) -> list[str]:
        return ["sled", script]

    def from_npmrc(self, npmrc: str) -> str:
        return npmrc.upper()


LOCK = "sled 3\nnext 15.5.0 sha512-aaaa\nsharp 0.32.0 sha512-bbbb\n"
APP = {"name": "app", "dependencies": {"next": "15.5.0"}, "scripts": {"build": "next build"}}


def read(package: Mapping[str, Any], files: Mapping[str, str]) -> Project:
    """Facts of a source."""
    every = {"package.json": json.dumps(package), **files}
    return detect.read(SourceFiles(entries=list(every), files=every, paths=["app/page.tsx"]))


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one line that a new one needs beside its module."""
    monkeypatch.setattr(ecosystems, "ECOSYSTEMS", (*ecosystems.ECOSYSTEMS, Sled()))


def test_its_files_are_looked_at() -> None:
    assert {"sled.lock", "sled-workspace.json", ".sledrc", "package.json"} <= set(inputs.manifests())


def test_it_is_detected_by_its_lockfile() -> None:
    found = read(APP, {"sled.lock": LOCK})
    assert (found.manager, found.manager_version, found.lockfile) == (Sled(), "3.0.0", "sled.lock")
    assert [(one.name, one.version) for one in found.locked] == [("next", "15.5.0"), ("sharp", "0.32.0")]
    assert (found.next, found.reasons["manager"]) == ("15.5.0", "sled.lock (sled 3)")


@pytest.mark.parametrize(
    ("package", "files", "version", "reason"),
    [
        ({"packageManager": "sled@3.1.0"}, {"package-lock.json": NPM}, "3.1.0", "sled.lock (sled 3), packageManager"),
        ({"packageManager": "sled@3.1.0"}, {".sledrc": "pin=3.9.9"}, "3.1.0", "sled.lock (sled 3), packageManager"),
        ({}, {".sledrc": "pin=3.9.9"}, "3.9.9", "sled.lock (sled 3), .sledrc"),
    ],
)
def test_its_version_is_what_the_source_names(
    package: dict[str, Any], files: dict[str, str], version: str, reason: str
) -> None:
    found = read({**APP, **package}, {"sled.lock": LOCK, **files})
    assert (found.manager.id, found.manager_version, found.reasons["manager"]) == ("sled", version, reason)


def test_its_workspace_is_found() -> None:
    member = json.dumps({"name": "web", "dependencies": {"next": "15.5.0"}})
    files = {"sled.lock": LOCK, "sled-workspace.json": '["apps/*", 5]', "apps/web/package.json": member}
    found = read({"name": "root"}, files)
    assert (found.app, found.manager.id, found.lockfile) == ("apps/web", "sled", "sled.lock")


@pytest.mark.parametrize(
    ("package", "files", "refusal", "facts"),
    [
        (
            {},
            {"sled.lock": "ice"},
            "lockfile.unreadable",
            {"lockfile": "sled.lock", "problem": "not a lockfile of sled"},
        ),
        ({}, {"sled.lock": LOCK, ".sledrc": "key=abc"}, "project.credential", {"file": ".sledrc"}),
        (
            {},
            {"sled.lock": LOCK, "package-lock.json": NPM},
            "lockfile.several",
            {"lockfiles": ["package-lock.json", "sled.lock"]},
        ),
        (
            {"packageManager": "cart@1.0.0"},
            {"sled.lock": LOCK},
            "project.unsupported-manager",
            {"manager": "cart", "known": "pnpm, npm, yarn, bun or sled"},
        ),
        (
            {"packageManager": "sled@3.0.0"},
            {"yarn.lock": "# yarn lockfile v1\n"},
            "project.manager-contradiction",
            {"manager": "sled 3.0.0", "lockfile": "yarn.lock of yarn 1", "name": "sled"},
        ),
    ],
)
def test_what_is_wrong_with_its_files_is_refused(
    package: dict[str, Any], files: dict[str, str], refusal: str, facts: Mapping[str, object]
) -> None:
    with pytest.raises(ProjectError) as error:
        read({**APP, **package}, files)
    assert error.value.id == refusal
    assert facts.items() <= error.value.facts.items()


def test_the_plan_takes_it() -> None:
    facts = read(APP, {"sled.lock": LOCK})
    plan = plan_of(facts, npm_registry="https://mirror.example/npm/", native="linux/arm64", platforms=("linux/arm64",))
    install = plan.install
    assert (install.manager, install.lockfile, install.store) == ("sled", "sled.lock", "next-distroless-sled-store")
    assert install.commands == (("sled", "--major=3", "sync"),)
    assert install.env == {"SLED_STORE": "/store", "SLED_REGISTRY": "https://mirror.example/npm/"}
    package = Package("@sled/cli-arm64", "3.0.0", "")
    assert install.fetch == (Fetch(package=package, to="/opt/packages/sled", bins={"sled": "bin/sled"}),)
    assert plan.build.steps == (Step(directory=".", command=("sled", "build")),)
    unpinned = message("warning.cannot-be-pinned", package="@sled/cli-arm64", version="3.0.0")
    assert f"warning: {unpinned.line}" in plan.notes
    assert ("sharp", "0.32.0", "sha512-bbbb") in plan.trust.locked


def test_an_install_depends_on_its_files_and_no_others() -> None:
    plan = plan_of(read(APP, {"sled.lock": LOCK}))
    files = dict.fromkeys(("package.json", "sled.lock", ".sledrc", "sled-workspace.json", "bun.lock", "a.ts"), "sum")
    inputs_ = of_install(plan, files)["manifests and lockfile"]
    assert set(inputs_) == {"package.json", "sled.lock", ".sledrc", "sled-workspace.json"}


class _Secret:
    async def plaintext(self) -> str:
        return "registry=x"


class _Dag:
    def set_secret(self, name: str, plaintext: str) -> tuple[str, str]:
        return name, plaintext


@pytest.mark.parametrize(
    ("manager", "settings"),
    [
        ("npm", None),
        ("berry", {".yarnrc.yml": ("next-distroless-berry-settings", '{"npmRegistryServer": "x"}')}),
        ("sled", {".sledrc": ("next-distroless-sled-settings", "REGISTRY=X")}),
    ],
)
async def test_registries_and_tokens_have_its_form(
    manager: str, settings: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deps, "dag", _Dag())
    lockfile, text = ("package-lock.json", NPM) if manager == "npm" else ("sled.lock", LOCK)
    files = {"yarn.lock": "__metadata:\n  version: 8\n"} if manager == "berry" else {lockfile: text}
    given: Any = _Secret()
    found = await deps._settings(plan_of(read(APP, files)).install, given)
    assert found == (settings or {".npmrc": given})
