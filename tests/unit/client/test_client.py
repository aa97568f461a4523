"""client/: the ten operations, sync and async, on httpx and on httpx2."""

import base64
import copy
import pickle
import traceback
from contextlib import contextmanager
from operator import methodcaller
from urllib.parse import parse_qsl

import httpx
import pytest

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import ForeignPageLink, InvalidArgument
from pytest_twilio_users.state.behaviour import add_user
from pytest_twilio_users.transports.httpx_messages import from_httpx_request, to_httpx_response
from pytest_twilio_users.wire.codec import decode

ACCOUNT = "AC" + "a" * 32
KEY = "SK" + "b" * 32
SERVICE = "IS" + "e" * 32
ROLE = "RL" + "b" * 32
TOKEN = "correct-horse-battery-staple"
TWILIO = "https://conversations.twilio.com"

USER = {
    "sid": "US" + "1" * 32,
    "account_sid": ACCOUNT,
    "chat_service_sid": SERVICE,
    "role_sid": ROLE,
    "identity": "ada",
    "friendly_name": None,
    "attributes": "{}",
    "is_online": None,
    "is_notifiable": None,
    "date_created": "2026-03-04T12:00:00Z",
    "date_updated": "2026-03-04T12:00:00Z",
    "url": f"{TWILIO}/v1/Users/US{'1' * 32}",
    "links": {"user_conversations": f"{TWILIO}/v1/Users/US{'1' * 32}/Conversations"},
}


def page(next_page_url=None):
    """A page of one user."""
    first = f"{TWILIO}/v1/Users?PageSize=50&Page=0"
    return {
        "meta": {
            "page": 0,
            "page_size": 50,
            "first_page_url": first,
            "previous_page_url": None,
            "url": first,
            "next_page_url": next_page_url,
            "key": "users",
        },
        "users": [USER],
    }


def twilio(request):
    """Answer a request with the success that its operation has."""
    operation = decode(from_httpx_request(request)).operation
    body = {"list": page(), "delete": None}.get(operation.action, USER)
    return httpx.Response(operation.status, json=body) if body else httpx.Response(204)


def answering(status, **parts):
    """A network that answers each request the same."""
    return lambda request: httpx.Response(status, **parts)


@pytest.fixture
def sent():
    """The requests that were sent."""
    return []


@pytest.fixture
def library(request):
    """What sends the requests; both libraries where the proof is for both."""
    return pytest.importorskip(getattr(request, "param", "httpx"))


BOTH = pytest.mark.parametrize("library", ["httpx", "httpx2"], indirect=True)


@pytest.fixture
def lent(flavour, library, sent):
    """Makes a client of the library whose network is a function, which answers as httpx has it."""

    def lent(answer, **named):
        def noting(request):
            sent.append(request)
            came = answer(request)
            headers = [(name, value) for name, value in came.headers.multi_items()]
            return library.Response(came.status_code, headers=headers, content=came.content)

        kind = library.AsyncClient if flavour.is_async else library.Client
        return kind(transport=library.MockTransport(noting), **named)

    return lent


@pytest.fixture
def client_of(flavour, lent):
    """Makes a client whose network is a function: `client_of(answer)`."""

    def client_of(answer, **named):
        credentials = named or {"account_sid": ACCOUNT, "auth_token": TOKEN}
        return flavour.users(http_client=lent(answer), **{"environ": {}} | credentials)

    return client_of


@pytest.fixture
def client(client_of):
    """A client whose requests all succeed."""
    return client_of(twilio)


def form(request):
    """The form of a request, or None if it has none."""
    if request.headers.get("content-type") != "application/x-www-form-urlencoded":
        return None
    return parse_qsl(request.content.decode(), keep_blank_values=True)


def in_short(request):
    """Method, URL, form and X-Twilio-Webhook-Enabled of a request."""
    hooks = request.headers.get("x-twilio-webhook-enabled")
    return request.method, str(request.url), form(request), hooks


def sends(operation, *arguments, request, form=None, webhook=None, **named):
    """One row: an operation with its arguments, and what it sends."""
    method, target = request.split()
    call = methodcaller(operation, *arguments, **named)
    return pytest.param(call, (method, TWILIO + target, form, webhook), id=operation)


