"""What a run tells of what its tests used."""

from itertools import dropwhile, islice, takewhile

import pytest

TESTS = """
import httpx
import pytest
from pytest_twilio_users import TwilioApiError, faults


def test_signed_up(twilio_users):
    heard = []
    twilio_users.webhooks.deliver_to(heard.append)
    twilio_users.client.create_user("ada", friendly_name="Ada", x_twilio_webhook_enabled=True)
    twilio_users.routes["create_user"].fail(faults.connect_error(), times=1)
    with pytest.raises(httpx.ConnectError):
        twilio_users.client.create_user("grace")


def test_signed_up_twice(twilio_users):
    twilio_users.add_user("ada")
    with pytest.raises(TwilioApiError):
        twilio_users.client.create_user("ada")


def test_listed(twilio_users):
    for name in ("ada", "bob", "eve"):
        twilio_users.add_user(name)
    assert len(list(twilio_users.client.iter_users(page_size=2))) == 3


def test_missed(twilio_users):
    with pytest.raises(TwilioApiError):
        twilio_users.client.fetch_user("ada")
    twilio_users.routes["update_user"].refuse(50999, status=418, message="tea")
    with pytest.raises(TwilioApiError):
        twilio_users.client.update_user("ada", friendly_name="Ada")
"""
COVERAGE = "--twilio-users-coverage"
ONE = """
import pytest

def test_fetched(twilio_users):
    twilio_users.add_user("ada")
    twilio_users.client.fetch_user("ada")
"""


def told(run):
    """What the run told of coverage, below the heading."""
    after = dropwhile(lambda line: "Twilio Users: coverage (stub)" not in line, run.lines)
    return [*takewhile(lambda line: not line.startswith("="), islice(after, 1, None))]


def ending(run):
    """How the run told of coverage ended: what comes after the names."""
    lines = told(run)
    return lines[next(n for n, line in enumerate(lines) if " % (" in line or "No test" in line) :]


@pytest.mark.usefixtures("outer_snapshots")
def test_the_table_tells_what_was_used_of_each_operation(suite, twilio_users_snapshot):
    """What nobody called stands out, as does what was never met where somebody called."""
    assert "\n".join(told(suite.run(TESTS, COVERAGE))) == twilio_users_snapshot


def test_gaps_have_a_colour(suite):
    """On a terminal they are seen at a glance."""
    run = suite.run(ONE, COVERAGE, "--color=yes")
    lines = [line for line in run.lines if "fetch_user" in line or "list_user" in line]

    assert lines == [
        "fetch_user              1       1      0/1          -     -        -      -",
        "\x1b[33mlist_user               - never called\x1b[0m",
        "fetch_user used: success 1",
        "\x1b[33mfetch_user GAPS: not_found\x1b[0m",
    ]


@pytest.mark.parametrize("options", [(), ("--twilio-users-relies-on=fetch_user",)])
def test_nothing_is_told_where_nobody_asks(suite, options):
    """What is relied on may stand in the configuration file for those runs that ask."""
    assert told(suite.run(ONE, *options)) == []


class TestFailUnder:
    """A run fails that uses too little of what is relied on."""

    @pytest.mark.parametrize(
        ("relies_on", "least", "expected"),
        [
            (
                "",
                51,
                [
                    "50 % (1 of 2) of what can be met at the operations that were called",
                    "FAILED: 50 % is below the 51 % of --twilio-users-fail-under.",
                ],
            ),
            (
                "fetch_user.success, list_user",
                100,
                [
                    "11 % (1 of 9) of what is relied on: fetch_user.success, list_user",
                    "FAILED: 11 % is below the 100 % of --twilio-users-fail-under.",
                ],
            ),
        ],
        ids=["what-was-called", "what-is-named"],
    )
    def test_it_fails_below(self, suite, relies_on, least, expected):
        """With the percentage, after the gaps."""
        run = suite.run(
            ONE,
            f"--twilio-users-fail-under={least}",
            f"--twilio-users-relies-on={relies_on}",
        )

        assert run.result.ret == pytest.ExitCode.TESTS_FAILED
        assert ending(run) == expected

    @pytest.mark.parametrize(
        ("relies_on", "least"),
        [("", 50), ("", "50%"), ("fetch_user.success", 100)],
    )
    def test_it_passes_at_the_percentage(self, suite, relies_on, least):
        """A part of an operation is as good a name as the whole."""
        run = suite.run(
            ONE, f"--twilio-users-fail-under={least}", f"--twilio-users-relies-on={relies_on}"
        )

        assert run.result.ret == pytest.ExitCode.OK

    @pytest.mark.parametrize(
        ("relies_on", "expected"),
        [
            ("", "No test called an operation."),
            ("fetch_user", "0 % (0 of 2) of what is relied on: fetch_user"),
        ],
    )
    def test_where_nothing_was_called_it_fails(self, suite, relies_on, expected):
        """Of nothing there is no hundred percent."""
        run = suite.run(
            "def test_nothing(twilio_users): ...",
            "--twilio-users-fail-under=1",
            f"--twilio-users-relies-on={relies_on}",
        )

        assert run.result.ret == pytest.ExitCode.TESTS_FAILED
        assert ending(run) == [
            expected,
            "FAILED: 0 % is below the 1 % of --twilio-users-fail-under.",
        ]

    def test_workers_count_together(self, suite):
        """Each runs a part of the tests, and none of them may judge by it."""
        source = ONE + "\n\ndef test_listed(twilio_users):\n    twilio_users.client.list_user()\n"
        run = suite.run(
            source,
            *("-p", "xdist", "-n2", "--twilio-users-fail-under=100"),
            "--twilio-users-relies-on=fetch_user.success,list_user.success",
        )

        assert run.result.ret == pytest.ExitCode.OK
        assert ending(run)[0] == (
            "100 % (2 of 2) of what is relied on: fetch_user.success, list_user.success"
        )

    def test_a_run_that_failed_stays_failed(self, suite):
        """Its exit code says what it said."""
        run = suite.run(ONE, "-k", "nothing", "--twilio-users-fail-under=1")

        assert run.result.ret == pytest.ExitCode.NO_TESTS_COLLECTED

    def test_who_only_looks_which_tests_there_are_is_left_alone(self, suite):
        """Nothing was to be used."""
        run = suite.run(ONE, "--collect-only", "--twilio-users-fail-under=1", COVERAGE)

        assert (run.result.ret, told(run)) == (pytest.ExitCode.OK, [])


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        (
            "fail-under=101",
            (
                "fail_under='101' (from --twilio-users-fail-under): allowed: whole numbers from 0,"
                " which is no limit, to 100."
            ),
        ),
        (
            "relies-on=fetch_usr",
            (
                "relies_on='fetch_usr' (from --twilio-users-relies-on): 'fetch_usr' is not"
                " an operation. Did you mean 'fetch_user'? Known: create_service_user, create_user,"
                " delete_service_user, delete_user, fetch_service_user, fetch_user,"
                " list_service_user, list_user, update_service_user, update_user."
            ),
        ),
    ],
)
def test_a_wrong_value_ends_the_run_with_a_sentence(suite, option, sentence):
    """It says what is allowed, and which name was probably meant."""
    assert suite.run(ONE, f"--twilio-users-{option}").usage_error == sentence
