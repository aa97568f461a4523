"""state_machine/machine.py: what each rule asks a client for, called by hand."""

from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace

import pytest

from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import OPERATIONS, Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state_machine import UsersStateMachine, inputs
from pytest_twilio_users.state_machine.programs import RecordedClient

ONE, TWO = "IS" + "1" * 32, "IS" + "2" * 32


class Refusing(Exception):
    """A refusal, as a client tells it."""

    def __init__(self, refusal):
        super().__init__(refusal.name)
        self.status = refusal.status
        self.code = refusal.code


class Directory:
    """A client that keeps users, and its calls; `missing` names operations it has not."""

    def __init__(self, *, missing=()):
        self.calls = []
        self.missing = missing
        self.users = []

    def __getattr__(self, operation):
        if operation not in OPERATIONS:
            raise AttributeError(operation)
        return partial(self.answer, OPERATIONS[operation])

    def answer(self, operation, *arguments, **parameters):
        """Carry out a call."""
        self.calls.append((operation.name, *arguments, *([parameters] if parameters else [])))
        if operation.name in self.missing:
            raise NotImplementedError
        service, *names = arguments if "_service_" in operation.name else (None, *arguments)
        if operation.action is Action.LIST:
            return [user for user in self.users if user.service == service]
        found = [u for u in self.users if u.service == service and names[0] in (u.sid, u.identity)]
        if operation.action is Action.CREATE:
            return self.create(service, names[0], found, **parameters)
        if not found:
            raise Refusing(refusals.NOT_FOUND)
        if operation.action is Action.DELETE:
            self.users.remove(found[0])
            return None
        vars(found[0]).update(parameters)
        return found[0]

    def create(self, service, identity, found, **given):
        """Create a user, if nobody has its identity."""
        if identity in inputs.INVALID_IDENTITIES:
            raise Refusing(inputs.INVALID_IDENTITIES[identity])
        if found:
            raise Refusing(refusals.IDENTITY_TAKEN)
        sid = f"US{len(self.calls)}"
        self.users.append(SimpleNamespace(service=service, sid=sid, identity=identity, **given))
        return self.users[-1]


def a_machine(client, **attributes):
    """A machine for such a client, over three services."""

    class ByHand(UsersStateMachine):
        services = attributes.pop("services", (None, ONE, TWO))
        role_sids = attributes.pop("role_sids", ())

        def client(self):
            return client

    return ByHand()


@pytest.fixture
def directory():
    """A client without users."""
    return Directory()


@pytest.fixture
def machine(directory):
    """Its machine."""
    return a_machine(directory)


@pytest.fixture
def asked(machine, directory):
    """A machine of three users, two of them in one service; its calls begin after them."""
    machine.begin(users=[(0, "ada", {}), (0, "Abel", {}), (1, "eve", {})])
    directory.calls.clear()
    return directory.calls


def test_an_example_begins_with_users(machine, directory):
    """In the services that their numbers stand for; a number beyond them begins anew."""
    machine.begin(users=[(0, "ada", {}), (1, "ada", {"friendly_name": "a"}), (5, "eve", {})])
    assert directory.calls == [
        ("create_user", "ada"),
        ("create_service_user", ONE, "ada", {"friendly_name": "a"}),
        ("create_service_user", TWO, "eve"),
    ]


