"""User input: what is stored to the letter, what is refused."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.suites.contract_tests.suite_fixtures import SOME_ROLE, raw
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest, lasting
from pytest_twilio_users.suites.promises import promise


@raw
@promise("identity_missing")
@pytest.mark.parametrize("form", [{}, {"FriendlyName": "Ada"}], ids=["empty", "other parameters"])
def test_create_needs_an_identity(users: UsersUnderTest, form: dict[str, str]) -> None:
    """A create without Identity is refused."""
    users.refuse(refusals.IDENTITY_MISSING, users.send, "POST", data=form)


@raw
@promise("json_body_unread")
def test_a_json_body_is_not_read(users: UsersUnderTest) -> None:
    """What it says is not heard, so that Identity is missing."""
    users.refuse(refusals.IDENTITY_MISSING, users.send, "POST", json={"Identity": users.identity()})


REFUSED_INPUT = {
    "identity_empty": ("identity", ""),
    "identity_too_long": ("identity", "a" * 257),
    "identity_like_sid": ("identity", "US" + "0aF" * 10 + "00"),
    "identity_reserved": ("identity", "system"),
    "friendly_name_too_long": ("friendly_name", "a" * 257),
    "attributes_not_json": ("attributes", "{duty: tech}"),
    "attributes_no_object": ("attributes", "[1]"),
    "attributes_too_long": ("attributes", '{"a": "' + "x" * 16_376 + '"}'),
    "role_sid_malformed": ("role_sid", "admin"),
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=promise(name)) for name in REFUSED_INPUT]
)
def test_create_refuses_what_it_cannot_store(users: UsersUnderTest, name: str) -> None:
    """The refusal names the reason, and no user comes of it."""
    argument, value = REFUSED_INPUT[name]
    user_input = {"identity": users.identity(), argument: value}
    users.refuse(refusals.REFUSALS[name], users.create, **user_input)
    assert users.own(users.walk(page_size=50)) == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=promise(name))
        for name, (argument, _) in REFUSED_INPUT.items()
        if argument != "identity"
    ],
)
def test_update_refuses_what_it_cannot_store(users: UsersUnderTest, name: str) -> None:
    """The refusal names the reason, and the user stays as it was, right parameters included."""
    argument, value = REFUSED_INPUT[name]
    user = users.create(users.identity(), friendly_name="Ada", attributes={"born": 1815})
    user_input = {"friendly_name": "Eve", "attributes": "{}", argument: value}
    users.refuse(refusals.REFUSALS[name], users.update, user.sid, **user_input)
    assert lasting(users.fetch(user.sid)) == lasting(user)


UNKNOWN_ROLE = derive_sid(SidKind.ROLE, "a role that nobody made")


@pytest.mark.twilio_users(role_sids=[SOME_ROLE])
@promise("role_unknown")
def test_a_role_that_nobody_made_is_refused(users: UsersUnderTest) -> None:
    """On create and on update."""
    user = users.create(users.identity("ada"))
    users.refuse(
        refusals.ROLE_UNKNOWN, users.create, users.identity("grace"), role_sid=UNKNOWN_ROLE
    )
    users.refuse(refusals.ROLE_UNKNOWN, users.update, user.sid, role_sid=UNKNOWN_ROLE)


ATTRIBUTE_TEXTS = {
    "spaces": '{ "duty": "tech" }',
    "no spaces": '{"duty":"tech","n":[1,2,{}]}',
    "new lines": '{\n  "a": 1\n}\n',
    "unicode": '{"é": "👩‍💻 עדה"}',
    "nested": '{"a": {"b": {"c": [null, true, false, ""]}}}',
    "form characters": '{"a": "1&b=2+3%20;#"}',
}
ODD_ATTRIBUTE_TEXTS = {
    "numbers": '{"big": 123456789012345678901234567890, "e": 1E400, "minus": -0.0}',
    "repeated key": '{"a": 1, "a": 2}',
    "16,384 bytes": '{"a": "' + "x" * 16_375 + '"}',
}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=name, marks=promise(promised))
        for promised, texts in (
            ("attributes_verbatim", ATTRIBUTE_TEXTS),
            ("odd_attributes", ODD_ATTRIBUTE_TEXTS),
        )
        for name, text in texts.items()
    ],
)
def test_attributes_come_back_to_the_letter(users: UsersUnderTest, text: str) -> None:
    """On create, fetch, update and list the text is what was sent."""
    user = users.create(users.identity(), attributes=text)
    assert user.attributes == text
    assert users.fetch(user.sid).attributes == text
    assert users.update(user.sid, attributes=text).attributes == text
    assert [u.attributes for u in users.walk(page_size=50) if u.sid == user.sid] == [text]


@promise("attribute_escapes")
def test_attributes_may_hold_escapes(users: UsersUnderTest) -> None:
    r"""`\/` and `\u00e9` are JSON, whatever Twilio did in 2020-2021."""
    text = r'{"path": "a\/b", "name": "\u00e9"}'
    assert users.create(users.identity(), attributes=text).attributes == text


NOT_JSON = ("null,", "{'a': 1}", '{"a": NaN}', '{"a": 1,}', '{"a"', "{" * 5_000)


@promise("attributes_not_json")
@pytest.mark.parametrize("text", NOT_JSON, ids=range(len(NOT_JSON)))
def test_attributes_must_be_json(users: UsersUnderTest, text: str) -> None:
    """What is nearly JSON is none."""
    users.refuse(refusals.ATTRIBUTES_NOT_JSON, users.create, users.identity(), attributes=text)


@promise("attributes_empty")
def test_empty_attributes_are_no_json(users: UsersUnderTest) -> None:
    """They are something else than none."""
    users.refuse(refusals.ATTRIBUTES_NOT_JSON, users.create, users.identity(), attributes="")


@promise("attributes_no_object")
@pytest.mark.parametrize("text", ["[]", '"a"', "1", "true", "null"])
def test_attributes_must_be_an_object(users: UsersUnderTest, text: str) -> None:
    """JSON that is no object is refused alike."""
    users.refuse(refusals.ATTRIBUTES_NO_OBJECT, users.create, users.identity(), attributes=text)


@promise("attributes_too_long")
def test_attributes_are_measured_in_bytes(users: UsersUnderTest) -> None:
    """16 KB are bytes of UTF-8, not characters."""
    text = '{"a": "' + "é" * 8_200 + '"}'
    users.refuse(refusals.ATTRIBUTES_TOO_LONG, users.create, users.identity(), attributes=text)
