"""contract/hosts.py: whose a host is."""

import pytest

from pytest_twilio_users.contract.hosts import (
    DEFAULT_ORIGIN,
    is_loopback,
    leads_to_twilio,
    origin_at,
    require_base_url,
)
from pytest_twilio_users.errors import InvalidArgument

ODD_LABELS = (
    *("evil.example/", "evil.example/?", "ie1.evil.example#", "a@evil.example", "ie1\n", "ie 1"),
    *("\u0661", "é", ".", "a.b", "x" * 64, "\ud800"),
)


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


@pytest.mark.parametrize(
    ("given", "environ", "origin"),
    [
        ({}, {}, DEFAULT_ORIGIN),
        ({"region": "IE1"}, {}, "https://conversations.ie1.twilio.com"),
        ({"region": "", "edge": ""}, {"TWILIO_REGION": ""}, DEFAULT_ORIGIN),
        ({"region": ""}, {"TWILIO_REGION": "au1"}, "https://conversations.au1.twilio.com"),
        ({"edge": "ashburn-ix"}, {}, "https://conversations.ashburn-ix.us1.twilio.com"),
    ],
)
def test_region_and_edge_make_twilios_origin(given, environ, origin):
    """As host names they know no case; an empty one is none."""
    assert origin_at(**given, environ=environ) == origin


@pytest.mark.parametrize("name", ["region", "edge"])
@pytest.mark.parametrize("value", ODD_LABELS, ids=ascii)
def test_a_region_or_an_edge_is_a_name_and_no_more(name, value):
    """It would lead to another host, and take the credentials there; wherever it is from."""
    allowed = "(str): allowed: letters, digits and hyphens, such as ie1."
    with pytest.raises(InvalidArgument) as given:
        origin_at(**{name: value}, environ={})
    with pytest.raises(InvalidArgument) as found:
        origin_at(environ={f"TWILIO_{name.upper()}": value})

    assert str(given.value) == f"{name}={value!r} {allowed}"
    assert str(found.value) == f"TWILIO_{name.upper()}={value!r} {allowed}"


@pytest.mark.parametrize(
    ("given", "base_url"),
    [
        (DEFAULT_ORIGIN, DEFAULT_ORIGIN),
        ("http://localhost:8080/", "http://localhost:8080"),
        ("http://twilio_stub:1", "http://twilio_stub:1"),
        ("http://[::1]:65535", "http://[::1]:65535"),
        ("https://proxy.example.com/twilio/v2//", "https://proxy.example.com/twilio/v2"),
        ("https://10.0.0.1/a%20b/.well-known", "https://10.0.0.1/a%20b/.well-known"),
        ("https://[::ffff:10.0.0.1]", "https://[::ffff:10.0.0.1]"),
        ("https://XN--mnchen-3ya.example", "https://XN--mnchen-3ya.example"),
    ],
)
def test_a_base_url_is_scheme_and_host(given, base_url):
    """Perhaps with a path before that of the operations."""
    assert require_base_url(given, name="base_url") == base_url


@pytest.mark.parametrize(
    "value",
    [
        *("", "conversations.twilio.com", "ftp://example.com", "https://", "https://a:65536"),
        *("https://user:password@example.com", "https://a/?x", "https://a/#x", "https://a/\n"),
        *("https://a/../b c", "https://\u0661:\u0661", b"https://a", 7, ["https://a"]),
        *("https://[::::]", "https://[1]", "https://999.1.1.1", "https://1.2", "https://a.1"),
        *("https://xn--", "https://xn--a", "https://XN--A", "https://a.xn--a", "https://a..b"),
        *("https://a/../x", "https://a/.", "https://a/x/%2E%2e", "https://a/%zz", "https://a/%"),
    ],
    ids=ascii,
)
def test_what_is_no_base_url_is_refused(value):
    """Before a request goes where nobody meant."""
    with pytest.raises(InvalidArgument) as raised:
        require_base_url(value, name="base_url")

    advice = " Decode it first: .decode()." if isinstance(value, bytes) else ""
    assert str(raised.value) == (
        f"base_url={value!r} ({type(value).__name__}): allowed: scheme and host, such as"
        f" https://conversations.twilio.com.{advice}"
    ).replace("user:password@", "***@")  # what it complains of is hidden all the same
