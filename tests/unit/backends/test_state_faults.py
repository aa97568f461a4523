"""backends/state_faults.py: what reads miss, and what changes while a list is walked."""

import json

import pytest

from pytest_twilio_users import faults
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.faults.fault_plan import FaultPlan
from pytest_twilio_users.state.behaviour import add_user


@pytest.fixture
def ask_with(stub, compose):
    """Asks the stub by a request that meets a fault; gives the answer, and whether it did."""

    def ask_with(fault, method, target, **more):
        request = compose(method, target, **more)
        request.note_fault(FaultPlan(fault=fault))
        answer = stub.handle(request)
        return answer, request.fault is fault

    return ask_with


@pytest.fixture
def create(ask):
    """Creates a user by a request."""
    return lambda identity: ask("POST", "/v1/Users", form={"Identity": identity})


@pytest.fixture
def arrange(account):
    """Adds a user that nobody sent."""
    return lambda identity: add_user(account, account.default_service_sid, identity=identity)


def identities(answer):
    """The users of a page."""
    return [user["identity"] for user in json.loads(answer.body)["users"]]


def following(answer):
    """The path to the page after."""
    return json.loads(answer.body)["meta"]["next_page_url"].partition(".com")[2]


SERVICE = "IS" + "b" * 32
STALE = faults.stale_read(times=2)


class TestStaleReads:
    def test_a_user_that_was_created_is_not_there_yet(self, ask_with, create):
        """As often as was planned, be it for fetches or lists."""
        create("ada")
        fetched, met = ask_with(STALE, "GET", "/v1/Users/ada")
        listed, met_too = ask_with(STALE, "GET", "/v1/Users")
        last, met_again = ask_with(STALE, "GET", "/v1/Users/ada")

        assert (fetched.status, identities(listed), last.status) == (404, [], 200)
        assert (met, met_too, met_again) == (True, True, False)

    def test_one_that_was_updated_is_as_before(self, ask_with, ask, create):
        """Of two updates, the newest is missed."""
        create("ada")
        for name in ("Ada", "Countess"):
            ask("POST", "/v1/Users/ada", form={"FriendlyName": name})

        fetched, met = ask_with(STALE, "GET", "/v1/Users/ada")

        assert met
        assert json.loads(fetched.body)["friendly_name"] == "Ada"

    def test_what_comes_after_it_is_tracked_as_ever(self, account, ask_with, create):
        """So it ends with its test."""
        changes = account.store.track({})
        create("ada")
        _, met = ask_with(STALE, "GET", "/v1/Users/ada")
        create("grace")
        account.store.undo(changes)

        assert met
        assert not [*account.store.users()]

    def test_an_update_that_says_nothing_is_no_write(self, ask_with, ask, create):
        """What was written last is missed as before."""
        create("ada")
        ask("POST", "/v1/Users/ada", form={})

        fetched, met = ask_with(STALE, "GET", "/v1/Users/ada")

        assert met
        assert fetched.status == 404

    def test_one_that_was_deleted_is_still_there(self, ask_with, ask, create):
        """In its place among the others, and the store is as it was afterwards."""
        for identity in ("ada", "grace"):
            create(identity)
        ask("DELETE", "/v1/Users/ada")

        listed, met = ask_with(STALE, "GET", "/v1/Users")

        assert met
        assert identities(listed) == ["ada", "grace"]
        assert identities(ask("GET", "/v1/Users")) == ["grace"]

    @pytest.mark.parametrize(
        "case", ["nothing", "arranged", "other", "gone", "taken", "undone", "before"]
    )
    def test_a_read_that_has_nothing_to_miss_does_not_meet_it(  # noqa: PLR0917  # fixtures
        self, account, ask_with, ask, create, arrange, case
    ):
        """No request wrote, it wrote elsewhere, or somebody changed the user since."""
        store = account.store
        changes = store.track({})
        arrange("grace")
        if case == "arranged":
            arrange("ada")
        elif case == "other":
            create("ada")
        elif case == "gone":
            create("ada")
            store.change(store.find(account.default_service_sid, "ada"), None)
        elif case == "taken":
            create("ada")
            ask("DELETE", "/v1/Users/ada")
            arrange("ada")
        elif case == "undone":
            create("ada")
            store.undo(changes)
            arrange("grace")
        elif case == "before":
            create("ada")
            store.undo(store.track({}))  # a test ended meanwhile
        target = "/v1/Users/grace" if case == "other" else "/v1/Users"

        answer, met = ask_with(STALE, "GET", target)

        assert not met
        assert answer.status == 200


