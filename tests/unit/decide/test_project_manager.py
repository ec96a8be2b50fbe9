"""The package manager, from lockfile and package.json."""

from collections.abc import Mapping

import pytest

from ci.decide.ecosystems import by_id
from ci.decide.project.detect import read as detect
from ci.decide.project.source_files import SourceFiles
from ci.errors import ProjectError
from tests.unit.decide.test_project import BERRY, BUN, HASH, LOCKS, NPM, PNPM_6, PNPM_9, YARN, read, refused


@pytest.mark.parametrize(
    ("declared", "locks", "manager", "lockfile"),
    [
        (None, ["pnpm-lock.yaml"], "pnpm", "pnpm-lock.yaml"),
        (None, ["package-lock.json"], "npm", "package-lock.json"),
        (None, ["yarn.lock"], "yarn", "yarn.lock"),
        (None, ["bun.lock"], "bun", "bun.lock"),
        (None, ["bun.lock", "bun.lockb"], "bun", "bun.lock"),
        (None, ["bun.lockb"], "bun", "bun.lockb"),
        ("pnpm@10.14.0", ["pnpm-lock.yaml"], "pnpm", "pnpm-lock.yaml"),
        ("pnpm", ["pnpm-lock.yaml"], "pnpm", "pnpm-lock.yaml"),
        ("npm@10.9.0", ["package-lock.json", "pnpm-lock.yaml"], "npm", "package-lock.json"),
        ("pnpm@10.14.0", ["package-lock.json", "pnpm-lock.yaml"], "pnpm", "pnpm-lock.yaml"),
        ("pnpm@10.14.0", ["pnpm-lock.yaml", "yarn.lock", "bun.lock"], "pnpm", "pnpm-lock.yaml"),
        ("yarn@1.22.22", ["package-lock.json", "yarn.lock"], "yarn", "yarn.lock"),
        ("bun@1.2.0", ["bun.lock", "bun.lockb", "yarn.lock"], "bun", "bun.lock"),
    ],
)
def test_the_manager_follows_from_lockfile_and_declaration(
    declared: str | None, locks: list[str], manager: str, lockfile: str
) -> None:
    found = read({"packageManager": declared}, files={name: LOCKS[name] for name in locks})
    assert (found.manager.id, found.lockfile) == (manager, lockfile)


@pytest.mark.parametrize("declared", [None, "yarn@4.5.0", "yarn"])
def test_a_lockfile_of_berry_is_told_by_its_content(declared: str | None) -> None:
    assert read({"packageManager": declared}, files={"yarn.lock": BERRY}).manager.id == "berry"


@pytest.mark.parametrize(
    ("declared", "locks", "refusal", "facts"),
    [
        (
            None,
            {"pnpm-lock.yaml": PNPM_9, "package-lock.json": NPM},
            "lockfile.several",
            {
                "count": 2,
                "lockfiles": ["package-lock.json", "pnpm-lock.yaml"],
                "checks": [
                    "`npm ci --dry-run` checks package-lock.json",
                    "`pnpm install --frozen-lockfile --lockfile-only` checks pnpm-lock.yaml",
                ],
            },
        ),
        (
            "yarn@4.0.0",
            {"bun.lock": BUN, "pnpm-lock.yaml": PNPM_9, "package-lock.json": NPM},
            "lockfile.several",
            {"count": 3, "lockfiles": ["bun.lock", "package-lock.json", "pnpm-lock.yaml"]},
        ),
        (
            None,
            {"bun.lock": BUN, "bun.lockb": "", "yarn.lock": YARN},
            "lockfile.several",
            {"count": 2, "lockfiles": ["bun.lock", "yarn.lock"]},
        ),
        (
            "npm@10.9.0",
            {"pnpm-lock.yaml": PNPM_9},
            "project.manager-contradiction",
            {"file": "package.json", "manager": "npm", "lockfile": "pnpm-lock.yaml", "name": "npm"},
        ),
        (
            "yarn@4.0.0",
            {"package-lock.json": NPM},
            "project.manager-contradiction",
            {"file": "package.json", "manager": "yarn", "lockfile": "package-lock.json", "name": "yarn"},
        ),
        (
            "yarn@4.0.0",
            {"yarn.lock": YARN},
            "project.manager-contradiction",
            {"file": "package.json", "manager": "yarn 4.0.0", "lockfile": "yarn.lock of yarn 1", "name": "yarn"},
        ),
        (
            "yarn@1.22.22",
            {"yarn.lock": BERRY},
            "project.manager-contradiction",
            {
                "file": "package.json",
                "manager": "yarn 1.22.22",
                "lockfile": "yarn.lock of yarn 2 or later",
                "name": "yarn",
            },
        ),
        (
            "cnpm@9.0.0",
            {"package-lock.json": NPM},
            "project.unsupported-manager",
            {"file": "package.json", "manager": "cnpm", "known": "pnpm, npm, yarn or bun"},
        ),
        (
            "pnpm@latest",
            {"pnpm-lock.yaml": PNPM_9},
            "project.manager-range",
            {"file": "package.json", "manager": "pnpm", "version": "latest"},
        ),
        (
            "pnpm@^9",
            {"pnpm-lock.yaml": PNPM_9},
            "project.manager-range",
            {"file": "package.json", "manager": "pnpm", "version": "^9"},
        ),
        (None, {"pnpm-lock.yaml": ""}, "lockfile.unreadable", {"lockfile": "pnpm-lock.yaml"}),
        (None, {"package-lock.json": "\0\x01garbage"}, "lockfile.unreadable", {"lockfile": "package-lock.json"}),
        (None, {"bun.lock": "[" * 100_000}, "lockfile.unreadable", {"lockfile": "bun.lock"}),
    ],
)
def test_lockfiles_that_leave_a_question(
    declared: str | None, locks: dict[str, str], refusal: str, facts: Mapping[str, object]
) -> None:
    error = refused({"packageManager": declared}, files=locks)
    assert error.id == refusal
    assert facts.items() <= error.facts.items()


