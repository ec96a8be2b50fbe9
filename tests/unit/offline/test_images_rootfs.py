"""Unpacking Debian packages onto merged /usr, and what their scripts would do."""

import hashlib
import io
import stat
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from offline.images import accounts, dpkg, rootfs, sources, wheels
from offline.images.catalogue import User
from offline.images.errors import ImageError
from offline.images.tree import Kind, Tree, directory, file, members, merged


@pytest.mark.parametrize(
    ("path", "result"),
    [
        ("./", ""),
        ("./bin/", "usr/bin"),
        ("./bin/ls", "usr/bin/ls"),
        ("/sbin/ldconfig", "usr/sbin/ldconfig"),
        ("./lib/x86_64-linux-gnu/libc.so.6", "usr/lib/x86_64-linux-gnu/libc.so.6"),
        ("./lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2"),
        ("lib/ld-linux-aarch64.so.1", "usr/lib/ld-linux-aarch64.so.1"),
        ("./library/x", "library/x"),
        ("./usr/bin/env", "usr/bin/env"),
        ("./etc/bin/x", "etc/bin/x"),
    ],
)
def test_paths_move_below_usr(path: str, result: str) -> None:
    assert merged(path) == result


@pytest.mark.parametrize(
    ("path", "kind", "kept"),
    [
        ("usr/share/doc/bash/copyright", Kind.FILE, True),
        ("usr/share/doc/bash/changelog.gz", Kind.FILE, False),
        ("usr/share/doc/libstdc++6", Kind.SYMLINK, True),
        ("usr/share/doc/bash", Kind.DIRECTORY, False),
        ("usr/share/man/man1/ls.1.gz", Kind.FILE, False),
        ("usr/share/locale", Kind.DIRECTORY, False),
        ("usr/share/locales", Kind.DIRECTORY, True),
        ("usr/lib/locale/C.utf8/LC_CTYPE", Kind.FILE, True),
    ],
)
def test_documentation_is_left_out_but_not_licences(path: str, kind: Kind, *, kept: bool) -> None:
    assert dpkg.wanted(path, kind) is kept


def test_first_directory_and_last_file_win() -> None:
    first: Tree = {"tmp": directory(0o1777), "etc/x": file("old")}
    last: Tree = {"tmp": directory(), "etc/x": file("new")}
    whole = rootfs.unpacked([first, last])
    assert whole["tmp"].mode == 0o1777
    assert whole["etc/x"].data == b"new"


def test_merged_links_exist_only_for_what_is_there() -> None:
    tree: Tree = {"usr/lib/os-release": file(""), "usr/bin": directory(), "usr/lib": directory()}
    added = rootfs.finish(tree, "")
    assert {p: n.target for p, n in added.items() if n.target.startswith("usr/")} == {
        "bin": "usr/bin",
        "lib": "usr/lib",
    }
    assert added["tmp"].mode == 0o1777
    assert added["root"].mode == 0o700


def test_a_tree_without_base_files_gets_nothing() -> None:
    assert rootfs.finish({"usr/bin/redis-server": file("")}, "") == {}


def test_accounts_come_locked_from_the_masters() -> None:
    tree: Tree = {
        "usr/share/base-passwd/passwd.master": file("root:*:0:0:root:/root:/bin/bash\n"),
        "usr/share/base-passwd/group.master": file("root:*:0:\n"),
        "usr/bin/apt-get": file(""),
    }
    added = rootfs.finish(tree, "Types: deb\n")
    assert added["etc/passwd"].data.startswith(b"root:x:0:0:root:/root:/bin/bash\n_apt:x:42:")
    assert added["etc/shadow"].data.startswith(b"root:*:1:")
    assert (added["etc/shadow"].mode, added["etc/shadow"].owner) == (0o640, (0, 42))
    assert added["etc/apt/sources.list.d/debian.sources"].data == b"Types: deb\n"


