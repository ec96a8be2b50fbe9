"""Provenance: from what, how and where an image was built (SLSA 1.0, "Provenance"). Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from ci.intool.attest.predicates import BUILD, HOME
from ci.intool.common.failure import Failure
from ci.intool.common.json_reader import inside, objects_inside
from ci.intool.common.media import is_digest
from ci.intool.common.reference import split

LOCAL = f"{HOME}/builders/local"
"""The builder of a build on a local machine, such as a laptop, without a verifiable identity."""

REBUILT = "rebuilt image"
"""Name of the byproduct that a second build gave; its digest is the image's where the build is reproducible."""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """The facts of a build; of secrets, only the names.

    Attributes:
        parameters: arguments of the caller.
        secrets: names of the secrets that were passed.
        plan: what was decided from it.
        repository: URL of the source's git repository; credentials in it are left out.
        revision: its commit; empty if it is not known.
        changed: whether files differ from that commit.
        bases: base images, each with name and digest.
        lockfiles: path to sha256 in hexadecimal.
        tools: images that were used, each with name and digest.
        builder: URI of the builder, or the workflow's reference (``GITHUB_WORKFLOW_REF``); empty for a local machine.
        invocation: the run, such as its URL.
        started: RFC 3339; empty if it is not known.
        finished: likewise.
        rebuilt: digest that a second build gave; empty if there was none.
    """

    parameters: Mapping[str, Any]
    secrets: Sequence[str] = ()
    plan: Mapping[str, Any] = field(default_factory=dict)
    repository: str = ""
    revision: str = ""
    changed: bool = False
    bases: Sequence[str] = ()
    lockfiles: Mapping[str, str] = field(default_factory=dict)
    tools: Sequence[str] = ()
    builder: str = ""
    invocation: str = ""
    started: str = ""
    finished: str = ""
    rebuilt: str = ""


def provenance(facts: Facts) -> dict[str, Any]:
    """The predicate; names of fields are the specification's.

    Raises:
        Failure: an image is named without its digest.
    """
    metadata = {"invocationId": facts.invocation, "startedOn": facts.started, "finishedOn": facts.finished}
    byproducts = [{"name": REBUILT, "digest": _digest(facts.rebuilt)}] if facts.rebuilt else []
    return {
        "buildDefinition": {
            "buildType": BUILD,
            "externalParameters": {**facts.parameters, "secrets": sorted(facts.secrets)},
            "internalParameters": dict(facts.plan),
            "resolvedDependencies": list(_dependencies(facts)),
        },
        "runDetails": {
            "builder": {"id": _builder(facts.builder)},
            "metadata": {name: value for name, value in metadata.items() if value},
            **({"byproducts": byproducts} if byproducts else {}),
        },
    }


def problem(predicate: Mapping[str, Any]) -> str:
    """The fields required by SLSA 1.0 that are missing; empty if none is."""
    build = inside(predicate, "buildDefinition")
    build = build if isinstance(build, dict) else {}
    required = {
        "buildDefinition.buildType": isinstance(build.get("buildType"), str) and build["buildType"],
        "buildDefinition.externalParameters": isinstance(build.get("externalParameters"), dict),
        "buildDefinition.resolvedDependencies": isinstance(build.get("resolvedDependencies", []), list),
        "runDetails.builder.id": inside(predicate, "runDetails", "builder", "id"),
    }
    missing = [name for name, there in required.items() if not there]
    return f"has no valid {missing[0]}" if missing else ""


def builder(predicate: Mapping[str, Any]) -> str:
    """The builder that the provenance names."""
    return str(inside(predicate, "runDetails", "builder", "id") or "")


def rebuilt(predicate: Mapping[str, Any]) -> str:
    """The digest that a second build gave; empty if there was none."""
    for one in objects_inside(predicate, "runDetails", "byproducts"):
        if one.get("name") == REBUILT:
            return f"sha256:{inside(one, 'digest', 'sha256')}"
    return ""


def _dependencies(facts: Facts) -> Iterable[dict[str, Any]]:
    if facts.revision:
        yield {
            "name": "source",
            **({"uri": f"git+{public(facts.repository)}@{facts.revision}"} if facts.repository else {}),
            "digest": {"gitCommit": facts.revision},
            **({"annotations": {"changed": True}} if facts.changed else {}),
        }
    for path, checksum in sorted(facts.lockfiles.items()):
        yield {"name": path, "digest": {"sha256": checksum}}
    for name, images in (("base image", facts.bases), ("tool image", facts.tools)):
        for image in sorted(set(images)):
            if not is_digest(split(image)[1]):
                raise Failure(f"the {name} {image} has no digest", "pin it: NAME@sha256:…")
            yield {"name": name, "uri": _package(image), "digest": _digest(split(image)[1])}


def _package(image: str) -> str:
    """A package URL of an image (Package URL specification, type ``oci``)."""
    repository, digest = split(image)
    tag = split(image.partition("@")[0])[1]
    url = (
        f"pkg:oci/{repository.rpartition('/')[2]}@{quote(digest, safe='')}?repository_url={quote(repository, safe='/')}"
    )
    return f"{url}&tag={tag}" if tag else url


def _digest(digest: str) -> dict[str, str]:
    return dict([digest.split(":", 1)])


def _builder(given: str) -> str:
    if not given or "://" in given:
        return given or LOCAL
    return f"https://github.com/{given}"


def public(repository: str) -> str:
    """A git repository's URL without credentials; the short form of SSH is written out (git-clone(1), "GIT URLS")."""
    if found := re.fullmatch(r"(?:[\w.-]+@)?([\w.-]+):(?!//)(.+)", repository):
        return f"ssh://{found[1]}/{found[2].lstrip('/')}"
    parts = urlsplit(repository)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
