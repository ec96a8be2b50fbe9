"""Package managers: frozen, without scripts, and one shape."""

import inspect

import pytest

from ci.managers import MANAGERS, Manager, by_name

NAMES = [manager.name for manager in MANAGERS]
METHODS = [name for name, _ in inspect.getmembers(Manager, inspect.isfunction) if not name.startswith("_")]

# What npm 11.19.1 and pnpm 10.33.0 print.
NPM_STALE = """\
npm error code EUSAGE
npm error
npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are \
in sync. Please update your lock file with `npm install` before continuing.
npm error
npm error Missing: is-number@7.0.0 from lock file
"""
NPM_MISSING = """\
npm error code EUSAGE
npm error
npm error The `npm ci` command can only install with an existing package-lock.json or
npm error npm-shrinkwrap.json with lockfileVersion >= 1.
"""
NPM_INTEGRITY = "npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed when using sha512\n"
PNPM_STALE = """\
 ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" because pnpm-lock.yaml is not up to date with \
<ROOT>/package.json
"""
PNPM_OVERRIDES = """\
 ERR_PNPM_LOCKFILE_CONFIG_MISMATCH  Cannot proceed with the frozen installation. The current "overrides" configuration \
doesn't match the value found in the lockfile
"""
PNPM_BREAKING = " ERR_PNPM_LOCKFILE_BREAKING_CHANGE  Lockfile /app/pnpm-lock.yaml not compatible with current pnpm\n"


def manager(name: str) -> Manager:
    found = by_name(name)
    assert found
    return found


def test_names_and_lockfiles_are_unique() -> None:
    assert len(set(NAMES)) == len({m.lockfile for m in MANAGERS}) == len(MANAGERS) > 1


@pytest.mark.parametrize("name", NAMES)
def test_a_manager_is_found_by_its_name(name: str) -> None:
    assert manager(name).name == name


def test_a_manager_that_is_not_supported_is_none() -> None:
    assert by_name("cargo") is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("method", METHODS)
def test_each_has_the_shape_of_the_protocol(name: str, method: str) -> None:
    parameters = inspect.signature(getattr(Manager, method)).parameters
    own = inspect.signature(getattr(type(manager(name)), method)).parameters
    assert {n: p.annotation for n, p in own.items()} == {n: p.annotation for n, p in parameters.items()}


@pytest.mark.parametrize(
    ("name", "lockfile", "inputs"),
    [
        ("npm", "package-lock.json", ("patches/**",)),
        ("pnpm", "pnpm-lock.yaml", ("pnpm-workspace.yaml", ".pnpmfile.cjs", "patches/**")),
    ],
)
def test_what_decides_what_is_installed(name: str, lockfile: str, inputs: tuple[str, ...]) -> None:
    assert (manager(name).lockfile, manager(name).inputs) == (lockfile, inputs)


@pytest.mark.parametrize(
    ("name", "words", "options"),
    [
        ("npm", "npm ci", "--ignore-scripts --prefer-offline --no-audit --no-fund --cache=/store"),
        (
            "pnpm",
            "pnpm install --frozen-lockfile",
            "--ignore-scripts --prefer-offline --reporter=append-only --config.store-dir=/store",
        ),
    ],
)
def test_the_install(name: str, words: str, options: str) -> None:
    assert manager(name).install("/store") == [*words.split(), *options.split()]


@pytest.mark.parametrize("name", NAMES)
def test_every_install_is_frozen_runs_no_scripts_and_keeps_its_store(name: str) -> None:
    program, *arguments = manager(name).install("/the/store")
    assert program == name
    assert {"ci", "--frozen-lockfile", "--immutable"} & set(arguments)
    assert "--ignore-scripts" in arguments or "--mode=skip-build" in arguments
    assert any("/the/store" in argument for argument in arguments)


@pytest.mark.parametrize("name", NAMES)
def test_scripts_and_packages_are_arguments_of_their_own(name: str) -> None:
    assert manager(name).run("gen:runtime") == [name, "run", "gen:runtime"]
    assert manager(name).rebuild(["sharp", "@prisma/client"]) == [name, "rebuild", "sharp", "@prisma/client"]


@pytest.mark.parametrize(
    ("name", "output", "stale"),
    [
        ("npm", NPM_STALE, True),
        ("npm", NPM_MISSING, False),
        ("npm", NPM_INTEGRITY, False),
        ("npm", "", False),
        ("pnpm", PNPM_STALE, True),
        ("pnpm", PNPM_OVERRIDES, True),
        ("pnpm", PNPM_BREAKING, False),
        ("pnpm", " ERR_PNPM_FETCH_404  GET https://npm.example/x: Not Found - 404\n", False),
        ("pnpm", "", False),
    ],
)
def test_a_stale_lockfile_is_told_from_other_failures(name: str, output: str, *, stale: bool) -> None:
    assert manager(name).stale(output) is stale


@pytest.mark.parametrize(
    ("name", "lockfile", "version"),
    [
        ("pnpm", "lockfileVersion: '9.0'\n", "10.33.0"),
        ("pnpm", "lockfileVersion: '6.0'\n", "8.15.9"),
        ("pnpm", "lockfileVersion: 6.1\n", "8.15.9"),
        ("pnpm", "# lockfileVersion: '6.0'\nlockfileVersion: '9.0'\n", "10.33.0"),
        ("pnpm", "", "10.33.0"),
        ("npm", '{"lockfileVersion": 2}', ""),
        ("npm", '{"lockfileVersion": 3}', ""),
    ],
)
def test_the_version_follows_from_the_lockfiles_format(name: str, lockfile: str, version: str) -> None:
    assert manager(name).version(lockfile) == version
