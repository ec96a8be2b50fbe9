"""The report as one HTML page: its form, what it says, and that no text of a finding becomes markup."""

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring

from ci.commands.report import files
from ci.intool.checks.table import CHECKS
from ci.intool.policy import STANDARD, GateResult, Package
from ci.report.html.details import Details
from ci.report.html.findings import ADVISORY
from ci.report.html.page import SCRIPT, STYLE, page
from ci.report.report import Report
from ci.report.timeline import rows
from tests.unit.gate_results import GATES, REPORT, RUN
from tests.unit.real_results import MANY, PASSED, REFUSED
from tests.unit.report.pages import Element, read

LAYERS = [{"name": "base", "size": 30_000_000}, {"name": "node_modules", "size": 10_000_000}]
FILES = [
    {"layer": layer, "package": package, "bytes": size}
    for layer, package, size in (
        ("base", "Node.js", 96_000_000),
        ("base", "", 24_000_000),
        ("node_modules", "next@14.2.24", 31_000_000),
        ("node_modules", "@img/sharp-libvips-linux-x64@1.0.4", 16_000_000),
        ("node_modules", "react-dom@18.3.1", 4_500_000),
        *(("node_modules", f"small-{number}", 300_000) for number in range(30)),
        ("server", "", 3_200_000),
        ("static", "", 2_100_000),
        ("public", "", 90_000),
    )
]
"""With packages of all sizes: large ones, some that are too small for a name, and files of no package."""

DETAILS = Details(
    files={"linux/amd64": FILES},
    budget=200,
    platforms={f"linux/{name}": {"size": 40_000_123, "layers": LAYERS} for name in ("amd64", "arm64")},
    payload={
        "bytes": 14_500_000,
        "standalone": 60_800_000,
        "removed": [
            {"what": "docs", "why": "nobody reads them", "bytes": 200_000},
            {"what": "sharp", "why": "the optimizer is off", "bytes": 19_400_000},
        ],
    },
    variables=[
        {"name": "NEXT_PUBLIC_NAME", "where": {"frozen": "a.js", "browser": "b.js"}},
        {"name": "REDIS_URL", "where": {"runtime": "server.js"}},
    ],
)


def of(gates: tuple[GateResult, ...]) -> Report:
    return Report.of(REPORT.subject, gates, STANDARD, rows(RUN))


