"""``glob.cjs``: the globs of pipeline files."""

import json
import subprocess
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "ci" / "programs" / "glob.cjs"

TABLE = [
    ("a.ts", "a.ts", True),
    ("a.ts", "b/a.ts", False),
    ("a.ts", "aXts", False),
    ("*.ts", "a.ts", True),
    ("*.ts", ".ts", True),
    ("*.ts", "src/a.ts", False),
    ("*.ts", "a.tsx", False),
    ("src/*", "src/a", True),
    ("src/*", "src/a/b", False),
    ("src/**", "src/a/b/c.ts", True),
    ("src/**", "src", False),
    ("**/route.ts", "route.ts", True),
    ("**/route.ts", "src/app/api/route.ts", True),
    ("**/route.ts", "src/app/myroute.ts", False),
    ("src/**/route.ts", "src/route.ts", True),
    ("src/**/route.ts", "src/a/b/route.ts", True),
    ("src/**/route.ts", "lib/src/route.ts", False),
    ("**/*.map", ".next/static/a.js.map", True),
    ("**", "a/b", True),
    ("?.ts", "a.ts", True),
    ("?.ts", "ab.ts", False),
    ("a?b", "a/b", False),
    ("{a,b}.ts", "b.ts", True),
    ("{a,b}.ts", "c.ts", False),
    ("{a,b}.ts", "{a,b}.ts", False),
    ("src/**/{route.ts,layout.tsx,not-found.tsx}", "src/app/layout.tsx", True),
    ("src/**/{route.ts,layout.tsx,not-found.tsx}", "src/app/api/login/route.ts", True),
    ("src/**/{route.ts,layout.tsx,not-found.tsx}", "src/app/api/login/route.tsx", False),
    ("{src,lib/**}/*.ts", "lib/a/b/c.ts", True),
    ("{src,lib/**}/*.ts", "src/b/c.ts", False),
    ("*.{js,ts{x,}}", "a.js}", True),
    ("a{,.min}.js", "a.js", True),
    ("a{,.min}.js", "a.min.js", True),
    ("node_modules/.pnpm/@img+*", "node_modules/.pnpm/@img+sharp-linux-x64@0.34.4", True),
    ("node_modules/.pnpm/@img+*", "node_modules/.pnpm/@imggg", False),
    ("node_modules/.pnpm/sharp@*", "node_modules/.pnpm/sharp@0.34.4/node_modules", False),
    ("src/app/[slug]/page.tsx", "src/app/[slug]/page.tsx", True),
    ("src/app/[slug]/page.tsx", "src/app/s/page.tsx", False),
    ("src/app/(group)/*", "src/app/(group)/page.tsx", True),
    ("a|b", "a", False),
    ("a|b", "a|b", True),
    ("$a^", "$a^", True),
    ("a\\d", "a1", False),
    ("A.ts", "a.ts", False),
    ("", "", True),
    ("", "a", False),
]


@pytest.fixture(scope="module")
def answers(node: str) -> list[bool]:
    """What the program says to the whole table, in one run."""
    script = f"""
      const {{ toRegExp }} = require({json.dumps(str(PROGRAM))})
      const table = JSON.parse(process.argv[1])
      console.log(JSON.stringify(table.map(([glob, path]) => toRegExp(glob).test(path))))
    """
    done = subprocess.run([node, "-e", script, json.dumps(TABLE)], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("row", range(len(TABLE)), ids=lambda row: f"{TABLE[row][0]} {TABLE[row][1]}")
def test_globs(answers: list[bool], row: int) -> None:
    assert answers[row] is TABLE[row][2]
