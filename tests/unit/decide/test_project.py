"""Facts of an app, from the content of its files."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from ci.decide.project.detect import read as detect
from ci.decide.project.facts import Project
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import POINT
from ci.errors import ProjectError
from ci.messages import message

PNPM_9 = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n"
PNPM_6 = "lockfileVersion: '6.0'\n\nsettings:\n  autoInstallPeers: true\n"
NPM = json.dumps({"name": "app", "lockfileVersion": 3, "packages": {}})
YARN = "# yarn lockfile v1\n"
BERRY = "# yarn's\n\n__metadata:\n  version: 8\n  cacheKey: 10c0\n"
BUN = '{"lockfileVersion": 1, "packages": {}}'
LOCKS = {"pnpm-lock.yaml": PNPM_9, "package-lock.json": NPM, "yarn.lock": YARN, "bun.lock": BUN, "bun.lockb": "\0"}
HASH = "sha512." + "ab" * 64
FONT = "import { %s } from 'next/font/google'"


def pnpm_lock(*packages: str) -> str:
    """A lockfile with packages such as ``next@15.5.0``."""
    lines = [f"  {package}:\n    resolution: {{integrity: sha512-aaaa}}\n" for package in packages]
    return PNPM_9 + "\npackages:\n\n" + "\n".join(lines)


def source(package: Mapping[str, Any] | str | None = None, **seen: Any) -> SourceFiles:
    """An app with the least package.json, to which ``package`` adds keys, and with pnpm's lockfile."""
    merged = {"name": "app", "dependencies": {"next": "15.5.0"}, **(package if isinstance(package, Mapping) else {})}
    manifest = package if isinstance(package, str) else json.dumps(merged)
    files = {"package.json": manifest, **seen.pop("files", {})}
    if not any(name in LOCKS for name in files):
        files["pnpm-lock.yaml"] = PNPM_9
    seen.setdefault("paths", ["app/page.tsx"])
    return SourceFiles(entries=[*{path.partition("/")[0] for path in files}, "src", "public"], files=files, **seen)


def read(package: Mapping[str, Any] | str | None = None, *, node: str = "", **seen: Any) -> Project:
    return detect(source(package, **seen), node=node)


def refused(*args: Any, **kwargs: Any) -> ProjectError:
    with pytest.raises(ProjectError) as error:
        read(*args, **kwargs)
    return error.value


# package.json


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
    assert (found.app, found.next, found.siblings, found.turbo) == (".", "15.5.0", (), False)
    assert found.scripts == {"build": "next build"}
    assert found.reasons["app"] == "the source itself"
    assert found.warnings == ()


def test_what_everyone_can_fetch_follows_from_lockfile_and_settings() -> None:
    files = {"pnpm-lock.yaml": pnpm_lock("next@15.5.0", "'@acme/pay@1.0.0'")}
    assert read(files=files).public == (("next", "15.5.0"), ("@acme/pay", "1.0.0"))
    scoped = {**files, ".npmrc": "@acme:registry=https://npm.corp.example/\n"}
    assert read(files=scoped).public == (("next", "15.5.0"),)
    assert read(files={**files, ".npmrc": "registry=https://npm.corp.example/\n"}).public == ()


def test_next_may_be_a_development_dependency() -> None:
    assert read({"dependencies": {}, "devDependencies": {"next": "14.0.0"}}).next == "14.0.0"


@pytest.mark.parametrize("value", [None, "", 5, {"type": "MIT"}, ["MIT"]])
def test_texts_of_another_type_count_as_absent(value: object) -> None:
    found = read(dict.fromkeys(("name", "version", "description", "license", "packageManager", "engines"), value))
    assert (found.name, found.version, found.description, found.license) == ("app", "0.0.0", "", "")
    assert found.manager.id == "pnpm"
    assert found.reasons["node"] == "default"


@pytest.mark.parametrize("key", ["scripts", "devDependencies", "optionalDependencies"])
def test_an_empty_table_may_be_null(key: str) -> None:
    assert read({key: None}).scripts == {}


def test_a_script_that_is_no_text_counts_as_empty() -> None:
    assert read({"scripts": {"build": ["next", "build"], "start": "next start"}}).scripts == {
        "build": "",
        "start": "next start",
    }


