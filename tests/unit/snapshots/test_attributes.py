"""snapshots/showing.py: attributes as what they say, and whether their text is the one sent."""

import json

import pytest
from hypothesis import given

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.snapshots import (
    TwilioUsersJSONSnapshotExtension,
    TwilioUsersSnapshotExtension,
)
from pytest_twilio_users.snapshots.showing import JSON, REFORMATTED, Showing
from pytest_twilio_users.wire.attributes import encode_attributes

SID = "US" + 32 * "a"
show = TwilioUsersSnapshotExtension().serialize


def marked(sent, answered):
    """Whether attributes that were sent and answered so are shown as formatted differently."""
    data = [{"parameters": {"Attributes": text}} for text in sent]
    shown = Showing().show([*data, {"attributes": answered}])[-1]["attributes"]
    return REFORMATTED in shown


def test_attributes_are_shown_as_an_object_of_their_own_kind():
    """What is text in Twilio's answer looks like no object of it, and is sorted."""
    assert show({"attributes": '{"plan": {"b": [1, null, true], "a": 0.5}}'}) == (
        "dict({\n"
        "  'attributes': JSON({\n"
        "    'plan': dict({\n"
        "      'a': 0.5,\n"
        "      'b': list([\n"
        "        1,\n"
        "        None,\n"
        "        True,\n"
        "      ]),\n"
        "    }),\n"
        "  }),\n"
        "})"
    )
    assert show({"attributes": {"plan": "pro"}}) != show({"attributes": '{"plan": "pro"}'})


def test_empty_attributes_are_shown():
    """As of a user that has none."""
    assert show({"attributes": "{}"}) == "dict({\n  'attributes': JSON({\n  }),\n})"


def test_the_mark_stands_around_the_attributes():
    """Where the text is another one the author sees it, and still what it says."""
    assert show({"attributes": '{"plan":"pro"}'}) == (
        "dict({\n"
        "  'attributes': dict({\n"
        "    '<formatted differently>': JSON({\n"
        "      'plan': 'pro',\n"
        "    }),\n"
        "  }),\n"
        "})"
    )
    assert TwilioUsersJSONSnapshotExtension().serialize({"attributes": '{"plan":"pro"}'}) == (
        '{\n  "attributes": {\n    "<formatted differently>": {\n'
        '      "plan": "pro"\n    }\n  }\n}\n'
    )


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ([], '{"a": "é", "b": 1}'),
        (['{"a":1}'], '{"a":1}'),
        (['{ "a" : 1.0 }'], '{ "a" : 1.0 }'),
        (['{"b": 1, "a": 2}'], '{"b": 1, "a": 2}'),
        (['{"a":1}', '{"a": 1}'], '{"a": 1}'),
        (['{"a":1}', '{"b":1}'], '{"a":1}'),
        (['{"a":1}'], '{"b": 1}'),
    ],
    ids=[
        "as-the-client-writes",
        "as-sent",
        "spaces-as-sent",
        "order-as-sent",
        "as-sent-last",
        "as-sent-before-others",
        "never-sent",
    ],
)
def test_attributes_that_are_as_they_were_sent_bear_no_mark(sent, answered):
    """As the last request with the same attributes sent them, else as the client would."""
    assert not marked(sent, answered)


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ([], '{"a":1}'),
        ([], '{"a": "\\u00e9"}'),
        ([], '{"a": 1e2}'),
        ([], '{"a": 1, "a": 1}'),
        (['{"a":1}'], '{"a": 1}'),
        (['{"b": 1, "a": 2}'], '{"a": 2, "b": 1}'),
        (['{"a": 1}', '{"a":1}'], '{"a": 1}'),
        (['{"a":1}'], '{"b":1}'),
        (["no JSON"], '{"b":1}'),
    ],
    ids=[
        "no-spaces",
        "escapes",
        "another-number",
        "twice",
        "spaces-came",
        "order-changed",
        "as-sent-first",
        "never-sent",
        "no-JSON-was-sent",
    ],
)
def test_attributes_that_are_not_as_they_were_sent_bear_a_mark(sent, answered):
    """A client that compares texts would be wrong about them."""
    assert marked(sent, answered)


