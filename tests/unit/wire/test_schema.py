import json
from typing import Any

import pytest
from data.published import EXAMPLES, PAGE, USER, Example
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from pytest_twilio_users.contract.fields import USER_FIELDS
from pytest_twilio_users.contract.operations import OPERATIONS, Operation, Part
from pytest_twilio_users.contract.refusals import REFUSALS, Refusal
from pytest_twilio_users.wire.codec import FORM_TYPE, refusal_body
from pytest_twilio_users.wire.schema import json_schema, openapi

ANSWERED = [example for example in EXAMPLES.values() if example.answer is not None]
SENT = [example for example in EXAMPLES.values() if example.form]


def complaints(schema: str, value: Any) -> list[str]:
    """Where a value does not fit one of the schemas, as JSON paths."""
    validator = Draft202012Validator(json_schema() | {"$ref": f"#/$defs/{schema}"})
    return sorted(error.json_path for error in validator.iter_errors(value))


def described(operation: str) -> dict[str, Any]:
    """An operation as the OpenAPI document describes it."""
    path = openapi()["paths"][OPERATIONS[operation].path]
    found: dict[str, Any] = path[OPERATIONS[operation].method.lower()]
    return found


# JSON Schema


def test_the_json_schema_is_one() -> None:
    """Any tool for JSON Schema 2020-12 can read it."""
    Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


@pytest.mark.parametrize("write", [json_schema, openapi])
def test_a_schema_can_be_written_to_a_file(write: Any) -> None:
    """It is plain JSON through and through: no enums, no tuples."""
    assert json.loads(json.dumps(write())) == write()


@pytest.mark.parametrize("write", [json_schema, openapi])
def test_a_schema_is_the_callers_own(write: Any) -> None:
    """What is changed in one is in no other, nor in the kit's tables."""

    def spoil(part: Any) -> None:
        for value in part.values() if isinstance(part, dict) else part:
            if isinstance(value, dict | list):
                spoil(value)
        part.clear()

    untouched = json.dumps(write())
    spoil(write())
    assert json.dumps(write()) == untouched


@pytest.mark.parametrize("example", ANSWERED, ids=lambda example: example.operation)
def test_a_published_answer_fits_the_schema(example: Example) -> None:
    """What Twilio published is valid."""
    schema = "UserPage" if "users" in example.answer else "User"

    assert complaints(schema, example.answer) == []


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=lambda refusal: refusal.name)
def test_each_refusal_fits_the_schema(refusal: Refusal) -> None:
    """The bodies that the stub refuses with are valid."""
    assert complaints("Refusal", refusal_body(refusal, path="/v1/Users", method="GET")) == []


@pytest.mark.parametrize("name", USER_FIELDS)
def test_any_field_of_a_user_may_be_null_and_none_missing(name: str) -> None:
    """The schema is Twilio's: all 13 are nullable, and all 13 are there."""
    lacking = {key: value for key, value in USER.items() if key != name}

    assert complaints("User", USER | {name: None}) == []
    assert complaints("User", lacking) == ["$"]


@pytest.mark.parametrize(
    ("schema", "value", "places"),
    [
        ("User", USER | {"sid": "ada", "identity": 1}, ["$.identity", "$.sid"]),
        ("User", USER | {"attributes": {"duty": "tech"}}, ["$.attributes"]),
        ("User", USER | {"is_online": "true"}, ["$.is_online"]),
        ("User", USER | {"links": {}}, ["$.links"]),
        (
            "User",
            USER | {"links": {"user_conversations": 5}},
            ["$.links.user_conversations"],
        ),
        ("User", USER | {"is_typing": True}, []),
        ("UserPage", PAGE | {"users": [USER | {"sid": 1}]}, ["$.users[0].sid"]),
        ("UserPage", PAGE | {"meta": PAGE["meta"] | {"page": None}}, ["$.meta.page"]),
        ("UserPage", PAGE | {"meta": PAGE["meta"] | {"next_page_url": None}}, []),
        ("UserPage", {"users": []}, ["$"]),
        ("Refusal", {"code": "20404", "message": "", "more_info": "", "status": 404}, ["$.code"]),
        ("Refusal", {}, ["$"] * 4),
        (
            "Refusal",
            {"code": 20404, "message": None, "more_info": 5, "status": "404"},
            ["$.message", "$.more_info", "$.status"],
        ),
        *((name, [], ["$"]) for name in ("User", "UserPage", "Refusal")),
        ("UserPage", PAGE | {"meta": []}, ["$.meta"]),
        ("UserPage", PAGE | {"users": {}}, ["$.users"]),
    ],
    ids=[
        "two fields",
        "attributes an object",
        "boolean as text",
        "no link",
        "link a number",
        "new field",
        "user of a page",
        "null page",
        "last page",
        "no meta",
        "code as text",
        "nothing",
        "wrong types",
        *("list for a user", "list for a page", "list for a refusal"),
        *("list for meta", "object for users"),
    ],
)
def test_the_schema_tells_what_breaks_the_contract(
    schema: str, value: dict[str, Any], places: list[str]
) -> None:
    """A wrong type and a missing part are invalid, a new field is not."""
    assert complaints(schema, value) == places


# OpenAPI


def test_the_openapi_document_is_one() -> None:
    """Any tool for OpenAPI 3.1 can read it."""
    OpenAPIV31SpecValidator(openapi()).validate()


