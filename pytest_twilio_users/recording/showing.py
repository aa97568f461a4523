"""A recorded response, as the test that replays it is to see it."""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlencode

from pytest_twilio_users.contract.fields import META_FIELDS, Kind
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.recording.description import join_path, split_path, split_url
from pytest_twilio_users.recording.meanings import Meanings
from pytest_twilio_users.recording.stand_ins import STAND_IN
from pytest_twilio_users.wire.codec import FORM_TYPE, decode_pairs, encode_json, encode_segment
from pytest_twilio_users.wire.messages import Request, Response

_PLACES = re.compile(rf"/[^\s/?'\",]+|{STAND_IN.pattern}")
_COUNTS = ("code", "status", "page", "page_size")

MOST = 10_000
"""Numbers that stand in are counted; nobody counts further."""


def show_response(hidden: JsonObject, meanings: Meanings, *, origin: str) -> Response:
    """The recorded response with the test's own values; its links name `origin`."""
    body = b""
    showing = _Showing(meanings, origin)
    if "json" in hidden:
        body = encode_json(showing.top(hidden["json"]))
    elif "text" in hidden:
        body = str(showing.text(hidden["text"])).encode()
    headers = [(name, showing.text(value)) for name, value in hidden.get("headers", {}).items()]
    if body:
        headers.append(("content-length", str(len(body))))
    return Response(status=hidden["status"], headers=tuple(headers), body=body)


def show_request(hidden: JsonObject, meanings: Meanings, *, origin: str) -> Request:
    """The recorded request, as it was sent up to the values of its stand-ins."""
    showing = _Showing(meanings, origin)
    target = join_path([showing.text(part) for part in split_path(hidden["path"])])
    if "query" in hidden:
        target += "?" + urlencode(showing.pairs(hidden["query"]))
    body = str(showing.text(hidden.get("body", {}).get("text", ""))).encode()
    if "form" in hidden:
        body = urlencode(showing.pairs(hidden["form"])).encode()
    headers = {"content-type": FORM_TYPE} if "form" in hidden else {}
    headers |= {name: showing.text(value) for name, value in hidden.get("headers", {}).items()}
    return Request(
        method=showing.text(hidden["method"]),
        origin=origin,
        target=target,
        headers=tuple(headers.items()),
        body=body,
        authorization=None if hidden.get("credentials") is False else "Basic",
    )


@lru_cache(maxsize=1024)  # most texts are names and words that come again
def _holds_stand_ins(text: str) -> bool:
    return STAND_IN.search(text) is not None or "%" in text


class _Showing:
    """Puts the meanings of stand-ins in their places."""

    def __init__(self, meanings: Meanings, origin: str) -> None:
        self._of = meanings.of
        self._written = meanings.text
        self._origin = origin

    def top(self, body: Any) -> Any:
        return self._fields(body, self._top_field) if isinstance(body, dict) else self.private(body)

    def text(self, text: str) -> str:
        """A text that is a stand-in, or has some."""
        if not _holds_stand_ins(text):
            return text
        if STAND_IN.fullmatch(text):
            return str(self._of(text))
        return _PLACES.sub(lambda found: self._place(found[0]), text)

    def pairs(self, pairs: Any) -> list[tuple[str, str]]:
        """A query or a form."""
        items = pairs.items() if isinstance(pairs, dict) else pairs
        return [(self.text(name), self._value(value)) for name, value in items]

    def _value(self, value: Any) -> str:
        return self._attributes(value) if isinstance(value, dict) else self.text(value)

    def private(self, value: Any) -> Any:
        """Somebody's JSON."""
        if isinstance(value, dict):
            return {self.text(key): self.private(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.private(part) for part in value]
        if isinstance(value, str):
            return self.text(value)
        return value if isinstance(value, bool) or value is None else self._of(value)

    def _place(self, found: str) -> str:
        """A stand-in within a text, or a segment of a path."""
        if found[0] != "/":
            return str(self._of(found))
        segment = unquote(found[1:])
        if STAND_IN.fullmatch(segment):
            return "/" + encode_segment(str(self._of(segment)))
        return STAND_IN.sub(lambda inner: str(self._of(inner[0])), found)

    def _fields(self, body: Mapping[str, Any], show: Callable[[str, Any], Any]) -> JsonObject:
        return {self.text(key): show(key, value) for key, value in body.items()}

    def _top_field(self, key: str, value: Any) -> Any:
        if key == "meta" and isinstance(value, dict):
            return self._fields(value, self._meta_field)
        if key == "users" and isinstance(value, list):
            return [self.top(user) for user in value]
        return self._user_field(key, value)

    def _user_field(self, key: str, value: Any) -> Any:
        if key in _COUNTS:
            return value
        if key == "attributes" and isinstance(value, dict):
            return self._attributes(value)
        if key == "url" and isinstance(value, str):
            return self._url(value)
        if key == "links" and isinstance(value, dict):
            return self._fields(value, self._link)
        return self.private(value)

    def _meta_field(self, key: str, value: Any) -> Any:
        if key in META_FIELDS and META_FIELDS[key].kind is Kind.URL:
            return self._link(key, value)
        return value if key in _COUNTS else self.private(value)

    def _link(self, _: str, value: Any) -> Any:
        return self._url(value) if isinstance(value, str) else self.private(value)

    def _attributes(self, value: Mapping[str, Any]) -> Any:
        if value.keys() == {"unquoted"}:
            return self.private(value["unquoted"])
        if value.keys() == {"written", "json"}:
            number = value["written"]
            if type(number) is not int or not 0 < number < MOST:
                raise ValueError(f"written is {number!r}, and has to be the number of a text.")
            written = self._written(number)
            if written is not None:
                return written
            # The test did not write it, so it has to differ from what the test wrote.
            shown = self.private(value["json"])
            compact = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
            return compact + " " * (number - 1)
        return json.dumps(self.private(value), ensure_ascii=False)

    def _url(self, url: str) -> str:
        parts = split_url(url)
        if parts is None:
            return self.text(url)
        origin, path, query = parts
        shown = join_path([self.text(part) for part in split_path(path)])
        if query:
            shown += "?" + urlencode([(self.text(n), self.text(v)) for n, v in decode_pairs(query)])
        return (origin or self._origin) + shown
