"""transports/mock_catches.py: mocks of other libraries beside the kit, whoever came first."""

from contextlib import ExitStack

import httpx
import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry
from versions import since

from pytest_twilio_users.transports.httpcore_catch import HttpcoreCatch
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.transports.mock_catches import (
    PytestHttpxCatch,
    RequestsMockCatch,
    ResponsesCatch,
    RespxCatch,
    VcrCatch,
)
from pytest_twilio_users.transports.urllib3_catch import Urllib3Catch

respx = pytest.importorskip("respx")
pytest_httpx = pytest.importorskip("pytest_httpx")
responses = pytest.importorskip("responses")
requests_mock = pytest.importorskip("requests_mock")
vcr = pytest.importorskip("vcr")

USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.example.com/"

ORDERS = pytest.mark.parametrize("order", ["mock first", "kit first"])
USING = pytest.mark.parametrize("using", ["httpcore", "httpx"])
LENIENT = pytest.mark.httpx_mock(
    assert_all_responses_were_requested=False, can_send_already_matched_responses=True
)


@pytest.fixture
def warned():
    """The sentences that the author is to be told."""
    return []


@pytest.fixture
def active():
    """What is active until the test ends; the last begun ends first."""
    with ExitStack() as active:
        yield active


def warning(library):
    """What an author is told whose mock has an answer for Twilio's Conversations."""
    return (
        f"{library} mocks Twilio's Conversations, but the kit answers instead. Override the"
        ' operation: twilio_users.routes["create_user"].'
    )


@pytest.fixture
def kit(transport_to, saying, routes, active, warned):
    """Starts what catches a library, and what has its mocks step aside; the backend is given."""

    def kit(*kinds):
        backend = saying()
        transport = transport_to(backend, routes)
        warn = warned.append
        aside = [RespxCatch(transport, warn=warn), PytestHttpxCatch(transport, warn=warn)]
        aside += [ResponsesCatch(transport, warn=warn), RequestsMockCatch(transport, warn=warn)]
        aside.append(VcrCatch(transport, warn=warn))
        for catch in (
            HttpxCatch(transport, look=aside[0].look),
            HttpcoreCatch(transport),
            Urllib3Catch(transport),
            *aside,
        ):
            catch.start()
            active.callback(catch.stop)
        return backend

    return kit


@pytest.fixture
def session():
    """A session of requests."""
    with requests.Session() as session:
        yield session


