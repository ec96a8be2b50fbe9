"""``env.cjs``: what a bundle does with each variable. The snippets are what Next.js 14, 15 and 16 print."""

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ci.engine.containers import MARK
from ci.intool.common.failure import Failure

PROGRAM = Path(__file__).parents[3] / "ci" / "programs" / "secrets.cjs"
ROUTE = "server/app/api/x/route.js"
EDGE = "server/edge/chunks/[root-of-the-server]__1ism57sk8bn5g._.js"
SSR = "server/chunks/ssr/app_page_tsx._.js"
PAGE = "static/chunks/app/page-6b7c50ff457c7b65.js"
VALUE = "https://api.example.test/?a=1"


class Bundle:
    """A directory in which `next build` seems to have run."""

    def __init__(self, root: Path, program: Callable[..., subprocess.CompletedProcess[str]]) -> None:
        self.root = root
        self.program = program
        self.app = "."
        self.write({"server/app/other/route.js": "ok()"})

    def write(self, files: Mapping[str, str], below: str = ".next") -> None:
        for name, text in files.items():
            (self.root / self.app / below / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / self.app / below / name).write_text(text)

    def run(self, **spec: Any) -> subprocess.CompletedProcess[str]:
        whole = {"app": self.app, "names": [], "build": {}, "runtime": [], "example": [], **spec}
        return self.program("env", whole, "report.json")

    def variables(self, **spec: Any) -> dict[str, dict[str, Any]]:
        done = self.run(**spec)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        report = json.loads((self.root / "report.json").read_text())
        return {variable["name"]: variable for variable in report["variables"]}

    def where(self, name: str = "NAME", **spec: Any) -> dict[str, str]:
        return dict(self.variables(**{"names": [name], **spec})[name]["where"])


@pytest.fixture
def bundle(tmp_path: Path, program: Callable[..., subprocess.CompletedProcess[str]]) -> Bundle:
    return Bundle(tmp_path, program)


def test_reads_that_remain_in_the_server(bundle: Bundle) -> None:
    reads = [
        "Response.json({a:process.env.NAME})",
        "h:process?.env?.NAME,i:1",
        'let{NAME:e,OTHER:r="dflt"}=process.env,a=1',
        'let{OTHER:r="dflt",NAME}=process.env',
        "s=process.env;return{f:s.NAME}",
        'm:"NAME"in process.env',
        'p=e=>process.env[e],p("NAME")',
        "o:globalThis.process.env.NAME",
        "b:t.default.env.NAME",
        "let t={NAME:z.string()};t.parse(process.env)",
    ]
    places = [ROUTE, EDGE, SSR, "server/middleware.js", "server/pages/x.js"]
    files = {f"READ_{n}": f"{n}/{places[n % len(places)]}" for n in range(len(reads))}
    for (name, file), code in zip(files.items(), reads, strict=True):
        bundle.write({f"server/{file}": code.replace("NAME", name)})
    found = {name: variable["where"] for name, variable in bundle.variables(names=list(files)).items()}
    assert found == {name: {"runtime": f".next/server/{file}"} for name, file in files.items()}


def test_what_is_no_read(bundle: Bundle) -> None:
    bundle.write(
        {
            ROUTE: "process.env.NAMES;process.env.MY_NAME;a.$NAME",
            f"{ROUTE}.map": "process.env.NAME",
            f"{ROUTE}.nft.json": f'{{"files":["{VALUE}"]}}',
            "cache/webpack/server-production/0.js": "process.env.NAME",
            PAGE: "u.env.NAME",
        }
    )
    assert bundle.where(build={"NAME": VALUE}) == {"build": ""}
    assert bundle.where(names=[], example=["NAME"]) == {"unused": ""}


