"""SIDs of each kind: two letters, then 32 lower-case hex digits that are drawn as one number."""

from hypothesis import strategies as st

from pytest_twilio_users.contract.sids import SidKind


def _sids(kind: SidKind) -> st.SearchStrategy[str]:
    form = kind.value + "{:032x}"
    return st.integers(0, 16**32 - 1).map(form.format)


_USER_SIDS = _sids(SidKind.USER)
_SERVICE_SIDS = _sids(SidKind.SERVICE)
_ROLE_SIDS = _sids(SidKind.ROLE)
_ACCOUNT_SIDS = _sids(SidKind.ACCOUNT)


def user_sids() -> st.SearchStrategy[str]:
    """SIDs of users; the simplest is US and 32 zeros.

    >>> @given(user_sids())
    ... def test_a_user_sid_is_known_by_its_prefix(sid):
    ...     assert sid.startswith("US")
    """
    return _USER_SIDS


def service_sids() -> st.SearchStrategy[str]:
    """SIDs of Conversation Services; the simplest is IS and 32 zeros.

    >>> @given(service_sids())
    ... def test_a_service_sid_is_known_by_its_prefix(sid):
    ...     assert sid.startswith("IS")
    """
    return _SERVICE_SIDS


def role_sids() -> st.SearchStrategy[str]:
    """SIDs of roles; the simplest is RL and 32 zeros. Twilio refuses unknown roles.

    >>> @given(role_sids())
    ... def test_a_role_sid_is_known_by_its_prefix(sid):
    ...     assert sid.startswith("RL")
    """
    return _ROLE_SIDS


def account_sids() -> st.SearchStrategy[str]:
    """SIDs of accounts; the simplest is AC and 32 zeros.

    >>> @given(account_sids())
    ... def test_an_account_sid_is_known_by_its_prefix(sid):
    ...     assert sid.startswith("AC")
    """
    return _ACCOUNT_SIDS
