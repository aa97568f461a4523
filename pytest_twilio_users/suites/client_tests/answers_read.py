"""How a client reads answers, as tests.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.adapters import Refused, SeenUser, shows
from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import counted
from pytest_twilio_users.suites.client_tests.examination import (
    ARGUMENTS,
    Examination,
    every_action,
    shared,
)
from pytest_twilio_users.suites.promises import promise
from pytest_twilio_users.wire.messages import Response

on_shown = pytest.mark.parametrize(
    "action", [Action.CREATE, Action.FETCH, Action.LIST, Action.UPDATE]
)
# To make up a whole answer takes longer than to read it.
on_answers = settings(shared, max_examples=max(shared.max_examples // 2, 1))


class AnswersRead:
    """The promises of a client about the answers that it reads, refusals included."""

    @promise("answers_are_read")
    @every_action
    @on_answers
    @given(data=st.data())
    def test_answers_are_read(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """Null in any field, fields that nobody knows, keys in any order."""
        _require_shown(twilio_users_examination, action, data, dates=False)

    @promise("dates_are_moments")
    @on_shown
    @on_answers
    @given(data=st.data())
    def test_dates_are_moments(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """A date-time shows when it was, wherever the caller is."""
        _require_shown(twilio_users_examination, action, data, dates=True)

    @promise("unreadable_answers_are_told")
    @on_shown
    @on_answers
    @given(data=st.data())
    def test_unreadable_answers_are_told(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """Where nothing can be read the caller is not given nothing."""
        answers = twilio_st.broken_answers(
            twilio_users_examination.operation(action), readable=False
        )
        _require_told(twilio_users_examination, action, data.draw(answers))

    @promise("broken_answers_are_told")
    @every_action
    @on_answers
    @given(data=st.data())
    def test_broken_answers_are_told(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """The caller hears of it, and reads no nonsense."""
        answers = twilio_st.broken_answers(
            twilio_users_examination.operation(action), readable=True
        )
        broken = data.draw(answers)
        if _misleads(action, broken):
            _require_told(twilio_users_examination, action, broken)

    @promise("refusals_are_errors")
    @every_action
    @shared
    @given(refusal=twilio_st.refusals())
    def test_refusals_are_errors(
        self, twilio_users_examination: Examination, action: Action, refusal: Refusal
    ) -> None:
        """Whatever Twilio refuses with, the caller can tell by status and code."""
        examination = twilio_users_examination
        examination.twilio_users.routes[examination.operation(action).name].refuse(refusal.name)
        examination.refused(action, Refused(status=refusal.status, code=refusal.code))

    @promise("problem_details_are_errors")
    @every_action
    def test_problem_details_are_errors(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Newer APIs say type, title, status and detail."""
        examination = twilio_users_examination
        problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Taken"}
        body = json.dumps(problem).encode()
        headers = (("content-type", "application/problem+json"),)
        examination.answer(action, Response(status=409, headers=headers, body=body))
        examination.refused(action, Refused(status=409, code=None))

    @promise("proxy_errors_are_errors")
    @every_action
    def test_proxy_errors_are_errors(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """A gateway answers with a page for people."""
        examination = twilio_users_examination
        headers = (("content-type", "text/html"),)
        page = Response(status=502, headers=headers, body=b"<h1>Bad gateway</h1>")
        examination.answer(action, page)
        examination.refused(action, Refused(status=502, code=None))


def _require_shown(
    examination: Examination, action: Action, data: st.DataObject, *, dates: bool
) -> None:
    """Require that each date-time, or each other field, is shown as it was answered."""
    for answered, seen in _shown(examination, action, data):
        for name, value in seen.items():
            if (USER_FIELDS[name].kind is Kind.DATE_TIME) is dates:
                told = f"{name}: Twilio answered {answered[name]!r}, the client shows {value!r}"
                if dates and isinstance(value, datetime) and value.tzinfo is None:
                    told += ", without a time zone"
                assert shows(name, answered[name], value), told


def _shown(
    examination: Examination, action: Action, data: st.DataObject
) -> list[tuple[dict[str, Any], SeenUser]]:
    """Each user of an answer, as it was answered and as the client shows it."""
    answer = data.draw(twilio_st.answers(examination.operation(action)))
    examination.answer(action, answer)
    try:
        shown = examination.ask(action, *ARGUMENTS[action])
    except Exception as error:
        error.add_note(f"The contract allows this answer:\n{answer.body.decode()}")
        raise
    if action is Action.DELETE:
        return []
    if action is not Action.LIST:
        return [(answer.json(), shown)]
    answered = answer.json()["users"]
    assert len(shown) == len(answered), (
        f"Twilio answered {counted(len(answered), 'user')}, the client shows {len(shown)}"
    )
    return list(zip(answered, shown, strict=True))


def _misleads(action: Action, broken: twilio_st.BrokenAnswer) -> bool:
    """Whether something wrong can be read from it; JSON says what it says under any name."""
    place = broken.violation.pointer
    with_body = action is Action.DELETE and place == "body"
    return place != "header.Content-Type" and not with_body


def _require_told(examination: Examination, action: Action, broken: twilio_st.BrokenAnswer) -> None:
    """Require an error, of any kind."""
    examination.answer(action, broken.response)
    try:
        answer = examination.ask(action, *ARGUMENTS[action])
    except Exception:  # any error tells it
        return
    pytest.fail(f"{broken.violation}\nThe client read this without an error, as {answer!r}")
