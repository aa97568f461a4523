"""The backend that notes what passes through it."""

from collections.abc import Callable, Sequence
from typing import NoReturn, Protocol

from pytest_twilio_users.backends import Backend
from pytest_twilio_users.errors import UnansweredRequest
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.codec import Call, Unrouted, decode
from pytest_twilio_users.wire.conformity import check_asked, check_request
from pytest_twilio_users.wire.explanation import advise
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Request, Response
from pytest_twilio_users.wire.violations import Severity, Violation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class Note(Protocol):
    """Notes what a request came to: a response, or what was raised."""

    def __call__(self, response: Response | None, *, error: str = "") -> Exchange:
        """Note it."""
        ...


class ObservedBackend:
    """Passes requests on to another backend; each exchange goes to the journals of the moment.

    While `strict()`, a request that no operation answers raises instead of being
    answered 404 or 405, as a test can only have meant something else. Where the
    request comes from another process (`raises=False`), it is answered and noted
    as a violation. What to change is told; `routable` says whether routes can be added.
    `aliases` hide private values wherever the exchanges are shown.
    """

    def __init__(
        self,
        backend: Backend,
        *,
        journals: Callable[[], Sequence[Journal]],
        strict: Callable[[], bool],
        raises: bool = True,
        routable: bool = True,
        aliases: Callable[[], Aliases | None] = lambda: None,
    ) -> None:
        self._backend = backend
        self._journals = journals
        self._strict = strict
        self._raises = raises
        self._routable = routable
        self._aliases = aliases

    def handle(self, request: Request) -> Response:
        """Answer a request and note the exchange.

        Raises:
            UnansweredRequest: no operation answers it.
        """
        journals = self._journals()  # first: with it, settings and state turn to the acting scope
        if journals:
            request.note_sender()
        aliases = self._aliases()
        call = decode(request)
        answer, advice = None, None
        if isinstance(call, Unrouted) and not call.preflight and self._strict():
            advice = list(advise(request, call, routable=self._routable))
        try:
            if advice is not None and self._raises:
                _refuse(request, advice)
            answer = response = self._backend.handle(request)
        except BaseException as error:
            _note(journals, request, call, None, error=type(error).__name__, advice=advice)
            raise
        finally:
            _hide(aliases, request, answer)
        _note(journals, request, call, response, advice=advice)
        return response

    def noting(self, request: Request) -> Note:
        """Have what somebody else answers noted: in the journals of this moment, when it began."""
        journals = self._journals()
        request.note_sender()

        def note(response: Response | None, *, error: str = "") -> Exchange:
            _hide(self._aliases(), request, response)
            return _note(journals, request, decode(request), response, error=error)

        return note


def _refuse(request: Request, advice: list[str]) -> NoReturn:
    asked = f"No operation answers {request.method} {request.path}"
    sent_from = f", sent from {request.sent_from}" if request.sent_from else ""
    raise UnansweredRequest(request.hide("\n".join([f"{asked}{sent_from}.", *advice])))


def _hide(aliases: Aliases | None, request: Request, response: Response | None) -> None:
    """Have private values hidden wherever the exchange is shown, if there are any."""
    if aliases is None:
        return
    request.hide_with(aliases.hide_text)
    if response is not None:
        response.hide_with(aliases.hide_text)
    aliases.learn(request, response)


def _note(
    journals: Sequence[Journal],
    request: Request,
    call: Call | Unrouted,
    response: Response | None,
    *,
    error: str = "",
    advice: list[str] | None = None,
) -> Exchange:
    operation: str | None = None
    violations: tuple[Violation, ...] = ()
    if isinstance(call, Call):
        operation, violations = call.operation.name, check_request(request, call)
    elif advice is not None:
        violations = (
            Violation(
                severity=Severity.ERROR,
                pointer="path",
                found=f"{request.method} {request.path}, which no operation answers",
                allowed=" ".join(advice),
            ),
        )
    elif other := check_asked(request):
        violations = (other,)
    exchange = Exchange(
        operation=operation,
        request=request,
        response=response,
        error=error,
        violations=violations,
    )
    for journal in journals:
        journal.append(exchange)
    return exchange
