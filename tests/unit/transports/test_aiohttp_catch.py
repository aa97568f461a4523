"""transports/aiohttp_catch.py: what aiohttp sends to Twilio's Conversations."""

import asyncio
import sys

import aiohttp
import httpx
import pytest
from versions import since

from pytest_twilio_users import transports
from pytest_twilio_users.errors import KitError, UnansweredRequest
from pytest_twilio_users.transports.aiohttp_catch import AiohttpCatch

USERS = "https://conversations.twilio.com/v1/Users"
PROXY = "http://127.0.0.1:1"


@pytest.fixture
def ask(run, to_loopback):
    """Sends a request in a session of its own, and gives status and text; hosts are on loopback."""

    async def send(method, url, session, given):
        connector = aiohttp.TCPConnector(resolver=to_loopback())
        async with (
            aiohttp.ClientSession(**{"connector": connector, **session}) as opened,
            opened.request(method, url, **given) as answer,
        ):
            return answer.status, await answer.text()

    def ask(url=USERS, method="GET", session=None, **given):
        return run(send(method, url, session or {}, given))

    return ask


@pytest.fixture
def catch(transport, starting):
    """A catch before the stub and its routes."""
    catch = AiohttpCatch(transport)
    starting(catch)
    return catch


@pytest.fixture
def answering(transport_to, saying, starting):
    """Has a backend answer all alike, and gives it."""

    def answering(*answer, **headers):
        backend = saying(*answer, **headers)
        starting(AiohttpCatch(transport_to(backend)))
        return backend

    return answering


class TestWhen:
    """A catch works between start and stop."""

    def test_nothing_is_caught_before_start(self, ask, transport, there):
        """Making a catch changes nothing."""
        AiohttpCatch(transport)

        assert ask(there) == (299, "from the network")

    def test_requests_are_caught_after_start(self, ask, answering, there, loopback):
        """None of them leaves."""
        answering()

        assert (ask(there), loopback.heard) == ((200, "caught"), [])

    def test_nothing_is_caught_after_stop(self, ask, catch, there):
        """The network is back."""
        catch.stop()

        assert ask(there) == (299, "from the network")

    def test_what_can_not_be_loaded_is_told(self, monkeypatch, transport):
        """An aiohttp that the kit does not get on with is not taken for a missing one."""
        name = "pytest_twilio_users.transports.aiohttp_connection"
        monkeypatch.delattr(transports, "aiohttp_connection", raising=False)
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(ImportError, match="aiohttp_connection"):
            AiohttpCatch(transport).start()


class TestWhose:
    """Requests to Twilio's Conversations, and no others."""

    @pytest.mark.parametrize(
        "origin",
        [
            "https://conversations.twilio.com",
            "https://conversations.dublin.ie1.twilio.com",
            "https://CONVERSATIONS.Twilio.com",
            "https://conversations.twilio.com:8443",
            "http://conversations.twilio.com",
        ],
    )
    def test_twilios_are_caught(self, ask, answering, origin):
        """With edge and region, whatever the port, the scheme and the case."""
        answering()

        assert ask(f"{origin}/v1/Users") == (200, "caught")

    @pytest.mark.parametrize(
        "host", ["api.twilio.com", "x.conversations.twilio.com", "localhost", "127.0.0.1"]
    )
    def test_other_hosts_are_left_alone(self, ask, catch, loopback, host):
        """Look-alikes included: their requests go where they went before."""
        assert ask(f"http://{host}:{loopback.port}/a") == (299, "from the network")
        assert [path for _, path, *_ in loopback.heard] == ["/a"]

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({"proxy": PROXY}, id="request"),
            pytest.param(
                {"session": {"proxy": PROXY}}, id="session", marks=since("aiohttp", "3.11")
            ),
        ],
    )
    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_a_proxy_opens_no_way_around(self, ask, answering, scheme, given):
        """A proxy of the request or of the session."""
        backend = answering()

        assert ask(USERS.replace("https", scheme), **given) == (200, "caught")
        assert [(asked.origin, asked.target) for asked in backend.heard] == [
            (f"{scheme}://conversations.twilio.com", "/v1/Users")
        ]

    def test_a_proxy_of_the_environment_opens_no_way_around(self, ask, answering, monkeypatch):
        """It is what most have."""
        answering()
        monkeypatch.setenv("HTTPS_PROXY", PROXY)

        assert ask(session={"trust_env": True}) == (200, "caught")

    def test_a_request_that_no_operation_answers_fails(self, ask, catch, loopback):
        """It goes neither to the network nor to an empty 200."""
        with pytest.raises(UnansweredRequest):
            ask(f"http://conversations.twilio.com:{loopback.port}/v1/Roles")
        assert loopback.heard == []

    def test_a_connector_of_the_applications_own_is_left_alone(self, run, catch):
        """One that leads to no network is its fake."""

        class Fake(aiohttp.BaseConnector):
            """Refuses."""

            allowed_protocol_schema_set = frozenset(("https",))

            async def _create_connection(self, *_):
                raise aiohttp.ClientConnectionError("a fake")

        async def send():
            async with aiohttp.ClientSession(connector=Fake()) as session:
                await session.get(USERS)

        with pytest.raises(aiohttp.ClientConnectionError, match=r"^a fake$"):
            run(send())


