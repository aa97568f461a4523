import pytest

from pytest_twilio_users.wire.codec import Unrouted, decode
from pytest_twilio_users.wire.explanation import advise
from pytest_twilio_users.wire.messages import Request

ORIGIN = "https://conversations.twilio.com"
SERVICE = "IS00000000000000000000000000000001"

USER = "This path takes: GET (fetch_user), POST (update_user), DELETE (delete_user)."
SERVICE_USER = (
    "This path takes: GET (fetch_service_user), POST (update_service_user), DELETE"
    " (delete_service_user)."
)
LIST = "This path takes: GET (list_user), POST (create_user)."
SERVICE_LIST = "This path takes: GET (list_service_user), POST (create_service_user)."
KNOWN_PATHS = (
    "Known paths: /v1/Services/{ChatServiceSid}/Users, /v1/Users,"
    " /v1/Services/{ChatServiceSid}/Users/{Sid}, /v1/Users/{Sid}."
)
EMPTY = "Is the path meant to end with a user? Then its SID or identity was empty, or '.'."
DOTS = "If the identity was '.' or '..': httpx collapses these; send %2E or %2E%2E."


def advice(
    method: str,
    path: str,
    *,
    origin: str = ORIGIN,
    routable: bool = True,
    served_to: str | None = None,
) -> list[str]:
    """What the kit says about a request that no operation answers; to whom it was served."""
    headers = () if not served_to else (("user-agent", served_to),)
    request = Request(method=method, origin=origin, target=path, headers=headers)
    if served_to is not None:
        request.note_served()
    unrouted = decode(request)
    assert isinstance(unrouted, Unrouted)
    return list(advise(request, unrouted, routable=routable))


def own_route(method: str, path: str, *, origin: str = ORIGIN) -> str:
    """The last sentence: how to answer another resource of Twilio's."""
    return (
        "For another resource of Twilio's Conversations, add a route of your own:"
        f' twilio_users.routes.{method}("{origin}{path}").respond(json={{...}}).'
    )


def test_who_can_add_no_route_is_not_told_to() -> None:
    """A program in another language asks a served stub."""
    path = "/v1/Conversations"
    assert advice("GET", path) == [KNOWN_PATHS, own_route("get", path)]
    assert advice("GET", path, routable=False) == [KNOWN_PATHS]


# The path is right, the method is not


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/Users/ada", USER),
        (f"/v1/Services/{SERVICE}/Users/ada", SERVICE_USER),
    ],
    ids=["default service", "service"],
)
def test_who_patches_a_user_learns_that_twilio_updates_with_post(
    method: str, path: str, known: str
) -> None:
    """The commonest wrong method has one right one, and it is named."""
    assert advice(method, path) == [f"{known} Twilio updates a user with POST."]


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/Users/ada", USER),
        ("/v1/Users", LIST),
    ],
    ids=["user", "list"],
)
def test_any_other_method_is_met_with_the_known_ones(method: str, path: str, known: str) -> None:
    """No guess is made where none is likely: these methods change no user."""
    assert advice(method, path) == [known]


@pytest.mark.parametrize("method", ["DELETE", "PATCH", "PUT"])
@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/Users", LIST),
        (f"/v1/Services/{SERVICE}/Users", SERVICE_LIST),
        ("/v1/Users/", LIST),
    ],
    ids=["default service", "service", "trailing slash"],
)
def test_who_changes_the_list_has_lost_a_user(method: str, path: str, known: str) -> None:
    """Nobody deletes a list: the identity that belongs at the end of the path was empty."""
    assert advice(method, path) == [known, EMPTY]


def test_a_user_whose_identity_is_users_is_no_list() -> None:
    """The last segment is a user here, so no empty identity is suspected."""
    assert advice("PATCH", "/v1/Users/Users") == [f"{USER} Twilio updates a user with POST."]


# The path is nearly right


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/users", "/v1/Users"),
        ("/v1/USERS/ada", "/v1/Users/ada"),
        ("/V1/Users", "/v1/Users"),
        (f"/v1/services/{SERVICE}/users/ada", f"/v1/Services/{SERVICE}/Users/ada"),
        ("/Users", "/v1/Users"),
        ("/Users/ada", "/v1/Users/ada"),
        (f"/Services/{SERVICE}/Users", f"/v1/Services/{SERVICE}/Users"),
        ("/users/a%2Fb/", "/v1/Users/a%2Fb"),
    ],
)
def test_wrong_case_and_a_missing_version_are_put_right(path: str, meant: str) -> None:
    """The path that was meant is printed whole, ready to be copied."""
    assert advice("GET", path) == [
        f"Paths are case-sensitive and begin with /v1: did you mean {meant}?"
    ]


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/v1/users/users", "/v1/Users/users"),
        ("/v1/users/V1", "/v1/Users/V1"),
        ("/Users/services", "/v1/Users/services"),
    ],
)
def test_an_identity_is_not_put_right(path: str, meant: str) -> None:
    """Identities are case-sensitive, too: the one in the path is left as it is."""
    assert advice("GET", path) == [
        f"Paths are case-sensitive and begin with /v1: did you mean {meant}?"
    ]


@pytest.mark.parametrize("path", ["/v2/Users", "/v1//Users", "/v1/User"])
def test_a_path_that_resembles_a_known_one_is_met_with_it(path: str) -> None:
    """Another version, a slash too many and a letter too few are recognised."""
    assert advice("GET", path) == [
        f"{KNOWN_PATHS} Did you mean '/v1/Users'?",
        own_route("get", path),
    ]


