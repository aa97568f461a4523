"""What is said to a live account leaves no secret anywhere: on disk, in reports, in logs."""

import json
import logging
import re
import warnings
from contextlib import suppress
from dataclasses import replace
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from properties.planting import SECRET, SERVICE, a_stub, hidden_json, secrets, shaped
from syrupy.extensions.amber import AmberSnapshotExtension

from pytest_twilio_users.cassettes.as_conversation import conversation
from pytest_twilio_users.cassettes.cassette import read_cassette
from pytest_twilio_users.cassettes.scrubbing import Scrubbing
from pytest_twilio_users.client import TwilioApiError, UsersClient
from pytest_twilio_users.drift.comparison import find_drifts
from pytest_twilio_users.drift.shown_drifts import drifts_as_annotations, drifts_as_markdown
from pytest_twilio_users.drift.sides import DriftReport
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.report import document as told
from pytest_twilio_users.report.failures import tell_failure
from pytest_twilio_users.report.live_answers import LiveAnswers
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.server.log import as_json, as_lines
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.snapshots.showing import Showing
from pytest_twilio_users.usage.tally import Tally
from pytest_twilio_users.wire.messages import Secret

ACCOUNT_SID = "AC" + "a" * 32
SETTINGS = Settings(
    mode=Mode.RECORD, service_sid=SERVICE, changes_per_second=1_000_000, foreign_users=True
)
NAME = "test_it.py::test_it"
SID = re.compile(r"US[0-9a-f]{32}")


class Tampering:
    """A network with the stub at its end, which also says what nobody asked for."""

    def __init__(self, extra):
        self._stub = a_stub("secrets")
        self._extra = extra

    def __call__(self, request):
        """Send a request."""
        response = self._stub.handle(request)
        if not response.body:
            return response
        body = response.json() | {"details": self._extra}
        if response.status >= 400:
            body["message"] += f" (asked for {json.dumps(self._extra)})"
        headers = (*response.headers, ("x-somebody", str(self._extra)))
        return replace(response, body=json.dumps(body).encode(), headers=headers)


planted = st.fixed_dictionaries(
    {
        "identity": shaped.filter(lambda text: not SID.fullmatch(text)),
        "other": shaped,
        "name": shaped,
        "attributes": st.dictionaries(shaped, hidden_json, max_size=2),
        "extra": shaped,
        "token": secrets,
    }
)


@given(planted=planted)
def test_no_secret_leaves_a_recorded_conversation(planted):
    """Cassette, ledger, journal, reprs, reports, logs, warnings and snapshots show stand-ins."""
    with TemporaryDirectory() as folder, warnings.catch_warnings(record=True) as warned:
        said = list(converse(Path(folder), **planted))
        said += [str(warning.message) for warning in warned]
    for secret in set(SECRET.findall(json.dumps(planted, ensure_ascii=False))):
        assert not [text for text in said if secret.casefold() in text.casefold()]


def converse(folder, *, identity, other, name, attributes, extra, token):
    """Say this and that; gives all that is left of it, and all that is shown."""
    log = StringIO()
    handler = logging.StreamHandler(log)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        isolation, handle, engine = open_handle(folder, Tampering(extra), token)
        tally, answers = Tally(), LiveAnswers()
        tally.hear = answers.note
        engine.tell_usage(tally)
        isolation.begin_test(NAME, SETTINGS, fixtures=["twilio_users"])
        users = handle.client
        user = users.create_service_user(SERVICE, identity, friendly_name=name)
        errors = []
        for ask in (
            lambda: users.update_service_user(SERVICE, user.sid, attributes=attributes),
            lambda: users.fetch_service_user(SERVICE, other),
            lambda: users.create_service_user(SERVICE, identity),
            lambda: users.delete_service_user(SERVICE, other),
        ):
            with suppress(KitError):
                try:
                    ask()
                except TwilioApiError as error:
                    errors.append(error)
        listed = handle.users(SERVICE)
        yield from (str(handle.journal), repr(handle.journal), handle.journal.explain())
        yield as_reported(handle)
        for exchange in handle.journal:
            yield from (str(exchange), repr(exchange), repr(exchange.request), exchange.explain())
            yield repr(exchange.response)
        for value in (user, listed, handle.journal[0], *errors):  # as snapshots are written
            yield handle.hide(AmberSnapshotExtension().serialize(Showing().show(value)))
        # What a failure report holds, whoever wrote it.
        for value in (user, listed, errors, attributes, identity, name, handle.auth_token):
            yield handle.hide(f"E   AssertionError: assert {value!r} == {value}")
        yield repr(handle)
        ledgers = "\n".join(path.read_text("utf-8") for path in folder.rglob("*.jsonl"))
        assert user.sid in ledgers
        yield SID.sub("", ledgers)  # they are what the ledger is for
        isolation.leave_test()
        engine.settle(passed=lambda _: True)
        engine.close()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    [path] = folder.rglob("*.json")
    yield path.read_text("utf-8")
    yield log.getvalue()
    yield from as_compared(read_cassette(path, folder=folder / "cassettes"))
    yield json.dumps([*(usage.to_json() for usage in tally.take()), answers.to_json()])


