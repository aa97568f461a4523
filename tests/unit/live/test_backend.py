"""live/backend.py: asks a live account, and leaves it as it was."""

import base64
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from pytest_twilio_users.errors import Leftover, LiveRefused, NoAnswer
from pytest_twilio_users.live.backend import LiveBackend
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.wire.messages import Response

SERVICE = "IS" + "1" * 32
DEFAULT = "IS" + "d" * 32
OTHER = "IS" + "9" * 32
BASE = "http://127.0.0.1:8123"
USERS = f"/v1/Services/{SERVICE}/Users"


class Twilio:
    """The stub at the end of a line that misbehaves by a script, one word a request.

    "early": the request is lost, "late": its answer; "unreached": there is no server.
    A response, or a function of the request, stands for the stub's. Then all is well.
    """

    def __init__(self, stub):
        self.stub = stub
        self.script = []
        self.requests = []

    def __call__(self, request):
        """Send a request."""
        self.requests.append(request)
        word = self.script.pop(0) if self.script else None
        if word == "unreached":
            raise Lost("refused", may_have_arrived=False)
        if word == "early":
            raise Lost("reset", may_have_arrived=True)
        if isinstance(word, Response):
            return word
        if callable(word):
            return word(request)
        response = self.stub.handle(request)
        if word == "late":
            raise Lost("reset", may_have_arrived=True)
        return response

    @property
    def asked(self):
        """What was asked for: method and path."""
        return [f"{request.method} {request.path}" for request in self.requests]

    def answer(self, status, code):
        """A refusal."""
        return Response(status=status, body=b'{"code": %d}' % code)

    def fail_after(self, status, body=b"{}"):
        """Carry a request out, and answer otherwise."""
        other = Response(status=status, body=body)

        def carry_out(request):
            self.stub.handle(request)
            return other

        return carry_out


@pytest.fixture
def time(time, account):
    """The time of the test, Twilio's included."""
    noon = account.clock() - timedelta(seconds=time.seconds)
    account.clock = lambda: noon + timedelta(seconds=time.seconds)
    return time


@pytest.fixture
def twilio(stub, time):
    """The other end."""
    return Twilio(stub)


@pytest.fixture
def ledger(tmp_path, live_account):
    """The ledger of the test."""
    return Ledger(tmp_path, run="tu-20260304-abcdef", account=live_account)


@pytest.fixture
def handed():
    """The entries that were handed to who is acting."""
    return []


@pytest.fixture
def open_live(twilio, ledger, handed, open_access):
    """Opens the backend: `open_live(changes=2)`."""

    def open_live(*, foreign_users=False, **limited):
        return LiveBackend(
            open_access(twilio, **limited),
            ledger=ledger,
            foreign_users=foreign_users,
            acting=lambda: "test_it",
            on_created=handed.append,
        )

    return open_live


@pytest.fixture
def live(open_live):
    """The backend under test."""
    return open_live()


@pytest.fixture
def ask(live, compose):
    """Asks it: `ask("GET", path)`."""
    return lambda *parts, **more: live.handle(compose(*parts, **more))


@pytest.fixture
def create(ask):
    """Creates a user through it."""
    return lambda identity="ada", path=USERS: ask("POST", path, form={"Identity": identity})


@pytest.fixture
def there(stub, compose):
    """The identities that the account holds, asked for behind the backend's back."""

    def there(path=USERS):
        page = stub.handle(compose("GET", path)).json()
        return [user["identity"] for user in page["users"]]

    return there


@pytest.fixture
def foreign(stub, compose, time):
    """Makes a user that the kit knows nothing of, an hour ago."""

    def foreign(identity, path=USERS):
        made = stub.handle(compose("POST", path, form={"Identity": identity})).json()
        time.seconds += 3600
        return made

    return foreign


@pytest.fixture
def clear(live, handed, there):
    """Removes what was handed over, as the end of a test does; nothing is left."""

    def clear():
        for entry in handed:
            live.remove(entry)
        return there()

    return clear


# What is sent, and what is shown


def test_requests_go_to_the_base_url(ask, twilio):
    """Whichever of Twilio's hosts was asked."""
    ask("GET", USERS, origin="https://conversations.dublin.ie1.twilio.com")

    assert [request.origin for request in twilio.requests] == [BASE]


