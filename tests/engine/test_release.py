"""Releases against a real registry: which tags they set, refuse and leave, what the image says, what is sent."""

import re
import shutil
from pathlib import Path

import pytest

from ci.messages import message
from tests.conftest import MINI
from tests.engine.released import (
    COMMIT,
    CREATED,
    REVISION,
    Call,
    Released,
    assert_same,
    fates,
    image,
    manifest,
    new_repository,
    passed,
    publish,
    sent,
    tagged,
)

pytestmark = pytest.mark.engine

SHORT = f"commit-{REVISION[:7]}"
OF_1_2_3 = {"1.2.3", "v1.2.3", "1.2", "1", "latest", SHORT}
CODE_ONLY = 5
"""MB that a change of code alone may send."""


def test_a_version_gets_all_its_tags(shipped: Released) -> None:
    assert shipped.tags == dict.fromkeys(OF_1_2_3, shipped.digest)
    assert fates(shipped.printed) == dict.fromkeys(OF_1_2_3, "set")
    assert shipped.printed.startswith(f"{shipped.repository}:1.2.3@sha256:")


def test_the_same_again_changes_nothing(call: Call, tiny: Path, shipped: Released) -> None:
    again = publish(call, tiny, shipped.repository, "--git-ref", "refs/tags/v1.2.3")
    assert_same(again, shipped)
    assert again.tags == shipped.tags
    assert fates(again.printed) == dict.fromkeys(OF_1_2_3, "keep")
    assert "unchanged    since " in again.printed
    assert "; verified now: whole" in again.printed
    assert re.findall(r"^  steps +(.*)$", again.printed, re.MULTILINE)[0].startswith("last release ")
    assert again.printed.count(" s, ") == 0, "a step beside the look was run"


def test_the_same_is_judged_again_on_request(call: Call, tiny: Path, shipped: Released) -> None:
    tag = ("--git-ref", "refs/tags/v1.2.3")
    called = call(*COMMIT, "--address", shipped.repository, *tag, "publish", "--fresh", source=tiny)
    assert called.code == 0, called.error
    assert sent(called.stdout) == 0
    assert passed(called.stdout) == passed(shipped.printed)


def test_another_image_of_the_same_version_is_refused(call: Call, edited: Path, shipped: Released) -> None:
    called = call(
        *(*COMMIT, "--address", shipped.repository, "--git-ref", "refs/tags/v1.2.3", "publish"), source=edited
    )
    assert called.code != 0
    assert f"1.2.3 is {shipped.digest} for good; a changed image needs a new version" in called.error
    assert "fix: release a new version" in called.error
    assert tagged(shipped.repository) == shipped.tags


@pytest.fixture(scope="module")
def promoted(call: Call, shipped: Released) -> Released:
    """Version 1.2.3 in a second repository, by its digest and without a build."""
    place = new_repository("promoted")
    called = call("--address", place, "promote", "--ref", shipped.ref, "--tags", "1.2.3,1.2,1,latest,stable")
    assert called.code == 0, called.error
    return Released(place, shipped.digest, called.stdout, tagged(place))


def test_promotion_copies_the_very_image(promoted: Released) -> None:
    assert promoted.tags == dict.fromkeys(("1.2.3", "1.2", "1", "latest", "stable"), promoted.digest)
    assert promoted.printed.startswith(f"{promoted.repository}@{promoted.digest}")
    assert fates(promoted.printed)["stable"] == "set"


def test_promotion_asks_for_a_digest(call: Call, shipped: Released) -> None:
    called = call("promote", "--ref", f"{shipped.repository}:1.2.3", "--tags", "stable")
    assert called.code != 0
    reference = f"{shipped.repository}:1.2.3"
    assert message("arguments.promote-digest", reference=reference).what in called.error
    assert "stable" not in tagged(shipped.repository)


