"""Users of a service, or of the default one where its SID is None."""

from collections.abc import Iterator

from pytest_twilio_users.client import TwilioApiError, UsersClient
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.refusals import NOT_FOUND


def fetch(client: UsersClient, service_sid: str | None, user: str) -> User | None:
    """The user, or None if Twilio says that there is none."""
    try:
        if service_sid is None:
            return client.fetch_user(user)
        return client.fetch_service_user(service_sid, user)
    except TwilioApiError as error:
        if error.code == NOT_FOUND.code:
            return None
        raise


def delete(client: UsersClient, service_sid: str | None, sid: str) -> None:
    """Delete the user; if it is gone, all is well."""
    try:
        if service_sid is None:
            client.delete_user(sid)
        else:
            client.delete_service_user(service_sid, sid)
    except TwilioApiError as error:
        if error.code != NOT_FOUND.code:
            raise


def iter_all(client: UsersClient, service_sid: str | None) -> Iterator[User]:
    """The users, page by page."""
    return client.iter_users() if service_sid is None else client.iter_service_users(service_sid)
