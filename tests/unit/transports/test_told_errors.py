"""transports/told_errors.py: errors of httpx as another library's."""

import httpx
import pytest

from pytest_twilio_users.transports.told_errors import told_by

ERRORS = {httpx.TimeoutException: TimeoutError, httpx.HTTPError: lambda text: OSError(1, text)}


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx.ReadTimeout("slow"), TimeoutError("slow")),
        (httpx.ReadError("broken"), OSError(1, "broken")),
    ],
)
def test_an_error_is_told_by_its_nearest_class(error, told):
    """With its text, and itself as the cause."""
    with pytest.raises(type(told)) as raised, told_by(lambda: ERRORS):
        raise error

    assert (type(raised.value), raised.value.args) == (type(told), told.args)
    assert raised.value.__cause__ is error


def test_other_errors_are_left_as_they_are():
    """They are nobody's in particular."""
    error = LookupError("no")
    with pytest.raises(LookupError) as raised, told_by(lambda: ERRORS):
        raise error

    assert raised.value is error


def test_what_raises_nothing_is_left_alone():
    """It goes on."""
    with told_by(lambda: ERRORS):
        done = True

    assert done
