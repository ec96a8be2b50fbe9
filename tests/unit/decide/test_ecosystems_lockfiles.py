"""Lockfiles: every format gives the same for the same packages, and garbage is an error that names the file."""

import json
import re
from dataclasses import replace

import pytest

from ci.decide import ecosystems
from ci.decide.ecosystems import ECOSYSTEMS
from ci.decide.ecosystems.locked import Locked, is_git
from ci.errors import ProjectError
from tests.fuzz.checks import bounded, work

NPM = "https://registry." + "npmjs.org"
YARN = "https://registry." + "yarnpkg.com"
COMMIT = "de24b236dd0dff477707c9552e2e66429b508c94"
IS = "sha512-FyD2meJpDPjyNQejSjvnhpgI/azsQkA4lGbuu5BQZfjvJ9cbRZXzeWL2HceCekW4lixO9JPesIIQkSoLjeJHNQ=="
SHARP = "sha512-WT+d/cgqKkkKySYmqoZ8y3pxx7lx9vVejxW/W4DOFMYVSkErR+w7mf2u8m/y4+xHe7yY9DAXQMWQhpnMuFfScw=="
ODD = "sha512-CQpnWPrDwmP1+SMHXZhtLtJv90yiyVfluGsX5iNCVkrhQtU3TQHsUWPG9wkdk9Lgd5yNpAg9jQEo90CBaXgWMA=="
REACT_DOM = "sha512-6IMTriUmvsjHUjNtEDudZfuDQUoWXVxKHhlEGSk81n4YFS+r/Kl99wXiwlVXtPBtJenozv2P+hxDsw9eA7Xo6g=="
EVEN = "sha512-LEhnkAdJqic4Dbqn58A0y52IXoHWlsueqQkKfMfdEnIYG8A1sm/GHidKkS6yvXlMoRrkM34csHnXQtOqcb+Jzg=="
VENDORED = "sha512-204vE5IJ0Cd6pA6x1dMyLooGk6/xeKuq90imFuJN/ndMDBP4Sk9tJpBlTedHPvt6KDbtTDTsjVzzgctFqNV7FQ=="
EVEN_URL = "https://tarballs.example/is-even-1.0.0.tgz"
CODELOAD = f"https://codeload.github.com/acme/positive/tar.gz/{COMMIT}"

