"""One thing changed in the kit's own OpenAPI document is told in its place, and nothing else is."""

from copy import deepcopy

import pytest

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import OPERATIONS, Action, Part
from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.described import describe
from pytest_twilio_users.drift.nodes import Document
from pytest_twilio_users.drift.openapi_comparison import find_differences
from pytest_twilio_users.wire.codec import FORM_TYPE
from pytest_twilio_users.wire.schema import openapi

FORMS = {Kind.DATE_TIME: "string date-time", Kind.URL: "string uri", Kind.LINKS: "object"}
ANSWERED = {
    operation.name: "json.users[]" if operation.action is Action.LIST else "json"
    for operation in OPERATIONS.values()
    if operation.action is not Action.DELETE
}
LISTS = ("list_user", "list_service_user")


def form_of(described):
    """What the kind of a parameter or a field is called."""
    if described.sid:
        return f"string {described.sid.value} SID"
    if described.kind is Kind.INTEGER or (
        described.kind is Kind.BOOLEAN and not hasattr(described, "part")
    ):
        return described.kind.value
    return FORMS.get(described.kind, "string")


def operation_in(document, operation):
    """An operation of a document."""
    return document["paths"][operation.path][operation.method.lower()]


def parameter_in(document, operation, parameter):
    """Where a parameter is, by which name or number, and its schema."""
    described = operation_in(document, operation)
    if parameter.part is Part.FORM:
        properties = described["requestBody"]["content"][FORM_TYPE]["schema"]["properties"]
        return properties, parameter.name, properties[parameter.name]
    names = [found["name"] for found in described["parameters"]]
    at = names.index(parameter.name)
    return described["parameters"], at, described["parameters"][at]["schema"]


def schema_in(document, name):
    """One of the document's schemas."""
    schema = document["components"]["schemas"][name]
    return schema["properties"]["meta"] if name == "UserPage" else schema


# Of one operation


def _gone(operation):
    def change(document):
        del document["paths"][operation.path][operation.method.lower()]

    return change, f"ERROR @: operation: {operation.method} {operation.path}, then nothing"


def _other_status(operation):
    def change(document):
        responses = operation_in(document, operation)["responses"]
        responses["299"] = responses.pop(str(operation.status))

    return change, f"ERROR @: status: {operation.status}, then 299"


def _another_status(operation):
    def change(document):
        operation_in(document, operation)["responses"]["404"] = {"description": "Gone."}

    return change, f"ERROR @: status: {operation.status}, then {operation.status}, 404"


def _no_status(operation):
    def change(document):
        del operation_in(document, operation)["responses"][str(operation.status)]

    return change, f"ERROR @: status: {operation.status}, then nothing"


def _deprecated(operation):
    def change(document):
        operation_in(document, operation)["deprecated"] = True

    return change, "WARNING @: operation: nothing, then deprecated"


def _header(operation):
    def change(document):
        response = operation_in(document, operation)["responses"][str(operation.status)]
        response["headers"] = {"X-A": {}, "X-B": {}}

    return change, "NOTE @: response headers: nothing, then X-A, X-B"


def _optional(operation):
    def change(document):
        parameter = {"name": "Order", "in": "query", "schema": {"type": "string"}}
        operation_in(document, operation)["parameters"].append(parameter)

    return change, "WARNING @: query.Order: nothing, then optional"


def _required(operation):
    def change(document):
        parameter = {"name": "x-page", "in": "header", "required": True, "schema": {}}
        operation_in(document, operation)["parameters"].append(parameter)

    return change, "ERROR @: header.X-Page: nothing, then required"


def _address(operation):
    def change(document):
        operation_in(document, operation)["servers"] = [{"url": "https://users.example.com/"}]

    return change, (
        "ERROR @: server: https://conversations.twilio.com, then https://users.example.com"
    )


def _credentials(operation):
    def change(document):
        document["components"]["securitySchemes"]["token"] = {"type": "http", "scheme": "Bearer"}
        operation_in(document, operation)["security"] = [{"token": []}]

    return change, "ERROR @: credentials: http basic, then http bearer"


def _nobody_in_particular(operation):
    def change(document):
        operation_in(document, operation)["security"] = []

    return change, "ERROR @: credentials: http basic, then none"


def _anybody_too(operation):
    def change(document):
        operation_in(document, operation)["security"] = [{"basic": []}, {}]

    return change, "NOTE @: credentials: http basic, then http basic, none"