def test_the_document_holds_the_ten_published_requests() -> None:
    """Methods and paths are those that Twilio published, and no others."""
    found = {(method.upper(), path) for path, item in openapi()["paths"].items() for method in item}

    assert found == {(example.method, example.path) for example in EXAMPLES.values()}


@pytest.mark.parametrize("example", EXAMPLES.values(), ids=lambda example: example.operation)
def test_an_operation_is_described_with_its_answers(example: Example) -> None:
    """One success, by its published status; everything else is a refusal."""
    responses = described(example.operation)["responses"]
    refused = responses["default"]["content"]["application/json"]["schema"]

    assert described(example.operation)["operationId"] == example.operation
    assert set(responses) == {str(example.status), "default"}
    assert refused == {"$ref": "#/components/schemas/Refusal"}


@pytest.mark.parametrize(
    ("operation", "schema"),
    [
        ("create_user", "User"),
        ("fetch_service_user", "User"),
        ("update_user", "User"),
        ("list_user", "UserPage"),
        ("list_service_user", "UserPage"),
    ],
)
def test_a_success_is_a_user_or_a_page(operation: str, schema: str) -> None:
    """The answer's schema is the one that the JSON Schema has under the same name."""
    success = described(operation)["responses"][str(OPERATIONS[operation].status)]

    assert success["content"]["application/json"]["schema"] == {
        "$ref": f"#/components/schemas/{schema}"
    }


@pytest.mark.parametrize("operation", ["delete_user", "delete_service_user"])
def test_a_deletion_answers_nothing(operation: str) -> None:
    """204 has a description, and no content."""
    assert described(operation)["responses"]["204"] == {"description": "The user is gone."}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)
def test_all_parameters_outside_the_form_are_listed(operation: Operation) -> None:
    """Path, query and header, each with its place and whether it may be left out."""
    listed = [(p["name"], p["in"], p["required"]) for p in described(operation.name)["parameters"]]

    assert listed == [
        (parameter.name, str(parameter.part), parameter.part is Part.PATH)
        for parameter in operation.parameters
        if parameter.part is not Part.FORM
    ]


@pytest.mark.parametrize(
    ("operation", "name", "schema"),
    [
        (
            "list_service_user",
            "ChatServiceSid",
            {"type": "string", "pattern": "^IS[0-9a-fA-F]{32}$"},
        ),
        ("fetch_user", "Sid", {"type": "string", "minLength": 1}),
        ("list_user", "PageSize", {"type": "integer", "minimum": 1, "maximum": 50}),
        ("list_user", "Page", {"type": "integer", "minimum": 0}),
        ("list_user", "PageToken", {"type": "string"}),
        (
            "delete_user",
            "X-Twilio-Webhook-Enabled",
            {"type": "string", "enum": ["true", "false"]},
        ),
    ],
)
def test_a_parameters_limits_are_in_its_schema(
    operation: str, name: str, schema: dict[str, Any]
) -> None:
    """Whoever generates requests from the document stays within the contract."""
    (found,) = [p["schema"] for p in described(operation)["parameters"] if p["name"] == name]

    assert found == schema


@pytest.mark.parametrize("example", SENT, ids=lambda example: example.operation)
def test_a_published_form_fits_the_request_body(example: Example) -> None:
    """Twilio's example is valid, and the document knows each of its parameters."""
    schema = described(example.operation)["requestBody"]["content"][FORM_TYPE]["schema"]

    assert list(schema["properties"]) == list(example.form)
    assert Draft202012Validator(schema).is_valid(example.form)


@pytest.mark.parametrize(
    ("operation", "form", "valid"),
    [
        ("create_user", {"Identity": "ada"}, True),
        ("create_user", {}, False),
        ("create_user", {"Identity": ""}, False),
        ("create_user", {"Identity": "a" * 257}, False),
        ("create_user", {"Identity": "ada", "FriendlyName": "A" * 257}, False),
        ("create_user", {"Identity": "ada", "RoleSid": "ada"}, False),
        ("update_user", {}, True),
        ("update_user", {"FriendlyName": ""}, True),
    ],
)
def test_a_form_has_its_limits(operation: str, form: dict[str, str], valid: bool) -> None:
    """Identity is required to create, and nothing to update; lengths and SIDs are checked."""
    body = described(operation)["requestBody"]

    assert Draft202012Validator(body["content"][FORM_TYPE]["schema"]).is_valid(form) is valid
    assert body["required"] is (operation == "create_user")


@pytest.mark.parametrize("operation", ["fetch_user", "list_user", "delete_user"])
def test_what_sends_no_form_has_no_request_body(operation: str) -> None:
    """Reading and deleting describe no body."""
    assert "requestBody" not in described(operation)


def test_every_operation_asks_for_basic_credentials() -> None:
    """Account SID and token, or key SID and secret, on all ten."""
    document = openapi()

    assert document["security"] == [{"basic": []}]
    assert document["components"]["securitySchemes"] == {
        "basic": {"type": "http", "scheme": "basic"}
    }
    assert not any("security" in described(operation) for operation in OPERATIONS)


def test_every_operation_has_the_tag_of_twilios_own_file() -> None:
    """So a generated client has its class, and not `DefaultApi`."""
    document = openapi()
    tagged = [item["tags"] for path in document["paths"].values() for item in path.values()]

    assert document["tags"] == [{"name": "ConversationsV1User"}]
    assert tagged == [["ConversationsV1User"]] * len(OPERATIONS)
