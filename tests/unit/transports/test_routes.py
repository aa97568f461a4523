"""transports/routes.py: the ten operations as respx routes."""

import asyncio
import gzip

import httpx
import pytest
import requests
import respx

from pytest_twilio_users.contract.hosts import HOST
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.transports.httpx_catch import Httpx2Catch
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.routes import OperationRoute, UsersRouter
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request

USERS = "https://conversations.twilio.com/v1/Users"
SERVICE_USERS = f"https://conversations.twilio.com/v1/Services/IS{'e' * 32}/Users"


@pytest.fixture
def http(flavour, transport):
    """An httpx client whose network is the stub with its routes."""
    return flavour.http(transport=transport, auth=("AC" + "a" * 32, "any"))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_each_operation_is_a_route(routes, operation):
    """By its name."""
    assert isinstance(routes[operation], OperationRoute)
    assert routes[operation].name == operation


def test_an_unknown_route_is_an_error(routes):
    """The right name is suggested."""
    with pytest.raises(InvalidArgument) as error:
        routes["createUser"]

    assert str(error.value) == (
        "'createUser' is not an operation. Did you mean 'create_user'? Known: create_service_user,"
        " create_user, delete_service_user, delete_user, fetch_service_user, fetch_user,"
        " list_service_user, list_user, update_service_user, update_user."
    )


@pytest.mark.parametrize(
    ("host", "is_twilios"),
    [
        ("conversations.twilio.com", True),
        ("conversations.ie1.twilio.com", True),
        ("conversations.dublin.ie1.twilio.com", True),
        ("conversations.twilio.com.evil.example", False),
        ("evilconversations.twilio.com", False),
        ("conversationsxtwilio.com", False),
        ("chat.twilio.com", False),
    ],
)
def test_twilios_hosts_are_known(host, is_twilios):
    """With or without edge and region; a look-alike is none."""
    assert bool(HOST.fullmatch(host)) is is_twilios


class TestLooking:
    """What a route tells about the running test."""

    def test_a_route_was_called_or_not(self, http, routes):
        """Each operation is counted apart."""
        http.get(USERS)
        http.get(USERS)

        assert [
            (route.called, route.call_count)
            for route in (routes["list_user"], routes["list_service_user"])
        ] == [(True, 2), (False, 0)]

    def test_a_route_knows_what_happened_before_it_was_looked_at(
        self, flavour, transport_to, stub, routes
    ):
        """The author may ask at the end of a test only."""
        flavour.http(transport=transport_to(stub)).get(USERS)

        assert routes["list_user"].call_count == 1

    def test_a_call_holds_the_request(self, http, routes):
        """As an httpx.Request: URL, form, headers and credentials."""
        http.post(f"{USERS}?trace=1", data={"Identity": "ada"}, headers={"X-Trace": "7"})

        request = routes["create_user"].calls.last.request
        assert isinstance(request, httpx.Request)
        assert (request.method, str(request.url)) == ("POST", f"{USERS}?trace=1")
        assert request.content == b"Identity=ada"
        assert request.headers["x-trace"] == "7"
        assert request.headers["authorization"].startswith("Basic ")

    def test_a_call_holds_the_response(self, http, routes):
        """As an httpx.Response: status, JSON and headers."""
        answer = http.post(USERS, data={"Identity": "ada"})

        response = routes["create_user"].calls.last.response
        assert isinstance(response, httpx.Response)
        assert (response.status_code, response.json()) == (201, answer.json())
        assert response.headers == answer.headers

    def test_a_call_without_an_answer_has_no_response(self, http, routes):
        """What a side effect raised is no response."""
        routes["list_user"].mock(side_effect=httpx.ConnectError("down"))
        with pytest.raises(httpx.ConnectError):
            http.get(USERS)

        assert routes["list_user"].calls.last.has_response is False

    def test_the_router_holds_all_calls(self, http, routes):
        """In the order in which they came."""
        http.post(USERS, data={"Identity": "ada"})
        http.get(f"{USERS}/ada")

        assert [call.request.method for call in routes.calls] == ["POST", "GET"]

    def test_the_calls_are_those_of_the_running_test(self, http, journal):
        """Another journal is another count."""
        moments = [Journal(), journal]
        routes = UsersRouter(lambda: moments[0])
        http.get(USERS)
        before = routes["list_user"].called
        moments.pop(0)

        assert (before, routes["list_user"].called, len(routes.calls)) == (False, True, 1)


