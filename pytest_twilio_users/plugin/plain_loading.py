"""Has Python load the kit's modules itself: pytest would look through each for asserts."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

_KIT = "pytest_twilio_users."
_SUITES = "pytest_twilio_users.suites"
_PYTEST = "_pytest.assertion.rewrite"


class _Finder:
    """Finds the kit's modules, but for the suites: no other has an assert to rewrite."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.startswith(_KIT) and not name.startswith(_SUITES):
            return PathFinder.find_spec(name, path, target)
        return None


@contextmanager
def loading_plainly() -> Iterator[None]:
    """Meanwhile pytest finds no module of the kit, and rewrites none.

    To find, check and load a rewritten one takes three times as long, and where its folder
    can't be written to, pytest rewrites all of them in each run.
    """
    finder = _Finder()
    places = [i for i, each in enumerate(sys.meta_path) if type(each).__module__ == _PYTEST]
    if places:
        sys.meta_path.insert(places[0], finder)  # not before those of others
    try:
        yield
    finally:
        with suppress(ValueError):  # somebody else put the list back
            sys.meta_path.remove(finder)
