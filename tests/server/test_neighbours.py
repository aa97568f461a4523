"""Neighbours of users, asked for over a socket; and the hints that whoever asks there gets."""

import asyncio
import json

import httpx
import pytest

from pytest_twilio_users.server.control import Control
from pytest_twilio_users.server.served_stub import Beginning, ServedStub
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.wire.messages import Request

V1 = "https://conversations.twilio.com/v1"
AUTH = ("AC" + "a" * 32, "a secret of the application")
LOCAL = "http://127.0.0.1:8000"


@pytest.fixture
def http(twilio_users_server):
    """A client that nothing catches: it goes to loopback."""
    with httpx.Client(base_url=twilio_users_server, auth=AUTH) as client:
        yield client


# The fixture's server


@pytest.mark.twilio_users(neighbours=True)
def test_they_are_the_handles(http, twilio_users, twilio_users_server):
    """Links lead to the server."""
    made = http.post("/v1/Conversations", data={"UniqueName": "lobby"}).json()

    assert made["url"] == f"{twilio_users_server}/v1/Conversations/{made['sid']}"
    assert [each["sid"] for each in twilio_users.neighbours.of("conversations")] == [made["sid"]]
    assert http.get(made["links"]["participants"]).json()["participants"] == []


def test_a_route_with_twilios_host_matches_what_came_to_the_server(http, twilio_users):
    """Its calls count; so does a route that names the server's own address."""
    route = twilio_users.routes.get(f"{V1}/Roles").respond(418)
    own = twilio_users.routes.get(f"{http.base_url}/v1/Services").respond(418)

    assert [http.get(f"/v1/{what}").status_code for what in ("Roles", "Services")] == [418, 418]
    assert (route.call_count, own.call_count) == (1, 1)


@pytest.mark.twilio_users(strict=False)
def test_what_goes_to_another_path_is_not_the_routes(http, twilio_users):
    """Nor what goes to Twilio's host by another path."""
    twilio_users.routes.get(f"{V1}/Roles").respond(418)

    assert http.get("/v1/Services").status_code == 404


# Served alone


class Served:
    """A served stub, asked without a socket."""

    def __init__(self, *, neighbours=True, seeds=()):
        beginning = Beginning(
            account_sid="AC" + "a" * 32,
            auth_token="",
            settings=Settings(neighbours=neighbours),
            seeds=list(seeds),
        )
        self.stub = ServedStub(beginning, log=lambda _: None)
        self._control = Control(self.stub, token=None, remote=False)

    def ask(self, method, path, *, agent="", **form):
        """Ask the stub: status and JSON."""
        headers = (("content-type", "application/x-www-form-urlencoded"), ("user-agent", agent))
        answer = self.stub.answer(
            Request(
                method=method,
                origin=LOCAL,
                target=path,
                headers=headers,
                body=str(httpx.QueryParams(form)).encode(),
                authorization="Basic QTpi",
            )
        )
        return answer.status, json.loads(answer.body) if answer.body else None

    def control(self, method, name, body=b""):
        """Ask a control endpoint: status and JSON."""
        path = f"/__twilio_users__/{name}"
        request = Request(method=method, origin=LOCAL, target=path, body=body)
        answer = asyncio.run(self._control.answer(request, None))
        if answer.header("content-type") == "text/plain; charset=utf-8":
            return answer.status, answer.body.decode()
        return answer.status, json.loads(answer.body) if answer.body else None

    def violation(self):
        """What was wrong with the last request."""
        [violation] = self.stub.journal.last.violations
        return str(violation)


SEED = [
    {"identity": "ada", "friendly_name": "Ada"},
    {"neighbour": "conversations", "unique_name": "lobby"},
    {"neighbour": "participants", "conversation_sid": "lobby", "identity": "ada"},
]


