"""Which secrets occur in given texts. Pure."""

from collections.abc import Iterable, Mapping

from ci.intool.leaks.search import LIMIT
from ci.intool.leaks.secrets import MINIMUM, Secret, needles
from ci.intool.leaks.stream import Budget, Search
from ci.intool.leaks.values import values


def spoken(texts: Iterable[str], secrets: Mapping[str, str]) -> list[str]:
    """Names of the secrets that one of the texts has, in any of the forms that ``search`` looks for.

    Args:
        texts: to look into.
        secrets: name to content.

    Raises:
        Failure: a text is too large.
    """
    known = [
        Secret(name, tuple(value for value in values(content.encode()) if len(value) >= MINIMUM), 0)
        for name, content in secrets.items()
    ]
    sought = needles(known)
    search = Search(sought, Budget("the output", LIMIT))
    for text in texts:
        search.feed(f"{text}\n".encode(errors="surrogateescape"))
    return sorted({sought[hit.text][0] for hit in search.hits})
