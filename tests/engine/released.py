"""Releases as tests make them, and what a registry client finds of them."""

import json
import re
import tempfile
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci.intool.common.layout import Layout
from ci.intool.oci.compare import compare
from tests.conftest import REGISTRY, Called, command

Call = Callable[..., Called]

REVISION = "0123456789abcdef0123456789abcdef01234567"
CREATED = "2026-01-02T03:04:05Z"
COMMIT = ("--revision", REVISION, "--created", CREATED)
FATE = re.compile(r"^ *tag +(\S+): (\w+) \(", re.MULTILINE)
PASSED = re.compile(r"^  gates +\d+ passed: ([^;\n]+)", re.MULTILINE)
SENT = re.compile(r"^  sent +([\d.]+) MB; ([\d.]+) MB were there already", re.MULTILINE)


@dataclass(frozen=True)
class Released:
    """A release: its repository, its digest, what the run printed, and the tags right after it."""

    repository: str
    digest: str
    printed: str
    tags: dict[str, str]

    @property
    def ref(self) -> str:
        """The reference by digest."""
        return f"{self.repository}@{self.digest}"


def new_repository(name: str) -> str:
    """One that has nothing yet, since versions in a registry stay."""
    return f"{REGISTRY}/test-{uuid.uuid4().hex[:8]}/{name}"


def publish(call: Call, source: Path, place: str, *options: str | Path) -> Released:
    """Publish what must be fit for it."""
    called = call(*COMMIT, "--address", place, *options, "publish", source=source)
    assert called.code == 0, called.error or called.stderr[-3000:]
    return Released(place, called.stdout.splitlines()[0].rpartition("@")[2], called.stdout, tagged(place))


def assert_same(ours: Released, theirs: Released) -> None:
    """Two releases are one image; where they are not, the first difference is named down to the byte."""
    if ours.digest != theirs.digest:
        with tempfile.TemporaryDirectory() as home:
            raise AssertionError(compare(_copied(ours, Path(home) / "ours"), _copied(theirs, Path(home) / "theirs")))


def _copied(released: Released, into: Path) -> Layout:
    done = command("regctl", "image", "copy", released.ref, f"ocidir://{into}")
    assert done.code == 0, done.stderr
    return Layout(into)


def fates(printed: str) -> dict[str, str]:
    """What became of each tag, as the run says it."""
    return dict(FATE.findall(printed))


def passed(printed: str) -> set[str]:
    """Names of the gates that passed."""
    found = PASSED.search(printed)
    assert found, printed
    return set(found[1].split(", "))


def sent(printed: str) -> float:
    """MB that were sent."""
    found = SENT.search(printed)
    assert found, printed
    return float(found[1])


def tagged(place: str) -> dict[str, str]:
    """Tags of a repository with their digests; empty where there is none."""
    listed = command("regctl", "tag", "ls", place)
    return {tag: digest(f"{place}:{tag}") for tag in listed.stdout.split()} if listed.code == 0 else {}


def digest(reference: str) -> str:
    """What the registry says of a reference; empty where it has none."""
    head = command("regctl", "manifest", "head", reference)
    return head.stdout.strip() if head.code == 0 else ""


def manifest(reference: str) -> dict[str, Any]:
    """Index or manifest, as the registry has it."""
    return _json("regctl", "manifest", "get", "--format", "raw-body", reference)


def image(place: str, index: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Manifest and configuration of the first platform of an index."""
    first = manifest(f"{place}@{manifest(f'{place}@{index}')['manifests'][0]['digest']}")
    return first, _json("regctl", "blob", "get", place, first["config"]["digest"])


def _json(*argv: str) -> dict[str, Any]:
    done = command(*argv)
    assert done.code == 0, done.stderr
    return dict(json.loads(done.stdout))
