# ruff: noqa: D102  # a fault has one promise: its class says it
"""The state machine passes what is right, finds what is broken, and shows it in a few calls."""

import asyncio
import re
import textwrap
from functools import partial
from typing import ClassVar

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from pytest_twilio_users.adapters import Refused, UsersClientAdapter
from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.client import (
    AsyncUsersClient,
    CookielessAsyncClient,
    CookielessClient,
    UsersClient,
)
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.contract.refusals import IDENTITY_EMPTY
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.settings import Settings
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.state.supplies import SidSupply, wall_clock
from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine
from pytest_twilio_users.transports.httpx_transport import BackendTransport
from pytest_twilio_users.wire.journal import Journal

LOGIN = ("AC" + "a" * 32, "token")
FEW = settings(max_examples=20, stateful_step_count=20)
UNSHRUNK = [Phase.generate]
FINDING = settings(
    max_examples=600,
    stateful_step_count=15,
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)


class TwilioError(Exception):
    """A refusal, as another client than the kit's tells it."""

    def __init__(self, status, code):
        super().__init__(status, code)
        self.status = status
        self.code = code


def a_transport():
    """A stub without users, behind httpx."""
    account = Account(
        sid=LOGIN[0],
        auth_token="any",
        default_service_sid="IS" + "d" * 32,
        other_service_sid="IS" + "e" * 32,
        sids=SidSupply("state machine"),
        clock=wall_clock,
        settings=Settings(),
    )
    journal = Journal(limit=10)
    backend = ObservedBackend(
        StubBackend(account), journals=lambda: (journal,), strict=lambda: True
    )
    return BackendTransport(backend, overrides=lambda: None)


def a_client():
    """A client of a stub without users."""
    return UsersClient(*LOGIN, http_client=CookielessClient(transport=a_transport()))


def an_async_client():
    """The same, async."""
    return AsyncUsersClient(*LOGIN, http_client=CookielessAsyncClient(transport=a_transport()))


# What is right


@pytest.mark.parametrize("make", [a_client, an_async_client], ids=["sync", "async"])
def test_the_kits_clients_pass(make):
    """Nothing that the machine tries makes client, stub and model disagree."""
    run_state_machine(make(), settings=FEW)


@pytest.mark.parametrize("make", [a_client, an_async_client], ids=["sync", "async"])
def test_a_client_of_each_example_passes(make):
    """A callable gives a client for each example."""
    run_state_machine(make, settings=FEW)


# What is broken


class Directory:
    """A client whose server is a dictionary: what is right, for each fault to change."""

    def __init__(self):
        self.users = {}
        self.made = 0

    def create(self, service, identity, **parameters):
        """Create a user."""
        if identity == "":
            raise TwilioError(400, 50204)
        if len(identity) > 256:
            raise TwilioError(400, 50207)
        if SidKind.USER.matches(identity):
            raise TwilioError(400, 50206)
        if identity == "system":
            raise TwilioError(400, 50203)
        if (service, identity) in self.users:
            raise TwilioError(409, 50201)
        self.made += 1
        user = {"sid": f"US{self.made:032x}", "identity": identity, "friendly_name": None}
        user |= {"chat_service_sid": service, "attributes": "{}"}
        user |= self.taken(parameters)
        self.users[service, identity] = user
        return dict(user)

    def fetch(self, service, sid):
        """Fetch a user."""
        return dict(self.user(service, sid))

    def update(self, service, sid, **parameters):
        """Update a user."""
        user = self.user(service, sid)
        user |= self.taken(parameters)
        return dict(user)

    def delete(self, service, sid):
        """Delete a user."""
        del self.users[service, self.user(service, sid)["identity"]]

    def list(self, service, *, page_size=50, limit=None):
        """List users."""
        return [dict(user) for home, user in self.users.items() if home[0] == service][:limit]

    def user(self, service, sid):
        """Find a user."""
        for (home, identity), user in self.users.items():
            if home == service and sid in (identity, user["sid"]):
                return user
        raise TwilioError(404, 20404)

    def taken(self, parameters):
        """Take what is stored, or refuse it."""
        if len(parameters.get("friendly_name", "")) > 256:
            raise TwilioError(400, 50003)
        if not SidKind.ROLE.matches(parameters.get("role_sid", "RL" + "0" * 32)):
            raise TwilioError(400, 20001)
        return parameters


def _operation(action, *, in_service):
    if in_service:
        return lambda self, *given, **parameters: getattr(self, action)(*given, **parameters)
    return lambda self, *given, **parameters: getattr(self, action)("IS0", *given, **parameters)


