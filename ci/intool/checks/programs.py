"""FS-01, FS-02 and FS-15: programs that no server needs, by name, by the targets of links, and by content."""

import re
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage

SHELLS = re.compile(r"(r?ba|a|da|z|k|mk|c|tc|fi)?sh|(busy|toy)box")
MANAGERS = re.compile(
    r"apk|apt(-get|itude)?|dpkg|rpm|(micro)?dnf|yum|zypper|pacman|np[mx]|pnp[mx]|yarn(pkg)?|corepack|bunx?|pip[\d.]*"
)
TOOLS = re.compile(
    r"(\w+-linux-\w+-)?(cc|gcc|c\+\+|g\+\+|cpp|clang(\+\+)?|tcc|as|ld(\.\w+)?)(-[\d.]+)?|make|cmake|go|rustc|cargo"
    r"|python[\d.]*|perl[\d.]*|ruby[\d.]*|gdb|strace|git"
    r"|curl|wget|nc|ncat|netcat|socat|nmap|telnet|ssh|scp|sftp|rsync|t?ftp|tcpdump"
)


@check("FS-01")
def shells(image: CheckedImage) -> Iterator[Fault]:
    """There is no shell under any name."""
    yield from _named(image, SHELLS, "a shell")
    for node in image.files:
        if node.shell and not SHELLS.fullmatch(node.name):
            yield node.path, f"is the shell {node.shell} by its content"


@check("FS-02")
def managers(image: CheckedImage) -> Iterator[Fault]:
    """There is no package manager, neither of the system nor of Node.js."""
    yield from _named(image, MANAGERS, "a package manager")
    for directory, facts in image.packages():
        if MANAGERS.fullmatch(str(facts.get("name"))):
            yield directory, f"is the package {facts['name']}, a package manager"


@check("FS-15")
def tools(image: CheckedImage) -> Iterator[Fault]:
    """There are no compilers, interpreters and network tools."""
    yield from _named(image, TOOLS, "a tool that no server needs")


def _named(image: CheckedImage, names: re.Pattern[str], what: str) -> Iterator[Fault]:
    for node in image.files:
        if not node.program:
            continue
        target = node.target.rpartition("/")[2] if node.symbolic else ""
        final = image.files.resolve(node.path) if node.symbolic else node
        if final and final.kind == "directory":
            continue
        if names.fullmatch(node.name):
            yield node.path, f"is {what}"
        elif names.fullmatch(target) or (final and names.fullmatch(final.name)):
            yield node.path, f"leads to {node.target}, {what}"
