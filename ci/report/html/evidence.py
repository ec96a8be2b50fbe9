"""Where the image comes from, and how that is shown. Pure."""

from collections.abc import Mapping

from ci.report.html.markup import Section, badge, joined, pairs, prose, tag
from ci.report.html.words import Words
from ci.report.report import Report

GATES: Mapping[str, str] = {
    "base": "Base image",
    "sbom": "SBOMs",
    "signature": "Signature",
    "prove": "Built twice with the same bytes",
}
"""Gates that speak of where the image comes from, to what they show."""

LEVEL = (
    "A report signs and publishes nothing. Which level of trust a published image reaches, `verify` says: "
    "whole, signed, attested or reproducible."
)


def evidence(report: Report, say: Words) -> Section:
    """The section.

    Args:
        report: the results.
        say: the language.
    """
    gates, revision = {gate.name: gate.status for gate in report.gates}, report.subject.revision
    facts = pairs(
        (
            (say("Source"), tag("code", revision) if revision else say("its commit is not known")),
            *((say(title), badge(gates[name], say(gates[name]))) for name, title in GATES.items() if name in gates),
        )
    )
    return Section(name="provenance", title=say("Provenance"), content=joined((facts, tag("p", prose(say(LEVEL))))))
