"""Webhooks in authors' tests: whose they are, when they end, what fails a test."""

CONFTEST = """
import app
import pytest

@pytest.fixture(scope="module")
def heard(twilio_users):
    heard = []
    twilio_users.webhooks.deliver_to(heard.append)
    twilio_users.client.create_user("wide", x_twilio_webhook_enabled=True)
    return heard

def told(hooks):
    return [hook["Identity"] for hook in hooks]
"""


def test_what_a_wide_fixture_says_holds_for_its_tests(suite):
    """A test's own target comes first; what it told, and said, ends with it."""
    suite.write(conftest=CONFTEST)
    run = suite.run(
        """
        from conftest import told

        def test_first(twilio_users, heard):
            assert told(heard) == ["wide"]
            twilio_users.client.create_user("ada", x_twilio_webhook_enabled=True)
            assert told(twilio_users.webhooks) == ["ada"]
            assert told(heard) == ["wide", "ada"]
            own = []
            twilio_users.webhooks.deliver_to(own.append)
            twilio_users.webhooks.lose(times=1)
            twilio_users.webhooks.hold()
            twilio_users.client.create_user("grace", x_twilio_webhook_enabled=True)
            assert told(own) == []

        def test_second(twilio_users, heard):
            assert list(twilio_users.webhooks) == []
            twilio_users.client.create_user("ada", x_twilio_webhook_enabled=True)
            assert told(heard) == ["wide", "ada", "ada"]

        def test_without(twilio_users):
            assert list(twilio_users.webhooks) == []
        """
    )
    run.outcomes(passed=2, failed=1)  # the held one met no plan
    assert run.failure("test_first") == (
        "These planned faults did not happen:\n"
        "  webhooks.lose(times=1)\n"
        "If a fault need not happen: required=False."
    )


def test_examples_have_webhooks_of_their_own(suite):
    """And those of a Hypothesis test are delivered where the test says."""
    run = suite.run(
        """
        from hypothesis import given, settings, strategies as st

        @settings(max_examples=3, database=None)
        @given(st.integers())
        def test_it(twilio_users, number):
            heard = []
            twilio_users.webhooks.deliver_to(heard.append)
            twilio_users.client.create_user("ada", x_twilio_webhook_enabled=True)
            assert len(twilio_users.webhooks) == len(heard) == 1
        """,
        *("-p", "_hypothesis_pytestplugin"),
    )
    run.outcomes(passed=1)


def test_plans_that_no_delivery_met_fail_the_test(suite):
    """Unless that may be; of a wide fixture's there is a warning once its tests are over."""
    run = suite.run(
        """
        import pytest

        @pytest.fixture(scope="module")
        def slow(twilio_users):
            twilio_users.webhooks.slow(30, after=1, every=2)

        def test_unmet(twilio_users, slow):
            twilio_users.webhooks.lose(when=len)
            twilio_users.webhooks.repeat(required=False)

        def test_met(twilio_users, slow):
            twilio_users.webhooks.deliver_to(lambda hook: None)
            twilio_users.webhooks.repeat()
            twilio_users.client.create_user("ada", x_twilio_webhook_enabled=True)
        """
    )
    run.outcomes(passed=1, failed=1, warnings=1)
    assert run.failure("test_unmet") == (
        "These planned faults did not happen:\n"
        "  webhooks.lose(when=…)\n"
        "If a fault need not happen: required=False."
    )
    told = [line.partition("KitWarning: ")[2] for line in run.lines if "KitWarning" in line]
    assert told == [
        (
            "A fixture planned a fault that did not happen: webhooks.slow(30, after=1,"
            " every=2). If a fault need not happen: required=False."
        )
    ]


def test_an_example_fails_for_its_own_plans(suite):
    """As for what it sent."""
    run = suite.run(
        """
        from hypothesis import given, settings, strategies as st

        @settings(max_examples=3, database=None)
        @given(st.just(1))
        def test_it(twilio_users, number):
            twilio_users.webhooks.lose()
        """,
        *("-p", "_hypothesis_pytestplugin"),
    )
    run.outcomes(failed=1)
    assert run.failure("test_it").startswith(
        "These planned faults did not happen:\n  webhooks.lose()\n"
    )


RAISING = """
def hear(hook):
    raise LookupError(hook["FriendlyName"])

def sign_up(twilio_users, **more):
    twilio_users.webhooks.deliver_to(hear, **more)
    twilio_users.client.create_user("ada", x_twilio_webhook_enabled=True)

def test_raises(twilio_users):
    sign_up(twilio_users)

def test_fails(twilio_users):
    sign_up(twilio_users)
    assert False

def test_may_raise(twilio_users):
    sign_up(twilio_users, raise_app_exceptions=False)

def test_is_told(twilio_users):
    sign_up(twilio_users)
    twilio_users.verify()
"""


def test_what_an_application_raises_fails_the_test(suite):
    """Where it did is shown, also where the test fails for another reason."""
    run = suite.run(RAISING)
    run.outcomes(passed=1, failed=3)
    came = "onUserAdded of 'ada' -> https://app.example/hooks: 500 (KeyError: 'FriendlyName')"
    complaint = (
        "Your application raised an exception while it handled a webhook:\n"
        f"  {came}\n"
        "To let the test pass anyway: deliver_to(…, raise_app_exceptions=False)."
    )
    assert run.failure("test_raises") == complaint
    assert f"E       pytest_twilio_users.errors.ContractViolated: {complaint}".replace(
        "\n", "\nE       "
    ) in run.failure("test_is_told")
    for test in ("test_raises", "test_fails"):
        [shown] = [
            text
            for title, text in run.report(test, "call").sections
            if title == "Twilio Users: last webhooks"
        ]
        assert shown.startswith(f"{came}\n    Traceback (most recent call last):\n")
        assert "raise LookupError(hook" in shown
