"""Where a document's references lead, and what is told of those that lead nowhere."""

import json

import pytest

from pytest_twilio_users.drift.openapi_report import find_openapi_drift
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.wire.schema import openapi

LIST, USER = "#/paths/~1v1~1Users/get", "/v1/Users/{Sid}"
PAGE_SIZE = f"{LIST}/parameters/0"


def told(document):
    """The lines of a comparison, but for the last."""
    report = find_openapi_drift(json.dumps(document).encode(), source="it.json")
    return list(report.lines(verbose=False))[:-1]


def complaint(document):
    """What is said of a document that can't be compared."""
    with pytest.raises(KitError) as caught:
        told(document)
    return str(caught.value)


def refer(holder, name, document, *, by="parts"):
    """Put what stands somewhere behind a reference to a reference."""
    parts = document["components"].setdefault(by, {})
    number = len(parts)
    parts[f"{number}"] = holder[name]
    parts[f"{number}/~"] = {"$ref": f"#/components/{by}/{number}"}
    holder[name] = {"$ref": f"#/components/{by}/{number}~1%7E0"}


def places(document):
    """Every place of a document where a reference may stand, the deepest first."""

    def walk(part):
        for name, value in part.items() if isinstance(part, dict) else enumerate(part):
            if isinstance(value, dict | list):
                yield from walk(value)
            if isinstance(value, dict):
                yield part, name

    yield from list(walk(document["components"]["schemas"]))
    yield from list(walk(document["paths"]))


def test_references_may_stand_anywhere():
    """Before path items, operations, parameters, bodies, answers, headers, schemas."""
    document = openapi()
    for holder, name in places(document):
        refer(holder, name, document)
    assert json.dumps(document).count("$ref") > 300
    assert told(document) == []


def test_what_stands_behind_references_is_compared():
    """A chain of them hides nothing."""
    document = openapi()
    document["paths"]["/v1/Users"]["get"]["parameters"][0]["schema"]["maximum"] = 1000
    document["components"]["schemas"]["User"]["properties"]["locale"] = {"type": "string"}
    for holder, name in places(document):
        refer(holder, name, document)
    assert "warning  list_user: query.PageSize: maximum 50, then 1000" in told(document)
    assert "note     fetch_user: json.locale: nothing, then string" in told(document)


def test_a_reference_may_lead_through_another():
    """To a part of what is itself only referred to, and into a list."""
    document = openapi()
    document["paths"]["/v1/Users"] = {"$ref": "#/components/pathItems/users"}
    document["components"]["pathItems"] = {"users": openapi()["paths"]["/v1/Users"]}
    listed = document["paths"]["/v1/Services/{ChatServiceSid}/Users"]["get"]["parameters"]
    listed[1] = {"$ref": PAGE_SIZE}
    assert told(document) == []


def test_a_servers_path_may_have_a_parameter():
    """What varies in it is as by default, whatever that is. The default service is not there."""
    document = openapi()
    paths = document["paths"]
    for path in [*paths]:
        paths[path.removeprefix("/v1/Services/{ChatServiceSid}")] = paths.pop(path)
    url = "https://conversations.twilio.com/v1/Services/{Service}"
    document["servers"] = [{"url": url, "variables": {"Service": {"default": "{}"}}}]

    assert [line.partition(",")[0] for line in told(document)] == [
        "error    list_user: operation: GET /v1/Users",
        "error    create_user: operation: POST /v1/Users",
        "error    fetch_user: operation: GET /v1/Users/{Sid}",
        "error    update_user: operation: POST /v1/Users/{Sid}",
        "error    delete_user: operation: DELETE /v1/Users/{Sid}",
    ]


