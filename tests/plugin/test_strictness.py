"""What Twilio would ignore without a word fails the test, and is told whole."""

import pytest

from pytest_twilio_users.errors import KitWarning

IGNORED = "found a parameter that Twilio ignores"
FORM = "allowed: application/x-www-form-urlencoded"
JSON = (
    f"found 'application/json', JSON, which Twilio does not read; {FORM} (in httpx and"
    " requests: data=…, not json=…)"
)
OTHER_RESOURCE = (
    "Known paths: /v1/Services/{{ChatServiceSid}}/Users, /v1/Users,"
    " /v1/Services/{{ChatServiceSid}}/Users/{{Sid}}, /v1/Users/{{Sid}}.{nearest}"
    " For another resource of Twilio's Conversations, add a route of your own:"
    ' twilio_users.routes.get("https://conversations.twilio.com{path}").respond(json={{...}}).'
)
MISTAKES = {
    "misspelt-parameter": (
        "app.sign_up('ada', friendlyName='Countess')",
        (
            "create_user: POST /v1/Users"
            " (Identity='ada', FriendlyName='Ada', friendlyName='Countess')"
            " -> 201"
        ),
        (
            f"form.friendlyName: {IGNORED}; allowed: Identity, FriendlyName, Attributes, RoleSid."
            " Did you mean 'FriendlyName'?"
        ),
    ),
    "unknown-parameter": (
        "app.sign_up('ada', Colour='red')",
        "create_user: POST /v1/Users (Identity='ada', FriendlyName='Ada', Colour='red') -> 201",
        f"form.Colour: {IGNORED}; allowed: Identity, FriendlyName, Attributes, RoleSid.",
    ),
    "unknown-query-parameter": (
        "app.http.get(app.USERS, params={'page_size': 20})",
        "list_user: GET /v1/Users (page_size='20') -> 200",
        f"query.page_size: {IGNORED}; allowed: PageSize, Page, PageToken. Did you mean 'PageSize'?",
    ),
    "query-for-form": (
        "app.http.post(app.USERS + '/grace?FriendlyName=Grace')",
        "update_user: POST /v1/Users/grace (FriendlyName='Grace') -> 200",
        (
            f"query.FriendlyName: {IGNORED}; update_user has no query;"
            " was an identity with '?' not encoded?"
        ),
    ),
    "parameter-sent-twice": (
        "app.http.post(app.USERS, data={'Identity': ['ada', 'grace']})",
        "create_user: POST /v1/Users (Identity='grace') -> 409 50201 User already exists",
        "form.Identity: found it 2 times; allowed: once",
    ),
    "mapping-as-attributes": (
        "app.http.post(app.USERS, data={'Identity': 'ada', 'Attributes': ['duty', 'level']})",
        (
            "create_user: POST /v1/Users (Identity='ada', Attributes='level')"
            " -> 400 50304 Attributes not valid JSON"
        ),
        "form.Attributes: found it 2 times; allowed: once",
    ),
    "json-body": (
        "app.http.post(app.USERS, json={'Identity': 'ada'})",
        (
            "create_user: POST /v1/Users"
            " -> 400 20001 Missing required parameter Identity in the post"
            " body"
        ),
        f"header.Content-Type: {JSON}",
    ),
    "wrong-content-type": (
        "app.http.post(app.USERS, content='Identity=ada', headers={'Content-Type': 'text/plain'})",
        (
            "create_user: POST /v1/Users"
            " -> 400 20001 Missing required parameter Identity in the post"
            " body"
        ),
        f"header.Content-Type: found 'text/plain', a body that Twilio does not read; {FORM}",
    ),
    "no-content-type": (
        "app.http.post(app.USERS, content='Identity=ada')",
        (
            "create_user: POST /v1/Users"
            " -> 400 20001 Missing required parameter Identity in the post"
            " body"
        ),
        f"header.Content-Type: found no content type, a body that Twilio does not read; {FORM}",
    ),
    "password-as-a-name": (
        "app.http.post(app.USERS, data={'Identity': 'ada', app.LOGIN[1]: '1'})",
        "create_user: POST /v1/Users (Identity='ada', ***='1') -> 201",
        f"form.***: {IGNORED}; allowed: Identity, FriendlyName, Attributes, RoleSid.",
    ),
    "unprintable-name": (
        r"app.http.post(app.USERS, data={'Identity': 'ada', 'x\x1b[2J\u202e': '1'})",
        r"create_user: POST /v1/Users (Identity='ada', x\x1b[2J\u202e='1') -> 201",
        (
            rf"form.x\x1b[2J\u202e: {IGNORED}; allowed: Identity, FriendlyName, Attributes,"
            " RoleSid."
        ),
    ),
    "body-of-a-delete": (
        "app.http.request('DELETE', app.USERS + '/grace', data={'Force': 'yes'})",
        "delete_user: DELETE /v1/Users/grace (Force='yes') -> 204",
        "body: found 9 bytes; delete_user has no body",
    ),
    "header-neither-true-nor-false": (
        "app.http.delete(app.USERS + '/grace', headers={'X-Twilio-Webhook-Enabled': 'yes'})",
        (
            "delete_user: DELETE /v1/Users/grace (X-Twilio-Webhook-Enabled='yes')"
            " -> 400 20001 Invalid parameter X-Twilio-Webhook-Enabled"
        ),
        "header.X-Twilio-Webhook-Enabled: found 'yes'; allowed: true, false",
    ),
    "service-never-set": (
        "app.http.get(f'https://conversations.twilio.com/v1/Services/{None}/Users')",
        (
            "list_service_user: GET /v1/Services/None/Users"
            " -> 404 20404 The requested resource /Services/None/Users was not found"
        ),
        (
            "path.ChatServiceSid: found 'None'; a service's SID is 'IS' and 32 hex digits;"
            " was a variable unset?"
        ),
    ),
    "no-basic-credentials": (
        "app.http.get(app.USERS, auth=None, headers={'Authorization': 'Bearer a.secret.token'})",
        ("list_user: GET /v1/Users -> 401 20003 Authentication Error - No credentials provided"),
        (
            "header.Authorization: found Bearer; documented: HTTP Basic,"
            " of Account SID and auth token, or of API key SID and secret"
        ),
    ),
    "question-mark-not-encoded": (
        "app.http.delete(app.USERS + '/grace?hopper')",
        "delete_user: DELETE /v1/Users/grace (hopper='') -> 204",
        f"query.hopper: {IGNORED}; delete_user has no query; was an identity with '?' not encoded?",
    ),
    "slash-not-encoded": (
        "ignoring(app.http.get, app.USERS + '/grace/hopper')",
        "no operation: GET /v1/Users/grace/hopper -> no response (UnansweredRequest)",
        "path: found GET /v1/Users/grace/hopper, which no operation answers;"
        " If 'grace/hopper' is an identity, encode it as one segment: grace%2Fhopper"
        " (urllib.parse.quote(identity, safe='')). "
        + OTHER_RESOURCE.format(nearest="", path="/v1/Users/grace/hopper"),
    ),
    "dots-not-encoded": (
        "ignoring(app.http.get, app.USERS + '/..')",
        "no operation: GET /v1 -> no response (UnansweredRequest)",
        "path: found GET /v1, which no operation answers;"
        " If the identity was '.' or '..': httpx collapses these; send %2E or %2E%2E. "
        + OTHER_RESOURCE.format(nearest="", path="/v1"),
    ),
    "empty-identity": (
        "ignoring(app.http.delete, app.USERS + '/')",
        "no operation: DELETE /v1/Users/ -> no response (UnansweredRequest)",
        (
            "path: found DELETE /v1/Users/, which no operation answers; This path takes: GET"
            " (list_user), POST (create_user). Is the path meant to end with a user? Then its"
            " SID or identity was empty, or '.'."
        ),
    ),
    "wrong-method": (
        "ignoring(app.http.patch, app.USERS + '/grace')",
        "no operation: PATCH /v1/Users/grace -> no response (UnansweredRequest)",
        (
            "path: found PATCH /v1/Users/grace, which no operation answers; This path takes:"
            " GET (fetch_user), POST (update_user), DELETE (delete_user). Twilio updates a user"
            " with POST."
        ),
    ),
    "wrong-case": (
        "ignoring(app.http.get, 'https://conversations.twilio.com/v1/users')",
        "no operation: GET /v1/users -> no response (UnansweredRequest)",
        (
            "path: found GET /v1/users, which no operation answers;"
            " Paths are case-sensitive and begin with /v1: did you mean /v1/Users?"
        ),
    ),
    "other-version": (
        "ignoring(app.http.get, 'https://conversations.twilio.com/v2/Users')",
        "no operation: GET /v2/Users -> no response (UnansweredRequest)",
        "path: found GET /v2/Users, which no operation answers; "
        + OTHER_RESOURCE.format(nearest=" Did you mean '/v1/Users'?", path="/v2/Users"),
    ),
}
MISTAKEN = """
    import app
    import pytest

    def ignoring(send, url):
        try:
            send(url)
        except Exception:
            pass

    {mark}
    def test_mistaken(twilio_users):
        twilio_users.add_user("grace")
        {mistake}
    """
