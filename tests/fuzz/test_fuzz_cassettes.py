"""Whatever a cassette holds: it is read and used, or one complaint says why not."""

import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from fuzz.inputs import fuzzed, require_told
from fuzz.made_up_account import BASIC, FORM, REQUESTS, account
from fuzz.mutating import changed_document

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.cassettes.as_conversation import conversation
from pytest_twilio_users.cassettes.cassette import read_cassette, write_cassette
from pytest_twilio_users.cassettes.check import check
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.cassettes.replay import ReplayBackend
from pytest_twilio_users.cassettes.scrubbing import Scrubbing
from pytest_twilio_users.drift.comparison import find_drifts
from pytest_twilio_users.errors import CassetteError, UnrecordedRequest
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.messages import Request

NAME = "test_it.py::test_it"
SENT = [
    Request(
        method=method,
        origin="https://conversations.twilio.com",
        target=target,
        headers=(("content-type", FORM),) if body else (),
        body=body,
        authorization=BASIC,
    )
    for method, target, body in (REQUESTS[6], REQUESTS[9], REQUESTS[0], REQUESTS[8], REQUESTS[11])
]
FOLDER = TemporaryDirectory()
PATH = Path(FOLDER.name) / "test_it" / "test_it.json"


def _recorded():
    backend = RecordBackend(StubBackend(account()), name=NAME, aliases=Aliases(seed=NAME))
    for sent in SENT:
        backend.handle(sent)
    backend.save(PATH.parents[1], recorded_from="", kit="0", today=date(2026, 11, 24))
    return json.loads(PATH.read_bytes())


CASSETTE = _recorded()
READ = read_cassette(PATH, folder=PATH.parents[1])


@fuzzed(share=7)
def test_a_cassette_is_read_or_complained_of(dice):
    """By a CassetteError alone; what is read can be checked, shown, compared, scrubbed, played."""
    PATH.write_bytes(changed_document(dice, CASSETTE))
    try:
        cassette = read_cassette(PATH, folder=None)
    except CassetteError as error:
        require_told(error, beginning=f"The cassette {PATH} can't be read: ")
        return
    use = dice.below(4)
    if use == 0:
        for line in check(PATH.parents[1]):
            assert line.startswith(str(PATH)) or str(PATH) in line
        assert all(isinstance(line, str) for line in conversation(cassette))
    elif use == 1:
        drifts = [*find_drifts(READ.exchanges, cassette.exchanges)]
        drifts += find_drifts(cassette.exchanges, READ.exchanges)
        assert all(map(str, drifts))
    elif use == 2:
        with suppress(CassetteError):
            scrubbed = Scrubbing().scrub(cassette)
            write_cassette(PATH, scrubbed)
            assert read_cassette(PATH, folder=None) == scrubbed
    else:
        replay = ReplayBackend(cassette, name=NAME, path=PATH, aliases=Aliases(seed=NAME))
        for sent in SENT:
            try:
                replay.handle(sent)
            except UnrecordedRequest as miss:
                replay.note(miss)
            except CassetteError:
                break
        assert replay.complaint().replace("\n", "").isprintable()
