"""handle/library_logs.py: what HTTP libraries log of requests holds no private value."""

import logging

import pytest

from pytest_twilio_users.handle.library_logs import hidden_logs

SID = "US" + "0aF" * 10 + "12"


@pytest.fixture
def log(caplog):
    """What a library logs while private values are hidden: `log("GET %s", url)`."""

    def log(text, *arguments, by="httpx"):
        with caplog.at_level(logging.DEBUG, logger=by):
            logging.getLogger(by).debug(text, *arguments)
        return caplog.messages[-1]

    with hidden_logs(lambda text: text.replace("Ada", "text-1")):
        yield log


@pytest.mark.parametrize(
    "library",
    ["httpx", "httpx2", "urllib3.util.retry", "twilio.http_client", "twilio.async_http_client"],
)
def test_each_library_that_logs_paths_logs_stand_ins(log, library):
    """With its arguments written out. Another's log is its own."""
    assert log("GET %s %d", "/v1/Users/Ada", 200, by=library) == "GET /v1/Users/text-1 200"
    assert log("GET %s", "/v1/Users/Ada", by="mine") == "GET /v1/Users/Ada"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('GET /v1/Users/eve "HTTP/1.1 200 OK"', 'GET /v1/Users/… "HTTP/1.1 200 OK"'),
        ("GET /v1/Users/eve smith\nand more", "GET /v1/Users/…"),
        (f"GET /v1/Users/{SID}", f"GET /v1/Users/{SID}"),
        (f"GET /v1/Users/{SID}?a=b", f"GET /v1/Users/{SID}?a=b"),
        (f"GET /v1/Users/{SID}/Conversations", f"GET /v1/Users/{SID}/Conversations"),
        (f"GET /v1/Users/{SID}0", "GET /v1/Users/…"),
        ('GET "/v1/Users/text-12"', 'GET "/v1/Users/text-12"'),
        ("GET /v1/Users/text-x", "GET /v1/Users/…"),
        ("GET /v1/Users", "GET /v1/Users"),
    ],
)
def test_a_user_that_is_not_known_yet_is_not_shown(log, text, shown):
    """Some log before a request is read. SIDs and stand-ins are nobody's name."""
    assert log(text) == shown


def test_afterwards_libraries_log_as_ever(caplog):
    """However the test ended."""
    with pytest.raises(ZeroDivisionError), hidden_logs(str.upper):
        raise ZeroDivisionError

    assert logging.getLogger("httpx").filters == []
