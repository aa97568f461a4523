"""The end of a run tells which promises held, those of a server and those of a client apart."""

from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from itertools import pairwise

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.settings import Mode
from pytest_twilio_users.suites.broken_answers import BrokenAnswer
from pytest_twilio_users.suites.outcomes import Finding, Kind
from pytest_twilio_users.suites.promises import OF_THE_STUB, PROMISES, UNASKED
from pytest_twilio_users.suites.summary import judge_all, summarize

HELD, CONTRADICTED, REFUSED = Kind.HELD, Kind.CONTRADICTED, Kind.REFUSED
NOT_REACHED, SKIPPED = Kind.NOT_REACHED, Kind.SKIPPED
KIT = f"pytest-twilio-users {version('pytest-twilio-users')}"
TWILIO = "conversations.twilio.com"


def found(*told: tuple[str, Kind] | tuple[str, Kind, str]) -> list[Finding]:
    """Findings, in the order in which they read."""
    return [Finding(promise=name, kind=kind, text="".join(text)) for name, kind, *text in told]


def labelled(lines: Iterable[str], *labels: str) -> list[str]:
    """The lines with these labels, with those that belong to them."""
    kept, keep = [], False
    for line in lines:
        keep = keep if line.startswith("  ") else line.startswith(labels)
        kept += [line] if keep else []
    return kept


def test_a_broken_promise_of_a_client_is_told_with_its_reason() -> None:
    """One failing test breaks its promise, however many pass."""
    results = found(
        ("limit_is_kept", HELD),
        ("webhook_header_is_sent", HELD),
        ("webhook_header_is_sent", CONTRADICTED),
        ("webhook_header_is_sent", HELD),
    )
    assert list(summarize(results, mode=Mode.STUB)) == [
        "client         1 of   2 kept",
        (
            "BROKEN webhook_header_is_sent: Create, update and delete send X-Twilio-Webhook-Enabled"
            " as true or false. Without it Twilio calls no webhook, and nobody hears of the change."
        ),
    ]


def test_what_was_not_reached_is_neither_held_nor_broken() -> None:
    """It is named with the reason; where another test saw it broken, that counts."""
    results = found(
        ("limit_is_kept", NOT_REACHED, "the fixture is missing"),
        ("limit_is_kept", HELD),
        ("create_answers_201", NOT_REACHED, "the fixture is missing"),
        ("webhook_header_is_sent", CONTRADICTED),
        ("webhook_header_is_sent", NOT_REACHED, "the fixture is missing"),
        ("answers_are_read", SKIPPED, "the client has no list"),
    )
    lines = list(summarize(results, mode=Mode.STUB))
    assert lines[:3] == [
        f"documented     0 of   1 held   ({Evidence.DOCUMENTED.meaning})",
        ("all            0 of   1 held by the stub: what it does was not checked against Twilio"),
        "client         0 of   2 kept",
    ]
    assert lines[3].startswith("BROKEN webhook_header_is_sent: ")
    assert lines[4:] == [
        "NOT REACHED create_answers_201, limit_is_kept",
        "  Because: the fixture is missing",
        "NOT REACHED answers_are_read",
        "  Because: the client has no list",
    ]


def test_a_test_that_was_skipped_takes_nothing_from_one_that_held() -> None:
    """The default service's half of the suite may be left out."""
    results = found(("create_answers_201", SKIPPED, "no default"), ("create_answers_201", HELD))
    lines = list(summarize(results, mode=Mode.STUB))
    assert len(lines) == 2
    assert lines[1].startswith("all            1 of   1 held by the stub: ")


def test_a_broken_promise_of_a_server_is_told_with_what_was_seen() -> None:
    """Whoever wrote the server need not scroll up."""
    lines = summarize(
        found(("update_nothing", CONTRADICTED, "202 instead of 200")), mode=Mode.REPLAY
    )
    assert list(lines) == [
        f"inferred       0 of   1 held   ({Evidence.INFERRED.meaning})",
        "all            0 of   1 held by the replay",
        (
            "BROKEN update_nothing: Update without a parameter answers 200 and changes nothing"
            " (inferred)"
        ),
        "  Seen: 202 instead of 200",
    ]


