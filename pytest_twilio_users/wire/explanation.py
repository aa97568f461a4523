"""Why no operation answers a request, and what to change."""

from collections.abc import Iterator

from pytest_twilio_users.contract.operations import OPERATIONS, Action
from pytest_twilio_users.errors import did_you_mean
from pytest_twilio_users.wire.codec import Unrouted, encode_segment
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.routing import route, split_path

_ORDER = ("GET", "POST", "DELETE")
_INSTEAD = {"PATCH": Action.UPDATE, "PUT": Action.UPDATE}


def advise(request: Request, unrouted: Unrouted) -> Iterator[str]:
    """Say what the request missed and what to change, a sentence at a time."""
    segments = split_path(request.path)
    if unrouted.known:
        known = sorted(unrouted.known, key=lambda operation: _ORDER.index(operation.method))
        names = ", ".join(f"{operation.method} ({operation})" for operation in known)
        instead = [o for o in known if o.action is _INSTEAD.get(request.method)]
        yield f"Known here: {names}." + "".join(
            f" Twilio updates a user with {operation.method}." for operation in instead
        )
        if not instead and segments[-1] == "Users":
            yield "Is the path meant to end with a user? Then its SID or identity was empty."
        return
    respelt = _respelt(request.path)
    if respelt is not None:
        yield f"Paths are case-sensitive and begin with /v1: did you mean {respelt}?"
        return
    user = _unencoded_user(segments)
    if user is not None:
        yield (
            f"If {user!r} is an identity, encode it as one segment: {encode_segment(user)}"
            " (urllib.parse.quote(identity, safe=''))."
        )
    elif "Users" not in segments:
        yield "If the identity was '.' or '..': httpx collapses these; send %2E or %2E%2E."
    paths = dict.fromkeys(operation.path for operation in OPERATIONS.values())
    yield f"Known paths: {', '.join(paths)}.{did_you_mean(request.path, paths)}"
    yield (
        "For another resource of Twilio's Conversations, add a route of your own:"
        f' twilio_users.routes.{request.method.lower()}("{request.origin}{request.path}")'
        ".respond(json={...})."
    )


def _respelt(path: str) -> str | None:
    """The path with the right case and version, if that makes a known one."""
    words = {"users": "Users", "services": "Services", "v1": "v1"}
    segments = [words.get(segment.lower(), segment) for segment in split_path(path)]
    if segments[:1] != ["v1"]:
        segments.insert(0, "v1")
    respelt = "/" + "/".join(segments)
    return respelt if respelt != path and route(respelt) else None


def _unencoded_user(segments: list[str]) -> str | None:
    """What follows /Users where it is more than one segment."""
    if "Users" not in segments:
        return None
    user = segments[segments.index("Users") + 1 :]
    return "/".join(user) if len(user) > 1 else None
