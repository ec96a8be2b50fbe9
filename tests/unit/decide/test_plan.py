"""The Plan: what is decided before a container runs."""

import dataclasses
import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ci.decide import pins
from ci.decide.config.model import Build, Health, Install, Mirrors, Patch, Pipeline, Request, Runtime, Scenario, Smoke
from ci.decide.config.parse import parse
from ci.decide.ecosystems import ECOSYSTEMS, by_id
from ci.decide.ecosystems.locked import Locked
from ci.decide.ecosystems.protocol import Ecosystem
from ci.decide.pins import STAND_INS, ImageRef, Package
from ci.decide.plan.build import CANARY_VALUE
from ci.decide.plan.decide import decide
from ci.decide.plan.model import BUILD_USER, CANARY, Fetch, Plan, Step, Swap
from ci.decide.plan.native import swaps
from ci.decide.plan.request import RunRequest, tag_version
from ci.decide.project.facts import Project
from ci.decide.project.scripts import Scripts
from ci.decide.project.source_files import SourceFiles
from ci.decide.shipped import OWN_PIPELINE, PipelineFile
from ci.engine import inputs
from ci.errors import ConfigError
from ci.messages import Message, message
from tests.unit.plans import PINS, app, plan_of

ROOT = Path(__file__).parents[3]
APP = ROOT / "examples" / "moontv-mini"
OWN = PipelineFile(
    name=OWN_PIPELINE,
    origin=f"{OWN_PIPELINE} in the source",
    text=(APP / OWN_PIPELINE).read_text("utf-8"),
    path=OWN_PIPELINE,
)
DIGEST = "sha256:" + "0" * 64
ALL_ADDRESSES = "0.0.0.0"  # noqa: S104  what a container listens on
MAY = datetime(2026, 5, 1, tzinfo=UTC)


def looked_at(directory: Path) -> SourceFiles:
    """What ``inputs.look`` sees, without an engine."""
    paths = [path for path in sorted(directory.rglob("*")) if path.is_file() and "node_modules" not in path.parts]
    texts = {path.relative_to(directory).as_posix(): path for path in paths}
    sources = {name: path.read_text("utf-8") for name, path in texts.items() if path.suffix in {".ts", ".tsx", ".js"}}

    def matches(pattern: str) -> dict[str, str]:
        found = {name: [m[0] for m in re.finditer(pattern, text)] for name, text in sources.items()}
        return {name: "\n".join(lines) for name, lines in found.items() if lines}

    return SourceFiles(
        entries=[path.name for path in directory.iterdir()],
        files={name: p.read_text("utf-8") for name, p in texts.items() if p.name in inputs.manifests()},
        paths=[name for name in texts if {"app", "pages"} & set(Path(name).parts)],
        imports=matches(inputs.IMPORTS),
        env_reads=matches(inputs.ENVIRONMENT),
    )


def moontv(asked: RunRequest | None = None) -> Plan:
    """The plan of the reference app, from its real files."""
    pipeline = parse(OWN.text, OWN.name)
    asked = asked or RunRequest()
    facts = inputs.facts(looked_at(APP), pipeline, asked)
    return decide(facts, pipeline, PINS, asked, OWN)


def pnpm(version: str, integrity: str = "") -> Project:
    return app(manager=by_id("pnpm"), manager_version=version, manager_integrity=integrity, lockfile="pnpm-lock.yaml")


def warned(plan: Plan) -> list[str]:
    """The warnings of its notes."""
    return [note.removeprefix("warning: ") for note in plan.notes if note.startswith("warning: ")]


def known(version: str) -> str:
    """The committed checksum of a version of pnpm."""
    return PINS.manager("pnpm", version).integrity


# The reference app


