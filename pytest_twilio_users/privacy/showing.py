"""A recorded response, as the test that replays it is to see it."""

import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlencode

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS, Kind
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.description import join_path, split_path, split_url
from pytest_twilio_users.privacy.meanings import Meanings
from pytest_twilio_users.privacy.stand_ins import STAND_IN
from pytest_twilio_users.wire.codec import FORM_TYPE, decode_pairs, encode_json, encode_segment
from pytest_twilio_users.wire.messages import Request, Response

_PLACES = re.compile(rf"/[^\s/?'\",]+|{STAND_IN.pattern}")
_COUNTS = ("code", "status", "page", "page_size")
_LINKS = tuple(field.name for field in META_FIELDS.values() if field.kind is Kind.URL)
_WORDS = frozenset((*USER_FIELDS, *META_FIELDS))
_ODD = re.compile(r"%|\?|^[^/]")
"""What there is in addresses besides a path without escapes."""

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


def _as_it_is(value: Any) -> Any:
    return value


class _Showing:
    """Puts the meanings of stand-ins in their places."""

    def __init__(self, meanings: Meanings, origin: str) -> None:
        self._of = meanings.of
        self._written = meanings.text
        self._origin = origin
        self._top: dict[str, Callable[[Any], Any]] = {
            **dict.fromkeys(_COUNTS, _as_it_is),
            "meta": self._meta,
            "users": self._users,
            "attributes": self._attributes,
            "url": self._url,
            "links": self._links,
        }

    def top(self, body: Any) -> Any:
        """The JSON of a response: a user, a page or a refusal."""
        return self._fields(body, self._top)

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
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(key): self.private(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.private(part) for part in value]
        return value if isinstance(value, bool) or value is None else self._of(value)

    def _segment(self, found: re.Match[str]) -> str:
        return encode_segment(str(self._of(found[0])))

    def _place(self, found: str) -> str:
        """A stand-in within a text, or a segment of a path."""
        if found[0] != "/":
            return str(self._of(found))
        segment = unquote(found[1:])
        if STAND_IN.fullmatch(segment):
            return "/" + encode_segment(str(self._of(segment)))
        return STAND_IN.sub(lambda inner: str(self._of(inner[0])), found)

    def _fields(self, body: Any, show: Mapping[str, Callable[[Any], Any]]) -> Any:
        """The fields of an object, some of which are shown in ways of their own."""
        if not isinstance(body, dict):
            return self.private(body)
        private, text = self.private, self.text
        return {
            key if key in _WORDS else text(key): show.get(key, private)(value)
            for key, value in body.items()
        }

    def _meta(self, meta: Any) -> Any:
        return self._fields(
            meta, dict.fromkeys(_LINKS, self._url) | dict.fromkeys(_COUNTS, _as_it_is)
        )

    def _users(self, users: Any) -> Any:
        return (
            [self.top(user) for user in users] if isinstance(users, list) else self.private(users)
        )

    def _links(self, links: Any) -> Any:
        if not isinstance(links, dict):
            return self.private(links)
        return {self.text(name): self._url(url) for name, url in links.items()}

    def _attributes(self, value: Any) -> Any:
        if not isinstance(value, dict):
            return self.private(value)
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

    def _url(self, url: Any) -> Any:
        if not isinstance(url, str):
            return self.private(url)
        if not _ODD.search(url):  # as most are
            return self._origin + STAND_IN.sub(self._segment, url)
        parts = split_url(url)
        if parts is None:
            return self.text(url)
        origin, path, query = parts
        shown = join_path([self.text(part) for part in split_path(path)])
        if query:
            shown += "?" + urlencode([(self.text(n), self.text(v)) for n, v in decode_pairs(query)])
        return (origin or self._origin) + shown
