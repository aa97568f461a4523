import pytest

from pytest_twilio_users.contract.evidence import Evidence


def test_evidence_is_ranked_best_first() -> None:
    """The order of the members is the order of trust that reports are sorted by."""
    assert list(map(str, Evidence)) == [
        "recorded",
        "sibling",
        "documented",
        "sdk",
        "third-party",
        "inferred",
    ]


@pytest.mark.parametrize("evidence", Evidence)
def test_each_kind_of_evidence_has_a_meaning_of_one_line(evidence: Evidence) -> None:
    """Whoever reads "sibling" in a report can look up what it stands for."""
    assert evidence.meaning
    assert "\n" not in evidence.meaning
    assert not evidence.meaning.endswith(".")


def test_what_is_inferred_is_told_as_a_guess() -> None:
    """A guess of the project is never dressed up as knowledge."""
    assert Evidence.INFERRED.meaning == "a guess of this project"