def test_a_request_tells_where_it_was_sent(live, compose):
    """Whatever host it named; nothing, where it was not sent."""
    sent, refused = compose("GET", USERS), compose("POST", f"/v1/Services/{OTHER}/Users")
    live.handle(sent)
    with pytest.raises(LiveRefused):
        live.handle(refused)
    assert (str(sent.answered_by), refused.answered_by) == (f"the live account, at {BASE}", None)


def test_a_request_tells_how_long_its_answer_took(open_access, compose, time):
    """That of the last attempt: neither an answer before, nor what was slept in between."""
    took = iter((7.0, 0.25))

    def send(request):
        time.seconds += (seconds := next(took))
        return Response(status=429 if seconds > 1 else 200, body=b"{}")

    request = compose("GET", USERS)
    open_access(send).ask(request)
    assert (request.answered_by.seconds, len(time.slept)) == (0.25, 1)


def test_links_in_answers_name_the_host_that_was_asked(create, ask):
    """A user's, and a page's; the length of before is dropped."""
    created = create()
    user = created.json()
    asked = "https://conversations.twilio.com" + USERS

    assert user["url"] == f"{asked}/{user['sid']}"
    assert user["links"] == {"user_conversations": f"{user['url']}/Conversations"}
    assert created.header("content-length") is None
    assert ask("GET", USERS).json()["meta"]["url"].startswith(f"{asked}?")


def test_what_authors_write_is_not_taken_for_a_link(ask):
    """An attribute or a name may hold the base URL."""
    attributes = f'{{"url": "{BASE}/"}}'
    form = {"Identity": f"{BASE}/a", "FriendlyName": f"{BASE}/", "Attributes": attributes}
    user = ask("POST", USERS, form=form).json()

    assert user["identity"] == f"{BASE}/a"
    assert (user["friendly_name"], user["attributes"]) == (f"{BASE}/", attributes)


def test_answers_to_who_asks_the_base_url_are_as_they_are(ask, live, compose, twilio):
    """Nor is anything changed that holds no link."""
    page = Response(status=502, headers=(("content-length", "6"),), body=b"<html>")
    twilio.script = [page, page]

    assert live.handle(compose("GET", USERS, origin=BASE)) is page
    assert ask("GET", USERS) is page


def test_credentials_are_those_of_the_request(ask):
    """A wrong password is refused by Twilio."""
    assert ask("GET", USERS, authorization=None).status == 401


def test_another_accounts_credentials_are_not_sent(ask, twilio):
    """Not even to be refused."""
    other = base64.b64encode(b"AC" + b"b" * 32 + b":secret").decode()
    with pytest.raises(LiveRefused):
        ask("GET", USERS, authorization=f"Basic {other}")

    assert twilio.requests == []


def test_what_no_operation_answers_is_read(ask):
    """And answered by Twilio."""
    assert ask("GET", "/v1/Nothing").status == 404


def test_a_change_elsewhere_is_not_sent(ask, twilio):
    """The service's own resource, say."""
    with pytest.raises(LiveRefused):
        ask("DELETE", f"/v1/Services/{SERVICE}")

    assert twilio.requests == []


def test_changes_beyond_the_budget_are_not_sent(open_live, compose, twilio, ledger):
    """Reads go on."""
    live = open_live(changes=1)
    live.handle(compose("POST", USERS, form={"Identity": "ada"}))
    with pytest.raises(
        LiveRefused,
        match=r"^create_service_user: this process may send 1 change, and has sent all",
    ):
        live.handle(compose("POST", USERS, form={"Identity": "eve"}))
    with pytest.raises(
        LiveRefused,
        match=r"^delete_service_user: this process may send 1 change, and has sent all",
    ):
        live.handle(compose("DELETE", f"{USERS}/ada"))

    assert live.handle(compose("GET", USERS)).status == 200
    assert [entry.identity for entry in ledger.left] == ["ada"]


def test_no_answer_names_operation_and_reason(ask, twilio):
    """And how often it was tried, for how long."""
    twilio.script = ["unreached"] * 100
    with pytest.raises(NoAnswer) as caught:
        ask("GET", USERS)

    tried = len(twilio.requests)
    assert str(caught.value) == (
        f"list_service_user: no answer, tried {tried} times within 20 s: refused."
    )


def test_no_answer_names_the_path_that_no_operation_answers(open_live, compose, twilio):
    """There, too."""
    twilio.script = ["early"]
    with pytest.raises(NoAnswer) as caught:
        open_live(deadline=0).handle(compose("GET", "/v1/Nothing"))

    assert str(caught.value) == "GET /v1/Nothing: no answer, tried once: reset."


