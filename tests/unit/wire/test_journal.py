"""wire/journal.py: all exchanges of a test."""

import base64
import json
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.parse import quote, quote_plus

import pytest

from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import Forgotten, InvalidArgument
from pytest_twilio_users.wire.codec import decode, encode_json
from pytest_twilio_users.wire.conformity import check_request
from pytest_twilio_users.wire.journal import Exchange, Journal
from pytest_twilio_users.wire.messages import Response

NOT_FOUND = Response(
    status=404,
    body=encode_json(
        {
            "code": 20404,
            "message": "The requested resource /Users/ada was not found",
            "more_info": "https://www.twilio.com/docs/errors/20404",
            "status": 404,
        }
    ),
)
KNOWN = (
    "create_service_user, create_user, delete_service_user, delete_user, fetch_service_user,"
    " fetch_user, list_service_user, list_user, update_service_user, update_user"
)


@pytest.fixture
def exchange(compose):
    """Makes an exchange: `exchange("create_user", "POST", "/v1/Users", form=…)`."""

    def exchange(operation, method, target, *, response=Response(status=200), error="", **parts):  # noqa: B008  # frozen
        request = compose(method, target, **parts)
        return Exchange(
            operation=operation,
            request=request,
            response=response,
            error=error,
            violations=check_request(request, decode(request)) if operation else (),
        )

    return exchange


@pytest.fixture
def create(exchange):
    """The exchange that creates ada."""
    form = {"Identity": "ada", "FriendlyName": "Ada"}
    return exchange("create_user", "POST", "/v1/Users", form=form, response=Response(status=201))


@pytest.fixture
def refused(exchange):
    """The exchange that does not find ada."""
    return exchange("fetch_user", "GET", "/v1/Users/ada", response=NOT_FOUND)


@pytest.fixture
def listing(exchange):
    """The exchange that lists a page of a service."""
    return exchange("list_service_user", "GET", f"/v1/Services/IS{'e' * 32}/Users?PageSize=2")


@pytest.fixture
def unanswered(exchange):
    """The exchange that came to no response."""
    return exchange(None, "PATCH", "/v1/Users/ada", response=None, error="UnansweredRequest")


@pytest.fixture
def journal(create, refused, listing, unanswered):
    """A journal of these four exchanges."""
    journal = Journal()
    for exchange in (create, refused, listing, unanswered):
        journal.append(exchange)
    return journal


@pytest.fixture
def short(create, refused, listing):
    """A journal of three exchanges that keeps two."""
    journal = Journal(limit=2)
    for exchange in (create, refused, listing):
        journal.append(exchange)
    return journal


