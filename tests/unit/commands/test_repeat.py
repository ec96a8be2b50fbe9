"""The command that repeats a failed call."""

import csv
import inspect
import shlex
import typing
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import dagger
import pytest

from ci import module
from ci.commands import repeat
from ci.commands.exposed import exposed
from ci.engine.inputs import Checkout
from ci.errors import BuildError, PipelineError, PublishError

COMMIT = "c" * 40
URL = "https://github.com/me/app"


class File(dagger.File):
    """A file that the engine knows by its name only."""

    def __init__(self) -> None:
        """Without an engine."""

    async def name(self) -> str:
        return "a file.yaml"


class Secret(dagger.Secret):
    """A secret that came from somewhere."""

    def __init__(self, address: str = "env://TOKEN") -> None:
        """Without an engine."""
        self.address = address

    async def uri(self) -> str:
        return self.address


class Source(dagger.Directory):
    """A directory that nobody looks into."""

    def __init__(self) -> None:
        """Without an engine."""


class Git(dagger.GitRef):
    """A reference of git."""

    def __init__(self) -> None:
        """Without an engine."""

    def tree(self, **_: Any) -> dagger.Directory:
        return Source()


class Service(dagger.Service):
    """A registry of the caller's machine."""

    def __init__(self) -> None:
        """Without an engine."""


CLASSES = (module.NextDistroless, module.Config, module.Pins)
FUNCTIONS = [
    pytest.param(cls, method, id=f"{cls.__name__}.{name}")
    for cls in CLASSES
    for name, method in vars(cls).items()
    if inspect.iscoroutinefunction(method) and not name.startswith("_")
]
TEXT = "it's $(a) `b`"
LIST = ["A=1,2", 'B="x y"', "linux/arm64"]


def example(hint: Any) -> Any:
    """A value that is no default, of a type."""
    kinds = {dagger.File: File, dagger.Secret: Secret, dagger.GitRef: Git, dagger.Service: Service}
    wanted = [kind for kind in typing.get_args(hint) if kind is not type(None)] or [hint]
    known: dict[Any, Any] = {str: TEXT, int: 7, bool: True, dagger.Directory: Source(), list[str]: LIST}
    return known[wanted[0]] if wanted[0] in known else kinds[wanted[0]]()


def arguments(function: Callable[..., Any]) -> dict[str, Any]:
    """For each argument a value that is no default."""
    hints = typing.get_type_hints(function.__init__ if inspect.isclass(function) else function)
    return {name: example(hint) for name, hint in hints.items() if name != "return"}


SWITCHES = ("--prove", "--fresh", "--profile", "--apply", "--renew", "--try")


def options(words: list[str]) -> dict[str, str]:
    """What a command line says: each option with its value, as `dagger call` reads it."""
    found, rest = {}, iter(words)
    for word in rest:
        if word.startswith("--"):
            found[word] = "" if word in SWITCHES else next(rest)
    return found


def written(value: Any) -> str:
    """How an example reads on the command line."""
    if isinstance(value, list):
        return ",".join('"' + v.replace('"', '""') + '"' if set(v) & set(',"') else v for v in value)
    return {bool: "", File: "./a file.yaml", Secret: "env:TOKEN"}.get(type(value), str(value))


@pytest.mark.parametrize(("cls", "method"), FUNCTIONS)
async def test_every_argument_of_every_function_is_in_its_command(cls: type, method: Callable[..., Any]) -> None:
    constructor = arguments(cls)
    constructor["git" if "git" in constructor else "unused"] = None
    called, given = cls(**{n: v for n, v in constructor.items() if n != "unused"}), arguments(method)
    words = shlex.split(await repeat.command(called, method, given))
    family = [] if cls is module.NextDistroless else [cls.__name__.lower()]
    at = words.index(method.__name__.rstrip("_").replace("_", "-"))
    assert words[:2] == ["dagger", "call"]
    assert words[at - len(family) : at] == family

    before = {n: v for n, v in constructor.items() if n not in {*repeat.UNWRITTEN, "unused"}}
    expected = {f"--{n.replace('_', '-')}": written(v) for n, v in before.items()}
    expected["--source"] = constructor.get("origin", ".")
    if "registry" in constructor:
        expected["--registry"] = "tcp://docker.io"
    assert options(words[2:at]) == expected
    assert options(words[at + 1 :]) == {f"--{n.rstrip('_').replace('_', '-')}": written(v) for n, v in given.items()}
    for value in (v for v in options(words[2:]).values() if '"' in v):
        assert next(csv.reader([value])) == LIST


@pytest.mark.parametrize(("cls", "method"), FUNCTIONS)
async def test_defaults_are_not_in_it(cls: type, method: Callable[..., Any]) -> None:
    defaults = {n: p.default for n, p in inspect.signature(cls).parameters.items() if p.default is not p.empty}
    needed = {n: v for n, v in arguments(cls).items() if n not in defaults}
    given = {
        n: v for n, v in arguments(method).items() if inspect.signature(method).parameters[n].default is inspect._empty
    }
    words = shlex.split(await repeat.command(cls(**needed), method, given, source=False))
    assert set(options(words)) == {f"--{name}" for name in given}


