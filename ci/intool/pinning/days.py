"""Parse days. Pure."""

from datetime import UTC, date, datetime

from ci.intool.common.failure import Failure


def day(text: object) -> date | None:
    """The day in UTC of a time by RFC 3339, or a day by itself; None if it is neither."""
    try:
        time = datetime.fromisoformat(str(text))
        return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC).date()
    except (ValueError, OverflowError):
        return None


def given(text: str, what: str) -> date:
    """A day from an argument or a file.

    Args:
        text: ISO 8601.
        what: names it in the failure.

    Raises:
        Failure: it is not a day.
    """
    found = day(text)
    if not found:
        raise Failure(f"{what} is `{text}`, which is not a day", "write YYYY-MM-DD")
    return found


def count(days: int) -> str:
    """A number of days in words."""
    return f"{days} day" if days == 1 else f"{days} days"
