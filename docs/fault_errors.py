"""What each library makes of each fault; the tests compare it with what they raise."""

from pytest_twilio_users.contract.literals import FaultName

COLUMNS = ("httpx, httpx2", "requests", "urllib3", "aiohttp", "the kit's client", "Twilio's SDK")
"""Async clients raise the same, but for the SDK, whose async client sends by aiohttp."""

ANSWER = "a response"
"""No error: the library gives the response to its caller."""

USER = "a user"
"""The client makes a user of what was answered."""

SENDS = "as requests (async: as aiohttp)"
"""The SDK raises what the library raises that it sends with."""

_TWILIO = ("`TwilioApiError`", "`TwilioRestException`")

_ROWS: dict[FaultName, tuple[str, str, str, str, str, str]] = {
    "refused": (ANSWER, ANSWER, ANSWER, ANSWER, *_TWILIO),
    "connect_error": (
        "`ConnectError`",
        "`ConnectionError`",
        "`NewConnectionError`",
        "`ClientConnectorError`",
        "`httpx.ConnectError`",
        SENDS,
    ),
    "connect_timeout": (
        "`ConnectTimeout`",
        "`ConnectTimeout`",
        "`ConnectTimeoutError`",
        "`ConnectionTimeoutError`",
        "`httpx.ConnectTimeout`",
        SENDS,
    ),
    "read_timeout": (
        "`ReadTimeout`",
        "`ReadTimeout`",
        "`ReadTimeoutError`",
        "`SocketTimeoutError`",
        "`httpx.ReadTimeout`",
        SENDS,
    ),
    "connection_reset": (
        "`ReadError`",
        "`ConnectionError`",
        "`ProtocolError`",
        "`ClientOSError`",
        "`httpx.ReadError`",
        SENDS,
    ),
    "answer_lost": (
        "`RemoteProtocolError`",
        "`ConnectionError`",
        "`ProtocolError`",
        "`ServerDisconnectedError`",
        "`httpx.RemoteProtocolError`",
        SENDS,
    ),
    "slow": (
        "`ReadTimeout`",
        "`ReadTimeout`",
        "`ReadTimeoutError`",
        "`SocketTimeoutError`",
        "`httpx.ReadTimeout`",
        SENDS,
    ),
    "body_cut": (
        "`RemoteProtocolError`",
        "`ChunkedEncodingError`",
        "`ProtocolError`",
        "`ClientPayloadError`",
        "`httpx.RemoteProtocolError`",
        SENDS,
    ),
    "html_body": (ANSWER, ANSWER, ANSWER, ANSWER, *_TWILIO),
    "empty_body": (ANSWER, ANSWER, ANSWER, ANSWER, "`TwilioApiError`", USER),
    "wrong_content_type": (ANSWER, ANSWER, ANSWER, ANSWER, "`TwilioApiError`", USER),
    "missing_field": (ANSWER, ANSWER, ANSWER, ANSWER, USER, USER),
    "null_field": (ANSWER, ANSWER, ANSWER, ANSWER, USER, USER),
    "unknown_field": (ANSWER, ANSWER, ANSWER, ANSWER, USER, USER),
    "wrong_type": (ANSWER, ANSWER, ANSWER, ANSWER, "`TwilioApiError`", USER),
    "stale_read": (ANSWER, ANSWER, ANSWER, ANSWER, *_TWILIO),
    "page_shifts": (ANSWER, ANSWER, ANSWER, ANSWER, "users", "users"),
    "repeated_page": (ANSWER, ANSWER, ANSWER, ANSWER, "users", "users"),
}

FAULT_ERRORS = {name: dict(zip(COLUMNS, row, strict=True)) for name, row in _ROWS.items()}
"""By the fault's name and the library's column: the class of the error, or what comes instead."""
