"""What the doctor says of a published image."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ci.decide.doctor.image import Inside, examine
from ci.messages import catalogue

NOW = datetime(2026, 12, 1, tzinfo=UTC)
NODE = "/nodejs/bin/node"
GLIBC, MUSL = "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"
FINE = Inside(
    reference="ghcr.io/me/shop:1.0.0",
    platform="linux/amd64",
    created="2026-11-01T00:00:00Z",
    user="65532:65532",
    entrypoint=[NODE],
    cmd=["server.js"],
    env={"HOSTNAME": "0.0.0.0", "PORT": "3000"},  # noqa: S104  a value
    health_check={"Test": ["CMD", NODE, "-e", "check()"]},
    programs=[NODE],
    loaders=[GLIBC],
    env_files=[],
    packages=["next", "@img/sharp-linux-x64"],
    server=True,
    static=True,
)
SHELL = replace(
    FINE,
    programs=["/bin/sh", "/usr/local/bin/docker-entrypoint.sh", "/usr/local/bin/node", "/usr/bin/wget"],
    entrypoint=["node"],
    health_check={"Test": ["CMD", "node", "check.js"]},
)


def found(image: Inside, **facts: Any) -> list[tuple[str, str]]:
    return [(one.level, one.text) for one in examine(replace(image, **facts), NOW) if one.level != "ok"]


@pytest.mark.parametrize(
    ("image", "facts", "level", "message"),
    [
        (FINE, {"entrypoint": ["/bin/sh", "-c", "node server.js"]}, "error", "doctor.image-no-program"),
        (FINE, {"entrypoint": [], "cmd": ["npm", "start"]}, "error", "doctor.image-no-program"),
        (FINE, {"user": ""}, "warning", "doctor.root"),
        (FINE, {"user": "0:0"}, "warning", "doctor.root"),
        (FINE, {"env": {}}, "warning", "doctor.image-hostname"),
        (FINE, {"health_check": {}}, "advice", "doctor.image-no-check"),
        (FINE, {"health_check": {"Test": ["NONE"]}}, "advice", "doctor.image-no-check"),
        (FINE, {"health_check": {"Test": ["CMD-SHELL", "curl -f localhost"]}}, "error", "doctor.check-program"),
        (FINE, {"health_check": {"Test": ["CMD", "wget", "localhost"]}}, "error", "doctor.check-program"),
        (FINE, {"health_check": {"Test": ["CMD", "node", "check.js"]}}, "error", "doctor.check-program"),
        (FINE, {"health_check": {"Test": ["CMD-SHELL", f"{NODE} check.js"]}}, "error", "doctor.check-shell"),
        (SHELL, {"health_check": {"Test": ["CMD-SHELL", "curl localhost"]}}, "error", "doctor.check-program"),
        (FINE, {"packages": ["@img/sharp-linuxmusl-x64"]}, "warning", "doctor.image-libc"),
        (FINE, {"packages": ["@next/swc-linux-x64-musl"]}, "warning", "doctor.image-libc"),
        (FINE, {"loaders": [MUSL]}, "warning", "doctor.image-libc"),
        (FINE, {"env_files": ["/app/.env.production"]}, "error", "doctor.image-env-file"),
        (FINE, {"env": {**FINE.env, "API_TOKEN": "abc"}}, "error", "doctor.image-secret"),
        (FINE, {"static": False}, "warning", "doctor.no-static"),
        (FINE, {"created": "2026-08-01T00:00:00.123456789Z"}, "advice", "doctor.image-old"),
    ],
)
def test_what_is_wrong(image: Inside, facts: dict[str, Any], level: str, message: str) -> None:
    ((found_level, text),) = found(image, **facts)
    assert found_level == level
    assert text.startswith("ghcr.io/me/shop:1.0.0: ")
    assert max(catalogue()[message].what.replace("}", "{").split("{")[::2], key=len) in text


@pytest.mark.parametrize(
    ("image", "facts"),
    [
        (FINE, {}),
        (SHELL, {}),
        (SHELL, {"entrypoint": ["docker-entrypoint.sh"]}),
        (SHELL, {"health_check": {"Test": ["CMD-SHELL", "wget -q localhost || exit 1"]}}),
        (FINE, {"entrypoint": ["/bin/node"], "programs": [NODE, "/usr/bin/node"]}),
        (FINE, {"env": {**FINE.env, "API_TOKEN": ""}}),
        (FINE, {"packages": ["@img/sharp-linuxmusl-x64", "@img/sharp-linux-x64"]}),
        (FINE, {"loaders": [MUSL], "packages": ["@img/sharp-linuxmusl-x64", "@img/sharp-linux-x64"]}),
        (FINE, {"loaders": [], "packages": ["@img/sharp-linuxmusl-x64"]}),
        (FINE, {"server": False, "static": False, "env": {}}),
        (FINE, {"created": "1970-01-01T00:00:00Z"}),
        (FINE, {"created": ""}),
        (FINE, {"created": "yesterday"}),
    ],
)
def test_what_is_not(image: Inside, facts: dict[str, Any]) -> None:
    assert found(image, **facts) == []


def test_a_report_has_more_than_is_judged() -> None:
    report = {**{name: getattr(FINE, name) for name in Inside.__dataclass_fields__}, "labels": {}, "ports": []}
    assert Inside.of(report) == FINE
