"""A file of version 1 into one of version 2: its text is edited, so that comments and layout stay."""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from ci.decide.config.model import VERSION
from ci.decide.config.nodes import Loader, compose
from ci.decide.config.write import scalar

RENAMED = {"build.script": "build.scripts", "build.run-scripts": "install.allow-scripts"}
"""Key paths of version 1 to those of version 2."""

LISTED = ("build.scripts",)
"""Keys of version 2 that take a list, and took one text."""

Edit = tuple[int, int, str]
"""Start and end in the text, and what takes that place."""


def migrate(text: str, file: str) -> str:
    """Bring a pipeline file of version 1 to version 2.

    Args:
        text: its content; without ``version`` it counts as version 1.
        file: its name, for messages.

    Returns:
        The new content, not checked; a file of another version as it is.

    Raises:
        ConfigError: not YAML.
    """
    root = compose(text, file, merge=False)
    newline = "\r\n" if "\r\n" in text else "\n"
    ended = text if text.endswith("\n") or not text else text + newline
    if root is None:
        return f"{ended}version: {VERSION}{newline}"
    if not isinstance(root, yaml.MappingNode):
        return text
    source = _Source(ended, newline)
    entries = source.entries(root)
    if "version" in entries and entries["version"].value.value != "1":
        return text
    return source.edited([*source.version(root, entries), *source.node(entries), *source.sections(root, entries)])


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A key, its value, where the value stands as it is written (a YAML alias too), and the comma behind it."""

    key: yaml.ScalarNode
    value: Any
    start: int
    end: int
    comma: yaml.Token | None


class _Source:
    """A text, and the edits that it needs."""

    def __init__(self, text: str, newline: str) -> None:
        self.text, self.newline = text, newline
        tokens: Any = (t for t in yaml.scan(text, Loader) if not isinstance(t, yaml.KeyToken))
        self.tokens = [token for token in tokens if token.start_mark.index < token.end_mark.index]

    def edited(self, edits: list[Edit]) -> str:
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def entries(self, mapping: yaml.Node) -> dict[str, _Entry]:
        """The keys of a mapping; none where it is none."""
        if not isinstance(mapping, yaml.MappingNode):
            return {}
        starts = [key.start_mark.index for key, _ in mapping.value]
        limits = [*starts[1:], mapping.end_mark.index - bool(mapping.flow_style)]
        found = zip(mapping.value, limits, strict=False)
        return {key.value: self._entry(key, value, limit) for (key, value), limit in found}

    def _entry(self, key: yaml.ScalarNode, value: yaml.Node, limit: int) -> _Entry:
        after = key.end_mark.index
        tokens = [t for t in self.tokens if t.start_mark.index >= after and t.end_mark.index <= limit]
        comma = tokens.pop() if tokens and isinstance(tokens[-1], yaml.FlowEntryToken) else None
        colon = tokens.pop(0).end_mark.index if tokens and isinstance(tokens[0], yaml.ValueToken) else after
        start = tokens[0].start_mark.index if tokens else colon
        end = len(self.text[: tokens[-1].end_mark.index].rstrip()) if tokens else colon
        return _Entry(key=key, value=value, start=start, end=end, comma=comma)

    def version(self, root: yaml.MappingNode, entries: dict[str, _Entry]) -> list[Edit]:
        if "version" in entries:
            return [(entries["version"].start, entries["version"].end, str(VERSION))]
        first = next((entry.key.start_mark for entry in entries.values()), None)
        if first is None:
            return [(root.end_mark.index - 1, root.end_mark.index - 1, f"version: {VERSION}")]
        behind = ", " if root.flow_style else self.newline + " " * first.column
        return [(first.index, first.index, f"version: {VERSION}{behind}")]

    def node(self, entries: dict[str, _Entry]) -> list[Edit]:
        """Version 1 took ``v22.3``, and used the major version."""
        entry = entries.get("node")
        match = re.match(r"v?(\d+)(?=\D|$)", str(entry.value.value)) if entry else None
        if not entry or not match or match[1] == entry.value.value:
            return []
        return [(entry.start, entry.end, f'"{match[1]}"')]

    def sections(self, root: yaml.MappingNode, entries: dict[str, _Entry]) -> list[Edit]:
        edits: list[Edit] = []
        for name, section in entries.items():
            inner = self.entries(section.value)
            for key, entry in inner.items():
                to, _, new = RENAMED.get(f"{name}.{key}", "").partition(".")
                if to and to != name and len(inner) > 1:
                    edits += self._move(root, section, entry, f"{to}.{new}")
                elif to:
                    edits += [self._rename(entry, new), *self._listed(entry, f"{to}.{new}")]
                    edits += [self._rename(section, to)] if to != name else []
        return edits

    def _rename(self, entry: _Entry, new: str) -> Edit:
        return entry.key.start_mark.index, entry.key.end_mark.index, new

    def _listed(self, entry: _Entry, path: str) -> list[Edit]:
        written = self.text[entry.start : entry.end]
        if path not in LISTED or not written or not isinstance(entry.value, yaml.ScalarNode):
            return []
        value, style = str(entry.value.value), entry.value.style
        if style is None and written.endswith(value):
            written = written.removesuffix(value) + scalar(value)
        elif not written.startswith("*") and (style in ("|", ">") or "\n" in written):
            written = scalar(value)
        return [(entry.start, entry.end, f"[{written}]")]

    def _move(self, root: yaml.MappingNode, section: _Entry, entry: _Entry, path: str) -> list[Edit]:
        """Into a section of its own, behind the one that it was in."""
        key, (to, _, new) = entry.key, path.partition(".")
        behind = self._next_line(section.end)
        indent = " " * section.key.start_mark.column
        if not section.value.flow_style:
            start, end = self._with_comments(key), self._next_line(entry.end)
            lines = self.text[start : key.start_mark.index] + new + self.text[key.end_mark.index : end]
            return [(start, end, ""), (behind, behind, f"{indent}{to}:{self.newline}{lines}")]
        moved = f"{to}: {{ {new}{self.text[key.end_mark.index : entry.end]} }}"
        if root.flow_style:
            return [*self._cut(section, entry), (section.end, section.end, f", {moved}")]
        return [*self._cut(section, entry), (behind, behind, f"{indent}{moved}{self.newline}")]

    def _cut(self, section: _Entry, entry: _Entry) -> list[Edit]:
        """Take an entry and one comma out of a flow mapping; comments between them stay."""
        start = entry.key.start_mark.index
        if entry.comma:
            end = entry.comma.end_mark.index
            return [(start, end + len(self.text[end:]) - len(self.text[end:].lstrip(" ")), "")]
        comma = max(e.comma.end_mark.index for e in self.entries(section.value).values() if e.comma)
        return [(comma - 1, comma, ""), (len(self.text[:start].rstrip(" ")), entry.end, "")]

    def _with_comments(self, key: yaml.ScalarNode) -> int:
        """Start of a key's line, or of the comments right above it."""
        above = self.text[: key.start_mark.index - key.start_mark.column]
        comments = re.search(rf"(?:^ {{{key.start_mark.column}}}#.*\n)*\Z", above, re.MULTILINE)
        return comments.start() if comments else len(above)

    def _next_line(self, index: int) -> int:
        return self.text.index("\n", index) + 1
