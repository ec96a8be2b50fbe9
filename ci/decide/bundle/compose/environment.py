"""``.env.example`` and ``secrets/app.env.example``: each variable that the app reads when it runs. Pure."""

import re
from collections.abc import Iterable
from dataclasses import replace

from ci.decide.bundle.deployment import Deployment
from ci.decide.bundle.variables import Variable

PASSWORD = "<password of redis>"  # noqa: S105  words that setup.sh replaces
"""Stand for the password of redis in ``secrets/app.env.example``."""

_OF_REDIS = {
    "url": f"redis://:{PASSWORD}@redis:6379",
    "host": "redis",
    "port": "6379",
    "password": PASSWORD,
}

_DEPLOYMENT = """\
# What this deployment is given. setup.sh copies this file to .env.

# Public name of the app: its certificate then comes by ACME, so ports 80 and 443 must be reachable from the internet.
# Without it the app is at https://localhost, with a certificate of the proxy's own authority.
# DOMAIN=app.example.com
# ACME_EMAIL=me@example.com

# Ports of this machine.
# HTTP_PORT=80
# HTTPS_PORT=443
# GRAFANA_PORT=3001
"""

_SECRETS = """\
# Secrets of the app, NAME=value. setup.sh copies this file to app.env. A line with `#` before it is not set.
"""

_PLAIN = re.compile(r"[\w.:/@%+-]*", re.ASCII)

_OWN = frozenset({"DOMAIN", "ACME_EMAIL", "HTTP_PORT", "HTTPS_PORT", "GRAFANA_PORT"})


def settings(deployment: Deployment) -> str:
    """``.env.example``: of the deployment, and the settings of the app."""
    ours = [_filled(one, deployment) for one in deployment.variables.settings if one.name not in _OWN]
    if not ours:
        return _DEPLOYMENT
    head = "\n# Settings of the app. A line with `#` before it is not set.\n"
    return _DEPLOYMENT + head + "".join(_lines(ours))


def secrets(deployment: Deployment) -> str:
    """``secrets/app.env.example``: the secret variables of the app, with the address of the bundle's redis."""
    values = [_filled(one, deployment) for one in deployment.variables.secrets]
    return _SECRETS + "".join(_lines(values))


def _filled(one: Variable, deployment: Deployment) -> Variable:
    """A variable with what it holds of the bundle's redis, if anything."""
    part = deployment.variables.redis.get(one.name)
    return replace(one, value=_OF_REDIS[part]) if part else one


def _lines(variables: Iterable[Variable]) -> Iterable[str]:
    for one in variables:
        wanted = one.required or one.value
        yield f"{'' if wanted else '# '}{one.name}={_quoted(one.value)}\n"


def _quoted(value: str) -> str:
    """A value as Compose reads it back, also with spaces, quotes and dollars in it."""
    if _PLAIN.fullmatch(value) or PASSWORD in value:
        return value
    if "'" not in value and value.isprintable():
        return f"'{value}'"
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("$", "\\$"), ("\n", "\\n")):
        value = value.replace(sign, escaped)
    return f'"{value}"'
