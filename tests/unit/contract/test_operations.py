import pytest
from data.published import EXAMPLES, Example

from pytest_twilio_users.contract.fields import Kind
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    DEFAULT_PAGE_SIZE,
    FRIENDLY_NAME,
    IDENTITY,
    OPERATIONS,
    PAGE,
    PAGE_SIZE,
    ROLE_SID,
    SERVICE_SID,
    USER,
    WEBHOOK_ENABLED,
    Action,
    Operation,
    Part,
    known_action,
    known_operation,
)
from pytest_twilio_users.contract.sids import SidKind
from pytest_twilio_users.errors import InvalidArgument

PUBLISHED = pytest.mark.parametrize(
    "example", EXAMPLES.values(), ids=lambda example: example.operation
)
EACH = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=str)


def test_there_are_the_ten_published_operations() -> None:
    """The table has Twilio's ten operations on users, and no other."""
    assert set(OPERATIONS) == set(EXAMPLES)
    assert len(OPERATIONS) == 10


@PUBLISHED
def test_an_operation_has_the_published_request_line(example: Example) -> None:
    """Method and path are Twilio's, to the letter."""
    operation = OPERATIONS[example.operation]

    assert (operation.method, operation.path) == (example.method, example.path)


@PUBLISHED
def test_an_operation_succeeds_with_the_published_status(example: Example) -> None:
    """201 for a creation, 204 for a deletion, 200 for the rest."""
    assert OPERATIONS[example.operation].status == example.status


@PUBLISHED
def test_an_operation_takes_the_published_form(example: Example) -> None:
    """The form's parameters are those of Twilio's example, which sends every one."""
    form = OPERATIONS[example.operation].in_part(Part.FORM)

    assert [parameter.name for parameter in form] == list(example.form)


@pytest.mark.parametrize(
    ("action", "part", "names"),
    [
        (Action.CREATE, Part.FORM, ["Identity", "FriendlyName", "Attributes", "RoleSid"]),
        (Action.CREATE, Part.HEADER, ["X-Twilio-Webhook-Enabled"]),
        (Action.CREATE, Part.QUERY, []),
        (Action.DELETE, Part.FORM, []),
        (Action.DELETE, Part.HEADER, ["X-Twilio-Webhook-Enabled"]),
        (Action.DELETE, Part.QUERY, []),
        (Action.FETCH, Part.FORM, []),
        (Action.FETCH, Part.HEADER, []),
        (Action.FETCH, Part.QUERY, []),
        (Action.LIST, Part.FORM, []),
        (Action.LIST, Part.HEADER, []),
        (Action.LIST, Part.QUERY, ["PageSize", "Page", "PageToken"]),
        (Action.UPDATE, Part.FORM, ["FriendlyName", "Attributes", "RoleSid"]),
        (Action.UPDATE, Part.HEADER, ["X-Twilio-Webhook-Enabled"]),
        (Action.UPDATE, Part.QUERY, []),
    ],
)
@pytest.mark.parametrize("suffix", ["user", "service_user"])
def test_an_operation_takes_its_documented_parameters(
    action: Action, part: Part, names: list[str], suffix: str
) -> None:
    """Both twins of an action take the same input in the same part of the request."""
    parameters = OPERATIONS[f"{action}_{suffix}"].in_part(part)

    assert [parameter.name for parameter in parameters] == names


@EACH
def test_the_path_names_its_parameters(operation: Operation) -> None:
    """The parameters in the path are the ones between its braces, in the same order."""
    in_path = [f"{{{parameter.name}}}" for parameter in operation.in_part(Part.PATH)]

    assert in_path == [segment for segment in operation.path.split("/") if "{" in segment]


@EACH
def test_no_two_parameters_share_an_argument(operation: Operation) -> None:
    """Each input of the client goes to one place of the request."""
    arguments = [parameter.argument for parameter in operation.parameters]

    assert len(arguments) == len(set(arguments))


@EACH
def test_an_operation_prints_as_its_name(operation: Operation) -> None:
    """A message can say "update_user answers 200" without taking the operation apart."""
    assert str(operation) == operation.name
    assert OPERATIONS[operation.name] is operation


