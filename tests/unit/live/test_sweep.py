"""live/sweep.py: deletes what live runs left behind, and nothing else."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import httpx
import pytest

from pytest_twilio_users.client import UsersClient
from pytest_twilio_users.errors import KitError
from pytest_twilio_users.live import ledger_files
from pytest_twilio_users.live.ledger import Ledger
from pytest_twilio_users.live.ledger_lines import mark_of
from pytest_twilio_users.live.retrying import Lost
from pytest_twilio_users.live.sweep import run_sweep
from pytest_twilio_users.transports.httpx_messages import from_httpx_request, to_httpx_response

RUN = "tu-20260304-abcdef"
OTHER = "tu-20260304-000000"
SERVICE = "IS" + "1" * 32
ORIGIN = "https://conversations.twilio.com"
TEST = "tests/test_a.py::test_it"
MAYBE = f"A user that may have been made for {TEST}"


class Time:
    """The time of the test and of Twilio: it passes by sleeping alone."""

    def __init__(self, noon):
        self.now = noon
        self.meanwhile = None

    def __call__(self):
        """Tell it."""
        return self.now

    def sleep(self, seconds):
        """Pass it; something may happen meanwhile."""
        self.now += timedelta(seconds=seconds)
        if self.meanwhile is not None:
            self.meanwhile()


@pytest.fixture
def time(account):
    """The time of the test."""
    account.clock = Time(account.clock().replace(microsecond=600_000))
    return account.clock


class Line:
    """The line to Twilio's stub. `script` answers instead, request by request; None lets it."""

    def __init__(self, stub):
        self.stub = stub
        self.script = []
        self.requests = []

    def answer(self, request):
        """Answer one of httpx's requests."""
        self.requests.append(f"{request.method} {request.url.path}")
        fault = self.script.pop(0) if self.script else None
        if isinstance(fault, BaseException):
            raise fault
        if isinstance(fault, httpx.Response):
            return fault
        if fault is not None:
            fault()
        return to_httpx_response(self.stub.handle(from_httpx_request(request)), request)


@pytest.fixture
def line(stub):
    """What the sweep asks over."""
    return Line(stub)


@pytest.fixture
def client(account, line):
    """What the sweep asks with."""
    with httpx.Client(transport=httpx.MockTransport(line.answer)) as http:
        yield UsersClient(account.sid, account.auth_token, base_url=ORIGIN, http_client=http)


@pytest.fixture
def live_account(live_account):
    """The account that runs had, at Twilio."""
    return replace(live_account, base_url=ORIGIN)


@pytest.fixture
def ledger(tmp_path, live_account, time):
    """The ledger of the run that left something."""
    ledger = Ledger(tmp_path, run=RUN, account=live_account, clock=time)
    yield ledger
    ledger.close()


@pytest.fixture
def path(tmp_path):
    """Gives the ledger's file."""
    return lambda: next(tmp_path.glob("*.jsonl"))


@pytest.fixture
def leave(ledger, client):
    """Leaves a user: planned, made and noted, or not all of it."""

    def leave(identity="ada", *, service_sid=SERVICE, sent=True, made=True, noted=True):
        entry = ledger.plan(service_sid, identity, test=f"{TEST}[secret]")
        if sent:
            ledger.sent(entry, mark=mark_of(None, None))
        if not made:
            return None
        if service_sid is None:
            sid = client.create_user(identity).sid
        else:
            sid = client.create_service_user(service_sid, identity).sid
        if noted:
            ledger.created(entry, sid)
        return sid

    return leave


class Sweep:
    """Ends the run, and sweeps; `said` are the lines that were shown."""

    def __init__(self, folder, ledger, client, line):
        self.run_sweep = partial(run_sweep, client, self.say)
        self.folder = folder
        self.ledger = ledger
        self.line = line
        self.time = ledger._clock
        self.said = []

    def say(self, line):
        """Show a line."""
        self.said.append(line)

    @property
    def script(self):
        """What answers instead of the stub."""
        return self.line.script

    @property
    def requests(self):
        """What was asked for."""
        return self.line.requests

    def __call__(self, *, ended=True, **options):
        """Sweep."""
        if ended:
            self.ledger.close()
        self.requests.clear()
        passing = {"clock": self.time, "sleep": self.time.sleep}
        return self.run_sweep(folder=self.folder, **passing, **options)


@pytest.fixture
def sweep(tmp_path, ledger, client, line):
    """What is tested."""
    return Sweep(tmp_path, ledger, client, line)


