"""A workflow of GitHub Actions that builds an image with Docker's actions."""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import yaml

from ci.decide import tags
from ci.decide.config.model import PLATFORMS
from ci.decide.config.nodes import compose
from ci.decide.migrate import labels, tree
from ci.decide.migrate.compose import Build
from ci.decide.migrate.result import Findings
from ci.decide.migrate.words import Text
from ci.intool.common import reference

ACTION = "docker/build-push-action"
"""What a workflow has to use."""

_META = "docker/metadata-action"
_EXPRESSION = re.compile(r"\$\{\{\s*([^{}]*?)\s*\}\}")
_QUIET = frozenset(
    [
        "context",
        "file",
        "push",
        "load",
        "tags",
        "labels",
        "platforms",
        "target",
        "build-args",
        "provenance",
        "sbom",
        "builder",
        "pull",
        "github-token",
        "outputs",
        "annotations",
        "no-cache",
        "call",
    ]
)
_MEANT = {
    "cache-from": "the cache is `--cache` (docs/how-to/registry-cache.md)",
    "cache-to": "the cache is `--cache` (docs/how-to/registry-cache.md)",
    "secrets": "no build gets secrets: `build.dummies` stand for them, `--npmrc` is for registries",
    "secret-files": "no build gets secrets: `build.dummies` stand for them, `--npmrc` is for registries",
    "ssh": "dependencies come from registries, with `--npmrc`",
    "build-contexts": "the build has one source",
    "network": "the build has the engine's network",
}


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A workflow that was read.

    Attributes:
        path: of the file.
        step: that builds the image; None where there is none.
        meta: step of docker/metadata-action in its job; None where there is none.
        env: variables of the workflow and of the job.
        matrix: values by name.
        build: how the image is built.
        others: lines of further steps that build images.
        releases: whether a release or a git tag starts it.
    """

    path: str
    step: yaml.Node | None
    meta: yaml.Node | None
    env: Mapping[str, str]
    matrix: Mapping[str, tuple[str, ...]]
    build: Build
    others: tuple[int, ...]
    releases: bool = False


def read(text: str, path: str, dockerfile: str) -> Workflow:
    """Read a workflow, and find the step that builds an image.

    Args:
        text: its content.
        path: of the file.
        dockerfile: that the step should build; empty for any.

    Raises:
        ConfigError: not YAML.
    """
    root = compose(text, path)
    found = [
        (step, job)
        for job in tree.entries(tree.at(root, "jobs")).values()
        for step in tree.items(tree.at(job, "steps"))
        if _uses(step, ACTION)
    ]
    fitting = [one for one in found if dockerfile and _file(one[0]) == dockerfile] or found
    if not fitting:
        return Workflow(path=path, step=None, meta=None, env={}, matrix={}, build=Build(), others=())
    step, job = fitting[0]
    env = {
        name: value
        for node in (root, job)
        for name, (value, _) in tree.variables(tree.at(node, "env")).items()
        if value is not None
    }
    meta = next((one for one in tree.items(tree.at(job, "steps")) if _uses(one, _META)), None)
    given = tree.at(step, "with")
    return Workflow(
        path=path,
        step=step,
        meta=meta,
        env=env,
        matrix=_matrix(tree.at(job, "strategy", "matrix")),
        build=Build(
            context=_context(given),
            dockerfile=_file(step),
            target=tree.text(tree.at(given, "target")),
            arguments={
                name: (value, f"{path}:{number}")
                for name, (value, number) in tree.variables(tree.at(given, "build-args")).items()
                if value is not None and "${{" not in value
            },
        ),
        others=tuple(tree.line(one) for one, _ in found if one is not step),
        releases=tree.at(root, "on", "release") is not None or tree.at(root, "on", "push", "tags") is not None,
    )


def carry(file: Workflow, findings: Findings) -> None:  # noqa: C901  one branch for each form of the language
    """Carry over platforms, repository, tags and labels.

    Args:
        file: the workflow.
        findings: get it.
    """
    if file.step is None:
        findings.remark(file.path, f"no step uses {ACTION}")
        return
    given = tree.entries(tree.at(file.step, "with"))
    _platforms(file, given.get("platforms"), findings)
    _names(file, given.get("tags"), findings)
    for node in (given.get("labels"), tree.at(file.meta, "with", "labels")):
        for text, number in tree.listed(node):
            name, equals, value = text.partition("=")
            if equals and "${{" not in name:
                labels.carry(name, Text(value=value), f"{file.path}:{number}", findings)
    for name, node in given.items():
        place = f"{file.path}:{tree.line(node)}"
        if name in _MEANT:
            findings.remark(place, f"{name}: {_MEANT[name]}")
        elif name not in _QUIET:
            findings.remark(place, f"{name[:60]}: the pipeline has no such setting")
    for name, (argument, number) in tree.variables(given.get("build-args")).items():
        if argument is not None and "${{" in argument:
            what = "set it in `build.env` if it is the same for every release; secrets are not for a build"
            findings.remark(f"{file.path}:{number}", f"build argument {name[:60]} comes from an expression: {what}")
    for number in file.others:
        findings.remark(
            f"{file.path}:{number}", "a further image or repository: a run has one; call `publish` again with --address"
        )


def _platforms(file: Workflow, node: yaml.Node | None, findings: Findings) -> None:
    for text, number in tree.listed(node):
        for part in text.split(","):
            for platform in _values(part.strip(), file):
                place = f"{file.path}:{number}"
                known = "linux/arm64" if platform == "linux/arm64/v8" else platform
                if known in PLATFORMS:
                    findings.add("platforms", known, place)
                elif platform:
                    findings.remark(
                        place, f"platform {platform[:60]}: distroless images are {' and '.join(PLATFORMS)} here"
                    )


def _names(file: Workflow, node: yaml.Node | None, findings: Findings) -> None:  # noqa: C901, PLR0912  one branch for each form of the language
    """Repository and tags: by docker/metadata-action, or as they are written."""
    meta = tree.entries(tree.at(file.meta, "with"))
    repositories: dict[str, str] = {}
    for text, number in tree.listed(meta.get("images")):
        for part in text.split(","):
            name = part.strip().removeprefix("name=")
            if name and not name.startswith("enable="):
                _repository(file, name, f"{file.path}:{number}", repositories, findings)
    rules = tree.listed(meta.get("tags"))
    if file.meta is not None and not rules:
        rules = [(rule, tree.line(file.meta)) for rule in tags.METADATA_ACTION]
    for rule, number in rules:
        _rule(rule, f"{file.path}:{number}", "release.tags", findings)
    for rule, number in tree.listed(meta.get("flavor")):
        _rule(rule, f"{file.path}:{number}", "release.flavor", findings)
    if findings.get("release.tags") == tags.DEFAULT:
        findings.drop("release.tags")
    if file.meta is None:
        for text, number in tree.listed(node):
            for part in text.split(","):
                _written(file, part.strip(), f"{file.path}:{number}", repositories, findings)
    for number, (name, place) in enumerate(repositories.items()):
        if number == 0:
            findings.carry("image.repository", name, place)
        else:
            findings.remark(place, f"{name}: a run pushes to one repository; call `publish` again with --address")


def _written(file: Workflow, text: str, place: str, repositories: dict[str, str], findings: Findings) -> None:
    """A tag with its repository."""
    whole = _resolved(text, file)
    named = reference.parse(whole)
    if not text:
        return
    if "${{" in named.name or not named.name:
        findings.remark(place, f"`{text[:90]}` depends on the run: write `image.repository` and `release.tags`")
        return
    _repository(file, named.name, place, repositories, findings)
    if "${{" in named.tag:
        findings.remark(place, f"the tag `{named.tag[:90]}` depends on the run: write a rule of `release.tags`")
    elif named.tag:
        _rule(f"type=raw,value={named.tag}", place, "release.tags", findings)


def _repository(file: Workflow, name: str, place: str, repositories: dict[str, str], findings: Findings) -> None:
    whole = _resolved(name, file)
    if "${{" in whole:
        findings.remark(
            place, f"the repository `{whole[:90]}` depends on the run: write `image.repository` or pass --address"
        )
    else:
        repositories.setdefault(whole, place)


def _rule(rule: str, place: str, key: str, findings: Findings) -> None:
    if rule.startswith("#"):
        return
    if "${{" in rule:
        findings.remark(
            place, f"`{rule[:110]}` has an expression of GitHub: write it with those of docs/reference/tags.md"
        )
        return
    try:
        if key == "release.tags":
            tags.parse([rule])
        else:
            tags.flavor([rule])
    except ValueError as problem:
        findings.remark(place, f"`{rule[:90]}`: {problem}")
        return
    findings.add(key, rule, place)


def _resolved(text: str, file: Workflow) -> str:
    """A text with the values of the workflow's own variables; other expressions stay."""

    def value(found: re.Match[str]) -> str:
        name = found[1].removeprefix("env.")
        known = file.env.get(name, "") if found[1].startswith("env.") else ""
        return known if known and "${{" not in known else found[0]

    return _EXPRESSION.sub(value, text)