class TestOverriding:
    """What a route answers in the stub's place."""

    def test_a_response(self, http, routes):
        """`mock(return_value=…)`, however often it is asked."""
        routes["list_user"].mock(return_value=httpx.Response(503, json={"code": 20503}))

        answers = [http.get(USERS) for _ in range(2)]

        assert [(answer.status_code, answer.json()) for answer in answers] == [
            (503, {"code": 20503})
        ] * 2

    def test_a_response_in_short(self, http, routes):
        """`respond(…)`."""
        routes["list_user"].respond(502, text="Bad Gateway")

        answer = http.get(USERS)

        assert (answer.status_code, answer.text) == (502, "Bad Gateway")

    def test_a_compressed_response(self, http, routes):
        """It is decompressed for the application, and in the calls."""
        body, headers = gzip.compress(b"Bad Gateway"), {"content-encoding": "gzip"}
        routes["list_user"].mock(return_value=httpx.Response(502, headers=headers, content=body))

        assert http.get(USERS).text == "Bad Gateway"
        assert routes["list_user"].calls.last.response.text == "Bad Gateway"

    def test_an_overridden_answer_tells_how_long_it_took(self, http, routes):
        """Applications that log `response.elapsed` work on overrides."""
        routes["list_user"].respond(502)

        assert http.get(USERS).elapsed.total_seconds() >= 0

    def test_the_stub_is_not_asked(self, account, http, routes):
        """An overridden create makes no user."""
        routes["create_user"].respond(201, json={})
        http.post(USERS, data={"Identity": "ada"})

        assert list(account.store.users()) == []

    def test_other_operations_stay_with_the_stub(self, http, routes):
        """Also the same action on a named service."""
        routes["list_user"].respond(503)

        assert [http.get(url).status_code for url in (USERS, SERVICE_USERS)] == [503, 200]

    @pytest.mark.parametrize("users", [USERS, f"{USERS}/", f"{USERS}?PageSize=2"])
    def test_an_override_holds_for_the_whole_operation(self, http, routes, users):
        """Whatever the query, with or without a trailing slash."""
        routes["list_user"].respond(503)

        assert http.get(users).status_code == 503

    def test_an_exception(self, http, routes):
        """It is raised where the application sent its request."""
        down = httpx.ConnectError("down")
        routes["list_user"].mock(side_effect=down)

        with pytest.raises(httpx.ConnectError) as error:
            http.get(USERS)

        assert error.value is down

    def test_an_exceptions_type(self, http, routes):
        """Those of httpx know the request."""
        routes["list_user"].mock(side_effect=httpx.ReadTimeout)

        with pytest.raises(httpx.ReadTimeout) as error:
            http.get(USERS)

        assert str(error.value.request.url) == USERS

    def test_a_function(self, http, routes):
        """It gets the request."""
        routes["list_user"].mock(
            side_effect=lambda request: httpx.Response(200, text=str(request.url))
        )

        assert http.get(f"{USERS}?Page=3").text == f"{USERS}?Page=3"

    def test_a_function_that_wants_its_route(self, http, routes):
        """As in respx, the argument `route` is the route."""
        routes["list_user"].mock(
            side_effect=lambda request, route: httpx.Response(200, text=route.name)
        )

        assert http.get(USERS).text == "list_user"

    def test_a_function_that_raises(self, http, routes):
        """What it raises reaches the application."""

        def fail(request):
            raise httpx.ReadError("reset")

        routes["list_user"].mock(side_effect=fail)

        with pytest.raises(httpx.ReadError, match=r"^reset$"):
            http.get(USERS)

    def test_a_function_that_leaves_it_to_the_stub(self, http, routes):
        """None means that the stub answers."""
        routes["list_user"].mock(
            side_effect=lambda request: httpx.Response(503) if request.url.query else None
        )

        assert [http.get(url).status_code for url in (f"{USERS}?Page=1", USERS)] == [503, 200]

    def test_several_effects_in_turn(self, http, routes):
        """Responses and exceptions, one for each request."""
        routes["list_user"].mock(
            side_effect=[httpx.Response(503), httpx.ConnectError("down"), httpx.Response(200)]
        )

        first = http.get(USERS).status_code
        with pytest.raises(httpx.ConnectError):
            http.get(USERS)

        assert (first, http.get(USERS).status_code) == (503, 200)

    def test_effects_that_are_used_up_say_so(self, http, routes):
        """One request more than effects: the author is told, in both kinds of client."""
        routes["list_user"].mock(side_effect=[httpx.Response(503)])
        http.get(USERS)

        with pytest.raises(KitError) as error:
            http.get(USERS)

        assert str(error.value) == (
            "list_user: the route's side effects are used up. Give it one for each request,"
            " or a function."
        )

    def test_mock_without_arguments_gives_it_back(self, http, routes):
        """The stub answers again."""
        routes["list_user"].respond(503)
        routes["list_user"].mock()

        assert http.get(USERS).status_code == 200

    def test_a_route_that_was_only_looked_at_stays_with_the_stub(self, http, routes):
        """Looking is not overriding."""
        assert routes["list_user"].called is False
        assert http.get(USERS).status_code == 200

    def test_an_overridden_exchange_is_in_the_journal(self, http, routes, journal):
        """With the answer that the route gave."""
        routes["create_user"].respond(503, text="no")
        http.post(USERS, data={"Identity": "ada"})

        assert str(journal) == "1. create_user: POST /v1/Users (Identity='ada') -> 503"
        assert routes["create_user"].calls.last.response.text == "no"

    def test_a_raised_exchange_is_in_the_journal(self, http, routes, journal):
        """With the name of what was raised."""
        routes["list_user"].mock(side_effect=httpx.ReadTimeout)
        with pytest.raises(httpx.ReadTimeout):
            http.get(USERS)

        assert str(journal) == "1. list_user: GET /v1/Users -> no response (ReadTimeout)"

    def test_cleared_routes_leave_everything_to_the_stub(self, http, routes):
        """`clear()`, as respx has it, takes overrides away."""
        routes["list_user"].respond(503)
        routes.clear()

        assert http.get(USERS).status_code == 200


