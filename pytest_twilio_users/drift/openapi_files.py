"""Reads an OpenAPI document from the bytes of a file, which are JSON or YAML."""

import json
import re
from typing import Any, NoReturn

from pytest_twilio_users.drift.nodes import Document
from pytest_twilio_users.errors import KitError, brief
from pytest_twilio_users.extras import require
from pytest_twilio_users.wire.codec import no_duplicates, refuse_constant


def read_document(content: bytes, *, source: str) -> Document:
    """Read a document of OpenAPI 3.0 or 3.1; complaints call the file `source`.

    Raises:
        KitError: it is none, or it is YAML and nothing is there to read it.
    """
    try:
        read = _read(content.decode(json.detect_encoding(content)), source)
    except UnicodeDecodeError as error:
        refuse(source, f"it is not text, at byte {error.start}")
    except json.JSONDecodeError as error:
        refuse(source, f"it is not JSON: {error.msg}, line {error.lineno} column {error.colno}")
    except ValueError as error:
        refuse(source, f"it can't be read: {error}")
    if not isinstance(read, dict):
        refuse(source, f"it is {brief(read)}")
    version = read.get("openapi", read.get("swagger"))
    if version is None:
        refuse(source, 'it has no key "openapi", such as "openapi": "3.0.1"')
    if not re.match(r"3\.[01](\.|$)", str(version)):
        refuse(
            source, f"its version is {brief(version)}, and those that can be read are 3.0 and 3.1"
        )
    return Document(content=read, source=source)


def refuse(source: str, problem: str) -> NoReturn:
    """Say that a file is not the one that can be compared, and which one is.

    Raises:
        KitError: always.
    """
    raise KitError(
        f"{source} is not an OpenAPI document of Twilio's Conversations: {problem}. Twilio's own is"
        " spec/json/twilio_conversations_v1.json of https://github.com/twilio/twilio-oai."
    )


def _read(text: str, source: str) -> Any:
    text = text.removeprefix("\N{BYTE ORDER MARK}")
    if not text.strip():
        refuse(source, "it is empty")
    if text.lstrip()[0] in "{[":
        return json.loads(text, object_pairs_hook=no_duplicates, parse_constant=refuse_constant)
    require("yaml", asked=f"{source} is not JSON, and to read it as YAML")
    from pytest_twilio_users.drift.yaml_reading import read_yaml

    return read_yaml(text)