for action in ("create", "fetch", "update", "delete", "list"):
    setattr(Directory, f"{action}_user", _operation(action, in_service=False))
    setattr(Directory, f"{action}_service_user", _operation(action, in_service=True))


class DeleteForgetsNothing(Directory):
    """Delete says that it did."""

    def delete(self, service, sid):
        self.user(service, sid)


class UpdateShowsTheOldUser(Directory):
    """Update gives back the user as it was."""

    def update(self, service, sid, **parameters):
        before = self.fetch(service, sid)
        super().update(service, sid, **parameters)
        return before


class UpdateIsNotStored(Directory):
    """Update gives back what it should have stored."""

    def update(self, service, sid, **parameters):
        return self.fetch(service, sid) | self.taken(parameters)


class IdentitiesAreLowered(Directory):
    """Ada is created as ada."""

    def create(self, service, identity, **parameters):
        return super().create(service, identity.lower(), **parameters)


class IdentitiesAreFoundInAnyCase(Directory):
    """ADA is taken for Ada."""

    def user(self, service, sid):
        for home, identity in self.users:
            if home == service and identity.lower() == sid.lower():
                return self.users[home, identity]
        return super().user(service, sid)


class IdentitiesAreNotEncoded(Directory):
    """What follows a mark of the URL is lost."""

    def user(self, service, sid):
        return super().user(service, re.split("[?#/]", sid)[0])