def test_moving_tags_only_go_forward(call: Call, tiny: Path, edited: Path, promoted: Released) -> None:
    newer = publish(call, edited, promoted.repository, "--git-ref", "refs/tags/v1.2.4")
    moving = dict.fromkeys(("1.2", "1", "latest"), newer.digest)
    assert newer.tags.items() >= {"1.2.3": promoted.digest, "1.2.4": newer.digest, **moving}.items()

    older = publish(call, tiny, promoted.repository, "--git-ref", "refs/tags/v1.1.9")
    assert older.tags.items() >= {"1.1.9": older.digest, "1.1": older.digest, **moving}.items()
    stated = fates(older.printed)
    assert (stated["1.1.9"], stated["1.1"], stated["1"], stated["latest"]) == ("set", "set", "skip", "skip")


def test_a_dry_run_tells_what_a_release_does(call: Call, tiny: Path, shipped: Released) -> None:
    branch = ("--git-ref", "refs/heads/main")
    place = new_repository("branch")
    dry = call(*COMMIT, "--address", place, *branch, "names", source=tiny)
    assert dry.code == 0, dry.error
    assert tagged(place) == {}
    done = publish(call, tiny, place, *branch)
    assert done.tags == dict.fromkeys(("branch-main", SHORT), done.digest)
    assert planned(dry.stdout) == fates(done.printed)

    again = call(*COMMIT, "--address", shipped.repository, "--git-ref", "refs/tags/v1.2.2", "names", source=tiny)
    assert planned(again.stdout).items() >= {"1.2.2": "set", "latest": "skip", "1.2": "skip"}.items()


def test_a_plain_directory_is_called_dev(call: Call, tiny: Path) -> None:
    called = call("--address", new_repository("plain"), "names", source=tiny)
    assert planned(called.stdout) == {"dev": "set"}


def planned(printed: str) -> dict[str, str]:
    """Tag and fate of the table of a dry run."""
    table = printed.split("\n\n")[1].splitlines()
    start = table[0].index("registry")
    return {line.split()[0]: line[start:].partition(":")[0] for line in table[1:]}


def test_annotations_labels_and_times_follow_from_the_commit(shipped: Released) -> None:
    stated, config = image(shipped.repository, shipped.digest)
    labels = {k: v for k, v in config["config"]["Labels"].items() if k.startswith("org.opencontainers.image.")}
    assert manifest(shipped.ref)["annotations"] == stated["annotations"] == labels
    expected = {"version": "1.2.3", "revision": REVISION, "created": CREATED, "title": "tiny"}
    assert {name: labels[f"org.opencontainers.image.{name}"] for name in expected} == expected
    assert {config["created"], *(entry["created"] for entry in config["history"])} == {CREATED}


def test_layers_are_ordered_by_how_often_they_change(shipped: Released) -> None:
    stated, config = image(shipped.repository, shipped.digest)
    written = [entry.get("created_by", "").removeprefix("next-distroless: ") for entry in config["history"]]
    assert written[-4:] == ["node_modules", "server", "static", "public"]
    assert len(stated["layers"]) == len(written) > len(written[-4:])


def test_layers_by_zstd(call: Call, tiny: Path, tmp_path: Path) -> None:
    file = tmp_path / "zstd.yaml"
    file.write_text("version: 2\nrelease: { compression: zstd }\n")
    done = publish(call, tiny, new_repository("zstd"), "--pipeline-file", file)
    stated, _ = image(done.repository, done.digest)
    assert {layer["mediaType"].rpartition("+")[2] for layer in stated["layers"][-4:]} == {"zstd"}
    assert call("verify", "--ref", done.ref).code == 0


def test_a_change_of_code_sends_little(call: Call, tmp_path: Path) -> None:
    place, one_platform = new_repository("moontv-mini"), ("--platforms", "linux/amd64")
    publish(call, MINI, place, *one_platform)
    changed = tmp_path / "changed"
    shutil.copytree(MINI, changed, ignore=shutil.ignore_patterns("node_modules", ".next"))
    page = changed / "src" / "app" / "warning" / "page.tsx"
    text = page.read_text()
    page.write_text(text.replace("</", "!</", 1))
    assert page.read_text() != text
    assert 0 < sent(publish(call, changed, place, *one_platform).printed) <= CODE_ONLY
