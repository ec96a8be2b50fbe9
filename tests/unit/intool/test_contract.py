"""``ci/intool/contract``: the bundle of a start, what the app wrote, and how it is asked and ended.

That runc enforces the bundle is for ``tests/engine/test_gates.py``.
"""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ci.intool.common.failure import Failure
from ci.intool.contract import ending, process, surroundings
from ci.intool.contract.bundle import MIB, PROVIDED, Contract, spec
from ci.intool.contract.client import Client, own_address
from ci.intool.contract.container import LOG_BYTES, Container
from ci.intool.contract.observe import observe
from ci.intool.contract.observed import RefusedWrite, Write
from ci.intool.contract.seccomp import PROFILE, seccomp
from ci.intool.contract.start import ready
from ci.intool.contract.wanted import OPENSHIFT, Question, Wanted, wanted
from ci.intool.contract.writes import refused, undeclared, written
from tests.unit.layouts import base_layout

DIGEST = "sha256:" + "ab" * 32
CONFIG: dict[str, Any] = {
    "User": "65532:65532",
    "Env": ["PATH=/nodejs/bin", "NODE_ENV=production", "EQUALS=a=b"],
    "Entrypoint": ["/nodejs/bin/node"],
    "Cmd": ["server.js"],
    "WorkingDir": "/app",
    "Healthcheck": {"Test": ["CMD", "/nodejs/bin/node", "-e", "0"]},
}
GIVEN: dict[str, Any] = {
    "env": {"NODE_ENV": "test", "PASSWORD": "x"},
    "port": 3000,
    "health": "/up",
    "status": 200,
    "others": [],
    "deadline": 20,
    "writable": {"app/data": "directory"},
    "questions": [{"path": "/"}],
    "memory_mb": 256,
    "pids": 200,
}
ASKED = wanted(CONFIG, DIGEST, "amd64", GIVEN)
UNDER = Contract(name="contract", user=65532)

APP = """
const server = require('http').createServer((request, response) => {
  if (request.url === '/up') return response.end('up')
  if (request.url === '/login') return response.setHeader('set-cookie', ['a=1; Path=/', 'b=2']).end()
  if (request.url === '/cookie') return response.setHeader('x-powered-by', request.headers.cookie ?? 'none').end()
  if (request.url === '/reset') return request.socket.destroy()
  if (request.url === '/short') return response.end('done')
  if (request.url === '/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const tick = setInterval(() => response.write('data: 1\\n\\n'), 20)
    process.on('SIGTERM', () => { clearInterval(tick); response.end() })
    return
  }
  let body = ''
  request.on('data', (data) => { body += data })
  request.on('end', () => { response.statusCode = body === '{"a":1}' ? 201 : 500; response.end() })
})
server.listen(0, () => console.log(server.address().port))
process.on('SIGTERM', () => {
  if (process.argv[1] === 'drops') process.exit(3)
  if (process.argv[1] !== 'stays') server.close()
})
"""


