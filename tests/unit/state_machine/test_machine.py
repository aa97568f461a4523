"""state_machine/machine.py, runner.py: what a machine is given."""

import pytest
from hypothesis import settings

from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine, runner
from pytest_twilio_users.state_machine.programs import RecordedClient

ONE = settings(max_examples=1, stateful_step_count=1)


@pytest.mark.parametrize("services", [(), "IS" + "0" * 32, 7])
def test_services_are_a_list(services):
    """The error shows what to write."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(object, services=services, settings=ONE)
    assert str(refused.value) == (
        f"services={services!r} is not a list of services: give their SIDs, and None for the"
        " account's default one, such as services=[None]."
    )


def test_a_service_is_a_service_sid():
    """Another SID is noticed before anything is asked."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(object, services=["US" + "0" * 32], settings=ONE)
    assert str(refused.value).startswith(
        f"services='US{'0' * 32}' is not a Conversation Service SID"
    )


@pytest.mark.parametrize("machine", [7, int])
def test_what_is_no_machine_is_an_error(machine):
    """What is run is a class."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(object, machine=machine, settings=ONE)
    assert str(refused.value) == (
        f"machine={machine!r} ({type(machine).__name__}): allowed: UsersStateMachine, or a subclass"
        " of it."
    )


def test_settings_are_hypothesiss():
    """A number of examples is none of them."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(object, settings=7)
    assert str(refused.value) == "settings=7 (int): allowed: Hypothesis's settings."


def test_what_is_no_client_is_an_error():
    """Neither client, nor adapter, nor callable."""
    with pytest.raises(InvalidArgument) as refused:
        run_state_machine("client")
    assert str(refused.value) == (
        "'client' is not a client: give one of the kit's, an adapter with create_user and the"
        " other operations, or a callable without arguments that gives one."
    )


def test_an_adapter_may_say_of_each_operation_that_it_is_missing():
    """By one method for all, as `__getattr__` is: there is little to ask then."""

    class Adapter:
        def __getattr__(self, operation):
            raise NotImplementedError

    run_state_machine(Adapter(), settings=ONE)


def test_a_test_case_says_which_client():
    """A machine without one prints what to write."""

    class OurMachine(UsersStateMachine):
        pass

    with pytest.raises(InvalidArgument) as refused:
        OurMachine()
    assert str(refused.value) == (
        "OurMachine does not say which client to test. Add a method:\n\n"
        "class OurMachine(UsersStateMachine):\n"
        "    def client(self):\n"
        "        return adapter  # of your client, or a UsersClient"
    )


def test_a_machine_uses_three_services():
    """The account's default one and two others: users of one can be mixed with another's."""
    default, *named = UsersStateMachine.services
    assert default is None
    assert len(set(named)) == 2
    assert all(SidKind.SERVICE.matches(sid) for sid in named)


class Nobody:
    """An adapter of a client that has no operation."""

    def __getattr__(self, operation):
        raise NotImplementedError


class Ours(UsersStateMachine):
    """An author's machine."""


Ours.TestCase.settings = settings(max_examples=7)


@pytest.fixture
def run(monkeypatch):
    """Runs a machine; gives the class that Hypothesis gets, the settings, and who was closed."""
    ran = []

    def as_test(machine, *, settings):
        machine()  # as for an example
        ran.extend([machine, settings, list(closed)])

    closed = []
    monkeypatch.setattr(RecordedClient, "close", lambda client: closed.append(client.adapter))
    monkeypatch.setattr(runner, "run_state_machine_as_test", as_test)

    def run(client, **options):
        run_state_machine(client, **options)
        return (*ran, closed)

    return run


def test_hypothesis_finds_the_source_of_an_authors_machine(run):
    """What runs is a class of its name and place."""
    machine, *_ = run(Nobody(), machine=Ours)
    assert issubclass(machine, Ours)
    assert (machine.__name__, machine.__qualname__, machine.__module__) == (
        "Ours",
        "Ours",
        __name__,
    )
    assert machine.services == UsersStateMachine.services


def test_settings_are_the_machines_unless_they_are_given(run):
    """By default with one failure at a time; what is given is taken as it is."""
    _, chosen, *_ = run(Nobody(), machine=Ours)
    assert (chosen.max_examples, chosen.report_multiple_bugs) == (7, False)


def test_settings_that_are_given_are_taken_as_they_are(run):
    """Also if they search for more than one failure."""
    _, chosen, *_ = run(Nobody(), machine=Ours, settings=ONE)
    assert chosen is ONE


def test_one_client_serves_all_examples_and_is_closed_after_them(run):
    """An async client's connections belong to its event loop."""
    client = Nobody()
    machine, _, before, after = run(client)
    assert machine()._client.adapter is machine()._client.adapter is client
    assert (before, after) == ([], [client])


def test_a_function_gives_a_client_for_each_example(run):
    """Whose machine closes it."""
    machine, _, before, after = run(Nobody)
    assert machine()._client.adapter is not machine()._client.adapter
    assert isinstance(machine()._client.adapter, Nobody)
    assert (before, after) == ([], [])
