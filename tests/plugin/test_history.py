"""Many requests in one test neither fill memory nor drown the report."""

import pytest

MANY = 1000
LIMIT = 100
SENDING = f"""
    import gc

    import app
    import httpx
    import pytest

    def send(method, url, content=None):
        \"\"\"Send where httpx's transports are caught: what lies above them costs most.\"\"\"
        headers = {{"Content-Type": "application/x-www-form-urlencoded"}}
        request = httpx.Request(method, url, headers=headers, content=content)
        request = next(httpx.BasicAuth(*app.LOGIN).auth_flow(request))
        with httpx.HTTPTransport(verify=False) as transport:
            for _ in range({MANY}):
                transport.handle_request(request)

    def alive(name):
        gc.collect()
        return sum(type(found).__name__ == name for found in gc.get_objects())
    """
MARK = f"@pytest.mark.twilio_users(journal_limit={LIMIT})"


def test_all_requests_are_counted(suite):
    """The journal forgets exchanges, not how many there were and what they asked for."""
    suite.run(
        f"""{SENDING}
    {MARK}
    def test_many(twilio_users):
        twilio_users.add_user("ada")
        send("GET", app.USERS + "/ada")
        journal = twilio_users.journal
        assert len(journal) == journal.count("fetch_user") == {MANY}
        assert len(journal.operations) == {MANY}
        assert journal.tally() == {{"fetch_user": {MANY}}}
        assert twilio_users.routes["fetch_user"].call_count == {MANY}
        """
    ).outcomes(passed=1)


REQUESTS = {
    "plain": ("", "send('GET', app.USERS + '/ada')"),
    "refused": ("", "send('GET', app.USERS + '/grace')"),
    "advised-against": ("", "send('GET', app.USERS + '?PageSize=200')"),
    "mistaken": ("", "send('GET', app.USERS + '?page_size=20')"),
    "not-strict": ("strict=False, ", "send('GET', app.USERS + '?page_size=20')"),
    "overridden": (
        "",
        "twilio_users.routes['fetch_user'].respond(503); send('GET', app.USERS + '/ada')",
    ),
}


@pytest.mark.parametrize(("setting", "requests"), REQUESTS.values(), ids=REQUESTS)
def test_the_journal_keeps_its_limit(suite, setting, requests):
    """Of many exchanges no more are held than the limit, and as many that were mistaken."""
    suite.run(
        f"""{SENDING}
    @pytest.mark.twilio_users({setting}journal_limit={LIMIT})
    def test_many(twilio_users):
        twilio_users.add_user("ada")
        {requests}
        assert alive("Exchange") <= 2 * {LIMIT}
        assert len(twilio_users.journal) == {MANY}
        pytest.skip("what it sent is not the question")
        """
    ).outcomes(skipped=1)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param("send('POST', app.USERS + '/ada', b'FriendlyName=Ada')", id="updates"),
        pytest.param(
            "since = twilio_users.checkpoint()\n"
            "        send('POST', app.USERS + '/ada', b'FriendlyName=Ada')",
            id="updates-since-a-checkpoint",
        ),
    ],
)
def test_undoing_needs_what_was_changed(suite, changes):
    """What a test remembers to be undone grows with the users it changed, not with the changes."""
    suite.run(
        f"""{SENDING}
    {MARK}
    def test_many(twilio_users):
        twilio_users.add_user("ada")
        {changes}
        assert alive("StoredUser") <= 2 * {LIMIT}
        """
    ).outcomes(passed=1)


def test_a_forgotten_exchange_says_so(suite):
    """Asking for one explains what is held, and how to hold more."""
    run = suite.run(
        f"""{SENDING}
    {MARK}
    def test_many(twilio_users):
        send("GET", app.USERS)
        twilio_users.journal[0]
        """
    )
    error = run.report("test_many", "call").longrepr.reprcrash.message
    assert error == (
        "pytest_twilio_users.errors.Forgotten: Exchange 0 is no longer in the journal: it keeps"
        f" the last {LIMIT} of {MANY}."
        " Raise journal_limit, for this test: @pytest.mark.twilio_users(journal_limit=…)."
    )


def test_a_report_shows_the_last_of_many(suite):
    """The section of a failing test stays short."""
    run = suite.run(
        f"""{SENDING}
    {MARK}
    def test_many(twilio_users):
        send("GET", app.USERS)
        assert False
        """
    )
    assert run.exchanges("test_many").splitlines() == [
        f"({MANY - 10} earlier exchanges not shown)",
        *(f"{number}. list_user: GET /v1/Users -> 200" for number in range(MANY - 9, MANY + 1)),
    ]


def test_a_mistake_made_many_times_does_not_drown_the_report(suite):
    """The failure tells it without a line for each time."""
    run = suite.run(
        f"""{SENDING}
    {MARK}
    def test_many(twilio_users):
        send("GET", app.USERS + "?page_size=20")
        """
    )
    run.outcomes(failed=1)
    assert len(run.failure("test_many").splitlines()) < 50


def test_a_warning_given_many_times_is_given_once(suite):
    """The same advice on the same operation is one warning a test."""
    run = suite.run(
        f"""{SENDING}
    {MARK}
    def test_many(twilio_users):
        send("GET", app.USERS + "?PageSize=200")
        """
    )
    run.outcomes(passed=1, warnings=1)
