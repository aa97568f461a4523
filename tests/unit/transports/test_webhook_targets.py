"""How a webhook gets to an application, whatever that is, and whoever asks."""

import asyncio
import socket
import sys
from types import SimpleNamespace
from unittest.mock import Mock
from urllib.parse import parse_qsl
from wsgiref.validate import validator

import aiohttp
import anyio
import httpx
import httpx2
import pytest
import requests
import respx
import sniffio
import trio
from fastapi import Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient
from hearing import hearing
from twilio.request_validator import RequestValidator

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.transports import webhook_calls
from pytest_twilio_users.wire.codec import encode_credentials

TOLD = {"x_twilio_webhook_enabled": True}
URL = "https://app.example/hooks?of=users"
KINDS = (
    "expected an ASGI or WSGI application, a function of the webhook, or a URL on loopback such as"
    " http://127.0.0.1:8000/hooks."
)


class Application:
    """What an application hears, and how it answers; it looks at the signature first."""

    def __init__(self, token):
        self.heard = []
        self.answer = lambda form: 200
        self._validator = RequestValidator(token)

    def hear(self, url, body, signature):
        """The status to answer with."""
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if not self._validator.validate(url, form, signature):
            return 401
        self.heard.append(form["EventType"])
        return self.answer(form)

    def asgi(self):
        """It, on FastAPI."""
        app = FastAPI()

        @app.post("/hooks")
        async def hooks(request: Request):
            signature = request.headers["X-Twilio-Signature"]
            status = self.hear(str(request.url), await request.body(), signature)
            if asyncio.iscoroutine(status):
                status = await status
            return Response("I see", status_code=status)

        return app

    def asgi_in_threads(self):
        """It, on FastAPI, which has a thread call it."""
        app, body = FastAPI(), self.hear

        async def read(request: Request):
            return await request.body()

        @app.post("/hooks")
        def hooks(request: Request, sent: bytes = Depends(read)):
            status = body(str(request.url), sent, request.headers["X-Twilio-Signature"])
            return Response("I see", status_code=status)

        return app

    def wsgi(self):
        """It, on nothing but WSGI."""

        def app(environ, start_response):
            url = f"{environ['wsgi.url_scheme']}://{environ['HTTP_HOST']}{environ['PATH_INFO']}"
            url += f"?{environ['QUERY_STRING']}"
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            status = self.hear(url, body, environ["HTTP_X_TWILIO_SIGNATURE"])
            start_response(f"{status} Said", [("Content-Type", "text/plain")])
            return [b"I see"]

        conforming = validator(app)  # which takes any arguments

        def checked(environ, start_response):
            return conforming(environ, start_response)

        return checked

    def function(self):
        """It, as a function of the webhook."""
        return lambda hook: self.hear(hook.url, hook.body, hook.headers["X-Twilio-Signature"])

    def coroutine(self):
        """It, as an async one."""

        async def hear(hook):
            await anyio.sleep(0)
            return self.hear(hook.url, hook.body, hook.signature)

        return hear


@pytest.fixture
def application(twilio_users):
    """One that knows the account's token."""
    return Application(twilio_users.auth_token)


@pytest.fixture(params=["asgi", "asgi_in_threads", "wsgi", "function", "coroutine"])
def target(request, application):
    """An application of each kind."""
    return getattr(application, request.param)()


async def change(client):
    """A create and an update, by an async client."""
    await client.create_user("ada", **TOLD)
    await client.update_user("ada", friendly_name="Ada", **TOLD)


def change_at_once(client):
    """The same by a sync one."""
    client.create_user("ada", **TOLD)
    client.update_user("ada", friendly_name="Ada", **TOLD)


async def change_in_loop(users):
    """By a sync client, in the thread of an event loop, which so can do nothing else."""
    change_at_once(users.client)


async def change_in_thread(users):
    """By a sync client, in a thread of an event loop's, which goes on."""
    await anyio.to_thread.run_sync(change_at_once, users.client)


