"""The cause of a failure, from what real tools printed: Next.js 14 to 16, npm, pnpm, yarn, and validators."""

from collections.abc import Mapping

import pytest

from ci.decide.diagnose import Known, diagnose
from ci.decide.diagnose.network import LATER, LATER_PAGES, LATER_PARAMS
from ci.decide.variables import Variable
from ci.decide.variables.block import block
from ci.decide.variables.dummies import dummy
from tests.fuzz.checks import bounded


def found(output: str, *env: str) -> tuple[str, Mapping[str, object]]:
    """Id of the cause's message, and its facts."""
    cause = diagnose(output, Known(reads=env))
    assert cause, "nothing is recognised"
    return cause.id, cause.facts


# The network

WEBPACK_FONT = """\
getaddrinfo ENOTFOUND fonts.googleapis.com

Retrying 3/3...
Failed to compile.

app/layout.tsx
`next/font` error:
Failed to fetch `Geist` from Google Fonts.

app/layout.tsx
`next/font` error:
Failed to fetch `Geist Mono` from Google Fonts.


> Build failed because of webpack errors
"""
TURBOPACK_15_FONT = """\
[next]/internal/font/google/geist_a71539c9.module.css
Error while requesting resource
There was an issue establishing a connection while requesting https://fonts.googleapis.com/css2?family=Geist&display=swap.


> Build error occurred
[Error: Turbopack build failed with 1 errors:
[next]/internal/font/google/geist_a71539c9.module.css
next/font: error:
Failed to fetch `Geist` from Google Fonts.

]
"""
TURBOPACK_16_FONT = """\
Error: Turbopack build failed with 2 errors:
[next]/internal/font/google/geist_a71539c9.module.css
Error: next/font: error:
Failed to fetch Geist from Google Fonts.
If you are offline or behind a proxy, self-host the font with next/font/local, or set HTTP_PROXY/HTTPS_PROXY so Next.js can reach fonts.googleapis.com.
"""  # noqa: E501  as Next.js prints it


@pytest.mark.parametrize(
    ("output", "names"),
    [(WEBPACK_FONT, ["Geist", "Geist Mono"]), (TURBOPACK_15_FONT, ["Geist"]), (TURBOPACK_16_FONT, ["Geist"])],
)
def test_fonts(output: str, names: list[str]) -> None:
    assert found(output) == ("cause.font", {"fonts": names})


PRERENDER = """\
   Generating static pages (0/5) ...
Error occurred prerendering page "/". Read more: https://nextjs.org/docs/messages/prerender-error
TypeError: fetch failed
  digest: '3585016712',
  [cause]: %s
}
Export encountered an error on /page: /, exiting the build.
 \u2a2f Next.js build worker exited with code: 1 and signal: null
"""
NO_NAME = """[Error: getaddrinfo ENOTFOUND api.example.com] {
    errno: -3008,
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
    hostname: 'api.example.com'
  }"""
CONNECT_TIMEOUT = (
    "ConnectTimeoutError: Connect Timeout Error (attempted address: fonts.gstatic.com:443, timeout: 10000ms)"
)


@pytest.mark.parametrize(
    ("cause", "host"),
    [
        (NO_NAME, "api.example.com"),
        ("Error: getaddrinfo EAI_AGAIN cms", "cms"),
        ("Error: connect ETIMEDOUT 10.1.2.3:443", "10.1.2.3:443"),
        (CONNECT_TIMEOUT, "fonts.gstatic.com:443"),
        ("FetchError: request to https://cms.example.com/v1/posts?x=1 failed, reason: ", "cms.example.com"),
        ("[AggregateError: ] { code: 'ECONNREFUSED' }", "a server"),
        ("undefined", "a server"),
    ],
)
def test_a_page_that_is_made_at_build_time_asks_a_server(cause: str, host: str) -> None:
    assert found(PRERENDER % cause) == ("cause.host", {"host": host, "later": LATER})


@pytest.mark.parametrize(
    "end",
    [
        "Export encountered an error on /blog, exiting the build.",
        "> Export encountered errors on following paths:\n\t/blog\n\t/blog/[slug]: /blog/a",
    ],
)
def test_a_page_of_the_pages_router_asks_a_server(end: str) -> None:
    output = f'Error occurred prerendering page "/blog".\nTypeError: fetch failed\n  [cause]: {NO_NAME}\n{end}\n'
    assert found(output) == ("cause.host", {"host": "api.example.com", "later": LATER_PAGES})


