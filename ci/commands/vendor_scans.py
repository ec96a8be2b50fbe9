"""Scanners of vendors, in their own images: they connect to their vendor with the caller's token."""

from collections.abc import Mapping, Sequence

import dagger

from ci.build.made import Made
from ci.build.run import Run
from ci.commands.check import UNFIT
from ci.commands.refusal import refuse
from ci.decide import pins
from ci.engine.containers import image
from ci.errors import PublishError
from ci.gates import vendors
from ci.gates.vendors import SOURCE, Answer, Vendor
from ci.report.text import results

FILES = "/source"
ARCHIVE = "/image.tar"
LAYOUT = "/layout"


async def snyk(run: Run, token: dagger.Secret | None) -> str:
    """Scan source and image with Snyk; without a token it reports `not run`.

    Raises:
        PublishError: it finds too much, or gives no result.
    """
    if not token:
        return vendors.not_run("snyk", ["--token env:SNYK_TOKEN"])
    made, scan = await run.make(), run.plan.trust.scan
    container = (
        _container(run, "snyk")
        .with_secret_variable("SNYK_TOKEN", token)
        .with_mounted_directory(FILES, run.source)
        .with_mounted_file(ARCHIVE, made.image.archive)
        .with_workdir(FILES)
    )
    images = {name: vendors.snyk_image(scan, ARCHIVE, name) for name in run.plan.image.platforms}
    return await _judged(run, made, vendors.SNYK, container, {SOURCE: vendors.snyk_source(scan), **images}, token=token)


async def scout(run: Run, user: str, token: dagger.Secret | None, tool: str) -> str:
    """Scan the image with Docker Scout; without user, token or tool it reports `not run`.

    Raises:
        ConfigError: its own image is named without a digest.
        PublishError: it finds too much, or gives no result.
    """
    wanted = {"--user NAME": user, "--token env:DOCKER_TOKEN": token, "--tool IMAGE@sha256:…": tool}
    missing = [argument for argument, value in wanted.items() if not value]
    if missing or not token:
        return vendors.not_run("scout", missing)
    pinned = _container(run, tool)
    made, scan = await run.make(), run.plan.trust.scan
    container = (
        pinned.with_env_variable("DOCKER_SCOUT_HUB_USER", user)
        .with_secret_variable("DOCKER_SCOUT_HUB_PASSWORD", token)
        .with_mounted_directory(LAYOUT, made.image.layout)
    )
    commands = {name: vendors.scout_image(scan, LAYOUT, name) for name in run.plan.image.platforms}
    return await _judged(run, made, vendors.SCOUT, container, commands, token=token)


def _container(run: Run, name: str) -> dagger.Container:
    """A container that is never cached between runs: its vendor's data changes, and the engine does not notice that."""
    return image(pins.load().image(name)).with_env_variable("NEXT_DISTROLESS_NOW", run.plan.trust.now)


async def _judged(
    run: Run,
    made: Made,
    vendor: Vendor,
    container: dagger.Container,
    commands: Mapping[str, Sequence[str]],
    *,
    token: dagger.Secret,
) -> str:
    secret = await token.plaintext()
    answers = [await _answer(vendor, container, where, command, secret) for where, command in commands.items()]
    result = vendors.judge(vendor, answers, run.plan.trust.judging())
    refuse(run.plan, [result], made.image, UNFIT, full=True)
    return "\n".join(results([result], full=True))


async def _answer(
    vendor: Vendor, container: dagger.Container, where: str, command: Sequence[str], secret: str
) -> Answer:
    done = container.with_exec(list(command), expect=dagger.ReturnType.ANY)
    try:
        code, out, err = await done.exit_code(), await done.stdout(), await done.stderr()
    except dagger.QueryError as failure:
        reason = vendors.hidden(str(failure), secret)
        raise PublishError.of("judging.vendor-start", vendor=vendor.name, title=vendor.title, problem=reason) from None
    return Answer(where=where, code=code, stdout=vendors.hidden(out, secret), stderr=vendors.hidden(err, secret))