MISSPELT = MISTAKES["misspelt-parameter"]
MISPAGED = "app.http.get(app.USERS, params={'PageSize': 200})"
PAGE_SIZE_WARNING = (
    "list_user: query.PageSize: found 200; documented: at most 50;"
    " Twilio may answer fewer users than asked for, so follow next_page_url"
)


def complaint(*mistakes: tuple[str, str, str]) -> str:
    """What the kit says of mistakes."""
    return "\n".join(
        [
            "Twilio would ignore or misread what your code sent:",
            *(f"  {exchange}\n    {violation}" for _, exchange, violation in mistakes),
            (
                "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
                " --twilio-users-strict=no"
            ),
        ]
    )


EACH = {f"test_{name.replace('-', '_')}": mistake for name, mistake in MISTAKES.items()}


def each_mistaken(*, mark: str = "") -> str:
    """A test of each mistake."""
    return "".join(
        MISTAKEN.format(mark=mark, mistake=code).replace("test_mistaken", test)
        for test, (code, _, _) in EACH.items()
    )


def test_a_mistake_fails_the_test(suite):
    """The test passed on the stub; its end tells the exchange and what is wrong with it."""
    run = suite.run(each_mistaken())
    run.outcomes(failed=len(EACH))
    told = {test: run.failure(test) for test in EACH}
    assert told == {test: complaint(mistake) for test, mistake in EACH.items()}