INPUT = {"friendly_name": "Ada", "attributes": {"duty": "tech"}, "role_sid": ROLE}
INPUT_SENT = [("FriendlyName", "Ada"), ("Attributes", '{"duty": "tech"}'), ("RoleSid", ROLE)]
HOOKS = {"x_twilio_webhook_enabled": True}
PAGING = {"page_size": 20, "page": 3, "page_token": "PT+1"}
PAGING_SENT = "PageSize=20&Page=3&PageToken=PT%2B1"

WITH_EVERYTHING = [
    sends(
        "create_service_user",
        SERVICE,
        "ada",
        **INPUT,
        **HOOKS,
        request=f"POST /v1/Services/{SERVICE}/Users",
        form=[("Identity", "ada"), *INPUT_SENT],
        webhook="true",
    ),
    sends(
        "create_user",
        "ada",
        **INPUT,
        **HOOKS,
        request="POST /v1/Users",
        form=[("Identity", "ada"), *INPUT_SENT],
        webhook="true",
    ),
    sends(
        "delete_service_user",
        SERVICE,
        "ada",
        **HOOKS,
        request=f"DELETE /v1/Services/{SERVICE}/Users/ada",
        webhook="true",
    ),
    sends("delete_user", "ada", **HOOKS, request="DELETE /v1/Users/ada", webhook="true"),
    sends("fetch_service_user", SERVICE, "ada", request=f"GET /v1/Services/{SERVICE}/Users/ada"),
    sends("fetch_user", "ada", request="GET /v1/Users/ada"),
    sends(
        "list_service_user",
        SERVICE,
        **PAGING,
        request=f"GET /v1/Services/{SERVICE}/Users?{PAGING_SENT}",
    ),
    sends("list_user", **PAGING, request=f"GET /v1/Users?{PAGING_SENT}"),
    sends(
        "update_service_user",
        SERVICE,
        "ada",
        **INPUT,
        **HOOKS,
        request=f"POST /v1/Services/{SERVICE}/Users/ada",
        form=INPUT_SENT,
        webhook="true",
    ),
    sends(
        "update_user",
        "ada",
        **INPUT,
        **HOOKS,
        request="POST /v1/Users/ada",
        form=INPUT_SENT,
        webhook="true",
    ),
]
WITH_THE_LEAST = [
    sends(
        "create_service_user",
        SERVICE,
        "ada",
        request=f"POST /v1/Services/{SERVICE}/Users",
        form=[("Identity", "ada")],
    ),
    sends("create_user", "ada", request="POST /v1/Users", form=[("Identity", "ada")]),
    sends(
        "delete_service_user", SERVICE, "ada", request=f"DELETE /v1/Services/{SERVICE}/Users/ada"
    ),
    sends("delete_user", "ada", request="DELETE /v1/Users/ada"),
    sends("list_service_user", SERVICE, request=f"GET /v1/Services/{SERVICE}/Users"),
    sends("list_user", request="GET /v1/Users"),
    sends(
        "update_service_user",
        SERVICE,
        "ada",
        request=f"POST /v1/Services/{SERVICE}/Users/ada",
        form=[],
    ),
    sends("update_user", "ada", request="POST /v1/Users/ada", form=[]),
]