CALLERS = {
    "sync": lambda users: change_at_once(users.client),
    "sync in a loop": lambda users: asyncio.run(change_in_loop(users)),
    "sync in a loop of trio": lambda users: trio.run(change_in_loop, users),
    "sync in a thread of a loop": lambda users: asyncio.run(change_in_thread(users)),
    "async": lambda users: asyncio.run(change(users.async_client)),
    "async on trio": lambda users: trio.run(change, users.async_client),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_each_application_hears_of_each_caller(twilio_users, application, target, caller):
    """With a signature that holds for what it sees; its answer is kept."""
    twilio_users.webhooks.deliver_to(target, url=URL)

    CALLERS[caller](twilio_users)

    assert application.heard == ["onUserAdded", "onUserUpdate", "onUserUpdated"]
    assert [hook.status for hook in twilio_users.webhooks] == [200, 200, 200]


def test_a_function_may_be_any(twilio_users):
    """Such as one that Python can't look into."""
    seen = {}
    twilio_users.webhooks.deliver_to(seen.update)
    twilio_users.client.create_user("ada", **TOLD)
    assert seen["Identity"] == "ada"


def test_a_wrong_signature_is_seen(twilio_users, application, target):
    """By another token than the application's."""
    twilio_users.webhooks.deliver_to(target, url=URL, auth_token="another")
    twilio_users.client.create_user("ada", **TOLD)
    assert (application.heard, twilio_users.webhooks[0].status) == ([], 401)


@pytest.mark.parametrize("caller", ["sync", "async"])
def test_each_application_may_refuse(twilio_users, application, target, caller):
    """Whoever asks."""
    twilio_users.webhooks.deliver_to(target, url=URL, events=["onUserUpdate"])
    application.answer = lambda form: 403
    with pytest.raises(TwilioApiError) as refused:
        CALLERS[caller](twilio_users)
    assert refused.value.code == 50056


@pytest.mark.parametrize("caller", CALLERS)
def test_each_application_may_ask_in_its_turn(twilio_users, application, target, caller):
    """It is answered while the first request waits for it."""

    def ask(form):
        fetched = twilio_users.client.fetch_user(form["UserSid"])
        twilio_users.client.update_user(fetched.sid, attributes={"welcome": "sent"})
        return 200

    application.answer = ask
    twilio_users.webhooks.deliver_to(target, url=URL, events=["onUserAdded"])

    CALLERS[caller](twilio_users)

    [user] = twilio_users.users()
    assert (user.friendly_name, user.attributes) == ("Ada", '{"welcome": "sent"}')


USERS = "https://conversations.twilio.com/v1/Users"
HEADERS = {"X-Twilio-Webhook-Enabled": "true"}
FORM = {"Identity": "ada"}


def by_httpx(users, library=httpx):
    """A client of httpx or httpx2."""
    login = (users.account_sid, users.auth_token)
    with library.Client(verify=False, auth=login) as http:
        return http.post(USERS, data=FORM, headers=HEADERS)


async def by_httpx_async(users, library=httpx):
    """An async one."""
    login = (users.account_sid, users.auth_token)
    async with library.AsyncClient(verify=False, auth=login) as http:
        return await http.post(USERS, data=FORM, headers=HEADERS)


async def by_aiohttp(users):
    """A session of aiohttp."""
    login = {"Authorization": str(encode_credentials(users.account_sid, users.auth_token))}
    async with aiohttp.ClientSession(headers=HEADERS | login) as session:
        await session.post(USERS, data=FORM)


LIBRARIES = {
    "httpx": by_httpx,
    "httpx, async": lambda users: asyncio.run(by_httpx_async(users)),
    "httpx2": lambda users: by_httpx(users, httpx2),
    "httpx2, async": lambda users: asyncio.run(by_httpx_async(users, httpx2)),
    "requests": lambda users: requests.post(
        USERS, FORM, headers=HEADERS, auth=(users.account_sid, users.auth_token), timeout=5
    ),
    "aiohttp": lambda users: asyncio.run(by_aiohttp(users)),
    "SDK": lambda users: users.sdk.conversations.v1.users.create(
        identity="ada", x_twilio_webhook_enabled="true"
    ),
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_whatever_library_asks_is_told_of(twilio_users, application, library, kind):
    """Before it has its answer."""
    twilio_users.webhooks.deliver_to(getattr(application, kind)(), url=URL)
    LIBRARIES[library](twilio_users)
    assert application.heard == ["onUserAdded"]
    assert [hook.status for hook in twilio_users.webhooks] == [200]


def test_an_async_application_asks_on_the_callers_loop(twilio_users, application):
    """What it keeps for its loop, it may use."""
    loops = []
    event = None

    async def hear(hook):
        loops.append(asyncio.get_running_loop())
        await event.wait()
        await twilio_users.async_client.fetch_user(hook["UserSid"])

    async def main():
        nonlocal event
        event = asyncio.Event()
        asyncio.get_running_loop().call_later(0.001, event.set)
        await twilio_users.async_client.create_user("ada", **TOLD)
        return asyncio.get_running_loop()

    twilio_users.webhooks.deliver_to(hear)
    assert [asyncio.run(main())] == loops


@pytest.mark.parametrize("library", ["trio", "asyncio"])
def test_a_loop_that_is_elsewhere_is_none_here(twilio_users, application, library):
    """What the context says of it, as anyio's plugin has it say, is of another thread."""
    token = sniffio.current_async_library_cvar.set(library)
    try:
        twilio_users.webhooks.deliver_to(application.asgi_in_threads(), url=URL)
        change_at_once(twilio_users.client)
    finally:
        sniffio.current_async_library_cvar.reset(token)
    assert [hook.status for hook in twilio_users.webhooks] == [200, 200, 200]


def test_a_client_that_gives_up_meanwhile_is_in_the_journal(twilio_users):
    """The application has heard, and the update is not made."""
    twilio_users.add_user("ada")

    async def main():
        hearing, ended = asyncio.Event(), asyncio.Event()

        async def hear(_):
            hearing.set()
            await ended.wait()

        twilio_users.webhooks.deliver_to(hear)
        update = twilio_users.async_client.update_user("ada", friendly_name="Ada", **TOLD)
        task = asyncio.ensure_future(update)
        await hearing.wait()
        task.cancel()
        ended.set()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(main())

    assert str(twilio_users.journal.last) == (
        "update_user: POST /v1/Users/ada (FriendlyName='Ada', X-Twilio-Webhook-Enabled='true')"
        " -> no response (CancelledError)"
    )
    assert twilio_users.users()[0].friendly_name is None


def test_sniffio_need_not_be_there(twilio_users, application, monkeypatch):
    """It is with trio alone that anyio needs it."""
    monkeypatch.delitem(sys.modules, "sniffio")
    twilio_users.webhooks.deliver_to(application.asgi(), url=URL)
    change_at_once(twilio_users.client)
    assert [hook.status for hook in twilio_users.webhooks] == [200, 200, 200]


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(422, content=b"Why"),
        SimpleNamespace(status_code=422, data=b"Why"),
        SimpleNamespace(status_code=422, content="", data=b"Why"),
    ],
)
def test_a_response_of_any_framework_is_read(twilio_users, answer):
    """Its status, and its body as the report shows it."""
    twilio_users.webhooks.deliver_to(lambda _: answer)
    twilio_users.client.create_user("ada", **TOLD)
    assert str(twilio_users.webhooks[0]).endswith(": 422 Why")


