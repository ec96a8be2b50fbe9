"""The base of an image: distribution, its packages, and Node.js. Pure."""

import re
from collections.abc import Iterator, Mapping

from ci.intool.sbom.component import Component, purl
from ci.intool.sbom.files import Program

_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*)$", re.MULTILINE)
_SOURCE = re.compile(r"(\S+)(?: \((\S+)\))?")
_ASSIGNED = re.compile(r"""^([A-Z_]+)=["']?([^"'\n]*)["']?$""", re.MULTILINE)


def system(files: Mapping[str, object]) -> list[Component]:
    """Distribution, Debian packages and each Node.js.

    Args:
        files: path to content, and to ``Program``.
    """
    texts = {path: text.decode(errors="replace") for path, text in files.items() if isinstance(text, bytes)}
    release = dict(_ASSIGNED.findall(texts.get("etc/os-release") or texts.get("usr/lib/os-release", "")))
    base = Component(kind="os", name=release.get("ID", "linux"), version=release.get("VERSION_ID", ""))
    debian = [one for path in texts if path.startswith("var/lib/dpkg/") for one in _debian(path, texts[path], base)]
    return [
        *([base] if release or debian else []),
        *debian,
        *(_node(path, program) for path, program in files.items() if isinstance(program, Program)),
    ]


def _debian(path: str, status: str, base: Component) -> Iterator[Component]:
    """Packages of a status file (Debian policy, 5 "control files"); packages that are not installed are left out."""
    for paragraph in re.split(r"\n[ \t]*\n", status):
        fields = dict(_FIELD.findall(paragraph))
        if "Package" not in fields or not fields.get("Status", "installed").endswith("installed"):
            continue
        name, version = fields["Package"], fields.get("Version", "")
        source = _SOURCE.match(fields.get("Source") or name)
        origin, built = (source[1], source[2] or version) if source else (name, version)
        yield Component(
            kind="deb",
            name=name,
            version=version,
            purl=purl(
                "deb",
                f"{base.name}/{name}",
                version,
                arch=fields.get("Architecture", ""),
                distro=f"{base.name}-{base.version}".rstrip("-"),
                upstream=f"{origin}@{built}" if built != version else origin if origin != name else "",
            ),
            parent=base.ref,
            source=f"{origin} {built}",
            paths=(path,),
        )


def _node(path: str, program: Program) -> Component:
    return Component(
        kind="runtime",
        name="node",
        version=program.version,
        purl=purl("generic", "node", program.version),
        paths=(path,),
        hashes=(("SHA-256", program.sha256),),
        cpe=f"cpe:2.3:a:nodejs:node.js:{program.version}:*:*:*:*:*:*:*" if program.version else "",
    )
