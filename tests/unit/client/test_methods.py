"""client/methods.py: what the ten operations send; what they give back."""

import base64
from enum import Enum
from operator import methodcaller
from uuid import UUID

import pytest
from unit.client.answers import (
    ACCOUNT,
    BOTH,
    ROLE,
    SERVICE,
    TOKEN,
    USER,
    WITH_EVERYTHING,
    WITH_THE_LEAST,
    form,
    in_short,
    page,
)

from pytest_twilio_users.contract.models import User, UserPage
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.transports.httpx_messages import from_httpx_request
from pytest_twilio_users.wire.codec import decode


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


class Tier(str, Enum):  # noqa: UP042  # as applications wrote it before Python 3.11
    """An enum of texts, whose `str()` is the name of a member."""

    GOLD = "gold"


class TestMeantAsText:
    """What applications have where Twilio has text."""

    @pytest.mark.parametrize(
        ("value", "text"),
        [(7, "7"), (UUID(int=7), f"{'0' * 8}-0000-0000-0000-{'0' * 11}7"), (Tier.GOLD, "gold")],
        ids=["int", "UUID", "enum"],
    )
    def test_it_is_sent_as_text(self, client, sent, value, text):
        """In the form, and in the path."""
        client.create_user(value, friendly_name=value)
        client.fetch_user(value)

        assert form(sent[0]) == [("Identity", text), ("FriendlyName", text)]
        assert sent[1].url.path == f"/v1/Users/{text}"

    def test_a_text_as_long_as_a_url_has_room_for_is_sent(self, client, sent):
        """Whatever its characters: each of these takes twelve."""
        client.fetch_user("\N{ROCKET}" * 5_000)

        assert decode(from_httpx_request(sent[0])).user == "\N{ROCKET}" * 5_000


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
                "sid='' is not a user: an empty SID or identity would ask for the list of users"
                " instead.",
                id="empty",
            ),
            pytest.param(
                methodcaller("fetch_user", None),
                "sid=None is not a user: an empty SID or identity would ask for the list of users"
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
            *(
                pytest.param(call, f"{told}: allowed: text, an int or a UUID.", id=told)
                for call, told in (
                    (methodcaller("create_user", ["ada"]), "identity=['ada'] (list)"),
                    (methodcaller("fetch_user", 1.5), "sid=1.5 (float)"),
                    (methodcaller("delete_user", True), "sid=True (bool)"),
                    (
                        methodcaller("update_user", "ada", friendly_name={"en": "Ada"}),
                        "friendly_name={'en': 'Ada'} (dict)",
                    ),
                    (
                        methodcaller("update_user", "ada", role_sid=(ROLE,)),
                        f"role_sid=('{ROLE}',) (tuple)",
                    ),
                    (methodcaller("list_user", page_token=[]), "page_token=[] (list)"),
                )
            ),
            pytest.param(
                methodcaller("create_user", b"ada"),
                "identity=b'ada' (bytes): allowed: text, an int or a UUID. Decode it first:"
                " .decode().",
                id="bytes",
            ),
            *(
                pytest.param(
                    methodcaller("delete_user", "ada", x_twilio_webhook_enabled=value),
                    f"x_twilio_webhook_enabled={value!r} ({type(value).__name__}): allowed: True,"
                    " False, 'true', 'false'.",
                    id=f"webhook {value}",
                )
                for value in (1, [True])
            ),
            *(
                pytest.param(
                    methodcaller("list_user", **{name: value}),
                    f"{name}={value!r} ({type(value).__name__}): allowed: whole numbers.",
                    id=f"{name} {value}",
                )
                for name, value in (("page_size", 2.0), ("page", "1"), ("page_size", True))
            ),
            pytest.param(
                methodcaller("update_user", "ada", attributes=[1]),
                "attributes=[1] (list): allowed: a mapping, or the text of a JSON object.",
                id="attributes",
            ),
            pytest.param(
                methodcaller("fetch_user", "x" * 5_001),
                f"sid='{'x' * 118}… can't be sent: a URL has room for 5000 characters of it, and"
                " these are 5001.",
                id="too long for a URL",
            ),
        ],
    )
    def test_what_can_not_be_meant_is_not_sent(self, client, sent, call, message):
        """The author is told what is wrong before anything leaves."""
        with pytest.raises(InvalidArgument) as error:
            call(client)

        assert (str(error.value), sent) == (message, [])

    def test_attributes_that_json_can_not_hold_are_not_sent(self, client, sent):
        """Not-a-number is not JSON, whatever Python writes."""
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
