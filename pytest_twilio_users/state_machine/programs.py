"""The calls that a machine made, as Python that can be pasted into a test."""

import inspect
from collections.abc import AsyncIterable, Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from pytest_twilio_users.adapters import ClientAdapter, ClientUnderTest, Refused
from pytest_twilio_users.client import AsyncUsersClient, UsersClient
from pytest_twilio_users.errors import InvalidArgument

Client = ClientAdapter | UsersClient | AsyncUsersClient
"""What can be put to the test: a client of the kit, or any other's adapter."""


class RecordedClient(ClientUnderTest):
    """A client under test that keeps a program of its calls."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.program = Program(self.adapter)
        self.adapter = cast("ClientAdapter", self.program)


@dataclass(kw_only=True, slots=True)
class Call:
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
    """An adapter that passes calls on, and writes them down."""

    def __init__(self, adapter: ClientAdapter) -> None:
        self.calls: list[Call] = []
        self._adapter = adapter

    def __getattr__(self, operation: str) -> Callable[..., object]:
        method = getattr(self._adapter, operation, None)
        if method is None:
            raise InvalidArgument(
                f"{self._adapter!r} has no {operation}. Write it, or let it raise"
                " NotImplementedError: then it is left out."
            )

        def pass_on(*arguments: str, **parameters: Any) -> object:
            call = Call(operation=operation, arguments=arguments, parameters=parameters)
            self.calls.append(call)
            answer = method(*arguments, **parameters)
            if inspect.isawaitable(answer):
                call.is_awaited = True
                return _Noted(call, answer)
            call.answer = answer
            return answer

        setattr(self, operation, pass_on)
        return pass_on

    def name(self, sid: str) -> str:
        """What stands for a SID: an expression, if a call of the program gave it."""
        return self._names().get(sid) or literal(sid)

    def __str__(self) -> str:
        names = self._names()
        named: set[str] = set()
        lines = []
        for call in self.calls:
            line = call.line(names)
            if call.refused is not None and call is not self.calls[-1]:
                told = f"{call.refused.status}, {call.refused.code}"
                lines += [f"with pytest.raises(Exception):  # {told}", f"    {line}"]
                continue
            if call.sid is not None and call.sid not in named:
                named.add(call.sid)
                line = f"user_{len(named)} = {line}"
            lines.append(line)
        return "\n".join(lines)

    def _names(self) -> dict[str, str]:
        names: dict[str, str] = {}
        for call in self.calls:
            if call.sid is not None and call.sid not in names:
                part = '["sid"]' if isinstance(call.answer, Mapping) else ".sid"
                names[call.sid] = f"user_{len(names) + 1}{part}"
        return names


class _Noted(Awaitable[object]):
    """An answer that is written down when it comes."""

    def __init__(self, call: Call, answer: Awaitable[object]) -> None:
        self._call = call
        self._answer = answer

    def __await__(self) -> Generator[Any, Any, object]:
        self._call.answer = yield from self._answer.__await__()
        return self._call.answer

    def close(self) -> None:
        """Nobody is going to await it."""
        getattr(self._answer, "close", bool)()


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
