"""The backend that notes each exchange that passes through it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Lock
from typing import NoReturn, cast

from pytest_twilio_users.backends import Backend, Beside
from pytest_twilio_users.errors import UnansweredRequest
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.codec import Call, Unrouted, decode
from pytest_twilio_users.wire.conformity import check_asked, check_request
from pytest_twilio_users.wire.explanation import advise
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Loose, Request, Response
from pytest_twilio_users.wire.violations import Violation
from pytest_twilio_users.wire.violations import error as violation

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class ObservedBackend:
    """Passes requests on to another backend; each exchange goes to the journals of the moment.

    While `strict()`, a request that no operation answers raises instead of being
    answered 404 or 405, as a test can only have meant something else. Where the
    request comes from another process (`raises=False`), it is answered and noted
    as a violation. What to change is told; `routable` says whether routes can be added.
    `aliases` hide private values wherever the exchanges are shown. What no operation answers
    may be answered by what stands `beside`; that is noted.
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
        beside: Beside | None = None,
    ) -> None:
        self._backend = backend
        self._beside = beside
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
        answer = None
        backend, advice = self._answering(request, call)
        try:
            if advice is not None and self._raises:
                _refuse(request, advice)
            answer = response = backend.handle(request)
        except BaseException as error:
            _note(journals, request, call, None, error=type(error).__name__, advice=advice)
            raise
        finally:
            _hide(aliases, request, answer)
        _note(journals, request, call, response, advice=advice)
        return response

    def ask(self, request: Request) -> Response:
        """Answer a request whose exchange somebody else notes, by `noting`.

        Raises:
            UnansweredRequest: no operation answers it.
        """
        backend, advice = self._answering(request, decode(request))
        if advice is not None and self._raises:
            _refuse(request, advice)
        return backend.handle(request)

    def _answering(
        self, request: Request, call: Call | Unrouted
    ) -> tuple[Backend, list[str] | None]:
        """Who answers; and what to change, where nobody does and that is to fail the test."""
        if isinstance(call, Call) or call.preflight:
            return self._backend, None
        beside = self._beside
        if beside and (neighbour := beside.neighbour(request)):
            request.note_answerer(Loose(name=neighbour))
            return beside, None
        if not self._strict():
            return self._backend, None
        hint = beside.advise(request) if beside else ""
        return self._backend, list(advise(request, call, routable=self._routable, beside=hint))

    def noting(self, request: Request) -> "Note":
        """Have what somebody else answers noted: in the journals of this moment, when it began."""
        journals = self._journals()
        request.note_sender()
        return Note(request, journals, self._aliases)

    @contextmanager
    def noted(self, request: Request) -> Iterator["Note"]:
        """Have noted what somebody else gives, and whatever ends it: cancelled, say."""
        note = self.noting(request)
        try:
            yield note
        except BaseException as error:
            note(None, error=type(error).__name__)
            raise
        finally:
            note.drop()


class Note:
    """Notes the result of a request once: a response, or an exception.

    If it comes to nothing before the scope ends that asked, that is noted.
    """

    def __init__(
        self,
        request: Request,
        journals: Sequence[Journal],
        aliases: Callable[[], Aliases | None],
    ) -> None:
        self._request = request
        self._journals = journals
        self._aliases = aliases
        self._exchange: Exchange | None = None
        self._waits = False
        self._lock = Lock()
        for journal in journals:
            journal.running.append(self.settle)

    def __call__(self, response: Response | None, *, error: str = "") -> None:
        """Note it: the response, or what was raised."""
        with self._lock:
            if self._exchange is not None and not self._waits:
                return
            self.drop()
            _hide(self._aliases(), self._request, response)
            if self._exchange is None:
                call = decode(self._request)
                self._exchange = _note(self._journals, self._request, call, response, error=error)
            else:
                self._waits = False
                self._exchange.come_to(response, error=error)
                self._weigh(self._exchange)

    def wait(self) -> None:
        """Note that it is not answered yet; what it comes to may be noted in that place."""
        self.settle()
        self._waits = True

    def end_body(self, body: bytes, *, error: str) -> None:
        """Note what was read of the response's body, once that is noted, and what broke it off."""
        exchange = cast("Exchange", self._exchange)
        if exchange.response is not None:  # else it came after the scope's end
            exchange.response.keep_body(body)
            exchange.come_to(exchange.response, error=error)
        self._weigh(exchange)

    def _weigh(self, exchange: Exchange) -> None:
        for journal in self._journals:
            journal.weigh(exchange)

    def settle(self) -> None:
        """Note that it came to nothing yet."""
        self(None, error="not answered yet")

    def drop(self) -> None:
        """Leave it to somebody else to note it, if it is not noted."""
        for journal in self._journals:
            with suppress(ValueError):
                journal.running.remove(self.settle)


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
    operation = None
    violations: tuple[Violation, ...] = ()
    if isinstance(call, Call):
        operation, violations = call.operation.name, check_request(request, call)
    elif advice is not None:
        asked = f"{request.method} {request.path}, which no operation answers"
        violations = (violation("path", asked, " ".join(advice)),)
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