class TestApplication:
    """What an application put around aiohttp."""

    def test_its_trace_configurations_hear(self, run, answering):
        """What was sent and what came back."""
        answering()
        heard = []

        async def note(session, context, told):
            heard.append((type(told).__name__, getattr(told, "chunk", None)))

        async def send():
            tracing = aiohttp.TraceConfig()
            tracing.on_request_start.append(note)
            tracing.on_request_chunk_sent.append(note)
            tracing.on_response_chunk_received.append(note)
            tracing.on_request_end.append(note)
            async with (
                aiohttp.ClientSession(trace_configs=[tracing]) as session,
                session.post(USERS, data=b"A=1") as answer,
            ):
                await answer.read()

        run(send())
        assert heard == [
            ("TraceRequestStartParams", None),
            ("TraceRequestChunkSentParams", b"A=1"),
            ("TraceRequestEndParams", None),
            ("TraceResponseChunkReceivedParams", b"caught"),
        ]

    @since("aiohttp", "3.12")
    def test_its_middlewares_run(self, ask, answering):
        """Around the kit."""
        backend = answering()

        async def adding(request, handler):
            request.headers["X-Trace"] = "7"
            answer = await handler(request)
            statuses.append(answer.status)
            return answer

        statuses = []

        assert ask(session={"middlewares": (adding,)}) == (200, "caught")
        assert (statuses, backend.heard[0].header("x-trace")) == ([200], "7")

    def test_a_cookie_is_kept_and_sent(self, run, answering):
        """As the session does it."""
        backend = answering(set_cookie="seen=1; Path=/")

        async def send():
            async with aiohttp.ClientSession() as session:
                for _ in range(2):
                    async with session.get(USERS) as answer:
                        await answer.read()

        run(send())
        assert [asked.header("cookie") for asked in backend.heard] == [None, "seen=1"]

    def test_a_redirect_within_twilios_is_answered(self, ask, catch, routes):
        """By another route of the author's."""
        home = httpx.Response(307, headers={"location": f"{USERS}/ada"})
        routes["list_user"].mock(return_value=home)
        routes["fetch_user"].respond(text="at home")

        assert ask() == (200, "at home")

    def test_a_redirect_is_not_followed_unless_asked_for(self, ask, catch, routes):
        """By `allow_redirects`."""
        home = httpx.Response(307, headers={"location": f"{USERS}/ada"})
        routes["list_user"].mock(return_value=home)

        assert ask(allow_redirects=False)[0] == 307

    def test_a_redirect_to_elsewhere_goes_there(self, ask, catch, routes, loopback):
        """It is no business of the kit's."""
        away = httpx.Response(307, headers={"location": f"{loopback.origin}/a"})
        routes["list_user"].mock(return_value=away)

        assert ask() == (299, "from the network")
        assert [path for _, path, *_ in loopback.heard] == ["/a"]

    def test_a_timeout_is_not_waited_for(self, ask, answering):
        """Nothing sleeps."""
        answering()

        assert ask(timeout=aiohttp.ClientTimeout(total=5, connect=1)) == (200, "caught")

    def test_a_closed_session_asks_nothing(self, run, answering):
        """As aiohttp says."""
        answering()

        async def send():
            async with aiohttp.ClientSession() as session:
                pass
            await session.get(USERS)

        with pytest.raises(RuntimeError, match=r"^Session is closed$"):
            run(send())

    def test_many_may_ask_at_once(self, run, answering):
        """Each has its answer; no limit of the connector's holds them up."""
        backend = answering()

        async def read(session):
            async with session.get(USERS) as answer:
                return await answer.text()

        async def send():
            connector = aiohttp.TCPConnector(limit=1)
            async with aiohttp.ClientSession(connector=connector) as session:
                return await asyncio.gather(*[read(session) for _ in range(5)])

        assert run(send()) == ["caught"] * 5
        assert len(backend.heard) == 5


