import pytest
from data.published import EXAMPLES, PAGE, USER, Example

from pytest_twilio_users.contract.fields import (
    LINK_NAMES,
    META_FIELDS,
    USER_FIELDS,
    Field,
    Kind,
    Pii,
    Varies,
)
from pytest_twilio_users.contract.sids import SidKind


@pytest.mark.parametrize(
    "example",
    [example for example in EXAMPLES.values() if "sid" in (example.answer or {})],
    ids=lambda example: example.operation,
)
def test_a_user_has_the_published_fields(example: Example) -> None:
    """The 13 fields are those of every user that Twilio published, no more and no fewer."""
    assert set(USER_FIELDS) == set(example.answer or {})
    assert len(USER_FIELDS) == 13


def test_a_pages_meta_has_the_published_fields() -> None:
    """The seven fields of meta are those that Twilio published."""
    assert set(META_FIELDS) == set(PAGE["meta"])


def test_links_hold_what_is_published() -> None:
    """A user links to its conversations, and to nothing else."""
    assert set(LINK_NAMES) == set(USER["links"])


@pytest.mark.parametrize("fields", [USER_FIELDS, META_FIELDS], ids=["user", "meta"])
def test_a_field_is_found_by_its_own_name(fields: dict[str, Field]) -> None:
    """The key of a row is the row's name."""
    assert {name: field.name for name, field in fields.items()} == {name: name for name in fields}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("sid", Kind.SID),
        ("account_sid", Kind.SID),
        ("chat_service_sid", Kind.SID),
        ("role_sid", Kind.SID),
        ("identity", Kind.TEXT),
        ("friendly_name", Kind.TEXT),
        ("attributes", Kind.JSON_OBJECT),
        ("is_online", Kind.BOOLEAN),
        ("is_notifiable", Kind.BOOLEAN),
        ("date_created", Kind.DATE_TIME),
        ("date_updated", Kind.DATE_TIME),
        ("url", Kind.URL),
        ("links", Kind.LINKS),
    ],
)
def test_a_users_field_is_of_its_documented_kind(name: str, kind: Kind) -> None:
    """Codec, schema, strategies and conformity all read a field's kind here."""
    assert USER_FIELDS[name].kind is kind


def test_the_four_sids_of_a_user_are_of_different_kinds() -> None:
    """Each SID field knows whose SID it holds; no other field does."""
    assert {name: field.sid for name, field in USER_FIELDS.items() if field.sid} == {
        "sid": SidKind.USER,
        "account_sid": SidKind.ACCOUNT,
        "chat_service_sid": SidKind.SERVICE,
        "role_sid": SidKind.ROLE,
    }


def test_personal_data_is_marked_as_twilio_marks_it() -> None:
    """What redaction hides is what Twilio calls personal."""
    assert {
        name: field.pii for name, field in USER_FIELDS.items() if field.pii is not Pii.NONE
    } == {
        "identity": Pii.STANDARD,
        "friendly_name": Pii.STANDARD,
        "attributes": Pii.SENSITIVE,
    }


def test_the_fields_that_a_test_chooses_never_vary() -> None:
    """A snapshot may hold these to the letter; all the others need a mask."""
    assert {name for name, field in USER_FIELDS.items() if field.varies is Varies.NEVER} == {
        "identity",
        "friendly_name",
        "attributes",
    }


def test_a_field_varies_with_the_thing_that_it_names() -> None:
    """A SID of the account is stable within the account, one of the service within the service."""
    assert USER_FIELDS["account_sid"].varies is Varies.EACH_ACCOUNT
    assert USER_FIELDS["chat_service_sid"].varies is Varies.EACH_SERVICE
    assert USER_FIELDS["role_sid"].varies is Varies.EACH_SERVICE


def test_null_is_known_of_few_fields() -> None:
    """Twilio's schema lets every field be null; these are the ones where a null was seen."""
    assert {name for name, field in USER_FIELDS.items() if field.null_when} == {
        "friendly_name",
        "is_online",
        "is_notifiable",
    }
    assert {name for name, field in META_FIELDS.items() if field.null_when} == {
        "previous_page_url",
        "next_page_url",
    }
