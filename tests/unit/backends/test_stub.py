"""backends/stub.py: answers from memory, as bytes."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from pytest_twilio_users.backends.stub import fetched_user
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.settings import Credentials, Settings
from pytest_twilio_users.state.behaviour import add_user

OTHER_SERVICE = "IS" + "e" * 32
ROLE = "RL" + "b" * 32
TOKEN = "correct-horse-battery-staple"


def basic(username, password):
    """The Authorization header of HTTP Basic."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


ACCOUNT_AND_TOKEN = basic("AC" + "a" * 32, TOKEN)
ACCOUNT_AND_OTHER_TOKEN = basic("AC" + "a" * 32, "guessed")
OTHER_ACCOUNT_AND_TOKEN = basic("AC" + "b" * 32, TOKEN)
KEY_AND_TOKEN = basic("SK" + "b" * 32, TOKEN)
KEY_AND_OTHER_TOKEN = basic("SK" + "b" * 32, "guessed")
NAME_AND_TOKEN = basic("ada", TOKEN)


def create(form, **more):
    """The parts of a request that creates a user of the default service."""
    return {"method": "POST", "target": "/v1/Users", "form": form, **more}


def update(form, **more):
    """The parts of a request that updates ada."""
    return {"method": "POST", "target": "/v1/Users/ada", "form": form, **more}


def get(target, **more):
    """The parts of a request that fetches or lists."""
    return {"method": "GET", "target": target, **more}


WEBHOOK_MAYBE = (("x-twilio-webhook-enabled", "maybe"),)
JSON_BODY = {
    "method": "POST",
    "target": "/v1/Users",
    "headers": (("content-type", "application/json"),),
    "body": b'{"Identity": "grace"}',
}


def refused(case, request, answer, **settings):
    """One row: a request, and the refusal that it meets under some settings."""
    status, code, message = answer.split(maxsplit=2)
    body = (
        f'{{"code": {code}, "message": "{message}",'
        f' "more_info": "https://www.twilio.com/docs/errors/{code}", "status": {status}}}'
    )
    return pytest.param(request, Settings(**settings), (int(status), body), id=case)