# Other services


@pytest.fixture
def only(account):
    """Has the account know these services alone, besides its default one."""

    def only(*service_sids):
        account.settings = account.settings._replace(service_sids=service_sids)

    return only


def test_a_change_in_a_service_that_is_not_there_is_refused_by_twilio(create, only):
    """A test may want to see how."""
    only(SERVICE)

    assert create(path=f"/v1/Services/{OTHER}/Users").status == 404


def test_a_change_in_another_service_is_refused_by_the_kit(ask, only):
    """It is there, so nothing is sent."""
    only(SERVICE, OTHER)
    with pytest.raises(LiveRefused, match=f"service {OTHER} is not the one that this run may"):
        ask("DELETE", f"/v1/Services/{OTHER}/Users/ada")


def test_whether_a_service_is_there_may_remain_unknown(ask, twilio):
    """Then nothing is changed."""
    twilio.script = ["early"] * 100
    with pytest.raises(
        NoAnswer, match=r"reset\. The kit was checking whether the service exists\.$"
    ):
        ask("DELETE", f"/v1/Services/{OTHER}/Users/ada")


# Creates


def test_a_user_is_in_the_ledger_before_it_is_asked_for(create, ledger, twilio):
    """Its SID follows."""
    planned = []
    twilio.script = [lambda request: planned.extend(ledger.left) or twilio.stub.handle(request)]
    user = create().json()

    assert [(entry.identity, entry.sid, entry.test) for entry in planned] == [
        ("ada", None, "test_it")
    ]
    assert [(entry.service_sid, entry.sid) for entry in ledger.left] == [(SERVICE, user["sid"])]


def test_what_a_test_made_is_removed(create, clear, ledger):
    """By its SID, in either service."""
    create()
    create("eve", "/v1/Users")

    assert (clear(), ledger.left) == ([], [])


def test_a_refused_create_leaves_nothing_to_remove(create, clear, foreign, ledger, there):
    """Nor is the user touched whose identity was taken."""
    foreign("ada")

    assert create().status == 409
    assert ledger.left == []
    assert clear() == ["ada"]


def test_a_create_without_an_identity_is_just_sent(ask, handed):
    """Twilio refuses it."""
    assert ask("POST", USERS, form={"FriendlyName": "Ada"}).status == 400
    assert handed == []


def test_who_was_made_although_no_form_named_them_is_removed(ask, twilio, compose, clear, ledger):
    """Who knows: an account may read JSON."""
    form = {"Identity": "joe@example.com"}
    twilio.script = [lambda _: twilio.stub.handle(compose("POST", USERS, form=form))]

    sid = ask("POST", USERS, body=b'{"Identity": "joe@example.com"}').json()["sid"]
    assert [(entry.sid, entry.test) for entry in ledger.left] == [(sid, "test_it")]
    assert (clear(), ledger.left) == ([], [])


def test_429_is_tried_again_for_a_create(create, twilio, clear):
    """It was not carried out. The answer tells of it."""
    twilio.script = [twilio.answer(429, 20429), "unreached"]
    response = create()

    assert (response.status, response.after) == (201, ("429", "no connection"))
    assert clear() == []


def test_a_create_that_never_arrived_leaves_nothing_to_remove(create, twilio, ledger):
    """The server was not there."""
    twilio.script = ["unreached"] * 100
    with pytest.raises(NoAnswer, match=r"^create_service_user: no answer, tried \d+ times"):
        create()

    assert ledger.left == []


def test_a_create_that_is_refused_to_the_end_leaves_nothing_to_remove(create, twilio, ledger):
    """429 was not carried out."""
    twilio.script = [twilio.answer(429, 20429)] * 100

    assert create().status == 429
    assert ledger.left == []


def test_a_create_whose_answer_was_lost_is_looked_up(create, twilio, ledger, clear):
    """It is not sent again; the user is shown as created."""
    twilio.script = ["late"]
    response = create()

    assert (response.status, response.after) == (201, ("connection lost",))
    assert response.json()["identity"] == "ada"
    assert response.json()["url"].startswith("https://conversations.twilio.com/")
    assert twilio.asked == [f"POST {USERS}", f"GET {USERS}/ada"]
    assert [entry.sid for entry in ledger.left] == [response.json()["sid"]]
    assert clear() == []


