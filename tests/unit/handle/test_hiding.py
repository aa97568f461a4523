"""handle/hiding.py: private values of a run, with what is shown in their place."""

from types import SimpleNamespace

import pytest

from pytest_twilio_users.handle.hiding import Hiding
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Settings

ACCOUNT, OTHER = "AC" + "1" * 32, "AC" + "2" * 32
SECRET = "correct-horse-battery-staple"
TEXT = f"{ACCOUNT}, {SECRET}, test_a/test_ada.json"


@pytest.fixture
def hiding():
    """That of a run whose test is in a mode: `hiding(Mode.LIVE, live=True)`."""

    def hiding(mode, *, live):
        isolation = Isolation(Settings())
        isolation.begin_test("test_ada", Settings(mode=mode), fixtures=[])
        run = SimpleNamespace(account=SimpleNamespace(secrets=(SECRET,))) if live else None
        return Hiding(isolation, run, {ACCOUNT: OTHER})

    return hiding


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("mode", Mode)
def test_only_what_the_stub_makes_up_is_shown(hiding, mode, live):
    """In a live run a test on the stub, too, has the account's credentials."""
    found = hiding(mode, live=live)
    private = live or mode is not Mode.STUB

    assert found.private is private
    assert (ACCOUNT in found.text(TEXT), OTHER in found.text(TEXT)) == (not private, private)
    assert (SECRET in found.text(TEXT)) is not live
    assert (found.aliases() is None) is (mode is Mode.STUB)


def test_a_name_may_be_kept(hiding):
    """Such as that of a cassette, in which a private value stands."""
    found = hiding(Mode.LIVE, live=True)
    kept = f"test_{ACCOUNT}.json"
    found.keep(kept)

    assert found.text(f"see {kept}, and {ACCOUNT}") == f"see {kept}, and {OTHER}"
