"""What a new engine made is compared with what a warm one makes of the same source."""

from dataclasses import dataclass, field
from pathlib import Path

from bench.speed.apps import App
from bench.speed.cases import CORE, CSS, EXPERT, OURS, PAGE
from bench.speed.changes import Change
from bench.speed.pairs import cold, pairs
from bench.speed.source import APART, Source
from bench.speed.store import Run
from bench.speed.subjects import Built, Work

APP = App(
    name="shop",
    title="A shop",
    files={"package.json": "{}", "pnpm-lock.yaml": "", "page": "A", "css": ""},
    changes={PAGE: Change(file="page", find="A", put="A{n}"), CSS: Change(file="css", put="c{n}")},
)


@dataclass
class Warm:
    """A subject whose images are named by what it builds."""

    name: str = CORE
    peer: bool = False
    built: list[str] = field(default_factory=list)

    def build(self, work: Work) -> Built:
        self.built.append((work.source / "page").read_text() + (work.source / "css").read_text())
        return Built(seconds=1, digests=(f"sha256:{self.built[-1]}",))


def run(number: int, digest: str, *, case: str = "cold", subject: str = OURS, **changes: int) -> Run:
    given = {"round": number, "seconds": 1.0, "digests": [digest], "changes": {"page": number, **changes}}
    return Run(app="shop", case=case, subject=subject, **given)


def test_each_source_is_built_on_an_engine_that_built_another_one(tmp_path: Path) -> None:
    ours, core = Warm(), Warm()
    runs = [run(1, "sha256:A1"), run(1, "sha256:A1", subject=CORE), run(2, "sha256:A2c5", css=5)]
    found = pairs(runs, {"shop": APP}, {OURS: ours, CORE: core}, tmp_path, "")
    assert (ours.built, core.built) == (["A0", "A1", "A2c5"], ["A0", "A1"])
    assert [pair.equal for pair in found] == [True, True, True]


def test_another_digest_is_shown(tmp_path: Path) -> None:
    [pair] = pairs([run(1, "sha256:other")], {"shop": APP}, {OURS: Warm()}, tmp_path, "")
    assert not pair.equal
    assert str(pair) == "shop, page 1: sha256:other DIFFERS: sha256:A1 when warm"


def test_only_images_of_ours_from_new_engines_are_compared_one_a_source() -> None:
    runs = [
        run(1, "sha256:0"),
        run(1, "sha256:1"),
        run(2, "sha256:2", case="page"),
        run(3, "sha256:3", subject=EXPERT),
    ]
    assert [one.digests for one in cold(runs)] == [["sha256:1"]]


def test_two_subjects_of_one_engine_share_no_result(tmp_path: Path) -> None:
    source = Source(APP, tmp_path, "")
    source.change(PAGE, 1)
    files = [{file.name for file in source.copy(name, peer=False).iterdir()} for name in (OURS, CORE)]
    assert files[1] - files[0] == {APART}