def test_an_answer_may_hold_itself():
    """It is looked at no deeper than the kit knows."""
    document = openapi()
    users = document["components"]["schemas"]["User"]["properties"]
    users["friend"] = {"$ref": "#/components/schemas/User"}
    users["links"] = {
        "allOf": [users["links"], {"$ref": "#/components/schemas/User/properties/links"}]
    }
    document["paths"][USER] = {"get": document["paths"][USER]["get"]}
    assert [line for line in told(document) if " fetch_user: " in line] == [
        "note     fetch_user: json.friend: nothing, then object"
    ]


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("#/components/parameters/PageSize", "which is not there"),
        ("#/components/schemas/User/3", "which is not there"),
        (f"{LIST}/parameters/3", "which is not there"),
        (f"{LIST}/parameters/x", "which is not there"),
        ("#PageSize", "which is not there"),
        ("#/openapi/3", "which is not there"),
        ("#/components/near/schema/type", "which is not there"),
        ("common.yaml#/PageSize", "another file: have both bundled into one"),
        ("https://example.com/it.json", "another file: have both bundled into one"),
        (PAGE_SIZE, "which leads back to itself"),
        ("#/components/a", "which leads back to itself"),
        ("#/components/b/c", "which leads back to itself"),
    ],
)
def test_a_broken_reference_is_told_with_its_place(reference, said):
    """In one sentence, and nothing is compared."""
    document = openapi()
    document["components"] |= {
        "a": {"$ref": "#/components/a"},
        "b": {"$ref": "#/components/b/c"},
        "near": {"$ref": f"{LIST}/parameters/1", "schema": {}},  # which hides what it refers to
    }
    document["paths"]["/v1/Users"]["get"]["parameters"][0] = {"$ref": reference}
    blamed = "#/components/a" if reference == "#/components/a" else reference
    assert complaint(document) == f"it.json: {PAGE_SIZE} refers to {blamed!r}, {said}."


def test_a_reference_is_followed_once():
    """However many lead to it: of these, each by two ways, there would be 2 to the 60th."""
    document = openapi()
    for number in range(60):
        following = f"#/components/a{number + 1}"
        document["components"][f"a{number}"] = {
            "$ref": f"{following}/x",
            "x": {"$ref": f"{following}/y"},
            "y": {"$ref": f"{following}/x"},
        }
    schema = document["paths"]["/v1/Users"]["get"]["parameters"][0]["schema"]
    document["components"]["a60"] = {"x": schema, "y": schema}
    document["paths"]["/v1/Users"]["get"]["parameters"][0]["schema"] = {"$ref": "#/components/a0/x"}
    assert find_openapi_drift(json.dumps(document).encode(), source="it.json").drifts == {}


@pytest.mark.parametrize(
    "break_it",
    [
        lambda document: document["paths"].update({"/v1/Users/{Sid}/Roles": {"$ref": "#/none"}}),
        lambda document: document["components"]["schemas"].update({"Role": {"$ref": "#/none"}}),
        lambda document: document["paths"][USER]["get"].update({"x-more": {"$ref": "#/none"}}),
        lambda document: document["paths"][USER]["get"].update({"example": {"$ref": "no.json"}}),
    ],
    ids=["a path", "a schema", "an extension", "an example"],
)
def test_a_broken_reference_elsewhere_is_nobodys(break_it):
    """A file that is cut may have some."""
    document = openapi()
    break_it(document)
    assert told(document) == []


@pytest.mark.parametrize(
    ("names", "wrong", "said"),
    [
        (("paths",), [], "#/paths is []; expected an object"),
        (("paths", "/v1/Users"), 5, "#/paths/~1v1~1Users is 5; expected an object"),
        (("paths", "/v1/Users", "get"), "x", f"{LIST} is 'x'; expected an object"),
        (
            ("paths", "/v1/Users", "get", "parameters"),
            {"a": 1},
            f"{LIST}/parameters is {{'a': 1}}; expected a list",
        ),
        (
            ("paths", "/v1/Users", "get", "parameters", 0),
            {"in": "query"},
            f"{PAGE_SIZE}/name is missing; expected text",
        ),
        (
            ("paths", "/v1/Users", "get", "parameters", 0, "schema"),
            {"type": 5},
            f"{PAGE_SIZE}/schema/type is 5; expected text",
        ),
        (
            ("paths", "/v1/Users", "get", "parameters", 0, "schema"),
            ["integer"],
            f"{PAGE_SIZE}/schema is ['integer']; expected an object",
        ),
        (("security",), [5], "#/security/0 is 5; expected an object"),
        (("servers",), [{"url": 5}], "#/servers/0/url is 5; expected text"),
    ],
)
def test_what_is_not_as_openapi_has_it_is_told_with_its_place(names, wrong, said):
    """In one sentence."""
    document = openapi()
    holder = document
    for name in names[:-1]:
        holder = holder[name]
    holder[names[-1]] = wrong
    assert complaint(document) == f"it.json: {said}."
