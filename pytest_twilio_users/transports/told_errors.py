"""Tells errors of httpx, which overrides raise, as another library's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

Errors = Mapping[type[Exception], Callable[[str], Exception]]
"""How a library tells what httpx tells by these errors, the nearest class first."""


@contextmanager
def told_by(errors: Errors) -> Iterator[None]:
    """Raise the errors of httpx as another library's; any other as it is."""
    try:
        yield
    except Exception as error:
        tell = next((errors[kind] for kind in type(error).__mro__ if kind in errors), None)
        if tell is None:
            raise
        raise tell(str(error)) from error
