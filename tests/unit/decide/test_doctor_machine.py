"""What the doctor says of the engine's machine."""

from dataclasses import replace
from typing import Any

import pytest

from ci.decide.doctor.finding import LEVELS, Finding
from ci.decide.doctor.machine import DISK, ENOUGH, GB, INODES, MEMORY, ROOM, SKEW, Machine, examine
from ci.messages import catalogue

FINE = Machine(
    kernel="6.12.1",
    cpus=4,
    memory=8 * GB,
    disk=40 * GB,
    inodes=10_000_000,
    root="overlay",
    filters=True,
    proxies=(),
    no_proxy="",
    registry="https://npm.example",
    answer="",
    skew=0.4,
)


def found(**facts: Any) -> list[Finding]:
    """Everything but what is in order."""
    return [one for one in examine(replace(FINE, **facts)) if one.level != "ok"]


def test_a_machine_in_order() -> None:
    assert found() == []
    assert [one.text for one in examine(FINE)] == [
        "machine: Linux 6.12.1, 4 processors, 8.0 GB of memory and 40.0 GB of disk free",
        "npm registry: https://npm.example answers",
    ]


@pytest.mark.parametrize(
    ("facts", "level", "message"),
    [
        ({"disk": DISK - 1}, "error", "doctor.no-disk"),
        ({"disk": DISK}, "warning", "doctor.little-disk"),
        ({"disk": ROOM - 1}, "warning", "doctor.little-disk"),
        ({"inodes": INODES - 1}, "warning", "doctor.few-inodes"),
        ({"memory": MEMORY - 1}, "error", "doctor.no-memory"),
        ({"memory": MEMORY}, "warning", "doctor.little-memory"),
        ({"cpus": 1}, "advice", "doctor.one-processor"),
        ({"root": "ext4"}, "warning", "doctor.no-overlay"),
        ({"filters": False}, "error", "doctor.no-filters"),
        ({"answer": "ECONNREFUSED"}, "error", "doctor.registry-unreachable"),
        ({"answer": "ENOTFOUND"}, "error", "doctor.registry-unreachable"),
        ({"answer": "no answer"}, "error", "doctor.registry-unreachable"),
        ({"answer": "SELF_SIGNED_CERT_IN_CHAIN"}, "error", "doctor.registry-untrusted"),
        ({"answer": "UNABLE_TO_VERIFY_LEAF_SIGNATURE"}, "error", "doctor.registry-untrusted"),
        ({"answer": "CERT_HAS_EXPIRED"}, "error", "doctor.registry-untrusted"),
        ({"answer": "E401"}, "warning", "doctor.registry-login"),
        ({"skew": SKEW + 1.0}, "error", "doctor.clock"),
        ({"skew": -SKEW - 1.0}, "error", "doctor.clock"),
        ({"proxies": ("HTTPS_PROXY",)}, "warning", "doctor.proxy-loopback"),
        ({"proxies": ("HTTPS_PROXY",), "no_proxy": "example.com, .local"}, "warning", "doctor.proxy-loopback"),
    ],
)
def test_what_is_wrong(facts: dict[str, Any], level: str, message: str) -> None:
    (one,) = found(**facts)
    assert one.level == level
    said = catalogue()[message]
    assert one.text.startswith(said.what.partition("{")[0])
    assert one.fix.startswith(said.fix.partition("{")[0])
    assert one.fix
    assert level in LEVELS


@pytest.mark.parametrize(
    "facts",
    [
        {"disk": ROOM},
        {"inodes": INODES},
        {"inodes": 0},
        {"memory": ENOUGH},
        {"cpus": 2},
        {"skew": SKEW},
        {"skew": None},
        {"proxies": ("HTTPS_PROXY",), "no_proxy": "example.com, 127.0.0.1"},
        {"proxies": ("http_proxy",), "no_proxy": "localhost"},
        {"proxies": ("http_proxy",), "no_proxy": "*"},
    ],
)
def test_what_is_not(facts: dict[str, Any]) -> None:
    assert found(**facts) == []


def test_which_way_the_clock_goes() -> None:
    assert "601 seconds ahead" in found(skew=600.7)[0].text
    assert "601 seconds behind" in found(skew=-600.7)[0].text
