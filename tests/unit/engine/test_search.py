"""A search of the source is one request, however many lines match."""

from types import SimpleNamespace
from typing import Any

import dagger
import gql
import graphql
from dagger.client._core import Context

from ci.engine.search import Match, search

SCHEMA = graphql.build_schema("""
    type Query { directory: Directory! }
    type Directory {
      search(pattern: String!, globs: [String!], multiline: Boolean, filesOnly: Boolean, limit: Int): [SearchResult!]!
    }
    type SearchResult { filePath: String! matchedLines: String! }
""")


class Session:
    """Answers each query, and keeps its text."""

    def __init__(self, *found: tuple[str, str]) -> None:
        self.found = [{"path": path, "lines": lines} for path, lines in found]
        self.asked: list[str] = []

    async def get_schema(self) -> graphql.GraphQLSchema:
        return SCHEMA

    async def execute(self, request: gql.GraphQLRequest) -> dict[str, Any]:
        assert not graphql.validate(SCHEMA, request.document)
        self.asked.append(graphql.print_ast(request.document))
        return {"directory": {"search": self.found}}


def directory(session: Session) -> dagger.Directory:
    connection: Any = SimpleNamespace(session=session)
    return dagger.Directory(Context(conn=connection).select("Query", "directory", []))


async def test_all_matches_come_with_one_request() -> None:
    session = Session(("a.ts", "process.env.A\n"), ("b.ts", "process.env.B"))
    found = await search(directory(session), "process", globs=["*.ts"], limit=9)
    assert found == [Match("a.ts", "process.env.A\n"), Match("b.ts", "process.env.B")]
    (asked,) = session.asked
    arguments = 'pattern: "process", globs: ["*.ts"], multiline: true, limit: 9'
    assert " ".join(asked.split()).replace("( ", "(") == (
        f"{{ directory {{ search: search({arguments}) {{ path: filePath lines: matchedLines }} }} }}"
    )


async def test_nothing_found_is_no_match() -> None:
    assert await search(directory(Session()), "x", files_only=True) == []
