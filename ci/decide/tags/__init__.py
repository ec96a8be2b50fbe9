"""Which tags an image gets: pure decisions on the facts of a commit.

`parse` and `flavor` read rules in the syntax of docker/metadata-action, `decide` applies them.
"""

from ci.decide.tags.decide import decide
from ci.decide.tags.flavor import Flavor, flavor
from ci.decide.tags.rule import DEFAULT, METADATA_ACTION, Rule, parse

__all__ = ["DEFAULT", "METADATA_ACTION", "Flavor", "Rule", "decide", "flavor", "parse"]
