"""What an image has inside, as far as it decides whether it starts and is healthy."""

import posixpath
import re
from typing import Any

from ci.intool.manager.settings import settings
from ci.intool.manager.stack import stacks
from ci.intool.registry.image import find
from ci.intool.rootfs.layer import merge
from ci.intool.rootfs.packages import owner

PROGRAMS = re.compile(r"(?:(?:usr/)?(?:local/)?s?bin|nodejs/bin)/[^/]+")
LOADERS = re.compile(r"(?:usr/)?lib(?:64)?/(?:[^/]+/)?ld-(?:linux|musl)[^/]*")
EXAMPLES = re.compile(r"\.env\.(?:.*\.)?(?:example|sample|template|local\.example)")


def inside(reference: str, platform: str = "") -> dict[str, Any]:
    """Look into an image.

    Args:
        reference: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``.
        platform: such as ``linux/arm64``; by default linux/amd64 or, if there is none, the first.

    Returns:
        Its settings; "programs", "loaders" of the C library and "env_files" as absolute paths; "packages" of npm by
        name; "server" and "static": whether it has a server that Next.js wrote, and files for browsers.

    Raises:
        Failure: the image is not there, or a layer cannot be read.
    """
    found = find(reference)
    image = found.image(platform)
    (stack,) = stacks([(found.repository, image)])
    paths = sorted(path for path, (entry, _) in merge(stack).items() if entry.kind in {"file", "link"})
    own = [path for path in paths if not owner(path)]
    return {
        "reference": found.repository.at(found.reference),
        "platform": image.platform,
        "created": image.config.get("created", ""),
        **settings(image),
        **described(paths, own),
    }


def described(paths: list[str], own: list[str]) -> dict[str, Any]:
    """What paths say. Pure.

    Args:
        paths: of all files and links, without a leading slash.
        own: those that belong to no npm package.
    """
    names = {path: posixpath.basename(path) for path in own}
    secret = [path for path, name in names.items() if re.match(r"\.env(\.|$)", name) and not EXAMPLES.fullmatch(name)]
    return {
        "programs": [f"/{path}" for path in paths if PROGRAMS.fullmatch(path)],
        "loaders": [f"/{path}" for path in paths if LOADERS.fullmatch(path)],
        "env_files": [f"/{path}" for path in secret],
        "packages": sorted({package.name for path in paths if (package := owner(path))}),
        "server": any(f"/{path}".endswith("/.next/BUILD_ID") for path in own) and "server.js" in names.values(),
        "static": any("/.next/static/" in f"/{path}" for path in own),
    }