# The names before the colons are those of the table of refusals. Ada is there already.
REFUSED = [
    refused(
        "not_found: user",
        get("/v1/Users/1234"),
        "404 20404 The requested resource /Users/1234 was not found",
    ),
    refused(
        "not_found: service",
        get("/v1/Services/IS12/Users"),
        "404 20404 The requested resource /Services/IS12/Users was not found",
    ),
    refused(
        "not_found: unnamed service",
        get(f"/v1/Services/IS{'2' * 32}/Users"),
        f"404 20404 The requested resource /Services/IS{'2' * 32}/Users was not found",
        service_sids=("IS" + "1" * 32,),
    ),
    refused(
        "not_found: path",
        get("/v1/Conversations"),
        "404 20404 The requested resource /Conversations was not found",
    ),
    refused(
        "not_found: path of other case",
        get("/v1/users"),
        "404 20404 The requested resource /users was not found",
    ),
    refused(
        "not_found: path to the letter",
        get("/v1/Users/a%2Fb{x}/?Page=0"),
        "404 20404 The requested resource /Users/a%2Fb{x}/ was not found",
    ),
    refused(
        "not_found: deleted before",
        {"method": "DELETE", "target": "/v1/Users/grace"},
        "404 20404 The requested resource /Users/grace was not found",
    ),
    refused("identity_taken", create({"Identity": "ada"}), "409 50201 User already exists"),
    refused(
        "identity_missing",
        create({"FriendlyName": "Grace"}),
        "400 20001 Missing required parameter Identity in the post body",
    ),
    refused(
        "identity_missing: JSON body",
        JSON_BODY,
        "400 20001 Missing required parameter Identity in the post body",
    ),
    refused("identity_empty", create({"Identity": ""}), "400 50204 Identity not provided"),
    refused("identity_too_long", create({"Identity": "a" * 257}), "400 50207 Identity too long"),
    refused(
        "identity_like_sid",
        create({"Identity": "US" + "a" * 32}),
        "400 50206 Identity should not match user SID pattern",
    ),
    refused("identity_reserved", create({"Identity": "system"}), "400 50203 Identity reserved"),
    refused(
        "attributes_not_json: create",
        create({"Identity": "grace", "Attributes": "{"}),
        "400 50304 Attributes not valid JSON",
    ),
    refused(
        "attributes_not_json: update",
        update({"Attributes": "{"}),
        "400 50304 Attributes not valid JSON",
    ),
    refused(
        "attributes_not_json: escapes",
        update({"Attributes": r'{"a": "\/"}'}),
        "400 50304 Attributes not valid JSON",
        attribute_escapes=False,
    ),
    refused(
        "attributes_no_object", update({"Attributes": "[]"}), "400 50304 Attributes not valid JSON"
    ),
    refused(
        "attributes_too_long",
        update({"Attributes": '{"a":"%s"}' % ("a" * 16_377)}),
        "400 50303 Attributes too long",
    ),
    refused(
        "friendly_name_too_long",
        update({"FriendlyName": "a" * 257}),
        "400 50003 Friendly name too long",
    ),
    refused(
        "role_sid_malformed", update({"RoleSid": "admin"}), "400 20001 Invalid parameter RoleSid"
    ),
    refused(
        "role_unknown",
        update({"RoleSid": ROLE}),
        "400 50100 Role not found",
        role_sids=("RL" + "c" * 32,),
    ),
    refused(
        "webhook_enabled_malformed",
        {"method": "DELETE", "target": "/v1/Users/ada", "headers": WEBHOOK_MAYBE},
        "400 20001 Invalid parameter X-Twilio-Webhook-Enabled",
    ),
    refused(
        "page_size_malformed", get("/v1/Users?PageSize=0"), "400 20001 Invalid parameter PageSize"
    ),
    refused("page_malformed", get("/v1/Users?Page=-1"), "400 20001 Invalid parameter Page"),
    refused("page_token_unknown", get("/v1/Users?PageToken=PT1"), "400 21481 Invalid PageToken"),
    refused(
        "no_credentials: none",
        get("/v1/Users/ada", authorization=None),
        "401 20003 Authentication Error - No credentials provided",
    ),
    refused(
        "no_credentials: bearer",
        get("/v1/Users/ada", authorization="Bearer abc"),
        "401 20003 Authentication Error - No credentials provided",
    ),
    refused(
        "no_credentials: no base64",
        get("/v1/Users/ada", authorization="Basic a:b"),
        "401 20003 Authentication Error - No credentials provided",
    ),
    refused(
        "username_invalid",
        get("/v1/Users/ada", authorization=NAME_AND_TOKEN),
        "401 20003 Authentication Error - invalid username",
        credentials=Credentials.EXACT,
    ),
    refused(
        "token_wrong: token",
        get("/v1/Users/ada", authorization=ACCOUNT_AND_OTHER_TOKEN),
        "401 20003 Authenticate",
        credentials=Credentials.EXACT,
    ),
    refused(
        "token_wrong: account",
        get("/v1/Users/ada", authorization=OTHER_ACCOUNT_AND_TOKEN),
        "401 20003 Authenticate",
        credentials=Credentials.EXACT,
    ),
    refused(
        "token_wrong: secret",
        get("/v1/Users/ada", authorization=KEY_AND_OTHER_TOKEN),
        "401 20003 Authenticate",
        credentials=Credentials.EXACT,
    ),
    refused(
        "test_credentials",
        get("/v1/Users/ada"),
        "403 20008 Resource not accessible with Test Account Credentials",
        credentials=Credentials.TEST,
    ),
    refused(
        "method_not_allowed: user",
        {"method": "PUT", "target": "/v1/Users/a"},
        "405 20004 The requested resource /Users/a does not support the attempted HTTP method PUT",
    ),
    refused(
        "method_not_allowed: list",
        {"method": "DELETE", "target": "/v1/Users"},
        "405 20004 The requested resource /Users does not support the attempted HTTP method DELETE",
    ),
]


@pytest.mark.parametrize("target", ["/v1/Users", f"/v1/Services/IS{'1' * 32}/Users/nobody"])
def test_a_browser_may_ask_what_it_may_send(ask, target):
    """Before it sends, and so without credentials; whether there is a user it is not told."""
    answer = ask("OPTIONS", target, authorization=None)
    assert (answer.status, answer.body) == (204, b"")
    assert answer.header("access-control-allow-methods") == "GET, POST, DELETE, OPTIONS"


def test_of_other_paths_a_browser_is_told_nothing(ask):
    """They are refused as ever."""
    assert ask("OPTIONS", "/v1/Conversations").status == 404


@pytest.fixture
def ada(account):
    """A user of the default service, who is online."""
    return add_user(
        account,
        account.default_service_sid,
        identity="ada",
        friendly_name="Ada",
        is_online=True,
        is_notifiable=False,
    )


