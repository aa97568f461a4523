from contextlib import suppress
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from uuid import UUID

import httpx
import pytest
import time_machine

from pytest_twilio_users import TwilioApiError, faults
from pytest_twilio_users.contract.hosts import DEFAULT_ORIGIN
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.errors import ContractViolated, InvalidArgument, KitWarning
from pytest_twilio_users.handle.assembly import assemble
from pytest_twilio_users.handle.twilio_users import TwilioUsers
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Settings

USERS = f"{DEFAULT_ORIGIN}/v1/Users"


@pytest.fixture
def handle():
    """A handle in the middle of a test."""
    isolation = Isolation(Settings())
    handle, engine = assemble(isolation)
    isolation.begin_test("test_ada", Settings(), fixtures=["twilio_users"])
    isolation.attach(engine)
    yield handle
    isolation.leave_test()


@pytest.fixture
def ask(handle):
    """Ask as an application would."""
    login = (handle.account_sid, handle.auth_token)
    with httpx.Client(auth=login, verify=False) as client:  # noqa: S501  # nothing is verified
        yield client.get


FOR_TESTS = {
    *("mode", "settings", "account_sid", "auth_token", "default_service_sid", "service_sid"),
    *("role_sids", "client", "async_client", "sdk", "async_sdk", "asgi_app"),
    *("journal", "routes", "plan", "webhooks", "verify", "hide"),
    *("users", "add_user", "identity", "checkpoint", "wait", "clock"),
    *("neighbours", "page"),
}


def test_an_editor_offers_what_tests_use_and_nothing_else(handle):
    """Each with a sentence of its own; what the plugin needs is elsewhere."""
    offered = {name for name in dir(handle) if not name.startswith("_")}

    assert offered == FOR_TESTS
    assert all(getattr(TwilioUsers, name).__doc__ for name in offered)


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("strict", " For one test: @pytest.mark.twilio_users(strict=False)."),
        ("live_account", ""),  # the marker does not set it either
        ("journal", ""),
    ],
)
def test_nothing_of_the_handle_can_be_set(handle, name, advice):
    """Who tries to set a setting there is told where it is set."""
    with pytest.raises(AttributeError) as error:
        setattr(handle, name, False)

    assert str(error.value) == f"twilio_users.{name} can't be set.{advice}"


def test_who_patches_the_handle_is_told_the_same(handle):
    """A patch that fails is cleaned up after."""
    with pytest.raises(AttributeError) as error, patch.object(handle, "add_user"):
        pass

    assert str(error.value) == "twilio_users.add_user can't be set."


def test_a_plan_counts_the_requests_for_each_operation(handle):
    """Those that meet a fault, too: the third is the third that is sent."""
    plan = faults.Plan(
        create_user={3: faults.refused("unavailable"), 1: faults.refused("too_many_requests")},
        fetch_user={2: faults.refused("internal_error")},
    )
    assert handle.plan(plan) is None
    for ask in (handle.client.create_user, handle.client.fetch_user) * 4:
        with suppress(TwilioApiError):
            ask("ada")

    statuses = [exchange.status for exchange in handle.journal]
    assert statuses[::2] == [429, 201, 503, 409]
    assert statuses[1::2] == [404, 500, 200, 200]
    assert [exchange.fault for exchange in handle.journal if exchange.fault] == [
        faults.refused("too_many_requests"),
        faults.refused("internal_error"),
        faults.refused("unavailable"),
    ]


def test_what_is_planned_need_not_be_met(handle):
    """A plan that was drawn may be for requests that nobody sends."""
    handle.plan(faults.Plan(create_user={2: faults.answer_lost()}))
    handle.verify()


def test_what_a_plan_can_t_do_is_told(handle):
    """No plan, or a fault that no request for its operation can meet."""
    with pytest.raises(InvalidArgument) as no_plan:
        handle.plan(faults.answer_lost())
    assert str(no_plan.value) == (
        "plan=faults.answer_lost() (Fault): allowed: what twilio_st.fault_plans() draws, such as"
        " faults.Plan(update_user={2: faults.answer_lost()})."
    )
    with pytest.raises(InvalidArgument) as unmet:
        handle.plan(faults.Plan(delete_user={1: faults.empty_body()}))
    assert str(unmet.value) == (
        "No request of delete_user can meet faults.empty_body(). It fits create_service_user,"
        " create_user, fetch_service_user, fetch_user, list_service_user, list_user,"
        " update_service_user, update_user."
    )


@pytest.mark.parametrize("wait", [3, 3.0, timedelta(seconds=3)])
def test_a_wait_is_exact(handle, wait):
    """What the test's own steps take is no part of it, whenever in a second they begin."""
    with time_machine.travel(datetime(2031, 5, 6, 7, 8, 9, 999_000, tzinfo=UTC)) as traveller:
        user = handle.add_user("ada")
        traveller.shift(0.5)
        handle.wait(wait)
        renamed = handle.client.update_user(user.sid, friendly_name="Ada")

    assert renamed.date_updated - user.date_created == timedelta(seconds=3)


