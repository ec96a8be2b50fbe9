"""An app with something for every gate, and with more than a team corrects in a day."""

from functools import cache
from pathlib import Path

from tests.apps import locks
from tests.apps.app import App
from tests.apps.sources import LAYOUT, app_manifest, write
from tests.secrets import private_key

SINK = """\
export default async function Page({ searchParams }) {
  const { text } = await searchParams
  return <main dangerouslySetInnerHTML={{ __html: `${text}` }} />
}
"""
"""A page with one finding of Semgrep, on line 3."""

PACKAGES = {
    "@nextcloud/calendar-js": "8.1.6",
    "braces": "3.0.2",
    "cross-spawn": "7.0.3",
    "json5": "2.2.1",
    "lodash": "4.17.20",
    "minimist": "1.2.5",
    "semver": "7.5.1",
    "ws": "8.17.0",
}
"""A licence that asks something of operators, and seven vulnerabilities (``offline/advisories.toml``)."""


def route(line: str) -> str:
    """A file of a handler that does something with a part of the request's address."""
    return (
        "export async function GET(request) {\n"
        "  const { searchParams } = new URL(request.url)\n"
        "  const given = searchParams.get('given')\n"
        f"  return {line}\n"
        "}\n"
    )


CODE = {
    "lib/ask.js": route("fetch(given)"),
    "lib/convert.js": route("exec(`convert /srv/${given} out.png`)"),
    "lib/find.js": route("pool.query(`SELECT * FROM titles WHERE name = '${given}'`)"),
    "lib/greet.js": route("new Response(`<b>${given}</b>`, { headers: { 'Content-Type': 'text/html' } })"),
    "lib/move.js": route("Response.redirect(given)"),
    "lib/open.js": route("readFile(`/srv/${given}`)"),
    "lib/run.js": "export const run = (code) => eval(code)\n",
    "lib/trust.js": "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'\n",
}
"""Code that no page imports, so the build leaves it alone; a finding of Semgrep in each file."""

POD = """\
apiVersion: v1
kind: Pod
metadata: { name: wrong }
spec:
  containers:
    - { name: wrong, image: wrong, securityContext: { privileged: true } }
"""


@cache
def _key() -> str:
    """The same for every copy of the app, so that they have one build."""
    return private_key()


def _write(root: Path) -> None:
    write(
        {
            "package.json": app_manifest("wrong", 15, PACKAGES),
            "app/layout.js": LAYOUT,
            "app/page.js": SINK,
            "deploy/pod.yaml": POD,
            "public/release.pem": _key(),
            **CODE,
        },
        root,
    )


WRONG = App(name="wrong", lock=locks.npm, write=_write)