@pytest.mark.usefixtures("ada")
@pytest.mark.parametrize(("request_parts", "settings", "answer"), REFUSED)
def test_a_refusal_is_answered_to_the_letter(account, ask, request_parts, settings, answer):
    """Status and body are Twilio's: order of keys, spacing, the path without /v1."""
    account.settings = settings

    response = ask(**request_parts)

    assert (response.status, response.body.decode()) == answer


def test_no_refusal_is_left_out():
    """Each refusal that follows from a request is shown above."""
    shown = {row.id.partition(":")[0] for row in REFUSED}

    assert shown == {name for name, refusal in REFUSALS.items() if not refusal.planned}


def test_a_refused_request_changes_nothing(account, ada, ask):
    """Whatever is refused, the users are those from before."""
    for row in REFUSED:
        request_parts, account.settings, *_ = row.values
        ask(**request_parts)

    assert list(account.store.users()) == [ada]


class TestUserBody:
    """The answer of create, fetch and update."""

    def test_a_new_user_is_answered_to_the_letter(self, ask):
        """Thirteen fields, whole seconds, null for what was not set."""
        response = ask(**create({"Identity": "ada"}))

        sid = response.json()["sid"]
        url = f"https://conversations.twilio.com/v1/Users/{sid}"
        assert response.status == 201
        assert response.body.decode() == (
            f'{{"sid": "{sid}",'
            f' "account_sid": "AC{"a" * 32}",'
            f' "chat_service_sid": "IS{"d" * 32}",'
            f' "role_sid": "{response.json()["role_sid"]}",'
            ' "identity": "ada",'
            ' "friendly_name": null,'
            ' "attributes": "{}",'
            ' "is_online": null,'
            ' "is_notifiable": null,'
            ' "date_created": "2026-03-04T12:00:00Z",'
            ' "date_updated": "2026-03-04T12:00:00Z",'
            f' "url": "{url}",'
            f' "links": {{"user_conversations": "{url}/Conversations"}}}}'
        )

    def test_text_comes_back_to_the_letter(self, ask):
        """What was sent in UTF-8 is read back, spaces and quotes included."""
        sent = {"Identity": "Zoë ♥", "FriendlyName": ' "Z" ', "Attributes": '{ "é":\t"\\u00e9" }'}

        user = ask(**create(sent)).json()

        assert (user["identity"], user["friendly_name"], user["attributes"]) == tuple(sent.values())

    @pytest.mark.usefixtures("ada")
    @pytest.mark.parametrize(
        ("request_parts", "status"),
        [
            pytest.param(create({"Identity": "grace"}), 201, id="create"),
            pytest.param(get("/v1/Users/ada"), 200, id="fetch"),
            pytest.param(update({"FriendlyName": "Ada"}), 200, id="update"),
            pytest.param(get("/v1/Users"), 200, id="list"),
            pytest.param({"method": "DELETE", "target": "/v1/Users/ada"}, 204, id="delete"),
        ],
    )
    @pytest.mark.parametrize("service", ["", f"/Services/IS{'d' * 32}"], ids=["default", "twin"])
    def test_success_has_its_status(self, ask, request_parts, status, service):
        """201 for what is new, 204 for what is gone, 200 for the rest, in both forms of path."""
        target = request_parts["target"].replace("/v1", f"/v1{service}")

        assert ask(**request_parts | {"target": target}).status == status

    @pytest.mark.parametrize("known_as", ["sid", "identity"])
    @pytest.mark.parametrize(
        "users",
        [
            pytest.param("/v1/Users", id="default service"),
            pytest.param(f"/v1/Services/IS{'d' * 32}/Users", id="twin"),
        ],
    )
    @pytest.mark.parametrize("slash", ["", "/"])
    def test_url_and_links_follow_the_path(self, ada, ask, users, known_as, slash):
        """They have the form of the path asked for, and name the user by its SID."""
        user = ask("GET", f"{users}/{getattr(ada, known_as)}{slash}").json()

        url = f"https://conversations.twilio.com{users}/{ada.sid}"
        assert (user["url"], user["links"]) == (url, {"user_conversations": f"{url}/Conversations"})

    def test_url_and_links_follow_the_host(self, ada, ask):
        """Who asks an edge, or a server of their own, is not sent elsewhere."""
        user = ask("GET", "/v1/Users/ada", origin="http://localhost:8080").json()

        url = f"http://localhost:8080/v1/Users/{ada.sid}"
        assert (user["url"], user["links"]) == (url, {"user_conversations": f"{url}/Conversations"})

    def test_a_user_named_as_the_list_has_a_url(self, ask):
        """An identity `/Users` in the path does not confuse the URL."""
        user = ask(**create({"Identity": "a/Users"})).json()

        fetched = ask("GET", "/v1/Users/a%2FUsers").json()

        assert fetched["url"] == user["url"]

    def test_reachability_is_told_on_fetch(self, ada, ask):
        """is_online and is_notifiable have a value there, if the author gave one."""
        user = ask("GET", "/v1/Users/ada").json()

        assert (user["is_online"], user["is_notifiable"]) == (True, False)

    @pytest.mark.parametrize(
        ("request_parts", "find"),
        [
            pytest.param(get("/v1/Users"), lambda body: body["users"][0], id="list"),
            pytest.param(update({"FriendlyName": "Countess"}), lambda body: body, id="update"),
        ],
    )
    def test_reachability_is_told_nowhere_else(self, ada, ask, request_parts, find):
        """In a list and after a change is_online and is_notifiable are null."""
        user = find(ask(**request_parts).json())

        assert (user["is_online"], user["is_notifiable"]) == (None, None)

    @pytest.mark.parametrize("by_service", [False, True])
    def test_a_user_is_told_elsewhere_as_a_fetch_tells_it(self, account, ask, by_service):
        """To who arranges one, or looks at the state; by the shortest path that leads to it."""
        service_sid = OTHER_SERVICE if by_service else account.default_service_sid
        user = add_user(account, service_sid, identity="ada", is_online=True)
        path = f"/v1/Services/{OTHER_SERVICE}/Users/ada" if by_service else "/v1/Users/ada"

        told = fetched_user(account, user, origin="https://conversations.twilio.com")

        assert told == ask("GET", path).json()


