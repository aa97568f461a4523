"""state/admission.py: which values are let in."""

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.admission import (
    default_role_sid,
    refuse_attributes,
    refuse_identity,
    refuse_page,
    refuse_user_input,
)

SERVICE = "IS" + "d" * 32
OTHER_SERVICE = "IS" + "e" * 32
ROLE = "RL" + "b" * 32
OTHER_ROLE = "RL" + "c" * 32


def test_the_default_role_is_a_role():
    """role_sid is filled in with what passes for a Role SID."""
    assert SidKind.ROLE.matches(default_role_sid(SERVICE))


def test_each_service_has_a_default_role_of_its_own():
    """Roles belong to services."""
    assert default_role_sid(SERVICE) != default_role_sid(OTHER_SERVICE)


@pytest.mark.parametrize(
    "identity",
    [
        pytest.param("ada", id="plain"),
        pytest.param("ada@example.com", id="e-mail"),
        pytest.param("!*'();:@&=+$,/?%#[]", id="advised against"),
        pytest.param("..", id="dots"),
        pytest.param(" ", id="blank"),
        pytest.param("\N{WOMAN}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER}", id="emoji"),
        pytest.param("é" * 256, id="256 characters"),
        pytest.param("US" + "a" * 31, id="nearly a User SID"),
        pytest.param("us" + "a" * 32, id="a User SID in lower case"),
        pytest.param("IS" + "a" * 32, id="a Service SID"),
        pytest.param("System", id="nearly reserved"),
    ],
)
def test_an_identity_may_be_any_text(identity):
    """Twilio advises against some characters, and takes them."""
    assert refuse_identity({"Identity": identity}) is None


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        pytest.param({}, refusals.IDENTITY_MISSING, id="missing"),
        pytest.param({"identity": "ada"}, refusals.IDENTITY_MISSING, id="misspelt"),
        pytest.param({"Identity": ""}, refusals.IDENTITY_EMPTY, id="empty"),
        pytest.param({"Identity": "a" * 257}, refusals.IDENTITY_TOO_LONG, id="257 characters"),
        pytest.param({"Identity": "US" + "a" * 32}, refusals.IDENTITY_LIKE_SID, id="like a SID"),
        pytest.param({"Identity": "US" + "A" * 32}, refusals.IDENTITY_LIKE_SID, id="upper-case"),
        pytest.param({"Identity": "system"}, refusals.IDENTITY_RESERVED, id="reserved"),
    ],
)
def test_an_identity_that_can_not_be_is_refused(form, refusal):
    """Each mistake meets its own refusal."""
    assert refuse_identity(form) is refusal


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("{}", id="empty"),
        pytest.param('{ "duty": "tech" }', id="Twilio's example"),
        pytest.param('\n{"a": [1, null, true, {"b": 1e9}]}\t', id="nested"),
        pytest.param('{"a": 1, "a": 2}', id="the same name twice"),
        pytest.param('{"name": "Zoë"}', id="not ASCII"),
        pytest.param('{"path": "a\\/b", "name": "Zo\\u00eb"}', id="escapes"),
        pytest.param('{"a":"%s"}' % ("é" * 8188), id="16,384 bytes"),
    ],
)
def test_attributes_may_be_any_json_object(text):
    """What JSON allows, Attributes allow."""
    assert refuse_attributes(text, escapes=True) is None


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        pytest.param("", refusals.ATTRIBUTES_NOT_JSON, id="empty"),
        pytest.param("duty", refusals.ATTRIBUTES_NOT_JSON, id="a word"),
        pytest.param("{'duty': 'tech'}", refusals.ATTRIBUTES_NOT_JSON, id="Python's repr"),
        pytest.param('{"duty": "tech",}', refusals.ATTRIBUTES_NOT_JSON, id="trailing comma"),
        pytest.param('{"a": NaN}', refusals.ATTRIBUTES_NOT_JSON, id="NaN"),
        pytest.param('{"a": -Infinity}', refusals.ATTRIBUTES_NOT_JSON, id="Infinity"),
        pytest.param("[]", refusals.ATTRIBUTES_NO_OBJECT, id="array"),
        pytest.param('"{}"', refusals.ATTRIBUTES_NO_OBJECT, id="text"),
        pytest.param("null", refusals.ATTRIBUTES_NO_OBJECT, id="null"),
        pytest.param("1", refusals.ATTRIBUTES_NO_OBJECT, id="number"),
        pytest.param(
            '{"a":"%s"}' % ("é" * 8188 + "x"), refusals.ATTRIBUTES_TOO_LONG, id="16,385 bytes"
        ),
        pytest.param("x" * 16_385, refusals.ATTRIBUTES_TOO_LONG, id="long and no JSON"),
    ],
)
def test_attributes_that_can_not_be_are_refused(text, refusal):
    """The length counts bytes of UTF-8, and is looked at before the JSON is."""
    assert refuse_attributes(text, escapes=True) is refusal


def test_a_number_may_have_many_digits():
    """JSON sets no limit where Python does."""
    assert refuse_attributes('{"a": ' + "1" * 5_000 + "}", escapes=True) is None


