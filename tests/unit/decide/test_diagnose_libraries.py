"""Libraries that do not name the variable they miss: what the real ones print, of 2024 to 2026."""

import pytest

from ci.decide.diagnose import Known, diagnose
from ci.decide.diagnose.libraries import LIBRARIES

UPSTASH = """\
[Upstash Redis] The 'url' property is missing or undefined in your Redis config.
[Upstash Redis] The 'token' property is missing or undefined in your Redis config.
[Upstash Redis] Redis client was initialized without url or token. Failed to execute command.
TypeError: Failed to parse URL from /pipeline
"""
MONGO_UNDEFINED = """\
TypeError: Cannot read properties of undefined (reading 'startsWith')
    at connectionStringHasValidScheme (/app/node_modules/mongodb-connection-string-url/lib/index.js:9:29)
"""
AUTH0_4 = """\
WARNING: Not all required options were provided when creating an instance of Auth0Client. Ensure to provide all missing options, either by passing it to the Auth0Client constructor, or by setting the corresponding environment variable.
Missing: domain: Set AUTH0_DOMAIN env var or pass domain in options
"""  # noqa: E501  as Auth0 prints it
FIREBASE = """\
FirebaseError: Firebase: Error (auth/invalid-api-key).
  code: 'auth/invalid-api-key',
"""
DRIZZLE_PUSH = """\
Reading config file '/app/drizzle.config.ts'
Error  Either connection "url" or "host", "database" are required for PostgreSQL database connection
"""
DRIZZLE_MIGRATE = "Error  Please provide required params for Postgres driver:\n    [x] url: undefined\n"
DRIZZLE_TURSO = "Error  Please provide required params:\n    [x] url: undefined\n"
ANTHROPIC = (
    "Error: Could not resolve authentication method. Expected one of apiKey, authToken, credentials, config, or "
    "profile to be set."
)
NEON_POOL = (
    "Error: No database host or connection string was set, and key parameters have default values (host: localhost, "
    "user: undefined, db: undefined, password: null). Is an environment variable missing?"
)
WORKOS = "NEXT_PUBLIC_WORKOS_REDIRECT_URI", "WORKOS_COOKIE_PASSWORD", "WORKOS_CLIENT_ID", "WORKOS_API_KEY"
AUTH0 = ("SECRET", "DOMAIN", "BASE_URL", "ISSUER_BASE_URL", "CLIENT_ID", "CLIENT_SECRET")
SANITY = "NEXT_PUBLIC_SANITY_PROJECT_ID", "NEXT_PUBLIC_SANITY_DATASET"


