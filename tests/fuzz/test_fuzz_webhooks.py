"""Whatever an event tells, and whatever an application answers: it is signed, sent and told."""

from urllib.parse import parse_qsl

from fuzz.inputs import fuzzed, require_told
from fuzz.made_up_account import BASIC, FORM, TOKEN, account
from fuzz.mutating import TEXTS, VALUES, changed_bytes, changed_text
from twilio.request_validator import RequestValidator

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.webhook_targets import find_target, require_token
from pytest_twilio_users.wire.messages import Request

URLS = (
    "http://127.0.0.1:8000/hooks?of=users",
    "https://app.example/hooks",
    "http://[::1]:80/a%20b",
    "http://localhost",
)
BODY = b"Identity=ada&FriendlyName=Ada+L&Attributes=%7B%22a%22%3A+%5B1%5D%7D"


def as_application(answer):
    """An application that answers so, and what it heard."""
    heard = []

    def hear(hook):
        heard.append(hook)
        return answer

    return hear, heard


@fuzzed(share=4)
def test_an_event_is_signed_over_what_is_sent(dice):
    """Whoever reads the form has what was told; Twilio's own validator takes the signature."""
    begun = account()
    deliveries = Deliveries(account=begun)
    begun.hear = deliveries.note
    url = changed_text(dice, dice.of(URLS))
    hear, heard = as_application(dice.of((*VALUES, 200, 403, 999, "200")))
    try:
        target = find_target(hear, url=url, auth_token=TOKEN, events=None)
    except InvalidArgument as error:
        require_told(error)
        return
    deliveries.targets.append(target)
    request = Request(
        method="POST",
        origin="https://conversations.twilio.com",
        target="/v1/Users",
        headers=(("content-type", FORM), ("x-twilio-webhook-enabled", "true")),
        body=changed_bytes(dice, BODY),
        authorization=BASIC,
    )
    response = StubBackend(begun).handle(request)
    deliveries.deliver_after(request)
    assert len(heard) == (response.status == 201)
    for hook in deliveries.hooks:
        sent = dict(parse_qsl(hook.body.decode("ascii"), keep_blank_values=True))
        assert sent == dict(hook)
        assert RequestValidator(TOKEN).compute_signature(hook.url, sent) == hook.signature
        assert str(hook).isprintable()
        assert hook.with_traceback()


@fuzzed(share=5)
def test_a_target_is_found_or_refused(dice):
    """By an InvalidArgument alone, whatever is named."""
    url = dice.of(URLS)
    while dice.left > 6:
        url = changed_text(dice, url)
    odd = (*VALUES, *TEXTS, object(), [b"a"], ["onUserAdded"], "onUserAdded")
    try:
        found = find_target(
            url,
            url=dice.of((None, url, *odd)),
            auth_token=require_token(dice.of((None, TOKEN, *odd)), own=TOKEN),
            events=dice.of((None, ["onUserUpdated"], *odd)),
            on_loopback=bool(dice.below(2)),
        )
    except InvalidArgument as error:
        require_told(error)
    else:
        assert found.url.isascii()
