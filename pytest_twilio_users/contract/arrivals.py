"""Calls a function once a type of the contract is imported, now or later."""

from collections.abc import Callable

# Of the process, as modules are, and Hypothesis's own table of types.
_ARRIVED: list[type] = []
_WAITING: list[Callable[[type], object]] = []


def arrive(*types: type) -> None:
    """Say that types are there."""
    _ARRIVED.extend(types)
    for hear in _WAITING:
        for each in types:
            hear(each)


def await_types(hear: Callable[[type], object]) -> None:
    """Have a function called with each type that is there, and with each that comes."""
    _WAITING.append(hear)
    for each in _ARRIVED:
        hear(each)
