"""Arguments of Trivy 0.74 and of Semgrep 1.180. Pure."""

from collections.abc import Sequence

_COMMON = (
    "--format=json",
    "--list-all-pkgs",
    "--show-suppressed",
    "--offline-scan",
    "--skip-db-update",
    "--skip-java-db-update",
    "--skip-check-update",
    "--skip-vex-repo-update",
    "--skip-version-check",
    "--disable-telemetry",
    "--no-progress",
    "--timeout=15m",
    # Scans run side by side, and the cache on disk is locked by the first.
    "--cache-backend=memory",
    # The scanned app cannot change the scan: its settings and its lists of ignored findings are not read.
    "--config=/dev/null",
    "--ignorefile=/dev/null",
)
"""No network, no other inputs than the given ones, and all findings: the policy decides, not the scanner."""


def image(given: str, cache: str, report: str, *, secrets: str = "", vex: Sequence[str] = ()) -> list[str]:
    """Scan one platform of an image: packages of the system and of languages, licences, secrets in every layer.

    Args:
        given: ``input`` of ``ci.intool.scan.flatten``.
        cache: directory with the database, see ``ci.intool.scan.unpack``.
        report: file to write.
        secrets: file with the settings of the secret search, ``ci/intool/scan/secrets.yaml``; empty for Trivy's own.
        vex: OpenVEX documents, see ``ci.intool.scan.vex``.
    """
    scanners = ["--scanners=vuln,secret,license", "--image-config-scanners=secret"]
    return ["trivy", "image", f"--input={given}", *scanners, *_handed(cache, report, secrets, vex)]


def packages(given: str, cache: str, report: str) -> list[str]:
    """List the packages of one platform of an image, which needs no database.

    Args:
        given: as of ``image``.
        cache: an empty directory.
        report: file to write.
    """
    return ["trivy", "image", f"--input={given}", "--scanners=license", *_handed(cache, report, "", ())]


def source(directory: str, cache: str, report: str, *, vex: Sequence[str] = ()) -> list[str]:
    """Scan what a lockfile has for production, and the licences of what is installed beside it.

    Args:
        directory: of the source.
        cache: as of ``image``.
        report: file to write.
        vex: documents.
    """
    return ["trivy", "fs", "--scanners=vuln,license", *_handed(cache, report, "", vex), directory]


def files(directory: str, cache: str, report: str, *, secrets: str = "") -> list[str]:
    """Scan the files of a source, installed packages excepted, for secrets, and for weak settings (Kubernetes, …).

    Args:
        directory: of the source.
        cache: as of ``image``.
        report: file to write.
        secrets: settings, as of ``image``.
    """
    scanners = ["--scanners=secret,misconfig", "--skip-dirs=**/node_modules"]
    return ["trivy", "fs", *scanners, *_handed(cache, report, secrets, ()), directory]


def semgrep(directory: str, rules: str, report: str) -> list[str]:
    """Scan a source directory by rules of a directory.

    Args:
        directory: of the source.
        rules: file or directory with the rules.
        report: file to write.
    """
    return [
        *("semgrep", "scan", "--oss-only", "--metrics=off", "--disable-version-check", "--quiet"),
        *("--no-rewrite-rule-ids", "--timeout=30", "--timeout-threshold=0"),
        # The scanned app cannot change the scan: neither its ignore files nor its comments hide a finding.
        *("--no-git-ignore", "--x-ignore-semgrepignore-files", "--disable-nosem"),
        *(f"--exclude={glob}" for glob in _LEFT_OUT),
        *(f"--config={rules}", "--json", f"--output={report}", directory),
    ]


_LEFT_OUT = (
    *("node_modules", ".next", ".git", "__tests__", "__mocks__"),
    *("*.test.*", "*.spec.*", "*.stories.*", "*.min.*"),
)
"""Directories that the app does not serve: tests, and files that other tools built."""


def _handed(cache: str, report: str, secrets: str, vex: Sequence[str]) -> list[str]:
    given = [f"--secret-config={secrets}"] if secrets else []
    return [*_COMMON, f"--cache-dir={cache}", f"--output={report}", *given, *(f"--vex={one}" for one in vex)]