class TestPageBody:
    """The answer of list."""

    @pytest.fixture
    def three(self, account, ada):
        """The SIDs of ada, grace and linus."""
        added = [
            add_user(account, account.default_service_sid, identity=identity)
            for identity in ("grace", "linus")
        ]
        return [user.sid for user in (ada, *added)]

    def test_an_empty_list_is_answered_to_the_letter(self, ask):
        """`meta`, then `users`; links that lead nowhere are null, not absent."""
        response = ask("GET", "/v1/Users")

        url = "https://conversations.twilio.com/v1/Users?PageSize=50&Page=0"
        assert response.body.decode() == (
            '{"meta": {"page": 0, "page_size": 50,'
            f' "first_page_url": "{url}",'
            ' "previous_page_url": null,'
            f' "url": "{url}",'
            ' "next_page_url": null,'
            ' "key": "users"}, "users": []}'
        )

    def test_a_page_in_the_middle_links_both_ways(self, ask, three):
        """Links put PageSize, Page, PageToken; each has a token of its own, the first none."""
        url = "https://conversations.twilio.com/v1/Users"
        first = ask("GET", "/v1/Users?PageSize=1").json()["meta"]
        target = first["next_page_url"].removeprefix("https://conversations.twilio.com")

        meta = ask("GET", target).json()["meta"]

        tokens = [
            meta[name].partition("&PageToken=")[2]
            for name in ("previous_page_url", "url", "next_page_url")
        ]
        assert meta == {
            "page": 1,
            "page_size": 1,
            "first_page_url": f"{url}?PageSize=1&Page=0",
            "previous_page_url": f"{url}?PageSize=1&Page=0&PageToken={tokens[0]}",
            "url": first["next_page_url"],
            "next_page_url": f"{url}?PageSize=1&Page=2&PageToken={tokens[2]}",
            "key": "users",
        }
        assert len(set(tokens)) == 3

    def test_the_links_can_be_followed_there_and_back(self, ask, three):
        """next_page_url and previous_page_url lead through all users and back to the first."""
        seen, numbers, target = [], [], "/v1/Users?PageSize=1"
        for direction in ("next_page_url", "previous_page_url"):
            while target is not None:
                page = ask("GET", target.removeprefix("https://conversations.twilio.com")).json()
                seen.append(page["users"][0]["sid"])
                numbers.append(page["meta"]["page"])
                target = page["meta"][direction]
            target = page["meta"]["previous_page_url"]

        assert seen == [*three, three[1], three[0]]
        assert numbers == [0, 1, 2, 1, 0]

    def test_the_links_follow_path_and_host(self, ask, three):
        """Who lists a service on an edge stays there."""
        users = f"https://conversations.dublin.ie1.twilio.com/v1/Services/IS{'d' * 32}/Users"
        origin, path = users[:43], users[43:]

        meta = ask("GET", f"{path}?PageSize=2", origin=origin).json()["meta"]

        assert [
            (meta[name] or "null").partition("?")[0]
            for name in ("first_page_url", "previous_page_url", "url", "next_page_url")
        ] == [users, "null", users, users]

    def test_page_is_echoed(self, ask, three):
        """Page without a token selects nothing: the first users, and the number back."""
        page = ask("GET", "/v1/Users?Page=7").json()

        assert (page["meta"]["page"], [user["sid"] for user in page["users"]]) == (7, three)

    def test_a_cut_page_size_is_told(self, account, ask, three):
        """`meta` and links carry the size that counts, not the one that was asked for."""
        account.settings = Settings(max_page_size=2)

        meta = ask("GET", "/v1/Users?PageSize=1000").json()["meta"]

        assert meta["page_size"] == 2
        assert meta["url"] == "https://conversations.twilio.com/v1/Users?PageSize=2&Page=0"

    def test_the_page_number_of_a_link_is_not_negative(self, ask, three):
        """Page numbers count from 0, whatever number came with a token."""
        token = ask("GET", "/v1/Users?PageSize=1").json()["meta"]["next_page_url"].split("=")[-1]

        meta = ask("GET", f"/v1/Users?PageSize=1&PageToken={token}").json()["meta"]

        assert meta["previous_page_url"].partition("&PageToken=")[0] == (
            "https://conversations.twilio.com/v1/Users?PageSize=1&Page=0"
        )


