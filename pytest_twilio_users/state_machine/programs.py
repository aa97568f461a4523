"""The calls that a machine made, as Python that can be pasted into a test."""

import inspect
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_twilio_users.adapters import Client, ClientUnderTest, Refused
from pytest_twilio_users.errors import InvalidArgument

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


@dataclass(kw_only=True, slots=True)
class Step:
    """A call of the adapter, and in which manner it answered."""

    operation: str
    arguments: tuple[str, ...]
    parameters: Mapping[str, Any]
    answer: object = None
    is_awaited: bool = False
    refused: Refused | None = None

    @property
    def sid(self) -> str | None:
        """The SID of the user that was created, if one was."""
        if not self.operation.startswith("create"):
            return None
        if isinstance(self.answer, Mapping):
            return self.answer.get("sid")
        return getattr(self.answer, "sid", None)

    def line(self, names: Mapping[str, str]) -> str:
        """The call as Python; `names` has expressions for SIDs."""
        values = [names.get(argument) or literal(argument) for argument in self.arguments]
        values += [f"{name}={literal(value)}" for name, value in self.parameters.items()]
        line = f"adapter.{self.operation}({', '.join(values)})"
        if self.is_awaited:
            line = f"await {line}"
        if isinstance(self.answer, AsyncIterable):
            return f"[user async for user in {line}]"
        lists = self.operation.startswith("list") and self.answer is not None
        return f"list({line})" if lists and not isinstance(self.answer, list) else line


class Program:
    """The steps of one example. `is_shown` tells whether a failure shows them."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.is_shown = False

    def name(self, sid: str) -> str:
        """What stands for a SID: an expression, if a call of the program gave it."""
        return self._names().get(sid) or literal(sid)

    def disagreement(self, expected: str, came: str) -> AssertionError:
        """The failure of the last step, with all that led to it."""
        self.is_shown = True
        return AssertionError(
            "The client and the model disagree after these calls:\n\n"
            f"{self}\n"
            f"# expected: {expected}; got: {came}"
        )

    def __str__(self) -> str:
        names = self._names()
        named: set[str] = set()
        lines = []
        for step in self.steps:
            line = step.line(names)
            if step.refused is not None and step is not self.steps[-1]:
                told = f"{step.refused.status}, {step.refused.code}"
                lines += [f"with pytest.raises(Exception):  # {told}", f"    {line}"]
                continue
            if step.sid is not None and step.sid not in named:
                named.add(step.sid)
                line = f"user_{len(named)} = {line}"
            lines.append(line)
        return "\n".join(lines)

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for step in self.steps:
            if step.sid is not None and step.sid not in names:
                part = '["sid"]' if isinstance(step.answer, Mapping) else ".sid"
                names[step.sid] = f"user_{len(names) + 1}{part}"
        return names


class RecordedClient(ClientUnderTest):
    """A client under test that writes a program of its calls."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.program = Program()

    def _call(self, operation: str, *arguments: str, **parameters: Any) -> Any:
        method = getattr(self.adapter, operation, None)
        if method is None:
            raise InvalidArgument(
                f"{self.adapter!r} has no {operation}. Write it, or let it raise"
                " NotImplementedError: then it is left out."
            )
        step = Step(operation=operation, arguments=arguments, parameters=parameters)
        self.program.steps.append(step)
        answer = method(*arguments, **parameters)
        step.is_awaited = inspect.isawaitable(answer)
        step.answer = self._await(answer) if step.is_awaited else answer
        return step.answer


def literal(value: object) -> str:
    """Write a value as Python, text in double quotes where that is easy to read."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if not isinstance(value, str):
        return repr(value)
    if len(value) > 80 and len(set(value)) == 1:
        return f"{literal(value[0])} * {len(value)}"
    return repr(value) if '"' in value else '"' + repr("'" + value)[2:]
