"""The Plan as a Dockerfile."""

import base64
import json
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ci.decide.config.model import Build, Health, Image, Install, Patch, Pipeline, Runtime, Side
from ci.decide.config.parse import parse
from ci.decide.dockerfile import words
from ci.decide.dockerfile.export import dockerfile, files
from ci.decide.dockerfile.remarks import remarks
from ci.decide.dockerfile.stages import CONFIG, needed
from ci.decide.ecosystems import by_id
from ci.decide.ecosystems.locked import Locked
from ci.decide.migrate import stages as migrated
from ci.decide.migrate.dockerfile import parse as read
from ci.decide.pins import Package
from ci.decide.plan.model import Plan
from ci.engine.containers import closure, texts
from ci.module import NEVER_SENT
from tests.unit.decide.test_plan import moontv
from tests.unit.plans import PINS, app, plan_of
from tests.unit.programs.side import FILES

PIPELINES = sorted((Path(__file__).parents[3] / "pipelines").glob("*.yaml"))
AWKWARD = {"QUOTED": "a \"b\" \\ $HOME ${X} 'c'", "EMPTY": "", "SIGNS": "<<EOF # `x` | é"}


def written(plan: Plan) -> str:
    return dockerfile(plan, texts(needed(plan)))


def of(pipeline: Pipeline | None = None, **facts: Any) -> Plan:
    return plan_of(app(**facts), pipeline)


def stage(text: str, name: str) -> str:
    """One stage; the image itself has no name."""
    found = re.split(r"^(?=FROM )", text, flags=re.MULTILINE)
    return next(one for one in found if re.match(rf"FROM \S+ AS {name}\n" if name else r"FROM \S+\n", one))


def shapes() -> dict[str, Plan]:
    """Plans of every kind."""
    managers = {"pnpm": "pnpm-lock.yaml", "npm": "package-lock.json", "yarn": "yarn.lock", "bun": "bun.lock"}
    versions = {"pnpm": "10.14.0", "npm": "", "yarn": "1.22.22", "bun": "1.4.5"}
    found = {
        name: of(manager=by_id(name), manager_version=versions[name], lockfile=lockfile)
        for name, lockfile in managers.items()
    }
    found["berry"] = of(manager=by_id("berry"), manager_version="4.5.0", lockfile="yarn.lock")
    found["moontv-mini"] = moontv()
    for path in PIPELINES:
        found[path.stem] = of(parse(path.read_text("utf-8"), path.name), fonts=("Inter",))
    found["static"] = of(output="export", reasons={"node": "default", "output": "next.config.js"})
    found["workspace"] = of(
        app="apps/web",
        siblings=("packages/ui",),
        manager=by_id("pnpm"),
        manager_version="9.15.0",
        lockfile="pnpm-lock.yaml",
    )
    found["own server"] = of(server="server.js")
    found["side"] = of(Pipeline(runtime=Runtime(side=Side(metrics=True))), server="server.js")
    found["everything"] = of(
        Pipeline(
            platforms=("linux/amd64", "linux/arm64"),
            install=Install(allow_scripts=("better-sqlite3", "@scope/native")),
            build=Build(
                env={**AWKWARD, "KEY": "one\ntwo"},
                dummies={"API_SECRET": "it's a dummy"},
                generate=("prisma generate",),
            ),
            patches=(Patch(files="src/**/*.ts", replace="EOF\nEOF_", with_="$x `y` 'z'"),),
            runtime=Runtime(
                env={**AWKWARD, "LINES": "a\nb"}, writable=("data/", ".next/cache"), exclude=("**/*.md",), port=8080
            ),
            image=Image(labels={"quoted": 'a "b" $c'}),
        ),
        fonts=("Inter", "Geist"),
        locked=(Locked(name="a", version="1", integrity="sha512-a"),),
    )
    return found


SHAPES = shapes()
EVERY = pytest.mark.parametrize("name", SHAPES)


