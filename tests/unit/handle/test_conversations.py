"""handle/conversations.py: each test, and each wide fixture, has a conversation and a cassette."""

import json
from datetime import date
from importlib.metadata import version
from pathlib import Path

import pytest

from pytest_twilio_users.contract.sids import OWN_ACCOUNT_SID
from pytest_twilio_users.errors import CassetteError, DefaultServiceRefused, UnrecordedRequest
from pytest_twilio_users.handle.conversations import Conversations
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Expiry, Mode, Settings

NAME = "test_a.py::test_ada"
TODAY = date(2026, 11, 24)
SERVICE = "IS" + "d" * 32
CREATE = ("POST", f"/v1/Services/{SERVICE}/Users")


def yes(_):
    """Each test passed."""
    return True


@pytest.fixture
def folder(tmp_path):
    """Where cassettes are."""
    return tmp_path / "cassettes"


@pytest.fixture
def heard():
    """What was named, and what was told to be old."""
    return {"named": [], "expired": []}


@pytest.fixture
def open_conversations(stub, account, folder, heard):
    """Opens those of a run: `open_conversations(cassette_days=5, today=TODAY)`."""

    def open_conversations(*, today=TODAY, folder=folder, prefix=None, **settings):
        return Conversations(
            Isolation(Settings(**settings)),
            live=lambda: stub,
            folder=folder,
            recorded_from="conversations.twilio.com",
            known={account.sid: OWN_ACCOUNT_SID},
            prefix=prefix,
            today=today,
            on_named=heard["named"].append,
            on_expired=heard["expired"].append,
        )

    return open_conversations


def scope(mode, name=NAME, *, outlives_tests=False, **settings):
    """A test, or a fixture, in a mode."""
    return Scope(name, Settings(mode=mode, **settings), outlives_tests=outlives_tests)


@pytest.fixture
def create(compose):
    """A request to create somebody: `create("ada")`."""
    return lambda identity: compose(*CREATE, form={"Identity": identity})


@pytest.fixture
def record(open_conversations, create):
    """Records the creation of Ada as a test's conversation."""

    def record():
        conversations = open_conversations()
        recording = scope(Mode.RECORD)
        conversations.answer(recording, create("ada"))
        recording.end()
        return conversations.settle(passed=yes)

    return record


def test_a_test_that_passes_leaves_its_cassette(record, folder, account, heard):
    """With what it was recorded from, when and by which kit; the account has a stand-in."""
    assert record() == ""

    path = folder / "test_a" / "test_ada.json"
    written = json.loads(path.read_text("utf-8"))
    assert (written["recorded_from"], written["date"], written["kit"]) == (
        "conversations.twilio.com",
        "2026-11-24",
        version("pytest-twilio-users"),
    )
    assert account.sid not in path.read_text("utf-8")
    assert heard["named"] == [NAME, str(path)]


def test_a_test_that_fails_leaves_none(open_conversations, create, folder):
    """Nor one that is not over. It is not asked about twice."""
    conversations = open_conversations()
    recording = scope(Mode.RECORD)
    conversations.answer(recording, create("ada"))
    asked = []
    assert conversations.settle(passed=asked.append) == ""
    assert asked == []
    recording.end()
    assert conversations.settle(passed=asked.append) == ""
    assert conversations.settle(passed=yes) == ""

    assert asked == [recording]
    assert not folder.exists()


def test_what_was_recorded_is_replayed(record, open_conversations, create, compose):
    """Each exchange, and once: what is not said any more, or was not, is complained of."""
    record()
    conversations = open_conversations()
    replaying = scope(Mode.REPLAY)
    assert conversations.answer(replaying, create("ada")).status == 201
    with pytest.raises(UnrecordedRequest):
        conversations.answer(replaying, compose("GET", CREATE[1]))
    replaying.end()
    assert conversations.settle(passed=yes).startswith("list_service_user: GET ")

    conversations.begin(scope(Mode.STUB))
    for replaying in (scope(Mode.REPLAY), scope(Mode.REPLAY)):
        conversations.begin(replaying)
        conversations.begin(replaying)
        replaying.end()
    complaint = conversations.settle(passed=yes)
    assert complaint.count("1 of 1 recorded exchange was not used:") == 2


def test_a_test_that_says_nothing_any_more_has_no_cassette(record, open_conversations, folder):
    """The one of before is deleted, as it begins in record."""
    record()
    conversations = open_conversations()
    recording = scope(Mode.RECORD)
    conversations.begin(recording)
    recording.end()

    assert conversations.settle(passed=yes) == ""
    assert list(folder.rglob("*.json")) == []


def test_a_cassette_that_can_not_be_written_is_told(open_conversations, create, tmp_path):
    """With the setting that says where; a link that leads elsewhere is not followed."""
    closed = tmp_path / "closed"
    closed.touch()
    conversations = open_conversations(folder=closed)
    recording = scope(Mode.RECORD)
    conversations.answer(recording, create("ada"))
    recording.end()
    assert conversations.settle(passed=yes) == (
        f"The cassette can't be written: Not a directory: {closed}/test_a. Is"
        " --twilio-users-cassettes a folder that may be written to?"
    )

    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "test_a").symlink_to(tmp_path)
    conversations = open_conversations(folder=linked)
    recording = scope(Mode.RECORD)
    conversations.answer(recording, create("grace"))
    recording.end()
    assert "test_a" in conversations.settle(passed=yes)
    assert not (tmp_path / "test_ada.json").exists()


