"""Facts of an app, from the content of its files."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ci import project
from ci.errors import ProjectError
from ci.project import Project

PNPM_9 = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n"
PNPM_6 = "lockfileVersion: '6.0'\n\nsettings:\n  autoInstallPeers: true\n"
NPM_3 = '{"name": "app", "lockfileVersion": 3}'
HASH = "sha512." + "ab" * 64


def read(
    package: Mapping[str, Any] | str | None = None,
    *,
    lock: Mapping[str, str] | None = None,
    node: str = "",
    fonts: tuple[str, ...] = (),
    **files: str,
) -> Project:
    """Facts of an app with these files; keys of ``package`` are added to the least package.json."""
    merged = {"name": "app", "dependencies": {"next": "15.5.0"}, **(package if isinstance(package, Mapping) else {})}
    locks = {"pnpm-lock.yaml": PNPM_9} if lock is None else lock
    dotted = {"." + name.replace("_", "-"): text for name, text in files.items()}
    all_files = {"package.json": package if isinstance(package, str) else json.dumps(merged), **locks, **dotted}
    known = {name: text for name, text in all_files.items() if name in project.READ}
    return project.read([*all_files, "src", "public"], known, fonts, node)


def refused(*args: Any, **kwargs: Any) -> ProjectError:
    with pytest.raises(ProjectError) as error:
        read(*args, **kwargs)
    return error.value


def test_facts_come_from_package_json() -> None:
    found = read(
        {
            "name": "@scope/app",
            "version": "1.2.3",
            "description": "An app",
            "license": "MIT",
            "scripts": {"build": "next build"},
            "devDependencies": {"next": "14.0.0"},
        }
    )
    assert (found.name, found.version, found.description, found.license) == ("@scope/app", "1.2.3", "An app", "MIT")
    assert found.next == "15.5.0"
    assert found.scripts == {"build": "next build"}


def test_next_may_be_a_development_dependency() -> None:
    assert read({"dependencies": {}, "devDependencies": {"next": "14.0.0"}}).next == "14.0.0"


@pytest.mark.parametrize("value", [None, "", 5, {"type": "MIT"}, ["MIT"]])
def test_texts_of_another_type_count_as_absent(value: object) -> None:
    found = read(dict.fromkeys(("name", "version", "description", "license", "packageManager", "engines"), value))
    assert (found.name, found.version, found.description, found.license) == ("app", "0.0.0", "", "")
    assert found.manager.name == "pnpm"
    assert found.node_reason == "default"


@pytest.mark.parametrize("key", ["scripts", "devDependencies"])
def test_an_empty_table_may_be_null(key: str) -> None:
    assert read({key: None}).scripts == {}


@pytest.mark.parametrize(
    ("package", "what", "fix"),
    [
        ("{", "package.json is not JSON: ", "correct the file"),
        ('{"name": "a",}', "package.json is not JSON: ", "correct the file"),
        ("", "package.json is not JSON: ", "correct the file"),
        ("[]", "package.json is not an object", "correct the file"),
        ("null", "package.json is not an object", "correct the file"),
        ("{}", "package.json has no dependency `next`", "point --source at the directory of a Next.js app"),
        ('{"dependencies": {"react": "19"}}', "package.json has no dependency `next`", "point --source"),
        ('{"dependencies": null}', "package.json has no dependency `next`", "point --source"),
        ('{"dependencies": ["next"]}', "package.json: `dependencies` is not an object", "correct the file"),
        (
            '{"dependencies": {"next": "15"}, "scripts": "next build"}',
            "package.json: `scripts` is not an object",
            "correct the file",
        ),
    ],
)
def test_a_package_json_that_is_none(package: str, what: str, fix: str) -> None:
    error = refused(package)
    assert error.what.startswith(what)
    assert error.fix.startswith(fix)


def test_a_directory_without_package_json() -> None:
    with pytest.raises(ProjectError) as error:
        project.read(["index.html"], {})
    assert error.value.what == "the source has no package.json"
    assert error.value.fix == "point --source at the directory of a Next.js app"


@pytest.mark.parametrize(
    ("declared", "locks", "name"),
    [
        (None, ["pnpm-lock.yaml"], "pnpm"),
        (None, ["package-lock.json"], "npm"),
        ("pnpm@10.14.0", ["pnpm-lock.yaml"], "pnpm"),
        ("pnpm", ["pnpm-lock.yaml"], "pnpm"),
        ("npm@10.9.0", ["package-lock.json", "pnpm-lock.yaml"], "npm"),
        ("pnpm@10.14.0", ["package-lock.json", "pnpm-lock.yaml"], "pnpm"),
        ("pnpm@10.14.0", ["pnpm-lock.yaml", "yarn.lock", "bun.lock"], "pnpm"),
    ],
)
def test_the_manager_follows_from_lockfile_and_declaration(declared: str | None, locks: list[str], name: str) -> None:
    assert read({"packageManager": declared}, lock=dict.fromkeys(locks, "")).manager.name == name


@pytest.mark.parametrize(
    ("declared", "locks", "what", "fix"),
    [
        (None, [], "the app has no lockfile", "run `pnpm install` or `npm install`, and commit"),
        ("pnpm@10.14.0", [], "the app has no lockfile", "run `pnpm install` or `npm install`, and commit"),
        (
            None,
            ["pnpm-lock.yaml", "package-lock.json"],
            "the app has 2 lockfiles: package-lock.json, pnpm-lock.yaml",
            "delete all but one, or name the manager in package.json",
        ),
        (
            "yarn@4.0.0",
            ["bun.lock", "pnpm-lock.yaml", "package-lock.json"],
            "the app has 3 lockfiles: bun.lock, package-lock.json, pnpm-lock.yaml",
            "delete all but one",
        ),
        (
            "npm@10.9.0",
            ["pnpm-lock.yaml"],
            "package.json says packageManager npm, but the lockfile is pnpm-lock.yaml",
            "run `npm install` and commit its lockfile",
        ),
        (
            "yarn@4.0.0",
            ["package-lock.json"],
            "package.json says packageManager yarn, but the lockfile is package-lock.json",
            "run `yarn install`",
        ),
        (None, ["yarn.lock"], "the package manager yarn (yarn.lock) is not supported yet", "use pnpm or npm"),
        ("yarn@4.0.0", ["yarn.lock", "package-lock.json"], "the package manager yarn (yarn.lock) is not", "use pnpm"),
        (None, ["bun.lock"], "the package manager bun (bun.lock) is not supported yet", "use pnpm or npm"),
        ("bun@1.2.0", ["bun.lockb"], "the package manager bun (bun.lockb) is not supported yet", "use pnpm or npm"),
    ],
)
def test_lockfiles_that_leave_a_question(declared: str | None, locks: list[str], what: str, fix: str) -> None:
    error = refused({"packageManager": declared}, lock=dict.fromkeys(locks, ""))
    assert error.what.startswith(what)
    assert error.fix.startswith(fix)


@pytest.mark.parametrize(
    ("declared", "lock", "version", "integrity"),
    [
        ("pnpm@10.14.0", {"pnpm-lock.yaml": PNPM_9}, "10.14.0", ""),
        (f"pnpm@10.14.0+{HASH}", {"pnpm-lock.yaml": PNPM_9}, "10.14.0", HASH),
        ("pnpm@8.15.9", {"pnpm-lock.yaml": PNPM_9}, "8.15.9", ""),
        ("pnpm", {"pnpm-lock.yaml": PNPM_6}, "8.15.9", ""),
        (None, {"pnpm-lock.yaml": PNPM_9}, "10.33.0", ""),
        (None, {"pnpm-lock.yaml": PNPM_6}, "8.15.9", ""),
        (None, {"package-lock.json": NPM_3}, "", ""),
        (f"npm@10.9.0+{HASH}", {"package-lock.json": NPM_3}, "10.9.0", HASH),
    ],
)
def test_the_managers_version(declared: str | None, lock: dict[str, str], version: str, integrity: str) -> None:
    found = read({"packageManager": declared}, lock=lock)
    assert (found.manager_version, found.manager_integrity) == (version, integrity)


@pytest.mark.parametrize(
    ("given", "major", "reason"),
    [
        ({}, "22", "default"),
        ({"node": "20"}, "20", "the pipeline file"),
        ({"node": "24", "nvmrc": "20", "node_version": "20"}, "24", "the pipeline file"),
        ({"nvmrc": "v22.1.0\n"}, "22", ".nvmrc"),
        ({"nvmrc": "20"}, "20", ".nvmrc"),
        ({"nvmrc": "  24.3\n", "node_version": "20"}, "24", ".nvmrc"),
        ({"nvmrc": "lts/*\n", "node_version": "v20.10.0\n"}, "20", ".node-version"),
        ({"nvmrc": "lts/*"}, "22", "default"),
        ({"nvmrc": "node\n", "package": {"engines": {"node": ">=24"}}}, "24", "engines in package.json"),
        ({"node_version": "24.0.0"}, "24", ".node-version"),
        ({"nvmrc": "20", "package": {"engines": {"node": ">=24"}}}, "20", ".nvmrc"),
    ],
)
def test_the_version_of_node(given: dict[str, Any], major: str, reason: str) -> None:
    found = read(given.pop("package", None), **given)
    assert (found.node, found.node_reason) == (major, reason)


@pytest.mark.parametrize(
    ("engines", "major"),
    [
        ("", "22"),
        ("*", "22"),
        (">=18", "22"),
        (">=20.9.0", "22"),
        (">= 22.0.0", "22"),
        ("^22.1.0", "22"),
        (">20.1", "22"),
        ("18.x || 20.x || 22.x", "22"),
        (">=24", "24"),
        ("^24.1.0", "24"),
        ("^18.18.0 || >=24", "24"),
        ("24", "24"),
        ("20.x", "20"),
        ("^20.9.0", "20"),
        ("~20.1", "20"),
        ("v20", "20"),
        ("<=20", "20"),
        ("<=21", "20"),
        (">24.1", "24"),
        (">22", "22"),
        (">=20 <21", "20"),
        (">=18.17 <22", "20"),
        ("16.x", "22"),
        (">=26", "22"),
        ("lts/*", "22"),
    ],
)
def test_engines_decide_where_the_default_does_not_fit(engines: str, major: str) -> None:
    found = read({"engines": {"node": engines}})
    assert (found.node, found.node_reason) == (major, "default" if major == "22" else "engines in package.json")


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"node": "18"}, "the pipeline file asks for Node.js 18"),
        ({"nvmrc": "v18.20.1\n"}, ".nvmrc asks for Node.js 18"),
        ({"nvmrc": "lts/*", "node_version": "16"}, ".node-version asks for Node.js 16"),
        ({"nvmrc": "220"}, ".nvmrc asks for Node.js 220"),
    ],
)
def test_an_unsupported_node(given: dict[str, str], what: str) -> None:
    error = refused(**given)
    assert error.what == what
    assert error.fix == "supported are 20, 22, 24: set `node:`"


@pytest.mark.parametrize(
    "npmrc",
    [
        "//npm.example/:_authToken=npm_abc\n",
        "registry=https://r.example\n_auth = dXNlcjpwYXNz\n",
        "//r.example/:_password=c2VjcmV0",
        "//r.example/:username=me\n//r.example/:_password = c2VjcmV0\n",
        "//r.example/:_authToken=${A}\n//s.example/:_authToken=npm_abc\n",
        "//r.example/:_authToken='npm_abc'\n",
    ],
)
def test_a_credential_in_npmrc_is_refused_and_not_repeated(npmrc: str) -> None:
    error = refused(npmrc=npmrc)
    assert error.what == "the app's .npmrc holds a credential"
    assert "--npmrc" in error.fix
    assert "npm_abc" not in str(error)


@pytest.mark.parametrize(
    "npmrc",
    [
        "",
        "auto-install-peers=true\n",
        "//npm.example/:_authToken=${NPM_TOKEN}\n",
        "//npm.example/:_authToken = ${NPM_TOKEN}\n",
        '//npm.example/:_authToken="${NPM_TOKEN}"\n',
        "//npm.example/:_authToken=\nfund=false\n",
        "always-auth=true\n",
    ],
)
def test_an_npmrc_without_credential_is_fine(npmrc: str) -> None:
    assert read(npmrc=npmrc).name == "app"


@pytest.mark.parametrize(
    ("imports", "names"),
    [
        ([], ()),
        (["import { Inter } from 'next/font/google'"], ("Inter",)),
        (['import {Inter} from "next/font/google";'], ("Inter",)),
        (["import { Roboto, Inter } from 'next/font/google'"], ("Inter", "Roboto")),
        (["import { Inter as Sans, Geist_Mono as mono } from 'next/font/google'"], ("Geist_Mono", "Inter")),
        (["import {\n  Inter,\n  Geist,\n} from 'next/font/google'"], ("Geist", "Inter")),
        (["import {\n  Inter\n    as Sans,\n} from 'next/font/google'"], ("Inter",)),
        (
            ["import {\n  Inter, // for text, mostly\n  /* Roboto, */ Geist\n} from 'next/font/google'"],
            ("Geist", "Inter"),
        ),
        (
            ["import { Inter } from 'next/font/google'", "import { Geist, Inter } from 'next/font/google'"],
            ("Geist", "Inter"),
        ),
        (["import { Inter } from 'next/font/google'; import { Geist } from 'next/font/google'"], ("Geist", "Inter")),
        (["import { Local } from 'next/font/local'"], ()),
        (["import { useState } from 'react'\nimport { Inter } from 'next/font/google'"], ("Inter",)),
        (["import {} from 'next/font/google'"], ()),
    ],
)
def test_fonts(imports: list[str], names: tuple[str, ...]) -> None:
    assert project.fonts(imports) == names
    assert read(fonts=tuple(imports)).fonts == names


def test_what_is_read_are_the_files_that_decide() -> None:
    assert set(project.READ) == {
        *("package.json", ".nvmrc", ".node-version", ".npmrc"),
        *("pnpm-lock.yaml", "package-lock.json"),
    }
