"""Each secret that a run was given is searched for in all that the run made."""

from collections.abc import Mapping

import dagger

from ci.build.assemble import LAYOUT, Assembled
from ci.decide.plan.model import CANARY, Plan
from ci.engine import tool
from ci.engine.containers import by_content
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.intool.policy import GateResult

SECRETS = "/run/secrets"
MADE = "canary"
PLACES = {"image": LAYOUT, "bills of materials": "/bills", "texts": "/texts"}


async def leaks(
    plan: Plan,
    image: Assembled,
    sboms: dagger.Directory,
    secrets: Mapping[str, dagger.Secret],
    texts: Mapping[str, str],
) -> GateResult:
    """Search.

    Args:
        plan: the canary, a variable of the build that nothing may keep; waivers.
        image: as layout: layers, configuration, history, annotations.
        sboms: bills of materials.
        secrets: name to secret.
        texts: file name to what else the run writes down, such as provenance, or printed.

    Raises:
        PublishError: it could not be searched.
    """
    container = (
        tool.python(plan.tools, "leaks")
        .with_mounted_directory(PLACES["image"], image.layout)
        .with_mounted_directory(PLACES["bills of materials"], sboms)
        .with_mounted_directory(PLACES["texts"], by_content({".keep": "", **texts}))
        .with_mounted_directory(f"{SECRETS}/made", by_content({MADE: plan.build.settings[CANARY]}))
    )
    for name, secret in secrets.items():
        container = container.with_mounted_secret(f"{SECRETS}/{name}", secret, mode=0o400)
    given = [{"name": name, "path": f"{SECRETS}/{name}"} for name in secrets]
    arguments = {
        "places": [{"name": name, "path": path} for name, path in PLACES.items()],
        "secrets": [*given, {"name": MADE, "path": f"{SECRETS}/made/{MADE}"}],
        "canaries": [MADE],
        **plan.trust.accepting(),
    }
    done = await run_operation(container, "leaks", "search", arguments, PublishError)
    return GateResult.from_json((await report_of(done))["result"])
