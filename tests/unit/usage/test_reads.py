"""usage/reads.py: which fields of an answer the application reads."""

import httpx

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.scopes.scope import Scope
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.usage.reads import noting_reads
from pytest_twilio_users.usage.tally import Tally


def test_what_a_test_got_is_watched_until_it_ends(stub):
    """Of a user that outlives its test nobody's use is noted any more."""
    observed = ObservedBackend(stub, journals=tuple, strict=lambda: True)
    transport = BackendTransport(observed, overrides=lambda: None)
    client = UsersClient("AC", "token", http_client=httpx.Client(transport=transport))
    tally, scope = Tally(), Scope("test_ada", Settings())
    with noting_reads(tally, lambda: scope):
        user = client.create_user("ada")
        assert user.identity == "ada"
        scope.end()
        assert user.sid

    [usage] = tally.take()
    assert usage.operations["create_user"].fields == ("identity",)
