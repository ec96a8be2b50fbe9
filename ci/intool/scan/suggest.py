"""Suggestions with their patches of package.json."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ci.intool.common.json_reader import loaded
from ci.intool.scan.changes import TABLES, App
from ci.intool.scan.fixes import Suggestion, fixes
from ci.intool.scan.manifest import diff, edited
from ci.intool.scan.results import Scan
from ci.intool.scan.trivy import report, scan

_FIX = "correct package.json"


def suggest(
    reports: Mapping[str, str],
    package_json: str,
    overrides: Sequence[str],
    kinds: Sequence[str],
    *,
    by_range: bool = False,
    path: str = "package.json",
) -> dict[str, Any]:
    """Suggest the changes that remove vulnerabilities.

    Args:
        reports: what was scanned to the file of Trivy's report.
        package_json: the file; in a workspace that of the root for overrides, that of the app for its own packages.
        overrides: keys that lead to the object which sets versions of other packages' dependencies, the manager's own.
        kinds: Trivy's types of the lockfiles whose packages package.json decides.
        by_range: whether a key of that object may be ``name@range``.
        path: of package.json in the patch, below the root of the repository.

    Returns:
        ``suggestions``, the one that removes most first, each with ``kind``, ``package``, ``installed``, ``target``,
        ``ids``, ``text``, and ``patch``, which ``git apply`` takes (empty if none); and ``patch``: all
        first steps together. The lockfile is updated by the manager's install afterwards.

    Raises:
        Failure: a report or package.json is malformed.
    """
    document = loaded(package_json, path, _FIX)
    scans = [scan(name, report(file, name)) for name, file in reports.items()]
    text = Path(package_json).read_bytes().decode()
    tables = {key: {name: document.object(key).text(name) for name in document.object(key).value} for key in TABLES}
    app = App(tables=tables, overrides=tuple(overrides), by_range=by_range, kinds=tuple(kinds))
    return suggested(scans, app, text, path)


def suggested(scans: Sequence[Scan], app: App, text: str, path: str) -> dict[str, Any]:
    """Suggestions for what was read; see ``suggest``. ``text`` is that of package.json, and ``app`` what it means."""
    found = fixes(
        (one for each in scans for one in each.vulnerabilities),
        (one for each in scans for one in each.packages),
        app,
    )
    whole, changed = text, set[tuple[str, ...]]()
    for one in found:
        if one.change and one.change.path not in changed:
            whole = edited(whole, one.change.path, one.change.value)
            changed.add(one.change.path)
    return {"suggestions": [_described(one, text, path) for one in found], "patch": diff(text, whole, path)}


def _described(one: Suggestion, text: str, path: str) -> dict[str, Any]:
    fields = {key: value for key, value in asdict(one).items() if key != "change"}
    return {**fields, "patch": diff(text, edited(text, one.change.path, one.change.value), path) if one.change else ""}