class OnThisMachine(Container):
    """A process in place of a container of runc."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.began = time.monotonic()

    def lines(self) -> list[str]:
        """Nothing."""
        return []

    def _kill(self, name: str) -> None:
        self._process.send_signal(signal.Signals[f"SIG{name}"])

    def remove(self) -> int:
        """End it."""
        if self.code is None:
            self._kill("KILL")
        return self._process.wait(10)


Run = Callable[[str], tuple[OnThisMachine, Client]]


@pytest.fixture
def app(node: str) -> Iterator[Run]:
    """Start an app; gives it and a client."""
    running: list[subprocess.Popen[str]] = []

    def run(how: str) -> tuple[OnThisMachine, Client]:
        started = subprocess.Popen([node, "-e", APP, how], stdout=subprocess.PIPE, text=True)
        running.append(started)
        assert started.stdout
        return OnThisMachine(started), Client("127.0.0.1", int(started.stdout.readline()))

    yield run
    for one in running:
        one.kill()
        one.communicate()


# The bundle


def test_the_image_is_started_by_its_own_configuration_with_the_scenarios_variables() -> None:
    assert ASKED.argv == ("/nodejs/bin/node", "server.js")
    assert ASKED.env == {"PATH": "/nodejs/bin", "NODE_ENV": "test", "EQUALS": "a=b", "PASSWORD": "x"}
    assert ASKED.own == {"PATH": "/nodejs/bin", "NODE_ENV": "production", "EQUALS": "a=b"}
    assert (ASKED.user, ASKED.cwd, ASKED.healthcheck) == (65532, "/app", ("/nodejs/bin/node", "-e", "0"))
    bare = wanted({}, DIGEST, "amd64", GIVEN)
    assert (bare.user, bare.cwd, bare.healthcheck) == (0, "/", ())


def test_the_unknown_user_follows_from_the_image() -> None:
    assert ASKED.anyone == wanted(CONFIG, DIGEST, "amd64", GIVEN).anyone >= OPENSHIFT
    assert replace(ASKED, digest="sha256:" + "cd" * 32).anyone != ASKED.anyone
    assert replace(ASKED, digest="sha256:" + "ff" * 32).anyone < 2**31


def test_under_the_contract_nothing_but_declared_paths_can_be_written() -> None:
    bundle = spec(ASKED, UNDER, "/root", {"app/data": "/run/data"}, ["/etc/hosts"])
    assert bundle["root"] == {"path": "/root", "readonly": True}
    writable = [
        mount["destination"]
        for mount in bundle["mounts"]
        if "ro" not in mount["options"] and not mount["destination"].startswith(("/proc", "/dev"))
    ]
    assert writable == ["/tmp", "/app/data"]  # noqa: S108  in the container
    assert bundle["process"]["user"] == {"uid": 65532, "gid": 65532}


def test_under_the_contract_the_app_has_no_rights() -> None:
    bundle = spec(ASKED, UNDER, "/root", {}, [])
    process_, linux = bundle["process"], bundle["linux"]
    assert set(process_["capabilities"]) == {"bounding", "effective", "inheritable", "permitted", "ambient"}
    assert not any(process_["capabilities"].values())
    assert process_["noNewPrivileges"] is True
    assert linux["resources"] == {
        "memory": {"limit": 256 * MIB, "swap": 256 * MIB},
        "pids": {"limit": 200},
        "devices": [{"allow": False, "access": "rwm"}],
    }
    assert "network" not in [one["type"] for one in linux["namespaces"]]
    assert linux["seccomp"]["defaultAction"] == "SCMP_ACT_ERRNO"


def test_the_start_that_finds_writes_can_write_everywhere_and_has_the_same_limits() -> None:
    free = replace(UNDER, read_only=False, everywhere=True)
    bundle = spec(ASKED, free, "/root", {}, [])
    assert bundle["root"]["readonly"] is False
    assert "CAP_DAC_OVERRIDE" in bundle["process"]["capabilities"]["effective"]
    assert bundle["linux"] == spec(ASKED, UNDER, "/root", {}, [])["linux"]
    without = spec(ASKED, replace(free, limited=False), "/root", {}, [])["linux"]
    assert not {"resources", "cgroupsPath"} & without.keys()


@pytest.mark.parametrize("architecture", ["amd64", "arm64"])
def test_the_filter_allows_what_is_listed_and_nothing_that_needs_a_capability(architecture: str) -> None:
    profile = seccomp(architecture)
    allowed = {name for rule in profile["syscalls"] if rule["action"] == "SCMP_ACT_ALLOW" for name in rule["names"]}
    assert {"openat", "futex", "socket", "clone", "io_uring_setup"} & allowed == {"openat", "futex", "socket", "clone"}
    assert not {"mount", "unshare", "setns", "bpf", "kexec_load", "init_module", "clone3"} & allowed
    assert [(rule["names"], rule["errnoRet"]) for rule in profile["syscalls"] if "errnoRet" in rule] == [
        (["clone3"], 38)
    ]
    assert all("args" in rule for rule in profile["syscalls"] if rule["names"] in (["clone"], ["socket"]))


def test_the_list_of_calls_is_sorted_and_names_each_once() -> None:
    names = PROFILE["names"]
    assert names == sorted(set(names))


# What the app wrote


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Files of an image."""
    place = tmp_path / "image"
    for path in ("app/public/manifest.json", "app/.next/server/app/index.html", "etc/passwd"):
        file = place / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("{}")
    return place


def test_paths_that_were_written_are_listed_exactly(tmp_path: Path, image: Path) -> None:
    upper = tmp_path / "upper"
    for path in (
        "app/public/manifest.json",
        "app/.next/server/app/index.html",
        "app/.next/cache/images/a/1.webp",
        "app/.next/cache/images/b/2.webp",
        "app/data.db",
        "etc/hosts",
        "var/run/app.pid",
    ):
        file = upper / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    for path in ("proc", "dev", "sys"):
        (upper / path).mkdir()
    assert written(upper, image) == (
        Write(path="app/.next/cache", kind="created", directory=True),
        Write(path="app/.next/server/app/index.html", kind="changed"),
        Write(path="app/data.db", kind="created"),
        Write(path="app/public/manifest.json", kind="changed"),
        Write(path="var", kind="created", directory=True),
    )


