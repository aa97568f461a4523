"""neighbours/answering.py: what requests come to, in the form in which the stub answers."""

from datetime import timedelta

import pytest

from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.neighbours.answering import NeighboursBackend
from pytest_twilio_users.neighbours.rows import (
    NEIGHBOURS,
)
from pytest_twilio_users.settings import Credentials, Settings
from pytest_twilio_users.state.behaviour import add_user

ORIGIN = "https://conversations.twilio.com"
NOON = "2026-03-04T12:00:00Z"
OTHER_SERVICE = "IS" + "5" * 32


def test_a_conversation_is_answered_whole(make, account):
    """What was sent, and what there is where nothing was; its links lead to what is below it."""
    made = make("POST", "/v1/Conversations", UniqueName="lobby", Attributes='{"a": 1}')

    url = f"{ORIGIN}/v1/Conversations/{made['sid']}"
    assert made["sid"].startswith("CH00000001")
    assert made == {
        "sid": made["sid"],
        "account_sid": account.sid,
        "chat_service_sid": account.default_service_sid,
        "messaging_service_sid": None,
        "friendly_name": None,
        "unique_name": "lobby",
        "attributes": '{"a": 1}',
        "state": "active",
        "timers": {},
        "bindings": {},
        "date_created": NOON,
        "date_updated": NOON,
        "url": url,
        "links": {
            "participants": f"{url}/Participants",
            "messages": f"{url}/Messages",
            "webhooks": f"{url}/Webhooks",
        },
    }


LISTS = [
    pytest.param(row, version, id=f"{row.name}-{version}")
    for row in NEIGHBOURS
    if not (row.is_single or row.view)
    for version in (["/v1", f"/v1/Services/{OTHER_SERVICE}"] if row.twin else ["/v1"])
]


@pytest.mark.parametrize(("row", "version"), LISTS)
def test_what_is_in_a_list_can_be_made_found_changed_and_deleted(row, version, tell, make):
    """One engine for all; each as its row allows, by the short path and below a service."""
    path = row.path.replace("/v1", version)
    if "{conversation_sid}" in path:
        path = path.format(conversation_sid=make("POST", f"{version}/Conversations")["sid"])
    before = make("GET", path)[row.list_key]

    made = make("POST", path, FriendlyName="One")
    one = f"{path}/{made['sid']}"

    assert made["url"] == ORIGIN + one
    assert make("GET", one) == made
    assert make("GET", path)[row.list_key] == [*before, made]
    if Action.UPDATE in row.actions:
        assert make("POST", one, FriendlyName="Other") == made | {"friendly_name": "Other"}
    else:
        assert tell("POST", one)[0] == 405
    assert tell("DELETE", one) == (204, None)
    assert [tell(method, one)[0] for method in ("GET", "DELETE")] == [404, 404]
    assert make("GET", path)[row.list_key] == before


@pytest.mark.parametrize(
    "path", [row.path for row in NEIGHBOURS if row.is_single and "{" not in row.path]
)
def test_what_is_one_of_a_kind_is_there_from_the_beginning(path, make, tell):
    """It can be fetched and updated, and nothing else."""
    before = make("GET", path)

    changed = make("POST", path, DefaultInactiveTimer="PT5M")

    assert changed == before | {"default_inactive_timer": "PT5M"} == make("GET", path)
    assert [tell(method, path)[0] for method in ("DELETE", "PUT")] == [405, 405]
    assert tell("GET", f"{path}/XX1")[0] == 404


def test_every_link_is_answered(make):
    """Whatever the kit hands out leads somewhere; below that, too."""
    sid = make("POST", "/v1/Conversations", UniqueName="lobby")["sid"]
    make("POST", f"/v1/Conversations/{sid}/Participants", Identity="ada")
    make("POST", f"/v1/Conversations/{sid}/Messages", Body="hi")
    make("POST", f"/v1/Conversations/{sid}/Webhooks", Target="webhook")
    to_ask = [ORIGIN + path for path in ("/v1/Services", "/v1/Configuration", "/v1/Conversations")]
    asked = []
    while to_ask:
        url = to_ask.pop()
        if url in asked or url.endswith("/Users"):
            continue
        asked.append(url)
        body = make("GET", url.removeprefix(ORIGIN))
        found = body[body["meta"]["key"]] if "meta" in body else [body]
        for each in found:
            to_ask += [*each.get("links", {}).values(), *([each["url"]] if "url" in each else [])]

    assert {url.rsplit("/", 1)[1] for url in asked} >= {
        *("Services", "Conversations", "Roles", "Configuration", "ParticipantConversations"),
        *("Participants", "Messages", "Webhooks"),
    }


