"""The pytest plugin. Loading it imports no HTTP library, no Hypothesis, no syrupy, no asyncio."""

from pytest_twilio_users.plugin.plain_loading import loading_plainly

with loading_plainly():
    import pytest_twilio_users.state.elapsed  # noqa: F401  # before freezegun can change its clock
    from pytest_twilio_users.plugin.findings import (
        pytest_assertrepr_compare,
        pytest_collection_finish,
    )
    from pytest_twilio_users.plugin.fixtures import (
        twilio_user,
        twilio_user_factory,
        twilio_users,
        twilio_users_async_client,
        twilio_users_async_sdk,
        twilio_users_backend,
        twilio_users_client,
        twilio_users_matcher,
        twilio_users_sdk,
        twilio_users_server,
        twilio_users_service_sid,
        twilio_users_snapshot,
    )
    from pytest_twilio_users.plugin.holding import (
        pytest_load_initial_conftests,
        pytest_testnodedown,
    )
    from pytest_twilio_users.plugin.lifecycle import (
        pytest_fixture_post_finalizer,
        pytest_fixture_setup,
        pytest_runtest_call,
        pytest_runtest_setup,
        pytest_runtest_teardown,
        pytest_sessionfinish,
        pytest_unconfigure,
    )
    from pytest_twilio_users.plugin.marker import pytest_collection_modifyitems
    from pytest_twilio_users.plugin.options import (
        pytest_addoption,
        pytest_configure,
        pytest_runtestloop,
    )
    from pytest_twilio_users.plugin.reports import (
        pytest_make_collect_report,
        pytest_runtest_makereport,
    )
    from pytest_twilio_users.plugin.terminal import pytest_report_header, pytest_terminal_summary

__all__ = [
    "pytest_addoption",
    "pytest_assertrepr_compare",
    "pytest_collection_finish",
    "pytest_collection_modifyitems",
    "pytest_configure",
    "pytest_fixture_post_finalizer",
    "pytest_fixture_setup",
    "pytest_load_initial_conftests",
    "pytest_make_collect_report",
    "pytest_report_header",
    "pytest_runtest_call",
    "pytest_runtest_makereport",
    "pytest_runtest_setup",
    "pytest_runtest_teardown",
    "pytest_runtestloop",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
    "pytest_testnodedown",
    "pytest_unconfigure",
    "twilio_user",
    "twilio_user_factory",
    "twilio_users",
    "twilio_users_async_client",
    "twilio_users_async_sdk",
    "twilio_users_backend",
    "twilio_users_client",
    "twilio_users_matcher",
    "twilio_users_sdk",
    "twilio_users_server",
    "twilio_users_service_sid",
    "twilio_users_snapshot",
]
