"""FS-08: accounts (passwd(5), group(5), shadow(5))."""

from collections import Counter
from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage

ACCOUNTS = {"etc/passwd": "uid", "etc/group": "gid"}
"""File to what its third field is."""


@check("FS-08")
def accounts(image: CheckedImage) -> Iterator[Fault]:
    """Names and numbers are unique, and no password is empty."""
    for path, number in ACCOUNTS.items():
        rows = list(_rows(image, path))
        for position, what in ((0, "name"), (2, number)):
            for value, count in Counter(row[position] for row in rows if len(row) > position).items():
                if count > 1:
                    yield path, f"has the {what} {value} {count} times"
    for path in ("etc/passwd", "etc/shadow"):
        for row in _rows(image, path):
            if len(row) < 2 or not row[1]:  # noqa: PLR2004  name and password
                yield path, f"gives {row[0]} an empty password"


def _rows(image: CheckedImage, path: str) -> Iterator[list[str]]:
    node = image.files.resolve(path)
    for line in node.text.decode("utf-8", "replace").splitlines() if node else ():
        if line.strip() and not line.startswith("#"):
            yield line.split(":")
