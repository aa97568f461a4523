"""Twilio's published example of each operation, by the operation's name."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A published request and its answer; a deletion has no answer."""

    operation: str
    method: str
    path: str
    form: dict[str, str]
    status: int
    answer: dict[str, Any] | None


def _example(name: str, published: dict[str, Any]) -> Example:
    method, path = published["request"].split()
    (form,) = published.get("form", {"": {}}).values()
    (answer,) = published.get("response", {"": None}).values()
    return Example(
        operation=re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower(),  # CreateServiceUser
        method=method,
        path=path,
        form=form,
        status=published["status"],
        answer=answer,
    )


_PUBLISHED = json.loads(Path(__file__).with_name("published_examples.json").read_text("utf-8"))

EXAMPLES = {
    example.operation: example
    for example in (_example(*item) for item in _PUBLISHED["operations"].items())
}
USER = EXAMPLES["fetch_user"].answer or {}
PAGE = EXAMPLES["list_user"].answer or {}
