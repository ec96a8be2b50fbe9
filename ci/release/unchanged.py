"""A release that is already there: known on this engine by all that it depends on, and verified now."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dagger import dag

from ci.decide.plan.cache_inputs import digest
from ci.decide.plan.model import Plan
from ci.engine import tool
from ci.engine.registry_client import Client
from ci.engine.signing import Signing
from ci.engine.tool import report_of, run_operation
from ci.errors import PublishError
from ci.gates.database import Database
from ci.intool.policy import STANDARD
from ci.intool.tags import Tags
from ci.release.evidence import LATEST, Known, facts, own
from ci.release.result import Released, read, written

VOLUME = "next-distroless-releases"
"""Cache volume of the releases that an engine knows. Nothing of an app is run with it."""

PLACE = "/releases"


@dataclass(frozen=True, kw_only=True)
class Unchanged:
    """What a look at the registry gave.

    Attributes:
        why: why no release holds; empty where one does.
        known: whether there was one of the same inputs.
        released: that release; None where none holds.
        since: when it was made, RFC 3339.
        level: that it reaches now.
        promoted: what was done with its tags.
    """

    why: str
    known: bool = False
    released: Released | None = None
    since: str = ""
    level: str = ""
    promoted: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Keeper:
    """Knows the releases of an engine.

    Attributes:
        client: works on the registry.
        plan: all decisions.
        signing: who signs.
        key: digest of all that the release depends on (``key_of``).
    """

    client: Client
    plan: Plan
    signing: Signing
    key: str

    async def look(self, tags: Tags) -> Unchanged:
        """Find the release of the same inputs, verify it as any user can, and give it its tags.

        Raises:
            PublishError: a tag belongs to another image for good, or the registry refused.
        """
        wanted = self.plan.trust.database
        arguments = {
            **self._arguments(tags),
            "now": self.plan.trust.now,
            "trust": await own(self.client, self.signing) if self.signing.signs else {},
            "database": "" if wanted.digest else wanted.name,
        }
        report = await self._run("look", arguments)
        if report["why"]:
            return Unchanged(why=report["why"], known=report["known"])
        kept = report["kept"]
        return Unchanged(
            why="",
            known=True,
            released=read(kept["released"]),
            since=kept["at"],
            level=report["level"],
            promoted=report["promoted"],
        )

    async def finish(self, released: Released, database: Database, tags: Tags) -> tuple[Mapping[str, Any], str]:
        """Give a new release its tags, and remember it.

        Returns:
            What was done with the tags, and why the release is not remembered, or "".

        Raises:
            PublishError: a tag belongs to another image for good, or the registry refused.
        """
        known = {
            "digest": released.digest,
            "at": self.plan.trust.now,
            "until": until(database, self.plan.trust.scan.database_age),
            "database": database.reference,
            "released": written(released),
        }
        report = await self._run("finish", {**self._arguments(tags), "known": known})
        return report["promoted"], report["problem"]

    def _arguments(self, tags: Tags) -> dict[str, Any]:
        return {
            "place": PLACE,
            "key": self.key,
            "repository": self.plan.release.repository,
            "tags": asdict(tags),
            "last": LATEST if self.signing.signs and self.plan.trust.policy == STANDARD else "",
        }

    async def _run(self, operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        wanted = self.plan.trust.database
        registry = self.client.registry
        registry = registry if wanted.digest else replace(registry, others=(*registry.others, wanted.name))
        container = await replace(self.client, registry=registry).container("unchanged")
        container = container.with_mounted_cache(PLACE, dag.cache_volume(VOLUME))
        if self.signing.signs:
            container = tool.with_cosign(container, self.client.tools)
        return await report_of(await run_operation(container, "unchanged", operation, arguments, PublishError))


def key_of(
    plan: Plan, signing: Signing, inputs: Mapping[str, Any], *, secrets: Sequence[str], marks: str, lockfile: str
) -> str:
    """A digest over all that a release and the verdicts on it depend on, with the day. Pure.

    What the registry has is not in it: the tag of the database, the last release. They are compared at the look. The
    mode of the registry cache is, since a run that is to store its results has to have them.

    Args:
        plan: all decisions.
        signing: who signs.
        inputs: of the image and the gates (``ci.decide.plan.cache_inputs.of_release``), with the pipeline's own code.
        secrets: names of the secrets that the run was given.
        marks: digits that change with their values.
        lockfile: sha256 of the lockfile, in hex.
    """
    known = Known(tags=[tag.name for tag in plan.release.tags.tags], secrets=secrets, lockfile=lockfile)
    stated = asdict(facts(plan, signing, known))
    return digest(inputs, stated, marks, signing.actor, signing.signs, plan.release.cache)


def until(database: Database, limit_hours: float) -> str:
    """Until when a database may be used, RFC 3339; empty for a stand-in. Pure."""
    if database.status["stand_in"]:
        return ""
    return (datetime.fromisoformat(database.status["updated"]) + timedelta(hours=limit_hours)).isoformat()