def test_a_user_that_turns_up_after_a_long_silence_is_found(create, twilio, time):
    """The look for it begins when the wait for the answer ends."""
    sent = []

    def keep_silent(request):
        sent.append(request)
        time.sleep(30)
        raise Lost("silence", may_have_arrived=True)

    def carry_out(request):
        missing = twilio.stub.handle(request)
        twilio.stub.handle(sent[0])
        return missing

    twilio.script = [keep_silent, carry_out]

    assert create().status == 201


def test_a_user_that_somebody_made_between_two_attempts_is_theirs(create, twilio, clear):
    """Only one that was made after the last attempt was sent is the test's own."""

    def overtake(request):
        twilio.stub.handle(request)
        return Response(status=429, headers=(("retry-after", "10"),))

    twilio.script = [overtake, "late"]
    with pytest.raises(NoAnswer, match=r"A user with this identity existed before\.$"):
        create()

    assert clear() == ["ada"]


def test_a_lost_create_that_did_nothing_is_told(create, twilio, clear):
    """No user was made, and none turns up."""
    twilio.script = ["early"]
    with pytest.raises(NoAnswer) as caught:
        create()

    assert str(caught.value) == (
        "create_service_user: no answer, tried once: reset. No user was made."
    )
    assert clear() == []
    assert f"DELETE {USERS}/ada" not in twilio.asked


def test_a_lost_create_of_a_taken_identity_is_told(create, twilio, foreign, clear, ledger):
    """The user that was there before is not taken for the test's own."""
    foreign("ada")
    twilio.script = ["late"]
    with pytest.raises(NoAnswer) as caught:
        create()

    assert str(caught.value) == (
        "create_service_user: no answer, tried once: reset. A user with this identity existed"
        " before."
    )
    assert (ledger.left, clear()) == ([], ["ada"])


def test_a_lost_create_of_a_users_identity_of_our_own_is_told(create, twilio, clear):
    """The user that the test made a moment ago stays what it is, whatever was refused since."""
    create()
    assert create().status == 409
    twilio.script = ["late"]
    with pytest.raises(NoAnswer, match=r"A user with this identity existed before\.$"):
        create()

    assert clear() == []


@pytest.mark.parametrize(
    "found",
    [
        Response(status=200, body=b"[]"),
        Response(status=200, body=b"<html>"),
        Response(status=200, body=b'{"sid": "US1"}'),
        Response(status=200, body=b'{"sid": "US1", "date_created": "2026-03-04T12:00:00Z"}'),
        Response(status=500, body=b"{}"),
        Response(status=404, body=b"<html>"),
    ],
    ids=["list", "HTML", "no date", "no Date", "500", "HTML 404"],
)
def test_a_lost_create_that_cant_be_looked_up_is_told(create, twilio, found, clear, ledger):
    """What can't be told is not guessed; the end of the test looks again."""
    twilio.script = ["late", found]
    with pytest.raises(NoAnswer) as caught:
        create()

    assert str(caught.value) == (
        "create_service_user: no answer, tried once: reset. The kit can't tell whether this"
        " request made the user."
    )
    assert [entry.sid for entry in ledger.left] == [None]
    assert clear() == []


def test_a_lost_create_on_a_lost_network_is_told(create, twilio, clear):
    """When the network is back, the end of the test removes the user."""
    twilio.script = ["late"] + ["early"] * 100
    with pytest.raises(NoAnswer) as caught:
        create()

    assert str(caught.value) == (
        "create_service_user: no answer, tried once: reset. The kit could not find out whether"
        " the user was made."
    )
    twilio.script = []
    assert clear() == []


@pytest.mark.parametrize(
    "failure",
    [(500, b"{}"), (502, b"<html>"), (503, b"{}"), (302, b"{}"), (408, b"<html>"), (201, b"{}")],
)
def test_a_failed_create_may_have_made_a_user(create, twilio, clear, there, failure):
    """The answer is given as it is; what was made is removed all the same."""
    twilio.script = [twilio.fail_after(*failure)]

    assert create().status == failure[0]
    assert there() == ["ada"]
    assert clear() == []


def test_a_failed_create_removes_nobody_elses_user(create, twilio, foreign, clear, ledger):
    """It was there before the create."""
    foreign("ada")
    twilio.script = [Response(status=500, body=b"{}")]

    assert create().status == 500
    assert (clear(), ledger.left) == (["ada"], [])


