"""Reports how an OpenAPI file differs from what the kit knows."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from pytest_twilio_users.drift import telling
from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.described import describe
from pytest_twilio_users.drift.openapi_comparison import Known, find_differences
from pytest_twilio_users.drift.openapi_files import read_document, refuse


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenApiReport:
    """How a file differs from the kit's tables, the worst first.

    `known` is what the kit knows more precisely. No test met a difference; which ones it
    touches, `used` tells.
    """

    source: str
    drifts: telling.Drifts
    known: Sequence[Known]
    used: telling.Used | None = None

    @property
    def exit_code(self) -> int:
        """0 if there are notes at the most."""
        return telling.exit_code(self.drifts)

    def lines(self, *, verbose: bool = False) -> Iterator[str]:
        """What there is to tell; if it is to be much, with what is no difference."""
        yield from telling.lines(self.drifts, self.used)
        if verbose:
            for known in self.known:
                yield f"known    {known}"
        yield f"{telling.count(self.drifts)}: the kit, then {self.source}."
        yield from telling.ending(self.used)

    def to_json(self) -> str:
        """The same for machines."""
        known = [asdict(known) for known in self.known]
        return telling.to_json(
            self.drifts, self.used, first="the kit", second=self.source, known=known
        )


def find_openapi_drift(content: bytes, *, source: str) -> OpenApiReport:
    """Compare the bytes of an OpenAPI file, which complaints call `source`, with the kit's tables.

    Raises:
        KitError: it is none of Twilio's Conversations, or something in it is not as it should be.
    """
    try:
        described = describe(read_document(content, source=source).root)
        if not described:
            refuse(source, "it has none of the ten operations on users, such as GET /v1/Users")
        found = list(find_differences(described))
    except RecursionError:
        refuse(source, "it is nested too deeply")
    drifts = {difference: () for difference in found if isinstance(difference, Drift)}
    return OpenApiReport(
        source=source,
        drifts=telling.worst_first(drifts),
        known=[difference for difference in found if isinstance(difference, Known)],
    )
