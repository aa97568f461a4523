"""Which operation answers a raw path."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pytest_twilio_users.contract.operations import OPERATIONS, Operation


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


@lru_cache(maxsize=1024)
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
                part[1:-1]: unquote(segment, errors="replace")
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
