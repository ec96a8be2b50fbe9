"""``fonts.cjs``: what ``next/font/google`` gets for a URL, from real packages of Fontsource; ``font-calls.cjs``."""

import json
import os
import re
import subprocess
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parents[3] / "ci/programs"
GOOGLE = "https://fonts.googleapis.com/css2?family="
PACKAGES = (
    "@fontsource/poppins@5.3.0",
    "@fontsource-variable/jetbrains-mono@5.3.0",
    "@fontsource-variable/inter@5.3.0",
    "@fontsource-variable/fraunces@5.3.0",
    "@fontsource-variable/noto-sans-jp@5.3.0",
)
RULES = "package/dist/compiled/@next/font/dist/"


def packed(spec: str, home: Path) -> Path:
    command = ["npm", "pack", spec, "--loglevel=error", f"--pack-destination={home}"]
    return home / subprocess.check_output(command, text=True, cwd=home).strip().splitlines()[-1]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the packages, each as the pipeline unpacks it."""
    home = tmp_path_factory.mktemp("fonts")
    for spec in PACKAGES:
        archive = packed(spec, home)
        with tarfile.open(archive) as files:
            files.extractall(home / "unpacked", filter="data")
        (home / "unpacked/package").rename(home / spec.partition("/")[2].partition("@")[0])
        archive.unlink()
    (home / "unpacked").rmdir()
    return home


@pytest.fixture(scope="session")
def next_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An app's directory with the part of Next.js 16 that computes the URL of a font."""
    home = tmp_path_factory.mktemp("next")
    with tarfile.open(packed("next@16.0.0", home)) as files:
        wanted = [m for m in files if m.name == "package/package.json" or m.name.startswith(RULES)]
        files.extractall(home / "node_modules", members=wanted, filter="data")
    (home / "node_modules/package").rename(home / "node_modules/next")
    (home / "package.json").write_text("{}", "utf-8")
    return home


def node(text: str, **variables: object) -> str:
    env = {"PATH": os.environ["PATH"], **{name: str(value) for name, value in variables.items()}}
    return subprocess.check_output(["node", "-e", text], text=True, env=env, cwd=PROGRAMS)


def css(packages: Path, query: str) -> list[Mapping[str, str]]:
    """The faces of a stylesheet: subset and descriptors."""
    text = f"process.stdout.write(require('./fonts.cjs')[{json.dumps(GOOGLE + query)}] ?? '')"
    found = re.findall(r"/\* (\S+) \*/\n@font-face \{([^}]*)\}", node(text, NEXT_DISTROLESS_FONTS=packages))
    return [{"subset": subset, **dict(re.findall(r"([\w-]+): (.*);", body))} for subset, body in found]


def summary(faces: list[Mapping[str, str]]) -> list[tuple[str, str]]:
    """Style and weight of the Latin faces."""
    return [(face["font-style"], face["font-weight"]) for face in faces if face["subset"] == "latin"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Poppins:wght@400&display=swap", [("normal", "400")]),
        ("Poppins:wght@400;700&display=swap", [("normal", "400"), ("normal", "700")]),
        (
            "Poppins:ital,wght@0,300;0,600;1,300;1,600&display=swap",
            [("normal", "300"), ("normal", "600"), ("italic", "300"), ("italic", "600")],
        ),
        ("JetBrains+Mono:wght@100..800&display=swap", [("normal", "100 800")]),
        ("JetBrains+Mono:wght@400;700&display=swap", [("normal", "400"), ("normal", "700")]),
        ("JetBrains+Mono:ital,wght@1,100..800&display=swap", [("italic", "100 800")]),
        ("Inter:ital,opsz,wght@0,14..32,100..900;1,14..32,100..900", [("normal", "100 900"), ("italic", "100 900")]),
        ("Inter", [("normal", "400")]),
    ],
)
def test_weights_and_styles_are_those_that_are_asked_for(
    packages: Path, query: str, expected: list[tuple[str, str]]
) -> None:
    faces = css(packages, query)
    assert summary(faces) == expected
    for face in faces:
        file = face["src"].removeprefix("url(").partition(")")[0]
        assert Path(file).read_bytes()[:4] == b"wOF2"
        assert face["unicode-range"].startswith("U+")


