"""Gate `leaks`: searches everything that the run made for each secret of the run."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.build.run import MARK
from ci.decide.plan.cache_inputs import digest
from ci.decide.plan.model import CANARY, Plan
from ci.engine import tool
from ci.engine.concurrent import gather
from ci.engine.containers import by_content
from ci.engine.tool import REPORT, report_of, run_operation
from ci.errors import PublishError
from ci.gates.layers import BLOBS, apart, with_blobs
from ci.gates.sbom import Written
from ci.intool.policy import GateResult

SECRETS = "/run/secrets"
MADE = "canary"
PLACES = {"image": LAYOUT, "SBOMs": "/sboms", "texts": "/texts"}
PARTS = "/parts"


async def leaks(
    plan: Plan,
    image: Assembled,
    sboms: Callable[[], Awaitable[Written]],
    secrets: Mapping[str, dagger.Secret],
    texts: Mapping[str, str],
) -> GateResult:
    """Search image, SBOMs and texts.

    Layers that seldom change are searched apart: where the engine has searched the same bytes for the same secrets, it
    has the result.

    Args:
        plan: the canary, a variable of the build whose value may be nowhere; waivers.
        image: as layout: layers, configuration, history, annotations.
        sboms: gives the SBOMs when they are written.
        secrets: name to secret.
        texts: file name to content: what commands printed, and what else the run writes, such as provenance.

    Raises:
        PublishError: it could not be searched.
    """
    container, given = await _with_secrets(tool.python(plan.tools, "leaks"), plan, secrets)
    written, *parts = await gather(sboms(), *(_part(container, image, names, given) for names in apart(image)))
    known = [f"{PARTS}/{number}.json" for number in range(len(parts))]
    searched = (
        container.with_mounted_directory(PLACES["image"], image.layout)
        .with_mounted_directory(PLACES["SBOMs"], written.documents)
        .with_mounted_directory(PLACES["texts"], by_content({".keep": "", **texts}))
    )
    for place, part in zip(known, parts, strict=True):
        searched = searched.with_mounted_file(place, part)
    arguments = {
        "places": [{"name": name, "path": path} for name, path in PLACES.items()],
        "secrets": given,
        "canaries": [MADE],
        "known": known,
        **plan.trust.accepting(),
    }
    done = await run_operation(searched, "leaks", "search", arguments, PublishError)
    return GateResult.from_json((await report_of(done))["result"])


async def _part(
    container: dagger.Container, image: Assembled, names: tuple[str, ...], given: list[dict[str, Any]]
) -> dagger.File:
    arguments = {"directory": BLOBS, "secrets": given}
    return (await run_operation(with_blobs(container, image, names), "leaks", "blobs", arguments, PublishError)).file(
        REPORT
    )


async def _with_secrets(
    container: dagger.Container, plan: Plan, secrets: Mapping[str, dagger.Secret]
) -> tuple[dagger.Container, list[dict[str, Any]]]:
    """The container with every secret, and what the search is given: name and path of each.

    The engine knows a secret that another module set by its name alone. So that it never takes the result of a search
    for another value, a part of the values' digest is in the container.
    """
    canary = plan.build.settings[CANARY]
    values = dict(zip(secrets, await gather(*(one.plaintext() for one in secrets.values())), strict=True))
    container = container.with_env_variable("SECRETS", digest({**values, MADE: canary})[:MARK])
    container = container.with_mounted_directory(f"{SECRETS}/made", by_content({MADE: canary}))
    for name, secret in secrets.items():
        container = container.with_mounted_secret(f"{SECRETS}/{name}", secret, mode=0o400)
    given = [{"name": name, "path": f"{SECRETS}/{name}"} for name in secrets]
    return container, [*given, {"name": MADE, "path": f"{SECRETS}/made/{MADE}"}]
