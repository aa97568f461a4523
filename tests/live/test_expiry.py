"""What becomes of old cassettes, and of runs that play none."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

TODAY = datetime.now(UTC).date()
OLD = TODAY - timedelta(days=100)
SOURCE = """
    import pytest

    @pytest.fixture(scope="module")
    def grace(twilio_users):
        return twilio_users.add_user("grace", service_sid=twilio_users.service_sid)

    def test_grace(twilio_users, grace):
        assert twilio_users.client.fetch_service_user(grace.chat_service_sid, grace.sid) == grace

    def test_list(twilio_users):
        assert twilio_users.users(twilio_users.service_sid)
    """
GRACE, LIST, FIXTURE = "test_grace.json", "test_list.json", "grace*.json"


@pytest.fixture
def dated(pytester):
    """Has cassettes be of a day: `dated(OLD, "test_list.json")`; gives their bytes."""

    def dated(day, *patterns):
        found = [path for each in patterns for path in pytester.path.glob(f"cassettes/**/{each}")]
        assert len(found) == len(patterns)
        for path in found:
            text = path.read_text("utf-8")
            path.write_text(re.sub(r'"date": ".{10}"', f'"date": "{day}"', text), "utf-8")
        return [path.read_bytes() for path in found]

    return dated


def days_of(pytester):
    """Of which day each cassette is, by the beginning of its file's name."""
    found = [json.loads(path.read_bytes()) for path in pytester.path.rglob("cassettes/**/*.json")]
    return {each["name"].rpartition("::")[2]: date.fromisoformat(each["date"]) for each in found}


def section(result, title):
    """What a section at the end of a run says; nothing if there is none."""
    found = [n for n, line in enumerate(result.outlines) if f" Twilio Users: {title} " in line]
    if not found:
        return []
    [start] = found
    after = [*filter(None, result.outlines[start + 1 :])]
    return after[: next(n for n, line in enumerate(after) if line.startswith("="))]


@pytest.mark.parametrize(
    ("policy", "workers"),
    [("warn", ()), ("record", ()), ("record", ("-p", "xdist", "-n", "2"))],
    ids=["warn", "record", "workers"],
)
def test_a_replay_tells_what_it_played_that_is_old(run, dated, service, policy, workers):
    """Once, wherever it was played; it asks nobody, whatever the policy."""
    run("record", SOURCE).assert_outcomes(passed=2)
    dated(OLD, LIST)
    dated(OLD - timedelta(days=1), FIXTURE)
    asked = len(service.log)
    result = run("replay", "", f"--twilio-users-cassette-expiry={policy}", *workers)
    result.assert_outcomes(passed=2)
    assert section(result, "old cassettes") == [
        (
            f"{OLD - timedelta(days=1)}, 101 days old (allowed: 90): test_it.py::fixture"
            " test_it.py test_it::grace[0]"
        ),
        f"{OLD}, 100 days old (allowed: 90): test_it.py::test_list",
        "To record it again and see what changed: twilio-users cassettes refresh --expired",
    ]
    assert len(service.log) == asked


def test_what_no_test_plays_is_not_told(run, dated, pytester):
    """It is an orphan, and another command finds those."""
    run("record", SOURCE)
    dated(OLD, LIST)
    result = run("replay", "", "-k", "test_grace")
    result.assert_outcomes(passed=1, deselected=1)
    assert section(result, "old cassettes") == []


def test_an_old_cassette_fails_its_test_if_asked(run, dated, pytester):
    """Also one that took the error for an outage; the others are replayed."""
    source = f"""{SOURCE}
    def test_outage(twilio_users):
        try:
            twilio_users.users(twilio_users.service_sid)
        except Exception:
            pass
    """
    run("record", source).assert_outcomes(passed=3)
    dated(OLD, LIST, "test_outage.json")
    result = run("replay", "", "--twilio-users-cassette-expiry=fail")
    result.assert_outcomes(passed=2, failed=1, errors=1)
    folder = pytester.path / "cassettes" / "test_it"
    for name in ("test_list", "test_outage"):
        complaint = (
            f"The cassette {folder / name}.json is too old for cassette_expiry='fail': {OLD}, 100"
            " days old (allowed: 90).\n"
            "To record it again and see what changed: twilio-users cassettes refresh"
            f' "test_it.py::{name}"'
        )
        said = result.stdout.str().replace("\nE       ", "\n")
        assert complaint in said
    assert section(result, "old cassettes") == []


def test_a_marker_says_how_old_and_what_then(run, dated):
    """Of one test, or of all in a module, with the fixtures that are theirs."""
    marked = SOURCE.replace(
        "    def test_list",
        """
    pytestmark = pytest.mark.twilio_users(cassette_days=200)

    @pytest.mark.twilio_users(cassette_expiry="fail", cassette_days=1)
    def test_list""",
    )
    run("record", marked).assert_outcomes(passed=2)
    dated(OLD, GRACE, FIXTURE)
    run("replay").assert_outcomes(passed=2)
    dated(TODAY - timedelta(days=2), LIST)
    result = run("replay")
    result.assert_outcomes(passed=1, failed=1)
    assert section(result, "old cassettes") == []


def test_a_cassette_of_a_day_to_come_is_not_trusted(run, dated, pytester):
    """Nobody knows how old it is; one without a day can't be read at all."""
    run("record", SOURCE)
    ahead = TODAY + timedelta(days=3)
    dated(ahead, GRACE)
    assert section(run("replay"), "old cassettes")[0] == (
        f"{ahead}, in the future (a clock is or was wrong): test_it.py::test_grace"
    )
    [path] = pytester.path.glob(f"cassettes/**/{LIST}")
    path.write_text(re.sub(r'"date": .*\n', "", path.read_text("utf-8")), "utf-8")
    result = run("replay", "", "-k", "test_list")
    result.assert_outcomes(failed=1, deselected=1)
    result.stdout.fnmatch_lines(
        [f"*CassetteError: The cassette {path} can't be read: date is missing. Record it again*"]
    )


