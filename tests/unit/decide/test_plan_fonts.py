"""Which packages carry an app's Google fonts: of the pipeline file, of the pins, the newest, or none."""

from dataclasses import replace

import pytest
import yaml

from ci.decide.config.model import Build, Pipeline
from ci.decide.config.parse import parse
from ci.decide.pins import Package, Pins
from ci.decide.plan import fonts
from ci.errors import ConfigError
from ci.messages import message
from tests.unit.decide.test_plan import warned
from tests.unit.plans import PINS, app, plan_of

CHECKSUM = f"sha512-{'A' * 86}=="
POPPINS = Package("@fontsource/poppins", "5.3.0", CHECKSUM)
OLD = Package("@fontsource/poppins", "5.1.0", CHECKSUM)
WRITTEN = f"{OLD.name}@{OLD.version} {OLD.integrity}"
TWO = app(fonts=("Inter", "Poppins"))


def found(*packages: Package) -> Pins:
    return replace(PINS, newest_fonts=dict(zip(["Poppins"], packages, strict=False)))


def locked(**build: object) -> Pipeline:
    return Pipeline(build=Build(fonts={"Poppins": WRITTEN}, **build))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "packages"),
    [
        ("JetBrains_Mono", ("@fontsource-variable/jetbrains-mono", "@fontsource/jetbrains-mono")),
        ("M_PLUS_1p", ("@fontsource-variable/m-plus-1p", "@fontsource/m-plus-1p")),
        ("Exo_2", ("@fontsource-variable/exo-2", "@fontsource/exo-2")),
    ],
)
def test_packages_are_named_after_the_font(name: str, packages: tuple[str, ...]) -> None:
    assert fonts.candidates(name) == packages


def test_only_what_nothing_pins_is_asked_for() -> None:
    assert fonts.unknown(TWO, Pipeline(), PINS) == ("Poppins",)
    assert fonts.unknown(TWO, locked(), PINS) == ()
    assert fonts.unknown(TWO, Pipeline(build=Build(google_fonts="google")), PINS) == ()


def test_the_newest_is_used_and_recorded_with_a_warning() -> None:
    plan = plan_of(TWO, pinned=found(POPPINS))
    assert [fetch.package for fetch in plan.install.fetch] == [PINS.fonts["Inter"], POPPINS]
    assert plan.build.fonts == ("Inter", "Poppins")
    assert "font Poppins: @fontsource/poppins 5.3.0 (the newest)" in plan.notes
    assert warned(plan) == [message("warning.fonts-not-pinned", packages=["@fontsource/poppins@5.3.0"]).line]


def test_the_pipeline_file_is_exact() -> None:
    plan = plan_of(TWO, locked(), pinned=found(POPPINS))
    assert [fetch.package for fetch in plan.install.fetch] == [PINS.fonts["Inter"], OLD]
    assert "font Poppins: @fontsource/poppins 5.1.0 (build.fonts)" in plan.notes
    assert warned(plan) == []


def test_with_one_font_unknown_all_are_of_the_font_host() -> None:
    plan = plan_of(TWO, pinned=found())
    assert (plan.build.fonts, plan.install.fetch) == ((), ())
    assert warned(plan) == [message("warning.fonts", fonts=["Poppins"]).line]


def test_the_font_host_can_be_chosen() -> None:
    plan = plan_of(TWO, locked(google_fonts="google"), pinned=found(POPPINS))
    assert (plan.build.fonts, plan.install.fetch, warned(plan)) == ((), (), [])
    assert "fonts: Inter, Poppins from fonts.googleapis.com (build.google-fonts)" in plan.notes


def test_what_is_written_reads_back() -> None:
    text = "\n".join(["version: 2", "build:", "  fonts:", *fonts.lines(TWO, Pipeline(), found(POPPINS))])
    assert parse(text, "a.yaml").build.fonts == {"Poppins": f"@fontsource/poppins@5.3.0 {CHECKSUM}"}


@pytest.mark.parametrize(
    "written",
    ["poppins@5.1.0", "@fontsource/poppins@5.1.0", WRITTEN.replace("5.1.0", "latest"), f"@evil/x@1.0.0 {CHECKSUM}"],
)
def test_a_pin_without_exact_version_and_checksum_is_refused(written: str) -> None:
    with pytest.raises(ConfigError) as error:
        parse(yaml.safe_dump({"version": 2, "build": {"fonts": {"Poppins": written}}}), "a.yaml")
    assert error.value.id == "config.wrong-value"