def test_the_next_test_begins_at_the_wall_clocks_second():
    """A run of quick tests does not fall behind the application's own clock."""
    isolation = Isolation(Settings())
    handle, engine = assemble(isolation)
    isolation.attach(engine)
    with time_machine.travel(datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC), tick=False) as traveller:
        for second in range(3):
            isolation.begin_test(f"test_{second}", Settings(), fixtures=["twilio_users"])
            dates = [handle.add_user().date_created]
            traveller.shift(0.5)
            dates.append(handle.add_user().date_created)
            traveller.shift(0.5)
            isolation.leave_test()
            assert {date.second for date in dates} == {9 + second}


def test_an_identity_is_added_once(handle):
    """The author is told what Twilio would say to a second one."""
    handle.add_user("ada")

    with pytest.raises(InvalidArgument) as error:
        handle.add_user("ada")

    assert str(error.value) == (
        "add_user('ada'): Twilio would refuse this user."
        " The identity is already taken in the service: 409, code 50201, `User already exists`."
    )


def test_a_user_that_twilio_would_refuse_is_not_added(handle):
    """The author is told the refusal."""
    with pytest.raises(InvalidArgument) as error:
        handle.add_user("")

    assert str(error.value) == (
        "add_user(''): Twilio would refuse this user."
        " Identity is empty: 400, code 50204, `Identity not provided`."
    )


def test_a_refusal_shows_the_call(handle):
    """The value that it is about is in it."""
    with pytest.raises(InvalidArgument) as error:
        handle.add_user("ada", friendly_name="Ada", role_sid="typo")

    assert str(error.value) == (
        "add_user('ada', friendly_name='Ada', role_sid='typo'): Twilio would refuse this user."
        " RoleSid is malformed: 400, code 20001, `Invalid parameter RoleSid`."
    )


@pytest.mark.parametrize("wrong", [{"role_sid": "typo"}, {"attributes": {"a": b"x"}}])
def test_a_user_that_is_not_added_takes_no_name(handle, wrong):
    """So the names of the others do not depend on it."""
    with pytest.raises(InvalidArgument):
        handle.add_user(**wrong)

    assert handle.add_user().identity == "user-1"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"identity": "\ud800"},
            (
                "identity='\\ud800' can't be sent: character 0 is half of a surrogate pair, which"
                " UTF-8 does not encode."
            ),
        ),
        ({"identity": ["ada"]}, "identity=['ada'] (list): allowed: text, an int or a UUID."),
        (
            {"identity": b"ada"},
            "identity=b'ada' (bytes): allowed: text, an int or a UUID. Decode it first: .decode().",
        ),
        ({"friendly_name": 1.5}, "friendly_name=1.5 (float): allowed: text, an int or a UUID."),
        (
            {"attributes": [1]},
            "attributes=[1] (list): allowed: a mapping, or the text of a JSON object.",
        ),
        ({"role_sid": {}}, "role_sid={} (dict): allowed: text, an int or a UUID."),
        ({"is_online": "yes"}, "is_online='yes' (str): allowed: True, False."),
        ({"is_notifiable": 1}, "is_notifiable=1 (int): allowed: True, False."),
        (
            {"service_sid": ""},
            "service_sid='' is not a Conversation Service SID: expected 'IS' and 32 hex digits.",
        ),
    ],
    ids=lambda given: str(given)[:30],
)
def test_what_can_not_be_meant_is_not_added(handle, given, message):
    """No request could have made such a user."""
    with pytest.raises(InvalidArgument) as error:
        handle.add_user(**given)

    assert (str(error.value), handle.users()) == (message, [])


def test_what_is_plainly_meant_as_text_is_added_as_text(handle):
    """As the client would have sent it."""
    user = handle.add_user(7, friendly_name=UUID(int=7))

    assert (user.identity, user.friendly_name) == ("7", str(UUID(int=7)))
    assert handle.client.create_user(8).identity == "8"


@pytest.mark.parametrize("asking", ["users", "add_user"])
def test_a_service_that_can_not_be_is_no_empty_one(handle, asking):
    """A test that looks for users there would always pass."""
    with pytest.raises(InvalidArgument) as error:
        getattr(handle, asking)(service_sid="typo")

    assert str(error.value) == (
        "service_sid='typo' is not a Conversation Service SID: expected 'IS' and 32 hex digits."
    )