def test_who_came_after_a_failed_create_is_somebody_else(create, twilio, foreign, clear, time):
    """Nothing was made, and somebody took the identity while the test went on."""
    dated = (("date", "Wed, 04 Mar 2026 12:00:00 GMT"),)
    twilio.script = [Response(status=500, body=b"{}", headers=dated)]
    create()
    time.seconds += 60
    foreign("ada")

    assert clear() == ["ada"]


def test_who_came_after_a_lost_create_is_somebody_else(create, twilio, foreign, clear, time):
    """It was looked for until it could not turn up any more."""
    twilio.script = ["early"]
    with pytest.raises(NoAnswer):
        create()
    time.seconds += 60
    foreign("ada")

    assert clear() == ["ada"]


def test_who_is_not_as_it_was_asked_for_is_somebody_else(create, twilio, stub, compose, clear):
    """Somebody was faster by a moment, and gave a name."""
    twilio.script = [Response(status=500, body=b"{}")]
    create()
    stub.handle(compose("POST", USERS, form={"Identity": "ada", "FriendlyName": "Countess"}))

    assert clear() == ["ada"]


def test_an_interrupted_create_is_removed(create, twilio, clear):
    """Ctrl-C while the answer is awaited."""

    def interrupt(request):
        twilio.stub.handle(request)
        raise KeyboardInterrupt

    twilio.script = [interrupt]
    with pytest.raises(KeyboardInterrupt):
        create()

    assert clear() == []


def test_the_end_of_a_test_waits_for_creates_under_way(create, live, twilio, handed, there):
    """A thread that outlives its test leaves nothing behind."""
    begun, go_on = threading.Event(), threading.Event()

    def dawdle(request):
        begun.set()
        go_on.wait()
        return twilio.stub.handle(request)

    twilio.script = [dawdle]
    with ThreadPoolExecutor(2) as pool:
        creating = pool.submit(create)
        begun.wait()
        removing = pool.submit(live.remove, handed[0])
        go_on.set()
        assert creating.result().status == 201
        removing.result()

    assert there() == []


# Updates and deletes


@pytest.mark.parametrize("by", ["sid", "identity"])
def test_users_of_the_run_are_changed_and_deleted(create, ask, ledger, there, by):
    """By SID or identity."""
    user = create().json()
    path = f"{USERS}/{user[by]}"

    assert ask("POST", path, form={"FriendlyName": "Ada"}).json()["friendly_name"] == "Ada"
    assert ask("DELETE", path).status == 204
    assert (there(), ledger.left) == ([], [])


@pytest.mark.parametrize(
    ("made", "named"), [("/v1/Users", f"/v1/Services/{DEFAULT}/Users"), (None, "/v1/Users")]
)
def test_users_of_the_default_service_have_two_paths(create, ask, ledger, made, named):
    """Whichever they were made by."""
    create("ada", made or f"/v1/Services/{DEFAULT}/Users")

    assert ask("DELETE", f"{named}/ada").status == 204
    assert ledger.left == []


def test_users_of_others_are_left_alone(ask, foreign, there):
    """Neither changed nor deleted."""
    foreign("ada")
    for method, operation in (("POST", "update"), ("DELETE", "delete")):
        with pytest.raises(LiveRefused) as caught:
            ask(method, f"{USERS}/ada")
        assert str(caught.value) == (
            f"{operation}_service_user: this run did not make the user, so the kit does not"
            " change it. To allow that: --twilio-users-foreign-users=yes"
        )

    assert there() == ["ada"]


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH"])
def test_who_took_the_identity_of_a_user_of_the_run_is_left_alone(
    create, ask, ledger, foreign, method
):
    """The ledger names a user that somebody else deleted; the one that is there is another."""
    sid = create().json()["sid"]
    assert ask("DELETE", f"{USERS}/{sid}").status == 204
    ledger.created(ledger.plan(SERVICE, "ada", test="test_it"), sid)  # as if others had
    foreign("ada")
    with pytest.raises(LiveRefused, match="this run did not make the user"):
        ask(method, f"{USERS}/ada")

    assert ledger.left == []


def test_a_user_of_the_run_that_cant_be_looked_up_is_left_alone(create, ask, twilio, ledger):
    """Who has its identity can't be told."""
    create()
    twilio.script = [Response(status=403), Response(status=403)]
    with pytest.raises(LiveRefused, match="this run did not make the user"):
        ask("DELETE", f"{USERS}/ada")

    assert [entry.identity for entry in ledger.left] == ["ada"]


