"""A recorded message with the values of the test that replays it."""

import json
import re
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlencode

from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.privacy.answer_json import AnswerJson
from pytest_twilio_users.privacy.segments import join_path, split_path, split_url
from pytest_twilio_users.privacy.stand_ins import MOST, STAND_IN, is_one_stand_in
from pytest_twilio_users.privacy.unification import Meanings
from pytest_twilio_users.wire.attributes import write_attributes
from pytest_twilio_users.wire.codec import FORM_TYPE, decode_pairs, encode_json
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.paths import encode_segment

_PLACES = re.compile(rf"/[^\s/?'\",]+|{STAND_IN.pattern}")


def restore_response(hidden: JsonObject, meanings: Meanings, *, origin: str) -> Response:
    """The recorded response with the test's own values; its links name `origin`."""
    body = b""
    restoring = _Restoring(meanings, origin)
    if "json" in hidden:
        body = encode_json(restoring.answer(hidden["json"]))
    elif "text" in hidden:
        body = restoring.text(hidden["text"]).encode()
    headers = [(name, restoring.text(value)) for name, value in hidden.get("headers", {}).items()]
    if body:
        headers.append(("content-length", str(len(body))))
    return Response(status=hidden["status"], headers=tuple(headers), body=body)


def restore_request(hidden: JsonObject, meanings: Meanings, *, origin: str) -> Request:
    """The recorded request, as it was sent up to credentials and the values of its stand-ins."""
    restoring = _Restoring(meanings, origin)
    target = join_path([restoring.text(part) for part in split_path(hidden["path"])])
    if "query" in hidden:
        target += "?" + urlencode(restoring.pairs(hidden["query"]))
    body = restoring.text(hidden.get("body", {}).get("text", "")).encode()
    if "form" in hidden:
        body = urlencode(restoring.pairs(hidden["form"])).encode()
    headers = {"content-type": FORM_TYPE} if "form" in hidden else {}
    headers |= {name: restoring.text(value) for name, value in hidden.get("headers", {}).items()}
    return Request(
        method=restoring.text(hidden["method"]),
        origin=origin,
        target=target,
        headers=tuple(headers.items()),
        body=body,
    )


@lru_cache(maxsize=1024)  # most texts are names and words that come again
def _holds_stand_ins(text: str) -> bool:
    return STAND_IN.search(text) is not None or "%" in text


class _Restoring(AnswerJson):
    """Puts the meanings of stand-ins in their places."""

    def __init__(self, meanings: Meanings, origin: str) -> None:
        super().__init__(text=self._text, number=meanings.of)
        self._of = meanings.of
        self._written = meanings.text
        self._origin = origin

    def pairs(self, pairs: Any) -> list[tuple[str, str]]:
        """A query or a form."""
        items = pairs.items() if isinstance(pairs, dict) else pairs
        return [(self.text(name), self._parameter(value)) for name, value in items]

    def _parameter(self, value: Any) -> Any:
        return self.attributes(value) if isinstance(value, dict) else self.text(value)

    def _text(self, text: str) -> str:
        """A text that is a stand-in, or has some."""
        if not _holds_stand_ins(text):
            return text
        if is_one_stand_in(text):
            return str(self._of(text))
        return _PLACES.sub(lambda found: self._place(found[0]), text)

    def _place(self, found: str) -> str:
        """A stand-in within a text, or a segment of a path."""
        if found[0] != "/":
            return str(self._of(found))
        segment = unquote(found[1:])
        if is_one_stand_in(segment):
            return "/" + encode_segment(str(self._of(segment)))
        return STAND_IN.sub(lambda inner: str(self._of(inner[0])), found)

    def _segment(self, segment: str) -> str:
        """A segment without escapes: a stand-in, or a word of the path."""
        return encode_segment(str(self._of(segment))) if is_one_stand_in(segment) else segment

    def attributes(self, value: Any) -> Any:
        """The text of attributes: as the test sent it, if it was recorded as it was sent."""
        if not isinstance(value, dict):
            return self.private(value)
        if value.keys() == {"unquoted"}:
            return self.private(value["unquoted"])
        if value.keys() == {"written", "json"}:
            number = value["written"]
            if type(number) is not int or not 0 < number < MOST:
                raise ValueError(f"written is {number!r}, and must be the number of a text.")
            written = self._written(number)
            if written is not None:
                return written
            # The test did not write it, so it has to differ from what the test wrote.
            shown = self.private(value["json"])
            compact = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
            return compact + " " * number
        return write_attributes(self.private(value))

    def url(self, value: Any) -> Any:
        """An address: where it names no origin, at the one that is asked now."""
        if not isinstance(value, str):
            return self.private(value)
        if value.startswith("/") and "%" not in value and "?" not in value:  # as most are
            return self._origin + "/".join(map(self._segment, value.split("/")))
        parts = split_url(value)
        if parts is None:
            return self.text(value)
        origin, path, query = parts
        shown = join_path([self.text(part) for part in split_path(path)])
        if query:
            shown += "?" + urlencode(self.pairs(decode_pairs(query)))
        return (origin or self._origin) + shown

    def count(self, value: Any) -> Any:
        """A number that was recorded as it is."""
        return value
