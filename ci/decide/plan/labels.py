"""The labels of an image, by the OCI image specification 1.1, annex "annotations". Pure."""

from collections.abc import Mapping

from ci.decide.config.model import Pipeline
from ci.decide.pins import ImageRef
from ci.decide.plan.release import EPOCH, PREFIX, facts
from ci.decide.plan.request import RunRequest
from ci.decide.project.facts import Project
from ci.decide.tags.labels import render
from ci.errors import ConfigError


def labels(
    project: Project, base: ImageRef, pipeline: Pipeline, request: RunRequest, *, version: str, arch: str
) -> Mapping[str, str]:
    """Decide all labels.

    Args:
        project: facts of the app.
        base: image below the app's files.
        pipeline: its names and texts win over the app's; its own labels win over all, and may have expressions.
        request: commit of the source, and its time; without a commit it is 1970, as a clock would change the bytes.
        version: of the release.
        arch: for expressions; empty for an image of several platforms.

    Raises:
        ConfigError: an expression that has no meaning, or needs a value that is not given.
    """
    image = pipeline.image
    standard = {
        "title": image.title or project.name,
        "description": image.description or project.description,
        "url": image.url,
        "source": image.source,
        "documentation": image.documentation,
        "vendor": image.vendor,
        "licenses": image.licenses or project.license,
        "version": version,
        "revision": request.revision,
        "created": request.created or EPOCH,
        "base.name": base.name,
        "base.digest": base.digest,
    }
    try:
        own = render(image.labels, facts(pipeline, request), environment=request.environment, arch=arch)
    except ValueError as problem:
        raise ConfigError.of("arguments.label", problem=str(problem)) from None
    return {**{PREFIX + key: value for key, value in standard.items() if value}, **own}
