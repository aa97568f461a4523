"""contract/hosts.py: whose a host is."""

import pytest

from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN, is_loopback, leads_to_twilio


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{DEFAULT_ORIGIN}/v1/Users", True),
        ("https://conversations.dublin.ie1.twilio.com/v1/Users", True),
        ("https://CONVERSATIONS.twilio.com:8443/", True),
        ("https://api.twilio.com/2010-04-01/Accounts.json", False),
        ("https://conversations.twilio.com.evil.example/v1/Users", False),
        ("https://[conversations.twilio.com/v1/Users", False),
        ("no url at all", False),
    ],
)
def test_a_url_leads_to_twilios_conversations(url, expected):
    """And nothing else, urls that can't be read included."""
    assert leads_to_twilio(url) is expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *(("localhost", True), ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True)),
        *(("0:0::1", True), ("127.0.0.1.example.com", False), ("127.999.0.1", False)),
        *(("::ffff:127.0.0.1", True), ("::ffff:10.0.0.1", False)),
        *(("10.0.0.1", False), ("conversations.twilio.com", False), ("", False)),
    ],
)
def test_loopback_is_known_by_its_name(host, expected):
    """Nobody is asked: a name that leads there is another name."""
    assert is_loopback(host) is expected
