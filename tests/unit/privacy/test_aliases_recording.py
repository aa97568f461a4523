import base64
import json

import pytest

from pytest_twilio_users.cassettes.check import leaks
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.codec import FORM_TYPE, refusal_body
from pytest_twilio_users.wire.messages import Request, Response

ORIGIN = "https://conversations.twilio.com"
SERVICE = derive_sid(SidKind.SERVICE, "recorded")
USER = derive_sid(SidKind.USER, "recorded")
TAIL = derive_sid(SidKind.USER, "a cassette")[-24:]
BASIC = "Basic " + base64.b64encode(b"AC:a password").decode()


@pytest.fixture
def aliases():
    """Those of one cassette."""
    return Aliases(seed="a cassette", known={SERVICE: "IS" + 32 * "0"})


def request(method="GET", target="/v1/Users", headers=(), body=b"", authorization=BASIC):
    """A request to Twilio."""
    return Request(
        method=method,
        origin=ORIGIN,
        target=target,
        headers=headers,
        body=body,
        authorization=authorization,
    )


def post(body, target="/v1/Users"):
    """A request with a form."""
    return request("POST", target, (("content-type", FORM_TYPE),), body)


def answer(body, status=200, headers=()):
    """An answer of JSON."""
    return Response(status=status, headers=headers, body=json.dumps(body).encode())


# Requests


def test_a_request_is_described_by_what_it_asks_for(aliases):
    """In a fixed order, each value in its place."""
    asked = request(
        "POST",
        f"/v1/Services/{SERVICE}/Users",
        (
            ("content-type", FORM_TYPE),
            ("accept", "application/json"),
            ("x-twilio-webhook-enabled", "true"),
            ("user-agent", "an application of somebody's"),
        ),
        b"Identity=ada%40example.org&FriendlyName=Ada&Attributes=%7B%22born%22%3A+1815%7D",
    )
    hidden = aliases.hide_request(asked)
    assert list(hidden.items()) == [
        ("operation", "create_service_user"),
        ("method", "POST"),
        ("path", f"/v1/Services/IS{32 * '0'}/Users"),
        (
            "headers",
            {
                "accept": "application/json",
                "content-type": FORM_TYPE,
                "x-twilio-webhook-enabled": "true",
            },
        ),
        (
            "form",
            {
                "Identity": "person-1@example.com",
                "FriendlyName": "text-1",
                "Attributes": {"born": 1},
            },
        ),
    ]


def test_counts_of_a_list_are_kept(aliases):
    """They are nobody's. Other numbers may be somebody's."""
    query = "PageSize=999999&Page=1&PageToken=PTabc&Born=1815"
    hidden = aliases.hide_request(request(target=f"/v1/Users?{query}"))["query"]
    assert hidden == {"PageSize": "999999", "Page": "1", "PageToken": "text-1", "Born": "text-2"}


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_methods_of_http_are_kept(aliases, method):
    """Another one may be a value."""
    assert aliases.hide_request(request(method))["method"] == method


def test_an_accepted_type_is_kept(aliases):
    """Twilio's own, or any."""
    asked = request(headers=(("accept", "*/*"),))
    assert aliases.hide_request(asked)["headers"] == {"accept": "*/*"}


@pytest.mark.parametrize("value", ["-1", "five", "5000000", ""])
def test_what_counts_nothing_is_hidden(aliases, value):
    """Where a number is expected, too; the empty text hides nothing."""
    hidden = aliases.hide_request(request(target=f"/v1/Users?PageSize={value}"))
    assert hidden["query"] == {"PageSize": "text-1" if value else ""}


def test_repeated_names_keep_their_order(aliases):
    """As pairs."""
    hidden = aliases.hide_request(request(target="/v1/Users?Page=1&Page=2"))
    assert hidden["query"] == [["Page", "1"], ["Page", "2"]]


def test_names_that_are_no_words_are_hidden(aliases):
    """Somebody's data sent as the name of a parameter."""
    hidden = aliases.hide_request(post(b"Nickname=Ada&%2B4915112345678=x&SID12345=x"))
    assert hidden["form"] == {"Nickname": "text-1", "+15550000001": "text-2", "text-3": "text-2"}


def test_a_name_that_stands_alone_is_hidden(aliases):
    """It may be a value: a word that was sent as the body, or after a question mark."""
    hidden = aliases.hide_request(post(b"correcthorse", target="/v1/Users?grace"))
    assert (hidden["query"], hidden["form"]) == ({"text-1": ""}, {"text-2": ""})
    assert aliases.hide_request(post(b"FriendlyName="))["form"] == {"FriendlyName": ""}


