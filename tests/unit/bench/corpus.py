"""Values for the tests of the corpus."""

from typing import Any

from bench.apps.catalogue import App

COMMIT = "0" * 40
CANNOT = "engine cannot reach (exit code 1):"
DIGEST = f"sha256:{'a' * 64}"

PUBLISHED = f"""127.0.0.1:5000/corpus-shop:1.2.3@{DIGEST}
  linux/amd64  61.5 MB compressed in 9 layers (app 9.1 MB)
  payload      31.0 MB of 62.0 MB
               left out: 31.0 MB sharp (images are not optimised)
  score        97 of 100 (checks: 70 passed, 0 waived, 1 failed, 2 not run)
  total         75.0 s
"""

TEMPLATES = {
    "config.wrong-value": "{place}{problem}",
    "lockfile.none": "the app has no lockfile, so the versions to install are unknown",
    "build.failed": "the app does not build",
    "cause.host": "the build connects to {host}, which the engine cannot reach",
    "gates.failed": "{names} failed, so {consequence}:\n{findings}",
}

UNREACHED = f"""3   : : step DONE [1.0s]
! ci.errors.BuildError: an earlier error of another step
Error: ci.errors.BuildError: the app does not build: the build connects to api.example.com, which the {CANNOT}
  | > next build
  fix: let the engine reach api.example.com
  repeat: dagger call --source . publish [traceparent:0123456789-ab]
"""


def app(**more: Any) -> App:
    """An entry."""
    return App(**{"name": "shop", "repository": "someone/shop", "commit": COMMIT, **more})


def refused(cause: str, **more: Any) -> App:
    """An entry that is to be refused."""
    return app(expect="refused", cause=cause, why="it lacks something", **more)
