"""client/clients.py: whom a client asks as whom, and by which connections."""

import base64
import traceback
from contextlib import contextmanager
from inspect import signature

import httpx
import pytest
from unit.client.answers import ACCOUNT, BOTH, KEY, TOKEN, TWILIO, USER, answering, twilio

from pytest_twilio_users.client import AsyncUsersClient, TwilioApiError, UsersClient
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.wire.messages import Secret

TWILIOS_NAMES = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}


class TestCredentials:
    """Where account SID and token come from."""

    @pytest.mark.parametrize(
        ("given", "credentials"),
        [
            pytest.param(
                {"account_sid": ACCOUNT, "auth_token": TOKEN}, f"{ACCOUNT}:{TOKEN}", id="arguments"
            ),
            pytest.param({"environ": TWILIOS_NAMES}, f"{ACCOUNT}:{TOKEN}", id="environment"),
            pytest.param(
                {"auth_token": "other", "environ": TWILIOS_NAMES}, f"{ACCOUNT}:other", id="both"
            ),
            pytest.param({"api_key_sid": KEY, "api_key_secret": "hush"}, f"{KEY}:hush", id="a key"),
            pytest.param(
                {"api_key_sid": KEY, "api_key_secret": "hush", "environ": TWILIOS_NAMES},
                f"{KEY}:hush",
                id="a key before the environment",
            ),
            pytest.param(
                {"account_sid": ACCOUNT, "api_key_sid": KEY, "api_key_secret": "hush"},
                f"{KEY}:hush",
                id="a key of the account",
            ),
        ],
    )
    def test_credentials_are_found(self, client_of, sent, given, credentials):
        """Arguments before the environment, a key before the account."""
        client_of(twilio, **given).fetch_user("ada")

        encoded = sent[0].headers["authorization"].removeprefix("Basic ")
        assert base64.b64decode(encoded).decode() == credentials

    @pytest.mark.parametrize(
        ("given", "found"),
        [
            pytest.param({}, ("not set", "not set"), id="nothing"),
            pytest.param({"account_sid": ACCOUNT}, ("set", "not set"), id="no token"),
            pytest.param({"auth_token": TOKEN}, ("not set", "set"), id="no account"),
            pytest.param(
                {"api_key_sid": KEY, "auth_token": TOKEN}, ("set", "not set"), id="no secret"
            ),
            pytest.param(
                {"environ": {"TWILIO_ACCOUNT_SID": "", "TWILIO_AUTH_TOKEN": TOKEN}},
                ("not set", "set"),
                id="empty in the environment",
            ),
        ],
    )
    def test_missing_credentials_are_told(self, flavour, given, found):
        """What is set and what is not, and never its value."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(**{"environ": {}} | given)

        assert str(error.value) == (
            f"No credentials: the account or key SID is {found[0]}, its token or secret"
            f" is {found[1]}. Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN in the environment, or"
            " give account_sid and auth_token, or api_key_sid and api_key_secret."
        )

    def test_the_environment_is_the_processs(self, flavour, monkeypatch):
        """Unless another one is given; it is read when the client is made."""
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)

        assert flavour.users().username == ACCOUNT

    @pytest.mark.parametrize("client", [UsersClient, AsyncUsersClient])
    def test_help_shows_nothing_of_the_environment(self, client):
        """Defaults stand in a signature, as `help()` and what makes documents write it."""
        assert signature(client).parameters["environ"].default is None

    def test_a_secret_without_its_key_is_an_error(self, flavour):
        """It would be dropped, and the account's own token used."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, TOKEN, api_key_secret="secret", environ={})

        assert str(error.value) == "api_key_secret belongs to an api_key_sid: give both."

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"account_sid": [1], "auth_token": TOKEN}, "account_sid=[1] (list)"),
            ({"account_sid": ACCOUNT, "auth_token": [TOKEN]}, "auth_token (list)"),
            ({"api_key_sid": 1.5, "api_key_secret": TOKEN}, "api_key_sid=1.5 (float)"),
            ({"api_key_sid": KEY, "api_key_secret": {TOKEN}}, "api_key_secret (set)"),
            (
                {"environ": {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": [TOKEN]}},
                "TWILIO_AUTH_TOKEN (list)",
            ),
        ],
    )
    def test_credentials_are_text(self, flavour, given, told):
        """Else they are refused where they are given, and a secret is not shown."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(**{"environ": {}} | given)

        assert str(error.value) == f"{told}: allowed: text, an int or a UUID."

    @pytest.mark.parametrize("name", ["account_sid", "auth_token", "api_key_sid", "api_key_secret"])
    def test_an_empty_credential_is_refused(self, flavour, name):
        """The environment's may be another account's."""
        given = {"account_sid": ACCOUNT, "auth_token": TOKEN, "api_key_sid": KEY, name: ""}
        with pytest.raises(InvalidArgument) as error:
            flavour.users(**given, environ=TWILIOS_NAMES)

        assert str(error.value) == f"{name} is empty; is a variable unset?"

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"account_sid": "AC:1"}, "account_sid='AC:1'"),
            ({"api_key_sid": "SK1:", "api_key_secret": "hush"}, "api_key_sid='SK1:'"),
            ({"environ": {"TWILIO_ACCOUNT_SID": ":"}}, "TWILIO_ACCOUNT_SID=':'"),
        ],
    )
    def test_a_user_name_has_no_colon(self, flavour, given, told):
        """The server would read another one, and another password."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(**{"auth_token": TOKEN, "environ": {}} | given)

        assert str(error.value) == (
            f"{told} (str): allowed: text without ':', where HTTP Basic ends it."
        )

    def test_credentials_that_no_header_holds_are_refused(self, flavour):
        """The token is not shown."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, f"{TOKEN}\ud800", environ={})

        assert str(error.value) == (
            f"auth_token can't be sent: character {len(TOKEN)} is half of a surrogate pair, which"
            " UTF-8 does not encode."
        )

    def test_an_environment_is_a_mapping(self, flavour):
        """What it holds is not shown."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(environ=[("TWILIO_AUTH_TOKEN", TOKEN)])

        assert str(error.value) == "environ (list): allowed: a mapping of names."


