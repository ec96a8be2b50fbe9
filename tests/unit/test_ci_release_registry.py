"""The configuration by which regctl reaches registries."""

import copy
from typing import Any

import pytest

from ci.engine.registries import hosts

KNOWN: dict[str, Any] = {
    "docker.io": {"hostname": "10.0.0.1:5000", "tls": "disabled"},
    "127.0.0.1:5000": {"hostname": "10.0.0.1:5000", "tls": "disabled"},
}
BOUND = {"hostname": "registry:5000", "tls": "disabled"}
LOGIN = {"user": "me", "pass": "secret"}
ME = ("me", "secret")


@pytest.mark.parametrize(
    ("known", "host", "wishes", "expected"),
    [
        ({}, "", {}, {}),
        ({}, "", {"port": 5000, "login": ME}, {}),
        ({}, "ghcr.io", {}, {"ghcr.io": {}}),
        ({}, "ghcr.io", {"login": ME}, {"ghcr.io": LOGIN}),
        ({}, "ghcr.io", {"login": ("me", "")}, {"ghcr.io": {}}),
        ({}, "ghcr.io", {"login": ("", "secret")}, {"ghcr.io": {"user": "", "pass": "secret"}}),
        ({}, "r.example:5000", {"port": 5000}, {"r.example:5000": BOUND}),
        ({}, "r.example", {"port": 5000, "login": ME}, {"r.example": {**BOUND, **LOGIN}}),
        ({}, "127.0.0.1:5000", {}, {"127.0.0.1:5000": {"tls": "disabled"}}),
        ({}, "127.0.0.1", {}, {"127.0.0.1": {"tls": "disabled"}}),
        ({}, "localhost:5000", {}, {"localhost:5000": {"tls": "disabled"}}),
        ({}, "localhost", {"login": ME}, {"localhost": {"tls": "disabled", **LOGIN}}),
        ({}, "[::1]:5000", {}, {"[::1]:5000": {"tls": "disabled"}}),
        ({}, "[::1]", {}, {"[::1]": {"tls": "disabled"}}),
        ({}, "localhost.example:5000", {}, {"localhost.example:5000": {}}),
        ({}, "10.0.0.1:5000", {}, {"10.0.0.1:5000": {}}),
        (KNOWN, "", {}, KNOWN),
        (KNOWN, "docker.io", {}, KNOWN),
        (KNOWN, "127.0.0.1:5000", {}, KNOWN),
        (KNOWN, "ghcr.io", {"login": ME}, {**KNOWN, "ghcr.io": LOGIN}),
        (KNOWN, "docker.io", {"login": ME}, {**KNOWN, "docker.io": {**KNOWN["docker.io"], **LOGIN}}),
        (KNOWN, "127.0.0.1:5000", {"port": 5000}, {**KNOWN, "127.0.0.1:5000": BOUND}),
        (
            {"localhost:5000": {"tls": "enabled"}},
            "localhost:5000",
            {},
            {"localhost:5000": {"tls": "enabled"}},
        ),
    ],
)
def test_the_configuration_of_regctl(
    known: dict[str, Any], host: str, wishes: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = copy.deepcopy(known)
    assert hosts(known, [host], own=host, **wishes) == {"hosts": expected}
    assert known == before


def test_both_registries_of_a_copy_are_reached_and_only_one_gets_the_login() -> None:
    found = hosts({}, ["ghcr.io", "127.0.0.1:5000", "ghcr.io"], own="ghcr.io", login=ME, ca="PEM")
    assert found == {
        "hosts": {
            "ghcr.io": {**LOGIN, "regcert": "PEM"},
            "127.0.0.1:5000": {"tls": "disabled", "regcert": "PEM"},
        }
    }


def test_a_service_stands_for_its_own_registry_alone() -> None:
    found = hosts({}, ["r.example", "127.0.0.1:5000"], own="r.example", port=5000)
    assert found == {"hosts": {"r.example": BOUND, "127.0.0.1:5000": {"tls": "disabled"}}}


def test_another_registry_gets_no_login() -> None:
    assert hosts({}, ["ghcr.io"], own="docker.io", login=ME) == {"hosts": {"ghcr.io": {}}}
