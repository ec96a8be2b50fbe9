"""The form of an image's documents (OCI image specification 1.1); a failure names the path of the fault. Pure."""

from ci.intool.common.json_reader import Json
from ci.intool.common.media import is_digest

_LISTS = ("manifests", "layers", "blobs")
_OF_PLATFORM = ("os", "architecture", "variant")


def check_descriptor(descriptor: Json) -> None:
    """Check a descriptor's three required properties ("descriptor").

    Raises:
        Failure: one is missing or invalid.
    """
    descriptor.object().required("mediaType", "digest", "size")
    descriptor.text("mediaType")
    digest, size = descriptor.text("digest"), descriptor.number("size")
    if not is_digest(digest):
        raise descriptor.wrong(f"is {digest[:100]!r}, which is not a digest", "digest")
    if not 0 <= size < 1 << 63:
        raise descriptor.wrong(f"is {str(size)[:100]}, which is not a size", "size")


def check_manifest(document: Json) -> None:
    """Check what a manifest or an index has ("manifest", "image index").

    Args:
        document: the whole of it.

    Raises:
        Failure: something is invalid.
    """
    document.text("mediaType")
    document.text("artifactType")
    document.mapping("annotations")
    document.required(*(key for key in _LISTS if key in document.value))
    one = [document.object(key) for key in ("config", "subject") if document.value.get(key) is not None]
    for descriptor in (*one, *(each for key in _LISTS for each in document.objects(key))):
        check_descriptor(descriptor)
        descriptor.object("platform")


def check_config(config: Json, layers: int) -> None:
    """Check an image's configuration ("config").

    Args:
        config: the whole document.
        layers: how many its manifest has.

    Raises:
        Failure: something is invalid.
    """
    rootfs = config.object("rootfs")
    diff_ids = rootfs.texts("diff_ids")
    if len(diff_ids) != layers or not all(map(is_digest, diff_ids)):
        raise rootfs.wrong(f"does not name the {layers} layers of the manifest by their digests", "diff_ids")
    config.objects("history")
    for key in _OF_PLATFORM:
        config.text(key)
    started = config.object("config")
    for key in ("Env", "Entrypoint", "Cmd"):
        started.texts(key)
    for key in ("User", "WorkingDir", "StopSignal"):
        started.text(key)
    for key in ("ExposedPorts", "Volumes", "Healthcheck"):
        started.object(key)
    started.mapping("Labels")
