"""What an ``.npmrc`` says, in berry's words."""

import json
from typing import Any

import pytest

from ci.decide.ecosystems.berry.yarnrc import yarnrc
from ci.errors import ConfigError

HOST = "//npm.example/private"


def login(**auth: str) -> dict[str, Any]:
    return {"npmRegistries": {HOST: {"npmAlwaysAuth": True, **auth}}}


@pytest.mark.parametrize(
    ("npmrc", "settings"),
    [
        ("", {}),
        ("# registry=https://a.example/\n; registry=https://a.example/\nfund = false\naudit\n", {}),
        ("registry=https://a.example/npm/\n", {"npmRegistryServer": "https://a.example/npm/"}),
        (
            'registry = "http://a.example:4873/"\n',
            {"npmRegistryServer": "http://a.example:4873/", "unsafeHttpWhitelist": ["a.example"]},
        ),
        (
            "@acme:registry=https://a.example/\n@b:registry=http://b.example/\n",
            {
                "npmScopes": {
                    "acme": {"npmRegistryServer": "https://a.example/"},
                    "b": {"npmRegistryServer": "http://b.example/"},
                },
                "unsafeHttpWhitelist": ["b.example"],
            },
        ),
        (f"{HOST}/:_authToken=to=ken==\n", login(npmAuthToken="to=ken==")),
        (f"{HOST}:_authToken=${{NPM_TOKEN}}\r\n", login(npmAuthToken="${NPM_TOKEN}")),
        (f"{HOST}/:_auth=dXNlcjpwYXNz\n{HOST}/:email=a@b\n", login(npmAuthIdent="dXNlcjpwYXNz")),
        (f"{HOST}/:username=user\n{HOST}/:_password=cGFzcw==\n", login(npmAuthIdent="user:pass")),
    ],
)
def test_registries_and_tokens_are_carried_over(npmrc: str, settings: dict[str, Any]) -> None:
    assert json.loads(yarnrc(npmrc)) == settings


@pytest.mark.parametrize("password", ["%%%", "a", "/w=="])
def test_a_password_that_is_not_base64_is_an_error_that_does_not_repeat_it(password: str) -> None:
    with pytest.raises(ConfigError) as error:
        yarnrc(f"{HOST}/:username=user\n{HOST}/:_password={password}\n")
    assert (error.value.id, error.value.facts) == ("arguments.npmrc-password", {"registry": HOST})