class TestOverrides:
    """What an author has a route do."""

    def test_a_request_may_pass(self, ask, catch, routes, there, loopback):
        """To the network."""
        routes["list_user"].pass_through()

        assert ask(there) == (299, "from the network")
        assert routes["list_user"].call_count == 1

    def test_a_request_that_passes_is_sent_as_it_was(self, ask, catch, routes, there, loopback):
        """To the letter."""
        routes["create_user"].pass_through()
        ask(there, "POST", data={"Identity": "ada"}, headers={"Authorization": "Basic QTpi"})
        [(method, target, headers, body)] = loopback.heard

        assert (method, target, body) == ("POST", "/v1/Users", b"Identity=ada")
        assert dict(headers)["authorization"] == "Basic QTpi"

    def test_a_head_that_passes_has_no_body_to_wait_for(self, ask, catch, routes, there, loopback):
        """Though the server says how long it would be."""
        routes.head(there).pass_through()

        assert ask(there, "HEAD") == (299, "")

    def test_a_request_that_passes_by_a_proxy_is_sent_to_the_proxy(
        self, ask, catch, routes, loopback
    ):
        """As it was."""
        routes["list_user"].pass_through()
        url = USERS.replace("https", "http")

        assert ask(url, proxy=loopback.origin) == (299, "from the network")
        assert [path for _, path, *_ in loopback.heard] == [url]

    def test_a_request_that_passes_may_have_a_stream(self, ask, catch, routes, there, loopback):
        """It was written already, and is written again."""

        async def parts():
            yield b"Identity="
            yield b"ada"

        routes["create_user"].pass_through()
        ask(there, "POST", data=parts())

        assert [body for *_, body in loopback.heard] == [b"Identity=ada"]

    def test_an_async_side_effect_is_awaited(self, ask, catch, routes):
        """Who asks is async, too."""

        async def later(request):
            return httpx.Response(418, text="later")

        routes["list_user"].mock(side_effect=later)

        assert ask() == (418, "later")

    def test_a_refusal_is_an_answer(self, ask, catch, routes):
        """With Twilio's code in it."""
        routes["list_user"].refuse("too_many_requests")
        status, text = ask()

        assert (status, '"code": 20429' in text) == (429, True)

    def test_a_side_effect_that_is_no_answer_never_reaches_the_network(
        self, ask, catch, routes, there, loopback
    ):
        """A mistake in a side effect must not send a test's request to Twilio."""

        async def wrong(request):
            return {"status": 503}

        routes["list_user"].mock(side_effect=wrong)
        with pytest.raises((KitError, TypeError)):
            ask(there)
        assert loopback.heard == []
