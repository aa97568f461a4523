"""transports/httpx_catch.py: whose requests are caught, and when."""

import pytest

from pytest_twilio_users.errors import KitError, UnansweredRequest

USERS = "https://conversations.twilio.com/v1/Users"
OTHER = "https://api.example.com/"


@pytest.fixture
def theirs(library):
    """Has somebody else's patch answer all requests; `undo()` puts back what it found."""
    with pytest.MonkeyPatch.context() as patches:

        def handle_request(transport, request):
            return library.Response(200, text="theirs")

        async def handle_async_request(transport, request):
            return handle_request(transport, request)

        def theirs():
            patches.setattr(library.HTTPTransport, "handle_request", handle_request)
            patches.setattr(
                library.AsyncHTTPTransport, "handle_async_request", handle_async_request
            )
            return patches

        yield theirs


class TestWhen:
    """A catch works between start and stop."""

    def test_nothing_is_caught_before_start(self, catch, http):
        """Making a catch changes nothing."""
        assert http.get(USERS).text == "from the network"

    def test_requests_are_caught_after_start(self, caught, http, network):
        """Also those of a client that was opened before."""
        assert (http.get(USERS).text, network) == ("caught", [])

    def test_nothing_is_caught_after_stop(self, caught, http):
        """The network is back."""
        caught.stop()

        assert http.get(USERS).text == "from the network"

    def test_it_can_start_again(self, caught, http):
        """One catch serves test after test."""
        caught.stop()
        caught.start()

        assert http.get(USERS).text == "caught"

    def test_stop_puts_back_the_very_functions(self, library, catch):
        """Who compares the library before and after finds no difference."""
        kinds = (library.HTTPTransport, library.AsyncHTTPTransport)
        before = [dict(vars(kind)) for kind in kinds]
        catch.start()
        catch.stop()

        assert [dict(vars(kind)) for kind in kinds] == before


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
    def test_twilios_hosts_are_caught(self, caught, http, network, origin):
        """With edge and region, whatever the port, the scheme and the case."""
        assert (http.get(f"{origin}/v1/Users").text, network) == ("caught", [])

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
    def test_other_hosts_are_left_alone(self, caught, http, network, host):
        """Look-alikes included: their requests go where they went before."""
        assert http.get(f"https://{host}/v1/Users").text == "from the network"
        assert network == [f"https://{host}/v1/Users"]

    def test_a_proxy_opens_no_way_around(self, library, caught, open_client, network):
        """What is sent through it is caught before."""
        http = open_client(proxy=library.Proxy("http://127.0.0.1:1"))

        assert (http.get(USERS).text, network) == ("caught", [])


class TestLayers:
    """Other patches of the same functions; more in test_patching.py and test_httpcore_catch.py."""

    @pytest.mark.parametrize("order", ["before", "after"])
    def test_what_others_set_there_answers(self, catch, theirs, http, order):
        """Whichever patch came first: what stands above may wrap, or answer."""
        if order == "before":
            theirs()
            catch.start()
        else:
            catch.start()
            theirs()

        assert (http.get(USERS).text, http.get(OTHER).text) == ("theirs", "theirs")

    def test_it_answers_on_after_they_are_gone(self, caught, theirs, http):
        """They put back what they found, which was the catch."""
        theirs().undo()

        assert http.get(USERS).text == "caught"

    def test_a_patch_that_they_put_back_is_inert(self, caught, theirs, http):
        """After stop nothing is caught, even if they restore the catch they had found."""
        patches = theirs()
        caught.stop()
        patches.undo()

        assert http.get(USERS).text == "from the network"