def test_moontv_is_installed_and_built_by_its_own_manager() -> None:
    decision = moontv()
    install, build = decision.install, decision.build
    assert install.image == PINS.image("node22")
    assert [command[:3] for command in install.commands] == [("pnpm", "install", "--frozen-lockfile")]
    assert "--ignore-scripts" in install.commands[0]
    assert install.inputs[:3] == ("**/package.json", "pnpm-lock.yaml", "**/.npmrc")
    assert {"pnpm-workspace.yaml", ".pnpmfile.cjs", "patches/**"} <= set(install.inputs)
    assert install.fetch == (
        Fetch(
            package=Package("pnpm", "10.14.0", known("10.14.0")),
            to="/opt/packages/pnpm",
            bins=by_id("pnpm").bins("10.14.0"),
        ),
        Fetch(package=PINS.fonts["Inter"], to="/opt/packages/fonts/inter", bins={}),
    )
    assert known("10.14.0").startswith("sha512-")
    assert build.steps == (Step(directory=".", command=("pnpm", "run", "build")),)
    assert build.settings == {
        "NEXT_TELEMETRY_DISABLED": "1",
        "NEXT_WEBPACK_PARALLELISM": "1",
        CANARY: CANARY_VALUE,
        "NEXT_PRIVATE_STANDALONE": "true",
        "NEXT_FONT_GOOGLE_MOCKED_RESPONSES": "/pipeline/fonts.cjs",
        "NEXT_DISTROLESS_SOURCE": "/app",
        "NEXT_DISTROLESS_APP": "/app",
    }
    assert build.env == {}
    assert (install.store, build.next_cache) == ("next-distroless-pnpm-store", "next-distroless-next-cache-moontv")


def test_moontv_is_patched_as_its_pipeline_says() -> None:
    assert moontv().build.patches == (
        Patch(
            files="src/**/{route.ts,layout.tsx,not-found.tsx}",
            replace="export const runtime = 'edge'",
            with_="export const runtime = 'nodejs'",
        ),
        Patch(files="src/app/layout.tsx", append="export const dynamic = 'force-dynamic';"),
    )


def test_moontv_has_an_image_for_both_platforms() -> None:
    decision = moontv(RunRequest(revision="c0ffee" * 6 + "abcd", created="2026-01-02T03:04:05Z"))
    image = decision.image
    assert image.base == PINS.image("distroless22")
    assert image.platforms == ("linux/amd64", "linux/arm64")
    assert image.command == ("start.js",)
    assert image.files == ("start.js", "scripts/generate-manifest.js", "config.json")
    assert image.writable == ("public/manifest.json",)
    assert (image.user, image.port, image.health.path) == (65532, 3000, "/login")
    assert image.env == {
        "NODE_ENV": "production",
        "NEXT_TELEMETRY_DISABLED": "1",
        "HOSTNAME": ALL_ADDRESSES,
        "PORT": "3000",
        "DOCKER_ENV": "true",
    }
    assert image.labels["org.opencontainers.image.title"] == "MoonTV"
    assert image.labels["org.opencontainers.image.revision"] == "c0ffee" * 6 + "abcd"
    assert image.labels["org.opencontainers.image.created"] == "2026-01-02T03:04:05Z"
    assert (decision.release.repository, decision.release.compression) == ("127.0.0.1:5000/moontv", "gzip")
    assert [tag.name for tag in decision.release.tags.tags] == ["commit-c0ffeec"]
    assert (decision.name, decision.install.manager) == ("moontv", "pnpm")


def test_moontv_is_tried_with_its_scenarios() -> None:
    smoke = moontv().smoke
    assert smoke.deadline == 60
    assert [scenario.name for scenario in smoke.scenarios] == ["localstorage", "password unset", "redis"]
    assert smoke.services == {"redis": PINS.image("redis")}


def test_moontv_has_no_warning_while_its_node_is_supported() -> None:
    assert moontv(RunRequest(now=MAY)).notes == (
        "pipeline: next-distroless.yaml in the source",
        "node 22: from the pipeline file",
        "package manager: pnpm 10.14.0",
        "not run: husky (script prepare of package.json: git hooks)",
        "font Inter: @fontsource-variable/inter 5.3.0 (pins.toml)",
        "policy: standard",
    )


def test_the_files_of_moontvs_image_are_in_the_app() -> None:
    for name in moontv().image.files:
        assert (APP / name).is_file()


def test_the_patches_of_moontv_are_needed() -> None:
    replaced, appended = moontv().build.patches
    sources = [p.read_text("utf-8") for n in ("route.ts", "layout.tsx", "not-found.tsx") for p in APP.rglob(n)]
    assert [replaced.replace in text for text in sources].count(True) > 1
    assert appended.append not in (APP / appended.files).read_text("utf-8")


# Install and build