def test_values_that_the_build_froze_in_every_spelling(bundle: Bundle) -> None:
    html, quoted = "quo&quot;ted&lt;&amp;&gt;N\\it&#x27;s", r"quo\"ted<&>N\\it's"
    texts = {
        "server/app/p.html": f"<p>{html}</p>",
        "server/app/q.html": r"""<script>self.__next_f.push([1,"x \"quo\\\"ted<&>N\\\\it's\"\n"])</script>""",
        "server/app/p.rsc": f"""0:["$","p",null,{{"children":"{quoted}"}}]""",
        "server/app/p.segments/_full.segment.rsc": f'["{quoted}"]',
        "server/app/api/x.body": "quo\"ted<&>N\\it's",
        "server/app/p.meta": f"""{{"headers":{{"x":"{quoted}"}}}}""",
        "server/pages/old.json": f"""{{"pageProps":{{"v":"{quoted}"}}}}""",
        "routes-manifest.json": f"""{{"destination":"{quoted}/:path*"}}""",
        ROUTE: f'k:"{quoted}"',
    }
    for n, (file, text) in enumerate(texts.items()):
        bundle.write({file: text.replace("N", str(n))})
    build = {f"VALUE_{n}": f"quo\"ted<&>{n}\\it's" for n in range(len(texts) + 1)}
    found = {name: variable["where"] for name, variable in bundle.variables(build=build).items()}
    frozen = [{"frozen": f".next/{file}"} for file in texts]
    assert found == dict(zip(build, [*frozen, {"unused": ""}], strict=True))


def test_a_page_made_at_build_keeps_the_value_though_its_code_reads_it(bundle: Bundle) -> None:
    bundle.write({SSR: "children:process.env.NAME", "server/app/p.html": f"<p>{VALUE}</p>"})
    assert bundle.where(build={"NAME": VALUE}) == {"frozen": ".next/server/app/p.html", "runtime": f".next/{SSR}"}


@pytest.mark.parametrize(
    ("browser", "where"),
    [
        (f'"{VALUE}"', {"browser": f".next/{PAGE}"}),
        (f'"{VALUE}/v1/users"', {"browser": f".next/{PAGE}"}),
        # t3-env: what it makes is called env too.
        (f'e={{NEXT_PUBLIC_X:"{VALUE}"}};n.env.NEXT_PUBLIC_X', {"browser": f".next/{PAGE}"}),
        ("{NEXT_PUBLIC_X:n}=u.env;return", {"undefined": f".next/{PAGE}"}),
        ("u.env[e]", {}),
    ],
)
def test_a_public_variable_that_is_set(bundle: Bundle, browser: str, where: dict[str, str]) -> None:
    bundle.write({PAGE: browser, ROUTE: f'a:"{VALUE}",b:n.env.NEXT_PUBLIC_X'})
    assert bundle.where("NEXT_PUBLIC_X", build={"NEXT_PUBLIC_X": VALUE}) == {"frozen": f".next/{ROUTE}", **where}


def test_public_variables_that_are_not_set(bundle: Bundle) -> None:
    reads = ["u.env.NAME", "t.default.env.NAME", 'u.env["NAME"]', "{a:b,NAME:n}=t.default.env;"]
    others = ['window.__ENV["NAME"]', "u.env.NAME_TOO", "{NAME:n}=t;"]
    names = [f"NEXT_PUBLIC_{n}" for n in range(len(reads + others))]
    for name, code in zip(names, reads + others, strict=True):
        bundle.write({f"static/{name}.js": code.replace("NAME", name)})
    found = [variable["where"] for variable in bundle.variables(names=names).values()]
    assert found[: len(reads)] == [{"undefined": f".next/static/{name}.js"} for name in names[: len(reads)]]
    assert found[len(reads) :] == [{"build": ""}] * len(others)


