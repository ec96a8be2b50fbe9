from typing import Any

import pytest

from ci.intool.oci.config import config, layer_names

BASE: dict[str, Any] = {
    "architecture": "arm64",
    "variant": "v8",
    "os": "linux",
    "created": "2025-05-05T05:05:05Z",
    "moby.buildkit.buildinfo.v1": "machine",
    "container": "123",
    "config": {
        "Env": ["PATH=/bin", "A=base", "B=1=2"],
        "Entrypoint": ["/nodejs/bin/node"],
        "Cmd": ["x"],
        "User": "0",
        "WorkingDir": "/",
        "Labels": {"base": "yes", "title": "base"},
        "ExposedPorts": {"1/tcp": {}},
        "StopSignal": "SIGINT",
    },
    "rootfs": {"type": "layers", "diff_ids": ["sha256:1"]},
    "history": [
        {"created": "2025-05-05T05:05:05Z", "created_by": "bazel", "comment": "c"},
        {"created": "2025-05-05T05:05:06Z", "created_by": "USER 0", "empty_layer": True},
    ],
}
NOW = "2026-01-01T00:00:00Z"
STARTED = BASE["config"]


@pytest.mark.parametrize(
    ("over", "changed"),
    [
        ({}, {}),
        ({"User": "", "Cmd": [], "Env": {}, "Labels": {}, "StopSignal": "", "Healthcheck": {}}, {}),
        ({"User": "65532:65532"}, {"User": "65532:65532"}),
        ({"Cmd": ["server.js"]}, {"Cmd": ["server.js"]}),
        ({"WorkingDir": "/app"}, {"WorkingDir": "/app"}),
        ({"StopSignal": "SIGTERM"}, {"StopSignal": "SIGTERM"}),
        ({"Env": {"Z": "z", "A": "app", "C": ""}}, {"Env": ["PATH=/bin", "A=app", "B=1=2", "Z=z", "C="]}),
        ({"Labels": {"title": "app"}}, {"Labels": {"base": "yes", "title": "app"}}),
        ({"ExposedPorts": ["3000/tcp"]}, {"ExposedPorts": {"1/tcp": {}, "3000/tcp": {}}}),
        ({"Healthcheck": {"Test": ["NONE"], "Interval": 1}}, {"Healthcheck": {"Test": ["NONE"], "Interval": 1}}),
    ],
)
def test_values_over_those_of_the_base(over: dict[str, Any], changed: dict[str, Any]) -> None:
    assert config(BASE, over, NOW, [])["config"] == {**STARTED, **changed}


def test_a_base_without_values() -> None:
    bare = {"architecture": "amd64", "os": "linux", "rootfs": {"diff_ids": []}, "config": None, "history": None}
    assert config(bare, {"Env": {"A": "1"}}, NOW, []) == {
        "architecture": "amd64",
        "os": "linux",
        "created": NOW,
        "config": {"Env": ["A=1"]},
        "rootfs": {"type": "layers", "diff_ids": []},
        "history": [],
    }


def test_layers_history_and_nothing_of_the_exporter() -> None:
    made = config(BASE, {}, NOW, [("node_modules", "sha256:2"), ("server", "sha256:3")])
    assert {key: value for key, value in made.items() if key != "config"} == {
        "architecture": "arm64",
        "variant": "v8",
        "os": "linux",
        "created": NOW,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:1", "sha256:2", "sha256:3"]},
        "history": [
            {"created": NOW, "created_by": "bazel", "comment": "c"},
            {"created": NOW, "created_by": "USER 0", "empty_layer": True},
            {"created": NOW, "created_by": "next-distroless: node_modules"},
            {"created": NOW, "created_by": "next-distroless: server"},
        ],
    }
    assert layer_names(made) == ["base", "node_modules", "server"]


@pytest.mark.parametrize("history", [None, [], [{"empty_layer": True}], [{}, {}, {}]])
def test_a_history_that_does_not_fit_the_layers_is_replaced(history: Any) -> None:
    base = {**BASE, "history": history, "rootfs": {"diff_ids": ["sha256:1", "sha256:2"]}}
    made = config(base, {}, NOW, [("server", "sha256:3")])
    assert made["history"] == [{"created": NOW}] * 2 + [{"created": NOW, "created_by": "next-distroless: server"}]
    assert layer_names(made) == ["base", "base", "server"]
