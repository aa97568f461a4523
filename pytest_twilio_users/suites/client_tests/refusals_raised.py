"""How a client tells of a refusal, as tests."""

import json

from hypothesis import given

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.adapters import Refused
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.suites.client_promises import keeps
from pytest_twilio_users.suites.client_tests.cases import ARGUMENTS, every_action, shared
from pytest_twilio_users.suites.client_tests.examination import Examination
from pytest_twilio_users.wire.messages import Response


class RefusalsRaised:
    """The promises of a client about refusals."""

    @keeps("refusals_are_errors")
    @every_action
    @shared
    @given(refusal=twilio_st.refusals())
    def test_refusals_are_errors(
        self, twilio_users_examination: Examination, action: Action, refusal: Refusal
    ) -> None:
        """Whatever Twilio refuses with, the caller can tell by status and code."""
        examination = twilio_users_examination
        examination.twilio_users.routes[examination.operation(action).name].refuse(refusal.name)
        expected = Refused(status=refusal.status, code=refusal.code)
        examination.refused(action, *ARGUMENTS[action], expected=expected)

    @keeps("problem_details_are_errors")
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
        expected = Refused(status=409, code=None)
        examination.refused(action, *ARGUMENTS[action], expected=expected)

    @keeps("proxy_errors_are_errors")
    @every_action
    def test_proxy_errors_are_errors(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """A gateway answers with a page for people."""
        examination = twilio_users_examination
        headers = (("content-type", "text/html"),)
        page = Response(status=502, headers=headers, body=b"<h1>Bad gateway</h1>")
        examination.answer(action, page)
        expected = Refused(status=502, code=None)
        examination.refused(action, *ARGUMENTS[action], expected=expected)
