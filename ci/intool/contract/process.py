"""What the kernel says of a process, of its control group, and of the network around it."""

import ipaddress
from collections.abc import Iterable, Iterator
from pathlib import Path

from ci.intool.contract.observed import Rights

PROC = Path("/proc")
FILTER = "2"
"""Value of ``Seccomp`` where a filter holds (proc(5))."""

SENT = 9
"""Position of the packets that were sent in a line of ``/proc/net/dev``."""

SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


class Outgoing:
    """Watches what processes of this network open to others.

    Args:
        own: addresses of this machine, beside loopback.
        port: that the app listens on: connections to it are not its own.
    """

    def __init__(self, own: str, port: int) -> None:
        self._own, self._port = own, port
        self._before, self._datagrams, self._packets = self._others(), datagrams(), packets()
        self._seen: set[str] = set()

    def look(self) -> None:
        """Take down which connections there are now; a closed one stays for a while (tcp(7), TIME_WAIT)."""
        self._seen |= self._others() - self._before

    def found(self) -> tuple[tuple[str, ...], int]:
        """Addresses of others that were connected to, and datagrams that were sent if anything left loopback."""
        self.look()
        sent = datagrams() - self._datagrams if packets() > self._packets else 0
        return tuple(sorted(self._seen)), sent

    def _others(self) -> set[str]:
        texts = [path.read_text("utf-8") for name in ("tcp", "tcp6") if (path := PROC / "net" / name).is_file()]
        return {
            f"{to}:{port}"
            for text in texts
            for from_port, to, port in connections(text)
            if from_port != self._port and str(to) != self._own and not to.is_loopback and not to.is_unspecified
        }


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def connections(table: str) -> Iterator[tuple[int, Address, int]]:
    """Own port, and address and port of the other end, of each socket of ``/proc/net/tcp`` or ``tcp6``. Pure."""
    for line in table.splitlines()[1:]:
        own, other = line.split()[1:3]
        host, _, port = other.partition(":")
        words = [host[start : start + 8] for start in range(0, len(host), 8)]
        data = b"".join(bytes.fromhex(word)[::-1] for word in words)
        address = ipaddress.ip_address(data)
        yield int(own.rpartition(":")[2], 16), getattr(address, "ipv4_mapped", None) or address, int(port, 16)


def status(pid: int) -> dict[str, str]:
    """The fields of ``/proc/PID/status``; none where the process ended."""
    try:
        lines = (PROC / str(pid) / "status").read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def rights(pid: int) -> Rights | None:
    """What a process may do; None where it ended."""
    fields = status(pid)
    if not fields:
        return None
    try:
        program = str((PROC / str(pid) / "exe").readlink())
    except OSError:
        program = ""
    capabilities = 0
    for name in SETS:
        capabilities |= int(fields.get(name, "0"), 16)
    return Rights(
        uid=int(fields["Uid"].split()[0]),
        gid=int(fields["Gid"].split()[0]),
        capabilities=capabilities,
        no_new_privileges=fields.get("NoNewPrivs") == "1",
        seccomp=fields.get("Seccomp") == FILTER,
        first=fields["NSpid"].split()[-1] == "1",
        program=program,
    )


def zombies(pid: int) -> frozenset[int]:
    """Ended processes of the container that nobody waited for yet.

    Args:
        pid: of its process 1.
    """
    return frozenset(one for one in members(pid) if status(one).get("State", "").startswith("Z"))


def members(pid: int) -> tuple[int, ...]:
    """All processes of the container that runs, as seen from here; one runs at a time.

    Args:
        pid: of its process 1.
    """
    depth = len(status(pid).get("NSpid", "").split())
    others = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal()] if depth else []
    return tuple(one for one in others if len(status(one).get("NSpid", "").split()) >= depth)


def resident(pids: Iterable[int]) -> int:
    """Resident memory of processes, KiB; what several share counts once for each (proc(5), VmRSS)."""
    return sum(int(status(pid).get("VmRSS", "0").split()[0]) for pid in pids)


def proportional(pids: Iterable[int]) -> int:
    """Their proportional share of memory, KiB (proc(5), ``smaps_rollup``); 0 where the kernel does not say."""
    return sum(_share(pid) for pid in pids)


def _share(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text("utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def datagrams() -> int:
    """UDP datagrams that were sent in this network so far (RFC 4113)."""
    lines = [line.split() for line in (PROC / "net" / "snmp").read_text("utf-8").splitlines() if line[:4] == "Udp:"]
    return int(dict(zip(*lines, strict=True))["OutDatagrams"])


def packets() -> int:
    """Packets that left this network by another interface than loopback (proc(5))."""
    lines = (line.split(":", 1) for line in (PROC / "net" / "dev").read_text("utf-8").splitlines() if ":" in line)
    return sum(int(numbers.split()[SENT]) for name, numbers in lines if name.strip() != "lo")


def limits(pid: int) -> tuple[int, int]:
    """The limits that hold for a process: bytes of memory, and number of processes; 0 for none."""
    return (
        _number(pid, "memory", "memory.max", "memory.limit_in_bytes"),
        _number(pid, "pids", "pids.max", "pids.max"),
    )


def most_memory(pid: int) -> int:
    """The most memory that the group of a process had, in bytes; 0 where the kernel does not say."""
    return _number(pid, "memory", "memory.peak", "memory.max_usage_in_bytes")


def out_of_memory(pid: int) -> int:
    """Processes of its group that the kernel killed for the limit of memory."""
    for path in _files(pid, "memory", "memory.events", "memory.oom_control"):
        rows = dict(line.split()[:2] for line in path.read_text("utf-8").splitlines() if " " in line)
        return int(rows.get("oom_kill", "0"))
    return 0


def _number(pid: int, controller: str, unified: str, legacy: str) -> int:
    for path in _files(pid, controller, unified, legacy):
        text = path.read_text("utf-8").strip()
        return int(text) if text.isdecimal() else 0
    return 0


def _files(pid: int, controller: str, unified: str, legacy: str) -> Iterator[Path]:
    """The file of a process' group, in the second hierarchy or the first (cgroups(7))."""
    try:
        lines = (PROC / str(pid) / "cgroup").read_text("utf-8").splitlines()
        mounted = (PROC / "self" / "mountinfo").read_text("utf-8")
    except OSError:
        return
    places = hierarchies(mounted)
    for line in lines:
        _, controllers, path = line.split(":", 2)
        kind, name = (controller, legacy) if controllers else ("", unified)
        if kind in controllers.split(",") and kind in places:
            root, place = places[kind]
            file = place / path.removeprefix(root.rstrip("/")).lstrip("/") / name
            if file.is_file():
                yield file


def hierarchies(mountinfo: str) -> dict[str, tuple[str, Path]]:
    """Where control groups are mounted (proc(5)). Pure.

    Args:
        mountinfo: text of ``/proc/self/mountinfo``.

    Returns:
        Controller, or the empty text for the second hierarchy, to the group that is mounted, and the place. That group
        may be a container's own, while processes name theirs from the top.
    """
    found: dict[str, tuple[str, Path]] = {}
    for line in mountinfo.splitlines():
        before, _, after = line.partition(" - ")
        root, place = before.split()[3:5]
        kind, _, options = after.split()[:3]
        if kind == "cgroup2":
            found[""] = (root, Path(place))
        elif kind == "cgroup":
            found |= {option: (root, Path(place)) for option in options.split(",")}
    return found
