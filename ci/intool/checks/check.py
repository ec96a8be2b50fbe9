"""The hardening gate: all checks on the layout of an image, before it is pushed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ci.intool.checks import accounts, config, heap, labels, layers, links, machine, permissions, programs, unwanted
from ci.intool.checks import next as next_build
from ci.intool.checks import system as system_files
from ci.intool.checks.contents import contents
from ci.intool.checks.definition import FUNCTIONS, REMARKS
from ci.intool.checks.expected import Expected, parse
from ci.intool.checks.image import CheckedImage
from ci.intool.checks.load import diff_ids, images
from ci.intool.common.failure import Failure
from ci.intool.common.layout import Layout
from ci.intool.policy import Finding, gate_result, judging, merged, not_judged, waivers_from

GROUPS = (
    accounts,
    config,
    heap,
    labels,
    layers,
    links,
    machine,
    next_build,
    permissions,
    programs,
    system_files,
    unwanted,
)
"""Modules whose import registers checks."""


def check(
    layout: str,
    expected: Mapping[str, Any] | None = None,
    waivers: Sequence[Mapping[str, str]] = (),
    today: str = "1970-01-01",
    bases: Mapping[str, str] | None = None,
    *,
    by: Mapping[str, Any] | None = None,
    index: str = "",
) -> dict[str, Any]:
    """Check an image for all its platforms.

    Args:
        layout: directory of the OCI layout.
        expected: the planned properties of the image, with the keys of ``Expected``.
        waivers: accepted findings, each with id, reason, owner, expires and, unless it is for all places, where.
        today: the day on which waivers have to hold, ISO 8601.
        bases: platform to the directory of its base image's layout, in place of ``base_layers`` of ``expected``.
        by: how findings are judged (``ci.intool.policy.Judging``); default: the strictest.
        index: of the layout (``ci.intool.rootfs.index``); empty to read its layers.

    Returns:
        ``result``, the gate's (``ci.intool.policy.GateResult``);
        ``figures`` are the MB (10^6 bytes) of files by platform, and the number of files of the first. ``digest`` is
        that of the index, ``platforms`` are those found. ``files`` are
        the bytes by layer and npm package of each platform (``ci.intool.checks.contents``).

    Raises:
        Failure: the layout is malformed or has other platforms, or an argument is invalid.
    """
    opened, plan = Layout(Path(layout)), parse(expected or {})
    if bases:
        plan = replace(plan, base_layers={platform: diff_ids(path, platform) for platform, path in bases.items()})
    digest, _ = opened.index()
    found = images(opened, plan, index)
    _refuse(found, plan)
    runs = (*FUNCTIONS.values(), *REMARKS.values())
    faults = merged({image.platform: [one for run in runs for one in run(image)] for image in found})
    result = gate_result(
        "hardening",
        [*faults, *_not_judged(found, plan), *labels.optional(found)],
        waivers_from(waivers),
        today,
        by=judging(by),
        checks=FUNCTIONS,
        figures=_figures(found),
    )
    return {
        "result": result.to_json(),
        "digest": digest,
        "platforms": [image.platform for image in found],
        "files": {image.platform: contents(image) for image in found},
    }


def _refuse(found: Sequence[CheckedImage], plan: Expected) -> None:
    held = [image.platform for image in found]
    if not found or len(set(held)) != len(held) or (plan.platforms and set(held) != set(plan.platforms)):
        planned = ", ".join(plan.platforms) or "one for each platform"
        raise Failure(
            f"the layout has images for {', '.join(held) or 'no platform'}, not {planned}", "assemble it again"
        )


def _not_judged(found: Sequence[CheckedImage], plan: Expected) -> Iterator[Finding]:
    unknown = [image.platform for image in found if image.platform not in plan.base_layers]
    if unknown:
        yield not_judged("LAY-06", f"the layers of the base image are not known for {', '.join(unknown)}")
    if not plan.memory_mb:
        yield not_judged("CFG-14", "no memory limit of the container is configured")
    if not plan.budget_mb:
        yield not_judged("FS-20", "no size budget is configured")
    if not plan.dev_packages:
        yield not_judged("FS-12", "no development-only packages are known")


def _figures(found: Sequence[CheckedImage]) -> dict[str, float]:
    sizes = {f"mb {image.platform}": round(layers.size(image) / 1e6, 1) for image in found}
    return {**sizes, "files": sum(node.kind == "file" for image in found[:1] for node in image.files)}
