"""Registries and tokens for berry, which does not read ``.npmrc``."""

import base64
import json
import re
from typing import Any
from urllib.parse import urlsplit

from ci.errors import ConfigError

_LINE = re.compile(r"\s*(?P<key>[^;#\s=][^=]*?)\s*=\s*(?P<value>.*?)\s*")
_SCOPE = re.compile(r"@([^:]+):registry")
_HOST = re.compile(r"(?P<registry>//.+?)/?:(?P<key>_authToken|_auth|username|_password)")


def yarnrc(npmrc: str) -> str:
    """What an ``.npmrc`` says as the content of ``~/.yarnrc.yml``, in JSON, which is YAML.

    Args:
        npmrc: its content; what has no meaning for berry is left out.

    Raises:
        ConfigError: a password is not what npm writes.
    """
    pairs = {line["key"]: line["value"].strip("'\"") for line in map(_LINE.fullmatch, npmrc.splitlines()) if line}
    scopes = {scope[1]: {"npmRegistryServer": url} for key, url in pairs.items() if (scope := _SCOPE.fullmatch(key))}
    logins: dict[str, dict[str, str]] = {}
    for key, value in pairs.items():
        if login := _HOST.fullmatch(key):
            logins.setdefault(login["registry"], {})[login["key"]] = value
    servers = [pairs.get("registry", ""), *(scope["npmRegistryServer"] for scope in scopes.values())]
    settings: dict[str, Any] = {
        "npmRegistryServer": pairs.get("registry"),
        "npmScopes": scopes,
        "npmRegistries": {
            registry: {"npmAlwaysAuth": True, **_auth(registry, login)} for registry, login in logins.items()
        },
        "unsafeHttpWhitelist": [urlsplit(server).hostname for server in servers if server.startswith("http:")],
    }
    return json.dumps({key: value for key, value in settings.items() if value})


def _auth(registry: str, login: dict[str, str]) -> dict[str, str]:
    if "_authToken" in login:
        return {"npmAuthToken": login["_authToken"]}
    if "_auth" in login:
        return {"npmAuthIdent": login["_auth"]}
    try:
        password = base64.b64decode(login.get("_password", ""), validate=True).decode()
    except ValueError:
        raise ConfigError.of("arguments.npmrc-password", registry=registry) from None
    return {"npmAuthIdent": f"{login.get('username', '')}:{password}"}