def test_a_directory_that_the_runtime_alone_made_is_not_the_apps(tmp_path: Path) -> None:
    upper, lower = tmp_path / "upper", tmp_path / "lower"
    lower.mkdir()
    for path in PROVIDED:
        (upper / path).parent.mkdir(parents=True, exist_ok=True)
        (upper / path).touch()
    assert written(upper, lower) == ()
    (upper / "etc/own").touch()
    assert written(upper, lower) == (Write(path="etc", kind="created", directory=True),)


def test_declared_paths_and_temporary_files_are_allowed() -> None:
    writes = [Write(path=path, kind="created") for path in ("app/data", "app/data/x", "app/database", "tmp/a")]
    assert [one.path for one in undeclared(writes, {"app/data": "directory"})] == ["app/database"]


def test_writes_that_failed_are_read_from_the_log() -> None:
    log = [
        "listening",
        "  EROFS: read-only file system, open '/app/data.json'  ",
        "Error: EROFS: read-only file system, open '/app/data.json'",
        "Error: ENOENT: no such file or directory, mkdir '/app/.next/cache/images'",
        "Error: ENOENT: no such file or directory, open '/app/missing'",
        'sqlite: unable to open "/app/db": Read-only file system',
        "  code: 'EROFS',",
        "EACCES: permission denied, unlink '/app/x'",
    ]
    assert [one.path for one in refused(log)] == ["app/data.json", "app/.next/cache/images", "app/db", "app/x"]
    assert refused(log)[0] == RefusedWrite(
        path="app/data.json", line="EROFS: read-only file system, open '/app/data.json'"
    )


