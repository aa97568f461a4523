from datetime import date
from typing import Any

from pytest_twilio_users.cassettes.as_conversation import conversation
from pytest_twilio_users.cassettes.cassette import Cassette, Recorded

WIDE = 70 * "x"


def test_each_kind_of_message_has_its_lines():
    """A query, a form with a name twice, a list, a text; what is nested without end is cut."""
    asked = {"method": "GET", "path": "/v1/Users", "query": {"PageSize": "2"}}
    form = [["Identity", "text-1"], ["Identity", "text-2"]]
    users = [{"identity": "text-1", "attributes": {"plan": WIDE}}, {"identity": WIDE}]
    deep: Any = WIDE
    for _ in range(99):
        deep = [deep]
    exchanges = (
        Recorded(request=asked, response={"status": 200, "json": {"users": users, "meta": {}}}),
        Recorded(
            request={"operation": "create_user", "method": "POST", "path": "/", "form": form},
            response={
                "status": 599,
                "headers": {"retry-after": "2", "date": "…"},
                "text": "text-3",
            },
        ),
        Recorded(
            request={"method": "GET", "path": "/"}, response={"status": 200, "json": [1, deep]}
        ),
        Recorded(
            request={
                "method": "GET",
                "path": "/",
                "credentials": False,
                "headers": {"accept": "*/*", "x-twilio-webhook-enabled": "true"},
                "body": {"text": "text-4"},
            },
            response={
                "status": 404,
                "json": {
                    "short": ["ü" + 67 * "x"],
                    "long": ["ü" + 68 * "x"],
                    "word": 100 * "x",
                },
            },
        ),
        Recorded(request={"method": "GET", "path": "/"}, response={"status": 404, "json": None}),
    )
    about = {"name": "a.py::test_a", "recorded_from": "conversations.twilio.com", "kit": "0.1.0"}
    cassette = Cassette(**about, date=date(2026, 11, 24), exchanges=exchanges)
    assert [*conversation(cassette)] == [
        "a.py::test_a",
        "5 exchanges, 2026-11-24, from conversations.twilio.com, by 0.1.0",
        "",
        "1. no operation",
        "   > GET /v1/Users",
        "   > PageSize: 2",
        "   < 200 OK",
        "   < users:",
        "   <   [0]:",
        "   <     identity: text-1",
        "   <     attributes:",
        f"   <       plan: {WIDE}",
        "   <   [1]:",
        f"   <     identity: {WIDE}",
        "   < meta: {}",
        "",
        "2. create_user",
        "   > POST /",
        '   > [0]: ["Identity", "text-1"]',
        '   > [1]: ["Identity", "text-2"]',
        "   < 599",
        "   < retry-after: 2",
        "   < text-3",
        "",
        "3. no operation",
        "   > GET /",
        "   < 200 OK",
        "   < [0]: 1",
        "   < [1]:",
        *(f"   < {(depth + 1) * '  '}[0]:" for depth in range(50)),
        f"   < {51 * '  '}…",
        "",
        "4. no operation",
        "   > GET /",
        "   > without credentials",
        "   > x-twilio-webhook-enabled: true",
        "   > text-4",
        "   < 404 Not Found",
        f'   < short: ["ü{67 * "x"}"]',
        "   < long:",
        f"   <   [0]: ü{68 * 'x'}",
        f"   < word: {100 * 'x'}",
        "",
        "5. no operation",
        "   > GET /",
        "   < 404 Not Found",
        "   < null",
    ]