def test_what_was_held_is_released_on_the_callers_loop(twilio_users):
    """If a thread of that loop's releases it."""
    loops = []

    async def hear(_):
        loops.append(asyncio.get_running_loop())

    async def main():
        twilio_users.webhooks.deliver_to(hear)
        twilio_users.webhooks.hold()
        await twilio_users.async_client.create_user("ada", **TOLD)
        await anyio.to_thread.run_sync(twilio_users.webhooks.release)
        return asyncio.get_running_loop()

    assert [asyncio.run(main())] == loops


def test_many_at_once_need_no_more_threads_than_there_are(twilio_users, application):
    """FastAPI's endpoints share theirs with whoever asks."""
    twilio_users.webhooks.deliver_to(application.asgi_in_threads(), url=URL)

    async def main():
        create = twilio_users.async_client.create_user
        await asyncio.gather(*(create(f"user-{n}", **TOLD) for n in range(60)))

    asyncio.run(main())
    assert len(application.heard) == 60
    # And what the stub does, it does in their order.
    assert [user.identity for user in twilio_users.users()] == [f"user-{n}" for n in range(60)]
    assert [hook["Identity"] for hook in twilio_users.webhooks] == [f"user-{n}" for n in range(60)]


def test_the_threads_own_event_loop_is_left_alone(twilio_users, application):
    """Whoever set one finds it again."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        twilio_users.webhooks.deliver_to(application.asgi(), url=URL)
        twilio_users.client.create_user("ada", **TOLD)
        assert asyncio.get_event_loop_policy().get_event_loop() is loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_a_client_of_a_framework_is_called_by_a_function(twilio_users, application):
    """So the application has begun, and its response is read."""
    with TestClient(application.asgi(), base_url="https://app.example") as service:
        twilio_users.webhooks.deliver_to(
            lambda hook: service.post(hook.url, content=hook.body, headers=hook.headers), url=URL
        )
        twilio_users.client.create_user("ada", **TOLD)

    assert application.heard == ["onUserAdded"]
    assert twilio_users.webhooks[0].response.body == b"I see"


async def wait(*_):
    """Say nothing."""
    await anyio.sleep_forever()


@pytest.mark.parametrize("app", [wait, lambda scope, receive, send: wait()])
def test_an_application_that_needs_a_loop_that_is_held_up_is_given_up(
    twilio_users, monkeypatch, app
):
    """By a sync client in its thread. It does not stop an update; Twilio would not wait either."""
    monkeypatch.setattr(webhook_calls, "SECONDS", 0.01)
    twilio_users.webhooks.deliver_to(app, url=URL)

    CALLERS["sync in a loop"](twilio_users)

    assert {hook.error for hook in twilio_users.webhooks} == {"no answer in 5 s"}
    assert twilio_users.users()[0].friendly_name == "Ada"


def fail(*_):
    """As an application with a mistake in it."""
    raise KeyError("FriendlyName")


async def late():
    """With a patience of its own, which is over."""
    raise TimeoutError("of its own")


async def fail_later(*_):
    """The same."""
    fail()


async def fail_afterwards(scope, receive, send):
    """The same, after its answer."""
    await send({"type": "http.response.start", "status": 202, "headers": []})
    await send({"type": "http.response.body", "body": b""})
    fail()


def answer_wrongly(environ, start_response):
    """WSGI's own way to say so."""
    try:
        fail()
    except KeyError:
        start_response("503 Oh", [("Content-Type", "text/plain")], sys.exc_info())
    return [b""]


