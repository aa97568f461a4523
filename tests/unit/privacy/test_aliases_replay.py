import json
import time

import pytest

from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.codec import FORM_TYPE
from pytest_twilio_users.wire.messages import Request, Response

ORIGIN = "https://conversations.twilio.com"
TAIL = derive_sid(SidKind.USER, "a cassette")[-24:]
SID = f"US00000001{TAIL}"
POSTED = {"method": "POST", "path": "/v1/Users"}
CREATED = {"operation": "create_user", **POSTED}


@pytest.fixture
def aliases():
    """Those of a replay."""
    return Aliases(seed="a cassette")


def post(body, target="/v1/Users", headers=()):
    """A request with a form."""
    return Request(
        method="POST",
        origin=ORIGIN,
        target=target,
        headers=(("content-type", FORM_TYPE), *headers),
        body=body,
        authorization="Basic any",
    )


def fetch(target):
    """A request without a body."""
    return Request(method="GET", origin=ORIGIN, target=target, authorization="Basic any")


def shown(aliases, body):
    """The JSON of an answer, as the test sees it."""
    return aliases.restore_response({"status": 200, "json": body}, origin=ORIGIN).json()


def differences(aliases, hidden, request):
    """How they differ, as it is told."""
    return aliases.unify(hidden, request).differences


def bind(aliases, hidden, request):
    """Have stand-ins of a recorded request mean the values of a sent one."""
    aliases.bind(aliases.unify(hidden, request))


# Comparing


def test_a_stand_in_may_mean_any_one_value(aliases):
    """Nothing is bound by comparing."""
    hidden = {**CREATED, "form": {"Identity": "text-1", "FriendlyName": "text-1"}}
    assert differences(aliases, hidden, post(b"Identity=ada&FriendlyName=ada")) == []
    assert differences(aliases, hidden, post(b"Identity=eve&FriendlyName=eve")) == []


def test_a_stand_in_means_one_value(aliases):
    """What was one then is one now."""
    hidden = {**CREATED, "form": {"Identity": "text-1", "FriendlyName": "text-1"}}
    assert differences(aliases, hidden, post(b"Identity=ada&FriendlyName=eve")) == [
        "form.FriendlyName: recorded 'ada', sent 'eve'"
    ]


def test_a_value_has_one_stand_in(aliases):
    """What were two then are two now: two users can't become one."""
    first = {**CREATED, "form": {"Identity": "text-1"}}
    second = {**CREATED, "form": {"Identity": "text-2"}}
    bind(aliases, first, post(b"Identity=ada"))
    assert differences(aliases, second, post(b"Identity=ada")) == [
        "form.Identity: recorded 'text-2', sent 'ada'"
    ]
    assert differences(aliases, second, post(b"Identity=eve")) == []
    assert differences(aliases, first, post(b"Identity=eve")) == [
        "form.Identity: recorded 'ada', sent 'eve'"
    ]


def test_other_shapes_of_values_are_the_same(aliases):
    """An e-mail then, a name now: an identity is an identity."""
    hidden = {**CREATED, "form": {"Identity": "person-1@example.com"}}
    assert differences(aliases, hidden, post(b"Identity=ada")) == []


def test_what_the_server_made_means_itself(aliases):
    """A test that got a stand-in sends it back."""
    body = shown(aliases, {"sid": SID})
    assert body == {"sid": SID}
    hidden = {"operation": "fetch_user", "method": "GET", "path": f"/v1/Users/{SID}"}
    assert differences(aliases, hidden, fetch(f"/v1/Users/{SID}")) == []
    assert differences(aliases, hidden, fetch("/v1/Users/ada")) == [
        f"path[2]: recorded '{SID}', sent 'ada'"
    ]