@pytest.mark.parametrize(
    ("mark", "options"),
    [
        ("@pytest.mark.twilio_users(strict=False)", []),
        ("", ["--twilio-users-strict=no"]),
    ],
    ids=["for-a-test", "for-the-run"],
)
def test_strictness_can_be_turned_off(suite, mark, options):
    """The stub answers as Twilio would, and the test passes."""
    suite.run(each_mistaken(mark=mark), *options).outcomes(passed=len(EACH))


def test_without_strictness_no_operation_is_no_error(suite):
    """A path or method that Twilio does not know is refused as Twilio refuses it."""
    suite.run(
        """
        import app

        def test_refused(twilio_users):
            assert app.http.get(app.USERS + "/grace/hopper").status_code == 404
            assert app.http.patch(app.USERS + "/grace").status_code == 405
            assert twilio_users.journal.operations == []
            assert [exchange.status for exchange in twilio_users.journal] == [404, 405]
        """,
        "--twilio-users-strict=no",
    ).outcomes(passed=1)


def test_all_mistakes_are_told_at_once(suite):
    """Each with its exchange, in order."""
    mistakes = [MISTAKES[name] for name in ("no-content-type", "json-body", "wrong-case")]
    run = suite.run(MISTAKEN.format(mark="", mistake="; ".join(code for code, _, _ in mistakes)))
    assert run.failure("test_mistaken") == complaint(*mistakes)


