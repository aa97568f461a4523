"""wire/conformity.py, wire/explanation.py: the user asked for, and the one in the path."""

import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import UnansweredRequest
from pytest_twilio_users.wire.conformity import check_asked
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Request

US = "US" + "0" * 32


@pytest.fixture
def journal():
    """The exchanges of the test."""
    return Journal()


@pytest.fixture
def handle(stub, journal):
    """Puts requests to the stub, strictly unless told otherwise; gives the violations."""

    def handle(request, *, strict=True):
        backend = ObservedBackend(stub, journals=lambda: [journal], strict=lambda: strict)
        backend.handle(request)
        return [str(violation) for violation in journal.last.violations]

    return handle


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        (US, US),
        ("ada", "ada"),
        ("ada@example.com", "ada@example.com"),
        ("ada@example.com", "ada%40example.com"),
        ("a b", "a%20b"),
        ("ä", "%C3%A4"),
        ("100%", "100%25"),
        ("a%20b", "a%20b"),
        ("a%2Fb", "a%2Fb"),
        ("%zz%20", "%25zz%2520"),
        ("a+b", "a+b"),
    ],
)
def test_the_right_user_is_no_violation(compose, handle, asked, path):
    """Whether the caller encoded the identity, or the library did."""
    assert handle(compose("GET", f"/v1/Users/{path}", asked=asked)) == []


ENCODE = "encode an identity as one segment: {} (urllib.parse.quote(identity, safe=''))"
ASK_BY_SID = "no encoding preserves it, so use the user's SID"


@pytest.mark.parametrize(
    ("target", "asked", "about", "advice"),
    [
        ("/v1/Users/a?b", "a?b", "'a'", ENCODE.format("a%3Fb")),
        ("/v1/Users/a", "a#b", "'a'", ENCODE.format("a%23b")),
        ("/v1/Users/", ".", "no user", ASK_BY_SID),
        ("/v1/Users/..", "%2E%2E", "no user", ASK_BY_SID),
    ],
)
def test_another_user_is_the_one_violation(compose, handle, target, asked, about, advice):  # noqa: PLR0917  # one case
    """It names both; what follows from it is not told again."""
    request = compose("GET", target, asked=asked, fragment=asked.partition("#")[2])
    assert handle(request) == [
        f"path: found {target!r}, which names {about}; {asked!r} was asked for; {advice}"
    ]


def test_a_request_that_no_operation_answers_says_who_was_asked_for(compose, handle, journal):
    """Once, and in a sentence that is right: the library knows what the caller meant."""
    with pytest.raises(UnansweredRequest) as unanswered:
        handle(compose("GET", "/v1/Users/a/b", asked="a/b"))
    assert str(unanswered.value).partition("\n")[2] == (
        "'a/b' was asked for; encode an identity as one segment: a%2Fb"
        " (urllib.parse.quote(identity, safe=''))."
    )
    assert len(journal.last.violations) == 1


def test_a_lenient_backend_notes_it_too(compose, handle):
    """Where a request that no operation answers is answered 404."""
    assert handle(compose("GET", "/v1/Users/a/b", asked="a/b"), strict=False) == [
        "path: found '/v1/Users/a/b', which names no user; 'a/b' was asked for; "
        + ENCODE.format("a%2Fb")
    ]


def test_the_right_user_and_a_wrong_method_get_advice_on_the_method(compose, handle):
    """It was the method that was wrong."""
    with pytest.raises(UnansweredRequest) as unanswered:
        handle(compose("PATCH", "/v1/Users/ada", asked="ada"))
    assert "Twilio updates a user with POST." in str(unanswered.value)


def test_who_does_not_know_is_not_held_to_it(compose):
    """Most libraries do not know what the caller asked for."""
    assert check_asked(compose("GET", "/v1/Users/a?b")) is None


def test_what_was_asked_is_neither_shown_nor_compared():
    """Two requests are the same if the same goes over the wire."""
    wire = {"method": "GET", "origin": "https://conversations.twilio.com", "target": "/v1/Users/a"}
    assert Request(**wire, asked="a") == Request(**wire)
    assert "asked" not in repr(Request(**wire, asked="a"))
