"""``images.toml``: what it says, and what it says when something is wrong with it."""

from pathlib import Path

import pytest

from ci.decide import pins
from offline.images import Image, ImageError, key, load

CATALOGUE = Path(__file__).parents[3] / "offline" / "images.toml"

GOOD = """
[debian]
suite = "bookworm"
python = "3.11"

[npm.node]
name = "node-linux-{cpu}"
version = "1.2.3"
integrity.any = "sha512-x"

[[image]]
name = "example/base"
tags = ["one", "two"]
title = "Base"
packages = ["?essential"]

[[image]]
name = "example/node"
tags = ["1"]
title = "Node"
base = "example/base:two"
npm = [{ package = "node", path = "bin/node", to = "/usr/local/bin/node" }]
users = [{ name = "node", id = 1000, home = "/home/node" }]
"""


def loaded(directory: Path, text: str) -> list[Image]:
    """The images of a catalogue with that text."""
    path = directory / "images.toml"
    path.write_text(text, "utf-8")
    return load(path)


def test_base_is_found_by_any_tag(tmp_path: Path) -> None:
    base, node = loaded(tmp_path, GOOD)
    assert node.below == base
    assert base.references == ("example/base:one", "example/base:two")


@pytest.mark.parametrize(
    ("old", "new", "what", "fix"),
    [
        ('title = "Base"', 'titel = "Base"', "image[0] (example/base): unknown key 'titel'", "did you mean 'title'?"),
        ('title = "Base"', "", "image[0] (example/base): title is missing", "add it"),
        ('tags = ["1"]', 'tags = "1"', "image[1] (example/node): tags: '1' is not a list", "write a list"),
        ('tags = ["1"]', "tags = [1]", "image[1] (example/node): tags: 1 is not a string", "write a string"),
        ('tags = ["1"]', "tags = []", "image[1] (example/node): tags: empty", "at least one tag"),
        ("id = 1000", 'id = "1000"', "users: id: '1000' is not a whole number", "write a whole number"),
        ("id = 1000", "id = true", "users: id: True is not a whole number", "write a whole number"),
        ('home = "/home/node"', 'hom = "/"', "users: unknown key 'hom'", "did you mean 'home'?"),
        ("base:two", "base:three", "base: no image 'example/base:three' above it", "example/base:one"),
        ('package = "node"', 'package = "nod"', "npm.package: no 'nod'", "choose from: node"),
        ('to = "/usr', 'to = "usr', "npm.to: 'usr/local/bin/node' is not absolute", "slash"),
        ('version = "1.2.3"', "", "npm.node: version is missing", "add it"),
        ('suite = "bookworm"', "", "debian.suite: None is not a string", "write a string"),
        ("[debian]", "[debain]", "unknown key 'debain'", "did you mean 'debian'?"),
        ('tags = ["1"]', 'tags = ["1"]\nplatforms = ["linux/mips"]', "platforms: no 'linux/mips'", "linux/amd64"),
        ('name = "example/node"\ntags = ["1"]', 'name = "example/base"\ntags = ["one"]', "is there twice", "remove"),
        ('tags = ["1"]', "tags = [", "cannot be read", "correct the file"),
    ],
)
def test_mistakes_are_named_with_file_key_and_next_step(
    tmp_path: Path, old: str, new: str, what: str, fix: str
) -> None:
    assert old in GOOD
    with pytest.raises(ImageError) as error:
        loaded(tmp_path, GOOD.replace(old, new))
    assert str(tmp_path / "images.toml") in error.value.what
    assert what in error.value.what
    assert fix in error.value.fix


def test_missing_catalogue_is_an_image_error(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        load(tmp_path / "none.toml")


def test_key_follows_content_and_not_place(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    here = [key(image) for image in loaded(tmp_path / "a", GOOD)]
    assert here == [key(image) for image in loaded(tmp_path / "b", GOOD)]
    changed = [key(image) for image in loaded(tmp_path / "b", GOOD.replace("1.2.3", "1.2.4"))]
    assert (here[0] == changed[0], here[1] == changed[1]) == (True, False)
    below = [key(image) for image in loaded(tmp_path / "b", GOOD.replace("?essential", "apt"))]
    assert here[1] != below[1]


def test_key_counts_requirements_and_the_list_of_stand_ins(tmp_path: Path) -> None:
    text = GOOD + 'pip = ["lock"]\nstand_ins = true\n'
    with pytest.raises(ImageError, match=r"example/node: pip: .*lock cannot be read"):
        key(loaded(tmp_path, text)[1])
    keys = set()
    for content in ("a==1", "a==2"):
        (tmp_path / "lock").write_text(content)
        image = loaded(tmp_path, text)[1]
        keys |= {key(image), key(image, "[images]")}
    assert len(keys) == 4
    base = loaded(tmp_path, text)[0]
    assert key(base) == key(base, "[images]")


def test_the_real_catalogue_loads() -> None:
    images = load(CATALOGUE)
    references = {reference for image in images for reference in image.references}
    assert "docker.io/library/node:22-bookworm-slim" in references
    assert "gcr.io/distroless/nodejs22-debian12:nonroot" in references
    assert [image.name for image in images if image.stand_ins] == ["docker.io/library/python"]


def test_the_real_node_images_say_the_version_that_they_have() -> None:
    for image in load(CATALOGUE):
        if "NODE_VERSION" in image.env:
            version = image.env["NODE_VERSION"]
            assert image.npm_packages[image.npm[0].package].version == version
            assert f"{version}-bookworm-slim" in image.tags
            assert pins.releases()[f"node{version.partition('.')[0]}"] == version