def test_an_exchange_with_two_mistakes_tells_both(suite):
    """Nothing is held back until the first mistake is mended."""
    run = suite.run(
        MISTAKEN.format(
            mark="",
            mistake="app.http.post(app.USERS + '?Identity=ada', json={'Identity': 'ada'})",
        )
    )
    exchange = (
        "  create_user: POST /v1/Users (Identity='ada')"
        " -> 400 20001 Missing required parameter Identity in the post body"
    )
    assert run.failure("test_mistaken").splitlines()[1:-1] == [
        exchange,
        f"    query.Identity: {IGNORED}; create_user has no query",
        exchange,
        f"    header.Content-Type: {JSON}",
    ]


def test_the_kit_s_own_client_makes_no_mistake(suite):
    """All ten operations with all their parameters pass without a word."""
    suite.run(
        """
        def test_ten(twilio_users):
            client, service_sid = twilio_users.client, twilio_users.service_sid
            role_sid = "RL" + 32 * "1"
            fields = {"attributes": {"a": 1}, "friendly_name": "é", "role_sid": role_sid}
            fields["x_twilio_webhook_enabled"] = True
            client.create_user("a/b?c#d", **fields)
            client.fetch_user("a/b?c#d")
            client.update_user("a/b?c#d", **fields)
            client.list_user(page_size=50, page=0)
            client.delete_user("a/b?c#d", x_twilio_webhook_enabled=False)
            client.create_service_user(service_sid, "..", **fields)
            client.fetch_service_user(service_sid, "..")
            client.update_service_user(service_sid, "..", **fields)
            client.list_service_user(service_sid, page_size=50, page=0)
            client.delete_service_user(service_sid, "..", x_twilio_webhook_enabled=False)
            assert len(twilio_users.journal.tally()) == 10
        """
    ).outcomes(passed=1)


def test_a_mistake_that_met_an_override_is_told(suite):
    """What the author lets a route answer is checked, too."""
    run = suite.run(
        MISTAKEN.format(
            mark="",
            mistake="twilio_users.routes['create_user'].respond(201, json={'sid': 'US1'});"
            " app.sign_up('ada', friendlyName='Countess')",
        )
    )
    assert run.failure("test_mistaken") == complaint(MISSPELT)


def test_verify_tells_within_the_test(suite):
    """It raises at its line; the end of the test has nothing to add."""
    run = suite.run(
        """
        import app
        import pytest
        from pytest_twilio_users import ContractViolated

        def test_told(twilio_users):
            app.sign_up("ada", friendlyName="Countess")
            with pytest.raises(ContractViolated) as caught:
                twilio_users.verify()
            print(caught.value)
            twilio_users.verify()
        """,
        "-rP",
    )
    run.outcomes(passed=1)
    assert run.printed("test_told") == complaint(MISSPELT) + "\n"


def test_verify_shows_the_line_that_called_it(suite):
    """The failure ends in the test's own code."""
    run = suite.run(
        """
        import app

        def test_told(twilio_users):
            app.sign_up("ada", friendlyName="Countess")
            twilio_users.verify()
        """,
        "--tb=short",
    )
    indented = complaint(MISSPELT).replace("\n", "\nE   ")
    assert run.failure("test_told") == (
        "test_it.py:5: in test_told\n"
        "    twilio_users.verify()\n"
        f"E   pytest_twilio_users.errors.ContractViolated: {indented}"
    )


def test_verify_is_content_where_nothing_is_wrong(suite):
    """It neither raises nor returns anything."""
    suite.run(
        """
        import app

        def test_content(twilio_users):
            app.sign_up("ada")
            assert twilio_users.verify() is None
        """
    ).outcomes(passed=1)