def test_attributes_nested_beyond_reason_are_refused():
    """Text that Python's parser gives up on is answered, not raised."""
    refusal = refuse_attributes("[" * 8_000 + "]" * 8_000, escapes=True)

    assert refusal is not None
    assert refusal.message == "Attributes not valid JSON"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        pytest.param(r'{"path": "a\/b"}', True, id="escaped slash"),
        pytest.param(r'{"name": "Zo\u00eb"}', True, id="escaped letter"),
        pytest.param(r'{"path": "a\\\/b"}', True, id="backslash, then an escaped slash"),
        pytest.param(r'{"path": "a\\/b"}', False, id="backslash, then a slash"),
        pytest.param(r'{"path": "a\\u00eb"}', False, id="backslash, then u00eb"),
        pytest.param(r'{"line": "a\nb\t\"c\""}', False, id="other escapes"),
        pytest.param('{"name": "Zoë", "path": "a/b"}', False, id="no escapes"),
    ],
)
def test_escapes_are_refused_on_request(text, refused):
    """With `attribute_escapes` off the stub has Twilio's oddity of 2020 and 2021."""
    refusal = refuse_attributes(text, escapes=False)

    assert refusal is (refusals.ATTRIBUTES_NOT_JSON if refused else None)


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"FriendlyName": ""}, None, id="empty name"),
        pytest.param({"FriendlyName": "é" * 256}, None, id="256 characters"),
        pytest.param(
            {"FriendlyName": "a" * 257}, refusals.FRIENDLY_NAME_TOO_LONG, id="257 characters"
        ),
        pytest.param({"Attributes": "{}"}, None, id="attributes"),
        pytest.param({"Attributes": "no"}, refusals.ATTRIBUTES_NOT_JSON, id="no JSON"),
        pytest.param({"Attributes": ""}, refusals.ATTRIBUTES_NOT_JSON, id="empty attributes"),
        pytest.param({"RoleSid": ROLE}, None, id="role"),
        pytest.param({"RoleSid": "admin"}, refusals.ROLE_SID_MALFORMED, id="malformed role"),
        pytest.param({"RoleSid": ""}, refusals.ROLE_SID_MALFORMED, id="empty role"),
        pytest.param({"Attributes": "{}", "RoleSid": ""}, refusals.ROLE_SID_MALFORMED, id="both"),
    ],
)
def test_what_create_and_update_take_is_checked(form, refusal):
    """FriendlyName, Attributes and RoleSid meet the same refusals in both."""
    assert refuse_user_input(form, service_sid=SERVICE, settings=Settings()) is refusal


def test_the_switch_for_escapes_reaches_the_check():
    """`attribute_escapes` is a setting of the author's."""
    form, settings = {"Attributes": r'{"a": "\/"}'}, Settings(attribute_escapes=False)

    refusal = refuse_user_input(form, service_sid=SERVICE, settings=settings)

    assert refusal is refusals.ATTRIBUTES_NOT_JSON


@pytest.mark.parametrize(
    ("role_sid", "refusal"),
    [
        pytest.param(ROLE, None, id="named"),
        pytest.param(default_role_sid(SERVICE), None, id="the service's default"),
        pytest.param(default_role_sid(OTHER_SERVICE), refusals.ROLE_UNKNOWN, id="another's"),
        pytest.param(OTHER_ROLE, refusals.ROLE_UNKNOWN, id="unknown"),
        pytest.param("admin", refusals.ROLE_SID_MALFORMED, id="malformed"),
    ],
)
def test_only_the_roles_that_the_author_named_are_known(role_sid, refusal):
    """`role_sids` makes the stub as strict about roles as Twilio is."""
    settings = Settings(role_sids=(ROLE,))

    assert (
        refuse_user_input({"RoleSid": role_sid}, service_sid=SERVICE, settings=settings) is refusal
    )


@pytest.mark.parametrize(
    "query",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"PageSize": "1"}, id="smallest"),
        pytest.param({"PageSize": "1000000"}, id="more than Twilio gives"),
        pytest.param({"PageSize": "050"}, id="leading zero"),
        pytest.param({"Page": "0"}, id="first page"),
    ],
)
def test_a_page_may_be_asked_for(query):
    """A size beyond the maximum is cut, not refused."""
    assert refuse_page(query) is None


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        pytest.param({"PageSize": "0"}, refusals.PAGE_SIZE_MALFORMED, id="no users"),
        pytest.param({"PageSize": "-1"}, refusals.PAGE_SIZE_MALFORMED, id="negative"),
        pytest.param({"PageSize": ""}, refusals.PAGE_SIZE_MALFORMED, id="empty"),
        pytest.param({"PageSize": "ten"}, refusals.PAGE_SIZE_MALFORMED, id="a word"),
        pytest.param({"PageSize": "2.5"}, refusals.PAGE_SIZE_MALFORMED, id="a fraction"),
        pytest.param({"PageSize": "1_000"}, refusals.PAGE_SIZE_MALFORMED, id="Python's spelling"),
        pytest.param({"PageSize": "٣"}, refusals.PAGE_SIZE_MALFORMED, id="Arabic digit"),
        pytest.param({"Page": "-1"}, refusals.PAGE_MALFORMED, id="negative page"),
        pytest.param({"Page": "two"}, refusals.PAGE_MALFORMED, id="a word for a page"),
    ],
)
def test_a_page_that_can_not_be_is_refused(query, refusal):
    """Each mistake meets its own refusal."""
    assert refuse_page(query) is refusal
