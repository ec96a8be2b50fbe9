"""Which variables look like secrets: the rules of ``ci/programs/secrets.cjs``. Pure."""

import base64
import re

_WORD = re.compile(
    r"SECRET|TOKEN|PASSWORD|PASSWD|(^|_)(PWD|PRIVATE)(_|$)|CREDENTIAL"
    r"|(API|ACCESS|SIGNING|ENCRYPTION|MASTER|SERVICE|ROLE)_?KEY"
)
_OTHER = re.compile(
    r"^NEXT_PRIVATE_|TOKENS|TOKENI[SZ]"
    r"|_(URL|URI|NAME|ID|PATH|FILE|TTL|LENGTH|LIMIT|TYPE|PREFIX|HEADER|ISSUER|ALGORITHM|AGE|ENABLED|DISABLED|REQUIRED|EXPIR\w*)$"
)
_FORMATS = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY"
    r"|\b(AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_\w{36}|\bgithub_pat_\w{22}|\bglpat-[\w-]{20}|\bnpm_\w{36}"
    r"|\b[sr]k_live_\w{16}|\bsk-(ant|proj|svcacct)-[\w-]{20}|\bxox[baprs]-[\w-]{10}|\bSG\.[\w-]{16,}\.[\w-]{16,}"
    r"|\b(?i:[a-z][a-z\d+.-]*)://[^\s:/?#@]*:[^\s/?#@]+@",
    re.ASCII,
)
_JWT = re.compile(r"\beyJ[\w-]+\.(eyJ[\w-]+)\.[\w-]+", re.ASCII)


def secret_by(name: str, value: str) -> str:
    """``value`` or ``name``, by what a variable looks like a secret; empty for one that does not."""
    if _FORMATS.search(value) or _is_jwt(value):
        return "value"
    upper = name.upper()
    return "name" if _WORD.search(upper) and not _OTHER.search(upper) else ""


def _is_jwt(value: str) -> bool:
    """Whether it is a token; one of the role "anon" is meant for browsers."""
    found = _JWT.search(value)
    if not found:
        return False
    whole = found[1][: len(found[1]) // 4 * 4]
    payload = base64.urlsafe_b64decode(whole)
    return not re.search(rb'"role"\s*:\s*"anon"', payload)