@pytest.mark.parametrize(
    ("hidden", "request_sent", "told"),
    [
        (
            {**CREATED, "form": {"Identity": "text-1"}},
            post(b"Identity=ada&RoleSid=x"),
            ["form.RoleSid: recorded nothing, sent 'x'"],
        ),
        (
            {**CREATED, "form": {"Identity": "text-1", "RoleSid": "text-2"}},
            post(b"Identity=ada"),
            ["form.RoleSid: recorded 'text-2', sent nothing"],
        ),
        (
            {**CREATED, "form": {"Identity": ""}},
            post(b"Identity=ada"),
            ["form.Identity: recorded '', sent 'ada'"],
        ),
        (
            {**CREATED, "form": {"Identity": "text-1"}},
            post(b"Identity="),
            ["form.Identity: recorded 'text-1', sent ''"],
        ),
        (
            {"operation": "fetch_user", "method": "GET", "path": "/v1/Users/text-1"},
            post(b"FriendlyName=Ada", "/v1/Users/ada"),
            [
                "operation: recorded 'fetch_user', sent 'update_user'",
                "method: recorded 'GET', sent 'POST'",
                "form: recorded nothing, sent {'FriendlyName': 'Ada'}",
            ],
        ),
        (
            {"method": "GET", "path": "/v1/Users/text-1/text-2"},
            fetch("/v1/Users/ada"),
            [
                "operation: recorded nothing, sent 'fetch_user'",
                "path: recorded ['v1', 'Users', 'text-1', 'text-2'], sent ['v1', 'Users', 'ada']",
            ],
        ),
        (
            {
                "operation": "list_user",
                "method": "GET",
                "path": "/v1/Users",
                "query": {"PageSize": "5"},
            },
            fetch("/v1/Users?PageSize=6"),
            ["query.PageSize: recorded '5', sent '6'"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"a": 1}}},
            post(b"Attributes=%7B%22a%22%3A+%22b%22%7D"),
            ["form.Attributes.a: recorded 1, sent 'b'"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"a": "text-1"}}},
            post(b"Attributes=%7B%22a%22%3A+1%7D"),
            ["form.Attributes.a: recorded 'text-1', sent 1"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"a": True}}},
            post(b"Attributes=%7B%22a%22%3A+1%7D"),
            ["form.Attributes.a: recorded True, sent 1"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"a": ["text-1"]}}},
            post(b"Attributes=%7B%22a%22%3A+%5B%22b%22%2C+%22c%22%5D%7D"),
            ["form.Attributes.a: recorded ['text-1'], sent ['b', 'c']"],
        ),
        (
            {**CREATED, "form": {"Attributes": {}}},
            post(b"Attributes=%7B%22%21%22%3A+1%7D"),
            ["form.Attributes.!: recorded nothing, sent 1"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"a": 1.5, "b": 1.5}}},
            post(b'Attributes={"a": 0.0, "b": -0.0}'),
            ["form.Attributes.b: recorded 0.0, sent -0.0"],
        ),
        (
            {**CREATED, "form": {"Identity": "text-1", "Attributes": {"text-1": 1}}},
            post(b'Identity=ada_1815&Attributes={"eve_1815": 1}'),
            ["form.Attributes: a name: recorded 'ada_1815', sent 'eve_1815'"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"text-1": "text-2", "text-3": 1}}},
            post(b"Attributes=%7B%22%21%22%3A+%22a%22%2C+%22%3F%22%3A+%22b%22%7D"),
            ["form.Attributes.text-3: recorded 1, sent 'b'"],
        ),
        (
            {**CREATED, "form": {"Attributes": {"written": "1", "json": {}}}},
            post(b"Attributes=%7B+%7D"),
            ["form.Attributes.written: recorded '1', sent '{ }'"],
        ),
        (
            {**CREATED, "form": {"Identity": "text-1"}},
            post(b"Identity=" + 200 * b"a"),
            [],
        ),
        (
            {**CREATED, "form": {"Identity": ""}},
            post(b"Identity=" + 200 * b"a"),
            [f"form.Identity: recorded '', sent '{118 * 'a'}…"],
        ),
    ],
)
def test_each_difference_is_told(aliases, hidden, request_sent, told):
    """Where it is, what was recorded, and what is sent."""
    assert differences(aliases, hidden, request_sent) == told