class TestRequests:
    """What the backend is asked."""

    def test_a_request_arrives_to_the_letter(self, caught, http, journal):
        """Method, path, form and credentials."""
        http.post(f"{USERS}?a=%2E", data={"Identity": "ä b"}, auth=("AC1", "token"))

        asked = journal.last.request
        assert (asked.method, asked.target) == ("POST", "/v1/Users?a=%2E")
        assert asked.header("content-type") == "application/x-www-form-urlencoded"
        assert asked.body == b"Identity=%C3%A4+b"
        assert asked.authorization == "Basic QUMxOnRva2Vu"

    def test_a_body_may_be_streamed(self, caught, http, flavour, journal):
        """A generator is read to its end."""
        parts = [b"Identity", b"=", b"ada"]

        async def later():
            for part in parts:
                yield part

        form = {"content-type": "application/x-www-form-urlencoded"}
        content = later() if flavour.is_async else iter(parts)
        http.post(USERS, content=content, headers=form)

        assert journal.last.request.body == b"Identity=ada"

    def test_a_request_that_no_operation_answers_fails(self, caught, http, network):
        """It goes neither to the network nor to an empty 200."""
        with pytest.raises(UnansweredRequest):
            http.get("https://conversations.twilio.com/v1/Conversations")
        assert network == []


class TestResponses:
    """What the application gets."""

    def test_it_is_the_librarys(self, library, caught, http):
        """With the request that was sent."""
        answer = http.get(USERS)

        assert isinstance(answer, library.Response)
        assert isinstance(answer.request, library.Request)

    def test_it_is_the_backends(self, caught, http):
        """Status, headers and body; a header may come twice."""
        answer = http.get(USERS)

        assert (answer.status_code, answer.content) == (201, b"caught")
        assert answer.headers.multi_items() == [
            ("content-type", "text/plain"),
            ("x-a", "1"),
            ("x-a", "2"),
        ]

    def test_it_may_be_streamed(self, library, caught, flavour):
        """The body is still to be read, as from the network."""
        if flavour.is_async:
            http = library.AsyncClient(transport=library.AsyncHTTPTransport(verify=False))

            async def read():
                async with http.stream("GET", USERS) as answer:
                    return [part async for part in answer.aiter_bytes(3)]

            parts = flavour._runner.run(read())  # white-box: its event loop
        else:
            http = library.Client(transport=library.HTTPTransport(verify=False))
            with http.stream("GET", USERS) as answer:
                parts = [*answer.iter_bytes(3)]

        assert parts == [b"cau", b"ght"]

    def test_it_does_not_matter_whether_somebody_looked_at_routes(self, catch, transport_to, http):
        """Without a router the backend is asked as it is."""
        observed = catch._transport.backend  # white-box: the same backend
        unrouted = type(catch)(transport_to(observed))
        unrouted.start()
        text = http.get(USERS).text
        unrouted.stop()

        assert text == "caught"


class TestApplication:
    """What the application and the author put around it."""

    def test_the_applications_own_transport_still_runs(self, library, caught):
        """Retries, authentication and logging are part of what is tested."""
        seen = []

        class Logging(library.BaseTransport):
            """Logs requests and passes them on."""

            beneath = library.HTTPTransport(verify=False)

            def handle_request(self, request):
                """Pass a request on."""
                seen.append(str(request.url))
                return self.beneath.handle_request(request)

        response = library.Client(transport=Logging()).get(USERS)

        assert (response.text, seen) == ("caught", [USERS])

    def test_the_applications_own_fake_is_left_alone(self, library, caught):
        """A client that never reaches for the network is not caught."""
        fake = library.MockTransport(lambda request: library.Response(200, text="fake"))

        assert library.Client(transport=fake).get(USERS).text == "fake"

    def test_a_route_may_let_a_request_pass(self, caught, http, routes, network):
        """`pass_through()` sends the one operation where it went before, as it was."""
        routes["fetch_user"].pass_through()
        answer = http.get(f"{USERS}/ada")

        assert (answer.text, http.get(USERS).text) == ("from the network", "caught")
        assert network == [f"{USERS}/ada"]

    def test_a_side_effect_that_is_no_answer_never_reaches_the_network(
        self, caught, http, network, override
    ):
        """A mistake in a side effect must not send a test's request to Twilio."""
        override(lambda request: {"status": 503})

        with pytest.raises((KitError, TypeError)):
            http.get(USERS)
        assert network == []