def test_parameters_of_pages_are_asked_for_before_any_page_is_made() -> None:
    output = f"TypeError: fetch failed\n  [cause]: {NO_NAME}\nError: Failed to collect page data for /posts/[slug]\n"
    assert found(output) == ("cause.host", {"host": "api.example.com", "later": LATER_PARAMS})


def test_a_failed_request_without_a_host_has_that_of_the_last_connection() -> None:
    tried = "no connection to registry.example (ENOTFOUND)\nno connection to api.example.com (ENOTFOUND)\n"
    page = PRERENDER % "undefined"
    assert found(tried + page) == ("cause.host", {"host": "api.example.com", "later": LATER})
    assert found(tried + PRERENDER % "Error: getaddrinfo EAI_AGAIN cms")[1]["host"] == "cms"
    loopback = f"no connection to localhost:3000 (ECONNREFUSED)\n{page}"
    assert found(loopback) == ("cause.loopback", {"host": "localhost:3000", "later": LATER})


def test_a_page_that_puts_the_failed_request_into_its_own_words() -> None:
    tried = "no connection to api.example.com (ENOTFOUND)\n"
    page = 'Error occurred prerendering page "/".\n%s\n'
    assert found(tried + page % "Error: no posts")[1]["host"] == "api.example.com"
    assert diagnose(tried + page % "ReferenceError: window is not defined") is None
    assert diagnose(page % "Error: no posts") is None


def test_a_connection_that_the_build_can_do_without_is_no_cause() -> None:
    assert diagnose("no connection to api.example.com (ENOTFOUND)\nType error: no") is None


@pytest.mark.parametrize("address", ["127.0.0.1:5999", "::1:5432", "localhost:3000"])
def test_a_page_that_is_made_at_build_time_asks_the_app_itself(address: str) -> None:
    output = PRERENDER % f"Error: connect ECONNREFUSED {address}"
    assert found(output) == ("cause.loopback", {"host": address, "later": LATER})


@pytest.mark.parametrize(
    ("output", "host"),
    [
        (
            (
                "Error: Error when performing the request to https://repo.yarn.example/4.5.0/packages/yarnpkg-cli/bin/"
                "yarn.js; for troubleshooting help, see …\n    [cause]: Error: getaddrinfo ENOTFOUND repo.yarn.example"
            ),
            "repo.yarn.example",
        ),
        ("Error: P1001: Can't reach database server at `db.example:5432`", "db.example:5432"),
    ],
)
def test_a_tool_asks_a_server(output: str, host: str) -> None:
    assert found(output) == ("cause.host", {"host": host, "later": ""})


# Variables

T3 = """\
❌ Invalid environment variables: [
  {
    expected: 'string',
    code: 'invalid_type',
    path: [ 'DATABASE_URL' ],
    message: 'Invalid input: expected string, received undefined'
  },
  {
    expected: 'string',
    code: 'invalid_type',
    path: [ 'NEXT_PUBLIC_API_URL' ],
    message: 'Invalid input: expected string, received undefined'
  }
]
[Error: Failed to collect configuration for /] {
  [cause]: Error: Invalid environment variables
}
"""
T3_0_7 = """\
❌ Invalid environment variables: { DATABASE_URL: [ 'Required' ], NEXT_PUBLIC_API_URL: [ 'Invalid url' ] }
Error: Invalid environment variables
"""
T3_SERVER_MJS = """\
❌ Invalid environment variables:
  DATABASE_URL: Required
  NEXT_PUBLIC_API_URL: Required

error - Failed to load next.config.mjs, see more info here https://nextjs.org/docs/messages/next-config-error
"""
T3_TURBO = """\
@acme/web:build: ❌ Invalid environment variables: {
@acme/web:build:   DATABASE_URL: [ 'Required' ],
@acme/web:build:   NEXT_PUBLIC_API_URL: [ 'Required' ]
@acme/web:build: }
"""
ZOD = """\
  [cause]: Error [ZodError]: [
    {
      "expected": "string",
      "code": "invalid_type",
      "path": [
        "DATABASE_URL"
      ],
      "message": "Invalid input: expected string, received undefined"
    },
    {
      "expected": "string",
      "code": "invalid_type",
      "path": [
        "NEXT_PUBLIC_API_URL"
      ],
      "message": "Invalid input: expected string, received undefined"
    }
  ]
"""
ENVALID = """\
================================
 Missing environment variables:
    DATABASE_URL: undefined
    NEXT_PUBLIC_API_URL: undefined
================================

 Exiting with error code 1
"""
ZNV = """\
Error: Errors found while parsing environment:
  [DATABASE_URL]:
    This field is required.
    (received undefined)

  [NEXT_PUBLIC_API_URL]:
    This field is required.
    (received undefined)
"""
DOTENV_SAFE = """\
MissingEnvVarsError: The following variables were defined in .env.example but are not present in the environment:
  DATABASE_URL, NEXT_PUBLIC_API_URL
Make sure to add them to .env or directly to the environment.
"""


