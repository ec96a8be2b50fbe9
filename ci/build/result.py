"""All that the assembly is given, as one value that can be kept: payloads, and what was found out about them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import dagger

from ci.build.payload import Payload
from ci.engine.containers import by_content

FACTS = "facts"
FILE = "facts.json"


@dataclass(frozen=True, kw_only=True)
class Packed:
    """The result of a build.

    Attributes:
        payload: as the build left it.
        fitted: platform to the payload that is fit for it.
        full: the payload before anything was left out; None where nothing was.
        variables: what the bundle does with each variable.
        log: what install and build printed, by command. It is not kept: where a result is taken, nothing was printed.
    """

    payload: Payload
    fitted: Mapping[str, Payload]
    full: Payload | None
    variables: Mapping[str, Any]
    log: Mapping[str, str] = field(default_factory=dict)


def saved(packed: Packed) -> dict[str, dagger.Directory]:
    """Directories that hold all of it, by name."""
    payloads = {"payload": packed.payload, **{_name(p): one for p, one in packed.fitted.items()}}
    if packed.full:
        payloads["full"] = packed.full
    # A payload without machine code fits every platform as it is, and is kept once.
    shared = {
        name: next(n for n, other in payloads.items() if other.directory is p.directory) for name, p in payloads.items()
    }
    facts = {
        "payloads": {name: _facts(one) for name, one in payloads.items()},
        "directories": shared,
        "platforms": list(packed.fitted),
        "variables": packed.variables,
    }
    directories = {name: payloads[name].directory for name in dict.fromkeys(shared.values())}
    return {FACTS: by_content({FILE: json.dumps(facts)}), **directories}


async def restored(kept: dagger.Directory) -> Packed:
    """The same value from its directories."""
    facts = json.loads(await kept.directory(FACTS).file(FILE).contents())
    payloads = {
        name: Payload(directory=kept.directory(facts["directories"][name]), **found)
        for name, found in facts["payloads"].items()
    }
    return Packed(
        payload=payloads["payload"],
        fitted={platform: payloads[_name(platform)] for platform in facts["platforms"]},
        full=payloads.get("full"),
        variables=facts["variables"],
    )


def _name(platform: str) -> str:
    return platform.replace("/", "-")


def _facts(payload: Payload) -> dict[str, Any]:
    return {f.name: getattr(payload, f.name) for f in fields(payload) if f.name != "directory"}