def test_a_byte_order_mark_is_no_content() -> None:
    assert read('\ufeff{"name": "b", "dependencies": {"next": "15"}}').name == "b"


@pytest.mark.parametrize(
    ("package", "refusal", "facts"),
    [
        ("{", "project.not-json", {"file": "package.json"}),
        ('{"name": "a",}', "project.not-json", {"file": "package.json"}),
        ("", "project.not-json", {"file": "package.json"}),
        ("[" * 100_000, "project.not-json", {"file": "package.json"}),
        ("[]", "project.not-an-object", {"file": "package.json"}),
        ("null", "project.not-an-object", {"file": "package.json"}),
        ("{}", "project.no-next", {"instead": POINT}),
        ('{"dependencies": {"react": "19"}}', "project.no-next", {"instead": POINT}),
        ('{"dependencies": null}', "project.no-next", {"instead": POINT}),
        (
            '{"dependencies": ["next"]}',
            "project.key-not-an-object",
            {"file": "package.json", "key": "dependencies"},
        ),
        (
            '{"dependencies": {"next": "15"}, "scripts": "next build"}',
            "project.key-not-an-object",
            {"file": "package.json", "key": "scripts"},
        ),
    ],
)
def test_a_package_json_that_is_none(package: str, refusal: str, facts: Mapping[str, object]) -> None:
    error = refused(package)
    assert error.id == refusal
    assert facts.items() <= error.facts.items()


def test_a_directory_without_package_json() -> None:
    with pytest.raises(ProjectError) as error:
        detect(SourceFiles(entries=["index.html"]))
    assert (error.value.id, error.value.facts) == ("project.no-package-json", {"instead": POINT})


# Next.js


@pytest.mark.parametrize(
    ("wanted", "locked", "version", "reason", "warning"),
    [
        ("^15.1.0", ["next@15.5.2"], "15.5.2", "pnpm-lock.yaml", ""),
        ("latest", ["next@16.1.0"], "16.1.0", "pnpm-lock.yaml", ""),
        ("catalog:", ["next@16.1.0-canary.3"], "16.1.0-canary.3", "pnpm-lock.yaml", ""),
        ("^14.2.0", ["next@14.2.35", "next@15.5.2"], "14.2.35", "pnpm-lock.yaml", ""),
        ("^15.1.0", ["next@15.1.0", "next@15.5.2"], "^15.1.0", "package.json", ""),
        ("catalog:", ["next@14.2.35", "next@15.5.2"], "catalog:", "package.json", "warning.unknown-next"),
        ("^15.1.0", ["react@19.0.0"], "^15.1.0", "package.json", ""),
        ("~13.5.1", [], "~13.5.1", "package.json", ""),
        (">=13", [], ">=13", "package.json", ""),
        ("12.3.4", [], "12.3.4", "package.json", "warning.old-next"),
        ("^12.1.0", ["next@12.3.7"], "12.3.7", "pnpm-lock.yaml", "warning.old-next"),
        ("latest", [], "latest", "package.json", "warning.unknown-next"),
    ],
)
def test_the_version_of_next(wanted: str, locked: list[str], version: str, reason: str, warning: str) -> None:
    lock = {"pnpm-lock.yaml": pnpm_lock(*locked) if locked else PNPM_9}
    found = read({"dependencies": {"next": wanted}}, files=lock)
    assert (found.next, found.reasons["next"]) == (version, reason)
    assert [one.id for one in found.warnings] == ([warning] if warning else [])
    assert all(one.facts["version"] == version for one in found.warnings)


# Node.js