@pytest.mark.parametrize("body", [b'{"a": 1}', b"\xff"])
def test_a_body_that_is_no_form_is_hidden(aliases, body):
    """Whatever it holds."""
    asked = request("POST", headers=(("content-type", "application/json"),), body=body)
    assert aliases.hide_request(asked)["body"] == {"text": "text-1"}


def test_missing_credentials_are_told_and_others_never(aliases):
    """Whether there were some is part of what was asked."""
    assert aliases.hide_request(request(authorization=None))["credentials"] is False
    assert "credentials" not in aliases.hide_request(request())


def test_a_path_of_no_operation_is_hidden_but_for_what_is_twilios(aliases):
    """Segment by segment."""
    hidden = aliases.hide_request(request("BREW", f"/v1/Conversations/{USER}/Users/a%2Fb"))
    assert hidden == {
        "method": "text-1",
        "path": f"/v1/text-2/US00000001{TAIL}/text-3/text-4",
    }


def test_a_webhook_header_that_is_no_boolean_is_hidden(aliases):
    """It was refused, and is compared."""
    asked = request(headers=(("x-twilio-webhook-enabled", "maybe"),))
    assert aliases.hide_request(asked)["headers"] == {"x-twilio-webhook-enabled": "text-1"}


# Stand-ins


@pytest.mark.parametrize(
    ("value", "stand_in"),
    [
        (USER, f"US00000001{TAIL}"),
        (USER.upper(), f"US00000001{TAIL}"),
        ("ada@example.org", "person-1@example.com"),
        ("+4915112345678", "+15550000001"),
        ("PTc29tZXdoZXJlIGVsc2U", "PT" + 29 * "0" + "1"),
        ("https://example.org/ada", "https://example.com/1"),
        ("Ada Lovelace", "text-1"),
        ("text-7", "text-1"),
        ("", ""),
    ],
)
def test_a_stand_in_has_the_shape_of_its_value(aliases, value, stand_in):
    """So what reads it still can."""
    hidden = aliases.hide_response(answer({"friendly_name": value}))
    assert hidden["json"] == {"friendly_name": stand_in}


def test_equal_values_have_equal_stand_ins_wherever_they_stand(aliases):
    """In path, query, form, JSON, url, links, page tokens and messages."""
    token = "PTc29tZXdoZXJlIGVsc2U"  # a cursor
    asked = aliases.hide_request(post(b"Identity=Ada+L%2F1", f"/v1/Users/{USER}"))
    listed = aliases.hide_request(request(target=f"/v1/Users?PageToken={token}"))
    url = f"{ORIGIN}/v1/Users/{USER}"
    user = aliases.hide_response(
        answer(
            {
                "sid": USER,
                "identity": "Ada L/1",
                "attributes": '{"called": "Ada L/1"}',
                "url": url,
                "links": {"user_conversations": f"{url}/Conversations"},
                "message": "The requested resource /Users/Ada%20L%2F1 was not found",
            }
        )
    )
    meta = {"next_page_url": f"{ORIGIN}/v1/Users?PageSize=1&PageToken={token}", "key": "users"}
    page = aliases.hide_response(answer({"meta": meta, "users": []}))
    sid = f"US00000001{TAIL}"
    assert asked["path"] == f"/v1/Users/{sid}"
    assert asked["form"] == {"Identity": "text-1"}
    assert listed["query"] == {"PageToken": "PT" + 29 * "0" + "1"}
    assert user["json"] == {
        "sid": sid,
        "identity": "text-1",
        "attributes": {"called": "text-1"},
        "url": f"/v1/Users/{sid}",
        "links": {"user_conversations": f"/v1/Users/{sid}/Conversations"},
        "message": "The requested resource /Users/text-1 was not found",
    }
    assert page["json"]["meta"] == {
        "next_page_url": f"/v1/Users?PageSize=1&PageToken=PT{29 * '0'}1",
        "key": "users",
    }


def test_other_cassettes_have_other_sids():
    """Users of two recordings never get mixed up."""
    sids = {
        Aliases(seed=seed).hide_request(request(target=f"/v1/Users/{USER}"))["path"]
        for seed in ("one", "other")
    }
    assert len(sids) == 2