class TestErrors:
    """What an application raises."""

    @pytest.mark.parametrize(
        ("app", "status", "error"),
        [
            (lambda _: fail(), 500, "KeyError: 'FriendlyName'"),
            (lambda _: fail_later(), 500, "KeyError: 'FriendlyName'"),
            (lambda environ, start_response: fail(), 500, "KeyError: 'FriendlyName'"),
            (lambda scope, receive, send: fail_later(), 500, "KeyError: 'FriendlyName'"),
            (lambda _: late(), 500, "TimeoutError: of its own"),
            (fail_afterwards, 202, "KeyError: 'FriendlyName'"),
            (lambda scope, receive, send: anyio.sleep(0), 500, "AssertionError"),
        ],
    )
    def test_an_error_is_an_answer_of_500(self, twilio_users, app, status, error):
        """Unless there was one before. It refuses an update as any other."""
        twilio_users.webhooks.deliver_to(app, url=URL, raise_app_exceptions=False)
        client = twilio_users.client
        client.create_user("ada", **TOLD)

        [hook] = twilio_users.webhooks
        assert (hook.status, hook.error) == (status, error)
        assert hook.traceback.startswith("Traceback (most recent call last):\n")
        if status == 500:
            with pytest.raises(TwilioApiError):
                client.update_user("ada", friendly_name="Ada", **TOLD)

    @pytest.mark.parametrize("app", [lambda _: fail(), lambda _: fail_later()])
    def test_where_it_raised_is_told_of_the_application_alone(self, twilio_users, app):
        """Whoever called it is none of the author's."""
        twilio_users.webhooks.deliver_to(app, url=URL, raise_app_exceptions=False)
        twilio_users.client.create_user("ada", **TOLD)

        assert "webhook_calls.py" not in twilio_users.webhooks[0].traceback
        assert "in fail" in twilio_users.webhooks[0].traceback

    def test_an_error_that_was_answered_is_none(self, twilio_users):
        """As WSGI knows it."""
        twilio_users.webhooks.deliver_to(answer_wrongly, url=URL)
        twilio_users.client.create_user("ada", **TOLD)
        assert (twilio_users.webhooks[0].status, twilio_users.webhooks[0].error) == (503, "")

    @pytest.mark.parametrize(
        ("answer", "shown"),
        [(True, "True"), (99, "99"), ("ok", "'ok'"), (SimpleNamespace(status_code="200"), None)],
    )
    def test_an_answer_that_is_none_is_told(self, twilio_users, answer, shown):
        """What a function may give is said."""

        def hear(hook):
            return answer

        twilio_users.webhooks.deliver_to(hear, raise_app_exceptions=False)
        twilio_users.client.create_user("ada", **TOLD)
        shown = shown or "namespace(status_code='200')"
        assert twilio_users.webhooks[0].error == (
            f"KitError: {hear!r}"[:130]
            + (
                f" returned {shown}. Return None, a status from 100 to 599, or a response with a"
                " status_code."
            )
        )

    @pytest.mark.parametrize("kind", [KeyboardInterrupt, pytest.fail.Exception])
    @pytest.mark.parametrize("caller", ["sync", "sync in a loop", "async"])
    def test_what_is_no_error_ends_the_test(self, twilio_users, kind, caller):
        """Wherever the application runs."""

        async def stop(hook):
            raise kind

        twilio_users.webhooks.deliver_to(stop)
        with pytest.raises(kind):
            CALLERS[caller](twilio_users)


