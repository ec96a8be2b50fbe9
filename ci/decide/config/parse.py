"""The text of a pipeline file into its model; what has no meaning is an error with its place."""

from collections.abc import Iterator, Mapping

import yaml

from ci.decide import tags
from ci.decide.config.model import VERSION, Pipeline
from ci.decide.config.nodes import WHOLE, compose
from ci.decide.config.reader import Reader
from ci.decide.config.validation import RULES
from ci.decide.tags import labels
from ci.intool.common import reference
from ci.messages import Message, message

RENAMED = {
    "build.script": "write `build.scripts`, a list",
    "build.run-scripts": "write `install.allow-scripts`, a list",
}
"""Key paths of version 1, which no release had, and what to write in place of them."""

REMOVED = {
    "scan.new-only": "leave it out: `policy: standard` fails for what the last release did not have",
}
"""Key paths that earlier releases had, and what to write in place of them."""

FROM_1 = (*(f"for `{old}` {new}" for old, new in RENAMED.items()), "for `node` a major version such as 22")
"""What changed after version 1."""


def parse(text: str, file: str) -> Pipeline:
    """Read a pipeline file.

    Args:
        text: its content.
        file: its name, for messages.

    Raises:
        ConfigError: not YAML, or a key or value without a meaning; names file, line and key path.
    """
    return parse_with_places(text, file)[0]


def parse_with_places(text: str, file: str) -> tuple[Pipeline, Mapping[str, int]]:
    """Read a pipeline file, and where it gives each value.

    Args:
        text: its content.
        file: its name, for messages.

    Returns:
        The model, and key path (``runtime.health.path``, ``patches[0].files``) to line, from 1.

    Raises:
        ConfigError: not YAML, or a key or value without a meaning; names file, line and key path.
    """
    root = compose(text, file)
    if root is None:
        return Pipeline(), {}
    reader = Reader(file, RULES, {**RENAMED, **REMOVED})
    _refuse_version(root, reader)
    pipeline = reader.read(Pipeline, root)
    _refuse(pipeline, reader)
    return pipeline, {path: line for path, line in reader.places.items() if path}


def warnings(pipeline: Pipeline, places: Mapping[str, int]) -> tuple[Message, ...]:
    """Warnings about a valid file: images by names that may be given to another image.

    Args:
        pipeline: a pipeline file.
        places: key path to line.

    Returns:
        For each what is unwise, which begins with line and key path, and what to write.
    """
    found: list[Message] = []
    for path, image in _images(pipeline).items():
        found += _floating(image, f"{places[path]}: {path}: ")
    if reference.parse(pipeline.image.repository).tag == "latest":
        path = "image.repository"
        found.append(message("advice.latest", place=f"{places[path]}: {path}: "))
    return tuple(found)


def _images(pipeline: Pipeline) -> Mapping[str, str]:
    """Images of services, by key path."""
    return {
        f"smoke.scenarios[{n}].services.{host}": image
        for n, scenario in enumerate(pipeline.smoke.scenarios)
        for host, image in scenario.services.items()
    }


def _floating(image: str, place: str) -> Iterator[Message]:
    """The warning about an image of a service; a bare word is a name in pins.toml."""
    named = reference.parse(image)
    name = image.partition("@")[0]
    if named.digest and named.tag in ("", "latest"):
        yield message("advice.no-version", place=place, image=name)
    elif not named.digest and ("/" in image or ":" in image):
        pinned = f"{name}{'' if named.tag else ':TAG'}@sha256:…"
        yield message("advice.no-digest", place=place, image=image, pinned=pinned)


def _refuse_version(root: yaml.Node, reader: Reader) -> None:
    """Before anything else: a file of another version has other keys."""
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "version" and value.tag == WHOLE and value.value != str(VERSION):
            reader.places["version"] = key.start_mark.line + 1
            hint = "; ".join([f"write `version: {VERSION}`", *(FROM_1 if value.value == "1" else ())])
            raise reader.error("version", "wrong-version", version=value.value, hint=hint)


def _refuse(pipeline: Pipeline, reader: Reader) -> None:
    """Raise a ConfigError for values that do not fit each other."""
    for n, patch in enumerate(pipeline.patches):
        if not patch.replace and not patch.append:
            raise reader.error(f"patches[{n}]", "empty-patch")
    for path, texts, read in (
        ("release.tags[{}]", enumerate(pipeline.release.tags), lambda text: tags.parse([text])),
        ("release.flavor[{}]", enumerate(pipeline.release.flavor), lambda text: tags.flavor([text])),
        ("image.labels.{}", pipeline.image.labels.items(), labels.parse),
    ):
        for name, text in texts:
            try:
                read(text)
            except ValueError as problem:
                hint = "see docs/reference/tags.md"
                raise reader.error(path.format(name), "wrong-value", problem=str(problem), hint=hint) from None
    for place, env in (("build.env", pipeline.build.env), ("runtime.env", pipeline.runtime.env)):
        for name in pipeline.build.dummies.keys() & env.keys():
            raise reader.error(f"build.dummies.{name}", "not-a-dummy", key=f"{place}.{name}")
    side = pipeline.runtime.side
    if side and side.port == pipeline.runtime.port:
        place = next(path for path in ("runtime.side.port", "runtime.port") if path in reader.places)
        raise reader.error(place, "side-port", port=side.port)
    _refuse_names(pipeline, reader)


def _refuse_names(pipeline: Pipeline, reader: Reader) -> None:
    """Raise a ConfigError for a name of two scenarios, or of none."""
    names = [scenario.name for scenario in pipeline.smoke.scenarios]
    for n, name in enumerate(names):
        if name in names[:n]:
            raise reader.error(f"smoke.scenarios[{n}]", "same-name", name=name)
    if pipeline.load.scenario and pipeline.load.scenario not in names:
        raise reader.error("load.scenario", "no-scenario", name=pipeline.load.scenario, known=names)
