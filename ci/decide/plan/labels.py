"""The labels of an image, by the OCI image specification 1.1, annex "annotations". Pure."""

from collections.abc import Mapping

from ci.decide.config.model import Image
from ci.decide.pins import ImageRef
from ci.decide.project.facts import Project

PREFIX = "org.opencontainers.image."
EPOCH = "1970-01-01T00:00:00Z"


def labels(
    image: Image, project: Project, base: ImageRef, *, version: str, revision: str, created: str
) -> Mapping[str, str]:
    """Decide all labels.

    Args:
        image: names and texts of the pipeline file, which win over the app's.
        project: facts of the app.
        base: image below the app's files.
        version: of the release.
        revision: commit of the source; empty leaves the label out.
        created: time of the commit, RFC 3339; empty is the epoch, since a clock would end reproducibility.
    """
    standard = {
        "title": image.title or project.name,
        "description": image.description or project.description,
        "url": image.url,
        "source": image.source,
        "documentation": image.documentation,
        "vendor": image.vendor,
        "licenses": image.licenses or project.license,
        "version": version,
        "revision": revision,
        "created": created or EPOCH,
        "base.name": base.name,
        "base.digest": base.digest,
    }
    return {**{PREFIX + key: value for key, value in standard.items() if value}, **image.labels}
