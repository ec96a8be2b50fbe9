"""Compare two images."""

from collections.abc import Iterator, Mapping
from typing import Any

from ci.intool.common.text import human, plain, table
from ci.intool.manager import changes
from ci.intool.manager.settings import as_text
from ci.intool.manager.stack import stacks
from ci.intool.registry.image import find
from ci.intool.rootfs.layer import merge
from ci.intool.rootfs.packages import shortened


def diff(old: str, new: str, platform: str = "", limit: int = 20) -> dict[str, Any]:
    """Compare two images, which may be in different repositories.

    Args:
        old: ``HOST/REPOSITORY:TAG`` or ``HOST/REPOSITORY@DIGEST``.
        new: the same.
        platform: such as ``linux/arm64``; by default linux/amd64 or, where the old one has none, its first.
        limit: so many files of each group are listed.

    Returns:
        "configuration", "layers", "base", "files" and "packages" as `ci.intool.manager.changes` finds them, "same"
        where both are one image, and "text" for people.

    Raises:
        Failure: an image is not there or has not this platform, or a layer cannot be read.
    """
    before, after = find(old), find(new)
    first = before.image(platform)
    second = after.image(platform or first.platform)
    lower, upper = (
        {path: entry for path, (entry, _) in merge(stack).items()}
        for stack in stacks([(before.repository, first), (after.repository, second)])
    )
    facts = {
        "old": before.repository.at(before.reference),
        "new": after.repository.at(after.reference),
        "platform": first.platform,
        "digests": [first.manifest.digest, second.manifest.digest],
        "same": first.manifest.digest == second.manifest.digest,
        "configuration": changes.configuration(first, second),
        "layers": changes.transfer(first, second),
        "base": changes.base(first, second),
        "files": changes.files(lower, upper, limit),
        "packages": changes.packages(lower, upper),
    }
    return {**facts, "text": "\n".join(_lines(facts))}


def _lines(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{plain(facts['old'])} -> {plain(facts['new'])}  {facts['platform']}"
    if facts["same"]:
        yield "  the same image"
        return
    layers = facts["layers"]
    yield f"  to pull for an update from the old one: {human(layers['bytes'])}"
    yield f"  base: {_base(facts['base'])}"
    rows = [("sent anew", layer["name"], human(layer["size"])) for layer in layers["sent"]]
    rows += [("shared", layer["name"], human(layer["size"])) for layer in layers["shared"]]
    yield "\nLayers"
    yield from table(rows, right=[2])
    if facts["configuration"]:
        yield "\nConfiguration"
        yield from table([(name, _text(was), "->", _text(now)) for name, (was, now) in facts["configuration"].items()])
    yield from _packages(facts["packages"])
    yield from _files(facts["files"])


def _base(facts: Mapping[str, Any]) -> str:
    if not facts["changed"]:
        return "unchanged"
    names = " -> ".join(plain(name) for name in (facts["from"], facts["to"]) if name)
    return f"changed {names}".strip()


def _text(value: Any) -> str:
    return "(not set)" if value in (None, "", [], {}) else as_text(value)


def _packages(facts: Mapping[str, Any]) -> Iterator[str]:
    rows = [("~", one["name"], f"{', '.join(one['from'])} -> {', '.join(one['to'])}") for one in facts["changed"]]
    rows += [("+", one["name"], ", ".join(one["versions"])) for one in facts["added"]]
    rows += [("-", one["name"], ", ".join(one["versions"])) for one in facts["removed"]]
    if rows:
        yield "\nnpm packages"
        yield from table(rows)


def _files(facts: Mapping[str, Any]) -> Iterator[str]:
    for name, group in facts.items():
        if group["count"]:
            yield f"\nFiles {name}: {group['count']}, {group['bytes']:+,} bytes"
            rows = [
                (human(row["after"] or row["before"]), shortened(row["path"]), ", ".join(row["aspects"]))
                for row in group["files"]
            ]
            yield from table(rows, right=[0])
