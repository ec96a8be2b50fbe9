"""Pages in Markdown whose figures a program writes. Pure."""

from collections.abc import Sequence


def table_row(cells: Sequence[str]) -> str:
    """A row of a table (GitHub Flavored Markdown, "Tables"): a pipe within a cell is escaped."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def between(page: str, start: str, end: str, text: str) -> str:
    """A page with a text between two marks, in place of what is there.

    Args:
        page: has both marks.
        start: first mark, with its line end.
        end: second mark.
        text: with its line ends.

    Raises:
        ValueError: the page has no such marks.
    """
    before, begun, rest = page.partition(start)
    _, ended, after = rest.partition(end)
    if not ended:
        raise ValueError(f"the page has no {start.strip()} … {end}")
    return f"{before}{begun}{text}{ended}{after}"
