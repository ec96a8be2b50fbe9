"""Dummies: values of the form that a variable must have.

They say what they are: hosts end with ``.invalid``, which no resolver knows (RFC 6761), and texts begin with ``dummy``.
They hold no digits where the form allows that, so no search for secrets takes them for a random value. Each has its
variable's name in it, so that the bundle can be searched for it.
"""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ci.intool.common.secret_forms import named

LONG = 32
"""Characters of a text, unless its rules ask for more or for fewer: what keys and secrets are asked for."""

DOMAIN = ".invalid"

_OPEN = 3
"""Parts of any length that a pattern may have to be tried."""

_GIVEN = re.compile(r"(SECRET|TOKEN|KEY|PASSWORD|ID|USER|FROM|DSN)$")
"""Names of what a service gives: a word in an example stands for it."""

_WORD = re.compile(r"[a-z](?:[a-z_-]{0,18}[a-z])?|true|false|\d{1,6}")
_PLACEHOLDER = re.compile(r"your|xxx|change|secret|placeholder|example|todo|token|password|key")
_SCHEME = re.compile(r"(postgres|postgresql|mysql|mongodb|mongodb\+srv|sqlserver|redis|rediss|libsql|smtps?|wss?)://")
_FILE = re.compile(r"file:")
_PORTS = {
    "postgres": 5432,
    "postgresql": 5432,
    "mysql": 3306,
    "mongodb": 27017,
    "sqlserver": 1433,
    "redis": 6379,
    "rediss": 6379,
    "smtp": 587,
    "smtps": 465,
}
_USERS = {
    "postgres": "dummy:dummy@",  # @neondatabase/serverless before 0.10 refuses an address without a password
    "postgresql": "dummy:dummy@",
    "mysql": "dummy@",
    "mongodb": "dummy@",
    "mongodb+srv": "dummy@",
}
_POOLED = "POSTGRES_URL"
"""The variable in which @vercel/postgres wants the address of a pool; what it takes for one has ``-pooler.`` in it."""

_POOLER = "-pooler"

