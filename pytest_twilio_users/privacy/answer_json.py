"""The walk through an answer's JSON, which gives each part as a subclass has it."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS, Kind
from pytest_twilio_users.privacy.stand_ins import STAND_IN

_DEEPEST = 100
"""How deep somebody's JSON may be nested."""

# As people name things, in letters; ids and numbers of people have more digits.
_NAME = re.compile(r"(?!.*[0-9]{3})(?!(?:.*[0-9]){5})[A-Za-z][A-Za-z0-9_ -]{0,39}")


@lru_cache(maxsize=1024)  # most are the same few: those of fields and parameters
def is_harmless_name(name: str) -> bool:
    """Whether a name may be shown: a plain word, nobody's id, and no stand-in."""
    return _NAME.fullmatch(name) is not None and STAND_IN.search(name) is None


class AnswerJson:
    """Goes through a user, a page or a refusal; each method gives what a part becomes.

    As a node in `ast.NodeVisitor`, a field goes to the method that a table names for it,
    if a subclass has that, else to `private`. Whatever an answer has in a field is handed
    to its method: it need not be of the field's kind.
    """

    def __init__(self, *, text: Callable[[str], Any], number: Callable[[float], Any]) -> None:
        """Have private texts and numbers become what `text` and `number` give for them."""
        self.text = text
        self.number = number

    def answer(self, body: Any) -> Any:
        """A whole answer."""
        return self._fields(body, _ANSWER)

    def private(self, value: Any, depth: int = 0) -> Any:
        """Somebody's JSON: keys that are words, and types, are kept.

        Raises:
            RecursionError: it is nested beyond reason. How deep Python itself goes differs.
        """
        if depth > _DEEPEST:
            raise RecursionError
        if isinstance(value, str):
            return self.text(value)
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return {self._name(key): self.private(part, depth + 1) for key, part in value.items()}
        if isinstance(value, list):
            return [self.private(part, depth + 1) for part in value]
        return self.number(value)

    def meta(self, value: Any) -> Any:
        """What a page says of itself."""
        return self._fields(value, _META)

    def users(self, value: Any) -> Any:
        """The users of a page."""
        if not isinstance(value, list):
            return self.private(value)
        return [self._fields(user, _USER) for user in value]

    def links(self, value: Any) -> Any:
        """Addresses by their names."""
        return self._fields(value, {}, others="url")

    def _fields(self, value: Any, methods: Mapping[str, str], *, others: str = "private") -> Any:
        private = self.private
        if not isinstance(value, dict):
            return private(value)
        return {
            self._name(key): getattr(self, methods.get(key, others), private)(part)
            for key, part in value.items()
        }

    def _name(self, key: str) -> Any:
        return key if is_harmless_name(key) else self.text(key)


_BY_KIND = {
    Kind.JSON_OBJECT: "attributes",
    Kind.DATE_TIME: "date",
    Kind.URL: "url",
    Kind.LINKS: "links",
    Kind.INTEGER: "count",
}
_USER = {name: _BY_KIND.get(field.kind, "private") for name, field in USER_FIELDS.items()}
_META = {name: _BY_KIND.get(field.kind, "key") for name, field in META_FIELDS.items()}
_ANSWER = {
    **_USER,
    "meta": "meta",
    "users": "users",
    "code": "count",
    "status": "count",
    "message": "message",
    "more_info": "more_info",
}