@pytest.mark.parametrize(
    ("ending", "outcome"),
    [("assert False", "failed"), ("pytest.skip()", "skipped"), ("pytest.xfail()", "xfailed")],
    ids=["fails", "is-skipped", "xfails"],
)
def test_a_test_that_ended_otherwise_is_not_told_twice(suite, ending, outcome):
    """Its own end counts, and the next test hears nothing of it."""
    run = suite.run(
        f"""
        import app
        import pytest

        def test_mistaken(twilio_users):
            app.sign_up("ada", friendlyName="Countess")
            {ending}

        def test_innocent(twilio_users):
            app.sign_up("ada")
        """
    )
    run.outcomes(passed=1, **{outcome: 1})


def test_a_mistake_counts_as_an_expected_failure(suite):
    """A test that is marked xfail may fail by what the kit tells."""
    suite.run(
        MISTAKEN.format(mark="@pytest.mark.xfail(strict=True)", mistake=MISSPELT[0])
    ).outcomes(xfailed=1)


FIXTURE = """
    import app
    import pytest

    @pytest.fixture(scope={scope!r})
    def fixture(twilio_users):
        {before}
        yield
        {after}

    class TestFixture:
        def test_with_it(self, fixture):
            pass

    def test_innocent(twilio_users):
        pass
    """


@pytest.mark.parametrize("scope", ["function", "class"])
def test_a_mistake_of_a_fixture_fails_the_test_that_it_served(suite, scope):
    """What a fixture sent before its yield is told at the end of the test."""
    run = suite.run(FIXTURE.format(scope=scope, before=MISSPELT[0], after=""))
    run.outcomes(passed=1, failed=1)
    assert run.failure("test_with_it") == complaint(MISSPELT)


@pytest.mark.parametrize("scope", ["function", "class"])
def test_a_mistake_behind_the_yield_is_an_error(suite, scope):
    """What a fixture sent while torn down is told after it."""
    run = suite.run(FIXTURE.format(scope=scope, before="", after=MISSPELT[0]))
    run.outcomes(passed=2, errors=1)
    assert run.failure("test_with_it", "teardown") == complaint(MISSPELT)


@pytest.mark.parametrize("scope", ["function", "class"])
def test_a_fixture_that_fails_is_not_told_twice(suite, scope):
    """The error of the set-up stands alone."""
    run = suite.run(
        FIXTURE.format(scope=scope, before=f"{MISSPELT[0]}; raise LookupError", after="")
    )
    run.outcomes(passed=1, errors=1)


@pytest.mark.parametrize("scope", ["function", "class"])
def test_a_fixture_that_fails_behind_its_yield_is_not_told_twice(suite, scope):
    """Not with its own test, and not with the next."""
    run = suite.run(
        FIXTURE.format(scope=scope, before="", after=f"{MISSPELT[0]}; raise LookupError")
    )
    run.outcomes(passed=2, errors=1)


def test_a_mistake_of_a_request_that_runs_on_is_told(suite):
    """As the test that began it ends: what it comes to, nobody waits for. The next has none."""
    run = suite.run(
        """
        import threading

        import app
        import httpx

        answer = threading.Event()

        def wait(_):
            begun.set()
            answer.wait(5)
            return httpx.Response(503)

        begun = threading.Event()

        def test_leaves(twilio_users):
            twilio_users.routes["create_user"].mock(side_effect=wait)
            send = lambda: app.http.post(app.USERS, data={"identity": "ada"})
            threading.Thread(target=send).start()
            begun.wait(5)

        def test_next(twilio_users):
            answer.set()
            assert not twilio_users.journal
        """
    )
    run.outcomes(passed=2, errors=1)
    assert run.failure("test_leaves", "teardown") == (
        "Twilio would ignore or misread what your code sent:\n"
        "  create_user: POST /v1/Users (identity='ada') -> no response (not answered yet)\n"
        "    form.identity: found a parameter that Twilio ignores; allowed: Identity,"
        " FriendlyName, Attributes, RoleSid. Did you mean 'Identity'?\n"
        "To let the test pass anyway: @pytest.mark.twilio_users(strict=False), or"
        " --twilio-users-strict=no"
    )


