"""Go modules that are served only in another version than Dagger 0.21.8 asks for: copies with the difference added.

Run before the engine's build; ``recipe/engine/go.mod`` replaces the wanted modules by these copies.
"""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from offline.errors import OfflineError
from offline.golang import Go

_DANG = "github.com/vito/dang"
_PENDING_ATTR = """
// PendingAttr marks a span that has not started its work yet.
const PendingAttr = "dagger.io/ui.pending"
"""


def write_patched_modules(target: Path, go: Go, log: Path) -> None:
    """Write the copies.

    Args:
        target: directory to make, with one module a subdirectory.
        go: toolchain that fetches (and checks by the checksum database) the originals.
        log: file that gets the toolchain's messages.

    Raises:
        OfflineError: an original could not be fetched.
    """
    _copy_dang_as_v2(_original(f"{_DANG}@v1.0.1", go, log), target / "dang2")
    shutil.copytree(_original("github.com/dagger/otel-go@v1.41.0", go, log), target / "otel")
    _make_writable(target / "otel")
    with (target / "otel" / "attrs.go").open("a") as attrs:
        attrs.write(_PENDING_ATTR)


def _copy_dang_as_v2(original: Path, copy: Path) -> None:
    # Dagger links the language twice, as v1 and v2, so import paths and the C symbols of one copy must differ.
    shutil.copytree(original, copy)
    _make_writable(copy)
    import_path = re.compile(re.escape(_DANG) + r'(?=["/ ]|$)', re.MULTILINE)
    for path in [*copy.rglob("*.go"), copy / "go.mod"]:
        _rewrite(path, lambda text: import_path.sub(f"{_DANG}/v2", text))
    for place in ("treesitter/src", "pkg/dang/danglang"):
        for path in (copy / place).rglob("*"):
            if path.is_file():
                _rewrite(path, lambda text: text.replace("tree_sitter_dang", "tree_sitter_dang_two"))


def _rewrite(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8", errors="surrogateescape")
    changed = change(text)
    if changed != text:
        path.write_text(changed, encoding="utf-8", errors="surrogateescape")


def _make_writable(tree: Path) -> None:
    for path in [tree, *tree.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


def _original(module: str, go: Go, log: Path) -> Path:
    with tempfile.TemporaryDirectory() as apart:
        (Path(apart) / "go.mod").write_text("module apart\n\ngo 1.26\n")
        with log.open("ab") as messages:
            done = subprocess.run(
                [go.program, "mod", "download", "-json", module],
                cwd=apart,
                stdout=subprocess.PIPE,
                stderr=messages,
                check=False,
            )
    if done.returncode:
        raise OfflineError(f"the Go module {module} could not be fetched (log: {log})", "check the Go module proxy")
    return Path(json.loads(done.stdout)["Dir"])