def test_bundle_has_the_packaged_authorities_in_order() -> None:
    home = "usr/share/ca-certificates/mozilla"
    added = rootfs.finish({f"{home}/b.crt": file("B"), f"{home}/a.crt": file("A\n\n")}, "")
    assert added["etc/ssl/certs/ca-certificates.crt"].data == b"A\nB\n"
    assert added["etc/ca-certificates.conf"].data == b"mozilla/a.crt\nmozilla/b.crt\n"


def test_users_are_added_to_what_is_there() -> None:
    user = User(name="node", id=1000, home="/home/node", shell="/bin/bash")  # noqa: S604 - a login shell
    tree = accounts.added([user], {"etc/passwd": "root:x:0:0::/:/bin/sh\n", "etc/shadow": "root:*:1:0:99999:7:::\n"})
    assert tree["etc/passwd"].data == b"root:x:0:0::/:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/bash\n"
    assert tree["etc/group"].data == b"node:x:1000:\n"
    assert tree["etc/shadow"].data.endswith(b"node:!:1:0:99999:7:::\n")
    assert tree["home/node"].owner == (1000, 1000)


def test_users_without_home_and_without_shadow() -> None:
    tree = accounts.added([User(name="root", id=0, home="/root"), User(name="no", id=9, home="/nonexistent")], {})
    assert sorted(tree) == ["etc/group", "etc/passwd"]


PACKAGE = dpkg.Package(
    control="Package: dash\nArchitecture: amd64\nMulti-Arch: same\n",
    scripts={"md5sums": file("0  bin/dash\n"), "postinst": file("#!/bin/sh\n", 0o755)},
    listing=("/.", "/bin", "/bin/dash"),
    tree={},
    conffiles=(" /etc/x 0",),
)


def test_dpkg_database_continues_the_one_below() -> None:
    tree = dpkg.installed([PACKAGE], "Package: base\n\n")
    assert tree["var/lib/dpkg/status"].data.decode() == (
        "Package: base\n\nPackage: dash\nStatus: install ok installed\nConffiles:\n /etc/x 0\n"
        "Architecture: amd64\nMulti-Arch: same\n\n"
    )
    assert tree["var/lib/dpkg/info/dash:amd64.list"].data == b"/.\n/bin\n/bin/dash\n"
    assert tree["var/lib/dpkg/info/dash:amd64.postinst"].mode == 0o755
    assert "var/lib/dpkg/available" not in tree


def test_distroless_database_is_for_scanners_only() -> None:
    tree = dpkg.declared([PACKAGE])
    assert sorted(tree) == ["var/lib/dpkg/status.d/dash", "var/lib/dpkg/status.d/dash.md5sums"]


def test_a_package_file_is_opened(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "DEBIAN").mkdir(parents=True)
    (root / "DEBIAN" / "control").write_text(
        "Package: probe\nVersion: 1\nArchitecture: all\nMaintainer: me <me@example.org>\nDescription: probe\n"
    )
    (root / "DEBIAN" / "conffiles").write_text("/etc/probe.conf\n")
    for name in ("bin/probe", "etc/probe.conf", "usr/share/man/man1/probe.1"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / "bin/probe2").hardlink_to(root / "bin/probe")
    subprocess.run(["dpkg-deb", "-b", root, tmp_path / "x.deb"], check=True, stdout=subprocess.DEVNULL)
    package = dpkg.opened(tmp_path / "x.deb")
    assert (package.name, package.file_name) == ("probe", "probe")
    assert package.tree["usr/bin/probe"].data == b"bin/probe"
    assert package.tree["usr/bin/probe2"].target == "usr/bin/probe"
    assert not any(path.startswith("usr/share/man") for path in package.tree)
    assert "/bin/probe" in package.listing
    digest = hashlib.md5(b"etc/probe.conf", usedforsecurity=False).hexdigest()
    assert package.conffiles == (f" /etc/probe.conf {digest}",)


