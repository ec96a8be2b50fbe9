"""Trivy's database of vulnerabilities: fetched by digest, unpacked, and refused where it is too old."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import dagger

from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.containers import finished
from ci.engine.registry_client import Client
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.intool.common.reference import host_of, split
from ci.messages import message

CACHE = "/cache"
_FETCHED = "/fetched"


@dataclass(frozen=True, kw_only=True)
class Database:
    """The database, as Trivy takes it.

    Attributes:
        cache: Trivy's cache directory.
        reference: of the artifact, by digest.
        status: its age (``ci.intool.scan.database``).
    """

    cache: dagger.Directory
    reference: str
    status: Mapping[str, Any]


async def database(plan: Plan, client: Client) -> Database:
    """Fetch and unpack the database.

    Args:
        plan: names the database, and how old it may be.
        client: works on registries.

    Raises:
        PublishError: it cannot be fetched, is malformed, or is older than the pipeline file allows.
    """
    wanted = plan.trust.database
    name, _ = split(wanted.name)
    reference = f"{name}@{wanted.digest or await _digest(client, str(wanted))}"
    container = tool.with_regctl(tool.python(plan.tools, "scan"), plan.tools)
    container = await client.registry.reached_from(container, host_of(name))
    fetched = await finished(
        container.with_exec(["regctl", "image", "copy", reference, f"ocidir://{_FETCHED}:db"]),
        message("judging.database-fetch", reference=wanted),
        PublishError,
    )
    unpacked = await run_operation(fetched, "scan", "unpack", {"layout": _FETCHED, "cache": CACHE}, PublishError)
    cache = unpacked.directory(CACHE)
    dated = tool.python(plan.tools, "scan").with_mounted_directory(CACHE, cache)
    arguments = {
        "metadata": f"{CACHE}/db/metadata.json",
        "now": plan.trust.now,
        "limit_hours": plan.trust.scan.database_age,
        "stand_in": wanted.stand_in,
    }
    status = await report_of(await run_operation(dated, "scan", "database", arguments, PublishError))
    return Database(cache=cache, reference=reference, status=status)


async def _digest(client: Client, reference: str) -> str:
    """What the tag names now; the caller's login is for another registry, and is not shown to this one."""
    container = tool.with_regctl(tool.python(client.tools), client.tools)
    container = await client.registry.reached_from(container, host_of(reference))
    done = await finished(
        container.with_env_variable("RUN", uuid.uuid4().hex).with_exec(["regctl", "image", "digest", reference]),
        message("judging.database-missing", reference=reference),
        PublishError,
    )
    return (await done.stdout()).strip()
