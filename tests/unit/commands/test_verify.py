"""Which level of trust `verify` asks for."""

import pytest

from ci.commands.registry import required


@pytest.mark.parametrize(
    ("asked", "named", "level"),
    [
        ("", False, "whole"),
        ("", True, "signed"),
        ("whole", True, "whole"),
        ("attested", True, "attested"),
        ("reproducible", False, "reproducible"),
    ],
)
def test_a_named_signer_must_have_signed(asked: str, level: str, *, named: bool) -> None:
    assert required(asked, named=named) == level