class TestAddress:
    """Which host is asked."""

    @pytest.mark.parametrize(
        ("given", "origin"),
        [
            pytest.param({}, TWILIO, id="nothing"),
            pytest.param({"region": "ie1"}, "https://conversations.ie1.twilio.com", id="region"),
            pytest.param(
                {"edge": "dublin"}, "https://conversations.dublin.us1.twilio.com", id="edge"
            ),
            pytest.param(
                {"edge": "dublin", "region": "ie1"},
                "https://conversations.dublin.ie1.twilio.com",
                id="both",
            ),
            pytest.param(
                {"environ": {"TWILIO_EDGE": "dublin", "TWILIO_REGION": "ie1"}},
                "https://conversations.dublin.ie1.twilio.com",
                id="environment",
            ),
            pytest.param(
                {"region": "au1", "environ": {"TWILIO_EDGE": "sydney", "TWILIO_REGION": "ie1"}},
                "https://conversations.sydney.au1.twilio.com",
                id="argument before environment",
            ),
            pytest.param(
                {"base_url": "http://localhost:8080/", "region": "ie1"},
                "http://localhost:8080",
                id="a server of one's own",
            ),
            pytest.param(
                {"base_url": "https://proxy.example.com/twilio"},
                "https://proxy.example.com/twilio",
                id="below a path",
            ),
        ],
    )
    def test_the_address_follows_region_and_edge(self, client_of, sent, given, origin):
        """As in Twilio's SDKs; `base_url` goes before both."""
        client_of(
            answering(200, json=USER), account_sid=ACCOUNT, auth_token=TOKEN, **given
        ).fetch_user("ada")

        assert str(sent[0].url) == f"{origin}/v1/Users/ada"

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            ({"region": "evil.example/"}, "region='evil.example/' (str)"),
            ({"edge": "evil.example?"}, "edge='evil.example?' (str)"),
            (
                {"environ": {"TWILIO_REGION": "evil.example#"}},
                "TWILIO_REGION='evil.example#' (str)",
            ),
            ({"environ": {"TWILIO_EDGE": "a.b"}}, "TWILIO_EDGE='a.b' (str)"),
        ],
    )
    def test_no_name_leads_to_another_host(self, flavour, given, told):
        """The credentials would go there."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, TOKEN, **{"environ": {}} | given)

        assert str(error.value) == f"{told}: allowed: letters, digits and hyphens, such as ie1."

    @pytest.mark.parametrize("base_url", ["", "localhost:8080", 5])
    def test_a_base_url_that_is_none_is_refused(self, flavour, base_url):
        """An empty one would ask Twilio itself."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, TOKEN, base_url=base_url, environ={})

        assert str(error.value) == (
            f"base_url={base_url!r} ({type(base_url).__name__}): allowed: scheme and host, such as"
            " https://conversations.twilio.com."
        )


