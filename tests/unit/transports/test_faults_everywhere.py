"""Each fault by each library: what it raises, what the journal has, what the stub remembers."""

import asyncio
import time

import httpx
import pytest
from unit.transports.asking import (
    EACH_WAY,
    IN_TOTAL,
    LOGIN,
    TIMED,
    documented_error,
    error_of,
    skip_what_older_libraries_do,
)

from pytest_twilio_users import faults
from pytest_twilio_users.transports.told_errors import fault_of

ORIGIN = "https://conversations.twilio.com"
# On a create: the fault; what the journal tells; whether the user was made.
FAULTS = {
    "refused": (
        faults.refused("too_many_requests"),
        "429 20429 Too Many Requests, by faults.refused(name='too_many_requests')",
        False,
    ),
    "connect_error": (
        faults.connect_error(),
        "no response (ConnectError), by faults.connect_error()",
        False,
    ),
    "connect_timeout": (
        faults.connect_timeout(),
        "no response (ConnectTimeout), by faults.connect_timeout()",
        False,
    ),
    "read_timeout": (
        faults.read_timeout(),
        "no response (ReadTimeout), by faults.read_timeout()",
        False,
    ),
    "connection_reset": (
        faults.connection_reset(),
        "no response (ReadError), by faults.connection_reset()",
        False,
    ),
    "answer_lost": (
        faults.answer_lost(),
        "no response (RemoteProtocolError), by faults.answer_lost()",
        True,
    ),
    "slow": (faults.slow(300), "no response (ReadTimeout), by faults.slow(seconds=300)", True),
    "body_cut": (
        faults.body_cut(after=5),
        "201, broken off (RemoteProtocolError), by faults.body_cut(after=5)",
        True,
    ),
    "html_body": (faults.html_body(), "502, by faults.html_body(status=502)", False),
    "empty_body": (faults.empty_body(), "201, by faults.empty_body()", True),
    "wrong_content_type": (
        faults.wrong_content_type(),
        "201, by faults.wrong_content_type(content_type='text/plain')",
        True,
    ),
    "missing_field": (
        faults.missing_field("links"),
        "201, by faults.missing_field(name='links')",
        True,
    ),
    "null_field": (faults.null_field("url"), "201, by faults.null_field(name='url')", True),
    "unknown_field": (
        faults.unknown_field("mood", "fine"),
        "201, by faults.unknown_field(name='mood', value='fine')",
        True,
    ),
    "wrong_type": (
        faults.wrong_type("identity"),
        "201, by faults.wrong_type(name='identity')",
        True,
    ),
}
pytestmark = pytest.mark.filterwarnings("ignore:(BasicAuth|The 'auth' parameter) is deprecated")


@pytest.mark.parametrize("name", FAULTS)
@EACH_WAY
def test_a_fault_is_the_same_by_each_library(twilio_users, way, name):
    """The library tells it as documented, the journal names it, the users are as it left them."""
    skip_what_older_libraries_do(way, name)
    fault, told, is_made = FAULTS[name]
    route = twilio_users.routes["create_user"].fail(fault, times=1)
    began = time.perf_counter()

    error = error_of(way, ORIGIN, connect=120, read=120)

    assert (error and type(error).__name__) == documented_error(way, name)
    if way in IN_TOTAL and name in TIMED:  # it was the caller who had enough
        told = told.replace(told.split("(")[1].split(")")[0], "CancelledError")
    assert str(twilio_users.journal) == (
        f"1. create_user: POST /v1/Users (Identity='ada') -> {told}"
    )
    assert twilio_users.journal.last.fault == fault
    assert [user.identity for user in twilio_users.users()] == ["ada"] * is_made
    assert route.call_count == 1
    assert time.perf_counter() - began < 15  # nobody waited


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        (faults.read_timeout(), "ReadTimeout", "timed out"),
        (faults.connection_reset(), "ReadError", "[Errno 104] Connection reset by peer"),
        (
            faults.body_cut(after=1),
            "RemoteProtocolError",
            (
                "peer closed connection without sending complete message body (received 1 bytes,"
                " expected 270)"
            ),
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("core", ["httpcore", "httpcore2"])
def test_the_layer_beneath_httpx_tells_it_too(twilio_users, core, fault, error, text):
    """To who sends by it, past httpx."""
    library = pytest.importorskip(core)
    twilio_users.routes["list_user"].fail(fault)
    waits = {"timeout": {"read": 5}}

    with library.ConnectionPool() as pool, pytest.raises(getattr(library, error)) as told:
        pool.request("GET", f"{ORIGIN}/v1/Users", headers=LOGIN, extensions=waits)

    assert str(told.value) == text


def test_aiohttp_asks_again_by_itself(twilio_users):
    """Where the request is idempotent, as over a network; it takes its caller two to hear of it."""
    import aiohttp

    twilio_users.routes["list_user"].fail(faults.connection_reset(), times=3)

    async def status():
        async with (
            aiohttp.ClientSession(headers=LOGIN) as session,
            session.get(f"{ORIGIN}/v1/Users") as answer,
        ):
            return answer.status

    with pytest.raises(aiohttp.ClientOSError):
        asyncio.run(status())
    assert asyncio.run(status()) == 200
    assert [exchange.status for exchange in twilio_users.journal] == [None, None, None, 200]


def test_urllib3_asks_again_as_it_is_told_to(twilio_users):
    """Each attempt is an exchange of its own, with its own fault or none."""
    import urllib3

    twilio_users.routes["list_user"].fail(faults.slow(30), times=1)
    twilio_users.routes["list_user"].fail(faults.refused("unavailable"), times=1)
    retries = urllib3.Retry(total=2, status_forcelist=[503])
    with urllib3.PoolManager(retries=retries, timeout=5) as pools:
        assert pools.request("GET", f"{ORIGIN}/v1/Users", headers=LOGIN).status == 200

    assert str(twilio_users.journal) == (
        "1. list_user: GET /v1/Users -> no response (ReadTimeout), by faults.slow(seconds=30)\n"
        "2. list_user: GET /v1/Users -> 503 20503 Service Unavailable,"
        " by faults.refused(name='unavailable')\n"
        "3. list_user: GET /v1/Users -> 200"
    )


@pytest.mark.parametrize("name", ["refused", "answer_lost", "slow", "empty_body"])
def test_an_application_of_the_users_meets_it_too(twilio_users, name):
    """What the network does goes up to who runs the application, with the fault."""
    fault, _, is_made = FAULTS[name]
    twilio_users.routes["create_user"].fail(fault)

    async def ask():
        transport = httpx.ASGITransport(twilio_users.asgi_app)
        async with httpx.AsyncClient(transport=transport, base_url="http://stub") as client:
            return await client.post("/v1/Users", data={"Identity": "ada"}, headers=LOGIN)

    if name == "answer_lost":
        with pytest.raises(httpx.RemoteProtocolError) as lost:
            asyncio.run(ask())
        assert fault_of(lost.value) == fault
    else:
        assert asyncio.run(ask()).status_code in (201, 429)
    assert twilio_users.journal.last.fault == fault
    assert len(twilio_users.users()) == is_made


def test_each_fault_of_a_create_is_among_them():
    """And those of what the stub remembers have tests of their own."""
    assert {*FAULTS} == {n for n, row in faults.FAULTS.items() if row.family != "state"}