class TestRequests:
    """What each operation sends."""

    @pytest.mark.parametrize(("call", "request_sent"), WITH_EVERYTHING)
    def test_an_operation_sends_all_that_it_is_given(self, client, sent, call, request_sent):
        """Method, path and query, form, webhook header: each argument has its place."""
        call(client)

        assert [in_short(request) for request in sent] == [request_sent]

    @pytest.mark.parametrize(("call", "request_sent"), WITH_THE_LEAST)
    def test_an_operation_sends_no_more_than_it_is_given(self, client, sent, call, request_sent):
        """None is not sent: neither as an empty text nor as a header."""
        call(client)

        assert [in_short(request) for request in sent] == [request_sent]

    def test_no_operation_is_left_out(self):
        """Each of the ten is shown above."""
        assert [row.id for row in WITH_EVERYTHING] == list(OPERATIONS)

    @BOTH
    @pytest.mark.parametrize("call", [row.values[0] for row in WITH_EVERYTHING], ids=OPERATIONS)
    def test_every_request_carries_the_credentials(self, client, sent, call):
        """By HTTP Basic."""
        call(client)

        basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        assert [request.headers["authorization"] for request in sent] == [f"Basic {basic}"]

    def test_a_form_accepts_json(self, client, sent):
        """As Twilio's own clients say."""
        client.create_user("ada")

        assert sent[0].headers["accept"] == "application/json"

    @pytest.mark.parametrize(
        "call",
        [methodcaller("delete_user", "ada"), methodcaller("fetch_user", "ada")],
        ids=["delete", "fetch"],
    )
    def test_a_request_without_a_form_has_no_body(self, client, sent, call):
        """Nor anything that describes one."""
        call(client)

        assert (sent[0].content, sent[0].headers.get("content-type")) == (b"", None)

    @pytest.mark.parametrize(
        ("value", "header"), [(True, "true"), (False, "false"), ("true", "true"), ("no", "no")]
    )
    def test_the_webhook_header_is_a_word(self, client, sent, value, header):
        """A boolean is spelt as Twilio does; text goes to the letter, for Twilio to judge."""
        client.delete_user("ada", x_twilio_webhook_enabled=value)

        assert sent[0].headers["x-twilio-webhook-enabled"] == header

    @pytest.mark.parametrize(
        ("attributes", "text"),
        [
            pytest.param({}, "{}", id="empty"),
            pytest.param({"a": [1, None, True]}, '{"a": [1, null, true]}', id="nested"),
            pytest.param({"path": "a/b", "name": "Zoë"}, '{"path": "a/b", "name": "Zoë"}', id="é"),
            pytest.param('{ "duty":"tech" }', '{ "duty":"tech" }', id="text"),
            pytest.param("no JSON", "no JSON", id="for Twilio to judge"),
        ],
    )
    def test_attributes_are_json_text(self, client, sent, attributes, text):
        """A mapping is written without escapes that Twilio has refused; text goes as it is."""
        client.update_user("ada", attributes=attributes)

        assert form(sent[0]) == [("Attributes", text)]

    def test_a_form_is_encoded_as_utf_8(self, client, sent):
        """On the wire: spaces as plus, the rest by its bytes."""
        client.create_user("Zoë & Søn", friendly_name="a+b=c")

        assert sent[0].content == b"Identity=Zo%C3%AB+%26+S%C3%B8n&FriendlyName=a%2Bb%3Dc"

    def test_an_empty_text_is_sent(self, client, sent):
        """Empty is not None: it takes a friendly name away."""
        client.update_user("ada", friendly_name="")

        assert form(sent[0]) == [("FriendlyName", "")]


ODD_IDENTITIES = [
    ("a/b", "a%2Fb"),
    ("a?b", "a%3Fb"),
    ("alice?x", "alice%3Fx"),
    ("a#b", "a%23b"),
    ("a|b", "a%7Cb"),
    ("a%b", "a%25b"),
    ("a%2Fb", "a%252Fb"),
    (".", "%2E"),
    ("..", "%2E%2E"),
    ("...", "..."),
    ("../ada", "..%2Fada"),
    ("/", "%2F"),
    (" ", "%20"),
    ("a b", "a%20b"),
    ("a+b", "a%2Bb"),
    ("a\\b", "a%5Cb"),
    ("a\nb", "a%0Ab"),
    ("a\0b", "a%00b"),
    ("ada@example.com", "ada%40example.com"),
    ("!*'();:@&=+$,/?%#[]", "%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%2F%3F%25%23%5B%5D"),
    ("-._~", "-._~"),
    ("Zoë", "Zo%C3%AB"),
    ("\N{ROCKET}", "%F0%9F%9A%80"),
    ("http://example.com/", "http%3A%2F%2Fexample.com%2F"),
    ("Users", "Users"),
    ("None", "None"),
]


