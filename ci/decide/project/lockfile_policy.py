"""From where a lockfile takes packages, and whether it may."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from ci.decide.ecosystems import mirrors
from ci.decide.ecosystems.locked import Locked
from ci.errors import ProjectError

_ADDRESS = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|(?!.*://))(?:[^/\\?#\s]*@)?(?P<host>(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?)(?=[/:?#]|$)",
    re.IGNORECASE,
)
_SHORT = {"github": "github.com", "gitlab": "gitlab.com", "bitbucket": "bitbucket.org"}
"""How managers write the large git hosts: ``github:owner/repository``."""

_REGISTRY = re.compile(r"""\s*["']?(?:registry|npmRegistryServer)["']?\s*[=: ]\s*["']?(?P<registry>[^"'\s]+)""")
_SCOPE = re.compile(r"""\s*["']?(?:@(?P<scope>[\w.-]+):registry\b)""")
"""How a settings file begins the line that names the registry of all packages, or of a scope."""

_NAMED = 3


def hosts(locked: Sequence[Locked]) -> Mapping[str, int]:
    """Hosts that the lockfile names, with the number of packages from each, the most first."""
    return dict(Counter(sorted(_host(package.source) for package in locked if package.source)).most_common())


def public(locked: Sequence[Locked], settings: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Name and version of the packages that anyone can fetch, each once: by a checksum from a public npm registry.

    A scope or a default with a registry of its own is not known to be public, whoever may read it.

    Args:
        locked: packages of the lockfile.
        settings: path to content of the managers' settings files.
    """
    lines = [line for text in settings.values() for line in text.splitlines()]
    named = [found["registry"] for line in lines if (found := _REGISTRY.match(line))]
    if not all(mirrors.known(f"{one.rstrip('/')}/") for one in named):
        return ()
    scopes = {found["scope"] for line in lines if (found := _SCOPE.match(line))}
    known = (
        (package.name, package.version)
        for package in locked
        if package.integrity
        and not package.git
        and (not package.source or mirrors.known(package.source))
        and package.name.partition("/")[0].removeprefix("@") not in scopes
    )
    return tuple(dict.fromkeys(known))


def refuse(
    locked: Sequence[Locked],
    lockfile: str,
    *,
    allowed_hosts: Sequence[str] = (),
    unverified: Sequence[str] = (),
    mirror: str = "",
) -> None:
    """Apply the policy: a package has a checksum, and comes from the public npm registry, a known copy or the mirror.

    Args:
        locked: packages of the lockfile.
        lockfile: its name, for messages.
        allowed_hosts: further hosts that are trusted.
        unverified: names of packages that need neither.
        mirror: URL of the npm registry that is asked in place of the public one; empty for none.

    Raises:
        ProjectError: names packages, and the host or address.
    """
    judged = [package for package in locked if package.source and package.name not in unverified]
    _refuse_unverified([package for package in judged if not package.integrity], lockfile)
    trusted = {host.lower() for host in allowed_hosts} | ({_host(mirror)} if mirror else set())
    foreign = [one for one in judged if _host(one.source) not in trusted and not mirrors.known(one.source)]
    if foreign:
        names: dict[str, list[str]] = {}
        for package in foreign:
            names.setdefault(_host(package.source), []).append(package.name)
        parts = [f"{count} from {host} ({_listed(names[host])})" for host, count in hosts(foreign).items()]
        raise ProjectError.of("lockfile.foreign-host", lockfile=lockfile, hosts=parts, names=sorted(names))


def _refuse_unverified(packages: Sequence[Locked], lockfile: str) -> None:
    if packages:
        names = list(dict.fromkeys(package.name for package in packages))
        listed = _listed([f"{package.name} ({package.source})" for package in packages])
        raise ProjectError.of("lockfile.no-checksum", lockfile=lockfile, packages=listed, names=names)


def _host(address: str) -> str:
    """Host and port; an address without a host is returned as it is, which no policy allows."""
    match = _ADDRESS.match(address)
    host = match["host"].lower() if match else address
    return _SHORT.get(host, host)


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = f" and {len(unique) - _NAMED} more" if len(unique) > _NAMED else ""
    return ", ".join(unique[:_NAMED]) + more
