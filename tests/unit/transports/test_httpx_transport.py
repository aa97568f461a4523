"""transports/httpx_transport.py: a backend where httpx expects the network."""

import asyncio

import httpx
import pytest
import trio

from pytest_twilio_users.errors import KitError, UnansweredRequest

USERS = "https://conversations.twilio.com/v1/Users"


@pytest.fixture(params=[False, True], ids=["no routes", "routes"])
def transport(request, transport_to, stub, routes):
    """A transport as it is before the author looks at the routes, and afterwards."""
    return transport_to(stub, *[routes] * request.param)


@pytest.fixture
def http(flavour, transport):
    """An httpx client whose network is the stub."""
    return flavour.http(transport=transport, auth=("AC" + "a" * 32, "any"))


def test_the_backend_answers(http, stub, compose):
    """Status, body and headers are the backend's, and nothing is added."""
    response = http.post(USERS, data={"Identity": "ada"})
    same = stub.handle(compose("POST", "/v1/Users", form={"Identity": "ada"}))

    assert (response.status_code, response.json()["identity"], same.status) == (201, "ada", 409)
    assert [name for name, _ in response.headers.multi_items()] == [
        name for name, _ in same.headers
    ]


def test_the_exchange_is_noted(http, journal):
    """What a client of httpx sent is in the journal."""
    http.post(USERS, data={"Identity": "ada"})

    assert journal.sent("create_user") == [{"Identity": "ada"}]


def test_what_the_backend_raises_reaches_the_application(http):
    """A request that no operation answers fails where it was sent."""
    with pytest.raises(UnansweredRequest):
        http.patch(f"{USERS}/ada")


def test_a_body_that_is_streamed_is_read(flavour, http):
    """An application may send an iterator."""

    async def pieces():
        yield b"Identity="
        yield b"ada"

    body = pieces() if flavour.is_async else iter([b"Identity=", b"ada"])
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert http.post(USERS, content=body, headers=headers).json()["identity"] == "ada"


def test_an_answer_tells_how_long_it_took(http):
    """Applications that log `response.elapsed` work on the stub."""
    assert http.get(USERS).elapsed.total_seconds() >= 0


def test_an_answer_can_be_streamed(transport):
    """Applications that read the raw stream work on the stub."""
    client = httpx.Client(transport=transport, auth=("ada", "any"))

    with client.stream("GET", USERS) as response:
        assert b"".join(response.iter_raw()).startswith(b'{"meta": ')


def test_an_answer_can_be_streamed_asynchronously(transport):
    """Applications that read the raw stream work on the stub."""

    async def read():
        async with (
            httpx.AsyncClient(transport=transport, auth=("ada", "any")) as client,
            client.stream("GET", USERS) as response,
        ):
            return b"".join([piece async for piece in response.aiter_raw()])

    assert asyncio.run(read()).startswith(b'{"meta": ')


@pytest.mark.parametrize(
    "run", [pytest.param(lambda work: asyncio.run(work()), id="asyncio"), trio.run]
)
def test_it_is_bound_to_no_event_loop(transport, run):
    """Asyncio and trio use it alike."""

    async def status():
        async with httpx.AsyncClient(transport=transport, auth=("ada", "any")) as client:
            return (await client.get(USERS)).status_code

    assert run(status) == 200


def test_many_tasks_lose_no_write(transport, account):
    """Interleaved tasks create users as one after the other would."""

    async def create():
        client = httpx.AsyncClient(transport=transport, auth=("ada", "any"))
        async with asyncio.TaskGroup() as tasks:
            for number in range(20):
                tasks.create_task(client.post(USERS, data={"Identity": f"user-{number}"}))

    asyncio.run(create())

    assert len(list(account.store.users())) == 20


class TestWithoutNetwork:
    """The transport as the kit's own client has it: with nothing beneath."""

    @pytest.fixture
    def http(self, flavour, transport_to, stub, routes):
        """A client whose transport has no network to pass a request to."""
        return flavour.http(transport=transport_to(stub, routes))

    def test_a_request_can_not_pass(self, http, routes):
        """It fails, and says which client could have sent it."""
        routes["fetch_user"].pass_through()

        with pytest.raises(KitError) as error:
            http.get(f"{USERS}/ada")

        assert str(error.value) == (
            "A route lets GET /v1/Users/ada pass through, but the kit's own client has no"
            " network behind it in stub mode. Send it from a client of your own."
        )

    def test_a_request_that_could_not_pass_is_noted(self, http, routes, journal):
        """The journal says that a route let it go."""
        routes["fetch_user"].pass_through()
        with pytest.raises(KitError):
            http.get(f"{USERS}/ada")

        assert (journal.last.operation, journal.last.error) == ("fetch_user", "passed through")
