"""What a message says, as a tree with placeholders for what is private: nothing else is kept."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from pytest_twilio_users.contract.hosts import ORIGIN
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    BOOLEANS,
    OPERATIONS,
    PAGE,
    PAGE_SIZE,
)
from pytest_twilio_users.contract.refusals import MORE_INFO
from pytest_twilio_users.privacy.answer_json import AnswerJson, is_harmless_name
from pytest_twilio_users.privacy.segments import describe_path, join_path, split_url
from pytest_twilio_users.privacy.wording import hide_wording
from pytest_twilio_users.wire.answers import ANY_DATE
from pytest_twilio_users.wire.attributes import write_attributes
from pytest_twilio_users.wire.codec import (
    FORM_TYPE,
    WEBHOOK_HEADER,
    Call,
    Pairs,
    decode,
    decode_number,
    decode_pairs,
    is_form,
    refuse_constant,
)
from pytest_twilio_users.wire.messages import Headers, Request, Response

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PARAMETERS = frozenset(p.name for operation in OPERATIONS.values() for p in operation.parameters)
_COUNTS = (PAGE_SIZE.name, PAGE.name)

_TYPE = re.compile(
    rf"(application/json|text/html|text/plain|{FORM_TYPE})(; ?charset=[A-Za-z0-9-]{{1,20}})?"
)
_HTTP_DATE = r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT"
_REQUEST_HEADERS = {"content-type": _TYPE, "accept": re.compile(r"application/json|\*/\*")}
_RESPONSE_HEADERS = {
    "content-type": _TYPE,
    "date": re.compile(_HTTP_DATE),
    "retry-after": re.compile(rf"\d{{1,6}}|{_HTTP_DATE}"),
    "twilio-concurrent-requests": re.compile(r"\d{1,6}"),
    "twilio-request-duration": re.compile(r"\d{1,6}\.\d{1,6}"),
    "x-api-domain": re.compile(r"conversations\.twilio\.com"),
    "x-home-region": re.compile(r"[a-z]{2}\d"),
}
_REQUEST_ID = "twilio-request-id"
_MORE_INFO = re.compile(re.escape(MORE_INFO).replace(r"\{code\}", r"\d{5}"))


class Description(AnswerJson):
    """Describes messages; links to `origins`, which requests were sent to, name none."""

    def __init__(
        self,
        *,
        text: Callable[[str], Any],
        number: Callable[[float], Any],
        written: Callable[[str], Any],
    ) -> None:
        """Have what these give for private texts, numbers, and how a JSON text is written."""
        super().__init__(text=text, number=number)
        self._written = written
        self.origins: set[str] = set()

    def request(self, request: Request) -> JsonObject:
        """What a request says; `path` is a list of segments."""
        call = decode(request)
        tree: JsonObject = {"operation": call.operation.name} if isinstance(call, Call) else {}
        tree["method"] = request.method if request.method in _METHODS else self.text(request.method)
        tree["path"] = describe_path(request.path, self.text)
        query = self._pairs(decode_pairs(request.query))
        headers = _known_headers(request.headers, _REQUEST_HEADERS)
        webhook = request.header(WEBHOOK_HEADER)
        if webhook is not None:
            headers[WEBHOOK_HEADER] = webhook if webhook in BOOLEANS else self.text(webhook)
        if query:
            tree["query"] = query
        if headers:
            tree["headers"] = headers
        if request.authorization is None:
            tree["credentials"] = False
        if request.body:
            text = request.body.decode(errors="replace")
            if is_form(request):
                tree["form"] = self._pairs(decode_pairs(text))
            else:
                tree["body"] = {"text": self.text(text)}
        return tree

    def response(self, response: Response) -> JsonObject:
        """What a response says."""
        tree: JsonObject = {"status": response.status}
        headers = _known_headers(response.headers, _RESPONSE_HEADERS)
        request_id = response.header(_REQUEST_ID)
        if request_id:
            headers[_REQUEST_ID] = self.text(request_id)
        if headers:
            tree["headers"] = headers
        if response.body:
            try:
                body = json.loads(response.body, parse_constant=refuse_constant)
                tree["json"] = self.answer(body)
            except (ValueError, RecursionError):
                tree["text"] = self.text(response.body.decode(errors="replace"))
        return tree

    # Queries and forms

    def _pairs(self, pairs: Pairs) -> Any:
        described = [
            (name, self.attributes(value))
            if name == ATTRIBUTES.name
            else _describe_pair(name, value, self.text)
            for name, value in pairs
        ]
        once = len({name for name, _ in pairs}) == len(pairs)
        return dict(described) if once else [list(pair) for pair in described]

    # Fields of an answer: what is of their kind, and of no other

    def attributes(self, value: Any) -> Any:
        """A JSON object as one; where it is not written as the kit writes, with a mark for that."""
        if not isinstance(value, str):
            return {"unquoted": self.private(value)}
        try:
            parsed = json.loads(value, parse_constant=refuse_constant)
            plain = write_attributes(parsed) == value
            described = self.private(parsed) if isinstance(parsed, dict) else None
        except (ValueError, RecursionError):
            return self.text(value)
        if described is None:
            return self.text(value)
        if plain and not described.keys() & {"written", "unquoted"}:
            return described
        return {"written": self._written(value), "json": described}

    def url(self, value: Any) -> Any:
        """An address of the service's, as its path where requests were sent there."""
        parts = split_url(value) if isinstance(value, str) else None
        if parts is None:
            return self.private(value)
        origin, path, query = parts
        if origin in self.origins:
            origin = ""
        elif not ORIGIN.fullmatch(origin):
            return self.text(value)
        described = origin + join_path(describe_path(path, self.text))
        if not query:
            return described
        pairs = [_describe_pair(name, part, self.text) for name, part in decode_pairs(query)]
        return f"{described}?{urlencode(pairs)}"

    def date(self, value: Any) -> Any:
        """A date, as it is written: which form it has is worth knowing."""
        known = isinstance(value, str) and ANY_DATE.fullmatch(value)
        return value if known else self.private(value)

    def count(self, value: Any) -> Any:
        """A small number."""
        return value if type(value) is int and 0 <= value < 1_000_000 else self.private(value)

    def message(self, value: Any) -> Any:
        """A text of the service, some words of which are harmless."""
        if not isinstance(value, str):
            return self.private(value)
        return hide_wording(value, private=self.text, private_path=self._path_in_text)

    def more_info(self, value: Any) -> Any:
        """Where Twilio explains a code."""
        known = isinstance(value, str) and _MORE_INFO.fullmatch(value)
        return value if known else self.private(value)

    def key(self, value: Any) -> Any:
        """What a page calls what it lists."""
        return value if value == "users" else self.private(value)

    def _path_in_text(self, path: str) -> str:
        path, mark, rest = path.partition("?")
        versioned = path == "/v1" or path.startswith("/v1/")
        segments = describe_path(path if versioned else f"/v1{path}", self.text)
        described = join_path(segments if versioned else segments[1:])
        return f"{described}{mark}{self.text(rest)}"


def _describe_pair(name: str, value: str, private: Callable[[str], Any]) -> tuple[Any, Any]:
    # What stands alone may be a value, of a body that is no form.
    harmless = name in _PARAMETERS or (value and is_harmless_name(name))
    shown_name = name if harmless else private(name)
    counts = name in _COUNTS and decode_number(value) is not None and len(value) < 7
    return shown_name, value if counts else private(value)


def _known_headers(headers: Headers, harmless: Mapping[str, re.Pattern[str]]) -> JsonObject:
    return {
        name: value
        for name, value in sorted(headers)
        if name in harmless and harmless[name].fullmatch(value)
    }
