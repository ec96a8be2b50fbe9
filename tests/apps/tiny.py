"""The smallest app that fills every layer of an image: packages, server, static files and public files."""

from pathlib import Path

from tests.apps import locks
from tests.apps.app import App, Ask
from tests.apps.sources import LAYOUT, app_manifest, page, written

PAGE = "app/page.js"

TINY = App(
    name="tiny",
    lock=locks.npm,
    asks=(Ask("/", text="A tiny app"),),
    write=written(
        {
            "package.json": app_manifest("tiny", 15),
            "app/layout.js": LAYOUT,
            PAGE: page("A tiny app"),
            "public/logo.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>\n",
        }
    ),
)


def edit(source: Path, text: str) -> None:
    """Change one line of the app's code."""
    (source / PAGE).write_text(page(text))
