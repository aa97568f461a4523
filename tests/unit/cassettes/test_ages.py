from datetime import UTC, datetime, timedelta

from pytest_twilio_users.cassettes.ages import tell_ages

TODAY = datetime.now(UTC).date()


def test_old_cassettes_are_told_with_the_oldest(tmp_path):
    """How many of how many, and what to do."""
    for number, days in enumerate([1, 29, 31, 400]):
        date = TODAY - timedelta(days=days)
        tmp_path.joinpath(f"{number}.json").write_text(f'{{"format": 1, "date": "{date}"}}')
    assert list(tell_ages(tmp_path, days=30)) == [
        (
            f"2 of 4 cassettes are older than 30 days, the oldest of {TODAY - timedelta(days=400)}."
            " --twilio-users-mode=record records them anew."
        )
    ]


def test_one_old_cassette_is_told_as_one(tmp_path):
    """So is one day."""
    before = TODAY - timedelta(days=2)
    tmp_path.joinpath("a.json").write_text(f'"date": "{before}"')
    assert list(tell_ages(tmp_path, days=1)) == [
        (
            f"1 of 1 cassette is older than 1 day, the oldest of {before}."
            " --twilio-users-mode=record records them anew."
        )
    ]


def test_young_and_missing_cassettes_are_not_told(tmp_path):
    """Nor are those that can't be read: who reads them says so."""
    tmp_path.joinpath("a.json").write_text(f'"date": "{TODAY}"')
    tmp_path.joinpath("b.json").write_text('"date": "2026-99-99"')
    tmp_path.joinpath("c.json").write_text("no date")
    tmp_path.joinpath("d.json").mkdir()
    tmp_path.joinpath("e.json").symlink_to("e.json")
    tmp_path.joinpath("f.json").symlink_to("nothing")
    assert not list(tell_ages(tmp_path, days=30))
    assert not list(tell_ages(tmp_path / "none", days=30))
