"""Tells errors of httpx, which overrides raise, as another library's."""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import httpx

Errors = Mapping[type[Exception], Callable[[str], Exception]]
"""How a library tells what httpx tells by these errors, the nearest class first."""


@contextmanager
def told_by(errors: Errors) -> Iterator[None]:
    """Raise the errors of httpx as another library's; any other as it is."""
    try:
        yield
    except Exception as error:
        kinds = map(_of_httpx, type(error).__mro__)
        tell = next((errors[kind] for kind in kinds if kind in errors), None)
        if tell is None:
            raise
        raise tell(str(error)) from error


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


def _of_httpx(kind: type) -> type:
    """An error of httpx2 as that of httpx: who asks by another library may raise either."""
    found: type = getattr(httpx, kind.__name__, kind) if kind.__module__ == "httpx2" else kind
    return found