KINDS = ["{}", "[]", '""', '"a"', "null", "true", "false", "1", "[1]", '{"a": 1}']
"""One of each kind that JSON has, empty and not."""


@pytest.mark.parametrize("recorded", KINDS)
def test_a_value_of_one_kind_of_json_is_of_no_other(aliases, recorded):
    """What was a number then is not text, no list and no truth now."""

    def sent(value):
        return post(f'Attributes={{"mine": {value}}}'.encode())

    hidden = Aliases(seed="a cassette").hide_request(sent(recorded))
    equal = [value for value in KINDS if not differences(aliases, hidden, sent(value))]
    assert equal == [recorded]


@pytest.mark.parametrize(
    ("sent", "told"),
    [('"free"', []), ('"pro"', ["'free', sent 'pro'"]), ("1", ["'free', sent 1"])],
)
def test_a_cassette_may_be_edited_to_a_plain_value(aliases, sent, told):
    """Then that value is asked for, and no other."""
    hidden = {**CREATED, "form": {"Attributes": {"plan": "free"}}}
    request = post(f'Attributes={{"plan": {sent}}}'.encode())
    assert differences(aliases, hidden, request) == [
        f"form.Attributes.plan: recorded {each}" for each in told
    ]


def test_headers_of_the_library_are_not_compared(aliases):
    """Whether Twilio's webhooks are asked for, is."""
    hidden = {**CREATED, "headers": {"accept": "*/*", "x-twilio-webhook-enabled": "true"}}
    asked = post(b"", headers=(("x-twilio-webhook-enabled", "true"),))
    assert differences(aliases, hidden, asked) == []
    assert differences(aliases, hidden, post(b"")) == [
        "headers.x-twilio-webhook-enabled: recorded 'true', sent nothing"
    ]


def test_a_request_that_differs_binds_nothing(aliases):
    """Nor what of it is equal."""
    hidden = {**CREATED, "form": {"Identity": "text-1", "RoleSid": "text-2"}}
    bind(aliases, hidden, post(b"Identity=ada"))
    assert shown(aliases, {"identity": "text-1"}) == {"identity": "text-1"}


# Showing


def test_answers_carry_the_tests_own_values(aliases):
    """Wherever the stand-in stands; links name whom the test asked."""
    identity = "Ada L/1?"
    bind(aliases, {**CREATED, "form": {"Identity": "text-1"}}, post(b"Identity=Ada+L%2F1%3F"))
    body = {
        "identity": "text-1",
        "friendly_name": None,
        "attributes": {"text-1": ["text-1", 1, True]},
        "url": "/v1/Users/text-1",
        "links": {"user_conversations": "/v1/Users/text-1/Conversations", "other": None},
        "message": "The requested resource /Users/text-1 was not found: text-1",
        "new": {"text-1": "text-1"},
        "code": 1,
    }
    assert shown(aliases, body) == {
        "identity": identity,
        "friendly_name": None,
        "attributes": json.dumps({identity: [identity, 1, True]}),
        "url": f"{ORIGIN}/v1/Users/Ada%20L%2F1%3F",
        "links": {
            "user_conversations": f"{ORIGIN}/v1/Users/Ada%20L%2F1%3F/Conversations",
            "other": None,
        },
        "message": f"The requested resource /Users/Ada%20L%2F1%3F was not found: {identity}",
        "new": {identity: identity},
        "code": 1,
    }


@pytest.mark.parametrize(
    ("hidden", "body"),
    [
        ({"message": "No /Users/person-1%40example.com"}, {"message": "No /Users/ada%40b.org"}),
        ({"message": "No /Users:person-1@example.com"}, {"message": "No /Users:ada@b.org"}),
        ({"attributes": {"unquoted": ["person-1@example.com"]}}, {"attributes": ["ada@b.org"]}),
    ],
)
def test_odd_answers_carry_the_tests_own_values(aliases, hidden, body):
    """Encoded in a path, within a part of one, and where a text was to be."""
    stand_in = {**CREATED, "form": {"Identity": "person-1@example.com"}}
    bind(aliases, stand_in, post(b"Identity=ada%40b.org"))
    assert shown(aliases, hidden) == body


