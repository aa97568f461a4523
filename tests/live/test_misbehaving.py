"""live/misbehaving.py: the server that live runs are proven against."""

import socket
import time
from itertools import groupby, islice

import httpx
import pytest
from live.misbehaving import (
    ACCOUNT_SID,
    AUTH_TOKEN,
    DEFAULT_SERVICE_SID,
    EVERYTHING,
    SERVICE_SID,
    STORM,
    Fault,
    Misbehaving,
    plan,
)

USERS = f"/v1/Services/{SERVICE_SID}/Users"


@pytest.fixture
def open_server():
    """Opens a server that has one fault, or the given ones."""
    opened = []

    def open_server(*faults, seed=1, slow=0.02):
        server = Misbehaving(seed, chances=dict.fromkeys(faults, 1), slow=slow).__enter__()
        opened.append(server)
        return server

    yield open_server
    for server in opened:
        server.__exit__(None, None, None)


@pytest.fixture
def http():
    """A client that keeps its connections."""
    with httpx.Client(auth=(ACCOUNT_SID, AUTH_TOKEN), verify=False) as http:  # noqa: S501  # no TLS
        yield http


@pytest.fixture
def create(http):
    """Creates a user at a server."""
    return lambda server, identity="ada", **limits: http.post(
        server.url + USERS, data={"Identity": identity}, **limits
    )


@pytest.fixture
def outcome(create):
    """What comes of a create: the status, the headers and how many users there are."""

    def outcome(server):
        try:
            answer = create(server)
        except httpx.TransportError as error:
            return type(error), {}, len(server.users())
        return answer.status_code, answer.headers, len(server.users())

    return outcome


@pytest.mark.parametrize(
    ("fault", "status", "users"),
    [
        (Fault.FINE, 201, 1),
        (Fault.TOO_MANY, 429, 0),
        (Fault.TOO_MANY_NOW, 429, 0),
        (Fault.UNAVAILABLE, 503, 0),
        (Fault.SLOW, 201, 1),
        (Fault.LATE, 201, 1),
        (Fault.RESET, httpx.ReadError, 0),
        (Fault.LOST, httpx.ReadError, 1),
        (Fault.HALF, httpx.RemoteProtocolError, 1),
        (Fault.HTML, 502, 0),
        (Fault.FAILED, 500, 0),
        (Fault.FAILED_AFTER, 500, 1),
    ],
)
def test_each_fault_is_what_it_says(open_server, outcome, fault, status, users):
    """By what the client sees, and by what the account holds."""
    server = open_server(fault)
    seen, headers, left = outcome(server)

    assert (seen, left) == (status, users)
    assert ("retry-after" in headers) == (fault is Fault.TOO_MANY_NOW)
    assert [(done.fault, done.status) for done in server.log] == [(fault, 201 if users else None)]


def test_every_fault_is_among_the_chances():
    """And about four of ten requests go well."""
    first = list(islice(plan(1, EVERYTHING), 2_000))

    assert set(first) == set(Fault)
    assert 0.3 < first.count(Fault.FINE) / len(first) < 0.5


def test_a_seed_gives_a_plan():
    """The same one each time; another seed another one."""
    plans = [list(islice(plan(seed, EVERYTHING), 100)) for seed in (1, 1, 2)]

    assert plans[0] == plans[1] != plans[2]


def test_a_storm_is_of_one_to_four():
    """Each of them may be followed by another one."""
    chances = {Fault.TOO_MANY: 1, Fault.FINE: 4}
    rows = [
        len(list(row)) for fault, row in groupby(islice(plan(1, chances), 1_000)) if fault.is_storm
    ]

    assert min(rows) == 1
    assert rows.count(4) > rows.count(5)
    assert {1, 2, 3, STORM} <= set(rows)


def test_the_server_keeps_to_the_plan(open_server, outcome):
    """Request by request."""
    server = open_server(Fault.FINE, Fault.TOO_MANY, Fault.RESET)
    for _ in range(20):
        outcome(server)
    expected = plan(1, dict.fromkeys((Fault.FINE, Fault.TOO_MANY, Fault.RESET), 1))

    assert [done.fault for done in server.log] == list(islice(expected, 20))
    assert str(server.log[0]).startswith(f"0: POST {USERS}: ")


def test_it_behaves_when_told(open_server, create):
    """From then on."""
    server = open_server(Fault.UNAVAILABLE)
    statuses = [create(server).status_code]
    server.behave()
    statuses.append(create(server).status_code)

    assert statuses == [503, 201]


def test_a_foreign_user_is_there_without_a_request(open_server, http):
    """In the service that is named."""
    server = open_server(Fault.FINE)
    server.add_foreign_user("eve")
    server.add_foreign_user("joe", service_sid=DEFAULT_SERVICE_SID)

    assert [user.identity for user in server.users()] == ["eve", "joe"]
    assert http.get(f"{server.url}{USERS}/eve").json()["identity"] == "eve"
    assert http.get(f"{server.url}/v1/Users/joe").json()["identity"] == "joe"


@pytest.mark.parametrize("fault", [Fault.SLOW, Fault.LATE])
def test_a_slow_answer_can_take_longer_than_a_client_waits(open_server, create, fault):
    """It is carried out all the same."""
    server = open_server(fault, slow=0.3, seed=3)
    with pytest.raises(httpx.ReadTimeout):
        create(server, timeout=0.001)
    until = time.monotonic() + 5
    while not server.users() and time.monotonic() < until:
        time.sleep(0.01)

    assert len(server.users()) == 1


def test_it_asks_for_credentials(open_server):
    """Those of its account."""
    server = open_server(Fault.FINE)

    assert httpx.get(server.url + USERS, auth=(ACCOUNT_SID, "wrong")).status_code == 401


def test_connections_are_kept(open_server, http):
    """A client asks many times on one."""
    server = open_server(Fault.FINE)
    ports = {
        http.get(server.url + USERS).extensions["network_stream"].get_extra_info("client_addr")
        for _ in range(5)
    }

    assert len(ports) == 1


def test_what_is_no_http_does_not_hurt(open_server, http):
    """Nor who goes away."""
    server = open_server(Fault.FINE)
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    for sent in (b"", b"nonsense\r\n\r\n"):
        with socket.create_connection(address) as connection:
            connection.sendall(sent)

    assert http.get(server.url + USERS).status_code == 200


def test_its_own_failure_is_not_kept_back(monkeypatch):
    """A test that meant a fault is not to get a mistake."""
    server = Misbehaving()
    monkeypatch.setattr(server, "_answer", lambda request: 1 / 0)
    server.__enter__()
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(server.url)
    with pytest.raises(ExceptionGroup, match="The server itself failed"):
        server.__exit__(None, None, None)
