"""Which tags an image gets, and which of them a registry may take: pure decisions on data.

`parse` and `flavor` read rules in the words of docker/metadata-action, `decide` applies them to the facts of a commit,
`admit` compares the result with a registry, `explain` tells people.
"""

from ci.tags.admit import admit
from ci.tags.decide import decide
from ci.tags.explain import explain
from ci.tags.flavor import Flavor, flavor
from ci.tags.labels import labels
from ci.tags.model import Admission, Existing, GitFacts, Skipped, Tag, Tags
from ci.tags.rule import DEFAULT, METADATA_ACTION, Rule, parse

__all__ = [
    "DEFAULT",
    "METADATA_ACTION",
    "Admission",
    "Existing",
    "Flavor",
    "GitFacts",
    "Rule",
    "Skipped",
    "Tag",
    "Tags",
    "admit",
    "decide",
    "explain",
    "flavor",
    "labels",
    "parse",
]