def test_pages_carry_the_tests_own_values(aliases):
    """Their counts stay, and links keep their queries."""
    token = "PT" + 30 * "1"  # a stand-in
    hidden = {
        "operation": "list_user",
        "method": "GET",
        "path": "/v1/Users",
        "query": {"PageToken": token},
    }
    bind(aliases, hidden, fetch("/v1/Users?PageToken=PTmine%2B"))
    body = {
        "meta": {
            "page": 1,
            "key": "users",
            "url": f"/v1/Users?PageSize=1&PageToken={token}",
            "first_page_url": "text-1",
            "next_page_url": None,
        },
        "users": [{"identity": token}, token],
    }
    assert shown(aliases, body) == {
        "meta": {
            "page": 1,
            "key": "users",
            "url": f"{ORIGIN}/v1/Users?PageSize=1&PageToken=PTmine%2B",
            "first_page_url": "text-1",
            "next_page_url": None,
        },
        "users": [{"identity": "PTmine+"}, "PTmine+"],
    }


def test_numbers_are_the_tests_own(aliases):
    """In attributes, that is: a code is no private number."""
    bind(
        aliases,
        {**CREATED, "form": {"Attributes": {"a": 1, "b": 2.5}}},
        post(b"Attributes=%7B%22a%22%3A+42%2C+%22b%22%3A+-0.0%7D"),
    )
    body = {"attributes": {"a": 1, "b": 2.5, "c": 3}, "code": 1}
    assert shown(aliases, body) == {"attributes": '{"a": 42, "b": -0.0, "c": 3}', "code": 1}


def test_a_body_that_is_no_object_is_shown(aliases):
    """Each value in its place."""
    bind(aliases, {**CREATED, "form": {"Identity": "text-1"}}, post(b"Identity=ada"))
    assert shown(aliases, ["text-1", {"a": "text-1"}]) == ["ada", {"a": "ada"}]


def test_another_origin_of_twilios_stays(aliases):
    """A link to a region leads there."""
    url = "https://conversations.sydney.au1.twilio.com/v1/Users/text-1"
    assert shown(aliases, {"url": url}) == {"url": url}


@pytest.mark.parametrize(
    ("hidden", "body", "headers"),
    [
        ({"status": 204}, b"", ()),
        ({"status": 502, "text": "text-1"}, b"text-1", (("content-length", "6"),)),
        (
            {"status": 200, "headers": {"content-type": "text/html"}, "text": "text-1"},
            b"text-1",
            (("content-type", "text/html"), ("content-length", "6")),
        ),
        ({"status": 200, "json": {"meta": "text-1"}}, b'{"meta": "text-1"}', None),
        ({"status": 200, "json": {"url": 1, "links": 2}}, b'{"url": 1, "links": 2}', None),
    ],
)
def test_a_response_is_shown_whole(aliases, hidden, body, headers):
    """Its length is that of what is shown."""
    response = aliases.restore_response(hidden, origin=ORIGIN)
    assert (response.status, response.body) == (hidden["status"], body)
    assert headers is None or response.headers == headers


# Attributes' texts

PLAIN, COMPACT, WIDE = '{"a": "bé"}', '{"a":"bé"}', '{ "a": "bé" }'


def replayed(sent, answered):
    """The attributes that a replay answers, where they were answered so when it was recorded."""
    recording, aliases = Aliases(seed="a cassette"), Aliases(seed="a cassette")
    request = post(f"Attributes={sent}".encode())
    asked = recording.hide_request(request)
    body = json.dumps({"attributes": answered}).encode()
    answer = recording.hide_response(Response(status=200, body=body))
    assert differences(aliases, asked, request) == []
    bind(aliases, asked, request)
    return aliases.restore_response(answer, origin=ORIGIN).json()["attributes"]


@pytest.mark.parametrize("text", [PLAIN, COMPACT, WIDE])
def test_attributes_come_back_to_the_letter(text):
    """Where they did so when they were recorded."""
    assert replayed(text, text) == text


