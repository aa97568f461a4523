"""The summary of promises on GitHub: its alarms beside the run, its counts as a table."""

from pytest_twilio_users.ci.annotations import Annotation, Level
from pytest_twilio_users.suites.shown_promises import alarms, promises_as_markdown

SUMMARY = [
    "ENDED EARLY: Ctrl-C",
    "documented     1 of   2 held   (in Twilio's documentation)",
    "all            1 of   2 held by the replay",
    "BROKEN update_nothing: Update without a parameter changes nothing",
    "  Seen: 202 instead of 200",
    "CONTRADICTED max_page_size: It is cut",
    "  Seen: 50",
    "  To change: the setting",
    "VIOLATION by list_user: body: found []",
    "client         0 of   1 kept",
    "NOT REACHED dates_form",
    "  Because: create_user: 403",
]


def alarm(kind: str, message: str) -> Annotation:
    """What is shown of an alarm."""
    return Annotation(level=Level.ERROR, title=f"Twilio Users: {kind}", message=message)


def test_what_is_broken_is_an_error_of_the_run() -> None:
    """With the lines that belong to it; counts, and what was not reached, are none."""
    assert list(alarms(SUMMARY)) == [
        alarm(
            "broken",
            "update_nothing: Update without a parameter changes nothing\nSeen: 202 instead of 200",
        ),
        alarm("contradicted", "max_page_size: It is cut\nSeen: 50\nTo change: the setting"),
        alarm("violation", "by list_user: body: found []"),
    ]


def test_an_alarm_may_be_the_last_line() -> None:
    """And the only one."""
    assert list(alarms(["BROKEN limit_is_kept: A list"])) == [
        alarm("broken", "limit_is_kept: A list")
    ]
    assert list(alarms([])) == []


def test_the_counts_are_a_table_and_the_rest_is_a_list() -> None:
    """In the order in which they were told."""
    assert list(promises_as_markdown(SUMMARY)) == [
        "## Twilio Users: promises",
        "",
        "| evidence | promises |",
        "| --- | --- |",
        "| documented | 1 of 2 held (in Twilio's documentation) |",
        "| all | 1 of 2 held by the replay |",
        "| client | 0 of 1 kept |",
        "",
        "- `ENDED EARLY: Ctrl-C`",
        "- `BROKEN update_nothing: Update without a parameter changes nothing`",
        "  - `Seen: 202 instead of 200`",
        "- `CONTRADICTED max_page_size: It is cut`",
        "  - `Seen: 50`",
        "  - `To change: the setting`",
        "- `VIOLATION by list_user: body: found []`",
        "- `NOT REACHED dates_form`",
        "  - `Because: create_user: 403`",
        "",
    ]
