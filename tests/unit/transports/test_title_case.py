"""transports/title_case.py: names of headers as HTTP/1.1 servers mostly write them."""

from pytest_twilio_users.transports.title_case import titled


def test_names_have_capital_letters_and_values_stay():
    """In their order, also those that come twice."""
    headers = (("twilio-request-id", "rq a"), ("x-a", "1"), ("x-a", "2"))

    assert titled(headers) == [("Twilio-Request-Id", "rq a"), ("X-A", "1"), ("X-A", "2")]
