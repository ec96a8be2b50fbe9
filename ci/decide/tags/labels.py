"""Labels and annotations of an image (OCI image specification 1.1, "Pre-Defined Annotation Keys")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ci.decide.tags import dates, expressions, values
from ci.decide.tags.text import lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ci.intool.tags.model import GitFacts, Tags

_PREFIX = "org.opencontainers.image."


def labels(
    tags: Tags, git: GitFacts, repository: Mapping[str, str], extra: Sequence[str] = (), *, short: int = 7
) -> dict[str, str]:
    """Make docker/metadata-action's outputs `labels` and `annotations`, which have the same default.

    Args:
        tags: From `decide`.
        git: Facts.
        repository: What is known of the repository, under ``title``, ``description``, ``url`` and ``licenses``.
        extra: Lines ``name=value``, with expressions; they replace what is made here.
        short: Digits of a short commit in `extra`.

    Returns:
        Values by name, sorted; what is not known is left out.

    Raises:
        ValueError: A line has no ``=``, or needs a time that is not known.
    """
    created = git.now or git.commit_time
    made = {
        **{name: repository.get(name, "") for name in ("title", "description", "url", "licenses")},
        "source": repository.get("url", ""),
        "version": tags.version or tags.main,
        "created": dates.render(created, "YYYY-MM-DDTHH:mm:ss.SSS[Z]", "UTC") if created else "",
        "revision": git.sha,
    }
    result = {f"{_PREFIX}{name}": value for name, value in made.items() if value}
    known = values.of(git, short=short)
    for line in lines(extra):
        name, equals, value = line.partition("=")
        if not equals or not name.strip():
            raise ValueError(f"`{line}`: write name=value")
        try:
            result[name.strip()] = expressions.parse(value.strip()).render(known)
        except (ValueError, expressions.UnknownTimeError) as error:
            raise ValueError(f"`{line}`: {error}") from None
    return dict(sorted(result.items()))
