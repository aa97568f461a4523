from datetime import date
from pathlib import Path

import pytest

from pytest_twilio_users.cassettes.cassette import Cassette, Recorded, read_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.cassettes.replay import ReplayBackend
from pytest_twilio_users.errors import CassetteError, UnrecordedRequest
from pytest_twilio_users.privacy.aliases import Aliases
from pytest_twilio_users.wire.messages import Response

NAME = "test_it.py::test_it"
PATH = Path("cassettes/test_it/test_it.json")
ADVICE = (
    "Cassette: cassettes/test_it/test_it.json\n"
    'To record it again: pytest --twilio-users-mode=record "test_it.py::test_it"'
)


@pytest.fixture
def recording(stub):
    """Keeps what the stub is asked."""
    return RecordBackend(stub, name=NAME, aliases=Aliases(seed=NAME))


@pytest.fixture
def replay(recording):
    """Replays what was recorded so far."""

    def replay():
        cassette = Cassette(
            name=NAME,
            recorded_from="",
            date=date(2026, 11, 24),
            kit="0",
            exchanges=tuple(recording.exchanges),
        )
        return ReplayBackend(cassette, name=NAME, path=PATH, aliases=Aliases(seed=NAME))

    return replay


def miss(replaying, request):
    """What is said of a request that was not recorded."""
    with pytest.raises(UnrecordedRequest) as raised:
        replaying.handle(request)
    return str(raised.value)


def test_equal_requests_are_answered_in_order(recording, replay, compose):
    """A user that is created after a look is there at the second look."""
    for request in (
        fetch := compose("GET", "/v1/Users/ada"),
        create := compose("POST", "/v1/Users", form={"Identity": "ada"}),
        fetch,
    ):
        recording.handle(request)
    replaying = replay()
    assert [replaying.handle(request).status for request in (fetch, create, fetch)] == [
        *(404, 201, 200)
    ]
    assert replaying.complaint() == ""


def test_an_answer_tells_where_it_stands(recording, replay, compose):
    """In which file, and there in which place."""
    requests = [compose("GET", f"/v1/Users?PageSize={size}") for size in (1, 2)]
    for request in requests:
        recording.handle(request)
    replaying = replay()
    for request in reversed(requests):
        replaying.handle(request)
    assert [str(request.answered_by) for request in requests] == [
        "the cassette cassettes/test_it/test_it.json, exchanges[0]",
        "the cassette cassettes/test_it/test_it.json, exchanges[1]",
    ]


def test_requests_that_are_under_way_at_once_may_change_places(recording, replay, compose):
    """The one that was recorded first need not come first."""
    requests = [compose("GET", f"/v1/Users?PageSize={size}") for size in (1, 2)]
    for request in requests:
        recording.handle(request)
    replaying = replay()
    sizes = [replaying.handle(request).json()["meta"]["page_size"] for request in requests[::-1]]
    assert sizes == [2, 1]


FETCH = ("GET", "/v1/Users/ada", None)
CREATE = ("POST", "/v1/Users", {"Identity": "ada"})
DELETE = ("DELETE", "/v1/Users/ada", None)
LIST = ("GET", "/v1/Users", None)
OTHER = ("POST", "/v1/Users", {"Identity": "bob", "FriendlyName": "Bob"})


@pytest.mark.parametrize(
    ("recorded", "asked"),
    [
        pytest.param([CREATE, DELETE, FETCH], [CREATE, FETCH], id="a look before the delete"),
        pytest.param([FETCH, CREATE], [CREATE], id="a create without the look before"),
        pytest.param([CREATE, LIST], [LIST], id="a list before the create"),
        pytest.param([LIST, CREATE], [CREATE], id="a create before the list"),
    ],
)
def test_a_look_and_a_change_keep_their_order(recording, replay, compose, recorded, asked):
    """What the application would see live is what it sees in replay."""
    for method, path, form in recorded:
        recording.handle(compose(method, path, form=form))
    replaying = replay()
    *before, last = [compose(method, path, form=form) for method, path, form in asked]
    for request in before:
        replaying.handle(request)
    assert (
        "it was recorded later. These recorded requests come first, and were not sent:\n  "
        in miss(replaying, last)
    )


