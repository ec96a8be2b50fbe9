"""Accounts that an image adds to those of the images below it."""

from collections.abc import Iterable, Mapping

from offline.images.catalogue import User
from offline.images.rootfs import PASSWORD_DAY, SHADOW
from offline.images.tree import Tree, directory, file

NO_HOME = "/nonexistent"


def added(users: Iterable[User], carried: Mapping[str, str]) -> Tree:
    """Add accounts, each with its group and its home directory.

    Args:
        users: the accounts.
        carried: text of /etc/passwd, /etc/group and /etc/shadow as they are so far, where they are.
    """
    passwd, group, shadow = (carried.get(f"etc/{name}", "") for name in ("passwd", "group", "shadow"))
    tree: Tree = {}
    for user in users:
        passwd += f"{user.name}:x:{user.id}:{user.id}:{user.name}:{user.home}:{user.shell}\n"
        group += f"{user.name}:x:{user.id}:\n"
        shadow += f"{user.name}:!:{PASSWORD_DAY}:0:99999:7:::\n"
        if user.id and user.home != NO_HOME:
            tree[user.home.lstrip("/")] = directory(owner=user.id, group=user.id)
    tree |= {"etc/passwd": file(passwd), "etc/group": file(group)}
    if "etc/shadow" in carried:
        tree["etc/shadow"] = file(shadow, 0o640, group=SHADOW)
    return tree
