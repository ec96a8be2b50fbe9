"""What both kinds of bundle need to know of a deployment: from the Plan and the published image. Pure."""

import json
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass

from ci.decide.bundle.published import Published
from ci.decide.bundle.variables import Variables, variables
from ci.decide.config.model import Side
from ci.decide.pins import Pins
from ci.decide.plan.model import SIDE, Plan

MEMORY = 512
"""MiB of an instance where the pipeline file has no `harden.memory`; Node.js sizes its heap by this limit."""

PIDS = 256
"""Processes and threads of an instance: Node.js has some 11, libvips and native addons add their own."""

GRACE = 30
"""Seconds from SIGTERM to SIGKILL at least."""

SPARE = 5
"""Seconds that an app may take to end after its last connection, where `runtime.side` cuts it off."""

THROWAWAY = frozenset({"cache", ".cache", "tmp", ".tmp"})
"""Last parts of writable paths whose content nobody misses after a restart."""

IMAGES = ("redis", "caddy", "prometheus", "grafana")
"""Images of others, by their names in ``ci/pins.toml``."""

_SLUG = re.compile(r"[^a-z0-9]+")
_PATH = re.compile(r'\bpath:("(?:[^"\\]|\\.)*")')
_PORT = re.compile(r"\bport:(\d+),")
_LONGEST = 40
"""Characters of a name: with what is appended to it, it stays below the 63 of a DNS label."""


@dataclass(frozen=True, kw_only=True)
class Writable:
    """A path that the app writes.

    Attributes:
        path: in the image, absolute.
        throwaway: whether its content may be lost.
    """

    path: str
    throwaway: bool


@dataclass(frozen=True, kw_only=True)
class HealthProbe:
    """How an instance is asked whether it is well.

    Attributes:
        path: of the request.
        port: that is asked; 0 for the app's own.
        status: of the accepted answer.
        command: the same as a program of the image.
        interval: seconds between two requests.
        timeout: seconds of one.
        start_period: seconds that a start may take.
        retries: failures in a row that count.
    """

    path: str
    port: int
    status: int
    command: tuple[str, ...]
    interval: int
    timeout: int
    start_period: int
    retries: int

    @property
    def plain(self) -> bool:
        """Whether the usual rule, 200 to 399 is well, accepts the same answer."""
        return 200 <= self.status < 400  # noqa: PLR2004  the rule of Kubernetes' httpGet


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A deployment.

    Attributes:
        name: of the app, a DNS label.
        image: that is deployed.
        user: numeric user and group.
        port: that the app listens on.
        health: the health check.
        writable: paths that the app writes.
        variables: that it reads.
        images: images of others by their names, each with its digest.
        memory: MiB that an instance may use.
        side: the port beside the app's, and how the app ends; None where the image has none.
    """

    name: str
    image: Published
    user: int
    port: int
    health: HealthProbe
    writable: tuple[Writable, ...]
    variables: Variables
    images: Mapping[str, str]
    memory: int
    side: Side | None

    @property
    def grace(self) -> int:
        """Seconds from SIGTERM to SIGKILL."""
        return max(GRACE, self.side.delay + self.side.deadline + SPARE) if self.side else GRACE

    @property
    def metrics(self) -> bool:
        """Whether the port beside the app's has metrics."""
        return self.side is not None and self.side.metrics

    @property
    def redis(self) -> bool:
        """Whether the app uses redis."""
        return bool(self.variables.redis)

    @property
    def kept(self) -> tuple[Writable, ...]:
        """Writable paths with content that counts."""
        return tuple(one for one in self.writable if not one.throwaway)


def deployment(plan: Plan, image: Published, pins: Pins) -> Deployment:
    """Decide a deployment.

    Args:
        plan: of the app.
        image: that is deployed.
        pins: images of others; those of upstream, never a stand-in.
    """
    health = plan.image.health
    command = image.healthcheck or plan.image.healthcheck
    return Deployment(
        name=slug(plan.name),
        image=image,
        user=image.user or plan.image.user,
        port=image.port or plan.image.port,
        health=HealthProbe(
            path=path_of(command) or health.path,
            port=port_of(command),
            status=health.status,
            command=command,
            interval=health.interval,
            timeout=health.timeout,
            start_period=health.start_period,
            retries=health.retries,
        ),
        writable=tuple(_writable(image.directory, path) for path in plan.image.writable),
        variables=variables(plan, image.env),
        images={name: pins.images[name] for name in IMAGES},
        memory=plan.trust.harden.memory or MEMORY,
        side=plan.image.side if any(word.endswith(f"/{SIDE}") for word in image.cmd) else None,
    )


def slug(name: str) -> str:
    """The name of a package as a DNS label: without its scope, and with a letter first."""
    label = _SLUG.sub("-", name.rpartition("/")[2].lower()).strip("-")[:_LONGEST].strip("-")
    return label if label[:1].isalpha() else f"app-{label}".strip("-")


def path_of(command: tuple[str, ...]) -> str:
    """The path that a health check of this pipeline asks for; empty for a check of another form."""
    found = _PATH.search(command[-1]) if command else None
    return str(json.loads(found[1])) if found else ""


def port_of(command: tuple[str, ...]) -> int:
    """The port that such a check asks; 0 for the app's own, which a variable says."""
    found = _PORT.search(command[-1]) if command else None
    return int(found[1]) if found else 0


def _writable(directory: str, path: str) -> Writable:
    whole = posixpath.normpath(posixpath.join(directory, path))
    return Writable(path=whole, throwaway=posixpath.basename(whole) in THROWAWAY)
