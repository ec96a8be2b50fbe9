"""Source trees from git directories, by commit: only the directory that is built, without history."""

import os
import re
import subprocess
import tempfile
from pathlib import Path

from bench.apps.catalogue import App

_MISSING = re.compile(r"error: unable to read sha1 file of (?P<file>.+) \([0-9a-f]+\)")


class CheckoutError(RuntimeError):
    """A commit or directory is not in the git directory."""


def git_directory(mirrors: Path, repository: str) -> Path:
    """Where a repository lies below a directory: ``OWNER+NAME``, ``OWNER/NAME`` or ``NAME``, bare or with a work tree.

    Raises:
        CheckoutError: there is none.
    """
    owner, _, name = repository.partition("/")
    for home in (f"{owner}+{name}", repository, name, f"{name}.git"):
        for place in ("", ".git", "repo", "repo/.git"):
            if (mirrors / home / place / "objects").is_dir():
                return mirrors / home / place
    raise CheckoutError(f"{mirrors} has no git directory of {repository}")


def checkout(mirrors: Path, app: App, into: Path) -> list[str]:
    """Write the source of an app to a directory that does not exist yet.

    Args:
        mirrors: directory with the git directories.
        app: the entry; its commit and directory are taken.
        into: the directory.

    Returns:
        Files that the git directory has no content of; they are left out.

    Raises:
        CheckoutError: the repository, commit or directory is not there.
    """
    home = git_directory(mirrors, app.repository)
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, "GIT_INDEX_FILE": str(Path(scratch) / "index")}

        def git(*arguments: str) -> subprocess.CompletedProcess[str]:
            argv = ["git", f"--git-dir={home}", f"--work-tree={scratch}", *arguments]
            return subprocess.run(argv, check=False, capture_output=True, text=True, env=environment)

        read = git("read-tree", f"{app.commit}:{app.directory}" if app.directory else app.commit)
        if read.returncode:
            raise CheckoutError(f"{app.name}: {read.stderr.strip()}")
        into.mkdir(parents=True)
        done = git("checkout-index", "--all", f"--prefix={into.resolve()}/")
    missing = [found["file"] for found in _MISSING.finditer(done.stderr)]
    if done.returncode and not missing:
        raise CheckoutError(f"{app.name}: {done.stderr.strip()}")
    return missing
