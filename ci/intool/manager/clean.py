"""Delete the images that the retention rules do not keep."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.reference import split
from ci.intool.common.text import human, plain, short, table
from ci.intool.manager.retention import Decision, Rules, decide
from ci.intool.registry.client import Repository
from ci.intool.registry.graph import Inventory, attached_to
from ci.intool.registry.inventory import inventory, moment, targets


def clean(
    repository: str,
    keep: int = 10,
    younger_than_days: int = 30,
    protect: Sequence[str] = (),
    *,
    apply: bool = False,
    now: str = "",
) -> dict[str, Any]:
    """List what would be deleted; with `apply`, delete it.

    Args:
        repository: ``HOST/REPOSITORY``.
        keep: this many of the newest releases stay, and as many of the newest pre-releases.
        younger_than_days: images of the last so many days stay; 0 (default) for no such rule.
        protect: tags by shell pattern (``*``, ``?``, ``[…]``) that stay.
        apply: delete; without it nothing is changed.
        now: time by RFC 3339 from which ages count; by default the clock's.

    Returns:
        "kept" and "removed" tags with the reason, "untagged" tags, "deleted" manifests, "freed" bytes, "applied";
        "text" for people.

    Raises:
        Failure: a rule is invalid or the rules keep no tag, the registry cannot be read or does not delete, or tags
            were moved meanwhile.
    """
    rules = Rules(keep=keep, younger_than_days=younger_than_days, protect=tuple(protect))
    if keep < 0 or younger_than_days < 0:
        raise Failure(f"keep is {keep} and younger_than_days is {younger_than_days}", "give 0 or more for both")
    at = moment(now) if now else datetime.now(UTC)
    if at is None:
        raise Failure(f"`{now}` is not a time", "give a time by RFC 3339, such as 2025-01-31T12:00:00Z")
    where = Repository(split(repository)[0])
    found = inventory(where)
    decision = decide(found, rules, at)
    if found.tags and not decision.kept:
        raise Failure(f"these rules keep no tag of {where.name}", "raise `keep`, or protect a tag that has to stay")
    if apply:
        _apply(where, found, decision)
    facts = {"repository": where.name, **asdict(decision), "applied": apply}
    return {**facts, "text": "\n".join(_lines(found, decision, apply=apply))}


def _apply(where: Repository, found: Inventory, decision: Decision) -> None:
    """Delete, if the tags have not changed since the decision; then check that all kept tags are still there."""
    if targets(where) != found.tags:
        raise Failure(
            f"the tags of {where.name} were changed while it was read; nothing was deleted",
            "wait until no release is at work, and clean again",
        )
    for tag in decision.untagged:
        where.delete_tag(tag)
    for digest in decision.deleted:
        where.delete(digest)
    left = targets(where)
    if lost := [tag for tag in decision.kept if left.get(tag) != found.tags[tag]]:
        raise Failure(
            f"tags of {where.name} that had to stay are gone or moved: {', '.join(lost)}",
            "if no release moved them, this registry deletes more than requested: push them again, and delete"
            " images by the registry's own means",
        )


def _lines(found: Inventory, decision: Decision, *, apply: bool) -> Iterator[str]:
    rows = [("keep", _name(tag), short(found.tags[tag]), why) for tag, why in decision.kept.items()]
    for tag, why in decision.removed.items():
        also = "; only the name, its image is needed" if tag in decision.untagged else ""
        rows.append(("delete", _name(tag), short(found.tags[tag]), why + also))
    if not rows:
        yield f"{plain(found.name)} has no tags"
        return
    yield from table(rows, indent="")
    done = "deleted" if apply else "to delete"
    yield (
        f"\n{done}: {len(decision.removed)} of {len(rows)} tags, {len(decision.deleted)} manifests;"
        f" {human(decision.freed)} that no kept image needs"
    )
    if not apply and decision.removed:
        yield "Nothing was deleted: this was a dry run. Delete with `apply`."


def _name(tag: str) -> str:
    """A tag for display; the digest in a tag that stands for referrers is shortened."""
    algorithm, dash, digits = tag.partition("-")
    return f"{algorithm}{dash}{digits[:12]}…" if attached_to(tag) else tag
