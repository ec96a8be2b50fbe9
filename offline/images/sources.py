"""The machine's own apt sources of one Debian release."""

import re
import shlex
from pathlib import Path

from offline.images.errors import ImageError

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
"""Debian's own keys, where the package ``debian-archive-keyring`` has them."""

Stanza = dict[str, str]
"""Fields of a source in deb822 form, by lower-case name."""


def of_machine(suite: str, etc: Path = Path("/etc/apt")) -> list[Stanza]:
    """Find where this machine gets a Debian release from.

    Other people's repositories are left out: their suites are not named after the release.

    Args:
        suite: code name of the release.
        etc: apt's configuration directory.

    Returns:
        One stanza per source, with only the suites of the release.

    Raises:
        ImageError: the machine has no source of that release.
    """
    parts = sorted((etc / "sources.list.d").glob("*"))
    found = [stanza for path in parts if path.suffix == ".sources" for stanza in stanzas(path.read_text())]
    lists = [etc / "sources.list", *(path for path in parts if path.suffix == ".list")]
    found += [stanza for path in lists if path.exists() for stanza in one_liners(path.read_text())]
    own = []
    for stanza in found:
        suites = [name for name in stanza.get("suites", "").split() if re.split(r"[-/]", name)[0] == suite]
        if suites and "deb" in stanza.get("types", "").split() and stanza.get("enabled", "yes").lower() != "no":
            own.append(stanza | {"types": "deb", "suites": " ".join(suites)})
    if not own:
        raise ImageError(
            f"{etc} has no apt source of Debian {suite}, which images.toml asks for",
            f"add one: a file {etc}/sources.list.d/{suite}.sources with a mirror that this machine reaches",
        )
    return own


def stanzas(text: str) -> list[Stanza]:
    """Parse sources in deb822 form."""
    result = []
    for block in re.split(r"\n\s*\n", re.sub(r"(?m)^#.*\n?", "", text)):
        stanza: Stanza = {}
        name = ""
        for line in block.strip("\n").splitlines():
            if line[:1].isspace():
                stanza[name] += f"\n{line}"
            else:
                name, _, value = line.partition(":")
                name = name.strip().lower()
                stanza[name] = value.strip()
        if stanza:
            result.append(stanza)
    return result


def one_liners(text: str) -> list[Stanza]:
    """Parse sources in the form ``deb [options] uri suite component…``."""
    result = []
    for line in text.splitlines():
        match = re.match(r"\s*(deb|deb-src)\s+(?:\[([^]]*)]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if match:
            kind, options, uri, suite, components = match.groups()
            pairs = (option.partition("=") for option in shlex.split(options or ""))
            stanza = {name.lower(): value.replace(",", " ") for name, _, value in pairs}
            result.append(
                stanza | {"types": kind, "uris": uri, "suites": suite, "components": components.strip()},
            )
    return result


def written(sources: list[Stanza]) -> str:
    """The stanzas as a ``.sources`` file, for whatever architecture apt is told."""
    omitted = ("architectures", "arch", "enabled", "targets", "target", "lang", "languages")
    return "\n".join(
        "".join(f"{name.title()}: {value}\n" for name, value in stanza.items() if name not in omitted)
        for stanza in sources
    )


def for_image(sources: list[Stanza]) -> str:
    """The stanzas as an image may carry them: Debian's own keyring, and no passwords."""
    return written(
        [
            {name: re.sub(r"//[^/@\s]+@", "//", stanza[name]) for name in ("types", "uris", "suites", "components")}
            | {"signed-by": KEYRING}
            for stanza in sources
        ],
    )
