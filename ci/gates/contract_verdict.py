"""What was seen of an image under the contract, judged check by check (RUN-01 to RUN-17). Pure."""

import posixpath
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ci.intool.checks import CHECKS
from ci.intool.contract.observed import (
    ANYONE,
    BARE,
    CONTRACT,
    SANS_IPV4_ONLY,
    WRITABLE,
    Answer,
    Observed,
    Start,
    Write,
)
from ci.intool.contract.writes import covers, undeclared
from ci.intool.policy import Finding, ImagePath, Place, Scenario, Setting, not_judged

NODE = "node"
IDLE_MS = 2000
"""Milliseconds in which an idle app has to end."""

ENDED = (0, 143)
"""Exit codes of an app that was asked to end: its own, and that of SIGTERM."""

SHOWN = 3
"""Addresses that a finding lists."""

SERVER = ".next/server/"
PAGES = (
    "Next.js stores pages that it makes again there: set `experimental.isrFlushToDisk: false` in next.config, which "
    "keeps them in memory"
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What was to be so.

    Attributes:
        scenario: name of the scenario that was sent.
        root: directory of the image that the payload is in, without leading slash.
        app: directory of the app in the image, without leading slash.
        writable: declared paths in the image, without leading slash, to ``file`` or ``directory``.
        ready_s: seconds in which the app has to be ready.
        memory_mb: limit of memory, MiB.
        pids: limit of processes and threads.
        variables: names of those that the scenario sets.
        services: whether the scenario has services.
        chunk: URL path of a static chunk; empty if there is none.
    """

    scenario: str
    root: str
    app: str
    writable: Mapping[str, str]
    ready_s: int
    memory_mb: int
    pids: int
    variables: tuple[str, ...]
    services: bool
    chunk: str


@dataclass(frozen=True, kw_only=True)
class View:
    """A run whose image started at least where it could write everywhere.

    Attributes:
        seen: all of it.
        asked: what was to be so.
        free: the start that could write everywhere.
        under: the start under the contract.
        anyone: the start as a user that no image knows, without IPv6; None where the contract's own failed.
    """

    seen: Observed
    asked: Asked
    free: Start
    under: Start
    anyone: Start | None

    @property
    def where(self) -> Scenario:
        """The place of what is about a start."""
        return Scenario(name=self.asked.scenario)

    @property
    def answers(self) -> tuple[Answer, ...]:
        """Those of the start under the contract, or else of the other one."""
        return self.under.answers or self.free.answers


Check = Callable[[View], Iterator[Finding]]


def judged(seen: Observed, asked: Asked) -> list[Finding]:
    """The findings; what could not be judged is among them.

    Args:
        seen: what was seen.
        asked: what was to be so.
    """
    if seen.unavailable:
        return [not_judged(name, seen.unavailable) for name in FUNCTIONS]
    free, under = seen.start(WRITABLE), seen.start(CONTRACT)
    if not free or not under:
        problem = free.problem if free else "it was not started"
        why = f"the image did not start under runc even where it could write everywhere: {problem}"
        failed = _fault("RUN-02", why, Scenario(name=asked.scenario), "see the log, and what `smoke` says")
        return [failed, *(not_judged(name, why) for name in FUNCTIONS if name != "RUN-02")]
    view = View(seen=seen, asked=asked, free=free, under=under, anyone=seen.start(ANYONE))
    return [finding for check in FUNCTIONS.values() for finding in check(view)]


def read_only(view: View) -> Iterator[Finding]:
    """RUN-01."""
    if view.under.problem:
        title = f"{view.under.problem}; where it can write everywhere, it starts{_cause(view.under)}"
        yield _fault("RUN-01", title, view.where)
    else:
        yield from _differences("RUN-01", view, view.free, view.under, "with a read-only root")


def restricted(view: View) -> Iterator[Finding]:
    """RUN-02. Of what can make it fail, the start that could write everywhere had all but rights over files."""
    rights = view.under.rights
    if view.under.problem:
        yield not_judged("RUN-02", "it did not start with a read-only root: see RUN-01")
    elif not rights:
        yield not_judged("RUN-02", "process 1 ended before its rights could be read")
    elif rights.capabilities or not rights.no_new_privileges or not rights.seccomp:
        yield not_judged("RUN-02", "this engine's kernel did not take away all rights")
    elif not view.seen.limited:
        yield not_judged("RUN-02", f"no limits of memory and processes: {view.seen.unlimited}")
    elif view.under.crashed is None and view.under.limits != (view.asked.memory_mb << 20, view.asked.pids):
        yield not_judged("RUN-02", "this engine's kernel did not set the limits of memory and processes")


def any_user(view: View) -> Iterator[Finding]:
    """RUN-03."""
    both = view.seen.start(SANS_IPV4_ONLY)
    if not view.anyone:
        yield not_judged("RUN-03", "it did not start under the contract")
    elif view.anyone.problem and both and both.problem:
        yield _fault("RUN-03", f"{both.problem}, as a user that the image does not know{_cause(both)}", view.where)
    elif view.anyone.problem:
        yield not_judged("RUN-03", "it did not start without IPv6: see RUN-11")
    else:
        yield from _differences("RUN-03", view, view.under, view.anyone, "as a user that the image does not know")


def writes(view: View) -> Iterator[Finding]:
    """RUN-04."""
    found = undeclared(view.seen.writes, view.asked.writable)
    for one in found:
        title = f"the app writes it ({one.kind}), and it is not declared"
        yield _fault("RUN-04", title, ImagePath(path=one.path), fix(one, view.asked))
    known = [one.path for one in view.seen.writes]
    for refused in view.under.refused_writes:
        if not any(covers(path, refused.path) or covers(refused.path, path) for path in known):
            yield _fault("RUN-04", f"the app could not write it: {refused.line}", ImagePath(path=refused.path))


def fix(write: Write, asked: Asked) -> str:
    """The next step where a path is written that is not declared."""
    if not covers(asked.root, write.path):
        return "let the app write below its own directory or /tmp, which a deployment mounts"
    path = posixpath.relpath(write.path, asked.app)
    if f"{path}/".startswith(SERVER):
        return PAGES
    if write.directory:
        return f"add runtime.writable: [{path}/], and mount it"
    new = "" if write.kind != "created" else ", with an empty file of that name in the source"
    return f"add runtime.writable: [{path}]{new}, and mount it"


def ready(view: View) -> Iterator[Finding]:
    """RUN-05."""
    if view.under.problem:
        yield not_judged("RUN-05", "it did not start under the contract")
        return
    if view.under.ready_ms > view.asked.ready_s * 1000:
        title = (
            f"ready after {view.under.ready_ms} ms, and the health check counts failures after {view.asked.ready_s} s"
        )
        yield _fault("RUN-05", title, view.where)
    if view.under.health_code is None:
        yield not_judged("RUN-05", "the image has no health check, or ended before it was tried")
    elif view.under.health_code:
        title = f"its health check ends with {view.under.health_code}: {view.under.health_output}"
        yield _fault("RUN-05", title, Setting(key="config.Healthcheck"))


def ends(view: View) -> Iterator[Finding]:
    """RUN-06."""
    stop = view.under.stop
    if not stop:
        yield not_judged("RUN-06", "it ended, or did not start, before SIGTERM was sent")
    elif stop.killed:
        yield _fault("RUN-06", f"still runs {stop.ms / 1000:.0f} s after SIGTERM", view.where)
    elif stop.ms > IDLE_MS:
        yield _fault(
            "RUN-06", f"ends {stop.ms} ms after SIGTERM, with nothing open; {IDLE_MS} ms are allowed", view.where
        )
    elif stop.code not in ENDED:
        yield _fault("RUN-06", f"ends with exit code {stop.code} after SIGTERM", view.where)


def finishes(view: View) -> Iterator[Finding]:
    """RUN-07."""
    stop = view.anyone.stop if view.anyone else None
    if not stop:
        yield not_judged("RUN-07", "it ended, or did not start, before SIGTERM was sent")
        return
    if stop.problem:
        yield _fault("RUN-07", f"a request that was open at SIGTERM was not answered: {stop.problem}", view.where)
    if stop.refused is False:
        yield _fault("RUN-07", "takes new connections after SIGTERM", view.where)
    if stop.killed:
        yield _fault(
            "RUN-07", f"still runs {stop.ms / 1000:.0f} s after SIGTERM, though the request has ended", view.where
        )


def streams(view: View) -> Iterator[Finding]:
    """RUN-08."""
    stop = view.free.stop
    if not stop:
        yield not_judged("RUN-08", "no request of the scenario expects text/event-stream")
    elif not stop.open_then:
        yield not_judged("RUN-08", "the stream of the scenario ended by itself before SIGTERM was sent")
    elif stop.killed:
        yield _fault("RUN-08", f"still runs {stop.ms / 1000:.0f} s after SIGTERM, with a stream open", view.where)


def processes(view: View) -> Iterator[Finding]:
    """RUN-09."""
    rights = view.under.rights
    if not rights or not rights.program:
        yield not_judged("RUN-09", "it did not start under the contract, or ended at once")
        return
    if not rights.first or posixpath.basename(rights.program) != NODE:
        yield _fault("RUN-09", f"process 1 is {rights.program}, not node", Setting(key="config.Entrypoint"))
    if view.under.zombies:
        title = f"{view.under.zombies} ended processes wait for process 1 after {len(view.under.answers)} requests"
        yield _fault("RUN-09", title, view.where)


def connections(view: View) -> Iterator[Finding]:
    """RUN-10."""
    if view.asked.services:
        yield not_judged("RUN-10", "the scenario has services, and connections to them are not told apart from others")
    elif view.under.problem:
        yield not_judged("RUN-10", "it did not start under the contract")
    elif view.under.connections:
        yield _fault(
            "RUN-10", f"connects to {', '.join(view.under.connections[:SHOWN])} before it is ready", view.where
        )
    elif view.under.datagrams:
        title = f"sends {view.under.datagrams} UDP datagrams, such as questions to a name server, before it is ready"
        yield _fault("RUN-10", title, view.where)


def addresses(view: View) -> Iterator[Finding]:
    """RUN-11."""
    both = view.seen.start(SANS_IPV4_ONLY)
    if not view.anyone:
        yield not_judged("RUN-11", "it did not start under the contract")
    elif not view.anyone.ipv6 or view.under.ipv6 != "on":
        yield not_judged("RUN-11", "this engine's network has no IPv6, or does not let it be turned off")
    elif view.anyone.problem and both and not both.problem:
        yield _fault("RUN-11", f"{view.anyone.problem}, without IPv6; with it, it starts", view.where)
    elif view.anyone.problem:
        yield not_judged("RUN-11", "it did not start with IPv6 either: see RUN-03")


def memory(view: View) -> Iterator[Finding]:
    """RUN-12."""
    starts = [one for one in view.seen.starts if one.out_of_memory]
    if not view.seen.limited:
        yield not_judged("RUN-12", f"no limit of memory: {view.seen.unlimited}")
    elif starts:
        title = (
            f"the kernel ended a process in the start `{starts[0].name}`, under a limit of {view.asked.memory_mb} MiB"
        )
        yield _fault("RUN-12", title, view.where, f"{CHECKS['RUN-12'].fix}, or raise harden.memory")
    else:
        kept = f"the limit of {view.asked.memory_mb} MiB held in these requests"
        yield not_judged("RUN-12", f"{kept}; how memory grows under load is not measured")


def framework(view: View) -> Iterator[Finding]:
    """RUN-13."""
    named = next((one for one in view.answers if "x-powered-by" in one.headers), None)
    if named:
        place = Scenario(name=view.asked.scenario, url=named.path)
        yield _fault("RUN-13", f"the answer has x-powered-by: {named.headers['x-powered-by']}", place)
    elif not any(one.status for one in view.answers):
        yield not_judged("RUN-13", "no request was answered")


def caching(view: View) -> Iterator[Finding]:
    """RUN-14."""
    answered = [one for one in view.answers if one.status]
    chunk = next((one for one in answered if view.asked.chunk and one.path == view.asked.chunk), None)
    if chunk and "immutable" not in chunk.headers.get("cache-control", ""):
        title = (
            f"a static chunk has cache-control: {chunk.headers.get('cache-control', 'none')}, which is not immutable"
        )
        yield _fault("RUN-14", title, Scenario(name=view.asked.scenario, url=chunk.path))
    for one in answered:
        control = one.headers.get("cache-control", "")
        if "set-cookie" in one.headers and ("public" in control or "s-maxage" in control):
            title = f"sets a cookie, and caches may share the answer (cache-control: {control})"
            yield _fault("RUN-14", title, Scenario(name=view.asked.scenario, url=one.path))
    if not chunk:
        yield not_judged("RUN-14", "no request of the scenario asks for a static chunk")


def variables(view: View) -> Iterator[Finding]:
    """RUN-15."""
    bare, names = view.seen.start(BARE), view.asked.variables
    if not names:
        yield not_judged("RUN-15", "the scenario sets no variables")
    elif not bare:
        yield not_judged("RUN-15", "it did not start under the contract")
    elif not bare.problem:
        yield not_judged("RUN-15", "it starts without the variables of the scenario, so none is required at the start")
    elif not any(name in line for line in bare.log for name in names):
        title = f"without {', '.join(names)}: {bare.problem}, and the log names none of them"
        yield _fault("RUN-15", title, view.where)


def by_hand(view: View) -> Iterator[Finding]:
    """RUN-16."""
    if view.under.problem:
        yield not_judged("RUN-16", "it did not start under the contract")
        return
    for name in view.under.by_hand:
        yield _fault("RUN-16", f"`{name}` can be run in the container", view.where)
    if not view.under.by_hand and view.under.health_code != 0:
        yield not_judged("RUN-16", "no program could be run in the container, the health check neither")


def earlier_chunks(_: View) -> Iterator[Finding]:
    """RUN-17."""
    yield not_judged("RUN-17", "chunks of earlier releases are not kept in an image")


FUNCTIONS: Mapping[str, Check] = {
    "RUN-01": read_only,
    "RUN-02": restricted,
    "RUN-03": any_user,
    "RUN-04": writes,
    "RUN-05": ready,
    "RUN-06": ends,
    "RUN-07": finishes,
    "RUN-08": streams,
    "RUN-09": processes,
    "RUN-10": connections,
    "RUN-11": addresses,
    "RUN-12": memory,
    "RUN-13": framework,
    "RUN-14": caching,
    "RUN-15": variables,
    "RUN-16": by_hand,
    "RUN-17": earlier_chunks,
}
"""Id to the check."""


def figures(seen: Observed) -> dict[str, float]:
    """What was measured: of the start under the contract, and the number of paths that the app wrote to."""
    under, anyone = seen.start(CONTRACT), seen.start(ANYONE)
    if not under:
        return {}
    return {
        **({} if under.problem else {"ready ms": under.ready_ms}),
        **({"memory MiB": under.memory_mb} if under.memory_mb and seen.limited else {}),
        **({"stop ms": under.stop.ms} if under.stop else {}),
        **({"stop ms with a request open": anyone.stop.ms} if anyone and anyone.stop else {}),
        "paths written": len(seen.writes),
    }


def log(seen: Observed) -> tuple[str, ...]:
    """The log of the first start that failed or crashed; empty where none did."""
    meant = [one for one in seen.starts if one.name != BARE]
    failed: Sequence[Start] = [one for one in meant if one.problem or one.crashed is not None]
    return failed[0].log if failed else ()


def _differences(check: str, view: View, before: Start, after: Start, how: str) -> Iterator[Finding]:
    """Requests that are answered otherwise than before."""
    if after.crashed is not None and before.crashed is None:
        yield _fault(
            check, f"ended with exit code {after.crashed} while it was asked, {how}{_cause(after)}", view.where
        )
        return
    for first, second in zip(before.answers, after.answers, strict=False):
        if first.status != second.status:
            place = Scenario(name=view.asked.scenario, url=second.path)
            yield _fault(check, f"{second.method}: {_said(second)} {how}, {_said(first)} without", place)


def _said(answer: Answer) -> str:
    return str(answer.status) if answer.status else f"no answer ({answer.problem})"


def _cause(start: Start) -> str:
    """The first write of a log that failed, as the end of a sentence."""
    return f": {start.refused_writes[0].line}" if start.refused_writes else ""


def _fault(check: str, title: str, where: Place, next_step: str = "") -> Finding:
    definition = CHECKS[check]
    return Finding(id=check, severity=definition.severity, title=title, where=where, fix=next_step or definition.fix)