def test_an_identity_that_leads_nowhere_is_no_sign_that_its_user_is_gone(
    create, ask, twilio, there, clear
):
    """A service may read its spelling otherwise. The end of the test deletes by SID."""
    create("a/b")
    twilio.script = [None, twilio.answer(404, 20404)]

    assert ask("DELETE", f"{USERS}/a%2Fb").status == 404
    assert there() == ["a/b"]
    assert clear() == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_method_that_twilio_has_for_no_user_keeps_to_the_rails(
    open_live, compose, foreign, twilio, method
):
    """Nobody knows what it does: whose user it is, is looked at; and it is counted."""
    foreign("eve")
    live = open_live(changes=2)
    live.handle(compose("POST", USERS, form={"Identity": "ada"}))
    with pytest.raises(LiveRefused) as foreigners:
        live.handle(compose(method, f"{USERS}/eve"))
    answers = [live.handle(compose(method, f"{USERS}/ada")).status]
    with pytest.raises(LiveRefused) as beyond:
        live.handle(compose(method, f"{USERS}/nobody"))

    assert answers == [405]
    assert [request.path for request in twilio.requests if request.method == method] == [
        f"{USERS}/ada"
    ]
    assert str(foreigners.value) == (
        f"{method} {USERS}/eve: this run did not make the user, so the kit does not change it."
        " To allow that: --twilio-users-foreign-users=yes"
    )
    assert str(beyond.value) == (
        f"{method} {USERS}/nobody: this process may send 2 changes, and has sent all. To allow"
        " more: --twilio-users-changes=N"
    )


def test_users_of_others_are_changed_where_that_is_asked_for(open_live, compose, foreign, there):
    """By the option."""
    foreign("ada")

    assert open_live(foreign_users=True).handle(compose("DELETE", f"{USERS}/ada")).status == 204
    assert there() == []


def test_a_change_of_nobody_is_refused_by_twilio(ask):
    """Who isn't there belongs to nobody."""
    assert ask("POST", f"{USERS}/ada").status == 404
    assert ask("DELETE", f"{USERS}/ada").status == 404


@pytest.mark.parametrize("found", [Response(status=404, body=b"<html>"), Response(status=403)])
def test_who_cant_be_looked_up_is_left_alone(ask, foreign, twilio, there, found):
    """A proxy's 404 is no word of Twilio's."""
    foreign("ada")
    twilio.script = [found]
    with pytest.raises(LiveRefused, match="this run did not make the user"):
        ask("DELETE", f"{USERS}/ada")

    assert there() == ["ada"]


def test_nobody_is_changed_where_the_look_has_no_answer(ask, foreign, twilio):
    """It is told what was looked for."""
    foreign("ada")
    twilio.script = ["unreached"] * 100
    with pytest.raises(NoAnswer, match=r"refused\. The kit was checking whose user it is\.$"):
        ask("DELETE", f"{USERS}/ada")

    assert not [asked for asked in twilio.asked if asked.startswith("DELETE")]


def test_a_user_of_a_failed_create_is_the_runs_own(create, ask, twilio, there, ledger):
    """It is recognised by when it was made."""
    twilio.script = [twilio.fail_after(500)]
    create()

    assert ask("DELETE", f"{USERS}/ada").status == 204
    assert (there(), ledger.left) == ([], [])


def test_a_user_is_the_runs_own_by_whatever_name_the_service_finds_it(create, ask, twilio, there):
    """Its SID tells."""

    def ignore_case(request):
        return twilio.stub.handle(replace(request, target=request.target.replace("ADA", "ada")))

    create()
    twilio.script = [ignore_case, ignore_case]

    assert ask("DELETE", f"{USERS}/ADA").status == 204
    assert there() == []


def test_a_user_that_a_failed_create_did_not_make_is_left_alone(create, ask, twilio, foreign):
    """It was there before."""
    foreign("ada")
    twilio.script = [Response(status=500)]
    create()
    with pytest.raises(LiveRefused):
        ask("DELETE", f"{USERS}/ada")


def test_a_failed_create_does_not_hide_an_earlier_user(create, ask, twilio, there):
    """Both have the identity, and one of them is there."""
    create()
    twilio.script = [Response(status=500)]
    create()

    assert ask("DELETE", f"{USERS}/ada").status == 204
    assert there() == []


