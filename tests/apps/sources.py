"""Small sources: apps as tables of file name to content."""

import json
import struct
import zlib
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tests.apps.versions import NEXT, REACT

LAYOUT = """\
export default function Layout({ children }) {
  return <html lang='en'><body>{children}</body></html>
}
"""


def write(files: Mapping[str, str | bytes], root: Path) -> None:
    """Write files below a directory."""
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def written(files: Mapping[str, str | bytes]) -> "partial[None]":
    """The ``write`` of an app that consists of these files."""
    return partial(write, files)


def manifest(name: str, **fields: Any) -> str:
    """A package.json."""
    return to_json({"name": name, "version": "1.0.0", "private": True, **fields})


def app_manifest(name: str, major: int, dependencies: Mapping[str, str] | None = None, **fields: Any) -> str:
    """The package.json of a Next.js app."""
    scripts = {"build": "next build", "start": "next start", **fields.pop("scripts", {})}
    own = {"next": NEXT[major], "react": REACT[major], "react-dom": REACT[major], **(dependencies or {})}
    return manifest(name, scripts=scripts, dependencies=own, **fields)


def to_json(value: Any) -> str:
    """JSON as package managers write it."""
    return json.dumps(value, indent=2) + "\n"


def page(text: str) -> str:
    """A page that shows a text."""
    return f"export default function Page() {{\n  return <main>{text}</main>\n}}\n"


def png(width: int, height: int) -> bytes:
    """A PNG with a gradient."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"".join(bytes((x & 255, y & 255, 128)) for x in range(width)) for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )
