"""snapshots/numbering.py: equal values, equal stand-ins."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from pytest_twilio_users.snapshots.numbering import Numbering, without_sids

ADA = "US" + 32 * "a"
GRACE = "US" + 32 * "b"
SERVICE = "IS" + 32 * "5"
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
URL = "https://conversations.twilio.com/v1"


# SIDs.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(ADA, "<US:1>", id="alone"),
        pytest.param("US" + 16 * "aB", "<US:1>", id="in-capitals"),
        pytest.param(f"{URL}/Users/{ADA}", f"{URL}/Users/<US:1>", id="in-a-url"),
        pytest.param(
            f"{URL}/Services/{SERVICE}/Users/{ADA}/Conversations?PageSize=1",
            f"{URL}/Services/<IS:1>/Users/<US:1>/Conversations?PageSize=1",
            id="in-a-link",
        ),
        pytest.param(
            f"The requested resource /Users/{ADA} was not found",
            "The requested resource /Users/<US:1> was not found",
            id="in-a-message",
        ),
        pytest.param(f"{ADA},{GRACE},{ADA}", "<US:1>,<US:2>,<US:1>", id="again"),
        pytest.param(f"'{ADA}'_{ADA}_{ADA}.", "'<US:1>'_<US:1>_<US:1>.", id="between-signs"),
        pytest.param(f"/Users/team%2F{ADA}", "/Users/team%2F<US:1>", id="behind-a-percent-code"),
        pytest.param(f"/Users/{ADA}%20{GRACE}", "/Users/<US:1>%20<US:2>", id="around-one"),
    ],
)
def test_a_sid_is_shown_wherever_it_stands(text, shown):
    """Alone, in links, in paths and in sentences."""
    assert Numbering().for_text(text) == shown


@pytest.mark.parametrize("kind", ["US", "IS", "RL", "AC", "CH", "SK", "RQ", "MB", "ZX"])
def test_each_kind_of_sid_has_its_own_numbers(kind):
    """Kinds that the contract does not know, too."""
    names = Numbering()
    names.for_text(ADA if kind != "US" else SERVICE)
    assert names.for_text(kind + 32 * "1") == f"<{kind}:1>"
    assert names.for_text(kind + 32 * "2") == f"<{kind}:2>"
    assert names.for_text(kind + 32 * "1") == f"<{kind}:1>"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("ada", id="a-name"),
        pytest.param(ADA[:-1], id="a-digit-short"),
        pytest.param(ADA + "a", id="a-digit-long"),
        pytest.param("us" + 32 * "a", id="lower-case"),
        pytest.param("US" + 32 * "g", id="no-hex"),
        pytest.param("x" + ADA, id="the-end-of-a-word"),
        pytest.param(ADA + "Z", id="the-beginning-of-a-word"),
        pytest.param(64 * "a", id="a-digest"),
        pytest.param("PageSize=1&Page=0", id="a-query-without-a-token"),
    ],
)
def test_other_text_stays(text):
    """What is no SID is shown as it is."""
    assert Numbering().for_text(text) == text


def test_what_a_text_says_whichever_sids_it_names():
    """Names that differ in their SIDs alone are equal."""
    assert without_sids(f"{ADA} of {SERVICE}") == without_sids(f"{GRACE} of {SERVICE}") == " of "
    assert without_sids("ada") == "ada"


# Page tokens.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(
            f"{URL}/Users?PageSize=1&Page=1&PageToken=PTA1",
            f"{URL}/Users?PageSize=1&Page=1&PageToken=<token:1>",
            id="in-a-link",
        ),
        pytest.param(
            "?PageToken=PTA1&Page=1#end", "?PageToken=<token:1>&Page=1#end", id="not-at-its-end"
        ),
        pytest.param("PageToken='PTA1' is none", "PageToken='<token:1>' is none", id="quoted"),
        pytest.param(
            "PageToken=PTA1 PageToken=PTA2 PageToken=PTA1",
            "PageToken=<token:1> PageToken=<token:2> PageToken=<token:1>",
            id="again",
        ),
        pytest.param(
            f"?PageToken=PT{ADA}&For={ADA}", "?PageToken=<token:1>&For=<US:1>", id="with-a-sid"
        ),
        pytest.param("?PageToken=&Page=1", "?PageToken=&Page=1", id="empty"),
        pytest.param("?MyPageToken=PTA1", "?MyPageToken=PTA1", id="of-another-name"),
    ],
)
def test_a_page_token_is_shown(text, shown):
    """In links and in sentences."""
    assert Numbering().for_text(text) == shown


def test_a_token_has_one_number_however_it_is_written():
    """As the parameter, and in links percent-encoded or with a plus sign."""
    names = Numbering()
    assert names.for_token("PT/a b=") == "<token:1>"
    assert names.for_text("?PageToken=PT%2Fa%20b%3D") == "?PageToken=<token:1>"
    assert names.for_text("?PageToken=PT%2fa+b%3d&Page=1") == "?PageToken=<token:1>&Page=1"
    assert names.for_token("PT%2Fa%20b%3D") == "<token:2>"


# Times.


@pytest.mark.parametrize(
    ("later", "shown"),
    [
        ({}, "<t0>"),
        ({"seconds": 3}, "<t0+3s>"),
        ({"seconds": -2}, "<t0-2s>"),
        ({"milliseconds": 500}, "<t0+0.5s>"),
        ({"microseconds": -1}, "<t0-0.000001s>"),
        ({"seconds": 100}, "<t0+100s>"),
        ({"days": 365}, "<t0+31536000s>"),
    ],
    ids=["the-same", "later", "earlier", "half", "barely", "zeros", "a-year"],
)
def test_a_time_is_relative_to_the_first(later, shown):
    """In seconds, with as many digits as it takes."""
    names = Numbering()
    assert names.for_time(NOON) == "<t0>"
    assert names.for_time(NOON + timedelta(**later)) == shown


@pytest.mark.parametrize("earlier", [NOON.replace(tzinfo=None), NOON])
def test_a_time_is_the_same_in_each_zone(earlier):
    """A time without a zone is GMT."""
    names = Numbering()
    names.for_time(earlier)
    assert names.for_time(NOON.astimezone(timezone(timedelta(hours=5)))) == "<t0>"


# Secrets.


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("my p/ss wörd", "***"),
        ("a my p/ss wörd, my p/ss wörd", "a ***, ***"),
        ("/Users/my%20p%2Fss%20w%C3%B6rd", "/Users/***"),
        ("?Name=my+p%2Fss+w%C3%B6rd", "?Name=***"),
        ("/Users/my%20p%2fss%20w%c3%b6rd", "/Users/***"),
        ("/Users/my%20p/ss%20wörd", "/Users/***"),
    ],
    ids=["plain", "in-a-sentence", "in-a-path", "in-a-query", "in-small-letters", "in-part"],
)
def test_a_secret_is_hidden(written, shown):
    """However it is written, and wherever."""
    names = Numbering()
    names.hide({"my p/ss wörd"})
    assert names.for_text(written) == shown


def test_a_secret_that_begins_another_gives_away_no_rest():
    """The longest is hidden first, whichever came first."""
    shorter, longer = "my secret", "my secret of 2026"
    for secrets in ((shorter, longer), (longer, shorter)):
        names = Numbering()
        names.hide(secrets)
        assert names.for_text(f"{longer} {shorter}") == "*** ***"


def test_without_a_secret_nothing_is_hidden():
    """No password, no stars."""
    names = Numbering()
    names.hide(set())
    assert names.for_text("ada") == "ada"