class TestExchange:
    """A request and its response."""

    def test_an_exchange_knows_its_status(self, create, unanswered):
        """The status of the response, None where there is none."""
        assert (create.status, unanswered.status) == (201, None)

    def test_an_exchange_knows_what_was_sent(self, exchange):
        """Query, form and webhook header, by Twilio's names."""
        headers = (
            ("content-type", "application/x-www-form-urlencoded"),
            ("x-twilio-webhook-enabled", "true"),
        )
        update = exchange(
            "update_user",
            "POST",
            "/v1/Users/ada?trace=1",
            headers=headers,
            body=b"FriendlyName=Ada+L.&Attributes=",
        )

        assert update.parameters == {
            "trace": "1",
            "FriendlyName": "Ada L.",
            "Attributes": "",
            "X-Twilio-Webhook-Enabled": "true",
        }

    def test_an_unanswered_exchange_sent_no_parameters(self, unanswered):
        """Only an operation has parameters."""
        assert unanswered.parameters == {}

    @pytest.mark.parametrize(
        ("which", "line"),
        [
            (
                "create",
                "create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> 201",
            ),
            (
                "refused",
                (
                    "fetch_user: GET /v1/Users/ada -> 404 20404"
                    " The requested resource /Users/ada was not found"
                ),
            ),
            (
                "listing",
                f"list_service_user: GET /v1/Services/IS{'e' * 32}/Users (PageSize='2') -> 200",
            ),
            (
                "unanswered",
                "no operation: PATCH /v1/Users/ada -> no response (UnansweredRequest)",
            ),
        ],
    )
    def test_an_exchange_reads_as_a_line(self, request, which, line):
        """Operation, request, what was sent, and what came of it."""
        assert str(request.getfixturevalue(which)) == line

    def test_every_refusal_shows_code_and_message(self, exchange):
        """From status 400 on."""
        body = encode_json({"code": 50204, "message": "Identity not provided"})
        answer = Response(status=400, body=body)
        refused = exchange(
            "create_user", "POST", "/v1/Users", form={"Identity": ""}, response=answer
        )

        assert str(refused) == (
            "create_user: POST /v1/Users (Identity='') -> 400 50204 Identity not provided"
        )

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"<html>Bad Gateway</html>", id="HTML"),
            pytest.param(b"", id="empty"),
            pytest.param(b"[]", id="array"),
            pytest.param(b'{"message": "no code"}', id="no code"),
            pytest.param(b"\xff", id="no UTF-8"),
        ],
    )
    def test_an_answer_that_is_no_refusal_of_twilios_shows_its_status(self, exchange, body):
        """A proxy's answer has neither code nor message."""
        failed = exchange("list_user", "GET", "/v1/Users", response=Response(status=502, body=body))

        assert str(failed) == "list_user: GET /v1/Users -> 502"


class TestAsSequence:
    """A journal is a sequence of exchanges, oldest first."""

    def test_exchanges_are_there_in_order(self, journal, create, refused, listing, unanswered):
        """First come, first in the list."""
        assert list(journal) == [create, refused, listing, unanswered]

    def test_an_empty_journal_is_false(self, journal):
        """`assert not twilio_users.journal`: nothing was sent."""
        assert (bool(Journal()), bool(journal), len(journal)) == (False, True, 4)

    @pytest.mark.parametrize(("index", "which"), [(0, "create"), (2, "listing"), (-3, "refused")])
    def test_an_exchange_has_an_index(self, request, journal, index, which):
        """Counted from either end, as in a list."""
        assert journal[index] is request.getfixturevalue(which)

    @pytest.mark.parametrize("index", [4, -5])
    def test_an_index_beyond_the_ends_is_an_error(self, journal, index):
        """It says how many exchanges there are."""
        with pytest.raises(IndexError) as error:
            journal[index]

        assert str(error.value) == f"The journal has 4 exchanges; there is no [{index}]."

    def test_a_slice_is_a_list(self, journal, create, refused, unanswered):
        """Slices work as in a list."""
        assert [journal[:2], journal[-1:], journal[::-3], journal[9:]] == [
            [create, refused],
            [unanswered],
            [unanswered, create],
            [],
        ]

    def test_an_exchange_is_in_it(self, journal, create, exchange):
        """`in` compares request and response."""
        assert create in journal
        assert exchange("list_user", "GET", "/v1/Users") not in journal

    def test_an_operation_is_in_it(self, journal):
        """If it was asked for; a typo is an error, so that `not in` proves something."""
        assert "create_user" in journal
        assert "delete_user" not in journal
        with pytest.raises(
            InvalidArgument, match=r"^'delet_user' is not an operation\. Did you mean"
        ):
            assert "delet_user" not in journal

    def test_an_index_that_is_none_is_an_error(self, journal):
        """It says how to ask for an operation's exchanges."""
        with pytest.raises(InvalidArgument) as error:
            journal["delete_user"]

        assert str(error.value) == (
            "index='delete_user' (str): allowed: whole numbers, or slices; for operations:"
            " journal.of(…)."
        )

    def test_it_can_change_while_it_is_read(self, journal, create):
        """Code under test may send while a test walks through the journal."""
        for _ in journal:
            journal.append(create)

        assert len(journal) == 8

    def test_it_is_printed_as_a_number(self, journal):
        """A failing assertion is not flooded; `str()` and `table()` tell more."""
        assert repr(journal) == "<Journal: 4 exchanges>"

    def test_one_exchange_is_printed_as_one(self, create):
        """So is it in an error."""
        journal = Journal()
        journal.append(create)
        assert repr(journal) == "<Journal: 1 exchange>"
        with pytest.raises(IndexError, match=r"^The journal has 1 exchange; there is no \[1\]\.$"):
            journal[1]