# What an app locks that has an alias, a package for one platform, two uses of one package with different peers, a
# tarball, two git dependencies, a link, a directory and a local tarball. Written by pnpm 8, 10 and 11, npm 10, yarn 1,
# 3 and 4, and bun 1.4; shortened.
PNPM_6 = f"""\
lockfileVersion: '6.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

dependencies:
  is:
    specifier: npm:@sindresorhus/is@4.0.0
    version: /@sindresorhus/is@4.0.0
  lnk:
    specifier: link:./local
    version: link:local

packages:

  /@img/sharp-linuxmusl-x64@0.33.5:
    resolution: {{integrity: {SHARP}}}
    engines: {{node: ^18.17.0 || ^20.3.0 || >=21.0.0}}
    cpu: [x64]
    os: [linux]
    libc: [musl]
    optionalDependencies:
      '@img/sharp-libvips-linuxmusl-x64': 1.0.4
    dev: false

  /@sindresorhus/is@4.0.0:
    resolution: {{integrity: {IS}}}
    engines: {{node: '>=10'}}
    dev: false

  /is-odd@3.0.1:
    resolution: {{integrity: {ODD}}}
    dependencies:
      is-number: 6.0.0
    dev: false

  /react-dom@18.2.0(react@17.0.2):
    resolution: {{integrity: {REACT_DOM}}}
    peerDependencies:
      react: ^18.2.0
    dev: false

  /react-dom@18.2.0(react@18.2.0):
    resolution: {{integrity: {REACT_DOM}}}
    dev: false

  '@tarballs.example/is-even-1.0.0.tgz':
    resolution: {{tarball: {EVEN_URL}}}
    name: is-even
    version: 1.0.0
    dev: false

  git.example/acme/gitdep/{COMMIT}:
    resolution: {{commit: {COMMIT}, repo: https://git.example/acme/gitdep, type: git}}
    name: gitdep
    version: 1.2.3
    dev: false

  github.com/acme/positive/{COMMIT}:
    resolution: {{tarball: {CODELOAD}}}
    name: positive
    version: 3.1.0
    dev: false

  file:local:
    resolution: {{directory: local, type: directory}}
    name: local
    dev: false

  file:vendor/odd.tgz:
    resolution: {{integrity: {VENDORED}, tarball: file:vendor/odd.tgz}}
    name: is-odd
    version: 3.0.0
    dev: false
"""
PNPM_9 = f"""\
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

importers:

  .:
    dependencies:
      is:
        specifier: npm:@sindresorhus/is@4.0.0
        version: '@sindresorhus/is@4.0.0'

packages:

  '@img/sharp-linuxmusl-x64@0.33.5':
    resolution: {{integrity: {SHARP}}}
    engines: {{node: ^18.17.0 || ^20.3.0 || >=21.0.0}}
    cpu: [x64]
    os: [linux]
    libc: [musl]

  '@sindresorhus/is@4.0.0':
    resolution: {{integrity: {IS}}}
    engines: {{node: '>=10'}}

  is-odd@3.0.1:
    resolution: {{integrity: {ODD}}}
    deprecated: "use `%`: it is one character"

  react-dom@18.2.0:
    resolution: {{integrity: {REACT_DOM}}}
    peerDependencies:
      react: ^18.2.0

  is-even@{EVEN_URL}:
    resolution: {{integrity: {EVEN}, tarball: {EVEN_URL}}}
    version: 1.0.0
    engines: {{node: '>=0.10.0'}}

  gitdep@git+https://git.example/acme/gitdep#{COMMIT}:
    resolution: {{commit: {COMMIT}, repo: https://git.example/acme/gitdep, type: git}}
    version: 1.2.3

  positive@{CODELOAD}:
    resolution: {{gitHosted: true, tarball: {CODELOAD}}}
    version: 3.1.0

  is-odd@file:vendor/odd.tgz:
    resolution: {{integrity: {VENDORED}, tarball: file:vendor/odd.tgz}}
    version: 3.0.0

  local@file:local:
    resolution: {{directory: local, type: directory}}

snapshots:

  '@img/sharp-linuxmusl-x64@0.33.5':
    optionalDependencies:
      '@img/sharp-libvips-linuxmusl-x64': 1.0.4
    optional: true

  react-dom@18.2.0(react@18.2.0):
    dependencies:
      react: 18.2.0
"""
PNPM_11 = f"""\
---
lockfileVersion: '9.0'

importers:

  .:
    configDependencies: {{}}
    packageManagerDependencies:
      pnpm:
        specifier: 11.0.0
        version: 11.0.0

packages:

  pnpm@11.0.0:
    resolution: {{integrity: {IS}}}

---
{PNPM_9}"""
NPM_3 = json.dumps(
    {
        "name": "app",
        "lockfileVersion": 3,
        "packages": {
            "": {"name": "app", "dependencies": {"is": "npm:@sindresorhus/is@4.0.0", "local": "file:./local"}},
            "local": {"version": "0.1.0"},
            "node_modules/@img/sharp-linuxmusl-x64": {
                "version": "0.33.5",
                "resolved": f"{NPM}/@img/sharp-linuxmusl-x64/-/sharp-linuxmusl-x64-0.33.5.tgz",
                "integrity": SHARP,
                "cpu": ["x64"],
                "os": ["linux"],
                "libc": ["musl"],
            },
            "node_modules/is": {
                "name": "@sindresorhus/is",
                "version": "4.0.0",
                "resolved": f"{NPM}/@sindresorhus/is/-/is-4.0.0.tgz",
                "integrity": IS,
            },
            "node_modules/is-odd": {
                "version": "3.0.1",
                "resolved": f"{NPM}/is-odd/-/is-odd-3.0.1.tgz",
                "integrity": ODD,
            },
            "node_modules/react-dom": {
                "version": "18.2.0",
                "resolved": f"{NPM}/react-dom/-/react-dom-18.2.0.tgz",
                "integrity": REACT_DOM,
            },
            "node_modules/is-even": {"version": "1.0.0", "resolved": EVEN_URL, "integrity": EVEN},
            "node_modules/gitdep": {
                "version": "1.2.3",
                "resolved": f"git+https://git.example/acme/gitdep#{COMMIT}",
            },
            "node_modules/positive": {
                "version": "3.1.0",
                "resolved": f"git+ssh://git@github.com/acme/positive.git#{COMMIT}",
            },
            "node_modules/react-dom/node_modules/is-odd": {
                "version": "3.0.1",
                "resolved": f"{NPM}/is-odd/-/is-odd-3.0.1.tgz",
                "integrity": ODD,
            },
            "node_modules/react-dom/node_modules/bundled": {"version": "1.0.0", "inBundle": True},
            "node_modules/local": {"resolved": "local", "link": True},
            "node_modules/vendored": {
                "name": "is-odd",
                "version": "3.0.0",
                "resolved": "file:vendor/odd.tgz",
                "integrity": VENDORED,
            },
        },
    }
)
YARN_1 = f"""\
# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.
# yarn lockfile v1


"@img/sharp-linuxmusl-x64@0.33.5":
  version "0.33.5"
  resolved "{YARN}/@img/sharp-linuxmusl-x64/-/sharp-linuxmusl-x64-0.33.5.tgz#3f4609ac5d8ef8ec7dadee80b560961a60fd4f48"
  integrity {SHARP}
  optionalDependencies:
    "@img/sharp-libvips-linuxmusl-x64" "1.0.4"

"is@npm:@sindresorhus/is@4.0.0":
  version "4.0.0"
  resolved "{YARN}/@sindresorhus/is/-/is-4.0.0.tgz#2ff674e9611b45b528896d820d3d7a812de2f0e4"
  integrity {IS}

is-odd@3.0.1, is-odd@^3.0.1:
  version "3.0.1"
  resolved "{YARN}/is-odd/-/is-odd-3.0.1.tgz#65101baf3727d728b66fa62f50cda7f2d3989601"
  integrity {ODD}
  dependencies:
    version "^6.0.0"

"react-dom@^17.0.2 || ^18.2.0", react-dom@18.2.0:
  version "18.2.0"
  resolved "{YARN}/react-dom/-/react-dom-18.2.0.tgz#22aaf38708db2674ed9ada224ca4aa708d821e3d"
  integrity {REACT_DOM}

"is-even@{EVEN_URL}":
  version "1.0.0"
  resolved "{EVEN_URL}#76b5055fbad8d294a86b6a949015e1c97b717c06"
  dependencies:
    is-odd "^0.1.2"

"gitdep@git+https://git.example/acme/gitdep":
  version "1.2.3"
  resolved "git+https://git.example/acme/gitdep#{COMMIT}"

positive@acme/positive:
  version "3.1.0"
  resolved "{CODELOAD}"

"lnk@link:./local":
  version "0.0.0"
  uid ""

"local@file:./local":
  version "0.1.0"

"vendored@file:./vendor/odd.tgz":
  version "3.0.0"
  resolved "file:./vendor/odd.tgz#299227de776cc212813d674ffae0dcde1d9618af"
  dependencies:
    is-number "^6.0.0"
"""
BERRY_4 = f"""\
# This file is generated by running "yarn install" inside your project.
# Manual changes might be lost - proceed with caution!

__metadata:
  version: 8
  cacheKey: 10c0

"@img/sharp-linuxmusl-x64@npm:0.33.5":
  version: 0.33.5
  resolution: "@img/sharp-linuxmusl-x64@npm:0.33.5"
  conditions: os=linux & cpu=x64 & libc=musl
  languageName: node
  linkType: hard

"app@workspace:.":
  version: 0.0.0-use.local
  resolution: "app@workspace:."
  dependencies:
    version: "npm:1.0.0"
  languageName: unknown
  linkType: soft

"is@npm:@sindresorhus/is@4.0.0":
  version: 4.0.0
  resolution: "@sindresorhus/is@npm:4.0.0"
  checksum: 10c0/968c5ef0
  languageName: node
  linkType: hard

? "is-odd@npm:3.0.1, is-odd@npm:^3.0.0, is-odd@npm:^3.0.1"
:
  version: 3.0.1
  resolution: "is-odd@npm:3.0.1"
  checksum: 10c0/89ee2e35
  languageName: node
  linkType: hard

"is-odd@patch:is-odd@npm%3A3.0.1#.yarn/patches/o.patch::locator=app%40workspace%3A.":
  version: 3.0.1
  resolution: "is-odd@patch:is-odd@npm%3A3.0.1#.yarn/patches/o.patch::version=3.0.1&hash=94ba1c&locator=app%40w%3A."
  checksum: 10c0/c179144e
  languageName: node
  linkType: hard

"react-dom@npm:18.2.0":
  version: 18.2.0
  resolution: "react-dom@npm:18.2.0::__archiveUrl=https%3A%2F%2Fnpm.example%2Freact-dom%2F-%2Freact-dom-18.2.0.tgz"
  checksum: 10c0/66dfc5f9
  languageName: node
  linkType: hard

"is-even@{EVEN_URL}":
  version: 1.0.0
  resolution: "is-even@{EVEN_URL}"
  checksum: 10c0/2c87aca0
  languageName: node
  linkType: hard

"gitdep@https://git.example/acme/gitdep":
  version: 1.2.3
  resolution: "gitdep@https://git.example/acme/gitdep#commit={COMMIT}"
  checksum: 10c0/534bcc90
  languageName: node
  linkType: hard

"positive@acme/positive":
  version: 3.1.0
  resolution: "positive@https://github.com/acme/positive.git#commit={COMMIT}"
  checksum: 10c0/5d1d1d1d
  languageName: node
  linkType: hard

"lnk@link:./local::locator=app%40workspace%3A.":
  version: 0.0.0-use.local
  resolution: "lnk@link:./local::locator=app%40workspace%3A."
  languageName: node
  linkType: soft

"vendored@file:./vendor/odd.tgz::locator=app%40workspace%3A.":
  version: 3.0.0
  resolution: "vendored@file:./vendor/odd.tgz#./vendor/odd.tgz::hash=2f5f1f&locator=app%40workspace%3A."
  checksum: 10c0/aaaaaaaa
  languageName: node
  linkType: hard
"""
BUN = f"""\
{{
  "lockfileVersion": 1, // comments
  "workspaces": {{
    "": {{ "name": "app", "dependencies": {{ "is": "npm:@sindresorhus/is@4.0.0", }}, }},
  }},
  "packages": {{
    "@img/sharp-linuxmusl-x64": ["@img/sharp-linuxmusl-x64@0.33.5", "", {{ "os": "linux", "cpu": ["x64"], \
"libc": "musl" }}, "{SHARP}"],

    "is": ["@sindresorhus/is@4.0.0", "", {{}}, "{IS}"],

    "is-odd": ["is-odd@3.0.1", "", {{ "dependencies": {{ "is-number": "^6.0.0" }} }}, "{ODD}"],

    "react-dom": ["react-dom@18.2.0", "https://npm.example/react-dom/-/react-dom-18.2.0.tgz", \
{{ "bin": {{ "a": "//,]" }} }}, "{REACT_DOM}"],

    "is-even": ["is-even@{EVEN_URL}", {{ "dependencies": {{ "is-odd": "^0.1.2" }} }}, "{EVEN}"],

    "gitdep": ["gitdep@git+https://git.example/acme/gitdep#{COMMIT}", {{}}, "{COMMIT}"],

    "positive": ["positive@github:acme/positive#de24b23", {{}}, "acme-positive-de24b23"],

    "app": ["app@workspace:apps/app"],

    "lnk": ["local@link:./local", {{}}],

    "local": ["local@file:local", {{}}],

    "vendored": ["is-odd@./vendor/odd.tgz", {{ "dependencies": {{ "is-number": "^6.0.0" }} }}, "{VENDORED}"],

    "react-dom/is-odd": ["is-odd@3.0.1", "", {{ "dependencies": {{ "is-number": "^6.0.0" }} }}, "{ODD}"],
  }}
}}
"""
LOCKFILES = {
    "6/pnpm-lock.yaml": PNPM_6,
    "9/pnpm-lock.yaml": PNPM_9,
    "11/pnpm-lock.yaml": PNPM_11,
    "3/package-lock.json": NPM_3,
    "1/yarn.lock": YARN_1,
    "4/yarn.lock": BERRY_4,
    "1/bun.lock": BUN,
}
MUSL = Locked(
    name="@img/sharp-linuxmusl-x64", version="0.33.5", integrity=SHARP, cpu=("x64",), os=("linux",), libc=("musl",)
)
PACKAGES = (
    MUSL,
    Locked(name="@sindresorhus/is", version="4.0.0", integrity=IS),
    Locked(name="is-odd", version="3.0.1", integrity=ODD),
    Locked(name="react-dom", version="18.2.0", integrity=REACT_DOM),
    Locked(name="is-even", version="1.0.0", integrity=EVEN, source=EVEN_URL),
    Locked(name="gitdep", version="1.2.3", source="https://git.example/acme/gitdep", git=True),
    Locked(name="positive", version="3.1.0", source=CODELOAD, git=True),
)


