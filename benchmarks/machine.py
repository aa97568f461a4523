"""A step of the state machine through the stub, beside a step in which nothing happens."""

from typing import Any

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from benchmarks.report import Row, Section
from benchmarks.rounds import PROCESSOR_TIME, Timer, interleave, ready
from benchmarks.stubs import Stub
from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine


class Nothing(RuleBasedStateMachine):
    """One rule that draws nothing and does nothing."""

    steps = 0

    @rule()
    def call(self) -> None:
        """Count."""
        Nothing.steps += 1


class Idle(UsersStateMachine):
    """The kit's rules, which draw what they draw and do nothing."""

    steps = 0

    def ask(self, *_: Any, **__: Any) -> None:
        """Count."""
        Idle.steps += 1


class Working(UsersStateMachine):
    """The kit's machine, counting."""

    steps = 0

    def ask(self, *arguments: Any, **parameters: Any) -> Any:
        """Count, and ask."""
        Working.steps += 1
        return super().ask(*arguments, **parameters)


def section(*, rounds: int, examples: int) -> Section:
    """Time runs of as many examples, with Hypothesis's own number of steps in each."""
    chosen = settings(max_examples=examples, deadline=None, database=None, derandomize=True)
    with Stub().test(examples=True) as twilio_users:
        contenders = {
            machine.__name__: ready(_steps(machine, chosen, twilio_users.client))
            for machine in (Nothing, Idle, Working)
        }
        times = interleave(contenders, rounds=rounds, calls=1)
    return Section(
        question="A step of the state machine through the stub",
        rows=[
            Row(
                name="/ its rules with nothing to do",
                figure=times.ratio("Working", to="Idle"),
                goal=2.2,
                why=_WHY,
                aside=f"{times.of('Idle').median * 1e6:.0f} µs here and now",
            ),
            Row(
                name="/ one rule that draws nothing",
                figure=times.ratio("Working", to="Nothing"),
                aside=f"{times.of('Nothing').median * 1e6:.0f} µs",
            ),
        ],
    )


_WHY = (
    "By callgrind a step takes 1.79 times the instructions of one with nothing to do, deleting"
    " what an example leaves included. By cProfile half of it is Hypothesis, a third the kit: the"
    " wire 13 %, state 5, contract 4, the stub 3, the machine 3, the rest 6."
)


def _steps(
    machine: type[Nothing] | type[Idle] | type[Working], chosen: settings, client: UsersClient
) -> Timer:
    """Runs of a machine; tells how long a step took, its share of an example included."""

    def seconds(_calls: int) -> float:
        machine.steps = 0
        start = PROCESSOR_TIME()
        if issubclass(machine, UsersStateMachine):
            run_state_machine(client, machine=machine, settings=chosen)
        else:
            run_state_machine_as_test(machine, settings=chosen)
        return (PROCESSOR_TIME() - start) / machine.steps

    return seconds
