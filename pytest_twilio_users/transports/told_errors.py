"""Translates errors of httpx, which overrides raise, into another library's."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from os import strerror
from typing import Any

import httpx

from pytest_twilio_users.faults.fault import Fault

Errors = Mapping[type[Exception], Callable[[str], Exception]]
"""How a library tells what httpx tells by these errors, the nearest class first.

Each is given the author's text, or an empty one, which asks for the library's own words.
"""

ALIKE = ("httpx", "httpx2")
"""Two libraries whose classes have the same names."""


@contextmanager
def told_by(table: Callable[[], Errors], *, own_words: bool = True) -> Iterator[None]:
    """Raise the errors of httpx as another library's; any other as it is.

    `table` gives how, once something is raised: mostly nothing is. `own_words` tells whether the
    library says a planned fault in words of its own.
    """
    try:
        yield
    except Exception as error:
        errors, kinds = table(), map(_of_httpx, type(error).__mro__)
        tell = next((errors[kind] for kind in kinds if kind in errors), None)
        if tell is None:
            raise
        if fault_of(error) is None:
            raise tell(str(error)) from error
        told = tell("" if own_words else str(error))
        raise told from told.__cause__


def fault_of(error: BaseException) -> Fault | None:
    """The planned fault that an error is raised for, if it is."""
    return getattr(error, "fault", None)


def because_of(error: Exception, reason: BaseException) -> Exception:
    """The error, as a library raises it that meets another."""
    error.__cause__ = reason
    return error


def network_says(number: int, text: str) -> OSError:
    """The error of an operating system, by default in its own words."""
    return OSError(number, text or strerror(number))


def parts_told(
    stream: Iterable[bytes], telling: Callable[[], AbstractContextManager[None]]
) -> Iterator[bytes]:
    """The parts of a body; what breaks it off is told as the other library's."""
    with telling():
        yield from stream


async def parts_told_async(
    stream: AsyncIterable[bytes], telling: Callable[[], AbstractContextManager[None]]
) -> AsyncIterator[bytes]:
    """The same for async readers."""
    with telling():
        async for part in stream:
            yield part


@contextmanager
def errors_of(library: Any, request: Any) -> Iterator[None]:
    """Raise errors of httpx as httpx2's of the same name, or the reverse.

    Args:
        library: whose errors the client expects.
        request: its request, which the errors name.
    """
    try:
        yield
    except Exception as error:
        kinds = [kind for kind in type(error).__mro__ if kind.__module__ in ALIKE]
        if not kinds or kinds[0].__module__ == library.__name__:
            raise
        kind = getattr(library, kinds[0].__name__)
        # Not by its constructor: the errors take different arguments.
        translated = kind.__new__(kind, *error.args)
        vars(translated).update(vars(error))
        if isinstance(translated, library.HTTPError):
            translated.request = request
        raise translated.with_traceback(error.__traceback__) from _beneath(library, error)


def _beneath(library: Any, error: Exception) -> BaseException | None:
    """What lies beneath an error of httpx, for httpx2 the same of the layer beneath that."""
    cause = error.__cause__
    if fault_of(error) is None or cause is None:
        return cause
    layer = import_module(library.__name__.replace("httpx", "httpcore"))
    beneath: BaseException = getattr(layer, type(cause).__name__)(*cause.args)
    return beneath


def _of_httpx(kind: type) -> type:
    """An error of httpx2 as that of httpx: who asks by another library may raise either."""
    found: type = getattr(httpx, kind.__name__, kind) if kind.__module__ == "httpx2" else kind
    return found
