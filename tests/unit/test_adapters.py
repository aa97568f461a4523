"""adapters.py: what a client under test tells."""

from pytest_twilio_users.adapters import Refused


def test_a_refusal_is_read_from_its_error():
    """Status and code, as far as the client tells them."""
    error = ValueError()
    assert Refused.from_error(error) == Refused(status=None, code=None)
    error.status, error.code = 404, 20404
    assert Refused.from_error(error) == Refused(status=404, code=20404)