class TestQuestions:
    """What a test asks a journal."""

    def test_the_last_exchange(self, journal, unanswered):
        """The newest, which most tests are about."""
        assert journal.last is unanswered

    def test_there_is_no_last_exchange_at_first(self):
        """It says that nothing came, rather than IndexError."""
        with pytest.raises(Forgotten) as error:
            _ = Journal().last

        assert str(error.value) == (
            "The journal is empty: no request reached Twilio Users yet. Did the code under test"
            " run, and did it ask the Conversations API? (`add_user` sends no request.)"
        )

    def test_the_operations_in_order(self, journal):
        """Names of operations; a request that none answered has none."""
        assert journal.operations == ["create_user", "fetch_user", "list_service_user"]

    def test_the_statuses_in_order(self, journal, short):
        """Of all exchanges, also those that are no longer kept; None where nothing was answered."""
        assert journal.statuses == [201, 404, 200, None]
        assert (short.statuses, len(list(short))) == ([201, 404, 200], 2)
        assert journal.since(2).statuses == [200, None]

    @pytest.mark.parametrize("operation", ["fetch_user", OPERATIONS["fetch_user"]])
    def test_the_exchanges_of_an_operation(self, journal, refused, operation):
        """By name or by the operation itself."""
        assert journal.of(operation) == [refused]

    @pytest.mark.parametrize("ask", [Journal.of, Journal.sent, Journal.count])
    def test_an_unknown_operation_is_an_error(self, journal, ask):
        """A typo does not pass for "never called"; the right name is suggested."""
        with pytest.raises(InvalidArgument) as error:
            ask(journal, "createUser")

        assert str(error.value) == (
            f"'createUser' is not an operation. Did you mean 'create_user'? Known: {KNOWN}."
        )

    def test_what_was_sent(self, journal):
        """A dictionary for each request of an operation."""
        assert journal.sent("create_user") == [{"Identity": "ada", "FriendlyName": "Ada"}]

    def test_how_often(self, journal, create):
        """An operation's name is counted, and an exchange, as `Sequence.count` would."""
        journal.append(create)

        assert [
            journal.count("create_user"),
            journal.count(OPERATIONS["list_user"]),
            journal.count(create),
        ] == [2, 0, 2]

    def test_the_tally(self, journal, create):
        """How often each operation was asked for."""
        journal.append(create)

        assert journal.tally() == {"create_user": 2, "fetch_user": 1, "list_service_user": 1}

    def test_the_violations(self, journal, exchange):
        """Each with the exchange that brought it."""
        misspelt = exchange("create_user", "POST", "/v1/Users", form={"identity": "ada"})
        journal.append(misspelt)

        assert [(found, violation.pointer) for found, violation in journal.violations] == [
            (misspelt, "form.identity")
        ]

    def test_a_mistake_made_again_is_told_once(self, exchange):
        """With the first exchange that brought it; another operation's is another mistake."""
        journal = Journal()
        first, again, other = (
            exchange(operation, "POST", target, form={"identity": "ada"})
            for operation, target in (
                ("create_user", "/v1/Users"),
                ("create_user", "/v1/Users"),
                ("create_service_user", f"/v1/Services/IS{'e' * 32}/Users"),
            )
        )
        for made in (first, again, other):
            journal.append(made)

        found = [mistaken for mistaken, _ in journal.violations]
        assert len(found) == 2
        assert found[0] is first
        assert found[1] is other

    def test_an_answer_given_can_not_change_the_journal(self, journal):
        """Lists that it hands out are the caller's."""
        journal.operations.clear()
        journal.violations.append("x")

        assert (len(journal.operations), journal.violations) == (3, [])


