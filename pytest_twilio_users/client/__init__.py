"""A minimal client for the ten operations, sync or async.

Each operation sends one request; an iterator sends one for each page. An answer that is
not a success raises `TwilioApiError`. Keyword arguments left at None are not sent.
"""

from pytest_twilio_users.client.clients import AsyncUsersClient, UsersClient
from pytest_twilio_users.client.error import TwilioApiError
from pytest_twilio_users.client.methods import Attributes, Text, WebhookEnabled
from pytest_twilio_users.client.sending import CookielessAsyncClient, CookielessClient

__all__ = [
    "AsyncUsersClient",
    "Attributes",
    "CookielessAsyncClient",
    "CookielessClient",
    "Text",
    "TwilioApiError",
    "UsersClient",
    "WebhookEnabled",
]
