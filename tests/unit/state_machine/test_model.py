"""state_machine/model.py: which users a client has to show, and how a disagreement is told."""

import pytest

from pytest_twilio_users.adapters import Refused
from pytest_twilio_users.contract import refusals
from pytest_twilio_users.contract.operations import Action
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.state_machine.model import Model, due_refusals
from pytest_twilio_users.state_machine.programs import Program, Step

SERVICE, OTHER = "IS" + "1" * 32, "IS" + "2" * 32
ADA = {"sid": "US1", "identity": "ada"}
ABEL = {"sid": "US2", "identity": "abel"}


class TwilioError(Exception):
    """A refusal, as a client tells it."""

    def __init__(self, status, code):
        super().__init__(status, code)
        self.status = status
        self.code = code


def a_model(services=(SERVICE, OTHER)):
    """A model of no users, after one call."""
    program = Program()
    program.steps.append(Step(operation="fetch_user", arguments=("ada",), parameters={}))
    return Model(services, program)


def peopled():
    """A model of two users in one service."""
    model = a_model()
    model.hold_created(SERVICE, "ada", {}, ADA)
    model.hold_created(SERVICE, "abel", {}, ABEL)
    return model


def disagreement(hold, *arguments, **options):
    """What the last line of a disagreement says."""
    with pytest.raises(AssertionError) as raised:
        hold(*arguments, **options)
    return str(raised.value).splitlines()[-1]


@pytest.mark.parametrize(
    ("action", "is_there", "refusal", "due"),
    [
        (Action.CREATE, False, None, ()),
        (Action.CREATE, True, None, (refusals.IDENTITY_TAKEN,)),
        (Action.CREATE, False, refusals.IDENTITY_EMPTY, (refusals.IDENTITY_EMPTY,)),
        (
            Action.CREATE,
            True,
            refusals.ROLE_SID_MALFORMED,
            (refusals.ROLE_SID_MALFORMED, refusals.IDENTITY_TAKEN),
        ),
        (Action.FETCH, True, None, ()),
        (Action.FETCH, False, None, (refusals.NOT_FOUND,)),
        (
            Action.UPDATE,
            False,
            refusals.ROLE_SID_MALFORMED,
            (refusals.ROLE_SID_MALFORMED, refusals.NOT_FOUND),
        ),
        (Action.UPDATE, True, refusals.ROLE_SID_MALFORMED, (refusals.ROLE_SID_MALFORMED,)),
        (Action.DELETE, False, None, (refusals.NOT_FOUND,)),
        (Action.LIST, False, None, ()),
    ],
)
def test_what_a_call_is_refused_for_depends_on_who_is_there(action, is_there, refusal, due):
    """Of several reasons Twilio may tell any."""
    assert due_refusals(action, ADA if is_there else None, refusal) == due


def test_a_user_is_found_by_its_identity_or_its_sid_in_its_service():
    """Nobody else is, and nobody in a service that was not named before."""
    model = peopled()
    assert [model.find(SERVICE, name)["sid"] for name in ("ada", "US1", "US2")] == [
        "US1",
        "US1",
        "US2",
    ]
    assert model.find(SERVICE, "US3") is None
    assert model.find(OTHER, "ada") is None
    assert model.find("IS" + "3" * 32, "ada") is None


def test_a_new_user_has_what_was_given_and_defaults_for_the_rest():
    """The role is what the client shows, unless one was sent."""
    model = a_model()
    model.hold_created(SERVICE, "ada", {}, {**ADA, "role_sid": "RL1"})
    given = {"friendly_name": "Abel", "attributes": {"é": 1}, "role_sid": "RL2"}
    model.hold_created(SERVICE, "abel", given, {**ABEL, "role_sid": "RL2"})
    assert model.users[SERVICE] == {
        "ada": {
            "sid": "US1",
            "identity": "ada",
            "friendly_name": None,
            "attributes": "{}",
            "chat_service_sid": SERVICE,
            "role_sid": "RL1",
        },
        "abel": {
            "sid": "US2",
            "identity": "abel",
            "friendly_name": "Abel",
            "attributes": '{"\\u00e9": 1}',
            "chat_service_sid": SERVICE,
            "role_sid": "RL2",
        },
    }
    assert model.sids == ["US1", "US2"]


def test_users_of_the_default_service_belong_to_one():
    """The first user shows which; a later one has to show the same."""
    model = a_model([None])
    model.hold_created(None, "eve", {}, {"sid": "US0", "identity": "eve"})
    assert "chat_service_sid" not in model.users[None]["eve"]
    model.hold_created(None, "ada", {}, {**ADA, "chat_service_sid": SERVICE})
    assert disagreement(
        model.hold_created, None, "abel", {}, {**ABEL, "chat_service_sid": OTHER}
    ) == (f'# expected: chat_service_sid "{SERVICE}"; got: "{OTHER}"')


def test_the_default_service_is_not_named_twice():
    """Else each of the two would lack the other's users."""
    model = a_model([None, SERVICE])
    with pytest.raises(InvalidArgument) as raised:
        model.hold_created(None, "ada", {}, {**ADA, "chat_service_sid": SERVICE})
    assert str(raised.value) == (
        f"services=[None, '{SERVICE}'] has the default service twice: None and {SERVICE} are the"
        " same. Leave one out."
    )


def test_a_sid_that_is_given_twice_is_told():
    """Also of a user that was deleted."""
    model = peopled()
    model.forget(SERVICE, model.users[SERVICE]["ada"])
    told = disagreement(model.hold_created, OTHER, "eve", {}, {**ADA, "identity": "eve"})
    assert told == '# expected: a SID of its own; got: "US1" again'


