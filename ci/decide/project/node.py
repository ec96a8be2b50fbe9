"""Which major version of Node.js the app is built and run with."""

import posixpath
import re

from ci.decide.project.package import Package
from ci.decide.project.seen import Seen
from ci.decide.project.workspace import Workspace
from ci.errors import ProjectError

NODE = ("20", "22", "24")
"""Major versions of Node.js that are supported."""

DEFAULT_NODE = "22"

LONGEST = 500
"""Characters of a version range; what is longer asks for nothing."""

_LTS = {"lts/hydrogen": "18", "lts/iron": "20", "lts/jod": "22", "lts/krypton": "24"}


def choose(seen: Seen, workspace: Workspace, wanted: str = "") -> tuple[str, str]:
    """Decide; what lies nearer to the app wins.

    Args:
        seen: the source.
        workspace: the app.
        wanted: version that the pipeline file asks for; empty to let the app decide.

    Returns:
        The major version, and why.

    Raises:
        ProjectError: a version that is not supported.
    """
    places = dict.fromkeys((workspace.app.directory, "."))
    paths = [posixpath.normpath(f"{d}/{name}") for d in places for name in (".nvmrc", ".node-version")]
    for text, reason in ((wanted, "the pipeline file"), *((seen.files.get(path, ""), path) for path in paths)):
        match = re.match(r"v?(\d+)", _LTS.get(text.strip(), text.strip()))
        if match:
            if match[1] not in NODE:
                raise ProjectError(
                    f"{reason} asks for Node.js {match[1]}", f"supported are {', '.join(NODE)}: set `node:`"
                )
            return match[1], reason
    for package in (workspace.app, workspace.owner):
        fitting = [major for major in NODE if _fits(int(major), _engines(package))]
        if fitting and DEFAULT_NODE not in fitting:
            return fitting[0], f"engines in {package.path}"
    return DEFAULT_NODE, "default"


def _engines(package: Package) -> str:
    engines = package.data.get("engines")
    wanted = str(engines.get("node", "")) if isinstance(engines, dict) else ""
    return wanted if len(wanted) <= LONGEST else ""


def _fits(major: int, wanted: str) -> bool:
    """Whether some release of a major version lies in a version range, such as ``>=20.9 <23 || 24.x``."""

    def one(operator: str, number: int) -> bool:
        return {"<": major < number, "<=": major <= number, ">": major >= number, ">=": major >= number}.get(
            operator, major == number
        )

    return any(
        all(one(operator, int(number)) for operator, number in re.findall(r"([<>]=?|)[\s~^v]*(\d+)[\w.*-]*", part))
        for part in re.sub(r"(\S+) - (\S+)", r">=\1 <=\2", wanted).split("||")
    )
