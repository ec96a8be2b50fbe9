"""The tags of a repository."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ci.intool.common.reference import split
from ci.intool.common.text import human, plain, short, table
from ci.intool.registry.client import Repository
from ci.intool.registry.graph import Inventory, attached_to
from ci.intool.registry.inventory import inventory
from ci.intool.tags.versions import precedence


def tags(repository: str) -> dict[str, Any]:
    """List a repository's tags, newest first.

    Args:
        repository: ``HOST/REPOSITORY``.

    Returns:
        "tags" with digest, creation time (RFC 3339 or ""), version, platforms and compressed bytes of all platforms,
        each blob once; "text" for people. Tags that stand for referrers are left out.

    Raises:
        Failure: the registry cannot be read.
    """
    found = inventory(Repository(split(repository)[0]))
    rows = [_row(found, tag) for tag in ordered(found)]
    return {"repository": found.name, "tags": rows, "text": "\n".join(_lines(found.name, rows))}


def ordered(found: Inventory) -> list[str]:
    """Tags for people, newest image first; those of one image together, the highest version first."""
    names = [tag for tag in sorted(found.tags) if not attached_to(tag)]
    oldest = datetime.fromtimestamp(0, UTC)

    def place(tag: str) -> tuple[Any, ...]:
        stored = found.manifests[found.tags[tag]]
        return stored.created or oldest, precedence(stored.version) or (), stored.digest, precedence(tag) or ()

    return sorted(names, key=place, reverse=True)


def _row(found: Inventory, tag: str) -> dict[str, Any]:
    stored = found.manifests[found.tags[tag]]
    tree = [found.manifests[digest] for digest in found.tree(stored.digest)]
    return {
        "tag": tag,
        "digest": stored.digest,
        "created": stored.created.isoformat() if stored.created else "",
        "version": stored.version,
        "platforms": list(stored.platforms),
        "size": sum({digest: size for one in tree for digest, size in one.blobs.items()}.values()),
    }


def _lines(name: str, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not rows:
        yield f"{plain(name)} has no tags"
        return
    yield from table(
        [
            ("tag", "digest", "created", "version", "platforms", "size"),
            *(
                (
                    row["tag"],
                    short(row["digest"]),
                    row["created"][:10] or "-",
                    row["version"] or "-",
                    " ".join(row["platforms"]) or "-",
                    human(row["size"]),
                )
                for row in rows
            ),
        ],
        right=[5],
        indent="",
    )