@pytest.fixture
def there(client):
    """The identities that the account holds."""
    return lambda: [
        user.identity for user in (*client.iter_users(), *client.iter_service_users(SERVICE))
    ]


# By ledgers


def test_nothing_left_is_said(sweep):
    """And nothing else."""
    assert (sweep(), sweep.said) == (0, ["0 of 0 removed."])


def test_a_folder_that_is_not_there_is_refused(sweep, tmp_path):
    """It may be the wrong one, and users stay: nobody is told that nothing is left."""
    sweep.folder = tmp_path / "gone"

    with pytest.raises(KitError) as refused:
        sweep()
    assert sweep.said == []
    assert str(refused.value) == (
        f"Can't read the ledgers in {tmp_path}/gone: No such file or directory. A run keeps its"
        " ledgers beside pytest's configuration file. Sweep there, or name the folder: --ledger"
        " FOLDER."
    )


@pytest.mark.parametrize("service_sid", [SERVICE, None])
def test_a_user_is_fetched_and_deleted(sweep, leave, there, tmp_path, service_sid):
    """By the path by which it was made. Its ledger is deleted, too."""
    sid = leave(service_sid=service_sid)

    assert sweep() == 0
    assert there() == []
    assert sweep.said == [f"1 of 1 removed. {sid} for {TEST}: deleted", "1 of 1 removed."]
    assert list(tmp_path.glob("*.jsonl")) == []


def test_what_takes_its_time_is_shown_before(sweep, leave, time):
    """How many users were removed by then, how many were found, and what is done next."""
    shown = []
    sid = leave()
    leave("bob", made=False)

    sweep(show=lambda *progress: shown.append(progress))
    assert shown == [
        (0, 2, f"{sid} for {TEST}"),
        (1, 2, MAYBE),
        (1, 2, "looking through the service's users"),
        (1, 2, "waiting 3 s, as a user may still be made"),
        (1, 2, "looking through the service's users"),
    ]


def test_only_what_ledgers_name_is_deleted(sweep, leave, client, there):
    """Others are not even fetched."""
    client.create_service_user(SERVICE, "eve")
    client.create_service_user(SERVICE, f"{OTHER}-user-1")
    leave()
    sweep()

    assert there() == ["eve", f"{OTHER}-user-1"]


def test_a_known_user_costs_two_requests(sweep, leave):
    """It is looked at before it is deleted."""
    sid = leave()
    sweep()

    assert sweep.requests == [
        f"{method} /v1/Services/{SERVICE}/Users/{sid}" for method in ("GET", "DELETE")
    ]


@pytest.mark.parametrize("service_sid", [SERVICE, None])
@pytest.mark.parametrize("identity", [f"{RUN}-0a1b2c-user-1", f"{RUN}-ada", "ada"])
def test_a_user_without_a_sid_is_found(sweep, leave, there, identity, service_sid):
    """By its identity, or by the digest among the service's users."""
    leave(identity, service_sid=service_sid, noted=False)

    assert (sweep(), there()) == (0, [])
    assert sweep.said[0] == f"1 of 1 removed. {MAYBE}: deleted"


def test_a_services_users_are_listed_once(sweep, leave):
    """For all digests."""
    for identity in ("ada", "eve"):
        leave(identity, noted=False)
    sweep()

    assert sweep.requests.count(f"GET /v1/Services/{SERVICE}/Users") == 1


def test_a_user_that_is_gone_is_noted(sweep, leave, client):
    """Somebody deleted it by hand."""
    sid = leave()
    client.delete_service_user(SERVICE, sid)

    assert sweep() == 0
    assert sweep.said[0] == f"1 of 1 removed. {sid} for {TEST}: was gone"


def test_a_user_that_goes_meanwhile_is_noted(sweep, leave, client, stub):
    """Between the look and the delete."""
    sid = leave()
    sweep.script[:] = [None, lambda: client.delete_service_user(SERVICE, sid)]

    assert sweep() == 0


@pytest.mark.parametrize("identity", [f"{RUN}-user-1", "ada"])
def test_a_user_that_was_never_made_is_waited_for(sweep, leave, time, identity):
    """Its create may be under way, a moment after its run died."""
    leave(identity, made=False)
    noon = time()

    assert sweep() == 0
    assert time() - noon == timedelta(seconds=3)
    assert sweep.said[0] == f"1 of 1 removed. {MAYBE}: was never made"