class TestIdentitiesInThePath:
    """Mistakes of other clients: an identity must not lead to another path."""

    @pytest.mark.parametrize(("identity", "segment"), ODD_IDENTITIES)
    def test_an_identity_is_one_segment(self, client, sent, identity, segment):
        """Whatever its characters, on the wire it is the path's last segment."""
        client.fetch_user(identity)

        assert sent[0].url.raw_path.decode() == f"/v1/Users/{segment}"

    @pytest.mark.parametrize("identity", [identity for identity, _ in ODD_IDENTITIES])
    def test_a_server_reads_the_same_identity(self, client, sent, identity):
        """Who splits the path and then decodes finds what was meant."""
        client.delete_user(identity)

        assert decode(from_httpx_request(sent[0])).user == identity

    @pytest.mark.parametrize(
        "call",
        [
            methodcaller(operation, *service, "a/b")
            for operation in ("delete{}user", "fetch{}user", "update{}user")
            for operation, service in (
                (operation.format("_service_"), (SERVICE,)),
                (operation.format("_"), ()),
            )
        ],
    )
    def test_each_operation_on_a_user_encodes_it(self, client, sent, call):
        """Fetch, update and delete, with or without a service."""
        call(client)

        assert sent[0].url.raw_path.endswith(b"/Users/a%2Fb")

    @pytest.mark.parametrize(
        ("call", "message"),
        [
            pytest.param(
                methodcaller("delete_user", ""),
                "sid='' is no user: an empty SID or identity would ask for the list of users"
                " instead.",
                id="empty",
            ),
            pytest.param(
                methodcaller("fetch_user", None),
                "sid=None is no user: an empty SID or identity would ask for the list of users"
                " instead.",
                id="None",
            ),
            pytest.param(
                methodcaller("fetch_user", "a\ud800"),
                "sid='a\\ud800' can't be sent: character 1 is half of a surrogate pair, which"
                " UTF-8 does not encode.",
                id="surrogate",
            ),
            pytest.param(
                methodcaller("list_service_user", "default"),
                "chat_service_sid='default' is not a Conversation Service SID: expected 'IS' and"
                " 32 hex digits.",
                id="malformed service",
            ),
            pytest.param(
                methodcaller("list_service_user", None),
                "chat_service_sid=None is not a Conversation Service SID: expected 'IS' and 32 hex"
                " digits.",
                id="no service",
            ),
            pytest.param(
                methodcaller("fetch_service_user", "US" + "1" * 32, SERVICE),
                f"chat_service_sid='US{'1' * 32}' is not a Conversation Service SID: expected 'IS'"
                " and 32 hex digits.\n'US' marks a User. Did you swap two arguments?",
                id="swapped",
            ),
            *(
                pytest.param(
                    methodcaller("delete_user", "ada", x_twilio_webhook_enabled=value),
                    f"x_twilio_webhook_enabled={value!r} can't be sent: a header has printable"
                    " ASCII, such as true or false.",
                    id=ascii(value),
                )
                for value in ("é", "true\r\nX-Other: 1")
            ),
        ],
    )
    def test_what_can_not_be_meant_is_not_sent(self, client, sent, call, message):
        """The author is told what is wrong before anything leaves."""
        with pytest.raises(InvalidArgument) as error:
            call(client)

        assert (str(error.value), sent) == (message, [])

    def test_attributes_that_json_can_not_hold_are_not_sent(self, client, sent):
        """Not-a-number is no JSON, whatever Python writes."""
        with pytest.raises(InvalidArgument):
            client.update_user("ada", attributes={"a": float("nan")})

        assert sent == []


