"""What the registry work decides without a registry."""

import inspect
import json
from pathlib import Path

import pytest

from ci.intool.common.command import function, operate
from ci.intool.common.layout import Layout
from ci.intool.registry import parts
from ci.intool.registry.__main__ import OPERATIONS
from ci.intool.registry.client import digest_of
from ci.intool.registry.refusals import Kind, failure, kind_of
from ci.intool.registry.regctl import hopeless
from ci.intool.registry.retry import Retry
from tests.registry import layouts

DIGEST = f"sha256:{'a' * 64}"


def test_a_digest_follows_the_algorithm_of_another() -> None:
    assert digest_of(b"") == digest_of(b"", DIGEST) == digest_of(b"", "latest")
    assert digest_of(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest_of(b"", f"sha512:{'a' * 128}").startswith("sha512:cf83e1357eefb8bd")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("lookup x.invalid on 10.0.0.1:53: no such host", Kind.UNKNOWN_HOST),
        ('Get "https://h/v2/": http: server gave HTTP response to HTTPS client', Kind.PLAIN_HTTP),
        ("Bad Request [http 400]: Client sent an HTTP request to an HTTPS server.", Kind.WANTS_TLS),
        ("tls: failed to verify certificate: x509: certificate signed by unknown authority", Kind.NOT_TRUSTED),
        ("failed to send blob post, ref h/a:latest: no credentials available: unauthorized", Kind.DENIED),
        ("request failed: unauthorized [http 403]: ", Kind.DENIED),
        ("unexpected http status code: Method Not Allowed [http 405]: Method not allowed", Kind.READ_ONLY),
        ("request failed: rate limit exceeded [http 429]: ", Kind.BUSY),
        ("failed to send blob post, ref h/a:latest: retry limit exceeded", Kind.BUSY),
        ("Internal Server Error [http 500]: filesystem: write /x: no space left on device", Kind.FULL),
        ('Internal Server Error [http 500]: {"detail":{"Op":"write","Err":28}}', Kind.FULL),
        ("unexpected http status code: Insufficient Storage [http 507]", Kind.FULL),
        ("Internal Server Error [http 500]: ", Kind.SERVER),
        ("Service Unavailable [http 503]: ", Kind.SERVER),
        ("request failed: not found [http 404]: MANIFEST_UNKNOWN", Kind.ABSENT),
        ("failed to send blob (chunk digest), digest x: request failed: not found [http 404]: ", Kind.BROKEN),
        ('Bad Request [http 400]: {"errors":[{"code":"DIGEST_INVALID"}]}', Kind.BROKEN),
        ("http status: Requested Range Not Satisfiable [http 416]", Kind.BROKEN),
        ('Patch "http://h/v2/": read tcp 1->2: read: connection reset by peer', Kind.BROKEN),
        ('Put "http://h/v2/": EOF', Kind.BROKEN),
        ("dial tcp 127.0.0.1:1: connect: connection refused", Kind.REFUSED),
        ('invalid reference "A b"', Kind.NO_NAME),
        ("digest mismatch, expected sha256:a, computed sha256:b", Kind.DAMAGED),
        ("digest mismatch [expected sha256:a, calculated sha256:b]: EOF", Kind.ALTERED),
        ('Bad Request [http 400]: {"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}', Kind.OTHER),
        ('time=12:00 level=DEBUG err="connection reset by peer"\nrequest failed: unauthorized [http 403]', Kind.DENIED),
    ],
)
def test_kinds_of_trouble(said: str, kind: Kind) -> None:
    assert kind_of(said) is kind


def test_only_what_may_pass_is_tried_again() -> None:
    assert {kind for kind in Kind if kind.passes} == {Kind.BUSY, Kind.SERVER, Kind.BROKEN, Kind.REFUSED}


