"""state_machine/machine.py, runner.py: what a machine is given."""

import pytest
from hypothesis import settings

from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine

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
