"""transports/fault_courses.py: what a fault loses, changes, or can't happen to."""

import json

import httpx
import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.errors import InvalidArgument, KitError, UnansweredRequest
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.transports.overrides import Overrides
from pytest_twilio_users.transports.told_errors import fault_of

USERS = "https://conversations.twilio.com/v1/Users"
LOGIN = "AC" + "a" * 32, "correct-horse-battery-staple"
PAGE = json.dumps({"meta": {"key": "users"}, "users": [{"identity": "ada"}]}).encode()


@pytest.fixture
def http(flavour, transport):
    """A client of httpx that the stub answers, sync or async."""
    return flavour.http(transport=transport, auth=LOGIN)


@pytest.fixture
def ada(http):
    """A user."""
    return http.post(USERS, data={"Identity": "ada"}).json()


class TestRefusals:
    def test_one_may_say_when_to_come_again(self, http, routes):
        """In Twilio's four keys."""
        routes["create_user"].fail(faults.refused("too_many_requests", retry_after=2))

        answer = http.post(USERS, data={"Identity": "ada"})

        assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
        assert answer.json() == {
            "code": 20429,
            "message": "Too Many Requests",
            "more_info": "https://www.twilio.com/docs/errors/20429",
            "status": 429,
        }

    def test_one_may_have_problem_details(self, http, routes):
        """In the form of RFC 9457."""
        routes["fetch_user"].fail(faults.refused("not_found", problem_details=True))

        answer = http.get(f"{USERS}/ada")

        assert answer.headers["content-type"] == "application/problem+json"
        assert "retry-after" not in answer.headers
        assert answer.json() == {
            "type": "https://www.twilio.com/docs/errors/20404",
            "title": "Not Found",
            "status": 404,
            "code": 20404,
            "detail": "The requested resource /Users/ada was not found",
        }

    def test_a_proxy_shows_its_page(self, http, routes):
        """With any status."""
        routes["delete_user"].fail(faults.html_body(599))

        answer = http.delete(f"{USERS}/ada")

        assert (answer.status_code, answer.headers["content-type"]) == (599, "text/html")
        assert "<h1>599 Unknown</h1>" in answer.text


CHANGED = {
    "empty": (faults.empty_body(), lambda before: None),
    "missing": (faults.missing_field("sid"), lambda user: user.pop("sid")),
    "null": (faults.null_field("links"), lambda user: user.update(links=None)),
    "unknown": (faults.unknown_field("mood", [1]), lambda user: user.update(mood=[1])),
    **{
        f"wrong {name}": (
            faults.wrong_type(name),
            lambda user, name=name, value=value: user.update({name: value}),
        )
        for name, value in {
            "sid": 12345,
            "friendly_name": 12345,
            "attributes": {"an": "object"},
            "date_created": 1_577_836_800,
            "url": {"href": "https://example.com"},
            "links": "https://example.com",
            "is_online": "true",
        }.items()
    },
}