@pytest.mark.parametrize("said", ["", "no space left", "unauthorized", "[http 429]", "[http 500]", "[http 404]"])
def test_a_failure_names_host_action_and_next_step(said: str) -> None:
    reported = failure("push a layer to ghcr.io/acme/app", "ghcr.io/acme/app", said)
    assert reported.what.startswith("cannot push a layer to ghcr.io/acme/app: ")
    assert reported.what.endswith(f" ({said or 'no message'})")
    assert "{" not in reported.what + reported.fix


def test_a_failure_keeps_the_secrets_of_addresses() -> None:
    reported = failure("push", "h/a", 'Patch "http://h/v2/uploads/1?_state=secret": EOF\n\n')
    assert reported.what.endswith('(Patch "http://h/v2/uploads/1": EOF)')


def test_pauses_double_and_are_spread() -> None:
    retry = Retry(pause=2.0)
    for attempt, middle in [(1, 2.0), (2, 4.0), (3, 8.0)]:
        pauses = {retry.wait(attempt) for _ in range(50)}
        assert len(pauses) > 1
        assert all(middle / 2 <= pause <= middle * 1.5 for pause in pauses)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("", ""),
        ("PATCH 500,PATCH 500,PATCH 500", ""),
        ("PATCH 500,PATCH 500,PATCH 500,PATCH 500", "[http 500]"),
        ("PATCH 202,PATCH 500,GET 204,PATCH 500,PATCH 500,GET 204,PUT 503", "[http 503]"),
        ("PATCH 500,PATCH 500,PATCH 500,PATCH 500,PATCH 202", ""),
        ("PATCH 500,PATCH 416,PATCH 500,PATCH 500", ""),
    ],
)
def test_an_upload_without_hope(answers: str, expected: str) -> None:
    lines = (answer.split() for answer in answers.split(",") if answer)
    trace = "\n".join(f'msg="reg http request" req-method={m} req-url=u resp-status="{s} Text"' for m, s in lines)
    assert hopeless(trace.encode()) == expected


def test_parts_come_before_what_names_them(tmp_path: Path) -> None:
    digest = layouts.write(tmp_path / "x", platforms=("linux/amd64", "linux/arm64"), sizes=(10, 10))
    layout = Layout(tmp_path / "x")
    manifests, blobs = parts.manifests(layout), parts.blobs(layout)
    assert [part.media_type for part in manifests] == [layouts.MANIFEST, layouts.MANIFEST, layouts.INDEX]
    assert manifests[-1].digest == digest
    assert [part.media_type for part in blobs] == [layouts.CONFIG, layouts.LAYER, layouts.LAYER] * 2
    assert sum(part.size for part in (*manifests, *blobs)) == layouts.total(tmp_path / "x")
    assert all(digest_of(part.path.read_bytes()) == part.digest for part in (*manifests, *blobs))


def test_a_layer_of_two_platforms_is_one_part(tmp_path: Path) -> None:
    layouts.write(tmp_path / "x", platforms=("linux/amd64", "linux/amd64"), sizes=(10,))
    assert len(parts.blobs(Layout(tmp_path / "x"))) == 2
    assert len(parts.manifests(Layout(tmp_path / "x"))) == 2


@pytest.mark.parametrize("argv", [[], ["verify"], ["burn", "arguments.json", "report.json"]])
def test_arguments_that_are_none(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert operate("ci.intool.registry", OPERATIONS, argv) == 9
    assert "python3 -m ci.intool.registry OPERATION ARGUMENTS.json REPORT.json" in capsys.readouterr().err


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_is_there(operation: str) -> None:
    assert inspect.isfunction(function("ci.intool.registry", OPERATIONS, operation))


def test_a_machine_without_regctl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    arguments, report = tmp_path / "arguments.json", tmp_path / "report.json"
    arguments.write_text(json.dumps({"reference": f"h/a@{DIGEST}"}))
    assert operate("ci.intool.registry", OPERATIONS, ["verify", str(arguments), str(report)]) == 9
    assert capsys.readouterr().err.splitlines() == [
        "next-distroless: the program regctl is not on PATH",
        "  fix: install regctl (regclient) 0.11 or newer",
    ]
    assert not report.exists()