@pytest.mark.parametrize("before", ["connection lost", "503"])
def test_a_delete_that_had_to_be_repeated_is_shown_as_one(create, ask, twilio, before):
    """The first deleted the user, the second found nobody: the test sees 204."""
    sid = create().json()["sid"]
    twilio.script = [twilio.fail_after(503) if before == "503" else "late"]
    response = ask("DELETE", f"{USERS}/{sid}")

    assert (response.status, response.body, response.after) == (204, b"", (before,))
    assert response.header("content-type") is None
    assert response.header("twilio-request-id") is not None


def test_a_delete_that_found_nobody_at_once_is_refused(create, ask, stub, compose, ledger):
    """Somebody else deleted the user. It is not in the ledger any more."""
    create()
    stub.handle(compose("DELETE", f"{USERS}/ada"))

    assert ask("DELETE", f"{USERS}/ada").status == 404
    assert ledger.left == []


def test_a_delete_that_was_not_carried_out_at_first_is_refused_all_the_same(
    create, ask, twilio, stub, compose
):
    """429 can't have deleted the user: somebody else did."""
    sid = create().json()["sid"]
    stub.handle(compose("DELETE", f"{USERS}/ada"))
    twilio.script = [twilio.answer(429, 20429)]
    response = ask("DELETE", f"{USERS}/{sid}")

    assert (response.status, response.after) == (404, ("429",))


def test_a_failed_delete_leaves_the_user_in_the_ledger(create, ask, twilio, ledger):
    """The end of the test tries again."""
    sid = create().json()["sid"]
    twilio.script = [Response(status=500)]

    assert ask("DELETE", f"{USERS}/{sid}").status == 500
    assert [entry.identity for entry in ledger.left] == ["ada"]


def test_an_update_whose_answer_was_lost_is_told(create, ask, twilio):
    """It is not sent again."""
    sid = create().json()["sid"]
    twilio.script = ["late"]
    with pytest.raises(NoAnswer) as caught:
        ask("POST", f"{USERS}/{sid}", form={"FriendlyName": "Ada"})

    assert str(caught.value) == (
        "update_service_user: no answer, tried once: reset. The request may have arrived, so"
        " the kit did not send it again. Its outcome is unknown."
    )


@pytest.mark.parametrize("identity", ["..", "."])
def test_an_identity_of_dots_works(create, ask, identity):
    """Where the server takes it as one."""
    create(identity)
    path = f"{USERS}/{identity.replace('.', '%2E')}"

    assert ask("POST", path).status == 200
    assert ask("DELETE", path).status == 204
    assert ask("DELETE", path).status == 404


@pytest.mark.parametrize("foreign_users", [True, False])
def test_dots_that_lead_elsewhere_are_refused(open_live, compose, twilio, foreign_users):
    """A delete of `..` would be one of the whole service."""
    live = open_live(foreign_users=foreign_users)
    live.handle(compose("POST", USERS, form={"Identity": ".."}))
    twilio.script = [None, Response(status=200, body=b'{"sid": "%s"}' % SERVICE.encode())]
    with pytest.raises(LiveRefused) as caught:
        live.handle(compose("DELETE", f"{USERS}/%2E%2E"))

    assert str(caught.value) == (
        f"delete_service_user: {USERS}/%2E%2E answers 200 with something else than the user: the"
        " server reads the dots as steps in the path. Nothing was changed. Use the user's SID."
    )


def test_a_foreign_user_of_dots_is_left_alone(ask, foreign):
    """Like any other."""
    foreign("..")
    with pytest.raises(LiveRefused, match="this run did not make the user"):
        ask("DELETE", f"{USERS}/%2E%2E")


# Removal


def test_a_removal_is_not_counted(open_live, compose, handed, there):
    """Whoever used up the budget cleans up all the same."""
    live = open_live(changes=1)
    live.handle(compose("POST", USERS, form={"Identity": "ada"}))
    live.remove(handed[0])

    assert there() == []


def test_a_removal_comes_in_its_turn(open_live, compose, handed, time):
    """It is a change for Twilio."""
    before = time.seconds
    live = open_live(changes_per_second=1)
    live.handle(compose("POST", USERS, form={"Identity": "ada"}))
    live.remove(handed[0])

    assert time.seconds - before == 1


