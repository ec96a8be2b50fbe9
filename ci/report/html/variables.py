"""The environment contract: what the bundle does with each variable. Pure."""

from ci.report.environment import HEADER, cells
from ci.report.html.details import Details
from ci.report.html.markup import Section, table
from ci.report.html.words import Words


def variables(details: Details, say: Words) -> list[Section]:
    """The section; none where no variable is known.

    Args:
        details: what is known of the image.
        say: the language.
    """
    found = [cells(variable["name"], variable["where"]) for variable in details.variables]
    rows = [(name, *(say(word) if word else "" for word in words)) for name, *words in found]
    shown = table(say("What the bundle does with each variable"), [*map(say, HEADER)], rows)
    return [Section(name="environment", title=say("Environment variables"), content=shown)] if rows else []
