"""Hides in recorded exchanges what would be hidden if they were recorded today."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pytest_twilio_users.cassettes.cassette import NOT_THE_KITS, Cassette, Recorded
from pytest_twilio_users.cassettes.places import SESSION, split_name
from pytest_twilio_users.contract.models import JsonObject
from pytest_twilio_users.errors import CassetteError
from pytest_twilio_users.privacy.description import Description
from pytest_twilio_users.privacy.restoring import restore_request, restore_response
from pytest_twilio_users.privacy.segments import join_path
from pytest_twilio_users.privacy.stand_ins import ANY_PREFIX, StandIns, is_stand_in
from pytest_twilio_users.privacy.unification import Meanings

_ORIGIN = "https://origin.invalid"
"""Where links lead that name no origin."""


def wide_first(name: str) -> tuple[bool, int]:
    """The order in which cassettes are scrubbed, by their names: that of wide fixtures first."""
    node, fixture = split_name(name)
    return not fixture, len(node) if node != SESSION else 0


class Scrubbing:
    """Scrubs cassettes, in the order of `wide_first`.

    What tests say of a wide fixture's values has the fixture's stand-ins, as in a recording.
    """

    def __init__(self) -> None:
        """Know no values yet."""
        self._wide: list[tuple[str, StandIns]] = []

    def scrub(self, cassette: Cassette) -> Cassette:
        """The cassette without private values; itself, if there are none.

        What is a stand-in stays. What is not recorded today is dropped, and nothing is added.

        Raises:
            CassetteError: an exchange is not as the kit writes it.
        """
        node, fixture = split_name(cassette.name)
        around = [found for of, found in self._wide if of == SESSION or node.startswith(of)]
        taken = _Taken()
        _describe(cassette.exchanges, taken.noting())
        stand_ins = StandIns(
            seed=cassette.name,
            known={},
            around=lambda: around,
            marked=bool(fixture),
            prefix=ANY_PREFIX,
            taken=taken.values,
        )
        if fixture:
            self._wide.append((node, stand_ins))
        exchanges = _describe(cassette.exchanges, taken.hiding(stand_ins))
        changed = exchanges != cassette.exchanges
        return replace(cassette, exchanges=exchanges) if changed else cassette


class _Taken:
    """The stand-ins that there are, and the numbers of JSON texts. They stay what they are."""

    def __init__(self) -> None:
        self.values: set[str | float] = set()
        self._texts: set[int] = set()

    def noting(self) -> Description:
        """Has all as it is, and notes what is taken."""

        def note(value: Any) -> Any:
            if is_stand_in(value):
                self.values.add(value)
            return value

        def note_text(text: str) -> int:
            self._texts.add(_number_of(text))
            return 0

        return Description(text=note, number=note, written=note_text)

    def hiding(self, stand_ins: StandIns) -> Description:
        """Has new stand-ins for what is none."""
        texts: dict[str, int] = {}
        first = max(self._texts, default=0) + 1

        def text(value: str) -> str:
            return value if value in self.values else stand_ins.of_text(value)

        def number(value: float) -> float:
            return value if value in self.values else stand_ins.of_number(value)

        def written(text: str) -> int:
            return _number_of(text) or texts.setdefault(text, first + len(texts))

        return Description(text=text, number=number, written=written)


def _describe(exchanges: Sequence[Recorded], description: Description) -> tuple[Recorded, ...]:
    """Write the messages as a test would see them, and describe them as they are today."""
    description.origins.add(_ORIGIN)
    described = []
    for number, exchange in enumerate(exchanges):
        try:
            asked = restore_request(exchange.request, Meanings(), origin=_ORIGIN)
            answered = restore_response(exchange.response, Meanings(), origin=_ORIGIN)
            request, response = description.request(asked), description.response(answered)
        except NOT_THE_KITS:
            raise CassetteError(f"exchanges[{number}] is not as the kit writes it") from None
        request["path"] = join_path(request["path"])
        described.append(
            Recorded(
                request=_of_those(exchange.request, request),
                response=_of_those(exchange.response, response),
            )
        )
    return tuple(described)


def _of_those(old: JsonObject, new: JsonObject) -> JsonObject:
    """What is described of what there was."""
    kept = {key: new[key] for key in old if key in new}
    if "headers" in old:
        headers = new.get("headers", {})
        kept["headers"] = {name: headers[name] for name in old["headers"] if name in headers}
    return kept


def _number_of(text: str) -> int:
    """Which JSON text it is, by the spaces that a restored one ends with; 0 if it was none."""
    return len(text) - len(text.rstrip(" "))
