"""neighbours/forms.py: what a form says, in the names of fields."""

import pytest

from pytest_twilio_users.neighbours.forms import read_form
from pytest_twilio_users.neighbours.rows import NEIGHBOURS, Neighbour

ROWS = {row.name: row for row in NEIGHBOURS}
THINGS = Neighbour(
    name="things",
    path="/v1/Things",
    sid="TH",
    fields={"count": int, "size": 3, "on": bool, "off": True, "tags": [], "text": None},
)


@pytest.mark.parametrize(
    ("row", "form", "fields"),
    [
        (THINGS, [("UniqueName", "a"), ("X", "1")], {"unique_name": "a", "x": "1"}),
        (THINGS, [("Count", "7"), ("Size", "8")], {"count": 7, "size": 8}),
        (THINGS, [("Count", "seven")], {"count": "seven"}),
        (THINGS, [("On", "true"), ("Off", "False")], {"on": True, "off": False}),
        (THINGS, [("Tags", "a")], {"tags": ["a"]}),
        (
            THINGS,
            [("Tags", "a"), ("Text", "b"), ("Tags", "c"), ("Text", "d")],
            {"tags": ["a", "c"], "text": "d"},
        ),
        (ROWS["roles"], [("Permission", "sendMessage")], {"permissions": ["sendMessage"]}),
        (
            ROWS["participants"],
            [("MessagingBinding.Address", "+1"), ("MessagingBinding.ProxyAddress", "+2")],
            {"messaging_binding": {"address": "+1", "proxy_address": "+2"}},
        ),
        (
            ROWS["webhooks"],
            [("Configuration.Filters", "a"), ("Configuration.Url", "u"), ("Target", "webhook")],
            {"configuration": {"filters": ["a"], "url": "u"}, "target": "webhook"},
        ),
        (THINGS, [("A.B.C", "1"), ("A.B.D", "2"), ("A", "3")], {"a": "3"}),
        (THINGS, [("A", "3"), ("A.B", "1")], {"a": {"b": "1"}}),
        (THINGS, [("A.B.C.D", "1")], {"a": {"b": {"c": {"d": "1"}}}}),
        (ROWS["roles"], [("A.Permission", "1")], {"a": {"permission": "1"}}),
    ],
)
def test_a_form_is_read_as_the_row_says(row, form, fields):
    """Its defaults say what is a number, a list, a switch; dots lead into what is within."""
    assert read_form(row, form) == fields
