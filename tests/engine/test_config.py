"""The functions of ``config``, called as a person calls them."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from ci.messages import message
from tests.conftest import CHECKOUT, Called

pytestmark = pytest.mark.engine

Call = Callable[..., Called]


def printed(called: Called) -> str:
    assert called.code == 0, called.error or called.stderr[-3000:]
    return called.stdout


def test_validate_names_the_file_and_what_should_change(call: Call, tmp_path: Path) -> None:
    assert "next-distroless.yaml is valid (next-distroless.yaml in the source)" in printed(call("config", "validate"))
    file = tmp_path / "floating.yaml"
    file.write_text("version: 2\nimage:\n  repository: ghcr.io/me/app:latest\n")
    text = printed(call("--pipeline-file", file, "config", "validate"))
    assert "floating.yaml is valid" in text
    assert "warning: floating.yaml:3: image.repository" in text


def test_a_shipped_file_is_proposed_by_what_the_source_has_and_used_by_its_name(call: Call, mini: Path) -> None:
    (mini / "next-distroless.yaml").rename(mini / "web.yaml")
    route = mini / "src/app/api/admin/tvbox/route.ts"
    route.parent.mkdir(parents=True)
    route.write_text("export const GET = () => new Response('')\n")
    proposal = message("advice.pipeline", name="moontv").line
    notes = json.loads(printed(call("plan", source=mini)))["notes"]
    assert notes[0] == "pipeline: none, all by detection"
    assert f"advice: {proposal}" in notes
    assert f"advice   {proposal}" in printed(call("doctor", source=mini))
    for given, named in (("moontv", "moontv.yaml"), ("./web.yaml", "web.yaml")):
        assert f"{named} is valid" in printed(call("--pipeline", given, "config", "validate", source=mini))
    called = call("--pipeline", "montv", "plan", source=mini)
    assert called.code != 0
    assert "did you mean `moontv`?" in called.error


def test_an_error_names_line_key_and_the_nearest_key(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text("version: 2\nruntime:\n  heath: {path: /}\n")
    called = call("--pipeline-file", file, "config", "validate")
    assert called.code != 0
    error = message("config.unknown-key", place="wrong.yaml:3: runtime.heath: ", hint="did you mean `health`?")
    assert error.what in called.error
    assert error.fix in called.error


def test_show_tells_where_each_value_comes_from(call: Call) -> None:
    shown = printed(call("config", "show"))
    assert yaml.safe_load(shown)["runtime"]["port"] == 3000
    assert "port: 3000  # default" in shown
    assert 'node: "22"  # next-distroless.yaml:' in shown


def test_init_writes_a_file_that_is_valid(call: Call, mini: Path, tmp_path: Path) -> None:
    file = tmp_path / "next-distroless.yaml"
    printed(call("config", "init", "-o", file, source=mini))
    assert file.read_text().startswith("#")
    assert "is valid" in printed(call("--pipeline-file", file, "config", "validate", source=mini))


def test_the_schema_is_the_committed_one(call: Call) -> None:
    committed = (CHECKOUT / "pipelines" / "pipeline.schema.json").read_text()
    assert json.loads(printed(call("config", "schema"))) == json.loads(committed)


def test_the_plan_is_written_as_a_dockerfile(call: Call, tmp_path: Path) -> None:
    printed(call("dockerfile", "export", "--path", tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Dockerfile", "Dockerfile.dockerignore"]
    text = (tmp_path / "Dockerfile").read_text()
    assert text.startswith("# moontv, as `dagger call dockerfile` wrote it.")


def test_the_doctor_ends_with_an_error_where_it_found_one(call: Call, mini: Path) -> None:
    (mini / "Dockerfile").write_text("FROM node:22-slim\nUSER 1000\nRUN npm install\n")
    called = call("--npm-registry", "http://127.0.0.1:9/", "doctor", source=mini)
    assert called.code != 0
    for line in (
        "error    the npm registry http://127.0.0.1:9/ cannot be reached from the engine (ECONNREFUSED)",
        "warning  Dockerfile:3: `npm install` may install other versions than the lockfile has",
        "ok       machine: Linux ",
    ):
        assert line in called.stderr
