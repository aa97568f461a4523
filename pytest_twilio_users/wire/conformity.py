"""Checks a request for mistakes that Twilio's answer does not explain."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import unquote

from pytest_twilio_users.contract.hosts import ORIGIN, leads_to_twilio
from pytest_twilio_users.contract.operations import (
    BOOLEANS,
    SERVICE_SID,
    USER,
    WEBHOOK_ENABLED,
    Operation,
    Part,
)
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import counted, did_you_mean
from pytest_twilio_users.wire.codec import (
    FORM_TYPE,
    Call,
    decode_number,
    is_form,
    media_type,
    read_credentials,
)
from pytest_twilio_users.wire.encoders import PYTHON, encoder_of
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.paths import encode_segment, route
from pytest_twilio_users.wire.remembering import remembered
from pytest_twilio_users.wire.violations import Violation, error, warning

# Unreserved, sub-delims, ":" and "@" of RFC 3986, or a percent-encoded byte.
_ENCODED_PATH = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*")

_DOTS = (".", "..")

_DOCUMENTED_ORIGIN = re.compile(rf"{ORIGIN.pattern}\.?(?::443)?", re.IGNORECASE)
_BASIC = "documented: HTTP Basic, of Account SID and auth token, or of API key SID and secret"

# What languages write for a value that is not there, in whichever case.
_UNSET = frozenset(
    ("", "none", "null", "undefined", "nil", "<nil>", "nan", "false", "0", "[object object]")
)

# `{Sid}`, `$SID`, `:sid` and their like: a name that was to be replaced.
_TEMPLATE = re.compile(
    r"[$#]?\{+\s*[A-Za-z_][\w.]*\s*\}+|[$:][A-Za-z_]\w*|<[A-Za-z_][\w -]*>|%[A-Za-z_]\w*%"
)

_AROUND = "\"' \t\r\n"
"""What may stand around a value that a shell or a file gave."""

_MOST_TOLD = 10
"""How many unknown names are listed one by one, with advice: it may be a hundred thousand."""


def check_request(request: Request, call: Call) -> tuple[Violation, ...]:
    """Find the mistakes in a request that Twilio's answer does not explain.

    What Twilio refuses, such as text that is too long, its answer tells.
    """
    other = check_asked(request)
    if other is not None:
        return (other,)  # whatever else is found follows from it
    violations = _check_authorization(request.authorization)
    if not request.is_served:
        violations = _check_origin(request.origin) + violations
    if wrong := _check_path(request.path, call.service_sid, call.user):
        # Another language may have sent it.
        wrong = _check_path(request.path, call.service_sid, call.user, encoder_of(request))
    violations += wrong
    headers = [
        (name, value)
        for name, value in request.headers
        if name.startswith("x-twilio-") and name != "x-twilio-client"  # how an SDK names itself
    ]
    if "?" in request.target or request.fragment or request.body or headers:
        violations += tuple(_request_violations(request, call, headers))
    return violations


def check_asked(request: Request) -> Violation | None:
    """Find out whether the request is about another user than the caller asked for.

    The caller may have encoded the identity or not: what reaches Twilio counts.
    """
    asked = request.asked
    if asked is None:
        return None
    found = route(request.path)
    user = found.values.get(USER.name) if found else None
    if user in _DOTS:
        user = None  # who passes the request on collapses them
    if user in (asked, unquote(asked)):
        return None
    advice = (
        "no encoding preserves it, so use the user's SID"
        if unquote(asked) in _DOTS
        else f"encode an identity as one segment: {encode_segment(asked)} ({PYTHON})"
    )
    about = "no user" if user is None else f"{user!r}"
    return error(
        "path", f"{request.target!r}, which names {about}", f"{asked!r} was asked for; {advice}"
    )


@lru_cache(maxsize=64)
def _check_origin(origin: str) -> tuple[Violation, ...]:
    if not leads_to_twilio(origin) or _DOCUMENTED_ORIGIN.fullmatch(origin):
        return ()
    in_clear = ", which sends the credentials unencrypted" if origin.startswith("http:") else ""
    return (warning("origin", f"{origin}{in_clear}", "documented: https, without a port"),)


@remembered(64)
def _check_authorization(authorization: str | None) -> tuple[Violation, ...]:
    """Find credentials that Twilio's answer takes for none, or that were never set."""
    if authorization is None:
        return ()
    try:
        username, password = read_credentials(authorization)
    except ValueError as problem:
        return (error("header.Authorization", str(problem), _BASIC),)
    if question := _ask_what_is_missing(username):
        return (warning("header.Authorization", f"the user name {username!r}", question),)
    if password and (question := _ask_what_is_missing(password)):
        return (warning("header.Authorization", "a placeholder as password", question),)
    return ()


