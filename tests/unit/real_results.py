"""Results like those of real apps: a release that is refused, and one that is made.

``python -m tests.unit.real_results`` writes the files of ``data/reports`` anew, which show the words, and how many
lines there were when each finding had its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ci.intool.checks.table import CHECKS
from ci.intool.policy import (
    Artifact,
    Effect,
    Finding,
    GateResult,
    ImagePath,
    Package,
    Setting,
    Source,
    Stops,
    Waived,
    Warns,
    not_judged,
)
from ci.intool.policy.finding import ordered
from ci.intool.scan.findings import EXPLOITED, vulnerability
from ci.intool.scan.results import Package as Installed
from ci.intool.scan.results import Vulnerability
from ci.release.result import Released
from ci.report.lines import stopping_lines
from ci.report.steps import listed, steps
from ci.report.summary import summary

DIRECTORY = Path(__file__).parent / "data/reports"

OF_NEXT = (
    ("CVE-2025-29927", "critical", "14.2.25", "Authorization bypass in the middleware"),
    ("CVE-2024-34351", "high", "14.1.1, 14.2.26", "Server-side request forgery in server actions"),
    ("CVE-2024-46982", "high", "13.5.7, 14.2.10, 14.2.26", "Cache poisoning"),
    ("CVE-2024-51479", "high", "14.2.26", "Authorization bypass by path"),
    ("CVE-2025-55184", "high", "14.2.34, 15.0.6, 15.5.8", "Denial of service by server components"),
    ("CVE-2025-67779", "high", "14.2.35, 15.0.7, 15.5.9", "Denial of service, the fix of which was incomplete"),
    ("CVE-2024-47831", "medium", "14.2.27", "Denial of service by image optimization"),
    ("CVE-2024-56332", "medium", "13.5.8, 14.2.28, 15.1.2", "Denial of service by server actions"),
    ("CVE-2025-55173", "medium", "14.2.31, 15.4.5", "Content injection by image optimization"),
    ("CVE-2025-57752", "medium", "14.2.31, 15.4.5", "Cache key confusion of images"),
    ("CVE-2025-57822", "medium", "14.2.32, 15.4.7", "Request forgery by redirects of the middleware"),
    ("CVE-2025-48068", "low", "14.2.30, 15.2.2", "Information exposure of the development server"),
)
"""Twelve vulnerabilities of next@14.2.24: id, severity, versions that fix it, title."""

STOPPING = ("critical", "high")
"""Severities of them that stop a release."""

OF_BASE = (
    ("libc6", "2.36-9+deb12u10", ("CVE-2010-4756", "CVE-2018-20796", "CVE-2019-1010022", "CVE-2019-9192")),
    ("gcc-12-base", "12.2.0-14+deb12u1", ("CVE-2022-27943", "CVE-2023-4039")),
    ("libgcc-s1", "12.2.0-14+deb12u1", ("CVE-2022-27943", "CVE-2023-4039")),
    ("libstdc++6", "12.2.0-14+deb12u1", ("CVE-2022-27943", "CVE-2023-4039")),
    ("libssl3", "3.0.16-1~deb12u1", ("CVE-2025-27587",)),
)
"""Packages of the base image: name, version, vulnerabilities of severity low without a fix."""

RULES = (
    ("next-route-without-check", "low", 9, "The route changes something, and nothing in the file looks like a check"),
    ("next-open-redirect", "medium", 2, "The caller chooses where the browser is sent"),
    ("next-ssrf", "high", 3, "The caller chooses the address that the server asks"),
)
"""Rules of Semgrep: id, severity, number of files, message."""

ACCEPTED = Waived(by="waivers[0]", owner="web", until="2027-02-28", reason="there since before the first release")


def _next(*, path: str = "", effect: Effect | None = None) -> list[Finding]:
    package = Installed(name="next", version="14.2.24", system=False, kind="npm", path=path)
    found = (
        vulnerability(
            Vulnerability(
                id=name, severity=severity, package=package, fixed=tuple(fixed.split(", ")), title=f"Next.js: {title}"
            )
        )
        for name, severity, fixed, title in OF_NEXT
    )
    return [replace(one, effect=effect or (Stops() if one.severity in STOPPING else Warns())) for one in found]


def _base() -> list[Finding]:
    return [
        replace(
            vulnerability(
                Vulnerability(
                    id=one,
                    severity="low",
                    package=Installed(name=name, version=version, system=True, kind="debian"),
                    fixed=(),
                    title=f"a weakness of {name}",
                )
            ),
            effect=Warns(),
        )
        for name, version, ids in OF_BASE
        for one in ids
    ]


def _rules(*, stops: Sequence[str] = ("high",)) -> list[Finding]:
    return [
        Finding(
            id=name,
            severity=severity,
            title=title,
            where=Source(file=f"src/app/api/{'abcdefghi'[number]}/route.ts", line=10 + number),
            fix="compare what the caller sends with a list",
            effect=Stops() if severity in stops else Warns(),
        )
        for name, severity, files, title in RULES
        for number in range(files)
    ]


def _check(name: str, title: str, paths: Iterable[str], effect: Effect) -> list[Finding]:
    check = CHECKS[name]
    return [
        Finding(id=name, severity=check.severity, title=title, where=ImagePath(path=path), fix=check.fix, effect=effect)
        for path in paths
    ]


def _gate(name: str, *findings: Iterable[Finding], **more: Any) -> GateResult:
    return GateResult(name=name, findings=tuple(ordered(one for some in findings for one in some)), **more)


TAR = Finding(
    id="CVE-2026-23745",
    severity="medium",
    title=f"tar: a link is followed{EXPLOITED}",
    where=Package(
        name="tar", version="6.2.1", paths=("app/node_modules/.pnpm/tar@6.2.1/node_modules/tar/package.json",)
    ),
    fix="update tar to 7.5.3",
    fixed=("7.5.3",),
    check="SC-06",
)

BUNDLED = Finding(
    id="CVE-2026-31802",
    severity="low",
    title="tar: a path is followed",
    where=Package(name="tar", version="6.1.15", paths=("app/node_modules/next/dist/compiled/tar/package.json",)),
    fix="update tar to 7.5.11",
    fixed=("7.5.11",),
    check="SC-06",
    effect=Warns(),
)

UNNAMED = not_judged("CFG-14", "no memory limit of the container is configured")
STAND_IN = not_judged(
    "database-stand-in",
    "stand-in for the vulnerability database of 2026-11-24, 162 hours old",
    Artifact(name=f"ghcr.io/aquasecurity/trivy-db@sha256:{'c' * 64}"),
)
MAPS = [f"app/.next/static/chunks/{number:04x}.js.map" for number in range(7)]

REFUSED = (
    _gate("plan", figures={"packages": 1204}),
    _gate("rules", _rules(), figures={"files": 212}),
    _gate("source", _next(), [TAR]),
    _gate(
        "hardening",
        _check("FS-09", "has the form of a private key", ["app/public/a.pem"], Stops()),
        _check("FS-12", "is a package that only development needs", ["app/node_modules/typescript"], Warns()),
        _check("FS-13", "is a source map", MAPS, Warns()),
        [UNNAMED],
    ),
    _gate("scan", _next(path="app/node_modules/next/package.json"), [TAR, BUNDLED], _base(), [STAND_IN]),
    _gate("smoke", [not_judged("smoke-platform", "the engine runs linux/amd64", Artifact(name="linux/arm64"))]),
)
"""An app with an old Next.js, found in the source and in the image."""

PASSED = (
    _gate("plan", figures={"packages": 1204}),
    _gate("rules", _rules(stops=()), figures={"files": 212}),
    _gate("source", _next(effect=ACCEPTED)),
    _gate("hardening", _check("FS-13", "is a source map", MAPS, Warns()), [UNNAMED], checks={"FS-13": "passed"}),
    _gate("scan", _next(path="app/node_modules/next/package.json", effect=ACCEPTED), _base(), [STAND_IN]),
    _gate("prove", [not_judged("SC-13", "not built twice; pass --prove to `publish`")], checks={"SC-13": "not run"}),
    _gate("signature"),
)
"""The same app, where what was there is accepted for a time."""

MANY = (
    _gate(
        "hardening",
        [
            Finding(id=f"FS-{number:02}", severity="high", title="is wrong", where=Setting(key=f"key{number}"), fix="a")
            for number in range(40)
        ],
    ),
    _gate("scan", _base()),
)
"""More than fits on a screen, and nothing of it is alike."""


def refusal(gates: Sequence[GateResult] = REFUSED) -> str:
    """What the error of a refused release says."""
    return "\n".join([*(f"  - {line}" for line in stopping_lines(gates)), f"  fix: {listed(steps(gates))}"])


def release() -> str:
    """What a release ends with."""
    layers = [{"name": "base", "size": 40_000_000}, {"name": "node_modules", "size": 9_000_000}]
    removed = [
        {"what": what, "why": "why", "bytes": size}
        for what, size in (
            ("sharp and libvips", 19_400_000),
            ("parts of Next.js that only build or develop", 16_000_000),
            ("build tools", 9_400_000),
            ("development builds of React", 1_400_000),
        )
    ]
    payload: Mapping[str, Any] = {"bytes": 14_500_000, "standalone": 60_800_000, "removed": removed}
    platforms = {f"linux/{name}": {"size": 49_000_000, "layers": layers} for name in ("amd64", "arm64")}
    digest = f"sha256:{'a' * 64}"
    tags = [{"name": name, "action": "set", "reason": "new"} for name in ("1.2.3", "latest")]
    return summary(
        Released(digest=digest, platforms=platforms, gates=PASSED, payload=payload),
        {"sent": 2_300_000, "there": 81_000_000, "mounted": 0},
        {"ref": f"registry.example/shop@{digest}", "tags": tags},
        steps={"base": 1.2, "deps": 20.4, "build": 61.0, "gates": 33.3, "push": 4.4},
        total=118.2,
        notes=["node 22: from .nvmrc", "warning: next 14 is out of support"],
    )


def before(gates: Sequence[GateResult], *, refused: bool) -> int:
    """Lines where each finding has its own: of a refusal those of the gates that failed, of a release all."""
    return sum(
        not refused or (not gate.passed and isinstance(one.effect, Stops | Warns))
        for gate in gates
        for one in gate.findings
    )


def after(text: str) -> int:
    """Lines of findings: of a refusal those above the fix, of a release those of the column."""
    lines = text.splitlines()
    if "  fix:" in text:
        return next(number for number, line in enumerate(lines) if line.startswith("  fix:"))
    start = next(number for number, line in enumerate(lines) if line.startswith("  findings "))
    return next(number for number, line in enumerate(lines[start:]) if line.startswith("  steps "))


def snapshots() -> dict[str, str]:
    """File name to content, with the number of lines that findings had and have."""
    texts = {"refusal.txt": (REFUSED, True, refusal()), "release.txt": (PASSED, False, release())}
    return {
        name: f"findings: {before(gates, refused=refused)} lines before, {after(text)} now\n\n{text}\n"
        for name, (gates, refused, text) in texts.items()
    }


if __name__ == "__main__":
    for name, content in snapshots().items():
        (DIRECTORY / name).write_text(content, "utf-8")
