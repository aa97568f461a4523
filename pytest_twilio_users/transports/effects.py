"""Side effects of an override: what one of them comes to, for a request."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import signature
from itertools import chain, repeat, tee
from typing import TYPE_CHECKING, Any

import httpx

from pytest_twilio_users.errors import InvalidArgument, KitError, brief
from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json, refusal_body

if TYPE_CHECKING:
    import httpx2

    from pytest_twilio_users.contract.refusals import Refusal

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

# RFC 9110, 5.6.2 and 5.5, as far as all libraries send it.
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")
_VALUE = re.compile(r"([!-~]([\t -~]*[!-~])?)?")
_OF_THE_BODY = frozenset(("content-length", "transfer-encoding"))


class InTurn:
    """Effects of which each request gets the next. Whoever begins has all of them before it."""

    def __init__(self, begin: Callable[[], Iterator[Any]]) -> None:
        self.begin = begin

    @classmethod
    def of(cls, effects: Iterable[Any]) -> InTurn:
        """Those of a list, or of an iterator, which may have no end."""
        if isinstance(effects, Sequence):
            return cls(lambda: iter(effects))
        # An iterator can be walked once: what is taken from it is kept for whoever begins later.
        kept = tee((effect for effect in effects), 1)[0]
        return cls(lambda: tee(kept)[1])


def plan(effect: Any) -> Any:
    """What an author gave as a side effect, as routes keep it; None if it is none.

    Raises:
        InvalidArgument: it can't be meant.
    """
    is_list = isinstance(effect, Sequence | Iterator) and not isinstance(effect, str | bytes)
    if is_list:
        return InTurn.of(effect)
    if effect is None or isinstance(effect, InTurn | BaseException):
        return effect
    if isinstance(effect, type) and not issubclass(effect, BaseException):
        pass  # an exception is the one kind of class that can be meant
    elif callable(effect) or is_response(effect):
        return effect
    raise InvalidArgument(
        f"side_effect={brief(effect)}: give an exception, a function of the request, or a list of"
        " responses, exceptions and functions, one for each request."
    )


def refusing(
    refusal: Refusal, *, times: int | None, headers: Mapping[str, str]
) -> InTurn | Callable[[httpx.Request], httpx.Response]:
    """Refuse as Twilio would, always; or some times, and leave the rest to the stub.

    Raises:
        InvalidArgument: no response can have these headers.
    """
    if not isinstance(headers, Mapping) or not all(map(_is_header, headers.items())):
        raise InvalidArgument(
            f"headers={brief(headers)}: expected names and texts that HTTP can send, such as"
            " {'Retry-After': '2'}: ASCII, without spaces around it."
        )
    if not _OF_THE_BODY.isdisjoint(map(str.lower, headers)):
        raise InvalidArgument(
            f"headers={brief(headers)}: Content-Length and Transfer-Encoding follow from the body,"
            " which the kit writes. Leave them out."
        )
    sent = httpx.Headers({"content-type": JSON_TYPE})
    sent.update(headers)

    def refuse(request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        body = encode_json(refusal_body(refusal, path=path, method=request.method))
        return httpx.Response(refusal.status, headers=sent, content=body)

    if times is None:
        return refuse
    return InTurn(lambda: chain(repeat(refuse, min(times, sys.maxsize)), repeat(None)))


def come_to(
    effect: Any, request: httpx.Request, *, route: object, groups: Mapping[str, str]
) -> Any:
    """What an effect comes to: what a function gives, or the effect itself.

    Args:
        effect: one that takes no turns.
        request: which meets it.
        route: for a function that has a parameter of this name.
        groups: what the pattern of the route took out of the request.

    Raises:
        BaseException: the effect is one, or its function raises it.
        KitError: the effect is a class of errors that can't be made without arguments.
    """
    if isinstance(effect, BaseException):
        raise effect.with_traceback(None)  # it may have been raised before
    if isinstance(effect, type) and issubclass(effect, BaseException):
        raise _made(effect, request)
    if not callable(effect):
        return effect
    wanted = {"route": route} if _wants_route(effect) else {}
    return effect(request, **groups, **wanted)


def is_response(found: object) -> bool:
    """Whether something is a response of httpx, or of httpx2."""
    return isinstance(found, httpx.Response) or _is_of_httpx2(found)


def as_httpx(found: Any) -> Any:
    """A response of httpx2 as one of httpx, anything else as it is."""
    if not _is_of_httpx2(found) or isinstance(found, httpx.Response):
        return found
    response: httpx2.Response = found
    return httpx.Response(
        response.status_code,
        headers=response.headers.raw,
        stream=_stream_of(response),
        extensions=response.extensions,
    )


def _is_header(header: tuple[Any, Any]) -> bool:
    name, value = header
    named = isinstance(name, str) and _NAME.fullmatch(name)
    return bool(named and isinstance(value, str) and _VALUE.fullmatch(value))


def _is_of_httpx2(found: object) -> bool:
    httpx2 = sys.modules.get("httpx2")
    return httpx2 is not None and isinstance(found, httpx2.Response)


def _stream_of(response: httpx2.Response) -> Any:
    import httpx2

    stream = response.stream
    return httpx.ByteStream(b"".join(stream)) if isinstance(stream, httpx2.ByteStream) else stream


def _made(kind: type[BaseException], request: httpx.Request) -> BaseException:
    if any(base.__name__ == "RequestError" for base in kind.__mro__):  # of httpx, or of httpx2
        return kind("Mock Error", request=request)  # type: ignore[call-arg]  # they are alike
    try:
        return kind()
    except TypeError as error:
        raise KitError(
            f"side_effect={kind.__name__}: it can't be made without arguments ({error}). Give one"
            " that is made."
        ) from None


def _wants_route(effect: Callable[..., Any]) -> bool:
    try:
        return "route" in signature(effect).parameters
    except (TypeError, ValueError):  # some can't be looked into
        return False