@pytest.mark.parametrize(
    ("where", "whom", "call"),
    [
        (0, ("sid", 0), ("fetch_user", "US1")),
        (0, ("sid", 1), ("fetch_user", "US2")),
        (0, ("sid", 2), ("fetch_user", "US1")),
        (0, ("identity", 1), ("fetch_user", "Abel")),
        (1, ("identity", 1), ("fetch_service_user", ONE, "eve")),
        (2, ("identity", 0), ("fetch_user", "ada")),
        (0, ("other case", 1), ("fetch_user", "aBEL")),
        (1, ("elsewhere", 0), ("fetch_service_user", ONE, "US3")),
        (2, ("elsewhere", 0), ("fetch_service_user", TWO, "US3")),
        (1, ("nobody", 0), ("fetch_service_user", ONE, inputs.NOBODY)),
        (1, ("gone", 0), ("fetch_service_user", ONE, inputs.NOBODY)),
        (4, ("any", 1), ("fetch_service_user", ONE, "ada")),
    ],
)
def test_a_user_is_chosen_by_a_way_and_a_number(machine, asked, where, whom, call):
    """Of the service, or of the next one that has users."""
    machine.fetch(where=where, whom=whom)
    assert asked == [call]


@pytest.mark.parametrize(
    ("where", "number", "call"),
    [
        (0, 0, ("fetch_service_user", ONE, "US3")),
        (1, 0, ("fetch_service_user", ONE, "eve")),
        (2, 1, ("fetch_user", "US2")),
        (1, 2, ("fetch_user", "ada")),
        (0, 3, ("fetch_service_user", ONE, "US3")),
    ],
)
def test_who_is_gone_is_asked_for_where_it_was(machine, asked, where, number, call):
    """The last one first, by its SID or its identity."""
    for service in (0, 0, 1):
        machine.delete(where=service, whom=("sid", 0))
    asked.clear()
    machine.fetch(where=where, whom=("gone", number))
    assert asked == [call]


def test_nobody_is_elsewhere_where_nobody_was(machine, directory):
    """The machine asks for a SID that no user has."""
    machine.fetch(where=0, whom=("elsewhere", 0))
    machine.fetch(where=1, whom=("sid", 0))
    assert directory.calls == [
        ("fetch_user", inputs.NOBODY),
        ("fetch_service_user", ONE, inputs.NOBODY),
    ]


def test_each_rule_asks_for_its_operation(machine, asked):
    """With what it was given."""
    machine.update(where=0, whom=("identity", 0), given={"friendly_name": "b"})
    machine.delete(where=1, whom=("sid", 0))
    machine.list_users(where=4, pages={"page_size": 1})
    machine.list_users(where=3, pages={})
    assert asked == [
        ("update_user", "ada", {"friendly_name": "b"}),
        ("delete_service_user", ONE, "US3"),
        ("list_service_user", ONE, {"page_size": 1}),
        ("list_user",),
    ]
    assert machine.users == {
        None: {
            "ada": {"sid": "US1", "identity": "ada", "friendly_name": "b", "attributes": "{}"},
            "Abel": {"sid": "US2", "identity": "Abel", "friendly_name": None, "attributes": "{}"},
        },
        ONE: {},
        TWO: {},
    }


def test_whoever_asks_gets_what_the_client_gave(machine, directory):
    """A user, a list of them, or nothing."""
    ada = machine.ask(Action.CREATE, None, "ada", attributes={"a": 1})
    assert ada == {"sid": "US1", "identity": "ada", "attributes": {"a": 1}}
    assert machine.ask(Action.FETCH, None, "ada") == ada
    assert machine.ask(Action.LIST, None) == [ada]
    assert machine.ask(Action.DELETE, None, "ada") is None
    assert directory.users == []


def test_a_list_is_held_against_its_limit_and_the_users(machine, asked, directory):
    """It may end early only where a limit says so."""
    directory.users[:] = [user for user in directory.users if user.identity != "ada"]
    machine.list_users(where=0, pages={"limit": 1})
    with pytest.raises(AssertionError, match="expected: all users of the service; got: none with"):
        machine.list_users(where=0, pages={})
    assert asked == [("list_user", {"limit": 1}), ("list_user",)]


def test_a_role_is_sent_only_where_one_is_named(machine, directory):
    """Twilio refuses the roles that it does not know."""
    machine.create(where=0, identity="ada", given={"attributes": {"a": 0}})
    assert directory.calls == [("create_user", "ada", {"attributes": {"a": 0}})]