class TestBodies:
    @pytest.mark.parametrize("name", [name for name in CHANGED if name != "empty"])
    def test_each_user_of_an_answer_is_changed(self, http, routes, ada, name):
        """That of a fetch, and those of a list; the length is right."""
        fault, change = CHANGED[name]
        whole = http.get(USERS).json()
        for user in (ada, *whole["users"]):
            change(user)
        routes["fetch_user"].fail(fault)
        routes["list_user"].fail(fault)

        fetched, listed = http.get(f"{USERS}/ada"), http.get(USERS)

        assert fetched.json() == ada
        if name != "wrong url":  # a page has one, too
            assert listed.json() == whole
        assert int(listed.headers["content-length"]) == len(listed.content)

    def test_a_field_of_pages_is_changed_in_the_page(self, http, routes, ada):
        """Of the page's meta, or the page's own."""
        routes["list_user"].fail(faults.wrong_type("page"), times=1)
        routes["list_user"].fail(faults.null_field("users"), times=1)
        routes["list_user"].fail(faults.wrong_type("meta"), times=1)

        assert http.get(USERS).json()["meta"]["page"] == "1"
        assert http.get(USERS).json()["users"] is None
        assert http.get(USERS).json()["meta"] == "nothing of the kind"

    def test_an_empty_body_has_its_status_and_no_more(self, http, routes, ada):
        """And says so."""
        routes["fetch_user"].fail(faults.empty_body())

        answer = http.get(f"{USERS}/ada")

        assert (answer.status_code, answer.content) == (200, b"")
        assert answer.headers["content-length"] == "0"

    def test_a_body_may_be_cut_before_it_begins_or_ends(self, http, routes, ada, journal):
        """Of a short one, all but the last byte arrives."""
        routes["fetch_user"].fail(faults.body_cut(after=0), times=1)
        routes["fetch_user"].fail(faults.body_cut(after=9_999), times=1)

        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                http.get(f"{USERS}/ada")

        none, most = (exchange.response.body for exchange in journal.of("fetch_user"))
        assert none == b""
        assert most == json.dumps(ada).encode()[:-1]

    @pytest.mark.parametrize(
        ("answer", "fault"),
        [
            (httpx.Response(200), faults.empty_body()),
            (httpx.Response(200), faults.body_cut()),
            (httpx.Response(200), faults.wrong_content_type()),
            (
                httpx.Response(200, text="ada"),
                faults.wrong_content_type("text/plain; charset=utf-8"),
            ),
            (httpx.Response(404, content=PAGE), faults.missing_field("identity")),
            (httpx.Response(200, text="no JSON"), faults.missing_field("identity")),
            (httpx.Response(200, content=PAGE), faults.missing_field("sid")),
            (httpx.Response(200, content=PAGE), faults.null_field("sid")),
            (httpx.Response(200, json=[]), faults.unknown_field()),
            (httpx.Response(200, json={"users": []}), faults.unknown_field()),
            (httpx.Response(200, content=PAGE), faults.stale_read()),
        ],
        ids=str,
    )
    def test_what_it_can_not_happen_to_passes_and_leaves_it_to_the_next(
        self, http, routes, journal, answer, fault
    ):
        """A turn that came to nothing is given back."""
        route = routes["list_user"].fail(fault, times=1)
        route.return_value = answer

        assert http.get(USERS).content == answer.content
        assert journal.last.fault is None
        assert route.plans[0].is_unmet
        assert route.plans[0].so_far.seen == 1


class TestOverrides:
    def test_what_an_override_answers_is_what_a_fault_loses_or_changes(self, http, routes):
        """It stands in front, and the override has its turns."""
        page = httpx.Response(200, content=PAGE)
        routes["list_user"].mock(side_effect=[page, page, httpx.Response(418), None])
        routes["list_user"].fail(faults.answer_lost(), times=1)
        routes["list_user"].fail(faults.missing_field("identity"), times=1)

        with pytest.raises(httpx.RemoteProtocolError) as lost:
            http.get(USERS)
        assert fault_of(lost.value) == faults.answer_lost()
        assert http.get(USERS).json()["users"] == [{}]
        assert http.get(USERS).status_code == 418
        assert http.get(USERS).json()["users"] == []

    def test_a_fault_before_leaves_the_overrides_turn(self, http, routes):
        """Nothing reached it."""
        route = routes["list_user"].mock(side_effect=[httpx.Response(418)])
        route.fail(faults.connect_error(), times=1)

        with pytest.raises(httpx.ConnectError):
            http.get(USERS)
        assert http.get(USERS).status_code == 418

    def test_a_body_that_is_made_as_it_is_read_is_read_whole(self, http, routes):
        """Else it could not be changed."""
        routes["list_user"].respond(200, stream=iter([PAGE[:9], PAGE[9:]]))
        routes["list_user"].fail(faults.unknown_field())

        assert http.get(USERS).json()["users"] == [{"identity": "ada", "brand_new": "?"}]

    def test_what_passes_through_can_not_fail_afterwards(self, http, routes):
        """The network answers then, past the kit."""
        routes["list_user"].pass_through()
        routes["list_user"].fail(faults.answer_lost())

        with pytest.raises(KitError) as refused:
            http.get(USERS)

        assert str(refused.value) == (
            "GET /v1/Users has both a pass-through and a planned fault. Keep only one of them."
        )

    def test_an_async_side_effect_is_awaited(self, transport, routes, run):
        """For async clients."""

        async def answer(_):
            return httpx.Response(200, content=PAGE)

        async def ask():
            async with httpx.AsyncClient(transport=transport) as client:
                return await client.get(USERS)

        routes["list_user"].mock(side_effect=answer)
        routes["list_user"].fail(faults.null_field("identity"))

        assert run(ask()).json()["users"] == [{"identity": None}]