def test_stand_ins_of_a_fixture_hold_in_the_tests_within():
    """And its others are marked, so that a test's own are told from them."""
    fixture = Aliases(seed="a fixture", marked=True)
    test = Aliases(seed="a test", around=lambda: [fixture])
    mark = derive_sid(SidKind.USER, "a fixture")[-4:]
    body = answer({"identity": "Ada", "friendly_name": "ada@example.org"})
    expected = {"identity": f"text-1-{mark}", "friendly_name": f"person-1-{mark}@example.com"}
    assert fixture.hide_response(body)["json"] == expected
    assert test.hide_response(body)["json"] == expected
    assert test.hide_response(answer({"identity": "Grace"}))["json"] == {"identity": "text-1"}


def test_numbers_of_a_fixture_hold_in_the_tests_within():
    """And are higher than a test's own, so that these are told from them."""
    fixture = Aliases(seed="a fixture", marked=True)
    test = Aliases(seed="a test", around=lambda: [fixture])
    body = answer({"new": 7, "attributes": '{"n":7}'})
    expected = fixture.hide_response(body)["json"]
    assert test.hide_response(body)["json"] == expected
    other = test.hide_response(answer({"new": 8, "attributes": '{"n":8}'}))["json"]
    assert other == {"new": 1, "attributes": {"written": 1, "json": {"n": 1}}}
    assert leaks({"method": "GET", "path": "/"}, {"status": 200, "json": expected}) == []


def test_numbers_of_a_fixture_are_above_a_thousand_and_below_ten():
    """By the name of the fixture: those of two are mostly told apart."""
    firsts = {
        Aliases(seed=f"fixture {seed}", marked=True).hide_response(answer({"new": 7}))["json"][
            "new"
        ]
        for seed in range(1000)
    }
    assert firsts == set(range(1001, 10_000, 100))


def test_stand_ins_of_the_second_fixture_hold_as_those_of_the_first():
    """Texts, numbers, and how they are written."""
    first, second = (Aliases(seed=name, marked=True) for name in ("the first", "the second"))
    test = Aliases(seed="a test", around=lambda: [first, second])
    body = answer({"identity": "Ada", "new": 7, "attributes": '{"n":7}'})
    expected = second.hide_response(body)["json"]
    first.hide_response(answer({"identity": "Eve", "new": 8, "attributes": '{"n":8}'}))
    assert test.hide_response(body)["json"] == expected


# Attributes


@pytest.mark.parametrize(
    ("text", "described"),
    [
        ('{"plan": "gold", "n": [1, 1.5, 1, true, null, "", {}, []]}', "plain"),
        ("{}", "plain"),
        ('{"plan":"gold"}', "other"),
        ('{"\\u00e9": 1}', "other"),
        ('{"written": "1", "json": {}}', "other"),
        ('{"unquoted": 1}', "other"),
        ("[1]", "text"),
        ("no JSON", "text"),
        ('{"a": NaN}', "text"),
        (1500 * '{"a":' + "1" + 1500 * "}", "text"),
        (100 * '{"a": ' + "1" + 100 * "}", "plain"),
        (101 * '{"a": ' + "1" + 101 * "}", "text"),
        (50 * '{"a": [' + "1" + 50 * "]}", "plain"),
        (51 * '{"a": [' + "1" + 51 * "]}", "text"),
    ],
)
def test_attributes_are_described_by_how_they_are_written(aliases, text, described):
    """A plain object where the kit would write them so, else marked; what is none is a text."""
    found = aliases.hide_response(answer({"attributes": text}))["json"]["attributes"]
    kinds = {"plain": dict, "other": dict, "text": str}
    assert type(found) is kinds[described]
    if described == "other":
        assert found.keys() == {"written", "json"}
        assert found["written"] == 1


def test_attributes_keep_their_structure(aliases):
    """Keys that are words, types, emptiness and order."""
    text = '{"plan": "gold", "z": [12, 1.5, 12, true, null, "", {}, []], "ada@example.org": "gold"}'
    hidden = aliases.hide_response(answer({"attributes": text}))
    assert json.dumps(hidden["json"]["attributes"]) == json.dumps(
        {
            "plan": "text-1",
            "z": [1, 2.5, 1, True, None, "", {}, []],
            "person-1@example.com": "text-1",
        }
    )


