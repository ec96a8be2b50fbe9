"""The parts of an image's name, as Docker reads it."""

import pytest

from ci.intool.common.reference import host_of, parse, same, split

DIGEST = f"sha256:{'a' * 64}"


@pytest.mark.parametrize(
    ("reference", "host", "path", "tag", "digest"),
    [
        # Docker Hub: a first part without dot, colon or capital letter is no host
        ("app", "docker.io", "library/app", "", ""),
        ("app:1.2", "docker.io", "library/app", "1.2", ""),
        ("me/app", "docker.io", "me/app", "", ""),
        ("me/app:1.2", "docker.io", "me/app", "1.2", ""),
        (f"me/app@{DIGEST}", "docker.io", "me/app", "", DIGEST),
        (f"me/app:1.2@{DIGEST}", "docker.io", "me/app", "1.2", DIGEST),
        ("me/team/app", "docker.io", "me/team/app", "", ""),
        ("docker.io/me/app", "docker.io", "me/app", "", ""),
        ("docker.io/app", "docker.io", "library/app", "", ""),
        ("docker.io/library/app:1", "docker.io", "library/app", "1", ""),
        ("index.docker.io/me/app", "docker.io", "me/app", "", ""),
        ("index.docker.io/app", "docker.io", "library/app", "", ""),
        ("registry-1.docker.io/me/app", "docker.io", "me/app", "", ""),
        # other hosts
        ("ghcr.io/me/app:1.2", "ghcr.io", "me/app", "1.2", ""),
        ("ghcr.io/app", "ghcr.io", "app", "", ""),
        ("localhost/app", "localhost", "app", "", ""),
        ("localhost:5000/app:1", "localhost:5000", "app", "1", ""),
        ("localhosts/app", "docker.io", "localhosts/app", "", ""),
        ("127.0.0.1:5000/a/b/app:latest", "127.0.0.1:5000", "a/b/app", "latest", ""),
        (f"127.0.0.1:5000/app@{DIGEST}", "127.0.0.1:5000", "app", "", DIGEST),
        ("[::1]:5000/a/b", "[::1]:5000", "a/b", "", ""),
        ("registry:5000/app", "registry:5000", "app", "", ""),
        ("REGISTRY/app", "REGISTRY", "app", "", ""),
        ("gcr.io/distroless/nodejs22-debian12:nonroot", "gcr.io", "distroless/nodejs22-debian12", "nonroot", ""),
        ("", "", "", "", ""),
    ],
)
def test_the_parts(reference: str, host: str, path: str, tag: str, digest: str) -> None:
    found = parse(reference)
    assert (found.host, found.path, found.tag, found.digest) == (host, path, tag, digest)
    assert host_of(reference) == host


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("ghcr.io/acme/app", ("ghcr.io/acme/app", "")),
        ("me/app:1.2", ("me/app", "1.2")),
        ("ghcr.io/acme/app:1.2", ("ghcr.io/acme/app", "1.2")),
        (f"ghcr.io/acme/app@{DIGEST}", ("ghcr.io/acme/app", DIGEST)),
        (f"ghcr.io/acme/app:1.2@{DIGEST}", ("ghcr.io/acme/app", DIGEST)),
        ("127.0.0.1:5000/app", ("127.0.0.1:5000/app", "")),
        ("127.0.0.1:5000/a/b/app:latest", ("127.0.0.1:5000/a/b/app", "latest")),
        (f"127.0.0.1:5000/app@{DIGEST}", ("127.0.0.1:5000/app", DIGEST)),
    ],
)
def test_a_name_is_kept_as_it_is_written(reference: str, expected: tuple[str, str]) -> None:
    assert split(reference) == expected


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("me/app", "docker.io/me/app:1", True),
        ("redis", f"index.docker.io/library/redis@{DIGEST}", True),
        ("me/app", "ghcr.io/me/app", False),
        ("ghcr.io/me/app", "ghcr.io/me/other", False),
    ],
)
def test_two_spellings_of_one_repository(one: str, other: str, *, equal: bool) -> None:
    assert same(one, other) is equal
