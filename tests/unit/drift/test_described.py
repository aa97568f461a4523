"""drift/described.py: operations as a document describes them, in one form for all documents."""

import pytest

from pytest_twilio_users.drift.described import NO_CREDENTIALS, describe
from pytest_twilio_users.drift.nodes import Document

FORM = "application/x-www-form-urlencoded"
SCHEMES = {
    "basic": {"type": "http", "scheme": "Basic"},
    "key": {"type": "apiKey", "in": "header"},
}


def document(operation=None, *, method="get", path="/v1/Users", item=None, **root):
    """The content of one that has an operation."""
    return {"paths": {path: {method: operation or {"responses": {}}, **(item or {})}}, **root}


def described(content):
    """What it says of its only operation."""
    [found] = describe(Document(content=content, source="it").root).values()
    return found


def test_operations_on_users_are_described_and_no_others():
    """Whatever is wrong with others, wherever they stand, and whatever else stands beside."""
    content = document(path="/v1/Users/{Any}")
    content["paths"] = {
        "/v1/Rooms": 5,
        **content["paths"],
        "/v1/Users": {"summary": "Users", "post": {"operationId": "CreateUser"}, "get": None},
        "/v2/Users": {"get": {}},
    }
    found = describe(Document(content=content, source="it").root)

    assert {call: each.name for call, each in found.items()} == {
        "GET /v1/Users/{Sid}": "unnamed",
        "POST /v1/Users": "CreateUser",
    }


def test_parameters_are_by_part_and_name():
    """A path's have the kit's names, headers no case; those that OpenAPI ignores are left out."""

    def parameter(part, name, **more):
        return {"in": part, "name": name, "schema": {"type": "string"}, **more}

    operation = {
        "parameters": [
            parameter("path", "user", required=True),
            parameter("header", "x-twilio-webhook-enabled"),
            parameter("header", "authorization"),
            parameter("query", "Accept", required=True),
            parameter("query", "Both", schema={"type": "integer"}),
            {
                "in": "query",
                "name": "J",
                "content": {"application/json": {"schema": {"type": "null"}}},
            },
        ],
        "responses": {},
    }
    item = {"parameters": [parameter("query", "Both"), parameter("query", "Item")]}
    found = described(document(operation, path="/v1/Users/{user}", item=item)).inputs

    assert {name: (each.required, each.value.type) for name, each in found.items()} == {
        "query.Both": (False, "integer"),
        "query.Item": (False, "string"),
        "path.Sid": (True, "string"),
        "header.X-Twilio-Webhook-Enabled": (False, "string"),
        "query.Accept": (True, "string"),
        "query.J": (False, "null"),
    }


def test_a_body_is_a_form_and_an_answer_is_json_if_there_are_several():
    """By their content types, without what follows those; without any there is no body."""
    form = {"schema": {"properties": {"Identity": {"type": "string"}, "A": {}}, "required": ["A"]}}
    user, page = ({"schema": {"type": kind}} for kind in ("object", "string"))
    operation = {
        "requestBody": {"content": {"application/json": user, FORM: form}},
        "responses": {
            "200": {"content": {"text/HTML": page, "Application/JSON; charset=utf-8": user}},
            "406": {"content": {"text/html; charset=utf-8": page}},
            "default": {"description": "no body"},
            "x-more": 5,
        },
    }
    found = described(document(operation, method="post"))

    assert {name: each.required for name, each in found.inputs.items()} == {
        "form.Identity": False,
        "form.A": True,
    }
    assert found.lists["request body"] == ("application/json", FORM)
    assert found.lists["status"] == ("200", "406")
    assert found.answers["default"] is None
    assert {
        status: (body.types, body.value.type) for status, body in found.answers.items() if body
    } == {
        "200": (("text/html", "application/json"), "object"),
        "406": (("text/html",), "string"),
    }


def test_what_is_only_listed_is_listed():
    """Headers of all answers, and whether it is deprecated."""
    responses = {"200": {"headers": {"A": {}, "B": {}}}, "404": {"headers": {"C": {}}}}
    found = described(document({"responses": responses, "deprecated": True}))
    assert found.lists["response headers"] == ("A", "B", "C")
    assert found.lists["operation"] == ("deprecated",)

    found = described(document({"responses": {}, "deprecated": False}))
    assert (found.lists["operation"], found.lists["request body"]) == ((), ())


@pytest.mark.parametrize(
    ("levels", "servers"),
    [
        ({}, ()),
        (
            {"servers": [{"url": "https://Conversations.Twilio.com:443"}]},
            ("https://conversations.twilio.com",),
        ),
        ({"servers": [{"url": "/"}, {"url": "https://a.example"}]}, ("https://a.example",)),
        (
            {
                "servers": [{"url": "https://a.example"}],
                "item": {"servers": [{"url": "https://b.example:8443"}]},
            },
            ("https://b.example:8443",),
        ),
        (
            {
                "servers": [
                    {"url": "https://{edge}.{x}.example", "variables": {"edge": {"default": "eu"}}}
                ]
            },
            ("https://eu.{x}.example",),
        ),
    ],
)
def test_servers_are_those_of_the_nearest_level(levels, servers):
    """What varies is as by default; a relative address names none, and a port that goes
    without saying is not said.
    """
    assert described(document(**levels)).lists["server"] == servers


def test_a_servers_path_stands_in_front_of_every_path():
    """As a document may leave the version to it."""
    content = document(path="/Users", servers=[{"url": "https://a.example/v1/"}])

    assert list(describe(Document(content=content, source="it").root)) == ["GET /v1/Users"]


@pytest.mark.parametrize(
    ("own", "root", "kinds"),
    [
        (None, None, ()),
        (None, [{"basic": []}], ("http basic",)),
        ([{"key": []}], [{"basic": []}], ("apikey",)),
        ([], [{"basic": []}], (NO_CREDENTIALS,)),
        ([{}], None, (NO_CREDENTIALS,)),
        ([{"basic": [], "key": []}], None, ("http basic and apikey",)),
        ([{"basic": []}, {"key": []}], None, ("http basic", "apikey")),
        ([{"unknown": []}], None, ()),
        ([{"unknown": [], "key": []}], None, ("apikey",)),
    ],
)
def test_credentials_are_those_of_the_operation_or_of_all(own, root, kinds):
    """Each that will do. What the document does not describe, says nothing."""
    content = document(
        {"responses": {}, "security": own}, security=root, components={"securitySchemes": SCHEMES}
    )

    assert described(content).lists["credentials"] == kinds