@pytest.mark.parametrize("asking", ["users", "add_user"])
def test_a_service_that_the_account_lacks_is_no_empty_one(asking):
    """Where a test names the services, requests to others meet Twilio's 404."""
    settings = Settings(service_sids=("IS" + "5" * 32,))
    isolation = Isolation(settings)
    handle, engine = assemble(isolation)
    isolation.begin_test("test_ada", settings, fixtures=["twilio_users"])
    isolation.attach(engine)

    with pytest.raises(InvalidArgument) as error:
        getattr(handle, asking)(service_sid="IS" + "6" * 32)

    isolation.leave_test()
    assert str(error.value) == (
        f"service_sid='IS{'6' * 32}' is not a service of the account. Known:"
        f" {handle.default_service_sid}, {handle.service_sid}, IS{'5' * 32}."
    )


@pytest.mark.parametrize(
    ("asking", "message"),
    [
        ("identity", "name=['ada'] (list): allowed: text, an int or a UUID."),
        ("hide", "text=['ada'] (list): allowed: text, an int or a UUID."),
    ],
)
def test_a_text_of_the_handle_is_text(handle, asking, message):
    """Whatever the mode does with it."""
    with pytest.raises(InvalidArgument) as error:
        getattr(handle, asking)(["ada"])

    assert str(error.value) == message
    assert getattr(handle, asking)(7) == "7"


@pytest.mark.parametrize("seconds", [-1, float("nan"), "3", True, None])
def test_a_wait_that_is_none_is_refused(handle, seconds):
    """The clock neither goes back nor stops."""
    with pytest.raises(InvalidArgument) as error:
        handle.wait(seconds)

    assert str(error.value) == (
        f"seconds={seconds!r} ({type(seconds).__name__}): allowed: seconds from 0 to a hundred"
        " years, or a timedelta."
    )


def test_waits_end_with_pythons_last_year(handle):
    """All of them together, from wherever the clock was moved to; the clock is as it was."""
    century = timedelta(days=36_525)
    with time_machine.travel(datetime(9850, 1, 1, tzinfo=UTC)):
        handle.wait(century)
        with pytest.raises(InvalidArgument) as error:
            handle.wait(century)
        year = handle.add_user().date_created.year

    assert str(error.value) == (
        f"seconds={century!r} (timedelta): allowed: a time that ends before the year 10000, with"
        " the time that has passed already."
    )
    assert year == 9950


def test_a_user_is_in_the_service_that_it_is_added_to(handle):
    """And is listed with those of it, or with all."""
    default, other = handle.default_service_sid, handle.service_sid
    ada, grace = handle.add_user("ada"), handle.add_user("grace", service_sid=other)

    assert (ada.chat_service_sid, grace.chat_service_sid) == (default, other)
    assert handle.users(service_sid=default) == [ada]
    assert handle.users(service_sid=other) == [grace]
    assert handle.users() == [ada, grace]


def test_a_user_that_twilio_would_refuse_is_shown_as_it_was_given(handle):
    """Without an identity, if that was to be made up; the next one gets that."""
    with pytest.raises(InvalidArgument) as error:
        handle.add_user(role_sid="RL1")

    assert str(error.value) == (
        "add_user(role_sid='RL1'): Twilio would refuse this user."
        f" {REFUSALS['role_sid_malformed'].statement}."
    )
    assert handle.add_user().identity == "user-1"


def test_a_made_up_identity_is_a_free_one(handle):
    """Each service counts for itself, and skips what is taken."""
    handle.add_user("user-1")
    added = [handle.add_user(), handle.add_user(), handle.add_user(service_sid=handle.service_sid)]

    assert [user.identity for user in added] == ["user-2", "user-3", "user-1"]


def test_verify_warns_of_what_is_only_advised_against(handle, ask):
    """Once; it complains about nothing."""
    ask(USERS, params={"PageSize": 51})

    with pytest.warns(KitWarning) as warned:
        handle.verify()
    handle.verify()

    [warning] = warned
    assert str(warning.message) == (
        "list_user: query.PageSize: found 51; documented: at most 50;"
        " Twilio may answer fewer users than asked for, so follow next_page_url"
    )


def test_of_many_mistakes_ten_are_told(handle, ask):
    """And how many more there are."""
    for number in range(12):
        ask(USERS, params={f"Filter{number}": "x"})

    with pytest.raises(ContractViolated) as error:
        handle.verify()

    lines = str(error.value).splitlines()
    assert len(lines) == 1 + 10 * 2 + 1 + 1
    assert lines[-2] == "  ... and 2 more"


def test_a_sentence_is_told_once(handle):
    """However often something gives cause for it."""
    for _ in range(2):
        handle._parts.complaints.warn("A mock stands in the way.")  # white-box
    with pytest.warns(KitWarning) as warned:
        handle.verify()

    assert [str(warning.message) for warning in warned] == ["A mock stands in the way."]
