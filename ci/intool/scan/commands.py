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
    # The scanned app cannot change the scan: its settings and its lists of ignored findings are not read.
    "--config=/dev/null",
    "--ignorefile=/dev/null",
)
"""No network, no other inputs than the given ones, and all findings: the policy decides, not the scanner."""


def image(
    given: str, cache: str, report: str, *, secrets: str = "", vex: Sequence[str] = (), kept: bool = False
) -> list[str]:
    """Scan one platform of an image: packages of the system and of languages, licences, secrets in every layer.

    Args:
        given: ``input`` of ``ci.intool.scan.flatten``.
        cache: directory with the database, see ``ci.intool.scan.unpack``.
        report: file to write.
        secrets: file with the settings of the secret search, ``ci/intool/scan/secrets.yaml``; empty for Trivy's own.
        vex: OpenVEX documents, see ``ci.intool.scan.vex``.
        kept: whether what is found in each layer is kept in the cache, and taken from there. No other scan may use
            this cache at the same time: Trivy locks it.
    """
    scanners = ["--scanners=vuln,secret,license", "--image-config-scanners=secret"]
    return ["trivy", "image", f"--input={given}", *scanners, *_handed(cache, report, secrets, vex, kept=kept)]


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
    """Scan the files of a source, installed packages excepted, for secrets.

    Args:
        directory: of the source.
        cache: as of ``image``.
        report: file to write.
        secrets: settings, as of ``image``.
    """
    return ["trivy", "fs", "--scanners=secret", _NO_PACKAGES, *_handed(cache, report, secrets, ()), directory]


def settings(directory: str, cache: str, report: str) -> list[str]:
    """Scan the files of a source, installed packages excepted, for weak settings (Kubernetes, Terraform, …).

    Args:
        directory: of the source; files of the kinds ``NO_SETTINGS`` may be missing.
        cache: as of ``image``.
        report: file to write.
    """
    return ["trivy", "fs", "--scanners=misconfig", _NO_PACKAGES, *_handed(cache, report, "", ()), directory]


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


_NO_PACKAGES = "--skip-dirs=**/node_modules"

NO_SETTINGS = (
    *("js", "jsx", "cjs", "mjs", "ts", "tsx", "cts", "mts", "css", "scss", "sass", "less", "md", "mdx"),
    *("avif", "gif", "ico", "jpeg", "jpg", "png", "svg", "webp", "otf", "ttf", "woff", "woff2", "mp3", "mp4", "webm"),
)
"""Ends of the names of files in which Trivy 0.74 knows no settings: programs, styles, texts, and media."""

_LEFT_OUT = (
    *("node_modules", ".next", ".git", "__tests__", "__mocks__"),
    *("*.test.*", "*.spec.*", "*.stories.*", "*.min.*"),
)
"""Directories that the app does not serve: tests, and files that other tools built."""


def _handed(cache: str, report: str, secrets: str, vex: Sequence[str], *, kept: bool = False) -> list[str]:
    backend = f"--cache-backend={'fs' if kept else 'memory'}"
    given = [f"--secret-config={secrets}"] if secrets else []
    return [*_COMMON, backend, f"--cache-dir={cache}", f"--output={report}", *given, *(f"--vex={one}" for one in vex)]
