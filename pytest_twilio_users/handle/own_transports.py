"""The handle's transports: all lead to the backend of the mode; they differ in who is told."""

from pytest_twilio_users.backends import Beside
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.handle.attended import AttendedBackend
from pytest_twilio_users.handle.hiding import Hiding
from pytest_twilio_users.handle.mode_backend import ModeBackend
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.httpx_transport import BackendTransport
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
        beside: Beside,
    ) -> None:
        self._isolation = isolation
        self._backend = backend
        self._records = records
        self._hiding = hiding
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
            observed, overrides=lambda: self._records.overrides, waits=self._waits
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
        )

        async def answer(request: Request) -> Response | None:
            request.note_served()
            return await transport.answer_message_async(request)

        return AsgiApp(answer)

    def _strict(self) -> bool:
        return self._isolation.current.settings.strict

    def _waits(self) -> bool:
        return self._backend.waits