def read(path: str, text: str) -> tuple[Locked, ...]:
    """Packages of a lockfile, by the one ecosystem that it is of."""
    [owner] = [one for one in ECOSYSTEMS if one.owns(path.rpartition("/")[2], text)]
    return ecosystems.read(owner, path, text)


def found(name: str) -> dict[str, Locked]:
    packages = read(name, LOCKFILES[name])
    by_name = {package.name: package for package in packages}
    assert len(by_name) == len(packages)
    return by_name


@pytest.mark.parametrize("name", LOCKFILES)
def test_every_format_has_the_same_packages_in_order(name: str) -> None:
    versions = [(package.name, package.git, package.version) for package in read(name, LOCKFILES[name])]
    address = {"is-even": EVEN_URL, "gitdep": f"git+https://git.example/acme/gitdep#{COMMIT}"}
    own = {**address, "positive": "github:acme/positive#de24b23"} if name.endswith("bun.lock") else {}
    assert versions == [(package.name, package.git, own.get(package.name, package.version)) for package in PACKAGES]


@pytest.mark.parametrize("name", ["9/pnpm-lock.yaml", "11/pnpm-lock.yaml"])
def test_pnpm_9(name: str) -> None:
    assert read(name, LOCKFILES[name]) == PACKAGES


def prettier(text: str) -> str:
    """A lockfile of pnpm as Prettier writes it: mappings and lists that are long are on lines of their own."""
    text = re.sub(r"(?m)^    resolution: \{(.*)\}$", r"    resolution:\n      {\n        \1,\n      }", text)
    text = re.sub(r"(?m)^    (cpu|os|libc): \[(.*)\]$", r"    \1:\n      - \2", text)
    return text.replace("'", '"')