def test_what_can_not_be_replayed_fails_the_test_that_asks(
    record, open_conversations, create, folder
):
    """And no other."""
    record()
    (folder / "test_a" / "test_ada.json").write_text("{}")
    conversations = open_conversations()
    conversations.begin(scope(Mode.REPLAY))
    with pytest.raises(CassetteError, match=r"test_ada\.json"):
        conversations.answer(scope(Mode.REPLAY), create("ada"))


@pytest.mark.parametrize("expiry", [Expiry.WARN, Expiry.FAIL])
def test_a_cassette_may_be_too_old(record, open_conversations, create, heard, expiry):
    """It is told, or not replayed, as the test has it."""
    record()
    heard["expired"].clear()
    conversations = open_conversations(today=date(2026, 12, 1))
    young = scope(Mode.REPLAY, cassette_days=7, cassette_expiry=expiry)
    conversations.answer(young, create("ada"))
    old = scope(Mode.REPLAY, cassette_days=6, cassette_expiry=expiry)
    why = "2026-11-24, 7 days old (allowed: 6)"
    if expiry is Expiry.WARN:
        conversations.answer(old, create("ada"))
        assert heard["expired"] == [f"{why}: {NAME}"]
        return

    with pytest.raises(CassetteError) as error:
        conversations.answer(old, create("ada"))
    path = Path(heard["named"][-1])
    assert str(error.value) == (
        f"The cassette {path} is too old for cassette_expiry='fail': {why}.\n"
        f'To record it again and see what changed: twilio-users cassettes refresh "{NAME}"'
    )
    assert heard["expired"] == []


@pytest.mark.parametrize(
    ("expiry", "command"),
    [
        (Expiry.WARN, "pytest --twilio-users-mode=record"),
        (Expiry.RECORD, "twilio-users cassettes refresh"),
    ],
)
def test_the_advice_is_the_command_that_records_it(open_conversations, compose, expiry, command):
    """Where only what is too old is recorded, that is another one."""
    conversations = open_conversations()
    replaying = scope(Mode.REPLAY, cassette_expiry=expiry)
    with pytest.raises(UnrecordedRequest) as error:
        conversations.answer(replaying, compose("GET", f"{CREATE[1]}/ada"))

    assert str(error.value).endswith(f'To record it: {command} "{NAME}"')


def test_what_record_would_have_skipped_replay_skips_too(open_conversations, compose):
    """A request for the default service, where a run may not use it, and there is no cassette."""
    conversations = open_conversations()
    with pytest.raises(DefaultServiceRefused) as error:
        conversations.answer(scope(Mode.REPLAY), compose("GET", "/v1/Users"))
    assert str(error.value) == (
        "list_user: there is no cassette, and this run may not use the account's default service."
        f' To record it: pytest --twilio-users-mode=record "{NAME}"'
        " --twilio-users-default-service=IS…"
    )

    allowed = scope(Mode.REPLAY, default_service=SERVICE)
    for replaying, path in ((allowed, "/v1/Users"), (scope(Mode.REPLAY), CREATE[1])):
        with pytest.raises(UnrecordedRequest):
            conversations.answer(replaying, compose("GET", path))


def test_a_recorded_test_may_ask_the_default_service_once_too_often(
    record, open_conversations, compose
):
    """There is a cassette: so it is a miss, and no skip."""
    record()
    with pytest.raises(UnrecordedRequest):
        open_conversations().answer(scope(Mode.REPLAY), compose("GET", "/v1/Users"))


def test_a_name_of_the_run_is_recorded_without_its_prefix(open_conversations, create, folder):
    """So that another run, with another prefix, says the same."""
    conversations = open_conversations(prefix=lambda name: f"run.1-{name}-")
    recording = scope(Mode.RECORD)
    conversations.answer(recording, create(f"run.1-{NAME}-ada"))
    recording.end()
    conversations.settle(passed=yes)

    assert "run.1" not in (folder / "test_a" / "test_ada.json").read_text("utf-8")


def test_a_test_knows_the_users_of_wide_fixtures_and_of_nobody_else(open_conversations, create):
    """By the stand-ins of the fixture's conversation, as long as that is open."""
    conversations = open_conversations()
    wide = scope(Mode.RECORD, "test_a.py::fixture ada", outlives_tests=True)
    other, test = scope(Mode.RECORD, "test_a.py::test_eve"), scope(Mode.RECORD)
    for each, identity in ((wide, "ada"), (other, "eve"), (test, "grace")):
        conversations.answer(each, create(identity))
    open_ones = conversations._conversations  # white-box: what it is for is proven live

    assert conversations._wide(test) == [open_ones[wide].aliases]
    assert conversations._wide(wide) == []
    wide.end()
    assert conversations._wide(test) == []