class TestTurns:
    def test_plans_add_up_and_the_first_whose_turn_it_is_has_it(self, http, routes, journal):
        """A request that one takes, the later ones never see."""
        route = routes["list_user"]
        route.fail(faults.refused("unavailable"), after=1, times=1)
        route.fail(faults.refused("internal_error"), every=2, times=1)

        assert [http.get(USERS).status_code for _ in range(4)] == [200, 503, 500, 200]

    def test_a_predicate_chooses_the_requests(self, http, routes):
        """It is given the request of httpx; others pass, and do not count."""
        routes["list_user"].fail(
            faults.refused("unavailable"),
            when=lambda request: request.url.params.get("PageSize") == "2",
            times=1,
        )

        statuses = [
            http.get(USERS, params=params).status_code
            for params in ({}, {"PageSize": "2"}, {"PageSize": "2"})
        ]
        assert statuses == [200, 503, 200]

    def test_what_a_predicate_raises_is_the_authors(self, http, routes, journal):
        """And the exchange names it."""
        routes["list_user"].fail(faults.slow(1), when=lambda _: {}["ada"], required=False)

        with pytest.raises(KeyError):
            http.get(USERS)

        assert journal.last.error == "KeyError"

    def test_a_request_of_no_operation_meets_a_route_of_the_authors_own(self, http, routes):
        """The stub has no answer for it, which fails the test as ever."""
        routes.route(path="/v1/Roles").fail(faults.connection_reset())

        with pytest.raises(httpx.ReadError):
            http.get("https://conversations.twilio.com/v1/Roles")

    def test_what_nothing_answers_fails_the_test_all_the_same(self, http, routes, journal):
        """A fault is no answer, nor is a route that has but a fault."""
        routes.route(path="/v1/Roles").fail(faults.slow(1))

        with pytest.raises(UnansweredRequest):
            http.get("https://conversations.twilio.com/v1/Roles")
        assert journal.last.error == "UnansweredRequest"

    def test_what_never_fits_a_route_is_refused(self, routes):
        """The complaint names the routes that it fits."""
        with pytest.raises(InvalidArgument) as refused:
            routes["delete_user"].fail(faults.repeated_page())

        assert str(refused.value) == (
            "No request of delete_user can meet faults.repeated_page(). It fits"
            " list_service_user, list_user."
        )

    def test_a_field_of_pages_fits_lists_alone(self, routes):
        """No user has it."""
        with pytest.raises(InvalidArgument) as refused:
            routes["fetch_user"].fail(faults.missing_field("next_page_url"))

        assert str(refused.value) == (
            "No request of fetch_user can meet faults.missing_field(name='next_page_url'). It"
            " fits list_service_user, list_user."
        )

    def test_a_fault_of_the_state_is_of_stub_mode_alone(self, routes):
        """Nobody else's memory can be changed."""
        routes["list_user"].fail(faults.repeated_page())
        overrides = Overrides(lambda: [routes], mode=Mode.REPLAY)

        with pytest.raises(KitError) as refused:
            overrides.take_fault(httpx.Request("GET", USERS), "list_user")

        assert str(refused.value) == (
            "faults.repeated_page() works only on the stub, and the mode is replay. Run this"
            ' test on the stub only: @pytest.mark.twilio_users(modes=("stub",)).'
        )
