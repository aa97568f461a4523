"""A webhook is a signed form; its signature is the one that Twilio's own SDK makes and accepts."""

from base64 import b64encode
from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.webhook import Webhook, sign

URL = "https://app.example/hooks"
TOKEN = "12345"
REQUEST = Request(method="POST", origin="https://conversations.twilio.com", target="/v1/Users")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
parameters = st.dictionaries(
    st.sampled_from(["EventType", "UserSid", "isOnline", "Identity"]) | texts.filter(bool), texts
)
urls = st.sampled_from(
    [URL, "https://app.example:8443/hooks?a=b&c=%2F", "http://127.0.0.1:8000/", f"{URL}?q=%C3%A9"]
)
tokens = st.text("0123456789abcdef", min_size=32, max_size=32)


def told(given, *, url=URL, token=TOKEN):
    """A webhook of these parameters."""
    return Webhook(
        parameters=given,
        url=url,
        signature=sign(url, given, auth_token=token),
        request=REQUEST,
        journal=(),
    )


def test_the_signature_is_that_of_the_published_example():
    """Twilio's documents sign this request, and say what comes of it."""
    example = {
        "CallSid": "CA1234567890ABCDE",
        "Caller": "+12349013030",
        "Digits": "1234",
        "From": "+12349013030",
        "To": "+18005551212",
    }
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"

    signature = sign(url, example, auth_token="12345")

    assert RequestValidator("12345").validate(url, example, signature)
    assert signature == RequestValidator("12345").compute_signature(url, example)


@given(parameters, urls, tokens)
def test_the_official_validator_accepts_what_is_sent(given, url, token):
    """It reads the form as an application does, whatever is in it."""
    hook = told(given, url=url, token=token)
    form = dict(parse_qsl(hook.body.decode(), keep_blank_values=True))

    assert form == given
    assert RequestValidator(token).validate(url, form, hook.headers["X-Twilio-Signature"])


@given(parameters, st.data())
def test_the_official_validator_refuses_any_byte_that_was_changed(given, data):
    """Of the URL, the form, the signature or the token; unless it spells the same form."""
    hook = told(given)
    sent = {
        "url": hook.url.encode(),
        "body": hook.body,
        "signature": hook.signature.encode(),
        "token": TOKEN.encode(),
    }
    part = data.draw(st.sampled_from([name for name, text in sent.items() if text]))
    at = data.draw(st.integers(0, len(sent[part]) - 1))
    byte = data.draw(st.integers(0x20, 0x7E).filter(lambda found: found != sent[part][at]))
    changed = sent[part][:at] + bytes([byte]) + sent[part][at + 1 :]
    read = {name: text.decode() for name, text in (sent | {part: changed}).items()}
    form = dict(parse_qsl(read["body"], keep_blank_values=True))
    assume(part != "body" or form != given)

    try:
        accepted = RequestValidator(read["token"]).validate(read["url"], form, read["signature"])
    except ValueError:  # the URL is none any more
        accepted = False

    assert not accepted


class TestMapping:
    """A webhook is a mapping of its parameters."""

    def test_its_parameters_are_found_by_name(self):
        """As in a form; and it equals a dictionary of them."""
        hook = told({"EventType": "onUserAdded", "Identity": "ada"})

        assert hook["EventType"] == "onUserAdded"
        assert hook.get("FriendlyName") is None
        assert len(hook) == 2
        assert hook == {"EventType": "onUserAdded", "Identity": "ada"}

    def test_it_cannot_be_changed(self):
        """What was told, was told."""
        with pytest.raises(AttributeError):
            told({}).url = "https://elsewhere.example"

    def test_it_has_no_exchange_that_the_journal_has_not(self):
        """Twilio has not answered yet, or the journal forgot it."""
        assert told({}).exchange is None


ADDED = {"EventType": "onUserAdded", "Identity": "ada"}


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ({"response": None}, "onUserAdded of 'ada'"),
        (
            {"response": Response(status=204)},
            "onUserAdded of 'ada' -> https://app.example/hooks: 204",
        ),
        (
            {"response": Response(status=302, body=b"Elsewhere")},
            "onUserAdded of 'ada' -> https://app.example/hooks: 302",
        ),
        (
            {"response": Response(status=400, body=b"No")},
            "onUserAdded of 'ada' -> https://app.example/hooks: 400 No",
        ),
        (
            {"response": Response(status=403, body=b"Wrong\nsignature")},
            "onUserAdded of 'ada' -> https://app.example/hooks: 403 Wrong\\nsignature",
        ),
        (
            {"response": Response(status=500), "error": "KeyError: 'x'"},
            "onUserAdded of 'ada' -> https://app.example/hooks: 500 (KeyError: 'x')",
        ),
        (
            {"response": None, "error": "lost"},
            "onUserAdded of 'ada' -> https://app.example/hooks: lost",
        ),
    ],
)
def test_a_webhook_shows_what_came_of_it(came, shown):
    """On one line, without its query, which may hold a secret, or its signature."""
    hook = told(ADDED, url=f"{URL}?secret=sesame")
    hook.note(**came)

    assert str(hook) == shown
    assert repr(hook) == f"<Webhook: {shown}>"


def test_it_tells_where_the_application_raised():
    """If it did."""
    hook = told(ADDED)
    assert hook.with_traceback() == "onUserAdded of 'ada'"
    hook.note(Response(status=500), error="KeyError: 'x'", traceback="Traceback\n  app.py")
    assert hook.with_traceback() == (
        "onUserAdded of 'ada' -> https://app.example/hooks: 500 (KeyError: 'x')\n"
        "    Traceback\n      app.py"
    )


def test_what_its_request_was_authorized_with_is_not_shown():
    """Whoever says it: the user's name, the answer of the application, what it raised."""
    secret = "sesame, sesame"
    request = Request(
        method="POST",
        origin="https://conversations.twilio.com",
        target="/v1/Users",
        authorization=f"Basic {b64encode(f'AC1:{secret}'.encode()).decode()}",
    )
    hook = replace(told({"EventType": "onUserAdded", "Identity": secret}), request=request)
    assert str(hook) == "onUserAdded of '***'"
    hook.note(
        Response(status=500, body=secret.encode()),
        error=f"KeyError: {secret!r}",
        traceback=f"raise KeyError({secret!r})",
    )
    assert hook.with_traceback() == (
        "onUserAdded of '***' -> https://app.example/hooks: 500 *** (KeyError: '***')\n"
        "    raise KeyError('***')"
    )
