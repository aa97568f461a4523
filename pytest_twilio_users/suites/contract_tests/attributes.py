"""Attributes: the text of a JSON object, kept to the letter."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise

ATTRIBUTE_TEXTS = {
    "spaces": '{ "duty": "tech" }',
    "no spaces": '{"duty":"tech","n":[1,2,{}]}',
    "new lines": '{\n  "a": 1\n}\n',
    "unicode": '{"é": "👩‍💻 עדה"}',
    "numbers": '{"big": 123456789012345678901234567890, "e": 1E400, "minus": -0.0}',
    "repeated key": '{"a": 1, "a": 2}',
    "nested": '{"a": {"b": {"c": [null, true, false, ""]}}}',
    "form characters": '{"a": "1&b=2+3%20;#"}',
    "16,384 bytes": '{"a": "' + "x" * 16_375 + '"}',
}


@promise("attributes_verbatim")
@pytest.mark.parametrize("text", ATTRIBUTE_TEXTS.values(), ids=ATTRIBUTE_TEXTS)
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


NOT_JSON = ("", "null,", "{'a': 1}", '{"a": NaN}', '{"a": 1,}', '{"a"', "{" * 5_000)


@promise("attributes_not_json")
@pytest.mark.parametrize("text", NOT_JSON, ids=range(len(NOT_JSON)))
def test_attributes_must_be_json(users: UsersUnderTest, text: str) -> None:
    """What is nearly JSON is none."""
    users.refuse(refusals.ATTRIBUTES_NOT_JSON, users.create, users.identity(), attributes=text)


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