class TestTable:
    """A journal as text."""

    def test_each_exchange_is_a_line(self, journal):
        """Numbered from 1, as people count."""
        assert str(journal) == (
            "1. create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada') -> 201\n"
            "2. fetch_user: GET /v1/Users/ada -> 404 20404"
            " The requested resource /Users/ada was not found\n"
            f"3. list_service_user: GET /v1/Services/IS{'e' * 32}/Users (PageSize='2') -> 200\n"
            "4. no operation: PATCH /v1/Users/ada -> no response (UnansweredRequest)"
        )

    def test_the_last_few_are_enough_for_a_report(self, journal):
        """It says how many came before, and keeps their numbers."""
        assert journal.table(last=1) == (
            "(3 earlier exchanges not shown)\n"
            "4. no operation: PATCH /v1/Users/ada -> no response (UnansweredRequest)"
        )

    @pytest.mark.parametrize("last", [4, 10])
    def test_more_than_there_are_shows_all(self, journal, last):
        """`last` is an upper bound."""
        assert journal.table(last=last) == str(journal)

    def test_none_of_them_is_none(self, journal):
        """`last=0` shows no exchange, and not all of them."""
        assert journal.table(last=0) == "(4 earlier exchanges not shown)"

    def test_an_empty_journal_says_so(self):
        """An empty text would look like a mistake."""
        assert str(Journal()) == "(no exchanges)"

    def test_violations_stand_below_their_exchange(self, exchange):
        """What broke the contract is told where it happened."""
        journal = Journal()
        journal.append(exchange("create_user", "POST", "/v1/Users", form={"identity": "ada"}))

        assert str(journal) == (
            "1. create_user: POST /v1/Users (identity='ada') -> 200\n"
            "   error form.identity: found a parameter that Twilio ignores; allowed: Identity,"
            " FriendlyName, Attributes, RoleSid. Did you mean 'Identity'?"
        )

    def test_how_many_is_a_number_from_0(self, journal):
        """Neither fewer than none, nor a part of one."""
        with pytest.raises(InvalidArgument) as error:
            journal.table(last=-1)

        assert str(error.value) == "last=-1 (int): allowed: whole numbers from 0."


@pytest.mark.parametrize("name", ["limit", "limit_bytes", "position"])
@pytest.mark.parametrize("limit", [-1, 2.0, "2", None])
def test_a_limit_is_a_number_from_0(name, limit):
    """It says what is allowed."""
    with pytest.raises(InvalidArgument) as error:
        Journal().since(limit) if name == "position" else Journal(**{name: limit})

    assert str(error.value) == (
        f"{name}={limit!r} ({type(limit).__name__}): allowed: whole numbers from 0."
    )


def test_what_came_since_is_a_journal_of_its_own(exchange):
    """With the same limits; what is no longer kept is counted there, too."""
    journal = Journal(limit=2, limit_bytes=0)
    for number in range(4):
        status = Response(status=200 + number)
        journal.append(exchange("fetch_user", "GET", f"/v1/Users/{number}", response=status))
    later = journal.since(1)
    assert (later.operations, later.statuses) == (3 * ["fetch_user"], [201, 202, 203])
    assert [kept.request.path for kept in later] == ["/v1/Users/3"]
    later.append(exchange("list_user", "GET", "/v1/Users"))
    assert (len(later), len(list(later)), len(journal.since(0)), len(journal.since(9))) == (
        4,
        1,
        4,
        0,
    )


