"""Takes requests off a library where they leave it for the network."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import wraps
from importlib.machinery import ModuleSpec
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Any, ClassVar
from weakref import WeakKeyDictionary

from pytest_twilio_users.transports.httpx_transport import BackendTransport

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

Target = tuple[type, str, Callable[..., Any]]
"""A class, the name of its method that sends, and what answers in its place.

What answers is given what the method is given. It is async if the method is,
and gives None for what goes on to whatever lies beneath.
"""


class Catch(ABC):
    """While started, a library's requests to Twilio's Conversations reach a backend.

    The patch sits where a request leaves the library. So the application's own
    parts of it (retries, authentication, logging) still run, and requests to
    other hosts go on to whatever lies beneath: the network, or somebody's mocks.

    A library that nobody has imported is left alone until somebody does.
    """

    module: ClassVar[str]
    """The module that has the classes to patch."""

    def __init__(self, transport: BackendTransport) -> None:
        self.started = False
        self._transport = transport
        # Each patch with what it lies on; forgotten with the patch.
        self._beneath: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()

    @abstractmethod
    def targets(self) -> Iterable[Target]:
        """What to patch; asked for once the module is imported."""

    def load(self) -> None:  # noqa: B027  # most answer with what they patch
        """Load what answers, where that takes more libraries: before anybody replaces them.

        What it raises is raised: a kit that can't answer lets nothing out.
        """

    def start(self) -> None:
        """Begin to catch."""
        self.started = True
        self.stay_on_top()

    def stay_on_top(self) -> None:
        """Put the patch over one that somebody set since, such as pytest-httpx's."""
        if not self.started or sys.modules.get(self.module) is None:
            return
        for owner, name, answer in self._present():
            current = vars(owner)[name]
            if current not in self._beneath:
                self.load()
                patch = self._patch(current, answer)
                self._beneath[patch] = current
                setattr(owner, name, patch)

    def stop(self) -> None:
        """Stop catching, and put back what lay beneath."""
        self.started = False
        if sys.modules.get(self.module) is None:
            return
        for owner, name, _ in self._present():
            current = vars(owner)[name]
            while current in self._beneath:
                current = self._beneath[current]
            setattr(owner, name, current)

    def _present(self) -> list[Target]:
        """The targets that are there: somebody may have put a stand-in for the library."""
        try:
            return [
                (owner, name, answer)
                for owner, name, answer in self.targets()
                if isinstance(owner, type) and name in vars(owner)
            ]
        except (AttributeError, ImportError):
            return []

    def _patch(self, beneath: Callable[..., Any], answer: Callable[..., Any]) -> Callable[..., Any]:
        # A patch that somebody restored after `stop` must not catch: it looks at `started`.
        @wraps(beneath)
        def patch(instance: object, *args: Any, **given: Any) -> Any:
            answered = answer(instance, *args, **given) if self.started else None
            return bound(beneath, instance)(*args, **given) if answered is None else answered

        @wraps(beneath)
        async def async_patch(instance: object, *args: Any, **given: Any) -> Any:
            answered = await answer(instance, *args, **given) if self.started else None
            return await bound(beneath, instance)(*args, **given) if answered is None else answered

        return async_patch if iscoroutinefunction(answer) else patch


def bound(method: Any, instance: object) -> Any:
    """The method as the instance has it; a mock in its place on the class binds to none."""
    return method.__get__(instance) if hasattr(method, "__get__") else method


class Catches:
    """All libraries that are caught, those that are imported later included."""

    def __init__(self, catches: Sequence[Catch]) -> None:
        self._catches = catches
        self._imports = _AfterImport({catch.module: catch.stay_on_top for catch in catches})

    def start(self) -> None:
        """Begin to catch."""
        sys.meta_path.insert(0, self._imports)
        for catch in self._catches:
            catch.start()

    def stay_on_top(self) -> None:
        """Put the patches over those that somebody set since."""
        for catch in self._catches:
            catch.stay_on_top()

    def stop(self) -> None:
        """Stop catching, and put back what lay beneath."""
        with suppress(ValueError):  # somebody put back a list of before
            sys.meta_path.remove(self._imports)
        for catch in self._catches:
            catch.stop()


class _AfterImport:
    """A finder of modules that finds none itself, and calls back once one was loaded."""

    def __init__(self, callbacks: dict[str, Callable[[], None]]) -> None:
        self._callbacks = callbacks

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a watched module where Python would, with a loader that calls back."""
        callback = self._callbacks.get(name)
        if callback is None:
            return None
        found = (f.find_spec(name, path, target) for f in sys.meta_path if f is not self)
        spec = next(filter(None, found), None)
        if spec is None or spec.loader is None:
            return None
        loader = spec.loader

        def exec_module(module: ModuleType) -> None:
            vars(loader).pop("exec_module", None)
            loader.exec_module(module)
            callback()

        loader.exec_module = exec_module  # type: ignore[method-assign]  # of this import only
        return spec