_BY_NAME = (
    (r"CLERK_PUBLISHABLE_KEY$", "clerk"),
    (r"(CLERK|STRIPE)_SECRET_KEY$", "sk_test_"),
    (r"STRIPE_PUBLISHABLE_KEY$", "pk_test_"),
    (r"LIVEBLOCKS_\w*SECRET", "sk_"),
    (r"LIVEBLOCKS_\w*PUBLIC\w*KEY$", "pk_"),
    (r"TWILIO_\w*ACCOUNT_?SID$", "sid"),
    (r"SANITY_\w*API_?VERSION$", "day"),
    (r"(TURSO|LIBSQL)\w*UR[LI]$", "libsql"),
    (r"MONGO(DB)?_?(URI|URL)$|MONGODB", "mongodb"),
    (r"(MYSQL|PLANETSCALE)\w*(URL|URI)$", "mysql"),
    (r"REST_(API_)?URL$", "url"),
    (r"(REDIS|KV)_?(URL|URI)$", "redis"),
    (r"(DATABASE|POSTGRES|POSTGRESQL|PG|DB|DIRECT|NEON)\w*(URL|URI)(_\w+)?$|^DIRECT_URL$", "postgresql"),
    (r"EMAIL_SERVER$|SMTP_(URL|URI)$", "smtp"),
    (r"(^|_)PORT$", "port"),
    (r"(^|_)(HOST|HOSTNAME|DOMAIN)$", "host"),
    (r"(URL|URI|ORIGIN|ENDPOINT)$", "url"),
    (r"(EMAIL|EMAIL_FROM|FROM_EMAIL|MAIL_FROM|SENDER)$", "email"),
    (r"^(\w+_)?(ENABLE|DISABLE|IS|USE)_|_(ENABLED|DISABLED|DEBUG)$", "boolean"),
)
"""The form of a text of which its rules say no more, by its name; the first that fits."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """What a validator says of a value.

    Attributes:
        kind: ``text``, ``url``, ``email``, ``host``, ``number``, ``boolean``, ``json``, ``uuid``, ``date``, or the
            address of a PostgreSQL server, ``direct`` or ``pooled``.
        least: characters, or the number, at least; 0 where nothing says so.
        most: characters at most; 0 where nothing says so.
        starts: how it begins.
        ends: how it ends.
        choices: the only values; the first is taken.
        pattern: regular expression that it matches.
        example: what an example file has for it.
    """

    kind: str = "text"
    least: int = 0
    most: int = 0
    starts: str = ""
    ends: str = ""
    choices: tuple[str, ...] = ()
    pattern: str = ""
    example: str = ""


def dummy(name: str, form: Form | None = None) -> str:
    """A dummy for a variable.

    Args:
        name: of the variable.
        form: what is known of its value; default: nothing, so that the name decides.
    """
    form = form or Form()
    if form.choices:
        return form.choices[0]
    value = _by_kind(name, form)
    if form.pattern:
        return _matching(name, form, value)
    return _fitted(value, form)


def of_host(host: str, names: Iterator[str] | tuple[str, ...]) -> str:
    """The variable whose dummy a host comes from; empty for a host of another origin."""
    asked = host.partition(":")[0].replace(f"{_POOLER}{DOMAIN}", DOMAIN)
    return next((name for name in names if _host(name) == asked), "")


def _by_kind(name: str, form: Form) -> str:
    fixed = {
        "number": str(max(form.least, 1)),
        "boolean": "false",
        "json": "{}",
        "uuid": "00000000-0000-4000-8000-000000000000",
        "date": "2000-01-01T00:00:00Z",
    }
    return fixed.get(form.kind) or _of_text(name, form)


def _of_text(name: str, form: Form) -> str:
    kind = form.kind
    if kind in ("direct", "pooled"):
        return _url("postgresql", name, pooled=kind == "pooled")
    scheme = _SCHEME.match(form.starts) or _SCHEME.match(form.example)
    if scheme:
        return _url(scheme[1], name)
    if _FILE.match(form.starts) or (kind != "email" and _FILE.match(form.example)):
        return "file:./dummy.db"
    if form.starts and not form.starts.startswith("http"):
        return form.starts + _text(name)
    if kind == "text" and _plain(name, form.example):
        return form.example
    by_name = next((known for pattern, known in _BY_NAME if re.search(pattern, name)), "text")
    if kind == "text" and form.example.startswith(("http://", "https://")):
        by_name = "url"
    return _named(by_name if kind == "text" or (kind == "url" and by_name in _PORTS) else kind, name)


def _named(kind: str, name: str) -> str:
    if kind in _PORTS:
        return _url(kind, name)
    if kind == "clerk":
        return "pk_test_" + base64.b64encode(f"{_host(name)}$".encode()).decode()
    if kind.endswith("_"):
        return kind + _text(name)
    return {
        "url": f"https://{_host(name)}",
        "host": _host(name),
        "email": f"dummy@{_host(name)}",
        "port": "3000",
        "boolean": "false",
        "libsql": f"libsql://{_host(name)}",
        "sid": f"AC{_text(name)}",
        "day": "2000-01-01",
    }.get(kind, _text(name))


def _url(scheme: str, name: str, *, pooled: bool | None = None) -> str:
    if pooled is None:
        pooled = name == _POOLED and scheme.startswith("postgres")
    host = _host(name, _POOLER if pooled else "")
    port = f":{_PORTS[scheme]}" if scheme in _PORTS else ""
    return f"{scheme}://{_USERS.get(scheme, '')}{host}{port}{'/dummy' if scheme in _USERS else ''}"


def _host(name: str, more: str = "") -> str:
    return f"{name.lower().replace('_', '-').strip('-')}{more}{DOMAIN}"


def _text(name: str) -> str:
    words = re.sub(r"[^a-z]+", "-", name.lower()).strip("-")
    return f"dummy-{words}-for-the-build-only"


def _plain(name: str, example: str) -> bool:
    """Whether an example is one of a few words that the app knows, such as ``local``: no placeholder, no secret."""
    given = _GIVEN.search(name) or named(name)
    return bool(_WORD.fullmatch(example)) and not given and not _PLACEHOLDER.search(example)


def _fitted(value: str, form: Form) -> str:
    if form.kind not in ("text", "url"):
        return value
    least = form.least or (LONG if value.startswith("dummy-") else 0)
    if len(value) < least:
        value += ("/" if form.kind == "url" else "-") + "x" * (least - len(value) - 1)
    if form.most and len(value) > form.most:
        value = value[: form.most - len(form.ends)]
    return value if value.endswith(form.ends) else value + form.ends


def _matching(name: str, form: Form, value: str) -> str:
    """The first candidate that a pattern accepts; the plain dummy where none does, or Python cannot read it.

    The pattern is the app's. One that may take long is not tried: repeated groups, and many parts of any length.
    """
    if re.search(r"\)[+*{]", form.pattern) or len(re.findall(r"[+*]|,\}", form.pattern)) > _OPEN:
        return value
    try:
        pattern = re.compile(re.sub(r"\(\?<(?![=!])", "(?P<", form.pattern))
    except re.error:
        return value
    counts = [int(count) for count in re.findall(r"\{(\d+)", form.pattern)]
    lengths = [*counts, form.least, form.most, LONG, 8, 1]
    fixed = re.match(r"\^?((?:[\w:/-]|\\[/.-])+)", form.pattern)
    starts = ["", re.sub(r"\\(.)", r"\1", fixed[1]) if fixed else ""]
    texts = [_text(name), re.sub(r"[^a-z]", "", _text(name)), f"https://{_host(name)}", f"dummy@{_host(name)}", "true"]
    candidates = [
        value,
        *texts,
        *(start + text for start in starts for text in texts),
        *(start + sign * n for start in starts for n in lengths if n for sign in ("0", "a", "A")),
        *(start + "-".join("0" * n for n in counts) for start in starts if counts),
    ]
    return next((one for one in candidates if pattern.search(one)), value)