def test_a_seed_may_have_neighbours():
    """Beside users, each with what it is; the answer tells them."""
    served = Served()

    status, planted = served.control("POST", "seed", json.dumps(SEED).encode())

    assert status == 201
    assert [user["identity"] for user in planted["users"]] == ["ada"]
    assert [each["neighbour"] for each in planted["neighbours"]] == [
        "conversations",
        "participants",
    ]
    assert served.ask("GET", "/v1/Users/ada/Conversations")[1]["conversations"]
    assert served.ask("GET", "/v1/Conversations/lobby/Participants/ada")[0] == 200


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (
            {"neighbour": "conversation"},
            (
                "the body, neighbour 3 ('conversation'): 'conversation' is not a neighbour. Did"
                " you mean 'conversations'? Known: services, conversations, participants,"
                " messages, webhooks, roles, configuration, configuration_webhooks,"
                " service_configuration, service_configuration_webhooks, user_conversations,"
                " participant_conversations."
            ),
        ),
        (
            {"neighbour": "conversations", "unique_name": "lobby"},
            (
                "the body, neighbour 3 ('conversations'): conversations (unique_name='lobby'): a"
                " request for this would be refused. The unique name is another conversation's:"
                " 409, code 50353, `Conversation with provided unique name already exists`."
            ),
        ),
        (
            {"identity": "ada"},
            (
                "the body, user 2 ('ada'): Twilio would refuse this user. The identity is already"
                " taken in the service: 409, code 50201, `User already exists`."
            ),
        ),
        (
            {"identity": "bob", "sid": "US1"},
            (
                "the body, user 2 ('bob'): sid='US1' is not a User SID: expected 'US' and 32 hex"
                " digits."
            ),
        ),
        (
            {"identity": "bob", "date_created": "today"},
            (
                "the body, user 2 ('bob'): date_created='today' (str): allowed: a date-time, such"
                " as 2019-12-16T22:18:37Z."
            ),
        ),
    ],
)
def test_one_wrong_entry_plants_none(entry, complaint):
    """Neither users nor neighbours."""
    served = Served()

    assert served.control("POST", "seed", json.dumps([*SEED, entry]).encode()) == (
        400,
        {"error": complaint},
    )
    state = served.control("GET", "state")[1]
    assert (state["users"], state["neighbours"]) == ([], [])


def test_a_state_can_be_given_back_unchanged():
    """To a stub as it began, or as it is: the same SIDs and dates; what is new has others."""
    served = Served(seeds=SEED)
    served.ask("POST", "/v1/Users/ada", FriendlyName="Countess")
    service = "IS" + "5" * 32
    served.ask("POST", f"/v1/Services/{service}/Users", Identity="bob")
    served.ask("POST", "/v1/Conversations/lobby/Messages", Body="hi")
    served.ask("POST", "/v1/Configuration", DefaultClosedTimer="PT10M")
    served.ask("POST", f"/v1/Services/{service}/Conversations")
    role = served.ask("GET", "/v1/Roles")[1]["roles"][0]["sid"]
    served.ask("POST", f"/v1/Roles/{role}", FriendlyName="participant")
    made = served.ask("POST", "/v1/Services", FriendlyName="Shop")[1]["sid"]
    served.ask("POST", f"/v1/Services/{made}/Conversations", UniqueName="shop")
    state = served.control("GET", "state")[1]
    text = json.dumps(state).encode()

    as_it_is, as_it_began, another = served, Served(seeds=SEED), Served()
    for stub in (as_it_is, as_it_began, another):
        status, told = stub.control("POST", "seed", text)
        assert status == 201, told
        again = stub.control("GET", "state")[1]
        assert again["users"] == state["users"]
        assert sorted(map(str, again["neighbours"])) == sorted(map(str, state["neighbours"]))
        sids = {each["sid"] for each in (*again["users"], *again["neighbours"]) if "sid" in each}
        assert stub.ask("POST", "/v1/Users", Identity="new")[1]["sid"] not in sids
        assert stub.ask("POST", "/v1/Conversations")[1]["sid"] not in sids


def test_a_state_has_what_no_row_knows():
    """As it was sent: nothing checks it, here either."""
    served = Served(seeds=SEED)
    served.ask("POST", "/v1/Users/ada/Conversations/lobby", NotificationLevel="muted")
    served.ask("POST", "/v1/Conversations/lobby/Messages", MediaSid="ME1", DateCreated="long ago")
    served.ask("POST", "/v1/Configuration", Sid="x", ReachabilityEnabled="true")
    state, another = served.control("GET", "state")[1], Served()

    status, told = another.control("POST", "seed", json.dumps(state).encode())

    assert status == 201, told
    assert another.control("GET", "state")[1] == state


def test_a_stub_without_neighbours_says_how_it_has_them():
    """In a seed, and where they are asked for. Its state tells none, and can be given back."""
    served = Served(neighbours=False)
    assert served.ask("GET", "/v1/Roles")[0] == 404
    assert served.violation() == (
        "path: found GET /v1/Roles, which no operation answers; The stub can imitate roles,"
        " loosely. Start it with --neighbours."
    )
    assert served.control("POST", "seed", json.dumps(SEED[1:]).encode()) == (
        400,
        {
            "error": "the body, neighbour 1 ('conversations'): this stub has no neighbours of"
            " users. Start it with --neighbours."
        },
    )
    served.control("POST", "seed", b'[{"identity": "ada"}]')
    link = served.control("GET", "state")[1]["users"][0]["links"]["user_conversations"]
    assert served.ask("GET", link.removeprefix(LOCAL))[1]["conversations"] == []
    state = served.control("GET", "state")[1]
    assert state["neighbours"] == []
    assert served.control("POST", "seed", json.dumps(state).encode())[0] == 201
    assert served.ask("GET", "/v1/Things")[0] == 404
    assert "--neighbours" not in served.violation()