def test_a_test_that_moves_the_time_makes_no_cassette_old(run, dated, pytester):
    """The day is that on which the run began, for what is written, too."""
    source = """
        import datetime
        import pytest
        from unittest.mock import patch

        class Later(datetime.datetime):
            @classmethod
            def now(cls, tz=None):
                return super().now(tz) + datetime.timedelta(days=500)

        @pytest.fixture(scope="session", autouse=True)
        def later():
            with patch("datetime.datetime", Later):
                yield

        def test_list(later, twilio_users):
            assert twilio_users.users(twilio_users.service_sid)
        """
    run("record", source).assert_outcomes(passed=1)
    assert days_of(pytester) == {"test_list": TODAY}
    result = run("replay", "", "--twilio-users-cassette-expiry=fail")
    result.assert_outcomes(passed=1)


RECORD_OLD = "--twilio-users-cassette-expiry=record"


def test_record_may_be_for_what_is_old_alone(run, dated, pytester, service):
    """A test whose fixture has an old cassette is recorded with it; the young are skipped."""
    run("record", SOURCE)
    dated(OLD, FIXTURE)
    [young] = dated(TODAY - timedelta(days=90), LIST)
    result = run("record", "", RECORD_OLD, "-rs")
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(
        [
            (
                f"SKIPPED * its cassette of {TODAY - timedelta(days=90)} may be 90 days old. To"
                ' record it again: twilio-users cassettes refresh "test_it.py::test_list"'
            )
        ]
    )
    assert days_of(pytester)["grace[0]"] == TODAY
    [path] = pytester.path.glob(f"cassettes/**/{LIST}")
    assert path.read_bytes() == young
    path.unlink()
    run("record", "", RECORD_OLD).assert_outcomes(passed=1, skipped=1)
    assert path.exists()


def test_a_marker_spares_a_test_that_costs_much(run, pytester):
    """By itself, at any age; a replay that misses something says what records it all the same."""
    source = """
        import pytest

        @pytest.mark.twilio_users(cassette_expiry="record", cassette_days=0)
        def test_list(twilio_users):
            assert twilio_users.users(twilio_users.service_sid)
        """
    run("record", source).assert_outcomes(passed=1)
    result = run("record", "", "-rs")
    result.assert_outcomes(skipped=1)
    result.stdout.fnmatch_lines([f"SKIPPED * its cassette of {TODAY} may be of any age. *"])
    # Recorded as it is, the test is not skipped for what it newly asks of the default service.
    result = run(
        "replay", source.replace("assert ", "twilio_users.add_user()\n            assert ")
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ['*To record it again: twilio-users cassettes refresh "test_it.py::test_list"']
    )


# Runs of skips alone

SKIPPED = """
    import pytest

    def test_default(twilio_users):
        twilio_users.client.list_user()

    @pytest.mark.twilio_users(modes=("stub",))
    def test_on_the_stub(twilio_users): ...

    @pytest.mark.twilio_users(mode="stub")
    def test_left_to_the_stub(twilio_users): ...

    def test_of_something_else(): ...
    """
NOTHING = {
    "replay": "Nothing was replayed: all was skipped (2 tests), such as test_it.py::test_default:"
    " list_user: there is no cassette, and this run may not use the account's default service."
    ' To record it: pytest --twilio-users-mode=record "test_it.py::test_default"'
    " --twilio-users-default-service=IS…",
    "record": "Nothing was recorded: all was skipped (2 tests), such as test_it.py::test_default:"
    " list_user: the path without a service means the account's default service, and this"
    " run may not use it. To allow it: --twilio-users-default-service=IS…",
    "live": "The account was not asked: all was skipped (2 tests), such as"
    " test_it.py::test_default: list_user: the path without a service means the account's"
    " default service, and this run may not use it. To allow it:"
    " --twilio-users-default-service=IS…",
}


@pytest.mark.parametrize(
    ("mode", "workers"),
    [*((mode, ()) for mode in NOTHING), ("live", ("-p", "xdist", "-n", "1"))],
    ids=[*NOTHING, "worker"],
)
def test_a_run_of_skips_alone_says_so(run, mode, workers):
    """Though all is green, it has shown nothing of what the kit is for."""
    result = run(mode, SKIPPED, *workers)
    result.assert_outcomes(passed=2, skipped=2)
    assert section(result, "skipped") == [NOTHING[mode]]


OTHERS = {
    "passed": "def test_more(twilio_users): twilio_users.mode",
    "failed": "def test_more(twilio_users): assert not twilio_users.mode",
    "errors": """
    @pytest.fixture
    def broken(): raise OSError

    def test_more(broken, twilio_users): ...
    """,
    "xfailed": """
    @pytest.mark.xfail
    def test_more(twilio_users): assert not twilio_users.mode
    """,
}


@pytest.mark.parametrize(("outcome", "source"), OTHERS.items(), ids=OTHERS)
def test_a_run_with_more_than_skips_says_nothing(run, outcome, source):
    """One test that was not skipped is enough, whatever it came to."""
    result = run("replay", f"{SKIPPED}\n    {source}")
    assert result.parseoutcomes()[outcome] == (3 if outcome == "passed" else 1)
    assert section(result, "skipped") == []
