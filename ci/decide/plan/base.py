"""Which image the app is put on."""

from ci.decide.config.model import Pipeline
from ci.decide.pins import ImageRef, Pins
from ci.decide.project.facts import Project
from ci.errors import ConfigError
from ci.intool.pinning.ends import products


def base(project: Project, pipeline: Pipeline, pins: Pins) -> ImageRef:
    """The base: that of the pipeline file, else the one that is pinned for the app's Node.js.

    Raises:
        ConfigError: it has no digest, or its name has another Node.js than the app is built with.
    """
    image = pins.image(pipeline.runtime.base or pinned(project))
    majors = [name.removeprefix("node") for name in products(image.name) if name.startswith("node")]
    if majors and project.node not in majors:
        raise ConfigError.of("arguments.base-node", base=image.name, found=majors[0], node=project.node)
    return image


def pinned(project: Project) -> str:
    """Name in ``pins.toml`` of the base for the app's Node.js."""
    return f"distroless{project.node}"
