"""One option chooses who answers; a marker keeps a test out of some modes."""

import pytest

ACCOUNT = "AC" + "1" * 32
SERVICE = "IS" + "2" * 32
ONE_TEST = """
    def test_it(twilio_users):
        twilio_users.add_user("ada")
    """


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch):
    """What the machine has in its environment is no part of these tests."""
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def test_a_marker_skips_a_test_in_other_modes(suite):
    """The reason names the modes that it is for, and the run's."""
    run = suite.run(
        """
        import pytest

        @pytest.mark.twilio_users(modes=("live", "record"))
        def test_it(twilio_users):
            raise AssertionError
        """
    )
    run.outcomes(skipped=1)
    assert run.report("test_it", "setup").longrepr[2] == (
        "Skipped: it runs in live, record mode, and the mode is stub"
    )


def test_a_marker_with_the_runs_mode_skips_nothing(suite):
    """The test runs where it says that it does."""
    suite.run(
        """
        import pytest

        @pytest.mark.twilio_users(modes=("stub", "live"))
        def test_it(twilio_users):
            twilio_users.add_user("ada")
        """
    ).outcomes(passed=1)


def test_a_property_test_is_not_replayed(suite):
    """Its examples would be others than those of the recording: it is skipped, with a way out."""
    run = suite.run(
        """
        from hypothesis import given, strategies as st

        @given(st.integers())
        def test_it(twilio_users, number):
            raise AssertionError
        """,
        "--twilio-users-mode=replay",
    )
    run.outcomes(skipped=1)
    assert run.report("test_it", "setup").longrepr[2] == (
        "Skipped: a Hypothesis test has other examples in each run, so it can't run in replay"
        ' mode. Run it on the stub: @pytest.mark.twilio_users(mode="stub")'
    )


def test_a_property_test_without_the_kit_runs_in_replay(suite):
    """What the kit has no part in is none of its business."""
    suite.run(
        """
        from hypothesis import given, strategies as st

        @given(st.integers())
        def test_it(number):
            pass
        """,
        "--twilio-users-mode=replay",
    ).outcomes(passed=1)


def test_a_test_that_is_left_to_the_stub_runs_in_every_mode(suite):
    """Property tests, and others that need no recording, need not be skipped."""
    suite.run(
        """
        import pytest
        from hypothesis import given, strategies as st

        @pytest.mark.twilio_users(mode="stub")
        @given(st.sampled_from(["ada", "grace"]))
        def test_it(twilio_users, identity):
            assert twilio_users.mode == "stub"
            assert twilio_users.add_user(identity) in twilio_users.users()
        """,
        "--twilio-users-mode=replay",
    ).outcomes(passed=1)


@pytest.mark.parametrize("mode", ["live", "record"])
def test_a_live_run_without_an_allowed_account_does_not_begin(suite, mode):
    """One sentence ends the run before a test."""
    assert suite.run(ONE_TEST, f"--twilio-users-mode={mode}").usage_error == (
        f"mode={mode!r} changes a real account, and no account is allowed yet. Name one:"
        " --twilio-users-live-account=AC…, best a subaccount that is only for tests."
    )


def test_a_live_run_whose_account_does_not_answer_does_not_begin(suite, monkeypatch):
    """What the preflight finds ends the run with one text, and no test runs."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a token that is a secret")
    run = suite.run(
        ONE_TEST,
        "--twilio-users-mode=live",
        f"--twilio-users-live-account={ACCOUNT}",
        f"--twilio-users-service-sid={SERVICE}",
        "--twilio-users-base-url=http://127.0.0.1:9",  # where nothing listens
        "--twilio-users-deadline=1",
    )
    assert run.result.ret == pytest.ExitCode.USAGE_ERROR
    assert "a token that is a secret" not in "\n".join([*run.lines, *run.result.errlines])


def test_a_live_run_that_only_collects_asks_nobody(suite, monkeypatch):
    """`--collect-only` sends nothing."""
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", ACCOUNT)
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "a token that is a secret")
    run = suite.run(
        ONE_TEST,
        "--collect-only",
        "--twilio-users-mode=live",
        f"--twilio-users-live-account={ACCOUNT}",
        f"--twilio-users-service-sid={SERVICE}",
        "--twilio-users-base-url=http://127.0.0.1:9",
    )
    assert run.result.ret == pytest.ExitCode.OK