class TheLastPageIsDropped(Directory):
    """List ends where a page has no next one."""

    def list(self, service, *, page_size=50, **parameters):
        users = super().list(service, **parameters)
        return users[: (len(users) - 1) // page_size * page_size]


class APageIsRepeated(Directory):
    """List shows the first page twice."""

    def list(self, service, *, page_size=50, **parameters):
        users = super().list(service, **parameters)
        return users + users[:page_size]


class DeletedUsersAreListed(Directory):
    """List shows who was there before."""

    def __init__(self):
        super().__init__()
        self.deleted = []

    def delete(self, service, sid):
        self.deleted.append((service, self.fetch(service, sid)))
        super().delete(service, sid)

    def list(self, service, **parameters):
        gone = [user for home, user in self.deleted if home == service]
        return super().list(service, **parameters) + gone


class TheLimitIsIgnored(Directory):
    """List shows more than it was asked for."""

    def list(self, service, *, limit=None, **parameters):
        return super().list(service, **parameters)


class SidsAreFoundInAnyService(Directory):
    """A SID is looked up in the account, not in the service."""

    def user(self, service, sid):
        for user in self.users.values():
            if user["sid"] == sid:
                return user
        return super().user(service, sid)

    def delete(self, service, sid):
        user = self.user(service, sid)
        self.users = {key: each for key, each in self.users.items() if each is not user}


class IdentitiesAreTakenInAnyService(Directory):
    """An identity is unique in the account."""

    def create(self, service, identity, **parameters):
        if identity in [taken for _, taken in self.users]:
            raise TwilioError(409, 50201)
        return super().create(service, identity, **parameters)


class ListsAreMixed(Directory):
    """A list shows the users of all services."""

    def list(self, service, **parameters):
        return [dict(user) for user in self.users.values()]


class TheServiceIsIgnored(Directory):
    """Whatever the service, the user comes to one."""

    def create(self, service, identity, **parameters):
        return super().create("IS0", identity, **parameters)


class SidsAreReused(Directory):
    """Whoever has an identity again has its old SID again."""

    def __init__(self):
        super().__init__()
        self.sids = {}

    def create(self, service, identity, **parameters):
        super().create(service, identity, **parameters)
        user = self.users[service, identity]
        user["sid"] = self.sids.setdefault((service, identity), user["sid"])
        return dict(user)


class NoConflict(Directory):
    """To create a user who is there gives that one."""

    def create(self, service, identity, **parameters):
        if (service, identity) in self.users:
            return self.fetch(service, identity)
        return super().create(service, identity, **parameters)


class AConflictHasAnotherStatus(Directory):
    """The identity is taken: 400."""

    def create(self, service, identity, **parameters):
        if (service, identity) in self.users:
            raise TwilioError(400, 50201)
        return super().create(service, identity, **parameters)


class AttributesAreMerged(Directory):
    """Update adds to the attributes that are there."""

    def update(self, service, sid, **parameters):
        if "attributes" in parameters:
            old = self.fetch(service, sid)["attributes"]
            old = {} if isinstance(old, str) else old
            parameters["attributes"] = {**old, **parameters["attributes"]}
        return super().update(service, sid, **parameters)


class AnEmptyNameIsNotSent(Directory):
    """What is false is left out."""

    def update(self, service, sid, **parameters):
        return super().update(service, sid, **{k: v for k, v in parameters.items() if v})


class ARefusedUpdateChanges(Directory):
    """The name is stored before the role is looked at."""

    def update(self, service, sid, **parameters):
        if "role_sid" in parameters:
            super().update(service, sid, friendly_name=parameters["friendly_name"])
        return super().update(service, sid, **parameters)


class LongIdentitiesAreCut(Directory):
    """What is too long is made to fit."""

    def create(self, service, identity, **parameters):
        return super().create(service, identity[:256], **parameters)


FAULTS = Directory.__subclasses__()


def program_of(run):
    """The program that a run fails with, without the sentence above it."""
    with pytest.raises(AssertionError) as failed:
        run()
    sentence, _, program = str(failed.value).partition("\n\n")
    assert sentence == "The client and the model disagree after these calls:"
    return program


def programs_of(client, **options):
    """The programs that runs with several seeds fail with."""
    for number in range(14, 19):  # the first of these soon leads to all of them
        machine = seed(number)(type("Machine", (UsersStateMachine,), {}))
        yield program_of(
            partial(run_state_machine, client, machine=machine, settings=FINDING, **options)
        )


def test_a_client_of_another_kind_passes():
    """Users are mappings, refusals the client's own: it does not matter."""
    run_state_machine(Directory(), settings=FEW)


def test_a_client_that_shows_little_passes():
    """Fields that it does not show are not missed."""

    class ShowsLittle(Directory):
        def create(self, service, identity, **parameters):
            return {
                "sid": super().create(service, identity, **parameters)["sid"],
                "identity": identity,
            }

    run_state_machine(ShowsLittle, settings=FEW)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found_and_shown_in_a_few_calls(fault):
    """Each fault comes out as a program of five calls at most, and what came of the last.

    Shrinking may end before the shortest program; of five seeds one leads there.
    """
    for program in programs_of(fault):
        *calls, comment = program.splitlines()
        assert comment.startswith("# expected: ")
        if len([call for call in calls if "adapter." in call]) <= 5:
            return
    pytest.fail(f"The last program was long:\n{program}")


class Meeting(UsersStateMachine):
    """Counts who is met."""

    met: ClassVar = []

    def ask(self, action, *arguments, **parameters):
        answer = super().ask(action, *arguments, **parameters)
        if action in (Action.FETCH, Action.UPDATE, Action.DELETE):
            Meeting.met.append(not isinstance(answer, Refused))
        return answer


def test_the_machine_mostly_asks_for_somebody():
    """Who asks for nobody finds no mistakes."""
    whole = settings(FEW, stateful_step_count=50)  # as many as Hypothesis has by default
    run_state_machine(Directory, machine=Meeting, settings=whole)
    assert sum(Meeting.met) > len(Meeting.met) / 6


# What is shown


class ForgetsUpdates(UsersClientAdapter):
    """An async client that shows each user as it was created."""

    def __init__(self):
        super().__init__(an_async_client())

    async def update_user(self, sid, /, **parameters):
        return await self._client.fetch_user(sid)


PROGRAMS = {
    ARefusedUpdateChanges: '''\
user_1 = adapter.create_user("0")
with pytest.raises(Exception):  # 400, 20001
    adapter.update_user(user_1["sid"], friendly_name="c", role_sid="RL0")
adapter.fetch_user(user_1["sid"])
# expected: friendly_name None; got: "c"''',
    TheLimitIsIgnored: """\
user_1 = adapter.create_user("0")
user_2 = adapter.create_user("ada")
adapter.list_user(page_size=1, limit=1)
# expected: at most 1 user; got: 2""",
    ForgetsUpdates: """\
user_1 = await adapter.create_user("0")
await adapter.update_user(user_1.sid, friendly_name="a")
# expected: friendly_name "a"; got: None""",
}


def numbered(program):
    """The program with its texts by number: which of two come first is up to Hypothesis."""
    texts = {}
    return re.sub('".*?"', lambda found: str(texts.setdefault(found[0], len(texts))), program)


@pytest.mark.parametrize("fault", PROGRAMS, ids=lambda fault: fault.__name__)
def test_the_program_is_python_and_can_be_run(fault):
    """It is shown whole; pasted into a test of the same client it goes through all its calls."""
    due = numbered(PROGRAMS[fault])
    programs = programs_of(fault, services=[None])
    program = next((each for each in programs if numbered(each) == due), "none")
    assert numbered(program) == due

    pasted = textwrap.indent(program, "    ")
    test = {"pytest": pytest}
    exec(f"async def test(adapter):\n{pasted}", test)  # noqa: S102  # it was written to be run
    asyncio.run(test["test"](fault()))


def test_a_refusal_that_does_not_tell_is_told():
    """An error of another library may be a refusal; the note says what is missing."""

    class Silent(Directory):
        def list(self, service, **parameters):
            error = ZeroDivisionError()
            error.status_code = 404
            raise error

    with pytest.raises(ZeroDivisionError) as failed:
        run_state_machine(Silent, services=[None], settings=FINDING)

    assert failed.value.__notes__[0] == (
        "If Twilio refused: the adapter's error must have the attributes status and code."
    )


def test_services_name_the_default_service_once():
    """None and its SID are the same users."""
    default = "IS" + "d" * 32
    given = {"services": [None, default], "client": lambda _: a_client()}
    machine = type("Twice", (UsersStateMachine,), given)()
    with pytest.raises(InvalidArgument) as refused:
        machine.ask(Action.CREATE, None, "ada")
    assert str(refused.value) == (
        f"services=[None, {default!r}] has the default service twice: None and {default} are the"
        " same. Leave one out."
    )


def test_services_may_come_from_an_iterator():
    """They are looked at more than once."""
    run_state_machine(Directory, services=iter([None]), settings=FEW)


def test_an_action_may_be_text():
    """Its name says it."""

    class Texts(UsersStateMachine):
        @initialize()
        def begin_with_text(self):
            assert self.ask("create", None, "text")["identity"] == "text"

    run_state_machine(Directory, machine=Texts, settings=FEW)


def test_an_action_is_one_of_five():
    """The error names them."""

    class Unknown(UsersStateMachine):
        @initialize()
        def begin_wrongly(self):
            self.ask("make", None, "ada")

    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(Directory, machine=Unknown, settings=settings(FEW, phases=UNSHRUNK))
    assert str(refused.value) == (
        "'make' is not an action. Known: create, delete, fetch, list, update."
    )


def test_an_adapter_has_all_ten_operations():
    """The error says what to add."""

    class NoDelete(Directory):
        delete_user = property()

    with pytest.raises(InvalidArgument, match="has no delete_user"):
        run_state_machine(NoDelete, services=[None], settings=settings(FEW, phases=UNSHRUNK))


def test_an_error_that_is_no_refusal_has_the_program_as_a_note():
    """What the client raised is raised, and told how it came about."""

    class Crashes(Directory):
        def list(self, service, **parameters):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError) as failed:
        run_state_machine(Crashes, services=[None], settings=FINDING)

    assert failed.value.__notes__[0] == ("These calls led to it:\n\nadapter.list_user(page_size=1)")