@pytest.mark.parametrize("flavour", ["async"], indirect=True)
class TestAsyncSideEffects:
    """Side effects that are coroutine functions; only an async client can await them."""

    def test_an_async_function(self, http, routes):
        """It is awaited."""

        async def answer(request):
            return httpx.Response(200, text=request.method)

        routes["list_user"].mock(side_effect=answer)

        assert http.get(USERS).text == "GET"

    def test_an_async_function_that_leaves_it_to_the_stub(self, http, routes):
        """None means that the stub answers."""

        async def answer(request):
            return None

        routes["list_user"].mock(side_effect=answer)

        assert http.get(USERS).json()["users"] == []

    def test_an_async_function_that_raises(self, http, routes, journal):
        """What it raises reaches the application, and its name the journal."""

        async def fail(request):
            raise httpx.PoolTimeout("full")

        routes["list_user"].mock(side_effect=fail)

        with pytest.raises(httpx.PoolTimeout, match=r"^full$"):
            http.get(USERS)
        assert journal.last.error == "PoolTimeout"


def test_an_async_side_effect_that_is_no_answer_is_an_error(transport, routes):
    """It is named, with what is allowed."""

    async def answer(request):
        return {"status": 503}

    routes["list_user"].mock(side_effect=answer)

    with pytest.raises(KitError) as error:
        asyncio.run(httpx.AsyncClient(transport=transport).get(USERS))

    assert str(error.value) == (
        "GET /v1/Users: the route's side effect returned {'status': 503}. Return an"
        " httpx.Response, or None to leave the request to the stub."
    )


