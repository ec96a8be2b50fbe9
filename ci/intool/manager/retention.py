"""Which tags and manifests of a repository stay. Pure: nothing is read, nothing is deleted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from graphlib import TopologicalSorter

from ci.intool.common.text import short
from ci.intool.manager.tag_kinds import kind
from ci.intool.registry.graph import Inventory, attached_to, needed
from ci.intool.tags.versions import precedence


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Rules for what is kept.

    Attributes:
        keep: this many of the newest releases, and as many of the newest pre-releases.
        younger_than_days: images of the last so many days; 0 for no such rule.
        protect: tags by shell pattern (``*``, ``?``, ``[…]``, as `fnmatch` has them; case counts).
    """

    keep: int
    younger_than_days: int
    protect: tuple[str, ...] = ()

    def age(self, created: datetime | None, now: datetime) -> str:
        """Why an image of this age stays, or ""."""
        if not self.younger_than_days:
            return ""
        if created is None:
            return "its age is not known"
        return f"younger than {self.younger_than_days} days" if created > now - self._span else ""

    @property
    def _span(self) -> timedelta:
        return timedelta(days=self.younger_than_days)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Which tags and manifests stay, and which are deleted.

    Attributes:
        kept: tag to the reason why it stays.
        removed: tag to the reason why it is deleted.
        untagged: tags of these whose manifest stays, since something that is kept needs it: only the name is deleted.
        deleted: manifests to delete, in this order: images before what belongs to them, an index
            before what it lists, so that a stop at any point leaves every tag whole.
        freed: bytes of blobs and manifests that nothing kept needs.
    """

    kept: Mapping[str, str]
    removed: Mapping[str, str]
    untagged: tuple[str, ...]
    deleted: tuple[str, ...]
    freed: int


def decide(inventory: Inventory, rules: Rules, now: datetime) -> Decision:
    """Apply the rules to a repository.

    Args:
        inventory: what it holds.
        rules: what to keep.
        now: with a time zone.
    """
    reasons = _reasons(inventory, rules, now)
    loose = {digest for digest in _loose(inventory) if rules.age(inventory.manifests[digest].created, now)}
    stay = needed(inventory, {inventory.tags[tag] for tag in reasons} | loose)
    removed = {}
    for tag, digest in sorted(inventory.tags.items()):
        if (subject := attached_to(tag)) and digest in stay:
            reasons[tag] = f"belongs to {short(subject)}"
        elif tag not in reasons:
            removed[tag] = f"belongs to {short(subject)}, which goes" if subject else "no rule keeps it"
    deleted = _order(inventory, inventory.manifests.keys() - stay)
    gone = inventory.blobs(deleted)
    return Decision(
        kept=dict(sorted(reasons.items())),
        removed=removed,
        untagged=tuple(tag for tag in removed if inventory.tags[tag] in stay),
        deleted=deleted,
        freed=sum(gone[digest] for digest in gone.keys() - inventory.blobs(stay).keys()),
    )


def _reasons(inventory: Inventory, rules: Rules, now: datetime) -> dict[str, str]:
    """Tag to the first reason why it stays."""
    names = [tag for tag in inventory.tags if not attached_to(tag)]
    newest = _newest(names, rules.keep)
    firm = {tag: why for tag in names if (why := _firm(tag, rules))}
    targets = {inventory.tags[tag]: tag for tag in sorted(firm, reverse=True)}

    def reason(tag: str) -> str:
        digest = inventory.tags[tag]
        if tag in firm or tag in newest:
            return firm.get(tag) or newest[tag]
        if kind(tag) == "version" and digest in targets:
            return f"`{targets[digest]}` names the same image"
        return rules.age(inventory.manifests[digest].created, now)

    return {tag: why for tag in names if (why := reason(tag))}


def _firm(tag: str, rules: Rules) -> str:
    """Why a tag stays, independent of its image, or ""."""
    for pattern in rules.protect:
        if fnmatchcase(tag, pattern):
            return f"protected by {pattern}"
    return "moves with releases or branches" if kind(tag) == "moving" else ""


def _newest(tags: list[str], keep: int) -> dict[str, str]:
    """The newest releases and the newest pre-releases; several spellings of a version count once."""
    versions = {tag: found for tag in tags if (found := precedence(tag))}
    chosen: dict[str, str] = {}
    for final, noun in ((True, "releases"), (False, "pre-releases")):
        newest = sorted({found for found in versions.values() if found[1] is final}, reverse=True)[:keep]
        chosen |= {tag: f"of the {keep} newest {noun}" for tag, found in versions.items() if found in newest}
    return chosen


def _loose(inventory: Inventory) -> Iterator[str]:
    """Images that no tag reaches: known by their referrers only, such as those of a release that is at work."""
    reached = needed(inventory, [digest for tag, digest in inventory.tags.items() if not attached_to(tag)])
    attached = {digest for tag, digest in inventory.tags.items() if attached_to(tag)}
    for digest, stored in inventory.manifests.items():
        if digest not in reached | attached and stored.kind in {"image", "index"} and not stored.subject:
            yield digest


def _order(inventory: Inventory, dead: set[str]) -> tuple[str, ...]:
    """Manifests to delete, in order (see `Decision.deleted`)."""
    before: dict[str, set[str]] = {digest: set() for digest in dead}
    for digest in dead:
        for child in dead.intersection(inventory.manifests[digest].children):
            before[child].add(digest)
    images = {
        below for tag, digest in inventory.tags.items() if not attached_to(tag) for below in inventory.tree(digest)
    }
    ordered = TopologicalSorter({digest: sorted(before[digest]) for digest in sorted(dead)}).static_order()
    return tuple(sorted(ordered, key=lambda digest: digest not in images))
