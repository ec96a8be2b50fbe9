"""Apps of strangers: every file that detection reads, with changes; and globs against what they stand for."""

import fnmatch
import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ci.decide.project.detect import read
from ci.decide.project.globs import selected
from ci.decide.project.source_files import SourceFiles
from ci.errors import ProjectError
from tests.fuzz.checks import survives
from tests.fuzz.strategies import mutants, texts

PACKAGE = {
    "name": "web",
    "version": "1.2.3",
    "description": "An app",
    "license": "MIT",
    "packageManager": "npm@10.9.0+sha512.abcd",
    "engines": {"node": ">=20.9 <23 || 24.x"},
    "scripts": {"build": "next build", "start": "NODE_ENV=production node -r ./x server.js", "postinstall": "x"},
    "dependencies": {"next": "^15.5.0", "ui": "workspace:*"},
    "devDependencies": {"turbo": "2"},
    "workspaces": {"packages": ["packages/*", "!packages/{old,older}", "apps/**"]},
}
LOCK = {
    "lockfileVersion": 3,
    "packages": {
        "node_modules/next": {"version": "15.5.0", "resolved": "https://x.example/a", "integrity": "sha512-a"}
    },
}
FILES = {
    "package-lock.json": json.dumps(LOCK),
    "packages/ui/package.json": json.dumps({"name": "ui", "scripts": {"build": "x"}, "dependencies": {"web": "*"}}),
    ".nvmrc": "lts/jod\n",
    ".npmrc": "registry=https://npm.corp.example\n//x/:_authToken=${TOKEN}\n",
    ".yarnrc.yml": "nodeLinker: node-modules\nyarnPath: .yarn/releases/yarn-4.6.0.cjs\n",
    "pnpm-workspace.yaml": "packages:\n  - 'packages/*'\n  - '!**/test/**'\ncatalog: &a {next: 15}\n",
    "next.config.ts": "/* a */ export default { output: 'standalone', basePath: '/x', images: {unoptimized: true}}",
    ".env.example": "export A=1\nB=\n# C=\n",
    "turbo.json": "{}",
}
PATHS = ("src/app/api/health/route.ts", "src/app/(site)/page.tsx", "pages/api/hello.js", "app/[id]/route.js")
IMPORTS = "import { Inter, Roboto as R } from 'next/font/google'"
READS = "const { A, B: b = 'x' }: Env = process.env; process.env?.['C'] // process.env.D"


def detected(
    package: Any = PACKAGE, paths: Any = PATHS, imports: str = IMPORTS, reads: str = READS, **files: str
) -> Any:
    files = {**FILES, "package.json": package if isinstance(package, str) else json.dumps(package), **files}
    seen = SourceFiles(
        entries=list(files),
        files=files,
        paths=paths,
        imports={"src/app/layout.tsx": imports},
        env_reads={"x.ts": reads},
    )
    return survives(lambda: read(seen), ProjectError)


def test_the_app_itself_is_understood() -> None:
    found = detected()
    assert (found.name, found.next, found.output, found.env) == ("web", "15.5.0", "standalone", ("A", "B", "C"))


@given(mutants(PACKAGE))
@example({**PACKAGE, "name": "\ud800"})
@example({**PACKAGE, "engines": {"node": ">=" + "1" * 5000}})
@example({**PACKAGE, "dependencies": {"next": "1" * 5000}})
def test_package_json(package: Any) -> None:
    found = detected(package)
    if found:
        json.dumps(
            {"reasons": found.reasons, "warnings": [warning.line for warning in found.warnings]}, ensure_ascii=False
        ).encode()


@given(st.sampled_from(["package.json", *FILES]), st.data())
def test_files_of_an_app(name: str, data: st.DataObject) -> None:
    detected(**{name: data.draw(texts({**FILES, "package.json": json.dumps(PACKAGE)}[name]))})


@given(texts("packages: [&a [*a], !!python/object:os.system x, '**', *a]"))
@example('"\\UFFFFFFFF"')
@example("%YAML 1." + "1" * 5000 + "\n--- a")
@example('packages: ["\\ud800"]')
@example("? [a]\n: b")
@example("packages: &a [*a]")
@example(
    "a: &a [x, x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20))
)
def test_workspace_of_pnpm(text: str) -> None:
    detected(**{"pnpm-workspace.yaml": text})


@given(texts(IMPORTS), texts(READS), st.lists(texts(PATHS[0]), max_size=3))
def test_lines_of_an_app(imports: str, reads: str, paths: list[str]) -> None:
    detected(imports=imports, reads=reads, paths=paths)


@given(st.text("ab*?", max_size=8).filter(lambda text: "**" not in text), st.text("ab", max_size=8))
def test_globs_select_as_globs_do(pattern: str, directory: str) -> None:
    assert selected([f"x{pattern}"], f"x{directory}") == fnmatch.fnmatchcase(f"x{directory}", f"x{pattern}")


@pytest.mark.parametrize(
    ("pattern", "directory", "expected"),
    [
        ("**", "a/b", True),
        ("**/b", "b", True),
        ("**/b", "a/a/b", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/b/c", False),
        ("a/*", "a/b/c", False),
        ("a/**", "b/a", False),
        ("*{abc,b}*c", "abc", True),
        ("{a,b", "{a,b", True),
        ("?", "a", True),
        ("?", "ab", False),
        ("a?b", "a/b", False),
        (".", ".", True),
        ("./a/", "a", True),
        ("", "a", False),
    ],
)
def test_globs(pattern: str, directory: str, expected: bool) -> None:  # noqa: FBT001
    assert selected([pattern], directory) is expected
