"""A small true image for two platforms that passes every check, to be changed entry by entry."""

import gzip
import hashlib
import io
import json
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ci.intool.common.media import CONFIG, INDEX, LAYERS, MANIFEST
from ci.intool.oci.config import MARK
from ci.intool.oci.tree import time_of
from tests.unit.elf_files import AMD64, ARM64, elf
from tests.unit.layouts import blob, encoded

MACHINES = {"linux/amd64": AMD64, "linux/arm64": ARM64}
CREATED = "2026-01-01T00:00:00Z"
REVISION = "c" * 40
BASE = {"name": "gcr.io/distroless/nodejs22-debian12:nonroot", "digest": f"sha256:{'b' * 64}"}
PREFIX = "org.opencontainers.image."
LABELS = {
    f"{PREFIX}title": "app",
    f"{PREFIX}created": CREATED,
    f"{PREFIX}revision": REVISION,
    f"{PREFIX}base.name": BASE["name"],
    f"{PREFIX}base.digest": BASE["digest"],
}
KEYS = [hashlib.sha256(text).hexdigest() for text in (b"id", b"signing", b"encryption")]
PREVIEW = {
    "previewModeId": KEYS[0][:32],
    "previewModeSigningKey": KEYS[1],
    "previewModeEncryptionKey": KEYS[2],
}
CHUNK = "static/chunks/app/[slug]/page.js"
MANIFEST_OF_BUILD = {"pages": {"/": ["static/chunks/main.js", "static/chunks/app/%5Bslug%5D/page.js"]}}


@dataclass
class File:
    """An entry of a layer."""

    content: bytes = b""
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    mtime: int = 0
    type: bytes = tarfile.REGTYPE
    target: str = ""
    pax: dict[str, str] = field(default_factory=dict)


def directory(**fields: Any) -> File:
    return File(**{"mode": 0o755, **fields}, type=tarfile.DIRTYPE)


def link(target: str) -> File:
    return File(mode=0o777, type=tarfile.SYMTYPE, target=target)


def public(content: bytes, **fields: Any) -> File:
    """A file with the time that the pipeline gives to public files."""
    return File(content, mtime=time_of(hashlib.sha256(content).hexdigest()), **fields)


Files = dict[str, File]


def base(platform: str) -> Files:
    machine = MACHINES[platform]
    library = elf(machine, ["libc.so.6"], soname="libm.so.6")
    return {
        "etc": directory(),
        "etc/passwd": File(
            b"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/home/nonroot:/sbin/nologin\n"
        ),
        "etc/group": File(b"root:x:0:\nnonroot:x:65532:\n"),
        "etc/localtime": link("/usr/share/zoneinfo/Etc/UTC"),
        "etc/mtab": link("/proc/mounts"),
        "etc/ssl/certs/ca-certificates.crt": File(b"-----BEGIN CERTIFICATE-----"),
        "home/nonroot": directory(uid=65532, gid=65532),
        "lib": link("usr/lib"),
        "nodejs/bin/node": File(
            elf(machine, ["libm.so.6", "libc.so.6"], interpreter="/lib/ld-linux.so.2"), mode=0o755, mtime=7
        ),
        "tmp": directory(mode=0o1777),
        "usr/lib/ld-linux.so.2": File(elf(machine), mode=0o755),
        "usr/lib/libc.so.6": File(elf(machine, ["ld-linux.so.2"], soname="libc.so.6")),
        "usr/lib/libm.so.6": link("libm-2.36.so"),
        "usr/lib/libm-2.36.so": File(library),
        "usr/share/zoneinfo/Etc/UTC": File(b"TZif"),
        "var/lib/dpkg/status.d/libc6": File(b"Package: libc6\n"),
    }


def own() -> dict[str, Files]:
    return {
        "node_modules": {
            "app": directory(),
            "app/node_modules/next/package.json": File(b'{"name": "next", "version": "15.5.0"}'),
            "app/node_modules/next/license.md": File(b"MIT"),
            "app/node_modules/react": link(".pnpm/react@19.0.0/node_modules/react"),
            "app/node_modules/.pnpm/react@19.0.0/node_modules/react/package.json": File(
                b'{"name": "react", "version": "19.0.0"}'
            ),
        },
        "server": {
            "app/server.js": File(b"serve('/src/middleware')"),
            "app/package.json": File(b'{"name": "app", "devDependencies": {"husky": "9.1.7"}}'),
            "app/content/post.md": File(b"# read by a page"),
            "app/.next/BUILD_ID": File(b"one"),
            "app/.next/build-manifest.json": File(encoded(MANIFEST_OF_BUILD)),
            "app/.next/prerender-manifest.json": File(encoded({"preview": PREVIEW})),
            "app/.next/server/app/page.js": File(b"page()"),
            "app/.next/server/app/page.js.nft.json": File(encoded({"files": ["../../../content/post.md"]})),
            "app/.next/server/server-reference-manifest.json": File(
                encoded({"encryptionKey": "AjBSGzFsT3iZVWgc3hpY4m8Duo1ZGrMtHj6tJqPPldc="})
            ),
            "app/.next/cache": directory(uid=65532, gid=65532),
        },
        "static": {"app/.next/static/chunks/main.js": File(b"main()"), f"app/.next/{CHUNK}": File(b"page()")},
        "public": {
            "app/public": directory(),
            "app/public/logo.svg": public(b"<svg/>"),
            "app/public/manifest.json": public(b"{}", uid=65532, gid=65532),
        },
    }