@pytest.mark.parametrize("value", ["", "1", "a/b:c", "production", "1234567890"])
def test_values_that_are_everywhere_are_told_by_the_reads_that_remain(bundle: Bundle, value: str) -> None:
    bundle.write({ROUTE: f'a:"{value}";b:process.env.NAME', PAGE: f'"{value}"'})
    variables = bundle.variables(
        names=["NAME", "NEXT_PUBLIC_X"], build={"NAME": value, "NEXT_PUBLIC_X": value, "NEXT_PUBLIC_NOWHERE": value}
    )
    assert {name: variable["where"] for name, variable in variables.items()} == {
        "NAME": {"runtime": f".next/{ROUTE}"},
        "NEXT_PUBLIC_X": {"frozen": "", "browser": ""},
        "NEXT_PUBLIC_NOWHERE": {"unused": ""},
    }
    assert not any(variable["searched"] for variable in variables.values())
    bundle.write({ROUTE: "{NEXT_PUBLIC_X:e}=process.env", PAGE: f'e={{NEXT_PUBLIC_X:"{value}"}};n.env.NEXT_PUBLIC_X'})
    assert bundle.where("NEXT_PUBLIC_X", build={"NEXT_PUBLIC_X": value}) == {"runtime": f".next/{ROUTE}"}


@pytest.mark.parametrize("value", ["a1b2c3", "Secret", "correcthorsebatterystaple"])
def test_values_that_are_found(bundle: Bundle, value: str) -> None:
    bundle.write({PAGE: f'"{value}"'})
    variable = bundle.variables(build={"NAME": value})["NAME"]
    assert (variable["where"], variable["searched"]) == ({"browser": f".next/{PAGE}"}, True)


def test_a_value_is_that_of_the_variable_that_is_inlined_not_of_one_with_the_same(bundle: Bundle) -> None:
    bundle.write({PAGE: f'"{VALUE}"', ROUTE: "process.env.API"})
    variables = bundle.variables(build={"API": VALUE, "API_TOKEN": VALUE, "NEXT_PUBLIC_API": VALUE})
    assert {name: variable["where"] for name, variable in variables.items()} == {
        "API": {"runtime": f".next/{ROUTE}"},
        "API_TOKEN": {"browser": f".next/{PAGE}"},  # a secret is out, whoever let it out
        "NEXT_PUBLIC_API": {"browser": f".next/{PAGE}"},
    }


def test_dummies_are_looked_for_as_other_values(bundle: Bundle) -> None:
    bundle.write({PAGE: f'"{VALUE}"'})
    variable = bundle.variables(build={"API": VALUE}, dummies=["API"])["API"]
    assert (variable["where"], variable["set"]) == ({"browser": f".next/{PAGE}"}, ["build", "dummy"])


def test_env_of_next_config(bundle: Bundle) -> None:
    env = {"CONFIG_URL": VALUE, "CONFIG_FLAG": "true"}
    bundle.write({"required-server-files.json": json.dumps({"config": {"env": env}}), PAGE: f'"{VALUE}"'})
    variables = bundle.variables(names=["CONFIG_FLAG"])
    assert variables["CONFIG_URL"]["where"] == {
        "frozen": ".next/required-server-files.json",
        "browser": f".next/{PAGE}",
    }
    assert variables["CONFIG_FLAG"]["where"] == {"frozen": ""}
    assert variables["CONFIG_FLAG"]["set"] == ["source", "next.config"]


def test_env_files_are_read_as_nextjs_reads_them(bundle: Bundle) -> None:
    reader = """
      exports.loadEnvConfig = (directory, development, log) => {
        log.info('Environments: .env'); log.error('broken')
        const contents = require('fs').readFileSync(directory + '/.env', 'utf8')
        const combinedEnv = { ...process.env, FROM_FILE: development + '-from-file' }
        return { combinedEnv, loadedEnvFiles: [{ contents }] }
      }
    """
    bundle.write(
        {
            ".pnpm/next/node_modules/@next/env/package.json": "{}",
            ".pnpm/next/node_modules/@next/env/index.js": reader,
            ".pnpm/next/node_modules/next/package.json": "{}",
        },
        "node_modules",
    )
    (bundle.root / "node_modules/next").symlink_to(".pnpm/next/node_modules/next")
    bundle.write({".env": "# COMMENT=1\n export FROM_FILE = x\nnot a line\n"}, ".")
    bundle.write({PAGE: '"false-from-file"'})
    variables = bundle.variables()
    assert list(variables) == ["FROM_FILE"]
    assert (variables["FROM_FILE"]["where"], variables["FROM_FILE"]["set"]) == ({"browser": f".next/{PAGE}"}, [".env"])