class TestSecrets:
    """Whatever a failing test prints, no secret is in it."""

    @pytest.fixture(
        params=[
            {"account_sid": ACCOUNT, "auth_token": TOKEN},
            {"api_key_sid": KEY, "api_key_secret": TOKEN},
        ],
        ids=["token", "key"],
    )
    def credentials(self, request):
        """An account with its token, a key with its secret."""
        return request.param

    @pytest.mark.parametrize("show", [repr, str, lambda client: repr(vars(client))])
    def test_a_client_shows_no_secret(self, flavour, credentials, show):
        """Not even the values of its attributes."""
        assert TOKEN not in show(flavour.users(**credentials, environ={}))

    def test_a_client_shows_whom_it_asks_for_whom(self, client):
        """Enough to tell clients apart."""
        kind = type(getattr(client, "client", client)).__name__

        assert repr(getattr(client, "client", client)) == f"<{kind} {ACCOUNT} at {TWILIO}>"

    @pytest.mark.parametrize(
        "show",
        [
            repr,
            str,
            lambda error: repr(error.args),
            lambda error: repr(error.request) + repr(error.request.headers),
            lambda error: repr(error.response) + repr(error.response.headers),
            lambda error: "".join(traceback.format_exception(error)),
        ],
        ids=["repr", "str", "args", "request", "response", "traceback"],
    )
    def test_a_refusal_shows_no_secret(self, client_of, credentials, show):
        """Neither as text nor as the header that carries it."""
        client = client_of(answering(401, text="no"), **credentials)
        with pytest.raises(TwilioApiError) as error:
            client.fetch_user("ada")

        header = error.value.request.headers["authorization"].removeprefix("Basic ")
        shown = show(error.value)
        assert TOKEN not in shown
        assert header not in shown

    def test_no_variable_of_the_kit_shows_a_secret(self, flavour):
        """Where a report shows the variables of a traceback."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, Secret(TOKEN), region="evil.example/", environ={})

        told = traceback.TracebackException.from_exception(error.value, capture_locals=True)
        assert all(TOKEN not in repr(frame.locals) for frame in told.stack[1:])

    def test_missing_credentials_show_no_secret(self, flavour):
        """What is set is told to be set, no more."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(auth_token=TOKEN, environ={})

        assert TOKEN not in "".join(traceback.format_exception(error.value))