@pytest.mark.parametrize("output", [T3, T3_0_7, T3_SERVER_MJS, T3_TURBO, ZOD, ENVALID, ZNV, DOTENV_SAFE])
def test_a_validator_lists_variables(output: str) -> None:
    assert found(output) == ("cause.variables", wanted("DATABASE_URL", "NEXT_PUBLIC_API_URL"))


def wanted(*names: str, **known: str) -> Mapping[str, object]:
    """Facts of the message that these are missing."""
    return {"names": list(names), "skip": "", "block": block({name: known.get(name) or dummy(name) for name in names})}


REQUIRED = tuple(
    Variable(name=name, dummy=f"dummy-of-{name[-1]}", required=name != "API_C", file="env.ts")
    for name in ("API_A", "API_B", "API_C")
)


def test_all_that_the_source_requires_is_listed_with_the_dummies_of_the_source() -> None:
    cause = diagnose("Error: API_B is not set", Known(declared=REQUIRED))
    assert cause
    assert dict(cause.facts) == wanted("API_B", "API_A", API_A="dummy-of-A", API_B="dummy-of-B")
    assert cause.fix.endswith("    build:\n      dummies:\n        API_B: dummy-of-B\n        API_A: dummy-of-A")


def test_what_the_build_has_is_not_listed_again() -> None:
    cause = diagnose("Error: API_B is not set", Known(declared=REQUIRED, given=("API_A",)))
    assert cause
    assert cause.facts["names"] == ["API_B"]


def test_a_dummy_that_the_build_refuses() -> None:
    cause = diagnose(T3_0_7, Known(declared=REQUIRED, given=("DATABASE_URL",)))
    assert cause
    assert (cause.id, cause.facts["names"]) == ("cause.dummies", ["DATABASE_URL"])


def test_a_validator_that_the_app_can_turn_off() -> None:
    _, facts = found(T3, "SKIP_ENV_VALIDATION")
    assert str(facts["skip"]).endswith("`build.env.SKIP_ENV_VALIDATION`")


@pytest.mark.parametrize(
    ("output", "names"),
    [
        ("Error: API_BASE_URL is not defined", ["API_BASE_URL"]),
        ("[Error: Failed to collect…] {\n  [cause]: Error: DATABASE_URL is not set", ["DATABASE_URL"]),
        ("Error: NEXT_PUBLIC_API_URL must be set", ["NEXT_PUBLIC_API_URL"]),
        ("Error: `AUTH_SECRET` is required", ["AUTH_SECRET"]),
        ("error: Environment variable not found: DATABASE_URL.\n  -->  schema.prisma:6", ["DATABASE_URL"]),
        ("PrismaConfigEnvError: Missing required environment variable: DATABASE_URL", ["DATABASE_URL"]),
        ("PrismaConfigEnvError: Cannot resolve environment variable: DATABASE_URL.", ["DATABASE_URL"]),
        (
            "Error: Missing environment variables: API_KEY, DATABASE_URL and AUTH_URL",
            ["API_KEY", "DATABASE_URL", "AUTH_URL"],
        ),
        ("Error: Missing environment variable(s) API_KEY", ["API_KEY"]),
        ('Error: Invalid/Missing environment variable: "MONGODB_URI"', ["MONGODB_URI"]),
        ("Error: Please define the MONGODB_URI environment variable inside .env.local", ["MONGODB_URI"]),
        ("Error: Missing env var NEXT_PUBLIC_API_URL", ["NEXT_PUBLIC_API_URL"]),
        (
            (
                "OpenAIError: The OPENAI_API_KEY environment variable is missing or empty; either provide it, or "
                "instantiate the OpenAI client with an apiKey option"
            ),
            ["OPENAI_API_KEY"],
        ),
        (
            (
                "Error: getPayloadUser requires a server URL to be provided, either as an option or in the "
                "'NEXT_PUBLIC_SERVER_URL' environment variable"
            ),
            ["NEXT_PUBLIC_SERVER_URL"],
        ),
        ('EnvVarError: env-var: "DATABASE_URL" is a required variable, but it was not set', ["DATABASE_URL"]),
        (" \u2a2f REDIS_URL was not provided", ["REDIS_URL"]),
        (
            (
                "VercelPostgresError: VercelPostgresError - 'missing_connection_string': You did not supply a "
                "'connectionString' and no 'POSTGRES_URL' env var was found."
            ),
            ["POSTGRES_URL"],
        ),
        (
            "Error: @vercel/kv: Missing required environment variables KV_REST_API_URL and KV_REST_API_TOKEN",
            ["KV_REST_API_URL", "KV_REST_API_TOKEN"],
        ),
        (
            (
                'NoApiKeyProvidedException: Missing API key. Pass it to the constructor (new WorkOS("sk_test_Sz")) or '
                "define it in the WORKOS_API_KEY environment variable."
            ),
            ["WORKOS_API_KEY"],
        ),
        (
            (
                "BetterAuthError: You are using the default secret. Please set `BETTER_AUTH_SECRET` in your "
                "environment variables or pass `secret` in your auth config."
            ),
            ["BETTER_AUTH_SECRET"],
        ),
    ],
)
def test_an_error_names_variables(output: str, names: list[str]) -> None:
    assert found(output) == ("cause.variables", wanted(*names))


