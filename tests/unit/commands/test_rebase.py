"""What a rebase attests of the source that it does not read: what the published image had there, in every policy."""

from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import dagger
import pytest

from ci import pipeline
from ci.commands import publish
from ci.decide.config.model import Pipeline
from ci.engine.clock import Clock
from ci.engine.signing import Signing
from ci.gates.verdicts import Verdicts
from ci.intool.policy import POLICIES, STANDARD, GateResult
from ci.release import evidence
from ci.release.rebase import Rebased
from tests.unit.plans import plan_of

REF = "registry.example/app:1.2.3"
PLACE = "registry.example/app"
OF_IMAGE = {"id": "CVE-1", "subject": "openssl"}
OF_SOURCE = {"id": "private-key", "subject": "deploy/a.pem", "in": "source"}
NEWER = {"id": "private-key", "subject": "deploy/of-another-version.pem", "in": "source"}
SCANS = {
    f"{PLACE}:1.2.3": {"findings": [OF_IMAGE, OF_SOURCE], "rules": ["next-ssrf"], "why": ""},
    f"{PLACE}:latest": {"findings": [NEWER], "rules": ["next-other"], "why": ""},
}


class Secret(dagger.Secret):
    """A key that nobody uses."""

    def __init__(self) -> None:
        """Without an engine."""


def answers(value: Any) -> Callable[..., Any]:
    async def answer(*_: Any, **__: Any) -> Any:
        return value

    return answer


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> dict[str, Mapping[str, Any]]:
    """The signed scans of a registry, by reference."""
    there: dict[str, Mapping[str, Any]] = dict(SCANS)

    async def read(_client: object, _signing: object, operation: str, *, repository: str, tag: str) -> Any:
        assert operation == "latest_scan"
        return there.get(f"{repository}:{tag}", {"why": "it has no scan result"})

    monkeypatch.setattr(evidence, "_read", read)
    return there


def run_of(policy: str, signing: Signing) -> Any:
    client = SimpleNamespace(towards=lambda _: SimpleNamespace(run=answers({"version": "1.2.3"})))
    plan = plan_of(pipeline=Pipeline(policy=policy), address=PLACE)
    return SimpleNamespace(
        plan=plan,
        clock=Clock(),
        client=client,
        signing=signing,
        refuse_nowhere=lambda: None,
        cache=SimpleNamespace(journal=SimpleNamespace(notes=[])),
    )


async def attested(monkeypatch: pytest.MonkeyPatch, policy: str, signing: Signing) -> Verdicts:
    """The verdicts of a rebase of `REF` that passes all gates."""
    image = SimpleNamespace(image=lambda _: None, digest="sha256:1", platforms={})
    gate = GateResult(name="scan")
    of_image = Verdicts(gates=[gate], sboms=None, scanned=None, found=[OF_IMAGE])  # type: ignore[arg-type]
    sent: list[Verdicts] = []

    async def released(_run: Any, _image: Any, verdicts: Verdicts, **_: Any) -> Any:
        sent.append(verdicts)
        return {}, GateResult(name="signature")

    for name, value in {
        "pulled": answers(None),
        "rebased": answers(Rebased(image=image, version="1.2.3", command=[], chunk="")),  # type: ignore[arg-type]
        "smoke": answers(GateResult(name="smoke")),
        "_summary": lambda *_, **__: "",
    }.items():
        monkeypatch.setattr(publish, name, value)
    for name, value in {
        "image_gates": answers(of_image),
        "database": answers(None),
        "released": released,
        "tagged": answers({}),
    }.items():
        monkeypatch.setattr(pipeline, name, value)
    await publish.rebase(run_of(policy, signing), REF, [])
    (verdicts,) = sent
    return verdicts


@pytest.mark.parametrize("policy", POLICIES)
async def test_findings_in_the_source_of_the_rebased_image_stay_known(
    policy: str, scans: Mapping[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert scans
    verdicts = await attested(monkeypatch, policy, Signing(key=Secret()))
    assert list(verdicts.found) == [OF_IMAGE, OF_SOURCE]
    assert list(verdicts.rules) == ["next-ssrf"]


async def test_of_a_source_of_which_nothing_is_known_nothing_is_said(
    scans: dict[str, Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    del scans[REF]
    verdicts = await attested(monkeypatch, STANDARD, Signing(key=Secret()))
    assert (list(verdicts.found), list(verdicts.rules)) == ([OF_IMAGE], [])


@pytest.mark.parametrize("signing", [Signing(), Signing(key=Secret())])
@pytest.mark.parametrize("policy", POLICIES)
async def test_only_a_policy_that_knows_new_findings_asks_for_the_last_release(
    policy: str, signing: Signing, scans: Mapping[str, Any]
) -> None:
    assert scans
    run = run_of(policy, signing)
    found = await evidence.earlier(run.client, run.plan, signing)
    assert found == (([NEWER], ["next-other"]) if policy == STANDARD and signing.signs else (None, ()))


@pytest.mark.parametrize(("rules", "known"), [(("next-ssrf",), [OF_SOURCE]), ((), None)])
def test_what_says_nothing_of_its_source_makes_nothing_new_there(rules: Sequence[str], known: Any) -> None:
    last = pipeline.Advisories(database=None, earlier=[OF_SOURCE], rules=rules)  # type: ignore[arg-type]
    assert last.of_source == known
