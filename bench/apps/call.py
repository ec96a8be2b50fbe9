"""One call of the pipeline's functions, with a deadline, its output in files."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from bench.apps.outcome import Call

_PATIENCE = 60
"""Seconds that the CLI has to end its session after the deadline."""
_MANIFEST = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"


def dagger(project: Path, arguments: Sequence[str], output: Path, deadline: float) -> Call:
    """Call functions of the module.

    Args:
        project: directory of the module.
        arguments: after ``dagger call``.
        output: base name of the files: ``.out`` for the output, ``.log`` for progress and errors.
        deadline: seconds after which the call is ended.
    """
    start = time.monotonic()
    printed, log = output.with_name(f"{output.name}.out"), output.with_name(f"{output.name}.log")
    with printed.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(
            ["nice", "-n", "10", "dagger", "--progress=plain", "call", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            env={**os.environ, "NO_COLOR": "1"},
            cwd=project,
            start_new_session=True,
        )
        code = _ended(process, deadline)
    return Call(
        code=code,
        seconds=time.monotonic() - start,
        printed=printed.read_text("utf-8", "replace"),
        log=log.read_text("utf-8", "replace"),
    )


def _ended(process: subprocess.Popen[bytes], deadline: float) -> int | None:
    try:
        return process.wait(deadline)
    except subprocess.TimeoutExpired:
        pass
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        os.killpg(process.pid, ending)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            continue
        break
    return None


def in_registry(host: str, repository: str, digest: str) -> bool:
    """Whether a registry without TLS and login has a manifest.

    Args:
        host: host and port.
        repository: name in the registry.
        digest: of the manifest.
    """
    request = urllib.request.Request(
        f"http://{host}/v2/{repository}/manifests/{digest}", method="HEAD", headers={"Accept": _MANIFEST}
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=20) as answer:
            return int(answer.status) == 200  # noqa: PLR2004
    except (urllib.error.URLError, TimeoutError):
        return False