@EVERY
def test_hadolint_finds_nothing(name: str, tmp_path: Path) -> None:
    """All of its rules, and those of ShellCheck for the scripts; information counts too."""
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert linter, "hadolint is in requirements-dev.lock"
    file = tmp_path / "Dockerfile"
    file.write_text(written(SHAPES[name]))
    done = subprocess.run(
        [linter, "--no-color", "--failure-threshold", "style", str(file)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_hadolint_is_really_run(tmp_path: Path) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(written(SHAPES["npm"]).replace("@sha256:", ":latest #") + "USER root\n")
    linter = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or ""
    done = subprocess.run([linter, "--no-color", str(file)], capture_output=True, text=True, check=False)
    assert done.returncode != 0


@EVERY
def test_every_image_has_its_digest(name: str) -> None:
    plan = SHAPES[name]
    bases = re.findall(r"^FROM (\S+)", written(plan), re.MULTILINE)
    assert bases == ["scratch", str(plan.install.image), "base", "deps", "build", str(plan.image.base)]
    assert all("@sha256:" in one for one in (bases[1], bases[-1]))


@EVERY
def test_the_programs_are_complete(name: str) -> None:
    carried = set(needed(SHAPES[name]))
    assert set().union(*(closure(one.removesuffix(".cjs")) for one in carried)) == carried
    text = stage(written(SHAPES[name]), "programs")
    assert set(re.findall(r"^COPY <<'EOF_*' /(\S+)$", text, re.MULTILINE)) == carried


@EVERY
def test_the_source_comes_after_the_install(name: str) -> None:
    deps, build = (stage(written(SHAPES[name]), one) for one in ("deps", "build"))
    assert deps.index("COPY --parents") < deps.index(shlex.join(SHAPES[name].install.commands[-1]))
    assert " . .\n" not in deps
    assert build.index(" . .\n") < build.index("RUN ")


@EVERY
def test_the_image_runs_as_the_plan_says(name: str) -> None:
    plan = SHAPES[name]
    file = read(written(plan), "Dockerfile")
    end = migrated.walk(file, len(file.stages) - 1, {})
    last = {one: end.last(one) for one in ("USER", "CMD", "HEALTHCHECK", "EXPOSE")}
    assert {name: value.text.value for name, value in end.env.items()} == words.single(plan.image.env)
    assert all(last.values())
    image = stage(written(plan), "")
    assert f"\nUSER {plan.image.user}:{plan.image.user}\n" in image
    assert f"\nEXPOSE {plan.image.port}\n" in image
    (command,) = re.findall(r"^CMD (.*)$", image, re.MULTILINE)
    assert json.loads(command)[-len(plan.image.command) :] == list(plan.image.command)
    (check,) = re.findall(r"^HEALTHCHECK .* CMD (.*)$", image, re.MULTILINE)
    assert json.loads(check) == list(plan.image.healthcheck)
    assert "RUN" not in image


@EVERY
def test_values_of_the_build_are_in_its_one_command(name: str) -> None:
    plan = SHAPES[name]
    text = written(plan)
    for one in {**plan.build.env, **plan.build.dummies}:
        assert f"\nexport {one}=" in stage(text, "build")
        assert text.count(f"{one}=") == 1 + (one in plan.image.env)
    assert "CANARY" not in text


def test_a_script_gives_the_values_that_the_plan_has(tmp_path: Path) -> None:
    """By a real shell: quotes, dollars, lines and the mark of the document itself."""
    values = {**AWKWARD, "END": "a\\", "LINES": "a\n'b'\n"}
    script = tmp_path / "script"
    script.write_text(
        "\n".join([*words.exports(values), 'for n in QUOTED EMPTY END SIGNS LINES; do printenv -0 "$n"; done'])
    )
    done = subprocess.run(["sh", str(script)], capture_output=True, text=True, check=True)
    assert done.stdout.split("\0")[:-1] == [values[name] for name in ("QUOTED", "EMPTY", "END", "SIGNS", "LINES")]


def test_a_document_ends_where_its_text_ends() -> None:
    lines = words.document("RUN {mark}", "EOF\nEOF_\n")
    assert lines == ["RUN <<'EOF__'", "EOF", "EOF_", "EOF__", ""]


def test_programs_get_their_arguments() -> None:
    asked = {"text": "it's \\n $x"}
    assert shlex.split(words.program("pack", asked, "/out")) == [
        "node",
        "/pipeline/pack.cjs",
        json.dumps(asked),
        "/out",
    ]


def test_the_manager_is_checked_by_its_checksum() -> None:
    text = stage(written(SHAPES["pnpm"]), "base")
    integrity = PINS.manager("pnpm", "10.14.0").integrity
    digest = base64.b64decode(integrity.removeprefix("sha512-")).hex()
    assert f"echo '{digest}  /tmp/pnpm-10.14.0.tgz' > /tmp/sums\nsha512sum --check --strict /tmp/sums\n" in text
    assert "ln -sf /opt/packages/pnpm/bin/pnpm.cjs /usr/local/bin/pnpm\n" in text


def test_a_program_may_be_checked_in_place_of_its_package() -> None:
    plan = of(manager=by_id("berry"), manager_version="4.5.0", manager_integrity="sha224.0a1b", lockfile="yarn.lock")
    text = stage(written(plan), "base")
    assert "echo '0a1b  /opt/packages/berry/bin/yarn.js' > /tmp/sums\nsha224sum --check" in text
    assert "npm pack @yarnpkg/cli-dist@4.5.0" in text
    assert "/yarnpkg-cli-dist-4.5.0.tgz" in text


def test_secrets_are_mounted_and_never_copied() -> None:
    text = written(SHAPES["berry"])
    assert "type=secret,id=npmrc,target=/root/.npmrc,uid=0,mode=0400" in stage(text, "base")
    assert "type=secret,id=yarnrc.yml,target=/home/build/.yarnrc.yml,uid=1001,mode=0400" in stage(text, "deps")
    assert "# " in text
    assert "--secret id=yarnrc.yml" in text.partition("FROM")[0]
    assert "npmrc" not in stage(text, "build")


def test_install_scripts_run_for_those_that_may() -> None:
    text = stage(written(SHAPES["everything"]), "deps")
    assert 'node /pipeline/rebuild.cjs \'["better-sqlite3", "@scope/native"]\'\n' in text
    assert "rebuild" not in stage(written(SHAPES["npm"]), "deps")


def test_the_build_runs_what_the_plan_runs_in_its_order() -> None:
    script = stage(written(SHAPES["everything"]), "build")
    steps = ["patch.cjs", "generate.cjs", "serve-fonts.cjs npm run build"]
    assert [script.index(one) for one in steps] == sorted(script.index(one) for one in steps)
    assert "target=/app/.next/cache,uid=1001,gid=1001,sharing=locked" in script


def test_an_app_of_a_workspace_is_built_in_its_directory() -> None:
    text = written(SHAPES["workspace"])
    build = stage(text, "build")
    assert "env --chdir=/app/packages/ui PWD=/app/packages/ui pnpm run build\n" in build
    assert "env --chdir=/app/apps/web PWD=/app/apps/web pnpm run build\n" in build
    assert "target=/app/apps/web/.next/cache," in build
    assert "\nWORKDIR /app/apps/web\n" in stage(text, "")
    assert " /app /store /out /app/apps /app/apps/web /app/apps/web/.next\n" in stage(text, "base")


def test_only_manifests_decide_the_install() -> None:
    (copied,) = re.findall(r"^COPY --parents --chown=1001:1001 (.*) \./$", written(SHAPES["pnpm"]), re.MULTILINE)
    globs = copied.split()
    assert globs[:3] == ["**/package.json", "pnpm-lock.yaml*", "**/.npmrc"]
    # A name without any wildcard would have to be there.
    assert all("*" in glob for glob in globs)


def test_files_of_the_user_have_their_owner() -> None:
    text = stage(written(SHAPES["everything"]), "")
    assert "COPY --chown=0:0 --from=payload /out/app/ /app/\n" in text
    assert "COPY --chown=65532:65532 --from=payload /out/writable/data /app/data\n" in text
    assert "COPY --chown=65532:65532 --from=payload /out/writable/.next/cache /app/.next/cache\n" in text


@pytest.mark.parametrize(
    ("facts", "pipeline", "command"),
    [
        ({}, None, ["server.js"]),
        ({"server": "server.js"}, None, ["--require", f"./{CONFIG}", "server.js"]),
        (
            {},
            Pipeline(runtime=Runtime(command=("start.js",))),
            ["--require", f"./{CONFIG}", "start.js"],
        ),
    ],
)
def test_a_program_of_the_app_loads_the_configuration_first(
    facts: dict[str, Any], pipeline: Pipeline | None, command: list[str]
) -> None:
    assert f"\nCMD {json.dumps(command)}\n" in written(of(pipeline, **facts))


def test_what_watches_the_app_is_carried_and_loaded_first() -> None:
    text = written(SHAPES["side"])
    side = ["--require", "/app/.next-distroless/side.cjs"]
    assert f"\nCMD {words.listed([*side, '--require', './.next-distroless/config.cjs', 'server.js'])}\n" in text
    assert all(f"/{name}\n" in text for name in FILES)
    assert '"metrics": true' in text.replace("\\", "")
    assert "side.cjs" not in written(SHAPES["own server"])


def test_a_registry_is_an_argument_with_the_plans_as_default() -> None:
    plan = plan_of(app(), npm_registry="https://npm.example")
    text = written(plan)
    assert text.count('\nARG npm_config_registry="https://npm.example"\n') == 1
    assert "npm_config_registry" not in stage(text, "deps")
    assert "\nARG npm_config_registry\n" in written(of())
    berry = plan_of(
        app(manager=by_id("berry"), manager_version="4.5.0", lockfile="yarn.lock"), npm_registry="https://npm.example"
    )
    assert '\nARG YARN_NPM_REGISTRY_SERVER="https://npm.example"\n' in written(berry)
    assert "YARN_NPM_REGISTRY_SERVER" not in stage(written(berry), "deps")


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (of(), "slimming: "),
        (of(health=("/",)), "the path of the health check: "),
        (of(server="server.js"), ".next-distroless/config.cjs only where"),
        (SHAPES["everything"], "LINES: its value has several lines"),
        (SHAPES["everything"], "linux/amd64, linux/arm64 without emulation"),
        (SHAPES["bun"], "other platforms than linux/amd64: @oven/bun-linux-x64-baseline"),
        (of(manager=by_id("pnpm"), manager_version="9.0.0-beta.3", lockfile="pnpm-lock.yaml"), "a checksum of pnpm"),
    ],
)
def test_what_is_not_carried_over_is_said_with_its_reason(plan: Plan, said: str) -> None:
    assert [one for one in remarks(plan) if one.startswith(said)]
    head = " ".join(line.lstrip("# ") for line in written(plan).partition("FROM ")[0].splitlines())
    assert said.strip() in head


