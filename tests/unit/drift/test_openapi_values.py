"""What a schema says of a value, in whichever version and by whichever way it says it."""

import pytest

from pytest_twilio_users.drift.nodes import Document
from pytest_twilio_users.drift.values import Value

SID = {"type": "string", "pattern": "^US[0-9a-fA-F]{32}$"}
SID_LIMITS = {"pattern": "^US[0-9a-fA-F]{32}$", "minLength": "34", "maxLength": "34"}
BOUNDS = {"minimum": "1", "maximum": "50.5"}
NULLABLE = {"nullable": "true"}


def value(schema, **schemas):
    """What a schema says, in a document that has others."""
    document = Document(content={"it": schema, **schemas}, source="it")
    return Value(document.root["it"])


@pytest.mark.parametrize(
    ("schema", "type_", "facts"),
    [
        ({}, "anything", {}),
        (True, "anything", {}),
        (None, "anything", {}),
        ({"type": "null"}, "null", NULLABLE),
        ({"type": "integer", "format": "int64"}, "integer", {}),
        ({"type": "string", "format": "date-time"}, "string date-time", {}),
        ({"type": "string", "format": "uri", "nullable": True}, "string uri", NULLABLE),
        ({"type": ["string", "null"], "format": "uri"}, "string uri", NULLABLE),
        ({"type": ["null", "string", "integer"]}, "integer or string", NULLABLE),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string", NULLABLE),
        ({"oneOf": [{"type": "string"}, {"type": "integer"}]}, "integer or string", {}),
        ({"oneOf": [{"const": "b"}, {"const": "a"}]}, "string", {"enum": "a | b"}),
        ({"enum": ["a", None]}, "string", {"enum": "a", **NULLABLE}),
        ({"type": "string", "enum": ["a", None]}, "string", {"enum": "a"}),
        ({"type": "string", "enum": [True, False]}, "string", {"enum": "false | true"}),
        ({"enum": [1, 2.0]}, "anything", {"enum": "1 | 2"}),
        ({"properties": {"a": {}}}, "object", {}),
        ({"items": {}}, "array", {}),
        (SID, "string US SID", SID_LIMITS),
        ({**SID, "minLength": 34, "maxLength": 34}, "string US SID", SID_LIMITS),
        ({**SID, "maxLength": 40}, "string US SID", {**SID_LIMITS, "maxLength": "40"}),
        ({"type": "string", "pattern": "^[a-z]+$"}, "string", {"pattern": "^[a-z]+$"}),
        ({"type": "string", "minLength": 0}, "string", {}),
        ({"type": "string", "maxLength": 0}, "string", {"maxLength": "0"}),
        ({"type": "array", "minItems": 0, "uniqueItems": False}, "array", {}),
        ({"type": "array", "uniqueItems": True}, "array", {"uniqueItems": "true"}),
        ({"type": "integer", "minimum": 0}, "integer", {"minimum": "0"}),
        ({"type": "number", "minimum": 1.0, "maximum": 50.5}, "number", BOUNDS),
        ({"type": "integer", "exclusiveMinimum": 0}, "integer", {"minimum": "1"}),
        ({"type": "integer", "maximum": 9, "exclusiveMaximum": True}, "integer", {"maximum": "8"}),
        ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, "integer", {"minimum": "1"}),
        ({"type": "integer", "exclusiveMinimum": True}, "integer", {}),
        ({"type": "number", "exclusiveMinimum": 0}, "number", {"exclusiveMinimum": "0"}),
        (
            {"type": "number", "minimum": 1, "exclusiveMinimum": True},
            "number",
            {"exclusiveMinimum": "1"},
        ),
        ({"type": "integer", "maximum": "50"}, "integer", {"maximum": "50"}),
        ({"type": "integer", "maximum": [50]}, "integer", {"maximum": "[50]"}),
        (
            {"type": "string", "contentMediaType": "text/csv"},
            "string",
            {"content": "text/csv"},
        ),
        (
            {"contentMediaType": "application/json", "contentSchema": {"type": "object"}},
            "anything",
            {"content": "application/json object"},
        ),
        (
            {"allOf": [{"type": "string"}, {"maxLength": 5}], "nullable": True},
            "string",
            {"maxLength": "5", **NULLABLE},
        ),
        (
            {"$ref": "#/number", "type": "string", "nullable": False},
            "string",
            {"maximum": "5"},
        ),
    ],
)
def test_a_schema_says_what_it_says(schema, type_, facts):
    """Whatever is written in two versions in two ways."""
    said = value(schema, number={"type": "integer", "nullable": True, "maximum": 5})
    assert said.type == type_
    assert said.facts == {"nullable": "false", **facts}


def test_a_schema_may_hold_itself():
    """Whichever way: nothing is looked at before it is asked for."""
    user = {
        "allOf": [{"$ref": "#/it"}, {"type": "object"}],
        "properties": {"friend": {"$ref": "#/it"}, "friends": {"items": {"$ref": "#/it"}}},
    }
    said = value(user)
    assert said.type == said.parts[".friend"].parts[".friend"].type == "object"
    assert said.parts[".friends"].parts["[]"].parts.keys() == {".friend", ".friends"}


@pytest.mark.parametrize(
    ("schema", "is_map"),
    [
        ({"type": "object", "additionalProperties": {"type": "string"}}, True),
        ({"type": "object", "additionalProperties": True}, True),
        ({"type": "object", "additionalProperties": False}, False),
        ({"type": "object", "format": "uri-map"}, True),
        ({"type": "object"}, False),
        ({"additionalProperties": True, "properties": {"user_channels": {}}}, False),
    ],
)
def test_an_object_may_say_no_names(schema, is_map):
    """As links do in Twilio's document. One that names some is no map, whatever else it allows."""
    assert value(schema).is_map is is_map