def _values(text: str, file: Workflow) -> Iterable[str]:
    """A value, or each that a matrix gives it."""
    found = _EXPRESSION.fullmatch(text)
    if found and found[1].startswith("matrix."):
        return file.matrix.get(found[1].removeprefix("matrix."), (text,))
    return [part.strip() for part in _resolved(text, file).split(",")]


def _matrix(node: yaml.Node | None) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, value in _pairs(node):
        if value and value not in found.get(name, ()):
            found[name] = (*found.get(name, ()), value)
    return found


def _pairs(node: yaml.Node | None) -> Iterator[tuple[str, str]]:
    for name, value in tree.entries(node).items():
        for one in tree.items(value):
            if name == "include":
                yield from ((inner, tree.text(text)) for inner, text in tree.entries(one).items())
            else:
                yield name, tree.text(one)
                yield from ((f"{name}.{inner}", tree.text(text)) for inner, text in tree.entries(one).items())


def _uses(step: yaml.Node, action: str) -> bool:
    return tree.text(tree.at(step, "uses")).partition("@")[0] == action


def _context(given: yaml.Node | None) -> str:
    context = tree.text(tree.at(given, "context")) or "."
    return "." if "${{" in context or "://" in context else posixpath.normpath(context)


def _file(step: yaml.Node) -> str:
    given = tree.at(step, "with")
    named = tree.text(tree.at(given, "file"))
    return posixpath.normpath(named) if named else posixpath.normpath(posixpath.join(_context(given), "Dockerfile"))