def test_whether_lines_are_shown_is_a_boolean(journal):
    """It says what is allowed."""
    with pytest.raises(InvalidArgument) as error:
        journal.table(lines="no")

    assert str(error.value) == "lines='no' (str): allowed: True, False."


def test_a_limit_may_be_larger_than_a_machine_counts():
    """All exchanges are kept then."""
    assert len(Journal(limit=10**30)) == 0


class TestLimit:
    """A journal counts all exchanges, and keeps the last of them whole."""

    def test_what_was_forgotten_is_still_counted(self, short):
        """Length, operations, tally and count are those of all exchanges."""
        assert len(short) == 3
        assert short.operations == ["create_user", "fetch_user", "list_service_user"]
        assert short.tally() == {"create_user": 1, "fetch_user": 1, "list_service_user": 1}
        assert short.count("create_user") == 1

    def test_what_is_kept_has_its_place(self, short, refused, listing):
        """An index means the same exchange before and after others are forgotten."""
        assert [short[1], short[2], short[-1], short[-2]] == [refused, listing, listing, refused]

    @pytest.mark.parametrize("index", [0, -3])
    def test_a_forgotten_exchange_says_so(self, short, index):
        """It tells which, why, and what to change."""
        with pytest.raises(Forgotten) as error:
            short[index]

        assert str(error.value) == (
            "Exchange 0 is no longer in the journal: it keeps the last 2 of 3."
            " Raise journal_limit, for this test: @pytest.mark.twilio_users(journal_limit=…)."
        )

    def test_few_large_exchanges_are_kept(self, exchange, listing):
        """Their bytes count as well, and their parameters; the last one is always kept."""
        large = [
            exchange("list_user", "GET", "/v1/Users", body=b"x" * 500_000),
            exchange("list_user", "GET", "/v1/Users", headers=(("x", "x" * 500_000),)),
            exchange("list_user", "GET", "/v1/Users", body=b"&" * 2_500),
            exchange("list_user", "GET", "/v1/Users?" + "&" * 2_500),
            exchange(
                "list_user", "GET", "/v1/Users", response=Response(status=200, body=b"x" * 500_000)
            ),
            exchange("list_user", "GET", "/v1/Users/" + "x" * 500_000),
        ]
        journal = Journal(limit_bytes=1_100_000)
        for number, one in enumerate(large, start=1):
            journal.append(one)
            assert list(journal) == large[max(number - 2, 0) : number]
        for _ in range(2):
            journal.append(exchange("list_user", "GET", "/v1/Users", body=b"x" * 2_000_000))
            assert len(list(journal)) == 1
        journal.append(listing)
        assert list(journal) == [listing]

        with pytest.raises(Forgotten) as error:
            journal[5]

        assert str(error.value) == (
            "Exchange 5 is no longer in the journal: it keeps the last 1 of 9, as more would take"
            " over 1,100,000 bytes."
            " Raise journal_bytes, for this test: @pytest.mark.twilio_users(journal_bytes=…)."
        )

    def test_what_a_large_request_says_is_not_kept(self, exchange):
        """It takes many times as much as the request, and is read again for who asks."""
        large = exchange("create_user", "POST", "/v1/Users", form={f"x{n}": "" for n in range(999)})
        Journal().append(large)

        assert large.request.decoded is None
        assert len(large.parameters) == 999
        assert large.request.decoded is None

    def test_large_mistakes_are_kept_up_to_a_limit(self, exchange):
        """With the first exchange that made each; some mistake is always told."""
        journal = Journal(limit_bytes=1_100_000)
        for number in range(9):
            form = {f"x{number}": "x" * 500_000}
            journal.append(exchange("update_user", "POST", "/v1/Users/ada", form=form))

        found = [violation.pointer for _, violation in journal.violations]
        assert found == ["form.x0", "form.x1", "form.x2"]

    def test_a_mistake_made_again_takes_no_room(self, exchange):
        """What it hides, nobody would hear of."""
        journal = Journal(limit_bytes=10_000)
        for name in 99 * ["x0"] + ["x1"]:
            journal.append(exchange("update_user", "POST", "/v1/Users/ada", form={name: ""}))

        found = [violation.pointer for _, violation in journal.violations]
        assert found == ["form.x0", "form.x1"]

    def test_threads_share_it(self, listing):
        """None of what they send is lost."""
        journal = Journal(limit=1)
        with ThreadPoolExecutor(8) as threads:
            for _ in threads.map(journal.append, [listing] * 2_000):
                pass

        assert (len(journal), list(journal)) == (2_000, [listing])

    def test_a_slice_over_forgotten_exchanges_says_so(self, short):
        """A part of what was asked for would look like all of it."""
        with pytest.raises(Forgotten):
            short[:2]

    def test_the_exchanges_that_are_kept_can_be_walked(self, short, refused, listing):
        """A walk begins with the oldest that is kept."""
        assert list(short) == [refused, listing]

    def test_the_table_says_how_many_are_missing(self, short):
        """Numbers are those of all exchanges."""
        assert str(short) == (
            "(1 earlier exchange not shown)\n"
            "2. fetch_user: GET /v1/Users/ada -> 404 20404"
            " The requested resource /Users/ada was not found\n"
            f"3. list_service_user: GET /v1/Services/IS{'e' * 32}/Users (PageSize='2') -> 200"
        )

    def test_somebody_may_hear_of_what_is_forgotten(self, exchange):
        """In order, each once: whoever adds up what was said misses none."""
        journal, heard = Journal(limit=1), []
        journal.forgotten = heard.append
        said = [exchange("fetch_user", "GET", f"/v1/Users/{name}") for name in "abc"]
        for each in said:
            journal.append(each)

        assert heard == said[:2]

    def test_a_forgotten_mistake_is_not_forgiven(self, exchange, create):
        """Violations outlive their exchanges: the complaint at the end is complete."""
        journal = Journal(limit=1)
        journal.append(exchange("create_user", "POST", "/v1/Users", form={"identity": "ada"}))
        journal.append(create)

        assert [violation.pointer for _, violation in journal.violations] == ["form.identity"]

    def test_mistakes_are_kept_up_to_a_thousand(self, exchange):
        """A client that is wrong in ever new ways does not fill the memory."""
        journal = Journal(limit=2)
        for number in range(1_001):
            form = {f"x{number}": "1"}
            journal.append(exchange("update_user", "POST", "/v1/Users/ada", form=form))

        found = [violation.pointer for _, violation in journal.violations]
        assert found == [f"form.x{number}" for number in range(1_000)]

    def test_few_kept_exchanges_hide_no_mistake(self, exchange):
        """A mistake is told although the exchange that had it is forgotten."""
        journal = Journal(limit=1)
        for name in ("a", "b"):
            journal.append(exchange("update_user", "POST", "/v1/Users/ada", form={name: "1"}))

        assert [violation.pointer for _, violation in journal.violations] == ["form.a", "form.b"]