@pytest.mark.parametrize("lockfile", [PNPM_6, PNPM_9, PNPM_11])
def test_a_lockfile_of_pnpm_that_was_formatted_is_the_same(lockfile: str) -> None:
    formatted = prettier(lockfile)
    assert "resolution:\n" in formatted
    assert set(read("pnpm-lock.yaml", formatted)) == set(read("pnpm-lock.yaml", lockfile))


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        ("  a@1.0.0:\n    resolution:\n      {", "not YAML"),
        ("  a@1.0.0:\n    resolution:\n      - [b]", "has no name, version or resolution"),
        ("  a@1.0.0:\n    resolution:\n      integrity: [[b]]", "has no name, version or resolution"),
        ("  a@1.0.0: b\n  c@1.0.0:\n    resolution:\n      {}", "is not the key of a package"),
    ],
)
def test_a_formatted_lockfile_that_is_none(packages: str, said: str) -> None:
    with pytest.raises(ProjectError, match=said):
        read("pnpm-lock.yaml", f"lockfileVersion: '9.0'\n\npackages:\n{packages}\n")


def test_pnpm_6_has_no_checksum_of_a_tarball() -> None:
    expected = tuple(replace(p, integrity="") if p.name == "is-even" else p for p in PACKAGES)
    assert read("pnpm-lock.yaml", PNPM_6) == expected


