"""state/behaviour.py: what each action does to the users of an account."""

from datetime import timedelta

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.admission import default_role_sid
from pytest_twilio_users.state.behaviour import add_user, carry_out
from pytest_twilio_users.state.pages import Cursor, StoredPage
from pytest_twilio_users.wire.codec import decode

OTHER_SERVICE = "IS" + "e" * 32
ROLE = "RL" + "b" * 32


@pytest.fixture
def act(account, compose):
    """Carries out what a raw request asks for: `act("GET", "/v1/Users/ada")`."""
    return lambda *parts, **more: carry_out(account, decode(compose(*parts, **more)))


@pytest.fixture
def ada(act):
    """A user of the default service."""
    return act("POST", "/v1/Users", form={"Identity": "ada", "FriendlyName": "Ada"})


@pytest.fixture
def later(account):
    """Moves the account's clock: `later(seconds=5)`."""
    noon = account.clock()

    def later(**delta):
        account.clock = lambda: noon + timedelta(**delta)

    return later


def five(act, *, service=""):
    """Create five users; give their identities."""
    identities = ["ada", "grace", "linus", "margaret", "barbara"]
    for identity in identities:
        act("POST", f"/v1{service}/Users", form={"Identity": identity})
    return identities


def identities(page):
    """Who is on a page, in order."""
    assert isinstance(page, StoredPage)
    return [user.identity for user in page.items]


class TestCreate:
    """POST to a list."""

    def test_a_new_user_holds_what_was_sent(self, act):
        """Each of the four form parameters ends up in the user."""
        user = act(
            "POST",
            "/v1/Users",
            form={
                "Identity": "ada",
                "FriendlyName": "Ada",
                "Attributes": '{ "duty": "tech" }',
                "RoleSid": ROLE,
            },
        )

        assert (user.identity, user.friendly_name, user.attributes, user.role_sid) == (
            "ada",
            "Ada",
            '{ "duty": "tech" }',
            ROLE,
        )

    def test_what_was_not_sent_is_filled_in(self, account, act):
        """The name is null, attributes are an empty object, the role is the service's."""
        user = act("POST", "/v1/Users", form={"Identity": "ada"})

        assert (user.friendly_name, user.attributes, user.role_sid) == (
            None,
            "{}",
            default_role_sid(account.default_service_sid),
        )

    def test_both_dates_of_a_new_user_are_now(self, account, ada):
        """Dates are equal, in whole seconds."""
        now = account.clock().replace(microsecond=0)

        assert (ada.date_created, ada.date_updated) == (now, now)

    def test_the_last_of_a_repeated_parameter_counts(self, act):
        """A parameter sent twice has the value that came last."""
        user = act("POST", "/v1/Users", form=[("Identity", "ada"), ("Identity", "grace")])

        assert user.identity == "grace"

    def test_unknown_parameters_are_ignored(self, act):
        """A misspelt parameter does nothing."""
        user = act("POST", "/v1/Users", form={"Identity": "ada", "friendlyName": "Ada"})

        assert user.friendly_name is None

    def test_a_taken_identity_is_refused(self, act, ada):
        """An identity is unique in its service."""
        assert act("POST", "/v1/Users", form={"Identity": "ada"}) is refusals.IDENTITY_TAKEN

    def test_a_refused_create_leaves_the_user_as_it_was(self, account, act, ada):
        """A conflict changes nothing."""
        act("POST", "/v1/Users", form={"Identity": "ada", "FriendlyName": "Countess"})

        assert list(account.store.users()) == [ada]

    def test_identities_differ_by_case(self, act, ada):
        """`Ada` is another user than `ada`."""
        assert act("POST", "/v1/Users", form={"Identity": "Ada"}).identity == "Ada"

    def test_another_service_may_have_the_same_identity(self, act, ada):
        """Services are apart."""
        twin = act("POST", f"/v1/Services/{OTHER_SERVICE}/Users", form={"Identity": "ada"})

        assert (twin.identity, twin.service_sid) == ("ada", OTHER_SERVICE)

    def test_the_form_is_checked(self, act):
        """Input that Twilio refuses makes no user."""
        refused = act("POST", "/v1/Users", form={"Identity": "ada", "RoleSid": "admin"})

        assert refused is refusals.ROLE_SID_MALFORMED


