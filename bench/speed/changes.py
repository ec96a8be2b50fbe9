"""Changes of an app's files. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


class ChangeError(ValueError):
    """A change does not fit the app."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line that is different in every run.

    Attributes:
        file: path in the app.
        find: text that is replaced, once; empty to append.
        put: what comes in its place; ``{n}`` is the number of the run.
    """

    file: str
    find: str = ""
    put: str

    def on(self, text: str, number: int) -> str:
        """The text with the change.

        Raises:
            ChangeError: the text has not what is replaced.
        """
        line = self.put.replace("{n}", str(number))
        if not self.find:
            return f"{text}{line}"
        if self.find not in text:
            raise ChangeError(f"{self.file} has no {self.find!r}")
        return text.replace(self.find, line, 1)


def changed(files: Mapping[str, str], changes: Mapping[str, Change], numbers: Mapping[str, int]) -> dict[str, str]:
    """Texts of the files that the changes are in.

    Args:
        files: texts as the app has them, by path.
        changes: by name.
        numbers: the last run's number of each name that was used; the others are left out.

    Raises:
        ChangeError: a file is not there, or has not what is replaced.
    """
    found: dict[str, str] = {}
    for name, number in numbers.items():
        change = changes[name]
        text = found.get(change.file, files.get(change.file))
        if text is None:
            raise ChangeError(f"the app has no {change.file}")
        found[change.file] = change.on(text, number)
    return found
