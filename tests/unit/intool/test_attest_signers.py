"""Signers, and the identities that cosign has to trust."""

import base64
import json
from typing import Any

import pytest

from ci.intool.attest.cosign import refused, short
from ci.intool.attest.signer import TOKEN, Signer
from ci.intool.attest.token import GITHUB, GITLAB, claimed
from ci.intool.attest.trust import Trust
from ci.intool.common.failure import Failure

PEM = "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n"
SECRET = "-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nabc"
WITHOUT_LOG = ["--use-signing-config=false", "--tlog-upload=false"]
IDENTITY = {"identity": "me@example.com", "issuer": "https://example.com"}
EXACT = ["--certificate-identity=me@example.com", "--certificate-oidc-issuer=https://example.com"]


@pytest.mark.parametrize(
    ("fields", "arguments"),
    [
        ({"key": "env://KEY"}, ["--key", "env://KEY", *WITHOUT_LOG]),
        ({}, []),
    ],
)
def test_signing(fields: dict[str, Any], arguments: list[str]) -> None:
    found = Signer(**fields).arguments({"KEY": SECRET, TOKEN: "secret.token"})
    assert found == arguments
    assert not any("secret" in one or "PRIVATE" in one for one in found)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "neither a private key nor an identity token in SIGSTORE_ID_TOKEN"),
        ({"key": "env://NONE"}, "the variable NONE, which is to hold the private key, is empty"),
        ({"key": "absent.key"}, "there is no private key absent.key"),
        ({"key": SECRET}, "the private key itself was given"),
        ({"key": "awskms:///alias/key"}, "there is no private key awskms"),
    ],
)
def test_nothing_to_sign_with(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Failure, match=message) as refusal:
        Signer(**fields).arguments({})
    assert SECRET not in refusal.value.what


def root(**content: Any) -> str:
    return json.dumps(content)


@pytest.mark.parametrize(
    ("fields", "arguments"),
    [
        ({"key": PEM}, ["--key", "K", "--insecure-ignore-tlog=true"]),
        (IDENTITY, EXACT),
        (
            {**IDENTITY, "trusted_root": root()},
            [*EXACT, "--trusted-root", "R", "--insecure-ignore-tlog=true", "--insecure-ignore-sct=true"],
        ),
        ({**IDENTITY, "trusted_root": root(tlogs=[1], ctlogs=[1])}, [*EXACT, "--trusted-root", "R"]),
        (
            {**IDENTITY, "trusted_root": root(tlogs=[1], ctlogs=[1], timestampAuthorities=[1])},
            [*EXACT, "--trusted-root", "R", "--use-signed-timestamps=true"],
        ),
    ],
)
def test_trusting(fields: dict[str, Any], arguments: list[str]) -> None:
    trust = Trust(**fields)
    assert trust
    assert trust.arguments("K", "R") == arguments


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"key": PEM, **IDENTITY}, "both a key and an identity"),
        ({"identity": "me"}, "an identity is given without the issuer"),
        ({"issuer": "me"}, "an issuer is given without the identity"),
        ({"key": "cosign.pub"}, "the key is not a public key in PEM"),
        ({"key": SECRET}, "the key is not a public key in PEM"),
        ({**IDENTITY, "trusted_root": "[]"}, "the trusted root is not a JSON object"),
        ({**IDENTITY, "trusted_root": "{"}, "the trusted root is not JSON"),
    ],
)
def test_no_trust(fields: dict[str, Any], message: str) -> None:
    with pytest.raises(Failure, match=message) as refusal:
        Trust(**fields).arguments("K", "R")
    assert SECRET not in refusal.value.what


def test_no_signer() -> None:
    assert not Trust()
    assert str(Trust()) == "no signer"


def token(**claims: Any) -> str:
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln\n"


@pytest.mark.parametrize(
    ("claims", "names"),
    [
        ({"iss": "https://accounts.google.com", "email": "a@b.c"}, ("a@b.c", "https://accounts.google.com")),
        (
            {"iss": GITHUB, "job_workflow_ref": "a/b/.github/workflows/c.yml@refs/heads/main", "sub": "x"},
            ("https://github.com/a/b/.github/workflows/c.yml@refs/heads/main", GITHUB),
        ),
        (
            {"iss": GITLAB, "ci_config_ref_uri": "gitlab.com/a/b//.gitlab-ci.yml@refs/tags/v1", "email": "a@b.c"},
            ("https://gitlab.com/a/b//.gitlab-ci.yml@refs/tags/v1", GITLAB),
        ),
        (
            {"iss": "https://example.com", "ci_config_ref_uri": "gitlab.com/a/b", "email": "a@b.c"},
            ("a@b.c", "https://example.com"),
        ),
        (
            {
                "iss": "https://oauth2.sigstore.dev/auth",
                "email": "a@b.c",
                "federated_claims": {"connector_id": "https://github.com/login/oauth"},
            },
            ("a@b.c", "https://github.com/login/oauth"),
        ),
    ],
)
def test_whom_a_token_names(claims: dict[str, Any], names: tuple[str, str]) -> None:
    assert claimed(token(**claims)) == names


@pytest.mark.parametrize(
    "reported", ["", "a", "a.b.c", "e30.W10.x", "é.é.é", token(), token(iss=1, email="a"), token(iss="a")]
)
def test_a_token_without_an_identity(reported: str) -> None:
    with pytest.raises(Failure, match=r"is not a JSON Web Token|names neither"):
        claimed(reported)


@pytest.mark.parametrize(
    ("printed", "one_line"),
    [
        ("WARNING: x\nError: first\nmore\nerror during command execution: first\n", "first"),
        ("panic: x\n", "panic: x"),
        ("", "no message"),
    ],
)
def test_messages_of_cosign(printed: str, one_line: str) -> None:
    assert short(printed) == one_line
    assert refused(printed) == one_line
    assert refused("Error: accepted signatures do not match threshold") == "it is signed by another key"
