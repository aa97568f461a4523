"""What stand-ins mean in a replay: the values of the test that is running."""

from collections.abc import Mapping
from typing import Any

from pytest_twilio_users.privacy.stand_ins import Around

Key = tuple[type, Any]
"""A value or a stand-in, with its type: JSON's 1 is neither true nor 1.0, its 0.0 not -0.0."""


def key_of(value: Any) -> Key:
    """The key of a value or a stand-in."""
    return type(value), repr(value) if isinstance(value, float) else value


class Meanings:
    """Which value each stand-in means. One that nobody sent means itself."""

    def __init__(self, *, around: Around["Meanings"] = tuple) -> None:
        """Have no stand-in mean anything yet; what they mean `around` they mean here, too."""
        self._around = around
        self.values: dict[Key, Any] = {}
        self.stand_ins: dict[Key, Key] = {}
        self.texts: dict[int, str] = {}

    def bind(self, values: Mapping[Key, Any], texts: Mapping[int, str]) -> None:
        """Have stand-ins mean these values, and numbers these JSON texts."""
        for stand_in, value in values.items():
            self._bind(stand_in, value)
        self.texts |= texts

    def of(self, stand_in: Any) -> Any:
        """The value that a stand-in means; from now on itself, if it means nothing yet."""
        key = key_of(stand_in)
        meant = self.value(key)
        if meant is None:
            self._bind(key, stand_in)
            return stand_in
        return meant

    def text(self, number: int) -> str | None:
        """How a JSON text was written, if the test sent it."""
        found = (meanings.texts.get(number) for meanings in (self, *self._around()))
        return next((text for text in found if text is not None), None)

    def value(self, key: Key) -> Any:
        """The value of a stand-in, or None."""
        found = self.values.get(key)
        if found is not None:
            return found
        around = (meanings.values.get(key) for meanings in self._around())
        return next((value for value in around if value is not None), None)

    def stand_in(self, key: Key) -> Key | None:
        """The stand-in that means a value."""
        found = (meanings.stand_ins.get(key) for meanings in (self, *self._around()))
        return next(filter(None, found), None)

    def _bind(self, stand_in: Key, value: Any) -> None:
        self.values[stand_in] = value
        self.stand_ins.setdefault(key_of(value), stand_in)