class TestFetch:
    """GET of a user."""

    @pytest.mark.parametrize("known_as", ["sid", "identity"])
    def test_a_user_is_fetched_by_sid_and_by_identity(self, act, ada, known_as):
        """The path takes either."""
        assert act("GET", f"/v1/Users/{getattr(ada, known_as)}") is ada

    def test_the_default_service_holds_the_same_users(self, account, act, ada):
        """`/v1/Users` means the account's default service."""
        assert act("GET", f"/v1/Services/{account.default_service_sid}/Users/ada") is ada

    def test_a_user_is_unknown_in_another_service(self, act, ada):
        """Services are apart."""
        assert act("GET", f"/v1/Services/{OTHER_SERVICE}/Users/ada") is refusals.NOT_FOUND

    def test_an_encoded_slash_belongs_to_the_identity(self, act):
        """`a%2Fb` in the path is the identity `a/b`."""
        act("POST", "/v1/Users", form={"Identity": "a/b"})

        assert act("GET", "/v1/Users/a%2Fb").identity == "a/b"


class TestUpdate:
    """POST to a user."""

    @pytest.mark.parametrize(
        ("form", "field", "value"),
        [
            pytest.param({"FriendlyName": "Countess"}, "friendly_name", "Countess", id="name"),
            pytest.param({"FriendlyName": ""}, "friendly_name", "", id="empty name"),
            pytest.param({"Attributes": '{"a":1}'}, "attributes", '{"a":1}', id="attributes"),
            pytest.param({"RoleSid": ROLE}, "role_sid", ROLE, id="role"),
        ],
    )
    def test_what_was_sent_is_changed(self, act, ada, form, field, value):
        """Each parameter changes its field; an empty name is stored as the empty text."""
        assert getattr(act("POST", "/v1/Users/ada", form=form), field) == value

    def test_what_was_not_sent_is_kept(self, act, ada):
        """Update changes what was sent and nothing else."""
        updated = act("POST", "/v1/Users/ada", form={"Attributes": '{"a": 1}'})

        assert (updated.sid, updated.identity, updated.friendly_name, updated.role_sid) == (
            ada.sid,
            "ada",
            "Ada",
            ada.role_sid,
        )

    def test_date_updated_moves(self, act, ada, later):
        """date_created stays where it is."""
        later(seconds=5)

        updated = act("POST", "/v1/Users/ada", form={"FriendlyName": "Countess"})

        assert updated.date_created == ada.date_created
        assert updated.date_updated == ada.date_updated + timedelta(seconds=5)

    @pytest.mark.parametrize("form", [None, {}, {"friendly_name": "Countess"}])
    def test_an_update_without_a_parameter_changes_nothing(self, act, ada, later, form):
        """Twilio's documents disagree here; the stub answers 200 and keeps even the date."""
        later(seconds=5)

        assert act("POST", "/v1/Users/ada", form=form) is ada

    def test_the_identity_can_not_be_changed(self, act, ada):
        """Identity is no parameter of update; it is ignored as any unknown one."""
        assert act("POST", "/v1/Users/ada", form={"Identity": "countess"}) is ada

    def test_a_refused_update_changes_nothing(self, account, act, ada):
        """One bad parameter spoils the good ones."""
        refused = act("POST", "/v1/Users/ada", form={"FriendlyName": "Countess", "RoleSid": "x"})

        assert refused is refusals.ROLE_SID_MALFORMED
        assert list(account.store.users()) == [ada]

    def test_an_update_is_remembered(self, act, ada):
        """The next fetch sees it."""
        updated = act("POST", "/v1/Users/ada", form={"FriendlyName": "Countess"})

        assert act("GET", "/v1/Users/ada") is updated


class TestDelete:
    """DELETE of a user."""

    @pytest.mark.parametrize("known_as", ["sid", "identity"])
    def test_a_deleted_user_is_gone(self, account, act, ada, known_as):
        """Delete takes a SID or an identity and gives nothing back."""
        assert act("DELETE", f"/v1/Users/{getattr(ada, known_as)}") is None
        assert list(account.store.users()) == []

    def test_a_second_delete_is_refused(self, act, ada):
        """Who is gone is not found."""
        act("DELETE", "/v1/Users/ada")

        assert act("DELETE", "/v1/Users/ada") is refusals.NOT_FOUND

    def test_the_identity_is_free_again(self, act, ada):
        """A new user may take it, under a new SID."""
        act("DELETE", "/v1/Users/ada")

        assert act("POST", "/v1/Users", form={"Identity": "ada"}).sid != ada.sid


