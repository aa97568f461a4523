"""docs/ci.md: pytest ends with its own codes, for the reasons that the page tells."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"
PASSES = "def test_it(twilio_users): ..."
ENDS = {
    "all passed": (0, "stub", PASSES, ()),
    "skipped for the mode": (
        0,
        "stub",
        """
        import pytest

        @pytest.mark.twilio_users(modes=("live",))
        def test_it(twilio_users): ...
        """,
        (),
    ),
    "an assertion": (1, "stub", "def test_it(twilio_users): assert not twilio_users", ()),
    "what Twilio would ignore": (
        1,
        "stub",
        """
        import httpx

        def test_it(twilio_users):
            url = "https://conversations.twilio.com/v1/Users?Pagesize=5"
            httpx.get(url, auth=("AC", "x"), verify=False)
        """,
        (),
    ),
    "a fault that no request met": (
        1,
        "stub",
        """
        from pytest_twilio_users import faults

        def test_it(twilio_users):
            twilio_users.routes["fetch_user"].fail(faults.answer_lost())
        """,
        (),
    ),
    "less than what is relied on": (1, "stub", PASSES, ("--twilio-users-fail-under=1",)),
    "a request that is in no cassette": (
        1,
        "replay",
        "def test_it(twilio_users): twilio_users.users()",
        (),
    ),
    "Ctrl-C": (2, "live", "def test_it(twilio_users): raise KeyboardInterrupt", ()),
    "a spent budget": (
        2,
        "live",
        """
        def test_that_spends(twilio_users):
            for _ in range(2):
                twilio_users.add_user(service_sid=twilio_users.service_sid)

        from pytest_twilio_users.suites.contract import *
        """,
        ("--twilio-users-changes=2", "-k", "that_spends or create_answers_with"),
    ),
    "an internal error": (3, "stub", PASSES, ("-p", "breaking")),
    "a wrong setting": (4, "stub", PASSES, ("--twilio-users-max-page-size=many",)),
    "a wrong marker": (
        4,
        "stub",
        """
        import pytest

        @pytest.mark.twilio_users(mood="live")
        def test_it(twilio_users): ...
        """,
        (),
    ),
    "too few changes": (
        4,
        "live",
        "from pytest_twilio_users.suites.contract import *",
        ("--twilio-users-changes=1",),
    ),
    "no test": (5, "stub", "", ()),
    "a warning": (
        6,
        "stub",
        """
        import httpx

        def test_it(twilio_users):
            url = "http://conversations.twilio.com/v1/Users"
            httpx.get(url, auth=("AC", "x"))
        """,
        ("--max-warnings=0",),
    ),
}


def test_the_page_tells_each_code():
    """Those of pytest, and no others."""
    told = re.findall(r"^\| (\d) \| .+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert [*map(int, told)] == [*range(7)]
    assert {code for code, *_ in ENDS.values()} == {*range(7)} >= {*pytest.ExitCode}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_run_ends_with_its_code(run, pytester, end):
    """For what the page says."""
    code, mode, source, options = end
    if code not in {*pytest.ExitCode}:
        pytest.skip("this pytest has no such code")
    pytester.makepyfile(breaking="def pytest_sessionstart(): 1 / 0", test_it=source)
    pytester.syspathinsert()
    assert run(mode, "", *options).ret == code