def test_devices_are_left_out() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        device = tarfile.TarInfo("dev/null")
        device.type = tarfile.CHRTYPE
        archive.addfile(device)
        archive.addfile(tarfile.TarInfo("empty"))
    with tarfile.open(fileobj=io.BytesIO(out.getvalue())) as archive:
        assert [name for name, _ in members(archive)] == ["empty"]


def test_sources_of_the_release_only(tmp_path: Path) -> None:
    (tmp_path / "sources.list.d").mkdir()
    (tmp_path / "sources.list").write_text(
        "# deb http://a bookworm main\n"
        "deb [arch=amd64 signed-by=/k.gpg] http://me:secret@mirror/debian bookworm-updates main # note\n"
        "deb-src http://mirror/debian bookworm main\n"
        "deb http://other/apt cloud-sdk-bookworm main\n"
    )
    (tmp_path / "sources.list.d" / "d.sources").write_text(
        "# ours\nTypes: deb deb-src\n# http://snapshot\nURIs: http://mirror/debian\nSuites: bookworm trixie\n"
        "Components: main\nSigned-By:\n -----BEGIN\n .\n -----END\n\nTypes: deb\nURIs: http://n\nSuites: nodistro\n"
    )
    (tmp_path / "sources.list.d" / "off.sources").write_text(
        "Types: deb\nURIs: http://off\nSuites: bookworm\nComponents: main\nEnabled: no\n"
    )
    found = sources.of_machine("bookworm", tmp_path)
    assert [(s["uris"], s["suites"]) for s in found] == [
        ("http://mirror/debian", "bookworm"),
        ("http://me:secret@mirror/debian", "bookworm-updates"),
    ]
    private = sources.written(found)
    assert "Signed-By: \n -----BEGIN\n .\n -----END\n" in private
    assert "Signed-By: /k.gpg\n" in private
    assert "amd64" not in private
    assert "secret" in private
    public = sources.for_image(found)
    assert "secret" not in public
    assert public.count(f"Signed-By: {sources.KEYRING}\n") == 2


def test_a_machine_without_the_release_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no apt source of Debian bookworm"):
        sources.of_machine("bookworm", tmp_path)


def test_a_wheel_is_opened_as_pip_would_install_it(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.whl", "w") as wheel:
        wheel.writestr("pkg/__init__.py", "x = 1\n")
        wheel.writestr("pkg-1.data/scripts/tool", "#!python\nprint()\n")
        wheel.writestr("pkg-1.data/scripts/binary", b"\x7fELF")
        wheel.writestr("pkg-1.data/purelib/other.py", "")
        for name, mode in {"pkg-1.data/purelib/bin/core": 0o755, "pkg/bin/run": 0o700, "pkg/read": 0o600}.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = (stat.S_IFREG | mode) << 16
            wheel.writestr(info, "")
        wheel.writestr("pkg-1.dist-info/entry_points.txt", "[console_scripts]\nrun = pkg.cli:Main.go [extra]\n")
        wheel.writestr("pkg-1.dist-info/RECORD", "")
    tree = wheels.opened(tmp_path / "w.whl", "site")
    assert tree["site/pkg/__init__.py"].data == b"x = 1\n"
    assert tree["site/other.py"].data == b""
    modes = {name: tree[f"site/{name}"].mode for name in ("bin/core", "pkg/bin/run", "pkg/read", "other.py")}
    assert modes == {"bin/core": 0o755, "pkg/bin/run": 0o755, "pkg/read": 0o644, "other.py": 0o644}
    assert tree["usr/local/bin/tool"].data == b"#!/usr/bin/python3\nprint()\n"
    assert (tree["usr/local/bin/binary"].data, tree["usr/local/bin/binary"].mode) == (b"\x7fELF", 0o755)
    assert b"from pkg.cli import Main\nsys.exit(Main.go())\n" in tree["usr/local/bin/run"].data
    assert "site/pkg-1.dist-info/INSTALLER" in tree
