"""Pushing the images of all platforms as one index."""

import re
from dataclasses import dataclass

import dagger

from ci.errors import PublishError


@dataclass(frozen=True, kw_only=True)
class Registry:
    """How the registry is reached.

    Attributes:
        username: for a registry that wants one.
        password: its password or token.
        service: a registry that only the caller's machine reaches.
    """

    username: str = ""
    password: dagger.Secret | None = None
    service: dagger.Service | None = None


async def push(address: str, images: dict[str, dagger.Container], registry: Registry) -> str:
    """Push.

    Args:
        address: repository with tag.
        images: platform to image.
        registry: credentials.

    Returns:
        Reference with tag and digest.

    Raises:
        PublishError: the registry refused or cannot be reached; carries its words.
    """
    first, *others = images.values()
    if registry.password:
        first = first.with_registry_auth(address, registry.username, registry.password)
    try:
        return await first.publish(address, platform_variants=others, registry_service=registry.service)
    except dagger.ExecError:
        raise
    except dagger.QueryError as refusal:
        raise PublishError(f"{address} was not pushed: {_words(str(refusal))}", _fix(str(refusal))) from None


def _words(message: str) -> str:
    return message.strip().splitlines()[-1]


def _fix(message: str) -> str:
    if re.search(r"\b(401|403|unauthorized|denied|forbidden|authorization)\b", message, re.IGNORECASE):
        return "log in (`docker login`), or pass --registry-username and --registry-password env:NAME"
    if re.search(r"connection refused|no such host|dial tcp|timeout", message, re.IGNORECASE):
        return "check the host name and port, and that the registry runs (`make up` starts the one on loopback)"
    return "see what the registry's log says of this push, then run the command again"
