"""What failing tests print of Twilio Users, as snapshots."""

import pytest

TESTS = """
    import app

    def test_a_misspelt_parameter(twilio_users):
        app.sign_up("ada@example.com", friendlyname="Ada", Atributes="{}")

    def test_an_unknown_path(twilio_users):
        app.http.get("https://conversations.twilio.com/v1/User/ada")

    def test_an_unknown_method(twilio_users):
        user = twilio_users.add_user("ada")
        app.http.patch(user.url, data={"FriendlyName": "Ada"})

    def test_a_refusal(twilio_users):
        user = twilio_users.client.create_user("ada")
        twilio_users.client.delete_user(user.sid)
        twilio_users.client.fetch_user(user.sid)

    def test_a_walk(twilio_users):
        twilio_users.add_user("ada")
        twilio_users.add_user("bob")
        list(twilio_users.client.iter_users(page_size=1))
        twilio_users.journal.of("create")
    """


@pytest.mark.usefixtures("outer_snapshots")
def test_a_failure_tells_what_to_do(suite, twilio_users_snapshot):
    """The error in the kit's words, and the exchanges that led there."""
    failures = suite.run(TESTS, "--tb=line").result.reprec.getfailures()
    told = {
        report.location[2]: {"failure": report.longreprtext, **dict(report.sections)}
        for report in failures
    }
    assert told == twilio_users_snapshot
