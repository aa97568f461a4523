"""Finds the refusal or the behaviours of Twilio that an answer shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.contract.behaviours import BEHAVIOURS, Behaviour
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    BOOLEANS,
    FRIENDLY_NAME,
    PAGE,
    PAGE_SIZE,
    PAGE_TOKEN,
    ROLE_SID,
    Action,
    Part,
)
from pytest_twilio_users.contract.refusals import (
    ATTRIBUTES_NO_OBJECT,
    ATTRIBUTES_NOT_JSON,
    NOT_FOUND,
    REFUSALS,
    TOO_MANY_REQUESTS,
    Refusal,
)
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.wire.codec import (
    Call,
    decode_anew,
    decode_json,
    json_object,
    media_type,
    refusal_body,
)
from pytest_twilio_users.wire.messages import Request, Response


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A request and its response, read: what a behaviour can be told from."""

    request: Request
    call: Call
    response: Response
    body: Mapping[str, Any]

    @property
    def sent(self) -> dict[str, str]:
        """What query and form said, by Twilio's names."""
        return dict(self.call.query) | dict(self.call.form)

    @property
    def users(self) -> list[Any]:
        """The users of a page."""
        found = self.body.get("users")
        return found if isinstance(found, list) else []

    @property
    def meta(self) -> Mapping[str, Any]:
        """What a page says of itself."""
        found = self.body.get("meta")
        return found if isinstance(found, dict) else {}

    @property
    def by_identity(self) -> bool:
        """Whether the path names the user by its identity."""
        return self.call.user is not None and not SidKind.USER.matches(self.call.user)


def read_answer(request: Request, response: Response) -> Answer | None:
    """Read a request for an operation with its response; None of another request."""
    call = decode_anew(request)
    if not isinstance(call, Call):
        return None
    return Answer(request=request, call=call, response=response, body=json_object(response) or {})


def refusal_in(request: Request, response: Response) -> Refusal | None:
    """The row of a refusal, by its status and code, or by its words where rows share these."""
    body = json_object(response) or {}
    told = response.status, body.get("code")
    by_code = [row for row in REFUSALS.values() if (row.status, row.code) == told]
    by_words = [
        row
        for row in by_code
        if refusal_body(row, path=request.path, method=request.method)["message"]
        == body.get("message")
    ]
    found = by_words or by_code
    if ATTRIBUTES_NOT_JSON in found:  # which has the same words as a second one
        found = [ATTRIBUTES_NO_OBJECT if _is_json(request) else ATTRIBUTES_NOT_JSON]
    return found[0] if len(found) == 1 else None


def behaviours_in(answer: Answer) -> list[Behaviour]:
    """The behaviours that show in an answer, as far as it tells them by itself."""
    rows = _REFUSED if answer.response.status >= 400 else _GIVEN[answer.call.operation.action]
    return [BEHAVIOURS[name] for name, shows in (rows | _EITHER).items() if shows(answer)]


def _is_json(request: Request) -> bool:
    call = decode_anew(request)
    try:
        decode_json(dict(call.form).get(ATTRIBUTES.name, "") if isinstance(call, Call) else "")
    except ValueError:
        return False
    return True


def _has_unknown(answer: Answer, part: Part) -> bool:
    pairs = answer.call.query if part is Part.QUERY else answer.call.form
    known = {parameter.name for parameter in answer.call.operation.in_part(part)}
    return any(name not in known for name, _ in pairs)


def _has_twice(answer: Answer) -> bool:
    return any(
        dict(pairs) != dict(reversed(pairs)) for pairs in (answer.call.query, answer.call.form)
    )


def _tells_nobody_reachable(user: Any) -> bool:
    if not isinstance(user, dict):
        return False
    return user.get("is_online", "") is None and user.get("is_notifiable", "") is None


def _misses_user(answer: Answer) -> bool:
    return answer.call.user is not None and answer.response.status == NOT_FOUND.status


def _changes(answer: Answer) -> int:
    return len(_CHANGEABLE & answer.sent.keys())


def _links_elsewhere(answer: Answer) -> bool:
    url = answer.body.get("url") or answer.meta.get("url")
    origin = answer.request.origin
    return origin != DEFAULT_ORIGIN and str(url).startswith(f"{origin}/")


_CHANGEABLE = {FRIENDLY_NAME.name, ATTRIBUTES.name, ROLE_SID.name}

Shows = Callable[[Answer], bool]

_GIVEN: Mapping[Action, dict[str, Shows]] = {
    Action.CREATE: {
        "role_filled_in": lambda a: not a.sent.get(ROLE_SID.name) and bool(a.body.get("role_sid")),
        "friendly_name_null": lambda a: (
            FRIENDLY_NAME.name not in a.sent and a.body.get("friendly_name", "") is None
        ),
        "attributes_default": lambda a: (
            ATTRIBUTES.name not in a.sent and a.body.get("attributes") == "{}"
        ),
        "dates_equal": lambda a: (
            bool(a.body.get("date_created"))
            and a.body["date_created"] == a.body.get("date_updated")
        ),
    },
    Action.FETCH: {
        "reachability_off": lambda a: _tells_nobody_reachable(a.body),
    },
    Action.UPDATE: {
        "update_nothing": lambda a: _changes(a) == 0,
        "update_empty_name": lambda a: a.sent.get(FRIENDLY_NAME.name) == "",
        "update_keeps_the_rest": lambda a: 0 < _changes(a) < len(_CHANGEABLE),
        "update_moves_date": lambda a: a.body.get("date_created") != a.body.get("date_updated"),
    },
    Action.DELETE: {},
    Action.LIST: {
        "default_page_size": lambda a: PAGE_SIZE.name not in a.sent,
        "max_page_size": lambda a: (
            a.sent.get(PAGE_SIZE.name, "") > ""
            and str(a.meta.get("page_size")) != a.sent[PAGE_SIZE.name]
        ),
        "page_echoed": lambda a: PAGE.name in a.sent and PAGE_TOKEN.name not in a.sent,
        "list_order": lambda a: len(a.users) > 1,
        "last_page_full": lambda a: (
            a.meta.get("next_page_url", "") is None and len(a.users) == a.meta.get("page_size")
        ),
        "reachability_not_listed": lambda a: (
            bool(a.users) and all(map(_tells_nobody_reachable, a.users))
        ),
    },
}
"""What shows in a success, by what was asked for."""

_REFUSED: dict[str, Shows] = {
    "identity_case": lambda a: _misses_user(a) and a.by_identity,
    "services_are_apart": _misses_user,
    "second_delete": lambda a: _misses_user(a) and a.call.operation.action is Action.DELETE,
    "json_body_unread": lambda a: (
        "json" in media_type(a.request.header("content-type")) and a.response.status == 400
    ),
    "no_retry_after": lambda a: (
        a.response.status == TOO_MANY_REQUESTS.status and a.response.header("retry-after") is None
    ),
}
"""What bears on a refusal."""

_EITHER: dict[str, Shows] = {
    "sid_or_identity": lambda a: a.by_identity and a.response.status < 400,
    "encoded_slash": lambda a: "%2f" in a.request.path.lower(),
    "plus_in_path": lambda a: "+" in a.request.path,
    "trailing_slash": lambda a: a.request.path.endswith("/"),
    "url_follows_origin": _links_elsewhere,
    "unknown_ignored": lambda a: _has_unknown(a, Part.FORM),
    "unknown_query_ignored": lambda a: _has_unknown(a, Part.QUERY),
    "last_parameter_wins": _has_twice,
    "webhook_header": lambda a: a.call.webhook_enabled in BOOLEANS,
}