class Later:
    """What can be awaited, and is no coroutine."""

    def __await__(self):
        yield


async def later(_):
    """An async side effect."""


@pytest.mark.parametrize("answer", [later, lambda _: Later()], ids=["coroutine", "awaitable"])
def test_a_sync_client_can_not_await_a_side_effect(transport, routes, answer):
    """It says so; a coroutine is not left unawaited."""
    routes["list_user"].mock(side_effect=answer)

    with pytest.raises(KitError) as error:
        httpx.Client(transport=transport).get(USERS)

    assert str(error.value) == (
        "GET /v1/Users: the route's side effect is async, and the client that asks is sync."
        " Give it a plain function."
    )


class TestRefusing:
    """`refuse(name)`: the answers that no request alone leads to."""

    @pytest.mark.parametrize(
        ("name", "answer"),
        [
            ("too_many_requests", "429 20429 Too Many Requests"),
            ("too_many_changes", "429 50063 Actions per second limit exceeded"),
            ("webhook_refused", "403 50056 Webhook disabled processing of command"),
            ("internal_error", "500 20500 Internal Server Error"),
            ("unavailable", "503 20503 Service Unavailable"),
            ("not_found", "404 20404 The requested resource /Users/a%2Fb was not found"),
        ],
    )
    def test_it_is_answered_to_the_letter(self, transport, routes, name, answer):
        """Status, type and body are those of Twilio's own refusal, path and spacing included."""
        status, code, message = answer.split(maxsplit=2)
        routes["update_user"].refuse(name)

        response = httpx.Client(transport=transport).post(f"{USERS}/a%2Fb")

        assert response.status_code == int(status)
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert response.text == (
            f'{{"code": {code}, "message": "{message}",'
            f' "more_info": "https://www.twilio.com/docs/errors/{code}", "status": {status}}}'
        )

    @pytest.mark.parametrize("name", REFUSALS)
    def test_every_refusal_can_be_asked_for(self, http, routes, name):
        """Those that follow from a request, too."""
        routes["list_user"].refuse(name)

        assert http.get(USERS).json()["code"] == REFUSALS[name].code

    def test_it_lasts(self, http, routes):
        """Without `times` the stub does not answer again."""
        routes["list_user"].refuse("unavailable")

        assert [http.get(USERS).status_code for _ in range(3)] == [503, 503, 503]

    def test_it_ends_after_the_given_times(self, http, routes):
        """Then the stub answers, as after a retry that was worth it."""
        routes["list_user"].refuse("too_many_requests", times=2)

        assert [http.get(USERS).status_code for _ in range(3)] == [429, 429, 200]

    def test_it_may_be_more_often_than_anybody_counts(self, http, routes):
        """A number is a number."""
        routes["list_user"].refuse("unavailable", times=10**30)

        assert http.get(USERS).status_code == 503

    def test_it_can_be_given_back(self, http, routes):
        """`mock()` without arguments ends it early."""
        routes["list_user"].refuse("unavailable")
        routes["list_user"].mock()

        assert http.get(USERS).status_code == 200

    def test_it_gives_the_route(self, routes):
        """As respx's own methods do."""
        assert routes["list_user"].refuse("unavailable") is routes["list_user"]

    def test_it_has_the_headers_that_are_given(self, http, routes):
        """Such as how long to wait."""
        routes["list_user"].refuse("too_many_requests", headers={"Retry-After": "2"})

        headers = http.get(USERS).headers
        assert (headers["retry-after"], headers["content-type"]) == (
            "2",
            "application/json; charset=utf-8",
        )

    @pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE"])
    def test_its_type_may_be_another(self, http, routes, name):
        """A proxy's, which stands instead of Twilio's."""
        routes["list_user"].refuse("unavailable", headers={name: "text/html"})

        assert http.get(USERS).headers.get_list("content-type") == ["text/html"]

    @pytest.mark.parametrize("name", ["Content-Length", "content-length", "TRANSFER-ENCODING"])
    def test_how_long_it_is_is_the_kits_to_say(self, routes, name):
        """The author does not know its body."""
        with pytest.raises(InvalidArgument) as error:
            routes["list_user"].refuse("unavailable", headers={"X-A": "1", name: "2"})

        assert str(error.value) == (
            f"headers={{'X-A': '1', {name!r}: '2'}}: Content-Length and Transfer-Encoding follow"
            " from the body, which the kit writes. Leave them out."
        )

    @pytest.mark.parametrize("times", [0, -1, 1.5, True, "2", float("nan"), [1]])
    def test_a_number_of_times_that_can_not_be_meant_is_an_error(self, routes, times):
        """Whole numbers from 1."""
        with pytest.raises(InvalidArgument) as error:
            routes["list_user"].refuse("unavailable", times=times)

        assert str(error.value) == (
            f"times={times!r} ({type(times).__name__}): allowed: whole numbers from 1, or None."
        )

    @pytest.mark.parametrize(
        "headers",
        [
            {"Retry-After": 2},
            {"X-A": "a\nb"},
            {"X A": "1"},
            {"X-A": "\u20ac"},
            {"X-A": "\xe9"},
            {"X-\xe9": "1"},
            {"X-A": " 1"},
            {"X-A": "1\t"},
            {1: "2"},
            "X",
        ],
    )
    def test_headers_that_can_not_be_sent_are_an_error(self, routes, headers):
        """Names and values are what HTTP has."""
        with pytest.raises(InvalidArgument) as error:
            routes["list_user"].refuse("unavailable", headers=headers)

        assert str(error.value) == (
            f"headers={headers!r}: expected names and texts that HTTP can send, such as"
            " {'Retry-After': '2'}: ASCII, without spaces around it."
        )

    def test_an_unknown_refusal_is_an_error(self, routes):
        """The right name is suggested."""
        with pytest.raises(InvalidArgument) as error:
            routes["list_user"].refuse("too_many_request")

        assert str(error.value) == (
            "'too_many_request' is not a refusal. Did you mean 'too_many_requests'?"
            f" Known: {', '.join(REFUSALS)}."
        )


