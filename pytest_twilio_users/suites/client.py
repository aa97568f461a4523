"""The client suite: what a client of Twilio Users must do, whatever it is written with.

    class TestOurClient(ClientSuite):
        @pytest.fixture(scope="class")
        @classmethod
        def twilio_users_adapter(cls, twilio_users):
            return OurAdapter()

Each test asks the client through its adapter, for the default service and for a
named one, and looks at what arrives on the wire. The client has to reach the
stub: by httpx, or by a transport that the adapter gives it.

PYTEST_DONT_REWRITE: each assertion has its own words, and pytest's would only repeat them.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from pytest_twilio_users import strategies as twilio_st
from pytest_twilio_users.adapters import ClientAdapter, ClientUnderTest, Refused, SeenUser, shows
from pytest_twilio_users.contract.fields import USER_FIELDS, Kind
from pytest_twilio_users.contract.operations import (
    ATTRIBUTES,
    FRIENDLY_NAME,
    IDENTITY,
    PAGE_SIZE,
    ROLE_SID,
    WEBHOOK_ENABLED,
    Action,
)
from pytest_twilio_users.contract.refusals import Refusal
from pytest_twilio_users.errors import InvalidArgument
from pytest_twilio_users.suites.client_promises import keeps
from pytest_twilio_users.suites.examination import Examination
from pytest_twilio_users.suites.foreign_host import empty_page, foreign_host
from pytest_twilio_users.wire.codec import decode_credentials
from pytest_twilio_users.wire.messages import Response
from pytest_twilio_users.wire.violations import Severity

ARGUMENTS: dict[Action, tuple[str, ...]] = {
    Action.CREATE: ("ada",),
    Action.DELETE: ("ada",),
    Action.FETCH: ("ada",),
    Action.LIST: (),
    Action.UPDATE: ("ada",),
}
"""What each action is asked with where it does not matter."""

every_action = pytest.mark.parametrize("action", Action)
on_user_input = pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
on_path = pytest.mark.parametrize("action", [Action.FETCH, Action.UPDATE, Action.DELETE])
on_change = pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE, Action.DELETE])
on_shown = pytest.mark.parametrize(
    "action", [Action.CREATE, Action.FETCH, Action.LIST, Action.UPDATE]
)

# The same tests run for each subclass, which is no mistake. One failure at a time is enough
# to read. An explanation would name lines of the kit, and takes longer than all the rest.
shared = settings(
    suppress_health_check=[HealthCheck.differing_executors],
    report_multiple_bugs=False,
    phases=[phase for phase in settings().phases if phase is not Phase.explain],
)

# To make up a whole answer takes longer than to read it.
on_answers = settings(shared, max_examples=max(shared.max_examples // 2, 1))


def on_hazards(test: Callable[..., None]) -> Callable[..., None]:
    """Try every hazard, the simplest first, whatever else is drawn."""
    hazards = [identity for hazard in twilio_st.HAZARDS.values() for identity in hazard]
    for identity in reversed(hazards):
        test = example(identity=identity)(test)
    return test


# Pages hold two users at most, so that a few users make several pages.
@pytest.mark.twilio_users(strict=False, max_page_size=2)
class ClientSuite:
    """The promises of a client, as tests. Subclass it, and say what the client is."""

    @pytest.fixture(scope="class")
    @classmethod
    def twilio_users_adapter(cls) -> ClientAdapter:
        """The client under test; to be overridden."""
        raise InvalidArgument(
            f"{cls.__name__} does not say which client it examines. Give it a fixture:\n\n"
            '    @pytest.fixture(scope="class")\n'
            "    @classmethod\n"
            "    def twilio_users_adapter(cls, twilio_users):\n"
            "        return OurAdapter()"
        )

    @pytest.fixture(scope="class", params=["default service", "named service"])
    @classmethod
    def twilio_users_examination(
        cls, request: pytest.FixtureRequest, twilio_users: Any, twilio_users_adapter: ClientAdapter
    ) -> Iterator[Examination]:
        """The client under test, asked about the users of one service."""
        in_default = request.param == "default service"
        with ClientUnderTest(twilio_users_adapter) as client:
            yield Examination(
                client=client,
                twilio_users=twilio_users,
                service_sid=None if in_default else twilio_users.service_sid,
            )

    # Requests

    @keeps("operation_reaches_its_service")
    @every_action
    def test_an_operation_reaches_its_service(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Each operation asks for its own path, in the service that was named."""
        twilio_users_examination.sent(action, *ARGUMENTS[action])

    @keeps("identity_is_one_segment")
    @on_path
    @shared
    @on_hazards
    @given(identity=twilio_st.identities())
    def test_an_identity_is_one_segment(
        self, twilio_users_examination: Examination, action: Action, identity: str
    ) -> None:
        """Whatever an identity holds, it reaches the user that has it."""
        examination = twilio_users_examination
        examination.add_user(identity)
        changes = {"friendly_name": "Ada"} if action is Action.UPDATE else {}
        exchange, call = examination.sent(action, identity, **changes)
        assert call.user == identity, f"{exchange}\nasked for {call.user!r}, not for {identity!r}"
        assert not exchange.request.fragment, f"{exchange}\nlost #{exchange.request.fragment}"

    @keeps("parameters_arrive")
    @on_user_input
    @shared
    @example(given={"identity": "ada", "friendly_name": ""})
    @example(given={"identity": " Ada"})
    @given(given=twilio_st.create_parameters(role_sids=twilio_st.role_sids()))
    def test_parameters_arrive(
        self, twilio_users_examination: Examination, action: Action, given: dict[str, Any]
    ) -> None:
        """What is given arrives to the letter, and once."""
        names = {"friendly_name": FRIENDLY_NAME, "role_sid": ROLE_SID}
        user = {IDENTITY.name: given["identity"]} if action is Action.CREATE else {}
        expected = user | {names[key].name: given[key] for key in names if key in given}
        exchange, call = twilio_users_examination.sent(
            action,
            given["identity"] if action is Action.CREATE else "ada",
            **{key: value for key, value in given.items() if key in names},
        )
        for name, value in expected.items():
            arrived = [text for key, text in call.form if key == name]
            assert arrived == [value], f"{exchange}\nsent {name} as {arrived}, not as [{value!r}]"

    @keeps("nothing_else_is_sent")
    @on_user_input
    @shared
    @given(given=twilio_st.update_parameters(role_sids=twilio_st.role_sids()))
    def test_nothing_else_is_sent(
        self, twilio_users_examination: Examination, action: Action, given: dict[str, Any]
    ) -> None:
        """A parameter that was not given is not sent, neither empty nor as a word."""
        exchange, call = twilio_users_examination.sent(action, "ada", **given)
        allowed = {
            parameter.name
            for parameter in call.operation.parameters
            if parameter.argument in given or parameter.argument == "identity"
        }
        sent = {name for name, _ in call.form}
        if call.webhook_enabled is not None:
            sent.add(WEBHOOK_ENABLED.name)
        # Names that Twilio does not know are another promise's business.
        known = {parameter.name for parameter in call.operation.parameters}
        assert sent & known <= allowed, (
            f"{exchange}\nsent {sorted((sent & known) - allowed)}, which was not given"
        )

    @keeps("attributes_are_one_object")
    @on_user_input
    @shared
    @given(attributes=twilio_st.attributes())
    def test_attributes_are_one_object(
        self, twilio_users_examination: Examination, action: Action, attributes: dict[str, Any]
    ) -> None:
        """Attributes arrive once, as JSON that says what was given."""
        exchange, call = twilio_users_examination.sent(action, "ada", attributes=attributes)
        texts = [text for name, text in call.form if name == ATTRIBUTES.name]
        assert len(texts) == 1, (
            f"{exchange}\nsent Attributes {len(texts)} times, and meant {attributes!r}"
        )
        assert shows("attributes", json.dumps(attributes), texts[0]), (
            f"{exchange}\nmeant {attributes!r}"
        )

    @keeps("webhook_header_is_sent")
    @on_change
    @pytest.mark.parametrize("enabled", [True, False])
    def test_the_webhook_header_is_sent(
        self, twilio_users_examination: Examination, action: Action, *, enabled: bool
    ) -> None:
        """Create, update and delete say whether Twilio is to call webhooks."""
        exchange, _ = twilio_users_examination.sent(action, "ada", x_twilio_webhook_enabled=enabled)
        name = WEBHOOK_ENABLED.name.lower()
        sent = [value for key, value in exchange.request.headers if key == name]
        expected = [str(enabled).lower()]
        assert sent == expected, (
            f"{exchange}\nsent {WEBHOOK_ENABLED.name} as {sent or 'nothing'}, not as {expected}"
        )

    @keeps("credentials_are_sent")
    @every_action
    def test_credentials_are_sent(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Each request is authorized, by its header alone."""
        exchange, _ = twilio_users_examination.sent(action, *ARGUMENTS[action])
        request = exchange.request
        credentials = decode_credentials(request.authorization)
        assert credentials is not None, f"{exchange}\nhas no credentials"
        message = request.target + request.body.decode(errors="replace")
        assert credentials[1] not in message, f"{request.method} shows the token"

    @keeps("nothing_is_ignored")
    @every_action
    def test_nothing_is_ignored(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Twilio reads all that is sent."""
        given = {"friendly_name": "Ada"} if action in (Action.CREATE, Action.UPDATE) else {}
        exchange, _ = twilio_users_examination.sent(action, *ARGUMENTS[action], **given)
        ignored = [v for v in exchange.violations if v.severity is Severity.ERROR]
        assert not ignored, "\n".join([str(exchange), *map(str, ignored)])

    # Lists

    @keeps("pages_are_followed")
    @shared
    @given(count=st.integers(0, 5))
    def test_pages_are_followed(self, twilio_users_examination: Examination, count: int) -> None:
        """All users are listed, in order, each once."""
        examination = twilio_users_examination
        expected = [examination.add_user().identity for _ in range(count)]
        listed = [user["identity"] for user in examination.listed()]
        assert listed == expected, f"{examination.journal}\nlisted {listed}, not {expected}"

    @keeps("pages_survive_changes")
    @shared
    @given(
        users=st.integers(3, 5),
        changes=st.lists(
            st.tuples(st.sampled_from(["create", "delete"]), st.integers(0, 4)), max_size=3
        ),
    )
    def test_pages_survive_changes(
        self,
        twilio_users_examination: Examination,
        users: int,
        changes: list[tuple[str, int]],
    ) -> None:
        """Users come and go between the pages; who stays is listed once."""
        examination = twilio_users_examination
        stay = {user.identity: user for user in (examination.add_user() for _ in range(users))}
        left = iter(changes)

        def change() -> None:
            kind, index = next(left, ("", 0))
            if kind == "create":
                examination.add_user()
            elif kind == "delete" and index < len(stay):
                examination.remove_user(stay.pop(list(stay)[index]))

        listed = examination.listed(between_pages=change)
        times = Counter(user["identity"] for user in listed)
        repeated = [identity for identity, count in times.items() if count > 1]
        dropped = [identity for identity in stay if identity not in times]
        assert not repeated, f"{examination.journal}\nlisted more than once: {repeated}"
        assert not dropped, f"{examination.journal}\nnot listed: {dropped}"

    @keeps("page_size_in_bounds")
    @shared
    @given(limit=st.none() | st.integers(1, 2_000))
    def test_the_page_size_is_in_bounds(
        self, twilio_users_examination: Examination, limit: int | None
    ) -> None:
        """No limit makes a page larger than Twilio's documents allow."""
        examination = twilio_users_examination
        given: dict[str, Any] = {} if limit is None else {"limit": limit}
        examination.listed(**given)
        for exchange in examination.journal:
            text = exchange.parameters.get(PAGE_SIZE.name, "50")
            assert text.isdecimal(), f"{exchange}\nPageSize is no number"
            assert 1 <= int(text) <= (PAGE_SIZE.maximum or 0), f"{exchange}\nallowed: 1 to 50"

    @keeps("limit_is_kept")
    @shared
    @given(users=st.integers(0, 5), limit=st.integers(1, 6))
    def test_a_limit_is_kept(
        self, twilio_users_examination: Examination, users: int, limit: int
    ) -> None:
        """So many users are listed, or all if there are fewer."""
        examination = twilio_users_examination
        expected = [examination.add_user().identity for _ in range(users)][:limit]
        listed = [user["identity"] for user in examination.listed(limit=limit)]
        assert listed == expected, f"{examination.journal}\nlisted {listed}, not {expected}"

    @keeps("foreign_links_get_no_credentials")
    def test_a_foreign_link_gets_no_credentials(
        self, twilio_users_examination: Examination
    ) -> None:
        """A page links to another host, which then knows nothing of the account."""
        examination = twilio_users_examination
        with foreign_host() as host:
            link = f"{host.origin}/v1/Users?PageSize=50&Page=1&PageToken=PT1"
            examination.answer(Action.LIST, empty_page(next_page_url=link))
            with suppress(Exception):  # to refuse the link is one way to keep the promise
                examination.ask(Action.LIST)
            assert not any(host.visits), f"{host.origin} was asked with credentials"

    # Refusals

    @keeps("refusals_are_errors")
    @every_action
    @shared
    @given(refusal=twilio_st.refusals())
    def test_refusals_are_errors(
        self, twilio_users_examination: Examination, action: Action, refusal: Refusal
    ) -> None:
        """Whatever Twilio refuses with, the caller can tell by status and code."""
        examination = twilio_users_examination
        examination.twilio_users.routes[examination.operation(action).name].refuse(refusal.name)
        expected = Refused(status=refusal.status, code=refusal.code)
        examination.refused(action, *ARGUMENTS[action], expected=expected)

    @keeps("problem_details_are_errors")
    @every_action
    def test_problem_details_are_errors(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """Newer APIs say type, title, status and detail."""
        examination = twilio_users_examination
        problem = {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Taken"}
        body = json.dumps(problem).encode()
        headers = (("content-type", "application/problem+json"),)
        examination.answer(action, Response(status=409, headers=headers, body=body))
        expected = Refused(status=409, code=None)
        examination.refused(action, *ARGUMENTS[action], expected=expected)

    @keeps("proxy_errors_are_errors")
    @every_action
    def test_proxy_errors_are_errors(
        self, twilio_users_examination: Examination, action: Action
    ) -> None:
        """A gateway answers with a page for people."""
        examination = twilio_users_examination
        headers = (("content-type", "text/html"),)
        page = Response(status=502, headers=headers, body=b"<h1>Bad gateway</h1>")
        examination.answer(action, page)
        expected = Refused(status=502, code=None)
        examination.refused(action, *ARGUMENTS[action], expected=expected)

    # Answers

    @keeps("answers_are_read")
    @every_action
    @on_answers
    @given(data=st.data())
    def test_answers_are_read(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """Null in any field, fields that nobody knows, keys in any order."""
        for answered, seen in _shown(twilio_users_examination, action, data):
            for name in seen:
                if USER_FIELDS[name].kind is not Kind.DATE_TIME:
                    told = f"{name}: answered {answered[name]!r}, shown {seen[name]!r}"
                    assert shows(name, answered[name], seen[name]), told

    @keeps("dates_are_moments")
    @on_shown
    @on_answers
    @given(data=st.data())
    def test_dates_are_moments(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """A date-time shows when it was, wherever the caller is."""
        for answered, seen in _shown(twilio_users_examination, action, data):
            for name in seen:
                if USER_FIELDS[name].kind is Kind.DATE_TIME:
                    naive = isinstance(seen[name], datetime) and seen[name].tzinfo is None
                    told = f"{name}: answered {answered[name]!r}, shown {seen[name]!r}"
                    assert shows(name, answered[name], seen[name]), (
                        f"{told}, without a time zone" if naive else told
                    )

    @keeps("unreadable_answers_are_told")
    @on_shown
    @on_answers
    @given(data=st.data())
    def test_unreadable_answers_are_told(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """Where nothing can be read the caller is not given nothing."""
        answers = twilio_st.broken_answers(
            twilio_users_examination.operation(action), readable=False
        )
        _require_told(twilio_users_examination, action, data.draw(answers))

    @keeps("broken_answers_are_told")
    @every_action
    @on_answers
    @given(data=st.data())
    def test_broken_answers_are_told(
        self, twilio_users_examination: Examination, action: Action, data: st.DataObject
    ) -> None:
        """The caller hears of it, and reads no nonsense."""
        answers = twilio_st.broken_answers(
            twilio_users_examination.operation(action), readable=True
        )
        broken = data.draw(answers)
        if _misleads(action, broken):
            _require_told(twilio_users_examination, action, broken)

    # Failures

    @keeps("nothing_is_sent_twice")
    @on_user_input
    @pytest.mark.parametrize("refusal", ["internal_error", "unavailable"])
    def test_nothing_is_sent_twice(
        self, twilio_users_examination: Examination, action: Action, refusal: str
    ) -> None:
        """Nobody knows whether Twilio did it; sent again, it is done twice."""
        examination = twilio_users_examination
        operation = examination.operation(action)
        examination.twilio_users.routes[operation.name].refuse(refusal)
        with suppress(Exception):  # how it is told is another promise's business
            examination.ask(action, *ARGUMENTS[action])
        assert examination.journal.count(operation) == 1, f"Sent again:\n{examination.journal}"


def _shown(
    examination: Examination, action: Action, data: st.DataObject
) -> list[tuple[dict[str, Any], SeenUser]]:
    """Each user of an answer, as it was answered and as the client shows it."""
    answer = data.draw(twilio_st.answers(examination.operation(action)))
    examination.answer(action, answer)
    try:
        shown = examination.ask(action, *ARGUMENTS[action])
    except Exception as error:
        error.add_note(f"The contract allows this answer:\n{answer.body.decode()}")
        raise
    if action is Action.DELETE:
        return []
    if action is not Action.LIST:
        return [(answer.json(), shown)]
    answered = answer.json()["users"]
    assert len(shown) == len(answered), f"answered {len(answered)} users, shown {len(shown)}"
    return list(zip(answered, shown, strict=True))


def _misleads(action: Action, broken: twilio_st.BrokenAnswer) -> bool:
    """Whether something wrong can be read from it; JSON says what it says under any name."""
    place = broken.violation.pointer
    with_body = action is Action.DELETE and place == "body"
    return place != "header.Content-Type" and not with_body


def _require_told(examination: Examination, action: Action, broken: twilio_st.BrokenAnswer) -> None:
    """Require an error, of any kind."""
    examination.answer(action, broken.response)
    try:
        answer = examination.ask(action, *ARGUMENTS[action])
    except Exception:  # any error tells it
        return
    pytest.fail(f"{broken.violation}\nwas read without an error as {answer!r}")