def test_a_mistake_in_a_unittest_class_is_told(suite):
    """Tests of unittest end like any other."""
    run = suite.run(
        f"""
        import unittest

        import app
        import pytest

        @pytest.mark.usefixtures("twilio_users")
        class TestTeam(unittest.TestCase):
            def test_mistaken(self):
                {MISSPELT[0]}

            def test_fails(self):
                {MISSPELT[0]}
                self.fail()
        """
    )
    run.outcomes(failed=2)
    assert run.failure("test_mistaken") == complaint(MISSPELT)
    assert "Twilio would ignore or misread" not in run.failure("test_fails")


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (MISPAGED, PAGE_SIZE_WARNING),
        (
            "app.http.get(app.USERS + '?PageSize=2&PageSize=2')",
            "list_user: query.PageSize: found it 2 times with the same value; allowed: once",
        ),
        (
            "app.http.get('http://conversations.twilio.com/v1/Users')",
            (
                "list_user: origin: found http://conversations.twilio.com, which sends the"
                " credentials unencrypted; documented: https, without a port"
            ),
        ),
    ],
    ids=["page-size", "twice-alike", "in-clear"],
)
def test_what_is_only_advised_against_is_a_warning(suite, code, told):
    """The test passes: on the stub nothing came of it."""
    run = suite.run(MISTAKEN.format(mark="", mistake=code))
    run.outcomes(passed=1, warnings=1)
    [warning] = run.result.reprec.getcalls("pytest_warning_recorded")
    assert warning.warning_message.category is KitWarning
    assert str(warning.warning_message.message) == told


def test_a_warning_points_at_the_test(suite):
    """The summary of warnings shows where the author has to look."""
    run = suite.run(MISTAKEN.format(mark="", mistake=MISPAGED))
    shown = [line.strip() for line in run.lines if "KitWarning" in line]
    assert shown == [f"{suite.path / 'test_it.py'}:11: KitWarning: {PAGE_SIZE_WARNING}"]


def test_a_warning_can_be_turned_off(suite):
    """Where strictness is off, there is none."""
    mark = "@pytest.mark.twilio_users(strict=False)"
    suite.run(MISTAKEN.format(mark=mark, mistake=MISPAGED)).outcomes(passed=1)


WARNINGS_ARE_ERRORS = "@pytest.mark.filterwarnings('error')"


def test_a_warning_that_is_an_error_fails_the_test(suite):
    """Where warnings are errors, the failure says what the warning would, and nothing else."""
    run = suite.run(MISTAKEN.format(mark=WARNINGS_ARE_ERRORS, mistake=MISPAGED))
    run.outcomes(failed=1)
    assert PAGE_SIZE_WARNING in run.failure("test_mistaken")
    assert "plugin.py" not in run.failure("test_mistaken")


def test_a_warning_that_is_an_error_hides_no_failure(suite):
    """A test that failed by itself shows its own failure."""
    run = suite.run(MISTAKEN.format(mark=WARNINGS_ARE_ERRORS, mistake=f"{MISPAGED}; assert 1 == 2"))
    run.outcomes(failed=1)
    assert run.failure("test_mistaken").splitlines()[-3:] == [
        "E       assert 1 == 2",
        "",
        "test_it.py:13: AssertionError",
    ]


def test_a_warning_that_is_an_error_hides_no_mistake(suite):
    """A mistake that came with it is told."""
    run = suite.run(MISTAKEN.format(mark=WARNINGS_ARE_ERRORS, mistake=f"{MISPAGED}; {MISSPELT[0]}"))
    assert MISSPELT[2] in run.failure("test_mistaken")
