import pytest

from pytest_twilio_users.contract.sids import SidKind, derive_sid, require_sid
from pytest_twilio_users.errors import InvalidArgument

HEX = "0123456789abcdef0123456789ABCDEF"


@pytest.mark.parametrize(
    ("kind", "prefix", "label"),
    [
        (SidKind.USER, "US", "User"),
        (SidKind.SERVICE, "IS", "Conversation Service"),
        (SidKind.ROLE, "RL", "Role"),
        (SidKind.ACCOUNT, "AC", "Account"),
        (SidKind.API_KEY, "SK", "API key"),
        (SidKind.REQUEST, "RQ", "request"),
    ],
)
def test_a_sid_is_its_kinds_two_letters_and_32_hex_digits(
    kind: SidKind, prefix: str, label: str
) -> None:
    """Each kind has its own prefix, its name in a sentence, and Twilio's pattern."""
    assert kind.matches(prefix + HEX)
    assert kind.label == label
    assert kind.pattern == f"^{prefix}[0-9a-fA-F]{{32}}$"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "US",
        "US" + HEX[:-1],
        "US" + HEX + "0",
        "us" + HEX,
        "IS" + HEX,
        "US" + HEX[:-1] + "g",
        "US" + HEX + "\n",
        " US" + HEX,
        "ada",
    ],
)
def test_anything_else_is_no_user_sid(text: str) -> None:
    """A text that is one character off is an identity, and never taken for a SID."""
    assert not SidKind.USER.matches(text)


def test_the_same_seeds_give_the_same_sid_on_every_machine() -> None:
    """A derived SID may be written into a snapshot: neither process nor platform changes it."""
    assert derive_sid(SidKind.USER, "test_ada", 1) == "US125a54934ec312b22183ecdb48844d57"


@pytest.mark.parametrize(
    "seeds", [("test_ada", 2), ("test_grace", 1), ("test_", "ada", 1), ("test_ada", "1", ""), ()]
)
def test_other_seeds_give_another_sid(seeds: tuple[object, ...]) -> None:
    """Seeds are kept apart, so two tests do not share a SID because their names add up."""
    assert derive_sid(SidKind.USER, *seeds) != derive_sid(SidKind.USER, "test_ada", 1)


@pytest.mark.parametrize("kind", SidKind)
def test_a_derived_sid_is_lower_case_and_of_its_kind(kind: SidKind) -> None:
    """Derived SIDs look like Twilio's: the kind's prefix, then lower-case hex digits."""
    sid = derive_sid(kind, "test_ada[\ud800]")

    assert kind.matches(sid)
    assert sid[2:] == sid[2:].lower()


def test_a_required_sid_is_given_back() -> None:
    """What has the right form passes through unchanged."""
    assert require_sid(SidKind.SERVICE, "IS" + HEX, name="service_sid") == "IS" + HEX


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (
            "ada",
            "service_sid='ada' is not a Conversation Service SID: expected 'IS' and 32 hex digits.",
        ),
        (
            None,
            "service_sid=None is not a Conversation Service SID: expected 'IS' and 32 hex digits.",
        ),
        (
            "US" + HEX,
            (
                f"service_sid='US{HEX}' is not a Conversation Service SID:"
                " expected 'IS' and 32 hex digits.\n"
                "'US' marks a User. Did you swap two arguments?"
            ),
        ),
    ],
    ids=["text", "none", "another kind"],
)
def test_what_is_no_sid_is_told_apart_from_what_is_another_things_sid(
    value: str, complaint: str
) -> None:
    """The complaint names the argument, its value and what is expected; a swap it recognises."""
    with pytest.raises(InvalidArgument) as raised:
        require_sid(SidKind.SERVICE, value, name="service_sid")

    assert str(raised.value) == complaint


@pytest.mark.parametrize(
    ("value", "advice"), [(b"IS00", " Decode it first: .decode()."), (["IS00"], ""), (7, "")]
)
def test_what_is_no_text_is_no_sid(value: object, advice: str) -> None:
    """And it is told how to make text of it, where that is known."""
    with pytest.raises(InvalidArgument) as raised:
        require_sid(SidKind.SERVICE, value, name="x")

    assert str(raised.value) == (
        f"x={value!r} is not a Conversation Service SID: expected 'IS' and 32 hex digits.{advice}"
    )
