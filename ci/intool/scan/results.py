"""Results of Trivy, with the fields that a verdict and a suggestion need."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Package:
    """An installed package.

    Attributes:
        name: of it.
        version: of it.
        system: whether it is the operating system's; else it is of a language.
        kind: Trivy's type: ``debian``, ``npm``, ``node-pkg``, ``pnpm``, ``yarn``, ``gobinary``, …
        path: where it is installed; empty for one of a lockfile or of the operating system.
        direct: whether the app itself depends on it; None if not known.
        licenses: SPDX expressions, or what the package calls its licences.
    """

    name: str
    version: str
    system: bool
    kind: str
    path: str = ""
    direct: bool | None = None
    licenses: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, kw_only=True)
class Vulnerability:
    """A known weakness of an installed package.

    Attributes:
        id: such as ``CVE-2025-57752``.
        severity: one of ``SEVERITIES``.
        package: that has it.
        fixed: versions without it, the lowest of each line.
        title: what it is.
    """

    id: str
    severity: str
    package: Package
    fixed: tuple[str, ...]
    title: str


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A vulnerability that a VEX statement declares harmless.

    Attributes:
        vulnerability: it.
        status: ``not_affected`` or ``fixed``.
        statement: the justification.
        source: the document.
    """

    vulnerability: Vulnerability
    status: str
    statement: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A secret in a file; its value is not kept.

    Attributes:
        rule: Trivy's.
        severity: one of ``SEVERITIES``.
        title: what kind of secret.
        path: the file, or ``CONFIGURATION`` of ``ci.intool.scan.trivy``.
        layer: digest of the layer's tar file (``diff_id``); empty for what is in none.
        line: in the file, from 1, on which it begins; 0 if not known.
        end: the line on which it ends.
        match: the first line, or what is around it in a long one, with an asterisk for each byte of a secret.
    """

    rule: str
    severity: str
    title: str
    path: str
    layer: str
    line: int = 0
    end: int = 0
    match: str = ""


@dataclass(frozen=True, kw_only=True)
class Misconfiguration:
    """A setting that weakens what is deployed.

    Attributes:
        id: Trivy's.
        severity: one of ``SEVERITIES``.
        title: what it is.
        path: the file.
        line: in it; 0 if not known.
        fix: the next step.
    """

    id: str
    severity: str
    title: str
    path: str
    line: int
    fix: str


@dataclass(frozen=True, kw_only=True)
class Scan:
    """A report of Trivy.

    Attributes:
        name: what was scanned, as messages call it.
        image: whether it was an image.
        system: name and version of its operating system; empty if Trivy recognised none.
        ended: whether that no longer gets fixes.
        packages: installed ones.
        vulnerabilities: open ones.
        accepted: those that VEX declares harmless.
        secrets: in all layers.
        misconfigurations: failed checks.
    """

    name: str
    image: bool
    system: str
    ended: bool
    packages: tuple[Package, ...]
    vulnerabilities: tuple[Vulnerability, ...]
    accepted: tuple[Accepted, ...]
    secrets: tuple[Secret, ...]
    misconfigurations: tuple[Misconfiguration, ...]
