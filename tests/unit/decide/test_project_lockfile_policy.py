"""From where a lockfile takes packages."""

import pytest

from ci.decide.ecosystems.locked import Locked
from ci.decide.project.lockfile_policy import hosts, public, refuse
from ci.errors import ProjectError

NPM = "registry." + "npmjs.org"
YARN = "registry." + "yarnpkg.com"
MIRROR = "https://npm.corp.example:8443/repository/npm/"


def locked(source: str, name: str = "pkg", integrity: str = "sha512-aaaa", *, git: bool = False) -> Locked:
    return Locked(name=name, version="1.0.0", integrity=integrity, source=source, git=git)


@pytest.mark.parametrize(
    ("source", "host"),
    [
        (f"https://{NPM}/pkg/-/pkg-1.0.0.tgz", NPM),
        (f"https://{NPM.upper()}/pkg.tgz", NPM),
        ("https://npm.corp.example:8443/pkg.tgz", "npm.corp.example:8443"),
        ("http://[::1]:4873/pkg.tgz", "[::1]:4873"),
        ("git+ssh://git@github.com/owner/pkg.git#abc", "github.com"),
        ("git@github.com:owner/pkg.git#abc", "github.com"),
        ("github:owner/pkg#abc", "github.com"),
        ("https://codeload.github.com/owner/pkg/tar.gz/abc", "codeload.github.com"),
        (f"https://{NPM}@evil.example/pkg.tgz", "evil.example"),
        (f"https://a@{NPM}@evil.example/pkg.tgz", "evil.example"),
    ],
)
def test_hosts(source: str, host: str) -> None:
    assert hosts([locked(source)]) == {host: 1}


def test_hosts_are_counted_the_most_frequent_first() -> None:
    found = hosts(
        [locked("https://b.example/1"), locked(""), *[locked("https://c.example/2")] * 3, locked("https://a.example/")]
    )
    assert list(found.items()) == [("c.example", 3), ("a.example", 1), ("b.example", 1)]


@pytest.mark.parametrize(
    "source",
    [
        "",
        f"https://{NPM}/pkg/-/pkg-1.0.0.tgz",
        f"https://{YARN}/pkg/-/pkg-1.0.0.tgz#sha1",
        "https://registry." + "npmmirror.com/pkg.tgz",
        "https://npm.corp.example:8443/pkg.tgz",
        "https://Trusted.example/pkg.tgz",
    ],
)
def test_what_the_policy_lets_through(source: str) -> None:
    refuse([locked(source)], "yarn.lock", allowed_hosts=["TRUSTED.example"], mirror=MIRROR)


@pytest.mark.parametrize(
    ("source", "host"),
    [
        ("https://evil.example/pkg.tgz", "evil.example"),
        (f"https://{NPM}.evil.example/pkg.tgz", f"{NPM}.evil.example"),
        (f"https://evil{NPM}/pkg.tgz", f"evil{NPM}"),
        (f"https://{NPM.replace('.', 'x')}/pkg.tgz", NPM.replace(".", "x")),
        (f"https://{NPM}@evil.example/pkg.tgz", "evil.example"),
        (f"https://evil.example\\@{NPM}/pkg.tgz", f"https://evil.example\\@{NPM}/pkg.tgz"),
        (f"https://evil.example?@{NPM}/pkg.tgz", "evil.example"),
        (f"https://evil.example#@{NPM}/pkg.tgz", "evil.example"),
        (f"https:evil.example/{NPM}", "https"),
        (f"https://{NPM}:444/pkg.tgz", f"{NPM}:444"),
        ("https://npm.corp.example/pkg.tgz", "npm.corp.example"),
        ("https://sub.trusted.example/pkg.tgz", "sub.trusted.example"),
        ("git+ssh://git@github.com/owner/pkg.git#abc", "github.com"),
    ],
)
def test_a_host_that_is_not_allowed(source: str, host: str) -> None:
    with pytest.raises(ProjectError) as error:
        refuse([locked(source)], "yarn.lock", allowed_hosts=["trusted.example"], mirror=MIRROR)
    assert error.value.id == "lockfile.foreign-host"
    assert error.value.facts == {"lockfile": "yarn.lock", "hosts": [f"1 from {host} (pkg)"], "names": [host]}


