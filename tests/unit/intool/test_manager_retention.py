"""Which tags and manifests stay."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ci.intool.manager.retention import Decision, Rules, decide
from ci.intool.manager.tag_kinds import kind
from ci.intool.registry.graph import Inventory, Stored, attached_to

NOW = datetime(2025, 6, 1, tzinfo=UTC)
OLD = NOW - timedelta(days=100)


def digest(name: str) -> str:
    return "sha256:" + name.encode().hex().ljust(64, "0")


def attached(name: str, suffix: str = "") -> str:
    return digest(name).replace(":", "-") + suffix


def stored(name: str, *, of: tuple[str, ...] = (), subject: str = "", created: datetime | None = OLD) -> Stored:
    return Stored(
        digest=digest(name),
        size=10,
        kind="index" if of else "signature" if subject else "image",
        children=tuple(map(digest, of)),
        subject=digest(subject) if subject else "",
        blobs={} if of else {digest(f"layer {name}"): 1000, digest("base"): 5000},
        created=created,
    )


def holds(tags: dict[str, str], *manifests: Stored) -> Inventory:
    """A repository: tag to a manifest's name; manifests that are not given are plain old images."""
    known = {one.digest: one for one in manifests}
    plain = {digest(name): stored(name) for name in tags.values() if digest(name) not in known}
    return Inventory(
        name="example.com/app", tags={tag: digest(name) for tag, name in tags.items()}, manifests=plain | known
    )


def decided(inventory: Inventory, keep: int = 1, days: int = 0, protect: tuple[str, ...] = ()) -> Decision:
    return decide(inventory, Rules(keep=keep, younger_than_days=days, protect=protect), NOW)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("1.2.3", "version"),
        ("v1.2.3", "version"),
        ("0.0.0-rc.1", "version"),
        ("1.2", "moving"),
        ("1", "moving"),
        ("latest", "moving"),
        ("dev", "moving"),
        ("01.2.3", "moving"),
        ("branch-main", "moving"),
        ("commit-1a2b3c4", "once"),
        ("sha-1a2b3c4", "once"),
        ("pr-12", "once"),
        ("20250102", "once"),
        ("2025-01-02", "once"),
        ("20250102-030405", "once"),
        ("20250102T030405Z", "once"),
        ("nightly-20250102", "moving"),
    ],
)
def test_kinds_of_tags(tag: str, expected: str) -> None:
    assert kind(tag) == expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("sha256-" + "a" * 64, "sha256:" + "a" * 64),
        ("sha256-" + "a" * 64 + ".sig", "sha256:" + "a" * 64),
        ("sha512-" + "b" * 128, "sha512:" + "b" * 128),
        ("sha256-abc", ""),
        ("sha-" + "a" * 64, ""),
        ("latest", ""),
    ],
)
def test_attached_tags(tag: str, expected: str) -> None:
    assert attached_to(tag) == expected


@pytest.mark.parametrize(
    ("tags", "keep", "days", "protect", "removed"),
    [
        pytest.param(
            {"1.0.0": "a", "1.1.0": "b", "1.10.0": "c", "1.9.0": "d"}, 2, 0, (), {"1.0.0", "1.1.0"}, id="semver"
        ),
        pytest.param(
            {"1.0.0": "a", "v1.0.0": "a", "0.9.0": "b", "0.8.0": "c"}, 2, 0, (), {"0.8.0"}, id="two spellings"
        ),
        pytest.param(
            {"1.0.0": "a", "2.0.0-rc.10": "b", "2.0.0-rc.9": "c", "0.9.0": "d"},
            1,
            0,
            (),
            {"2.0.0-rc.9", "0.9.0"},
            id="releases and pre-releases apart",
        ),
        pytest.param({"latest": "a", "1.2": "b", "dev": "c", "1.2.3": "d"}, 1, 0, (), set(), id="moving tags"),
        pytest.param({"latest": "a", "1.0.0": "a", "2.0.0": "b"}, 1, 0, (), set(), id="target of latest"),
        pytest.param(
            {"latest": "a", "sha-abc1234": "a"}, 1, 0, (), {"sha-abc1234"}, id="one build's name of a kept image"
        ),
        pytest.param({"pr-1": "a", "pr-2": "b", "1.0.0": "c"}, 1, 0, ("pr-[2-9]",), {"pr-1"}, id="protected"),
        pytest.param({"pr-1": "a", "1.0.0": "c"}, 1, 0, ("PR-*",), {"pr-1"}, id="case counts"),
        pytest.param({"1.0.0": "a", "2.0.0": "b"}, 0, 0, (), {"1.0.0", "2.0.0"}, id="keep none"),
        pytest.param({"pr-1": "young", "pr-2": "edge", "pr-3": "old"}, 0, 30, (), {"pr-2", "pr-3"}, id="age"),
        pytest.param({"pr-1": "timeless", "pr-3": "old"}, 0, 30, (), {"pr-3"}, id="unknown age stays"),
        pytest.param({"pr-1": "timeless", "pr-2": "young"}, 0, 0, (), {"pr-1", "pr-2"}, id="no age asked"),
    ],
)
def test_rules(tags: dict[str, str], keep: int, days: int, protect: tuple[str, ...], removed: set[str]) -> None:
    ages = (
        stored("young", created=NOW - timedelta(days=29)),
        stored("edge", created=NOW - timedelta(days=30)),
        stored("timeless", created=None),
    )
    decision = decided(holds(tags, *ages), keep, days, protect)
    assert set(decision.removed) == removed
    assert set(decision.kept) == tags.keys() - removed


