"""The stand-ins: assembled once per recipe, pushed into the registry under the upstream names, and bases signed."""

import json
import os
from pathlib import Path
from typing import Any

from offline import advisories, images, registry, signer
from offline.advisories import artifact
from offline.commands import run
from offline.images import Image, standins
from offline.images.layout import REFERENCE
from offline.places import Places
from offline.progress import say, step
from offline.recipe_key import key_of

CATALOGUE = Path(__file__).with_name("images.toml")
TAG = "org.opencontainers.image.ref.name"
SIGNED = "gcr.io/distroless/"
"""Beginning of the names of stand-ins that are signed: upstream signs these images, and the base gate asks for it."""


def fill(programs: Path, places: Places) -> None:
    """Assemble what is missing and push it; does nothing where this recipe was pushed before.

    Args:
        programs: directory of the programs of this installation.
        places: images are kept in the cache, the registry in the state directory.

    Raises:
        OfflineError: a package could not be had, or the registry refused; names the next step.
    """
    catalogue = images.load(CATALOGUE)
    builds = {os.path.realpath(programs / put.program) for image in catalogue for put in image.programs}
    recipes = [CATALOGUE, Path(images.__file__).parent, CATALOGUE.parent.parent / "requirements.lock"]
    recipes += [advisories.CATALOGUE, Path(advisories.__file__).parent]
    wanted = key_of(recipes, signer.public_key(programs, places), *sorted(builds))
    done = places.state / "registry" / "stand-ins.key"
    if done.exists() and done.read_text() == wanted:
        return
    with step("assembling stand-in images from Debian, npm and PyPI packages"):
        layouts = _assembled(catalogue, places.cache / "images", programs)
    with step(f"pushing {len(layouts)} images to {registry.address()}, and signing the bases"):
        for layout in layouts:
            for descriptor in _tagged(layout):
                notes = descriptor["annotations"]
                push(programs, layout, notes[TAG], f"{registry.address()}/{notes[REFERENCE]}", places)
        signer.sign(programs, _signed(layouts), places)
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


def _assembled(catalogue: list[Image], workdir: Path, programs: Path) -> list[Path]:
    layouts = [artifact.assemble(workdir, programs)]
    for entry in sorted(catalogue, key=lambda entry: entry.stand_ins):
        listed = standins.pins(layouts) if entry.stand_ins else ""
        layouts.append(images.assemble(entry, workdir, _tell, programs=programs, stand_ins=listed))
    return layouts


def _tell(line: str) -> None:
    say(f"    {line}")


def _tagged(layout: Path) -> list[dict[str, Any]]:
    descriptors: list[dict[str, Any]] = json.loads((layout / "index.json").read_text())["manifests"]
    return descriptors


def _signed(layouts: list[Path]) -> list[str]:
    """What is to be signed, by digest; an image with more than one tag once."""
    found = {
        f"{registry.address()}/{name.rpartition(':')[0]}@{descriptor['digest']}"
        for layout in layouts
        for descriptor in _tagged(layout)
        if (name := descriptor["annotations"][REFERENCE]).startswith(SIGNED)
    }
    return sorted(found)