@remembered(1_024)
def _check_path(
    path: str, service_sid: str | None, user: str | None, encoder: str = PYTHON
) -> tuple[Violation, ...]:
    found: tuple[Violation, ...] = ()
    if not _ENCODED_PATH.fullmatch(path):
        advice = f"encode each segment{encoder and f', as {encoder} does'}"
        found += (error("path", repr(path), advice),)
    if path.endswith("/"):
        advice = "a path has no '/' at its end; was an identity empty, or '.'?"
        found += (warning("path", repr(path), advice),)
    if service_sid is not None and not SidKind.SERVICE.matches(service_sid):
        advice = f"a service's SID is 'IS' and 32 hex digits{_likely_cause(service_sid)}"
        found += (error(f"path.{SERVICE_SID.name}", repr(service_sid), advice),)
    # An identity may well be `Null`, `$ada` or `{a}`.
    if user is not None and user.endswith("}") and len(user) > 3:
        question = _ask_what_is_missing(user)
        found += (warning(f"path.{USER.name}", repr(user), question),) if question else ()
    return found


def _ask_what_is_missing(text: str) -> str:
    """The question that a text leads to which stands for a value; empty for any other."""
    if text.strip(_AROUND).casefold() in _UNSET:
        return "was a variable unset?"
    return "was a template not filled in?" if _TEMPLATE.fullmatch(text) else ""


def _likely_cause(text: str) -> str:
    """How a text may have come to stand where a service's SID belongs."""
    bare = text.strip(_AROUND)
    other = next((kind for kind in SidKind if kind.matches(text)), None)
    if question := _ask_what_is_missing(text):
        return f"; {question}"
    if SidKind.SERVICE.matches(bare):
        return f"; did you mean {bare!r}?"
    if other is not None:
        return f", and {other.value!r} marks a {other.label}; were two arguments swapped?"
    return "; is it a placeholder?" if "xxx" in text.casefold() else ""


def _request_violations(
    request: Request, call: Call, headers: Sequence[tuple[str, str]]
) -> Iterator[Violation]:
    if request.fragment:
        yield error("path", repr(f"#{request.fragment}"), "was an identity with '#' not encoded?")
    if request.target.endswith("?") and _is_about_one_user(call.operation):
        yield error("path", repr(request.target), "was an identity with '?' not encoded?")
    if call.query:
        yield from _name_violations(call.operation, Part.QUERY, call.query)
        yield from _range_violations(call)
    if request.body:
        yield from _body_violations(request, call)
    yield from _name_violations(call.operation, Part.HEADER, headers)
    if call.webhook_enabled not in (None, *BOOLEANS):
        yield error(
            f"header.{WEBHOOK_ENABLED.name}",
            repr(call.webhook_enabled),
            f"allowed: {', '.join(BOOLEANS)}",
        )


def _body_violations(request: Request, call: Call) -> Iterator[Violation]:
    if not call.operation.in_part(Part.FORM):
        yield error("body", counted(len(request.body), "byte"), f"{call.operation} has no body")
    elif not is_form(request):
        content_type = request.header("content-type")
        found = repr(content_type) if content_type else "no content type"
        is_json = "json" in media_type(content_type)
        what = "JSON, which Twilio does not read" if is_json else "a body that Twilio does not read"
        hint = " (in httpx and requests: data=…, not json=…)" if is_json else ""
        yield error("header.Content-Type", f"{found}, {what}", f"allowed: {FORM_TYPE}{hint}")
    else:
        yield from _name_violations(call.operation, Part.FORM, call.form)


def _name_violations(
    operation: Operation, part: Part, pairs: Sequence[tuple[str, str]]
) -> Iterator[Violation]:
    """Names that the operation does not know, and those that were sent twice."""
    allowed = [parameter.name for parameter in operation.in_part(part)]
    known = [name.lower() for name in allowed] if part is Part.HEADER else allowed
    unknown = 0
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        values[name].append(value)
    for name, sent in values.items():
        if name not in known:
            unknown += 1
            if unknown > _MOST_TOLD:
                continue
            advice = _advise(operation, part, name, allowed)
            yield error(f"{part}.{name}", "a parameter that Twilio ignores", advice)
        elif len(set(sent)) > 1:
            yield error(f"{part}.{name}", f"it {len(sent)} times", "allowed: once")
        elif len(sent) > 1:
            found = f"it {len(sent)} times with the same value"
            yield warning(f"{part}.{name}", found, "allowed: once")
    if unknown > _MOST_TOLD:
        more = f"{unknown - _MOST_TOLD:,} more that Twilio ignores"
        yield error(str(part), more, f"the first {_MOST_TOLD} are listed one by one")


def _advise(operation: Operation, part: Part, name: str, allowed: list[str]) -> str:
    if part is Part.HEADER:
        return f"{operation} has no such header.{did_you_mean(name, allowed)}"
    if allowed:
        return f"allowed: {', '.join(allowed)}.{did_you_mean(name, allowed)}"
    if _is_about_one_user(operation):
        return f"{operation} has no {part}; was an identity with '?' not encoded?"
    return f"{operation} has no {part}"


def _range_violations(call: Call) -> Iterator[Violation]:
    values = dict(call.query)
    for parameter in call.operation.in_part(Part.QUERY):
        text = values.get(parameter.name, "")
        if parameter.maximum is not None and (decode_number(text) or 0) > parameter.maximum:
            yield warning(
                f"query.{parameter.name}",
                text,
                f"documented: at most {parameter.maximum};"
                " Twilio may answer fewer users than asked for, so follow next_page_url",
            )


def _is_about_one_user(operation: Operation) -> bool:
    """Tell whether the operation's path ends with a user."""
    return operation.path.endswith("{Sid}")