def test_a_declared_path_starts_with_the_images_own_content(
    tmp_path: Path, image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(surroundings, "WORK", tmp_path / "work")
    declared = {"app/public/manifest.json": "file", "app/.next": "directory"}
    places = surroundings.writable("contract", image, declared, os.getuid())
    assert Path(places["app/public/manifest.json"]).read_text() == "{}"
    assert (Path(places["app/.next"]) / "server/app/index.html").is_file()
    Path(places["app/public/manifest.json"]).write_text("changed")
    assert (image / "app/public/manifest.json").read_text() == "{}"


def test_of_a_long_log_the_end_is_read(tmp_path: Path) -> None:
    runc = tmp_path / "runc"
    runc.write_text(f"#!/bin/sh\n[ \"$3\" = run ] || exit 0\nhead -c {LOG_BYTES} /dev/zero\nprintf '\\nlast'\n")
    runc.chmod(0o755)
    container = Container(str(runc), tmp_path, {}, limited=True)
    assert container.ended(20)
    assert container.lines()[-1] == "last"
    assert len(container.lines()[0]) == LOG_BYTES - len("\nlast")
    assert json.loads((tmp_path / "config.json").read_text()) == {}


# How it is asked


def test_answers_have_what_is_judged_and_cookies_are_kept(app: Run) -> None:
    _, client = app("")
    assert client.ask(Question(path="/login")).headers == {"set-cookie": "set"}
    assert client.ask(Question(path="/cookie")).headers == {"x-powered-by": "a=1; b=2"}
    assert client.ask(Question(path="/cookie", cookies=False)).headers == {"x-powered-by": "none"}
    assert client.ask(Question(path="/x", method="POST", json='{"a":1}', status=201)).status == 201
    broken = client.ask(Question(path="/reset"))
    assert (broken.status, broken.expected) == (0, 200)
    assert broken.problem


def test_an_address_of_this_machine_is_taken() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind((own_address(), 0))


def test_an_app_is_ready_when_its_health_path_or_another_answers(app: Run) -> None:
    watch = process.Outgoing("127.0.0.1", 1)
    container, client = app("")
    assert ready(container, client, replace(ASKED, port=client.port), watch) == ""
    sick = replace(ASKED, health="/x", deadline=1)
    assert "(the last answer was 500)" in ready(container, client, sick, watch)
    container.began = time.monotonic()
    assert ready(container, client, replace(sick, others=("/x", "/up"), deadline=2), watch) == ""
    container.remove()
    container.began = time.monotonic()
    assert "the container ended (exit code -9)" in ready(container, client, sick, watch)


# How it ends


def test_an_idle_app_ends(app: Run) -> None:
    container, _ = app("")
    stop = ending.idle(container)
    assert (stop.during, stop.code, stop.killed) == ("nothing", 0, False)


def test_an_app_that_ignores_the_signal_is_killed(app: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "LIMIT", 0.2)
    container, _ = app("stays")
    assert ending.idle(container).killed


POST = Question(path="/x", method="POST", json='{"a":1}', status=201)


@pytest.mark.parametrize(
    ("how", "questions", "finished"),
    [
        ("", (POST,), 201),
        ("", (Question(path="/"),), 200),
        ("drops", (POST,), 0),
    ],
)
def test_a_request_that_is_open_at_the_signal_is_finished_or_not(
    app: Run, monkeypatch: pytest.MonkeyPatch, how: str, questions: tuple[Question, ...], finished: int
) -> None:
    monkeypatch.setattr(ending, "OPEN", 0.6)
    container, client = app(how)
    stop = ending.request(container, client, replace(ASKED, questions=questions))
    assert (stop.during, stop.finished, stop.refused) == ("request", finished, True)
    assert stop.code == (0 if finished else 3)
    assert bool(stop.problem) == (finished == 0)


def test_an_answer_other_than_the_expected_one_is_a_problem(app: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "OPEN", 0.6)
    container, client = app("")
    stop = ending.request(container, client, replace(ASKED, questions=(replace(POST, status=400),)))
    assert stop.problem == "the answer was 201, not 400"


def test_an_app_that_goes_on_takes_new_connections(app: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "OPEN", 0.6)
    monkeypatch.setattr(ending, "LIMIT", 1)
    container, client = app("stays")
    stop = ending.request(container, client, replace(ASKED, questions=(POST,)))
    assert (stop.refused, stop.killed) == (False, True)


def test_a_stream_is_open_at_the_signal_or_it_says_so(app: Run) -> None:
    container, client = app("")
    stop = ending.stream(container, client, Question(path="/stream", stream=True))
    assert (stop.during, stop.open_then, stop.killed) == ("stream", True, False)
    container, client = app("")
    assert not ending.stream(container, client, Question(path="/short", stream=True)).open_then


def test_the_first_stream_of_a_scenario_is_taken() -> None:
    one, two = Question(path="/a"), Question(path="/b", stream=True)
    assert ending.first_stream([one, two]) == two
    assert ending.first_stream([one]) is None


# What the kernel says


def test_the_rights_of_a_process_are_the_kernels() -> None:
    seen = process.rights(os.getpid())
    assert seen
    assert (seen.uid, seen.gid) == (os.getuid(), os.getgid())
    assert "python" in Path(seen.program).name
    assert process.rights(2**22 + 1) is None


def test_ended_processes_that_nobody_waited_for_are_counted() -> None:
    child = subprocess.Popen(["true"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert child.pid in process.zombies(os.getpid())
    child.wait()
    assert child.pid not in process.zombies(os.getpid())


MOUNTS = """\
30 20 0:26 /outer/one /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
31 20 0:27 /outer/one /sys/fs/cgroup/cpu,cpuacct rw,nosuid - cgroup cgroup rw,cpu,cpuacct
32 20 0:28 / /sys/fs/cgroup/unified rw,nosuid - cgroup2 cgroup2 rw
33 20 0:29 / /proc rw - proc proc rw
"""


def test_control_groups_are_found_where_they_are_mounted() -> None:
    found = process.hierarchies(MOUNTS)
    assert found["memory"] == ("/outer/one", Path("/sys/fs/cgroup/memory"))
    assert found["cpuacct"] == ("/outer/one", Path("/sys/fs/cgroup/cpu,cpuacct"))
    assert found[""] == ("/", Path("/sys/fs/cgroup/unified"))


@pytest.mark.parametrize(
    ("groups", "mounts", "file"),
    [
        (
            "5:memory:/outer/one/app\n0::/\n",
            "30 20 0:26 /outer/one {} rw - cgroup cgroup rw,memory",
            "memory.limit_in_bytes",
        ),
        ("0::/app\n", "30 20 0:26 / {} rw - cgroup2 cgroup2 rw", "memory.max"),
    ],
)
def test_limits_are_read_in_both_hierarchies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, groups: str, mounts: str, file: str
) -> None:
    for path, text in (("7/cgroup", groups), ("self/mountinfo", mounts.format(tmp_path)), (f"app/{file}", "512\n")):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    monkeypatch.setattr(process, "PROC", tmp_path)
    assert process.limits(7) == (512, 0)
    (tmp_path / "app" / file).write_text("max")
    assert process.limits(7) == (0, 0)
    assert process.limits(8) == (0, 0)


def test_control_groups_that_cannot_be_made_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "GROUPS", tmp_path)
    kind, why = surroundings.groups()
    assert kind == ""
    assert "No such file or directory" in why
    for name in surroundings.CONTROLLERS:
        (tmp_path / name).mkdir()
    assert surroundings.groups() == ("cgroup v1", "")
    (tmp_path / "cgroup.controllers").write_text("")
    kind, why = surroundings.groups()
    assert kind == ""
    assert "cgroup.procs" in why
    (tmp_path / "cgroup.procs").write_text(f"{os.getpid()}\n")
    assert surroundings.groups() == ("cgroup v2", "")
    assert (tmp_path / "cgroup.subtree_control").read_text() == "+memory +pids"


TABLE = """\
  sl  local_address rem_address   st
   0: 00000000:0BB8 00000000:0000 0A
   1: 0200000A:0BB8 0900000A:C001 01
   2: 0200000A:C002 070200C0:01BB 02
   3: 0100007F:C003 0100007F:0BB8 01
   4: 0200000A:C004 0200000A:0BB8 06
"""
TABLE_6 = """\
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0BB8 00000000000000000000000000000000:0000 0A
   1: B80D0120000000000000000002000000:C001 B80D0120000000000000000001000000:0050 02
   2: 0000000000000000FFFF00000200000A:C002 0000000000000000FFFF0000080200C0:01BB 01
   3: 00000000000000000000000001000000:C003 00000000000000000000000001000000:0BB8 01
"""


LISTENING = "".join(TABLE.splitlines(keepends=True)[:2])


def kernel(home: Path, tcp: str, sent: int, packets: int) -> None:
    """Files of ``/proc/net``."""
    net = home / "net"
    net.mkdir(exist_ok=True)
    (net / "tcp").write_text(tcp)
    (net / "tcp6").write_text(TABLE_6 if tcp == TABLE else LISTENING)
    (net / "snmp").write_text(f"Tcp: A\nTcp: 1\nUdp: InDatagrams OutDatagrams\nUdp: 5 {sent}\nUdpLite: A\n")
    counters = " ".join(["0"] * 9)
    (net / "dev").write_text(f"Inter-|\n face |\n    lo: {counters} 99 0\n  eth0: {counters} {packets} 0\n")


def test_connections_to_others_are_seen_and_loopback_and_answers_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PROC", tmp_path)
    kernel(tmp_path, LISTENING, 2, 7)
    outgoing = process.Outgoing("10.0.0.2", 3000)
    kernel(tmp_path, TABLE, 4, 9)
    outgoing.look()
    kernel(tmp_path, LISTENING, 4, 9)
    assert outgoing.found() == (("192.0.2.7:443", "192.0.2.8:443", "2001:db8::1:80"), 2)


def test_datagrams_that_stay_on_loopback_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "PROC", tmp_path)
    kernel(tmp_path, LISTENING, 2, 7)
    outgoing = process.Outgoing("10.0.0.2", 3000)
    kernel(tmp_path, LISTENING, 4, 7)
    assert outgoing.found() == ((), 0)


def test_the_counters_of_this_kernel_can_be_read() -> None:
    before = process.datagrams()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"x", ("127.0.0.1", 9))
    assert process.datagrams() > before
    assert process.packets() >= 0
    process.Outgoing("127.0.0.1", 1).look()


# The operation


def test_what_an_engine_does_not_let_start_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing() -> None:
        raise Failure("mount: permission denied", "")

    monkeypatch.setattr(surroundings, "prepare", refusing)
    report = observe(str(base_layout(tmp_path)), "linux/amd64", "/nowhere", "runc", **GIVEN)
    assert report["unavailable"] == "mount: permission denied"
    assert json.dumps(report)


def test_a_platform_that_the_layout_does_not_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="linux/arm64"):
        observe(str(base_layout(tmp_path)), "linux/arm64", "/nowhere", "runc", **GIVEN)


def test_the_arguments_are_those_of_a_start() -> None:
    assert isinstance(ASKED, Wanted)
    with pytest.raises(TypeError):
        wanted(CONFIG, DIGEST, "amd64", {**GIVEN, "questions": [{"url": "/"}]})