class TestSockets:
    """Another process, on this machine."""

    @pytest.mark.parametrize("caller", ["sync", "async"])
    def test_a_url_on_loopback_is_delivered_to(self, twilio_users, caller):
        """Signed for that URL, as long as no other is given."""
        with hearing(lambda *_: 204) as (origin, sent):
            twilio_users.webhooks.deliver_to(f"{origin}/hooks?of=users", events=["onUserAdded"])
            CALLERS[caller](twilio_users)

        [(path, headers, body)] = sent
        form = dict(parse_qsl(body.decode()))
        assert (path, form["Identity"]) == ("/hooks?of=users", "ada")
        assert headers["Content-Type"] == "application/x-www-form-urlencoded"
        assert RequestValidator(twilio_users.auth_token).validate(
            f"{origin}/hooks?of=users", form, headers["X-Twilio-Signature"]
        )
        assert "X-Forwarded-Proto" not in headers
        assert twilio_users.webhooks[0].status == 204

    def test_what_twilio_sees_is_told_as_a_proxy_does(self, twilio_users):
        """Where the application is said to be elsewhere. A mock of HTTP is not in the way."""
        with hearing(lambda *_: 200) as (origin, sent), respx.mock:
            twilio_users.webhooks.deliver_to(f"{origin}/hooks", url=URL)
            twilio_users.client.create_user("ada", **TOLD)

        [(path, headers, _)] = sent
        assert (path, headers["Host"]) == ("/hooks", "app.example")
        assert headers["X-Forwarded-Proto"] == "https"
        assert twilio_users.webhooks[0].response.body == b"I see"

    def test_an_application_that_breaks_off_does_not_stop_an_update(self, twilio_users):
        """There was no answer."""
        with hearing(lambda *_: None) as (origin, _):
            twilio_users.webhooks.deliver_to(origin)
            change_at_once(twilio_users.client)

        assert {hook.error for hook in twilio_users.webhooks} == {
            "RemoteDisconnected: Remote end closed connection without response"
        }
        assert twilio_users.users()[0].friendly_name == "Ada"

    def test_nor_does_a_host_that_there_cannot_be(self, twilio_users):
        """Python has an error of its own for it. Of a served stub any host may be named."""
        twilio_users.webhooks.deliver_to(lambda _: None, url="https://app.example")
        twilio_users.client.create_user("ada", **TOLD)
        delivered = webhook_calls.post("http://a..b/", twilio_users.webhooks[0])
        assert delivered.response is None
        assert delivered.error.startswith("Unicode")  # in the words of Python's version

    def test_nor_does_one_that_is_silent(self, twilio_users, monkeypatch):
        """Twilio waits for it, and goes on."""
        monkeypatch.setattr(webhook_calls, "SECONDS", 0.01)
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            twilio_users.webhooks.deliver_to(f"http://127.0.0.1:{port}")
            change_at_once(twilio_users.client)

        assert {hook.error for hook in twilio_users.webhooks} == {"no answer in 5 s"}


