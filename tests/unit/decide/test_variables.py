"""Variables that a source asks for, and the dummies for them."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest

from ci.decide.config.parse import parse
from ci.decide.plan.secrets_in_env import refuse
from ci.decide.project.detect import read
from ci.decide.project.facts import Project
from ci.decide.project.source_files import SourceFiles
from ci.decide.variables import Variable
from ci.decide.variables.block import block
from ci.decide.variables.dummies import DOMAIN, Form, dummy, of_host
from ci.decide.variables.schema import rules
from ci.intool.common.secret_forms import form
from tests.apps.sources import to_json

T3 = """
import { createEnv } from "@t3-oss/env-nextjs"
const requiredUrl = z.string().url()
const secret = () => z.string().min(40)
export const env = createEnv({
  server: {
    DATABASE_URL: z.string().url().refine((text) => !text.includes("YOUR_URL"), "set it, please"),
    NODE_ENV: z.enum(["development", "test", "production"]).default("development"),
    NEXTAUTH_SECRET: process.env.NODE_ENV === "production" ? z.string() : z.string().optional(),
    NEXTAUTH_URL: z.preprocess((text) => process.env.VERCEL_URL ?? text, process.env.VERCEL ? z.string() : z.string().url()),
    ONLY_IN_DEVELOPMENT: process.env.NODE_ENV !== "production" ? z.string() : z.string().optional(),
    ONLY_THERE: process.env.VERCEL ? z.string() : z.string().optional(),
    AUTH0_SECRET: secret(),
    CMS: requiredUrl,
    OPTIONAL_CMS: requiredUrl.optional(),
    "QUOTED": z.string(),
  },
  client: { NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: z.string().min(1) },
  runtimeEnv: { DATABASE_URL: process.env.DATABASE_URL, ONLY_MAPPED: process.env.ONLY_MAPPED },
})
"""  # noqa: E501
ENVALID = """
export default cleanEnv(process.env, {
  A_TEXT: str(), B_TEXT: str({ default: "x" }), A_PORT: port(), A_CHOICE: str({ choices: ["p", "q"] }),
  A_URL: url({ devDefault: "http://localhost" }), A_FLAG: bool({ desc: "on" }),
})
"""


def required(text: str) -> list[str]:
    return [name for name, rule in rules(text).items() if rule.required]


def test_what_t3_env_requires_of_a_production_build() -> None:
    assert required(T3) == [
        *("DATABASE_URL", "NEXTAUTH_SECRET", "NEXTAUTH_URL", "AUTH0_SECRET", "CMS", "QUOTED"),
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY",
    ]
    assert "ONLY_MAPPED" not in rules(T3)


def test_what_envalid_requires() -> None:
    assert required(ENVALID) == ["A_TEXT", "A_PORT", "A_CHOICE", "A_URL", "A_FLAG"]


@pytest.mark.parametrize(
    ("validator", "value"),
    [
        ("z.string()", "dummy-name-for-the-build-only-xx"),
        ("z.string().min(40)", "dummy-name-for-the-build-only-xxxxxxxxxx"),
        ("z.string().length(8)", "dummy-na"),
        ("z.string().max(10)", "dummy-name"),
        ("z.string().url()", "https://name.invalid"),
        ("z.url()", "https://name.invalid"),
        ("z.string().url().startsWith('postgres://')", "postgres://dummy:dummy@name.invalid:5432/dummy"),
        ("z.string().email()", "dummy@name.invalid"),
        ("z.email()", "dummy@name.invalid"),
        ("z.coerce.number().min(25)", "25"),
        ("z.string().transform((s) => parseInt(s, 10))", "1"),
        ("z.string().transform((s) => s === 'true')", "false"),
        ("z.boolean()", "false"),
        ("z.enum(['a', 'b'])", "a"),
        ('z.literal("x")', "x"),
        ("z.union([z.literal('p'), z.literal('q')])", "p"),
        ("z.string().startsWith('sk_')", "sk_dummy-name-for-the-build-only"),
        ("z.string().uuid()", "00000000-0000-4000-8000-000000000000"),
        ("z.string().regex(/^[0-9a-f]{64}$/)", "0" * 64),
        ("z.string().regex(/^re_[a-z-]+$/)", "re_dummy-name-for-the-build-only"),
        ("z.string().transform((s) => JSON.parse(s))", "{}"),
        ("v.pipe(v.string(), v.url())", "https://name.invalid"),
        ("str()", "dummy-name-for-the-build-only-xx"),
        ("email()", "dummy@name.invalid"),
    ],
)
def test_a_dummy_has_the_form_that_the_validator_asks_for(validator: str, value: str) -> None:
    (rule,) = rules(f"({{ NAME: {validator}, }})").values()
    assert rule.required
    assert dummy("NAME", rule.form) == value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://dummy:dummy@database-url.invalid:5432/dummy"),
        ("POSTGRES_URL", "postgresql://dummy:dummy@postgres-url-pooler.invalid:5432/dummy"),
        ("POSTGRES_URL_NON_POOLING", "postgresql://dummy:dummy@postgres-url-non-pooling.invalid:5432/dummy"),
        ("POSTGRES_PRISMA_URL", "postgresql://dummy:dummy@postgres-prisma-url.invalid:5432/dummy"),
        ("MONGODB_URI", "mongodb://dummy@mongodb-uri.invalid:27017/dummy"),
        ("REDIS_URL", "redis://redis-url.invalid:6379"),
        ("UPSTASH_REDIS_REST_URL", "https://upstash-redis-rest-url.invalid"),
        ("NEXT_PUBLIC_SITE_URL", "https://next-public-site-url.invalid"),
        ("EMAIL_FROM", "dummy@email-from.invalid"),
        ("SMTP_PORT", "3000"),
        ("SMTP_HOST", "smtp-host.invalid"),
        ("ENABLE_SIGNUP", "false"),
        ("STRIPE_SECRET_KEY", "sk_test_dummy-stripe-secret-key-for-the-build-only"),
        ("LIVEBLOCKS_SECRET_KEY", "sk_dummy-liveblocks-secret-key-for-the-build-only"),
        ("NEXT_PUBLIC_LIVEBLOCKS_PUBLIC_KEY", "pk_dummy-next-public-liveblocks-public-key-for-the-build-only"),
        ("TWILIO_ACCOUNT_SID", "ACdummy-twilio-account-sid-for-the-build-only"),
        ("NEXT_PUBLIC_SANITY_API_VERSION", "2000-01-01"),
        ("TURSO_DATABASE_URL", "libsql://turso-database-url.invalid"),
        ("AUTH_SECRET", "dummy-auth-secret-for-the-build-only"),
    ],
)
def test_where_nothing_says_more_the_name_decides(name: str, value: str) -> None:
    assert dummy(name) == value


def test_a_publishable_key_of_clerk_has_a_host_in_it() -> None:
    assert re.fullmatch(r"pk_test_[A-Za-z0-9+/=]+", dummy("NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY"))


@pytest.mark.parametrize(
    ("example", "value"),
    [
        ("mysql://user:pass@localhost/db", "mysql://dummy@database-url.invalid:3306/dummy"),
        ("file:./dev.db", "file:./dummy.db"),
        ("", "postgresql://dummy:dummy@database-url.invalid:5432/dummy"),
    ],
)
def test_an_example_says_which_database(example: str, value: str) -> None:
    assert dummy("DATABASE_URL", Form(kind="url", example=example)) == value


# src/create-pool.ts and src/create-client.ts of @vercel/postgres 0.5 to 0.10 take an address for that of a pool by its
# text `-pooler.`; neon() of @neondatabase/serverless before 0.10 wants user, password, host and path.
@pytest.mark.parametrize("example", ["", "postgres://user:secret@localhost:5432/db", "************"])
@pytest.mark.parametrize(("name", "pooled"), [("POSTGRES_URL", True), ("POSTGRES_URL_NON_POOLING", False)])
def test_what_vercel_postgres_takes_for_the_address_of_a_pool(name: str, pooled: bool, example: str) -> None:  # noqa: FBT001
    value = dummy(name, Form(example=example))
    parts = urlsplit(value)
    assert ("-pooler." in value) is pooled
    assert parts.scheme in {"postgres", "postgresql"}
    assert "" not in (parts.username, parts.password, parts.path.strip("/"))
    assert of_host(parts.hostname or "", (name, "DATABASE_URL")) == name
    assert form(value) == ""


@pytest.mark.parametrize("example", ["local", "true", "587"])
def test_a_word_of_an_example_is_one_that_the_app_knows(example: str) -> None:
    assert dummy("MODE", Form(example=example)) == example


@pytest.mark.parametrize("name", ["AUTH_SECRET", "RESEND_API_KEY", "GITHUB_CLIENT_ID"])
@pytest.mark.parametrize("example", ["anything", "re_", "1"])
def test_no_word_stands_for_what_a_service_gives(name: str, example: str) -> None:
    assert dummy(name, Form(example=example)) == dummy(name)


@pytest.mark.parametrize("example", ["sk_live_", "changeme", "your-key", "sk-proj-1234567890", "<token>"])
def test_a_placeholder_is_none(example: str) -> None:
    assert dummy("MODE", Form(example=example)) == dummy("MODE")


NAMES = ["AUTH0_SECRET", "S3_SECRET_ACCESS_KEY_2", "DATABASE_URL", "JWT_PRIVATE_KEY", "STRIPE_SECRET_KEY", "API_KEY"]


@pytest.mark.parametrize("name", NAMES)
def test_no_gate_takes_a_dummy_for_a_secret(name: str) -> None:
    refuse(parse(f"version: 2\n{block({name: dummy(name)}, '')}\n", "x"))
    assert form(dummy(name)) == ""


def test_each_dummy_is_another_so_that_the_bundle_can_be_searched_for_it() -> None:
    assert len({dummy(name) for name in NAMES}) == len(NAMES)
    assert of_host("database-url.invalid:5432", tuple(NAMES)) == "DATABASE_URL"
    assert of_host("database.example", tuple(NAMES)) == ""
    assert DOMAIN in dummy("DATABASE_URL")


def test_the_block_reads_back() -> None:
    values = {"A": "postgresql://dummy:dummy@a.invalid:5432/dummy", "B": "1", "C": "true", "D": "{}", "E": "a: b # c"}
    assert parse(f"version: 2\n{block(values, '')}\n", "x").build.dummies == values


def test_what_browsers_get_is_marked() -> None:
    assert block({"NEXT_PUBLIC_A": "x"}).endswith("browsers get this value: write the real one")


# In a source


def project(files: dict[str, str] | None = None, validators: dict[str, str] | None = None, **package: Any) -> Project:
    manifest = to_json({"name": "app", "dependencies": {"next": "15.5.0"}, **package})
    lock = to_json({"lockfileVersion": 3, "packages": {"": {}}})
    given = {"package.json": manifest, "package-lock.json": lock, **(files or {})}
    return read(SourceFiles(files=given, validators=validators or {}))


def test_the_variables_of_a_source() -> None:
    found = project(
        {".env.sample": 'NODE_ENV=production\nB_URL="mysql://u:p@localhost/db"\nONLY_LISTED=\n# C_OFF=1\n'},
        {"src/env.ts": "createEnv({ server: { A: z.string(), /* NO: z.string(), */ B_URL: z.string().url() } })"},
    )
    assert found.variables == (
        Variable(name="B_URL", dummy="mysql://dummy@b-url.invalid:3306/dummy", required=True, file="src/env.ts"),
        Variable(name="ONLY_LISTED", dummy=dummy("ONLY_LISTED"), required=False, file=".env.sample"),
    )
    assert found.env_example == ("B_URL", "NODE_ENV", "ONLY_LISTED")