def test_the_first_reason_is_reported() -> None:
    inventory = holds({"latest": "b", "1.0.0": "a", "2.0.0": "b", "0.1.0": "b", "pr-7": "c"})
    assert decided(inventory, protect=("pr-*",)).kept == {
        "0.1.0": "`latest` names the same image",
        "2.0.0": "of the 1 newest releases",
        "latest": "moves with releases or branches",
        "pr-7": "protected by pr-*",
    }


def test_a_fallen_image_goes_with_all_that_belongs_to_it() -> None:
    inventory = holds(
        {"1.0.0": "old", "2.0.0": "new", attached("old"): "old list", attached("arm", ".sig"): "sig"},
        stored("old", of=("amd", "arm")),
        stored("amd"),
        stored("arm"),
        stored("old list", of=("sbom",)),
        stored("sbom", subject="old"),
        stored("proof", subject="sbom"),
        stored("sig"),
    )
    decision = decided(inventory)
    assert decision.deleted[:3] == (digest("old"), digest("amd"), digest("arm"))
    assert {*decision.deleted} == inventory.manifests.keys() - {digest("new")}
    assert set(decision.kept) == {"2.0.0"}
    assert decision.freed == 5 * 1000 + 7 * 10  # base stays: the new image has it


def test_a_kept_image_keeps_all_that_belongs_to_it() -> None:
    inventory = holds(
        {"1.0.0": "new", "0.1.0": "arm", attached("new"): "list", attached("arm", ".sig"): "sig"},
        stored("new", of=("amd", "arm", "not there")),
        stored("amd"),
        stored("arm"),
        stored("list", of=("sbom",)),
        stored("sbom", subject="new"),
        stored("proof", subject="sbom"),
        stored("sig"),
    )
    decision = decided(inventory)
    assert (decision.deleted, decision.freed) == ((), 0)
    assert decision.untagged == ("0.1.0",)
    assert decision.kept[attached("new")] == f"belongs to {digest('new')[7:19]}"


def test_a_kept_referrer_keeps_its_subject() -> None:
    inventory = holds({"sbom-of-it": "sbom", "pr-1": "image"}, stored("sbom", subject="image"))
    decision = decided(inventory)
    assert (decision.deleted, decision.untagged) == ((), ("pr-1",))


@pytest.mark.parametrize(("created", "stays"), [(NOW, True), (None, True), (OLD, False)])
def test_an_untagged_image_with_referrers_goes_by_age(created: datetime | None, stays: bool) -> None:  # noqa: FBT001
    inventory = holds(
        {"latest": "kept", attached("untagged"): "list"},
        stored("untagged", created=created),
        stored("list", of=("sig",), created=None),
        stored("sig", subject="untagged"),
    )
    decision = decided(inventory, days=30)
    names = {digest("untagged"), digest("list"), digest("sig")}
    assert set(decision.deleted) == (set() if stays else names)
    assert (attached("untagged") in decision.kept) is stays


