"""``unreached.cjs``: hosts that `fetch` cannot connect to are printed."""

import subprocess

import pytest

from ci.decide.diagnose import diagnose
from tests.unit.conftest import PROGRAMS

CAUGHT = "const ask = (url) => fetch(url).catch((error) => console.error(String(error)))"


def run(script: str) -> str:
    argv = ["node", "--require", str(PROGRAMS / "unreached.cjs"), "-e", f"{CAUGHT}; {script}"]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize(
    "script",
    [
        "ask('https://api.nowhere.invalid/v1').then(() => ask('https://api.nowhere.invalid/v2'))",
        "new (require('worker_threads').Worker)(`fetch('https://api.nowhere.invalid').catch(console.error)`,{eval:true})",
    ],
)
def test_a_host_is_named_once(script: str) -> None:
    printed = run(script)
    lines = [line for line in printed.splitlines() if line.startswith("no connection to ")]
    assert len(lines) == 1
    cause = diagnose(printed)
    assert cause
    assert (cause.id, cause.facts["host"]) == ("cause.host", "api.nowhere.invalid")


def test_an_address_that_refuses_is_named_with_its_port() -> None:
    listening = (
        "const s = require('net').createServer().listen(0, '127.0.0.1', () => { const { port } = s.address(); s.close("
    )
    printed = run(f"{listening} () => ask(`http://127.0.0.1:${{port}}/`)) }})")
    cause = diagnose(printed)
    assert cause
    assert cause.id == "cause.loopback"
    assert str(cause.facts["host"]).startswith("127.0.0.1:")


def test_nothing_is_printed_where_a_server_answers() -> None:
    server = "const s = require('http').createServer((_, a) => a.end('ok')).listen(0, '127.0.0.1', async () => {"
    assert (
        run(f"{server} await ask(`http://127.0.0.1:${{s.address().port}}/`); s.close(); s.closeAllConnections() }})")
        == ""
    )
