"""Plans of what goes wrong: which requests meet which faults."""

from collections.abc import Collection, Mapping
from functools import lru_cache

from hypothesis import strategies as st

from pytest_twilio_users.contract.arguments import as_text, require_whole
from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.literals import FaultName, OperationName
from pytest_twilio_users.contract.operations import OPERATIONS, Operation, known_operation
from pytest_twilio_users.errors import InvalidArgument, brief, known_names
from pytest_twilio_users.faults import FAULTS, Fault, Plan, making
from pytest_twilio_users.faults.fault_table import fits
from pytest_twilio_users.strategies.titles import titled

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_FIELDS = (*USER_FIELDS, *META_FIELDS, *making.PAGE_KEYS)
_BY_ARGUMENTS: Mapping[str, tuple[Fault, ...]] = {
    "refused": (
        making.refused("too_many_requests"),
        making.refused("too_many_requests", retry_after=2),
        making.refused("unavailable"),
        making.refused("unavailable", problem_details=True),
        making.refused("internal_error"),
    ),
    "slow": (making.slow(1), making.slow(3_600)),
    "body_cut": (making.body_cut(), making.body_cut(after=0), making.body_cut(after=100)),
    "html_body": (making.html_body(), making.html_body(200)),
    "missing_field": tuple(map(making.missing_field, _FIELDS)),
    "null_field": tuple(map(making.null_field, _FIELDS)),
    "wrong_type": tuple(map(making.wrong_type, _FIELDS)),
    "page_shifts": (making.page_shifts(created=1), making.page_shifts(deleted=1)),
}
"""The faults of a kind where its arguments matter, the simplest first."""

_Kinds = tuple[tuple[Fault, ...], ...]
"""Faults by their kind; kinds and faults stand in the order of their simplicity."""

_KINDS: Mapping[str, tuple[Fault, ...]] = {
    name: _BY_ARGUMENTS.get(name) or (row.make(),) for name, row in FAULTS.items()
}


def fault_plans(
    *,
    operations: OperationName | Collection[OperationName] | None = None,
    max_faults: int = 2,
    within: int = 3,
    faults: FaultName | Fault | Collection[FaultName | Fault] | None = None,
) -> st.SearchStrategy[Plan]:
    """Plans of faults for `twilio_users.plan(…)`. Some are empty: nothing goes wrong.

    Plans shrink to fewer faults, then to earlier requests, then to simpler faults. The
    simplest come first in `faults.FAULTS`.

    Args:
        operations: the operations whose requests may meet faults, by name; all ten if None.
        max_faults: the most faults in a plan, from 1.
        within: only the first requests for each operation may meet one: this many, from 1.
        faults: which faults, by name ("answer_lost") or made (`faults.slow(30)`). If None, all
            that requests for the operations can meet.

    Raises:
        InvalidArgument: a value is not allowed, or no request for the operations can meet
            one of the faults.

    >>> @given(fault_plans(operations=["create_user"], faults=["answer_lost"], within=1))
    ... def test_one_answer_is_lost_at_most(plan):
    ...     assert str(plan) in ("nothing goes wrong", "the first create loses its answer")
    """
    asked = _operations(operations)
    return _fault_plans(
        asked,
        _kinds(faults, asked),
        require_whole(max_faults, name="max_faults", least=1, most=100),
        require_whole(within, name="within", least=1, most=100),
    )


@lru_cache(maxsize=64)
def _fault_plans(
    operations: tuple[Operation, ...], kinds: _Kinds, max_faults: int, within: int
) -> st.SearchStrategy[Plan]:
    fitting = {each: _fitting(each, kinds) for each in operations}
    able = [each for each in operations if fitting[each]]
    variants = st.integers(0, max(map(len, kinds)) - 1)

    # Hypothesis shrinks in the order in which it draws, if it always draws as much.
    def meet(draw: st.DrawFn) -> tuple[int, Operation, Fault]:
        number, operation = draw(st.integers(1, within)), draw(st.sampled_from(able))
        kind = draw(st.sampled_from(fitting[operation]))
        return number, operation, kind[draw(variants) % len(kind)]

    meetings = st.composite(meet)()
    planned = st.lists(meetings, max_size=max_faults, unique_by=lambda drawn: drawn[:2])
    return titled("fault_plans", planned.map(_plan))


def _plan(drawn: list[tuple[int, Operation, Fault]]) -> Plan:
    requests: dict[str, dict[int, Fault]] = {}
    for number, operation, fault in drawn:
        requests.setdefault(operation.name, {})[number] = fault
    return Plan(**requests)


def _fitting(operation: Operation, kinds: _Kinds) -> _Kinds:
    """Those that requests for an operation can meet."""
    found = [tuple(each for each in kind if fits(each, operation.action)) for kind in kinds]
    return tuple(filter(None, found))


def _operations(given: object) -> tuple[Operation, ...]:
    if given is None:
        return tuple(OPERATIONS.values())
    named = [known_operation(each) for each in _given(given, "operations", '"create_user"')]
    return tuple(sorted(set(named), key=lambda each: each.name))


def _kinds(given: object, operations: tuple[Operation, ...]) -> _Kinds:
    if given is None:
        return tuple(_KINDS.values())
    kinds: dict[str, list[Fault]] = {name: [] for name in FAULTS}
    for each in _given(given, "faults", '"answer_lost", faults.slow(30)'):
        name = each.name if isinstance(each, Fault) else as_text(each) or ""
        if name not in FAULTS:
            raise InvalidArgument(f"{brief(each)} is not a fault.{known_names(name, FAULTS)}")
        named = (each,) if isinstance(each, Fault) else _KINDS[name]
        able = [o for o in OPERATIONS.values() if any(fits(fault, o.action) for fault in named)]
        if not {*able}.intersection(operations):
            raise InvalidArgument(
                f"No request for {', '.join(map(str, operations))} can meet {brief(each)}. It fits"
                f" {', '.join(map(str, able))}."
            )
        kinds[name] += named
    return tuple(tuple(dict.fromkeys(kind)) for kind in kinds.values() if kind)


def _given(given: object, name: str, example: str) -> Collection[object]:
    """One value, or several."""
    if isinstance(given, str | Operation | Fault):
        return (given,)
    if not isinstance(given, Collection) or not given or isinstance(given, bytes | Mapping):
        raise InvalidArgument(
            f"{name}={brief(given)} names no {name}: give None for all, or some: [{example}]."
        )
    return given