class TestRespx:
    """respx, beneath httpx's transports or above them."""

    @pytest.fixture
    def http(self, flavour):
        """Opens a client of httpx."""
        return lambda: flavour.http(transport=flavour.network())

    @pytest.fixture
    def both(self, active, kit):
        """Starts the kit and a router, in an order."""

        def both(order, using="httpcore"):
            router = respx.MockRouter(using=using, assert_all_called=False)
            if order == "kit first":
                kit()
            active.enter_context(router)
            if order == "mock first":
                kit()
            return router

        return both

    @ORDERS
    @USING
    def test_each_answers_for_its_hosts(self, both, http, warned, order, using):
        """The kit has Twilio, the mock the rest, and nobody is warned."""
        both(order, using).get(OTHER).respond(text="theirs")
        client = http()

        assert (client.get(OTHER).text, client.get(USERS).text) == ("theirs", "caught")
        assert warned == []

    @ORDERS
    @USING
    def test_an_answer_for_twilio_is_told(self, both, http, warned, order, using):
        """It is never given."""
        route = both(order, using).get(USERS).respond(text="theirs")

        assert http().get(USERS).text == "caught"
        assert {*warned} == {warning("respx")}
        assert not route.called

    @ORDERS
    @USING
    def test_a_route_that_lets_pass_is_honoured(self, both, http, warned, order, using):
        """It passes to the kit."""
        both(order, using).route(host="conversations.twilio.com").pass_through()

        assert http().get(USERS).text == "caught"
        assert warned == []

    @ORDERS
    @USING
    def test_an_answer_beside_a_route_that_lets_pass_is_never_given(
        self, both, http, warned, order, using
    ):
        """The kit has the rest of Twilio, too."""
        router = both(order, using)
        router.get(f"{USERS}/ada").pass_through()
        router.get(USERS).respond(text="theirs")

        assert http().get(USERS).text == "caught"
        assert {*warned} == {warning("respx")}

    @ORDERS
    @USING
    def test_an_answer_for_all_hosts_is_for_the_others(self, both, http, warned, order, using):
        """It names none, and nobody is warned."""
        both(order, using).route().respond(text="theirs")
        client = http()

        assert (client.get(OTHER).text, client.get(USERS).text) == ("theirs", "caught")
        assert warned == []

    @USING
    def test_it_answers_for_twilio_after_stop(self, both, http, active, using):
        """The kit is gone, and leaves it as it was."""
        router = respx.MockRouter(using=using, assert_all_called=False)
        catch = RespxCatch(None, warn=None)
        catch.start()
        catch.stop()
        active.enter_context(router).get(USERS).respond(text="theirs")

        assert http().get(USERS).text == "theirs"

    def test_it_stays_a_method_of_the_class(self):
        """Which respx calls it by."""
        before = [vars(respx.mocks.Mocker)[name] for name in ("handler", "async_handler")]
        catch = RespxCatch(None, warn=None)
        catch.start()
        during = [vars(respx.mocks.Mocker)[name] for name in ("handler", "async_handler")]
        catch.stop()
        after = [vars(respx.mocks.Mocker)[name] for name in ("handler", "async_handler")]

        assert [type(method) for method in during] == [classmethod] * 2
        assert after == before

    def test_a_router_that_is_a_transport_is_left_alone(self, kit):
        """The application's client was given it."""
        kit()
        router = respx.Router()
        router.get(USERS).respond(text="theirs")

        with httpx.Client(transport=httpx.MockTransport(router.handler)) as client:
            assert client.get(USERS).text == "theirs"


class TestPytestHttpx:
    """pytest-httpx."""

    @pytest.fixture
    def http(self, flavour):
        """Opens a client of httpx."""
        return lambda: flavour.http(transport=flavour.network())

    @pytest.fixture
    def both(self, request, kit):
        """Starts the kit and the mock, in an order."""

        def both(order):
            if order == "kit first":
                kit()
            mock = request.getfixturevalue("httpx_mock")
            if order == "mock first":
                kit()
            return mock

        return both

    @LENIENT
    @ORDERS
    def test_each_answers_for_its_hosts(self, both, http, warned, order):
        """The kit has Twilio, the mock the rest, and nobody is warned."""
        both(order).add_response(url=OTHER, text="theirs")
        client = http()

        assert (client.get(OTHER).text, client.get(USERS).text) == ("theirs", "caught")
        assert warned == []

    @LENIENT
    @ORDERS
    def test_an_answer_for_twilio_is_told(self, both, http, warned, order):
        """It is never given, and the request is not the mock's."""
        mock = both(order)
        mock.add_response(url=USERS, text="theirs")

        assert http().get(USERS).text == "caught"
        assert (warned, mock.get_requests()) == ([warning("pytest-httpx")], [])

    @LENIENT
    @ORDERS
    def test_an_answer_for_all_hosts_is_for_the_others(self, both, http, warned, order):
        """It names none, and nobody is warned."""
        both(order).add_response(text="theirs")
        client = http()

        assert (client.get(OTHER).text, client.get(USERS).text) == ("theirs", "caught")
        assert warned == []

    @since("pytest-httpx", "0.33")
    @pytest.mark.httpx_mock(should_mock=lambda request: "twilio" not in request.url.host)
    @ORDERS
    def test_what_the_mock_lets_pass_is_answered(self, both, http, warned, order):
        """By its option."""
        both(order)

        assert (http().get(USERS).text, warned) == ("caught", [])

    @LENIENT
    @ORDERS
    def test_what_the_kit_lets_pass_is_the_mocks(self, both, http, routes, order):
        """It is what lies beneath."""
        routes["list_user"].pass_through()
        both(order).add_response(url=USERS, text="theirs")

        assert http().get(USERS).text == "theirs"


