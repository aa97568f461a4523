"""Ways to break a stub: each turns a small change into what the broken stub does.

    @breaks("friendly_name_null")
    @in_users()
    def a_missing_friendly_name_is_empty(user):
        user["friendly_name"] = user["friendly_name"] or ""

The change is made for the actions that are named, or for all if none is. Here
the stub is known from the inside; the suite that it is shown to is not told.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial, wraps
from urllib.parse import quote

from contract.broken_stubs.parts import (
    Json,
    asks_for,
    form_of,
    is_refused,
    query_of,
    user_of,
    with_form,
    with_json,
    with_query,
)

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.backends.stub import StubBackend, user_body
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.store import StoredUser
from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request, Response

Answer = Callable[[StubBackend, Request], Response]
"""What a broken stub does with a request; `stub.handle(request)` is what is right."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenStub:
    """Makes a backend, as `StubBackend` does, that breaks one promise."""

    promise: str
    answer: Answer

    def __call__(self, account: Account) -> Backend:
        """Make the backend."""
        return _BrokenBackend(StubBackend(account), self.answer)


class _BrokenBackend:
    """Does what is wrong, with a stub at hand that does what is right."""

    def __init__(self, stub: StubBackend, answer: Answer) -> None:
        self.handle = partial(answer, stub)


def breaks(promise: str) -> Callable[[Answer], BrokenStub]:
    """Make a broken stub; name the promise whose tests must notice."""
    return lambda answer: BrokenStub(promise=promise, answer=answer)


# Before the stub hears of it


def in_requests(*actions: Action) -> Callable[[Callable[[Request], Request]], Answer]:
    """Read another request than the one that was sent."""

    def decorate(change: Callable[[Request], Request]) -> Answer:
        @wraps(change)
        def answer(stub: StubBackend, request: Request) -> Response:
            return stub.handle(change(request) if asks_for(request, *actions) else request)

        return answer

    return decorate


def in_forms(*actions: Action) -> Callable[[Callable[[dict[str, str]], None]], Answer]:
    """Read another form than the one that was sent."""

    def decorate(change: Callable[[dict[str, str]], None]) -> Answer:
        @in_requests(*(actions or (Action.CREATE, Action.UPDATE)))
        @wraps(change)
        def answer(request: Request) -> Request:
            form = form_of(request)
            change(form)
            return with_form(request, form)

        return answer

    return decorate


def in_queries(change: Callable[[dict[str, str]], None]) -> Answer:
    """Read another query than the one that was sent."""

    @in_requests(Action.LIST)
    @wraps(change)
    def answer(request: Request) -> Request:
        query = query_of(request)
        change(query)
        return with_query(request, query)

    return answer


def in_identities(change: Callable[[str], str]) -> Answer:
    """Read another identity than the one that was sent, in the form and in the path."""

    @in_requests()
    @wraps(change)
    def answer(request: Request) -> Request:
        call = decode(request)
        if not isinstance(call, Call):
            return request
        if call.operation.action is Action.CREATE:
            form = form_of(request)
            form.update({name: change(form[name]) for name in form if name == "Identity"})
            return with_form(request, form)
        if call.user is None:
            return request
        users, _, _ = request.path.rstrip("/").rpartition("/")
        return replace(request, target=f"{users}/{quote(change(call.user), safe='')}")

    return answer


def under_settings(*actions: Action) -> Callable[[Callable[[Settings], Settings]], Answer]:
    """Answer as a stub with other settings would."""

    def decorate(change: Callable[[Settings], Settings]) -> Answer:
        @wraps(change)
        def answer(stub: StubBackend, request: Request) -> Response:
            account, settings = stub.account, stub.account.settings
            account.settings = change(settings) if asks_for(request, *actions) else settings
            try:
                return stub.handle(request)
            finally:
                account.settings = settings

        return answer

    return decorate