def _more_credentials(operation):
    def change(document):
        document["components"]["securitySchemes"]["token"] = {"type": "http", "scheme": "Bearer"}
        operation_in(document, operation)["security"] = [{"basic": [], "token": []}]

    return change, "ERROR @: credentials: http basic, then http basic and http bearer"


def _body(operation):
    described = operation.action is Action.DELETE
    body = {"content": {"text/plain": {"schema": {"type": "string"}}}} if described else {}

    def change(document):
        operation_in(document, operation)["responses"][str(operation.status)] = body

    told = ("nothing", "string") if described else ("object", "nothing")
    return change, "ERROR @: json: " + ", then ".join(told)


OF_OPERATIONS = (
    *(_gone, _other_status, _another_status, _no_status, _deprecated, _header),
    *(_optional, _required, _address, _credentials, _body),
    *(_nobody_in_particular, _anybody_too, _more_credentials),
)


def _of_operations():
    for operation in OPERATIONS.values():
        for kind in OF_OPERATIONS:
            change, line = kind(operation)
            yield kind.__name__, operation.name, change, [line.replace("@", operation.name)]


# Of one parameter of one operation


def _parameter_gone(operation, parameter):
    def change(document):
        holder, at, _ = parameter_in(document, operation, parameter)
        del holder[at]

    severity, need = ("ERROR", "required") if parameter.required else ("WARNING", "optional")
    return change, f"{severity} @: {need}, then nothing"


def _parameter_number(operation, parameter):
    def change(document):
        parameter_in(document, operation, parameter)[2]["type"] = "number"

    return change, f"ERROR @: {form_of(parameter)}, then number"


def _parameter_need(operation, parameter):
    def change(document):
        holder, at, _ = parameter_in(document, operation, parameter)
        if parameter.part is Part.FORM:
            body = operation_in(document, operation)["requestBody"]["content"][FORM_TYPE]
            required = {*body["schema"].get("required", [])} ^ {parameter.name}
            body["schema"]["required"] = sorted(required)
        else:
            holder[at]["required"] = not parameter.required

    words = ("required", "optional") if parameter.required else ("optional", "required")
    return change, "ERROR @: " + ", then ".join(words)


def _parameter_bound(operation, parameter):
    def change(document):
        parameter_in(document, operation, parameter)[2]["multipleOf"] = 5.0

    return change, "WARNING @: nothing, then multipleOf 5"


def _parameter_null(operation, parameter):
    def change(document):
        schema = parameter_in(document, operation, parameter)[2]
        schema["type"] = [schema["type"], "null"]

    return change, "WARNING @: nullable false, then true"


OF_PARAMETERS = (
    *(_parameter_gone, _parameter_number, _parameter_need, _parameter_bound, _parameter_null),
)


def _of_parameters():
    for operation in OPERATIONS.values():
        for parameter in operation.parameters:
            pointer = f"{parameter.part}.{parameter.name}"
            for kind in OF_PARAMETERS:
                change, line = kind(operation, parameter)
                told = line.replace("@", f"{operation}: {pointer}")
                yield kind.__name__, f"{operation}: {pointer}", change, [told]


# Of one field, in every answer that has it


def _field_gone(fields, field, form):
    del fields[field]
    return f"WARNING @: {form}, then nothing"


def _field_number(fields, field, form):
    fields[field] = {"type": ["number", "null"]}
    return f"ERROR @: {form}, then number"


def _field_null(fields, field, _form):
    types = fields[field]["type"]
    fields[field]["type"] = types[0] if isinstance(types, list) else [types, "null"]
    before, after = ("true", "false") if isinstance(types, list) else ("false", "true")
    return f"WARNING @: nullable {before}, then {after}"


def _field_enum(fields, field, _form):
    fields[field]["enum"] = ["b", "a", None]
    return "WARNING @: nothing, then enum a | b"


def _field_new(fields, _field, _form):
    fields["locale"] = {"type": "string", "format": "language"}
    return "NOTE @: nothing, then string language"