def test_the_message_counts_and_names_some() -> None:
    packages = [locked("https://b.example/x", name) for name in "vwxyz"]
    with pytest.raises(ProjectError) as error:
        refuse([*packages, locked("https://a.example/x", "other"), locked(f"https://{NPM}/x", "fine")], "yarn.lock")
    assert error.value.facts["hosts"] == ["5 from b.example (v, w, x and 2 more)", "1 from a.example (other)"]


@pytest.mark.parametrize(
    "package",
    [
        locked("git+https://github.com/owner/pkg.git#abc", integrity="", git=True),
        locked("https://codeload.github.com/owner/pkg/tar.gz/abc", integrity=""),
        locked(f"https://{NPM}/pkg.tgz", integrity=""),
    ],
)
def test_a_package_without_checksum(package: Locked) -> None:
    with pytest.raises(ProjectError) as error:
        refuse(
            [locked(f"https://{NPM}/a.tgz", "a"), package],
            "yarn.lock",
            allowed_hosts=["github.com", "codeload.github.com"],
        )
    assert error.value.id == "lockfile.no-checksum"
    assert error.value.facts == {"lockfile": "yarn.lock", "packages": f"pkg ({package.source})", "names": ["pkg"]}
    refuse([package], "yarn.lock", unverified=["pkg"])


def test_a_trusted_name_trusts_no_other() -> None:
    with pytest.raises(ProjectError) as error:
        refuse(
            [locked("https://x.example/", "other", ""), locked("https://x.example/", "pkg", "")],
            "yarn.lock",
            unverified=["pkg"],
        )
    assert (error.value.id, error.value.facts["names"]) == ("lockfile.no-checksum", ["other"])


def test_berry_has_no_checksum_for_another_platforms_package() -> None:
    refuse([Locked(name="@esbuild/linux-arm64", version="0.25.0", cpu=("arm64",))], "yarn.lock")


# Which packages anyone can fetch


@pytest.mark.parametrize(
    ("package", "known"),
    [
        (locked(""), True),
        (locked(f"https://{NPM}/pkg/-/pkg-1.0.0.tgz"), True),
        (locked("", integrity=""), False),
        (locked(MIRROR), False),
        (locked("git+ssh://git@github.com/owner/pkg.git#abc", git=True), False),
        (locked("https://codeload.github.com/owner/pkg/tar.gz/abc", git=True), False),
        (locked("", name="@acme/pkg"), False),
        (locked("", name="@acme-free/pkg"), True),
    ],
)
def test_which_packages_are_public(package: Locked, known: bool) -> None:  # noqa: FBT001
    settings = {".npmrc": f"registry=https://{NPM}/\n@acme:registry=https://npm.corp.example/\nsave-exact=true\n"}
    assert public([package, package], settings) == (((package.name, "1.0.0"),) if known else ())


@pytest.mark.parametrize(
    "settings",
    [
        {".npmrc": "registry=https://npm.corp.example/\n"},
        {"web/.npmrc": "save-exact=true\nregistry = ${REGISTRY}\n"},
        {".yarnrc.yml": 'npmRegistryServer: "https://npm.corp.example"\n'},
        {".yarnrc.yml": "npmScopes:\n  acme:\n    npmRegistryServer: https://npm.corp.example\n"},
    ],
)
def test_no_package_is_known_to_be_public_where_another_registry_is_asked(settings: dict[str, str]) -> None:
    assert public([locked("")], settings) == ()


def test_without_settings_the_registry_is_the_public_one() -> None:
    assert public([locked("")], {}) == (("pkg", "1.0.0"),)
