"""What broken stubs are made of: a request or an answer read, and written anew."""

from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlencode

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import FORM_TYPE, Call, decode, encode_json, refusal_body
from pytest_twilio_users.wire.messages import Request, Response

MessageT = TypeVar("MessageT", Request, Response)
Json = dict[str, Any]


def asks_for(request: Request, *actions: Action) -> bool:
    """Tell whether the request asks for one of the actions; for anything if none is named."""
    call = decode(request)
    return not actions or (isinstance(call, Call) and call.operation.action in actions)


def is_page(response: Response, request: Request) -> bool:
    """Tell whether the response is a page of users."""
    return response.status == 200 and asks_for(request, Action.LIST)


def is_refused(response: Response, request: Request, refusal: Refusal) -> bool:
    """Tell whether the response is this refusal."""
    body = refusal_body(refusal, path=request.path, method=request.method)
    return response.status == refusal.status and response.json() == body


def service_of(stub: StubBackend, request: Request) -> str:
    """The service that the request is about."""
    return decode(request).service_sid or stub.account.default_service_sid


def user_of(stub: StubBackend, request: Request) -> StoredUser | None:
    """The user that the request's path names, if there is one."""
    call = decode(request)
    if not isinstance(call, Call) or call.user is None:
        return None
    return stub.account.store.find(service_of(stub, request), call.user)


def form_of(request: Request) -> dict[str, str]:
    """What the request's form says."""
    return dict(decode(request).form)


def with_form(request: Request, form: dict[str, str]) -> Request:
    """The request with another form; a body that is none stays."""
    if request.body and not form_of(request):
        return request
    headers = (*request.headers, ("content-type", FORM_TYPE))
    return replace(request, headers=headers, body=urlencode(form).encode())


def query_of(request: Request) -> dict[str, str]:
    """What the request's query says."""
    return dict(decode(request).query)


def with_query(request: Request, query: dict[str, str]) -> Request:
    """The request with another query."""
    return replace(request, target=f"{request.path}?{urlencode(query)}")


def with_json(response: Response, body: Json) -> Response:
    """The response with another body."""
    content = encode_json(body)
    response = with_header(response, "content-length", str(len(content)))
    return replace(response, body=content)


def with_header(response: Response, name: str, value: str) -> Response:
    """The response with a header of this value."""
    return replace(response, headers=(*without_header(response, name).headers, (name, value)))


def without_header(message: MessageT, name: str) -> MessageT:
    """The request or response without a header."""
    headers = tuple(header for header in message.headers if header[0] != name)
    return replace(message, headers=headers)
