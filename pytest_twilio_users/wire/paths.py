"""The paths of the ten operations, read or written."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote

from pytest_twilio_users.contract.operations import OPERATIONS, Operation
from pytest_twilio_users.wire.remembering import remembered


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A path that operations answer.

    `by_method` holds these operations, `values` the decoded path parameters.
    """

    by_method: Mapping[str, Operation]
    values: Mapping[str, str]


def path_segments(path: str) -> list[str]:
    """The raw segments of a path; one trailing slash is dropped."""
    segments = path.split("/")[1:]
    return segments[:-1] if len(segments) > 1 and segments[-1] == "" else segments


@remembered(1_024)
def route(path: str) -> Route | None:
    """Find the route of a raw path, or None.

    A segment is split off before it is decoded: `a%2Fb` is the one segment `a/b`.
    """
    segments = path_segments(path)
    for template, by_method in _TEMPLATES.items():
        if len(template) == len(segments) and all(
            part[0] == "{" or part == segment
            for part, segment in zip(template, segments, strict=True)
        ):
            values = {
                part[1:-1]: unquote(segment)
                for part, segment in zip(template, segments, strict=True)
                if part[0] == "{"
            }
            return Route(by_method=by_method, values=values)
    return None


def _templates() -> dict[tuple[str, ...], dict[str, Operation]]:
    templates: dict[tuple[str, ...], dict[str, Operation]] = {}
    for operation in OPERATIONS.values():
        template = tuple(path_segments(operation.path))
        templates.setdefault(template, {})[operation.method] = operation
    return templates


_TEMPLATES = _templates()


def users_path(service_sid: str | None, user: str | None = None) -> str:
    """The path of a service's users, or of one of them; None is the default service."""
    users = f"/v1/Services/{service_sid}/Users" if service_sid else "/v1/Users"
    return f"{users}/{encode_segment(user)}" if user else users


def encode_segment(text: str) -> str:
    """Write any text as exactly one path segment, `.` and `..` included."""
    if text.isascii() and text.isalnum():
        return text
    if text in (".", ".."):
        # HTTP libraries collapse dot segments; percent-encoded ones they leave.
        return text.replace(".", "%2E")
    return quote(text, safe="")