class TestHeaders:
    """The headers of an answer."""

    def test_an_answer_has_the_recorded_headers(self, ask):
        """All that a real answer had, less what CloudFront adds, and nothing else."""
        response = ask("GET", "/v1/Users")

        assert response.headers == (
            ("content-type", "application/json; charset=utf-8"),
            ("content-length", str(len(response.body))),
            ("date", "Wed, 04 Mar 2026 12:00:00 GMT"),
            ("twilio-request-id", response.header("twilio-request-id")),
            ("x-api-domain", "conversations.twilio.com"),
            ("twilio-request-duration", "0.001"),
            ("twilio-concurrent-requests", "1"),
            ("x-home-region", "us1"),
            ("x-shenanigans", "none"),
            ("x-powered-by", "AT-5000"),
            ("access-control-allow-origin", "*"),
            (
                "access-control-allow-headers",
                (
                    "Accept, Authorization, Content-Type, If-Match, If-Modified-Since,"
                    " If-None-Match, If-Unmodified-Since, Idempotency-Key"
                ),
            ),
            ("access-control-allow-methods", "GET, POST, DELETE, OPTIONS"),
            ("access-control-allow-credentials", "true"),
            ("access-control-expose-headers", "ETag"),
        )

    def test_a_refusal_has_the_same_headers(self, ask):
        """Who reads headers, reads them from a refusal too."""
        names = [[name for name, _ in ask("GET", path).headers] for path in ("/v1/Users", "/v1/X")]

        assert names[0] == names[1]

    def test_the_length_counts_bytes(self, account, ask):
        """content-length is that of the body on the wire."""
        add_user(account, account.default_service_sid, identity="Zoë")

        response = ask("GET", "/v1/Users/Zo%C3%AB")

        assert response.header("content-length") == str(len(response.body))

    def test_a_request_id_is_one_of_a_kind(self, ask):
        """RQ and 32 hex digits, another for each answer."""
        ids = [ask("GET", "/v1/Users").header("twilio-request-id") for _ in range(2)]

        assert [len(id_) for id_ in ids] == [34, 34]
        assert [id_[:10] for id_ in ids] == ["RQ00000001", "RQ00000002"]

    def test_the_date_is_the_stubs_time(self, account, ask):
        """The clock that dates users dates answers, too."""
        account.clock = lambda: datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)

        assert ask("GET", "/v1/Users").header("date") == "Thu, 02 Jan 2031 03:04:05 GMT"

    def test_a_delete_is_answered_without_a_body(self, ada, ask):
        """204 has no body, so nothing that describes one."""
        response = ask("DELETE", "/v1/Users/ada")

        assert (response.status, response.body) == (204, b"")
        assert response.header("content-type") is None
        assert response.header("content-length") is None
        assert response.header("twilio-request-id") is not None


