"""GitHub workflows as data, and their `run:` blocks in bash as GitHub's runner starts it."""

import os
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import CHECKOUT, command

WORKFLOWS = {path.name: path.read_text() for path in sorted((CHECKOUT / ".github" / "workflows").glob("*.yml"))}
INSTALL = "Install the Dagger CLI"
IN_ANY_CASE = "${{ !cancelled() }}"
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail")
"""What `shell: bash` stands for (workflow syntax of GitHub Actions, `jobs.<job_id>.steps[*].shell`)."""


@dataclass(frozen=True)
class Ran:
    """A finished job: its worst exit code, its outputs without the empty ones, its summary, all that it printed."""

    code: int
    outputs: Mapping[str, str]
    summary: str
    log: str


def load(text: str) -> dict[str, Any]:
    """A workflow; its events are below `on`, which YAML 1.1 takes for a truth value."""
    read = yaml.safe_load(text)
    return {"on": read.pop(True), **read}


def steps(workflow: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The steps of all jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def run(
    job: Mapping[str, Any],
    *,
    cwd: Path,
    home: Path,
    known: Mapping[str, str],
    env: Mapping[str, str],
    without: Collection[str] = (),
) -> Ran:
    """Run the blocks of a job, in order, each in a bash of its own.

    Args:
        job: of a workflow with `shell: bash`.
        cwd: the checkout, which takes the place of the steps that use actions.
        home: an empty directory for the runner's files.
        known: values of whole expressions, such as `github.repository`.
        env: variables of the runner; they win over those of the job and its steps.
        without: names of steps that are left out.
    """
    files = {name: home / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for file in files.values():
        file.touch()
    values, code, log = dict(known), 0, ""
    for step in (step for step in job["steps"] if "run" in step and step.get("name") not in without):
        if code and step.get("if") != IN_ANY_CASE:
            continue
        files["GITHUB_OUTPUT"].write_text("")
        given = {name: resolved(value, values) for name, value in {**job.get("env", {}), **step.get("env", {})}.items()}
        path = ":".join([*files["GITHUB_PATH"].read_text().split(), env.get("PATH", os.environ["PATH"])])
        (home / "block").write_text(step["run"])
        paths = {"RUNNER_TEMP": home, **files}
        done = command(
            *(*SHELL, home / "block"),
            cwd=cwd,
            env={**given, **{name: str(place) for name, place in paths.items()}, **env, "PATH": path},
        )
        code, log = code or done.code, log + done.stdout + done.stderr
        for name, value in _outputs(files["GITHUB_OUTPUT"].read_text()):
            values[f"steps.{step['id']}.outputs.{name}"] = value
    outputs = {name: resolved(value, values, missing="") for name, value in job.get("outputs", {}).items()}
    return Ran(code, {n: v for n, v in outputs.items() if v}, files["GITHUB_STEP_SUMMARY"].read_text(), log)


def _outputs(text: str) -> Iterator[tuple[str, str]]:
    """What a step set: `NAME=VALUE`, or `NAME<<END`, lines, `END` (workflow commands, "Multiline strings")."""
    lines = iter(text.splitlines())
    for line in lines:
        name, several, end = line.partition("<<")
        if several and "=" not in name:
            yield name, "\n".join(takewhile(end.__ne__, lines))
        else:
            name, _, value = line.partition("=")
            yield name, value


def resolved(text: str, values: Mapping[str, str], missing: str | None = None) -> str:
    """A text with the values of its expressions."""

    def value(expression: re.Match[str]) -> str:
        return values[expression[1]] if missing is None else values.get(expression[1], missing)

    return re.sub(r"\$\{\{ (.+?) \}\}", value, text)