class TestResponses:
    """responses."""

    @pytest.fixture
    def both(self, active, kit):
        """Starts the kit and the mock, in an order."""

        def both(order):
            mock = responses.RequestsMock(assert_all_requests_are_fired=False)
            if order == "kit first":
                kit()
            active.enter_context(mock)
            if order == "mock first":
                kit()
            return mock

        return both

    @ORDERS
    def test_each_answers_for_its_hosts(self, both, session, warned, order):
        """The kit has Twilio, the mock the rest, and nobody is warned."""
        mock = both(order)
        mock.get(OTHER, "theirs")

        assert (session.get(OTHER).text, session.get(USERS).text) == ("theirs", "caught")
        assert (warned, len(mock.calls)) == ([], 1)

    @ORDERS
    @pytest.mark.parametrize("url", [USERS, f"{USERS}?a=1"])
    def test_an_answer_for_twilio_is_told(self, both, session, warned, order, url):
        """It is never given."""
        mock = both(order)
        mock.get(url, "theirs")

        assert session.get(USERS).text == "caught"
        assert (warned, len(mock.calls)) == ([warning("responses")], 0)

    @ORDERS
    def test_a_route_that_lets_pass_is_honoured(self, both, session, warned, order):
        """It passes to the kit, and is the mock's to count."""
        mock = both(order)
        mock.add(responses.PassthroughResponse(responses.GET, USERS))

        assert session.get(USERS).text == "caught"
        assert (warned, len(mock.calls)) == ([], 1)

    @ORDERS
    def test_an_answer_beside_a_route_that_lets_pass_is_never_given(
        self, both, session, warned, order
    ):
        """The kit has the rest of Twilio, too."""
        mock = both(order)
        mock.add(responses.PassthroughResponse(responses.GET, f"{USERS}/ada"))
        mock.get(USERS, "theirs")

        assert session.get(USERS).text == "caught"
        assert warned == [warning("responses")]

    @ORDERS
    def test_a_prefix_that_lets_pass_is_honoured(self, both, session, warned, order):
        """The same."""
        both(order).add_passthru("https://conversations.twilio.com")

        assert (session.get(USERS).text, warned) == ("caught", [])

    @ORDERS
    def test_the_applications_retries_retry(self, both, session, routes, order):
        """Its adapter sends."""
        routes["list_user"].refuse("unavailable", times=2)
        both(order)
        session.mount("https://", HTTPAdapter(max_retries=Retry(2, status_forcelist=[503])))

        assert session.get(USERS).text == "caught"
        assert routes["list_user"].call_count == 3


class TestRequestsMock:
    """requests-mock."""

    @pytest.fixture
    def both(self, active, kit):
        """Starts the kit and the mock, in an order."""

        def both(order, **given):
            mock = requests_mock.Mocker(**given)
            if order == "kit first":
                kit()
            active.enter_context(mock)
            if order == "mock first":
                kit()
            return mock

        return both

    @ORDERS
    def test_each_answers_for_its_hosts(self, both, session, warned, order):
        """The kit has Twilio, the mock the rest, and nobody is warned."""
        mock = both(order)
        mock.get(OTHER, text="theirs")

        assert (session.get(OTHER).text, session.get(USERS).text) == ("theirs", "caught")
        assert (warned, mock.call_count) == ([], 1)

    @ORDERS
    def test_an_answer_for_twilio_is_told(self, both, session, warned, order):
        """It is never given."""
        route = both(order).get(USERS, text="theirs")

        assert session.get(USERS).text == "caught"
        assert (warned, route.called) == ([warning("requests-mock")], False)

    @ORDERS
    def test_an_answer_for_all_hosts_is_for_the_others(self, both, session, warned, order):
        """It names none, and nobody is warned."""
        both(order).get(requests_mock.ANY, text="theirs")

        assert (session.get(OTHER).text, session.get(USERS).text) == ("theirs", "caught")
        assert warned == []

    @ORDERS
    def test_a_route_that_lets_pass_is_honoured(self, both, session, warned, order):
        """It passes to the kit."""
        both(order).get(USERS, real_http=True)

        assert (session.get(USERS).text, warned) == ("caught", [])

    @ORDERS
    def test_an_answer_beside_a_route_that_lets_pass_is_never_given(
        self, both, session, warned, order
    ):
        """The kit has the rest of Twilio, too."""
        mock = both(order)
        mock.get(f"{USERS}/ada", real_http=True)
        mock.get(USERS, text="theirs")

        assert session.get(USERS).text == "caught"
        assert warned == [warning("requests-mock")]

    @ORDERS
    def test_a_mock_that_lets_all_pass_is_honoured(self, both, session, warned, order):
        """The same."""
        both(order, real_http=True)

        assert (session.get(USERS).text, warned) == ("caught", [])

    def test_an_adapter_of_its_own_steps_aside(self, session, kit):
        """A session may have mounted it."""
        adapter = requests_mock.Adapter()
        adapter.register_uri("GET", requests_mock.ANY, text="theirs")
        session.mount("https://", adapter)
        kit()

        assert (session.get(OTHER).text, session.get(USERS).text) == ("theirs", "caught")