@pytest.mark.parametrize(
    "recorded",
    [
        pytest.param([DELETE, ("DELETE", "/v1/Users/bob", None)], id="deletes"),
        pytest.param([CREATE, OTHER, CREATE, OTHER], id="creates"),
    ],
)
def test_changes_of_different_users_that_are_refused_may_change_places(
    recording, replay, compose, recorded
):
    """Their answers name nobody: path and form do."""
    *before, one, other = [compose(method, path, form=form) for method, path, form in recorded]
    for request in (*before, one, other):
        recording.handle(request)
    replaying = replay()
    for request in (*before, other, one):
        replaying.handle(request)
    assert replaying.complaint() == ""


def test_an_answer_names_its_user_by_both(stub, recording, replay, compose):
    """So a change by SID is not overtaken by one by identity."""
    sid = stub.handle(compose("POST", "/v1/Users", form={"Identity": "ada"})).json()["sid"]
    recording.handle(compose("POST", f"/v1/Users/{sid}", form={"FriendlyName": "Ada"}))
    recording.handle(compose("DELETE", "/v1/Users/ada"))
    assert miss(replay(), compose("DELETE", "/v1/Users/ada")).startswith(
        "delete_user: DELETE /v1/Users/ada: it was recorded later."
    )


def test_requests_under_way_at_once_are_kept_as_they_were_sent(compose):
    """The first, though its answer comes last."""
    first, second = (compose("GET", f"/v1/Users?Page={page}") for page in (1, 2))

    class Behind:
        def handle(self, request):
            if request is first:
                recording.handle(second)
            return Response(status=200)

    recording = RecordBackend(Behind(), name=NAME, aliases=Aliases(seed=NAME))
    recording.handle(first)
    assert [kept.request["query"] for kept in recording.exchanges] == [{"Page": "1"}, {"Page": "2"}]


@pytest.mark.parametrize(
    ("anew", "told"),
    [
        ("", 'pytest --twilio-users-mode=record "test_it.py::test_it"'),
        ("twilio-users cassettes refresh", "twilio-users cassettes refresh"),
    ],
)
def test_that_nothing_was_recorded_is_told(compose, anew, told):
    """And how to record it."""
    aliases = Aliases(seed=NAME)
    replaying = ReplayBackend(None, name=NAME, path=PATH, aliases=aliases, anew=anew)
    assert miss(replaying, compose("GET", "/v1/Users")) == (
        f"list_user: GET /v1/Users: {NAME} has no cassette.\nCassette: {PATH}\nTo record it: {told}"
    )


def test_a_user_is_the_same_by_sid_and_by_identity(recording, replay, compose):
    """A look by the one does not overtake a change by the other."""
    sid = recording.handle(compose("POST", "/v1/Users", form={"Identity": "ada"})).json()["sid"]
    recording.handle(compose("DELETE", "/v1/Users/ada"))
    recording.handle(compose("GET", f"/v1/Users/{sid}"))
    replaying = replay()
    sid = replaying.handle(compose("POST", "/v1/Users", form={"Identity": "ada"})).json()["sid"]
    assert miss(replaying, compose("GET", f"/v1/Users/{sid}")) == (
        (
            f"fetch_user: GET /v1/Users/{sid}: it was recorded later. These recorded requests"
            " come first, and were not sent:\n"
            "  delete_user: DELETE /v1/Users/text-1 -> 204\n"
        )
        + ADVICE
    )


