"""Texts of bundles: YAML from values, and templates with names in them. Pure."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

FILES = Path(__file__).parent / "files"
"""Texts that are data: each is written into a bundle under its own name."""

_NAME = re.compile(r"@@([A-Z_]+)@@")


class _Dumper(yaml.SafeDumper):
    """Writes no anchors, and texts of several lines as they are."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the interface of PyYAML
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


def document(value: Mapping[str, Any], about: str = "") -> str:
    """A mapping as a YAML document, its keys in their order.

    Args:
        value: of mappings, lists, texts, numbers and truth values.
        about: lines of a comment before it.
    """
    head = "".join(f"# {line}\n" for line in about.splitlines())
    return head + str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


def documents(values: Sequence[Mapping[str, Any]], about: str = "") -> str:
    """Several documents in one file."""
    head = "".join(f"# {line}\n" for line in about.splitlines())
    return head + "---\n".join(document(value) for value in values)


def template(name: str, /, **values: object) -> str:
    """A file below ``files``, with ``@@NAME@@`` replaced by values.

    Args:
        name: path of the file.
        values: by name, in small letters.

    Raises:
        KeyError: the file has a name without a value.
    """
    text = (FILES / name).read_text("utf-8")
    return _NAME.sub(lambda found: str(values[found[1].lower()]), text)