@pytest.mark.parametrize("action", [Action.LIST, Action.FETCH])
def test_what_fails_otherwise_leaves_nothing_to_delete(action):
    """Only a create may have made a user; the client's error is shown as it is."""

    class Lost:
        def __init__(self):
            self.deleted = []

        def create_user(self, identity):
            raise NotImplementedError

        def list_user(self):
            raise ConnectionError("lost")

        def fetch_user(self, sid):
            raise ConnectionError("lost")

        def delete_user(self, sid):
            self.deleted.append(sid)

    client = Lost()
    machine = a_machine(client)
    machine._model.users[None]["ada"] = {"sid": "US1", "identity": "ada"}
    with pytest.raises(ConnectionError, match=r"^lost$"):
        machine.ask(action, None, *(["ada"] if action is Action.FETCH else []))
    machine.teardown()
    assert client.deleted == ["US1"]


def test_a_delete_that_should_fail_and_does_not_is_told(directory):
    """It gives no user, as every delete."""
    directory.answer = lambda *_: None
    with pytest.raises(AssertionError, match=r"# expected: 404, \d+; got: no refusal$"):
        a_machine(directory).delete(where=0, whom=("nobody", 0))


def test_roles_go_with_attributes_in_turn(directory):
    """One after another, as users are made; no role is sent where none is named."""
    roles = ["RL" + "1" * 32, "RL" + "2" * 32]
    machine = a_machine(directory, role_sids=roles)
    for identity in ("ada", "abel", "eve"):
        machine.create(where=0, identity=identity, given={"attributes": {}})
    machine.create(where=0, identity="bob", given={"friendly_name": "b"})
    assert [call[2] for call in directory.calls] == [
        {"attributes": {}, "role_sid": roles[0]},
        {"attributes": {}, "role_sid": roles[1]},
        {"attributes": {}, "role_sid": roles[0]},
        {"friendly_name": "b"},
    ]


def test_what_the_machine_made_is_deleted_at_the_end(machine, asked, directory):
    """In all services, and nothing else; what can't be deleted is left."""
    directory.missing = ["delete_user"]
    directory.users.append(SimpleNamespace(service=ONE, sid="US9", identity="a stranger"))
    machine.teardown()
    assert asked == [
        ("delete_user", "US1"),
        ("delete_user", "US2"),
        ("delete_service_user", ONE, "US3"),
    ]


def test_what_should_not_be_there_is_deleted_too(directory):
    """A user that was created though it was to be refused, and one whose create failed."""
    directory.create = lambda service, identity, _: {"sid": "US7", "identity": identity}
    machine = a_machine(directory)
    with pytest.raises(AssertionError, match="got: no refusal"):
        machine.create(where=1, identity="", given={})

    def fails(*_):
        raise ConnectionError

    directory.create = fails
    with pytest.raises(ConnectionError):
        machine.create(where=0, identity="ada", given={})
    with pytest.raises(ConnectionError):
        machine.create(where=0, identity="", given={})
    directory.calls.clear()
    machine.teardown()
    assert directory.calls == [("delete_service_user", ONE, "US7"), ("delete_user", "ada")]


def test_a_refusal_that_is_due_passes(machine, asked):
    """Of an identity that is taken or invalid, of a user who is not there."""
    for identity in ("ada", ""):
        machine.create(where=0, identity=identity, given={})
    refused = machine.ask(Action.FETCH, None, "nobody")
    assert (refused.status, refused.code) == (404, refusals.NOT_FOUND.code)
    assert asked == [("create_user", "ada"), ("create_user", ""), ("fetch_user", "nobody")]