def test_a_live_run_counts_what_can_be_true_of_twilio() -> None:
    """What was not reached is named: why no test asks, what skipped it, or what ended the run."""
    results = found(("create_answers_201", HELD), ("max_page_size", SKIPPED, "it is not asked"))
    lines = list(summarize(results, mode=Mode.LIVE, host=TWILIO, ended="Ctrl-C"))
    known = PROMISES.keys() - OF_THE_STUB
    assert lines[0] == "ENDED EARLY: Ctrl-C"
    counts = f"  1 confirmed,   0 contradicted, {len(known) - 1:>3} not reached"
    assert f"all          {counts}, by {TWILIO}" in lines
    by_evidence = Counter(PROMISES[name].evidence for name in known)
    confirmed = Counter([PROMISES["create_answers_201"].evidence])
    assert lines[1 : 1 + len(by_evidence)] == [
        f"{kind:<12} {confirmed[kind]:>3} confirmed,   0 contradicted,"
        f" {by_evidence[kind] - confirmed[kind]:>3} not reached   ({kind.meaning})"
        for kind in Evidence
        if by_evidence[kind]
    ]
    reasons = {
        line.removeprefix("  Because: "): {*names.removeprefix("NOT REACHED ").split(", ")}
        for names, line in pairwise(lines)
        if line.startswith("  Because: ")
    }
    assert reasons.pop("it is not asked") == {"max_page_size"}
    asked = {"create_answers_201", "max_page_size"}
    assert reasons.pop("no test of it was selected") == known - UNASKED.keys() - asked
    assert {name: why for why, names in reasons.items() for name in names} == {
        name: why for name, why in UNASKED.items() if name not in OF_THE_STUB
    }


def test_one_reason_is_told_once_whatever_was_asked_for() -> None:
    """The operation that found it does not matter."""
    results = found(
        ("dates_equal", NOT_REACHED, "create_user: the 9 changes are used up."),
        ("dates_form", NOT_REACHED, "update_service_user: the 9 changes are used up."),
        ("sid_form", NOT_REACHED, "Mistake: the 9 changes are used up."),
    )
    assert labelled(summarize(results, mode=Mode.STUB), "NOT REACHED") == [
        "NOT REACHED dates_equal, dates_form",
        "  Because: the 9 changes are used up.",
        "NOT REACHED sid_form",
        "  Because: Mistake: the 9 changes are used up.",
    ]


def test_an_operation_that_does_not_work_contradicts_its_own_promise() -> None:
    """The others could not be asked about; what works otherwise is seen to be refused there."""
    results = found(
        ("create_answers_201", REFUSED, "create_user: 403"),
        ("dates_equal", REFUSED, "create_service_user: 403"),
        ("sid_or_identity", REFUSED, "fetch_user: 404"),
    )
    lines = list(summarize(results, mode=Mode.REPLAY))
    assert [line for line in lines if line.startswith(("BROKEN", "  Seen"))] == [
        "BROKEN create_answers_201: Create answers 201 and the user (documented)",
        "  Seen: create_user: 403",
        (
            "BROKEN sid_or_identity: Fetch, update and delete take the user's SID or its identity"
            " (documented)"
        ),
        "  Seen: fetch_user: 404",
    ]
    assert labelled(lines, "NOT REACHED") == [
        "NOT REACHED dates_equal",
        "  Because: see create_answers_201",
    ]


def test_what_an_operation_contradicts_is_not_told_by_others() -> None:
    """However that was seen; an operation that kept its promise is no excuse."""
    results = found(
        ("create_answers_201", CONTRADICTED, "202 instead of 201"),
        ("dates_equal", REFUSED, "create_user: 202"),
        ("delete_answers_204", HELD),
        ("delete_is_final", REFUSED, "delete_user: 403"),
        ("update_answers_200", NOT_REACHED, "update_user: the 9 changes are used up."),
        ("update_nothing", REFUSED, "update_user: 403"),
    )
    assert {name: verdict.kind for name, verdict in judge_all(results).items()} == {
        "create_answers_201": CONTRADICTED,
        "dates_equal": NOT_REACHED,
        "delete_answers_204": HELD,
        "delete_is_final": CONTRADICTED,
        "update_answers_200": NOT_REACHED,
        "update_nothing": CONTRADICTED,
    }