def as_reported(handle):
    """What the report tells of a failure."""
    report = pytest.TestReport(
        nodeid=NAME,
        location=("test_it.py", 1, "test_it"),
        keywords={},
        outcome="failed",
        longrepr=handle.hide(f"E   {handle.journal.last}"),
        when="call",
    )
    failure = tell_failure(report, handle.journal)
    test = told.Test(
        name=NAME, outcome=told.Outcome.FAILED, seconds=0, calls={}, reruns=0, failures=(failure,)
    )
    document = told.Document(
        project="it",
        began="",
        seconds=0,
        mode="record",
        host="",
        ended="",
        versions={},
        tests=(test,),
        relied="",
        uses=(),
    )
    return document.to_json()  # which has all that the page shows


def as_compared(cassette):
    """A recorded conversation as people read it, scrubbed, and held against another one."""
    yield "\n".join(conversation(cassette))
    scrubbed = Scrubbing().scrub(cassette)
    yield "\n".join(conversation(scrubbed))
    other = [replace(each, response={"status": 500}) for each in scrubbed.exchanges]
    found = {drift: [NAME] for drift in find_drifts(cassette.exchanges, other)}
    drifts = DriftReport(first="then", second="now", drifts=found, compared=1, alone=[])
    yield from drifts.lines()
    yield drifts.to_json()
    yield from drifts_as_markdown(drifts)
    yield from map(str, drifts_as_annotations(drifts, environ={}))


def open_handle(folder, network, token):
    """The handle of a run that records, and its engine."""
    account = LiveAccount(
        sid=ACCOUNT_SID,
        auth_token=Secret(token),
        service_sid=SERVICE,
        base_url="https://conversations.twilio.com",
    )
    run = LiveRun(account=account, settings=SETTINGS, folder=folder)
    isolation = Isolation(SETTINGS)
    run = replace(run, open_network=lambda: network)
    handle, engine = assemble(isolation, run=run, cassettes=folder / "cassettes")
    isolation.attach(engine)
    return isolation, handle, engine


HTTP = httpx.Client(verify=False)  # noqa: S501  # no certificates to load


@settings(max_examples=20)
@given(planted=planted)
def test_no_token_leaves_a_conversation_with_the_stub(planted):
    """There all is made up but what requests are authorized with, whatever is sent besides."""
    said = list(converse_with_the_stub(planted["token"], planted))
    assert not [text for text in said if planted["token"] in text]


def converse_with_the_stub(token, planted):
    """Say this and that with the token in it; gives what is shown of it."""
    isolation = Isolation(Settings(strict=False))
    handle, engine = assemble(isolation)
    tally = Tally()
    engine.tell_usage(tally)
    isolation.attach(engine)
    isolation.begin_test(NAME, isolation.settings, fixtures=["twilio_users"])

    def raise_all(hook):
        raise LookupError(hook["Identity"], token)

    handle.webhooks.deliver_to(raise_all, events=["onUserAdded"], raise_app_exceptions=False)
    handle.webhooks.deliver_to(lambda _: httpx.Response(403, text=f"{token} is no name"))
    long = f"{'.' * 100}{token}"
    try:
        users = UsersClient("SK" + 32 * "a", token, http_client=HTTP)
        for identity in (token, f"{long} {planted['other']}", planted["identity"] + token):
            for ask in (
                lambda identity=identity: users.create_user(
                    identity,
                    friendly_name=f"{planted['name'][:50]}{token}",
                    attributes={token: planted["attributes"]},
                    x_twilio_webhook_enabled=True,
                ),
                lambda identity=identity: users.update_user(
                    identity, friendly_name=token, x_twilio_webhook_enabled=True
                ),
                lambda identity=identity: users.fetch_user(f"{identity}{token}"),
            ):
                with suppress(KitError, TwilioApiError):
                    ask()
        yield from (str(handle.journal), repr(handle.journal), handle.journal.explain())
        yield as_reported(handle)
        for number, exchange in enumerate(handle.journal):
            yield from (str(exchange), repr(exchange), repr(exchange.request), exchange.explain())
            yield from (as_lines(exchange), json.dumps(as_json(exchange, number=number)))
        for hook in handle.webhooks:
            yield from (str(hook), repr(hook), hook.with_traceback())
        assert handle.webhooks
    finally:
        isolation.leave_test()
        engine.settle(passed=lambda _: True)
        engine.close()
    yield json.dumps([usage.to_json() for usage in tally.take()])