class TestResults:
    """What each operation gives back."""

    @BOTH
    @pytest.mark.parametrize(
        ("call", "operation"),
        [pytest.param(row.values[0], OPERATIONS[row.id], id=row.id) for row in WITH_EVERYTHING],
    )
    def test_an_operation_gives_what_twilio_answered(self, client, call, operation):
        """A user, a page of users, or nothing after a delete."""
        expected = {"list": UserPage.from_dict(page()), "delete": None}

        assert call(client) == expected.get(operation.action, User.from_dict(USER))


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
            f" {found[1]}. Give account_sid and auth_token, or api_key_sid and api_key_secret,"
            " or set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
        )

    def test_the_environment_is_the_processs(self, flavour, monkeypatch):
        """Unless another one is given; it is read when the client is made."""
        monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
        monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)

        assert flavour.users().username == ACCOUNT

    def test_a_secret_without_its_key_is_an_error(self, flavour):
        """It would be dropped, and the account's own token used."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(ACCOUNT, TOKEN, api_key_secret="secret", environ={})

        assert str(error.value) == "api_key_secret belongs to an api_key_sid: give both."


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


NOT_FOUND = {
    "code": 20404,
    "message": "The requested resource /Users/ada was not found",
    "more_info": "https://www.twilio.com/docs/errors/20404",
    "status": 404,
}
PROBLEM = {
    "type": "https://www.twilio.com/docs/api/errors/20404",
    "title": "Resource not found",
    "status": 404,
    "code": 20404,
    "detail": "There is no user ada",
    "instance": "/v1/Users/ada",
}


def refused(case, answer, said, **known):
    """One row: an answer, what the error says, and what it knows besides its status."""
    return pytest.param(
        answer, said, {"code": None, "more_info": None, "details": {}} | known, id=case
    )


class TestErrors:
    """TwilioApiError, for each answer that is no success."""

    @pytest.mark.parametrize(
        ("answer", "said", "known"),
        [
            refused(
                "Twilio's",
                answering(404, json=NOT_FOUND),
                "404 20404 The requested resource /Users/ada was not found"
                " (https://www.twilio.com/docs/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/errors/20404",
            ),
            refused(
                "with details",
                answering(404, json=NOT_FOUND | {"details": {"a": 1}}),
                "404 20404 The requested resource /Users/ada was not found"
                " (https://www.twilio.com/docs/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/errors/20404",
                details={"details": {"a": 1}},
            ),
            refused(
                "problem details",
                answering(404, json=PROBLEM),
                "404 20404 There is no user ada (https://www.twilio.com/docs/api/errors/20404)",
                code=20404,
                more_info="https://www.twilio.com/docs/api/errors/20404",
                details={name: PROBLEM[name] for name in ("type", "title", "detail", "instance")},
            ),
            refused(
                "title alone",
                answering(503, json={"title": "Unavailable"}),
                "503 Unavailable",
                details={"title": "Unavailable"},
            ),
            refused(
                "HTML",
                answering(502, html="<html>\n  <h1>Bad Gateway</h1>\n</html>"),
                "502 <html> <h1>Bad Gateway</h1> </html>",
            ),
            refused("long text", answering(502, text="x" * 201), "502 " + "x" * 199 + "…"),
            refused("text that just fits", answering(502, text="x" * 200), "502 " + "x" * 200),
            refused("empty", answering(503), "503 Service Unavailable"),
            refused("JSON array", answering(500, json=["down"]), '500 ["down"]'),
            refused("no UTF-8", answering(500, content=b"\xff"), "500 \ufffd"),
            refused(
                "code that is no number",
                answering(400, json={"code": "E1", "message": "no"}),
                "400 no",
            ),
            refused(
                "redirect",
                answering(302, headers={"location": "https://example.com/"}),
                "302 Found",
            ),
        ],
    )
    def test_an_answer_that_is_no_success_is_raised(self, client_of, answer, said, known):
        """Twilio's refusals, problem details, and whatever a proxy in between may say."""
        with pytest.raises(TwilioApiError) as error:
            client_of(answer).fetch_user("ada")

        refusal = error.value
        assert str(refusal) == f"fetch_user: {said}"
        assert (refusal.operation, refusal.status) == ("fetch_user", int(said[:3]))
        assert {name: getattr(refusal, name) for name in known} == known

    @pytest.mark.parametrize("call", [row.values[0] for row in WITH_EVERYTHING], ids=OPERATIONS)
    def test_every_operation_raises_it(self, client_of, call):
        """A delete and a list tell code and status as well as the rest."""
        client = client_of(answering(404, json=NOT_FOUND))

        with pytest.raises(TwilioApiError) as error:
            call(client)

        assert (error.value.status, error.value.code) == (404, 20404)

    @BOTH
    def test_it_holds_request_and_response(self, library, client_of, sent):
        """The very request that was sent, and the library's response."""
        with pytest.raises(TwilioApiError) as error:
            client_of(answering(404, json=NOT_FOUND)).fetch_user("ada")

        assert error.value.request is sent[0]
        assert isinstance(error.value.response, library.Response)
        assert error.value.response.json() == NOT_FOUND

    @BOTH
    @pytest.mark.parametrize(
        ("call", "answer", "first_words"),
        [
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, text="<html>Log in</html>"),
                "<html>Log in</html>",
                id="HTML",
            ),
            pytest.param(
                methodcaller("list_user"),
                answering(200, text='{"meta": {}, "users": ['),
                '{"meta": {}, "users": [',
                id="cut short",
            ),
        ],
    )
    def test_a_success_that_is_no_json_is_raised(self, client_of, call, answer, first_words):
        """It shows what came in the user's place."""
        with pytest.raises(TwilioApiError) as error:
            call(client_of(answer))

        assert (error.value.status, error.value.message) == (
            200,
            f"The answer can't be read: {first_words}",
        )

    @pytest.mark.parametrize(
        ("call", "answer", "said"),
        [
            pytest.param(
                methodcaller("create_user", "ada"),
                answering(200, json=USER),
                "create_user: 200 The answer breaks the contract at status:"
                " create_user answers 201",
                id="status",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, json=USER | {"sid": "ada"}),
                "fetch_user: 200 The answer breaks the contract at /sid:"
                " allowed: ^US[0-9a-fA-F]{32}$",
                id="field",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, json=USER | {"attributes": "a secret"}),
                "fetch_user: 200 The answer breaks the contract at /attributes:"
                " allowed: text that holds a JSON object",
                id="field without its value",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200),
                "fetch_user: 200 The answer breaks the contract at header.Content-Type:"
                " allowed: application/json",
                id="empty",
            ),
            pytest.param(
                methodcaller("fetch_user", "ada"),
                answering(200, json=[]),
                "fetch_user: 200 The answer breaks the contract at the body: the body is an object",
                id="array",
            ),
            pytest.param(
                methodcaller("list_user"),
                answering(200, json={"meta": page()["meta"], "users": None}),
                "list_user: 200 The answer breaks the contract at /users: users is an array",
                id="page",
            ),
            pytest.param(
                methodcaller("delete_user", "ada"),
                answering(204, json={}),
                "delete_user: 204 The answer breaks the contract at body:"
                " delete answers with no body",
                id="delete",
            ),
        ],
    )
    def test_a_success_that_breaks_the_contract_is_raised(self, client_of, call, answer, said):
        """A model would hide it. What was found may be somebody's data, and is not told."""
        with pytest.raises(TwilioApiError) as error:
            call(client_of(answer))

        assert str(error.value) == said

    def test_what_the_contract_leaves_open_is_no_mistake(self, client_of):
        """Missing fields, null, and fields that nobody knows."""
        client = client_of(answering(200, json={"sid": None, "is_typing": True}))

        user = client.fetch_user("ada")

        assert (user.sid, user.identity, user.extra) == (None, None, {"is_typing": True})

    @pytest.mark.parametrize(
        "carry",
        [lambda error: pickle.loads(pickle.dumps(error)), copy.copy],  # noqa: S301  # its own
        ids=["pickle", "copy"],
    )
    @pytest.mark.parametrize(
        "answer",
        [answering(404, json=NOT_FOUND), answering(200, text="no JSON")],
        ids=["a refusal", "a success that can't be read"],
    )
    def test_it_can_be_carried_elsewhere(self, client_of, carry, answer):
        """Between processes, say of a pool, it says the same."""
        with pytest.raises(TwilioApiError) as error:
            client_of(answer).fetch_user("ada")

        carried = carry(error.value)

        assert str(carried) == str(error.value)
        assert (carried.status, carried.code, carried.details) == (
            error.value.status,
            error.value.code,
            error.value.details,
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

    def test_missing_credentials_show_no_secret(self, flavour):
        """What is set is told to be set, no more."""
        with pytest.raises(InvalidArgument) as error:
            flavour.users(auth_token=TOKEN, environ={})

        assert TOKEN not in "".join(traceback.format_exception(error.value))


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

    def test_the_page_size_is_the_authors(self, client, sent):
        """A limit does not change it: Twilio's maximum is Twilio's to apply."""
        list(client.iter_users(limit=3, page_size=2))

        assert [request.url.params["PageSize"] for request in sent] == ["2", "2"]

    def test_a_negative_limit_is_an_error(self, client):
        """It says what is allowed, where the walk begins and not where it is first used."""
        with pytest.raises(InvalidArgument) as error:
            client.iter_users(limit=-1)

        assert str(error.value) == "limit=-1 is negative: give a number from 0, or None for all."

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
            f"list_user: the next page is said to be at {link}, but this client talks to {TWILIO}."
            " It was not followed, as it would take the credentials there."
            " If that host is yours, give it as base_url."
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


class TestConnections:
    """Whose connections are closed when, and what they do besides."""

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
        with client:
            yield client
    else:
        client.__aenter__()
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