@pytest.mark.parametrize("name", ["3/package-lock.json", "1/yarn.lock", "1/bun.lock"])
def test_checksums_are_npms_own(name: str) -> None:
    even = "sha1-drUFX7rY0pSoa2qUkBXhyXtxfAY=" if name == "1/yarn.lock" else EVEN
    expected = {p.name: even if p.name == "is-even" else p.integrity for p in PACKAGES}
    assert {package.name: package.integrity for package in read(name, LOCKFILES[name])} == expected


def test_berry_has_checksums_of_its_own_and_none_for_what_another_platform_needs() -> None:
    assert [package.integrity.partition("/")[0] for package in read("yarn.lock", BERRY_4)] == ["", *["10c0"] * 6]


@pytest.mark.parametrize("name", [name for name in LOCKFILES if name != "1/yarn.lock"])
def test_limits_to_a_platform(name: str) -> None:
    musl = found(name)[MUSL.name]
    assert (musl.cpu, musl.os, musl.libc) == (MUSL.cpu, MUSL.os, MUSL.libc)
    assert [p.name for p in found(name).values() if p.cpu or p.os or p.libc] == [MUSL.name]


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("6/pnpm-lock.yaml", {"gitdep": "https://git.example/acme/gitdep", "positive": CODELOAD}),
        (
            "3/package-lock.json",
            {
                MUSL.name: f"{NPM}/@img/sharp-linuxmusl-x64/-/sharp-linuxmusl-x64-0.33.5.tgz",
                "@sindresorhus/is": f"{NPM}/@sindresorhus/is/-/is-4.0.0.tgz",
                "is-odd": f"{NPM}/is-odd/-/is-odd-3.0.1.tgz",
                "react-dom": f"{NPM}/react-dom/-/react-dom-18.2.0.tgz",
                "gitdep": "git+https://git.example/acme/gitdep",
                "positive": "git+ssh://git@github.com/acme/positive.git",
            },
        ),
        (
            "1/yarn.lock",
            {
                MUSL.name: f"{YARN}/@img/sharp-linuxmusl-x64/-/sharp-linuxmusl-x64-0.33.5.tgz",
                "@sindresorhus/is": f"{YARN}/@sindresorhus/is/-/is-4.0.0.tgz",
                "is-odd": f"{YARN}/is-odd/-/is-odd-3.0.1.tgz",
                "react-dom": f"{YARN}/react-dom/-/react-dom-18.2.0.tgz",
                "gitdep": "git+https://git.example/acme/gitdep",
                "positive": CODELOAD,
            },
        ),
        (
            "4/yarn.lock",
            {
                "react-dom": "https://npm.example/react-dom/-/react-dom-18.2.0.tgz",
                "gitdep": "https://git.example/acme/gitdep",
                "positive": "https://github.com/acme/positive.git",
            },
        ),
        (
            "1/bun.lock",
            {
                "react-dom": "https://npm.example/react-dom/-/react-dom-18.2.0.tgz",
                "gitdep": "git+https://git.example/acme/gitdep",
                "positive": "github:acme/positive",
            },
        ),
    ],
)
def test_where_packages_come_from(name: str, sources: dict[str, str]) -> None:
    expected = {"is-even": EVEN_URL, **sources}
    assert {package.name: package.source for package in found(name).values() if package.source} == expected