class TestAdding:
    """Routes that authors add for other resources of Twilio's Conversations."""

    CONVERSATIONS = "https://conversations.twilio.com/v1/Conversations"

    def test_an_added_route_answers(self, http, routes):
        """A request that no operation answers need not fail."""
        routes.get(self.CONVERSATIONS).respond(json={"conversations": []})

        assert http.get(self.CONVERSATIONS).json() == {"conversations": []}

    def test_an_added_route_knows_its_calls(self, http, routes):
        """As any route of respx."""
        route = routes.post(self.CONVERSATIONS).respond(201)
        http.post(self.CONVERSATIONS, data={"FriendlyName": "Tea"})

        assert (route.called, route.call_count) == (True, 1)
        assert route.calls.last.request.content == b"FriendlyName=Tea"
        assert route.calls.last.response.status_code == 201

    def test_a_route_for_everything_knows_its_calls(self, http, routes):
        """`route()` without a pattern matches every request."""
        route = routes.route().respond(503)
        http.get(USERS)

        assert (route.called, route.call_count) == (True, 1)

    def test_an_added_routes_effects_that_are_used_up_say_so(self, http, routes):
        """One request more than effects: the author is told, in both kinds of client."""
        routes.get(self.CONVERSATIONS).mock(side_effect=[httpx.Response(503)])
        http.get(self.CONVERSATIONS)

        with pytest.raises(KitError) as error:
            http.get(self.CONVERSATIONS)

        assert str(error.value) == (
            "GET /v1/Conversations: the route's side effects are used up. Give it one for each"
            " request, or a function."
        )

    def test_an_added_route_that_was_not_called_knows_it(self, http, routes):
        """Others' calls are not its own."""
        route = routes.post(self.CONVERSATIONS).respond(201)
        http.get(USERS)

        assert (route.called, route.call_count) == (False, 0)

    def test_an_added_route_has_its_name(self, routes):
        """`routes[…]` finds it."""
        route = routes.get(self.CONVERSATIONS, name="conversations")

        assert routes["conversations"] is route

    def test_its_exchange_is_in_the_journal(self, http, routes, journal):
        """Under no operation."""
        routes.get(self.CONVERSATIONS).respond(json={})
        http.get(self.CONVERSATIONS)

        assert str(journal) == "1. no operation: GET /v1/Conversations -> 200"

    def test_an_added_route_goes_before_the_stub(self, http, routes):
        """One user may be different from all others."""
        routes.get(f"{USERS}/ada").respond(503)

        assert [http.get(f"{USERS}/{name}").status_code for name in ("ada", "grace")] == [503, 404]

    def test_an_added_route_goes_before_an_override(self, http, routes):
        """The narrower rule wins, whichever came first."""
        routes.get(f"{USERS}/ada").respond(503)
        routes["fetch_user"].respond(502)

        assert [http.get(f"{USERS}/{name}").status_code for name in ("ada", "grace")] == [503, 502]

    def test_an_added_route_that_does_not_match_changes_nothing(self, http, routes):
        """The stub answers the rest."""
        routes.get(self.CONVERSATIONS).respond(503)

        assert http.get(USERS).status_code == 200

    def test_an_added_route_may_raise(self, http, routes, journal):
        """As an override may."""
        routes.get(self.CONVERSATIONS).mock(side_effect=httpx.ConnectError)

        with pytest.raises(httpx.ConnectError):
            http.get(self.CONVERSATIONS)
        assert journal.last.error == "ConnectError"


