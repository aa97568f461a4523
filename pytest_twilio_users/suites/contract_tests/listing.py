"""Lists: every user once, in order of creation, page by page."""

import re
from typing import Any

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.fields import META_FIELDS
from pytest_twilio_users.contract.models import User
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.contract.sids import SidKind, derive_sid
from pytest_twilio_users.suites.contract_tests.suite_fixtures import UsersOf, alone, raw
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest, lasting
from pytest_twilio_users.suites.promises import promise

NAMES = ("ada", "grace", "mary", "joan", "radia")


@pytest.fixture
def five(users: UsersUnderTest) -> list[User]:
    """Five users, in order of creation."""
    return [users.create(users.identity(name), friendly_name=name) for name in NAMES]


@promise("list_answers_200")
def test_a_list_shows_users_as_fetch_does(users: UsersUnderTest, five: list[User]) -> None:
    """A list answers 200; each user is there with what it has."""
    users.page()
    assert users.journal.last.status == 200
    listed = {user.sid: lasting(user) for user in users.walk(page_size=50)}
    assert [listed[user.sid] for user in five] == [lasting(user) for user in five]


@promise("reachability_not_listed")
@pytest.mark.usefixtures("five")
def test_a_list_does_not_tell_who_is_online(users: UsersUnderTest) -> None:
    """Online and notifiable are null, and not absent."""
    for user in users.send("GET").json()["users"]:
        assert (user["is_online"], user["is_notifiable"]) == (None, None)


@promise("default_page_size")
def test_a_page_has_room_for_50_users_by_default(users: UsersUnderTest) -> None:
    """Without PageSize that is its size."""
    page = users.page()
    assert page.meta.page_size == 50
    assert len(page.users) <= 50


@alone
@promise("page_link_nulls")
@pytest.mark.usefixtures("five")
def test_the_first_and_the_last_page_have_null_for_missing_links(users: UsersUnderTest) -> None:
    """What leads nowhere is null, not absent."""
    query: dict[str, Any] = {"PageSize": 50}
    first = last = users.send("GET", params=query).json()["meta"]
    if first["next_page_url"] is not None:
        meta = users.pages(page_size=50)[-2].meta
        query |= {"Page": meta.page + 1, "PageToken": meta.next_page_token}
        last = users.send("GET", params=query).json()["meta"]
    assert set(META_FIELDS) <= set(first)
    assert set(META_FIELDS) <= set(last)
    assert (first["previous_page_url"], last["next_page_url"]) == (None, None)


@alone
@promise("pages_are_complete")
@pytest.mark.parametrize("page_size", [1, 2, 3, 5, 50])
def test_the_pages_hold_every_user_once(
    users: UsersUnderTest, five: list[User], page_size: int
) -> None:
    """None is lost, and none comes twice, however the pages are walked, in whatever order."""
    pages = users.pages(page_size=page_size)
    listed = [user.sid for page in pages for user in page.users]
    assert len(set(listed)) == len(listed)
    assert {user.sid for user in five} <= set(listed)
    walked = [user.sid for user in users.own(users.walk(page_size=page_size))]
    assert sorted(walked) == sorted(user.sid for user in five)


@alone
@promise("page_numbers")
@pytest.mark.usefixtures("five")
def test_the_pages_are_numbered(users: UsersUnderTest) -> None:
    """The first is 0."""
    pages = users.pages(page_size=2)
    assert [page.meta.page for page in pages] == list(range(len(pages)))


@alone
@promise("page_size")
@pytest.mark.usefixtures("five")
def test_a_page_is_of_the_size_that_was_asked_for(users: UsersUnderTest) -> None:
    """It says so, and holds no more."""
    for page_size in (1, 2, 5, 50):
        for page in users.pages(page_size=page_size):
            assert page.meta.page_size == page_size
            assert len(page.users) <= page_size


@alone
@raw
@promise("pages_are_full")
def test_a_page_that_another_follows_is_full(users: UsersUnderTest) -> None:
    """Small or large, or of no size that was asked for: it holds what it says."""
    for number in range(51):
        users.create(users.identity(f"{number}"))
    for pages in (users.pages(page_size=20), users.pages(page_size=51), [users.page()]):
        for page in pages:
            followed = page.meta.next_page_url is not None
            assert len(page.users) <= page.meta.page_size
            assert not followed or len(page.users) == page.meta.page_size


@promise("list_order")
@pytest.mark.parametrize("page_size", [2, 50])
def test_a_list_is_in_order_of_creation(
    users: UsersUnderTest, five: list[User], page_size: int
) -> None:
    """The oldest user comes first, on a page and from page to page; a change moves nobody."""
    users.update(five[1].sid, friendly_name="Rear Admiral Grace")
    listed = users.own(users.walk(page_size=page_size))
    assert [user.sid for user in listed] == [user.sid for user in five]


@alone
@promise("pages_outlive_changes")
def test_walking_pages_survives_changes(users: UsersUnderTest, five: list[User]) -> None:
    """Users that stay are seen once, although others come and go between the pages."""
    first = users.page(page_size=2)
    seen = [user.sid for user in first.users]
    unseen = [user.sid for user in five if user.sid not in seen]
    for sid in (*[user.sid for user in users.own(first.users)[:1]], unseen.pop()):
        users.delete(sid)
    users.create(users.identity("katherine"))
    rest = users.pages(page_size=2, first=first)[1:]
    listed = [user.sid for page in rest for user in page.users]
    assert len(set(listed)) == len(listed)
    assert set(unseen) <= set(listed)
    assert not set(seen) & set(listed)


