"""What is tried after a failure: the outputs are those of real tools, the files must read back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from ci.decide.config.model import Build, Install, Patch, Pipeline, Runtime
from ci.decide.config.parse import parse
from ci.decide.diagnose import Known, diagnose
from ci.decide.ecosystems.locked import Locked
from ci.decide.project.facts import Project
from ci.decide.project.scripts import Scripts
from ci.decide.tries import SLIM, START, Amended, Failure, Stop
from ci.decide.tries.amend import amend
from ci.decide.tries.result import finished
from ci.decide.variables import Variable
from ci.decide.variables.dummies import dummy
from ci.messages import message
from tests.apps.sources import to_json
from tests.unit.plans import app

START_FILE = "# Made by hand\nversion: 2\n\nruntime:\n  # Why.\n  health:\n    path: /\n"
LIST = """\
> app@1.0.0 check-env
> node scripts/check-env.js

The following environment variables are not defined:
 -  DATABASE_URL
 -  AUTH_SECRET
"""
T3 = "❌ Invalid environment variables: [ { code: 'invalid_type', path: [ 'DATABASE_URL' ], message: 'Required' } ]\n"
REFUSED = "DATABASE_URL"
OF_DATABASE = """\
> app@1.0.0 check-db
> node scripts/check-db.js