@pytest.mark.parametrize(
    ("address", "git"),
    [
        ("git+ssh://git@github.com/a/b.git#1", True),
        ("git@github.com:a/b.git", True),
        ("git://host/a", True),
        ("ssh://git@host/a.git", True),
        ("github:a/b", True),
        ("https://github.com/a/b.git", True),
        ("https://gitlab.com/a/b/-/archive/1/b.tar.gz", True),
        ("https://bitbucket.org/a/b/get/1.tar.gz", True),
        (CODELOAD, True),
        (EVEN_URL, False),
        ("https://host/x.tgz?from=a.git", False),
        ("https://git.example/x.tgz", False),
        ("", False),
    ],
)
def test_addresses_of_repositories(address: str, *, git: bool) -> None:
    assert is_git(address) is git


def test_a_lockfile_without_packages() -> None:
    assert read("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n") == ()
    assert read("package-lock.json", '{"lockfileVersion": 2, "packages": {"": {}}}') == ()
    assert read("yarn.lock", "# yarn lockfile v1\n\n\n") == ()
    assert read("yarn.lock", "__metadata:\n  version: 8\n") == ()
    assert read("bun.lock", '{"lockfileVersion": 1, "packages": {}}') == ()


NPM_1 = {
    "name": "app",
    "lockfileVersion": 1,
    "requires": True,
    "dependencies": {
        "is": {"version": "npm:@sindresorhus/is@4.0.0", "integrity": IS, "dev": True},
        "@img/sharp-linux-x64": {"version": "0.33.5", "resolved": f"{NPM}/s.tgz", "integrity": SHARP, "optional": True},
        "is-odd": {
            "version": "3.0.1",
            "integrity": ODD,
            "requires": {"is-even": "^1"},
            "dependencies": {
                "is-even": {"version": EVEN_URL, "integrity": EVEN},
                "inside": {"version": "1.0.0", "bundled": True},
            },
        },
        "positive": {
            "version": f"git+ssh://git@github.com/acme/positive.git#{COMMIT}",
            "from": "positive@acme/positive",
        },
        "local": {"version": "file:local"},
    },
}


