"""Packages of Alpine and Debian that Dockerfiles of Next.js apps install, and what an image without them does."""

_COMPILERS = "install scripts that compile run only if `install.allow-scripts` names their package"
_INIT = "node is process 1 and gets the signals itself"
_ROOT = "the image has no root user, so nothing gives up rights"
_SHELL = "there is no shell in the image"
_CHECK = "the health check of the image runs node"
_THERE = "the image has it"
_GLIBC = "the image is on glibc"
_SHARP = "sharp brings its own library"

NEEDLESS = {
    "libc6-compat": _GLIBC,
    "gcompat": _GLIBC,
    "openssl": "the image has its libraries, not the program",
    "libssl3": _THERE,
    "ca-certificates": _THERE,
    "tzdata": _THERE,
    "libstdc++": _THERE,
    "libgcc": _THERE,
    "curl": _CHECK,
    "wget": _CHECK,
    "dumb-init": _INIT,
    "tini": _INIT,
    "su-exec": _ROOT,
    "gosu": _ROOT,
    "shadow": _ROOT,
    "bash": _SHELL,
    "vips": _SHARP,
    "vips-dev": _SHARP,
    "libvips": _SHARP,
    "libvips-dev": _SHARP,
    "python3": _COMPILERS,
    "make": _COMPILERS,
    "g++": _COMPILERS,
    "gcc": _COMPILERS,
    "build-base": _COMPILERS,
    "build-essential": _COMPILERS,
    "git": "dependencies from git are fetched by the pipeline",
}
"""Package to the reason why it is not needed."""


def split(packages: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Packages that are not needed, by the reason, and the others."""
    needless: dict[str, list[str]] = {}
    others: list[str] = []
    for package in dict.fromkeys(packages):
        name = package.split("=")[0].split("~")[0].split(">")[0].split("@")[0]
        if name in NEEDLESS:
            needless.setdefault(NEEDLESS[name], []).append(name)
        elif name:
            others.append(name)
    return needless, others
