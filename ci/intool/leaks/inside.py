"""Where in a file something is: the path in an archive, or the key of a JSON document."""

import json
import tarfile
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any

from ci.intool.common.failure import Failure
from ci.intool.common.layout import DOCUMENT_LIMIT
from ci.intool.common.media import decoded
from ci.intool.common.tarball import reading
from ci.intool.leaks.stream import Hit


def located(path: Path, kind: str, hits: Sequence[Hit]) -> list[tuple[Hit, str]]:
    """Each hit with its place; empty if the file is neither an archive nor JSON.

    Args:
        path: of the file.
        kind: its compression; empty for none.
        hits: in the file, decompressed.
    """
    try:
        with reading(path, kind) as archive:
            return list(_in_archive(archive, hits))
    except (Failure, tarfile.TarError):
        return list(_in_document([] if kind else _strings_of(path), hits))


def _in_archive(archive: tarfile.TarFile, hits: Sequence[Hit]) -> Iterator[tuple[Hit, str]]:
    waiting = sorted(hits, key=lambda hit: hit.offset, reverse=True)
    for member in archive:
        while waiting and waiting[-1].offset < member.offset_data + member.size:
            yield waiting.pop(), member.name
    for hit in waiting:
        yield hit, ""


def _in_document(strings: Sequence[tuple[str, str]], hits: Sequence[Hit]) -> Iterator[tuple[Hit, str]]:
    """The n-th hit of a text is in the n-th string that has it."""
    for text in dict.fromkeys(hit.text for hit in hits):
        keys = [key for key, string in strings for _ in range(_count(string, text))]
        found = [hit for hit in hits if hit.text == text]
        yield from zip(found, chain(keys, repeat("")), strict=False)


def _strings_of(path: Path) -> list[tuple[str, str]]:
    try:
        return list(_strings("", decoded(path.read_bytes()))) if path.stat().st_size <= DOCUMENT_LIMIT else []
    except (ValueError, RecursionError):
        return []


def _strings(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _strings(f"{key}[{number}]", below)
    elif isinstance(value, dict):
        for name, below in value.items():
            inner = f"{key}.{name}".lstrip(".")
            yield inner, name
            yield from _strings(inner, below)


def _count(string: str, text: bytes) -> int:
    """How often a string has a text, in any of the ways that JSON writes it."""
    forms = (string, json.dumps(string), json.dumps(string, ensure_ascii=False))
    return max(form.encode(errors="replace").count(text) for form in forms)