class TestRollback:
    """What the kit does at the end of a test."""

    def test_overrides_end(self, http, routes):
        """The next test finds the stub."""
        routes.snapshot()
        routes["list_user"].respond(503)
        routes["fetch_user"].pass_through()
        routes.rollback()

        assert [http.get(url).status_code for url in (USERS, f"{USERS}/ada")] == [200, 404]

    def test_added_routes_end(self, routes):
        """The next test finds the ten."""
        routes.snapshot()
        routes.get("https://conversations.twilio.com/v1/Conversations", name="conversations")
        routes.rollback()

        assert [route.name for route in routes.routes] == list(OPERATIONS)

    def test_overrides_of_a_wider_scope_stay(self, http, routes):
        """A module's fixture overrides for all of its tests; a test may differ."""
        routes["list_user"].respond(503)
        routes.snapshot()
        routes["list_user"].respond(502)
        during = http.get(USERS).status_code
        routes.rollback()

        assert (during, http.get(USERS).status_code) == (502, 503)

    def test_calls_are_not_touched(self, http, routes):
        """The journal counts; it has its own ending."""
        http.get(USERS)
        routes.snapshot()
        http.get(USERS)
        routes.rollback()

        assert routes["list_user"].call_count == 2


class TestAsARouter:
    """What a user of respx does with a router."""

    def test_it_has_the_ten_routes(self, routes):
        """It can be counted, walked, and asked for a name or a route."""
        assert len(routes) == 10
        assert [route.name for route in routes] == list(OPERATIONS)
        assert "create_user" in routes
        assert routes["create_user"] in routes
        assert "createUser" not in routes
        assert bool(routes) is True

    def test_an_added_route_is_one_more(self, routes):
        """Under its name, if it has one."""
        added = routes.get(f"{USERS}/ada", name="ada")

        assert (len(routes), "ada" in routes, added in routes) == (11, True, True)
        assert [*routes][-1] is added

    def test_calls_count_anew_after_a_reset(self, http, routes, journal):
        """Overrides stay, and so does the journal."""
        routes["list_user"].mock(side_effect=[httpx.Response(503), httpx.Response(502)])
        added = routes.get(f"{USERS}/ada").respond(404)
        http.get(USERS)
        http.get(f"{USERS}/ada")
        routes.reset()
        before = (routes["list_user"].call_count, added.called, len(routes.calls))
        http.get(USERS)

        assert before == (0, False, 0)
        assert [call.response.status_code for call in routes["list_user"].calls] == [502]
        assert (len(routes.calls), len(journal)) == (1, 3)

    def test_a_route_is_reset_alone(self, http, routes):
        """The others count on."""
        http.get(USERS)
        routes["list_user"].reset()

        assert (routes["list_user"].called, len(routes.calls)) == (False, 1)

    @pytest.mark.parametrize("url", [USERS, f"{USERS}/ada"], ids=["operation", "added"])
    def test_a_route_is_reset_after_its_router(self, http, routes, url):
        """Each reset counts."""
        routes.get(f"{USERS}/ada", name="ada").respond(404)
        route = routes["list_user" if url == USERS else "ada"]
        http.get(url)
        routes.reset()
        http.get(url)
        between = route.call_count
        route.reset()

        assert (between, route.call_count) == (1, 0)

    def test_a_route_that_is_added_after_a_reset_counts_from_there(self, http, routes):
        """As the others do."""
        http.get(USERS)
        routes.reset()
        route = routes.get(USERS)
        http.get(USERS)

        assert route.call_count == 1

    def test_a_reset_ends_with_its_test(self, http, journal):
        """A wide fixture's route counts all calls of the next."""
        moments = [journal]
        routes = UsersRouter(lambda: moments[0])
        http.get(USERS)
        routes["list_user"].reset()
        moments[0] = Journal()
        moments[0].append(journal.last)

        assert routes["list_user"].call_count == 1

    def test_a_reset_counts_what_the_journal_no_longer_keeps(self, flavour, transport_to, stub):
        """As without one."""
        journal = Journal(limit=1)
        routes = UsersRouter(lambda: journal)
        request = Request(
            method="GET", origin="https://conversations.twilio.com", target="/v1/Users"
        )
        exchange = Exchange(operation="list_user", request=request, response=None)
        for number in range(4):
            journal.append(exchange)
            if number == 0:
                routes.reset()

        assert (routes["list_user"].call_count, len(routes["list_user"].calls)) == (3, 1)

    def test_overrides_that_were_not_called_are_told(self, http, routes):
        """Not the operations that nobody overrode."""
        routes["list_user"].respond(503)
        routes["delete_user"].respond(503)
        http.get(USERS)

        with pytest.raises(AssertionError) as error:
            routes.assert_all_called()

        assert str(error.value) == "Overrides that were not called: delete_user."

    def test_all_overrides_were_called(self, http, routes):
        """Then there is nothing to tell."""
        routes["list_user"].respond(503)
        http.get(USERS)

        routes.assert_all_called()

    def test_an_added_route_can_be_taken_away(self, http, routes):
        """It is given, as in respx, or what to give else."""
        added = routes.get(USERS, name="mine").respond(503)

        assert (routes.pop("mine"), routes.pop("mine", None)) == (added, None)
        assert http.get(USERS).status_code == 200

    def test_a_route_of_a_wide_fixture_is_taken_away_for_a_test(self, journal):
        """It may be added anew; in the next test it is there again."""
        wide = UsersRouter(lambda: journal)
        wide.get(USERS, name="mine").respond(503)
        routers = [UsersRouter(lambda: journal, around=lambda: [wide]) for _ in range(2)]
        first, second = ([router, wide] for router in routers)
        request = httpx.Request("GET", USERS)

        def status(routers):
            answer = Overrides(lambda: routers).answer(request, "list_user")
            return answer and answer.status_code

        assert status(first) == 503
        assert routers[0].pop("mine").pattern == wide["mine"].pattern
        assert (status(first), "mine" in routers[0], len(routers[0])) == (None, False, 10)
        routers[0].assert_all_called()
        with pytest.raises(KeyError):
            routers[0].pop("mine")
        routers[0].get(USERS, name="mine").respond(418)
        assert (status(first), status(second)) == (418, 503)
        routers[0].rollback()
        assert (status(first), "mine" in routers[0]) == (503, True)

    def test_an_override_that_was_taken_back_need_not_be_called(self, routes):
        """There is none any more."""
        routes["list_user"].respond(503)
        routes["list_user"].mock()
        routes["fetch_user"].respond(503)
        routes.pop("fetch_user")

        routes.assert_all_called()

    def test_overrides_of_wide_fixtures_are_to_be_called_too(self, http, routes, journal):
        """Unless they were taken away."""
        routes["list_user"].respond(503)
        routes.get(f"{USERS}/ada", name="ada").respond(503)
        test = UsersRouter(lambda: journal, around=lambda: [routes])
        with pytest.raises(AssertionError) as error:
            test.assert_all_called()
        test.clear()
        test.assert_all_called()

        assert str(error.value) == "Overrides that were not called: list_user, ada."

    def test_a_route_of_another_router_is_an_error(self, routes):
        """Its calls would not be counted."""
        with pytest.raises(InvalidArgument) as error:
            routes.add(respx.Router().get(USERS))

        assert str(error.value).startswith("routes.add(<Route ")
        assert str(error.value).endswith(
            ": add it by routes.get(…), post(…) or route(…), so that its calls are counted."
        )

    def test_an_added_route_can_not_have_an_operations_name(self, routes):
        """It would be taken for the operation's."""
        with pytest.raises(InvalidArgument) as error:
            routes.get(f"{USERS}/ada", name="fetch_user")

        assert str(error.value) == (
            "name='fetch_user': this is the route of an operation. Override it by"
            " routes['fetch_user'].mock(…), or choose another name."
        )

    def test_what_is_no_response_is_an_error(self, routes):
        """When it is given."""
        with pytest.raises(InvalidArgument) as error:
            routes["list_user"].mock(return_value=502)

        assert str(error.value) == (
            "return_value=502: give an httpx.Response, or in short: .respond(502, json={…})."
        )


