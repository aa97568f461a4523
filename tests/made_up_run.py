"""A run that never was, with something in each section of its report."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from pytest_twilio_users.report.document import (
    Difference,
    Document,
    Failure,
    Latency,
    ModeUse,
    Outcome,
    Promise,
    Test,
    Turn,
)
from pytest_twilio_users.suites.outcomes import Kind
from pytest_twilio_users.usage.used import OperationUse

HOSTILE = "<img src=x onerror=alert(1)></script></style>\"'&\u2028\u202e\x00\ud800{{ 7 * 7 }}"
"""What is to stay text, wherever it stands."""

SHOWN = "<img src=x onerror=alert(1)></script></style>\"'&\\u2028\\u202e\\x00\\ud800{{ 7 * 7 }}"
"""The same as a page shows it."""

_OPERATIONS = {"create_user", "fetch_user", "list_user", "update_user"}
_CLOSED = {"mode", "severity", "evidence", "when"}
"""Fields whose texts are the kit's own words."""

TURNS = (
    Turn(
        number=3,
        subject="create_user",
        asked="POST /v1/Users",
        sent={"Identity": "ada", "FriendlyName": "Ada"},
        sent_from="app.py:41",
        status=201,
        came="201",
        fault="",
        violations=(),
        answer='{\n  "identity": "ada"\n}',
        why="asked: create_user",
    ),
    Turn(
        number=4,
        subject="create_user",
        asked="POST /v1/Users",
        sent={"Identity": "ada"},
        sent_from="app.py:41",
        status=409,
        came="409 50201 User already exists",
        fault="",
        violations=("warning form.Identity: found 'ada'; allowed: others",),
        answer="",
        why="",
    ),
    Turn(
        number=5,
        subject="fetch_user",
        asked="GET /v1/Users/ada",
        sent={},
        sent_from="",
        status=None,
        came="no response (ReadTimeout)",
        fault="faults.timeout()",
        violations=(),
        answer="",
        why="",
    ),
)


def failing_test(name: str = "tests/test_sign_up.py::test_fails", **changes: Any) -> Test:
    """One that failed after five exchanges, of which three are known."""
    failure = Failure(
        when="call",
        message="AssertionError: assert 'Ada' == 'Countess'",
        text=">       assert name == 'Countess'\nE       AssertionError",
        turns=TURNS,
        left_out=2,
        more={"Plan": "the second update loses its answer"},
    )
    calls = {"create_user": 2, "fetch_user": 1}
    made = Test(
        name=name, outcome=Outcome.FAILED, seconds=0.25, calls=calls, reruns=1, failures=(failure,)
    )
    return replace(made, **changes)


def passing_test(name: str, **changes: Any) -> Test:
    """One that passed."""
    calls = {"list_user": 3} if "list" in name else {}
    return replace(Test(name=name, outcome=Outcome.PASSED, seconds=0.01, calls=calls), **changes)


TESTS = (
    passing_test("tests/test_export.py::test_lists_all"),
    failing_test(),
    passing_test("tests/test_other.py::test_passes"),
    passing_test("tests/test_other.py::test_skips", outcome=Outcome.SKIPPED),
)
RUN = Document(
    project="acme",
    began="2026-11-30 17:02 UTC",
    seconds=41.2,
    mode="live",
    host="conversations.twilio.com",
    ended="stopping after 1 failures",
    versions={"pytest-twilio-users": "0.1.0"},
    tests=TESTS,
    relied="50 % (2 of 4) of what is relied on: create_user",
    uses=(
        ModeUse(
            mode="live",
            tests={"create_user": 1},
            operations={
                "create_user": OperationUse(
                    calls=1_300,
                    successes=1,
                    refusals={"identity_taken": 2},
                    faults={"timeout": 1},
                    parameters={"Identity": ()},
                ),
                "list_user": OperationUse(calls=3, refusals={"418 50999": 3}),
            },
        ),
        ModeUse(
            mode="stub",
            tests={},
            operations={
                "list_user": OperationUse(calls=3, successes=3, pages=2),
                "update_user": OperationUse(calls=1, successes=1, webhooks={"onUserUpdate": 1}),
            },
        ),
    ),
    promises=(
        Promise(
            name="create_answers_201",
            statement="Create answers 201 and the user",
            evidence="recorded",
            result=Kind.HELD,
        ),
        Promise(
            name="identity_taken",
            statement="The identity is taken: 409",
            evidence="third-party",
            result=Kind.CONTRADICTED,
            seen="201",
        ),
        Promise(
            name="pages_are_followed",
            statement="A list follows all pages",
            evidence="",
            result=Kind.NOT_REACHED,
            seen="it was interrupted",
        ),
    ),
    differences=(
        Difference(
            severity="error",
            operation="create_user",
            place="/date_created",
            found='"today"',
            known="allowed: GMT such as 2019-12-16T22:18:37Z",
            tests=("tests/test_export.py::test_lists_all", "tests/test_sign_up.py::test_fails"),
        ),
    ),
    latencies=(
        Latency(operation="create_user", seconds=(0.1, 0.12, 0.3)),
        Latency(operation="list_user", seconds=(0.2,)),
    ),
)
EMPTY = Document(
    project="acme",
    began="2026-11-30 17:02 UTC",
    seconds=0.1,
    mode="stub",
    host="",
    ended="",
    versions={},
    tests=(),
    relied="No test called an operation.",
    uses=(ModeUse(mode="stub", tests={}, operations={}),),
)


def with_texts(value: Any, change: Callable[[str], str], *, closed: bool = False) -> Any:
    """The value with each of its texts changed, but for the kit's own words."""
    if isinstance(value, Enum) or closed:
        return value
    if isinstance(value, str):
        return change(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                each.name: with_texts(
                    getattr(value, each.name), change, closed=each.name in _CLOSED
                )
                for each in fields(value)
            },
        )
    if isinstance(value, dict):
        return {
            key if key in _OPERATIONS else change(key): with_texts(each, change)
            for key, each in value.items()
        }
    return tuple(with_texts(each, change) for each in value) if isinstance(value, tuple) else value
