"""handle/mode_backend.py: who answers, by the mode of the test that acts."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.handle.mode_backend import ModeBackend
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings
from pytest_twilio_users.wire.messages import Response

STATUS = {Mode.STUB: 200, Mode.LIVE: 201, Mode.RECORD: 202, Mode.REPLAY: 202}
"""What the stub, the account and the conversation answer here."""


def saying(mode):
    """A backend that answers with the status of a mode."""
    return SimpleNamespace(handle=lambda _: Response(status=STATUS[mode]))


@pytest.mark.parametrize("mode", Mode)
def test_each_mode_has_its_own_backend(compose, mode):
    """A recording and a replay are a conversation of the test's scope. Only an account waits."""
    isolation = Isolation(Settings())
    isolation.begin_test("test_ada", Settings(mode=mode), fixtures=[])
    heard = []

    def answer(scope, request):
        heard.append(scope)
        return Response(status=202)

    backend = ModeBackend(
        isolation,
        stub=saying(Mode.STUB),
        live=lambda: saying(Mode.LIVE),
        conversations=SimpleNamespace(answer=answer),
    )

    assert backend.handle(compose("GET", "/v1/Users")).status == STATUS[mode]
    assert heard == ([isolation.current] if STATUS[mode] == 202 else [])
    assert backend.waits is (mode in (Mode.LIVE, Mode.RECORD))