Error: connect ECONNREFUSED 127.0.0.1:5432
"""


def failure(output: str, project: Project | None = None, given: tuple[str, ...] = ()) -> Failure:
    """What a failed build becomes, as the build makes it of its output."""
    facts = project or app()
    cause = diagnose(output, Known(reads=facts.env, declared=facts.variables, given=given))
    said = cause or message("build.failed")
    return Failure(id=said.id, what=f"the app does not build:\n{output}", fix=said.fix, facts=said.facts)


def known(message_id: str, **facts: Any) -> Failure:
    said = message(message_id, **facts)
    return Failure(id=said.id, what=said.what, fix=said.fix, facts=said.facts)


def next_file(failed: Failure, project: Project | None = None, text: str = START_FILE) -> Pipeline:
    """The file after one round."""
    step = amend(text, failed, project or app())
    assert isinstance(step, Amended), step
    assert "# Made by hand" in step.text
    return parse(step.text, "x")


def stopped(failed: Failure, project: Project | None = None, text: str = START_FILE) -> Stop:
    step = amend(text, failed, project or app())
    assert isinstance(step, Stop), step
    assert step.reason
    assert step.fix
    return step


def scripts(**commands: str) -> tuple[Scripts, ...]:
    named = {name.replace("_", "-"): command for name, command in commands.items()}
    return (Scripts(path="package.json", name="app", commands=named, text=to_json({"scripts": named})),)


REQUIRED = (
    Variable(name="API_KEY", dummy=dummy("API_KEY"), required=True, file="src/env.ts"),
    Variable(name="DATABASE_URL", dummy="file:./dummy.db", required=True, file="src/env.ts"),
    Variable(name="OTHER", dummy="x", required=False, file=".env.example"),
)


# Builds


def test_variables_that_a_script_lists() -> None:
    assert next_file(failure(LIST)).build.dummies == {n: dummy(n) for n in ("DATABASE_URL", "AUTH_SECRET")}


def test_all_that_the_source_requires_with_the_reason_of_each() -> None:
    project = app(variables=REQUIRED)
    step = amend(START_FILE, failure(T3, project), project)
    assert isinstance(step, Amended)
    assert parse(step.text, "x").build.dummies == {"DATABASE_URL": "file:./dummy.db", "API_KEY": dummy("API_KEY")}
    assert step.text.count("# Required by src/env.ts.") == 2


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("path: [ 'API_KEY' ], message: 'Invalid url'", "https://api-key.invalid"),
        ("path: [ 'API_KEY' ], message: 'Invalid email'", "dummy@api-key.invalid"),
        ("path: [ 'API_KEY' ], message: \"Invalid enum value. Expected 'a' | 'b', received 'x'\"", "a"),
        ("path: [ 'API_KEY' ], message: 'Invalid option: expected one of \"p\"|\"q\"'", "p"),
        ("API_KEY: [ 'String must contain at least 40 character(s)' ]", dummy("API_KEY") + "-xxxxxxx"),
        ("API_KEY: [ 'Invalid input: must start with \"re_\"' ]", "re_dummy-api-key-for-the-build-only"),
        ("API_KEY: [ 'Expected number, received nan' ]", "1"),
    ],
)
def test_a_dummy_that_a_validator_refuses_gets_the_form_that_it_asks_for(said: str, value: str) -> None:
    text = f"{START_FILE}build:\n  dummies:\n    API_KEY: no\n"
    output = f"❌ Invalid environment variables: {{ {said} }}\n"
    found = next_file(failure(output, given=("API_KEY",)), text=text).build.dummies["API_KEY"]
    assert found == value if "40" not in said else len(found) == 40


WANTS = "VercelPostgresError - 'invalid_connection_string': This connection string is meant to be used with a "
POOLED = f"{WANTS}direct connection. Make sure to use a pooled connection string or try `createClient()` instead."
DIRECT = f"{WANTS}pooled connection. Try `createPool()` instead."
NEON = (
    "Database connection string format for `neon()` should be: postgresql://user:password@host.tld/dbname?option=value"
)


@pytest.mark.parametrize(
    ("said", "name", "host"),
    [
        (POOLED, "DATABASE_URL", "database-url-pooler.invalid"),
        (DIRECT, "POSTGRES_URL", "postgres-url.invalid"),
        (NEON, "DATABASE_URL", "database-url.invalid"),
    ],
)
def test_a_library_that_wants_another_address_of_a_database(said: str, name: str, host: str) -> None:
    text = f"{START_FILE}build:\n  dummies:\n    {name}: no\n    DATABASE_URL_UNPOOLED: direct\n"
    output = f"Error: {said}\n    at createPool (/app/.next/server/app/page.js:1:3313)\n"
    names = (name, "DATABASE_URL_UNPOOLED")
    found = next_file(failure(output, app(env=names), given=names), text=text).build.dummies
    assert found[name] == f"postgresql://dummy:dummy@{host}:5432/dummy"
    assert found["DATABASE_URL_UNPOOLED"] == "direct"


def test_a_dummy_that_is_refused_without_a_reason_is_for_a_person() -> None:
    text = f"{START_FILE}build:\n  dummies:\n    API_KEY: {dummy('API_KEY')}\n"
    output = "❌ Invalid environment variables: { API_KEY: [ 'Invalid input' ] }\n"
    assert "API_KEY" in stopped(failure(output, given=("API_KEY",)), text=text).reason


def test_a_value_that_a_person_gave_is_never_replaced() -> None:
    text = f"{START_FILE}build:\n  env:\n    API_KEY: mine\n"
    stopped(
        failure("❌ Invalid environment variables: { API_KEY: [ 'Invalid url' ] }\n", given=("API_KEY",)), text=text
    )


def test_a_url_whose_beginning_is_missing() -> None:
    project = app(env=("CMS_URL", "TOKEN"))
    output = "TypeError: Invalid URL\n  code: 'ERR_INVALID_URL',\n  input: 'undefined/x',\n"
    assert next_file(failure(output, project), project).build.dummies == {"CMS_URL": "https://cms-url.invalid"}


def test_a_page_that_asks_the_server_of_a_dummy_is_for_a_person() -> None:
    text = f"{START_FILE}build:\n  dummies:\n    CMS_URL: https://cms-url.invalid\n"
    output = 'Error occurred prerendering page "/"\nError: getaddrinfo ENOTFOUND cms-url.invalid\n'
    assert "CMS_URL" in stopped(failure(output), text=text).reason
    assert "cms.example" in stopped(failure(output.replace("cms-url.invalid", "cms.example"))).fix


@pytest.mark.parametrize(
    ("failed", "pipeline"),
    [
        (known("cause.install-script", package="bcrypt"), {"install": Install(allow_scripts=("bcrypt",))}),
        (known("cause.heap"), {"build": Build(env={"NODE_OPTIONS": "--max-old-space-size=4096"})}),
        (known("cause.node", package="x@1", node=">=24"), {"node": "24"}),
        (known("arguments.static-export", file="next.config.js"), {"runtime": {"serve": "static"}}),
    ],
)
def test_causes_with_one_answer(failed: Failure, pipeline: Mapping[str, Any]) -> None:
    found = next_file(failed, app(locked=(Locked(name="bcrypt", version="5.1.1"),)))
    for name, wanted in pipeline.items():
        have = getattr(found, name)
        assert (have.serve if name == "runtime" else have) == (wanted["serve"] if name == "runtime" else wanted)


def test_an_install_script_runs_only_for_a_package_of_the_lockfile() -> None:
    assert (
        stopped(known("cause.install-script", package="bcrypt")).fix
        == known("cause.install-script", package="bcrypt").fix
    )


def test_an_answer_is_given_once() -> None:
    step = amend(START_FILE, known("cause.heap"), app())
    assert isinstance(step, Amended)
    assert stopped(known("cause.heap"), text=step.text).fix == known("cause.heap").fix


@pytest.mark.parametrize(
    "failed",
    [
        known("lockfile.foreign-host", lockfile="package-lock.json", hosts="example.com (2)", names="example.com"),
        known("lockfile.no-checksum", lockfile="package-lock.json", packages="a", names="a"),
        known("cause.integrity"),
        known("cause.registry-login"),
        known("cause.node", package="x@1", node=">=99"),
        failure("Type error: Type 'string' is not assignable to type 'number'."),
        Failure(id="", what="patches[0]: no file matches `a`", fix="correct `files:`"),
    ],
)
def test_what_a_person_decides(failed: Failure) -> None:
    assert stopped(failed) == Stop(reason=failed.heading, fix=failed.fix)


PAGE_DATA = """\
   Collecting page data ...
