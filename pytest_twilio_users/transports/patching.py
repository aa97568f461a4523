"""Patches methods of libraries, also if others patch them, too."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from inspect import signature
from types import FunctionType, ModuleType
from typing import Any, ClassVar, Generic, TypeVar

_LAYER = "_twilio_users_layer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A method of a class, its own or inherited; or a function of a module."""

    owner: type | ModuleType
    name: str


PlaceT = TypeVar("PlaceT", bound=Place)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Layer:
    """A patch, kept on the function itself. `functools.wraps` copies it to whatever wraps it."""

    patch: Callable[..., Any]
    patcher: "Patcher[Any]"
    beneath: Any


class Patcher(ABC, Generic[PlaceT]):
    """While started, a library's methods are patched.

    What somebody else set on a method stays above: it may wrap, as tracing does, or answer.
    Only the last place that there is gets patched over whatever stands there.

    A library that nobody has imported is left alone until somebody does.
    """

    module: str
    """The module that has the classes to patch."""

    last: ClassVar[bool] = True
    """Whether nothing lies beneath that is patched to the same end."""

    def __init__(self) -> None:
        self.started = False
        # The last of each place: test after test, the same is mostly to be patched again.
        self._layers: dict[tuple[object, str], _Layer] = {}

    @abstractmethod
    def targets(self) -> Iterable[PlaceT]:
        """What to patch; asked for once the module is imported."""

    @abstractmethod
    def make_patch(self, beneath: Callable[..., Any], target: PlaceT) -> Callable[..., Any]:
        """Make what takes a method's place. It may be called after `stop`: see `started`."""

    def load(self) -> None:  # most need nothing more
        """Load what a patch needs, where that takes more libraries: before anybody replaces them.

        What it raises is raised: a kit that can't answer lets nothing out.
        """

    def start(self) -> None:
        """Begin to patch."""
        self.started = True
        if self.module in sys.modules:  # of most libraries that is all, test after test
            self.patch()

    def patch(self) -> None:
        """Patch the library, if it is imported and to be patched."""
        if not self.started or sys.modules.get(self.module) is None:
            return
        for target in self._present():
            current = vars(target.owner).get(target.name)
            layer = _layer_of(current)
            if layer is not None and layer.patcher is self:
                continue
            if self.last or _is_own(current, target.owner):
                self.load()
                setattr(target.owner, target.name, self._layer_over(current, target))

    def stop(self) -> None:
        """Patch no more, and put back what lay beneath."""
        self.started = False
        for owner, name in self._layers:  # also of a library that was imported anew meanwhile
            current = found = vars(owner).get(name)
            while (layer := _layer_of(current)) is not None and layer.patcher is self:
                current = layer.beneath
            if current is None and found is not None:  # it was inherited
                delattr(owner, name)
            elif current is not found:
                setattr(owner, name, current)

    def _present(self) -> list[PlaceT]:
        """The targets that are there: somebody may have put a stand-in for the library."""
        try:
            return [
                target
                for target in self.targets()
                if isinstance(target.owner, type | ModuleType)
                and hasattr(target.owner, target.name)
            ]
        except (AttributeError, ImportError):
            return []

    def _layer_over(self, beneath: Any, target: PlaceT) -> Any:
        place = target.owner, target.name
        layer = self._layers.get(place)
        if layer is None or layer.beneath is not beneath:
            self._layers[place] = layer = self._new_layer(beneath, target)
        return classmethod(layer.patch) if type(beneath) is classmethod else layer.patch

    def _new_layer(self, beneath: Any, target: PlaceT) -> _Layer:
        found = getattr(target.owner, target.name) if beneath is None else beneath
        function = getattr(found, "__func__", found)  # of a classmethod
        patch = self.make_patch(function, target)
        with suppress(TypeError, ValueError):  # some can't be looked into
            # Mocks read the arguments of what they replace.
            vars(patch)["__signature__"] = signature(function)
        layer = _Layer(patch=patch, patcher=self, beneath=beneath)
        vars(patch)[_LAYER] = layer
        return layer


def bound(method: Any, instance: object) -> Any:
    """The method as the instance has it; a mock in its place on the class binds to none."""
    return method.__get__(instance) if hasattr(method, "__get__") else method


def _layer_of(current: Any) -> _Layer | None:
    """What a patcher of this or of another run noted of its patch; None if it is nobody's."""
    # By type, as what wraps may pretend to be what it wraps.
    function = current.__func__ if type(current) is classmethod else current
    if type(function) is not FunctionType:
        return None
    layer: _Layer | None = vars(function).get(_LAYER)
    return layer if layer is not None and layer.patch is function else None


def _is_own(current: Any, owner: type | ModuleType) -> bool:
    """Whether a function is the library's own beneath the kit's patches, and no wrapper."""
    while (layer := _layer_of(current)) is not None:
        current = layer.beneath
    if type(current) is not FunctionType:
        return False
    defined_in: str = current.__globals__.get("__name__", "")
    library = owner.__module__ if isinstance(owner, type) else owner.__name__
    return defined_in.partition(".")[0] == library.partition(".")[0]
