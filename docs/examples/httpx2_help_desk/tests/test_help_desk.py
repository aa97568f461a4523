"""The kit's overrides are written for httpx; the application gets httpx2's errors."""

import httpx
import httpx2
import pytest
from help_desk import HelpDesk, search
from syrupy.filters import props


@pytest.fixture(scope="module")
def desk(twilio_users):
    """One connection for the module, whose users end with each test."""
    desk = HelpDesk()
    with desk.http:
        yield desk


async def found(**facts):
    return [customer async for customer in search(**facts)]


def test_nothing_is_known_of_a_stranger(desk):
    assert desk.recall("ada") is None


@pytest.mark.parametrize("customer", ["ada", "a/b", "a?b", "..", "ada@example.com", "äda"])
def test_facts_add_up(desk, customer):
    desk.remember(customer, plan="free", town="Zürich")
    desk.remember(customer, plan="pro")
    assert desk.recall(customer) == {"plan": "pro", "town": "Zürich"}


def test_a_user_is_updated_in_place(twilio_users, desk, twilio_users_snapshot):
    twilio_users.add_user("ada", friendly_name="Ada", attributes={"plan": "free"})
    twilio_users.wait(60)

    desk.remember("ada", plan="pro", town="Zürich")

    assert twilio_users.users() == twilio_users_snapshot(exclude=props("url", "links"))


@pytest.mark.twilio_users(attribute_escapes=False)
def test_attributes_are_sent_without_escapes(desk):
    desk.remember("ada", town="Zürich")
    assert desk.recall("ada") == {"town": "Zürich"}


def test_what_another_desk_said_first_is_kept(twilio_users, desk):
    def another_desk(request):
        twilio_users.add_user("ada", attributes={"town": "Zürich"})

    twilio_users.routes["create_user"].mock(side_effect=another_desk)

    desk.remember("ada", plan="pro")

    assert desk.recall("ada") == {"town": "Zürich", "plan": "pro"}


def test_too_many_facts_are_refused_and_nothing_changes(twilio_users, desk):
    ada = twilio_users.add_user("ada", attributes={"plan": "pro"})

    with pytest.raises(httpx2.HTTPStatusError) as refused:
        desk.remember("ada", life="x" * 16_384)
    assert refused.value.response.json()["message"] == "Attributes too long"
    assert twilio_users.users() == [ada]


@pytest.mark.parametrize("operation", ["fetch_user", "create_user"])
def test_no_answer_in_time_is_told(twilio_users, desk, operation):
    twilio_users.routes[operation].mock(side_effect=httpx.ReadTimeout("late"))
    with pytest.raises(httpx2.ReadTimeout):
        desk.remember("ada", plan="pro")


def test_a_proxy_in_the_way_is_told(twilio_users, desk):
    page = httpx.Response(502, html="<h1>Bad gateway</h1>")
    twilio_users.routes["fetch_user"].mock(return_value=page)
    with pytest.raises(httpx2.HTTPStatusError, match="502"):
        desk.recall("ada")


@pytest.mark.asyncio
@pytest.mark.twilio_users(max_page_size=2)
async def test_a_search_looks_at_each_page(twilio_users):
    for number in range(5):
        twilio_users.add_user(attributes={"plan": "pro" if number % 2 else "free"})

    assert await found(plan="pro") == ["user-2", "user-4"]
    assert await found(plan="pro", town="Zürich") == []
    assert twilio_users.journal.tally() == {"list_user": 6}


@pytest.mark.asyncio
async def test_sync_and_async_see_the_same_users(desk):
    desk.remember("ada", plan="pro")
    assert await found(plan="pro") == ["ada"]


@pytest.mark.asyncio
async def test_a_refused_page_is_told(twilio_users):
    twilio_users.routes["list_user"].refuse("unavailable")
    with pytest.raises(httpx2.HTTPStatusError, match="503"):
        await found(plan="pro")
