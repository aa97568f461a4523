"""The tables of the contract as JSON Schema or as an OpenAPI 3.1 document."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pytest_twilio_users.contract.fields import LINK_NAMES, META_FIELDS, USER_FIELDS, Field, Kind
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.operations import (
    BOOLEANS,
    OPERATIONS,
    Action,
    Operation,
    Parameter,
    Part,
)
from pytest_twilio_users.wire.codec import FORM_TYPE

Schema = dict[str, Any]

_USER, _PAGE, _REFUSAL = "User", "UserPage", "Refusal"
_TAG = "ConversationsV1User"
"""As in Twilio's own file: generators name the class of the client after it."""


def json_schema() -> Schema:
    """The schemas of a User, a page of users and a refusal, as one JSON Schema (2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": _schemas(ref="#/$defs/"),
    }


def openapi() -> Schema:
    """The ten operations as an OpenAPI 3.1 document."""
    paths: Schema = {}
    for operation in OPERATIONS.values():
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Twilio Conversations v1 User", "version": "1"},
        "servers": [{"url": DEFAULT_ORIGIN}],
        "security": [{"basic": []}],
        "tags": [{"name": _TAG}],
        "paths": paths,
        "components": {
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic"}},
            "schemas": _schemas(ref="#/components/schemas/"),
        },
    }


def _schemas(*, ref: str) -> Schema:
    return {
        _USER: _object(USER_FIELDS, nullable=True),
        _PAGE: {
            "type": "object",
            "required": ["meta", "users"],
            "properties": {
                "meta": _object(META_FIELDS, nullable=False),
                "users": {"type": "array", "items": {"$ref": ref + _USER}},
            },
        },
        _REFUSAL: {
            "type": "object",
            "required": ["code", "message", "more_info", "status"],
            "properties": {
                "code": {"type": "integer"},
                "message": {"type": "string"},
                "more_info": {"type": "string", "format": "uri"},
                "status": {"type": "integer"},
            },
        },
    }


def _object(fields: Mapping[str, Field], *, nullable: bool) -> Schema:
    return {
        "type": "object",
        "required": list(fields),
        "properties": {
            name: _field(field, nullable=nullable or bool(field.null_when))
            for name, field in fields.items()
        },
    }


def _field(field: Field, *, nullable: bool) -> Schema:
    schema = deepcopy(_KINDS[field.kind]) | ({"pattern": field.sid.pattern} if field.sid else {})
    return schema | {"type": [schema["type"], "null"]} if nullable else schema


def _operation(operation: Operation) -> Schema:
    described: Schema = {
        "operationId": operation.name,
        "tags": [_TAG],
        "parameters": [
            _parameter(parameter)
            for parameter in operation.parameters
            if parameter.part is not Part.FORM
        ],
        "responses": {
            str(operation.status): _success(operation),
            "default": _content("Twilio says no.", _REFUSAL),
        },
    }
    form = operation.in_part(Part.FORM)
    if form:
        required = [parameter.name for parameter in form if parameter.required]
        described["requestBody"] = {
            "required": bool(required),
            "content": {
                FORM_TYPE: {
                    "schema": {
                        "type": "object",
                        "properties": {p.name: _parameter_schema(p) for p in form},
                        **({"required": required} if required else {}),
                    }
                }
            },
        }
    return described


def _success(operation: Operation) -> Schema:
    if operation.action is Action.DELETE:
        return {"description": "The user is gone."}
    return _content("The answer.", _PAGE if operation.action is Action.LIST else _USER)


def _content(description: str, schema: str) -> Schema:
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {"description": description, "content": {"application/json": {"schema": reference}}}


def _parameter(parameter: Parameter) -> Schema:
    return {
        "name": parameter.name,
        "in": parameter.part.value,
        "required": parameter.required,
        "schema": _parameter_schema(parameter),
    }


def _parameter_schema(parameter: Parameter) -> Schema:
    if parameter.part is Part.HEADER:
        return {"type": "string", "enum": list(BOOLEANS)}
    limits = {
        "pattern": parameter.sid.pattern if parameter.sid else None,
        "minLength": 1 if parameter.required and not parameter.sid else None,
        "maxLength": parameter.max_length,
        "minimum": parameter.minimum,
        "maximum": parameter.maximum,
    }
    return deepcopy(_KINDS[parameter.kind]) | {k: v for k, v in limits.items() if v is not None}


_KINDS: dict[Kind, Schema] = {
    Kind.TEXT: {"type": "string"},
    Kind.SID: {"type": "string"},
    Kind.JSON_OBJECT: {
        "type": "string",
        "contentMediaType": "application/json",
        "contentSchema": {"type": "object"},
    },
    Kind.DATE_TIME: {"type": "string", "format": "date-time"},
    Kind.URL: {"type": "string", "format": "uri"},
    Kind.LINKS: {
        "type": "object",
        "required": list(LINK_NAMES),
        "properties": {name: {"type": "string", "format": "uri"} for name in LINK_NAMES},
    },
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.INTEGER: {"type": "integer"},
}
