"""transports/effects.py: what a side effect comes to."""

import asyncio
import functools
from unittest.mock import AsyncMock, MagicMock, Mock

import httpx
import pytest

from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.transports.effects import come_to, plan

REQUEST = httpx.Request("GET", "https://conversations.twilio.com/v1/Users")


def meet(effect, **groups):
    """What a request meets."""
    return come_to(effect, REQUEST, route="the route", groups=groups)


@pytest.mark.parametrize(
    "error", [ValueError("no"), KeyboardInterrupt(), asyncio.CancelledError()], ids=repr
)
def test_an_error_is_raised(error):
    """Whatever it derives from; raised again, its traceback is no longer."""
    lengths = []
    for _ in range(2):
        with pytest.raises(type(error)) as raised:
            meet(error)
        assert raised.value is error
        lengths.append(len(raised.traceback))

    assert lengths[0] == lengths[1]


@pytest.mark.parametrize(
    "kind", [ValueError, KeyboardInterrupt, asyncio.CancelledError], ids=lambda kind: kind.__name__
)
def test_a_class_of_errors_is_raised(kind):
    """Made without arguments."""
    with pytest.raises(kind):
        meet(kind)


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_a_class_of_errors_of_the_library_knows_the_request(library):
    """Those of both need a message."""
    kind = pytest.importorskip(library).ConnectError
    with pytest.raises(kind, match=r"^Mock Error$") as error:
        meet(kind)

    assert error.value.request is REQUEST


class RequestError(Exception):
    """An application's own, called as httpx calls one of its."""


class CableOut(httpx.ConnectError):
    """An author's, which needs no arguments and takes none."""

    def __init__(self):
        super().__init__("no")


def test_an_error_that_is_only_called_as_httpxs_is_made_without_arguments():
    """Its name says nothing."""
    with pytest.raises(RequestError, match=r"^$"):
        meet(RequestError)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (UnicodeDecodeError, "function takes exactly 5 arguments (0 given)"),
        (CableOut, "CableOut.__init__() got an unexpected keyword argument 'request'"),
    ],
)
def test_a_class_of_errors_that_needs_other_arguments_says_so(kind, why):
    """It is the author's to make it."""
    with pytest.raises(KitError) as error:
        meet(kind)

    assert str(error.value) == (
        f"side_effect={kind.__name__}: it can't be made without arguments ({why}). Give an"
        " instance."
    )


@pytest.mark.parametrize(
    "effect",
    [
        lambda request, sid, route: (request, sid, route),
        lambda request, sid, *, route: (request, sid, route),
        functools.partial(lambda request, sid, route: (request, sid, route)),
    ],
)
def test_a_function_gets_the_request_its_groups_and_the_route(effect):
    """The route if it asks for it."""
    assert meet(effect, sid="US1") == (REQUEST, "US1", "the route")


def test_a_function_that_can_not_be_looked_into_gets_the_request():
    """Some of C's."""
    assert meet(type) is httpx.Request


@pytest.mark.parametrize("effect", ["text", b"bytes", 503, object, {"status": 503}, 1.5])
def test_what_can_not_be_meant_is_an_error(effect):
    """When it is given."""
    if effect is object:
        effect = object()
    with pytest.raises(InvalidArgument) as error:
        plan(effect)

    assert str(error.value) == (
        f"side_effect={effect!r}: give an exception, a function of the request, or a list of"
        " responses, exceptions and functions, one for each request."
    )


@pytest.mark.parametrize(
    ("effect", "wrong"),
    [
        ([httpx.Response(503), 502], 502),
        (["text"], "text"),
        ([[None]], [None]),
        ([httpx.Response], httpx.Response),
        (range(3), 0),
        (bytearray(b"ab"), bytearray(b"ab")),
    ],
)
def test_what_a_list_can_not_mean_is_an_error(effect, wrong):
    """When it is given; what is wrong in it is shown."""
    with pytest.raises(InvalidArgument) as error:
        plan(effect)

    assert str(error.value).startswith(f"side_effect={wrong!r}: give ")


@pytest.mark.parametrize("status", ["503", b"x", 503.0, True, 99, 1000, None])
def test_a_status_that_no_answer_has_is_an_error(status):
    """A report could not be made of it, though httpx takes it."""
    response = httpx.Response(503)
    response.status_code = status
    with pytest.raises(InvalidArgument) as error:
        plan([response])

    assert str(error.value) == (
        f"status_code={status!r} ({type(status).__name__}): allowed: whole numbers from 100 to 999."
        f"{' Decode it first: .decode().' if status == b'x' else ''}"
    )


@pytest.mark.parametrize("mock", [Mock, MagicMock, AsyncMock])
def test_a_mock_is_a_function(mock):
    """MagicMock can be walked, too."""
    effect = mock(return_value=None)

    assert plan(effect) is effect