def test_changes_of_different_users_may_change_places(recording, replay, compose):
    """Threads that create users do."""
    requests = [compose(method, path, form=form) for method, path, form in (CREATE, OTHER)]
    for request in requests:
        recording.handle(request)
    requests.append(compose("GET", "/v1/Users/bob"))
    recording.handle(requests[-1])
    replaying = replay()
    bob, found, ada = (replaying.handle(requests[index]) for index in (1, 2, 0))
    assert bob.json() == found.json()
    assert ada.status == 201
    assert replaying.complaint() == ""


def test_a_request_that_raised_is_not_recorded(stub, compose):
    """There was no answer to replay."""

    class Refusing:
        def handle(self, _):
            raise RuntimeError

    recording = RecordBackend(Refusing(), name=NAME, aliases=Aliases(seed=NAME))
    with pytest.raises(RuntimeError):
        recording.handle(compose("GET", "/v1/Users"))
    assert recording.exchanges == []


def test_a_cassette_is_saved_where_it_is_looked_for(recording, compose, tmp_path):
    """With what is to be said about it."""
    recording.handle(compose("GET", "/v1/Users"))
    options = {"recorded_from": "example.com", "kit": "1.2", "today": date(2026, 1, 2)}
    path = recording.save(tmp_path, **options)
    assert path == place(tmp_path, NAME)
    cassette = read_cassette(path, folder=tmp_path)
    assert (cassette.recorded_from, cassette.kit) == ("example.com", "1.2")
    assert list(cassette.exchanges) == recording.exchanges


def test_who_says_nothing_any_more_has_no_cassette(recording, stub, compose, tmp_path):
    """An old one is deleted."""
    recording.handle(compose("GET", "/v1/Users"))
    options = {"recorded_from": "", "kit": "", "today": date(2026, 1, 2)}
    path = recording.save(tmp_path, **options)
    silent = RecordBackend(stub, name=NAME, aliases=Aliases(seed=NAME))
    for _ in range(2):
        assert silent.save(tmp_path, **options) is None
        assert not path.exists()


@pytest.mark.parametrize(("times", "told"), [(1, "once"), (2, "2 times")])
def test_a_request_too_many_is_told(recording, replay, compose, times, told):
    """How often it was recorded."""
    request = compose("GET", "/v1/Users/ada")
    for _ in range(times):
        recording.handle(request)
    replaying = replay()
    for _ in range(times):
        replaying.handle(request)
    assert miss(replaying, request) == (
        f"fetch_user: GET /v1/Users/ada: it was recorded {told}, and was sent once more.\n" + ADVICE
    )


def test_the_nearest_of_the_same_operation_is_told(recording, replay, compose):
    """With each difference."""
    recording.handle(compose("GET", "/v1/Users"))
    recording.handle(compose("POST", "/v1/Users", form={"Identity": "ada"}))
    request = compose("POST", "/v1/Users", form={"Identity": "ada", "FriendlyName": "Ada"})
    assert miss(replay(), request) == (
        (
            "create_user: POST /v1/Users: it was not recorded.\n"
            "The nearest recorded exchange: create_user: POST /v1/Users -> 201\n"
            "  form.FriendlyName: recorded nothing, sent 'Ada'\n"
        )
        + ADVICE
    )


def test_the_nearest_is_of_the_same_operation_whatever_else_differs(recording, replay, compose):
    """Not what comes first in the alphabet."""
    recording.handle(compose("GET", "/v1/Users?PageSize=1"))
    recording.handle(compose("POST", "/v1/Users", form={"Identity": "ada"}))
    assert miss(replay(), compose("GET", "/v1/Users?PageSize=2")) == (
        "list_user: GET /v1/Users: it was not recorded.\n"
        "The nearest recorded exchange: list_user: GET /v1/Users -> 200\n"
        f"  query.PageSize: recorded '1', sent '2'\n{ADVICE}"
    )


def test_what_no_operation_answers_is_told_as_that(recording, replay, compose):
    """By method and path."""
    recording.handle(compose("PUT", "/v1/Users/ada"))
    assert miss(replay(), compose("PUT", "/v1/Nothing")) == (
        (
            "no operation: PUT /v1/Nothing: it was not recorded.\n"
            "The nearest recorded exchange: no operation: PUT /v1/Users/text-1 -> 405\n"
            "  path: recorded ['v1', 'Users', 'text-1'], sent ['v1', 'Nothing']\n"
        )
        + ADVICE
    )


