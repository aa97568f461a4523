"""Advice on a request that no operation answers."""

from collections.abc import Iterator
from urllib.parse import unquote

from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.operations import OPERATIONS, Action
from pytest_twilio_users.errors import did_you_mean
from pytest_twilio_users.wire.codec import Unrouted
from pytest_twilio_users.wire.conformity import check_asked
from pytest_twilio_users.wire.encoders import encoder_of
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.paths import encode_segment, path_segments

_PATHS = tuple(dict.fromkeys(operation.path for operation in OPERATIONS.values()))
_ORDER = ("GET", "POST", "DELETE")
_BELOW_A_USER = "Conversations"


def advise(
    request: Request, unrouted: Unrouted, *, routable: bool, beside: str = ""
) -> Iterator[str]:
    """Say what the request missed and what to change, a sentence at a time.

    `routable` tells whether who asked can add routes; `beside` how to have a neighbour answer.
    """
    other = check_asked(request)
    if other is not None:
        return iter([f"{other.allowed}."])
    if unrouted.known:
        return _advise_on_method(request.method, unrouted)
    return _advise_on_path(request, routable=routable, beside=beside)


def _advise_on_method(method: str, unrouted: Unrouted) -> Iterator[str]:
    operations = {operation.action: operation for operation in unrouted.known}
    known = sorted(unrouted.known, key=lambda operation: _ORDER.index(operation.method))
    names = ", ".join(f"{operation.method} ({operation})" for operation in known)
    update = operations.get(Action.UPDATE)
    if update is not None and method in ("PATCH", "PUT"):
        yield f"This path takes: {names}. Twilio updates a user with {update.method}."
        return
    yield f"This path takes: {names}."
    if method in ("DELETE", "PATCH", "PUT"):
        yield "Is the path meant to end with a user? Then its SID or identity was empty, or '.'."


def _advise_on_path(request: Request, *, routable: bool, beside: str) -> Iterator[str]:
    segments = path_segments(request.path)
    respelt = _respelt(segments)
    if respelt is not None:
        yield f"Paths are case-sensitive and begin with /v1: did you mean {respelt}?"
        return
    if beside:
        yield beside
    else:
        yield from _advise_on_users(request, segments)
    if routable:
        # The address of a server is another one in the next run.
        origin = DEFAULT_ORIGIN if request.is_served else request.origin
        yield (
            "For another resource of Twilio's Conversations, add a route of your own:"
            f' twilio_users.routes.{request.method.lower()}("{origin}{request.path}")'
            ".respond(json={...})."
        )


def _advise_on_users(request: Request, segments: list[str]) -> Iterator[str]:
    identity = _identity_with_slashes(segments)
    guess = ""
    if identity is not None:
        encoder = encoder_of(request)
        yield (
            f"If {identity!r} is an identity, encode it as one segment:"
            f" {encode_segment(identity)}{encoder and f' ({encoder})'}."
        )
    elif _is_above_users(segments):
        collapse = "some clients collapse" if request.is_served else "httpx collapses"
        yield f"If the identity was '.' or '..': {collapse} these; send %2E or %2E%2E."
    else:
        guess = did_you_mean(request.path, _PATHS)
    yield f"Known paths: {', '.join(_PATHS)}.{guess}"


def _respelt(segments: list[str]) -> str | None:
    """The path with the right case and version, if that makes a known one; users stay as spelt."""
    for template in map(path_segments, _PATHS):
        for spelt in (segments, ["v1", *segments]):
            right = [
                segment if part[0] == "{" else part
                for part, segment in zip(template, spelt, strict=False)
            ]
            if len(spelt) == len(template) and "/".join(right).lower() == "/".join(spelt).lower():
                return "/" + "/".join(right)
    return None


def _identity_with_slashes(segments: list[str]) -> str | None:
    """What follows /Users where it is more than one segment, up to a resource of Twilio's."""
    if "Users" not in segments:
        return None
    user = segments[segments.index("Users") + 1 :]
    if _BELOW_A_USER in user[-2:]:
        user = user[: -1 - user[::-1].index(_BELOW_A_USER)]
    return unquote("/".join(user)) if len(user) > 1 else None


def _is_above_users(segments: list[str]) -> bool:
    """Whether the path is what `..` leaves of a user's: `/v1` or `/v1/Services/{sid}`."""
    return segments == ["v1"] or (len(segments) == 3 and segments[:2] == ["v1", "Services"])