@pytest.mark.parametrize(
    ("scripts", "steps"),
    [
        ({"build": "next build"}, [["npm", "run", "build"]]),
        (
            {"build": "next build", "gen:runtime": "node gen.js"},
            [["npm", "run", "gen:runtime"], ["npm", "run", "build"]],
        ),
        ({"build": "npm run gen:runtime && next build", "gen:runtime": "node gen.js"}, [["npm", "run", "build"]]),
        ({"build": "next build", "gen:manifest": "node gen.js"}, [["npm", "run", "build"]]),
    ],
)
def test_generated_code_is_made_before_the_build(scripts: Mapping[str, str], steps: list[list[str]]) -> None:
    assert [list(step.command) for step in plan_of(app(scripts=scripts)).build.steps] == steps


def commands(plan: Plan) -> list[tuple[str, str]]:
    return [(step.directory, " ".join(step.command)) for step in plan.build.steps]


def test_other_scripts_may_build() -> None:
    facts = app(scripts={"build": "exit 1", "ci": "next build", "gen:runtime": "node gen.js"})
    decision = plan_of(facts, Pipeline(build=Build(scripts=("gen:runtime", "ci"))))
    assert commands(decision) == [(".", "npm run gen:runtime"), (".", "npm run ci")]


MIGRATING = {"build": "prisma migrate deploy && next build"}
PACKAGES = (Scripts(path="package.json", name="app", commands=MIGRATING, text=json.dumps({"scripts": MIGRATING})),)


def test_a_migration_is_left_out_and_told() -> None:
    decision = plan_of(app(scripts=MIGRATING, packages=PACKAGES))
    patch = Patch(files="package.json", replace=f'"{MIGRATING["build"]}"', with_='"next build"')
    assert decision.build.patches == (patch,)
    assert [note for note in decision.notes if "`prisma migrate deploy`" in note and "build.migrate: true" in note]


@pytest.mark.parametrize(
    "pipeline",
    [
        Pipeline(build=Build(migrate=True)),
        Pipeline(patches=(Patch(files="package.json", replace="prisma migrate deploy && "),)),
    ],
)
def test_a_migration_that_the_pipeline_file_decides_about(pipeline: Pipeline) -> None:
    decision = plan_of(app(scripts=MIGRATING, packages=PACKAGES), pipeline)
    assert (decision.build.patches, decision.build.left_out) == (pipeline.patches, ())


def test_packages_of_a_workspace_are_built_before_the_app() -> None:
    decision = plan_of(app(app="apps/web", siblings=("packages/base", "packages/ui")))
    assert commands(decision) == [
        ("packages/base", "npm run build"),
        ("packages/ui", "npm run build"),
        ("apps/web", "npm run build"),
    ]
    assert decision.build.settings["NEXT_PRIVATE_OUTPUT_TRACE_ROOT"] == "/app"
    assert decision.build.app == "apps/web"


def test_turbo_builds_its_own_workspace() -> None:
    facts = app(app="apps/web", name="@acme/web", siblings=("packages/ui",), turbo=True)
    assert commands(plan_of(facts)) == [(".", "node_modules/.bin/turbo run build --filter=@acme/web --env-mode=loose")]
    assert commands(plan_of(facts, Pipeline(build=Build(scripts=("build",))))) == [
        ("packages/ui", "npm run build"),
        ("apps/web", "npm run build"),
    ]


@pytest.mark.parametrize(
    ("scripts", "build", "file", "missing"),
    [
        ({}, (), "package.json", "build"),
        ({"build": "next build"}, ("build", "ci"), "build.scripts[1]: package.json", "ci"),
    ],
)
def test_a_missing_build_script_is_an_error(
    scripts: Mapping[str, str], build: tuple[str, ...], file: str, missing: str
) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(app(scripts=scripts), Pipeline(build=Build(scripts=build)))
    assert (error.value.id, error.value.facts) == ("arguments.no-script", {"file": file, "script": missing})


@pytest.mark.parametrize("manager", ECOSYSTEMS, ids=lambda manager: manager.id)
def test_only_declared_install_scripts_run(manager: Ecosystem) -> None:
    facts = app(manager=manager, manager_version="4.1.0")
    assert plan_of(facts).install.scripts == ()
    allowed = plan_of(facts, Pipeline(install=Install(allow_scripts=("sharp", "esbuild")))).install
    assert allowed.scripts == ("sharp", "esbuild")
    assert allowed.commands == plan_of(facts).install.commands