def test_keys_that_look_like_stand_ins_are_hidden_too(aliases):
    """Else one could stand for the other."""
    text = json.dumps({"text-1": 1, "!": 2, "my text-1": 3})
    hidden = aliases.hide_response(answer({"attributes": text}))
    assert hidden["json"]["attributes"] == {"text-1": 1, "text-2": 2, "text-3": 3}


def test_numbers_are_as_distinct_as_json_writes_them(aliases):
    """1 is not 1.0, and 0.0 not -0.0."""
    hidden = aliases.hide_response(answer({"new": [1, 1.0, 0.0, -0.0, 10**30, 1]}))
    assert json.dumps(hidden["json"]["new"]) == "[1, 2.5, 3.5, 4.5, 5, 1]"


def test_attributes_that_are_no_text_are_marked(aliases):
    """What an answer has in place of a text."""
    hidden = aliases.hide_response(answer({"attributes": {"plan": "gold"}}))
    assert hidden["json"]["attributes"] == {"unquoted": {"plan": "text-1"}}


# Answers


def test_headers_are_kept_where_name_and_value_are_known(aliases):
    """All others are dropped; Twilio's id of the request is a SID."""
    harmless = {
        "content-type": "application/json; charset=utf-8",
        "date": "Tue, 24 Nov 2026 03:00:00 GMT",
        "retry-after": "2",
        "twilio-concurrent-requests": "1",
        "twilio-request-duration": "0.413",
        "x-api-domain": "conversations.twilio.com",
        "x-home-region": "us1",
    }
    private = dict.fromkeys(harmless, "Ada") | {"set-cookie": "a=b", "x-shenanigans": "none"}
    request_id = derive_sid(SidKind.REQUEST, "an answer")
    known = (*harmless.items(), ("twilio-request-id", request_id))
    assert aliases.hide_response(Response(status=204, headers=known)) == {
        "status": 204,
        "headers": {**harmless, "twilio-request-id": f"RQ00000001{TAIL}"},
    }
    assert aliases.hide_response(Response(status=204, headers=(*private.items(),))) == {
        "status": 204
    }


@pytest.mark.parametrize("body", [b"<html>Ada</html>", b"\xff", b"NaN", 100_000 * b"["])
def test_a_body_that_is_no_json_is_hidden_as_a_whole(aliases, body):
    """A proxy's page, say."""
    assert aliases.hide_response(Response(status=502, body=body)) == {
        "status": 502,
        "text": "text-1",
    }


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=list(REFUSALS))
def test_refusals_keep_their_wording(aliases, refusal):
    """It is the same for everybody, but for the path."""
    body = refusal_body(refusal, path="/v1/Users/ada", method="PATCH")
    hidden = aliases.hide_response(answer(body, refusal.status))
    assert hidden["json"] == {**body, "message": body["message"].replace("ada", "text-1")}


@pytest.mark.parametrize(
    ("message", "hidden"),
    [
        ("User ada@example.org, not found.", "User person-1@example.com, not found."),
        ("User (ada) not found: 'ada'", "User (text-1) not found: 'text-1'"),
        (f"Role {USER} unknown", f"Role US00000001{TAIL} unknown"),
        ("Call +4915112345678!", "text-1 +15550000001!"),
        ("See https://example.org/ada.", "text-1 https://example.com/1."),
        ("Not at /v1 or /Services/x/Users", "Not at /v1 or /Services/text-1/Users"),
        ("Not at /v1/Users?Page=ada", "Not at /v1/Users?text-1"),
        ("😀/v1 user😀", "text-1/text-2 text-3"),
        ("ada&=%#é\n“grace”", "text-1&=%#text-2\n“text-3”"),
        ("PageSize 50 is not allowed", "PageSize text-1 is not allowed"),
    ],
)
def test_messages_keep_words_that_tell_nothing(aliases, message, hidden):
    """A stand-in is always apart from what is around it."""
    assert aliases.hide_response(answer({"message": message}))["json"] == {"message": hidden}


@pytest.mark.parametrize(
    "word",
    sorted(
        {name for op in OPERATIONS.values() for name in (op.name, op.method)}
        | {parameter.name for op in OPERATIONS.values() for parameter in op.parameters}
        | {str(number) for r in REFUSALS.values() for number in (r.status, r.code)}
        | {"PATCH", "PUT", "HEAD", "OPTIONS", *USER_FIELDS, *META_FIELDS}
        | {kind.label for kind in SidKind}
    ),
)
def test_words_of_the_contract_tell_nothing(aliases, word):
    """Whatever a message says of them."""
    assert aliases.hide_response(answer({"message": word}))["json"] == {"message": word}