class TestPages:
    @pytest.fixture(autouse=True)
    def users(self, arrange):
        """Five of them."""
        for identity in "abcde":
            arrange(identity)

    @pytest.mark.parametrize(
        ("fault", "second", "left"),
        [
            (
                faults.page_shifts(),
                "cd",
                ["a", "c", "d", "e", "somebody-else-1"],
            ),
            (faults.page_shifts(deleted=9), "cd", ["c", "d", "e"]),
            (
                faults.page_shifts(created=2),
                "cd",
                [*"abcde", "somebody-else-1", "somebody-else-2"],
            ),
        ],
        ids=str,
    )
    def test_a_list_shifts_between_pages(self, ask_with, ask, fault, second, left):
        """Who was seen is gone, and new ones come last; no page repeats or leaves out any."""
        first = ask("GET", "/v1/Users?PageSize=2")
        page, met = ask_with(fault, "GET", following(first))

        assert met
        assert identities(page) == list(second)
        assert identities(ask("GET", "/v1/Users")) == left

    def test_a_walk_back_shifts_too(self, ask_with, ask):
        """Who was seen are those that come later."""
        first = ask("GET", "/v1/Users?PageSize=2")
        second = ask("GET", following(first))
        before = json.loads(second.body)["meta"]["previous_page_url"].partition(".com")[2]

        ask_with(faults.page_shifts(deleted=2), "GET", before)

        assert identities(ask("GET", "/v1/Users")) == ["a", "b", "e"]

    def test_the_list_of_another_service_shifts_alone(self, account, ask_with, ask):
        """Whose users have names of their own."""
        for identity in "xyz":
            add_user(account, SERVICE, identity=identity)
        first = ask("GET", f"/v1/Services/{SERVICE}/Users?PageSize=2")
        page, met = ask_with(faults.page_shifts(), "GET", following(first))

        assert met
        assert identities(page) == ["z", "somebody-else-1"]
        assert identities(ask("GET", f"/v1/Services/{SERVICE}/Users")) == [*"xz", "somebody-else-1"]
        assert identities(ask("GET", "/v1/Users")) == [*"abcde"]

    def test_a_page_is_repeated(self, ask_with, ask):
        """The walk goes on as ever."""
        first = ask("GET", "/v1/Users?PageSize=2")
        second, met = ask_with(faults.repeated_page(), "GET", following(first))

        assert met
        assert identities(second) == ["a", "b"]
        assert second.header("content-length") == str(len(second.body))
        assert identities(ask("GET", following(second))) == ["e"]

    @pytest.mark.parametrize("target", ["/v1/Users?PageSize=2", "/v1/Users?PageToken=PT"])
    @pytest.mark.parametrize("fault", [faults.page_shifts(), faults.repeated_page()], ids=str)
    def test_a_page_that_was_not_walked_to_does_not_meet_it(self, ask_with, ask, fault, target):
        """Nor does one that there is not."""
        answer, met = ask_with(fault, "GET", target)

        assert not met
        assert answer.body == ask("GET", target).body

    def test_a_walk_without_end_is_ended(self, ask_with, ask):
        """Each page would have another after it."""

        def walk():
            page = ask("GET", "/v1/Users?PageSize=3")
            while True:
                page, _ = ask_with(faults.page_shifts(created=999), "GET", following(page))

        with pytest.raises(KitError) as ended:
            walk()

        assert str(ended.value) == (
            "faults.page_shifts has created 1,000 users, one for each page, so the list never"
            " ends. Say how often: .fail(…, times=1)."
        )