@pytest.mark.parametrize(
    ("constructor", "function", "given", "expected"),
    [
        ({}, "check", {}, "dagger call --source . check"),
        ({"platforms": []}, "check", {}, "dagger call --source . check"),
        (
            {"platforms": ["linux/amd64", "linux/arm64"]},
            "publish",
            {"prove": True},
            "dagger call --source . --platforms linux/amd64,linux/arm64 publish --prove",
        ),
        (
            {"origin": "https://x/y#c:app"},
            "up",
            {"env": ["A=b c"]},
            "dagger call --source 'https://x/y#c:app' up --env 'A=b c'",
        ),
        (
            {"pipeline_file": File(), "app": "my app"},
            "prove",
            {"ref": "a/b:1;reboot"},
            "dagger call --source . --app 'my app' --pipeline-file './a file.yaml' prove --ref 'a/b:1;reboot'",
        ),
        ({"pipeline": "moontv"}, "plan", {}, "dagger call --source . --pipeline moontv plan"),
        (
            {"npmrc": Secret("file:///home/me/.npmrc")},
            "deps",
            {},
            "dagger call --source . --npmrc file:/home/me/.npmrc deps",
        ),
        ({"seed": Secret("op://ci/seed/text")}, "plan", {}, "dagger call --source . --seed op://ci/seed/text plan"),
        *(
            (
                {"registry_password": Secret(address)},
                "names",
                {},
                "dagger call --source . --registry-password env:REGISTRY_PASSWORD names",
            )
            for address in ("cmd://echo s3cret", "")
        ),
        (
            {"registry": Service(), "address": "127.0.0.1:5000/app:1"},
            "publish",
            {},
            "dagger call --source . --address 127.0.0.1:5000/app:1 --registry tcp://127.0.0.1:5000 publish",
        ),
        (
            {"registry": Service()},
            "tags",
            {"repository": "r:1/a"},
            "dagger call --source . --registry tcp://r:1 tags --repository r:1/a",
        ),
    ],
)
async def test_the_command(constructor: dict[str, Any], function: str, given: Mapping[str, Any], expected: str) -> None:
    called = module.NextDistroless(source=Source(), pipelines=Source(), **constructor)
    assert await repeat.command(called, getattr(module.NextDistroless, function), given) == expected


@pytest.mark.parametrize(
    ("asked", "ref", "expected"),
    [
        ("", "refs/heads/main", f"--git '{URL}#{COMMIT}' --git-ref refs/heads/main"),
        ("refs/tags/v2", "refs/tags/v1", f"--git '{URL}#{COMMIT}' --git-ref refs/tags/v2"),
        ("", "", f"--git '{URL}#{COMMIT}'"),
    ],
)
async def test_a_branch_becomes_its_commit(
    monkeypatch: pytest.MonkeyPatch, asked: str, ref: str, expected: str
) -> None:
    async def checkout(*_: Any) -> Checkout:
        return Checkout(source=Source(), revision=COMMIT, ref=ref, url=URL)

    monkeypatch.setattr(repeat, "checkout", checkout)
    called = module.NextDistroless(source=Source(), pipelines=Source(), git=Git(), git_ref=asked)
    assert await repeat.command(called, module.NextDistroless.plan, {}) == f"dagger call {expected} plan"


async def test_a_function_that_reads_no_source_names_none() -> None:
    called = module.NextDistroless(source=Source(), pipelines=Source(), git=Git(), origin="here")
    command = await repeat.command(called, module.NextDistroless.info, {"ref": "a/b"}, source=False)
    assert command == "dagger call info --ref a/b"


class Facade:
    """An object with one function, which fails, and one that reports."""

    raised: ClassVar[Exception]

    def __init__(self, *, app: str = "") -> None:
        self.app = app

    @exposed(cache="never")
    async def fails(self, ref: str, *, prove: bool = False) -> str:
        """Fail."""
        assert ref or prove
        raise self.raised

    @exposed(cache="never")
    async def report(self) -> str:
        """Report."""
        return ""


async def test_an_error_of_which_there_is_a_report_ends_with_its_command() -> None:
    Facade.raised = PublishError("it broke", "repair it")
    Facade.raised.reported = True
    with pytest.raises(PublishError) as raised:
        await Facade(app="a b").fails("x y", prove=True)
    report = "dagger call --source . --app 'a b' facade report export --path report"
    assert str(raised.value).splitlines()[-1] == f"  all findings: {report}"
    assert raised.value.report == report
    assert raised.value.reported


@pytest.mark.parametrize("error", [BuildError, PublishError])
async def test_an_error_ends_with_the_command(error: type[PipelineError], tmp_path: Path) -> None:
    async def state() -> dagger.Container:
        raise AssertionError(tmp_path)

    Facade.raised = error("it broke", "repair it")
    Facade.raised.state = state  # type: ignore[attr-defined]
    with pytest.raises(error) as raised:
        await Facade(app="a b").fails("x y", prove=True)
    command = "dagger call --source . --app 'a b' facade fails --ref 'x y' --prove"
    assert str(raised.value) == f"it broke\n  fix: repair it\n  repeat: {command}\n"
    assert (raised.value.what, raised.value.fix, raised.value.repeat) == ("it broke", "repair it", command)
    assert raised.value.state is state


async def test_a_defect_of_the_pipeline_stays_as_it_is() -> None:
    Facade.raised = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await Facade().fails("x")
