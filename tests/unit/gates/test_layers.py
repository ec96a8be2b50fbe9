"""Which layers are read apart from the image."""

from typing import Any

import pytest

from ci.build.assemble import Assembled
from ci.gates.layers import LARGE, apart


def layer(name: str, digest: str, size: int = LARGE) -> dict[str, Any]:
    return {"name": name, "digest": f"sha256:{digest}", "size": size}


@pytest.mark.parametrize(
    ("platforms", "groups"),
    [
        ([[layer("base", "a"), layer("base", "b", 1), layer("node_modules", "c")]], [("a", "b"), ("c",)]),
        ([[layer("base", "a", 1), layer("node_modules", "c", LARGE - 1)]], [("a",)]),
        ([[layer("server", "c"), layer("static", "d", 1)]], [("c",)]),
        (
            [[layer("base", "a"), layer("server", "c")], [layer("base", "b"), layer("server", "c")]],
            [("a",), ("c",), ("b",)],
        ),
        ([[layer("static", "d", 1)]], []),
    ],
)
def test_the_base_and_large_layers_are_read_apart_each_once(
    platforms: list[list[dict[str, Any]]], groups: list[tuple[str, ...]]
) -> None:
    reported = {f"linux/{number}": {"layers": layers} for number, layers in enumerate(platforms)}
    nothing: Any = None
    image = Assembled(layout=nothing, archive=nothing, digest="", platforms=reported)
    assert apart(image) == groups
