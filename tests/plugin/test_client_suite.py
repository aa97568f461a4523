"""The suites as their authors meet them: what is missing, skipped, left out."""

import re

import pytest

PROMISES = "Twilio Users: promises"


def section(run, title: str) -> list[str]:
    """The lines under a title, up to the next."""
    start = next(i for i, line in enumerate(run.lines) if f" {title} " in line) + 1
    length = next(i for i, line in enumerate(run.lines[start:]) if line.startswith("="))
    return run.lines[start : start + length]


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
        "TestOurClient does not say which client it tests. Give it a fixture:",
        "",
        '@pytest.fixture(scope="class")',
        "@classmethod",
        "def twilio_users_adapter(cls, twilio_users):",
        "return OurAdapter()",
    ]
    assert section(run, PROMISES) == [
        "client         0 of   1 kept",
        "NOT REACHED foreign_links_get_no_credentials",
        "  Because: TestOurClient does not say which client it tests. Give it a fixture:",
    ]


def test_a_fixture_that_returns_nothing_breaks_no_promise(suite) -> None:
    """Its `return` is missing, which says nothing of the client."""
    run = suite.run(CLIENT.format(more="", change="adapter = None"), "-k", "foreign and default")
    run.outcomes(errors=1)
    [line] = [line for line in run.lines if line.startswith("E ") and "is not a client" in line]
    assert line.partition("InvalidArgument: ")[2] == (
        "None is not a client: give one of the kit's, or an adapter with create_user and the"
        " other operations."
    )
    assert section(run, PROMISES) == [
        "client         0 of   1 kept",
        "NOT REACHED foreign_links_get_no_credentials",
        (
            "  Because: None is not a client: give one of the kit's, or an adapter with"
            " create_user and the other operations."
        ),
    ]


def test_a_server_that_is_not_there_breaks_no_promise(suite) -> None:
    """Of the contract suite, too, an error of a fixture is none of the server's."""
    suite.write(
        conftest="""
        import pytest

        @pytest.fixture(scope="session")
        def twilio_users_backend():
            raise ConnectionError("no server")
        """
    )
    run = suite.run("", "--pyargs", "pytest_twilio_users.suites.contract", "-k", "has_a_request_id")
    run.outcomes(errors=4)
    assert section(run, PROMISES)[1:] == [
        "all            0 of   1 held by the stub: what it does was not checked against Twilio",
        "NOT REACHED request_id",
        "  Because: ConnectionError: no server",
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
    run = suite.run(source, "-k", "credentials_are_sent or one_segment", "-rs")
    run.outcomes(passed=14, skipped=2)
    shown = section(run, "short test summary info")
    assert [re.sub(r"^SKIPPED \[1\] \S+: ", "", line) for line in shown] == [
        "the adapter has no delete_user",
        "the adapter has no delete_user",  # found by an example, which is not shown
    ]


def test_a_test_can_be_left_out(suite) -> None:
    """A subclass has the last word."""
    run = suite.run(CLIENT.format(more="test_a_limit_is_kept = None", change=""), "-k", "limit")
    assert run.result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


RESILIENT = """
    import pytest
    from pytest_twilio_users.adapters import UsersClientAdapter
    from pytest_twilio_users.suites.client import ResilienceSuite, Retries

    class TestOurClient(ResilienceSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            return UsersClientAdapter(twilio_users.client)

        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_retries(cls):
            {retries}
"""


def test_what_a_client_claims_to_do_it_has_to_do(suite) -> None:
    """The summary counts the promises of both suites alike."""
    source = RESILIENT.format(retries="return Retries(rate_limits=True)")
    run = suite.run(source, "-k", "default and fetch and (rate_limits or retry_after)")
    run.outcomes(failed=1, skipped=1)
    assert section(run, PROMISES) == [
        "client         0 of   1 kept",
        (
            "BROKEN rate_limits_are_survived: What was refused with 429 is sent again, or comes out"
            " as an error with its status. Nothing was done. A caller that knows the status can"
            " send it again."
        ),
        "NOT REACHED retry_after_is_waited_for",
        (
            "  Because: the client does not claim to wait for Retry-After. If it does:"
            " Retries(retry_after=True)"
        ),
    ]


def test_a_claim_that_is_none_breaks_no_promise(suite) -> None:
    """The fixture's `return` is missing, which says nothing of the client."""
    run = suite.run(RESILIENT.format(retries="Retries()"), "-k", "default and 429-create and end")
    run.outcomes(errors=1)
    assert section(run, PROMISES) == [
        "client         0 of   1 kept",
        "NOT REACHED retries_end",
        (
            "  Because: twilio_users_retries=None (NoneType): allowed: Retries, such as"
            " Retries(rate_limits=True)."
        ),
    ]
