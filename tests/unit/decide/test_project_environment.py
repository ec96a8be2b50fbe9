"""Variables that are not the app's: one table for what a source asks for, and for what the bundle does with each."""

import json
import re
from pathlib import Path

import pytest

from ci.build.base import SURROUNDINGS
from ci.decide.project.environment import declared, names, own
from ci.engine.containers import closure

TABLE = Path(__file__).parents[3] / "ci" / "programs" / "system-variables.json"


@pytest.mark.parametrize(
    "name",
    [
        *("PWD", "OLDPWD", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LC_ALL", "TZ", "PATH", "CI"),
        *("NODE_ENV", "NODE_OPTIONS", "NODE_EXTRA_CA_CERTS", "NODE_TLS_REJECT_UNAUTHORIZED", "SSL_CERT_FILE"),
        *("NEXT_RUNTIME", "NEXT_PHASE", "NEXT_TELEMETRY_DISABLED", "NEXT_PRIVATE_STANDALONE", "__NEXT_ROUTER_BASEPATH"),
        *("NEXT_FONT_GOOGLE_MOCKED_RESPONSES", "TURBOPACK", "npm_lifecycle_event", "TURBO_TOKEN"),
    ],
)
def test_variables_of_the_system_and_of_tools(name: str) -> None:
    assert own(name)
    assert names([f"process.env.{name} + process.env.MINE"]) == ("MINE",)


@pytest.mark.parametrize(
    "name",
    [
        *("NODE_URL", "NODE_API_KEY", "NEXT_PUBLIC_URL", "NEXT_URL", "CI_TOKEN", "USER_ID", "HOME_URL", "TZ_NAME"),
        *("TURBOPUFFER_KEY", "npmrc", "SSL_CERT", "LANGUAGE", "PATHS", "PORT", "HOSTNAME"),
    ],
)
def test_variables_of_the_app(name: str) -> None:
    assert not own(name)
    assert names([f"process.env.{name}"]) == (name,)


def test_a_build_has_what_every_shell_has() -> None:
    shell = re.compile(json.loads(TABLE.read_text("utf-8"))["shell"])
    assert [name for name in SURROUNDINGS if not shell.fullmatch(name)] == []


def test_the_program_that_reads_the_bundle_has_the_same_table() -> None:
    assert TABLE.name in closure("env")


def test_a_file_of_variables() -> None:
    text = "# A=1\nexport B = 'b c' # not c\nD=\nE=e#f\n F=\"1\"\n"
    assert declared(text) == {"B": "b c", "D": "", "E": "e", "F": "1"}
