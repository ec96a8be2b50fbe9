"""The variables that an app's build asks for, and dummies of the right form. Pure."""

from dataclasses import dataclass

TO_BROWSERS = "Browsers get this value: write the real one into `env`."
"""What to do with a dummy that has a public name."""


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable that the source declares.

    Attributes:
        name: of the variable.
        dummy: a value that the source's own rules accept, and that nobody can mistake for a real one.
        required: whether a validator refuses a build without it; else an example file lists it.
        file: that says so.
    """

    name: str
    dummy: str
    required: bool
    file: str


def public(name: str) -> bool:
    """Whether browsers get the variable's value, by Next.js' rule for names."""
    return name.startswith("NEXT_PUBLIC_")