def test_a_second_removal_does_nothing(create, live, handed, twilio):
    """Nor is anything sent."""
    create()
    live.remove(handed[0])
    sent = len(twilio.requests)
    live.remove(handed[0])

    assert len(twilio.requests) == sent


def test_a_removal_holds_out_against_a_bad_line(create, clear, twilio):
    """429, 503, lost requests and lost answers."""
    create()
    twilio.script = [twilio.answer(429, 20429), Response(status=503), "unreached", "early", "late"]

    assert clear() == []


@pytest.mark.parametrize(
    "failure",
    [
        (Response(status=500), "its delete was answered 500"),
        (Response(status=404, body=b"<html>"), "its delete was answered 404"),
        ("early", "no answer, reset"),
    ],
)
def test_what_cant_be_removed_is_told(create, clear, twilio, ledger, failure):
    """It stays in the ledger."""
    word, reason = failure
    sid = create().json()["sid"]
    twilio.script = [word] * 100
    with pytest.raises(Leftover) as caught:
        clear()

    assert str(caught.value) == (
        f"User {sid} for test_it is left on the live account: {reason}."
        " `twilio-users sweep` removes it."
    )
    assert [entry.sid for entry in ledger.left] == [sid]


@pytest.mark.parametrize("failure", ["unreached", "early", Response(status=503)])
def test_a_removal_ends_some_time(create, clear, twilio, time, failure):
    """On a lost network, each user that is left would hold up the run."""
    create()
    twilio.script = [failure] * 1_000
    before = time.seconds
    with pytest.raises(Leftover):
        clear()

    assert time.seconds - before <= 2 * 20.0, "more than twice the deadline"


@pytest.mark.parametrize(
    "found", [Response(status=401, body=b"{}"), Response(status=404, body=b"<html>")]
)
def test_what_cant_be_looked_up_is_told(create, live, twilio, handed, found):
    """Whether there is a user is unknown; a proxy's 404 does not tell."""
    twilio.script = [Response(status=500), found]
    create()
    with pytest.raises(Leftover) as caught:
        live.remove(handed[0])

    assert str(caught.value) == (
        "A user that may have been made for test_it is left on the live account: its SID is"
        f" unknown, and the search for it was answered {found.status}. `twilio-users sweep`"
        " removes it."
    )


def test_a_run_that_is_told_to_end_sends_nothing_once_its_time_is_up(ask, twilio, time):
    """Nor does it try again."""
    time.left = 0
    with pytest.raises(NoAnswer) as caught:
        ask("GET", USERS)

    assert str(caught.value).endswith(": the run was told to end.")
    assert twilio.requests == []


def test_who_may_yet_turn_up_is_left_by_a_run_that_is_told_to_end(
    create, live, twilio, handed, time
):
    """There is more to delete, and the sweep knows of it. White-box: a thread is still at it."""
    twilio.script = [Response(status=500)]
    create()
    live._creations._by_number[1].over.clear()
    time.left, waited = 0.01, len(time.slept)
    with pytest.raises(Leftover) as caught:
        live.remove(handed[0])

    assert str(caught.value) == (
        "A user that may have been made for test_it is left on the live account: no answer, the run"
        " was told to end. `twilio-users sweep` removes it."
    )
    assert len(time.slept) == waited


def test_threads_make_and_remove_their_users(create, live, handed, there):
    """Eight of them, forty users."""
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: create(f"user-{number}").status, range(40)))
        list(pool.map(live.remove, handed))

    assert made == [201] * 40
    assert there() == []


# Secrets


def test_no_repr_shows_the_password(live, account, create):
    """Of the backend, and of what it is made of."""
    create()
    seen, shown = set(), []

    def show(thing):
        if id(thing) in seen or not hasattr(thing, "__dict__"):
            return
        seen.add(id(thing))
        shown.append(repr(vars(thing)))
        for value in vars(thing).values():
            show(value)

    show(live)

    basic = base64.b64encode(f"{account.sid}:{account.auth_token}".encode()).decode()
    assert account.auth_token not in "".join(shown)
    assert basic not in "".join(shown)


def test_a_forked_process_sends_nothing(ask, live, twilio):
    """The ledger is the parent's. White-box: nothing is forked."""
    live._process = -1
    with pytest.raises(LiveRefused, match=r"^GET /v1/Users: this process is a fork"):
        ask("GET", "/v1/Users")

    assert twilio.requests == []