# What is left behind


def test_every_user_is_deleted_at_the_end():
    """A machine that passes leaves nobody behind."""
    directory = Directory()
    run_state_machine(directory, settings=FEW)

    assert directory.made > 0
    assert directory.users == {}


@pytest.mark.parametrize("fault", [NoConflict, SidsAreFoundInAnyService, LongIdentitiesAreCut])
def test_every_user_is_deleted_after_a_failure(fault):
    """A machine that fails leaves nobody behind, neither those that should not have come."""
    directory = fault()
    finding = settings(FINDING, phases=UNSHRUNK)
    program_of(lambda: run_state_machine(directory, settings=finding))

    assert directory.made > 0
    assert directory.users == {}


def test_users_of_others_are_left_alone():
    """Who was there before is ignored in lists, and stays."""
    directory = Directory()
    directory.create("IS0", "somebody else")
    run_state_machine(directory, settings=FEW)

    assert list(directory.users) == [("IS0", "somebody else")]


# What a client does not have


@pytest.mark.parametrize("action", ["fetch", "update", "delete", "list"])
def test_an_operation_that_is_not_there_is_left_out(action):
    """NotImplementedError is no failure; the other operations are tested."""

    class Lacks(Directory):
        pass

    def lack(self, *given, **parameters):
        raise NotImplementedError

    setattr(Lacks, action, lack)
    run_state_machine(Lacks, settings=FEW)


