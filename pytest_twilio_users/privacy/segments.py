"""Paths of the service, or its addresses, taken apart into decoded segments."""

from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from pytest_twilio_users.wire.paths import encode_segment


def split_path(path: str) -> list[str]:
    """The decoded segments of a path."""
    return [unquote(segment) for segment in path.split("/")[1:]]


def join_path(segments: list[str]) -> str:
    """A path of decoded segments."""
    return "/" + "/".join(map(encode_segment, segments))


def split_url(url: str) -> tuple[str, str, str] | None:
    """Origin, path and query of an address of the service's; None if it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if not parts.path.startswith("/v1/") or parts.fragment or not url.isascii():
        return None
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "", parts.path, parts.query


def describe_path(path: str, private: Callable[[str], Any]) -> list[Any]:
    """The segments of a path, decoded; what is no part of the ten operations' paths is private."""
    segments = split_path(path)
    if segments[1:2] == ["Services"]:
        literal = {0: "v1", 1: "Services", 3: "Users", 5: "Conversations"}
    else:
        literal = {0: "v1", 1: "Users", 3: "Conversations"}
    return [
        segment if literal.get(index) == segment else private(segment)
        for index, segment in enumerate(segments)
    ]
