"""The client suite as its author meets it: what is missing, skipped, left out."""

import pytest


def test_a_suite_without_a_client_says_what_to_write(suite) -> None:
    """The error is the fixture that is missing."""
    run = suite.run(
        """
        from pytest_twilio_users.suites.client import ClientSuite

        class TestOurClient(ClientSuite):
            pass
        """,
        "-k",
        "foreign and default",
    )
    run.outcomes(errors=1)
    [line] = [line for line in run.lines if line.startswith("E ") and "does not say" in line]
    text = line.partition("InvalidArgument: ")[2]
    start = run.lines.index(line)
    shown = [text, *(line.removeprefix("E").rstrip() for line in run.lines[start + 1 : start + 6])]
    assert [line.strip() for line in shown] == [
        "TestOurClient does not say which client it examines. Give it a fixture:",
        "",
        '@pytest.fixture(scope="class")',
        "@classmethod",
        "def twilio_users_adapter(cls, twilio_users):",
        "return OurAdapter()",
    ]


CLIENT = """
    import pytest
    from pytest_twilio_users.adapters import UsersClientAdapter
    from pytest_twilio_users.suites.client import ClientSuite

    class TestOurClient(ClientSuite):
        {more}

        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            adapter = UsersClientAdapter(twilio_users.client)
            {change}
            return adapter
"""


def test_what_the_client_does_not_have_is_skipped(suite) -> None:
    """The report names the operation; the other tests run."""
    change = """
            def missing(*arguments, **parameters):
                raise NotImplementedError
            adapter.delete_user = missing"""
    source = CLIENT.format(more="", change=change)
    run = suite.run(source, "-k", "credentials_are_sent", "-rs")
    run.outcomes(passed=9, skipped=1)
    assert [line for line in run.lines if "the adapter has no delete_user" in line]


def test_a_test_can_be_left_out(suite) -> None:
    """A subclass has the last word."""
    run = suite.run(CLIENT.format(more="test_a_limit_is_kept = None", change=""), "-k", "limit")
    assert run.result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