@pytest.mark.parametrize("identity", [f"{RUN}-user-1", "ada"])
def test_a_user_that_turns_up_late_is_deleted(sweep, leave, client, there, identity):
    """Its create was under way."""
    leave(identity, made=False)
    sweep.time.meanwhile = lambda: client.create_service_user(SERVICE, identity)

    assert (sweep(), there()) == (0, [])


def test_an_old_plan_is_not_waited_for(sweep, leave, time):
    """What did not turn up for a minute won't."""
    leave(made=False)
    time.sleep(61)
    before = time()

    assert (sweep(), time()) == (0, before)


def test_it_waits_once(sweep, leave, time):
    """However many plans there are."""
    for number in range(5):
        leave(f"{RUN}-user-{number}", made=False)
    noon = time()
    sweep()

    assert time() - noon == timedelta(seconds=3)


def test_a_user_that_was_there_before_is_somebody_elses(sweep, leave, client, there, time):
    """The create could only be refused."""
    client.create_service_user(SERVICE, "ada")
    time.sleep(61)
    leave(made=False)

    assert (sweep(), there()) == (0, ["ada"])
    assert (
        sweep.said[0] == f"1 of 1 removed. {MAYBE}: was never made; another user has its identity"
    )


def test_a_user_that_came_long_after_is_somebody_elses(sweep, leave, client, there, time):
    """The run was over by then."""
    leave(made=False)
    time.sleep(62)
    client.create_service_user(SERVICE, "ada")

    assert (sweep(), there()) == (0, ["ada"])


@pytest.mark.parametrize("identity", [f"{RUN}-user-1", "ada"])
def test_what_was_never_sent_was_never_made(sweep, leave, client, there, identity):
    """The run died between plan and create, and somebody took the identity. Nobody is asked."""
    leave(identity, sent=False, made=False)
    client.create_service_user(SERVICE, identity)

    assert (sweep(), sweep.requests) == (0, [])
    assert there() == [identity]
    assert sweep.said[0] == f"1 of 1 removed. {MAYBE}: was never made"


@pytest.mark.parametrize(
    "given", [{"friendly_name": "Countess"}, {"attributes": '{"plan": "pro"}'}]
)
def test_a_user_that_is_not_as_it_was_asked_for_is_somebody_elses(
    sweep, leave, client, there, given
):
    """Somebody took the identity a moment after the run died: when, is not enough to tell."""
    leave(made=False)
    client.create_service_user(SERVICE, "ada", **given)

    assert (sweep(), there()) == (0, ["ada"])
    assert (
        sweep.said[0] == f"1 of 1 removed. {MAYBE}: was never made; another user has its identity"
    )


def test_a_user_of_about_the_same_time_stays(sweep, leave, client, there, time):
    """Clocks differ: it can't be told whose it is."""
    sid = client.create_service_user(SERVICE, "ada").sid
    time.sleep(2)
    leave(made=False)

    assert (sweep(), there()) == (1, ["ada"])
    assert sweep.said[0] == (
        f"0 of 1 removed. {MAYBE} stays: {sid} has its identity, and was made at about the same"
        " time. If it is the run's, delete it by hand."
    )


@pytest.mark.parametrize(
    "other", [{"identity": "eve"}, {"account_sid": "AC" + "0" * 32}, {"sid": "US" + "0" * 32}]
)
def test_a_user_that_is_another_stays(sweep, leave, client, there, other):
    """Whatever it is, it is not what was noted."""
    sid = leave()
    shown = client.fetch_service_user(SERVICE, sid).to_dict()
    sweep.script[:] = [httpx.Response(200, json=shown | other)]

    assert (sweep(), there()) == (1, ["ada"])
    assert sweep.said[0] == (
        f"0 of 1 removed. {sid} for {TEST} stays: the user that exists is not the one in the"
        " ledger."
    )


def test_what_was_asked_of_no_service_stays(sweep, leave):
    """What it was is not on disk."""
    leave(service_sid="nope", made=False)

    assert sweep() == 1
    assert sweep.said[0] == f"0 of 1 removed. {MAYBE} stays: its request named no valid service."


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            httpx.Response(403, json={"code": 20403, "message": "ada"}),
            "fetch_service_user was answered 403, code 20403.",
        ),
        (httpx.Response(502, text="<html>"), "fetch_service_user was answered 502."),
        (httpx.Response(404, text="<html>"), "fetch_service_user was answered 404."),
        (httpx.ConnectError("refused"), "no answer, refused."),
        (Lost("reset", may_have_arrived=True), "no answer, reset."),
    ],
)
def test_a_failure_does_not_stop_the_rest(sweep, leave, there, fault, told):
    """What Twilio sweep.said may hold somebody's data, and is not shown."""
    ada, eve = leave("ada"), leave("eve")
    sweep.script[:] = [fault]

    assert (sweep(), there()) == (1, ["ada"])
    assert sweep.said == [
        f"0 of 2 removed. {ada} for {TEST} stays: {told}",
        f"1 of 2 removed. {eve} for {TEST}: deleted",
        "1 of 2 removed.",
    ]