REPORTS = {
    "every kind": (REPORT, DETAILS),
    "refused": (of(REFUSED), DETAILS),
    "passed": (of(PASSED), DETAILS),
    "many": (of(MANY), DETAILS),
    "no details": (REPORT, None),
    "nothing": (Report.of(REPORT.subject, [], STANDARD), None),
}
PAGES = {name: page(*of) for name, of in REPORTS.items()}
CHINESE = {name: page(*of, "zh") for name, of in REPORTS.items()}
ODD = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>--><!-- ]]> &amp; `</style>` \x1b[31m\u202e"


@pytest.fixture(params=[*PAGES, *(f"{name}, zh" for name in CHINESE)])
def text(request: pytest.FixtureRequest) -> str:
    name, _, language = request.param.partition(", ")
    return (CHINESE if language else PAGES)[name]


def by_id(root: Element, name: str) -> Element:
    [found] = [one for one in root.all() if one.attributes.get("id") == name]
    return found


def outline(root: Element) -> list[str]:
    return [f"{one.name[1]} {one.text}" for one in root.all("h1", "h2", "h3", "h4")]


def test_a_page_is_well_formed(text: str) -> None:
    read(text)
    fromstring(text)


def test_ids_are_unique_and_what_names_one_finds_it(text: str) -> None:
    elements = read(text).all()
    ids = [one.attributes["id"] for one in elements if "id" in one.attributes]
    assert len(set(ids)) == len(ids)
    named = [one.attributes[key] for one in elements for key in ("for", "aria-labelledby") if key in one.attributes]
    named += [one.attributes["href"][1:] for one in elements if one.attributes.get("href", "").startswith("#")]
    assert named
    assert set(named) <= set(ids)


def test_a_page_has_language_title_landmarks_and_one_h1(text: str) -> None:
    root = read(text)
    assert root.attributes["lang"] in {"en", "zh-Hans"}
    assert [len(root.all(name)) for name in ("h1", "main", "nav", "header")] == [1, 1, 1, 1]
    assert root.all("head")[0].all("title")[0].text == root.all("h1")[0].text
    levels = [int(line[0]) for line in outline(root)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(one.attributes["aria-labelledby"] for one in root.all("section"))


def test_every_table_has_a_caption_and_headers_with_their_scope(text: str) -> None:
    tables = read(text).all("table")
    for table in tables:
        [caption], [head] = table.all("caption"), table.all("thead")
        assert caption.text
        width = len(head.all("th"))
        assert {one.attributes["scope"] for one in head.all("th")} == {"col"}
        for row in table.all("tbody")[0].all("tr"):
            assert [one.name for one in row.children] == ["th", *["td"] * (width - 1)]
            assert row.children[0].attributes["scope"] == "row"


def test_a_page_needs_no_other_file(text: str) -> None:
    root = read(text)
    assert not root.all("img", "iframe", "object", "embed", "base", "video", "audio")
    for one in root.all():
        assert not one.attributes.keys() & {"src", "srcset", "style", "action", "background", "xlink:href"}
        assert not [name for name in one.attributes if name.startswith("on")]
        link = one.attributes.get("href", "#")
        assert link.startswith(("#", ADVISORY)) or (one.name, link) == ("link", "data:,")
    assert not re.search(r"@import|url\(", STYLE)


def test_the_policy_allows_the_styles_and_the_script_of_the_page_only(text: str) -> None:
    root = read(text)
    [found] = [one for one in root.all("meta") if one.attributes.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in found.attributes["content"].split("; "))
    assert rules.pop("default-src") == rules.pop("base-uri") == rules.pop("form-action") == "'none'"
    for key, name in (("style-src", "style"), ("script-src", "script")):
        contents = ["".join(one.pieces) for one in root.all(name)]
        hashes = [b64encode(sha256(content.encode()).digest()).decode() for content in contents]
        assert set(rules.pop(key).split()) == {f"'sha256-{one}'" for one in hashes}
    assert rules == {"img-src": "data:"}


def test_a_page_is_small() -> None:
    assert max(len(text.encode()) for text in (*PAGES.values(), *CHINESE.values())) < 300_000


def test_the_style_of_the_timeline_does_not_reach_the_page() -> None:
    root = read(PAGES["every kind"])
    [picture] = [one for one in root.all("svg") if one.all("style")]
    styled = set(re.findall(r"\.([a-z]+)\b", "".join(picture.all("style")[0].pieces)))
    inside = set(map(id, picture.all()))
    used = {name for one in root.all() if id(one) not in inside for name in one.attributes.get("class", "").split()}
    assert "decisive" in styled
    assert not used & styled


def test_a_refused_release() -> None:
    root = read(PAGES["every kind"])
    assert outline(root) == [
        "1 shop: refused",
        "2 Findings",
        "3 What to do",
        "3 Stops the release",
        "4 critical CFG-01 config.User",
        "4 high FS-01 usr/bin/sh",
        "4 high SC-09 gcr.io/distroless/nodejs22-debian12@sha256:1",
        "4 high next-ssrf src/app/[slug]/route.ts:14",
        "4 high smoke-answer no-redis: /api/health",
        "4 high waiver-expired waivers[1]",
        "3 Warnings",
        "4 high LAY-07 app/.next/prerender-manifest.json",
        "4 low CVE-2010-4756 libc6@2.36-9+deb12u10",
        "3 Waived",
        "4 critical CVE-2025-29927 next@14.2.24",
        "4 medium CVE-2025-57752 next@14.2.24",
        "3 Not judged",
        "4 CFG-14",
        "4 SC-13",
        "4 linux/arm64",
        "2 Run",
        "2 Image",
        "3 linux/amd64: 40.0 MB compressed",
        "3 linux/arm64: 40.0 MB compressed",
        "3 Files of the app: 14.5 MB of 60.8 MB",
        "2 Checks and controls",
        "2 Environment variables",
        "2 Provenance",
        "2 Not run",
    ]
    header = root.all("header")[0].text
    assert (
        "Refused by rules, hardening, base, smoke. Findings: 6 stop the release, 2 warn, 2 accepted, 3 not judged."
        in header
    )
    facts = {one.children[0].text: one.children[1].text for one in root.all("header")[0].all("dl")[0].children}
    assert facts == {
        "Image": REPORT.subject.digest,
        "Platforms": "linux/amd64, linux/arm64",
        "Policy": "standard",
        "Score": f"{REPORT.score} of 100",
        "Checks": "2 passed, 1 waived, 3 failed, 47 not run",
        "Judged": "2026-11-24T12:00:00Z",
    }


def test_a_release_that_passed() -> None:
    root = read(PAGES["passed"])
    lines = [line for line in outline(root)[: outline(root).index("2 Run")] if line[0] != "4"]
    assert lines == ["1 shop: passed", "2 Findings", "3 Warnings", "3 Waived", "3 Not judged"]
    heads = [line for line in outline(root) if line[0] == "4"]
    assert "4 high next-ssrf src/app/api/a/route.ts:10, src/app/api/b/route.ts:11, src/app/api/c/route.ts:12" in heads
    assert {"4 low base image", "4 critical next@14.2.24", "4 SC-13"} < set(heads)
    assert (
        "Nothing stops the release. Findings: 0 stop the release, 32 warn, 12 accepted, 3 not judged."
        in root.all("header")[0].text
    )


def card(root: Element, head: str) -> dict[str, str]:
    """Name to value of what a finding's card has, with the rows of its table."""
    cards = [one for one in root.all("li") if one.attributes.get("class", "").startswith("finding ")]
    [found] = [one for one in cards if head in one.all("h4")[0].text]
    rows = [" | ".join(cell.text for cell in row.children) for row in found.all("tr")]
    pairs = {one.children[0].text: one.children[1].text for one in found.all("dl")[0].children}
    return {**pairs, "rows": "\n".join(rows)}


def test_a_finding_has_its_fix_and_effect() -> None:
    root, refused = read(PAGES["every kind"]), read(PAGES["refused"])
    assert card(root, "CFG-01") == {
        "Fix": "set runtime.user to a number above 0",
        "Effect": "stops the release",
        "Found by": "hardening",
        "rows": "",
    }
    assert card(root, "LAY-07")["Effect"] == "warns, and stops nothing"
    assert card(root, "CVE-2025-29927")["Effect"] == "accepted: waivers[0] until 2026-12-31 by ann: no middleware"
    assert card(root, "CVE-2025-57752")["Effect"].startswith("accepted: not affected")
    assert card(root, "SC-13")["Effect"] == "could not be judged, so its check does not count as passed"
    of_next = card(refused, "next@14.2.24")
    assert (of_next["Fix"], of_next["Found by"]) == ("update next to 14.2.35", "source, scan")
    assert len(of_next["rows"].splitlines()) == 13
    assert "CVE-2025-48068 | low | warns | next@14.2.24 | Next.js: Information exposure" in of_next["rows"]


def test_every_finding_is_there() -> None:
    for name in ("every kind", "refused", "passed", "many"):
        shown = by_id(read(PAGES[name]), "findings").text
        for one in (finding for gate in REPORTS[name][0].gates for finding in gate.findings):
            assert one.id in shown or str(one.effect) in shown
            assert not isinstance(one.where, Package) or one.where.name in shown


def test_checks_that_were_not_run_have_a_reason() -> None:
    root = read(PAGES["every kind"])
    found = {row.children[0].text: row.children[3].text for row in by_id(root, "not-run").all("tr")[1:]}
    assert found["SC-13"] == "not built twice; pass --prove to publish"
    assert found["SC-01"] == "its gate did not run"
    assert "CFG-01" not in found
    assert len(by_id(root, "checks").all("table")[0].all("tbody")[0].all("tr")) == len(REPORT.checks) <= len(CHECKS)


def test_what_is_known_of_the_image_is_shown_to_scale() -> None:
    root = read(PAGES["every kind"])
    image = by_id(root, "image")
    widths = [float(one.attributes["width"]) for one in image.all("svg")[0].all("rect")]
    assert widths == [720.0, 240.0]
    assert [[cell.text for cell in row.children] for row in image.all("tbody")[0].all("tr")] == [
        ["base", "30.0 MB", "75 %", "a newer base image"],
        ["node_modules", "10.0 MB", "25 %", "a change of the lockfile"],
    ]
    assert [row.children[0].text for row in image.all("tbody")[3].all("tr")] == ["sharp", "docs"]
    variables = [[cell.text for cell in row.children] for row in by_id(root, "environment").all("tbody")[0].all("tr")]
    assert variables == [["NEXT_PUBLIC_NAME", "yes", "", "yes", ""], ["REDIS_URL", "", "yes", "", ""]]


def test_what_is_not_known_is_left_out() -> None:
    assert not {"2 Image", "2 Environment variables"} & set(outline(read(PAGES["no details"])))
    nothing = read(PAGES["nothing"])
    assert outline(nothing)[:3] == ["1 shop: passed", "2 Findings", "2 Run"]
    assert "No gate found anything." in nothing.text


FIXED = {
    ("Finding", "severity"),
    ("Report", "policy"),
    ("Report", "checks"),
    ("GateResult", "checks"),
    ("Row", "name"),
    ("Row", "after"),
}
"""Class and field of texts that this code makes; all others come from elsewhere."""


def poisoned(value: Any) -> Any:
    """A value, each text of which ends with what would be markup."""
    if isinstance(value, str):
        return f"{value}{ODD}"
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            one.name: poisoned(getattr(value, one.name))
            for one in fields(value)
            if (type(value).__name__, one.name) not in FIXED
        }
        return replace(value, **changed)
    if isinstance(value, Mapping):
        return {poisoned(key): poisoned(inner) for key, inner in value.items()}
    return type(value)(map(poisoned, value)) if isinstance(value, tuple | list) else value


def plain_details() -> Details:
    """Details, each text of which would be markup; the names of their fields stay."""
    platforms = {f"{name}{ODD}": {"size": 1, "layers": [{"name": ODD, "size": 1}]} for name in DETAILS.platforms}
    payload = {"bytes": 1, "standalone": 2, "removed": [{"what": ODD, "why": ODD, "bytes": 1}]}
    files = {name: [{"layer": ODD, "package": ODD, "bytes": 1}] for name in platforms}
    variables: list[dict[str, Any]] = [{"name": ODD, "where": {"frozen": ODD}}]
    return Details(platforms=platforms, payload=payload, files=files, budget=1, variables=variables)


@pytest.mark.parametrize("gates", [GATES, REFUSED, PASSED])
def test_no_text_becomes_markup(gates: tuple[GateResult, ...]) -> None:
    report = poisoned(of(gates))
    text = page(report, plain_details())
    root, fine = read(text), read(page(of(gates), DETAILS))
    fromstring(text)
    assert ["".join(one.pieces) for one in root.all("script")] == [SCRIPT]
    assert len(root.all("style")) == 2
    assert {one.name for one in root.all()} == {one.name for one in fine.all()}
    names = {name for one in fine.all() for name in one.attributes}
    assert {name for one in root.all() for name in one.attributes} == names
    assert "\x1b" not in text
    assert "\u202e" not in text
    escaped = "&quot;&#x27;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    findings = [one for gate in gates for one in gate.findings]
    assert text.count(escaped) > len(findings)
    assert not re.search(r"<script>alert|<img", text)


def test_a_text_with_the_form_of_a_link_is_none() -> None:
    odd = replace(GATES[2].findings[0], id='CVE-2010-4756" onclick=x', title="javascript:alert(1)")
    root = read(page(of((replace(GATES[2], findings=(odd,)),))))
    assert not [one for one in root.all("a") if not one.attributes["href"].startswith("#")]


def test_the_page_is_whole_without_the_script() -> None:
    root = read(PAGES["every kind"])
    assert "hidden" in by_id(root, "filter").attributes
    assert [one.attributes["id"] for one in root.all() if "hidden" in one.attributes] == ["filter"]
    assert by_id(root, "words").name == "input"


BROWSER = """
const made = {};
const element = (text) => ({
  textContent: text,
  hidden: false,
  on: {},
  addEventListener(name, call) { this.on[name] = call; },
});
for (const name of ["filter", "words", "shown"]) made[name] = element("");
made.filter.hidden = true;
const findings = ["CVE-1 of next, HIGH", "CVE-2 of tar, high", "FS-01"].map(element);
globalThis.document = { getElementById: (name) => made[name] ?? null, querySelectorAll: () => findings };
SCRIPT
const states = [made.filter.hidden];
for (const words of ["high", " HIGH  tar ", "none", ""]) {
  made.words.value = words;
  made.words.on.input();
  states.push([findings.map((one) => one.hidden), made.shown.textContent]);
}
console.log(JSON.stringify(states));
"""


def test_the_script_hides_what_has_not_all_words(node: str) -> None:
    done = subprocess.run([node, "-e", BROWSER.replace("SCRIPT", SCRIPT)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [
        False,
        [[False, False, True], "2 / 3"],
        [[True, False, True], "1 / 3"],
        [[True, True, True], "0 / 3"],
        [[False, False, False], ""],
    ]


def test_the_script_does_nothing_where_there_is_no_finding(node: str) -> None:
    assert read(PAGES["nothing"]).all("form") == []
    empty = "globalThis.document = { getElementById: () => null };"
    subprocess.run([node, "-e", f"{empty}{SCRIPT}"], check=True, capture_output=True)


LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", part)) for part in STYLE.split("}\n* {")[0].split("@media")
)


@pytest.mark.parametrize("colours", [LIGHT, {**LIGHT, **DARK}], ids=["light", "dark"])
def test_text_has_enough_contrast(colours: dict[str, str]) -> None:
    """4.5 to 1, of WCAG 2.2, 1.4.3."""
    backs = {"page": ("text", "muted", "link"), "card": ("text", "muted", "link"), "calm-back": ("text",)}
    backs |= {f"{name}-back": ("text", name) for name in ("bad", "odd", "good")}
    for back, texts in backs.items():
        for name in texts:
            low, high = sorted((_luminance(colours[name]), _luminance(colours[back])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, f"{name} on {back}"


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return sum(weight * one for weight, one in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("fill", re.findall(r"\.layer-\d \{ fill: (#[0-9a-f]{6});", STYLE))
def test_a_layers_colour_carries_white_text_and_stands_out(fill: str) -> None:
    """4.5 to 1 for text, 3 to 1 for shapes, of WCAG 2.2, 1.4.3 and 1.4.11."""
    for other, least in (("#ffffff", 4.5), (LIGHT["page"], 3), (DARK["page"], 3)):
        low, high = sorted((_luminance(fill), _luminance(other)))
        assert (high + 0.05) / (low + 0.05) >= least


def test_both_schemes_have_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_the_page_is_among_the_files_of_a_report() -> None:
    written = files(REPORT, DETAILS)
    assert written["index.html"] == PAGES["every kind"]
    assert files(REPORT)["index.html"] == PAGES["no details"]