class TestList:
    """GET of a list."""

    def test_users_are_listed_oldest_first(self, act):
        """The order is that of creation, whatever was updated since."""
        created = five(act)
        act("POST", "/v1/Users/ada", form={"FriendlyName": "Ada"})

        assert identities(act("GET", "/v1/Users")) == created

    def test_the_list_of_a_service_is_its_own(self, act):
        """Users of other services are not in it."""
        five(act)

        assert identities(act("GET", f"/v1/Services/{OTHER_SERVICE}/Users")) == []

    def test_a_page_holds_fifty_users_by_default(self, account, act):
        """PageSize is 50 unless the request says otherwise."""
        for number in range(51):
            add_user(account, account.default_service_sid, identity=f"user-{number}")
        page = act("GET", "/v1/Users")

        assert (page.size, len(page.items)) == (50, 50)

    @pytest.mark.parametrize(
        ("asked", "size"), [("1", 1), ("999", 999), ("1000", 1000), ("1001", 1000)]
    )
    def test_a_larger_page_size_is_cut(self, act, asked, size):
        """Twilio's maximum, a thousand in the reference, cuts and does not refuse."""
        assert act("GET", f"/v1/Users?PageSize={asked}").size == size

    def test_the_author_sets_the_maximum(self, account, act):
        """Twilio's documents say 50 since June 2025: `max_page_size=50`."""
        account.settings = Settings(max_page_size=50)

        assert act("GET", "/v1/Users?PageSize=1000").size == 50

    def test_the_maximum_cuts_the_default_too(self, account, act):
        """No page is larger than the maximum."""
        account.settings = Settings(max_page_size=3)

        assert act("GET", "/v1/Users").size == 3

    def test_pages_are_walked_forwards(self, act):
        """Each token leads to the users behind the page that gave it."""
        five(act)
        first = act("GET", "/v1/Users?PageSize=2")
        second = act("GET", f"/v1/Users?PageSize=2&PageToken={first.next_token}")
        third = act("GET", f"/v1/Users?PageSize=2&PageToken={second.next_token}")

        assert [identities(page) for page in (first, second, third)] == [
            ["ada", "grace"],
            ["linus", "margaret"],
            ["barbara"],
        ]

    def test_pages_are_walked_backwards(self, act):
        """`previous` leads to the users before the page that gave it, oldest first."""
        five(act)
        first = act("GET", "/v1/Users?PageSize=2")
        second = act("GET", f"/v1/Users?PageSize=2&PageToken={first.next_token}")
        third = act("GET", f"/v1/Users?PageSize=2&PageToken={second.next_token}")
        back = act("GET", f"/v1/Users?PageSize=2&PageToken={third.previous_token}")
        start = act("GET", f"/v1/Users?PageSize=2&PageToken={back.previous_token}")

        assert [identities(page) for page in (back, start)] == [
            ["linus", "margaret"],
            ["ada", "grace"],
        ]

    @pytest.mark.parametrize("size", [5, 6])
    def test_there_is_no_page_after_the_last(self, act, size):
        """Also when the last page is exactly full."""
        five(act)

        assert act("GET", f"/v1/Users?PageSize={size}").next_token is None

    def test_there_is_no_page_before_the_first(self, act):
        """Neither when it was asked for without a token, nor when a token led back to it."""
        five(act)
        first = act("GET", "/v1/Users?PageSize=3")
        second = act("GET", f"/v1/Users?PageSize=3&PageToken={first.next_token}")
        again = act("GET", f"/v1/Users?PageSize=3&PageToken={second.previous_token}")

        assert (first.previous_token, again.previous_token) == (None, None)

    def test_page_without_a_token_is_only_echoed(self, act):
        """The cursor is the token alone."""
        created = five(act)
        page = act("GET", "/v1/Users?Page=7")

        assert (page.number, identities(page), page.previous_token) == (7, created, None)

    def test_an_empty_page_leads_back_to_the_users_before_it(self, act):
        """Who deletes the rest of the list can still walk back to all of its beginning."""
        five(act)
        first = act("GET", "/v1/Users?PageSize=3")
        act("DELETE", "/v1/Users/margaret")
        act("DELETE", "/v1/Users/barbara")
        empty = act("GET", f"/v1/Users?PageSize=3&PageToken={first.next_token}")
        back = act("GET", f"/v1/Users?PageSize=3&PageToken={empty.previous_token}")

        assert identities(empty) == []
        assert identities(back) == ["ada", "grace", "linus"]

    def test_an_empty_page_leads_on_to_the_users_behind_it(self, act):
        """Who deletes the beginning of the list can still walk on to all of the rest."""
        five(act)
        first = act("GET", "/v1/Users?PageSize=2")
        second = act("GET", f"/v1/Users?PageSize=2&PageToken={first.next_token}")
        act("DELETE", "/v1/Users/ada")
        act("DELETE", "/v1/Users/grace")
        empty = act("GET", f"/v1/Users?PageSize=2&PageToken={second.previous_token}")
        on = act("GET", f"/v1/Users?PageSize=2&PageToken={empty.next_token}")

        assert identities(empty) == []
        assert identities(on) == ["linus", "margaret"]

    @pytest.mark.parametrize(
        ("query", "refusal"),
        [
            pytest.param("PageSize=0", refusals.PAGE_SIZE_MALFORMED, id="no users"),
            pytest.param("PageToken=", refusals.PAGE_TOKEN_UNKNOWN, id="empty token"),
            pytest.param("PageToken=PT1", refusals.PAGE_TOKEN_UNKNOWN, id="made-up token"),
            pytest.param(
                f"PageToken={Cursor(number=7).token(OTHER_SERVICE)}",
                refusals.PAGE_TOKEN_UNKNOWN,
                id="token of another service",
            ),
        ],
    )
    def test_a_page_that_can_not_be_is_refused(self, act, query, refusal):
        """PageSize, Page and PageToken are checked."""
        assert act("GET", f"/v1/Users?{query}") is refusal


