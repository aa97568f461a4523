"""The data that a snapshot shows for each kind of object."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import MappingProxyType
from typing import Any

import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.transports.httpx_messages import from_httpx_request
from pytest_twilio_users.transports.webhook_events import Webhooks
from pytest_twilio_users.wire.codec import sent_parameters
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.secrecy import secrets_of
from pytest_twilio_users.wire.webhook import Webhook


def plain(data: Any) -> Any:
    """Give the data to show for one thing, not for what is inside; an unknown one itself.

    Of messages headers are left out: they differ between HTTP libraries, and
    one of them holds the credentials.
    """
    show = _SHOWN.get(type(data))
    if show is not None:
        return show(data)
    if isinstance(data, User | UserPage | PageMeta):
        return data.to_dict()
    if isinstance(data, TwilioApiError):
        return _error(data)
    if isinstance(data, pytest.ExceptionInfo):
        return plain(data.value)
    if type(data).__module__.startswith("twilio."):
        return _of_the_sdk(data)
    return data


def passwords(data: Any) -> Iterator[str]:
    """What requests in the data were authorized with: no text of a snapshot shows it."""
    parts, seen = [data], set[int]()
    while parts:
        part = parts.pop()
        if isinstance(part, _WITHOUT_REQUESTS) or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, Request):
            yield from secrets_of(part.authorization)
        elif isinstance(part, TwilioApiError):
            parts.append(from_httpx_request(part.request))
        elif isinstance(part, pytest.ExceptionInfo):
            parts.append(part.value)
        elif isinstance(part, dict | MappingProxyType):
            parts += part.values()
        elif isinstance(part, list | tuple | set | frozenset | Journal | Webhooks):
            parts += part
        elif is_dataclass(part):
            parts += [getattr(part, field.name, None) for field in fields(part)]


def _error(error: TwilioApiError) -> dict[str, Any]:
    names = ("operation", "status", "code", "message", "more_info", "details")
    return {name: getattr(error, name) for name in names}


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "operation": exchange.operation,
        **({"neighbour": exchange.neighbour} if exchange.neighbour else {}),
        "request": exchange.request,
        "response": exchange.response,
        **({"error": exchange.error} if exchange.error else {}),
        **({"violations": list(map(str, exchange.violations))} if exchange.violations else {}),
    }


def _request(request: Request) -> dict[str, Any]:
    sent = sent_parameters(request)
    path = request.path if sent else request.target
    return {"method": request.method, "url": request.origin + path, "parameters": sent}


def _response(response: Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        body = response.body.decode(errors="replace") or None
    return {"status": response.status, "body": body}


def _of_the_sdk(data: Any) -> Any:
    """A user or an error of Twilio's SDK by its fields; the SDK is not imported for it."""
    found = getattr(data, "__dict__", {})
    found = found.get("_properties", found)  # where users have their fields below 8.0
    if found.keys() >= USER_FIELDS.keys():
        return {name: found[name] for name in USER_FIELDS}
    return dict(found) if isinstance(data, Exception) else data


_WITHOUT_REQUESTS = (str, int, User, type(None))

_SHOWN: Mapping[type, Callable[[Any], Any]] = {
    Exchange: _exchange,
    Journal: list,
    Request: _request,
    Response: _response,
    Webhook: dict,
    Webhooks: list,
}