@pytest.mark.parametrize(
    ("file", "caller", "asked"),
    [("", "", ""), ("https://a/", "", "https://a/"), ("https://a/", "https://b/", "https://b/")],
)
def test_a_mirror_is_the_callers_then_the_files(file: str, caller: str, asked: str) -> None:
    install = plan_of(pipeline=Pipeline(mirrors=Mirrors(npm=file)), npm_registry=caller).install
    assert install.registry == asked
    assert (asked in install.env.values()) == bool(asked)


@pytest.mark.parametrize("manager", ["npm", "pnpm", "yarn", "bun"])
def test_a_lockfile_s_addresses_are_replaced_before_the_install(manager: str) -> None:
    source = "https://registry." + "npmmirror.com/a/-/a.tgz"
    locked = Locked(name="a", version="1.0.0", integrity="sha512-a", source=source)
    facts = app(manager=by_id(manager), lockfile="web/the.lock", locked=(locked,))
    asked, plain = (plan_of(facts, npm_registry=url).install.commands for url in ("https://mirror.example", ""))
    assert asked[1:] == plain
    assert (asked[0][0], asked[0][-1]) == ("sed", "the.lock")


def test_the_pipelines_variables_win() -> None:
    pipeline = Pipeline(
        build=Build(env={"A": "b", "NEXT_PRIVATE_STANDALONE": ""}),
        runtime=Runtime(env={"NODE_ENV": "test", "C": "d"}, port=8080),
    )
    decision = plan_of(pipeline=pipeline)
    merged = {**decision.build.settings, **decision.build.env}
    own = {"NEXT_TELEMETRY_DISABLED": "1", "NEXT_WEBPACK_PARALLELISM": "1", CANARY: CANARY_VALUE}
    assert merged == {**own, "NEXT_PRIVATE_STANDALONE": "", "A": "b"}
    assert decision.image.env == {
        "NODE_ENV": "test",
        "NEXT_TELEMETRY_DISABLED": "1",
        "HOSTNAME": ALL_ADDRESSES,
        "PORT": "8080",
        "C": "d",
    }
    assert decision.image.port == 8080


@pytest.mark.parametrize(
    ("facts", "fetched"),
    [
        (app(), []),
        (pnpm("10.14.0"), [("pnpm", "10.14.0", known("10.14.0"))]),
        (pnpm("10.14.0", "sha512.abc"), [("pnpm", "10.14.0", "sha512.abc")]),
        (pnpm("9.99.9"), [("pnpm", "9.99.9", "")]),
    ],
)
def test_the_manager_is_fetched_where_it_does_not_come_with_node(
    facts: Project, fetched: list[tuple[str, str, str]]
) -> None:
    found = [dataclasses.astuple(fetch.package) for fetch in plan_of(facts).install.fetch]
    assert found == fetched


@pytest.mark.parametrize(
    ("fonts", "directories", "unknown"),
    [
        ((), [], []),
        (("Inter",), ["/opt/packages/fonts/inter"], []),
        (("Geist", "Geist_Mono"), ["/opt/packages/fonts/geist", "/opt/packages/fonts/geist-mono"], []),
        (("Inter", "Roboto"), [], ["Roboto"]),
        (("Lato", "Roboto"), [], ["Lato", "Roboto"]),
    ],
)
def test_fonts_are_vendored_where_all_are_known(
    fonts: tuple[str, ...], directories: list[str], unknown: list[str]
) -> None:
    decision = plan_of(app(fonts=fonts))
    assert [fetch.to for fetch in decision.install.fetch] == directories
    assert decision.build.fonts == (fonts if directories else ())
    assert decision.build.settings.get("NEXT_FONT_GOOGLE_MOCKED_RESPONSES") == (
        "/pipeline/fonts.cjs" if directories else None
    )
    assert warned(decision) == ([message("warning.fonts", fonts=unknown).line] if unknown else [])


# The image