def test_a_refusal_of_no_known_operation_contradicts_what_was_asked() -> None:
    """There is no other promise to point to, and it must not go unnamed."""
    results = found(("dates_equal", REFUSED, "GET /v2/Users -> 403"))
    lines = labelled(summarize(results, mode=Mode.REPLAY), "BROKEN")
    assert lines == [
        f"BROKEN dates_equal: {PROMISES['dates_equal'].statement} (sibling)",
        "  Seen: GET /v2/Users -> 403",
    ]


def test_a_live_run_of_clients_tells_nothing_of_servers() -> None:
    """Nobody asked what the server promises."""
    results = found(("limit_is_kept", HELD))
    assert list(summarize(results, mode=Mode.LIVE, host=TWILIO)) == ["client         1 of   1 kept"]


def test_a_contradiction_says_what_to_change() -> None:
    """A setting of the stub, where there is one; else what an issue of the kit needs."""
    results = found(
        ("max_page_size", CONTRADICTED, "page_size 50"),
        ("identity_taken", CONTRADICTED, "400 instead of 409"),
        ("delete_answers_204", CONTRADICTED, "200 instead of 204"),
    )
    refused = PROMISES["identity_taken"]
    lines = summarize(results, mode=Mode.LIVE, host=TWILIO)
    assert labelled(lines, "CONTRADICTED") == [
        (
            "CONTRADICTED max_page_size: A PageSize over the maximum is cut to it: 1000 (documented"
            " until 2025-06-12) or 50 (third-party)"
        ),
        "  Seen: page_size 50",
        "  To change: the setting twilio_users_max_page_size changes what the stub does.",
        f"CONTRADICTED identity_taken: {refused.statement} (third-party)",
        "  Seen: 400 instead of 409",
        (
            "  To change: there is no setting. Report this line in an issue of the kit:"
            f" identity_taken (third-party), {KIT}, {TWILIO}: 400 instead of 409"
        ),
        f"CONTRADICTED delete_answers_204: {PROMISES['delete_answers_204'].statement} (documented)",
        "  Seen: 200 instead of 204",
        (
            "  To change: there is no setting. Report this line in an issue of the kit:"
            f" delete_answers_204 (documented), {KIT}, {TWILIO}: 200 instead of 204"
        ),
    ]


def broken(operation: str, place: str, found: str, allowed: str) -> BrokenAnswer:
    """A broken answer, in the order in which it reads."""
    return BrokenAnswer(operation=operation, place=place, found=found, allowed=allowed)


def test_what_answers_break_besides_is_told_once() -> None:
    """By all the operations that do, whatever it is that each was found to say."""
    results = found(("create_answers_201", HELD))
    seen = [
        broken("fetch_user", "/links", "null", "allowed: an object"),
        broken("list_user", "/links", "[]", "allowed: an object"),
        broken("fetch_user", "/links", "null", "allowed: an object"),
        broken("fetch_user", "", "[]", "the body is an object"),
    ]
    assert labelled(summarize(results, broken=seen, mode=Mode.STUB), "VIOLATION") == [
        "VIOLATION by fetch_user, list_user: /links: found null; allowed: an object (3 tests)",
        "VIOLATION by fetch_user: body: found []; the body is an object (1 test)",
    ]


def test_what_a_contradicted_promise_says_is_not_told_again() -> None:
    """A wrong status is that of its operation, a missing field that of the fields."""
    results = found(
        ("create_answers_201", CONTRADICTED, "200"),
        ("all_fields", CONTRADICTED, "no role_sid"),
        ("json_content_type", CONTRADICTED, "text/html"),
        ("update_answers_200", HELD),
    )
    seen = [
        broken("create_service_user", "status", "200", "create_service_user answers 201"),
        broken("update_user", "status", "202", "update_user answers 200"),
        broken("fetch_user", "/role_sid", "nothing", "every field is answered"),
        broken("fetch_user", "header.Content-Type", "text/html", "allowed: application/json"),
    ]
    assert labelled(summarize(results, broken=seen, mode=Mode.STUB), "VIOLATION") == [
        "VIOLATION by update_user: status: found 202; answers 200 (1 test)"
    ]


def test_server_and_client_are_told_apart() -> None:
    """A run of both suites has both summaries; the client's has no evidence."""
    results = found(("create_answers_201", HELD), ("limit_is_kept", HELD))
    lines = list(summarize(results, mode=Mode.STUB))
    assert [line.split()[0] for line in lines] == ["documented", "all", "client"]