@pytest.mark.usefixtures("asked")
def test_a_refusal_that_does_not_come_is_told(machine):
    """The client of this test takes names of any length."""
    long = refusals.FRIENDLY_NAME_TOO_LONG
    with pytest.raises(AssertionError) as raised:
        machine.update(where=0, whom=("sid", 0), given={"friendly_name": "a" * 257})
    assert str(raised.value).splitlines()[-2:] == [
        'adapter.update_user(user_1.sid, friendly_name="a" * 257)',
        f"# expected: {long.status}, {long.code}; got: no refusal",
    ]


def test_an_operation_that_is_missing_is_no_step(directory):
    """Nor a failure; whoever asks for it by `ask` is told."""
    directory.missing = ["fetch_user"]
    machine = a_machine(directory)
    machine.create(where=0, identity="ada", given={})
    machine.fetch(where=0, whom=("sid", 0))
    with pytest.raises(NotImplementedError):
        machine.ask(Action.FETCH, None, "ada")
    assert str(machine._program) == 'user_1 = adapter.create_user("ada")'
    machine.list_users(where=0, pages={})
    assert directory.calls[-1] == ("list_user",)


@pytest.mark.parametrize(
    ("missing", "call"),
    [
        ("create_user", ("list_service_user", ONE)),
        ("create_service_user", ("list_user",)),
    ],
)
def test_services_in_which_nothing_is_created_are_left_out(missing, call):
    """A parameter that is missing says nothing of the service."""
    directory = Directory(missing=[missing])
    machine = a_machine(directory)
    where = 0 if missing == "create_user" else 1
    machine.create(where=where, identity="ada", given={"friendly_name": "a"})
    machine.list_users(where=where, pages={})
    assert directory.calls[-1] != call
    machine.create(where=where, identity="ada", given={})
    machine.list_users(where=0, pages={})
    assert directory.calls[-1] == call


def test_a_client_that_creates_nowhere_leaves_nothing_to_test():
    """The error names the services, and what each kind of them needs."""
    machine = a_machine(Directory(missing=["create_user"]), services=[None])
    with pytest.raises(InvalidArgument) as raised:
        machine.create(where=0, identity="ada", given={})
    assert str(raised.value) == (
        "The machine has nothing to test: the adapter creates no users in services=[None]. None"
        " needs create_user, a SID needs create_service_user."
    )


@contextmanager
def an_example(machine):
    """What Hypothesis does at its end."""
    try:
        yield
    finally:
        machine.teardown()


def notes_of(machine, error):
    """The notes of an error that ends an example."""
    with pytest.raises(type(error)), an_example(machine):
        raise error
    return getattr(error, "__notes__", [])


def test_a_failure_of_another_kind_has_the_calls_as_a_note(machine, asked):
    """If there were calls, and if it does not show them itself."""
    program = (
        'user_1 = adapter.create_user("ada")\n'
        'user_2 = adapter.create_user("Abel")\n'
        f'user_3 = adapter.create_service_user("{ONE}", "eve")'
    )
    assert notes_of(machine, ValueError()) == [f"These calls led to it:\n\n{program}"]
    assert notes_of(a_machine(Directory()), ValueError()) == []
    assert notes_of(machine, KeyboardInterrupt()) == []
    assert notes_of(machine, machine._program.disagreement("a", "b")) == []
    assert len(asked) > 0


def test_an_error_that_was_there_before_the_example_is_not_its_own(directory):
    """A test may run a machine while it handles another error."""
    error = ValueError()
    try:
        raise error
    except ValueError:
        machine = a_machine(directory)
        machine.create(where=0, identity="ada", given={})
        machine.teardown()
    assert not hasattr(error, "__notes__")


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_client_is_closed_with_its_example_unless_examples_share_it(monkeypatch, is_shared):
    """The connections of an async client belong to its event loop."""
    closed = []
    monkeypatch.setattr(RecordedClient, "close", lambda _: closed.append(True))
    shared = RecordedClient(Directory())
    machine_type = type(a_machine(Directory()))
    if is_shared:
        monkeypatch.setattr(machine_type, "_shared", shared)
    machine_type().teardown()
    assert (closed == []) is is_shared
