"""Stage 4b, native: a payload with machine code made fit for one platform, without emulation."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace

import dagger

from ci.build.base import fetched
from ci.build.payload import Payload
from ci.decide.plan.model import PACKAGES, ImagePlan, Swap
from ci.engine.containers import finished, image, run
from ci.errors import PayloadError
from ci.messages import message

WORK = "/tmp/fit"  # noqa: S108  a path inside a container
REPORT = "/tmp/fit.json"  # noqa: S108
BASE = "/base"


async def fit(
    plan: ImagePlan,
    payload: Payload,
    platform: str,
    *,
    tools: dagger.Container,
    registry: str,
    npmrc: dagger.Secret | None,
) -> Payload:
    """Put the platform's own packages in place of the builder's, and check every file of machine code.

    Args:
        plan: which packages take each other's place.
        payload: as the build left it.
        platform: of the image.
        tools: a container with node and npm, and the authorities that the caller trusts.
        registry: URL of the npm registry; empty for the public one.
        npmrc: registries and tokens.

    Returns:
        The payload unchanged where it has no machine code, which needs no container at all.

    Raises:
        PayloadError: machine code that cannot run on the platform's base.
    """
    if not payload.native:
        return payload
    swaps = _present(plan.swaps[platform], payload.native)
    container = tools.with_user("0")
    if swaps:
        wanted: list[dict[str, object]] = [
            {"package": asdict(swap.to), "to": _place(swap), "bins": {}} for swap in swaps
        ]
        container = await fetched(container, wanted, registry, npmrc)
    spec = {
        "platform": platform,
        "base": BASE,
        "slim": plan.slim,
        "sourceMaps": plan.source_maps,
        "swaps": [{"from": {"name": s.name}, "to": asdict(s.to), "at": _place(s)} for s in swaps],
    }
    done = await finished(
        run(
            container.with_directory(WORK, payload.directory).with_mounted_directory(
                BASE, image(plan.base, platform).rootfs()
            ),
            *("native", spec, WORK, REPORT),
        ),
        message("build.platform", platform=platform),
        PayloadError,
    )
    report = json.loads(await done.file(REPORT).contents())
    return replace(payload, directory=done.directory(WORK), native=report["native"])


def _present(swaps: Sequence[Swap], paths: Iterable[str]) -> list[Swap]:
    listed = list(paths)
    return [swap for swap in swaps if any(f"node_modules/{swap.name}/" in path for path in listed)]


def _place(swap: Swap) -> str:
    return f"{PACKAGES}/native/{swap.to.name.replace('/', '+')}@{swap.to.version}"