def test_fields_keep_what_their_kind_makes_harmless(aliases):
    """Dates, booleans, counts, and where a code is explained."""
    body = {
        "date_created": "2026-11-24T03:00:00Z",
        "is_online": True,
        "role_sid": None,
        "meta": {"page": 0, "page_size": 50, "key": "users", "previous_page_url": None},
        "code": 20404,
        "status": 404,
        "more_info": "https://www.twilio.com/docs/errors/20404",
    }
    assert aliases.hide_response(answer(body))["json"] == body


@pytest.mark.parametrize("kept", [0, 999_999])
@pytest.mark.parametrize("hidden", [-1, 1_000_000, 404.0])
def test_a_code_is_a_small_number(aliases, kept, hidden):
    """Another one may be somebody's."""
    shown = aliases.hide_response(answer({"code": kept, "status": hidden}))["json"]
    assert shown["code"] == kept
    assert shown["status"] in (1, 1.5)


@pytest.mark.parametrize("name", ["date_created", "more_info", "message", "url", "attributes"])
def test_a_number_in_the_place_of_a_text_is_hidden(aliases, name):
    """It is no less private there."""
    shown = aliases.hide_response(answer({name: 1815}))["json"][name]
    assert shown == ({"unquoted": 1} if name == "attributes" else 1)


def test_fields_of_another_kind_than_expected_are_hidden(aliases):
    """Whatever the service puts there; types stay."""
    body = {
        "date_created": "yesterday",
        "url": 5,
        "links": ["Ada"],
        "meta": "Ada",
        "users": {"Ada": "Ada"},
        "code": "Ada",
        "status": 10**6,
        "message": ["Ada"],
        "more_info": f"{ORIGIN}/Ada",
        "user 12345": "Ada",
        "is_online": 7,
    }
    assert aliases.hide_response(answer(body))["json"] == {
        "date_created": "text-1",
        "url": 1,
        "links": ["text-2"],
        "meta": "text-2",
        "users": {"Ada": "text-2"},
        "code": "text-2",
        "status": 2,
        "message": ["text-2"],
        "more_info": "https://example.com/1",
        "text-3": "text-2",
        "is_online": 3,
    }


def test_users_of_a_page_are_hidden_one_by_one(aliases):
    """What is not a user, too."""
    user = {"identity": "Ada", "message": "Ada", "attributes": "{}"}
    body = {"meta": {"key": "people"}, "users": [user, "Ada"]}
    assert aliases.hide_response(answer(body))["json"] == {
        "meta": {"key": "text-1"},
        "users": [{"identity": "text-2", "message": "text-2", "attributes": {}}, "text-2"],
    }


def test_a_body_that_is_no_object_is_hidden(aliases):
    """Only its structure stays."""
    assert aliases.hide_response(answer(["Ada", {"Ada": 5}]))["json"] == ["text-1", {"Ada": 1}]


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("https://conversations.sydney.au1.twilio.com/v1/Users", None),
        (
            f"{ORIGIN}/v1/Services/{SERVICE}/Users/{USER}/Conversations",
            f"{ORIGIN}/v1/Services/IS{32 * '0'}/Users/US00000001{TAIL}/Conversations",
        ),
        ("https://ada.example.org/v1/Users", "https://example.com/1"),
        (f"{ORIGIN}/v1/Users#ada", "https://example.com/1"),
        (f"{ORIGIN}/v2/Users", "https://example.com/1"),
        (f"{ORIGIN}/v1/Users/é", "https://example.com/1"),
        ("https://[ada/v1/", "https://example.com/1"),
        ("ada", "text-1"),
    ],
)
def test_addresses_of_others_are_hidden(aliases, url, hidden):
    """Twilio's own are kept, but for what they name."""
    assert aliases.hide_response(answer({"url": url}))["json"] == {"url": hidden or url}


def test_no_repr_shows_a_value(aliases):
    """It counts them."""
    aliases.hide_request(post(b"Identity=Ada"))
    assert repr(aliases) == "<Aliases: 2 values>"


def test_a_body_beyond_reason_is_a_text(aliases):
    """It is recorded all the same."""
    body = 150 * '{"a": ' + "1" + 150 * "}"
    hidden = aliases.hide_response(Response(status=200, body=body.encode()))
    assert hidden.keys() == {"status", "text"}
