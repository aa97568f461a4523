"""The handle's transports: all lead to the backend of the mode; they differ in who is told."""

from datetime import timedelta

from pytest_twilio_users.backends import Beside
from pytest_twilio_users.backends.crowd import Crowd
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.handle.attended import AttendedBackend
from pytest_twilio_users.handle.hiding import Hiding
from pytest_twilio_users.handle.mode_backend import ModeBackend
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.deliveries import Deliveries
from pytest_twilio_users.transports.delivering import Delivering
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.transports.real_faults import Peer
from pytest_twilio_users.wire.messages import Request, Response

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's


class OwnTransports:
    """Makes one for each: who may be told of a request, and whether routes may answer it."""

    def __init__(
        self,
        isolation: Isolation,
        backend: ModeBackend,
        records: Records,
        hiding: Hiding,
        *,
        stub: StubBackend,
        crowd: Crowd,
        beside: Beside,
    ) -> None:
        self._isolation = isolation
        self._backend = backend
        self._records = records
        self._hiding = hiding
        self._stub = stub
        self._crowd = crowd
        self._beside = beside

    def noted(self) -> BackendTransport:
        """For clients whose requests are in the journal, and may be overridden."""
        observed = ObservedBackend(
            self._backend,
            journals=self._records.journals,
            strict=self._strict,
            aliases=self._hiding.aliases,
            beside=self._beside,
        )
        return BackendTransport(
            observed,
            overrides=lambda: self._records.overrides,
            waits=self._waits,
            let_pass=self._let_pass,
            delivering=Delivering(self._stub, self._deliveries),
            crowd=self._counted,
        )

    def unnoticed(self) -> BackendTransport:
        """For what a test arranges: no journal or route knows of it."""
        observed = ObservedBackend(
            self._backend, journals=tuple, strict=self._strict, aliases=self._hiding.aliases
        )
        return BackendTransport(observed, overrides=lambda: None, waits=self._waits)

    def attended(self) -> AsgiApp:
        """For other threads and processes, while somebody acts; as an ASGI application."""
        attended = AttendedBackend(
            self._backend,
            isolation=self._isolation,
            journals=self._records.journals,
            strict=self._strict,
            aliases=self._hiding.aliases,
            beside=self._beside,
        )
        transport = BackendTransport(
            attended,
            overrides=lambda: attended.attend(lambda: self._records.overrides),
            waits=self._waits,
            let_pass=self._let_pass,
            delivering=Delivering(self._stub, lambda: attended.attend(self._deliveries)),
            crowd=self._counted,
        )

        async def answer(request: Request, peer: Peer | None) -> Response | None:
            request.note_served()
            return await transport.answer_message_async(request, peer)

        return AsgiApp(answer)

    def _deliveries(self) -> Deliveries | None:
        """Those of who is acting; the stub alone has some."""
        is_stub = self._isolation.current.settings.mode is Mode.STUB
        return self._records.use().deliveries if is_stub else None

    def _strict(self) -> bool:
        return self._isolation.current.settings.strict

    def _let_pass(self, seconds: float) -> None:
        self._records.let_pass(timedelta(seconds=seconds))

    def _counted(self) -> Crowd | None:
        return self._crowd if self._records.current.is_counted else None

    def _waits(self) -> bool:
        return self._backend.waits
