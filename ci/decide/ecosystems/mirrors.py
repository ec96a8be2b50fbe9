"""Addresses of the public npm registry and of its known copies, and how a lockfile's are replaced. Pure.

A lockfile has the address of the registry that its author asked. The copies serve the packages of the public registry
byte for byte, and the checksum of the lockfile is compared with what is fetched, so that the place does not matter.
"""

import re
from collections.abc import Sequence

from ci.decide.ecosystems.locked import Locked

_HOST = "npmjs.org"
PUBLIC = f"https://registry.{_HOST}"

_LIVING = (
    r"registry\.npmjs\.org",
    r"registry\.yarnpkg\.com",
    r"registry\.npmmirror\.com",
    r"cdn\.npmmirror\.com/packages",
    r"mirrors\.huaweicloud\.com/repository/npm",
    r"repo\.huaweicloud\.com/repository/npm",
    r"mirrors\.cloud\.tencent\.com/npm",
    r"mirrors\.tencent\.com/npm",
)
_ENDED = (r"registry\.npm\.taobao\.org", r"registry\.nlark\.com")
"""Former names of registry.npmmirror.com, whose service has ended: nothing can be fetched from there."""

_KNOWN = re.compile(rf"https?://({'|'.join((*_LIVING, *_ENDED))})/", re.IGNORECASE)
_GONE = re.compile(rf"https?://({'|'.join(_ENDED)})/", re.IGNORECASE)

_NAME = r'((@[^/"]+/)?[^/"]+)'
_FILE = r'([^/"?#]+\.tgz)'


def known(address: str) -> bool:
    """Whether an address is that of the public npm registry, or of a known copy."""
    return bool(_KNOWN.match(address))


def replacing(locked: Sequence[Locked], lockfile: str, registry: str) -> list[list[str]]:
    """Commands that replace addresses in a lockfile, in the directory of the lockfile.

    Args:
        locked: its packages.
        lockfile: its name.
        registry: URL of the npm registry that is asked in place of the public one; empty for none. Without one only
            addresses of services that have ended are replaced, by those of the public registry.

    Returns:
        None where nothing has to be replaced. Two of the forms are of cnpm's registries: ``NAME/download/FILE?QUERY``,
        where the file of a package with a scope is below the scope once more, and ``packages/NAME/VERSION/FILE``.
    """
    sources = [package.source for package in locked if package.integrity]
    if not any((_KNOWN if registry else _GONE).match(source) for source in sources):
        return []
    hosts = "|".join((*(_LIVING if registry else ()), *_ENDED))
    to = re.sub(r"[&!\\]", r"\\\g<0>", (registry or PUBLIC).rstrip("/"))
    forms = [
        (rf'https?://({hosts})/{_NAME}/download/(@[^/"]+/)?{_FILE}(\?[^"#}}]*)?', rf"{to}/\2/-/\5"),
        *([(rf'https?://cdn\.npmmirror\.com/packages/{_NAME}/[^/"]+/{_FILE}', rf"{to}/\1/-/\3")] if registry else []),
        (rf"https?://({hosts})/", f"{to}/"),
    ]
    return [["sed", "-i", "-E", *(word for old, new in forms for word in ("-e", f"s!{old}!{new}!")), lockfile]]