@alone
@promise("page_links")
@pytest.mark.usefixtures("five")
def test_page_links_are_written_as_twilio_writes_them(users: UsersUnderTest) -> None:
    """PageSize, Page, PageToken in this order; the first page's link has no token."""
    base = f"{users.path}?PageSize=2&Page="
    for number, page in enumerate(users.pages(page_size=2)):
        meta = page.meta
        assert without_origin(meta.first_page_url) == f"{base}0"
        links = (meta.previous_page_url, meta.url, meta.next_page_url)
        for leads_to, link in enumerate(links, start=number - 1):
            written = re.escape(f"{base}{leads_to}") + "(&PageToken=[^&]+)?"
            assert link is None or re.fullmatch(written, without_origin(link))


def without_origin(link: str) -> str:
    """Path and query of a link, whichever host it names."""
    return re.sub(r"^https?://[^/]+", "", link)


@alone
@promise("page_url_token")
@pytest.mark.usefixtures("five")
def test_a_page_links_to_itself_as_the_page_before_did(users: UsersUnderTest) -> None:
    """A later page's url carries the token that led to it; the first has none."""
    metas = [page.meta for page in users.pages(page_size=2)]
    assert [meta.url for meta in metas] == [
        metas[0].first_page_url,
        *(meta.next_page_url for meta in metas[:-1]),
    ]


@promise("token_form")
@pytest.mark.usefixtures("five")
def test_a_page_token_begins_with_pt(users: UsersUnderTest) -> None:
    """Tokens forth and back do; what follows is Twilio's own."""
    metas = [page.meta for page in users.pages(page_size=2)]
    tokens = [meta.next_page_token for meta in metas] + [meta.previous_page_token for meta in metas]
    assert any(tokens)
    assert all(token.startswith("P") for token in tokens if token is not None)


@alone
@promise("previous_page")
@pytest.mark.usefixtures("five")
def test_previous_page_url_leads_back(users: UsersUnderTest) -> None:
    """From the last page back to the first, by tokens that are not the pages' own."""
    pages = users.pages(page_size=2)
    assert pages[-1].meta.previous_page_token not in (None, pages[-2].meta.next_page_token)
    back = [pages[-1]]
    for number in reversed(range(len(pages) - 1)):
        token = back[-1].meta.previous_page_token
        back.append(users.page(page_size=2, page=number, page_token=token))
    there, and_back = (
        {user.sid for page in walked for user in users.own(page.users)} for walked in (pages, back)
    )
    assert and_back == there
    assert back[-1].meta.previous_page_url is None
    assert back[-1].meta.next_page_url is not None


@alone
@promise("page_echoed")
@pytest.mark.usefixtures("five")
def test_page_without_a_token_selects_nothing(users: UsersUnderTest) -> None:
    """The first users come, and the number is told back."""
    page = users.page(page_size=2, page=7)
    first = users.page(page_size=2)
    assert {user.sid for user in page.users} == {user.sid for user in first.users}
    assert page.meta.page == 7


@alone
@promise("last_page_full")
@pytest.mark.usefixtures("five")
def test_a_full_last_page_has_no_next_one(users: UsersUnderTest) -> None:
    """Pages of one user are full, and none that is empty follows."""
    assert users.pages(page_size=1)[-1].users


@raw
@promise("max_page_size")
def test_a_large_page_size_is_cut(users: UsersUnderTest) -> None:
    """More than the maximum is not a refusal: the page says what it is cut to."""
    assert users.page(page_size=100_000).meta.page_size in (50, 1000)


@pytest.mark.twilio_users(modes=("stub",))  # elsewhere a service has users of others
@promise("list_answers_200")
def test_an_empty_list_is_a_page(users_of: UsersOf) -> None:
    """A service without users answers 200, a page and no users."""
    page = users_of(derive_sid(SidKind.SERVICE, "a service without users")).page()
    assert page.users == ()
    assert page.meta.next_page_url is None


@pytest.mark.parametrize(
    ("name", "value", "refusal"),
    [
        pytest.param(name, value, refusal, marks=promise(refusal.name))
        for name, value, refusal in (
            ("PageSize", "0", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "-1", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "ten", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "1.5", refusals.PAGE_SIZE_MALFORMED),
            ("PageSize", "", refusals.PAGE_SIZE_MALFORMED),
            ("Page", "-1", refusals.PAGE_MALFORMED),
            ("Page", "one", refusals.PAGE_MALFORMED),
        )
    ],
)
def test_pages_are_counted_in_whole_numbers(
    users: UsersUnderTest, name: str, value: str, refusal: Refusal
) -> None:
    """A page of no size, or of no number, is refused."""
    users.refuse(refusal, users.send, "GET", params={name: value})


@promise("page_token_unknown")
@pytest.mark.usefixtures("five")
def test_a_made_up_page_token_is_refused(users: UsersUnderTest) -> None:
    """A token is issued, not made up; not even one letter of it."""
    token = users.page(page_size=2).meta.next_page_token or ""
    altered = token[:-1] + ("0" if token[-1] != "0" else "1")
    for made_up in ("PTnobody", altered):
        users.refuse(refusals.PAGE_TOKEN_UNKNOWN, users.page, page_size=2, page_token=made_up)
