"""The suite's table of changes says what its tests send."""

from pytest_twilio_users.suites.budget import CHANGES

COUNTING = """
    import pytest

    @pytest.fixture(autouse=True)
    def count(request, twilio_users, record_property):
        yield
        journal = twilio_users.journal
        sent = [each for each in journal if each.operation and each.request.method != "GET"]
        record_property("sent", len(sent))
"""


class Counting:
    """Hears how many changes each test sends; of its cases the most counts."""

    def __init__(self):
        self.sent = {}

    def pytest_runtest_logreport(self, report):
        """Note a test that is over."""
        sent = dict(report.user_properties).get("sent", 0)
        name = report.nodeid.rpartition("::")[2].partition("[")[0]
        self.sent[name] = max(sent, self.sent.get(name, 0))


def test_the_table_of_changes_says_what_each_test_sends(pytester, monkeypatch) -> None:
    """On the stub; an account counts the same. A test that sends none is not in it."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(COUNTING)
    pytester.makepyfile("from pytest_twilio_users.suites.contract import *")
    counting = Counting()
    quiet = ("-p", "pytest_twilio_users.plugin", "-p", "no:cacheprovider", "--quiet")
    pytester.runpytest_inprocess(*quiet, "-k", "not async", plugins=[counting])
    assert {name: sent for name, sent in counting.sent.items() if sent} == CHANGES