class TestServices:
    """Which services the account has."""

    @pytest.mark.parametrize("service_sid", ["IS" + "9" * 32, "IS" + "F" * 32])
    def test_every_well_formed_service_is_known(self, act, service_sid):
        """A newcomer's tests hold made-up SIDs; they work unless the author says otherwise."""
        assert identities(act("GET", f"/v1/Services/{service_sid}/Users")) == []

    @pytest.mark.parametrize("service_sid", ["IS1", "default", "CH" + "9" * 32])
    def test_a_malformed_service_is_not_found(self, act, service_sid):
        """What is no Service SID can't be a service's."""
        assert act("GET", f"/v1/Services/{service_sid}/Users") is refusals.NOT_FOUND

    def test_only_the_services_that_the_author_named_are_known(self, account, act):
        """`service_sids` makes the stub as strict about services as Twilio is."""
        account.settings = Settings(service_sids=("IS" + "1" * 32,))

        assert act("GET", f"/v1/Services/IS{'9' * 32}/Users") is refusals.NOT_FOUND

    @pytest.mark.parametrize(
        "service_sid",
        [
            pytest.param("IS" + "1" * 32, id="named"),
            pytest.param("IS" + "d" * 32, id="the default one"),
            pytest.param("IS" + "2" * 32, id="the handle's"),
        ],
    )
    def test_the_stubs_own_services_stay_known(self, account, act, service_sid):
        """Naming services does not take away the two that the handle offers."""
        account.settings = Settings(service_sid="IS" + "2" * 32, service_sids=("IS" + "1" * 32,))

        assert identities(act("GET", f"/v1/Services/{service_sid}/Users")) == []


class TestWebhookHeader:
    """X-Twilio-Webhook-Enabled."""

    @pytest.mark.parametrize("value", ["true", "false"])
    def test_true_and_false_are_taken(self, act, ada, value):
        """The documented values change nothing about the answer."""
        headers = (("x-twilio-webhook-enabled", value),)

        assert act("DELETE", "/v1/Users/ada", headers=headers) is None

    @pytest.mark.parametrize("value", ["True", "1", "yes", ""])
    def test_other_values_are_refused(self, act, ada, value):
        """Also Python's spelling of a boolean."""
        headers = (("x-twilio-webhook-enabled", value),)

        assert act("DELETE", "/v1/Users/ada", headers=headers) is refusals.WEBHOOK_ENABLED_MALFORMED


def test_an_added_user_may_be_online(account):
    """is_online and is_notifiable can't be set by a request, only by the author."""
    user = add_user(
        account, account.default_service_sid, identity="ada", is_online=True, is_notifiable=False
    )

    assert (user.is_online, user.is_notifiable) == (True, False)


def test_an_added_user_may_be_refused(account):
    """What Twilio would not take is not added, either."""
    added = add_user(account, account.default_service_sid, identity="ada", role_sid="admin")

    assert added is refusals.ROLE_SID_MALFORMED
    assert list(account.store.users()) == []