# The identity took the path apart


@pytest.mark.parametrize(
    ("path", "identity", "segment"),
    [
        ("/v1/Users/a/b", "a/b", "a%2Fb"),
        ("/v1/Users/a/b/c", "a/b/c", "a%2Fb%2Fc"),
        (f"/v1/Services/{SERVICE}/Users/a/b", "a/b", "a%2Fb"),
        ("/v1/Users/https://ada.example", "https://ada.example", "https%3A%2F%2Fada.example"),
        ("/v1/Users/ada%20l/b", "ada l/b", "ada%20l%2Fb"),
        ("/v1/Users/%C3%A9/b", "é/b", "%C3%A9%2Fb"),
        ("/v1/Users/a/b/Conversations", "a/b", "a%2Fb"),
        ("/v1/Users/a/b/Conversations/CH1", "a/b", "a%2Fb"),
        ("/v1/Users/Conversations/a/b", "Conversations/a/b", "Conversations%2Fa%2Fb"),
    ],
)
def test_an_identity_with_a_slash_is_shown_encoded(path: str, identity: str, segment: str) -> None:
    """The identity reads as the author knows it, and the segment is encoded once, not twice."""
    hint = (
        f"If {identity!r} is an identity, encode it as one segment: {segment}"
        " (urllib.parse.quote(identity, safe=''))."
    )

    assert advice("GET", path) == [hint, KNOWN_PATHS, own_route("get", path)]


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/", f"/v1/Services/{SERVICE}", f"/v1/Services/{SERVICE}/"]
)
def test_where_two_dots_led_to_dots_are_suspected(path: str) -> None:
    """`/v1/Users/..` arrives as `/v1/`: the path no longer shows what was meant."""
    assert advice("DELETE", path) == [DOTS, KNOWN_PATHS, own_route("delete", path)]


PHP, RUBY, GO = "rawurlencode($identity)", "ERB::Util.url_encode(identity)", "url.PathEscape"
JAVA = 'URLEncoder.encode(identity, UTF_8).replace("+", "%20")'


@pytest.mark.parametrize(
    ("agent", "encoder"),
    [
        ("python-requests/2.32", " (urllib.parse.quote(identity, safe=''))"),
        ("Python/3.13 aiohttp/3.11", " (urllib.parse.quote(identity, safe=''))"),
        ("twilio-php/8.3 (Linux x86_64) PHP/8.3", f" ({PHP})"),
        ("GuzzleHttp/7", f" ({PHP})"),
        ("twilio-csharp/7.8 (.NET 8)", " (Uri.EscapeDataString(identity))"),
        ("twilio-ruby/7.4 (linux x86_64) Ruby/3.3", f" ({RUBY})"),
        ("Faraday v2.12", f" ({RUBY})"),
        ("twilio-go/1.23 (linux amd64) go/1.23", f" ({GO}(identity))"),
        ("Go-http-client/1.1", f" ({GO}(identity))"),
        ("twilio-java/10.6 (Linux amd64) java/21", f" ({JAVA})"),
        ("okhttp/4.12", f" ({JAVA})"),
        ("twilio-node/5.3 (linux x64) node/v22", " (encodeURIComponent(identity))"),
        ("axios/1.7", " (encodeURIComponent(identity))"),
        ("undici", " (encodeURIComponent(identity))"),
        ("curl/8.10", ""),
        ("", ""),
    ],
)
def test_who_asks_a_server_learns_how_its_own_language_encodes(agent: str, encoder: str) -> None:
    """By its User-Agent; the route would be for Twilio's own address."""
    address = "http://127.0.0.1:8000"
    assert advice("GET", "/v1/Users/a/b", origin=address, served_to=agent) == [
        f"If 'a/b' is an identity, encode it as one segment: a%2Fb{encoder}.",
        KNOWN_PATHS,
        own_route("get", "/v1/Users/a/b"),
    ]


def test_who_asks_a_server_may_not_use_httpx() -> None:
    """Other clients collapse dots, too."""
    dots = DOTS.replace("httpx collapses", "some clients collapse")
    assert advice("GET", "/v1", served_to="") == [dots, KNOWN_PATHS, own_route("get", "/v1")]


# The path is another resource's


@pytest.mark.parametrize(
    "path",
    [
        "/v1/Conversations",
        "/v1/Conversations/CH00000000000000000000000000000001/Participants",
        "/v1/Configuration",
        "/v1/Users/ada/Conversations",
        "/v1/Users/ada/Conversations/CH00000000000000000000000000000001",
        f"/v1/Services/{SERVICE}/Users/ada/Conversations",
        f"/v1/Services/{SERVICE}/Roles",
        "/2010-04-01/Accounts",
        "/",
    ],
)
def test_another_resource_gets_a_route_of_its_own(path: str) -> None:
    """The kit knows users alone: the line that answers something else is there to be copied."""
    assert advice("POST", path) == [KNOWN_PATHS, own_route("post", path)]


def test_the_route_is_for_the_host_that_was_asked() -> None:
    """A request to an edge of Twilio's is answered there."""
    edge = "https://conversations.dublin.ie1.twilio.com"

    assert advice("GET", "/v1/Conversations", origin=edge) == [
        KNOWN_PATHS,
        own_route("get", "/v1/Conversations", origin=edge),
    ]
