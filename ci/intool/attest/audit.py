"""The audit record of a release: who, when, from what, and what the gates found.

Records are only ever added: each run that attaches anything attaches one, and none replaces another. Pure.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ci.intool.attest.provenance import public
from ci.intool.common.json_reader import inside


def record(
    *,
    who: str,
    when: str,
    digest: str,
    repository: str = "",
    revision: str = "",
    tags: Sequence[str] = (),
    policy: str = "",
    gates: Mapping[str, Mapping[str, Any]],
    waivers: Sequence[Mapping[str, str]] = (),
) -> dict[str, Any]:
    """The predicate.

    Args:
        who: who released, as the caller names it.
        when: RFC 3339.
        digest: of the image.
        repository: URL of the source's git repository.
        revision: its commit.
        tags: that the image is to get.
        policy: that decided what stops a release.
        gates: name to ``passed``, ``checks`` (id to outcome), ``waived`` and ``skipped`` (a line each), ``figures``.
        waivers: those that covered something.
    """
    return {
        "who": who,
        "when": when,
        "digest": digest,
        "source": {"repository": public(repository) if repository else "", "revision": revision},
        "tags": list(tags),
        "policy": policy,
        "gates": {name: dict(gate) for name, gate in gates.items()},
        "waivers": [dict(waiver) for waiver in waivers],
    }


def proved(predicate: Mapping[str, Any]) -> bool:
    """Whether a record states that two builds gave the same image (check SC-13)."""
    gates = predicate.get("gates")
    reports = gates.values() if isinstance(gates, dict) else ()
    return any(inside(report, "checks", "SC-13") == "passed" for report in reports)


def undated(predicate: Mapping[str, Any]) -> dict[str, Any]:
    """The predicate without its moment and the figures: some are measured, so each run has others."""
    gates = predicate.get("gates")
    judged = {name: _without(gate, "figures") for name, gate in gates.items()} if isinstance(gates, dict) else gates
    return {**_without(predicate, "when"), "gates": judged}


def _without(table: Any, name: str) -> Any:
    return {key: value for key, value in table.items() if key != name} if isinstance(table, dict) else table
