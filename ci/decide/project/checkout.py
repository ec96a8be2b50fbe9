"""What a checkout lacks: submodules that were not fetched, and files of git-LFS that are only pointers."""

import posixpath
import re
from collections.abc import Iterator, Sequence

from ci.decide.project.globs import excluded, selected
from ci.decide.project.source_files import SourceFiles
from ci.decide.project.workspace import Workspace, globs
from ci.errors import ProjectError
from ci.messages import Message, message

MODULES = ".gitmodules"
_PATH = re.compile(r"^[ \t]*path[ \t]*=[ \t]*(\S.*?)[ \t]*$", re.MULTILINE)
_CODE = ("public", "src", "app", "pages")
"""Directories of an app that its build reads or its image has."""

_NAMED = 5


def submodules(text: str) -> tuple[str, ...]:
    """Paths that a ``.gitmodules`` names (gitmodules(5)), in its order."""
    paths = (posixpath.normpath(path.strip('"')) for path in _PATH.findall(text))
    return tuple(dict.fromkeys(path for path in paths if not path.startswith(("..", "/"))))


def refuse_empty(source: SourceFiles, app: str = "") -> None:
    """Refuse a source whose app, or a part that its build needs, is in a submodule that was not fetched.

    Needed are the app's directory, packages of the workspace, and what is below the app's public, src, app and pages.

    Args:
        source: content of the source.
        app: directory of the app; empty for the source itself.

    Raises:
        ProjectError: names the submodules.
    """
    own = posixpath.normpath(app or ".")
    patterns = globs(source)
    code = {posixpath.normpath(posixpath.join(own, name)) for name in _CODE}
    none = not any(posixpath.basename(path) == "package.json" for path in source.files)
    needed = [
        path
        for path in source.empty_submodules
        if none or _within(own, path) or selected(patterns, path) or any(_within(path, place) for place in code)
    ]
    if needed:
        raise ProjectError.of("project.empty-submodule", paths=needed)


def refuse_pointers(source: SourceFiles, place: Workspace, exclude: Sequence[str] = ()) -> None:
    """Refuse a source whose public files are pointers: the image would serve them in place of pictures.

    Args:
        source: content of the source.
        place: the app.
        exclude: ``runtime.exclude`` of the pipeline file, whose files do not go into the image.

    Raises:
        ProjectError: names the files.
    """
    public = posixpath.normpath(posixpath.join(place.app.directory, "public"))
    served = [path for path in source.pointers if _within(path, public) and not excluded(exclude, path)]
    if served:
        raise ProjectError.of("project.lfs-pointer", files=_listed(served))


def advise(source: SourceFiles, place: Workspace) -> Iterator[Message]:
    """Warn of what is missing in the checkout and may not be needed."""
    if source.empty_submodules:
        yield message("warning.empty-submodule", paths=source.empty_submodules)
    wanted = (place.app.directory, *place.closure())
    public = posixpath.normpath(posixpath.join(place.app.directory, "public"))
    built = [one for one in source.pointers if any(_within(one, d) for d in wanted) and not _within(one, public)]
    if built:
        yield message("warning.lfs-pointer", files=_listed(built))


def _within(path: str, directory: str) -> bool:
    return directory in {".", path} or path.startswith(f"{directory}/")


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return ", ".join(paths[:_NAMED]) + more
