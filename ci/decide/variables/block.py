"""The keys of the pipeline file that set dummies, as text to copy."""

from collections.abc import Mapping

from ci.decide.variables import public
from ci.decide.write import scalar

PUBLIC = "# browsers get this value: write the real one"


def block(dummies: Mapping[str, str], indent: str = "    ") -> str:
    """``build.dummies`` as YAML that reads back.

    Args:
        dummies: value by name.
        indent: before each line.
    """
    lines = ["build:", "  dummies:"]
    lines += [f"    {name}: {scalar(value)}{f'  {PUBLIC}' if public(name) else ''}" for name, value in dummies.items()]
    return "\n".join(indent + line for line in lines)