def refuses(refusal: Refusal, *actions: Action) -> Callable[[Callable[[Request], bool]], Answer]:
    """Refuse some requests that are right."""

    def decorate(concerns: Callable[[Request], bool]) -> Answer:
        @wraps(concerns)
        def answer(stub: StubBackend, request: Request) -> Response:
            if asks_for(request, *actions) and concerns(request):
                return stub.refuse(request, refusal)
            return stub.handle(request)

        return answer

    return decorate


# After the stub has answered


def in_answers(*actions: Action) -> Callable[[Callable[[Response], Response]], Answer]:
    """Give another answer than the right one, where that is not a refusal."""

    def decorate(change: Callable[[Response], Response]) -> Answer:
        @wraps(change)
        def answer(stub: StubBackend, request: Request) -> Response:
            response = stub.handle(request)
            wrong = response.status < 400 and asks_for(request, *actions)
            return change(response) if wrong else response

        return answer

    return decorate


def in_users(*actions: Action) -> Callable[[Callable[[Json], None]], Answer]:
    """Tell each user of an answer otherwise."""

    def decorate(change: Callable[[Json], None]) -> Answer:
        @in_answers(*(actions or (Action.CREATE, Action.FETCH, Action.LIST, Action.UPDATE)))
        @wraps(change)
        def answer(response: Response) -> Response:
            body = response.json()
            for user in body.get("users", [body]):
                change(user)
            return with_json(response, body)

        return answer

    return decorate


def in_pages(change: Callable[[Json], None]) -> Answer:
    """Tell a page otherwise."""

    @in_answers(Action.LIST)
    @wraps(change)
    def answer(response: Response) -> Response:
        page = response.json()
        change(page)
        return with_json(response, page)

    return answer


def in_page_links(change: Callable[[str], str]) -> Answer:
    """Write the links from page to page otherwise."""

    @in_pages
    @wraps(change)
    def answer(page: Json) -> None:
        for name, link in page["meta"].items():
            if name.endswith("url") and link is not None:
                page["meta"][name] = change(link)

    return answer


def in_refusals(*refusals: Refusal) -> Callable[[Callable[[Refusal], Refusal]], Answer]:
    """Refuse otherwise what is to be refused."""

    def decorate(change: Callable[[Refusal], Refusal]) -> Answer:
        @wraps(change)
        def answer(stub: StubBackend, request: Request) -> Response:
            response = stub.handle(request)
            for refusal in refusals:
                if is_refused(response, request, refusal):
                    return stub.refuse(request, change(refusal))
            return response

        return answer

    return decorate


def in_refused_answers(change: Callable[[Response], Response]) -> Answer:
    """Give another answer than the right one, where that is a refusal."""

    @wraps(change)
    def answer(stub: StubBackend, request: Request) -> Response:
        response = stub.handle(request)
        return change(response) if response.status >= 400 else response

    return answer


def in_refusal_bodies(change: Callable[[Json], Json]) -> Answer:
    """Write refusals otherwise."""

    @in_refused_answers
    @wraps(change)
    def answer(response: Response) -> Response:
        return with_json(response, change(response.json()))

    return answer


def in_store(
    *actions: Action,
) -> Callable[[Callable[[StoredUser | None, StoredUser], StoredUser]], Answer]:
    """Remember a new or changed user otherwise, and answer with that."""

    def decorate(change: Callable[[StoredUser | None, StoredUser], StoredUser]) -> Answer:
        @wraps(change)
        def answer(stub: StubBackend, request: Request) -> Response:
            before = user_of(stub, request)
            response = stub.handle(request)
            if response.status >= 400 or not asks_for(request, *actions):
                return response
            body = response.json()
            after = stub.account.store.find(body["chat_service_sid"], body["sid"])
            instead = change(before, after)
            stub.account.store.change(after, instead)
            users_url = body["url"].rpartition("/")[0]
            shown = user_body(instead, stub.account.sid, users_url, reachability=False)
            return with_json(response, shown)

        return answer

    return decorate
