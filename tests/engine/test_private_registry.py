"""Private packages of a real registry: installed with a token, refused without it, and the token is nowhere after."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from ci.decide.diagnose import diagnose
from ci.decide.ecosystems.berry.yarnrc import yarnrc
from ci.intool.leaks.search import search
from ci.messages import message
from tests.apps import locks, verdaccio
from tests.apps.app import App
from tests.apps.sources import LAYOUT, app_manifest, manifest, written
from tests.apps.verdaccio import LOUD, VERSIONS, Registry
from tests.conftest import Called, command
from tests.engine.test_mirror import BRIDGE
from tests.results import result

INSTALLED, REFUSED, _ = VERSIONS
"""An engine keeps packages that it has installed, so what must be refused is never installed there."""

LOGIN = message("cause.registry-login")
WRONG = "0123456789abcdef" * 4


@dataclass(frozen=True)
class Manager:
    """A package manager.

    Attributes:
        lock: writes the lockfile.
        install: what installs it.
        file: the settings that it reads, below the app and at home.
    """

    lock: Callable[[Path], None]
    install: tuple[str, ...]
    file: str = ".npmrc"

    def settings(self, registry: Registry, token: str = "") -> str:
        """What an app commits, with a token to make its lockfile."""
        npmrc = registry.npmrc(token) if token else registry.settings
        if self.file == ".npmrc":
            return npmrc
        # Berry takes no release younger than a day, unless it is configured to.
        return json.dumps({**json.loads(yarnrc(npmrc)), "npmPreapprovedPackages": [registry.package]})

    def locked(self, registry: Registry, source: Path) -> None:
        """Write the lockfile of an app, and its settings without a token."""
        (source / self.file).write_text(self.settings(registry, registry.token))
        self.lock(source)
        (source / self.file).write_text(self.settings(registry))


_YARN = {"YARN_NODE_LINKER": "node-modules", "YARN_ENABLE_GLOBAL_CACHE": "false", "YARN_ENABLE_TELEMETRY": "0"}
NPX = ("npx", "--yes", "--loglevel=error")
MANAGERS = {
    "npm": Manager(locks.npm, ("npm", "ci")),
    "pnpm": Manager(locks.pnpm, (*NPX, f"pnpm@{locks.PNPM}", "install", "--frozen-lockfile")),
    "yarn": Manager(locks.yarn, (*NPX, f"yarn@{locks.YARN}", "install", "--frozen-lockfile")),
    "berry": Manager(
        locks.berry, (*NPX, "--package", f"@yarnpkg/cli-dist@{locks.BERRY}", "yarn", "install"), ".yarnrc.yml"
    ),
}


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Verdaccio."""
    return verdaccio.installed(tmp_path_factory.mktemp("verdaccio"))


