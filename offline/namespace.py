"""Runs as a script inside the engine's fresh mount and process namespaces, prepares them, and becomes the engine.

The engine mounts over /etc/resolv.conf, relinks /usr/bin/iptables* and writes below /run (dagger v0.21.8,
network/netinst). Here all of that lands on file systems that vanish with the namespace; the host's stay as they are.
Imports nothing of the package: it is started by path.
"""

import argparse
import os
import subprocess
from pathlib import Path

ROOT = Path("/run/next-distroless")
IPTABLES = ("xtables-legacy-multi", "xtables-nft-multi")
CNI_PLUGINS = ("bridge", "firewall", "host-local", "loopback")


def main() -> None:
    """Prepare the namespace and replace this process by tini, with the engine as its child."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--programs", type=Path, required=True)
    parser.add_argument("--content", type=Path, required=True)
    parser.add_argument("--engine", nargs=argparse.REMAINDER, required=True)
    options = parser.parse_args()

    resolv_conf = Path("/etc/resolv.conf").read_text()
    mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run")
    cover("/etc")
    cover("/usr/bin")
    real_resolv_conf = Path("/etc/resolv.conf")
    real_resolv_conf.unlink(missing_ok=True)
    real_resolv_conf.write_text(resolv_conf)

    link(ROOT / "content", options.content)
    link(ROOT / "bin" / "init", options.programs / "init")
    link(ROOT / "bin" / "runc", first("/usr/sbin/runc", "/usr/bin/runc"))
    link(ROOT / "cni" / "dnsname", options.programs / "dnsname")
    for name in CNI_PLUGINS:
        link(ROOT / "cni" / name, Path("/usr/lib/cni") / name)
    for name in IPTABLES:
        if not Path("/usr/bin", name).exists():
            link(Path("/usr/bin", name), Path("/usr/sbin", name))

    os.environ["PATH"] = f"{ROOT}/bin:/usr/bin:/usr/sbin:/bin:/sbin"
    os.execv(  # noqa: S606  becoming the engine is the purpose
        "/usr/bin/tini",
        ["tini", "--", os.fspath(options.programs / "engine"), "--oci-cni-binary-dir", f"{ROOT}/cni", *options.engine],
    )


def cover(directory: str) -> None:
    """Lay a writable, vanishing layer over a directory of the host."""
    upper, work = (ROOT / "overlay" / kind / directory.strip("/") for kind in ("upper", "work"))
    for made in (upper, work):
        made.mkdir(parents=True)
    mount("-t", "overlay", "-o", f"lowerdir={directory},upperdir={upper},workdir={work}", "overlay", directory)


def link(name: Path, target: Path) -> None:
    """Make a symlink, and the directories above it."""
    name.parent.mkdir(parents=True, exist_ok=True)
    name.symlink_to(target)


def first(*paths: str) -> Path:
    """The first of the paths that exists, else the first."""
    return Path(next((p for p in paths if Path(p).exists()), paths[0]))


def mount(*arguments: str) -> None:
    """Mount a file system with the system's own program."""
    subprocess.run(["mount", *arguments], check=True)


if __name__ == "__main__":
    main()
