import pytest

from pytest_twilio_users.wire.codec import Call, decode
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.values import check_values
from pytest_twilio_users.wire.violations import Severity, Violation

SERVICE = "IS00000000000000000000000000000001"
FORM = (("content-type", "application/x-www-form-urlencoded"),)


def values(method, target, body=""):
    """What the values of a request break."""
    call = decode(
        Request(
            method=method,
            origin="https://conversations.twilio.com",
            target=target,
            headers=FORM,
            body=body.encode(),
        )
    )
    assert isinstance(call, Call)
    return check_values(call)


def error(pointer, found, allowed):
    """An error at a place."""
    return Violation(
        severity=Severity.ERROR, pointer=pointer, found=found, allowed=f"allowed: {allowed}"
    )


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "/v1/Users", "Identity=ada"),
        ("POST", "/v1/Users", "Identity=" + "a" * 256 + "&Attributes={}&FriendlyName="),
        ("POST", "/v1/Users/ada", "RoleSid=RL00000000000000000000000000000001"),
        ("GET", f"/v1/Services/{SERVICE}/Users?PageSize=1&Page=0&PageToken=PT", ""),
        ("GET", "/v1/Users/ada", ""),
        ("DELETE", "/v1/Users/ada", ""),
    ],
)
def test_allowed_values_break_nothing(method, target, body):
    """The bounds are within what is allowed."""
    assert values(method, target, body) == ()


@pytest.mark.parametrize(
    ("body", "pointer", "found", "allowed"),
    [
        ("FriendlyName=Ada", "form.Identity", "nothing", "it is required"),
        ("Identity=", "form.Identity", "an empty text", "some text"),
        ("Identity=" + "a" * 257, "form.Identity", "257 characters", "at most 256"),
        (
            "Identity=ada&RoleSid=admin",
            "form.RoleSid",
            "'admin'",
            "^RL[0-9a-fA-F]{32}$",
        ),
        (
            "Identity=ada&Attributes=[1]",
            "form.Attributes",
            "'[1]'",
            "text that holds a JSON object",
        ),
        (
            'Identity=ada&Attributes={"a":"' + "é" * 8_200 + '"}',
            "form.Attributes",
            "16408 bytes",
            "at most 16384",
        ),
    ],
)
def test_a_value_that_twilio_refuses_is_an_error(body, pointer, found, allowed):
    """Each limit of the table of parameters is held."""
    assert values("POST", "/v1/Users", body) == (error(pointer, found, allowed),)


@pytest.mark.parametrize("size", ["0", "-1", "ten", "1.5", "", "\u0661"])
def test_a_page_size_is_a_whole_number_from_one(size):
    """The page number may be zero, the size may not."""
    assert values("GET", f"/v1/Users?PageSize={size}&Page=0") == (
        error("query.PageSize", repr(size), "whole numbers from 1"),
    )


def test_a_service_in_the_path_is_a_sid():
    """Who swaps SIDs is told which part of the path is wrong."""
    assert values("GET", "/v1/Services/US1/Users/ada") == (
        error("path.ChatServiceSid", "'US1'", "^IS[0-9a-fA-F]{32}$"),
    )


def test_all_values_are_told_at_once():
    """Not the first alone."""
    found = values("POST", "/v1/Users", "Identity=&FriendlyName=" + "a" * 257 + "&RoleSid=x")

    assert [violation.pointer for violation in found] == [
        "form.Identity",
        "form.FriendlyName",
        "form.RoleSid",
    ]