def test_a_delete_that_fails_is_told(sweep, leave):
    """As is a fetch."""
    leave()
    sweep.script[:] = [None, httpx.Response(500, json={"code": 20500})]

    assert sweep() == 1
    assert sweep.said[0].endswith(" stays: delete_service_user was answered 500, code 20500.")


def test_a_second_sweep_goes_on(sweep, leave, there):
    """What the first one did is noted."""
    leave("ada")
    eve = leave("eve")
    sweep.script[:] = [None, None, httpx.ConnectError("refused")]
    sweep()
    sweep.said.clear()

    assert (sweep(), there()) == (0, [])
    assert sweep.said[0] == f"1 of 1 removed. {eve} for {TEST}: deleted"


@pytest.mark.parametrize("at", range(4))
def test_an_interrupted_sweep_can_be_run_again(sweep, leave, there, at):
    """At each of its sweep.requests."""
    leave("ada")
    leave("eve")
    sweep.script[:] = [None] * at + [KeyboardInterrupt()]

    assert sweep() == 1
    assert (
        sweep.said[-1] == f"{at // 2} of 2 removed, interrupted. The next sweep goes on from here."
    )
    assert (sweep(), there()) == (0, [])


def test_a_run_that_goes_on_is_left_alone(sweep, leave, there, path):
    """Its users are in use."""
    leave()

    assert (sweep(ended=False), there()) == (0, ["ada"])
    assert sweep.said == [
        f"{path()}: its run is not over yet, so the sweep skipped it.",
        "0 of 0 removed.",
    ]


@pytest.mark.parametrize(
    "other", [{"sid": "AC" + "0" * 32}, {"base_url": "https://elsewhere.example"}]
)
def test_a_ledger_of_another_account_is_left_alone(sweep, tmp_path, live_account, other):
    """There the kit could not see whether a user is gone."""
    whose = replace(live_account, **other)
    foreign = Ledger(tmp_path, run=OTHER, account=whose)
    foreign.plan(SERVICE, "ada", test=TEST)
    foreign.close()
    (path,) = tmp_path.glob("*.jsonl")

    assert (sweep(), sweep.requests) == (1, [])
    assert sweep.said[0] == (
        f"{path} belongs to account {whose.sid} at {whose.base_url}, but the credentials belong"
        f" to {live_account.sid} at {ORIGIN}. The sweep skipped it. To sweep it, use the"
        f" credentials of its account and --base-url {whose.base_url}"
    )
    assert path.exists()


def test_a_damaged_ledger_is_told(sweep, leave, ledger, there, path):
    """It is not changed."""
    leave()
    ledger.close()
    path().write_text("{}\n")

    assert (sweep(), there()) == (1, ["ada"])
    assert sweep.said[0].startswith(
        f"The ledger {path()} is damaged, line 1: it does not begin a ledger"
    )
    assert path().read_text() == "{}\n"


def test_a_ledger_that_is_damaged_meanwhile_is_told(sweep, leave, path, monkeypatch):
    """It is read again once nobody else has it."""
    hold = ledger_files.hold

    def hold_and_damage(descriptor, *, alone, wait):
        hold(descriptor, alone=alone, wait=wait)
        if alone:
            path().write_text("{}\n")

    leave()
    monkeypatch.setattr(ledger_files, "hold", hold_and_damage)

    assert sweep() == 1
    assert [line.split(",")[0] for line in sweep.said] == [
        f"The ledger {path()} is damaged",
        "0 of 0 removed.",
    ]


def test_a_ledger_that_cant_be_claimed_is_told(sweep, leave, path, monkeypatch):
    """It may be somebody else's file."""
    leave()

    def refuse(path, flags, mode=0):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ledger_files.os, "open", refuse)

    assert sweep() == 1
    assert sweep.said[0].startswith(f"The ledger {path()} can't be written: Permission denied.")