def _of_fields():
    texts = {"code": "integer", "message": "string", "more_info": "string uri", "status": "integer"}
    answers = {
        "User": (ANSWERED, {name: form_of(field) for name, field in USER_FIELDS.items()}),
        "UserPage": (
            dict.fromkeys(LISTS, "json.meta"),
            {name: form_of(field) for name, field in META_FIELDS.items()},
        ),
        "Refusal": (dict.fromkeys(OPERATIONS, "default.json"), texts),
    }
    for schema, (places, fields) in answers.items():
        for kind in (_field_gone, _field_number, _field_null, _field_enum):
            for field, form in fields.items():
                yield _in_field(schema, places, kind, field, form)
        yield _in_field(schema, places, _field_new, "locale", "")


def _in_field(schema, places, kind, field, form):
    def change(document):
        kind(schema_in(document, schema)["properties"], field, form)

    scratch = deepcopy(schema_in(openapi(), schema)["properties"])
    line = kind(scratch, field, form)
    told = [
        line.replace("@", f"{operation}: {place}.{field}") for operation, place in places.items()
    ]
    return kind.__name__, f"{schema}.{field}", change, told


# Of the type that a body is of


def _of_bodies():
    for operation in OPERATIONS.values():
        if operation.in_part(Part.FORM):
            yield _in_body(operation, "request body", FORM_TYPE, lambda of: of["requestBody"])
        if operation.name in ANSWERED:
            status = str(operation.status)
            yield _in_body(
                operation,
                "content type",
                "application/json",
                lambda of, status=status: of["responses"][status],
            )


def _in_body(operation, what, type_, find):
    def change(document):
        content = find(operation_in(document, operation))["content"]
        content["text/x-new"] = content.pop(type_)

    told = f"ERROR {operation}: {what}: {type_}, then text/x-new"
    return what, operation.name, change, [told]


MUTATIONS = {}
for mutations in (_of_operations(), _of_parameters(), _of_bodies(), _of_fields()):
    for kind, place, change, told in mutations:
        MUTATIONS.setdefault(kind.strip("_"), {})[place] = (change, told)


def shown(document):
    """The differences, each with its severity."""
    found = find_differences(describe(Document(content=document, source="it").root))
    return sorted(f"{d.severity.name} {d}" for d in found if isinstance(d, Drift))


def changed(change):
    """The kit's own document, changed in one thing."""
    document = openapi()
    change(document)
    return document


@pytest.mark.parametrize("mutations", MUTATIONS.values(), ids=MUTATIONS)
def test_one_change_is_one_difference(mutations):
    """Wherever it is made: in each operation that it touches, and nothing else is told."""
    found = {place: shown(changed(change)) for place, (change, _) in mutations.items()}
    assert found == {place: sorted(told) for place, (_, told) in mutations.items()}


def test_there_are_hundreds():
    """Of every operation, parameter and field."""
    assert sum(map(len, MUTATIONS.values())) > 400


# What no request and no answer tells


def everything(document, **more):
    """Add something to every object of a document that describes something."""

    def walk(part, name=""):
        if isinstance(part, dict):
            for below, value in part.items():
                walk(value, below)
            if "type" in part or "schema" in part or name in ("get", "post", "delete"):
                part.update(deepcopy(more))
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(document["paths"])
    walk(document["components"])


def without(document, *names):
    """Take names away wherever they stand for something else than a field."""

    def walk(part, *, named):
        if isinstance(part, dict):
            for name in names if named else ():
                part.pop(name, None)
            for below, value in part.items():
                walk(value, named=below not in ("properties", "headers"))
        elif isinstance(part, list):
            for value in part:
                walk(value, named=True)

    walk(document, named=True)


def _renamed_parameter(document):
    item = document["paths"].pop("/v1/Users/{Sid}")
    for described in item.values():
        described["parameters"][0]["name"] = "UserSid"
    document["paths"]["/v1/Users/{UserSid}"] = item


def _path_wide(document):
    """A parameter that the path's item declares; and one of an operation that replaces it."""
    item = document["paths"]["/v1/Users/{Sid}"]
    parameter = item["get"]["parameters"].pop()
    item["parameters"] = [{**parameter, "schema": {"type": "integer"}}]
    item["get"]["parameters"] = [parameter]


def _other_operations(document):
    """Of paths that are none of users."""
    paths = document["paths"]
    paths["/v1/Users/{Sid}/Conversations"] = {"get": {"operationId": "ListUserConversation"}}
    paths["/v1/Roles"] = {"get": {"operationId": "ListRole"}}


def _header_case(document):
    for parameter in document["paths"]["/v1/Users"]["post"]["parameters"]:
        parameter["name"] = parameter["name"].lower()


