import pytest
from data.published import EXAMPLES

from pytest_twilio_users.contract.operations import OPERATIONS, Operation
from pytest_twilio_users.wire.paths import path_segments, route

SERVICE = "IS00000000000000000000000000000001"


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_each_operations_path_leads_to_it(operation: Operation) -> None:
    """With values in the place of its parameters, the published path finds the operation."""
    example = EXAMPLES[operation.name]
    path = example.path.format(ChatServiceSid=SERVICE, Sid="ada")

    found = route(path)

    assert found is not None
    assert found.by_method[example.method] is operation


@pytest.mark.parametrize(
    ("path", "operations"),
    [
        ("/v1/Users", {"GET": "list_user", "POST": "create_user"}),
        (
            "/v1/Users/ada",
            {"GET": "fetch_user", "POST": "update_user", "DELETE": "delete_user"},
        ),
        (
            f"/v1/Services/{SERVICE}/Users",
            {"GET": "list_service_user", "POST": "create_service_user"},
        ),
        (
            f"/v1/Services/{SERVICE}/Users/ada",
            {
                "GET": "fetch_service_user",
                "POST": "update_service_user",
                "DELETE": "delete_service_user",
            },
        ),
    ],
    ids=["users", "user", "service's users", "service's user"],
)
def test_a_path_knows_its_methods(path: str, operations: dict[str, str]) -> None:
    """Ten operations live on four paths; what a path lacks is a 405 and not a 404."""
    found = route(path)

    assert found is not None
    assert {method: str(o) for method, o in found.by_method.items()} == operations


@pytest.mark.parametrize(
    ("segment", "user"),
    [
        ("US00000000000000000000000000000001", "US00000000000000000000000000000001"),
        ("ada@example.com", "ada@example.com"),
        ("ada%40example.com", "ada@example.com"),
        ("a%2Fb", "a/b"),
        ("a%2fb", "a/b"),
        ("%2F", "/"),
        ("..", ".."),
        (".", "."),
        ("%2E%2E", ".."),
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("a%252Fb", "a%2Fb"),
        ("%C3%A9", "é"),
        ("%F0%9F%A6%89", "🦉"),
        ("%FF", "\ufffd"),
        ("100%", "100%"),
        ("Users", "Users"),
        ("%7Bada%7D", "{ada}"),
    ],
)
@pytest.mark.parametrize("prefix", ["/v1", f"/v1/Services/{SERVICE}"], ids=["default", "service"])
def test_a_segment_is_decoded_after_it_was_split_off(segment: str, user: str, prefix: str) -> None:
    """An encoded slash is part of the identity, and dots lead nowhere else."""
    found = route(f"{prefix}/Users/{segment}")

    assert found is not None
    assert found.values["Sid"] == user


def test_a_service_is_read_from_the_path() -> None:
    """Both parameters of the path come by Twilio's names."""
    found = route(f"/v1/Services/{SERVICE}/Users/ada")

    assert found is not None
    assert found.values == {"ChatServiceSid": SERVICE, "Sid": "ada"}


@pytest.mark.parametrize("path", ["/v1/Users", "/v1/Users/ada", f"/v1/Services/{SERVICE}/Users"])
def test_one_trailing_slash_makes_no_difference(path: str) -> None:
    """Twilio takes a path with and without it."""
    assert route(path + "/") == route(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "v1/Users",
        "/v1",
        "/v1/",
        "/Users",
        "/v2/Users",
        "/V1/Users",
        "/v1/users",
        "/v1/USERS/ada",
        "/v1/Users/a/b",
        "/v1/Users/ada/Conversations",
        "/v1//Users",
        "//v1/Users",
        f"/v1/Services/{SERVICE}",
        f"/v1/services/{SERVICE}/Users",
        f"/v1/Services/{SERVICE}/Users/a/b",
        f"/v1/Services/{SERVICE}//Users",
        "/v1/Conversations",
        "/v1/%55sers",
        "/v1/{Users}",
    ],
)
def test_any_other_path_leads_nowhere(path: str) -> None:
    """Case, version, depth and spelling all count; only parameters are decoded."""
    assert route(path) is None


@pytest.mark.parametrize(
    ("path", "name"), [("/v1/Users//", "Sid"), ("/v1/Services//Users", "ChatServiceSid")]
)
def test_an_empty_segment_is_an_empty_value(path: str, name: str) -> None:
    """A slash too many is a parameter of no text, which names nobody."""
    found = route(path)

    assert found is not None
    assert found.values == {name: ""}


@pytest.mark.parametrize(
    ("path", "segments"),
    [
        ("/v1/Users", ["v1", "Users"]),
        ("/v1/Users/", ["v1", "Users"]),
        ("/v1/Users//", ["v1", "Users", ""]),
        ("/v1/Users/a%2Fb", ["v1", "Users", "a%2Fb"]),
        ("/", [""]),
        ("", []),
    ],
)
def test_a_path_is_split_at_its_slashes_alone(path: str, segments: list[str]) -> None:
    """Segments stay raw, and a single slash at the end adds none."""
    assert path_segments(path) == segments


def test_only_paths_of_users_are_remembered() -> None:
    """A longer one is read each time: a thousand of any length would take as much as they like."""
    longest, longer = ("/v1/Users/" + "a" * length for length in (3_072, 4_096))

    assert route(longest) is route(longest)
    assert route(longer) is not route(longer)
    assert route(longer) == route(longer)
