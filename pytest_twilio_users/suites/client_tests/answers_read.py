"""What a client makes of an answer, as tests.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.suites.client_promises import keeps
from pytest_twilio_users.suites.client_tests.cases import (
    ARGUMENTS,
    every_action,
    on_answers,
    on_shown,
)
from pytest_twilio_users.suites.client_tests.examination import Examination
from pytest_twilio_users.under_test.users import SeenUser, shows


class AnswersRead:
    """The promises of a client about the answers that it reads."""

    @keeps("answers_are_read")
    @every_action
    @on_answers
    @given(data=st.data())
    def test_answers_are_read(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """Null in any field, fields that nobody knows, keys in any order."""
        for answered, seen in _shown(twilio_users_examination, action, data):
            for name in seen:
                if USER_FIELDS[name].kind is not Kind.DATE_TIME:
                    told = f"{name}: answered {answered[name]!r}, shown {seen[name]!r}"
                    assert shows(name, answered[name], seen[name]), told

    @keeps("dates_are_moments")
    @on_shown
    @on_answers
    @given(data=st.data())
    def test_dates_are_moments(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """A date-time shows when it was, wherever the caller is."""
        for answered, seen in _shown(twilio_users_examination, action, data):
            for name in seen:
                if USER_FIELDS[name].kind is Kind.DATE_TIME:
                    naive = isinstance(seen[name], datetime) and seen[name].tzinfo is None
                    told = f"{name}: answered {answered[name]!r}, shown {seen[name]!r}"
                    assert shows(name, answered[name], seen[name]), (
                        f"{told}, without a time zone" if naive else told
                    )

    @keeps("unreadable_answers_are_told")
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

    @keeps("broken_answers_are_told")
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
    assert len(shown) == len(answered), f"answered {len(answered)} users, shown {len(shown)}"
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
    pytest.fail(f"{broken.violation}\nwas read without an error as {answer!r}")
