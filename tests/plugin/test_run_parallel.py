"""Beside pytest-run-parallel, which runs several copies of a test at once."""

import pytest

PARALLEL = ("-p", "pytest_run_parallel.plugin", "--parallel-threads=3", "-v")


@pytest.mark.parametrize("fixture", ["twilio_users", "twilio_users_client", "room"])
def test_a_test_that_asks_for_the_kit_runs_in_one_thread(suite, fixture):
    """Also late. Its users are those of one test. Others run as before, and the run says why."""
    run = suite.run(
        f"""
        import pytest

        seen = []

        @pytest.fixture
        def room(twilio_users):
            return twilio_users

        def test_asks({fixture}):
            seen.append("asks")

        def test_asks_late(request):
            request.getfixturevalue("twilio_users")
            seen.append("asks late")

        def test_does_not():
            seen.append("does not")

        def test_all():
            assert seen == ["asks", "asks late", *["does not"] * 3]
        """,
        *PARALLEL,
    )
    run.outcomes(passed=4)
    why = "its threads would share their users"
    for test in ("test_asks", "test_asks_late"):
        assert f"test_it.py::{test} was not run in parallel: {why}" in run.lines