@pytest.mark.parametrize("neighbours", [True, False])
@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/roles", "/v1/Roles"),
        ("/V1/roles/RL1", "/v1/Roles"),
        (
            "/v1/conversations/CH1/Participants",
            "/v1/Conversations/{conversation_sid}/Participants",
        ),
        ("/v1/services/IS1/roles", "/v1/Services/{chat_service_sid}/Roles"),
    ],
)
def test_the_wrong_case_is_put_right(neighbours, path, meant):
    """Whether they are on or off."""
    served = Served(neighbours=neighbours)
    served.ask("GET", path)
    assert served.violation() == (
        f"path: found GET {path}, which no operation answers;"
        f" Paths are case-sensitive: did you mean {meant}?"
    )


def test_what_is_below_one_of_a_kind_is_no_matter_of_case():
    """It is another resource, which nobody answers for."""
    served = Served()

    assert served.ask("GET", "/v1/Configuration/Addresses")[0] == 404
    assert "case-sensitive" not in served.violation()


def test_the_journal_tells_which_neighbour_answered():
    """And that nothing of it has evidence, by its name."""
    served = Served()
    served.ask("POST", "/v1/Conversations", UniqueName="lobby")

    [told] = served.control("GET", "journal")[1]["exchanges"]
    assert told == {
        "number": 1,
        "operation": None,
        "neighbour": "conversations",
        "method": "POST",
        "path": "/v1/Conversations",
        "parameters": {"UniqueName": "lobby"},
        "status": 201,
        "error": "",
        "fault": None,
        "violations": [],
    }


def test_they_are_explained_as_loose():
    """To people, as in a test."""
    served = Served()
    served.ask("GET", "/v1/Roles")

    first, *why = served.control("GET", "explain")[1].splitlines()
    assert first.startswith("1. roles: GET /v1/Roles -> 200 (loose: no evidence), sent from ")
    assert why[:2] == [
        "   asked: roles, which no operation answers",
        "   answered: by a neighbour: loose, no evidence",
    ]


def test_a_reset_forgets_them():
    """And begins as the seed says."""
    served = Served(seeds=SEED)
    served.ask("POST", "/v1/Conversations", UniqueName="hall")

    assert served.control("POST", "reset")[0] == 204

    found = served.ask("GET", "/v1/Conversations")[1]["conversations"]
    assert [each["unique_name"] for each in found] == ["lobby"]


# Hints


@pytest.mark.parametrize(
    ("agent", "encoder"),
    [
        ("twilio-php/8.3.3 (Linux x86_64) PHP/8.2.0", " (rawurlencode($identity))"),
        ("GuzzleHttp/7", " (rawurlencode($identity))"),
        ("twilio-ruby/7.2.1 (linux x86_64) Ruby/3.2.2", " (ERB::Util.url_encode(identity))"),
        ("twilio-go/1.20.2 (linux amd64) go/go1.21", " (url.PathEscape(identity))"),
        ("Go-http-client/1.1", " (url.PathEscape(identity))"),
        (
            "twilio-java/10.1.0 (Linux amd64) java/17",
            ' (URLEncoder.encode(identity, UTF_8).replace("+", "%20"))',
        ),
        ("twilio-csharp/7.2.2 (Linux) .NET/8", " (Uri.EscapeDataString(identity))"),
        ("twilio-node/5.2.2 (linux x64) node/v20", " (encodeURIComponent(identity))"),
        ("node", " (encodeURIComponent(identity))"),
        ("python-requests/2.31", " (urllib.parse.quote(identity, safe=''))"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_hint_fits_the_language_of_who_asked(agent, encoder):
    """By the User-Agent, of Twilio's SDK or of a usual library; else it names no function."""
    served = Served()

    served.ask("GET", "/v1/Users/a/b", agent=agent)

    assert served.violation().startswith(
        "path: found GET /v1/Users/a/b, which no operation answers; If 'a/b' is an identity, encode"
        f" it as one segment: a%2Fb{encoder}. Known paths: "
    )


@pytest.mark.parametrize(
    ("agent", "advice"),
    [
        ("twilio-php/8.3.3", "encode each segment, as rawurlencode($identity) does"),
        ("curl/8.5", "encode each segment"),
    ],
)
def test_so_does_the_hint_on_an_unencoded_path(agent, advice):
    """What arrived was read as well as it could be."""
    served = Served()
    served.ask("POST", "/v1/Users", Identity="a|b")

    served.ask("GET", "/v1/Users/a|b", agent=agent)

    assert served.violation() == f"path: found '/v1/Users/a|b'; {advice}"


def test_the_hint_on_dots_names_no_library():
    """It may be any that collapsed them."""
    served = Served()

    served.ask("GET", "/v1/")

    assert (
        "If the identity was '.' or '..': some clients collapse these; send %2E or %2E%2E."
        in served.violation()
    )