# From the beginning


def test_a_new_service_has_roles(make, account):
    """Among them the one that users get who name none, and the one that participants get."""
    add_user(account, account.default_service_sid, identity="ada")
    [ada] = account.store.users()
    sid = make("POST", "/v1/Conversations")["sid"]
    participant = make("POST", f"/v1/Conversations/{sid}/Participants", Identity="ada")

    roles = {role["friendly_name"]: role for role in make("GET", "/v1/Roles")["roles"]}
    said = make("GET", f"/v1/Services/{account.default_service_sid}/Configuration")

    assert {name: role["type"] for name, role in roles.items()} == {
        "service admin": "service",
        "service user": "service",
        "channel admin": "conversation",
        "channel user": "conversation",
    }
    assert roles["service user"]["sid"] == ada.role_sid == said["default_chat_service_role_sid"]
    assert roles["channel user"]["sid"] == participant["role_sid"]
    assert said["default_conversation_role_sid"] == participant["role_sid"]


def test_the_default_service_is_the_configurations(make, account):
    """And it is among the services, with the other one that the account names."""
    services = [service["sid"] for service in make("GET", "/v1/Services")["services"]]

    assert services == [account.default_service_sid, account.service_sid]
    assert make("GET", "/v1/Configuration")["default_chat_service_sid"] == services[0]


def test_a_service_that_is_made_has_all_that_a_new_one_has(make, tell, account, memory):
    """Also where the account knows those alone that are named. Deleted, it is gone whole."""
    account.settings = Settings(service_sids=(account.service_sid,))

    sid = make("POST", "/v1/Services", FriendlyName="Shop")["sid"]

    assert sum(role.spot.service_sid == sid for role in memory.named("roles")) == 4
    assert make("GET", f"/v1/Services/{sid}")["friendly_name"] == "Shop"
    assert len(make("GET", f"/v1/Services/{sid}/Roles")["roles"]) == 4
    assert tell("DELETE", f"/v1/Services/{sid}") == (204, None)
    assert [tell("GET", f"/v1/Services/{sid}{path}")[0] for path in ("", "/Roles")] == [404, 404]


def test_a_service_links_to_all_that_is_in_it(make):
    """To users, too. What has nothing below it has no links."""
    service = make("GET", f"/v1/Services/{OTHER_SERVICE}")
    below = {
        "conversations": "Conversations",
        "roles": "Roles",
        "configuration": "Configuration",
        "participant_conversations": "ParticipantConversations",
        "users": "Users",
    }
    url = f"{ORIGIN}/v1/Services/{OTHER_SERVICE}"
    assert service["links"] == {name: f"{url}/{path}" for name, path in below.items()}
    assert make("GET", "/v1/Configuration")["links"] == {
        "webhooks": f"{ORIGIN}/v1/Configuration/Webhooks"
    }
    assert "links" not in make("GET", "/v1/Roles")["roles"][0]


def test_each_service_has_a_configuration_of_its_own(make):
    """Which a change in another service leaves as it was."""
    path = "/v1/Services/{}/Configuration"
    before = make("GET", path.format("IS" + "6" * 32))
    make("POST", path.format(OTHER_SERVICE), ReachabilityEnabled="true")

    assert make("GET", path.format(OTHER_SERVICE))["reachability_enabled"] is True
    assert make("GET", path.format("IS" + "6" * 32)) == before


def test_the_account_has_what_is_its_own_without_a_default_service(make, tell, account):
    """Who deletes that one can look at the others all the same."""
    tell("DELETE", f"/v1/Services/{account.default_service_sid}")

    assert [service["sid"] for service in make("GET", "/v1/Services")["services"]] == [
        account.service_sid
    ]
    assert make("GET", "/v1/Configuration")
    assert tell("GET", "/v1/Conversations")[0] == 404


@pytest.mark.parametrize(
    "path", ["/v1/Conversations//", "/v1/Conversations//Participants", "/v1/Conversations/a/b/c"]
)
def test_a_path_with_nothing_in_it_is_no_neighbours(memory, compose, path):
    """An empty segment is what an application forgot to fill in: it is told as any wrong path."""
    backend = NeighboursBackend(memory, on=lambda: True, how=str)
    assert backend.neighbour(compose("GET", path)) is None


def test_any_service_is_there_where_none_is_named(make):
    """As for users."""
    assert make("GET", f"/v1/Services/{OTHER_SERVICE}")["sid"] == OTHER_SERVICE