def test_what_is_left_out_is_no_step_of_the_program():
    """A program has the calls that took place, also where an adapter lacks the very method."""

    class NoUpdate(Directory):
        @property
        def update_user(self):
            raise NotImplementedError

    machine = type("Lacking", (UsersStateMachine,), {"client": lambda _: NoUpdate()})()
    machine.ask(Action.CREATE, None, "ada")
    with pytest.raises(NotImplementedError):
        machine.ask(Action.UPDATE, None, "ada")
    with pytest.raises(AssertionError) as failed:
        machine.ask(Action.FETCH, None, "ada", refusal=IDENTITY_EMPTY)
    machine.teardown()

    assert str(failed.value) == (
        "The client and the model disagree after these calls:\n\n"
        'user_1 = adapter.create_user("ada")\n'
        'adapter.fetch_user("ada")\n'
        "# expected: 400, 50204; got: no refusal"
    )


def test_a_parameter_that_is_not_there_is_left_out():
    """A client without attributes is tested with the rest."""

    class NoAttributes(Directory):
        def taken(self, parameters):
            if "attributes" in parameters:
                raise NotImplementedError
            return super().taken(parameters)

    directory = NoAttributes()
    run_state_machine(directory, settings=FEW)
    assert directory.made > 0


def test_services_without_create_are_left_out():
    """A client of one service is tested there."""

    class OneService(Directory):
        def create(self, service, identity, **parameters):
            if service == "IS0":
                raise NotImplementedError
            return super().create(service, identity, **parameters)

    directory = OneService()
    run_state_machine(directory, settings=FEW)
    assert directory.made > 0


def test_a_client_without_create_leaves_nothing_to_do():
    """The error says what the adapter has to have."""

    class ReadsOnly(Directory):
        def create(self, service, identity, **parameters):
            raise NotImplementedError

    with pytest.raises(InvalidArgument) as refused:
        run_state_machine(ReadsOnly, services=[None], settings=settings(FEW, phases=UNSHRUNK))
    assert str(refused.value) == (
        "The machine has nothing to test: the adapter creates no users in services=[None]. None"
        " needs create_user, a SID needs create_service_user."
    )


# What authors add


class Renames(UsersStateMachine):
    """Adds a rule and an invariant."""

    role_sids = ("RL" + "1" * 32, "RL" + "2" * 32)

    def client(self):
        """A client for each example."""
        return Directory()

    @rule(name=st.sampled_from(["Ada", "Grace"]))
    def rename_all(self, name):
        """Give all users of the default service one name."""
        for identity in self.users[None]:
            user = self.ask(Action.UPDATE, None, identity, friendly_name=name)
            assert user["friendly_name"] == name

    @invariant()
    def default_users_have_identities(self):
        """The model can be looked at."""
        assert all(user["identity"] == key for key, user in self.users[None].items())


class TestRenames(Renames.TestCase):
    """A machine is a TestCase if it says by `client` what to test."""

    settings = FEW


def test_an_author_s_own_rule_fails_with_the_program():
    """An assertion of an author's rule is told the calls that came before."""

    class Fails(Renames):
        @rule()
        def fail(self):
            """Fail once there is a user."""
            assert not self.users[None], "somebody is there"

    with pytest.raises(AssertionError, match="somebody is there") as failed:
        run_state_machine(Directory, machine=Fails, services=[None], settings=FINDING)
    assert failed.value.__notes__[0] == (
        'These calls led to it:\n\nuser_1 = adapter.create_user("0")'
    )


def test_roles_are_given_where_the_author_names_them():
    """A client that loses the role is found out."""

    class LosesRoles(Directory):
        def taken(self, parameters):
            return super().taken(parameters) | {"role_sid": None}

    assert program_of(
        lambda: run_state_machine(LosesRoles, machine=Renames, services=[None], settings=FINDING)
    ).endswith("got: None")


def test_the_machine_runs_under_the_plugin(pytester):
    """In a test with the handle, and as a TestCase with the fixture."""
    pytester.makepyfile(
        """
        import pytest
        from hypothesis import settings
        from pytest_twilio_users import UsersClient
        from pytest_twilio_users.client import CookielessClient
        from pytest_twilio_users.state_machine import UsersStateMachine, run_state_machine

        FEW = settings(max_examples=5, database=None, deadline=None)
        http_client = CookielessClient(verify=False)

        def test_the_client(twilio_users):
            run_state_machine(twilio_users.client, settings=FEW)
            assert twilio_users.users() == []

        class OurMachine(UsersStateMachine):
            def client(self):
                return UsersClient(http_client=http_client)

        @pytest.mark.usefixtures("twilio_users")
        class TestOurMachine(OurMachine.TestCase):
            settings = FEW
        """
    )
    result = pytester.runpytest_inprocess(
        *("-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")
    )
    result.assert_outcomes(passed=2)