class TestHttpx2:
    """Overrides by who has no httpx at hand."""

    @pytest.fixture
    def httpx2(self):
        """The library."""
        return pytest.importorskip("httpx2")

    def test_a_response(self, httpx2, http, routes):
        """It answers each library."""
        routes["list_user"].mock(return_value=httpx2.Response(502, json={"code": 20502}))

        answer = http.get(USERS)
        assert (answer.status_code, answer.json()) == (502, {"code": 20502})

    def test_a_response_of_a_function(self, httpx2, http, routes):
        """Or one of a list."""
        routes["list_user"].mock(
            side_effect=[lambda request: httpx2.Response(502), httpx2.Response(503)]
        )

        assert [http.get(USERS).status_code for _ in range(2)] == [502, 503]

    def test_an_async_function(self, httpx2, transport, starting, routes):
        """For an async client of it; it may raise its errors."""
        starting(Httpx2Catch(transport))

        async def answer(request):
            if request.url.query:
                raise httpx2.ReadTimeout("late")
            return httpx2.Response(502)

        async def ask(url):
            async with httpx2.AsyncClient(verify=False) as client:
                return await client.get(url)

        routes["list_user"].mock(side_effect=answer)
        assert asyncio.run(ask(USERS)).status_code == 502
        with pytest.raises(httpx2.ReadTimeout, match=r"^late$"):
            asyncio.run(ask(f"{USERS}?Page=1"))

    def test_an_error_for_another_library(self, httpx2, transport, starting, routes):
        """It is told as httpx's of the same name is."""
        starting(Urllib3Catch(transport))
        routes["list_user"].mock(side_effect=httpx2.ConnectError)

        with pytest.raises(requests.ConnectionError):
            requests.get(USERS, timeout=5)