def test_services_are_apart(make, tell):
    """What is in one is not found in another."""
    sid = make("POST", f"/v1/Services/{OTHER_SERVICE}/Conversations")["sid"]

    assert tell("GET", f"/v1/Conversations/{sid}")[0] == 404
    assert make("GET", "/v1/Conversations")["conversations"] == []


# Names


def test_a_unique_name_stands_for_the_sid(make):
    """In paths, and below it; what is answered has the SID."""
    made = make("POST", "/v1/Conversations", UniqueName="the lobby")

    participant = make("POST", "/v1/Conversations/the%20lobby/Participants", Identity="ada")

    assert make("GET", "/v1/Conversations/the%20lobby") == made
    assert participant["conversation_sid"] == made["sid"]
    assert make("GET", f"/v1/Conversations/{made['sid']}/Participants/ada") == participant


@pytest.mark.parametrize(
    ("path", "form", "refusal"),
    [
        (
            "/v1/Conversations",
            {"UniqueName": "lobby"},
            (50353, "Conversation with provided unique name already exists"),
        ),
        (
            "/v1/Conversations/lobby/Participants",
            {"Identity": "ada"},
            (50433, "Participant already exists"),
        ),
        (
            "/v1/Conversations/lobby/Participants",
            {"MessagingBinding.Address": "+15550001", "MessagingBinding.ProxyAddress": "+15550002"},
            (50416, "A binding for this participant and proxy address already exists"),
        ),
    ],
    ids=["unique name", "identity", "binding"],
)
def test_a_second_of_the_same_name_is_refused(make, tell, path, form, refusal):
    """With the code that is known of it; another conversation may have the same participants."""
    if "lobby/" in path:
        make("POST", "/v1/Conversations", UniqueName="lobby")
    make("POST", path, **form)

    assert tell("POST", path, **form) == (
        409,
        {
            "code": refusal[0],
            "message": refusal[1],
            "more_info": f"https://www.twilio.com/docs/errors/{refusal[0]}",
            "status": 409,
        },
    )
    if "lobby/" in path:
        make("POST", "/v1/Conversations", UniqueName="hall")
        make("POST", path.replace("lobby", "hall"), **form)


def test_a_name_that_is_given_up_can_be_taken(make, tell):
    """An update to a name that is taken is refused, and one to its own is not."""
    lobby = make("POST", "/v1/Conversations", UniqueName="lobby")["sid"]
    hall = make("POST", "/v1/Conversations", UniqueName="hall")["sid"]

    assert tell("POST", f"/v1/Conversations/{hall}", UniqueName="lobby")[0] == 409
    make("POST", f"/v1/Conversations/{lobby}", UniqueName="lobby", FriendlyName="Lobby")
    make("POST", f"/v1/Conversations/{lobby}", UniqueName="foyer")
    make("POST", f"/v1/Conversations/{hall}", UniqueName="lobby")
    assert make("GET", "/v1/Conversations/lobby")["sid"] == hall


def test_what_is_in_something_goes_with_it(make, tell, memory):
    """Deleted, a conversation leaves no participants or messages behind."""
    sid = make("POST", "/v1/Conversations", UniqueName="lobby")["sid"]
    make("POST", f"/v1/Conversations/{sid}/Participants", Identity="ada")
    make("POST", f"/v1/Conversations/{sid}/Messages", Body="hi")

    assert tell("DELETE", "/v1/Conversations/lobby") == (204, None)

    assert [*memory.named("participants"), *memory.named("messages")] == []
    assert tell("GET", f"/v1/Conversations/{sid}/Participants") == (
        404,
        {
            "code": 20404,
            "message": f"The requested resource /Conversations/{sid}/Participants was not found",
            "more_info": "https://www.twilio.com/docs/errors/20404",
            "status": 404,
        },
    )


def test_messages_are_numbered(make, tell):
    """From 0, in each conversation; a number is not given again while a later one is there."""
    make("POST", "/v1/Conversations", UniqueName="lobby")
    path = "/v1/Conversations/lobby/Messages"
    sids = [make("POST", path, Body=str(number))["sid"] for number in range(3)]
    tell("DELETE", f"{path}/{sids[1]}")

    assert make("POST", path, Author="ada")["index"] == 3
    assert [(m["index"], m["author"]) for m in make("GET", path)["messages"]] == [
        (0, "system"),
        (2, "system"),
        (3, "ada"),
    ]


def test_numbers_go_on_from_anything(make, memory):
    """Also where an author, or a form, said something that is not a number."""
    make("POST", "/v1/Conversations", UniqueName="lobby")
    path = "/v1/Conversations/lobby/Messages"
    make("POST", path, Index="odd")

    assert make("POST", path)["index"] == 0


