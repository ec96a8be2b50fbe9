"""The command that repeats a failed run."""

import shlex
from collections.abc import Mapping
from typing import Any

import pytest

from ci.commands.repeat import command, repeatable
from ci.errors import BuildError, PipelineError, PublishError

SOURCE = ("--source", ".")


@pytest.mark.parametrize(
    ("function", "source", "options", "secrets", "written"),
    [
        ("check", SOURCE, {}, (), "dagger call --source . check"),
        (
            "publish",
            ("--git", "https://github.com/me/app#main"),
            {"npm_registry": "https://npm.example.com/", "version": "1.2.3", "address": ""},
            ("npmrc", "registry_password"),
            (
                "dagger call --git 'https://github.com/me/app#main' --npm-registry https://npm.example.com/ "
                "--version 1.2.3 --npmrc env:… --registry-password env:… publish"
            ),
        ),
        (
            "check",
            SOURCE,
            {"platforms": ["linux/amd64", "linux/arm64"]},
            (),
            "dagger call --source . --platforms linux/amd64,linux/arm64 check",
        ),
        ("check", SOURCE, {"platforms": (), "app": None}, (), "dagger call --source . check"),
        ("prove --ref a/b:1", SOURCE, {"app": "my app"}, (), "dagger call --source . --app 'my app' prove --ref a/b:1"),
    ],
)
def test_the_command(
    function: str, source: tuple[str, ...], options: Mapping[str, Any], secrets: tuple[str, ...], written: str
) -> None:
    assert command(function, source, options, secrets) == written


@pytest.mark.parametrize("text", ["a b", "it's", '"', "$(reboot)", "`reboot`", "a;b", "a\\b", "*"])
def test_a_shell_takes_values_as_they_are(text: str) -> None:
    words = shlex.split(command("check", ("--source", text), {"app": text}, ()))
    assert words == ["dagger", "call", "--source", text, "--app", text, "check"]


@pytest.mark.parametrize("error", [BuildError, PublishError])
def test_an_error_ends_with_the_command(error: type[PipelineError]) -> None:
    with pytest.raises(error) as raised, repeatable("dagger call check"):
        raise error("it broke", "mend it")
    assert str(raised.value) == "it broke\n  fix: mend it\n  repeat: dagger call check\n"
    assert (raised.value.what, raised.value.fix) == ("it broke", "mend it")


def test_a_defect_of_the_pipeline_stays_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError), repeatable("dagger call check"):
        _ = 1 / 0
