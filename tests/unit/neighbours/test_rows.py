"""neighbours/rows.py: the table."""

import re
from pathlib import Path

import pytest

from pytest_twilio_users.neighbours.rows import NEIGHBOURS

PAGE = Path(__file__).parents[3] / "docs" / "neighbours.md"
ROWS = pytest.mark.parametrize("row", NEIGHBOURS, ids=lambda row: row.name)


def test_the_page_tells_of_each():
    """By name, path, and the letters of its SIDs."""
    told = re.findall(r"^\| `(\w+)` \| `(\S+)` \| (\w*) ?\|", PAGE.read_text("utf-8"), re.MULTILINE)

    assert told == [(row.name, row.path, row.sid) for row in NEIGHBOURS]


@ROWS
def test_the_call_that_arranges_one_is_its_own(row):
    """With what it is in, and by what it is known."""
    call = row.arranged_by

    named = "participants" if row.view else row.name
    assert call.startswith(f'twilio_users.neighbours.add("{named}"')
    assert call.endswith("=…)")


def test_what_is_in_something_is_in_a_row_or_a_user():
    """Each list that a path leads through is known."""
    paths = {row.path for row in NEIGHBOURS} | {"/v1/Users"}

    assert {path for row in NEIGHBOURS for path, _ in row.ancestors} <= paths


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("services", 'add("services", friendly_name=…)'),
        ("conversations", 'add("conversations", unique_name=…)'),
        ("messages", 'add("messages", conversation_sid=…, author=…)'),
        ("participants", 'add("participants", conversation_sid=…, identity=…)'),
        ("user_conversations", 'add("participants", conversation_sid=…, identity=…)'),
    ],
)
def test_a_row_says_how_to_arrange_one(name, call):
    """With what it is in, and by what it is found; of a view, what it is read through."""
    row = next(row for row in NEIGHBOURS if row.name == name)
    assert row.arranged_by == f"twilio_users.neighbours.{call}"