@pytest.mark.parametrize(
    ("node", "files", "engines", "major", "reason"),
    [
        ("", {}, "", "22", "default"),
        ("20", {}, "", "20", "the pipeline file"),
        ("v24.1", {".nvmrc": "20", ".node-version": "20"}, "", "24", "the pipeline file"),
        ("", {".nvmrc": "v22.1.0\n"}, "", "22", ".nvmrc"),
        ("", {".nvmrc": "  24.3\n", ".node-version": "20"}, "", "24", ".nvmrc"),
        ("", {".nvmrc": "lts/*\n", ".node-version": "v22.10.0\n"}, ">=24", "22", ".node-version"),
        ("", {".nvmrc": "lts/*"}, "", "22", "default"),
        ("", {".nvmrc": "20.10.0\n"}, ">=20 <21", "20", ".nvmrc"),
        ("", {".nvmrc": "lts/krypton\n"}, "", "24", ".nvmrc"),
        ("", {".nvmrc": "node\n"}, ">=24", "24", "engines in package.json"),
        ("", {".node-version": "24.0.0"}, "", "24", ".node-version"),
    ],
)
def test_the_version_of_node(node: str, files: dict[str, str], engines: str, major: str, reason: str) -> None:
    found = read({"engines": {"node": engines}}, node=node, files=files)
    assert (found.node, found.reasons["node"]) == (major, reason)


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
        (">22", "24"),
        (">22.1", "22"),
        (">=20 <22.5", "22"),
        (">=22 <22.5 || 24", "24"),
        ("^20.9.0 || >=24", "24"),
        ("^20 || 22.7.1", "22"),
        (">=22.99 <23 || ^20", "22"),
        ("<22.0.0", "20"),
        ("20 || <18", "20"),
        ("=24.21.0", "24"),
        (">23.0.0-rc.1 <25", "24"),
        (">=20 <21", "20"),
        (">=18.17 <22", "20"),
        ("18 - 20", "20"),
        ("18.0.0 - 22.1.0", "22"),
        ("16.x", "22"),
        (">=26", "22"),
        ("lts/*", "22"),
    ],
)
def test_engines_decide_where_the_default_does_not_fit(engines: str, major: str) -> None:
    found = read({"engines": {"node": engines}})
    assert (found.node, found.reasons["node"]) == (major, "default" if major == "22" else "engines in package.json")


@pytest.mark.parametrize(
    ("node", "engines"),
    [("", ""), ("", "*"), ("", "   "), ("", ">=20.9.0"), ("", "^20"), ("20", "20.x || 22.x")],
)
def test_a_range_that_the_image_meets_is_no_warning(node: str, engines: str) -> None:
    assert read({"engines": {"node": engines}}, node=node).warnings == ()


@pytest.mark.parametrize(
    ("node", "engines", "warning", "facts"),
    [
        *(
            (node, engines, "warning.engines-unmet", {"range": engines, "release": release, "lines": lines})
            for node, engines, release, lines in (
                ("", ">=20 <22.5", "22.23.3", "20, which is out of support"),
                ("20", ">=24", "20.20.2", "24"),
                ("20", ">=22", "20.20.2", "22 or 24"),
            )
        ),
        *(
            (
                *("", engines, "warning.engines-met-by-none"),
                {"range": engines, "release": "22.23.3", "releases": "20.20.2, 22.23.3, 24.21.0"},
            )
            for engines in ("16.x", ">=26", "22.7.x")
        ),
        ("", "lts/*", "warning.engines-not-a-range", {"range": "lts/*", "line": "22"}),
        ("", f"{'x ' * 200}y", "warning.engines-not-a-range", {"range": "x " * 30, "line": "22"}),
    ],
)
def test_a_range_that_the_image_does_not_meet_is_a_warning(
    node: str, engines: str, warning: str, facts: Mapping[str, str]
) -> None:
    expected = message(warning, file="package.json", **facts)
    (found,) = read({"engines": {"node": engines}}, node=node).warnings
    assert (found.id, found.line) == (expected.id, expected.line)


def test_engines_may_be_a_number() -> None:
    assert read({"engines": {"node": 24}}).node == "24"


@pytest.mark.parametrize("engines", [None, [], "22", {"node": None}, {"node": ["24"]}, {"npm": ">=10"}])
def test_engines_without_a_range_decide_nothing(engines: object) -> None:
    found = read({"engines": engines})
    assert (found.node, found.reasons["node"], found.warnings) == ("22", "default", ())


