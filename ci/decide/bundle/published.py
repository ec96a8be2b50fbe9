"""The image that is deployed, as the registry has it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ci.decide.plan.model import NODE
from ci.errors import ConfigError
from ci.intool.common.reference import parse


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published image.

    Attributes:
        repository: with its host, without tag and digest.
        digest: of the index, or of the only manifest.
        version: label ``org.opencontainers.image.version``; empty where there is none.
        platforms: such as ``linux/amd64``.
        user: numeric user; 0 where the configuration names none in numbers.
        port: that it exposes; 0 where that is not one.
        entrypoint: program and its first arguments.
        cmd: further arguments.
        directory: working directory.
        env: variables of the image.
        healthcheck: command of the health check without ``CMD``; empty where the image has none.
    """

    repository: str
    digest: str
    version: str
    platforms: tuple[str, ...]
    user: int
    port: int
    entrypoint: tuple[str, ...]
    cmd: tuple[str, ...]
    directory: str
    env: Mapping[str, str]
    healthcheck: tuple[str, ...]

    @property
    def reference(self) -> str:
        """Repository and digest: the only name under which a bundle has it."""
        return f"{self.repository}@{self.digest}"

    @property
    def runs_node(self) -> bool:
        """Whether the image starts node itself, so that its arguments may be extended."""
        return self.entrypoint == (NODE,)


def published(info: Mapping[str, Any], reference: str) -> Published:
    """Read what the operation ``info`` of the image manager reports.

    Args:
        info: its report.
        reference: that was asked for.

    Raises:
        ConfigError: there is no image behind the reference, such as for an SBOM.
    """
    images: Sequence[Mapping[str, Any]] = info["platforms"]
    if not images:
        raise ConfigError.of("arguments.bundle-no-image", reference=reference)
    first = images[0]
    test = tuple(first["health_check"].get("Test") or ())
    return Published(
        repository=parse(reference).repository,
        digest=info["digest"],
        version=info["version"],
        platforms=tuple(image["platform"] for image in images),
        user=_number(first["user"].partition(":")[0]),
        port=_number(first["ports"][0].partition("/")[0]) if len(first["ports"]) == 1 else 0,
        entrypoint=tuple(first["entrypoint"]),
        cmd=tuple(first["cmd"]),
        directory=first["working_directory"] or "/",
        env=first["env"],
        healthcheck=test[1:] if test[:1] == ("CMD",) else (),
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
