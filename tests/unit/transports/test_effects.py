"""transports/effects.py: what a side effect comes to."""

import asyncio
import functools

import httpx
import pytest

from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.transports.effects import as_httpx, come_to, plan

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


def test_a_class_of_errors_that_needs_arguments_says_so():
    """It is the author's to make it."""
    with pytest.raises(KitError) as error:
        meet(UnicodeDecodeError)

    assert str(error.value) == (
        "side_effect=UnicodeDecodeError: it can't be made without arguments (function takes"
        " exactly 5 arguments (0 given)). Give one that is made."
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


@pytest.mark.parametrize("given", [{"content": b"no"}, {"content": iter([b"n", b"o"])}])
def test_a_response_of_httpx2_becomes_one_of_httpx(given):
    """With its status, headers, and body, in parts or whole."""
    httpx2 = pytest.importorskip("httpx2")
    found = as_httpx(httpx2.Response(503, headers={"X-A": "1"}, **given))

    assert (type(found), found.status_code, found.headers["x-a"]) == (httpx.Response, 503, "1")
    assert b"".join(found.stream) == b"no"


def test_what_is_no_response_of_httpx2_stays():
    """Whatever it is."""
    response = httpx.Response(503)

    assert (as_httpx(response), as_httpx(None)) == (response, None)