@pytest.mark.parametrize(
    ("pipeline", "said"),
    [
        (Pipeline(runtime=Runtime(slim=False)), "slimming: "),
        (Pipeline(runtime=Runtime(health=Health(path="/up"))), "the path of the health check: "),
        (None, ".next-distroless/config.cjs"),
        (None, "linux/"),
    ],
)
def test_what_is_not_there_is_not_said(pipeline: Pipeline | None, said: str) -> None:
    assert not [one for one in remarks(of(pipeline)) if one.startswith(said)]


def test_the_digest_of_a_stand_in_is_said() -> None:
    pinned = {PINS.image("node22").name: "sha256:" + "1" * 64}
    plan = plan_of(app(), None, replace(PINS, stand_ins=pinned))
    assert any("stand-in" in one for one in remarks(plan))


def test_fonts_are_those_of_their_packages() -> None:
    text = written(SHAPES["everything"])
    assert "npm pack @fontsource-variable/geist@" in stage(text, "base")
    assert "export NEXT_FONT_GOOGLE_MOCKED_RESPONSES=/pipeline/fonts.cjs\n" in stage(text, "build")
    assert isinstance(PINS.fonts["Geist"], Package)


def test_what_no_build_sees_is_not_in_the_context() -> None:
    plan = moontv()
    found = files(plan, texts(needed(plan)), NEVER_SENT)
    assert list(found) == ["Dockerfile", "Dockerfile.dockerignore"]
    ignored = found["Dockerfile.dockerignore"].splitlines()
    assert {"**/node_modules", "**/.env", "**/.env.*", "next-distroless.yaml", "Dockerfile"} <= set(ignored)
    # The last pattern that matches decides.
    assert ignored.index("!**/.env.example") > ignored.index("**/.env.*")
