"""The file that was tried, with what came of it at its head."""

import textwrap
from collections.abc import Sequence

from ci.decide.tries import Stop
from ci.decide.write import comment

_WIDTH = 116
_HEAD = "# Tried by `config init --try`"


def finished(
    text: str, said: Sequence[str], frozen: Sequence[str], stop: Stop | None = None, secrets: Sequence[str] = ()
) -> str:
    """The file with a head, in place of the one that an earlier try gave it.

    Args:
        text: of the file.
        said: what each round changed, and why.
        frozen: dummies that are in the bundle, a text each.
        stop: what a person has to decide; None where the image starts.
        secrets: what looks like a secret and is in the bundle, a text each. No try changes that: only a person knows
            whether it may be public, and without its value the app may do something else.
    """
    head = [f"{_HEAD}: {'it builds, and its image starts' if stop is None else 'it does not start yet'}."]
    if stop:
        head += [*_wrapped(f"To decide: {stop.reason}."), *_wrapped(f"Next step: {stop.fix}.")]
    if secrets:
        head += ["# To decide: a release is refused, since these values look like secrets and are in the bundle."]
        head += ["# Read each at run time, or list it in `build.allow-frozen` if everybody may know it:"]
        head += [line for one in secrets for line in _wrapped(f"- {one}.")]
    head += [line for number, one in enumerate(said, 1) for line in _wrapped(f"{number}. {one}.")]
    if frozen:
        head += ["# The build froze these dummies. Set the real values in `build.env`, or read them at run time:"]
        head += [line for one in frozen for line in _wrapped(f"- {one}.")]
    return "\n".join([*head, "", _without_head(text)])


def _without_head(text: str) -> str:
    """A head ends with an empty line."""
    return text.partition("\n\n")[2] if text.startswith(_HEAD) else text


def _wrapped(text: str) -> list[str]:
    return [
        f"# {line}" for line in textwrap.wrap(comment(text), _WIDTH, break_on_hyphens=False, break_long_words=False)
    ]
