"""handle/neighbours.py: neighbours as a test arranges them or looks at them."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest

from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings

SID = "CH" + "1" * 32
OTHER_SERVICE = "IS" + "5" * 32


@pytest.fixture
def isolation():
    """In the middle of a test."""
    isolation = Isolation(Settings())
    isolation.begin_test("test_ada", isolation.settings, fixtures=["twilio_users"])
    yield isolation
    isolation.leave_test()


@pytest.fixture
def handle(isolation):
    """The handle that the test holds."""
    handle, engine = assemble(isolation)
    isolation.attach(engine)
    return handle


@pytest.fixture
def neighbours(handle):
    """The neighbours of its users."""
    return handle.neighbours


def test_what_was_added_is_there(neighbours):
    """With what the row says where nothing was said; by what it is in, its name will do."""
    lobby = neighbours.add("conversations", unique_name="lobby", attributes={"topic": "ä"})
    ada = neighbours.add("participants", conversation_sid="lobby", identity="ada")

    assert lobby["attributes"] == '{"topic": "ä"}'
    assert ada["conversation_sid"] == lobby["sid"]
    assert neighbours.of("conversations") == [lobby]
    assert neighbours.of("participants", identity="ada") == [ada]
    assert neighbours.of("participants", identity="grace") == neighbours.of("messages") == []


def test_the_journal_knows_nothing_of_it(neighbours, handle):
    """It is arranged, as users are."""
    neighbours.add("conversations")

    assert len(handle.journal) == 0


def test_what_is_given_cannot_be_changed(neighbours):
    """Nor what was given to the kit, by its giver."""
    binding = {"address": "+1555"}
    sid = neighbours.add("conversations")["sid"]
    given = neighbours.add("participants", conversation_sid=sid, messaging_binding=binding)
    binding["address"] = given["messaging_binding"]["address"] = "+1666"

    with pytest.raises(TypeError):
        given["identity"] = "ada"
    assert neighbours.of("participants")[0]["messaging_binding"] == {"address": "+1555"}


def test_another_service_can_be_named(neighbours):
    """Its links name it, too."""
    added = neighbours.add("conversations", service_sid=OTHER_SERVICE)

    assert added["chat_service_sid"] == OTHER_SERVICE
    assert added["url"] == (
        f"https://conversations.twilio.com/v1/Services/{OTHER_SERVICE}/Conversations/{added['sid']}"
    )
    assert added["links"]["messages"] == f"{added['url']}/Messages"


def test_one_that_is_there_is_changed_by_its_sid(neighbours):
    """So the kit's own roles can be renamed; what `of` gave can be given back."""
    role = neighbours.of("roles")[0]

    changed = neighbours.add("roles", **{**role, "friendly_name": "participant"})

    assert changed == {**role, "friendly_name": "participant"}
    assert neighbours.of("roles") == [changed, *neighbours.of("roles")[1:]]


def test_null_is_what_there_is_where_nothing_is_said(neighbours):
    """Of one that is there, it takes away what was said before; its name is free."""
    lobby = neighbours.add("conversations", unique_name="lobby", attributes={"a": 1})

    neighbours.add("conversations", sid=lobby["sid"], unique_name=None, attributes=None)

    [changed] = neighbours.of("conversations")
    assert (changed["unique_name"], changed["attributes"]) == (None, "{}")
    neighbours.add("conversations", unique_name="lobby", state=None)
    assert neighbours.of("conversations")[1]["state"] == "active"


def test_a_sid_of_ones_own_is_taken(neighbours):
    """And never given to another."""
    first = neighbours.add("conversations")["sid"]
    second = f"CH00000002{first[10:]}"
    neighbours.add("conversations", sid=second)
    neighbours.add("conversations", sid=SID)

    assert neighbours.add("conversations")["sid"] == f"CH00000003{first[10:]}"
    assert [each["sid"] for each in neighbours.of("conversations")][:3] == [first, second, SID]


