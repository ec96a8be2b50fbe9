"""One set of results with every kind of place and effect, and each report of it.

``python -m tests.unit.gate_results`` writes the files of ``data/reports`` anew, which show the words.
"""

from pathlib import Path

from ci.commands.report import files
from ci.engine.record import Measured
from ci.intool.policy import (
    STANDARD,
    Artifact,
    Finding,
    GateResult,
    ImagePath,
    NotAffected,
    Package,
    Scenario,
    Setting,
    Source,
    Waived,
    Warns,
    not_judged,
)
from ci.report.lines import stopping_lines
from ci.report.report import Report, Subject
from ci.report.steps import listed, steps
from ci.report.text import logs, results
from ci.report.timeline import lines, rows

DIRECTORY = Path(__file__).parent / "data/reports"

NEXT = Package(name="next", version="14.2.24", paths=("app/node_modules/next/package.json",))
LIBC = Package(name="libc6", version="2.36-9+deb12u10", system=True)

GATES = (
    GateResult(
        name="rules",
        findings=(
            Finding(
                id="next-ssrf",
                severity="high",
                title="The caller chooses the address that the server asks",
                where=Source(file="src/app/[slug]/route.ts", line=14),
                fix="compare the address with a list",
            ),
        ),
        figures={"files": 12},
    ),
    GateResult(
        name="hardening",
        findings=(
            Finding(
                id="CFG-01",
                severity="critical",
                title="is `0`, root's",
                where=Setting(key="config.User"),
                fix="set runtime.user to a number above 0",
            ),
            Finding(
                id="FS-01",
                severity="high",
                title="is a shell",
                where=ImagePath(path="usr/bin/sh"),
                fix="build on a base without shells",
                found_in=("linux/arm64",),
            ),
            Finding(
                id="LAY-07",
                severity="high",
                title="has keys that follow from the source alone",
                where=ImagePath(path="app/.next/prerender-manifest.json"),
                fix="give --seed",
                effect=Warns(),
            ),
            not_judged("CFG-14", "no memory limit of the container is configured"),
        ),
        figures={"mb linux/amd64": 79.1, "files": 812},
        checks={"CFG-01": "failed", "CFG-14": "not run", "FS-01": "failed", "LAY-07": "passed"},
    ),
    GateResult(
        name="scan",
        findings=(
            Finding(
                id="CVE-2010-4756",
                severity="low",
                title="glibc: glob uses much time | and <memory>",
                where=LIBC,
                check="SC-06",
                effect=Warns(),
            ),
            Finding(
                id="CVE-2025-29927",
                severity="critical",
                title="Next.js: middleware can be passed by",
                where=NEXT,
                fix="update next to 14.2.25",
                check="SC-06",
                fixed=("14.2.25", "15.2.3"),
                effect=Waived(by="waivers[0]", owner="ann", until="2026-12-31", reason="no middleware"),
            ),
            Finding(
                id="CVE-2025-57752",
                severity="medium",
                title="Next.js: cached images of others",
                where=NEXT,
                check="SC-06",
                fixed=("14.2.31", "15.4.5"),
                effect=NotAffected(document="shop.vex.json", status="not_affected", reason="component_not_present"),
            ),
        ),
        figures={"critical": 1, "low": 1},
        checks={"LAY-01": "passed", "SC-06": "waived"},
    ),
    GateResult(
        name="base",
        findings=(
            Finding(
                id="SC-09",
                severity="high",
                title="it is 40 days old, and the limit is 30 days",
                where=Artifact(name="gcr.io/distroless/nodejs22-debian12@sha256:1"),
                fix="update the pins",
            ),
            Finding(
                id="waiver-expired",
                severity="high",
                title="the waiver of SC-09 by ann expired on 2026-11-23",
                where=Setting(key="waivers[1]"),
                fix="renew the waiver with a reason, or remove it",
            ),
        ),
        checks={"SC-09": "failed"},
    ),
    GateResult(
        name="smoke",
        findings=(
            Finding(
                id="smoke-answer",
                severity="high",
                title="GET: status 500, expected 200 \x1b[31m",
                where=Scenario(name="no-redis", url="/api/health"),
                fix="correct `smoke:` in the pipeline file",
            ),
            not_judged("smoke-platform", "the engine runs linux/amd64", Artifact(name="linux/arm64")),
        ),
        figures={"no-redis ready ms": 371},
        log=("listening", "Error: connect ECONNREFUSED"),
    ),
    GateResult(
        name="prove",
        findings=(not_judged("SC-13", "not built twice; pass --prove to `publish`"),),
        checks={"SC-13": "not run"},
    ),
    GateResult(name="waivers", figures={"used": 1}),
)

RUN = (
    Measured(name="base", start=0.31, seconds=0.2),
    Measured(name="database", start=0.3, seconds=2.14),
    Measured(name="deps", start=0.52, seconds=9.5),
    Measured(name="build", start=10.04, seconds=42.6),
    Measured(name="payload", start=52.66, seconds=4.2),
    Measured(name="assemble", start=56.87, seconds=3.1),
    Measured(name="gates: hardening", start=60.01, seconds=6.4, inside="gates"),
    Measured(name="gates: smoke", start=59.99, seconds=7.7, inside="gates"),
    Measured(name="gates: rules", start=59.99, seconds=8.1, inside="gates"),
    Measured(name="gates: base", start=60.0, seconds=0.4, inside="gates"),
    Measured(name="gates: scan", start=60.0, seconds=9.2, inside="gates"),
    Measured(name="gates: sbom", start=69.21, seconds=1.5, inside="gates"),
    Measured(name="gates", start=59.98, seconds=10.74),
)
"""What ran when, in the order in which a clock has it."""

REPORT = Report.of(
    Subject(
        name="shop",
        digest=f"sha256:{'a' * 64}",
        platforms=("linux/amd64", "linux/arm64"),
        revision="b" * 40,
        time="2026-11-24T12:00:00Z",
    ),
    GATES,
    STANDARD,
    rows(RUN),
)


def text() -> str:
    """What the terminal shows: of gates that passed on few lines and in full, and of those that failed."""
    parts = {
        "results": results(GATES),
        "in full": results(GATES, full=True),
        "timeline": lines(REPORT.timeline),
        "refused": [*stopping_lines(GATES), *logs(GATES), f"fix: {listed(steps(GATES))}"],
    }
    return "\n\n".join("\n".join([f"{name}:", *lines]) for name, lines in parts.items()) + "\n"


def snapshots() -> dict[str, str]:
    """File name to content; without the HTML page, of which tests hold the outline and not the style."""
    written = {name: content for name, content in files(REPORT).items() if name != "index.html"}
    return {"terminal.txt": text(), **written}


if __name__ == "__main__":
    for name, content in snapshots().items():
        (DIRECTORY / name).write_text(content, "utf-8")