def _reversed(document):
    schemas = document["components"]["schemas"]
    schemas["User"]["properties"] = dict(reversed(schemas["User"]["properties"].items()))
    document["paths"] = dict(reversed(document["paths"].items()))


def _standing_elsewhere(document):
    """Headers that are described by other parts of a document than parameters."""
    for name in ("accept", "Authorization", "Content-Type"):
        parameter = {"name": name, "in": "header", "required": True, "schema": {}}
        document["paths"]["/v1/Users"]["get"]["parameters"].append(parameter)


def _refusals_gone(document):
    for item in document["paths"].values():
        for described in item.values():
            del described["responses"]["default"]


def _cut(document):
    for name in ("servers", "security", "info", "tags"):
        del document[name]
    del document["components"]["securitySchemes"]


def _undefined_credentials(document):
    document["security"] = [{"accountSid_authToken": []}]


def _relative_server(document):
    document["servers"] = [{"url": "/"}]


def _base_path(document):
    document["servers"] = [{"url": "https://conversations.twilio.com/v1/"}]
    document["paths"] = {path.removeprefix("/v1"): i for path, i in document["paths"].items()}


def _varying_server(document):
    variables = {"product": {"default": "conversations"}}
    document["servers"] = [{"url": "https://{product}.twilio.com", "variables": variables}]


def _server_spelled_otherwise(document):
    document["servers"] = [{"url": "HTTPS://Conversations.Twilio.com:443/"}]


def _content_of_a_parameter(document):
    for parameter in document["paths"]["/v1/Users"]["get"]["parameters"]:
        parameter["content"] = {"application/json": {"schema": parameter.pop("schema")}}


def _charset(document):
    for response in document["paths"]["/v1/Users"]["get"]["responses"].values():
        content = response["content"]
        content["Application/JSON; charset=utf-8"] = content.pop("application/json")


def _links_as_twilio_writes_them(document):
    links = schema_in(document, "User")["properties"]["links"]
    del links["properties"]
    links["format"] = "uri-map"


NEUTRAL = {
    "nothing": lambda _: None,
    "wording": lambda d: everything(d, description="New.", summary="New.", title="New"),
    "examples": lambda d: everything(d, example={"$ref": "#/no"}, examples=[1], default="x"),
    "tags": lambda d: everything(d, tags=["Users"], externalDocs={"url": "https://example.com"}),
    "extensions": lambda d: everything(d, **{"x-twilio": {"pii": {}}, "x-maturity": ["GA"]}),
    "names of operations": lambda d: everything(d, operationId="NewName"),
    "an extension among statuses": lambda d: [
        method["responses"].update({"x-codes": [1]})
        for item in d["paths"].values()
        for method in item.values()
    ],
    "the name of a path's parameter": _renamed_parameter,
    "a parameter of the path's item": _path_wide,
    "other operations": _other_operations,
    "the case of a header": _header_case,
    "order": _reversed,
    "headers that stand elsewhere": _standing_elsewhere,
    "a file that is cut": _cut,
    "credentials that are not said": _undefined_credentials,
    "a server that is not said": _relative_server,
    "a server with a path": _base_path,
    "a server that varies": _varying_server,
    "a server's spelling": _server_spelled_otherwise,
    "a parameter's content": _content_of_a_parameter,
    "the charset of a content type": _charset,
    "lengths": lambda d: without(d, "minLength", "maxLength"),
    "the lengths of a SID": lambda d: [
        schema.update(minLength=34, maxLength=34)
        for schema in schema_in(d, "User")["properties"].values()
        if "pattern" in schema
    ],
    "what text holds": lambda d: without(d, "contentMediaType", "contentSchema"),
    "fields that are always there": lambda d: [
        schema.pop("required") for schema in d["components"]["schemas"].values()
    ],
    "the names of links": _links_as_twilio_writes_them,
    "refusals": _refusals_gone,
    "a body that is not required": lambda d: [
        method["requestBody"].pop("required")
        for item in d["paths"].values()
        for method in item.values()
        if "requestBody" in method
    ],
}


@pytest.mark.parametrize("change", NEUTRAL.values(), ids=NEUTRAL)
def test_what_changes_no_request_and_no_answer_is_no_difference(change):
    """Nor is what the kit knows and the file does not say."""
    assert shown(changed(change)) == []