OPENAI_6 = (
    "Error: Missing credentials. Please pass an `apiKey`, `workloadIdentity`, `adminAPIKey`, or set the "
    "`OPENAI_API_KEY` or `OPENAI_ADMIN_KEY` environment variable."
)


@pytest.mark.parametrize(
    ("reads", "name"),
    [
        ((), "OPENAI_API_KEY"),
        (("OPENAI_ADMIN_KEY", "OPENAI_API_KEY"), "OPENAI_API_KEY"),
        (("OPENAI_ADMIN_KEY",), "OPENAI_ADMIN_KEY"),
    ],
)
def test_one_of_two_variables_is_enough(reads: tuple[str, ...], name: str) -> None:
    assert found(OPENAI_6, *reads) == ("cause.variables", wanted(name))


MEDUSA = """\

🚫 Error: Missing required environment variables

%s  NEXT_PUBLIC_MEDUSA_PUBLISHABLE_KEY
    Where it comes from: https://docs.example/keys

%s  MEDUSA_BACKEND_URL

Set them, and start again.

  OK
"""


@pytest.mark.parametrize("prefix", ["", "@acme/shop:build:"])
def test_names_alone_on_their_lines_below_a_heading(prefix: str) -> None:
    names = wanted("NEXT_PUBLIC_MEDUSA_PUBLISHABLE_KEY", "MEDUSA_BACKEND_URL")
    assert found(MEDUSA % (prefix, prefix)) == ("cause.variables", names)


def test_names_alone_on_their_lines_mean_nothing_without_a_heading() -> None:
    assert diagnose("Type error: no\n  NEXT_PUBLIC_MEDUSA_PUBLISHABLE_KEY\n") is None


def test_a_name_of_one_word_is_a_variable_where_the_app_reads_it() -> None:
    message, facts = found("Error: PASSWORD is not set", "PASSWORD")
    assert (message, facts["names"]) == ("cause.variables", ["PASSWORD"])
    assert diagnose("Error: PASSWORD is not set", Known(reads=("TOKEN",))) is None


@pytest.mark.parametrize("name", ["undefined/x", "https://undefined/x", "/x", ""])
def test_a_url_whose_beginning_is_missing(name: str) -> None:
    output = f"TypeError: Invalid URL\n  code: 'ERR_INVALID_URL',\n  input: '{name}',\n  digest: '2327940051'"
    assert found(output, "SITE_URL", "TOKEN", "CMS_HOST") == (
        "cause.url",
        {"url": name, "likely": ": one of build.env.SITE_URL, build.env.CMS_HOST"},
    )


def test_a_url_that_fetch_cannot_read() -> None:
    assert found("TypeError: Failed to parse URL from undefined/api/posts") == (
        "cause.url",
        {"url": "undefined/api/posts", "likely": ""},
    )