@pytest.mark.parametrize(
    ("files", "engines", "major", "named", "state", "which"),
    [
        ({".nvmrc": "v16.20.1\n"}, "", "22", "16", "out of support", "oldest"),
        ({".nvmrc": "18"}, ">=18", "22", "18", "out of support", "oldest"),
        ({".nvmrc": "18"}, ">=24", "24", "18", "out of support", "oldest"),
        ({".nvmrc": "16"}, "16.x", "22", "16", "out of support", "oldest"),
        ({".nvmrc": "18"}, "18.x || 20.x", "20", "18", "out of support", "oldest"),
        ({".nvmrc": "lts/gallium"}, "", "22", "16", "out of support", "oldest"),
        ({".nvmrc": "lts/*", ".node-version": "14"}, "", "22", "14", "out of support", "oldest"),
        ({".nvmrc": "21"}, "", "22", "21", "out of support", "oldest"),
        ({".nvmrc": "v23.1.0"}, "", "24", "23", "out of support", "oldest"),
        ({".nvmrc": "v20.10.0"}, "", "24", "20", "out of support", "newest"),
        ({".nvmrc": "lts/iron"}, ">=20", "24", "20", "out of support", "newest"),
        ({".nvmrc": "20"}, ">=20 <23", "22", "20", "out of support", "newest"),
        ({".nvmrc": "26"}, "", "24", "26", "not known here", "newest"),
        ({".node-version": "220"}, "<23", "22", "220", "not known here", "newest"),
    ],
)
def test_a_line_that_developers_name_and_that_is_not_supported_does_not_end_the_run(  # noqa: PLR0917
    files: dict[str, str], engines: str, major: str, named: str, state: str, which: str
) -> None:
    found = read({"engines": {"node": engines}}, files=files)
    file = ".nvmrc" if ".node-version" not in files else ".node-version"
    assert found.node == major
    assert (
        found.reasons["node"] == f"{file}: {named} is {state}, {major} is the {which} supported line that engines allow"
    )
    assert found.warnings[0] == message("warning.node-line", file=file, version=named, state=state, line=major)


def test_a_line_that_is_named_and_allowed_alone_stays() -> None:
    found = read({"engines": {"node": "20.x"}}, files={".nvmrc": "20"})
    assert (found.node, found.reasons["node"], found.warnings) == ("20", ".nvmrc", ())


@pytest.mark.parametrize("version", ["18", "16.20.1", "220"])
def test_an_unsupported_node_in_the_pipeline_file_is_an_error(version: str) -> None:
    error = refused(node=version)
    assert error.id == "project.node"
    facts = {"reason": "the pipeline file", "version": version.partition(".")[0], "known": ("20", "22", "24")}
    assert error.facts == facts


# Credentials


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".npmrc", "//npm.example/:_authToken=npm_abc\n"),
        (".npmrc", "registry=https://r.example\n_auth = dXNlcjpwYXNz\n"),
        (".npmrc", "//r.example/:_password=c2VjcmV0"),
        (".npmrc", "//r.example/:username=me\n//r.example/:_password = c2VjcmV0\n"),
        (".npmrc", "//r.example/:_authToken=${A}\n//s.example/:_authToken=npm_abc\n"),
        (".npmrc", "//r.example/:_authToken='npm_abc'\n"),
        ("apps/web/.npmrc", "//npm.example/:_authToken=npm_abc\n"),
        (".yarnrc.yml", "npmAuthToken: npm_abc\n"),
        (".yarnrc.yml", "npmRegistries:\n  //npm.example:\n    npmAuthIdent: 'me:npm_abc'\n"),
    ],
)
def test_a_credential_is_refused_and_not_repeated(path: str, text: str) -> None:
    error = refused(files={path: text})
    assert (error.id, error.facts) == ("project.credential", {"file": path})
    assert "npm_abc" not in str(error)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (".npmrc", ""),
        (".npmrc", "auto-install-peers=true\n"),
        (".npmrc", "//npm.example/:_authToken=${NPM_TOKEN}\n"),
        (".npmrc", "//npm.example/:_authToken = ${NPM_TOKEN}\n"),
        (".npmrc", '//npm.example/:_authToken="${NPM_TOKEN}"\n'),
        (".npmrc", "//npm.example/:_authToken=\nfund=false\n"),
        (".npmrc", "always-auth=true\n"),
        (".yarnrc.yml", 'npmAuthToken: "${NPM_TOKEN}"\n'),
        (".yarnrc.yml", "npmAuthToken: ''\nnpmAlwaysAuth: true\n"),
        (".yarnrc.yml", "npmAuthToken:\nnodeLinker: node-modules\n"),
    ],
)
def test_settings_without_credential_are_fine(path: str, text: str) -> None:
    assert read(files={path: text}).name == "app"