def started() -> dict[str, Any]:
    return {
        "User": "65532:65532",
        "Entrypoint": ["/nodejs/bin/node"],
        "Cmd": ["server.js"],
        "WorkingDir": "/app",
        "Env": ["PATH=/bin", "NODE_ENV=production", "NEXT_TELEMETRY_DISABLED=1", "HOSTNAME=0.0.0.0", "PORT=3000"],
        "ExposedPorts": {"3000/tcp": {}},
        "Healthcheck": {
            "Test": ["CMD", "/nodejs/bin/node", "-e", "get('127.0.0.1')"],
            "StartPeriod": 10_000_000_000,
            "StartInterval": 2_000_000_000,
        },
        "Labels": dict(LABELS),
    }


@dataclass
class Made:
    """An image before it is written; whatever is changed here, is so on both platforms."""

    bases: dict[str, Files] = field(default_factory=lambda: {platform: base(platform) for platform in MACHINES})
    layers: dict[str, Files] = field(default_factory=own)
    config: dict[str, Any] = field(default_factory=started)
    history: list[dict[str, Any]] = field(default_factory=list)
    annotations: dict[str, str] = field(default_factory=lambda: dict(LABELS))
    index_annotations: dict[str, str] = field(default_factory=lambda: dict(LABELS))
    expected: dict[str, Any] = field(
        default_factory=lambda: {
            "env": {"PORT": "3000"},
            "writable": ["public/manifest.json", ".next/cache"],
            "public": True,
            "created": CREATED,
            "revision": REVISION,
            "labels": [f"{PREFIX}revision"],
            "base": dict(BASE),
            "base_layers": {},
            "dev_packages": ["husky@9.1.7"],
            "budget_mb": 1,
            "platforms": list(MACHINES),
            "memory_mb": 0,
        }
    )

    @property
    def server(self) -> Files:
        """The app's layer ``server``."""
        return self.layers["server"]

    def below(self, path: str, file: File) -> None:
        """Put something into the base of both platforms."""
        for files in self.bases.values():
            files[path] = file


def write(made: Made, home: Path) -> dict[str, Any]:
    """Write the layout, and return the arguments of the check."""
    known = made.expected["base_layers"]
    manifests = []
    for platform, files in made.bases.items():
        layers = {"base": files, **made.layers}
        written = [_layer(home, files) for files in layers.values()]
        known.setdefault(platform, [written[0][0]])
        config = {
            "os": "linux",
            "architecture": platform.partition("/")[2],
            "config": made.config,
            "rootfs": {"type": "layers", "diff_ids": [diff_id for diff_id, _ in written]},
            "history": [
                *made.history,
                *({"created_by": "bazel build" if name == "base" else f"{MARK}{name}"} for name in layers),
            ],
        }
        manifest = {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": blob(home, encoded(config), CONFIG),
            "layers": [descriptor for _, descriptor in written],
            "annotations": made.annotations,
        }
        manifests.append(
            {
                **blob(home, encoded(manifest), MANIFEST),
                "platform": {"os": "linux", "architecture": platform.partition("/")[2]},
            }
        )
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests, "annotations": made.index_annotations}
    (home / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (home / "index.json").write_bytes(encoded({"schemaVersion": 2, "manifests": [blob(home, encoded(index), INDEX)]}))
    return {"layout": str(home), "expected": json.loads(json.dumps(made.expected)), "today": "2026-01-01"}


def tarred(files: Files) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, file in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode, info.uid, info.gid = len(file.content), file.mode, file.uid, file.gid
            info.mtime, info.type, info.linkname, info.pax_headers = file.mtime, file.type, file.target, file.pax
            archive.addfile(info, io.BytesIO(file.content))
    return plain.getvalue()


def _layer(home: Path, files: Files) -> tuple[str, dict[str, Any]]:
    plain = tarred(files)
    return f"sha256:{hashlib.sha256(plain).hexdigest()}", blob(home, gzip.compress(plain, mtime=0), LAYERS["gzip"])