def test_npms_first_version_is_read_with_what_each_package_has_below_it() -> None:
    assert set(read("package-lock.json", json.dumps(NPM_1))) == {
        Locked(name="@sindresorhus/is", version="4.0.0", integrity=IS),
        Locked(name="@img/sharp-linux-x64", version="0.33.5", integrity=SHARP, source=f"{NPM}/s.tgz"),
        Locked(name="is-odd", version="3.0.1", integrity=ODD),
        Locked(name="is-even", version=EVEN_URL, integrity=EVEN, source=EVEN_URL),
        Locked(
            name="positive",
            version=f"git+ssh://git@github.com/acme/positive.git#{COMMIT}",
            source="git+ssh://git@github.com/acme/positive.git",
            git=True,
        ),
    }


PNPM_5 = f"""\
lockfileVersion: 5.4

specifiers:
  is: npm:@sindresorhus/is@4.0.0

dependencies:
  is: /@sindresorhus/is/4.0.0

packages:

  /@img/sharp-linuxmusl-x64/0.33.5:
    resolution: {{integrity: {SHARP}}}
    cpu: [x64]
    os: [linux]
    libc: [musl]
    dev: false

  /@sindresorhus/is/4.0.0:
    resolution: {{integrity: {IS}}}
    dev: false

  /react-dom/18.2.0_react@18.2.0:
    resolution: {{integrity: {REACT_DOM}}}
    dev: false

  /is-odd/3.0.1_biqbaboplfbrettd7655fr4n2y:
    resolution: {{integrity: {ODD}}}
    dev: false

  file:local:
    resolution: {{directory: local, type: directory}}
    name: local
    dev: false

  github.com/acme/positive/{COMMIT}:
    resolution: {{tarball: {CODELOAD}}}
    name: positive
    version: 1.0.0
    dev: false
"""


def test_pnpms_version_5_is_read() -> None:
    assert set(read("pnpm-lock.yaml", PNPM_5)) == {
        Locked(
            name="@img/sharp-linuxmusl-x64",
            version="0.33.5",
            integrity=SHARP,
            cpu=("x64",),
            os=("linux",),
            libc=("musl",),
        ),
        Locked(name="@sindresorhus/is", version="4.0.0", integrity=IS),
        Locked(name="react-dom", version="18.2.0", integrity=REACT_DOM),
        Locked(name="is-odd", version="3.0.1", integrity=ODD),
        Locked(name="positive", version="1.0.0", source=CODELOAD, git=True),
    }
    assert ecosystems.by_id("pnpm").version(PNPM_5) == "7.33.7"


def test_a_binary_lockfile_is_not_looked_at() -> None:
    assert read("bun.lockb", "#!/usr/bin/env bun\nbun-lockfile-format-v0\n\0\ufffd") == ()