@pytest.mark.parametrize(
    ("target", "given", "told"),
    [
        (None, {}, f"deliver_to(None): {KINDS}"),
        (FastAPI, {}, f"deliver_to({FastAPI!r}): {KINDS}"),
        (lambda: 1, {}, f": {KINDS}"),
        (
            SimpleNamespace(post=print),
            {},
            (
                f": {KINDS} Of a test client: lambda hook: client.post(path, content=hook.body,"
                " headers=hook.headers)."
            ),
        ),
        (
            lambda environ, start_response: (),
            {},
            (
                ": url= is missing: where Twilio would reach the application, such as"
                " url='https://app.example/hooks'."
            ),
        ),
        *(
            (
                address,
                {},
                (
                    "Webhooks are delivered by http, to loopback only, such as"
                    f" http://127.0.0.1:8000/hooks; found {address!r}."
                ),
            )
            for address in (
                "https://127.0.0.1/",
                "http://app.example/hooks",
                "http://127.0.0.1.nip.io/",
            )
        ),
        (
            "127.0.0.1:8000",
            {},
            (
                "target='127.0.0.1:8000' (str): allowed: http or https, a host, perhaps a path and"
                " a query, such as https://app.example/hooks."
            ),
        ),
        *(
            (
                Mock(),
                {"url": url},
                (
                    f"url={url!r} ({type(url).__name__}): allowed: http or https, a host, perhaps a"
                    " path and a query, such as https://app.example/hooks."
                ),
            )
            for url in ("/hooks", "https://", "ftp://a/", "https://a/#b", 1.5)
        ),
        (
            Mock(),
            {"url": "https://ada:sesame@app.example/"},
            (
                "url (str): allowed: http or https, a host, perhaps a path and a query, such as"
                " https://app.example/hooks."
            ),
        ),
        (
            Mock(),
            {"url": "https://[::1"},
            (
                "url='https://[::1' (str): allowed: http or https, a host, perhaps a path and"
                " a query, such as https://app.example/hooks."
            ),
        ),
        (
            Mock(),
            {"events": ["onUserAdd"]},
            (
                "'onUserAdd' is not an event about users. Did you mean 'onUserAdded'? Known:"
                " onUserAdded, onUserUpdate, onUserUpdated."
            ),
        ),
        (
            Mock(),
            {"events": "onUserAdded"},
            (
                "events='onUserAdded' (str): allowed: a list of onUserAdded, onUserUpdate,"
                " onUserUpdated."
            ),
        ),
        (Mock(), {"events": 3}, "a list of onUserAdded, onUserUpdate, onUserUpdated."),
        (Mock(), {"raise_app_exceptions": "no"}, "'no' (str): allowed: True, False."),
        (Mock(), {"auth_token": ""}, "The token that signs webhooks is empty."),
        (
            "http://127.0.0.1:65536/",
            {},
            (
                "target='http://127.0.0.1:65536/' (str): allowed: http or https, a host, perhaps a"
                " path and a query, such as https://app.example/hooks."
            ),
        ),
        (
            Mock(),
            {"url": "https://app.example/\ud800"},
            (
                "url='https://app.example/\\ud800' (str): allowed: http or https, a host, perhaps a"
                " path and a query, such as https://app.example/hooks."
            ),
        ),
    ],
)
def test_what_cannot_be_delivered_to_is_refused(twilio_users, target, given, told):
    """With what can be, and the next step."""
    with pytest.raises(InvalidArgument) as error:
        twilio_users.webhooks.deliver_to(target, **given)
    assert str(error.value).endswith(told)


@pytest.mark.parametrize(
    ("url", "seen"),
    [
        ("https://app.example", "https://app.example/"),
        ("https://APP.example:443/a b", "https://app.example/a%20b"),
        ("http://app.example:8080/?q=é", "http://app.example:8080/?q=%C3%A9"),
    ],
)
def test_a_url_is_signed_as_applications_see_it(twilio_users, url, seen):
    """Which write it in one way."""
    twilio_users.webhooks.deliver_to(lambda _: None, url=url)
    twilio_users.client.create_user("ada", **TOLD)
    [hook] = twilio_users.webhooks
    assert hook.url == seen == str(httpx.Request("POST", hook.url).url)
