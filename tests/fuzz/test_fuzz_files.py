"""Whatever a file holds that the kit reads: it is read, or one complaint says why not."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from fuzz.inputs import fuzzed, require_told
from fuzz.made_up_account import SEEDS, SID, account
from fuzz.mutating import changed_bytes, changed_document, changed_json

from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.drift.openapi_report import find_openapi_drift
from pytest_twilio_users.drift.telling import find_used
from pytest_twilio_users.errors import InvalidArgument, KitError
from pytest_twilio_users.live.ledger_files import read_ledgers
from pytest_twilio_users.live.ledger_lines import Entry, Head, note_line, planned_line
from pytest_twilio_users.neighbours.memory import Memory
from pytest_twilio_users.server.seeds import plant, read_seeds
from pytest_twilio_users.usage.coverage import Coverage
from pytest_twilio_users.usage.usage_file import read_usage, write_usage
from pytest_twilio_users.usage.used import OperationUse, Usage
from pytest_twilio_users.wire.schema import openapi

FOLDER = TemporaryDirectory()
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


# Seeds

STATE = {"account_sid": SID, "users": SEEDS[:3], "neighbours": SEEDS[3:]}
WHOLE = {
    "sid": "US" + "1" * 32,
    "identity": "ada",
    "chat_service_sid": "IS" + "d" * 32,
    "date_created": "2026-03-04T12:00:00Z",
    "date_updated": "2026-03-04T12:00:00Z",
    "friendly_name": None,
    "attributes": "{}",
    "role_sid": "RL" + "0" * 32,
    "links": {},
}


@fuzzed(share=12)
def test_a_seed_is_planted_or_refused_whole(dice):
    """By an InvalidArgument alone, and then nobody is there."""
    begun = account()
    memory = Memory(begun)
    content = changed_document(dice, dice.of((SEEDS, STATE, [WHOLE, WHOLE | {"identity": "b"}])))
    try:
        planted = plant(begun, read_seeds(content, source="fuzz"), source="fuzz", neighbours=memory)
    except InvalidArgument as error:
        require_told(error, beginning="fuzz")
        assert [*begun.store.users()] == []
        assert [*memory.all()] == []
    else:
        assert len(planted) >= len([*begun.store.users()])


# Ledgers

HEAD = Head(
    run="twilio-users-test-20260304-120000-abcdef",
    origin="https://conversations.twilio.com",
    account_sid=SID,
    pid=7,
    at=NOON,
    salt="0f" * 16,
)


def _ledger():
    lines = [HEAD.to_line()]
    for number, identity in enumerate(("ada", f"{HEAD.run}-user-1"), start=1):
        entry = Entry(
            number=number,
            service_sid=None,
            identity=identity,
            digest=HEAD.digest(identity),
            sid=None,
            test="test_it.py::test_it",
            at=NOON,
        )
        lines.append(planned_line(entry, run=HEAD.run))
        lines.append(note_line("sent", number, mark="a" * 32, at="2026-03-04T12:00:00Z"))
    lines.append(note_line("created", 1, sid="US" + "1" * 32))
    lines.append(note_line("gone", 2))
    return lines


LEDGER = _ledger()
LEDGER_PATH = Path(FOLDER.name) / "ledger.jsonl"


@fuzzed(share=9)
def test_a_ledger_is_read_or_said_to_be_damaged(dice):
    """And then nothing that it names is deleted; what is read is what a ledger can say."""
    lines = [*LEDGER]
    while dice.left > 8:
        at = dice.below(len(lines))
        lines[at] = json.dumps(changed_json(dice, json.loads(lines[at]))).encode() + b"\n"
    content = changed_bytes(dice, b"".join(lines))
    LEDGER_PATH.write_bytes(content)
    [file] = read_ledgers(LEDGER_PATH.parent)
    if file.damage:
        assert (file.head, file.left) == (None, ())
        return
    assert file.head is not None or not file.left
    for entry in file.left:
        assert entry.sid is None or SidKind.USER.matches(entry.sid)
        assert abs((entry.at - NOON).total_seconds()) >= 0
        assert len(entry.digest) == 32


# Usage files


def _usages():
    use = OperationUse(
        calls=3,
        successes=2,
        refusals={"identity_taken": 1},
        parameters={"PageSize": ("1", "20")},
        pages=1,
        webhooks={"onUserAdded": 1},
        faults={"slow": 1},
        fields=("sid",),
        seen=2,
    )
    names = ("test_it.py::test_it", "fixture people of tests.conftest")
    return [
        Usage(name=name, mode="stub", operations={"create_user": use, "list_user": use})
        for name in names
    ]


USAGE_PATH = Path(FOLDER.name) / "usage.json"
write_usage(USAGE_PATH, _usages(), complete=True)
USAGE = json.loads(USAGE_PATH.read_bytes())
OPENAPI = openapi()
DRIFTED = find_openapi_drift(
    json.dumps(OPENAPI).replace('"PageSize"', '"Size"').encode(), source="a file"
)


@fuzzed(share=5)
def test_a_usage_file_is_read_or_complained_of(dice):
    """By a KitError alone; what is read can be told, held against a drift, and written again."""
    USAGE_PATH.write_bytes(changed_document(dice, USAGE))
    try:
        found = read_usage(USAGE_PATH)
    except KitError as error:
        require_told(error, beginning=f"The usage file {USAGE_PATH} can't be read: ")
        return
    coverage = Coverage.of(found.usages)
    assert 0 <= coverage.percentage <= 100
    for mode in coverage.used:
        assert [line.text for line in coverage.table(mode)]
    assert all(line.text for line in coverage.names())
    _, used = find_used(DRIFTED.drifts, found, only_used=bool(dice.below(2)))
    assert all(str(touch) for touches in used.by.values() for touch in touches)
    write_usage(USAGE_PATH, found.usages, complete=found.complete)
    assert read_usage(USAGE_PATH) == found


# OpenAPI

SMALL = json.loads(json.dumps(OPENAPI))
SMALL["paths"] = dict([*OPENAPI["paths"].items()][:1])
SMALL_YAML = yaml.safe_dump(SMALL).encode()


@fuzzed(share=2)
def test_an_openapi_document_is_compared_or_complained_of(dice):
    """By a KitError alone, whether it is JSON or YAML."""
    is_yaml = dice.below(3) == 2
    content = changed_bytes(dice, SMALL_YAML) if is_yaml else changed_document(dice, SMALL)
    with suppress(KitError):
        report = find_openapi_drift(content, source="a file")
        assert [*report.lines(verbose=True)]
        assert json.loads(report.to_json())
