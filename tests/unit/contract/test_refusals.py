import pytest

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.contract.refusals import (
    IDENTITY_TAKEN,
    MORE_INFO,
    REFUSALS,
    Refusal,
    known_refusal,
)
from pytest_twilio_users.errors import InvalidArgument

EACH = pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda refusal: refusal.name)

FACTS = [
    ("not_found", 404, 20404, "The requested resource {path} was not found", "sibling"),
    ("identity_taken", 409, 50201, "User already exists", "third-party"),
    (
        "identity_missing",
        400,
        20001,
        "Missing required parameter Identity in the post body",
        "sibling",
    ),
    ("identity_empty", 400, 50204, "Identity not provided", "inferred"),
    ("identity_too_long", 400, 50207, "Identity too long", "inferred"),
    (
        "identity_like_sid",
        400,
        50206,
        "Identity should not match user SID pattern",
        "inferred",
    ),
    ("identity_reserved", 400, 50203, "Identity reserved", "inferred"),
    ("attributes_not_json", 400, 50304, "Attributes not valid JSON", "recorded"),
    ("attributes_no_object", 400, 50304, "Attributes not valid JSON", "inferred"),
    ("attributes_too_long", 400, 50303, "Attributes too long", "inferred"),
    ("friendly_name_too_long", 400, 50003, "Friendly name too long", "inferred"),
    ("role_sid_malformed", 400, 20001, "Invalid parameter RoleSid", "inferred"),
    ("role_unknown", 400, 50100, "Role not found", "inferred"),
    (
        "webhook_enabled_malformed",
        400,
        20001,
        "Invalid parameter X-Twilio-Webhook-Enabled",
        "inferred",
    ),
    ("page_size_malformed", 400, 20001, "Invalid parameter PageSize", "inferred"),
    ("page_malformed", 400, 20001, "Invalid parameter Page", "inferred"),
    ("page_token_unknown", 400, 21481, "Invalid PageToken", "inferred"),
    ("no_credentials", 401, 20003, "Authentication Error - No credentials provided", "sibling"),
    ("username_invalid", 401, 20003, "Authentication Error - invalid username", "sibling"),
    ("token_wrong", 401, 20003, "Authenticate", "sibling"),
    (
        "test_credentials",
        403,
        20008,
        "Resource not accessible with Test Account Credentials",
        "sibling",
    ),
    (
        "method_not_allowed",
        405,
        20004,
        "The requested resource {path} does not support the attempted HTTP method {method}",
        "sibling",
    ),
    ("too_many_requests", 429, 20429, "Too Many Requests", "documented"),
    ("too_many_changes", 429, 50063, "Actions per second limit exceeded", "documented"),
    ("webhook_refused", 403, 50056, "Webhook disabled processing of command", "inferred"),
    ("internal_error", 500, 20500, "Internal Server Error", "documented"),
    ("unavailable", 503, 20503, "Service Unavailable", "documented"),
]


@pytest.mark.parametrize(
    ("name", "status", "code", "message", "evidence"), FACTS, ids=[fact[0] for fact in FACTS]
)
def test_a_refusal_says_what_twilio_says(
    name: str, status: int, code: int, message: str, evidence: str
) -> None:
    """Status, code and message are Twilio's; the evidence is that of the weakest of the three."""
    refusal = REFUSALS[name]

    assert (refusal.status, refusal.code, refusal.message) == (status, code, message)
    assert refusal.evidence == evidence


def test_every_refusal_is_held_against_the_facts() -> None:
    """No refusal slips into the table without a fact behind it."""
    assert list(REFUSALS) == [fact[0] for fact in FACTS]


@EACH
def test_a_refusal_is_found_by_its_own_name(refusal: Refusal) -> None:
    """Reports, docs and the contract suite speak of refusals by these names."""
    assert REFUSALS[refusal.name] is refusal


@EACH
def test_a_refusal_whose_evidence_is_mixed_says_so(refusal: Refusal) -> None:
    """A note is a sentence, or there is none."""
    assert refusal.note == "" or refusal.note.endswith(".")


def test_a_refusal_is_stated_in_one_sentence() -> None:
    """The table of behaviours in the docs shows case, status, code and message."""
    assert IDENTITY_TAKEN.statement == (
        "The identity is already taken in the service: 409, code 50201, `User already exists`"
    )


def test_a_code_leads_to_twilios_error_dictionary() -> None:
    """`more_info` is the dictionary's address of the code."""
    assert MORE_INFO.format(code=50201) == "https://www.twilio.com/docs/errors/50201"


def test_only_a_body_seen_as_a_whole_counts_as_recorded() -> None:
    """One refusal of this API was seen to the letter; the others rest on weaker ground."""
    recorded = [r.name for r in REFUSALS.values() if r.evidence is Evidence.RECORDED]

    assert recorded == ["attributes_not_json"]


def test_some_refusals_come_only_when_a_test_plans_them() -> None:
    """Load, failures and webhooks follow from no request alone: the stub never guesses them."""
    assert [refusal.name for refusal in REFUSALS.values() if refusal.planned] == [
        "too_many_requests",
        "too_many_changes",
        "webhook_refused",
        "internal_error",
        "unavailable",
    ]


@EACH
def test_a_known_refusal_is_given_by_name(refusal: Refusal) -> None:
    """A test plans a refusal by the name that the table and the docs have for it."""
    assert known_refusal(refusal.name) is refusal


@pytest.mark.parametrize(
    ("name", "guess"),
    [("too_many_request", " Did you mean 'too_many_requests'?"), ("teapot", ""), (20404, "")],
)
def test_an_unknown_refusal_is_met_with_the_known_ones(name: str, guess: str) -> None:
    """The message guesses what was meant, and lists every name that can be."""
    with pytest.raises(InvalidArgument) as raised:
        known_refusal(name)

    assert str(raised.value) == (
        f"{name!r} is not a refusal.{guess} Known: {', '.join(fact[0] for fact in FACTS)}."
    )
