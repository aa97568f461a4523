"""The function that encodes a path segment, by programming language."""

from pytest_twilio_users.wire.messages import Request

PYTHON = "urllib.parse.quote(identity, safe='')"
"""Python's."""

_ENCODERS = {
    # What a User-Agent has in lower case, of Twilio's SDK or of a usual HTTP library: the function.
    "python": PYTHON,
    "php": "rawurlencode($identity)",
    "guzzle": "rawurlencode($identity)",
    "csharp": "Uri.EscapeDataString(identity)",
    "ruby": "ERB::Util.url_encode(identity)",
    "faraday": "ERB::Util.url_encode(identity)",
    "twilio-go": "url.PathEscape(identity)",
    "go-http-client": "url.PathEscape(identity)",
    "java": 'URLEncoder.encode(identity, UTF_8).replace("+", "%20")',
    "okhttp": 'URLEncoder.encode(identity, UTF_8).replace("+", "%20")',
    "node": "encodeURIComponent(identity)",
    "axios": "encodeURIComponent(identity)",
    "undici": "encodeURIComponent(identity)",
}


def encoder_of(request: Request) -> str:
    """The function by which the sender's language encodes an identity; empty if nobody knows.

    In this process it is Python's. To a server, the User-Agent tells the language.
    """
    if not request.is_served:
        return PYTHON
    agent = (request.header("user-agent") or "").lower()
    return next((encoder for mark, encoder in _ENCODERS.items() if mark in agent), "")