@pytest.mark.parametrize(
    ("sent", "answered"), [(PLAIN, COMPACT), (COMPACT, PLAIN), (COMPACT, WIDE), (WIDE, COMPACT)]
)
def test_attributes_that_were_written_anew_are_so_in_replay(sent, answered):
    """They say the same, and are another text."""
    text = replayed(sent, answered)
    assert text.rstrip() == (PLAIN if answered == PLAIN else COMPACT)
    assert text != sent


def test_one_text_then_is_one_text_now(aliases):
    """As it is compared to the letter, too."""
    hidden = {**CREATED, "form": {"Attributes": {"written": 1, "json": {"a": "text-1"}}}}
    bind(aliases, hidden, post(b"Attributes=" + COMPACT.encode()))
    assert differences(aliases, hidden, post(b"Attributes=" + COMPACT.encode())) == []
    assert differences(aliases, hidden, post(b"Attributes=" + WIDE.encode())) == [
        """form.Attributes.written: recorded '{"a":"bé"}', sent '{ "a": "bé" }'"""
    ]


# Around


def test_what_a_fixture_bound_holds_in_the_tests_within(aliases):
    """The test may send what the fixture made."""
    test = Aliases(seed="a test", around=lambda: [aliases])
    hidden = {**CREATED, "form": {"Identity": "text-1-beef"}}
    bind(aliases, hidden, post(b"Identity=ada"))
    assert differences(test, hidden, post(b"Identity=ada")) == []
    assert differences(test, hidden, post(b"Identity=eve")) == [
        "form.Identity: recorded 'ada', sent 'eve'"
    ]
    other = {**CREATED, "form": {"Identity": "text-1"}}
    assert differences(test, other, post(b"Identity=ada")) == [
        "form.Identity: recorded 'text-1', sent 'ada'"
    ]
    assert shown(test, {"identity": "text-1-beef"}) == {"identity": "ada"}


def test_what_any_of_two_fixtures_bound_holds_in_the_tests_within(aliases):
    """The text, the number, and how they are written, of the second as of the first."""
    first = Aliases(seed="the first")
    test = Aliases(seed="a test", around=lambda: [first, aliases])
    form = {"Identity": "text-1-beef", "Attributes": {"written": 1, "json": {"a": 1000}}}
    hidden = {**CREATED, "form": form}
    bind(first, {**CREATED, "form": {"Identity": "text-1-cafe"}}, post(b"Identity=eve"))
    bind(aliases, hidden, post(b'Identity=ada&Attributes={"a":42}'))
    again = post(b'Identity=ada&Attributes={"a":42}')
    assert differences(test, hidden, again) == []
    assert differences(test, hidden, post(b'Identity=eve&Attributes={ "a":43}')) == [
        "form.Identity: recorded 'ada', sent 'eve'",
        """form.Attributes.written: recorded '{"a":42}', sent '{ "a":43}'""",
        "form.Attributes.json.a: recorded 42, sent 43",
    ]
    other = {**CREATED, "form": {"Identity": "text-1", "Attributes": form["Attributes"]}}
    assert differences(test, other, again) == ["form.Identity: recorded 'text-1', sent 'ada'"]
    assert shown(test, {"identity": "text-1-beef", "attributes": form["Attributes"]}) == {
        "identity": "ada",
        "attributes": '{"a":42}',
    }


def test_a_replay_costs_the_same_however_much_was_bound(aliases):
    """Nothing looks through all values."""

    def cost(first):
        began = time.process_time()
        for number in range(first, first + 200):
            hidden = {**CREATED, "form": {"Identity": f"text-{number}"}}
            request = post(f"Identity=user-{number}".encode())
            unification = aliases.unify(hidden, request)
            assert unification.differences == []
            aliases.bind(unification)
            shown(aliases, {"identity": f"text-{number}"})
        return time.process_time() - began

    early = min(cost(first) for first in (1, 1000, 2000))
    for number in range(10_000, 30_000):
        aliases.meanings.of(f"text-{number}")
    late = min(cost(first) for first in (3000, 4000, 5000))
    assert late < 3 * early
