"""The error where a gate failed has the commands of the app's own package manager."""

from dataclasses import replace

import pytest

from ci.commands.refusal import refuse
from ci.errors import PublishError
from ci.intool.policy import Finding, GateResult, Package
from tests.unit.plans import plan_of

VULNERABLE = Finding(
    id="CVE-2025-29927",
    severity="critical",
    title="a weakness",
    where=Package(name="next", version="14.2.24"),
    fix="update",
    fixed=("14.2.25",),
    rule="vulnerability-critical",
)


@pytest.mark.parametrize(("directory", "place"), [(".", ""), ("web", " in `web`")])
def test_a_vulnerable_package_names_patch_and_lockfile(directory: str, place: str) -> None:
    plan = plan_of()
    plan = replace(plan, install=replace(plan.install, directory=directory))
    with pytest.raises(PublishError) as error:
        refuse(plan, [GateResult(name="scan", findings=(VULNERABLE,))], None, "nothing was pushed")
    step = f"`dagger call fixes -o fix.patch`, `git apply fix.patch`, then `npm install --package-lock-only`{place}"
    assert str(error.value.facts["fixes"]).splitlines()[0] == f"update next to 14.2.25: {step}"
