"""Classes and methods as Dagger objects and functions: typed, with a cache policy, and repeatable where they fail."""

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, dataclass_transform

import dagger

from ci.commands.repeat import command, report_command
from ci.engine import progress
from ci.errors import PipelineError

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S")
T = TypeVar("T")
Method = Callable[Concatenate[S, P], Coroutine[Any, Any, R]]

_function = cast("Callable[..., Any]", dagger.function)
"""The SDK's decorator takes ``cache``, but its overloads do not name it (0.21.8)."""


def exposed(
    *, cache: str, source: bool = True, name: str | None = None
) -> Callable[[Method[S, P, R]], Method[S, P, R]]:
    """Make a method a Dagger function whose errors end with the command that repeats the call.

    Args:
        cache: policy of the engine: ``never``, or how long a result holds, such as ``24h``.
        source: whether the method reads the app; else that command names no source.
        name: of the function, where Python does not allow it for a method; default: the method's.
    """

    def decorate(method: Method[S, P, R]) -> Method[S, P, R]:
        @functools.wraps(method)
        async def call(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
            try:
                with progress.quiet():
                    return await method(self, *args, **kwargs)
            except PipelineError as error:
                given = inspect.signature(method).bind(self, *args, **kwargs).arguments
                with progress.quiet():
                    again = await command(self, method, given, source=source)
                    report = await report_command(self) if error.reported else ""
                raise error.repeated_by(again, report) from None

        registered: Method[S, P, R] = _function(cache=cache, name=name)(call)
        return registered

    return decorate


@dataclass_transform(kw_only_default=True)
def exposed_object(cls: type[T]) -> type[T]:
    """Make a class a Dagger object, and with that a dataclass with keyword arguments."""
    return dagger.object_type(cls)