class TestLines:
    """An exchange is one line, whatever was in it."""

    def test_a_long_value_is_cut(self, exchange):
        """16 KB of attributes would drown the report."""
        shown = str(
            exchange("update_user", "POST", "/v1/Users/ada", form={"Attributes": "x" * 999})
        )

        assert shown == (f"update_user: POST /v1/Users/ada (Attributes='{'x' * 118}…) -> 200")

    @pytest.mark.parametrize(("count", "more"), [(20, ""), (1_020, ", and 1,000 more")])
    def test_many_parameters_are_counted(self, exchange, count, more):
        """A line has a few of them."""
        form = {f"x{number}": "" for number in range(count)}
        shown = str(exchange("update_user", "POST", "/v1/Users/ada", form=form))

        first = ", ".join(f"x{number}=''" for number in range(20))
        assert shown == f"update_user: POST /v1/Users/ada ({first}{more}) -> 200"

    @pytest.mark.parametrize(
        ("size", "said"), [(65_534, f"x='{'x' * 118}…"), (65_536, "65,538 bytes")]
    )
    def test_a_large_body_is_not_read(self, exchange, size, said):
        """It may hold a hundred thousand parameters."""
        shown = str(exchange("update_user", "POST", "/v1/Users/ada", form={"x": "x" * size}))

        assert shown == f"update_user: POST /v1/Users/ada ({said}) -> 200"

    def test_a_long_name_is_cut(self, exchange):
        """So would a name that nobody meant to send."""
        shown = str(exchange("update_user", "POST", "/v1/Users/ada", form={"x" * 999: "1"}))

        assert shown == f"update_user: POST /v1/Users/ada ({'x' * 119}…='1') -> 200"

    def test_what_can_not_be_printed_is_escaped(self, exchange):
        """Nothing in a request, in its answer or in an error moves the terminal's cursor."""
        shown = str(exchange("update_user", "POST", "/v1/Users/a\u202e", form={"a\n": "\x1b"}))
        unanswered = str(exchange(None, "GE\x1b[2JT", "/\x9b", response=None, error="\r"))
        body = encode_json({"code": "\x07", "message": "No\n\x1b]0;half \ud800"})
        refused = str(exchange(None, "GET", "/", response=Response(status=400, body=body)))

        assert shown == "update_user: POST /v1/Users/a\\u202e (a\\n='\\x1b') -> 200"
        assert unanswered == "no operation: GE\\x1b[2JT /\\x9b -> no response (\\r)"
        assert refused == "no operation: GET / -> 400 \\x07 No\\n\\x1b]0;half \\ud800"

    def test_a_password_that_was_sent_as_a_parameter_is_hidden(self, compose):
        """Applications send the token where it does not belong."""
        request = compose(
            "POST",
            "/v1/Users",
            form={"Identity": "ada", "AuthToken": "correct-horse"},
            authorization="Basic QUMxOmNvcnJlY3QtaG9yc2U=",
        )
        exchange = Exchange(operation="create_user", request=request, response=None)

        assert str(exchange) == (
            "create_user: POST /v1/Users (Identity='ada', AuthToken='***') -> no response ()"
        )