@pytest.mark.parametrize(
    ("asked", "refusal", "facts"),
    [
        (
            {"address": f"ghcr.io/me/app@{DIGEST}"},
            "arguments.address-digest",
            {"address": f"ghcr.io/me/app@{DIGEST}"},
        ),
        *(({"revision": given}, "arguments.revision", {"given": given}) for given in ("main", "c0ffee", "C" * 40)),
        *(
            ({"created": given}, "arguments.created", {"given": given})
            for given in ("2026-01-02", "2026-13-01T00:00:00Z", "yesterday", "2026-01-02 03:04:05")
        ),
        *(
            ({"ref": given}, "arguments.git-ref", {"given": given})
            for given in ("main", "refs/remotes/origin/main", "refs/heads/", "refs/heads/a b")
        ),
        (
            {"platforms": ["linux/amd64", "linux/s390x"]},
            "arguments.platform",
            {"given": "linux/s390x", "known": ("linux/amd64", "linux/arm64")},
        ),
        (
            {"platforms": ["linux/arm64"]},
            "arguments.native-platform",
            {"native": "linux/amd64", "platforms": ("linux/arm64",)},
        ),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(
    asked: Mapping[str, Any], refusal: str, facts: Mapping[str, object]
) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(**asked)
    assert (error.value.id, error.value.facts) == (refusal, facts)


@pytest.mark.parametrize("revision", ["", "c" * 40, "0123456789abcdef" * 4])
@pytest.mark.parametrize("created", ["", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05+01:00"])
def test_commits_and_times_that_git_prints_are_taken(revision: str, created: str) -> None:
    found = plan_of(revision=revision, created=created).image.labels
    assert found.get("org.opencontainers.image.revision", "") == revision
    assert found["org.opencontainers.image.created"] == created or created == ""


def test_the_version_that_was_asked_for_is_in_the_labels() -> None:
    assert plan_of().image.labels["org.opencontainers.image.version"] == "1.2.3"
    assert plan_of(version="2.0.0").image.labels["org.opencontainers.image.version"] == "2.0.0"


@pytest.mark.parametrize(
    ("listed", "asked", "native", "platforms"),
    [
        ((), (), "linux/arm64", ("linux/arm64",)),
        (("linux/amd64",), (), "linux/amd64", ("linux/amd64",)),
        (("linux/amd64", "linux/arm64"), (), "linux/arm64", ("linux/amd64", "linux/arm64")),
        (("linux/amd64", "linux/arm64"), ("linux/arm64",), "linux/arm64", ("linux/arm64",)),
        ((), ["linux/arm64", "linux/amd64"], "linux/amd64", ("linux/arm64", "linux/amd64")),
    ],
)
def test_platforms(listed: tuple[str, ...], asked: list[str], native: str, platforms: tuple[str, ...]) -> None:
    assert plan_of(pipeline=Pipeline(platforms=listed), platforms=asked, native=native).image.platforms == platforms


@pytest.mark.parametrize(
    ("ref", "version"),
    [
        ("refs/tags/v1.2.3", "1.2.3"),
        ("refs/tags/1.2.3", "1.2.3"),
        ("v1.2.3-rc.1", "1.2.3-rc.1"),
        ("refs/tags/v1.2.3+build.5", "1.2.3+build.5"),
        ("refs/tags/v1.2", ""),
        ("refs/tags/latest", ""),
        ("refs/heads/main", ""),
        ("refs/heads/v1.2.3", ""),
        ("c0ffee" * 6 + "abcd", ""),
    ],
)
def test_the_version_that_a_git_tag_names(ref: str, version: str) -> None:
    assert tag_version(ref) == version


SHARP = tuple(
    Locked(name=f"@img/sharp-{system}", version="0.34.4", integrity=f"sha512-{system}")
    for system in ("linux-x64", "linux-arm64", "linuxmusl-x64", "linuxmusl-arm64", "darwin-arm64")
)


@pytest.mark.parametrize(
    ("locked", "pairs"),
    [
        ((), []),
        (SHARP, [("@img/sharp-linux-x64", "@img/sharp-linux-arm64", "0.34.4", "sha512-linux-arm64")]),
        (SHARP[:1], []),
        (
            (
                Locked(name="@node-rs/argon2-linux-x64-gnu", version="2.0.2", integrity="10c0/abc"),
                Locked(name="@node-rs/argon2-linux-arm64-gnu", version="2.0.2", integrity="10c0/def"),
                Locked(name="@node-rs/argon2-linux-x64-musl", version="2.0.2"),
                Locked(name="@node-rs/argon2-linux-arm64-musl", version="2.0.2"),
            ),
            [("@node-rs/argon2-linux-x64-gnu", "@node-rs/argon2-linux-arm64-gnu", "2.0.2", "")],
        ),
        (
            (
                Locked(name="addon-linux-x64", version="1.0.0"),
                Locked(name="addon-linux-arm64", version="2.0.0"),
                Locked(name="other-linux-x64", version="1.0.0"),
                Locked(name="other-linux-arm64", version="1.0.0", source="git+ssh://git@host/x.git", git=True),
            ),
            [],
        ),
    ],
)
def test_packages_that_take_each_others_place(
    locked: tuple[Locked, ...], pairs: list[tuple[str, str, str, str]]
) -> None:
    assert swaps(locked, "linux/amd64", "linux/amd64") == ()
    assert swaps(locked, "linux/amd64", "linux/arm64") == tuple(
        Swap(name=name, to=Package(other, version, integrity)) for name, other, version, integrity in pairs
    )


@pytest.mark.parametrize(
    ("server", "pipeline", "command", "files"),
    [
        ("", Pipeline(), ("server.js",), ()),
        ("server.js", Pipeline(), ("server.js",), ("server.js",)),
        (
            "dist/main.js",
            Pipeline(runtime=Runtime(files=("a", "dist/main.js"))),
            ("dist/main.js",),
            ("a", "dist/main.js"),
        ),
        ("dist/main.js", Pipeline(runtime=Runtime(command=("own.js",))), ("own.js",), ()),
    ],
)
def test_a_custom_server_is_what_runs(
    server: str, pipeline: Pipeline, command: tuple[str, ...], files: tuple[str, ...]
) -> None:
    image = plan_of(app(server=server), pipeline).image
    assert (image.command, image.files) == (command, files)


@pytest.mark.parametrize("given", ["", "static"])
@pytest.mark.parametrize("base", ["/", "/docs"])
def test_an_export_is_served_as_files_by_itself(given: str, base: str) -> None:
    facts = app(output="export", reasons={"output": "next.config.ts"}, health=("/api/health", base), server="server.js")
    plan = plan_of(facts, Pipeline(runtime=Runtime(serve=given)))
    image = plan.image
    assert (image.serve, image.health.path, image.command, image.files) == ("static", base, ("server.js",), ())
    assert 'serve static: from next.config.ts, which sets output: "export"' in plan.notes


def test_an_export_that_is_to_have_a_server_is_refused() -> None:
    facts = app(output="export", reasons={"output": "next.config.ts"})
    with pytest.raises(ConfigError) as error:
        plan_of(facts, Pipeline(runtime=Runtime(serve="server")))
    assert (error.value.id, error.value.facts) == ("arguments.static-export", {"file": "next.config.ts"})


@pytest.mark.parametrize("output", ["", "standalone"])
def test_every_other_app_has_a_server_unless_the_file_says(output: str) -> None:
    plan = plan_of(app(output=output))
    assert plan.image.serve == "server"
    assert not [note for note in plan.notes if note.startswith("serve ")]
    chosen = plan_of(app(output=output), Pipeline(runtime=Runtime(serve="static")))
    assert chosen.image.serve == "static"
    assert "serve static: from the pipeline file" in chosen.notes


def test_health_is_the_best_candidate_unless_the_file_says() -> None:
    facts = app(health=("/api/health", "/"))
    assert plan_of(facts).image.health == Health(path="/api/health")
    assert plan_of(facts, Pipeline(runtime=Runtime(health=Health(path="/up")))).image.health.path == "/up"
    assert plan_of(app()).image.health.path == "/"


def test_who_builds_is_neither_root_nor_who_runs() -> None:
    assert BUILD_USER not in {0, plan_of().image.user}


@pytest.mark.parametrize("major", ["20", "22", "24"])
def test_build_and_image_have_the_same_node(major: str) -> None:
    decision = plan_of(app(node=major))
    assert decision.install.image == PINS.image(f"node{major}")
    assert decision.image.base == PINS.image(f"distroless{major}")


def test_the_health_check_needs_no_shell() -> None:
    command = plan_of(
        pipeline=Pipeline(runtime=Runtime(health=Health(path="/api/health", timeout=7)))
    ).image.healthcheck
    assert command[:2] == ("/nodejs/bin/node", "-e")
    assert len(command) == 3
    assert "host:'127.0.0.1'" in command[2]
    assert "timeout:7000" in command[2]
    assert "localhost" not in command[2]
    assert not any(word in part for part in command for word in ("/bin/sh", "curl", "wget", "$"))


@pytest.fixture(scope="module")
def port(node: str) -> Iterator[str]:
    """The port of a server with one path for each thing that can happen to a health check."""
    server = """
      const answers = { '/ok': 200, '/missing': 404 }
      require('http').createServer((request, response) => {
        if (request.url === '/reset') request.socket.destroy()
        else if (answers[request.url]) response.writeHead(answers[request.url]).end()
      }).listen(0, '127.0.0.1', function () { console.log(this.address().port) })
    """
    with subprocess.Popen([node, "-e", server], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.kill()


@pytest.mark.parametrize(
    ("health", "code"),
    [
        (Health(path="/ok"), 0),
        (Health(path="/ok", status=204), 1),
        (Health(path="/missing", status=404), 0),
        (Health(path="/never"), 1),
        (Health(path="/reset"), 1),
    ],
)
def test_the_health_check_tells_well_from_ill(node: str, port: str, health: Health, code: int) -> None:
    _, *command = plan_of(pipeline=Pipeline(runtime=Runtime(health=health))).image.healthcheck
    short = [part.replace("timeout:3000", "timeout:200") for part in command]
    done = subprocess.run(
        [node, *short], env={**os.environ, "PORT": port}, capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.returncode, done.stderr) == (code, "")


def test_the_health_check_asks_the_default_port_where_none_is_set() -> None:
    assert "port:process.env.PORT||3000," in plan_of().image.healthcheck[2]


def test_the_health_checks_path_is_text_to_the_program() -> None:
    path = """/it's "quoted" \\ and`more`"""
    command = plan_of(pipeline=Pipeline(runtime=Runtime(health=Health(path=path)))).image.healthcheck
    assert f"path:{json.dumps(path)}," in command[2]


# The smoke test


def test_without_scenarios_health_and_a_chunk_are_asked_for() -> None:
    decision = plan_of(pipeline=Pipeline(runtime=Runtime(health=Health(path="/up", status=204))))
    assert decision.smoke.scenarios == (Scenario(requests=(Request(path="/up", status=204), Request(path="{chunk}"))),)
    assert decision.image.health == Health(path="/up", status=204)
    assert decision.smoke.services == {}


def test_the_pipelines_own_tools_are_pinned() -> None:
    tools = plan_of().tools
    assert (tools.python, tools.regctl) == (PINS.image("python"), PINS.image("regctl"))


def test_services_are_pinned() -> None:
    own = f"docker.io/library/postgres:17@{DIGEST}"
    scenarios = (Scenario(name="a", services={"cache": "redis"}), Scenario(name="b", services={"db": own}))
    services = plan_of(pipeline=Pipeline(smoke=Smoke(deadline=5, scenarios=scenarios))).smoke.services
    assert services == {"redis": PINS.image("redis"), own: ImageRef("docker.io/library/postgres:17", DIGEST)}


def test_a_service_without_digest_is_refused() -> None:
    scenario = Scenario(services={"db": "docker.io/library/postgres:17"})
    with pytest.raises(ConfigError) as error:
        plan_of(pipeline=Pipeline(smoke=Smoke(scenarios=(scenario,))))
    assert (error.value.id, error.value.facts["image"]) == ("arguments.no-digest", "docker.io/library/postgres:17")


# Notes


@pytest.mark.parametrize(
    ("major", "asked", "ended"),
    [
        ("20", {"now": datetime(2026, 4, 30, 23, 59, tzinfo=UTC)}, False),
        ("20", {"now": MAY}, True),
        ("22", {"now": MAY}, False),
        ("22", {"now": datetime(2027, 5, 1, tzinfo=UTC)}, True),
        ("20", {}, False),
    ],
)
def test_a_node_out_of_support_is_warned_of(major: str, asked: Mapping[str, Any], *, ended: bool) -> None:
    expected = message("warning.node-eol", line=major, day=PINS.eol[f"node{major}"])
    assert warned(plan_of(app(node=major), **asked)) == ([expected.line] if ended else [])


@pytest.mark.parametrize(
    ("facts", "warnings"),
    [
        (app(), []),
        (pnpm("10.14.0"), []),
        (pnpm("9.99.1", "sha512.abc"), []),
        (pnpm("9.99.1"), [message("warning.not-pinned", package="pnpm", version="9.99.1", manager="pnpm")]),
        (
            pnpm("12.99.1"),
            [message("warning.cannot-be-pinned", package="@pnpm/exe.linux-x64", version="12.99.1")],
        ),
    ],
)
def test_a_manager_without_checksum_is_warned_of(facts: Project, warnings: list[Message]) -> None:
    assert warned(plan_of(facts)) == [one.line for one in warnings]


def test_notes_say_where_decisions_come_from() -> None:
    assert plan_of().notes == (
        "pipeline: none, all by detection",
        "node 22: from default",
        "package manager: npm (the one that comes with Node)",
        "policy: standard",
    )


def test_stand_ins_are_told_once_each(tmp_path: Path) -> None:
    names = [PINS.image(short).name for short in ("node22", "distroless22", "redis", "node20")]
    listed = tmp_path / "stand-ins.toml"
    listed.write_text("[images]\n" + "".join(f'"{name}" = "{DIGEST}"\n' for name in names), "utf-8")
    scenarios = tuple(Scenario(name=name, services={name: "redis"}) for name in ("a", "b"))
    decision = plan_of(pipeline=Pipeline(smoke=Smoke(scenarios=scenarios)), pinned=pins.load({STAND_INS: str(listed)}))
    assert decision.notes[3:-1] == tuple(
        f"stand-in: {name} (this engine has no upstream images)" for name in names if "node:20" not in name
    )
    assert decision.install.image.digest == decision.image.base.digest == DIGEST
    assert decision.image.labels["org.opencontainers.image.base.digest"] == DIGEST


# The Plan as a value


def test_a_plan_is_json_and_back() -> None:
    decision = moontv(RunRequest(now=MAY))
    again = json.loads(decision.to_json())
    plan_of = json.loads(json.dumps(dataclasses.asdict(decision)))
    assert {name: value for name, value in plan_of["trust"].items() if name not in again["trust"]}.keys() == {
        *("locked", "public", "now", "today"),
    }
    assert again == {**plan_of, "trust": {name: plan_of["trust"][name] for name in again["trust"]}}
    assert again["image"]["healthcheck"][0] == "/nodejs/bin/node"
    assert again["install"]["image"] == dataclasses.asdict(PINS.image("node22"))
    assert again["build"]["patches"][0]["with_"] == "export const runtime = 'nodejs'"


def test_the_same_input_gives_the_same_plan() -> None:
    assert moontv() == moontv()
    assert moontv().to_json() == moontv().to_json()
    assert moontv(RunRequest(version="9")) != moontv()


def test_a_plan_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan_of().name = "another"  # type: ignore[misc]


NEWER = f"gcr.io/distroless/nodejs22-debian12:nonroot@sha256:{'d' * 64}"


def test_the_base_of_the_pipeline_file() -> None:
    plan = plan_of(app(node="22"), Pipeline(runtime=Runtime(base=NEWER)))
    assert str(plan.image.base) == NEWER
    assert plan.image.labels["org.opencontainers.image.base.digest"] == f"sha256:{'d' * 64}"
    assert (plan.trust.base_named, plan.trust.base_checked) == (True, "")
    assert plan.trust.base_signer == plan_of(app(node="22")).trust.base_signer
    own = plan_of(app(node="22"))
    assert (own.trust.base_named, own.trust.base_checked) == (False, PINS.checked["distroless22"])


@pytest.mark.parametrize(
    ("base", "refusal", "facts"),
    [
        (
            "gcr.io/distroless/nodejs22-debian12:nonroot",
            "arguments.no-digest",
            {"image": "gcr.io/distroless/nodejs22-debian12:nonroot"},
        ),
        (NEWER.replace("nodejs22", "nodejs24"), "arguments.base-node", {"found": "24", "node": "22"}),
    ],
)
def test_a_base_that_cannot_be_one(base: str, refusal: str, facts: Mapping[str, str]) -> None:
    with pytest.raises(ConfigError) as error:
        plan_of(app(node="22"), Pipeline(runtime=Runtime(base=base)))
    assert error.value.id == refusal
    assert facts.items() <= error.value.facts.items()
