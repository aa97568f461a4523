"""Whether anybody hears what Twilio's SDK logs."""

import logging

from twilio.http import HttpClient


def tells(client: HttpClient) -> bool:
    """Tell whether anybody hears what a client of the SDK logs; to write it takes a while."""
    kind = type(client)
    return (
        client.logger.isEnabledFor(logging.INFO)
        or kind.log_request is not HttpClient.log_request
        or kind.log_response is not HttpClient.log_response
    )