@given(twilio_st.attributes())
def test_any_attributes_of_the_client_bear_no_mark(attributes):
    """However they are nested, and whatever characters they hold."""
    assert not marked([], encode_attributes(attributes, name="attributes"))


@given(twilio_st.attributes_text())
def test_any_attributes_given_back_to_the_letter_bear_no_mark(text):
    """Whatever their format."""
    assert not marked([text], text)


@pytest.mark.parametrize(
    "text",
    ["", "plan", "{", "[]", '"pro"', "null", "3", '{"a": NaN}', '{"a": Infinity}', 99_999 * "["],
    ids=["empty", "word", "half", "list", "text", "null", "number", "nan", "infinity", "abyss"],
)
@pytest.mark.parametrize("name", ["Attributes", "attributes"])
def test_text_that_is_no_json_object_stays_text(name, text):
    """In a request and in an answer."""
    assert Showing().show({name: text}) == {name: text}


@pytest.mark.parametrize("name", ["Attributes", "attributes"])
@pytest.mark.parametrize("depth", [100, 900], ids=["deep", "as-deep-as-parsed"])
@pytest.mark.parametrize(("opening", "closing"), [('{"a": ', "}"), ("[", "]")])
def test_attributes_may_be_nested_deep(name, depth, opening, closing):
    """What is deeper than syrupy goes stays text, and nothing is cut off."""
    text = '{"a": ' + opening * depth + "0" + closing * depth + "}"
    assert show({name: text}) == f"dict({{\n  '{name}': '{text}',\n}})"


@pytest.mark.parametrize(("opening", "closing"), [('{"a": ', "}"), ("[", "]")])
def test_attributes_are_shown_as_deep_as_syrupy_writes(opening, closing):
    """Each object and each list is one deeper."""
    text = '{"a": ' + opening * 80 + "0" + closing * 80 + "}"
    assert type(Showing().show({"attributes": text})["attributes"]) is JSON


def test_attributes_that_no_file_can_hold_stay_text():
    """Half a surrogate pair would end the writing of the file in its midst."""
    text = r'{"note": "\ud800\n"}'
    assert Showing().show({"attributes": text}) == {"attributes": text}


def test_attributes_that_are_no_text_stay_what_they_are():
    """An answer that breaks the contract shows it."""
    assert Showing().show({"attributes": {"b": 1}}) == {"attributes": {"b": 1}}
    assert type(Showing().show({"attributes": {"b": 1}})["attributes"]) is not JSON
    assert Showing().show({"attributes": None}) == {"attributes": None}


def test_sids_in_attributes_are_shown():
    """In values, in keys and in text that is not JSON; by the numbers they have elsewhere."""
    other = "US" + 32 * "b"
    attributes = json.dumps({"friends": [other, {other: SID}], SID: other})
    shown = Showing().show([SID, {"attributes": attributes}, {"attributes": f"of {other}"}])
    assert shown == [
        "<US:1>",
        {"attributes": {"<US:1>": "<US:2>", "friends": ["<US:2>", {"<US:2>": "<US:1>"}]}},
        {"attributes": "of <US:2>"},
    ]


def test_no_name_in_attributes_is_twilios():
    """Dates, tokens and attributes of the author's own are what they are."""
    own = {
        "date_created": "2026-03-04T12:00:00Z",
        "PageToken": "PTA1",
        "attributes": '{"a":1}',
    }
    assert Showing().show({"attributes": json.dumps(own)}) == {"attributes": own}


def test_sids_as_keys_of_attributes_keep_their_places():
    """Other SIDs, whose alphabetical order is another, change nothing."""
    texts = {
        show({"attributes": json.dumps({first: "first", second: "second", "a": 0})})
        for first, second in [(SID, "US" + 32 * "b"), (SID, "US" + 32 * "0")]
    }
    assert len(texts) == 1
