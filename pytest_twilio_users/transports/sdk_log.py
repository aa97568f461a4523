"""What Twilio's SDK notes of a request: in its log, or kept for tests."""

import logging
from typing import Any

from twilio.http import HttpClient
from twilio.http.request import Request


def note_request(client: HttpClient, message: dict[str, Any]) -> bool:
    """Note a request as the SDK does, and tell whether the response is to be logged as well.

    Nothing is logged that nobody hears: to write it takes a while.
    """
    kind = type(client)
    is_heard = (
        client.logger.isEnabledFor(logging.INFO)
        or kind.log_request is not HttpClient.log_request
        or kind.log_response is not HttpClient.log_response
    )
    if is_heard:
        client.log_request(message)
    client._test_only_last_response = None  # noqa: SLF001  # as the SDK's own code does
    client._test_only_last_request = Request(**message)  # noqa: SLF001  # the same
    return is_heard
