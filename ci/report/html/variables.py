"""The environment contract: what the bundle does with each variable. Pure."""

from ci.report.environment import HEADER, cells
from ci.report.html.details import Details
from ci.report.html.markup import Section, table


def variables(details: Details) -> list[Section]:
    """The section; none where no variable is known.

    Args:
        details: what is known of the image.
    """
    rows = [cells(variable["name"], variable["where"]) for variable in details.variables]
    shown = table("What the bundle does with each variable", HEADER, rows)
    return [Section(name="environment", title="Environment variables", content=shown)] if rows else []
