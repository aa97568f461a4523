"""The end of a run tells which promises held, those of a server and those of a client apart."""

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.suites.promises import PROMISES
from pytest_twilio_users.suites.summary import summarize


def test_a_broken_promise_of_a_client_is_told_with_its_reason() -> None:
    """One failing test breaks its promise, however many pass."""
    results = [
        ("limit_is_kept", True),
        ("webhook_header_is_sent", True),
        ("webhook_header_is_sent", False),
        ("webhook_header_is_sent", True),
    ]
    assert list(summarize(results, mode=Mode.STUB)) == [
        "client         1 of   2 kept",
        (
            "BROKEN webhook_header_is_sent: Create, update and delete send X-Twilio-Webhook-Enabled"
            " as true or false. Without it Twilio calls no webhook, and nobody hears of the change."
        ),
    ]


NOT_FOUND_OUT = "{} not found out: an error before or after their tests, see above"


def test_an_error_is_no_broken_promise() -> None:
    """Nobody knows what its test would have said; where another one failed, that counts."""
    results = [
        ("limit_is_kept", None),
        ("limit_is_kept", True),
        ("create_answers_201", None),
        ("webhook_header_is_sent", False),
        ("webhook_header_is_sent", None),
    ]
    lines = list(summarize(results, mode=Mode.STUB))
    assert lines[:3] == [
        f"documented     0 of   1 held   ({Evidence.DOCUMENTED.meaning})",
        ("all            0 of   1 held by the stub: what it does was not checked against Twilio"),
        "client         0 of   2 kept",
    ]
    assert lines[3].startswith("BROKEN webhook_header_is_sent: ")
    assert lines[4:] == [NOT_FOUND_OUT.format(2)]


def test_of_an_error_a_live_run_says_neither() -> None:
    """The promise was not reached: it is neither confirmed nor contradicted."""
    lines = list(summarize([("create_answers_201", None)], mode=Mode.LIVE, host="twilio.com"))
    assert lines[-2:] == [
        (
            f"all            0 confirmed,   0 contradicted, {len(PROMISES):>3} not reached,"
            " by twilio.com"
        ),
        NOT_FOUND_OUT.format(1),
    ]


def test_server_and_client_are_told_apart() -> None:
    """A run of both suites has both summaries; the client's has no evidence."""
    results = [("create_answers_201", True), ("limit_is_kept", True)]
    lines = list(summarize(results, mode=Mode.STUB))
    assert [line.split()[0] for line in lines] == ["documented", "all", "client"]


def test_a_live_run_says_what_was_confirmed_and_what_to_change() -> None:
    """By evidence, with what no test reached; each contradiction names the place to change."""
    results = [
        ("create_answers_201", True),
        ("max_page_size", False),
        ("update_nothing", False),
        ("identity_taken", False),
    ]
    lines = list(summarize(results, mode=Mode.LIVE, host="conversations.twilio.com"))
    documented = sum(row.evidence is Evidence.DOCUMENTED for row in PROMISES.values())
    refused = PROMISES["identity_taken"]
    assert [line for line in lines if line.startswith("documented")] == [
        (
            f"documented     1 confirmed,   0 contradicted, {documented - 1:>3} not reached"
            f"   ({Evidence.DOCUMENTED.meaning})"
        )
    ]
    assert lines[6:] == [
        (
            f"all            1 confirmed,   3 contradicted, {len(PROMISES) - 4:>3} not reached,"
            " by conversations.twilio.com"
        ),
        (
            "CONTRADICTED max_page_size: A PageSize over the maximum is cut to it: 1000 (documented"
            " until 2025-06-12) or 50 (third-party)"
        ),
        "  To change: the setting twilio_users_max_page_size has the stub do otherwise.",
        (
            "CONTRADICTED update_nothing: Update without a parameter answers 200 and changes"
            " nothing (inferred)"
        ),
        "  To change: the row 'update_nothing' of contract/behaviours.py, and what state/ does.",
        f"CONTRADICTED identity_taken: {refused.statement} ({refused.evidence})",
        "  To change: the row 'identity_taken' of contract/refusals.py, and what state/ does.",
    ]