TypeError: Cannot read properties of undefined (reading 'split')
    at 8127 (.next/server/app/page.js:1:3313)

> Build error occurred
[Error: Failed to collect page data for /] { type: 'Error' }
"""
DECLARED = (
    *REQUIRED,
    Variable(name="NEXT_PUBLIC_BASE_PATH", dummy="x", required=False, file=".env.example"),
    Variable(name="BUILD_TARGET", dummy="node", required=True, file="src/env.ts"),
)
READ = ("CMS_TOKEN", "VERCEL_URL", "THEME", "DEBUG", "MY_GRID", "OTHER")


def test_without_a_cause_all_that_is_declared_is_set_once() -> None:
    project = app(variables=DECLARED, env=READ)
    step = amend(START_FILE, failure(PAGE_DATA, project), project)
    assert isinstance(step, Amended)
    assert dict(parse(step.text, "x").build.dummies) == {
        "API_KEY": dummy("API_KEY"),
        "DATABASE_URL": "file:./dummy.db",
        "OTHER": "x",
        "BUILD_TARGET": "node",
        "CMS_TOKEN": dummy("CMS_TOKEN"),
    }
    assert "# .env.example lists it, and nothing says why the build fails.\n    OTHER: x" in step.text
    assert "# The source reads it, and nothing says why the build fails.\n    CMS_TOKEN:" in step.text
    assert "no cause is known" in step.why
    assert stopped(failure(PAGE_DATA, project), project, step.text).reason == "the app does not build"


def test_a_url_of_no_known_variable() -> None:
    project = app(variables=REQUIRED[2:])
    output = "TypeError: Invalid URL\n  code: 'ERR_INVALID_URL',\n  input: 'undefined/x',\n"
    assert next_file(failure(output, project), project).build.dummies == {"OTHER": "x"}


@pytest.mark.parametrize(
    "output",
    [
        "Failed to compile.\n\n./app/page.tsx:3:7\nType error: Type 'string' is not assignable to type 'number'.",
        "Error: Turbopack build failed with 1 errors:\n./app/page.tsx:1:1\nModule not found: Can't resolve './x'",
    ],
)
def test_what_the_compiler_says_is_no_matter_of_variables(output: str) -> None:
    project = app(variables=DECLARED, env=READ)
    assert stopped(failure(output, project), project).reason == "the app does not build"


def test_what_is_given_is_not_declared_again() -> None:
    project = app(variables=REQUIRED)
    text = f"{START_FILE}  env:\n    OTHER: y\nbuild:\n  env:\n    API_KEY: mine\n"
    assert dict(next_file(failure(PAGE_DATA, project), project, text).build.dummies) == {
        "DATABASE_URL": "file:./dummy.db"
    }


# Scripts


def test_a_script_that_is_not_called_build() -> None:
    project = app(scripts={"build:app": "next build"})
    assert next_file(known("arguments.no-script", file="package.json", script="build"), project).build == Build(
        scripts=("build:app",)
    )


def test_a_check_of_a_database_is_taken_out_of_a_list() -> None:
    given = scripts(
        build="run-s check-env check-db build-app", check_db="node x", check_env="node y", build_app="next build"
    )
    assert next_file(failure(OF_DATABASE), app(packages=given)).build.scripts == ("check-env", "build-app")


def test_a_script_for_images_comes_first() -> None:
    given = scripts(build="run-s check-db app", check_db="node x", app="next build", build_docker="run-s app")
    assert next_file(failure(OF_DATABASE), app(packages=given)).build.scripts == ("build-docker",)


def test_a_step_of_a_command_is_taken_out_by_a_patch_with_the_migration_beside_it() -> None:
    build = "npm run check-db && prisma migrate deploy && next build"
    given = scripts(build=build, check_db="node x")
    assert next_file(failure(OF_DATABASE), app(packages=given)).patches == (
        Patch(files="package.json", replace=f'"{build}"', with_='"next build"'),
    )


def test_a_check_that_passed_before_the_build_stays() -> None:
    given = scripts(build="npm run check-env && next build", check_env="node x")
    output = "> app@1.0.0 build\n> npm run check-env && next build\n> app@1.0.0 check-env\n> node x\n"
    page = "no connection to posts.example.com (ENOTFOUND)\n> Build error occurred\n"
    stopped(failure(f"{output}   ▲ Next.js 15.5.28\n   Collecting page data ...\n{page}"), app(packages=given))
    assert next_file(failure(f"{output}{page}"), app(packages=given)).patches[0].with_ == '"next build"'


def test_a_lint_that_fails_before_the_build() -> None:
    given = scripts(build="eslint . && next build")
    output = "> app@1.0.0 build\n> eslint . && next build\n\n  3:1  error  no-undef\n"
    assert next_file(failure(output), app(packages=given)).patches[0].with_ == '"next build"'
    later = f"{output}▲ Next.js 15.5.0\nType error: no\n"
    stopped(failure(later), app(packages=given))


# The start


def refusal(title: str, log: str = "") -> Failure:
    return Failure(id=START, what=f"  - smoke-start default: {title}\n  container log:\n  | {log}", fix="look")


NOT_HEALTHY = "/ was not healthy within 60 s (last answer: {}, expected 200)"


def test_a_variable_that_the_log_names_is_a_dummy_of_the_test_alone() -> None:
    found = next_file(refusal(NOT_HEALTHY.format(500), "Error: DATABASE_URL is not set"))
    (scenario,) = found.smoke.scenarios
    assert scenario.env == {"DATABASE_URL": dummy("DATABASE_URL")}
    assert [request.path for request in scenario.requests] == ["{chunk}"]
    assert (found.build, found.runtime.env) == (Build(), {})


@pytest.mark.parametrize(
    ("log", "env", "name"),
    [
        ("[auth][error] MissingSecret: Please define a `secret`.", (), "AUTH_SECRET"),
        ("[auth][error] MissingSecret: Please define a `secret`.", ("NEXTAUTH_SECRET",), "NEXTAUTH_SECRET"),
        ("Error: Neither apiKey nor config.authenticator provided", ("STRIPE_SECRET_KEY",), "STRIPE_SECRET_KEY"),
        ("Error: @clerk/nextjs: Missing secretKey. You can get your key at …", (), "CLERK_SECRET_KEY"),
    ],
)
def test_libraries_that_do_not_name_the_variable(log: str, env: tuple[str, ...], name: str) -> None:
    found = next_file(refusal(NOT_HEALTHY.format(500), log), app(env=env))
    assert list(found.smoke.scenarios[0].env) == [name]


def test_what_the_build_had_is_given_to_a_server_that_fails() -> None:
    text = f"{START_FILE}build:\n  dummies:\n    API_KEY: a\n    NEXT_PUBLIC_A: b\n"
    found = next_file(refusal("the container ended (exit code 1) before / answered"), text=text)
    assert found.smoke.scenarios[0].env == {"API_KEY": "a"}


def test_a_server_that_misses_a_file_gets_all_of_them() -> None:
    missed = refusal("the container ended before / answered: Error: Cannot find module './bundle'")
    assert not next_file(missed).runtime.slim
    stopped(missed, text=START_FILE.replace("runtime:\n", "runtime:\n  slim: false\n"))


def test_another_path() -> None:
    project = app(health=("/", "/api/health"))
    found = next_file(refusal(NOT_HEALTHY.format(404)), project)
    assert found.runtime.health and found.runtime.health.path == "/api/health"  # noqa: PT018  one fact


@pytest.mark.parametrize("status", [307, 401])
def test_an_app_behind_a_sign_in(status: int) -> None:
    found = next_file(refusal(NOT_HEALTHY.format(status)))
    assert found.runtime.health and found.runtime.health.status == status  # noqa: PT018  one fact


@pytest.mark.parametrize(
    "title", [NOT_HEALTHY.format(500), NOT_HEALTHY.format(404), "the container ended (exit code 1)"]
)
def test_an_app_that_does_not_start_is_for_a_person(title: str) -> None:
    assert "runtime.health.path" in stopped(refusal(title)).fix


def test_no_rule_touches_a_policy_a_host_or_a_value_of_the_image() -> None:
    outputs = (LIST, T3, OF_DATABASE, "Error: Neither apiKey nor config.authenticator provided")
    for output in outputs:
        step = amend(
            START_FILE, failure(output), app(packages=scripts(build="npm run check-db && next build", check_db="x"))
        )
        if isinstance(step, Amended):
            found = parse(step.text, "x")
            rest = replace(found, build=Build(), patches=(), runtime=replace(found.runtime, health=None))
            assert rest == Pipeline(runtime=Runtime())
            assert (found.build.env, found.build.allow_frozen, found.build.migrate) == ({}, (), False)


def test_the_head_of_the_file() -> None:
    stop = Stop(reason="the image does not start", fix="look")
    assert parse(finished(START_FILE, ["a: b"], ["A is frozen"]), "x") == parse(START_FILE, "x")
    assert parse(finished(START_FILE, [], [], secrets=["A looks like a secret"]), "x") == parse(START_FILE, "x")
    assert finished(START_FILE, [], [], stop).splitlines()[:3] == [
        "# Tried by `config init --try`: it does not start yet.",
        "# To decide: the image does not start.",
        "# Next step: look.",
    ]


def test_a_file_that_was_tried_before_gets_one_head() -> None:
    once = finished(START_FILE, ["a: b"], ["A is frozen"], Stop(reason="a", fix="b"))
    assert finished(once, [], []) == finished(START_FILE, [], [])


def test_an_image_that_answers_otherwise_keeps_every_file() -> None:
    differs = Failure(
        id=SLIM, what="- slim-answer (high) default: /about: full 200, slim 500", fix="set runtime.slim: false"
    )
    assert not next_file(differs).runtime.slim
    assert stopped(differs, text=START_FILE.replace("runtime:\n", "runtime:\n  slim: false\n")).fix == differs.fix