def test_whose_it_is_cannot_be_sent(make, account):
    """A form that names it again, by another name, changes nothing."""
    sid = make("POST", "/v1/Conversations", UniqueName="lobby", Sid="x", AccountSid="y")["sid"]
    path = "/v1/Conversations/lobby/Participants"
    participant = make("POST", path, ConversationSid="lobby", MessagingBinding="odd")

    assert sid.startswith("CH")
    assert participant["conversation_sid"] == sid
    assert participant["account_sid"] == account.sid
    [found] = make("GET", "/v1/ParticipantConversations")["conversations"]
    assert found["participant_user_sid"] is None


def test_what_is_within_a_field_is_changed_apart(make):
    """A webhook's method is not its filters, nor one timer the other."""
    made = make("POST", "/v1/Conversations", **{"Timers.Closed": "PT2H"})
    path = f"/v1/Conversations/{made['sid']}"
    hook = make("POST", f"{path}/Webhooks", **{"Configuration.Url": "https://example.com"})

    changed = make("POST", path, **{"Timers.Inactive": "PT1H"})
    hooked = make("POST", f"{path}/Webhooks/{hook['sid']}", **{"Configuration.Method": "GET"})

    assert changed["timers"] == {"closed": "PT2H", "inactive": "PT1H"}
    assert hook["configuration"] == {"filters": [], "url": "https://example.com"}
    assert hooked["configuration"] == hook["configuration"] | {"method": "GET"}
    assert make("POST", path, Timers="-")["timers"] == "-"
    assert make("POST", path, **{"Timers.Closed": "PT3H"})["timers"] == {"closed": "PT3H"}


def test_a_name_of_a_form_leads_so_deep_and_no_deeper(make):
    """It may be as long as a body."""
    made = make("POST", "/v1/Conversations", **{"A" + ".a" * 100_000: "x"})

    assert len(str(made["a"]["a"]["a"]["a"]["a"])) > 100_000


def test_a_change_has_its_date(make, account):
    """By the account's clock, as users do; a date that is sent is kept."""
    made = make("POST", "/v1/Conversations", DateCreated="2020-01-01T00:00:00Z")
    begun = account.clock()
    account.clock = lambda: begun + timedelta(seconds=3)

    changed = make("POST", f"/v1/Conversations/{made['sid']}", State="closed")

    assert (made["date_created"], made["date_updated"]) == ("2020-01-01T00:00:00Z", NOON)
    assert changed == made | {"state": "closed", "date_updated": "2026-03-04T12:00:03Z"}


# Lists


def test_a_thousand_are_paged(make):
    """Each once, in order of creation, by links that lead from page to page, there and back."""
    sids = [make("POST", "/v1/Conversations")["sid"] for _ in range(1_000)]
    page = make("GET", "/v1/Conversations?PageSize=300")
    pages = [page]
    while page["meta"]["next_page_url"]:
        page = make("GET", page["meta"]["next_page_url"].removeprefix(ORIGIN))
        pages.append(page)

    assert [len(page["conversations"]) for page in pages] == [300, 300, 300, 100]
    assert [each["sid"] for page in pages for each in page["conversations"]] == sids
    back = make("GET", pages[1]["meta"]["previous_page_url"].removeprefix(ORIGIN))
    assert back["conversations"] == pages[0]["conversations"]
    assert pages[0]["meta"] == {
        "page": 0,
        "page_size": 300,
        "first_page_url": f"{ORIGIN}/v1/Conversations?PageSize=300&Page=0",
        "previous_page_url": None,
        "url": f"{ORIGIN}/v1/Conversations?PageSize=300&Page=0",
        "next_page_url": pages[0]["meta"]["next_page_url"],
        "key": "conversations",
    }


def test_a_list_can_be_asked_for_a_fields_value(make):
    """Its links ask for it, too. Names that no field has are passed over."""
    for number in range(4):
        make("POST", "/v1/Conversations", State=("closed", "active")[number % 2])

    page = make("GET", "/v1/Conversations?State=closed&StartDate=2020-01-01&PageSize=1")

    assert [each["state"] for each in page["conversations"]] == ["closed"]
    link = page["meta"]["next_page_url"]
    assert link.startswith(
        f"{ORIGIN}/v1/Conversations?State=closed&StartDate=2020-01-01&PageSize=1&Page=1&PageToken="
    )
    last = make("GET", link.removeprefix(ORIGIN))
    assert [each["state"] for each in last["conversations"]] == ["closed"]
    assert last["meta"]["next_page_url"] is None