# Fonts and variables


@pytest.mark.parametrize(
    ("imports", "names"),
    [
        ([], ()),
        ([FONT % "Inter"], ("Inter",)),
        (['import {Inter} from "next/font/google";'], ("Inter",)),
        ([FONT % "Roboto, Inter"], ("Inter", "Roboto")),
        ([FONT % "Inter as Sans, Geist_Mono as mono"], ("Geist_Mono", "Inter")),
        ([FONT % "\n  Inter,\n  Geist,\n"], ("Geist", "Inter")),
        ([FONT % "\n  Inter\n    as Sans,\n"], ("Inter",)),
        ([FONT % "\n  Inter, // for text, mostly\n  /* Roboto, */ Geist\n"], ("Geist", "Inter")),
        ([FONT % "Inter", FONT % "Geist, Inter"], ("Geist", "Inter")),
        ([f"{FONT % 'Inter'}; {FONT % 'Geist'}"], ("Geist", "Inter")),
        ([(FONT % "type NextFont, Inter").replace("next/font", "@next/font")], ("Inter",)),
        ([FONT % "type A, Noto_Sans_JP as Body"], ("Noto_Sans_JP",)),
        (["import { Local } from 'next/font/local'"], ()),
        (["import Image from 'next/image'"], ()),
        (["import { useState } from 'react'\n" + FONT % "Inter"], ("Inter",)),
        ([FONT % ""], ()),
    ],
)
def test_fonts(imports: list[str], names: tuple[str, ...]) -> None:
    assert read(imports={f"src/{n}.ts": text for n, text in enumerate(imports)}).fonts == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("const a = process.env.API_URL", ("API_URL",)),
        ("process.env.B_2 ?? process.env.A_1!", ("A_1", "B_2")),
        ("process.env['API_URL'] + process.env[\"KEY\"] + process.env[`T`]", ("API_URL", "KEY", "T")),
        ("process.env?.A, process.env?.['B']", ("A", "B")),
        ("globalThis.process.env.A", ("A",)),
        ("const { A, B: c = 1, D = 'x', ...rest } = process.env", ("A", "B", "D")),
        ("const {\n  A,\n  B: c,\n} = process.env;", ("A", "B")),
        ("const { A }: NodeJS.ProcessEnv = process.env", ("A",)),
        ("const { lower_case } = process.env", ("lower_case",)),
        ("const { length } = process.env.A", ("A",)),
        ("process.env[name]", ()),
        ("process.environment.A; process.env = {}", ()),
        ("// process.env.OLD\nprocess.env.NEW /* process.env.GONE */", ("NEW",)),
        ("fetch('http://x/' + process.env.A)", ("A",)),
        ("process.env.NODE_ENV, process.env.NEXT_RUNTIME, process.env.NEXT_PHASE", ()),
        ("process.env.PWD + process.env.HOME + process.env.CI + process.env.HOMEPAGE", ("HOMEPAGE",)),
        ("process.env.NEXT_TELEMETRY_DISABLED + process.env.__NEXT_X + process.env.npm_package_version", ()),
        ("process.env.NEXT_PUBLIC_A + process.env.NEXT_PRIVATE_STANDALONE", ("NEXT_PUBLIC_A",)),
    ],
)
def test_variables_that_the_source_reads(text: str, names: tuple[str, ...]) -> None:
    assert read(env_reads={"src/a.ts": text}).env == names


def test_native_packages_that_need_their_install_script() -> None:
    lock = pnpm_lock(
        *("next@15.5.0", "better-sqlite3@11.9.1", "sqlite3@5.1.7", "bcrypt@5.1.1", "sharp@0.32.6"),
        *("sharp@0.34.5", "'@prisma/engines@6.1.0'"),
    )
    (found,) = read(files={"pnpm-lock.yaml": lock}).warnings
    assert found.id == "warning.install-script"
    assert found.facts["packages"] == ("bcrypt", "better-sqlite3", "sharp", "sqlite3")


def test_native_packages_that_bring_their_machine_code() -> None:
    lock = pnpm_lock("next@15.5.0", "better-sqlite3@13.0.0", "bcrypt@6.0.0", "sharp@0.33.0", "sharp@0.34.5")
    assert read(files={"pnpm-lock.yaml": lock}).warnings == ()