def test_after_all_was_said_there_is_no_nearest(recording, replay, compose):
    """That is told."""
    request = compose("GET", "/v1/Users")
    recording.handle(request)
    replaying = replay()
    replaying.handle(request)
    assert miss(replaying, compose("GET", "/v1/Users/ada")) == (
        (
            "fetch_user: GET /v1/Users/ada: it was not recorded.\n"
            "All recorded exchanges were used already.\n"
        )
        + ADVICE
    )


def test_what_a_cassette_says_moves_no_cursor():
    """Somebody else may have written it."""
    asked = {"operation": "\x1b]0;", "method": "\u202e", "path": "/\ud800\n"}
    exchange = Recorded(request=asked, response={"status": 200})
    cassette = Cassette(
        name=NAME, recorded_from="", date=date(2026, 11, 24), kit="0", exchanges=(exchange,)
    )
    replaying = ReplayBackend(cassette, name=NAME, path=PATH, aliases=Aliases(seed=NAME))
    assert replaying.complaint() == (
        "1 of 1 recorded exchange was not used:\n"
        r"  \x1b]0;: \u202e /\ud800\n -> 200"
        f"\n{ADVICE}"
    )


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "\ud800"},
        {"json": {"attributes": {"written": "x", "json": {}}}},
        {"json": {"attributes": {"written": 10**9, "json": {}}}},
        {"json": {"url": "http://[/v1/Users"}, "headers": {"date": None}},
    ],
    ids=["surrogate", "no-number", "no-count", "no-text"],
)
def test_an_answer_that_the_kit_did_not_write_is_told(compose, answer):
    """As a cassette that can't be read: to who asks, from then on, and at the end."""
    asked = {"operation": "list_user", "method": "GET", "path": "/v1/Users"}
    exchanges = [Recorded(request=asked, response={"status": 200} | a) for a in ({}, answer)]
    cassette = Cassette(
        name=NAME, recorded_from="", date=date(2026, 11, 24), kit="0", exchanges=tuple(exchanges)
    )
    replaying = ReplayBackend(cassette, name=NAME, path=PATH, aliases=Aliases(seed=NAME))
    request = compose("GET", "/v1/Users")
    assert replaying.handle(request).status == 200
    for _ in range(2):
        with pytest.raises(CassetteError) as refused:
            replaying.handle(request)
        assert (
            str(refused.value)
            == replaying.complaint()
            == (
                f"The cassette {PATH} can't be read: exchanges[1].response is not as the kit"
                " writes it. Record it again with --twilio-users-mode=record, or restore it"
                " from version control."
            )
        )


@pytest.mark.parametrize(("count", "more"), [(10, ""), (12, "  ... and 2 more\n")])
def test_what_was_not_asked_for_is_told(recording, replay, compose, count, more):
    """The first ten."""
    for _ in range(count):
        recording.handle(compose("GET", "/v1/Users"))
    line = "  list_user: GET /v1/Users -> 200\n"
    assert replay().complaint() == (
        f"{count} of {count} recorded exchanges were not used:\n{10 * line}{more}{ADVICE}"
    )


@pytest.mark.parametrize(
    ("more", "told"), [(0, ""), (2, "\n... and 2 more that were not recorded.")]
)
def test_the_first_of_what_was_not_recorded_is_told(recording, replay, compose, more, told):
    """The application may have gone on."""
    recording.handle(compose("GET", "/v1/Users"))
    replaying = replay()
    missed = [
        miss(replaying, compose("GET", f"/v1/Users/{name}")) for name in ["ada", *more * ["eve"]]
    ]
    for each in missed:
        replaying.note(UnrecordedRequest(each))
    assert replaying.complaint() == missed[0] + told