def test_the_newest_can_come_first(make):
    """`Order=desc`, by which applications ask for the last message."""
    make("POST", "/v1/Conversations", UniqueName="lobby")
    for number in range(3):
        make("POST", "/v1/Conversations/lobby/Messages", Body=str(number))

    page = make("GET", "/v1/Conversations/lobby/Messages?Order=desc&PageSize=2")
    rest = make("GET", page["meta"]["next_page_url"].removeprefix(ORIGIN))

    assert [each["body"] for each in (*page["messages"], *rest["messages"])] == ["2", "1", "0"]


@pytest.mark.parametrize(
    ("query", "code"), [("PageSize=0", 20001), ("Page=x", 20001), ("PageToken=PTx", 21481)]
)
def test_a_page_that_cannot_be_is_refused(tell, query, code):
    """As of the users' list."""
    status, body = tell("GET", f"/v1/Conversations?{query}")
    assert (status, body["code"]) == (400, code)


# Refusals


@pytest.mark.parametrize(
    ("method", "path", "status", "message"),
    [
        ("GET", "/v1/Conversations/CH1", 404, "The requested resource {} was not found"),
        ("GET", "/v1/Conversations/CH1/Messages", 404, "The requested resource {} was not found"),
        ("GET", "/v1/Services/IS1/Roles", 404, "The requested resource {} was not found"),
        ("GET", "/v1/Things", 404, "The requested resource {} was not found"),
        (
            "DELETE",
            "/v1/Roles",
            405,
            "The requested resource {} does not support the attempted HTTP method DELETE",
        ),
    ],
)
def test_what_is_not_there_is_refused_as_of_users(tell, method, path, status, message):
    """Body and message are those of the ten operations."""
    found, body = tell(method, path)
    assert (found, body["message"]) == (status, message.format(path.removeprefix("/v1")))


def test_credentials_are_wanted(tell, account):
    """The same as for users."""
    assert tell("GET", "/v1/Roles", authorization=None)[1]["code"] == 20003
    account.settings = Settings(credentials=Credentials.TEST)
    assert tell("GET", "/v1/Roles")[1]["code"] == 20008


def test_a_browser_may_ask_first(tell):
    """What it may send there, as nobody."""
    assert tell("OPTIONS", "/v1/Roles", authorization=None) == (204, None)


@pytest.mark.parametrize(
    ("method", "path", "answered"),
    [
        ("GET", "/v1/Users/ada/Conversations", "user_conversations"),
        ("POST", "/v1/Users/ada/Conversations", None),
        ("GET", "/v1/Users/ada/Conversations/CH1", None),
        ("GET", "/v1/Roles", None),
        ("GET", "/v1/Users/ada", None),
    ],
)
def test_a_users_own_link_is_answered_where_nothing_else_is(
    memory, compose, method, path, answered
):
    """Users have it whether or not anybody turned neighbours on; it leads to a list."""
    backend = NeighboursBackend(memory, on=lambda: False, how=str)

    assert backend.neighbour(compose(method, path)) == answered


@pytest.mark.parametrize(
    ("content_type", "unique_name"),
    [("application/x-www-form-urlencoded", "a\ufffd"), ("application/json", None)],
)
def test_a_body_that_is_no_form_says_nothing(memory, compose, content_type, unique_name):
    """Bytes of a form that are no UTF-8 are read as far as they are."""
    backend = NeighboursBackend(memory, on=lambda: True, how=str)
    headers = (("content-type", content_type),)

    made = backend.handle(
        compose("POST", "/v1/Conversations", headers=headers, body=b"UniqueName=a\xff")
    )

    assert (made.status, made.json()["unique_name"]) == (201, unique_name)


def test_links_follow_the_path_that_was_asked(make, account):
    """Who names the default service is led on below it, as for users."""
    sid = make("POST", "/v1/Conversations")["sid"]

    for version in ("/v1", f"/v1/Services/{account.default_service_sid}"):
        found = make("GET", f"{version}/Conversations/{sid}")
        url = f"{ORIGIN}{version}/Conversations/{sid}"
        assert (found["url"], found["links"]["messages"]) == (url, f"{url}/Messages")


def test_what_has_no_name_is_changed_and_deleted_by_its_sid(make, tell):
    """However many have none."""
    paths = [f"/v1/Conversations/{make('POST', '/v1/Conversations')['sid']}" for _ in range(2)]
    for path in paths:
        make("POST", path, FriendlyName="Lobby")

    assert [tell("DELETE", path)[0] for path in paths] == [204, 204]
