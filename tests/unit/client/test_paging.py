"""client/reading.py: how far pages are followed."""

from operator import methodcaller

import httpx
import pytest
from unit.client.answers import ACCOUNT, BOTH, NOT_FOUND, SERVICE, TOKEN, TWILIO, answering, page

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.client.reading import next_request
from pytest_twilio_users.contract.models import UserPage
from pytest_twilio_users.errors import ForeignPageLink, InvalidArgument
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.transports.httpx_messages import from_httpx_request, to_httpx_response

IDENTITIES = ["ada", "grace", "linus", "margaret", "barbara"]


class TestWalkingPages:
    """`iter_users` and `iter_service_users`."""

    @pytest.fixture
    def client(self, account, stub, client_of):
        """A client of a stub that has five users in both services."""
        for service_sid in (account.default_service_sid, SERVICE):
            for identity in IDENTITIES:
                add_user(account, service_sid, identity=identity)
        return client_of(
            lambda request: to_httpx_response(stub.handle(from_httpx_request(request)))
        )

    @BOTH
    @pytest.mark.parametrize(
        "walk",
        [
            methodcaller("iter_users", page_size=2),
            methodcaller("iter_service_users", SERVICE, page_size=2),
        ],
    )
    def test_all_pages_are_walked(self, client, walk):
        """Every user once, in Twilio's order."""
        assert [user.identity for user in walk(client)] == IDENTITIES

    def test_nothing_is_sent_before_the_first_user_is_wanted(self, client, sent):
        """Making an iterator costs nothing."""
        client.iter_users()

        assert sent == []

    def test_a_page_is_asked_for_when_it_is_needed(self, client, sent):
        """The third user is on the second page."""
        users = client.iter_users(page_size=2)
        counts = []
        for _ in range(3):
            next(users)
            counts.append(len(sent))

        assert counts == [1, 1, 2]

    @pytest.mark.parametrize(
        ("limit", "users", "requests"),
        [(0, 0, 0), (1, 1, 1), (2, 2, 1), (3, 3, 2), (4, 4, 2), (5, 5, 3), (9, 5, 3), (None, 5, 3)],
    )
    def test_a_limit_bounds_users_and_requests(self, client, sent, limit, users, requests):
        """No page is asked for that no user of is wanted."""
        walked = list(client.iter_users(limit=limit, page_size=2))

        assert (len(walked), len(sent)) == (users, requests)

    @pytest.mark.parametrize(
        "walk",
        [
            methodcaller("iter_users", limit=3, page_size=2),
            methodcaller("iter_service_users", SERVICE, limit=3, page_size=2),
        ],
    )
    def test_the_page_size_is_the_authors(self, client, sent, walk):
        """A limit does not change it: Twilio's maximum is Twilio's to apply."""
        list(walk(client))

        assert [request.url.params["PageSize"] for request in sent] == ["2", "2"]

    @pytest.mark.parametrize("limit", [-1, 2.0, True, "2"])
    def test_a_limit_that_is_none_is_an_error(self, client, sent, limit):
        """It says what is allowed, where the walk begins and not where it is first used."""
        with pytest.raises(InvalidArgument) as error:
            client.iter_users(limit=limit)

        assert sent == []
        assert str(error.value) == (
            f"limit={limit!r} ({type(limit).__name__}): allowed: whole numbers from 0, or None for"
            " all."
        )

    def test_the_next_page_is_asked_for_as_it_was_linked(self, client_of, sent):
        """Tokens are opaque, links are followed to the letter."""
        link = f"{TWILIO}/v1/Users?PageSize=50&Page=1&PageToken=PT%2B1&x=%7E"
        pages = iter([page(link), page()])
        client = client_of(lambda request: httpx.Response(200, json=next(pages)))

        list(client.iter_users())

        assert str(sent[1].url) == link

    def test_pages_are_asked_for_alike(self, client, sent):
        """The first page and those that follow accept the same."""
        list(client.iter_users(page_size=3))

        assert sent[1].headers["accept"] == sent[0].headers["accept"]

    def test_a_link_that_is_no_text_is_not_followed(self, client_of, sent):
        """It breaks the contract, which is Twilio's mistake and told as such."""
        client = client_of(answering(200, json=page(["https://evil.example"])))

        with pytest.raises(TwilioApiError, match="at /meta/next_page_url: allowed: an absolute"):
            list(client.iter_users())
        assert len(sent) == 1

    def test_the_next_page_is_asked_for_with_the_credentials(self, client, sent):
        """It is the same server's."""
        list(client.iter_users(page_size=3))

        assert sent[1].headers["authorization"] == sent[0].headers["authorization"]

    def test_a_refused_page_is_raised(self, client_of):
        """After the users of the pages before."""
        answers = iter(
            [
                httpx.Response(200, json=page(f"{TWILIO}/v1/Users?Page=1&PageToken=PT1")),
                httpx.Response(404, json=NOT_FOUND),
            ]
        )
        users = client_of(lambda request: next(answers)).iter_users()

        assert next(users).identity == "ada"
        with pytest.raises(TwilioApiError) as error:
            next(users)
        assert str(error.value) == (
            "list_user: 404 20404 The requested resource /Users/ada was not found"
            " (https://www.twilio.com/docs/errors/20404)"
        )

    @BOTH
    @pytest.mark.parametrize(
        "link",
        [
            pytest.param("https://evil.example/v1/Users?Page=1", id="host"),
            pytest.param("https://conversations.twilio.com.evil.example/v1/Users", id="suffix"),
            pytest.param("https://conversations.twilio.com@evil.example/v1/Users", id="user name"),
            pytest.param("https://ada:x@conversations.twilio.com/v1/Users", id="other credentials"),
            pytest.param("http://conversations.twilio.com/v1/Users?Page=1", id="scheme"),
            pytest.param("https://conversations.twilio.com:8443/v1/Users?Page=1", id="port"),
            pytest.param("https://conversations.twilio.com//evil.example/v1/Users", id="slashes"),
            pytest.param("https://[nonsense", id="no URL"),
        ],
    )
    def test_a_link_to_another_origin_is_not_followed(self, client_of, sent, link):
        """It would take the credentials there."""
        users = client_of(answering(200, json=page(link))).iter_users()
        next(users)

        with pytest.raises(ForeignPageLink) as error:
            next(users)

        assert len(sent) == 1
        assert str(error.value) == (
            f"list_user: the answer links the next page at {link}, but this client talks to"
            f" {TWILIO}. The client did not follow the link, as that would send the credentials"
            " there. If that host is yours, give it as base_url."
        )

    def test_a_foreign_link_that_is_not_needed_does_no_harm(self, client_of):
        """Whoever has enough users does not look at it."""
        client = client_of(answering(200, json=page("https://evil.example/")))

        assert [user.identity for user in client.iter_users(limit=1)] == ["ada"]

    @pytest.mark.parametrize(
        ("base_url", "link"),
        [
            (None, "https://conversations.twilio.com:443/v1/Users?Page=1"),
            (None, "https://CONVERSATIONS.twilio.com/v1/Users?Page=1"),
            ("http://localhost:8080", "http://localhost:8080/v1/Users?Page=1"),
            ("http://localhost:8080/twilio", "http://localhost:8080/twilio/v1/Users?Page=1"),
        ],
    )
    def test_a_link_to_the_same_origin_is_followed(self, client_of, sent, base_url, link):
        """However it is spelt; a server of one's own is an origin like any other."""
        pages = iter([page(link), page()])
        client = client_of(
            lambda request: httpx.Response(200, json=next(pages)),
            account_sid=ACCOUNT,
            auth_token=TOKEN,
            base_url=base_url,
        )

        list(client.iter_users())

        assert sent[1].url == httpx.URL(link)


def test_a_link_that_is_no_text_is_not_followed():
    """JSON can escape half a surrogate pair."""
    listed = UserPage.from_dict(page(f"{TWILIO}/v1/\ud800"))
    with pytest.raises(ForeignPageLink) as error:
        next_request("list_user", listed, origin=TWILIO)
    assert str(error.value).startswith(
        f"list_user: the answer links the next page at {TWILIO}/v1/\\ud800, but this client talks"
    )
