"""The stand-in images: assembled once per recipe, and pushed into the registry under the upstream names."""

import json
from collections.abc import Iterator
from pathlib import Path

from offline import images, registry
from offline.commands import run
from offline.images import standins
from offline.places import Places
from offline.progress import say, step
from offline.recipe_key import key_of

CATALOGUE = Path(__file__).with_name("images.toml")


def fill(programs: Path, places: Places) -> None:
    """Assemble what is missing and push it; does nothing where this recipe was pushed before.

    Args:
        programs: directory with regctl.
        places: images are kept in the cache, the registry in the state directory.

    Raises:
        OfflineError: a package could not be had, or the registry refused; names the next step.
    """
    package = Path(images.__file__).parent
    wanted = key_of([CATALOGUE, package, CATALOGUE.parent.parent / "requirements.lock"], programs.name)
    done = places.state / "registry" / "stand-ins.key"
    if done.exists() and done.read_text() == wanted:
        return
    with step("assembling stand-in images from Debian, npm and PyPI packages"):
        layouts = _assembled(places.cache / "images", programs)
    with step(f"pushing {len(layouts)} images to {registry.address()}"):
        for layout in layouts:
            for reference, tag in _references(layout):
                push(programs, layout, tag, f"{registry.address()}/{reference}", places)
    done.write_text(wanted)


def push(programs: Path, layout: Path, tag: str, reference: str, places: Places) -> None:
    """Copy one tagged image of a layout to the registry."""
    run(
        [programs / "regctl", "image", "copy", f"ocidir://{layout}:{tag}", reference],
        env=client_environment(places),
        log=places.log("mirror"),
        fix=f"see whether the registry runs and its disk is full (log: {places.log('registry')})",
        deadline=300,
    )


def client_environment(places: Places) -> dict[str, str]:
    """Variables with which regctl knows that the registry on loopback speaks plain HTTP."""
    config = places.state / "regctl.json"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(json.dumps({"hosts": {registry.address(): {"tls": "disabled"}}}))
    return {"REGCTL_CONFIG": str(config)}


def _assembled(workdir: Path, programs: Path) -> list[Path]:
    layouts: list[Path] = []
    for entry in sorted(images.load(CATALOGUE), key=lambda entry: entry.stand_ins):
        listed = standins.pins(layouts) if entry.stand_ins else ""
        layouts.append(images.assemble(entry, workdir, _tell, programs=programs, stand_ins=listed))
    return layouts


def _tell(line: str) -> None:
    say(f"    {line}")


def _references(layout: Path) -> Iterator[tuple[str, str]]:
    for descriptor in json.loads((layout / "index.json").read_text())["manifests"]:
        notes = descriptor["annotations"]
        yield notes["io.containerd.image.name"], notes["org.opencontainers.image.ref.name"]
