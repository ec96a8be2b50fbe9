"""Pages that ask a server while they are made at build: made at each request instead, or at the first one."""

import posixpath
import re
from collections.abc import Iterable, Sequence

from ci.decide.config.model import Pipeline
from ci.decide.project.facts import Project
from ci.decide.tries import Amended, Failure
from ci.decide.tries.edit import put

DYNAMIC = "export const dynamic = 'force-dynamic'"

_FAILED = re.compile(
    r"^[ |\t]*(?:Export encountered an error on )?(?P<entry>/(?:[^\s:]*/)?(?:page|route)): /", re.MULTILINE
)
"""Of a page by its entry: Next.js 13 and 14 list them, later ones stop at the first."""

_COLLECTED = re.compile(
    r"Failed to collect (?:page data|configuration) for "
    r"(?P<page>(?:/(?:\[\[[^\[\]\s]+\]\]|\[[^\[\]\s]+\]|[^\s\[\]/]+))+)"
)
"""Before any page is made, only `generateStaticParams` asks for data, and only pages with a parameter have it."""

_PARAMS = re.compile(
    r"export (?:async )?function generateStaticParams\s*\([^()]*\)\s*(?::\s*(?:Promise<[^\n]*>|[A-Za-z][^\n{]*?)\s*)?\{"
    r"|export const generateStaticParams\s*=\s*(?:async\s*)?\([^()]*\)\s*(?::\s*Promise<[^\n]*>\s*)?=>\s*\{"
)
"""Up to the body; not where the type of what it returns is written out."""

_ONLY = re.compile(r"export const dynamicParams\b[^\n]*\bfalse\b")
NO_PARAMS = " return []"
_DECLARED = re.compile(r"export const dynamic\b[^=\n]*=\s*(?P<quote>['\"`])(?P<value>[\w-]+)(?P=quote)")
_CLIENT = re.compile(r"\A(?:\s|//[^\n]*\n|/\*.*?\*/)*['\"]use client['\"]", re.DOTALL)
_ALONE = 3
"""Pages of one failure that are changed one by one; more of them have the layout in common."""


def concerned(failure: Failure, project: Project) -> tuple[str, ...]:
    """Files of the source that a rule may change, so that it has to know their text.

    Args:
        failure: of a build.
        project: facts of the app.
    """
    failing = [*_files(failure, project), *_with_params(failure, project)]
    return tuple(dict.fromkeys([*failing, *(layout for file in failing for layout in _layouts(file, project))]))


def amend(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Let the pages that failed be made at each request; if others have failed before, all below their layout.

    None where no page failed, or where it has been done already.
    """
    return _params(text, pipeline, failure, project) or _dynamic(text, pipeline, failure, project)


def _params(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    """Let the list of a page's parameters be empty at build: each page is made at its first request."""
    done = [patch.files for patch in pipeline.patches if patch.with_.endswith(NO_PARAMS)]
    for page in _with_params(failure, project):
        for file in (page, *_layouts(page, project)):
            source = failure.sources.get(file, "")
            found = _PARAMS.search(source)
            if found and file not in done and not _ONLY.search(source):
                why = "It asks a server that the build does not reach. So each page is made at its first request."
                patch = {"files": file, "replace": found[0], "with": f"{found[0]}{NO_PARAMS}"}
                amended = put(text, ("patches", len(pipeline.patches)), patch, why)
                return Amended(text=amended, why=f"{file}: its pages are made at the first request, and not at build")
    return None


def _with_params(failure: Failure, project: Project) -> list[str]:
    """Files of the pages whose parameters could not be collected."""
    wanted = {match["page"] for match in _COLLECTED.finditer(failure.what) if "[" in match["page"]}
    return [file for file in project.segments if _name(file) in {"page", "route"} and _url(file) in wanted]


def _url(file: str) -> str:
    parts = posixpath.dirname(re.sub(r"^(?:.*?/)?app/", "/", file)).split("/")
    return "/".join(part for part in parts if not re.fullmatch(r"\([^.)]+\)", part))


def _dynamic(text: str, pipeline: Pipeline, failure: Failure, project: Project) -> Amended | None:
    failing = _files(failure, project)
    done = [patch.files for patch in pipeline.patches if DYNAMIC in (patch.append, patch.with_)]
    changed = [] if done or len(failing) > _ALONE else [file for file in failing if _can(file, failure)]
    if failing and len(changed) < len(failing):
        common = _common([*failing, *(file for file in done if file in project.segments)], project)
        changed = [file for file in common if file not in done and _can(file, failure)][:1]
    if not changed:
        return None
    said = "asks a server that the build does not reach" if failure.id != "cause.loopback" else "asks a server"
    for number, file in enumerate(changed, len(pipeline.patches)):
        why = f"What it makes at build {said}. So it is made at each request; without this, it is made once, at build."
        text = put(text, ("patches", number), _patch(file, failure.sources.get(file, "")), why)
    return Amended(text=text, why=f"{', '.join(changed)}: made at each request, and not at build")


def _patch(file: str, source: str) -> dict[str, str]:
    declared = _DECLARED.search(source)
    if declared:
        return {"files": file, "replace": declared[0], "with": DYNAMIC}
    return {"files": file, "append": DYNAMIC}


def _can(file: str, failure: Failure) -> bool:
    """Whether the file's exports count, and do not say so already."""
    source = failure.sources.get(file, "")
    declared = _DECLARED.search(source)
    return not _CLIENT.match(source) and (declared is None or declared["value"] != "force-dynamic")


def _files(failure: Failure, project: Project) -> list[str]:
    entries = [match["entry"] for match in _FAILED.finditer(failure.what)]
    return list(dict.fromkeys(file for entry in entries for file in _file(entry, project.segments)))


def _file(entry: str, segments: Sequence[str]) -> Iterable[str]:
    """The file of an entry; of an entry that Next.js makes by itself, the root layout."""
    special = re.sub(r"/(sitemap)\.xml/route$|/(robots)\.txt/route$", r"/\1\2", entry)
    ends = re.compile(rf"(?:.*/)?app{re.escape(special)}\.[jt]sx?")
    found = [file for file in segments if ends.fullmatch(file)]
    return found or [file for file in _roots(segments) if entry == "/_not-found/page"]


def _roots(segments: Sequence[str]) -> list[str]:
    layouts = [file for file in segments if _name(file) == "layout"]
    return sorted(layouts, key=lambda file: (file.count("/"), file))[:1]


def _layouts(file: str, project: Project) -> list[str]:
    """Layouts around a file, the nearest first."""
    place = posixpath.dirname(file)
    around = [one for one in project.segments if _name(one) == "layout" and _within(place, posixpath.dirname(one))]
    return sorted(around, key=lambda one: -one.count("/"))


def _common(files: Sequence[str], project: Project) -> list[str]:
    first, *others = [_layouts(file, project) for file in files]
    return [layout for layout in first if all(layout in other for other in others)]


def _within(place: str, directory: str) -> bool:
    return f"{place}/".startswith(f"{directory}/")


def _name(file: str) -> str:
    return posixpath.basename(file).partition(".")[0]
