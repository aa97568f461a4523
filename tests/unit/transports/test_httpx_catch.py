"""transports/httpx_catch.py: the requests of every httpx client in the process."""

import gc
import weakref
from functools import wraps

import httpx
import pytest

from pytest_twilio_users.errors import KitError, UnansweredRequest
from pytest_twilio_users.transports.httpx_catch import HttpxCatch
from pytest_twilio_users.wire.messages import Response

USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.example.com/"


class Saying:
    """A backend that answers every request with a word."""

    def __init__(self, word):
        self.word = word

    def handle(self, request):
        """Answer a request."""
        return Response(status=200, body=self.word.encode())


@pytest.fixture
def catching(network, transport_to, routes):
    """Makes catches, whose backend says a word; all stop in the end."""
    made = []

    def catching(word):
        made.append(HttpxCatch(transport_to(Saying(word), routes)))
        return made[-1]

    yield catching
    for catch in made:
        catch.stop()


@pytest.fixture
def catch(catching):
    """A catch that is not started."""
    return catching("caught")


@pytest.fixture
def ask(flavour):
    """What a client that an application opened long ago hears from a URL."""
    client = flavour.http(transport=flavour.network())
    return lambda url: client.get(url).text


@pytest.fixture
def theirs():
    """Somebody else's patches; `undo()` puts back what they found, as pytest-httpx does."""
    with pytest.MonkeyPatch.context() as patches:
        yield patches


def patch(patches, *, wrapping=lambda beneath: lambda patch: patch):
    """Have all requests answered by somebody else."""

    def handle_request(transport, request):
        return httpx.Response(200, text="theirs")

    async def handle_async_request(transport, request):
        return handle_request(transport, request)

    for owner, name, function in (
        (httpx.HTTPTransport, "handle_request", handle_request),
        (httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request),
    ):
        patches.setattr(owner, name, wrapping(getattr(owner, name))(function))


def handlers():
    """What stands at the two places where requests leave httpx."""
    return (
        vars(httpx.HTTPTransport)["handle_request"],
        vars(httpx.AsyncHTTPTransport)["handle_async_request"],
    )


class TestStartAndStop:
    """A catch works between start and stop."""

    def test_nothing_is_caught_before_start(self, catch, ask):
        """Making a catch changes nothing."""
        assert ask(USERS) == "from the network"

    def test_requests_are_caught_after_start(self, catch, ask):
        """Also those of a client that was opened before."""
        catch.start()

        assert ask(USERS) == "caught"

    def test_nothing_is_caught_after_stop(self, catch, ask):
        """The network is back."""
        catch.start()
        catch.stop()

        assert ask(USERS) == "from the network"

    def test_stop_puts_back_the_very_functions(self, catch):
        """Who compares httpx before and after finds no difference."""
        before = handlers()
        catch.start()
        catch.stop()

        assert handlers() == before

    def test_starting_twice_is_starting_once(self, catch):
        """The patch is not stacked upon itself."""
        before = handlers()
        catch.start()
        catch.start()
        catch.stop()

        assert handlers() == before

    @pytest.mark.parametrize("times", [1, 2])
    def test_stopping_what_is_not_started_does_nothing(self, catch, times):
        """`stop` may come too early and too often."""
        before = handlers()
        for _ in range(times):
            catch.stop()

        assert handlers() == before

    def test_a_patch_that_nobody_holds_is_forgotten(self, catch):
        """Test after test, no patches pile up in memory."""
        catch.start()
        patches = [weakref.ref(handler) for handler in handlers()]
        catch.stop()
        gc.collect()

        assert [patch() for patch in patches] == [None, None]

    def test_it_can_start_again(self, catch, ask):
        """One catch serves test after test."""
        catch.start()
        catch.stop()
        catch.start()

        assert ask(USERS) == "caught"

    def test_staying_on_top_does_not_start_it(self, catch):
        """A kit that no test uses leaves the application alone."""
        before = handlers()
        catch.stay_on_top()

        assert handlers() == before


class TestHosts:
    """Twilio's Conversations hosts, and no others."""

    @pytest.mark.parametrize(
        "origin",
        [
            "https://conversations.twilio.com",
            "https://conversations.ie1.twilio.com",
            "https://conversations.dublin.ie1.twilio.com",
            "https://conversations.ashburn-ix.us1.twilio.com",
            "https://CONVERSATIONS.Twilio.com",
            "https://conversations.twilio.com:8443",
            "http://conversations.twilio.com",
        ],
    )
    def test_twilios_hosts_are_caught(self, catch, ask, network, origin):
        """With edge and region, whatever the port, the scheme and the case."""
        catch.start()

        assert (ask(f"{origin}/v1/Users"), network) == ("caught", [])

    @pytest.mark.parametrize(
        "host",
        [
            "api.example.com",
            "chat.twilio.com",
            "api.twilio.com",
            "twilio.com",
            "evilconversations.twilio.com",
            "conversations.twilio.com.evil.example",
            "conversations.evil.example",
            "conversations-twilio.com",
            "x.conversations.twilio.com",
            "conversations.a.b.c.twilio.com",
        ],
    )
    def test_other_hosts_are_left_alone(self, catch, ask, network, host):
        """Look-alikes included: their requests go where they went before."""
        catch.start()

        assert ask(f"https://{host}/v1/Users") == "from the network"
        assert [request.url.host for request in network] == [host]


