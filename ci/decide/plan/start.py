"""How an image starts the app. Pure."""

import posixpath

from ci.decide.plan.model import APP, SIDE, ImagePlan


def command(plan: ImagePlan, directory: str, preload: str) -> list[str]:
    """Arguments of node: a custom server needs the configuration that Next.js' own server contains.

    What watches the app comes before anything of it, by an absolute path: processes that the app starts get node's
    arguments too, and may be in another directory.

    Args:
        plan: of the image.
        directory: of the app, below ``APP``.
        preload: module with the configuration, relative to the app; empty for none.
    """
    side = posixpath.normpath(f"{APP}/{directory}/{SIDE}")
    return [
        *(["--require", side] if plan.side else []),
        *(["--require", f"./{preload}"] if preload else []),
        *plan.command,
    ]
