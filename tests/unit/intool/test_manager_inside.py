"""What an image has inside, by the paths of its files."""

from ci.intool.manager.inside import described

OWN = [
    "app/.next/BUILD_ID",
    "app/.next/static/chunks/a.js",
    "app/server.js",
    "app/.env.production",
    "app/.env.example",
    "app/.environment",
    "bin/sh",
    "lib/ld-musl-x86_64.so.1",
    "lib64/ld-linux-x86-64.so.2",
    "nodejs/bin/node",
    "usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
    "usr/local/bin/npm",
    "usr/share/bin/sh",
]
PACKAGES = ["app/node_modules/next/.env", "app/node_modules/.pnpm/a@1/node_modules/@b/c/index.js"]


def test_what_paths_say() -> None:
    assert described([*OWN, *PACKAGES], OWN) == {
        "programs": ["/bin/sh", "/nodejs/bin/node", "/usr/local/bin/npm"],
        "loaders": [
            "/lib/ld-musl-x86_64.so.1",
            "/lib64/ld-linux-x86-64.so.2",
            "/usr/lib/aarch64-linux-gnu/ld-linux-aarch64.so.1",
        ],
        "env_files": ["/app/.env.production"],
        "packages": ["@b/c", "next"],
        "server": True,
        "static": True,
    }


def test_an_image_without_an_app() -> None:
    found = described(["server.js", "a/.env"], ["server.js", "a/.env"])
    assert (found["server"], found["static"], found["env_files"]) == (False, False, ["/a/.env"])
