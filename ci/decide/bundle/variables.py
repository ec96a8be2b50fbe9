"""The variables that the app reads when it runs: settings, secrets, and addresses of redis. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ci.decide.config.model import Scenario
from ci.decide.plan.model import Plan
from ci.decide.variables import public
from ci.decide.variables.dummies import dummy
from ci.intool.common.secret_forms import form, named

_ADDRESS = re.compile(
    r"(^|_)(DATABASE|POSTGRES|POSTGRESQL|PG|MYSQL|MONGO|MONGODB|REDIS|KV|DB|DIRECT|SMTP|AMQP|RABBITMQ)\w*_(URL|URI|DSN)$"
    r"|(^|_)(DSN|EMAIL_SERVER)$"
)
"""Addresses of services, which have a password in them as a rule."""

_REDIS = re.compile(r"(^|_)(REDIS|VALKEY)_(URL|URI|HOST|HOSTNAME|PORT|PASSWORD)$")
_PARTS = {"URI": "url", "HOSTNAME": "host"}
_REDIS_VALUE = re.compile(r"rediss?://")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable of the running app.

    Attributes:
        name: of the variable.
        value: that the bundle sets; empty for the user to set.
        required: whether a validator of the app refuses to start without it, or the smoke test sets this secret.
    """

    name: str
    value: str = ""
    required: bool = False


@dataclass(frozen=True, kw_only=True)
class Variables:
    """All of them, each list sorted by name.

    Attributes:
        settings: what may be in the environment.
        secrets: what may not.
        redis: variables that say where a redis is, to what they hold: ``url``, ``host``, ``port`` or ``password``.
        ports: TCP ports of services whose addresses are among the secrets.
    """

    settings: tuple[Variable, ...]
    secrets: tuple[Variable, ...]
    redis: Mapping[str, str]
    ports: tuple[int, ...]


def variables(plan: Plan, image: Mapping[str, str]) -> Variables:
    """Find the variables.

    Not among them: what the image sets itself, and public names (``NEXT_PUBLIC_``) to which the build gave a value,
    since that value is frozen.

    Args:
        plan: of the app.
        image: variables of the image.
    """
    declared = {variable.name: variable for variable in plan.build.variables}
    tried = [name for scenario in plan.smoke.scenarios for name in scenario.env]
    names = {*plan.build.reads, *plan.build.examples, *declared, *tried}
    frozen = {name for name in (*plan.build.env, *plan.build.dummies) if public(name)}
    names = {name for name in names - set(image) - frozen if _NAME.fullmatch(name)}
    redis = _redis(names, plan.smoke.scenarios)
    secrets = {name for name in names if redis.get(name) == "url" or secret(name)}
    defaults = _of_redis(plan.smoke.scenarios) if redis else {}

    def described(name: str) -> Variable:
        known = declared.get(name)
        value = "" if name in secrets else defaults.get(name, "")
        wanted = bool(known and known.required) or (name in secrets and name in tried)
        return Variable(name=name, value=value, required=wanted)

    return Variables(
        settings=tuple(described(name) for name in sorted(names - secrets)),
        secrets=tuple(described(name) for name in sorted(secrets)),
        redis=redis,
        ports=_ports([*secrets, *(["REDIS_URL"] if redis else [])]),
    )


def secret(name: str) -> bool:
    """Whether a variable holds a secret by its name; public names never do, since browsers get their values."""
    return not public(name) and (named(name) or bool(_ADDRESS.search(name)))


def _redis(names: Iterable[str], scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Variables that say where a redis is, sorted: by their name, or by their value in a scenario that starts one."""
    started = [scenario.env for scenario in scenarios if scenario.services]
    found = {}
    for name in sorted(name for name in names if not public(name)):
        if any(_REDIS_VALUE.match(env.get(name, "")) for env in started):
            found[name] = "url"
        elif match := _REDIS.search(name):
            found[name] = _PARTS.get(match[3], match[3].lower())
    return found if {"url", "host"} & set(found.values()) else {}


def _of_redis(scenarios: Iterable[Scenario]) -> Mapping[str, str]:
    """Variables that only scenarios with redis set: how the app is told to use it, such as the kind of its storage."""
    known = list(scenarios)
    alone = {name for one in known if not _with_redis(one) for name in one.env}
    return {
        name: value
        for one in known
        if _with_redis(one)
        for name, value in one.env.items()
        if name not in alone and not form(value)
    }


def _with_redis(scenario: Scenario) -> bool:
    return any(_REDIS_VALUE.match(value) for value in scenario.env.values())


def _ports(secrets: Iterable[str]) -> tuple[int, ...]:
    """Ports of the services that the names stand for, by the form of an address that such a variable has."""
    return tuple(sorted({port for name in secrets if _ADDRESS.search(name) and (port := _port(dummy(name)))}))


def _port(address: str) -> int:
    return urlsplit(address).port or 0
