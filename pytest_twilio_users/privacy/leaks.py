"""Finds in a recorded exchange what may be private: whoever wrote it, the kit or a hand."""

from collections.abc import Iterator
from typing import Any

from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, ORIGIN
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.description import (
    describe_path,
    describe_query,
    describe_request,
    describe_response,
    join_path,
    split_url,
)
from pytest_twilio_users.privacy.meanings import Meanings
from pytest_twilio_users.privacy.showing import MOST, show_request, show_response
from pytest_twilio_users.privacy.stand_ins import is_stand_in
from pytest_twilio_users.privacy.wording import hide_wording


def leaks(request: JsonObject, response: JsonObject) -> list[str]:
    """What may be private in an exchange, each with what was found; nothing, if all is well.

    The messages are written as the test would see them and described again: what is
    private then has to be a stand-in, and what is not described has no place there.
    """
    checking = _Checking()
    asked = describe_request(show_request(request, Meanings(), origin=DEFAULT_ORIGIN), checking)
    described = {**asked, "path": join_path(asked["path"])}
    answered = describe_response(
        show_response(response, Meanings(), origin=DEFAULT_ORIGIN), checking
    )
    found = [f"{value!r} is no stand-in" for value in checking.found]
    found += _undescribed(request, described, "request")
    found += _undescribed(response, answered, "response")
    return list(dict.fromkeys(found))


class _Checking:
    """The leaves of an exchange that is checked: stand-ins, or found."""

    def __init__(self) -> None:
        self.found: list[Any] = []

    def text(self, value: str) -> str:
        if value and not is_stand_in(value):
            self.found.append(value)
        return value

    def number(self, value: float) -> float:
        if not 0 < value < MOST or value * 2 % 1:
            self.found.append(value)
        return value

    def written(self, _: str) -> int:
        return 1

    def words(self, text: str) -> str:
        return hide_wording(text, private=self.text, private_path=self._path)

    def url(self, text: str) -> str:
        parts = split_url(text)
        if parts is None or not ORIGIN.fullmatch(parts[0]):
            return self.text(text)
        describe_query(parts[2], self.text)
        self._path(parts[1])
        return text

    def _path(self, path: str) -> str:
        versioned = path.startswith("/v1/")
        describe_path(path if versioned else f"/v1{path}", self.text)
        return path


def _undescribed(hidden: JsonObject, described: JsonObject, where: str) -> Iterator[str]:
    """What no description has, such as a header that is never recorded."""
    for key, value in hidden.items():
        if key not in described:
            yield f"{where}.{key} is nothing that is recorded"
        elif key == "operation" and value != described[key]:
            yield f"{where}.operation is {value!r}, and asks for {described[key]}"
        elif key == "status" and not 100 <= value < 600:
            yield f"{where}.status is {value!r}, which is none"
        elif key == "headers":
            for name in value.keys() - described[key].keys():
                yield f"{where}.headers.{name} is no header that is recorded, or looks otherwise"