def test_what_is_one_of_a_kind_is_set(neighbours):
    """It is there from the beginning."""
    assert len(neighbours.of("configuration")) == 1

    neighbours.add("configuration", default_inactive_timer="PT1M")

    assert neighbours.of("configuration")[0]["default_inactive_timer"] == "PT1M"


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2020, 1, 2, tzinfo=UTC),
        datetime(2020, 1, 2, 5, tzinfo=timezone(timedelta(hours=5))),
        datetime(2020, 1, 2),  # noqa: DTZ001  # as many an author writes one
        date(2020, 1, 2),
        "2020-01-02",
    ],
)
def test_dates_and_uuids_are_written(neighbours, moment):
    """As Twilio writes dates; where no time zone is said, it is GMT, on every machine."""
    added = neighbours.add("conversations", unique_name=UUID(int=7), date_created=moment)

    assert added["unique_name"] == "00000000-0000-0000-0000-000000000007"
    assert added["date_created"] == "2020-01-02T00:00:00Z"
    assert neighbours.of("conversations", date_created=moment) == [added]


FIELDS = (
    "messaging_service_sid, friendly_name, unique_name, attributes, state, timers, bindings,"
    " service_sid, chat_service_sid, date_created, date_updated, sid"
)


@pytest.mark.parametrize(
    ("name", "fields", "complaint"),
    [
        (
            "conversation",
            {},
            (
                "'conversation' is not a neighbour. Did you mean 'conversations'? Known:"
                " services, conversations, participants, messages, webhooks, roles,"
                " configuration, configuration_webhooks, service_configuration,"
                " service_configuration_webhooks, user_conversations,"
                " participant_conversations."
            ),
        ),
        (
            "conversations",
            {"uniqe_name": "x"},
            (
                "'uniqe_name' is not a field of conversations. Did you mean 'unique_name'? Known:"
                f" {FIELDS}."
            ),
        ),
        (
            "conversations",
            {"unique_name": "lobby", "state": "closed"},
            (
                "conversations (unique_name='lobby', state='closed'): a request for this would be"
                " refused. The unique name is another conversation's: 409, code 50353,"
                " `Conversation with provided unique name already exists`."
            ),
        ),
        (
            "conversations",
            {"sid": "MB1"},
            "sid='MB1' (str): allowed: 'CH' and 32 hex digits.",
        ),
        ("conversations", {"sid": ["CH1"]}, "sid=['CH1'] (list): allowed: 'CH' and 32 hex digits."),
        (
            None,
            {},
            (
                "None is not a neighbour. Known: services, conversations, participants, messages,"
                " webhooks, roles, configuration, configuration_webhooks, service_configuration,"
                " service_configuration_webhooks, user_conversations, participant_conversations."
            ),
        ),
        (
            "configuration",
            {"sid": SID},
            (
                "'sid' is not a field of configuration. Known: default_chat_service_sid,"
                " default_messaging_service_sid, default_inactive_timer, default_closed_timer."
            ),
        ),
        (
            "services",
            {"service_sid": OTHER_SERVICE},
            (
                "'service_sid' is not a field of services. Known: friendly_name,"
                " date_created, date_updated, sid."
            ),
        ),
        (
            "conversations",
            {"date_created": "yesterday"},
            ("date_created='yesterday' (str): allowed: a date-time, such as 2019-12-16T22:18:37Z."),
        ),
        (
            "participants",
            {"conversation_sid": None},
            (
                "participants belong to another resource. Say to which: conversation_sid=…, the"
                " SID or the name of one at /v1/Conversations."
            ),
        ),
        (
            "participants",
            {"conversation_sid": ["lobby"]},
            "conversation_sid=['lobby'] (list): allowed: text, an int or a UUID.",
        ),
        (
            "conversations",
            {"timers": {"a": object}},
            "timers={'a': <class 'object'>} (dict): allowed: what JSON can hold, a date or a UUID.",
        ),
        (
            "conversations",
            {"timers": {"a": float("nan")}},
            "timers={'a': nan} (dict): allowed: what JSON can hold, a date or a UUID.",
        ),
        (
            "participants",
            {"service_sid": OTHER_SERVICE, "conversation_sid": "hall"},
            (
                f"participants: chat_service_sid='{OTHER_SERVICE}', conversation_sid='hall' does"
                " not exist. Add that first, then give its SID or its name."
            ),
        ),
        (
            "conversations",
            {"attributes": 7},
            "attributes=7 (int): allowed: a mapping, or the text of a JSON object.",
        ),
        (
            "participants",
            {"identity": "ada"},
            (
                "participants belong to another resource. Say to which: conversation_sid=…, the"
                " SID or the name of one at /v1/Conversations."
            ),
        ),
        (
            "participants",
            {"conversation_sid": "hall"},
            (
                "participants: conversation_sid='hall' does not exist. Add that first, then"
                " give its SID or its name."
            ),
        ),
        (
            "user_conversations",
            {},
            (
                "user_conversations are read through participants. Add those:"
                ' twilio_users.neighbours.add("participants", conversation_sid=…,'
                " identity=…)."
            ),
        ),
        (
            "conversations",
            {"service_sid": "IS1"},
            "service_sid='IS1' is not a Conversation Service SID: expected 'IS' and 32 hex digits.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(neighbours, name, fields, complaint):
    """With the name, the value, and what is allowed."""
    neighbours.add("conversations", unique_name="lobby")

    with pytest.raises(InvalidArgument) as caught:
        neighbours.add(name, **fields)

    assert str(caught.value) == complaint


def test_what_is_in_a_deleted_service_leads_nowhere(neighbours, handle):
    """Though nobody named it."""
    assert [each["sid"] for each in neighbours.of("services")] == [
        handle.default_service_sid,
        handle.service_sid,
    ]
    ask(handle, "DELETE", f"/Services/{handle.default_service_sid}")

    with pytest.raises(InvalidArgument) as caught:
        neighbours.add("conversations")
    assert str(caught.value) == (
        "conversations: the default service, which was deleted, does not exist. Add that first,"
        " then give its SID or its name."
    )


def test_one_looks_by_what_one_arranges_with(neighbours):
    """Names of what it is in, another service, attributes that are no text: else it finds none."""
    for service in ({}, {"service_sid": OTHER_SERVICE}):
        for name in ("lobby", "hall"):
            neighbours.add("conversations", unique_name=name, **service)
            neighbours.add(
                "messages", conversation_sid=name, attributes={"in": name}, body=name, **service
            )

    def bodies(**fields):
        return [each["body"] for each in neighbours.of("messages", **fields)]

    assert bodies() == ["lobby", "hall"] * 2
    assert bodies(conversation_sid="hall") == ["hall", "hall"]
    assert bodies(conversation_sid="hall", service_sid=OTHER_SERVICE) == ["hall"]
    assert bodies(service_sid=OTHER_SERVICE, attributes={"in": "lobby"}) == ["lobby"]
    assert bodies(conversation_sid="garden") == []
    assert len(neighbours.of("roles", service_sid="IS" + "6" * 32)) == 4


def test_one_looks_by_what_was_sent_besides(neighbours, handle):
    """What no row knows is shown all the same, and so found."""
    neighbours.add("conversations", unique_name="lobby")
    ask(handle, "POST", "/Conversations/lobby/Messages", MediaSid="ME1")

    assert len(neighbours.of("messages", media_sid="ME1")) == 1


def test_what_is_one_of_a_kind_in_something_is_found(neighbours):
    """Of one that is named, in any case; else those that were asked for."""
    neighbours.define(
        "topic", path="/v1/Conversations/{conversation_sid}/Topic", fields={"is": "-"}
    )
    neighbours.add("conversations", unique_name="lobby")

    assert neighbours.of("topic") == neighbours.of("topic", conversation_sid="hall") == []
    assert [each["is"] for each in neighbours.of("topic", conversation_sid="lobby")] == ["-"]
    assert len(neighbours.of("topic")) == 1


def test_a_look_by_a_field_that_there_is_not_is_refused(neighbours):
    """Else it would find nothing, and a test that expects nothing would pass."""
    with pytest.raises(InvalidArgument) as caught:
        neighbours.of("conversations", uniqe_name="x")
    assert str(caught.value) == (
        "'uniqe_name' is not a field of conversations. Did you mean 'unique_name'? Known:"
        f" {FIELDS}."
    )


def test_a_look_at_what_is_read_through_others_says_so(neighbours):
    """They are nowhere kept."""
    with pytest.raises(InvalidArgument) as caught:
        neighbours.of("user_conversations")
    assert str(caught.value) == (
        'user_conversations are read through participants: neighbours.of("participants",'
        " identity=…)."
    )


# Rows of one's own


def ask(handle, method, path, **form):
    """A request of an application's: status and JSON."""
    import httpx

    answer = httpx.request(
        method,
        f"https://conversations.twilio.com/v1{path}",
        data=form or None,
        auth=(handle.account_sid, handle.auth_token),
    )
    return answer.status_code, answer.json() if answer.content else None


def test_an_author_adds_a_row_in_one_call(neighbours, handle):
    """It is answered for as the kit's own, below what it is in; other rows link to it."""
    neighbours.define(
        "tags",
        path="/v1/Conversations/{conversation_sid}/Tags",
        sid="TG",
        key="labels",
        fields={"name": None, "weight": int},
        unique="name",
        conflict=77777,
    )
    lobby = neighbours.add("conversations", unique_name="lobby")

    status, tag = ask(handle, "POST", "/Conversations/lobby/Tags", Name="vip", Weight="3", More="x")

    assert (status, tag["name"], tag["weight"], tag["more"]) == (201, "vip", 3, "x")
    assert tag["conversation_sid"] == lobby["sid"]
    assert lobby["links"]["tags"] == f"{lobby['url']}/Tags"
    assert ask(handle, "GET", "/Conversations/lobby/Tags")[1]["labels"] == [tag]
    assert ask(handle, "POST", "/Conversations/lobby/Tags", Name="vip")[1] == {
        "code": 77777,
        "message": "Conflict",
        "more_info": "https://www.twilio.com/docs/errors/77777",
        "status": 409,
    }
    assert neighbours.of("tags") == [tag]
    assert str(handle.journal.last) == (
        "tags: POST /v1/Conversations/lobby/Tags (Name='vip') -> 409 77777 Conflict"
        " (loose: no evidence)"
    )


@pytest.mark.parametrize("path", ["/v2/Things", "/v1/Services/{chat_service_sid}/Things"])
def test_a_row_may_be_of_another_version_or_of_services_alone(neighbours, handle, path):
    """Its links are as its path is."""
    neighbours.define("things", path=path, sid="TH")

    made = neighbours.add("things")

    whole = path.format(chat_service_sid=handle.default_service_sid)
    assert made["url"] == f"https://conversations.twilio.com{whole}/{made['sid']}"
    if "{" in path:
        other = neighbours.add("things", service_sid=OTHER_SERVICE)
        whole = path.format(chat_service_sid=OTHER_SERVICE)
        assert other["url"] == f"https://conversations.twilio.com{whole}/{other['sid']}"
    asked = made["url"].removeprefix("https://conversations.twilio.com/v1")
    if asked.startswith("/"):
        assert ask(handle, "GET", asked)[1] == made


def test_a_row_of_services_alone_is_below_the_kits(neighbours, handle):
    """What it is in is found by name, and takes it along, as below the short path."""
    service = "/v1/Services/{chat_service_sid}"
    neighbours.define("tags", path=f"{service}/Conversations/{{conversation_sid}}/Tags", sid="TG")
    neighbours.define("bindings", path=f"{service}/Users/{{user_sid}}/Bindings", sid="BS")
    lobby, ada = neighbours.add("conversations", unique_name="lobby"), handle.add_user("ada")

    assert neighbours.add("tags", conversation_sid="lobby")["conversation_sid"] == lobby["sid"]
    assert neighbours.add("bindings", user_sid="ada")["user_sid"] == ada.sid
    ask(handle, "DELETE", "/Conversations/lobby")
    assert neighbours.of("tags") == []


def test_what_is_unique_need_not_be_among_the_fields(neighbours):
    """It is one all the same."""
    neighbours.define("tags", path="/v1/Tags", sid="TG", fields={"weight": int}, unique="name")
    neighbours.add("tags", name="vip")

    with pytest.raises(InvalidArgument) as refused:
        neighbours.add("tags", name="vip")
    assert str(refused.value) == (
        "tags (name='vip'): a request for this would be refused. Another of tags has this value of"
        " name: 409, code 20409, `Conflict`."
    )


def test_a_row_without_a_unique_field_has_none(neighbours):
    """Two may be alike, and a wrong name is told with those that there are."""
    neighbours.define("tags", path="/v1/Configuration/Tags", sid="TG", fields={"weight": int})
    for _ in range(2):
        neighbours.add("tags", weight=1)

    assert len(neighbours.of("tags", weight=1)) == 2
    with pytest.raises(InvalidArgument) as refused:
        neighbours.add("tags", wait=1)
    assert str(refused.value) == (
        "'wait' is not a field of tags. Did you mean 'weight'? Known: weight, service_sid,"
        " chat_service_sid, date_created, date_updated, sid."
    )


def test_what_is_in_no_service_may_have_a_field_of_that_name(neighbours):
    """As what another API of Twilio's keeps of one."""
    neighbours.define("things", path="/v2/Things", sid="TH")

    assert neighbours.add("things", service_sid=OTHER_SERVICE)["service_sid"] == OTHER_SERVICE


def test_a_field_may_be_called_name(neighbours):
    """As the kit's own argument is."""
    neighbours.define("tags", path="/v1/Tags", sid="TG")
    neighbours.add("tags", name="vip")

    assert len(neighbours.of("tags", name="vip")) == 1


def test_a_row_may_be_below_what_the_kit_does_not_know(neighbours, handle):
    """Any name is taken for what it is in; below users, they are the kit's."""
    neighbours.define("parts", path="/v1/Things/{thing_sid}/Parts", sid="PA")
    neighbours.define("bindings", path="/v1/Users/{user_sid}/Bindings", sid="BS")
    neighbours.define("export", path="/v1/Export", fields={"days": 30})
    ada = handle.add_user("ada")

    assert ask(handle, "POST", "/Things/any%20thing/Parts")[1]["thing_sid"] == "any thing"
    assert ask(handle, "POST", "/Users/ada/Bindings")[1]["user_sid"] == ada.sid
    assert ask(handle, "GET", "/Users/grace/Bindings")[0] == 404
    assert ask(handle, "POST", "/Export", Days="7")[1]["days"] == 7
    assert neighbours.add("parts", thing_sid="x", colour="red")["colour"] == "red"


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (
            {"path": "Tags"},
            (
                "path='Tags' (str): allowed: the path of its list, such as"
                " /v1/Conversations/{conversation_sid}/Things."
            ),
        ),
        (
            {"path": "/v1/Tags/{sid}"},
            (
                "path='/v1/Tags/{sid}' (str): allowed: the path of its list, such as"
                " /v1/Conversations/{conversation_sid}/Things."
            ),
        ),
        (
            {"path": "/v1/Roles"},
            ("define('tags', path='/v1/Roles'): the kit answers for roles, /v1/Roles."),
        ),
        (
            {"name": "roles"},
            ("define('roles', path='/v1/Tags'): the kit answers for roles, /v1/Roles."),
        ),
        (
            {"path": "/v1/Users"},
            "define('tags', path='/v1/Users'): the kit answers for users, /v1/Users.",
        ),
        (
            {"path": "/v1/Services/{chat_service_sid}/Users"},
            (
                "define('tags', path='/v1/Services/{chat_service_sid}/Users'): the kit answers for"
                " users, /v1/Services/{ChatServiceSid}/Users."
            ),
        ),
        (
            {"path": "/v1/Users/Tags"},
            "define('tags', path='/v1/Users/Tags'): the kit answers for users, /v1/Users/{Sid}.",
        ),
        (
            {"path": "/v1/Configuration"},
            (
                "define('tags', path='/v1/Configuration'): the kit answers for configuration,"
                " /v1/Configuration."
            ),
        ),
        (
            {"path": "/v1/Roles/Tags"},
            "define('tags', path='/v1/Roles/Tags'): the kit answers for roles, /v1/Roles.",
        ),
        (
            {"path": "/v1/Services/{chat_service_sid}/Roles"},
            (
                "define('tags', path='/v1/Services/{chat_service_sid}/Roles'): the kit answers for"
                " roles, /v1/Roles."
            ),
        ),
        (
            {"path": "/v1/Conversations/{room_sid}/Messages"},
            (
                "define('tags', path='/v1/Conversations/{room_sid}/Messages'): the kit answers for"
                " messages, /v1/Conversations/{conversation_sid}/Messages."
            ),
        ),
        *(
            (
                {"path": path},
                (
                    f"path='{path}': {{{name}}} can't stand for a SID here. Give each SID its own"
                    " name, such as {conversation_sid}. For a service, begin with"
                    " /v1/Services/{chat_service_sid}."
                ),
            )
            for path, name in (
                ("/v1/Conversations/{sid}/Tags", "sid"),
                ("/v1/Services/{service_sid}/Tags", "service_sid"),
                ("/v1/Conversations/{chat_service_sid}/Tags", "chat_service_sid"),
                ("/v1/Rooms/{a}/Doors/{a}/Tags", "a"),
                (f"/v1{2 * '/Services/{chat_service_sid}'}/Tags", "chat_service_sid"),
                (f"/v1{2 * '/Services/{chat_service_sid}/Rooms'}/Tags", "chat_service_sid"),
            )
        ),
        (
            {"name": "Tags"},
            "name='Tags' (str): allowed: small letters and underscores, such as things.",
        ),
        (
            {"sid": "tg"},
            (
                "sid='tg' (str): allowed: the two letters that its SIDs begin with, or '' if"
                " there is only one."
            ),
        ),
        (
            {"fields": ["a"]},
            "fields=['a'] (list): allowed: a mapping of names to default values.",
        ),
        (
            {"fields": {"a": object}},
            ("fields['a']=<class 'object'> (type): allowed: int, bool, or a default value."),
        ),
        (
            {"fields": {"DayOfWeek": None}},
            "fields='DayOfWeek' (str): allowed: small letters and underscores, such as things.",
        ),
        (
            {"unique": "Day"},
            "unique='Day' (str): allowed: small letters and underscores, such as things.",
        ),
        *(
            ({name: ["day"]}, f"{name}=['day'] (list): allowed: text, an int or a UUID.")
            for name in ("path", "sid", "key", "unique")
        ),
        (
            {"fields": {"a": {1}}},
            "fields['a']={1} (set): allowed: what JSON can hold, a date or a UUID.",
        ),
        ({"conflict": 0}, "conflict=0 (int): allowed: whole numbers from 1."),
    ],
)
def test_a_row_that_cannot_be_meant_is_refused(neighbours, given, complaint):
    """Nor may it take the place of what the kit has."""
    with pytest.raises(InvalidArgument) as caught:
        neighbours.define(**{"name": "tags", "path": "/v1/Tags", "sid": "TG"} | given)
    assert str(caught.value) == complaint


def test_neighbours_are_of_the_stub_alone():
    """In another mode, who asks for them is told."""
    settings = Settings(mode=Mode.REPLAY)
    isolation = Isolation(settings)
    handle, _ = assemble(isolation)
    for ask in (
        lambda: handle.neighbours.add("conversations"),
        lambda: handle.neighbours.of("conversations"),
        lambda: handle.neighbours.define("tags", path="/v1/Tags"),
    ):
        with pytest.raises(KitError) as caught:
            ask()
        assert str(caught.value) == (
            "neighbours work only on the stub, and the mode is replay. Run this test on the"
            ' stub only: @pytest.mark.twilio_users(modes=("stub",)).'
        )


# By hand


def test_a_page_by_hand_is_as_the_kits(handle):
    """The only one; where the list is follows from its key, or is said."""
    url = "https://conversations.twilio.com/v1/ParticipantConversations"
    link = f"{url}?PageSize=50&Page=0"

    page = handle.page([{"sid": "a"}], key="participant_conversations")

    assert page == {
        "meta": {
            "page": 0,
            "page_size": 50,
            "first_page_url": link,
            "previous_page_url": None,
            "url": link,
            "next_page_url": None,
            "key": "participant_conversations",
        },
        "participant_conversations": [{"sid": "a"}],
    }
    assert json.loads(json.dumps(page)) == page
    elsewhere = handle.page(({"sid": n} for n in range(60)), key="x", path="/v2/Others")["meta"]
    assert elsewhere["url"] == "https://conversations.twilio.com/v2/Others?PageSize=60&Page=0"


ITEMS = "allowed: a list of mappings, each the JSON of one."


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ({"items": {"sid": "a"}}, f"items={{'sid': 'a'}} (dict): {ITEMS}"),
        ({"items": "a"}, f"items='a' (str): {ITEMS}"),
        ({"items": 7}, f"items=7 (int): {ITEMS}"),
        ({"items": ["a"]}, f"items='a' (str): {ITEMS}"),
        (
            {"items": [{"sid": object}]},
            (
                "items={'sid': <class 'object'>} (dict): allowed: what JSON can hold, a date or a"
                " UUID."
            ),
        ),
        ({"key": "meta"}, "key='meta' (str): allowed: the key of the list, such as roles."),
        (
            {"path": "https://conversations.twilio.com/v1/Roles"},
            (
                "path='https://conversations.twilio.com/v1/Roles' (str): allowed: where the list"
                " is, such as /v1/Roles."
            ),
        ),
    ],
)
def test_a_page_that_cannot_be_meant_is_refused(handle, given, complaint):
    """A list of what JSON holds, under a key of its own, at a path."""
    with pytest.raises(InvalidArgument) as caught:
        handle.page(**{"items": [], "key": "roles"} | given)
    assert str(caught.value) == complaint


def test_a_page_can_hold_what_the_kit_gives(handle, neighbours):
    """And dates, as a route's answer can't."""
    lobby = neighbours.add("conversations", unique_name="lobby")

    page = handle.page([lobby, {"date_created": date(2020, 1, 2)}], key="conversations")

    assert page["conversations"] == [lobby, {"date_created": "2020-01-02T00:00:00Z"}]
