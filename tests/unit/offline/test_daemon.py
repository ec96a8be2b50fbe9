"""Daemons: real processes, found by identity and stopped by deadline."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from offline import daemon as module
from offline.daemon import Daemon
from offline.errors import OfflineError

# A daemon outlives whoever started it, so nobody waits for it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

STUBBORN = "trap '' TERM; echo up; while :; do sleep 0.05; done"
POLITE = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon that does not run yet, and does not run any more after the test."""
    made = Daemon(name="sleeper", pidfile=tmp_path / "run/sleeper.json", log=tmp_path / "log/sleeper.log")
    yield made
    pid = made.pid()
    if pid:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def says(daemon: Daemon, word: str) -> Callable[[], bool]:
    """Whether a word is in the daemon's log."""
    return lambda: word in daemon.log.read_text()


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    return module._started(pid) is not None


def test_a_started_daemon_runs_in_a_session_of_its_own(daemon: Daemon) -> None:
    pid = daemon.start(["sleep", "60"])
    assert daemon.pid() == pid
    assert os.getsid(pid) == pid != os.getsid(0)
    assert Path(f"/proc/{pid}/cwd").readlink() == Path("/")


def test_another_object_finds_it(daemon: Daemon) -> None:
    pid = daemon.start(["sleep", "60"])
    assert Daemon(name="x", pidfile=daemon.pidfile, log=daemon.log).pid() == pid


def test_output_and_variables(daemon: Daemon) -> None:
    daemon.start(["sh", "-c", "echo $GREETING; echo $HOME >&2; exec sleep 60"], env={"GREETING": "hello"})
    daemon.wait_ready(says(daemon, os.environ["HOME"]), 10)
    assert daemon.log.read_text().splitlines() == ["hello", os.environ["HOME"]]


def test_a_log_is_continued_until_it_is_too_long(daemon: Daemon) -> None:
    daemon.log.parent.mkdir(parents=True)
    daemon.log.write_text("earlier\n")
    daemon.start(["sh", "-c", "echo later; exec sleep 60"])
    daemon.wait_ready(says(daemon, "later"), 10)
    assert daemon.log.read_text() == "earlier\nlater\n"
    daemon.stop(10)
    os.truncate(daemon.log, module.LOG_BYTES + 1)
    daemon.start(["sh", "-c", "echo anew; exec sleep 60"])
    daemon.wait_ready(says(daemon, "anew"), 10)
    assert daemon.log.read_text() == "anew\n"


def test_facts_are_kept_with_the_identity(daemon: Daemon) -> None:
    assert daemon.fact("key") is None
    daemon.start(["sleep", "60"], key="abc", ip_forward="0")
    assert (daemon.fact("key"), daemon.fact("ip_forward"), daemon.fact("other")) == ("abc", "0", None)


def test_a_process_of_another_identity_is_not_the_daemon(daemon: Daemon) -> None:
    daemon.start(["sleep", "60"])
    known = json.loads(daemon.pidfile.read_text())
    numbers = (0, -1, 1, "x", None, 2**22 + 1)
    for change in ({"started": "1"}, {"started": None}, *({"pid": number} for number in numbers)):
        daemon.pidfile.write_text(json.dumps({**known, **change}))
        assert daemon.pid() is None, change
        assert daemon.stop(0) is False, change
    assert alive(known["pid"])
    daemon.pidfile.write_text(json.dumps(known))
    assert daemon.pid() == known["pid"]


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "7", "null", '{"pid": 1}'])
def test_a_broken_pidfile_is_no_daemon(daemon: Daemon, text: str) -> None:
    daemon.pidfile.parent.mkdir(parents=True)
    daemon.pidfile.write_text(text)
    assert daemon.pid() is None


def test_a_daemon_that_ended_does_not_run(daemon: Daemon) -> None:
    pid = daemon.start(["true"])
    with pytest.raises(OfflineError):
        daemon.wait_ready(lambda: False, 10)
    assert not alive(pid)
    assert daemon.stop(0) is False


def test_stop_asks_first(daemon: Daemon) -> None:
    pid = daemon.start(["sh", "-c", POLITE])
    daemon.wait_ready(says(daemon, "up"), 10)
    assert daemon.stop(10) is True
    assert not alive(pid)
    assert daemon.log.read_text() == "up\nbye\n"
    assert not daemon.pidfile.exists()
    assert daemon.stop(10) is False


def test_stop_kills_what_does_not_listen(daemon: Daemon) -> None:
    pid = daemon.start(["sh", "-c", STUBBORN])
    daemon.wait_ready(says(daemon, "up"), 10)
    assert daemon.stop(0.1) is True
    assert not alive(pid)
    assert daemon.pid() is None


def test_stop_may_signal_another_process(daemon: Daemon) -> None:
    daemon.start(["sh", "-c", "sh -c 'exec sleep 60' & echo $!; wait; echo ended; exit 0"])
    daemon.wait_ready(says(daemon, "\n"), 10)
    child = int(daemon.log.read_text())
    assert daemon.stop(10, signalled=lambda _: child) is True
    assert not alive(child)
    assert daemon.log.read_text().endswith("ended\n")


def test_stop_of_what_never_ran(daemon: Daemon) -> None:
    assert daemon.stop(0) is False


def test_a_daemon_that_ends_as_it_starts_is_told_with_its_log(daemon: Daemon) -> None:
    daemon.start(["sh", "-c", "echo no such port; exit 1"])
    with pytest.raises(OfflineError) as error:
        daemon.wait_ready(lambda: False, 10)
    assert error.value.what == f"the sleeper ended as it started (log: {daemon.log})\n  | no such port"
    assert error.value.fix.startswith("see the lines above")


def test_a_daemon_that_does_not_answer_is_told_with_its_log(daemon: Daemon) -> None:
    daemon.start(["sh", "-c", "echo thinking; exec sleep 60"])
    daemon.wait_ready(says(daemon, "thinking"), 10)
    with pytest.raises(OfflineError) as error:
        daemon.wait_ready(lambda: False, 0.1)
    assert error.value.what == f"the sleeper did not answer within 0 s (log: {daemon.log})\n  | thinking"
    assert error.value.fix.startswith("`make down`")
    assert daemon.pid() is not None


def test_waiting_ends_when_it_is_ready(daemon: Daemon) -> None:
    daemon.start(["sleep", "60"])
    answers = iter([False, False, True])
    daemon.wait_ready(lambda: next(answers), 10)
    assert next(answers, None) is None


def test_the_time_of_a_start_is_known_while_the_process_runs() -> None:
    started = module._started(os.getpid())
    assert started
    assert int(started) > 0
    assert started == module._started(os.getpid())
    assert module._started(2**22 + 1) is None
