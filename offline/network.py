"""The engine's network on the host: a bridge, links and packet-filter rules, found by name to be removed.

The engine's CNI plugins make them in the host's network namespace, and a killed engine leaves them behind.
"""

import re
import subprocess
from pathlib import Path

from offline.commands import output

NAME = "ndl"
"""Network name: the bridge is ``ndl0``, unlike the ``dagger0`` of another engine on this host."""

CIDR = "10.213.0.0/16"
GATEWAY = "10.213.0.1"
"""This machine's address on the bridge: the first one of the network, by the plugin ``host-local``."""

BRIDGE = f"{NAME}0"
BACKENDS = ("iptables-legacy", "iptables-nft")
_FORWARD = Path("/proc/sys/net/ipv4/ip_forward")


def removal(saved: str) -> str:
    """What undoes this network's rules, as input of ``iptables-restore --noflush``.

    Args:
        saved: what ``iptables-save`` printed.

    Returns:
        Deletions of our rules and chains, table by table; empty where there is nothing of ours. The firewall plugin's
        shared chains go too once no network uses them: an engine that stops by itself leaves them empty.
    """
    prefix = re.escape(CIDR.removesuffix(".0.0/16"))
    ours = re.compile(rf'name: \\"{NAME}\\"| -[sd] {prefix}\.')
    lines: list[str] = []
    for table, body in re.findall(r"^\*(\w+)\n(.*?)^COMMIT", saved, re.MULTILINE | re.DOTALL):
        rules = [rule for rule in body.splitlines() if rule.startswith("-A ")]
        gone = [rule for rule in rules if ours.search(rule)]
        left = [rule for rule in rules if rule not in gone]
        own = {rule.split()[1] for rule in gone} - {"CNI-FORWARD"}
        chains = sorted(chain for chain in own if chain.startswith("CNI-"))
        in_use = [rule for rule in left if rule.startswith(("-A CNI-FORWARD", "-A CNI-ADMIN")) and "admin" not in rule]
        shared = [rule for rule in left if " CNI-FORWARD" in rule]
        if table == "filter" and not in_use and (gone or shared):
            gone += shared
            chains += [chain for chain in ("CNI-FORWARD", "CNI-ADMIN") if f":{chain} " in body]
        if gone:
            deletions = [f"-D {rule.removeprefix('-A ')}" for rule in sorted(gone, key=lambda r: " -j CNI-" not in r)]
            lines += [f"*{table}", *deletions, *(f"-X {chain}" for chain in chains), "COMMIT"]
    return "".join(f"{line}\n" for line in lines)


def leftovers() -> list[str]:
    """What of the network is on the host now; empty where there is nothing."""
    found = [f"bridge {BRIDGE}"] if Path("/sys/class/net", BRIDGE).exists() else []
    return found + [
        f"{backend}: {line}" for backend in BACKENDS for line in removal(_saved(backend)).splitlines() if "-D" in line
    ]


def in_use() -> bool:
    """Whether a living engine has links on the bridge; those of a killed one went with its namespaces."""
    ports = Path("/sys/class/net", BRIDGE, "brif")
    return ports.exists() and any(ports.iterdir())


def remember() -> str:
    """The host's setting that the engine changes, to be given to ``remove``."""
    return _FORWARD.read_text().strip()


def remove(remembered: str | None) -> None:
    """Remove the bridge (its links went with their namespaces) and this network's rules, and nothing else.

    Args:
        remembered: what ``remember`` returned before the engine's start.
    """
    if Path("/sys/class/net", BRIDGE).exists():
        subprocess.run(["ip", "link", "delete", BRIDGE], check=False, capture_output=True)
    for backend in BACKENDS:
        undo = removal(_saved(backend))
        if undo:
            subprocess.run([f"{backend}-restore", "--noflush"], input=undo, text=True, check=True)
    if remembered == "0":
        _FORWARD.write_text("0\n")


def _saved(backend: str) -> str:
    return output([f"{backend}-save"]) or ""
