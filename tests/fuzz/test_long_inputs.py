"""Inputs of 200 kB that are made for one regular expression each: the time of each is in proportion to its length."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from ci.decide.config.parse import parse as parse_config
from ci.decide.ecosystems.locked import Locked, is_git
from ci.decide.project import (
    addons,
    credentials,
    environment,
    generators,
    next_config,
    next_version,
    node,
    routes,
    server,
)
from ci.decide.project.cuts import cuts
from ci.decide.project.fonts import fonts
from ci.decide.project.globs import selected
from ci.decide.project.javascript import without_comments
from ci.decide.project.lockfile_policy import hosts, refuse
from ci.decide.project.manager import choose as choose_manager
from ci.decide.project.package import Package
from ci.decide.project.package import parse as parse_package
from ci.decide.project.scripts import Scripts
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import Workspace, find
from ci.decide.variables.dummies import Form, dummy
from ci.decide.variables.schema import rules
from ci.intool.rootfs.packages import owner
from ci.intool.tags.versions import pep440, precedence
from tests.fuzz.checks import bounded, survives
from tests.unit.decide.test_ecosystems_lockfiles import read as read_lockfile
from tests.unit.decide.test_project_lockfile_policy import locked

SIZE = 200_000


ROOT = [("package.json", "build")]


def scripts(**commands: str) -> Scripts:
    return Scripts(path="package.json", name="app", commands=commands, text=json.dumps(commands))


def filled(start: str, piece: str, end: str = "") -> str:
    return start + piece * (SIZE // len(piece)) + end


def lock(name: str, text: str) -> Callable[[], Any]:
    return partial(read_lockfile, name, text)


def config(text: str) -> Callable[[], Any]:
    return partial(next_config.read, {"next.config.js": text}, ".")


def place(**data: Any) -> Workspace:
    package = Package("package.json", data)
    return Workspace(app=package, owner=package, members={}, reason="")


def workspace(**files: str) -> Callable[[], Any]:
    return partial(find, SourceFiles(files={"package.json": '{"dependencies": {"next": "15"}}', **files}))


PNPM = "lockfileVersion: '9.0'\npackages:\n\n  a@1.0.0:\n    "
BERRY = '__metadata:\n\n"a@npm:1":\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n  '


def before(script: str = "", **files: str) -> Callable[[], Any]:
    """Looks for what runs before a build."""
    needed = {"next": "15", "prisma": "7", "@graphql-codegen/cli": "5"}
    scripts = {"postinstall": script, "codegen": "graphql-codegen"}
    at = place(dependencies=needed, scripts=scripts)
    texts = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    return partial(generators.find, texts, at, (), hooks=True, turbo=True)


INPUTS: dict[str, Callable[[], Any]] = {
    "a script, quotes": before(filled("a", ' "')),
    "a script, backslashes": before(filled("a", "\\")),
    "a script, variables": before(filled("", "A=b ")),
    "a script, packages runners": before(filled("", "npx ")),
    "a script, commands": before(filled("", "a&&")),
    "a script, options": before(filled("node ", "-a ")),
    "a script, a long name": before(filled("node ", "a.")),
    "a schema, empty lines": before(prisma__schema_prisma=filled("", "\n")),
    "a schema, spaces": before(prisma__schema_prisma=filled("generator", " ")),
    "a schema, generators": before(prisma__schema_prisma=filled("", "generator c\n")),
    "a schema, sources": before(prisma__schema_prisma=filled("generator c {}\n", "datasource d {")),
    "a configuration of prisma, spaces": before(prisma_config_ts=filled("schema:", " ")),
    "a configuration of prisma, keys": before(prisma_config_ts=filled("", "schema:")),
    "a configuration of prisma, variables": before(
        prisma_config_ts=filled("", "env("), prisma__schema_prisma="generator c {}"
    ),
    "a configuration of graphql-codegen, keys": before(codegen_ts=filled("generates:", "a/b")),
    "turbo.json, tasks": before(turbo_json=filled("", '"build":{')),
    "turbo.json, spaces": before(turbo_json=filled('"build"', " ")),
    "bun, a text without an end": lock("bun.lock", filled('{"', '\\"')),
    "bun, comments without an end": lock("bun.lock", filled("", "/* ")),
    "bun, commas": lock("bun.lock", filled("", ",\n")),
    "bun, slashes": lock("bun.lock", filled("", "/")),
    "npm, brackets": lock("package-lock.json", filled("", "[")),
    "npm, objects": lock("package-lock.json", filled("", '{"a":')),
    "pnpm, words without a value": lock("pnpm-lock.yaml", filled(PNPM + "resolution: {", "a")),
    "pnpm, quotes": lock("pnpm-lock.yaml", filled(PNPM + "resolution: {", "a: '")),
    "pnpm, one long key": lock("pnpm-lock.yaml", filled(PNPM + "\n  ", "a@(")),
    "pnpm, digits": lock("pnpm-lock.yaml", filled("lockfileVersion: ", "9")),
    "yarn, one long key": lock("yarn.lock", filled("# yarn lockfile v1\n", "a@", ":\n  version 1\n")),
    "yarn, hosts": lock("yarn.lock", filled('# yarn lockfile v1\na@1:\n  version "1"\n  resolved "', "https://")),
    "berry, words without a value": lock("yarn.lock", filled(BERRY + "conditions: ", "a")),
    "berry, one long resolution": lock("yarn.lock", filled('__metadata:\n"a":\n  version: 1\n  resolution: "', "@a")),
    "git hosts": partial(is_git, filled("https://gitlab.com/", "-/archive")),
    "an address": partial(hosts, [locked(filled("", "a@"))]),
    "a host of letters": partial(hosts, [locked(filled("https://", "a.") + "\n")]),
    "many hosts": partial(
        refuse, [locked(f"https://h{number}.example/x") for number in range(4000)], "package-lock.json"
    ),
    "engines, one word": partial(node.choose, SourceFiles(), place(engines={"node": filled("", "a")})),
    "engines, spaces": partial(node.choose, SourceFiles(), place(engines={"node": filled("", " ")})),
    "engines, digits": partial(node.choose, SourceFiles(), place(engines={"node": filled(">=", "1")})),
    "engines, alternatives": partial(node.choose, SourceFiles(), place(engines={"node": filled("", "1||")})),
    "engines, comparators": partial(node.choose, SourceFiles(), place(engines={"node": filled("", ">=1 ")})),
    "engines, a pre-release": partial(node.choose, SourceFiles(), place(engines={"node": filled("1.0.0-", "1.a-")})),
    "engines, build metadata": partial(node.choose, SourceFiles(), place(engines={"node": filled("1.0.0", "+1.")})),
    "engines, tildes": partial(node.choose, SourceFiles(), place(engines={"node": filled("", "~ > ")})),
    ".nvmrc": partial(node.choose, SourceFiles(files={".nvmrc": filled("v", "1")}), place()),
    "a version of digits": partial(next_version.warning, filled("", "1")),
    "a version of signs": partial(next_version.warning, filled("", "^~")),
    "an old version of digits": partial(addons.need_scripts, [Locked(name="sharp", version=filled("0.", "1"))]),
    "semver": partial(precedence, filled("1.0.0-", "1.a-")),
    "semver, digits": partial(precedence, filled("", "1", ".0.0")),
    "pep440": partial(pep440, filled("1", ".1", "!")),
    "start, flags with values": partial(server.custom, filled("node ", "-r ", "-")),
    "start, few flags": partial(server.custom, "node " + "-r " * 60),
    "start, assignments": partial(server.custom, filled("", "A=b ")),
    "start, env": partial(server.foreign, filled("", "env ")),
    "start, commands": partial(server.custom, filled("", "&&")),
    "variables, braces": partial(environment.names, [filled("", "{}:")]),
    "variables, one brace": partial(environment.names, [filled("{", "a ")]),
    "variables, brackets": partial(environment.names, [filled("", "process.env[ ")]),
    "variables, spaces": partial(environment.names, [filled("{}", " ")]),
    "scripts, steps": partial(cuts, [scripts(build=filled("", "prisma migrate deploy && "))], ROOT),
    "scripts, quotes": partial(cuts, [scripts(build=filled("", "' "))], ROOT),
    "scripts, names": partial(cuts, [scripts(build=filled("run-s ", "build "))], ROOT),
    "scripts, wrappers": partial(cuts, [scripts(build=filled("", "dotenv -- "))], ROOT),
    "scripts, calls": partial(
        cuts, [scripts(build="run-s s0 s0", **{f"s{n}": f"run-s s{n + 1} s{n + 1}" for n in range(5000)})], ROOT
    ),
    "validators, entries": partial(rules, filled("", "AB: z.string(),")),
    "validators, without an end": partial(rules, filled("", "AB: z.a(")),
    "validators, names": partial(rules, filled("const a = a;", "AB: a,")),
    "validators, conditions": partial(rules, filled("AB: ", "a ? z.b() : ")),
    "validators, a pattern": partial(dummy, "A", Form(pattern="(a+)+$")),
    "validators, a long pattern": partial(dummy, "A", Form(pattern=filled("", "a*") + "$")),
    ".env.example, lines": partial(environment.declared, filled("", "\n")),
    ".env.example, spaces": partial(environment.declared, filled("", "A ")),
    "JavaScript, a text without an end": partial(without_comments, filled("'", "\\'")),
    "JavaScript, a template without an end": partial(without_comments, filled("`", "\\`")),
    "JavaScript, comments without an end": partial(without_comments, filled("", "/* ")),
    "JavaScript, slashes": partial(without_comments, filled("", "/")),
    "fonts": partial(fonts, [filled("", "import{")]),
    "next.config, outputs": config(filled("module.exports = {", 'output:"export",')),
    "next.config, spaces": config(filled("module.exports = a ?", " ", 'x {output: "export"}')),
    "next.config, parentheses": config(filled("module.exports = a ?", "( ", 'x {output: "export"}')),
    "next.config, paths": config(filled("", "basePath: '")),
    "a route": partial(routes.health, [filled("app/", "api/", "route.ts")], "."),
    "a page": partial(routes.router, [filled("src/app/", "page/", "x")], "."),
    ".yarnrc.yml": partial(
        choose_manager,
        SourceFiles(files={"yarn.lock": "__metadata:\n", ".yarnrc.yml": filled("yarnPath: ", "yarn-1.1.1-")}),
        place(),
    ),
    "a lockfile's format": partial(
        choose_manager, SourceFiles(files={"package-lock.json": filled('"lockfileVersion"', ":")}), place()
    ),
    ".npmrc": partial(credentials.refuse, SourceFiles(files={".npmrc": filled("_auth", " ")})),
    "globs, any depth": partial(selected, ["**/a/" * 30], "a/" * 60 + "b"),
    "globs, stars": partial(selected, ["*a" * 30 + "b"], "a" * 200),
    "globs, choices": partial(selected, ["{a,aa}" * 40], "a" * 60 + "b"),
    "globs, long": partial(selected, [filled("", "*a")], "a" * 200),
    "package.json, brackets": partial(parse_package, "package.json", filled("", "[")),
    "pnpm-workspace.yaml, brackets": workspace(**{"pnpm-workspace.yaml": filled("", "[")}),
    "pnpm-workspace.yaml, dashes": workspace(**{"pnpm-workspace.yaml": filled("", "- ")}),
    "pnpm-workspace.yaml, questions": workspace(**{"pnpm-workspace.yaml": filled("", "? ")}),
    "pnpm-workspace.yaml, braces": workspace(**{"pnpm-workspace.yaml": filled("", "{a: ")}),
    "pipeline file, brackets": partial(parse_config, filled("", "["), "x.yaml"),
    "pipeline file, a long word": partial(parse_config, filled("app: ", "a"), "x.yaml"),
    "pipeline file, a directory": partial(parse_config, filled("app: ", "a/"), "x.yaml"),
    "pipeline file, a URL": partial(parse_config, filled("mirrors: {npm: 'https://", "a/", " '}"), "x.yaml"),
    "a path of packages": partial(owner, filled("", "node_modules/")),
}


@pytest.mark.parametrize("parse", INPUTS.values(), ids=INPUTS)
def test_a_long_input_comes_to_an_end(parse: Callable[[], Any]) -> None:
    with bounded():
        survives(parse)