# Memory


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            (
                "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
                "----- Native stack trace -----"
            ),
            "cause.heap",
        ),
        (" \u2a2f Next.js build worker exited with code: null and signal: SIGKILL", "cause.memory"),
        (" ELIFECYCLE  Command failed with exit code 137.", "cause.memory"),
        ("error Command failed with exit code 137.", "cause.memory"),
        ("Killed\nnpm ERR! code ELIFECYCLE\nnpm ERR! errno 1", "cause.memory"),
        ("npm ERR! errno 137", "cause.memory"),
    ],
)
def test_memory(output: str, message: str) -> None:
    assert found(output) == (message, {})


# Machine code

TRIED = """\
Error: Could not locate the bindings file. Tried:
 → /app/node_modules/.pnpm/better-sqlite3@11.9.1/node_modules/better-sqlite3/build/better_sqlite3.node
 → /app/node_modules/.pnpm/better-sqlite3@11.9.1/node_modules/better-sqlite3/build/Debug/better_sqlite3.node
"""


@pytest.mark.parametrize(
    ("output", "package"),
    [
        (TRIED, "better-sqlite3"),
        (
            (
                "Error: No native build was found for platform=linux arch=x64 runtime=node abi=127 uv=1 libc=glibc\n"
                "    loaded from: /app/node_modules/@serialport/bindings-cpp\n"
            ),
            "@serialport/bindings-cpp",
        ),
        ("Error: Cannot find module '/app/node_modules/bcrypt/lib/binding/napi-v3/bcrypt_lib.node'", "bcrypt"),
        ('Error: \nSomething went wrong installing the "sharp" module\n\nCannot find module', "sharp"),
    ],
)
def test_an_addon_without_its_binary(output: str, package: str) -> None:
    assert found(output) == ("cause.install-script", {"package": package})


@pytest.mark.parametrize(
    ("output", "package"),
    [
        (
            (
                "Error: The module '/app/node_modules/better-sqlite3/build/Release/better_sqlite3.node'\n"
                "was compiled against a different Node.js version using\nNODE_MODULE_VERSION 115."
            ),
            "better-sqlite3",
        ),
        ("Error: /app/node_modules/farmhash/build/Release/farmhash.node: invalid ELF header", "farmhash"),
        (
            (
                "Error: Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by "
                "/app/node_modules/@next/swc-linux-x64-gnu/next-swc.linux-x64-gnu.node)"
            ),
            "@next/swc-linux-x64-gnu",
        ),
        (
            (
                "Error: libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory\n"
                "    at Object.<anonymous> (/app/node_modules/canvas/lib/bindings.js:3:18)"
            ),
            "canvas",
        ),
    ],
)
def test_an_addon_of_another_system(output: str, package: str) -> None:
    assert found(output) == ("cause.foreign-binary", {"package": package})


def test_an_addon_that_cannot_be_compiled() -> None:
    output = (
        "npm error prebuild-install warn install getaddrinfo ENOTFOUND github.com\n"
        "npm error gyp ERR! stack Error: Could not find any Python installation to use\n"
        "npm error gyp ERR! cwd /app/node_modules/better-sqlite3\n"
        "npm error gyp ERR! node -v v22.20.0\n"
    )
    assert found(output) == ("cause.no-binary", {"package": "better-sqlite3"})


@pytest.mark.parametrize(
    ("output", "package"),
    [
        ('Error: Could not load the "sharp" module using the linux-x64 runtime\nPossible solutions:', "sharp"),
        (" \u2a2f Failed to load SWC binary for linux/x64, see more info here: https://nextjs.org/docs/…", "SWC"),
        ("Error: Cannot find module '../lightningcss.linux-x64-gnu.node'", "lightningcss.linux-x64-gnu"),
        (
            "Error: Cannot find module @rollup/rollup-linux-x64-gnu. npm has a bug related to optional dependencies",
            "@rollup/rollup-linux-x64-gnu",
        ),
    ],
)
def test_a_lockfile_made_on_another_system(output: str, package: str) -> None:
    assert found(output) == ("cause.no-linux-build", {"package": package})


# Installing

