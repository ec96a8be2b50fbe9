"""A registry that answers with what a layout holds, in the place of the program `regctl`."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

from ci.intool.common.media import INDEX, MANIFEST
from ci.intool.registry import client
from ci.intool.registry.regctl import Done

NAME = "registry.example/app"
ABSENT = Done(code=1, out=b"", stderr="not found [http 404]")


@contextmanager
def serving(home: Path, referrers: bytes = b"null", tags: Sequence[str] = ("1.0.0", "latest")) -> Iterator[None]:
    """Answer from a layout; its tags all name what its `index.json` lists first."""

    def call(arguments: Sequence[str], *, receive: IO[bytes] | None = None, **_: Any) -> Done:
        match tuple(arguments):
            case ("tag", "ls", *_):
                return _done("\n".join(tags).encode())
            case ("manifest", "head", *_, where):
                return _done(_digest(home, where).encode()) if _read(home, where) is not None else ABSENT
            case ("manifest", "get", *_, where):
                body = _read(home, where)
                return ABSENT if body is None else _done(_media_type(body) + b"\n" + body)
            case ("blob", "get", _, digest):
                body = _read(home, f"@{digest}")
                if receive and body is not None:
                    receive.write(body)
                return ABSENT if body is None else _done(body)
            case ("blob", "head", *_, digest):
                body = _read(home, f"@{digest}")
                return ABSENT if body is None else _done(f"Content-Length: {len(body)}\n".encode())
            case (*_, "artifact", "list", "--format", _, _):
                said = 'req-url=http://r/v2/app/referrers/sha256:1 resp-status="200 OK"'
                return Done(code=0, out=referrers, stderr=said)
        raise AssertionError(arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(client, "call", call)
        yield


def _done(out: bytes) -> Done:
    return Done(code=0, out=out, stderr="")


def _digest(home: Path, where: str) -> str:
    if "@" in where:
        return where.partition("@")[2]
    return str(json.loads((home / "index.json").read_bytes())["manifests"][0]["digest"])


def _read(home: Path, where: str) -> bytes | None:
    path = home / "blobs" / _digest(home, where).replace(":", "/")
    return path.read_bytes() if path.is_file() else None


def _media_type(body: bytes) -> bytes:
    return (INDEX if b'"manifests"' in body else MANIFEST).encode()
