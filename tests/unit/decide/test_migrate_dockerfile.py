"""The language of Dockerfiles."""

from ci.decide.migrate.dockerfile import Instruction, parse
from ci.decide.migrate.words import Text, expand, split


def one(text: str) -> Instruction:
    return parse(f"FROM x\n{text}", "Dockerfile").stages[0].instructions[0]


def test_lines_comments_and_continuations() -> None:
    found = parse("# syntax=docker/dockerfile:1\n\n# c\nFROM x as Base\nrun a \\\n# c\n\n  b\n\nUSER c", "f").stages[0]
    assert (found.name, found.base, found.line) == ("base", "x", 4)
    assert [(i.line, i.name, i.text) for i in found.instructions] == [(5, "RUN", "a b"), (10, "USER", "c")]


def test_another_escape_character() -> None:
    [run] = parse("# escape=`\nFROM x\nRUN a `\n  C:\\\n", "f").stages[0].instructions
    assert run.text == "a C:\\"


def test_here_documents() -> None:
    found = parse("FROM x\nRUN <<A bash <<-'B'\nFROM y\nA\n\tUSER z\n\tB\nUSER c", "f")
    assert len(found.stages) == 1
    run, user = found.stages[0].instructions
    assert (run.bodies, user.text, user.line) == (("FROM y", "\tUSER z"), "c", 7)


def test_forms_and_flags() -> None:
    assert one('CMD ["a", "b c"]').arguments == ("a", "b c")
    assert one("CMD [a]").json is False
    assert one("COPY --from=a --link b c").flags == (("from", "a"), ("link", ""))
    assert one("ENV A some value").pairs() == [("A", "some value")]
    assert one("ENV A=b C='d e'").pairs() == [("A", "b"), ("C", "'d e'")]


def test_an_instruction_for_other_images_is_left_out() -> None:
    assert parse("FROM x\nONBUILD USER a\nUSER b", "f").stages[0].instructions == (
        Instruction(line=3, name="USER", text="b"),
    )


def test_variables_and_quotes() -> None:
    known = {"A": Text(value="1"), "E": Text(value=""), "U": Text(value="", unknown=("U",))}
    cases = {
        "$A-${A}": "1-1",
        "'$A'": "$A",
        '"it\'s $A"': "it's 1",
        "\\$A": "$A",
        "${E:-2}${E-3}${A:+4}${N:+5}": "24",
        "${U:-6}": "6",
        "a\\ b": "a b",
    }
    assert {word: expand(word, known).value for word in cases} == cases
    assert expand("$N$U", known).unknown == ("N", "U")
    assert split("a 'b c' \"d e\" f\\ g") == ["a", "'b c'", '"d e"', "f\\ g"]
