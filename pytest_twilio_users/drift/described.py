"""The operations on users as an OpenAPI document describes them, in one form for all documents."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pytest_twilio_users.contract.operations import OPERATIONS, Part
from pytest_twilio_users.drift.nodes import Node
from pytest_twilio_users.drift.values import Value
from pytest_twilio_users.wire.codec import FORM_TYPE

REFUSALS = "default"
"""What a document calls the status of every answer that it describes by no other."""

NO_CREDENTIALS = "none"
"""The value for a document without authentication."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PARAMETER = re.compile(r"\{([^{}]*)\}")
_SERVER = re.compile(r"(?P<origin>[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?(?P<path>[^?#]*)")
_PATHS = {_PARAMETER.sub("{}", operation.path): operation.path for operation in OPERATIONS.values()}

_IGNORED = ("Accept", "Authorization", "Content-Type")
"""Headers that are no parameters, says OpenAPI: other parts of a document describe them."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Input:
    """A parameter, wherever it travels."""

    required: bool
    value: Value


@dataclass(frozen=True, kw_only=True, slots=True)
class Body:
    """What a request or an answer holds, and the content types that it may be of."""

    types: tuple[str, ...]
    value: Value


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """An operation.

    `inputs` are by part and name, as in a violation ("query.PageSize"), `answers` by status:
    None is one without a body. `lists` holds what is only listed, such as statuses and headers.
    """

    name: str
    inputs: Mapping[str, Input]
    answers: Mapping[str, Body | None]
    lists: Mapping[str, tuple[str, ...]]


def describe(root: Node) -> dict[str, Described]:
    """What a document says of the paths of users: each operation by method and path.

    No request tells what a path calls its parameters, so they have the kit's names.
    """
    found = {}
    for path, item in root["paths"].items():
        unnamed = _PARAMETER.sub("{}", path)
        if not any(known.endswith(unnamed) for known in _PATHS):
            continue  # whatever is wrong with others
        for method in _METHODS:
            operation = item[method]
            known = _PATHS.get(_base(operation, item, root) + unnamed)
            if known and operation.value is not None:
                names = _names(path, known)
                found[f"{method.upper()} {known}"] = _describe(root, item, method, names)
    return found


def _names(path: str, known: str) -> dict[str, str]:
    """The kit's names of a path's parameters. Those in front may be a server's."""
    theirs, ours = (reversed(_PARAMETER.findall(each)) for each in (path, known))
    return dict(zip(theirs, ours, strict=False))


def _describe(root: Node, item: Node, method: str, names: Mapping[str, str]) -> Described:
    operation = item[method]
    form = _body(operation["requestBody"], preferred=FORM_TYPE)
    responses = {
        status: response
        for status, response in operation["responses"].items()
        if not status.startswith("x-")
    }
    return Described(
        name=str(operation["operationId"].value or "unnamed"),
        inputs=dict(_parameters(item, operation, names)) | dict(_form(form)),
        answers={status: _body(response) for status, response in responses.items()},
        lists={
            "operation": ("deprecated",) if operation["deprecated"].value else (),
            "server": _servers(operation, item, root),
            "credentials": tuple(_credentials(root, operation)),
            "request body": form.types if form else (),
            "status": tuple(status for status in responses if status != REFUSALS),
            "response headers": tuple(
                name for response in responses.values() for name in response["headers"].names()
            ),
        },
    )


def _parameters(
    item: Node, operation: Node, names: Mapping[str, str]
) -> Iterator[tuple[str, Input]]:
    """Those of the path's item, and after them those of the operation, which replace them."""
    for parameter in (*item["parameters"].elements(), *operation["parameters"].elements()):
        part, name = parameter["in"].text(), parameter["name"].text()
        if part == Part.PATH:
            name = names.get(name, name)
        elif part == Part.HEADER:
            name = name.title()  # whatever its case
        if part != Part.HEADER or name not in _IGNORED:
            body = _body(parameter)
            value = body.value if body else Value(parameter["schema"])
            yield f"{part}.{name}", Input(required=bool(parameter["required"].value), value=value)


def _form(body: Body | None) -> Iterator[tuple[str, Input]]:
    if body:
        for pointer, value in body.value.parts.items():
            required = pointer.removeprefix(".") in body.value.required
            yield f"{Part.FORM}{pointer}", Input(required=required, value=value)


def _body(carrier: Node, *, preferred: str = "application/json") -> Body | None:
    media = {
        name.partition(";")[0].strip().lower(): content
        for name, content in carrier["content"].items()
    }
    if not media:
        return None
    content = media.get(preferred) or next(iter(media.values()))
    return Body(types=tuple(media), value=Value(content["schema"]))


def _servers(*levels: Node) -> tuple[str, ...]:
    """The addresses of the nearest level that has any. A relative one names no server."""
    found = (server["origin"] for server in _nearest(*levels) if server["origin"])
    return tuple(origin.lower().removesuffix(":443") for origin in found)


def _base(*levels: Node) -> str:
    """What stands in front of every path: that of the first server, as all have the same."""
    return next((server["path"].rstrip("/") for server in _nearest(*levels)), "")


def _nearest(*levels: Node) -> Iterator[re.Match[str]]:
    """The servers of the nearest level that has any; what varies in them is as by default."""
    servers = next(filter(None, ([*level["servers"].elements()] for level in levels)), [])
    for server in servers:
        url = server["url"].text()
        for name, variable in server["variables"].items():
            url = url.replace(f"{{{name}}}", variable["default"].text())
        yield cast("re.Match[str]", _SERVER.match(url))


def _credentials(root: Node, operation: Node) -> Iterator[str]:
    """The kinds of credentials that will do, as far as the document says what they are."""
    schemes = root["components"]["securitySchemes"]
    own = operation["security"]
    security = root["security"] if own.value is None else own
    if security.value == []:
        yield NO_CREDENTIALS
    for names in security.elements():
        kinds = [_kind(schemes[name]) for name in names.names() if schemes[name].value is not None]
        if kinds or not names.names():
            yield " and ".join(kinds) or NO_CREDENTIALS


def _kind(scheme: Node) -> str:
    parts = (scheme[part].value for part in ("type", "scheme"))
    return " ".join(str(part).lower() for part in parts if part)