def test_what_the_bundle_has_nothing_of(bundle: Bundle) -> None:
    variables = bundle.variables(
        names=["READ", "SET_AND_READ"],
        build={"SET_AND_READ": VALUE, "SET": VALUE, "CI": "1", "NODE_OPTIONS": "1", "TZ": "UTC"},
        runtime=["IMAGE", "NODE_OPTIONS", "NODE_ENV"],
        example=["EXAMPLE", "npm_config_loglevel"],
    )
    assert {name: variable["where"] for name, variable in variables.items()} == {
        **{name: {"build": ""} for name in ("READ", "SET_AND_READ", "CI", "TZ", "npm_config_loglevel")},
        **{name: {"unused": ""} for name in ("SET", "IMAGE", "EXAMPLE")},
        **{name: {"runtime": ""} for name in ("NODE_OPTIONS", "NODE_ENV")},
    }


def test_what_runs_beside_the_bundle_reads_too(bundle: Bundle) -> None:
    readers = {
        "PORT": ".next/standalone/apps/web/server.js",
        "DATABASE_URL": ".next/standalone/node_modules/.prisma/client/schema.prisma",
        "START": "start.js",
        "JOB": "jobs/deep/daily.cjs",
    }
    bundle.write({file: f"{name} is read" for name, file in readers.items()}, ".")
    bundle.write({"jobs/node_modules/x/index.js": "OTHER", "jobs/list.json": '"OTHER"'}, ".")
    bundle.write({"standalone/apps/web/.next/server/x.js": "OTHER", "standalone/package.json": '"OTHER"'})
    variables = bundle.variables(runtime=[*readers, "OTHER"], files=["start.js", "jobs", "nowhere"])
    assert {name: variable["where"] for name, variable in variables.items()} == {
        **{name: {"runtime": file} for name, file in readers.items()},
        "OTHER": {"unused": ""},
    }


def test_the_app_of_a_workspace(bundle: Bundle) -> None:
    bundle.app = "apps/web"
    bundle.write({ROUTE: "process.env.NAME"})
    bundle.write({"sw.js": f'fetch("{VALUE}")'}, "public")
    variables = bundle.variables(names=["NAME"], build={"URL": VALUE})
    assert variables["NAME"]["where"] == {"runtime": f"apps/web/.next/{ROUTE}"}
    assert variables["URL"]["where"] == {"browser": "apps/web/public/sw.js"}


def test_the_report_has_names_and_no_values(bundle: Bundle) -> None:
    value = "postgres://me:hunter2@db.example.test/x"
    bundle.write({PAGE: f'"{value}"', SSR: f'"{value}"'})
    variables = bundle.variables(
        names=["B", "A"], build={"B": value, "C_TOKEN": "t"}, runtime=["A"], example=["A", "not-a-name"]
    )
    assert list(variables) == ["A", "B", "C_TOKEN"]
    assert variables["B"] == {
        "name": "B",
        "where": {"frozen": f".next/{SSR}", "browser": f".next/{PAGE}"},
        "set": ["source", "build"],
        "secret": "value",
        "searched": True,
    }
    assert (variables["A"]["set"], variables["A"]["secret"]) == (["source", "image", "example"], "")
    assert (variables["C_TOKEN"]["secret"], variables["C_TOKEN"]["searched"]) == ("name", False)
    assert "hunter2" not in (bundle.root / "report.json").read_text()


