"""Secrets that are known for what they are wherever they turn up, and a stub to tell them to."""

import re
from datetime import UTC, datetime

from hypothesis import strategies as st

from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.supplies import SidSupply

SERVICE = derive_sid(SidKind.SERVICE, "aliases")


def a_stub(seed="aliases"):
    """A stub without users."""
    account = Account(
        sid=derive_sid(SidKind.ACCOUNT, seed),
        auth_token="any",
        default_service_sid=derive_sid(SidKind.SERVICE, seed, "default"),
        other_service_sid=SERVICE,
        sids=SidSupply(seed),
        clock=lambda: datetime(2026, 3, 4, 12, tzinfo=UTC),
        settings=Settings(),
    )
    return StubBackend(account)


# Letters of no word, digits of no count: where it is found, it is it.
secrets = st.builds(
    "{}{:07d}{}".format,
    st.text("qxzjQXZJ", min_size=1, max_size=4),
    st.integers(10**6, 10**7 - 1),
    st.text("qxzjQXZJ", max_size=4),
)
SECRET = re.compile(r"[qxzjQXZJ]+[0-9]{7}[qxzjQXZJ]*|US[0-9a-f]{32}|(?<=\+)[1-9]{11,14}")
shaped = st.one_of(
    secrets,
    secrets.map(lambda s: f"{s}@example.org"),
    secrets.map(lambda s: f"{s} {s[::-1]}"),
    secrets.map(lambda s: f"https://example.org/{s}?q={s}"),
    secrets.map(lambda s: f"/v1/{s}/{s}"),
    secrets.map(lambda s: f"tel:{s}&=%#é\n"),
    st.text("0123456789abcdef", min_size=32, max_size=32).map(lambda s: "US" + s),
    st.text("123456789", min_size=11, max_size=14).map(lambda s: "+" + s),
)
hidden_json = st.recursive(
    st.one_of(shaped, st.integers(10**9), st.booleans(), st.none()),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(shaped, parts, max_size=3),
    max_leaves=6,
)
