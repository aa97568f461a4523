"""Neighbours meet what else a test arranges: faults, limits, the clock, explanations."""

import asyncio

import httpx
import pytest

from pytest_twilio_users import faults

V1 = "https://conversations.twilio.com/v1"
LOGIN = ("AC" + "a" * 32, "a secret of the application")


@pytest.fixture
def http():
    """An application's client."""
    with httpx.Client(base_url=V1, auth=LOGIN, verify=False) as http:  # noqa: S501  # no network
        yield http


def test_a_neighbours_request_meets_a_fault(twilio_users, http):
    """Before it is answered, or after; those that meet none are answered as ever."""
    twilio_users.neighbours.add("conversations", unique_name="lobby")
    joining = twilio_users.routes.post(url__regex=".*/Participants")
    joining.fail(faults.connection_reset(), times=1)
    joining.fail(faults.answer_lost(), times=1)

    def join():
        return http.post("/Conversations/lobby/Participants", data={"Identity": "ada"})

    with pytest.raises(httpx.ReadError):
        join()
    assert twilio_users.neighbours.of("participants") == []
    with pytest.raises(httpx.RemoteProtocolError):
        join()
    assert len(twilio_users.neighbours.of("participants")) == 1
    assert join().status_code == 409
    path = "/v1/Conversations/lobby/Participants"
    assert str(twilio_users.journal) == (
        f"1. no operation: POST {path} -> no response (ReadError), by faults.connection_reset()\n"
        f"2. participants: POST {path} (Identity='ada') -> no response (RemoteProtocolError)"
        " (loose: no evidence), by faults.answer_lost()\n"
        f"3. participants: POST {path} (Identity='ada') -> 409 50433 Participant already exists"
        " (loose: no evidence)"
    )
    assert joining.call_count == 3


@pytest.mark.parametrize(
    ("fault", "changed"),
    [
        (faults.missing_field("sid"), {"unique_name": "lobby"}),
        (faults.unknown_field("mood", "fine"), {"mood": "fine"}),
        (faults.null_field("url"), {"url": None}),
    ],
    ids=str,
)
def test_the_answer_of_a_neighbour_is_changed(twilio_users, http, fault, changed):
    """Each resource of a list, as each user is."""
    twilio_users.neighbours.add("conversations", unique_name="lobby")
    twilio_users.routes.get(f"{V1}/Conversations").fail(fault)

    [lobby] = http.get("/Conversations").json()["conversations"]

    assert changed.items() <= lobby.items()
    assert ("sid" in lobby) == (fault.name != "missing_field")
    assert twilio_users.journal.last.fault == fault


def test_no_fault_of_the_users_state_happens_to_a_neighbour(twilio_users, http):
    """A stale read is of users; the plan passes it by, and is told as unmet if it is required."""
    twilio_users.neighbours.of("roles")
    route = twilio_users.routes.get(url__regex=".*")
    route.fail(faults.stale_read(), required=False)

    assert len(http.get("/Roles").json()["roles"]) == 4
    assert twilio_users.journal.last.fault is None


@pytest.mark.twilio_users(neighbours=True, concurrency_limit=2)
def test_neighbours_count_among_the_requests_at_once(twilio_users):
    """And one too many is refused as Twilio refuses it, by whoever refuses users' requests."""

    async def ask():
        async with httpx.AsyncClient(base_url=V1, auth=LOGIN, verify=False) as http:  # noqa: S501
            asked = ("/Roles", "/Users", "/Conversations")
            return await asyncio.gather(*map(http.get, asked))

    assert sorted(answer.status_code for answer in asyncio.run(ask())) == [200, 200, 429]
    [refused] = [each for each in twilio_users.journal if each.status == 429]
    assert refused.neighbour is None
    assert "asked: no operation\n" in refused.explain()


@pytest.mark.twilio_users(neighbours=True, rate_limit=1)
def test_changes_of_neighbours_are_not_counted(twilio_users, http):
    """The limit is that of users; and no application is told of them."""
    asking = {"X-Twilio-Webhook-Enabled": "true"}
    statuses = [http.post("/Conversations", headers=asking).status_code for _ in range(3)]

    assert statuses == [201, 201, 201]
    assert twilio_users.webhooks == []


def test_their_dates_are_of_the_tests_clock(twilio_users, http):
    """Which a test moves on."""
    lobby = twilio_users.neighbours.add("conversations", unique_name="lobby")
    twilio_users.clock.advance(3600)

    changed = http.post("/Conversations/lobby", data={"FriendlyName": "Lobby"}).json()

    assert changed["date_created"] == lobby["date_created"]
    assert changed["date_updated"] > lobby["date_updated"]


def test_a_neighbours_answer_is_explained_as_loose(twilio_users, http):
    """No behaviour of the stub is claimed for it, nor a refusal's evidence; it can be repeated."""
    twilio_users.neighbours.add("conversations", unique_name="lobby")
    http.post("/Conversations", data={"UniqueName": "lobby"})

    assert twilio_users.journal.explain().splitlines()[1:] == [
        "   asked: conversations, which no operation answers",
        "   answered: by a neighbour: loose, no evidence",
        (
            '   curl -X POST -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"'
            f" --data-urlencode UniqueName=lobby {V1}/Conversations"
        ),
    ]


def test_so_is_one_that_met_a_fault(twilio_users, http):
    """With what it met, and whom it reached; where it reached nobody, no advice is given."""
    twilio_users.neighbours.of("roles")
    route = twilio_users.routes.get(f"{V1}/Roles").fail(faults.slow(1), times=1)
    route.fail(faults.connect_error(), times=1)
    http.get("/Roles")
    with pytest.raises(httpx.ConnectError):
        http.get("/Roles")

    slow, unmet = (each.explain().splitlines() for each in twilio_users.journal)
    assert slow[1] == "   asked: roles, which no operation answers"
    assert slow[2].startswith("   met: faults.slow(seconds=1), planned at tests/unit/handle/")
    assert slow[2].endswith("; it reached a neighbour: loose, no evidence")
    assert slow[4] == "   answered: by a neighbour: loose, no evidence"
    assert unmet[1] == "   asked: no operation"


def test_a_fault_over_a_socket_is_in_front_of_them_too(twilio_users, twilio_users_server):
    """The route is written with Twilio's host."""
    twilio_users.neighbours.of("roles")
    twilio_users.routes.get(f"{V1}/Roles").fail(faults.connection_reset(), times=1)

    with httpx.Client(base_url=f"{twilio_users_server}/v1", auth=LOGIN) as http:
        with pytest.raises(httpx.ReadError):
            http.get("/Roles")
        assert len(http.get("/Roles").json()["roles"]) == 4


@pytest.mark.parametrize("name", ["Secret", "PrivateKey", "ApiKey", "Push.AuthToken", "password"])
def test_a_secret_is_not_shown(twilio_users, http, name):
    """As its name tells: neither in the journal, nor in what explains it."""
    secret = "AAAA/BBBB+CCCC=dddd"
    twilio_users.neighbours.define("credentials", path="/v1/Credentials", sid="CR")
    http.post("/Credentials", data={"Type": "fcm", name: secret})

    journal = twilio_users.journal
    assert str(journal) == (
        f"1. credentials: POST /v1/Credentials (Type='fcm', {name}='***') -> 201"
        " (loose: no evidence)"
    )
    for spelling in (secret, "AAAA%2FBBBB", "dddd"):
        assert spelling not in journal.explain()
