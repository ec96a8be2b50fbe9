"""``serve-static.cjs``: what a static export is served as."""

import http.client
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.unit.builds import write

PROGRAM = Path(__file__).parents[3] / "ci" / "programs" / "serve-static.cjs"
SITE = {
    "index.html": "home",
    "404.html": "nothing here",
    "about.html": "about",
    "blog.html": "blog",
    "blog/one.html": "one",
    "docs/index.html": "docs",
    "both.html": "both",
    "both/index.html": "both, inside",
    "a b/é.html": "encoded",
    "a.txt": "text",
    "LICENSE": "unknown type",
    "a.woff2": "font",
    "_next/static/chunks/a.js": "chunk",
    "empty/.keep": "",
}


class Site:
    """A running server."""

    def __init__(self, node: str, root: Path, base_path: str = "") -> None:
        shutil.copy(PROGRAM, root / "server.js")
        write(root / "out", SITE)
        write(root, {"secret.txt": "secret", "static.json": json.dumps({"directory": "out", "basePath": base_path})})
        (root / "out/link.txt").symlink_to("a.txt")
        (root / "out/escape.txt").symlink_to("../secret.txt")
        (root / "out/escape").symlink_to("..")
        os.utime(root / "out/a.txt", (86_400, 86_400))
        os.utime(root / "out/about.html", (0, 0))
        self.process = subprocess.Popen(
            [node, "server.js"],
            cwd=root,
            env={"HOSTNAME": "127.0.0.1", "PORT": "0"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self.process.stdout
        self.port = int(self.process.stdout.readline().rpartition(":")[2])

    def ask(
        self, path: str, method: str = "GET", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str, dict[str, str]]:
        """Status, body and headers of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in {"host": "x", "connection": "close", **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return found

    def stop(self) -> tuple[int, str]:
        """End it by SIGTERM; returns exit code and what it printed."""
        self.process.send_signal(signal.SIGTERM)
        printed, _ = self.process.communicate(timeout=10)
        return self.process.returncode, printed


@pytest.fixture(scope="module")
def site(node: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    site = Site(node, tmp_path_factory.mktemp("site"))
    yield site
    assert site.stop() == (0, "")


HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/", "home", HTML),
        ("/index.html", "home", HTML),
        ("/?a=1", "home", HTML),
        ("/about", "about", HTML),
        ("/about.html", "about", HTML),
        ("/blog", "blog", HTML),
        ("/blog/one", "one", HTML),
        ("/docs/", "docs", HTML),
        ("/both", "both", HTML),
        ("/both/", "both, inside", HTML),
        ("/a%20b/%C3%A9", "encoded", HTML),
        ("//about", "about", HTML),
        ("/a.txt", "text", TEXT),
        ("/link.txt", "text", TEXT),
        ("/LICENSE", "unknown type", "application/octet-stream"),
        ("/a.woff2", "font", "font/woff2"),
        ("/_next/static/chunks/a.js", "chunk", "text/javascript; charset=utf-8"),
    ],
)
def test_what_is_there(site: Site, path: str, body: str, kind: str) -> None:
    status, found, headers = site.ask(path)
    assert (status, found, headers["content-type"]) == (200, body, kind)
    assert headers["content-length"] == str(len(body.encode()))
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    ["/none", "/none/", "/a.txt/", "/empty", "/empty/", "/_next/static/none.js", "/escape.txt", "/escape/secret.txt"],
)
def test_what_is_not_there_gets_the_page_of_the_export(site: Site, path: str) -> None:
    status, body, headers = site.ask(path)
    assert (status, body, headers["content-type"]) == (404, "nothing here", HTML)
    assert headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/a%2f..%2f..%2fsecret.txt",
        "/..%5csecret.txt",
        "/a%00",
        "/%",
        "*",
        "http://x/",
    ],
)
def test_what_has_no_meaning_or_would_leave_the_directory(site: Site, path: str) -> None:
    assert site.ask(path)[:2] == (400, "Bad Request\n")


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/docs", "/docs/"),
        ("/about/", "/about"),
        ("/docs?a=1&b=?", "/docs/?a=1&b=?"),
        ("/a%20b/%C3%A9/", "/a%20b/%C3%A9"),
    ],
)
def test_slashes_are_as_the_export_has_them(site: Site, path: str, location: str) -> None:
    status, _, headers = site.ask(path)
    assert (status, headers["location"]) == (308, location)


def test_a_redirect_never_leads_to_another_host(site: Site) -> None:
    assert site.ask("//docs")[2]["location"] == "/docs/"
    assert site.ask("/%2Fdocs")[2]["location"] == "/docs/"


def test_caching(site: Site) -> None:
    assert site.ask("/_next/static/chunks/a.js")[2]["cache-control"] == "public, max-age=31536000, immutable"
    assert (
        site.ask("/a.txt")[2]["cache-control"]
        == site.ask("/")[2]["cache-control"]
        == "public, max-age=0, must-revalidate"
    )


def test_what_the_client_has_is_not_sent_again(site: Site) -> None:
    headers = site.ask("/a.txt")[2]
    assert headers["last-modified"] == "Fri, 02 Jan 1970 00:00:00 GMT"
    etag, modified, later = headers["etag"], headers["last-modified"], "Sat, 03 Jan 1970 00:00:00 GMT"
    earlier = "Thu, 01 Jan 1970 00:00:00 GMT"
    for asked, status in [
        ({"if-none-match": etag}, 304),
        ({"if-none-match": f'"other", W/{etag}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-none-match": '"other"', "if-modified-since": later}, 200),
        ({"if-modified-since": modified}, 304),
        ({"if-modified-since": later}, 304),
        ({"if-modified-since": earlier}, 200),
        ({"if-modified-since": "nonsense"}, 200),
    ]:
        found = site.ask("/a.txt", headers=asked)
        assert (found[0], found[1]) == (status, "" if status == 304 else "text"), asked
        assert found[2]["etag"] == etag
    assert site.ask("/link.txt")[2]["etag"] == etag, "the tag is of the content"
    assert "last-modified" not in site.ask("/about", headers={"if-modified-since": later})[2]
    assert site.ask("/none", headers={"if-none-match": site.ask("/none")[2]["etag"]})[0] == 404


def test_methods(site: Site) -> None:
    assert site.ask("/a.txt", "HEAD")[:2] == (200, "")
    assert site.ask("/a.txt", "HEAD")[2]["content-length"] == "4"
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        status, _, headers = site.ask("/a.txt", method)
        assert (status, headers["allow"]) == (405, "GET, HEAD")


def test_a_base_path(node: str, tmp_path: Path) -> None:
    site = Site(node, tmp_path, "/shop")
    (tmp_path / "out/404.html").unlink()
    found = {path: site.ask(path)[:2] for path in ("/shop", "/shop/", "/shop/about", "/about", "/shopping", "/")}
    location = site.ask("/shop/docs")[2]["location"]
    chunk = site.ask("/shop/_next/static/chunks/a.js")[2]["cache-control"]
    assert site.stop() == (0, "")
    nothing = (404, "Not Found\n")
    assert found == {
        "/shop": (200, "home"),
        "/shop/": (200, "home"),
        "/shop/about": (200, "about"),
        **dict.fromkeys(("/about", "/shopping", "/"), nothing),
    }
    assert location == "/shop/docs/"
    assert chunk.endswith("immutable")


def test_a_client_that_goes_away_is_no_failure(node: str, tmp_path: Path) -> None:
    site = Site(node, tmp_path)
    (tmp_path / "out/large.bin").write_bytes(bytes(30_000_000))
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/large.bin")
    connection.getresponse().read(1)
    connection.close()
    assert site.ask("/a.txt")[0] == 200
    assert site.stop() == (0, "")


def test_an_answer_under_way_is_finished_before_the_end(node: str, tmp_path: Path) -> None:
    site = Site(node, tmp_path)
    (tmp_path / "out/large.bin").write_bytes(bytes(30_000_000))
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/large.bin")
    answer = connection.getresponse()
    site.process.send_signal(signal.SIGTERM)
    assert len(answer.read()) == 30_000_000
    connection.close()
    assert (site.process.communicate(timeout=10)[0], site.process.returncode) == ("", 0)
