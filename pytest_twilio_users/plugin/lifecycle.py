"""The moments of a test, or of a fixture, that the kit takes part in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pytest_twilio_users.plugin.examples import isolate_examples
from pytest_twilio_users.plugin.findings import note_end
from pytest_twilio_users.plugin.holding import tell_controller
from pytest_twilio_users.plugin.interrupts import interruptible
from pytest_twilio_users.plugin.late import asks_late, note_late_askers
from pytest_twilio_users.plugin.marker import require_kit, settings_of, uses_kit
from pytest_twilio_users.plugin.stash import ENGINE, EXAMPLES, ISOLATION, OUTCOMES, RUNNING, USAGE
from pytest_twilio_users.plugin.strictness import complain, leave_to_the_report
from pytest_twilio_users.scopes.node_names import is_installed, stable_name
from pytest_twilio_users.scopes.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Begin a scope for the test."""
    __tracebackhide__ = True
    try:
        settings = settings_of(item)
        require_kit(item)
    except pytest.UsageError as error:
        pytest.fail(str(error), pytrace=False)
    fixtures = getattr(item, "fixturenames", ())
    item.config.stash[RUNNING] = item
    item.stash[OUTCOMES] = []
    isolation, name = item.config.stash[ISOLATION], stable_name(item)
    late = not uses_kit(item) and asks_late(item)
    isolation.begin_test(item.nodeid, settings, name=name, fixtures=fixtures, asks_late=late)
    try:
        return (yield)
    except BaseException:
        leave_to_the_report(item)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, Any, Any]:
    """Let a fixture that outlives the test act for itself."""
    __tracebackhide__ = True
    isolation = request.config.stash[ISOLATION]
    if fixturedef.argname == "twilio_users":
        note_late_askers(fixturedef, isolation)
    with isolation.setting_up(fixturedef, request.node.nodeid):
        if fixturedef.scope == "function":
            return (yield)
        try:
            with isolation.acting(fixturedef, _scope(fixturedef, request)):
                return (yield)
        finally:
            isolate_examples(request.config)  # this may have been the handle
            # Finalizers run last in, first out: this one before the fixture's own.
            fixturedef.addfinalizer(lambda: isolation.begin_fixture_teardown(fixturedef))


def pytest_fixture_post_finalizer(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> None:
    """Undo what the fixture did."""
    request.config.stash[ISOLATION].end_fixture(fixturedef)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test that passed although Twilio would not have understood it."""
    __tracebackhide__ = True
    isolate_examples(item.config)
    try:
        result = yield
    except BaseException:
        leave_to_the_report(item)
        raise
    complain(item)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """End the test's scope after its fixtures are torn down."""
    __tracebackhide__ = True
    isolation = item.config.stash[ISOLATION]
    isolation.begin_teardown()
    outcomes = item.stash.get(OUTCOMES, [])
    passed = outcomes[-1:] == ["passed"] and "failed" not in outcomes
    try:
        result = yield
    except BaseException:
        leave_to_the_report(item)
        passed = False
        raise
    finally:
        isolation.leave_test()
        unsaid = _settle(item, passed=passed)
    complain(item)
    if unsaid:
        pytest.fail(unsaid, pytrace=False)
    return result


def _settle(item: pytest.Item, *, passed: bool) -> str:
    """Have cassettes written, or hear what of them was not said again."""
    engine = item.config.stash.get(ENGINE, None)
    if engine is None:
        return ""

    def is_trusted(scope: Scope) -> bool:
        return passed if scope.name == stable_name(item) else not scope.failed

    return engine.settle(passed=is_trusted)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, Any, Any]:
    """Be ready for fixtures that are torn down now, as the run was interrupted."""
    isolation, engine = session.config.stash[ISOLATION], session.config.stash.get(ENGINE, None)
    isolation.begin_teardown()
    with interruptible(session.config):
        result = yield
        note_end(session)
        if engine is not None:
            isolation.end()
    if engine is not None:
        engine.close()  # before the summary is told, of whose process it may be
    tell_controller(session.config)
    usage = session.config.stash.get(USAGE, None)
    if usage is not None:
        usage.finish(session)
    return result


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave httpx, the environment and the account as they were, however the run ended."""
    isolation, engine = config.stash.get(ISOLATION, None), config.stash.get(ENGINE, None)
    if isolation is not None:  # the settings were no usage error
        isolation.end()
    if engine is not None:
        engine.close()
    if EXAMPLES in config.stash:
        del config.stash[EXAMPLES]  # the process may run pytest again


def _scope(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Scope:
    """The scope of a fixture, under the markers of its class or module, not of the test."""
    from pytest_twilio_users.cassettes.places import fixture_name

    parameter = getattr(request, "param_index", 0)
    base = "" if is_installed(fixturedef.baseid) else fixturedef.baseid
    module, root = str(fixturedef.func.__module__), request.config.rootpath
    if (root / "__init__.py").exists():  # a checkout may be in a folder of any name
        module = module.removeprefix(f"{root.name}.")
    defined_in = f"{base} {module}"
    named = f"{fixturedef.argname}[{parameter}]"
    name = f"{defined_in}::{named}"
    return Scope(
        name,
        settings_of(request.node),
        outlives_tests=True,
        cassette_name=fixture_name(stable_name(request.node), name),
    )