EBADENGINE = """\
npm error code EBADENGINE
npm error engine Unsupported engine
npm error engine Not compatible with your version of node/npm: dep@1.0.0
npm error notsup Not compatible with your version of node/npm: dep@1.0.0
npm error notsup Required: {"npm":">=10","node":">=26"}
npm error notsup Actual:   {"node":"v20.20.2","npm":"11.19.1"}
"""
UNSUPPORTED_ENGINE = """\
 ERR_PNPM_UNSUPPORTED_ENGINE  Unsupported environment (bad pnpm and/or Node.js version)

This error happened while installing a direct dependency of /app

Your Node version is incompatible with "dep@1.0.0".

Expected version: >=26
Got: v20.20.2
"""
YARN_ENGINE = (
    'error dep@1.0.0: The engine "node" is incompatible with this module. Expected version ">=26". Got "20.1.0"'
)


@pytest.mark.parametrize(
    ("output", "package", "node"),
    [
        (EBADENGINE, "dep@1.0.0", ">=26"),
        (UNSUPPORTED_ENGINE, "dep@1.0.0", ">=26"),
        (YARN_ENGINE, "dep@1.0.0", ">=26"),
        (
            'You are using Node.js 18.20.8. For Next.js, Node.js version ">=20.9.0" is required.',
            *("Next.js", ">=20.9.0"),
        ),
        (
            "You are using Node.js 16.20.2. For Next.js, Node.js version >= v18.17.0 is required.",
            *("Next.js", ">= v18.17.0"),
        ),
        ("ERROR: This version of pnpm requires at least Node.js v18.12", "pnpm", "v18.12"),
        ("Prisma only supports Node.js versions 20.19+, 22.12+, 24.0+.", "Prisma", "20.19+, 22.12+, 24.0+"),
    ],
)
def test_an_old_node(output: str, package: str, node: str) -> None:
    assert found(output) == ("cause.node", {"package": package, "node": node})


@pytest.mark.parametrize(
    ("output", "message", "facts"),
    [
        ("npm error code EINTEGRITY", "cause.integrity", {}),
        (" ERR_PNPM_TARBALL_INTEGRITY  Got unexpected checksum", "cause.integrity", {}),
        ("npm error code E401", "cause.registry-login", {}),
        (" ERR_PNPM_FETCH_403  GET https://npm.example/x: Forbidden - 403", "cause.registry-login", {}),
        (
            "npm error code E404\nnpm error 404 Not Found - GET https://registry.example/lost/-/lost-1.0.0.tgz - ",
            "cause.no-package",
            {"package": "lost"},
        ),
        (
            " ERR_PNPM_FETCH_404  GET https://npm.example/api/npm/@some/lost/-/lost-1.0.0.tgz: Not Found - 404",
            "cause.no-package",
            {"package": "@some/lost"},
        ),
        (
            'error Error: https://registry.example/lost/-/lost-1.0.0.tgz: Request failed "404 Not Found"',
            "cause.no-package",
            {"package": "lost"},
        ),
        (
            "➤ YN0035: │ @some/lost@npm:1.0.1: Package not found\n➤ YN0035: │   Response Code: 404 (Not Found)",
            "cause.no-package",
            {"package": "@some/lost"},
        ),
        (
            "error: GET https://registry.example/lost/-/lost-1.0.0.tgz - 404",
            "cause.no-package",
            {"package": "lost"},
        ),
        (
            (
                "It looks like you're trying to use TypeScript but do not have the required package(s) installed.\n"
                "Please install typescript and @types/node by running:\n\tyarn add --dev typescript @types/node"
            ),
            "cause.types",
            {"packages": "typescript and @types/node", "command": "yarn add --dev typescript@5 @types/node"},
        ),
        ("npm error code ERESOLVE", "cause.peers", {}),
        ("Error: self-signed certificate\n  code: 'SELF_SIGNED_CERT_IN_CHAIN'", "cause.certificate", {}),
        (
            '║   Use "pnpm install" for installation in this project.   ║',
            "cause.only-allow",
            {"manager": "pnpm"},
        ),
        (
            'This project is configured to use yarn because /app/package.json has a "packageManager" field',
            "cause.other-manager",
            {"wanted": "yarn"},
        ),
        (
            " ERROR  This project is configured to use v9.1.0 of pnpm. Your current pnpm is v10.34.9",
            "cause.other-manager",
            {"wanted": "v9.1.0 of pnpm"},
        ),
        (
            (
                'error This project\'s package.json defines "packageManager": "yarn@4.5.0". However the current global '
                "version of Yarn is 1.22.22."
            ),
            "cause.other-manager",
            {"wanted": "yarn@4.5.0"},
        ),
        (
            (
                "Error: request to https://binaries.prisma.sh/all_commits/c2990/schema-engine.gz.sha256 failed, "
                "reason: getaddrinfo ENOTFOUND binaries.prisma.sh"
            ),
            "cause.prisma-engine",
            {"host": "binaries.prisma.sh"},
        ),
        ("Error: @prisma/client did not initialize yet. Please run", "cause.prisma", {}),
        ("Error: Cannot find module '.prisma/client/default'", "cause.prisma", {}),
        ("Module not found: Can't resolve '../../generated/prisma'", "cause.prisma", {}),
    ],
)
def test_an_install_that_goes_wrong(output: str, message: str, facts: Mapping[str, object]) -> None:
    assert found(output) == (message, facts)


