"""The contract suite asks what its evidence supports: other answers contradict guesses alone."""

import pytest
from contract.legitimate_stubs import LEGITIMATE_STUBS

from pytest_twilio_users.contract.evidence import Evidence
from pytest_twilio_users.suites.promises import PROMISES


@pytest.mark.parametrize("name", LEGITIMATE_STUBS)
def test_a_legitimate_answer_contradicts_its_own_guess_alone(examine_stub, name) -> None:
    """Of the whole suite nothing fails but what asks for more than is known; so says its end.

    Of what is asked about one service, about the named one; the other is asked alike.
    """
    stub = LEGITIMATE_STUBS[name]
    suite = ("--maxfail=0", "-k", "not default-")
    trial = examine_stub(stub.answer.__module__, name, None, *suite)
    assert trial.crashes == []
    assert trial.broken == ({stub.promise} if stub.promise else set())
    broken = [PROMISES[name] for name in trial.broken]
    assert [line for line in trial.told if line.startswith("BROKEN")] == [
        f"BROKEN {promise.name}: {promise.statement} ({promise.evidence})" for promise in broken
    ]


def test_what_a_legitimate_answer_contradicts_is_no_document() -> None:
    """Evidence that is better than a guess has words or a form that were seen elsewhere."""
    contradicted = {stub.promise for stub in LEGITIMATE_STUBS.values()} - {""}
    evidence = {PROMISES[name].evidence for name in contradicted}
    assert evidence <= {Evidence.SIBLING, Evidence.INFERRED}