class TestConnections:
    """Whose connections are closed when, and what they do besides."""

    @BOTH
    @pytest.mark.parametrize("lend", ["the other kind", "its class", "a transport", "a number"])
    def test_what_can_not_send_is_refused_when_it_is_lent(self, flavour, library, lend):
        """Before the first request, in the middle of an application."""
        kind, other = library.Client, library.AsyncClient
        if flavour.is_async:
            kind, other = other, kind
        transport = library.MockTransport(twilio)
        lent = {
            "the other kind": other(transport=transport),
            "its class": kind,
            "a transport": transport,
            "a number": 5,
        }[lend]
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, TOKEN, http_client=lent, environ={})

        assert str(error.value) == (
            f"http_client ({type(lent).__name__}): allowed: for UsersClient a Client of httpx or"
            " httpx2, for AsyncUsersClient an AsyncClient."
        )

    @BOTH
    def test_a_lent_client_stays_open(self, flavour, lent):
        """It is the caller's to close."""
        http = lent(twilio)
        with block_of(flavour.users(ACCOUNT, TOKEN, http_client=http, environ={})) as client:
            client.fetch_user("ada")

        assert http.is_closed is False

    @pytest.mark.usefixtures("network")
    def test_an_own_client_is_closed(self, flavour, monkeypatch):
        """Leaving the context gives back the connections."""
        opened = remember(monkeypatch, httpx.AsyncClient if flavour.is_async else httpx.Client)
        with block_of(flavour.users(ACCOUNT, TOKEN, environ={})) as client:
            client.delete_user("ada")
            client.delete_user("ada")
            during = [http.is_closed for http in opened]

        assert (during, [http.is_closed for http in opened]) == ([False], [True])

    def test_a_client_that_sent_nothing_opens_nothing(self, flavour, monkeypatch):
        """Making one and closing it, even twice, costs no connection."""
        opened = remember(monkeypatch, httpx.AsyncClient if flavour.is_async else httpx.Client)
        client = flavour.users(ACCOUNT, TOKEN, environ={})
        for _ in range(2):
            client.aclose() if flavour.is_async else client.close()

        assert opened == []

    def test_cookies_are_not_kept(self, flavour, network):
        """These operations need none, and looking for them costs time."""
        client = flavour.users(ACCOUNT, TOKEN, environ={})
        for _ in range(2):
            client.delete_user("ada")

        assert ["cookie" in request.headers for request in network] == [False, False]

    @BOTH
    def test_a_lent_client_keeps_its_cookies(self, client_of, sent):
        """It is the caller's, and does what it does for others."""
        client = client_of(answering(204, headers={"set-cookie": "a=1"}))
        for _ in range(2):
            client.delete_user("ada")

        assert [request.headers.get("cookie") for request in sent] == [None, "a=1"]

    def test_the_credentials_go_before_those_of_a_lent_client(self, flavour, lent, sent):
        """Whoever gave both meant the kit's client."""
        http = lent(twilio, auth=("somebody", "else"))
        flavour.users(ACCOUNT, TOKEN, http_client=http, environ={}).fetch_user("ada")

        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert sent[0].headers["authorization"] == f"Basic {basic}"

    @BOTH
    def test_errors_of_the_connection_are_the_librarys(self, library, client_of):
        """They reach the caller as they are."""

        def refuse(request):
            raise library.ConnectError("no", request=request)

        with pytest.raises(library.ConnectError, match=r"^no$"):
            client_of(refuse).list_user()

    @BOTH
    def test_no_repr_on_the_way_shows_the_token(self, flavour, library, client_of, monkeypatch):
        """Test runners print the local variables of a failure."""
        seen = []
        kind = library.AsyncClient if flavour.is_async else library.Client
        send = kind.send

        def spy(client, request, **options):
            seen.append(repr(options))
            return send(client, request, **options)

        monkeypatch.setattr(kind, "send", spy)
        client_of(twilio).delete_user("ada")

        assert len(seen) == 1
        assert TOKEN not in seen[0]


@contextmanager
def block_of(client):
    """A `with` block of a client, or an `async with` block."""
    if hasattr(client, "__enter__"):
        with client as entered:
            yield entered
    else:
        entered = client.__aenter__()
        assert entered is client.client
        yield client
        client.__aexit__(None, None, None)


def remember(monkeypatch, kind):
    """The clients of a kind that are opened from now on."""
    opened = []
    set_up = kind.__init__

    def noting(self, *arguments, **named):
        set_up(self, *arguments, **named)
        opened.append(self)

    monkeypatch.setattr(kind, "__init__", noting)
    return opened
