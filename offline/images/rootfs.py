"""What the packages' own scripts would do to a root file system, without running any."""

from offline.images.tree import MERGED, Kind, Tree, directory, file, symlink, text

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
"""Search path of every image."""

MAIL, SHADOW, STAFF = 8, 42, 50
"""Debian's fixed numbers of some groups."""

PASSWORD_DAY = 1
"""Day of the last change of passwords, which are all locked; 0 would ask for a new one at login."""

_ALTERNATIVES = {
    "awk": ("usr/bin/awk", "usr/bin/mawk"),
    "nawk": ("usr/bin/nawk", "usr/bin/mawk"),
    "which": ("usr/bin/which", "usr/bin/which.debianutils"),
    "pager": ("usr/bin/pager", "usr/bin/more"),
}
"""Names of update-alternatives: the command, and the program that provides it here."""

_COPIES = {
    "usr/share/base-files/dot.bashrc": "root/.bashrc",
    "usr/share/base-files/dot.profile": "root/.profile",
    "usr/share/base-files/motd": "etc/motd",
    "usr/share/base-files/profile": "etc/profile",
    "usr/share/libc-bin/nsswitch.conf": "etc/nsswitch.conf",
}
"""Templates that a package copies to where they work."""

_DIRECTORIES = (
    *("media", "mnt", "opt", "run/lock", "srv"),
    *(f"usr/local/{name}" for name in ("bin", "etc", "games", "include", "lib", "sbin", "share", "src")),
    *(f"var/{name}" for name in ("backups", "cache", "lib/misc", "log", "opt", "spool")),
)
"""Directories that base-files makes, mode 0755."""

_PAM = {
    "common-account": "account required pam_unix.so\n",
    "common-auth": "auth required pam_unix.so nullok\n",
    "common-password": "password required pam_unix.so obscure yescrypt\n",
    "common-session": "session required pam_unix.so\n",
    "common-session-noninteractive": "session required pam_unix.so\n",
}
"""What pam-auth-update makes of the profile ``unix``."""

_NSSWITCH = "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n"


def finish(tree: Tree, apt_sources: str) -> Tree:
    """Complete a tree of unpacked packages; each part applies where its package is in the tree.

    Args:
        tree: files of the packages.
        apt_sources: apt's sources for the image, where apt is in it.

    Returns:
        What is to be added to the tree.
    """
    added: Tree = {new: tree[old] for old, new in _COPIES.items() if old in tree}
    if "usr/lib/os-release" in tree:
        added |= _skeleton(tree)
    if "usr/share/base-passwd/passwd.master" in tree:
        added |= _accounts(tree)
    for name, (command, program) in _ALTERNATIVES.items():
        if program in tree:
            added[command] = symlink(f"/etc/alternatives/{name}")
            added[f"etc/alternatives/{name}"] = symlink(f"/{program}")
    if "usr/share/zoneinfo/Etc/UTC" in tree:
        added["etc/localtime"] = symlink("/usr/share/zoneinfo/Etc/UTC")
        added["etc/timezone"] = file("Etc/UTC\n")
    if "usr/share/debianutils/shells" in tree:
        shells = ["/bin/sh", "/bin/dash", "/bin/bash", "/usr/bin/sh", "/usr/bin/dash", "/usr/bin/bash"]
        added["etc/shells"] = file(text(tree, "usr/share/debianutils/shells") + "".join(f"{s}\n" for s in shells))
    if "usr/share/pam-configs/unix" in tree:
        added |= {f"etc/pam.d/{name}": file(content) for name, content in _PAM.items()}
    if "usr/bin/apt-get" in tree:
        added["etc/apt/sources.list.d/debian.sources"] = file(apt_sources)
        added["etc/apt/apt.conf.d/no-languages"] = file('Acquire::Languages "none";\n')
    return added | _authorities(tree)


def _skeleton(tree: Tree) -> Tree:
    added: Tree = {name: directory() for name in _DIRECTORIES}
    added |= {
        "root": directory(0o700),
        "tmp": directory(0o1777),
        "var/lock": symlink("/run/lock"),
        "var/run": symlink("/run"),
        "var/tmp": directory(0o1777),
        "etc/os-release": symlink("../usr/lib/os-release"),
    }
    added |= {name: symlink(f"usr/{name}") for name in MERGED if f"usr/{name}" in tree}
    if "usr/share/libc-bin/nsswitch.conf" not in tree:
        added["etc/nsswitch.conf"] = file(_NSSWITCH)
    return added


def _accounts(tree: Tree) -> Tree:
    """The system's accounts, all of them locked, with passwords in /etc/shadow."""
    passwd = text(tree, "usr/share/base-passwd/passwd.master").replace(":*:", ":x:")
    if "usr/bin/apt-get" in tree:
        passwd += "_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n"
    group = text(tree, "usr/share/base-passwd/group.master").replace(":*:", ":x:")
    shadow = "".join(f"{line.partition(':')[0]}:*:{PASSWORD_DAY}:0:99999:7:::\n" for line in passwd.splitlines())
    gshadow = "".join(f"{line.partition(':')[0]}:*::\n" for line in group.splitlines())
    return {
        "etc/passwd": file(passwd),
        "etc/group": file(group),
        "etc/shadow": file(shadow, 0o640, group=SHADOW),
        "etc/gshadow": file(gshadow, 0o640, group=SHADOW),
        "var/local": directory(0o2775, group=STAFF),
        "var/mail": directory(0o2775, group=MAIL),
    }


def _authorities(tree: Tree) -> Tree:
    """The bundle of Mozilla's certificates, and nobody else's."""
    home = "usr/share/ca-certificates/"
    names = sorted(path for path in tree if path.startswith(home) and path.endswith(".crt"))
    if not names:
        return {}
    bundle = b"".join(tree[name].data.rstrip(b"\n") + b"\n" for name in names)
    return {
        "etc/ssl/certs/ca-certificates.crt": file(bundle),
        "etc/ca-certificates.conf": file("".join(f"{name.removeprefix(home)}\n" for name in names)),
    }


def unpacked(trees: list[Tree]) -> Tree:
    """Lay packages over each other: a directory is what the first one says, a file what the last one says."""
    whole: Tree = {}
    for tree in trees:
        for path, node in tree.items():
            if node.kind is not Kind.DIRECTORY or path not in whole:
                whole[path] = node
    return whole
