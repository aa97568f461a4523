"""state/pages.py: page tokens."""

import pytest

from pytest_twilio_users.state.pages import Cursor

SERVICE = "IS" + "d" * 32


def test_a_token_begins_as_twilios_do():
    """Recorded tokens begin with PT."""
    assert Cursor(number=42).token(SERVICE).startswith("PT")


def test_the_tokens_of_both_directions_differ():
    """`previous_page_url` carries a token of its own."""
    forwards, backwards = Cursor(number=42), Cursor(number=42, backwards=True)

    assert forwards.token(SERVICE) != backwards.token(SERVICE)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_token_stands_for_its_place(backwards):
    """However far down the list it is."""
    cursor = Cursor(number=1_000_000, backwards=backwards)

    assert Cursor.from_token(SERVICE, cursor.token(SERVICE)) == cursor


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda token: "", id="empty"),
        pytest.param(lambda token: "PT42", id="made up"),
        pytest.param(lambda token: token.replace("PTA", "PTB"), id="other direction"),
        pytest.param(lambda token: token.replace("02a", "02b"), id="other place"),
        pytest.param(lambda token: token + "0", id="longer"),
        pytest.param(lambda token: token[:-1], id="shorter"),
        pytest.param(str.upper, id="upper-case"),
        pytest.param(lambda token: token + "\n", id="line end"),
    ],
)
def test_a_forged_token_stands_for_no_place(forge):
    """Tokens are opaque: one that was put together or changed by hand is none."""
    assert Cursor.from_token(SERVICE, forge(Cursor(number=42).token(SERVICE))) is None