@pytest.fixture(scope="module")
def here(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry for programs of this machine."""
    with verdaccio.serving(program, tmp_path_factory.mktemp("here") / "registry") as registry:
        yield registry


@pytest.fixture(scope="module")
def bridged(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that the embedded engine's containers reach too."""
    with verdaccio.serving(program, tmp_path_factory.mktemp("bridged") / "registry", BRIDGE) as registry:
        yield registry


@pytest.mark.parametrize("name", MANAGERS)
def test_what_a_manager_says_without_the_token_is_understood(name: str, here: Registry, tmp_path: Path) -> None:
    manager = MANAGERS[name]
    source, home = tmp_path / "app", tmp_path / "home"
    for directory in (source, home):
        directory.mkdir()
    (source / "package.json").write_text(manifest("app", dependencies={here.package: INSTALLED}))
    manager.locked(here, source)

    def install(token: str) -> Called:
        (home / manager.file).write_text(manager.settings(here, token))
        return command(
            *manager.install, cwd=source, env={**_YARN, "HOME": str(home), "YARN_CACHE_FOLDER": f"{home}/yarn"}
        )

    for token in ("", WRONG):
        refused = install(token)
        assert refused.code != 0
        assert diagnose(refused.stdout + refused.stderr, ()) == LOGIN
        assert WRONG not in refused.stdout + refused.stderr
    done = install(here.token)
    assert done.code == 0, done.stdout + done.stderr
    assert here.text in (source / "node_modules" / here.package / "index.js").read_text()
    assert all(here.token not in file.read_text() for file in source.iterdir() if file.is_file())


def private(registry: Registry, name: str, version: str) -> App:
    """An app with a page that shows what the private package exports."""
    scripts = f"  allow-scripts: ['{registry.package}']\n" if version == LOUD else ""
    files: Mapping[str, str] = {
        "package.json": app_manifest(f"private-{name}", 15, {registry.package: version}),
        "app/layout.js": LAYOUT,
        "app/page.js": f"import {{ text }} from '{registry.package}'\n\nexport default () => <main>{{text}}</main>\n",
        "next-distroless.yaml": f"version: 2\ninstall:\n  hosts: ['{registry.host}']\n{scripts}",
    }
    return App(
        name=f"private-{name}", write=written(files), lock=lambda source: MANAGERS[name].locked(registry, source)
    )


def found(secret: Path, *places: Path) -> bool:
    """Whether a secret, or what a file of settings says of one, is in any of these places, in whatever form."""
    listed = [{"name": place.name, "path": str(place)} for place in places]
    report = search(listed, [{"name": "secret", "path": str(secret)}], [], "2026-01-01")
    gate = result(report)
    assert gate.not_judged == ()
    return not gate.passed


@pytest.mark.engine
@pytest.mark.embedded
@pytest.mark.parametrize("name", ["npm", "pnpm", "berry"])
def test_installed_with_the_token_which_is_nowhere_after(
    name: str, call: Callable[..., Called], bridged: Registry, tmp_path: Path
) -> None:
    source = private(bridged, name, INSTALLED).make(tmp_path)
    npmrc, token, text, log, layout = (tmp_path / file for file in ("npmrc", "token", "text", "log", "layout"))
    npmrc.write_text(bridged.npmrc())
    token.write_text(bridged.token)
    text.write_text(bridged.text)

    called = call("--npmrc", f"file:{npmrc}", "layout", "export", "--path", layout, source=source)

    assert called.code == 0, called.error or called.stderr[-3000:]
    log.write_text(called.stdout + called.stderr)
    assert json.loads((layout / "index.json").read_text())["manifests"]
    assert found(text, layout)
    assert not found(token, layout, log)


@pytest.mark.engine
@pytest.mark.embedded
@pytest.mark.parametrize("token", ["", WRONG], ids=["no token", "another token"])
@pytest.mark.parametrize("name", ["npm", "pnpm", "berry"])
def test_refused_without_the_token(
    name: str, token: str, call: Callable[..., Called], bridged: Registry, tmp_path: Path
) -> None:
    source = private(bridged, name, REFUSED).make(tmp_path)
    npmrc = tmp_path / "npmrc"
    npmrc.write_text(bridged.npmrc(token or bridged.token))

    called = call(*(("--npmrc", f"file:{npmrc}") if token else ()), "deps", "sync", source=source)

    assert called.code != 0
    assert f"{message('build.install-failed').what}: {LOGIN.what}" in called.error
    assert f"\n  fix: {LOGIN.fix}" in called.error
    assert WRONG not in called.stdout + called.stderr
    assert "Traceback" not in called.error


@pytest.mark.engine
@pytest.mark.embedded
def test_a_token_that_an_install_script_prints_is_found(
    call: Callable[..., Called], bridged: Registry, tmp_path: Path
) -> None:
    source = private(bridged, "npm", LOUD).make(tmp_path)
    npmrc = tmp_path / "npmrc"
    npmrc.write_text(bridged.npmrc())

    called = call("--npmrc", f"file:{npmrc}", "leaks", source=source)

    assert called.code != 0
    assert "leaks failed" in called.error
    lines = [line for line in called.error.splitlines() if "LAY-02" in line and "secret npmrc is in it" in line]
    assert any("texts: install-2-install-scripts.log" in line and "base64" in line for line in lines), called.error
    assert bridged.token not in called.stdout + called.stderr
