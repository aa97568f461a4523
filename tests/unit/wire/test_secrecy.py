"""wire/secrecy.py: what a request was authorized with is in no text, however it is spelled."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users.wire.secrecy import hide_secrets, secrets_among, secrets_of

PASSWORD = "my 'own', s3cret\n\\pässwörd/1 \"q\" \N{GRINNING FACE}+x<&"
LOGIN = base64.b64encode(f"ACany:{PASSWORD}".encode()).decode()


def every_byte(text):
    """Percent-encoded even where it need not be."""
    return "".join(f"%{byte:02x}" for byte in text.encode())


def every_other(text):
    """Percent-encoded here and there."""
    return "".join(every_byte(c) if n % 2 else c for n, c in enumerate(text))


SPELLINGS = {
    "as-it-is": (str, "***"),
    "repr": (repr, "'***'"),
    "ascii": (ascii, "'***'"),
    "bytes": (lambda text: repr(text.encode()), "b'***'"),
    "json": (json.dumps, '"***"'),
    "json-of-php": (lambda text: json.dumps(text).replace("/", r"\/"), '"***"'),
    "json-as-it-is": (lambda text: json.dumps(text, ensure_ascii=False), '"***"'),
    "percent": (lambda text: quote(text, safe=""), "***"),
    "percent-in-a-path": (quote, "***"),
    "percent-twice": (lambda text: quote(quote(text)), "***"),
    "percent-three-times": (lambda text: quote(quote(quote(text))), "***"),
    "form": (quote_plus, "***"),
    "every-byte": (every_byte, "***"),
    "every-other": (every_other, "***"),
    "html": (html.escape, "***"),
    "json-in-a-query": (lambda text: quote_plus(json.dumps([text])), "%5B%22***%22%5D"),
    "json-in-a-repr": (lambda text: repr(json.dumps([text])), "'[\"***\"]'"),
}


@pytest.mark.parametrize("secret", [PASSWORD, LOGIN], ids=["password", "login"])
@pytest.mark.parametrize(("spell", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_a_secret_is_hidden_in_each_spelling(spell, expected, secret):
    """Whole, and nothing else is."""
    shown = hide_secrets(f"a+b=%41 {spell(secret)}&c='\\n'", [secret])
    assert shown == f"a+b=%41 {expected}&c='\\n'"


@pytest.mark.parametrize(
    "secret", ["&lt;&gt;&amp;12", "%41%42%43%44", r"\x41\x42\x43", "a\\b+c\\d+e"]
)
@pytest.mark.parametrize("spell", [str, quote, quote_plus, lambda text: quote(quote(text))])
def test_a_secret_that_looks_escaped_is_hidden(secret, spell):
    """Though little is left of it without what would be escapes."""
    assert hide_secrets(f"<{spell(secret)}>", [secret]) == "<***>"


@given(
    secret=st.text().map(lambda text: f"s3cret: {text}"),
    spell=st.sampled_from([spell for spell, _ in SPELLINGS.values()])
    | st.just(lambda text: repr(repr(text))),
)
def test_a_secret_of_any_letters_is_hidden(secret, spell):
    """Whatever they mean where it is spelled."""
    assert "s3cret" not in hide_secrets(f"<{spell(secret)}>", [secret])


@pytest.mark.parametrize("text", ["C:\\nice-password", "100%abnice-password", "&ltnice-password"])
def test_a_secret_after_what_may_begin_an_escape_is_hidden(text):
    """As it is: nothing was escaped there."""
    assert hide_secrets(text, ["nice-password"]) == text.replace("nice-password", "***")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("assert '0123456789ab...456789abcdef' == ''", "assert '***' == ''"),
        (
            "assert '0123456789ab...456789abcdex' == ''",
            "assert '0123456789ab...456789abcdex' == ''",
        ),
        (
            "assert '0123456789aX...456789abcdef' == ''",
            "assert '0123456789aX...456789abcdef' == ''",
        ),
        ("wait 0123...", "wait 0123..."),
    ],
    ids=["cut", "another", "another-beginning", "a-beginning"],
)
def test_a_secret_that_is_cut_in_the_middle_is_hidden(text, shown):
    """Pytest cuts a token that it compares, and most of it is left."""
    assert hide_secrets(text, ["0123456789abcdef0123456789abcdef"]) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("'Identity=sesame-s…, sesa… and ses…", "'Identity=***…, ***… and ses…"),
        ("…sesame-sesame…", "…***…"),
        ("sesame-sesam…", "***…"),
        ("…", "…"),
    ],
)
def test_the_beginning_of_a_secret_is_hidden_where_a_text_was_cut(text, shown):
    """From four letters on, as in the middle."""
    assert hide_secrets(text, ["sesame-sesame"]) == shown


def test_secrets_of_several_headers_are_those_of_each():
    """With what is known besides."""
    headers = ["AC:longenough", None, "sesame-sesame"]
    assert secrets_among(headers, ["known"]) == {
        *("longenough", "AC:longenough", "sesame-sesame", "known")
    }


def test_a_long_word_is_looked_through_once():
    """From each of its letters, dots that stand at its end would be looked for this century."""
    text = "x" * 1_000_000 + "..."
    assert hide_secrets(text, ["0123456789abcdef"]) == text


def test_the_longer_secret_is_hidden_first():
    """What is left of it would tell the rest."""
    secrets = ["password", "password and more"]
    assert hide_secrets("password+and+more, password", secrets) == "***, ***"
    assert hide_secrets("password and more, password", secrets) == "***, ***"
    secrets = ["password", "my password"]
    assert hide_secrets("my password, password", secrets) == "***, ***"


def test_secrets_are_hidden_beside_what_can_not_be_read():
    """Two at once, and bytes that are no UTF-8."""
    text = "%e0%80%80 a%20secret b%20secret"
    assert hide_secrets(text, ["a secret", "b secret"]) == "%e0%80%80 *** ***"


@pytest.mark.parametrize("secrets", [[], [""], ["b"], ["a b"]])
def test_without_a_secret_nothing_is_hidden(secrets):
    """Nor by one that may be a word, or none at all."""
    assert hide_secrets("a%20b", secrets) == "a%20b"


@pytest.mark.parametrize(("secret", "shown"), [("sesame1", "sesame1"), ("sesame12", "***")])
def test_a_secret_has_eight_letters(secret, shown):
    """What is shorter is none, wherever it is."""
    assert hide_secrets(f"It is {secret}.", [secret]) == f"It is {shown}."
    assert (secret in secrets_of(f"AC:{secret}")) is (shown == "***")


def test_a_secret_that_is_hardly_more_than_escapes_hides_no_text():
    """It would be found everywhere."""
    assert hide_secrets("a\\ta, %61", ["%61%61%61"]) == "a\\ta, %61"


@pytest.mark.parametrize(
    ("authorization", "secrets"),
    [
        (None, ()),
        ("", ()),
        ("Basic QUM6c2hvcnQ", ("QUM6c2hvcnQ",)),
        (
            "Basic QUM6bG9uZ2Vub3VnaA==",
            ("longenough", "QUM6bG9uZ2Vub3VnaA==", "QUM6bG9uZ2Vub3VnaA"),
        ),
        ("basic OmxvbmdlbjpvdWdo", ("longen:ough", "OmxvbmdlbjpvdWdo")),
        (
            "Basic QUM66WxvbmdlbvpnaA==",
            (
                "\ufffdlongen\ufffdgh",
                "élongenúgh",
                "QUM66WxvbmdlbvpnaA==",
                "QUM66WxvbmdlbvpnaA",
            ),
        ),
        ("Basic QUM6bG9uZ2Vub3VnaA", ("longenough", "QUM6bG9uZ2Vub3VnaA")),
        ("AC:longenough", ("longenough", "AC:longenough")),
        ("Bearer sesame-sesame", ("sesame-sesame",)),
        ("sesame-sesame", ("sesame-sesame",)),
        ("Basic AC:half-a-\ud800-pair", ("half-a-?-pair", "AC:half-a-\ud800-pair")),
        ("Basic QUM6bG9uZ2Vub3VnaC1X", ("longenough-W", "QUM6bG9uZ2Vub3VnaC1X")),
    ],
    ids=[
        *("none", "empty", "short-password", "basic", "no-username", "latin-1"),
        *("padding-lost", "not-encoded", "bearer"),
        *("no-scheme", "half-a-pair", "ends-in-X"),
    ],
)
def test_a_header_has_its_secrets(authorization, secrets):
    """Its password, and what is sent; in any scheme, and however wrong."""
    assert secrets_of(authorization) == secrets