class TestCredentials:
    """Who may ask."""

    @pytest.mark.parametrize(
        "authorization",
        [
            pytest.param(ACCOUNT_AND_TOKEN, id="the stub's"),
            pytest.param(OTHER_ACCOUNT_AND_TOKEN, id="another account"),
            pytest.param(ACCOUNT_AND_OTHER_TOKEN, id="another token"),
            pytest.param(KEY_AND_OTHER_TOKEN, id="a key"),
            pytest.param(NAME_AND_TOKEN, id="a name"),
        ],
    )
    def test_any_credentials_do(self, ada, ask, authorization):
        """A newcomer's tests hold made-up ones; they work unless the author says otherwise."""
        assert ask("GET", "/v1/Users/ada", authorization=authorization).status == 200

    @pytest.mark.parametrize(
        "authorization",
        [
            pytest.param(ACCOUNT_AND_TOKEN, id="account and token"),
            pytest.param(ACCOUNT_AND_TOKEN.replace("Basic", "basic"), id="scheme in lower case"),
            pytest.param(KEY_AND_TOKEN, id="key and token"),
        ],
    )
    def test_exact_takes_the_right_ones(self, account, ada, ask, authorization):
        """The handle's account, or any key, with the handle's token."""
        account.settings = Settings(credentials=Credentials.EXACT)

        assert ask("GET", "/v1/Users/ada", authorization=authorization).status == 200

    def test_credentials_are_looked_at_first(self, account, ask):
        """Who may not ask does not learn what is there."""
        account.settings = Settings(credentials=Credentials.TEST)

        assert ask("PATCH", "/v1/Nowhere").status == 403


class TestTellingBefore:
    """What an application is to hear before a change: by whom, of what."""

    @pytest.fixture
    def told(self, account, stub, compose):
        """Gives what is told before a request."""
        heard = []
        account.hear = lambda event, user, _: heard.append((event.name, user.friendly_name))

        def told(**parts):
            heard.clear()
            stub.tell_before(compose(**parts))
            return heard

        return told

    @pytest.mark.usefixtures("ada")
    def test_an_update_is_told_as_it_is_going_to_be(self, told):
        """So the application can refuse it."""
        assert told(**update({"FriendlyName": "Countess"})) == [("onUserUpdate", "Countess")]

    @pytest.mark.usefixtures("ada")
    @pytest.mark.parametrize(
        "parts",
        [
            update({"FriendlyName": "Countess"}, authorization=None),
            update({"FriendlyName": "x" * 257}),
            create({"Identity": "grace"}),
            {"method": "POST", "target": "/v1/Roles"},
        ],
        ids=["nobodys", "refused", "create", "unrouted"],
    )
    def test_what_changes_nobody_is_not_told(self, told, parts):
        """A refused update was never going to happen; a create is told afterwards."""
        assert told(**parts) == []

    @pytest.mark.usefixtures("ada")
    def test_what_was_told_counts_once_for_the_limit(self, account, ask, told):
        """The change that is told is one, and where there is no room for it nothing is told."""
        account.settings = Settings(rate_limit=1)
        renamed = update({"FriendlyName": "Countess"})

        assert len(told(**renamed)) == 1
        assert ask(**renamed).status == 200
        assert told(**renamed) == []
        assert ask(**renamed).status == 429


class TestThreads:
    """Applications send from several threads at once."""

    def test_no_write_is_lost(self, account, ask):
        """Eight threads create and delete; who was to stay is there, once, under its own SID."""

        def work(worker):
            for number in range(25):
                for identity in (f"stays-{worker}-{number}", f"goes-{worker}-{number}"):
                    ask(**create({"Identity": identity}))
                ask("DELETE", f"/v1/Users/goes-{worker}-{number}")

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(8)))

        users = list(account.store.users())
        assert {user.identity for user in users} == {
            f"stays-{worker}-{number}" for worker in range(8) for number in range(25)
        }
        assert len({user.sid for user in users}) == len(users) == 200

    def test_one_of_many_gets_the_identity(self, ask):
        """Eight threads that create the same user: one 201, seven 409."""
        with ThreadPoolExecutor(8) as pool:
            responses = list(pool.map(lambda _: ask(**create({"Identity": "ada"})), range(8)))

        assert sorted(response.status for response in responses) == [201, *[409] * 7]