@pytest.mark.parametrize(
    ("query", "file"),
    [
        ("Inter:wght@100..900", "wght"),
        ("Inter:opsz,wght@14..32,100..900", "opsz"),
        ("Fraunces:opsz,wght@9..144,100..900", "opsz"),
        ("Fraunces:SOFT,wght@0..100,100..900", "soft"),
        ("Fraunces:opsz,wght,SOFT,WONK@9..144,100..900,0..100,0..1", "full"),
    ],
)
def test_the_file_has_the_axes(packages: Path, query: str, file: str) -> None:
    faces = css(packages, query)
    assert faces
    assert all(f"-{file}-normal.woff2" in face["src"] for face in faces)


def test_files_of_a_style_differ_by_weight(packages: Path) -> None:
    faces = css(packages, "Poppins:ital,wght@0,400;0,700;1,400")
    latin = [face["src"] for face in faces if face["subset"] == "latin"]
    assert len({*latin}) == 3


def test_family_display_and_subsets_are_as_google_writes_them(packages: Path) -> None:
    faces = css(packages, "JetBrains+Mono:wght@100..800&display=optional")
    assert {face["font-family"] for face in faces} == {"'JetBrains Mono'"}
    assert {face["font-display"] for face in faces} == {"optional"}
    assert {face["subset"] for face in faces} >= {"latin", "latin-ext", "cyrillic", "greek", "vietnamese"}
    assert {face["subset"] for face in css(packages, "Poppins:wght@400")} == {"devanagari", "latin-ext", "latin"}


def test_a_font_of_many_parts_has_them_all(packages: Path) -> None:
    faces = css(packages, "Noto+Sans+JP:wght@100..900&display=swap")
    assert len(faces) > 100
    assert len({face["unicode-range"] for face in faces}) == len(faces)
    assert "latin" in {face["subset"] for face in faces}


def test_a_font_without_a_package_is_unknown(packages: Path) -> None:
    assert css(packages, "Roboto:wght@400") == []


PAGE = """
import { Inter as FontSans, JetBrains_Mono, Poppins } from 'next/font/google'
import local from "next/font/local"
const a = FontSans({ subsets: ['latin'], variable: "--font-sans" /* ) */ })
export const mono = JetBrains_Mono({ subsets: ["latin"], weight: ['700', '400'], style: ['normal', 'italic'] })
const p = Poppins({
  weight: '300', // (
  subsets: [`latin`], display: 'optional',
})
const not = Poppins({ weight: ['1000'] , subsets: ['latin'] })
"""


def test_turbopack_gets_an_answer_for_every_call_of_the_source(packages: Path, next_: Path, tmp_path: Path) -> None:
    for name, text in {"page.tsx": PAGE, "node_modules/a/b.js": PAGE.replace("300", "900"), "c.md": PAGE}.items():
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(text, "utf-8")
    variables = {
        "NEXT_DISTROLESS_FONTS": packages,
        "NEXT_DISTROLESS_SOURCE": tmp_path / "src",
        "NEXT_DISTROLESS_APP": next_,
    }
    answers = json.loads(node("console.log(JSON.stringify(require('./fonts.cjs')))", **variables))
    assert {url.removeprefix(GOOGLE) for url in answers} >= {
        "Inter:wght@100..900&display=swap",
        "JetBrains+Mono:ital,wght@0,400;0,700;1,400;1,700&display=swap",
        "Poppins:wght@300&display=optional",
    }
    assert not [url for url in answers if "Poppins:wght@900" in url]
    (sources,) = [re.findall(r"url\(([^)]*)\)", css) for url, css in answers.items() if "Poppins" in url]
    assert all(source.startswith("http://127.0.0.1:18017/poppins/files/poppins-") for source in sources)
