"""backends/observed.py: exchanges of private values."""

import re
from contextlib import nullcontext

import pytest

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.errors import LiveRefused, UnansweredRequest
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Response

PRIVATE = "hopperova"


class Echo:
    """A backend that answers with a name; or refuses, telling it."""

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses

    def handle(self, request):
        """Answer a request."""
        if self._refuses:
            raise LiveRefused(PRIVATE)
        return Response(status=200, body=b'{"friendly_name": "murrayova"}')


@pytest.fixture
def journal():
    """The journal of the moment."""
    return Journal()


@pytest.fixture
def observe(journal):
    """Observes a backend, with aliases or without."""

    def observe(backend, aliases):
        return ObservedBackend(
            backend, journals=lambda: [journal], strict=lambda: True, aliases=lambda: aliases
        )

    return observe


@pytest.fixture
def request_(compose):
    """One that has a name in it."""
    return compose("POST", "/v1/Users", form={"Identity": PRIVATE})


def test_a_journal_shows_no_private_value(observe, journal, request_):
    """And holds what was sent."""
    observe(Echo(), Aliases(seed="shown", known={})).handle(request_)
    assert PRIVATE not in str(journal)
    assert "text-1" in str(journal)
    assert journal.sent("create_user") == [{"Identity": PRIVATE}]


def test_no_repr_shows_a_private_value(observe, journal, request_):
    """Of an exchange, its request and its response."""
    answer = observe(Echo(), Aliases(seed="shown", known={})).handle(request_)
    shown = f"{journal.last!r} {list(journal)} {request_!r} {answer!r}"
    assert not re.search(f"{PRIVATE}|murrayova", shown)
    assert 'Response(status=200, body=b\'{"friendly_name": "text-2"}\')' in shown


def test_what_came_back_is_known_from_then_on(observe, request_):
    """Wherever else it may be told."""
    aliases = Aliases(seed="shown", known={})
    observe(Echo(), aliases).handle(request_)
    told = aliases.hide_text(f"{PRIVATE} and murrayova")
    assert PRIVATE not in told
    assert "murrayova" not in told


def test_what_was_stopped_is_noted_without_private_values(observe, journal, request_):
    """With the name of the error."""
    with pytest.raises(LiveRefused):
        observe(Echo(refuses=True), Aliases(seed="shown", known={})).handle(request_)
    assert [exchange.error for exchange in journal] == ["LiveRefused"]
    assert PRIVATE not in str(journal)


@pytest.mark.parametrize("raises", [True, False], ids=["raises", "is answered"])
def test_what_no_operation_answers_is_known_and_hidden(journal, compose, raises):
    """In the error, once it is told, and in the journal."""
    aliases = Aliases(seed="shown", known={})
    observed = ObservedBackend(
        Echo(),
        journals=lambda: [journal],
        strict=lambda: True,
        raises=raises,
        aliases=lambda: aliases,
    )
    request = compose("POST", f"/v1/User/{PRIVATE}", form={"FriendlyName": "murrayova"})
    with pytest.raises(UnansweredRequest) if raises else nullcontext():
        observed.handle(request)
    told = aliases.hide_text(f"{request.path} of murrayova, {journal}")
    assert not re.search(f"{PRIVATE}|murrayova", told)
    assert PRIVATE not in str(journal)


def test_what_somebody_else_answers_is_known_and_hidden(observe, journal, request_):
    """An author's route has private values, too."""
    aliases = Aliases(seed="shown", known={})
    answer = Response(status=200, body=b'{"friendly_name": "murrayova"}')
    observe(Echo(), aliases).noting(request_)(answer)
    assert PRIVATE not in str(journal)
    assert aliases.hide_text(f"{PRIVATE} and murrayova") == "text-1 and text-2"


def test_without_aliases_all_is_shown(observe, journal, request_):
    """On the stub everything is made up."""
    observe(Echo(), None).handle(request_)
    assert PRIVATE in str(journal)