@pytest.mark.parametrize(
    ("declared", "commands"),
    [
        (
            "",
            " or ".join(f"`{by_id(name).lock}`" for name in ("npm", "pnpm", "yarn", "bun")),
        ),
        ("yarn", "`yarn install`"),
        ("yarn@1.22.22", "`yarn install`"),
        ("yarn@4.0.0", "`yarn install --mode=update-lockfile`"),
        ("npm@11.0.0", "`npm install --package-lock-only`"),
    ],
)
def test_no_lockfile(declared: str, commands: str) -> None:
    package = f'{{"dependencies": {{"next": "15"}}, "packageManager": "{declared}"}}'
    with pytest.raises(ProjectError) as error:
        detect(SourceFiles(entries=["package.json"], files={"package.json": package}))
    assert (error.value.id, error.value.facts) == ("lockfile.none", {"commands": commands, "file": "package.json"})


@pytest.mark.parametrize(
    ("declared", "files", "version", "integrity", "reason"),
    [
        ("pnpm@10.14.0", {"pnpm-lock.yaml": PNPM_9}, "10.14.0", "", "(lockfileVersion 9.0), packageManager"),
        (f"pnpm@10.14.0+{HASH}", {"pnpm-lock.yaml": PNPM_9}, "10.14.0", HASH, "(lockfileVersion 9.0), packageManager"),
        ("pnpm@11.0.0-rc.1", {"pnpm-lock.yaml": PNPM_9}, "11.0.0-rc.1", "", "(lockfileVersion 9.0), packageManager"),
        (None, {"package-lock.json": NPM}, "", "", "(lockfileVersion 3)"),
        (f"npm@10.9.0+{HASH}", {"package-lock.json": NPM}, "10.9.0", HASH, "(lockfileVersion 3), packageManager"),
        ("yarn@1.22.19", {"yarn.lock": YARN}, "1.22.19", "", "(yarn lockfile v1), packageManager"),
        (
            None,
            {"yarn.lock": BERRY, ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-3.6.4.cjs\n"},
            *("3.6.4", "", "(version 8), .yarnrc.yml"),
        ),
        (
            "yarn@4.1.0",
            {"yarn.lock": BERRY, ".yarnrc.yml": "yarnPath: .yarn/releases/yarn-3.6.4.cjs\n"},
            *("4.1.0", "", "(version 8), packageManager"),
        ),
    ],
)
def test_the_managers_exact_version(
    declared: str | None, files: dict[str, str], version: str, integrity: str, reason: str
) -> None:
    found = read({"packageManager": declared}, files=files)
    assert (found.manager_version, found.manager_integrity) == (version, integrity)
    assert found.reasons["manager"] == f"{found.lockfile} {reason}"


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"pnpm-lock.yaml": PNPM_9}, "pnpm-lock.yaml (lockfileVersion 9.0)"),
        ({"pnpm-lock.yaml": PNPM_6}, "pnpm-lock.yaml (lockfileVersion 6.0)"),
        ({"yarn.lock": YARN}, "yarn.lock (yarn lockfile v1)"),
        ({"yarn.lock": BERRY}, "yarn.lock (version 8)"),
        ({"bun.lock": BUN}, "bun.lock (lockfileVersion 1)"),
        ({"bun.lockb": "\0"}, "bun.lockb"),
    ],
)
def test_without_a_declaration_the_lockfiles_format_decides(files: dict[str, str], reason: str) -> None:
    found = read(files=files)
    assert found.reasons["manager"] == reason
    assert found.manager_version == found.manager.version(files[found.lockfile])


def test_a_binary_lockfile_is_not_looked_into_which_is_said() -> None:
    (found,) = read(files={"bun.lockb": "\0"}).warnings
    assert (found.id, found.facts["lockfile"]) == ("warning.unread-lockfile", "bun.lockb")
    assert "bun.lock " in str(found.facts["hint"])