@pytest.mark.parametrize(
    ("output", "usual"),
    [
        ("Error: `appId` is missing.", ["NEXT_PUBLIC_ALGOLIA_APP_ID", "NEXT_PUBLIC_ALGOLIA_SEARCH_API_KEY"]),
        ("Error: `apiKey` is missing.", ["NEXT_PUBLIC_ALGOLIA_APP_ID", "NEXT_PUBLIC_ALGOLIA_SEARCH_API_KEY"]),
        (ANTHROPIC, ["ANTHROPIC_API_KEY"]),
        ('TypeError: "secret" is required', [f"AUTH0_{name}" for name in AUTH0]),
        (AUTH0_4, [f"AUTH0_{name}" for name in AUTH0]),
        ("Error: Region is missing", ["AWS_REGION"]),
        ("TypeError: Expected parameter space", ["CONTENTFUL_SPACE_ID"]),
        ("TypeError: Expected parameter accessToken", ["CONTENTFUL_SPACE_ID", "CONTENTFUL_ACCESS_TOKEN"]),
        ("Error: No address provided to ConvexReactClient.", ["NEXT_PUBLIC_CONVEX_URL"]),
        ("Error: Client created with undefined deployment address.", ["NEXT_PUBLIC_CONVEX_URL"]),
        (DRIZZLE_PUSH, ["DATABASE_URL"]),
        (DRIZZLE_MIGRATE, ["DATABASE_URL"]),
        (DRIZZLE_TURSO, ["DATABASE_URL"]),
        (FIREBASE, ["NEXT_PUBLIC_FIREBASE_API_KEY"]),
        (
            'FirebaseError: "projectId" not provided in firebase.initializeApp.',
            ["NEXT_PUBLIC_FIREBASE_PROJECT_ID"],
        ),
        (
            "Error: FIREBASE FATAL ERROR: Can't determine Firebase Database URL. Be sure to include  a Project ID",
            ["NEXT_PUBLIC_FIREBASE_PROJECT_ID"],
        ),
        ("Error: iron-session: Bad usage. Missing password.", ["SESSION_SECRET"]),
        ("Error: iron-session: Bad usage. Password must be at least 32 characters long.", ["SESSION_SECRET"]),
        ("LibsqlError: URL_INVALID: The URL 'undefined' is not in a valid format", ["TURSO_DATABASE_URL"]),
        ("LibsqlError: URL_INVALID: The URL '' is not in a valid format", ["TURSO_DATABASE_URL"]),
        (
            "Error: Invalid value for field 'secret'. Secret keys must start with 'sk_'. Please provide the secret key",
            ["LIVEBLOCKS_SECRET_KEY"],
        ),
        (
            'MongoParseError: Invalid scheme, expected connection string to start with "mongodb://" or "mongodb+srv://"',
            ["MONGODB_URI"],
        ),
        (MONGO_UNDEFINED, ["MONGODB_URI"]),
        (
            'MongooseError: The `uri` parameter to `openUri()` must be a string, got "undefined". Make sure the first',
            ["MONGODB_URI"],
        ),
        (
            "Error: No database connection string was provided to `neon()`. Perhaps an environment variable has",
            ["DATABASE_URL"],
        ),
        (
            "NeonDbError: Wrong URL scheme or missing user, host or database in connection parameters",
            ["DATABASE_URL"],
        ),
        (NEON_POOL, ["DATABASE_URL"]),
        ("VercelPostgresError: VercelPostgresError - 'invalid_connection_string': This connection", ["POSTGRES_URL"]),
        ("Error: You must pass your PostHog project's api key.", ["NEXT_PUBLIC_POSTHOG_KEY"]),
        (
            "You must pass your app key when you instantiate Pusher.",
            ["NEXT_PUBLIC_PUSHER_KEY", "NEXT_PUBLIC_PUSHER_CLUSTER"],
        ),
        ("Options object must provide a cluster", ["NEXT_PUBLIC_PUSHER_KEY", "NEXT_PUBLIC_PUSHER_CLUSTER"]),
        (
            "Error: Invalid API version string, expected `1` or date in format `YYYY-MM-DD`",
            ["NEXT_PUBLIC_SANITY_API_VERSION"],
        ),
        ("Error: Configuration must contain `projectId`", list(SANITY)),
        ("Error: accountSid must start with AC", ["TWILIO_ACCOUNT_SID"]),
        (UPSTASH, ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"]),
        (
            (
                "UrlError: Upstash Redis client was passed an invalid URL. You should pass a URL starting with https. "
                'Received: "dummy". '
            ),
            ["UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"],
        ),
        (
            "Error: Vercel Blob: No blob credentials found. Pass a `token` option, set `BLOB_READ_WRITE_TOKEN`, or use",
            ["BLOB_READ_WRITE_TOKEN"],
        ),
        ('Error: WorkOS requires either an API key or a clientId. For server-side: new WorkOS("sk_...")', list(WORKOS)),
        (
            ("Error: You must provide a redirect URI in the AuthKit middleware or in the environment variables."),
            list(WORKOS),
        ),
        (
            (
                "Error: You must provide a valid cookie password that is at least 32 characters in the environment "
                "variables."
            ),
            list(WORKOS),
        ),
    ],
)
def test_the_usual_variables_of_a_library(output: str, usual: list[str]) -> None:
    cause = diagnose(output)
    assert cause, "nothing is recognised"
    assert (cause.id, cause.facts["names"]) == ("cause.variables", usual)


@pytest.mark.parametrize(
    ("output", "reads", "names"),
    [
        (
            "TypeError: Expected parameter accessToken",
            ["CONTENTFUL_DELIVERY_TOKEN", "CONTENTFUL_SPACE", "X_TOKEN"],
            [0, 1],
        ),
        ("Error: Configuration must contain `projectId`", ["SANITY_STUDIO_PROJECT_ID", "PROJECT_ID"], [0]),
        (FIREBASE, ["FIREBASE_PRIVATE_KEY", "NEXT_PUBLIC_FIREBASE_APIKEY"], [1]),
        ("Error: No database connection string was provided to `neon()`.", ["NEON_DATABASE_URL", "BASE_URL"], [0]),
        (MONGO_UNDEFINED, ["DB_URI", "SITE_URI"], [0]),
        ("Error: iron-session: Bad usage. Missing password.", ["COOKIE_PASSWORD", "DB_PASSWORD"], [0]),
        ('TypeError: "secret" is required', ["AUTH0_SECRET", "SECRET"], [0]),
        (UPSTASH, ["KV_REST_API_TOKEN", "KV_REST_API_URL", "KV_URL"], [0, 1]),
        ("Error: Region is missing", ["AWS_S3_REGION", "BLOB_REGION"], [0]),
    ],
)
def test_the_names_that_the_source_reads_come_first(output: str, reads: list[str], names: list[int]) -> None:
    cause = diagnose(output, Known(reads=tuple(reads)))
    assert cause
    assert cause.facts["names"] == [reads[n] for n in names]


def test_what_the_build_has_is_not_asked_for_again() -> None:
    reads = "NEXT_PUBLIC_SANITY_DATASET", "NEXT_PUBLIC_SANITY_PROJECT_ID"
    cause = diagnose("Error: Configuration must contain `projectId`", Known(reads=reads, given=reads[:1]))
    assert cause
    assert (cause.id, cause.facts["names"]) == ("cause.variables", [reads[1]])


def test_a_library_that_refuses_the_values_of_all_its_variables() -> None:
    cause = diagnose("Error: accountSid must start with AC", Known(given=("TWILIO_ACCOUNT_SID",)))
    assert cause
    assert cause.id == "cause.dummies"


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_library_means_its_own_variables(name: str) -> None:
    library = LIBRARIES[name]
    fitting = [usual for usual in library.usual if library.reads.search(usual)]
    assert fitting, "the names that the source reads could not be the usual ones"