def test_referrers_of_an_image_that_is_gone_go() -> None:
    signature = replace(stored("sig", subject="gone", created=None), kind="image")
    inventory = holds({"latest": "kept", attached("gone"): "list"}, stored("list", of=("sig",)), signature)
    assert set(decided(inventory, days=30).deleted) == {digest("list"), digest("sig")}


def graph(chance: random.Random) -> Inventory:
    """Any repository: nested indexes with holes, referrers of referrers, tags of all kinds on anything."""
    names: list[str] = []
    manifests: list[Stored] = []
    for number in range(chance.randint(1, 14)):
        name = f"m{number}"
        of = tuple(chance.sample([*names, "hole"], chance.randint(0, min(3, len(names)))))
        subject = chance.choice([*names, "hole"]) if chance.random() < 0.35 else ""
        age = chance.choice([None, 1, 40, 200])
        created = NOW - timedelta(days=age) if age else None
        manifests.append(stored(name, of=of, subject=subject, created=created))
        names.append(name)
    pool = ["latest", "1", "dev", "pr-1", "pr-2", "sha-abc", "20240101", *(f"1.{x}.0" for x in range(6)), "2.0.0-rc.1"]
    tags = {tag: chance.choice(names) for tag in chance.sample(pool, chance.randint(0, 8))}
    for _ in range(chance.randint(0, 4)):
        tags[attached(chance.choice([*names, "hole"]), chance.choice(["", ".sig", ".att"]))] = chance.choice(names)
    return holds(tags, *manifests)


def below(inventory: Inventory, top: str) -> set[str]:
    """A manifest and what it lists, all the way down."""
    if top not in inventory.manifests:
        return set()
    return {top}.union(*(below(inventory, child) for child in inventory.manifests[top].children))


def whole(inventory: Inventory, there: set[str], top: str) -> bool:
    """Whether nothing is missing of a manifest that was not missing before."""
    return below(inventory, top) <= there


@pytest.mark.parametrize("seed", range(400))
def test_nothing_kept_breaks(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  the same graphs each time
    inventory = graph(chance)
    rules = Rules(
        keep=chance.randint(0, 3),
        younger_than_days=chance.choice([0, 0, 30, 365]),
        protect=tuple(chance.sample(["pr-*", "1.[0-2].*", "sha-*"], chance.randint(0, 2))),
    )
    decision = decide(inventory, rules, NOW)
    left = inventory.manifests.keys() - decision.deleted
    subjects = {tag: attached_to(tag) for tag in inventory.tags}

    assert decision.kept.keys() | decision.removed.keys() == inventory.tags.keys()
    assert not decision.kept.keys() & decision.removed.keys()
    for tag in decision.kept:
        assert whole(inventory, left, inventory.tags[tag])
    for tag in decision.removed:
        assert (inventory.tags[tag] in left) is (tag in decision.untagged)
    for one in left:
        assert whole(inventory, left, one)
        assert all(other.digest in left for other in inventory.manifests.values() if other.subject == one)
        assert all(tag in decision.kept for tag, subject in subjects.items() if subject == one)

    gone: set[str] = set()
    for one in decision.deleted:
        gone.add(one)
        there = inventory.manifests.keys() - gone
        for tag, target in inventory.tags.items():
            assert subjects[tag] or target in gone or whole(inventory, there, target)

    assert decision.freed == size(inventory, inventory.manifests.keys()) - size(inventory, left)
    if not rules.younger_than_days:
        assert left == reached(inventory, {inventory.tags[tag] for tag in decision.kept if not subjects[tag]})


def size(inventory: Inventory, digests: set[str]) -> int:
    """Bytes of manifests and blobs, each once."""
    blobs = {blob: size for one in digests for blob, size in inventory.manifests[one].blobs.items()}
    return sum(blobs.values()) + sum(inventory.manifests[one].size for one in digests)


def reached(inventory: Inventory, found: set[str]) -> set[str]:
    """What these need and what belongs to it, by trying until nothing more comes."""
    while True:
        more = set().union(*(below(inventory, one) for one in found))
        more |= {one.digest for one in inventory.manifests.values() if one.subject in found}
        more |= {inventory.manifests[one].subject for one in found} & inventory.manifests.keys()
        more |= {target for tag, target in inventory.tags.items() if attached_to(tag) in found}
        if more <= found:
            return found
        found = found | more
