"""Resources as the client gives them: a user, a page of users."""

from datetime import UTC, datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any
from urllib.parse import urlencode

from hypothesis import strategies as st

from pytest_twilio_users.contract.fields import LINK_NAMES
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.models import PageMeta, User, UserPage
from pytest_twilio_users.contract.operations import LARGEST_PAGE, PAGE, PAGE_SIZE, PAGE_TOKEN
from pytest_twilio_users.strategies.ids import account_sids, role_sids, service_sids, user_sids
from pytest_twilio_users.strategies.names import friendly_names, identities
from pytest_twilio_users.strategies.titles import made_once, titled
from pytest_twilio_users.strategies.user_attributes import attributes_text
from pytest_twilio_users.wire.paths import users_path

_START = datetime(2020, 1, 1, tzinfo=UTC)
_MOST_USERS = 3  # of a page that is drawn; more tell nothing new

_REACHABILITY = st.sampled_from(
    # is_online, is_notifiable; both are null while the service's reachability is off
    ((None, None), (True, True), (True, False), (False, True), (False, False))
)
_ROOM = st.sampled_from((0, 1, LARGEST_PAGE))
_SECONDS = st.integers(0, 20 * 365 * 24 * 3600)
# What is a user's own, wherever it lives.
_OWN = (
    user_sids(),
    role_sids(),
    identities(),
    st.none() | friendly_names(),
    st.just("{}") | attributes_text(),
    _SECONDS,  # from the start to its creation
    _SECONDS,  # from there to its update
)
# Whose it is: the account, the service, whether the path names the service.
_HOME = st.tuples(account_sids(), service_sids(), st.booleans())


def _users_url(home: tuple[str, str, bool]) -> str:
    _, service_sid, in_service = home
    return DEFAULT_ORIGIN + users_path(service_sid if in_service else None)


def _user(
    own: tuple[Any, ...],
    home: tuple[str, str, bool],
    reachability: tuple[bool | None, bool | None] = (None, None),
) -> User:
    sid, role_sid, identity, friendly_name, attributes, age, change = own
    created = _START + timedelta(seconds=age)
    url = f"{_users_url(home)}/{sid}"
    return User(
        sid=sid,
        account_sid=home[0],
        chat_service_sid=home[1],
        role_sid=role_sid,
        identity=identity,
        friendly_name=friendly_name,
        attributes=attributes,
        is_online=reachability[0],
        is_notifiable=reachability[1],
        date_created=created,
        date_updated=created + timedelta(seconds=change),
        url=url,
        # `user_conversations` leads to `…/Conversations`.
        links={name: f"{url}/{name.removeprefix('user_').title()}" for name in LINK_NAMES},
    )


@made_once
def users() -> st.SearchStrategy[User]:
    """Users as Twilio answers them, of the default service or a named one.

    friendly_name, is_online and is_notifiable are null in some, as Twilio is known to answer.
    For other nulls that the schema allows, see `answers`.

    >>> @given(users())
    ... def test_a_user_survives_json(user):
    ...     assert User.from_dict(user.to_dict()) == user
    """
    return st.tuples(st.tuples(*_OWN), _HOME, _REACHABILITY).map(lambda drawn: _user(*drawn))


def _page(drawn: tuple[Any, ...]) -> UserPage:
    owns, home, page, room, has_next = drawn
    users_url = _users_url(home)
    page_size = min(max(len(owns) + room, 1), LARGEST_PAGE)

    def link(number: int, token: str = "") -> str:
        query = {PAGE_SIZE.name: page_size, PAGE.name: number}
        return f"{users_url}?" + urlencode(query | ({PAGE_TOKEN.name: token} if token else {}))

    return UserPage(
        users=tuple(_user(own, home) for own in owns),
        meta=PageMeta(
            page=page,
            page_size=page_size,
            first_page_url=link(0),
            previous_page_url=link(page - 1, f"PTB{page}") if page else None,
            url=link(page, f"PTA{page}" if page else ""),
            # A page with room left is the last one.
            next_page_url=(
                link(page + 1, f"PTA{page + 1}") if has_next and page_size == len(owns) else None
            ),
            key="users",
        ),
    )


@cache
def pages(*, least: int) -> st.SearchStrategy[UserPage]:
    """Pages of at least so many users."""
    owns = st.lists(
        st.tuples(*_OWN),
        min_size=least,
        max_size=_MOST_USERS,
        unique_by=(itemgetter(0), itemgetter(2)),  # SID and identity
    )
    drawn = st.tuples(owns, _HOME, st.integers(0, 100), _ROOM, st.booleans())
    return titled("user_pages", drawn.map(_page))


def user_pages() -> st.SearchStrategy[UserPage]:
    """Pages of up to three users of one service. Only a full page has a next page.

    >>> @given(user_pages())
    ... def test_nobody_is_on_a_page_twice(page):
    ...     assert len({user.sid for user in page.users}) == len(page.users)
    """
    return pages(least=0)
