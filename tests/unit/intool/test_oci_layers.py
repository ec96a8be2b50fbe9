import pytest

from ci.intool.oci.layers import ORDER, layer_of

TABLE = {
    # path, app, dist: layer
    ("server.js", ".", ".next"): "server",
    ("node_modules/next/index.js", ".", ".next"): "node_modules",
    ("node_modules", ".", ".next"): "node_modules",
    ("node_modules_of_mine/a.js", ".", ".next"): "server",
    (".next/server/page.js", ".", ".next"): "server",
    (".next/node_modules/sharp-1a2b", ".", ".next"): "node_modules",
    (".next/static/chunks/main.js", ".", ".next"): "static",
    (".next/static/chunks/node_modules_a.js", ".", ".next"): "static",
    (".next/statics/a.js", ".", ".next"): "server",
    ("static/a.js", ".", ".next"): "server",
    ("public/logo.svg", ".", ".next"): "public",
    ("public", ".", ".next"): "public",
    ("public/node_modules/a.js", ".", ".next"): "public",
    ("publications/a.txt", ".", ".next"): "server",
    ("lib/public/a.txt", ".", ".next"): "server",
    ("apps/web/public/logo.svg", "apps/web", "apps/web/.next"): "public",
    ("apps/web/node_modules/a/index.js", "apps/web", "apps/web/.next"): "node_modules",
    ("apps/web/.next/static/a.css", "apps/web", "apps/web/.next"): "static",
    ("apps/web/server.js", "apps/web", "apps/web/.next"): "server",
    ("public/logo.svg", "apps/web", "apps/web/.next"): "server",
    ("build/out/static/a.js", ".", "build/out"): "static",
    ("out/_next/static/a.js", ".", "out"): "static",
    ("out/index.html", ".", "out"): "server",
}


@pytest.mark.parametrize(("place", "layer"), TABLE.items(), ids=[path for path, _, _ in TABLE])
def test_layer_of_a_path(place: tuple[str, str, str], layer: str) -> None:
    assert layer_of(*place) == layer


def test_every_layer_has_its_place_in_the_order() -> None:
    assert set(TABLE.values()) == set(ORDER)
