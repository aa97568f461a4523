import pytest

from pytest_twilio_users import errors
from pytest_twilio_users.errors import (
    KitError,
    KitWarning,
    brief,
    counted,
    did_you_mean,
    nearest,
    printable,
    set_or_not,
)

COMPLAINTS = [
    errors.SettingError,
    errors.InvalidArgument,
    errors.UnansweredRequest,
    errors.ContractViolated,
    errors.Forgotten,
    errors.ForeignPageLink,
]


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_each_complaint_of_the_kit_is_a_kit_error(complaint: type[Exception]) -> None:
    """Who wants to catch all that the kit complains about catches one class."""
    assert issubclass(complaint, KitError)


def test_a_complaint_is_about_one_test() -> None:
    """Those that end a live run say so."""
    assert not KitError("").ends_run


@pytest.mark.parametrize(
    ("complaint", "builtin"),
    [
        (errors.InvalidArgument, ValueError),
        (errors.UnansweredRequest, AssertionError),
        (errors.ContractViolated, AssertionError),
        (errors.Forgotten, LookupError),
        (errors.KitWarning, UserWarning),
    ],
)
def test_a_complaint_is_also_what_python_would_raise(
    complaint: type[Exception], builtin: type[Exception]
) -> None:
    """A failed expectation is an AssertionError, a wrong value a ValueError."""
    assert issubclass(complaint, builtin)


def test_a_warning_of_the_kit_is_no_complaint() -> None:
    """Catching the kit's errors does not swallow its warnings, nor the other way round."""
    assert not issubclass(KitWarning, KitError)


@pytest.mark.parametrize(
    ("found", "suggestion"),
    [
        ("friendlyName", " Did you mean 'FriendlyName'?"),
        ("FriendlyNam", " Did you mean 'FriendlyName'?"),
        ("friendly_name", " Did you mean 'FriendlyName'?"),
        ("FRIENDLY-NAME", " Did you mean 'FriendlyName'?"),
        ("x_twilio_webhook_enabled", " Did you mean 'X-Twilio-Webhook-Enabled'?"),
        ("Role", " Did you mean 'RoleSid'?"),
        ("RoleSids", " Did you mean 'RoleSid'?"),
        ("Colour", ""),
        ("Identity" * 13, ""),
        ("", ""),
    ],
)
def test_a_near_name_is_suggested(found: str, suggestion: str) -> None:
    """Case, underscores and hyphens do not count; a name that resembles none gets no guess."""
    allowed = ["Identity", "FriendlyName", "RoleSid", "X-Twilio-Webhook-Enabled"]

    assert did_you_mean(found, allowed) == suggestion


@pytest.mark.parametrize("found", ["role_sid", "ROLE-SID"])
def test_the_nearest_of_several_is_suggested(found: str) -> None:
    """Which is the one with other separators, before one with another letter."""
    allowed = ["role_side", "role-side", "RoleSid"]
    assert did_you_mean(found, allowed) == " Did you mean 'RoleSid'?"


def test_who_can_not_afford_a_wrong_guess_asks_for_a_nearer_name() -> None:
    """What is near enough to be suggested may be too far to be meant."""
    assert nearest("Role", ["RoleSid"]) == "RoleSid"
    assert nearest("Role", ["RoleSid"], nearness=0.8) is None


def test_where_nothing_is_allowed_nothing_is_suggested() -> None:
    """No names, no guess, and no error about an error."""
    assert did_you_mean("Identity", []) == ""


class Unprintable:
    """An author's object that can't be shown."""

    def __repr__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("ada", "'ada'"),
        ("\ud800\x1b", "'\\ud800\\x1b'"),
        ("a" * 118, f"'{'a' * 118}'"),
        ("a" * 119, f"'{'a' * 118}…"),
        (10**5_000, "<int>"),
        (Unprintable(), "<Unprintable>"),
        (["http://AC1:token@n@host/a@b"], "['http://***@host/a@b']"),
        ("//ada@example.com" * 2, "'//***@example.com//***@example.com'"),
    ],
    ids=["short", "escaped", "longest", "cut", "digits", "unprintable", "login", "logins"],
)
def test_a_complaint_shows_a_value_in_brief(value: object, shown: str) -> None:
    """Whatever it is: a complaint about it never fails itself."""
    assert brief(value) == shown


@pytest.mark.parametrize(
    ("found", "near"),
    [
        ("TWILIO_USERS_STRCIT", "TWILIO_USERS_STRICT"),
        ("TWILIO_USERS_FOO", None),
        ("TWILIO_USERS_", None),
    ],
)
def test_a_shared_stem_makes_no_names_near(found: str, near: str | None) -> None:
    """Only what follows the stem is compared."""
    allowed = ["TWILIO_USERS_MODE", "TWILIO_USERS_STRICT"]

    assert nearest(found, allowed, stem="TWILIO_USERS_") == near


@pytest.mark.parametrize(
    ("secret", "told"), [("hunter2", "set"), ("", "not set"), (None, "not set")]
)
def test_of_a_secret_nothing_is_told_but_whether_it_is_set(secret: str | None, told: str) -> None:
    """An empty one, of a variable that a shell did not fill, is none."""
    assert set_or_not(secret) == told


@pytest.mark.parametrize(
    ("number", "told"), [(0, "0 exchanges"), (1, "1 exchange"), (2, "2 exchanges")]
)
def test_what_is_counted_is_told_in_its_number(number: int, told: str) -> None:
    """One is not several."""
    assert counted(number, "exchange") == told


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë 'Å' \\ 😀", "Zoë 'Å' \\ 😀"),
        ("\x1b[31m\r\n\t\0\x7f", r"\x1b[31m\r\n\t\x00\x7f"),
        ("\x85\x9b2J\xa0", r"\x85\x9b2J\xa0"),
        ("C:\\\0", r"C:\\x00"),
        ("\u2028\u202e\u2066\u200b\ufeff\u00ad", r"\u2028\u202e\u2066\u200b\ufeff\xad"),
        ("\ud800 \udcff", r"\ud800 \udcff"),
        ("\U000e0041\U0010ffff", r"\U000e0041\U0010ffff"),
    ],
    ids=["letters", "C0", "C1", "path", "bidi", "surrogates", "tags"],
)
def test_what_is_unprintable_is_escaped(text: str, shown: str) -> None:
    """On one line, which no terminal obeys and any encoding can escape further."""
    assert printable(text) == shown
    assert printable(shown) == shown


@pytest.mark.parametrize("kind", [*COMPLAINTS, KitWarning])
def test_what_is_told_to_the_author_moves_no_cursor(kind: type[Exception]) -> None:
    """Whatever it quotes; its lines stay lines."""
    assert str(kind("first\x1b[2J\nsecond\ud800")) == "first\\x1b[2J\nsecond\\ud800"