@pytest.mark.parametrize(
    ("output", "tool"),
    [
        ("> app@0.1.0 prepare\n> husky\n\nsh: 1: husky: not found", "husky"),
        ("/bin/sh: 1: git: not found\nerror Command failed with exit code 127.", "git"),
        ("sh: git: not found", "git"),
        ("bash: line 1: lefthook: command not found", "lefthook"),
        ("Error: spawnSync git ENOENT\n    at Object.spawnSync", "git"),
    ],
)
def test_a_script_runs_what_is_not_there(output: str, tool: str) -> None:
    assert found(output) == ("cause.tool", {"tool": tool})


@pytest.mark.parametrize(
    ("line", "file"),
    [
        ("Error: ENOENT: no such file or directory, open '/app/public/images/a b.gif'", "public/images/a b.gif"),
        (" \u2a2f [Error: ENOENT: no such file or directory, scandir '/app/posts'] {", "posts"),
    ],
)
def test_a_build_reads_a_file_that_is_not_in_the_source(line: str, file: str) -> None:
    assert found(f'Error occurred prerendering page "/"\n{line}\n  errno: -2,') == ("cause.no-file", {"file": file})


@pytest.mark.parametrize(
    "path",
    [
        "/app/node_modules/a/b.json",
        "/app/apps/web/node_modules/a",
        "/app/.next/trace",
        "/app/.git/HEAD",
        "/etc/a",
        "/application",
    ],
)
def test_other_files_are_not_those_of_the_source(path: str) -> None:
    assert diagnose(f"Error: ENOENT: no such file or directory, open '{path}'") is None


def test_a_script_asks_git() -> None:
    assert found("fatal: not a git repository (or any of the parent directories): .git") == ("cause.git", {})


def test_a_script_that_goes_on_is_no_cause() -> None:
    noise = "sh: 1: git: not found\nfatal: not a git repository\n"
    assert found(f"{noise}Error: DATABASE_URL is not set")[0] == "cause.variables"
    assert found(f"{noise}{PRERENDER % NO_NAME}")[0] == "cause.host"


# Nothing


@pytest.mark.parametrize(
    "output",
    [
        "",
        "Failed to compile.\n\n./app/page.tsx:3:7\nType error: Type 'string' is not assignable to type 'number'.",
        "warn  EMAIL_FROM environment variable is not set, this may indicate mailing is currently disabled.",
        'Error occurred prerendering page "/"\nReferenceError: window is not defined',
        "npm warn EBADENGINE Unsupported engine { required: { node: '>=26' } }\nType error: no",
        "Error: SOMETHING is required",
        "  path: [ 'DATABASE_URL' ]",
        '✓ Compiled successfully\nError: Route "/": Next.js encountered uncached or runtime data during prerendering.',
        "TypeError: Invalid URL\n  code: 'ERR_INVALID_URL',\n  input: 'not a url'",
        (
            " \u2a2f Failed to patch lockfile, please try uninstalling and reinstalling next in this workspace\n"
            "TypeError: fetch failed\n    at fetch {\n  [cause]: Error: getaddrinfo ENOTFOUND registry.example\n  }\n"
            "}\nType error: no"
        ),
    ],
)
def test_what_has_no_known_cause(output: str) -> None:
    assert diagnose(output) is None


def test_the_text_of_minified_programs_is_read_to_its_end() -> None:
    with bounded():
        assert diagnose("/a" * 500_000 + "\nnode_modules/" * 2_000 + "A_B" * 300_000) is None
        assert diagnose("Error: " + "A_B or " * 300_000 + "\n  " + "A" * 300_000) is None
