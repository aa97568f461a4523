"""What an answer of the account tells about a user."""

from pytest_twilio_users.wire.codec import json_object
from pytest_twilio_users.wire.messages import Response


def sid_of(found: Response) -> str:
    """The SID of a user that was fetched; an empty text if it can't be read."""
    return str((json_object(found) or {}).get("sid") or "")


def is_missing(response: Response) -> bool:
    """Whether Twilio itself says that there is no such user, and not a proxy on the way."""
    return response.status == 404 and json_object(response) is not None


def is_gone(response: Response) -> bool:
    """Whether the user is gone after a delete that was answered so."""
    return response.status == 204 or is_missing(response)
