"""Proof that a build can be repeated: two layouts are the same, or their first difference is named."""

import json

import dagger

from ci.decide.plan.model import Tools
from ci.engine import tool
from ci.engine.containers import finished
from ci.engine.registry_client import Client
from ci.errors import ProofError
from ci.messages import message

REPORT = "/report.json"


async def pulled(client: Client, ref: str) -> dagger.Directory:
    """A published image as OCI layout.

    Raises:
        ProofError: it cannot be pulled.
    """
    container = (await client.container()).with_exec(["regctl", "image", "copy", ref, "ocidir:///pulled:image"])
    done = await finished(container, message("proof.pull", reference=ref), ProofError)
    return done.directory("/pulled")


async def compare(tools: Tools, one: dagger.Directory, other: dagger.Directory) -> str:
    """Compare two layouts.

    Returns:
        The digest, and what the proof covers.

    Raises:
        ProofError: they differ; names the first difference, down to the bytes of a file.
    """
    container = (
        tool.python(tools, "oci")
        .with_mounted_directory("/one", one)
        .with_mounted_directory("/other", other)
        .with_exec(["python3", "-m", "ci.intool.oci", "compare", "/one", "/other", REPORT])
    )
    done = await finished(container, message("proof.compare"), ProofError)
    report = json.loads(await done.file(REPORT).contents())
    if not report["equal"]:
        difference = (await done.stdout()).strip()
        raise ProofError.of("proof.different", a=report["a"], b=report["b"], difference=difference)
    return f"{report['a']}\n  built again from nothing, with empty caches and another clock: the same bytes"