class TestVcr:
    """vcrpy."""

    @pytest.fixture
    def recorded(self, tmp_path, loopback):
        """A cassette that has what the server on loopback said."""
        path = tmp_path / "recorded.yaml"
        with vcr.use_cassette(path):
            requests.get(loopback.origin, timeout=5)
        loopback.heard.clear()
        return path

    @pytest.fixture
    def of_twilio(self, recorded, loopback):
        """The same as if Twilio had said it."""
        text = recorded.read_text().replace(f"{loopback.origin}/", USERS)
        recorded.write_text(text)
        return recorded

    @pytest.fixture
    def both(self, active, kit):
        """Starts the kit and a cassette, in an order."""

        def both(order, path, **given):
            if order == "kit first":
                kit()
            cassette = active.enter_context(vcr.use_cassette(path, **given))
            if order == "mock first":
                kit()
            return cassette

        return both

    @pytest.fixture(params=["requests", "httpx"])
    def get(self, request):
        """Asks by each of both libraries."""
        if request.param == "requests":
            return lambda url: requests.get(url, timeout=5).text
        return lambda url: httpx.get(url, verify=False).text  # noqa: S501  # nothing is verified

    @ORDERS
    def test_each_answers_for_its_hosts(  # noqa: PLR0917  # fixtures and a case
        self, both, get, recorded, loopback, warned, order
    ):
        """The kit has Twilio, the cassette the rest, and nobody is warned."""
        both(order, recorded, record_mode="none", allow_playback_repeats=True)

        assert (get(f"{loopback.origin}/"), get(USERS)) == ("from the network", "caught")
        assert (loopback.heard, warned) == ([], [])

    @ORDERS
    def test_what_was_recorded_of_twilio_is_not_played(self, both, get, of_twilio, order):
        """The kit answers."""
        cassette = both(order, of_twilio, record_mode="none")

        assert get(USERS) == "caught"
        assert cassette.play_count == 0

    def test_what_was_recorded_of_twilio_is_told(self, both, of_twilio, warned):
        """Where the cassette is asked."""
        both("kit first", of_twilio, record_mode="none")
        httpx.get(USERS, verify=False)  # noqa: S501  # nothing is verified

        assert {*warned} == {warning("vcrpy")}

    @ORDERS
    def test_nothing_is_recorded_of_twilio(self, both, get, tmp_path, order):
        """The kit's answers are none to keep."""
        cassette = both(order, tmp_path / "new.yaml", record_mode="all")

        assert (get(USERS), len(cassette)) == ("caught", 0)

    @ORDERS
    def test_others_are_recorded(self, both, get, tmp_path, loopback, order):
        """As without the kit."""
        cassette = both(order, tmp_path / "new.yaml", record_mode="all")

        assert (get(loopback.origin), len(cassette)) == ("from the network", 1)

    def test_a_cassette_keeps_what_was_recorded_of_twilio(self, kit, of_twilio):
        """It is read while the kit answers, and loses nothing when it is written anew."""
        kit()
        with vcr.use_cassette(of_twilio, record_mode="new_episodes") as cassette:
            assert len(cassette) == 1
