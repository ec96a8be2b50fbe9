"""Which pipeline file a run uses, on directories that stand in for the engine's."""

import shutil
from pathlib import Path

import dagger
import pytest

from ci.decide.project.source_files import SourceFiles
from ci.decide.shipped import OWN_PIPELINE, PipelineFile
from ci.engine import inputs
from ci.errors import ConfigError
from ci.messages import message


class File(dagger.File):
    """A file of a directory on disk."""

    def __init__(self, path: Path) -> None:
        """Without an engine."""
        self.path = path

    async def name(self) -> str:
        return self.path.name

    async def contents(self) -> str:
        return self.path.read_text("utf-8")


class Directory(dagger.Directory):
    """A directory on disk."""

    def __init__(self, path: Path) -> None:
        """Without an engine."""
        self.path = path

    def file(self, path: str) -> dagger.File:
        return File(self.path / path)

    def filter(self, **_: object) -> "Directory":
        return self

    async def entries(self, **_: object) -> list[str]:
        return [entry.name for entry in self.path.iterdir()]

    async def exists(self, path: str, **_: object) -> bool:
        return (self.path / path).is_file()

    async def glob(self, pattern: str) -> list[str]:
        return [str(path) for path in self.path.glob(pattern)]

    async def export(self, path: str, **_: object) -> str:
        for file in self.path.glob("*.yaml"):
            shutil.copy(file, path)
        return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A source, the shipped files, and a file of elsewhere."""
    texts = {
        "source/start.js": "",
        "source/deploy/web.yaml": "# web",
        "shipped/shop.yaml": "version: 2\nfor: [start.js]\n",
        "shipped/blog.yaml": "version: 2\nfor: [start.js, '!deploy/*.yaml']\n",
        "elsewhere/mine.yaml": "# mine",
        "secret.yaml": "# outside",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


async def choose(home: Path, name: str = "", file: str = "", own: str = "", package: str = "app") -> PipelineFile:
    """What a run uses."""
    files = {"package.json": f'{{"name": "{package}"}}', **({OWN_PIPELINE: own} if own else {})}
    asked = inputs.Asked(name=name, file=File(home / file) if file else None, shipped=Directory(home / "shipped"))
    return await inputs.choose(Directory(home / "source"), SourceFiles(entries=[], files=files), asked)


async def test_the_name_of_a_package_chooses_nothing(home: Path) -> None:
    for package in ("shop", "@me/shop", "blog"):
        found = await choose(home, package=package)
        assert (found.name, found.text, found.proposals) == ("", "", ("shop",))


async def test_nothing_is_proposed_where_nothing_matches(home: Path) -> None:
    (home / "source/start.js").unlink()
    assert (await choose(home)).proposals == ()


async def test_the_apps_own_file_is_the_default(home: Path) -> None:
    found = await choose(home, own="# own", package="shop")
    assert (found.name, found.text, found.path, found.proposals) == (OWN_PIPELINE, "# own", OWN_PIPELINE, ())


async def test_a_shipped_file_is_given_by_its_name(home: Path) -> None:
    found = await choose(home, name="shop", own="# own")
    assert (found.name, found.path) == ("shop.yaml", "")
    assert found.text == (home / "shipped/shop.yaml").read_text()
    assert "--pipeline shop" in found.origin


@pytest.mark.parametrize("given", ["deploy/web.yaml", "./deploy/web.yaml", "deploy//web.yaml"])
async def test_a_path_is_that_of_a_file_in_the_source(home: Path, given: str) -> None:
    found = await choose(home, name=given, own="# own")
    assert (found.name, found.text, found.path) == ("deploy/web.yaml", "# web", "deploy/web.yaml")


async def test_a_file_of_elsewhere_wins(home: Path) -> None:
    found = await choose(home, file="elsewhere/mine.yaml", own="# own")
    assert (found.name, found.text, found.path) == ("mine.yaml", "# mine", "")


@pytest.mark.parametrize("given", ["shop.yaml", "./shop", "../secret.yaml", "deploy", "deploy/", "/secret.yaml"])
async def test_what_is_not_there_says_where_it_was_looked_for(home: Path, given: str) -> None:
    with pytest.raises(ConfigError) as caught:
        await choose(home, name=given)
    kind = "arguments.pipeline-path" if given != "deploy" else "arguments.pipeline"
    assert caught.value.id == kind
    if given != "deploy":
        assert caught.value.fix == message(kind, given=given).fix


async def test_two_files_are_refused(home: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        await choose(home, name="shop", file="elsewhere/mine.yaml")
    assert caught.value.what == message("arguments.two-pipelines", given="shop").what