def test_an_update_changes_what_was_sent():
    """And nothing else; what the client shows is held against it."""
    model = peopled()
    user = model.users[SERVICE]["ada"]
    given = {"friendly_name": "Ada", "role_sid": "RL1"}
    model.hold_updated(user, given, {**ADA, **given})
    told = disagreement(
        model.hold_updated, user, {"attributes": {"a": 1}}, {**ADA, "attributes": "{}"}
    )
    assert told == """# expected: attributes '{"a": 1}'; got: "{}\""""
    assert (user["friendly_name"], user["role_sid"], user["attributes"]) == (
        "Ada",
        "RL1",
        '{"a": 1}',
    )


@pytest.mark.parametrize(
    ("service_sid", "listed", "limit", "told"),
    [
        (SERVICE, [ADA, ABEL, ADA], None, 'each user once; got: "US1" twice'),
        (OTHER, [ADA], None, 'the users of this service; got: "US1" with them'),
        (SERVICE, [ADA, ABEL], 1, "at most 1 user; got: 2"),
        (SERVICE, [ABEL], None, 'all users of the service; got: none with "US1"'),
        (SERVICE, [ABEL], 2, 'all users of the service; got: none with "US1"'),
        (
            SERVICE,
            [{**ADA, "friendly_name": "Eve"}, ABEL],
            None,
            'friendly_name None; got: "Eve"',
        ),
    ],
    ids=["twice", "of another service", "too many", "one missing", "limit not reached", "field"],
)
def test_a_list_that_is_wrong_is_told(service_sid, listed, limit, told):
    """By what was expected, and what came."""
    model = peopled()
    assert disagreement(model.hold_listed, service_sid, listed, limit=limit) == (
        f"# expected: {told}"
    )


@pytest.mark.parametrize(
    ("listed", "limit"),
    [
        ([ABEL, ADA], None),
        ([ADA, {"sid": "US9", "identity": "a stranger"}, ABEL], None),
        ([ABEL], 1),
        ([ADA, ABEL], 2),
        ([ADA, ABEL], 3),
    ],
    ids=["any order", "a stranger", "limit", "limit that is just reached", "higher limit"],
)
def test_a_list_that_is_right_passes(listed, limit):
    """A list that its limit cut may lack anybody."""
    peopled().hold_listed(SERVICE, listed, limit=limit)


def test_a_deleted_user_is_gone_and_remembered():
    """Its service, SID and identity are asked for again."""
    model = peopled()
    model.forget(SERVICE, model.users[SERVICE]["ada"])
    assert model.find(SERVICE, "ada") is None
    assert model.gone == [(SERVICE, "US1", "ada")]
    assert model.sids == ["US1", "US2"]


def test_a_refusal_that_is_due_is_remembered_with_its_call():
    """The program shows it."""
    model = a_model()
    model._program.steps += a_model()._program.steps
    due = (refusals.ROLE_SID_MALFORMED, refusals.NOT_FOUND)
    refused = model.hold_refused(due, TwilioError(404, refusals.NOT_FOUND.code))
    assert isinstance(refused, Refused)
    assert (refused.status, refused.code) == (404, refusals.NOT_FOUND.code)
    assert [step.refused for step in model._program.steps] == [None, refused]


def test_another_refusal_is_told_with_those_that_are_due():
    """Status and code have to be those of one refusal; the client's error is the cause."""
    model = a_model()
    due = (refusals.IDENTITY_TAKEN, refusals.NOT_FOUND)
    error = TwilioError(refusals.NOT_FOUND.status, refusals.IDENTITY_TAKEN.code)
    with pytest.raises(AssertionError) as raised:
        model.hold_refused(due, error)
    taken, missing = refusals.IDENTITY_TAKEN, refusals.NOT_FOUND
    assert str(raised.value) == (
        "The client and the model disagree after these calls:\n\n"
        'adapter.fetch_user("ada")\n'
        f"# expected: {taken.status}, {taken.code} or {missing.status}, {missing.code};"
        f" got: {missing.status}, {taken.code}"
    )
    assert raised.value.__cause__ is error


def test_a_refusal_where_none_is_due_is_told():
    """And so is none where one is due."""
    model, missing = a_model(), refusals.NOT_FOUND
    told = disagreement(model.hold_refused, (), TwilioError(missing.status, missing.code))
    assert told == f"# expected: no refusal; got: {missing.status}, {missing.code}"
    told = disagreement(model.hold_not_refused, (missing,))
    assert told == f"# expected: {missing.status}, {missing.code}; got: no refusal"
    model.hold_not_refused(())


@pytest.mark.parametrize(
    ("attributes", "notes"),
    [
        (
            {"status_code": 404},
            ["If Twilio refused: the adapter's error must have the attributes status and code."],
        ),
        (
            {"response": None},
            ["If Twilio refused: the adapter's error must have the attributes status and code."],
        ),
        ({}, []),
    ],
    ids=["status_code", "response", "neither"],
)
def test_an_error_that_is_no_refusal_is_raised_as_it_is(attributes, notes):
    """If it may have been one, a note says what the adapter has to tell."""
    error = LookupError("ada")
    vars(error).update(attributes)
    with pytest.raises(LookupError) as raised:
        a_model().hold_refused((refusals.NOT_FOUND,), error)
    assert raised.value is error
    assert getattr(error, "__notes__", []) == notes
