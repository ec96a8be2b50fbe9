"""Stage 4a, payload: what goes on top of the base, collected from a finished build."""

import json
import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import dagger

from ci.decide.plan.model import ImagePlan
from ci.engine.containers import finished, run
from ci.errors import PayloadError
from ci.messages import message

PAYLOAD = "/tmp/payload"  # noqa: S108  a path inside the build container
REPORT = "/tmp/payload.json"  # noqa: S108


@dataclass(frozen=True, kw_only=True)
class Payload:
    """What goes on top of the base.

    Attributes:
        directory: its files.
        app: directory of server.js in it; ``.`` unless the app is part of a workspace.
        dist: directory of the build in it.
        bytes: size of all files.
        standalone: size before anything was left out.
        native: files of machine code, with the platform they are for.
        writable: paths that belong to the runtime user, ``file`` or ``directory`` each.
        chunk: URL path of a static chunk.
        preload: module, relative to the app, that has to be loaded before a custom server; empty for none.
        removed: what was left out because the app cannot reach it, a group each with its size.
        routes: every known route that answers to GET.
        alive: paths that answer 200 without code of the app, the best first.
        behind: paths that may answer so, since they need no code of the app but what middleware does with them.
        loaded: names of packages that the app's programs load, or that these load.
    """

    directory: dagger.Directory
    app: str
    dist: str
    bytes: int
    standalone: int
    native: Mapping[str, str]
    writable: Mapping[str, str]
    chunk: str
    preload: str
    removed: Sequence[Mapping[str, Any]]
    routes: Sequence[str]
    alive: Sequence[str] = ()
    behind: Sequence[str] = ()
    loaded: Sequence[str] = ()


async def payload(plan: ImagePlan, app: str, build: dagger.Container, *, slim: bool) -> Payload:
    """Collect the payload from a finished build.

    Args:
        plan: what is wanted.
        app: directory of the app below the source.
        build: stage 3.
        slim: whether what the app cannot reach is left out.

    Raises:
        PayloadError: no standalone output, a file that is not there, a link that leads nowhere.
    """
    options = {
        "app": posixpath.normpath(app),
        "serve": plan.serve,
        "files": plan.files,
        "command": plan.command,
        "exclude": plan.exclude,
        "writable": plan.writable,
        "slim": slim,
        "sourceMaps": plan.source_maps,
        "side": asdict(plan.side) if plan.side else None,
    }
    done = await finished(
        run(build, "payload", options, PAYLOAD, REPORT),
        message("build.payload"),
        PayloadError,
    )
    report = json.loads(await done.file(REPORT).contents())
    return Payload(directory=done.directory(PAYLOAD), **report)
