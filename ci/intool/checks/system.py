"""FS-17, FS-18 and FS-20: times, what the system brings, and size."""

from collections.abc import Iterator

from ci.intool.checks.definition import Fault, check
from ci.intool.checks.image import CheckedImage
from ci.intool.checks.layers import size
from ci.intool.oci.tree import time_of
from ci.intool.policy import Setting

CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
ZONE = "/usr/share/zoneinfo/Etc/UTC"


@check("FS-17")
def times(image: CheckedImage) -> Iterator[Fault]:
    """All times are 0, except those of public files, which follow from the content as in ``ci.intool.oci.tree``."""
    for node in image.own:
        public = image.layer_names[node.layer] == "public" and node.kind == "file"
        if node.mtime != (time_of(node.digest or "0") if public else 0):
            yield node.path, f"has the time {node.mtime:.0f}, which does not follow from its content"


@check("FS-18")
def system(image: CheckedImage) -> Iterator[Fault]:
    """There are certificates at OpenSSL's configured path, and time zones."""
    for path, what in ((image.env.get("SSL_CERT_FILE") or CERTIFICATES, "certificates"), (ZONE, "time zones")):
        node = image.files.resolve(path)
        if not node or not node.size:
            yield path.lstrip("/"), f"is missing or empty: there are no {what}"


@check("FS-20")
def budget(image: CheckedImage) -> Iterator[Fault]:
    """The size of all files before compression is within the budget, if one is set."""
    limit = image.expected.budget_mb * 1_000_000
    if limit and size(image) > limit:
        yield Setting(key="size"), f"is {size(image) / 1e6:.1f} MB, more than {image.expected.budget_mb} MB"
