"""Sets environment variables for a while."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


@contextmanager
def lent(values: Mapping[str, str | None]) -> Iterator[None]:
    """Have environment names hold these values, or be unset for None; put back what they held."""
    before = {name: os.environ.get(name) for name in values}
    _hold(values, instead_of=before)
    try:
        yield
    finally:
        _hold(before)


def _hold(
    values: Mapping[str, str | None], *, instead_of: Mapping[str, str | None] | None = None
) -> None:
    for name, value in values.items():
        if instead_of is not None and instead_of[name] == value:
            continue
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
