from collections.abc import Callable

import pytest

from pytest_twilio_users.wire.messages import Request, Response, Timeouts

ORIGIN = "https://conversations.twilio.com"


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        ("/v1/Users", "/v1/Users", ""),
        ("/v1/Users?", "/v1/Users", ""),
        ("/v1/Users?PageSize=2&Page=0", "/v1/Users", "PageSize=2&Page=0"),
        ("/v1/Users/a%3Fb?x=?", "/v1/Users/a%3Fb", "x=?"),
        ("", "", ""),
    ],
)
def test_a_target_is_a_path_and_a_query_to_the_letter(target: str, path: str, query: str) -> None:
    """The first question mark parts them, and nothing is decoded."""
    request = Request(method="GET", origin=ORIGIN, target=target)

    assert (request.path, request.query) == (path, query)


@pytest.mark.parametrize("message", ["request", "response"])
def test_the_first_header_of_a_name_is_given(message: str) -> None:
    """Of a header that came twice the first counts; one that did not come is None."""
    headers = (("accept", "application/json"), ("accept", "*/*"), ("date", ""))
    request = Request(method="GET", origin=ORIGIN, target="/v1/Users", headers=headers)
    found = request if message == "request" else Response(status=200, headers=headers)

    assert found.header("accept") == "application/json"
    assert found.header("date") == ""
    assert found.header("via") is None


def test_a_request_shows_neither_secrets_nor_content() -> None:
    """Its repr goes into failure reports: no credentials, no headers, no personal data."""
    request = Request(
        method="POST",
        origin=ORIGIN,
        target="/v1/Users",
        headers=(("x-key", "secret"),),
        body=b"Identity=ada",
        authorization="Basic c2VjcmV0",
    )

    assert repr(request) == (
        "Request(method='POST', origin='https://conversations.twilio.com', target='/v1/Users')"
    )


def test_requests_that_differ_in_credentials_alone_are_equal() -> None:
    """Who asked does not change what was asked."""
    ada = Request(method="GET", origin=ORIGIN, target="/v1/Users", authorization="Basic YWRh")
    grace = Request(method="GET", origin=ORIGIN, target="/v1/Users", authorization="Basic Z3JhY2U=")

    assert ada == grace
    assert hash(ada) == hash(grace)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Request(method="GET", origin=ORIGIN, target="/v1/Users"),
        lambda: Response(status=200),
    ],
    ids=["request", "response"],
)
def test_how_a_message_is_shown_is_no_part_of_it(make: Callable[[], Request | Response]) -> None:
    """One that hides private values is the same, in a set, too."""
    hiding = make()
    hiding.hide_with(str.upper)

    assert hiding == make()
    assert len({hiding, make()}) == 1


def test_what_attempts_came_to_is_no_part_of_an_answer() -> None:
    """The answer that came at last is the same as one that came at once."""
    assert Response(status=200, after=("429",)) == Response(status=200)


def test_what_the_kit_notes_of_a_request_is_no_part_of_it() -> None:
    """Two are equal that said the same, whoever was asked for, and however long they wait."""
    noted = Request(
        method="GET", origin=ORIGIN, target="/v1/Users", asked="ada", waits=lambda: Timeouts(read=1)
    )
    noted.note_fault(None, is_async=True)
    noted.note_sender()
    noted.note_served()
    noted.note_answerer("a neighbour")
    noted.keep_decoded("what was read")

    assert noted == Request(method="GET", origin=ORIGIN, target="/v1/Users")


@pytest.mark.parametrize(
    "message", [Request(method="GET", origin=ORIGIN, target="/v1/Users"), Response(status=200)]
)
def test_a_message_is_frozen_and_slotted(message: Request | Response) -> None:
    """What went over the wire does not change in the journal."""
    with pytest.raises(AttributeError):
        message.body = b"{}"  # type: ignore[misc]  # that is the point

    assert not hasattr(message, "__dict__")


@pytest.mark.parametrize(
    ("body", "value"),
    [(b'{"a": "\xc3\xa9"}', {"a": "é"}), (b"null", None), (b"[1, 2]", [1, 2])],
    ids=["object", "null", "array"],
)
def test_a_response_reads_its_body_as_json(body: bytes, value: object) -> None:
    """JSON is UTF-8, whatever the headers say."""
    assert Response(status=200, body=body).json() == value


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": "\xff"}'], ids=["none", "html", "latin1"])
def test_a_body_that_is_no_json_raises(body: bytes) -> None:
    """A proxy's page and an empty body are told apart from an answer of null."""
    with pytest.raises(ValueError):  # noqa: PT011  # the parser's own words
        Response(status=502, body=body).json()
