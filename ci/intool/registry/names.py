"""Preview of a release's tags, before it is made."""

from collections.abc import Mapping
from typing import Any

from ci.intool.registry.client import Repository
from ci.intool.registry.promote import from_json
from ci.intool.registry.tagged import RepositoryTags
from ci.intool.tags import explain, tag_updates


def names(repository: str, tags: Mapping[str, Any]) -> dict[str, Any]:
    """Look up what would be done with each tag of a new image.

    Args:
        repository: with its host; empty if no repository is configured.
        tags: from `ci.decide.tags.decide`, as JSON.

    Returns:
        `text` for people.

    Raises:
        Failure: the registry cannot be read.
    """
    chosen = from_json(tags)
    if not repository:
        return {"text": explain(chosen)}
    existing = RepositoryTags(Repository(repository), [tag.name for tag in chosen.tags], "").read()
    return {"text": explain(chosen, tag_updates(chosen, existing, ""))}
