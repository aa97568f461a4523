"""Whatever a request says: it is answered as the contract has it, or refused, changing nothing."""

from fuzz.inputs import fuzzed, require_told
from fuzz.made_up_account import BASIC, HEADERS, REQUESTS, SEEDS, TOKEN, account
from fuzz.mutating import changed_bytes, changed_text

from pytest_twilio_users.backends.observed import ObservedBackend
from pytest_twilio_users.backends.stub import StubBackend
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.errors import UnansweredRequest
from pytest_twilio_users.neighbours.answering import NeighboursBackend
from pytest_twilio_users.neighbours.memory import Memory
from pytest_twilio_users.report.conversation import tell_turns
from pytest_twilio_users.server.seeds import plant
from pytest_twilio_users.wire.answers import check_response
from pytest_twilio_users.wire.journal import Journal
from pytest_twilio_users.wire.messages import Request
from pytest_twilio_users.wire.violations import Severity

METHODS = ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "get", "\0", "é", "")
BEGUN = ("services", "roles")
LOGINS = (BASIC, None, "", "Basic", "Basic YQ", "Basic YTpi", "Bearer x", "Basic é", BASIC * 2)


class Asked:
    """The kit without a library around it."""

    def __init__(self):
        self.account = account()
        self.memory = Memory(self.account)
        plant(self.account, SEEDS, source="fuzz", neighbours=self.memory)
        self.begun = self.remembered()
        self.strict = True

    def remembered(self):
        """All that the stub remembers, but what a service has that is asked for the first time."""
        made = (item for item in self.memory.all() if item.spot.row.name not in BEGUN)
        return [*self.account.store.users()], [item for item in made if not item.spot.row.is_single]

    def ask(self, request, journal):
        """Answer a request, in front of a journal."""
        observed = ObservedBackend(
            StubBackend(self.account),
            journals=lambda: (journal,),
            strict=lambda: self.strict,
            beside=NeighboursBackend(self.memory, on=lambda: True, how=str),
        )
        return observed.handle(request)


ASKED = Asked()


def as_sent(text):
    """A text as it arrives, byte by byte."""
    return text.encode(errors="replace").decode("latin-1")


def a_request(dice):
    """A request that somebody may send, with some changes."""
    method, target, body = dice.of(REQUESTS)
    headers = [*HEADERS]
    login = BASIC
    while dice.left > 0:
        match dice.below(8):
            case 0 | 1:
                target = as_sent(changed_text(dice, target))
            case 2 | 3:
                body = changed_bytes(dice, body)
            case 4:
                method = dice.of(METHODS)
            case 5:
                at = dice.below(len(headers))
                name, value = headers[at]
                headers[at] = (name, as_sent(changed_text(dice, value)))
            case 6:
                headers.append(dice.of(headers))
            case _:
                login = dice.of(LOGINS)
    return Request(
        method=method,
        origin="https://conversations.twilio.com",
        target=target,
        headers=tuple(headers),
        body=body,
        authorization=login,
    )


@fuzzed(share=12)
def test_a_request_is_answered_or_refused(dice):
    """Refused, it changes nothing; answered, its answer keeps the contract; both can be told."""
    ASKED.strict, is_told = bool(dice.below(2)), not dice.below(4)  # to tell takes longest
    request, journal = a_request(dice), Journal()
    users, beside = ASKED.account.store.track({}), ASKED.memory.shelf.track({})
    try:
        response = ASKED.ask(request, journal)
    except UnansweredRequest as error:
        require_told(error)
        response = None
    finally:
        after = ASKED.remembered()
        ASKED.account.store.untrack(users)
        ASKED.memory.shelf.untrack(beside)
        ASKED.account.store.undo(users)
        ASKED.memory.shelf.undo(beside)
    assert ASKED.remembered() == ASKED.begun

    if response is None or response.status >= 400 or request.method not in ("POST", "DELETE"):
        assert after == ASKED.begun
    [exchange] = journal
    if response is not None and exchange.operation is not None:
        found = check_response(OPERATIONS[exchange.operation], response)
        assert [each for each in found if each.severity is not Severity.NOTE] == []
    if is_told:
        [turn] = tell_turns(journal)
        for told in (journal.explain(), str(journal), turn.why, turn.asked):
            assert told.replace("\n", "").isprintable()
            assert TOKEN not in told