def test_an_empty_ledger_is_deleted(sweep, tmp_path):
    """Its run was killed before it noted anything."""
    (tmp_path / "empty.jsonl").write_bytes(b"")

    assert (sweep(), list(tmp_path.glob("*.jsonl"))) == (0, [])


# By names


@pytest.fixture
def old(client, time):
    """Users of a day ago: two of runs, and some that only look like it."""
    identities = [f"{RUN}-0a1b2c-ada", f"{OTHER}-user-1", "tu-2026-abcdef-ada", f"x{RUN}-ada"]
    made = [client.create_service_user(SERVICE, name).sid for name in (*identities, RUN, "ada")]
    client.create_user(f"{RUN}-in-another-service")
    time.sleep(24 * 3600)
    return made[:2]


def test_what_has_a_runs_name_is_listed_first(sweep, old, there):
    """Nothing is deleted, and of identities only the run's name is shown."""
    before = there()

    assert (sweep(prefix=True, service_sid=SERVICE), there()) == (1, before)
    assert sweep.said == [
        f"{old[0]} of {RUN}, made 2026-03-04T12:00:00Z",
        f"{old[1]} of {OTHER}, made 2026-03-04T12:00:00Z",
        "Nothing was deleted. To delete these: --yes",
        "0 of 2 removed.",
    ]


def test_what_has_a_runs_name_is_deleted_with_yes(sweep, old, there):
    """And nothing else."""
    before = there()

    assert sweep(prefix=True, yes=True, service_sid=SERVICE) == 0
    assert sweep.said == [
        f"1 of 2 removed. {old[0]} of {RUN}, made 2026-03-04T12:00:00Z: deleted",
        f"2 of 2 removed. {old[1]} of {OTHER}, made 2026-03-04T12:00:00Z: deleted",
        "2 of 2 removed.",
    ]
    assert [name for name in before if name not in there()] == [
        f"{RUN}-0a1b2c-ada",
        f"{OTHER}-user-1",
    ]


def test_what_is_young_stays(sweep, old, client, there):
    """It may be in use."""
    young = f"{RUN}-young"
    client.create_service_user(SERVICE, young)
    sweep(prefix=True, yes=True, service_sid=SERVICE)

    assert young in there()


def test_hours_are_the_callers_to_choose(sweep, old):
    """Fractions, too."""
    assert sweep(prefix=True, yes=True, service_sid=SERVICE, older_than=24.01) == 0
    assert sweep.said == ["0 of 0 removed."]


def test_a_run_that_goes_on_keeps_its_names(sweep, old, leave, there):
    """However old they are."""
    leave("eve")
    sweep(ended=False, prefix=True, yes=True, service_sid=SERVICE)

    assert f"{RUN}-0a1b2c-ada" in there()
    assert f"{OTHER}-user-1" not in there()


def test_a_service_has_to_be_named(sweep):
    """Whose users else?"""
    with pytest.raises(KitError) as caught:
        sweep(prefix=True)

    assert str(caught.value) == (
        "--prefix looks through the users of one service. Name it: --service-sid IS…"
    )


def test_users_that_cant_be_listed_are_told(sweep):
    """Nothing is deleted then."""
    sweep.script[:] = [httpx.Response(401, json={"code": 20003})]

    assert sweep(prefix=True, yes=True, service_sid=SERVICE) == 1
    assert sweep.said == [
        (
            f"The users of {SERVICE} can't be listed: list_service_user was answered 401, code"
            " 20003. Do the credentials belong to the account and its region?"
        ),
        "0 of 0 removed.",
    ]


def test_what_is_another_by_now_stays(sweep, old, client):
    """Between the list and the delete."""
    shown = client.fetch_service_user(SERVICE, old[0]).to_dict()
    sweep.script[:] = [None, httpx.Response(200, json=shown | {"identity": "eve"})]

    assert sweep(prefix=True, yes=True, service_sid=SERVICE) == 1
    assert sweep.said[0] == (
        f"0 of 2 removed. {old[0]} of {RUN}, made 2026-03-04T12:00:00Z stays: the user that"
        " exists is not the one that was listed."
    )


def test_what_is_gone_by_now_is_well(sweep, old, client):
    """Another sweep was faster."""
    sweep.script[:] = [None, lambda: client.delete_service_user(SERVICE, old[0])]

    assert sweep(prefix=True, yes=True, service_sid=SERVICE) == 0
    assert sweep.said[0].endswith(": was gone")