@pytest.mark.parametrize(
    ("name", "text", "what", "fix"),
    [
        ("pnpm-lock.yaml", "", "not a lockfile of pnpm: `lockfileVersion` is missing", "commit the lockfile"),
        ("pnpm-lock.yaml", "lockfileVersion: 4\n", "version 4 is too old", "npx pnpm@10 install --lockfile-only"),
        ("pnpm-lock.yaml", "lockfileVersion: '10.0'\n", "version 10 is not known", "commit the lockfile"),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npackages:\n  a b\n",
            "`a b` is not the key of a package",
            "install",
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npackages:\n\n  a@1.0.0:\n    version: 1.0.0\n",
            "package `a@1.0.0` has no name, version or resolution",
            "install",
        ),
        ("package-lock.json", "", "not JSON: Expecting value: line 1 column 1", "commit the lockfile"),
        ("package-lock.json", "[]", "not a lockfile of version 1, 2 or 3", "commit the lockfile"),
        ("package-lock.json", '{"lockfileVersion": 4}', "not a lockfile of version 1, 2 or 3", "commit the lockfile"),
        ("package-lock.json", '{"lockfileVersion": 2}', "`packages` is missing", "commit the lockfile"),
        (
            "package-lock.json",
            '{"lockfileVersion": 1, "dependencies": {"a": []}}',
            "`dependencies` has something else than packages",
            "commit the lockfile",
        ),
        ("package-lock.json", '{"lockfileVersion": 1, "dependencies": {"a": {}}}', "`a` has no version", "install"),
        (
            "package-lock.json",
            '{"lockfileVersion": 3, "packages": {"node_modules/a": {}}}',
            "`node_modules/a` has no name or no version",
            "install",
        ),
        ("package-lock.json", "[" * 100_000, "not JSON: ", "install"),
        ("yarn.lock", "", "not a lockfile of yarn: `# yarn lockfile v1` is missing", "commit the lockfile"),
        ("yarn.lock", "# yarn lockfile v1\na:\n", "`a:` is not the entry of a package", "install"),
        ("yarn.lock", "__metadata:\n\nfoo:\n", "`foo:` is not the entry of a package", "install"),
        ("bun.lock", "{]", "not JSON: ", "install"),
        ("bun.lock", "{}", "not a lockfile of bun: `lockfileVersion` or `packages` is missing", "commit the lockfile"),
        (
            "bun.lock",
            '{"lockfileVersion": 1, "packages": {"a": [1]}}',
            "`a` is not the entry of a package",
            "commit the lockfile",
        ),
    ],
)
def test_garbage_is_an_error_that_names_the_file_and_the_next_step(name: str, text: str, what: str, fix: str) -> None:
    with pytest.raises(ProjectError) as error:
        read(f"apps/web/{name}", text)
    assert (error.value.id, error.value.facts["lockfile"]) == ("lockfile.unreadable", f"apps/web/{name}")
    assert str(error.value.facts["problem"]).startswith(what)
    assert fix in str(error.value.facts["hint"])


def test_a_merge_conflict_is_an_error_with_its_line() -> None:
    with pytest.raises(ProjectError) as error:
        read("apps/web/yarn.lock", "# yarn lockfile v1\n\n<<<<<<< HEAD\na@1:\n")
    assert (error.value.id, error.value.facts) == ("lockfile.conflict", {"lockfile": "apps/web/yarn.lock", "line": 3})


def mutants(text: str) -> list[str]:
    """A text cut short, with lines left out, and with characters that mean something put elsewhere."""
    lines = text.splitlines(keepends=True)
    step = max(1, len(text) // 150)
    cut = [text[:end] for end in range(0, len(text), step)]
    short = ["".join(lines[:number] + lines[number + 1 :]) for number in range(len(lines))]
    put = [text[:at] + sign + text[at + 1 :] for at in range(0, len(text), step) for sign in "\"':@{[,\n\0é"]
    return cut + short + put


@pytest.mark.parametrize("name", LOCKFILES)
def test_whatever_is_wrong_with_a_lockfile_it_is_read_or_refused(name: str) -> None:
    refused = []
    for text in mutants(LOCKFILES[name]):
        try:
            packages = read(name, text)
        except ProjectError as error:
            refused.append((error.id, error.facts["lockfile"]))
        else:
            assert all(package.name and package.version for package in packages)
    assert set(refused) == {("lockfile.unreadable", name)}


def many(count: int) -> str:
    """A lockfile with a number of versions of one package."""
    start, _, body = PNPM_9.partition("packages:\n")
    packages = body.partition("snapshots:")[0]
    return start + "packages:\n" + "".join(packages.replace("@3.0.1", f"@3.0.{number}") for number in range(count))


def test_thirty_thousand_lines_are_read() -> None:
    text = many(800)
    assert text.count("\n") > 30_000
    with bounded():
        assert len(read("pnpm-lock.yaml", text)) == len(PACKAGES) + 799


def test_four_times_the_lines_are_four_times_the_work() -> None:
    few, more = (work(lambda count=count: read("pnpm-lock.yaml", many(count))) for count in (50, 200))  # type: ignore[misc]
    assert few < more < 5 * few