class TestPasswords:
    """A password that a request also says elsewhere is shown nowhere."""

    PASSWORD = 'a "long"\n pässword/1'
    BASIC = f"Basic {base64.b64encode(f'AC1:{PASSWORD}'.encode()).decode()}"

    @pytest.fixture
    def saying(self, exchange):
        """An exchange of a request that says these."""
        return partial(exchange, "update_user", "POST", authorization=self.BASIC)

    def test_it_is_hidden_in_each_part(self, saying):
        """Path, name, value, the answer's message and an error; escaped in whole or in part."""
        path = f"/v1/Users/{quote(self.PASSWORD, safe='')}"
        body = encode_json({"code": 1, "message": f"No {self.PASSWORD}"})
        refused = saying(
            f"{path}?{quote_plus(self.PASSWORD)}=1",
            form={"Attributes": json.dumps({"a": self.PASSWORD})},
            response=Response(status=400, body=body),
        )
        lost = saying("/v1/Users/ada", response=None, error=f"Lost({self.PASSWORD!r})")

        assert str(refused) == (
            """update_user: POST /v1/Users/*** (***='1', Attributes='{"a": "***"}')"""
            " -> 400 1 No ***"
        )
        assert str(lost) == "update_user: POST /v1/Users/ada -> no response (Lost('***'))"

    @pytest.mark.parametrize("before", [100, 110, 119])
    def test_it_is_hidden_before_it_is_cut(self, saying, before):
        """What is left of it would tell its beginning."""
        form = {"x" * before + self.PASSWORD: "y" * before + self.PASSWORD}
        shown = str(saying("/v1/Users/ada", form=form))

        name, value = (
            text if len(text) <= 120 else f"{text[:119]}…"
            for text in ("x" * before + "***", repr("y" * before + "***"))
        )
        assert shown == f"update_user: POST /v1/Users/ada ({name}={value}) -> 200"

    def test_it_is_hidden_in_a_violation(self, saying):
        """As the name of a parameter, too."""
        journal = Journal()
        journal.append(saying("/v1/Users/ada", form={self.PASSWORD: "1"}))

        assert str(journal) == (
            "1. update_user: POST /v1/Users/ada (***='1') -> 200\n"
            "   error form.***: found a parameter that Twilio ignores; allowed: FriendlyName,"
            " Attributes, RoleSid."
        )

    def test_it_is_hidden_in_a_repr(self, saying):
        """As pytest shows exchanges that differ."""
        body = encode_json({"sid": self.PASSWORD})
        said = saying(
            f"/v1/Users/{quote(self.PASSWORD, safe='')}", response=Response(status=200, body=body)
        )

        request = (
            "Request(method='POST', origin='https://conversations.twilio.com',"
            " target='/v1/Users/***')"
        )
        assert repr(said.request) == request
        assert repr(said) == (
            f"Exchange(operation='update_user', request={request},"
            " response=Response(status=200, body=b'{\"sid\": \"***\"}'), error='')"
        )


