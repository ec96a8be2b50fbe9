"""The engine's machine: kernel, disk, memory, clock, and the way to the npm registry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ci.decide.doctor.finding import Finding
from ci.messages import message

GB = 1 << 30
DISK = 2 * GB
"""Free bytes without which a first build fails: base images, packages and the build of a small app."""

ROOM = 10 * GB
"""Free bytes below which the engine begins to throw away what later builds would use."""

INODES = 100_000
"""Free entries of the file system; ``node_modules`` of a middle-sized app has about as many files."""

MEMORY = GB
"""Available bytes without which `next build` is killed."""

ENOUGH = 2 * GB
"""Available bytes for `next build` of a middle-sized app."""

SKEW = 300
"""Seconds by which a clock may be wrong. Signing services and registries refuse more."""

LOOPBACK = ("127.0.0.1", "localhost", "*")
_CERTIFICATE = ("UNABLE_TO_", "SELF_SIGNED", "DEPTH_ZERO", "CERT_", "ERR_TLS")
_LOGIN = ("E401", "E403")


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a container sees of the machine.

    Attributes:
        kernel: its release.
        cpus: processors.
        memory: bytes that are available.
        disk: bytes that are free where the engine keeps its containers.
        inodes: entries that are free there; 0 where the file system does not count them.
        root: type of the container's file system.
        filters: whether programs can be run without a network (seccomp).
        proxies: names of variables of a proxy that containers get.
        no_proxy: what is reached without it.
        registry: URL of the npm registry.
        answer: its error as npm names it; empty where it answers.
        skew: seconds by which the clock is ahead of the registry's; None where that is not known.
    """

    kernel: str
    cpus: int
    memory: int
    disk: int
    inodes: int
    root: str
    filters: bool
    proxies: Sequence[str]
    no_proxy: str
    registry: str
    answer: str
    skew: float | None


def examine(machine: Machine) -> Iterator[Finding]:
    """What is wrong with a machine, and what it has."""
    free, memory = f"{machine.disk / GB:.1f} GB", f"{machine.memory / GB:.1f} GB"
    yield Finding(
        "ok", f"machine: Linux {machine.kernel}, {machine.cpus} processors, {memory} of memory and {free} of disk free"
    )
    yield from _room(machine, free, memory)
    yield from _kernel(machine)
    yield from _network(machine)


def _room(machine: Machine, free: str, memory: str) -> Iterator[Finding]:
    if machine.disk < DISK:
        yield Finding.of("error", message("doctor.no-disk", free=free))
    elif machine.disk < ROOM:
        yield Finding.of("warning", message("doctor.little-disk", free=free))
    if 0 < machine.inodes < INODES:
        yield Finding.of("warning", message("doctor.few-inodes", free=machine.inodes))
    if machine.memory < MEMORY:
        yield Finding.of("error", message("doctor.no-memory", free=memory))
    elif machine.memory < ENOUGH:
        yield Finding.of("warning", message("doctor.little-memory", free=memory))
    if machine.cpus == 1:
        yield Finding.of("advice", message("doctor.one-processor"))


def _kernel(machine: Machine) -> Iterator[Finding]:
    if machine.root != "overlay":
        yield Finding.of("warning", message("doctor.no-overlay", root=machine.root))
    if not machine.filters:
        yield Finding.of("error", message("doctor.no-filters", kernel=machine.kernel))


def _network(machine: Machine) -> Iterator[Finding]:
    registry, answer = machine.registry, machine.answer
    if not answer:
        yield Finding("ok", f"npm registry: {registry} answers")
    elif answer.startswith(_CERTIFICATE):
        yield Finding.of("error", message("doctor.registry-untrusted", registry=registry, error=answer))
    elif answer in _LOGIN:
        yield Finding.of("warning", message("doctor.registry-login", registry=registry, error=answer))
    else:
        yield Finding.of("error", message("doctor.registry-unreachable", registry=registry, error=answer))
    if machine.skew is not None and abs(machine.skew) > SKEW:
        way = "ahead" if machine.skew > 0 else "behind"
        yield Finding.of("error", message("doctor.clock", seconds=round(abs(machine.skew)), way=way))
    if machine.proxies:
        yield Finding("ok", f"proxy: containers get {', '.join(machine.proxies)}")
        past = [one.strip() for one in machine.no_proxy.split(",")]
        if not any(one in past for one in LOOPBACK):
            yield Finding.of("warning", message("doctor.proxy-loopback", proxies=machine.proxies))