class TestLayers:
    """Other patches of the same functions, such as pytest-httpx's."""

    @pytest.mark.parametrize("order", ["before", "after"])
    def test_both_answer_for_their_hosts(self, catch, theirs, ask, order):
        """Whichever patch came first: the stub has Twilio, they have the rest."""
        if order == "before":
            patch(theirs)
            catch.start()
        else:
            catch.start()
            patch(theirs)
            catch.stay_on_top()

        assert (ask(USERS), ask(OTHER)) == ("caught", "theirs")

    def test_staying_on_top_again_changes_nothing(self, catch, theirs):
        """The patch is not stacked upon itself, however often a fixture is set up."""
        catch.start()
        patch(theirs)
        catch.stay_on_top()
        before = handlers()
        catch.stay_on_top()

        assert handlers() == before

    def test_it_catches_on_after_they_are_gone(self, catch, theirs, ask):
        """They put back what they found, which was the catch."""
        catch.start()
        patch(theirs)
        catch.stay_on_top()
        theirs.undo()

        assert (ask(USERS), ask(OTHER)) == ("caught", "from the network")

    def test_stop_after_they_are_gone_leaves_nothing(self, catch, theirs):
        """First in, last out."""
        before = handlers()
        catch.start()
        patch(theirs)
        catch.stay_on_top()
        theirs.undo()
        catch.stop()

        assert handlers() == before

    def test_stop_before_they_are_gone_leaves_theirs(self, catch, theirs, ask):
        """First in, first out: they answer everything, Twilio included."""
        catch.start()
        patch(theirs)
        catch.stay_on_top()
        catch.stop()

        assert (ask(USERS), ask(OTHER)) == ("theirs", "theirs")

    def test_a_patch_that_they_put_back_is_inert(self, catch, theirs, ask):
        """After stop nothing is caught, even if they restore the catch they had found."""
        catch.start()
        patch(theirs)
        catch.stop()
        theirs.undo()

        assert (ask(USERS), ask(OTHER)) == ("from the network", "from the network")

    def test_a_patch_that_they_put_back_wakes_up(self, catch, theirs, ask):
        """The next test's start finds it."""
        catch.start()
        patch(theirs)
        catch.stop()
        theirs.undo()
        catch.start()

        assert (ask(USERS), ask(OTHER)) == ("caught", "from the network")

    def test_a_patch_that_they_put_back_is_removed_by_the_next_stop(self, catch, theirs):
        """Test after test, no layers pile up."""
        before = handlers()
        for _ in range(3):
            catch.start()
            patch(theirs)
            catch.stay_on_top()
            catch.stop()
            theirs.undo()
        catch.stop()

        assert handlers() == before

    def test_a_patch_that_wraps_stays(self, catch, theirs, ask):
        """A decorator made with functools.wraps looks like the catch, and is not."""
        catch.start()
        patch(theirs, wrapping=wraps)
        catch.stop()

        assert (ask(USERS), ask(OTHER)) == ("theirs", "theirs")

    def test_it_gets_on_top_of_a_patch_that_wraps(self, catch, theirs, ask):
        """A decorator made with functools.wraps looks like the catch, and is not."""
        catch.start()
        patch(theirs, wrapping=wraps)
        catch.stay_on_top()

        assert (ask(USERS), ask(OTHER)) == ("caught", "theirs")

    def test_the_last_of_two_catches_answers(self, catching, ask):
        """A run within a run has its own."""
        outer, inner = catching("outer"), catching("inner")
        outer.start()
        inner.start()

        assert ask(USERS) == "inner"

    @pytest.mark.parametrize(("stopped", "left"), [(0, "inner"), (1, "outer")])
    def test_two_catches_stop_in_any_order(self, catching, ask, stopped, left):
        """Whichever stops, the other answers on."""
        catches = [catching("outer"), catching("inner")]
        for catch in catches:
            catch.start()
        catches[stopped].stop()

        assert ask(USERS) == left


class TestApplication:
    """What the application and the author put around it."""

    def test_the_applications_own_transport_still_runs(self, catch, network):
        """Retries, authentication and logging are part of what is tested."""
        seen = []

        class Logging(httpx.BaseTransport):
            """Logs requests and passes them on."""

            beneath = httpx.HTTPTransport(verify=False)

            def handle_request(self, request):
                """Pass a request on."""
                seen.append(str(request.url))
                return self.beneath.handle_request(request)

        catch.start()
        response = httpx.Client(transport=Logging()).get(USERS)

        assert (response.text, seen) == ("caught", [USERS])

    def test_the_applications_own_fake_is_left_alone(self, catch):
        """A client that never reaches for the network is not caught."""
        catch.start()
        fake = httpx.MockTransport(lambda request: httpx.Response(200, text="fake"))

        assert httpx.Client(transport=fake).get(USERS).text == "fake"

    def test_a_request_that_no_operation_answers_fails(self, catch, ask):
        """It goes neither to the network nor to an empty 200."""
        catch.start()

        with pytest.raises(UnansweredRequest):
            ask("https://conversations.twilio.com/v1/Conversations")

    def test_a_route_may_let_a_request_pass(self, catch, ask, routes):
        """`pass_through()` sends the one operation where it went before."""
        catch.start()
        routes["fetch_user"].pass_through()

        assert (ask(f"{USERS}/ada"), ask(USERS)) == ("from the network", "caught")

    def test_a_side_effect_that_is_no_answer_never_reaches_the_network(
        self, catch, flavour, network, routes
    ):
        """A mistake in a side effect must not send a test's request to Twilio."""
        catch.start()

        async def later(request):
            return {"status": 503}

        effect = later if flavour.is_async else lambda request: {"status": 503}
        routes["list_user"].mock(side_effect=effect)

        with pytest.raises((KitError, TypeError)):
            flavour.http(transport=flavour.network()).get(USERS)
        assert network == []
