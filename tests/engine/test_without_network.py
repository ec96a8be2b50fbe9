"""In the containers that scanners run in, a program of theirs reaches nobody: neither a service, nor the engine."""

import errno
import json
from pathlib import Path

import dagger
import pytest
from dagger import dag

from ci.decide.pins import load
from ci.engine.containers import LAUNCHER

pytestmark = pytest.mark.engine

TEXT = (Path(__file__).parents[2] / "ci/intool/scan/without_network.py").read_text("utf-8")
PROBE = """
import json, socket, struct
def tried(host, port):
    try:
        socket.create_connection((host, port), 10).close()
        return "connected"
    except OSError as error:
        return error.errno or str(error)
routes = [line.split() for line in open("/proc/net/route")]
gateway = next((socket.inet_ntoa(struct.pack("<L", int(one[2], 16))) for one in routes if one[1] == "00000000"), "")
print(json.dumps({"service": tried("listener", 8000), "gateway": tried(gateway, 53)}))
"""


@pytest.mark.parametrize("name", ["python", "semgrep"])
@pytest.mark.usefixtures("engine")
async def test_a_program_reaches_nobody(name: str) -> None:
    images = {short: reference.partition("@")[0] for short, reference in load().images.items()}
    async with dagger.connection():
        listener = (
            dag.container()
            .from_(images["python"])
            .with_exposed_port(8000)
            .as_service(args=["python3", "-m", "http.server", "8000"])
        )
        container = (
            dag.container()
            .from_(images[name])
            .with_service_binding("listener", listener)
            .with_new_file(LAUNCHER, TEXT)
            .with_new_file("/probe.py", PROBE)
        )
        probe = ["python3", "/probe.py"]
        free = json.loads(await container.with_exec(probe).stdout())
        cut = json.loads(await container.with_exec(["python3", "-I", LAUNCHER, *probe]).stdout())
    assert free["service"] == "connected"
    assert free["gateway"] != errno.ENETUNREACH
    assert cut["service"] == errno.ENETUNREACH
    assert cut["gateway"] == errno.ENETUNREACH
