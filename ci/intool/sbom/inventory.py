"""The inventory: all components of an image."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from ci.intool.common.layout import LayoutImage
from ci.intool.rootfs.layer import Layer
from ci.intool.sbom.component import Component
from ci.intool.sbom.files import Files, files
from ci.intool.sbom.npm import npm
from ci.intool.sbom.system import system


def inventory(image: LayoutImage, layers: Mapping[str, Layer]) -> list[Component]:
    """All components of an image, each once with all its paths, ordered by kind and identity.

    Args:
        image: of one platform.
        layers: digest to layer, as ``ci.intool.rootfs.index.layers`` gives them.

    Raises:
        Failure: as ``files`` does.
    """
    return of_files(files(image, layers))


def of_files(seen: Files) -> list[Component]:
    """The same, from the files of an image. Pure."""
    return merged([*system(seen), *npm(seen)])


def merged(components: Sequence[Component]) -> list[Component]:
    """The same, with equal identities merged."""
    ordered = sorted(components, key=lambda one: (one.kind, one.ref, one.paths))
    groups = [list(group) for _, group in groupby(ordered, key=lambda one: (one.kind, one.ref))]
    return [
        replace(
            group[0],
            license=next((one.license for one in group if one.license), ""),
            paths=tuple(sorted({path for one in group for path in one.paths})),
        )
        for group in groups
    ]