def test_a_build_that_left_no_bundle(bundle: Bundle) -> None:
    bundle.app = "apps/web"
    done = bundle.run(build={"TOKEN": "hunter2"})
    assert done.returncode == Failure.exit_code
    assert (
        f"{MARK}the build left no apps/web/.next/server\n  fix: run `next build` in a script of build.scripts"
        in done.stderr
    )
    assert "hunter2" not in done.stderr


def jwt(payload: str) -> str:
    """A token that no server ever signed."""
    return f"eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJlLXNpZ25hdHVyZQ"


# Put together here, so that no scanner takes this file for a leak.
LOOKS = [
    ("AUTH_SECRET", "x", "name"),
    ("SECRET_KEY_BASE", "x", "name"),
    ("github_token", "x", "name"),
    ("DBPASSWORD", "x", "name"),
    ("SMTP_PASSWD", "x", "name"),
    ("VAPID_PRIVATE_KEY", "x", "name"),
    ("GOOGLE_CREDENTIALS", "x", "name"),
    ("OPENAI_API_KEY", "x", "name"),
    ("APIKEY", "x", "name"),
    ("AWS_SECRET_ACCESS_KEY", "x", "name"),
    ("NEXT_PUBLIC_MAPS_API_KEY", "x", "name"),
    ("AWS_ACCESS_KEY_ID", "x", ""),
    ("NEXT_PRIVATE_STANDALONE", "true", ""),
    ("TOKEN_URL", "https://sso.example.test/token", ""),
    ("PASSWORD_MIN_LENGTH", "8", ""),
    ("MAX_TOKENS", "4096", ""),
    ("TOKENIZER", "bpe", ""),
    ("STRIPE_PUBLISHABLE_KEY", "pk_live_" + "0" * 24, ""),
    ("SENTRY_DSN", "https://0123456789abcdef@o1.ingest.example.test/1", ""),
    ("COMMIT", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", ""),
    ("DATABASE_URL", "postgres://db.example.test:5432/x", ""),
    ("DATABASE_URL", "postgres://me@db.example.test/x", ""),
    ("TIME", "https://example.test/at/12:30@utc", ""),
    ("DATABASE_URL", "postgres://me:hunter2@db.example.test/x", "value"),
    ("REDIS_URL", "redis://:hunter2@cache:6379", "value"),
    ("KEY", "-----BEGIN RSA " + "PRIVATE KEY-----\nMII", "value"),
    ("KEY", "-----BEGIN " + "PRIVATE KEY-----", "value"),
    ("KEY", "-----BEGIN PUBLIC KEY-----", ""),
    ("A", "AKIA" + "ABCDEFGHIJKLMNOP", "value"),
    ("A", "ghp_" + "a1" * 18, "value"),
    ("A", "github_pat_" + "a1" * 11, "value"),
    ("A", "sk_live_" + "a1" * 8, "value"),
    ("A", "sk-proj-" + "a1" * 10, "value"),
    ("A", "xoxb-" + "1234567890-abc", "value"),
    ("A", "npm_" + "a1" * 18, "value"),
    ("A", jwt("eyJyb2xlIjoic2VydmljZV9yb2xlIn0"), "value"),  # {"role":"service_role"}
    ("A", jwt("eyJyb2xlIjoiYW5vbiJ9"), ""),  # {"role":"anon"}
    ("PASSWORD", jwt("eyJyb2xlIjoic2VydmljZV9yb2xlIn0"), "value"),
]


@pytest.fixture(scope="module")
def looks(node: str) -> Sequence[str]:
    """What the program says to the whole table, in one run."""
    script = f"""
      const {{ secretBy }} = require({json.dumps(str(PROGRAM))})
      console.log(JSON.stringify(JSON.parse(process.argv[1]).map(([name, value]) => secretBy(name, value))))
    """
    done = subprocess.run([node, "-e", script, json.dumps(LOOKS)], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("row", range(len(LOOKS)), ids=lambda row: f"{LOOKS[row][0]} {LOOKS[row][1]}")
def test_what_looks_like_a_secret(looks: Sequence[str], row: int) -> None:
    assert looks[row] == LOOKS[row][2]
