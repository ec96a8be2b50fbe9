"""Gate `leaks`: searches everything that the run made for each secret of the run."""

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
PLACES = {"image": LAYOUT, "SBOMs": "/sboms", "texts": "/texts"}


async def leaks(
    plan: Plan,
    image: Assembled,
    sboms: dagger.Directory,
    secrets: Mapping[str, dagger.Secret],
    texts: Mapping[str, str],
) -> GateResult:
    """Search image, SBOMs and texts.

    Args:
        plan: the canary, a variable of the build whose value may be nowhere; waivers.
        image: as layout: layers, configuration, history, annotations.
        sboms: their files.
        secrets: name to secret.
        texts: file name to content: what commands printed, and what else the run writes, such as provenance.

    Raises:
        PublishError: it could not be searched.
    """
    container = (
        tool.python(plan.tools, "leaks")
        .with_mounted_directory(PLACES["image"], image.layout)
        .with_mounted_directory(PLACES["SBOMs"], sboms)
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
