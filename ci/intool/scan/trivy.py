"""Trivy's report in JSON (its schema version 2) as data."""

from collections.abc import Iterator, Sequence

from ci.intool.common.json_reader import Json, loaded
from ci.intool.policy import SEVERITIES
from ci.intool.scan.results import Accepted, Misconfiguration, Package, Scan, Secret, Vulnerability

SCHEMA = 2
"""Version of the report's format."""

CONFIGURATION = "the image's configuration"
"""Path of a secret that is in no layer."""

REPORT_FIX = "scan again with the scanner's version that the pipeline pins: this is not what it writes"
"""The next step for a report that is malformed."""

_HARMLESS = ("not_affected", "fixed")
"""Statuses of OpenVEX 0.2.0, "Status Labels", by which a vulnerability needs no action."""


def report(path: str, name: str) -> Json:
    """The report in a file.

    Args:
        path: of the file.
        name: what was scanned, as messages call it: a platform, or ``source``.

    Raises:
        Failure: it cannot be read, or is not a JSON object.
    """
    return loaded(path, f"Trivy's report on {name}", REPORT_FIX)


def scan(name: str, report: Json) -> Scan:
    """Read a report.

    Args:
        name: what was scanned, as messages call it: a platform, or ``source``.
        report: the document.

    Raises:
        Failure: it is not a report of Trivy; the message names the field.
    """
    if report.number("SchemaVersion") != SCHEMA:
        raise report.wrong(f"is not {SCHEMA}", "SchemaVersion")
    results = report.objects("Results")
    image = report.text("ArtifactType", needed=True) == "container_image"
    system = report.object("Metadata").object("OS")
    packages = {id(result): list(_packages(result)) for result in results}
    return Scan(
        name=name,
        image=image,
        system=f"{system.text('Family')} {system.text('Name')}".strip(),
        ended=system.flag("EOSL"),
        packages=tuple(package for result in results for package in packages[id(result)]),
        vulnerabilities=tuple(v for result in results for v in _vulnerabilities(result, packages[id(result)])),
        accepted=tuple(a for result in results for a in _accepted(result, packages[id(result)])),
        secrets=tuple(secret for result in results for secret in _secrets(result, image)),
        misconfigurations=tuple(m for result in results for m in _misconfigurations(result)),
    )


def severity(node: Json, key: str = "Severity") -> str:
    """A severity by this project's names; ``unknown`` if it is missing.

    Raises:
        Failure: it is not a severity.
    """
    value = node.text(key).lower() or "unknown"
    if value not in SEVERITIES:
        raise node.wrong(f"is `{value}`, which is not a severity", key)
    return value


def _packages(result: Json) -> Iterator[Package]:
    for one in result.objects("Packages"):
        relationship = one.text("Relationship")
        if relationship not in ("root", "workspace") and one.text("Name"):
            yield Package(
                name=one.text("Name"),
                version=_version(one),
                system=result.text("Class") == "os-pkgs",
                kind=result.text("Type"),
                path=one.text("FilePath"),
                direct=relationship == "direct" if relationship else None,
                licenses=one.texts("Licenses"),
            )


def _version(package: Json) -> str:
    """Trivy splits a version of Debian's (deb-version(7)) into three fields, and joins them in a vulnerability."""
    epoch, release = package.number("Epoch"), package.text("Release")
    version = package.text("Version")
    return f"{f'{epoch}:' if epoch else ''}{version}{f'-{release}' if release else ''}"


def _vulnerabilities(result: Json, packages: Sequence[Package]) -> Iterator[Vulnerability]:
    for one in result.objects("Vulnerabilities"):
        yield _vulnerability(result, one, packages)
    for one in result.objects("ExperimentalModifiedFindings"):
        if one.text("Type") == "vulnerability" and one.text("Status") not in _HARMLESS:
            yield _vulnerability(result, one.object("Finding"), packages)


def _accepted(result: Json, packages: Sequence[Package]) -> Iterator[Accepted]:
    for one in result.objects("ExperimentalModifiedFindings"):
        if one.text("Type") == "vulnerability" and one.text("Status") in _HARMLESS:
            yield Accepted(
                vulnerability=_vulnerability(result, one.object("Finding"), packages),
                status=one.text("Status"),
                statement=one.text("Statement"),
                source=one.text("Source"),
            )


def _vulnerability(result: Json, one: Json, packages: Sequence[Package]) -> Vulnerability:
    name, version = one.text("PkgName", needed=True), one.text("InstalledVersion", needed=True)
    path = one.text("PkgPath")
    known = (package for package in packages if (package.name, package.version, package.path) == (name, version, path))
    package = next(known, None) or Package(
        name=name, version=version, system=result.text("Class") == "os-pkgs", kind=result.text("Type"), path=path
    )
    return Vulnerability(
        id=one.text("VulnerabilityID", needed=True),
        severity=severity(one),
        package=package,
        fixed=tuple(part.strip() for part in one.text("FixedVersion").split(",") if part.strip()),
        title=one.text("Title"),
    )


def _secrets(result: Json, image: bool) -> Iterator[Secret]:  # noqa: FBT001
    for one in result.objects("Secrets"):
        layer = one.object("Layer").text("DiffID")
        path = result.text("Target", needed=True).removeprefix("/")
        yield Secret(
            rule=one.text("RuleID", needed=True),
            severity=severity(one),
            title=one.text("Title"),
            # Trivy calls the configuration what the image was called.
            path=CONFIGURATION if image and not layer else path,
            layer=layer,
            line=one.number("StartLine"),
            end=one.number("EndLine"),
            match=one.text("Match"),
        )


def _misconfigurations(result: Json) -> Iterator[Misconfiguration]:
    for one in result.objects("Misconfigurations"):
        if one.text("Status") == "FAIL":
            yield Misconfiguration(
                id=one.text("ID", needed=True),
                severity=severity(one),
                title=one.text("Message") or one.text("Title"),
                path=result.text("Target", needed=True),
                line=one.object("CauseMetadata").number("StartLine"),
                fix=one.text("Resolution"),
            )
