"""The result of an override's side effect for a request."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import signature
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import httpx

from pytest_twilio_users.contract.arguments import require_whole
from pytest_twilio_users.errors import InvalidArgument, KitError, brief
from pytest_twilio_users.transports.httpx_messages import HEADER_NAME
from pytest_twilio_users.transports.kept import Kept
from pytest_twilio_users.transports.told_errors import ALIKE
from pytest_twilio_users.wire.codec import JSON_TYPE, encode_json, refusal_body
from pytest_twilio_users.wire.messages import FRAMING

if TYPE_CHECKING:
    from pytest_twilio_users.contract.refusals import Refusal

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

# RFC 9110, 5.5, as far as all libraries send it.
_VALUE = re.compile(r"([!-~]([\t -~]*[!-~])?)?")


class InTurn:
    """Effects of which each request gets the next. Whoever begins has all of them before it."""

    def __init__(self, begin: Callable[[], Iterator[Any]]) -> None:
        self.begin = begin

    def anew(self) -> InTurn:
        """The same, which nobody has begun."""
        return InTurn(self.begin)

    @classmethod
    def of(cls, effects: Iterable[Any]) -> InTurn:
        """Those of a list, or of an iterator, which may have no end."""
        walked = effects if isinstance(effects, Sequence) else Kept(effects)
        return cls(lambda: iter(walked))


def plan(effect: Any) -> Any:
    """What an author gave as a side effect, as routes keep it; None if it is none.

    Raises:
        InvalidArgument: it is not allowed.
    """
    if effect is None or isinstance(effect, InTurn) or _can_be_meant(effect):
        return effect
    if isinstance(effect, Sequence) and not isinstance(effect, str | bytes | bytearray):
        wrong = [each for each in effect if each is not None and not _can_be_meant(each)]
        if not wrong:
            return InTurn.of(effect)
        effect = wrong[0]
    elif isinstance(effect, Iterator):
        return InTurn.of(effect)
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
    if not FRAMING.isdisjoint(map(str.lower, headers)):
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


def is_response(found: Any) -> bool:
    """Whether something is a response of httpx, or of httpx2.

    Raises:
        InvalidArgument: it is one whose status no answer can have.
    """
    if not isinstance(found, of_both("Response")):
        return False
    require_whole(found.status_code, name="status_code", least=100, most=999)
    return True


def of_both(name: str) -> Any:
    """The class of this name in httpx, and in httpx2 if that is loaded."""
    return tuple(getattr(sys.modules[each], name) for each in ALIKE if each in sys.modules)


def _is_header(header: tuple[Any, Any]) -> bool:
    name, value = header
    named = isinstance(name, str) and name.isascii() and HEADER_NAME.fullmatch(name.encode())
    return bool(named and isinstance(value, str) and _VALUE.fullmatch(value))


def _can_be_meant(effect: Any) -> bool:
    """Whether it is something to raise, to call or to give."""
    if isinstance(effect, type):
        return issubclass(effect, BaseException)
    given = isinstance(effect, BaseException | httpx.Request) or is_response(effect)
    return given or callable(effect)


def _made(kind: type[BaseException], request: httpx.Request) -> BaseException:
    try:
        if issubclass(kind, of_both("RequestError")):
            return kind("Mock Error", request=request)  # type: ignore[call-arg]  # as all of these
        return kind()
    except TypeError as error:
        raise KitError(
            f"side_effect={kind.__name__}: it can't be made without arguments ({error}). Give an"
            " instance."
        ) from None


def _wants_route(effect: Callable[..., Any]) -> bool:
    try:
        return "route" in signature(effect).parameters
    except (TypeError, ValueError):  # some can't be looked into
        return False
