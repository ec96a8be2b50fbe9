"""From a recipe to layers: one step each for packages, npm, wheels and the rest."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from offline.images import accounts, bytecode, debian, dpkg, npm, rootfs, sources, standins, wheels
from offline.images.catalogue import Image
from offline.images.keys import CODE, digest, requirements
from offline.images.layer import Layer, LayerStore
from offline.images.platforms import Platform
from offline.images.tree import Tree, file, symlink


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """Where and for what layers are made.

    Attributes:
        home: directory that keeps packages and layers.
        programs: directory of the programs of this installation.
        platform: the platform.
        log: gets a line about each layer that is made.
    """

    home: Path
    programs: Path
    platform: Platform
    log: Callable[[str], None]

    def archive(self, suite: str) -> debian.Archive:
        """The Debian packages of a release for this platform."""
        architecture = self.platform.architecture
        return debian.Archive(suite, architecture, self.home / "apt" / f"{suite}-{architecture}")


@dataclass(frozen=True, kw_only=True)
class Step:
    """What makes one layer.

    Attributes:
        comment: what it is, for people.
        facts: JSON values that name all that goes into it.
        make: gives the tree, from the texts that the layers below carry.
    """

    comment: str
    facts: object
    make: Callable[[Mapping[str, str]], Tree]


def layers(entry: Image, shop: Workshop, stand_ins: str) -> list[Layer]:
    """The layers of an image on one platform, lowest first; only what is not there yet is made.

    Args:
        entry: the recipe.
        shop: the place and the platform.
        stand_ins: the list of stand-ins, for an entry that carries it.

    Raises:
        OfflineError: a package cannot be had or used.
    """
    return [layer for _, layer in _chain(entry, shop, stand_ins)]


def _chain(entry: Image, shop: Workshop, stand_ins: str) -> list[tuple[str, Layer]]:
    done = _chain(entry.below, shop, stand_ins) if entry.below else []
    store = LayerStore(shop.home)
    for step in _steps(entry, shop, stand_ins):
        below, carried = (done[-1][0], done[-1][1].carried) if done else ("", {})
        key = digest(CODE, below, shop.platform.architecture, step.comment, step.facts, entry.remove)

        def make(step: Step = step, carried: Mapping[str, str] = carried) -> Tree:
            shop.log(f"{shop.platform}: {step.comment}")
            return _kept(step.make(carried), entry.remove)

        done.append((key, store.get(key, make, comment=step.comment, carried=carried)))
    return done


def _kept(tree: Tree, patterns: tuple[str, ...]) -> Tree:
    return {path: node for path, node in tree.items() if not any(fnmatchcase(f"/{path}", p) for p in patterns)}


def _steps(entry: Image, shop: Workshop, stand_ins: str) -> Iterator[Step]:
    """The steps of one recipe without those of its base; what changes least comes first."""
    if entry.packages:
        yield Step(
            comment=f"Debian {entry.suite}: {' '.join(entry.packages)}",
            facts=[entry.suite, entry.distroless, entry.packages, entry.python],
            make=lambda carried: _packages(entry, shop, carried.get("var/lib/dpkg/status", "")),
        )
    if entry.npm:
        used = {take.package: asdict(entry.npm_packages[take.package]) for take in entry.npm}
        yield Step(
            comment="npm: "
            + " ".join(f"{p['name']}@{p['version']}" for p in used.values()).format(cpu=shop.platform.npm),
            facts=[[asdict(take) for take in entry.npm], used],
            make=lambda _: _npm(entry, shop),
        )
    if entry.programs:
        programs = {put.to: (shop.programs / put.program).read_bytes() for put in entry.programs}
        yield Step(
            comment=f"programs: {' '.join(put.program for put in entry.programs)}",
            facts={path: hashlib.sha256(data).hexdigest() for path, data in programs.items()},
            make=lambda _: {path.lstrip("/"): file(data, 0o755) for path, data in programs.items()},
        )
    if entry.pip:
        yield Step(
            comment=f"wheels: {' '.join(Path(name).name for name in entry.pip)}",
            facts=[requirements(entry), entry.python],
            make=lambda _: _wheels(entry, shop),
        )
    if entry.users or entry.links:
        yield Step(
            comment="users and links",
            facts=[[asdict(user) for user in entry.users], dict(entry.links)],
            make=lambda carried: _local(entry, carried),
        )
    if entry.stand_ins:
        yield Step(
            comment="list of stand-ins",
            facts=stand_ins,
            make=lambda _: {standins.PATH.lstrip("/"): file(stand_ins)},
        )


def _packages(entry: Image, shop: Workshop, status: str) -> Tree:
    archive = shop.archive(entry.suite)
    debs = archive.exactly(entry.packages) if entry.distroless else archive.closure(entry.packages, status)
    packages = [dpkg.opened(deb) for deb in debs]
    tree = rootfs.unpacked([package.tree for package in packages])
    tree |= rootfs.finish(tree, sources.for_image(sources.of_machine(entry.suite)))
    tree |= bytecode.compiled(tree, entry.python, shop.log)
    return tree | (dpkg.declared(packages) if entry.distroless else dpkg.installed(packages, status))


def _npm(entry: Image, shop: Workshop) -> Tree:
    tree: Tree = {}
    for take in entry.npm:
        tarball = npm.fetched(entry.npm_packages[take.package], shop.platform, shop.home / "npm")
        tree |= npm.taken(tarball, take.path, take.to)
    return tree


def _wheels(entry: Image, shop: Workshop) -> Tree:
    paths = [entry.directory / name for name in entry.pip]
    tree: Tree = {}
    for wheel in wheels.fetched(paths, shop.platform, entry.python, shop.home / "wheels"):
        tree |= wheels.opened(wheel, f"usr/local/lib/python{entry.python}/dist-packages")
    return tree | bytecode.compiled(tree, entry.python, shop.log)


def _local(entry: Image, carried: Mapping[str, str]) -> Tree:
    tree = accounts.added(entry.users, carried) if entry.users else {}
    return tree | {path.lstrip("/"): symlink(target) for path, target in entry.links.items()}