@pytest.mark.parametrize(
    ("action", "repeatable"),
    [
        (Action.CREATE, False),
        (Action.DELETE, True),
        (Action.FETCH, True),
        (Action.LIST, True),
        (Action.UPDATE, False),
    ],
)
@pytest.mark.parametrize("suffix", ["user", "service_user"])
def test_reading_and_deleting_may_be_repeated(
    action: Action, repeatable: bool, suffix: str
) -> None:
    """A client may send these again after an error 500; POST it may not."""
    assert OPERATIONS[f"{action}_{suffix}"].repeatable is repeatable


@pytest.mark.parametrize(
    ("name", "twilio_type"),
    [
        ("create_user", "ConversationsV1User"),
        ("create_service_user", "ConversationsV1ServiceServiceUser"),
        ("delete_user", None),
        ("delete_service_user", None),
        ("fetch_user", "ConversationsV1User"),
        ("fetch_service_user", "ConversationsV1ServiceServiceUser"),
        ("list_user", "ListUserResponse"),
        ("list_service_user", "ListServiceUserResponse"),
        ("update_user", "ConversationsV1User"),
        ("update_service_user", "ConversationsV1ServiceServiceUser"),
    ],
)
def test_an_operation_names_twilios_return_type(name: str, twilio_type: str | None) -> None:
    """Who knows Twilio's documents finds their type names again."""
    assert OPERATIONS[name].twilio_type == twilio_type


def test_only_identity_and_what_the_path_names_are_required() -> None:
    """Everything else may be left out."""
    parameters = {p for operation in OPERATIONS.values() for p in operation.parameters}

    assert {p for p in parameters if p.required} == {IDENTITY, SERVICE_SID, USER}


def test_a_user_in_the_path_is_any_text() -> None:
    """A SID or an identity stands there, so nothing limits its form."""
    assert (USER.kind, USER.sid, USER.max_length) == (Kind.TEXT, None, None)


def test_the_limits_are_twilios() -> None:
    """256 characters for names, 16 KB for Attributes, and the page size that is documented now."""
    assert IDENTITY.max_length == 256
    assert FRIENDLY_NAME.max_length == 256
    assert ATTRIBUTES.max_bytes == 16 * 1024
    assert (PAGE_SIZE.minimum, PAGE_SIZE.maximum) == (1, 50)
    assert PAGE.minimum == 0
    assert DEFAULT_PAGE_SIZE == 50


def test_a_parameter_knows_what_it_holds() -> None:
    """Codec and schema write a value by its kind, and a SID by whose it is."""
    assert (SERVICE_SID.kind, SERVICE_SID.sid) == (Kind.SID, SidKind.SERVICE)
    assert (ROLE_SID.kind, ROLE_SID.sid) == (Kind.SID, SidKind.ROLE)
    assert ATTRIBUTES.kind is Kind.JSON_OBJECT
    assert WEBHOOK_ENABLED.kind is Kind.BOOLEAN
    assert PAGE_SIZE.kind is PAGE.kind is Kind.INTEGER


@EACH
def test_an_operation_is_known_by_name_or_as_it_is(operation: Operation) -> None:
    """Who has either need not tell them apart."""
    assert known_operation(operation.name) is operation
    assert known_operation(operation) is operation


@pytest.mark.parametrize(
    ("operation", "guess"),
    [("fetch_users", " Did you mean 'fetch_user'?"), ("x", ""), (None, ""), (["x"], "")],
)
def test_an_unknown_operation_is_met_with_the_known_ones(operation: object, guess: str) -> None:
    """Near names are suggested, all are listed."""
    with pytest.raises(InvalidArgument) as error:
        known_operation(operation)

    assert (
        str(error.value)
        == f"{operation!r} is not an operation.{guess} Known: {', '.join(OPERATIONS)}."
    )


def test_an_action_is_known_by_its_name() -> None:
    """Near names are suggested, all are listed."""
    assert [known_action(name) for name in ("create", Action.LIST)] == [Action.CREATE, Action.LIST]
    for action, guess in (("deletes", " Did you mean 'delete'?"), ("", ""), (["x"], "")):
        with pytest.raises(InvalidArgument) as error:
            known_action(action)

        assert str(error.value) == (
            f"{action!r} is not an action.{guess} Known: create, delete, fetch, list, update."
        )
