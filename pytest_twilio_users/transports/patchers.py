"""Patches many libraries, also those that are imported later."""

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Protocol


class Patching(Protocol):
    """What patches a library."""

    module: str
    """The module that has to be imported."""

    def start(self) -> None:
        """Begin to patch."""

    def patch(self) -> None:
        """Patch the library, if it is imported and to be patched."""

    def stop(self) -> None:
        """Patch no more, and put back what lay beneath."""


class Patchers:
    """Starts and stops them all at once."""

    def __init__(self, patchers: Sequence[Patching]) -> None:
        self._patchers = patchers
        callbacks = defaultdict(list)
        for patcher in patchers:
            callbacks[patcher.module].append(patcher.patch)
        self._imports = _AfterImport(callbacks)

    def start(self) -> None:
        """Begin to patch."""
        sys.meta_path.insert(0, self._imports)
        for patcher in self._patchers:
            patcher.start()

    def stop(self) -> None:
        """Patch no more, and put back what lay beneath."""
        with suppress(ValueError):  # somebody put back a list of before
            sys.meta_path.remove(self._imports)
        for patcher in self._patchers:
            patcher.stop()


class _AfterImport:
    """A finder of modules that finds none itself, and calls back once one was loaded."""

    def __init__(self, callbacks: dict[str, list[Callable[[], None]]]) -> None:
        self._callbacks = callbacks

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a watched module where Python would, with a loader that calls back."""
        callbacks = self._callbacks.get(name)
        if not callbacks:
            return None
        # Those behind it: one before it may be another of these, and asks back.
        place = sys.meta_path.index(self) + 1 if self in sys.meta_path else 0
        found = (f.find_spec(name, path, target) for f in sys.meta_path[place:])
        spec = next(filter(None, found), None)
        if spec is None or spec.loader is None:
            return None
        loader, execute = spec.loader, spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            execute(module)
            for callback in callbacks:
                callback()

        loader.exec_module = exec_module  # type: ignore[method-assign]  # of this import only
        return spec