class TestSecrets:
    """Whatever a failing test prints, no secret is in it."""

    TOKEN = "correct-horse-battery-staple"

    @pytest.fixture
    def secretive(self, journal, compose):
        """An exchange that failed, whose request carries the token."""
        request = compose("GET", "/v1/Users/ada", authorization=f"Basic {self.TOKEN}")
        exchange = Exchange(operation="fetch_user", request=request, response=NOT_FOUND)
        journal.append(exchange)
        return exchange

    @pytest.mark.parametrize("show", [repr, str, lambda exchange: repr(exchange.request)])
    def test_an_exchange_shows_no_secret(self, secretive, show):
        """Neither as a line nor as a value."""
        assert self.TOKEN not in show(secretive)

    @pytest.mark.parametrize("show", [repr, str, Journal.table, lambda journal: repr(journal[:])])
    def test_a_journal_shows_no_secret(self, journal, secretive, show):
        """Neither as a table nor as a list."""
        assert self.TOKEN not in show(journal)

    def test_the_difference_of_two_requests_shows_no_secret(self, compose):
        """Pytest's explanation of a failing assertion leaves the credentials out."""
        ada = compose("GET", "/v1/Users/ada", authorization=f"Basic {self.TOKEN}")
        grace = compose("GET", "/v1/Users/grace", authorization="Basic other")

        with pytest.raises(AssertionError) as failure:
            assert ada == grace

        assert "/v1/Users/grace" in str(failure.value)
        assert self.TOKEN not in str(failure.value)

    def test_requests_are_equal_whoever_sends_them(self, compose):
        """Credentials do not tell two requests apart, so no difference can show them."""
        request, other = (compose("GET", "/v1/Users", authorization=text) for text in ("a", "b"))

        assert request == other

    def test_the_traceback_of_a_forgotten_exchange_shows_no_secret(self, secretive):
        """What the journal raises tells of exchanges, not of their credentials."""
        journal = Journal(limit=1)
        journal.append(secretive)
        journal.append(secretive)
        with pytest.raises(Forgotten) as error:
            journal[0]

        assert self.TOKEN not in "".join(traceback.format_exception(error.value))


def test_earlier_attempts_at_a_request_are_told(compose):
    """A live request may have been sent again."""
    exchange = Exchange(
        operation="fetch_user",
        request=compose("GET", "/v1/Users/ada"),
        response=Response(status=200, after=("429", "connection lost")),
    )
    assert str(exchange) == "fetch_user: GET /v1/Users/ada -> 200 (after 429, connection lost)"
