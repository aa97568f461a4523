"""Running a machine against a client."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from hypothesis import settings as Settings  # noqa: N812  # it is a class
from hypothesis.stateful import run_state_machine_as_test

from pytest_twilio_users.adapters import Client, is_client
from pytest_twilio_users.contract.arguments import refused
from pytest_twilio_users.errors import InvalidArgument, brief
from pytest_twilio_users.state_machine.machine import UsersStateMachine
from pytest_twilio_users.state_machine.programs import RecordedClient

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


def run_state_machine(
    client: Client | Callable[[], Client],
    *,
    machine: type[UsersStateMachine] = UsersStateMachine,
    services: Sequence[str | None] | None = None,
    settings: Settings | None = None,
) -> None:
    """Run a machine against a client. A failure is shrunk, and shown as a program of calls.

    Args:
        client: a client of the kit (sync or async), or the adapter of any client; or a
            function without arguments that returns one, called for each example.
        machine: the machine's class.
        services: SIDs of services, and None for the account's default one; by
            default those of the machine.
        settings: settings of Hypothesis; by default those of the machine's TestCase,
            without a search for more than one failure.

    Raises:
        AssertionError: the client and the model disagree.
        InvalidArgument: a value is not allowed, or there is nothing to do.
    """
    if not isinstance(machine, type) or not issubclass(machine, UsersStateMachine):
        raise refused(machine, name="machine", allowed="UsersStateMachine, or a subclass of it")
    if not isinstance(settings, Settings | None):
        raise refused(settings, name="settings", allowed="Hypothesis's settings")
    attributes: dict[str, Any] = {
        # Hypothesis finds the machine's source by these.
        "__module__": machine.__module__,
        "__qualname__": machine.__qualname__,
    }
    if services is not None:
        attributes["services"] = services
    if not is_client(client):
        if not callable(client):
            raise InvalidArgument(
                f"{brief(client)} is not a client: give one of the kit's, an adapter with"
                " create_user and the other operations, or a callable without arguments that"
                " gives one."
            )
        attributes["client"] = lambda _: client()
    else:
        # One for all examples: the connections of an async client belong to its event loop.
        attributes["_shared"] = RecordedClient(cast("Client", client))
    chosen = settings or Settings(machine.TestCase.settings, report_multiple_bugs=False)
    try:
        run_state_machine_as_test(type(machine.__name__, (machine,), attributes), settings=chosen)
    finally:
        if "_shared" in attributes:
            attributes["_shared"].close()
