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

from hypothesis import given
from hypothesis import strategies as st
from properties.planting import SECRET, SERVICE, a_stub, hidden_json, secrets, shaped
from syrupy.extensions.amber import AmberSnapshotExtension

from pytest_twilio_users.client import TwilioApiError
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.live.live_account import LiveAccount
from pytest_twilio_users.live.run import LiveRun
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.snapshots.showing import Showing
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
        yield str(handle.journal)
        yield repr(handle.journal)
        for exchange in handle.journal:
            yield from (str(exchange), repr(exchange), repr(exchange.request))
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
    [cassette] = folder.rglob("*.json")
    yield cassette.read_text("utf-8")
    yield log.getvalue()


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
