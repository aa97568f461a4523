"""Neighbours of users: turned on by a setting or by their use, and isolated as users are."""

import pytest

APPLICATION = '''
"""Application code: it knows Twilio and httpx, and nothing of the kit."""

import httpx

V1 = "https://conversations.twilio.com/v1"
LOGIN = ("AC" + 32 * "a", "a secret of the application")

http = httpx.Client(auth=LOGIN, verify=False)  # verify=False: no certificates to load


def login(name):
    roles = http.get(f"{V1}/Roles").raise_for_status().json()["roles"]
    sid = next((role["sid"] for role in roles if role["friendly_name"] == "participant"), None)
    http.post(f"{V1}/Users", data={"Identity": name} | ({"RoleSid": sid} if sid else {}))
    for room in http.get(f"{V1}/Conversations").raise_for_status().json()["conversations"]:
        http.post(f"{V1}/Conversations/{room['sid']}/Participants", data={"Identity": name})
'''


@pytest.fixture
def suite(suite):
    """An author's tests of an application that asks for neighbours."""
    suite.write(app=APPLICATION)
    return suite


def test_an_author_arranges_and_looks(suite):
    """Without a word of settings: the use is the opt-in."""
    suite.run(
        """
        from app import login

        def test_login_joins_the_lobby(twilio_users):
            twilio_users.neighbours.add("conversations", unique_name="lobby")
            login("ada")
            [participant] = twilio_users.neighbours.of("participants")
            assert participant["identity"] == "ada"
        """
    ).outcomes(passed=1)


@pytest.mark.parametrize(
    ("options", "mark", "environment"),
    [
        ((), "@pytest.mark.twilio_users(neighbours=True)", {}),
        (("--twilio-users-neighbours=yes",), "", {}),
        (("-o", "twilio_users_neighbours=yes"), "", {}),
        ((), "", {"TWILIO_USERS_NEIGHBOURS": "on"}),
    ],
    ids=["marker", "option", "ini", "environment"],
)
def test_a_setting_turns_them_on(suite, monkeypatch, options, mark, environment):
    """As each setting is set. The journal marks what they answer."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    suite.run(
        f"""
        import pytest
        from app import login

        {mark}
        def test_login(twilio_users):
            login("ada")
            assert str(twilio_users.journal).splitlines()[0] == (
                "1. roles: GET /v1/Roles -> 200 (loose: no evidence)"
            )
            assert [each.neighbour for each in twilio_users.journal] == [
                "roles", None, "conversations"
            ]
            assert twilio_users.journal.operations == ["create_user"]
        """,
        *options,
    ).outcomes(passed=1)


def test_off_they_are_unanswered_and_told_how_to_be_turned_on(suite):
    """And which call arranges what is asked for."""
    run = suite.run(
        """
        import pytest
        from app import login
        from pytest_twilio_users import UnansweredRequest

        def test_login(twilio_users):
            with pytest.raises(UnansweredRequest) as unanswered:
                login("ada")
            print(unanswered.value)
            twilio_users.verify()
        """,
    )

    run.outcomes(failed=1)
    assert run.printed("test_login") == (
        "No operation answers GET /v1/Roles.\n"
        "The kit can imitate roles, loosely. Turn that on:"
        " @pytest.mark.twilio_users(neighbours=True). Or add what you need:"
        ' twilio_users.neighbours.add("roles", friendly_name=…).\n'
        "For another resource of Twilio's Conversations, add a route of your own:"
        ' twilio_users.routes.get("https://conversations.twilio.com/v1/Roles").respond(json={...}).\n'
    )


@pytest.mark.parametrize(
    "deed",
    [
        'neighbours.add("conversations", unique_name="lobby")',
        'neighbours.define("tags", path="/v1/Tags", sid="TG")',
        'neighbours.add("configuration", default_closed_timer="PT1M")',
        'neighbours.of("roles")',
        "login('ada')",
    ],
)
def test_a_test_leaves_nothing_behind(suite, deed):
    """Nor are they on for the next; its SIDs begin anew."""
    suite.run(
        f"""
        from app import http, login, V1

        def test_first(twilio_users):
            neighbours = twilio_users.neighbours
            neighbours.of("roles")
            {deed}

        def test_second(twilio_users):
            assert http.get(f"{{V1}}/Roles").status_code == 404
            added = twilio_users.neighbours.add("conversations", unique_name="lobby")
            assert added["sid"].startswith("CH00000001")
            assert len(twilio_users.neighbours.of("conversations")) == 1
            twilio_users.neighbours.define("tags", path="/v1/Tags", sid="TG")
            configuration = twilio_users.neighbours.of("configuration")[0]
            assert configuration["default_closed_timer"] is None
        """,
        "--twilio-users-strict=no",
    ).outcomes(passed=2)


def test_what_a_module_made_is_there_for_its_tests(suite):
    """And what a test did to it is taken back; when the module is over, it is gone."""
    suite.write(
        test_other="""
        def test_there_is_none(twilio_users):
            assert twilio_users.neighbours.of("conversations") == []
        """
    )
    suite.run(
        """
        import pytest
        from app import login

        @pytest.fixture(scope="module")
        def lobby(twilio_users):
            return twilio_users.neighbours.add("conversations", unique_name="lobby")

        @pytest.mark.parametrize("name", ["ada", "grace"])
        def test_login(twilio_users, lobby, name):
            login(name)
            [participant] = twilio_users.neighbours.of("participants")
            assert participant["identity"] == name
            twilio_users.neighbours.add("conversations", sid=lobby["sid"], unique_name=name)

        def test_the_lobby_is_as_it_was(twilio_users, lobby):
            assert twilio_users.neighbours.of("conversations") == [lobby]
        """
    ).outcomes(passed=4)


def test_a_wide_fixture_that_comes_late_keeps_its_own(suite):
    """Whichever ends first takes back what it did, and no more."""
    suite.run(
        """
        import pytest

        @pytest.fixture(scope="module")
        def hall(twilio_users):
            return twilio_users.neighbours.add("conversations", unique_name="hall")

        @pytest.mark.parametrize("turn", [1, 2])
        def test_late(twilio_users, request, turn):
            neighbours = twilio_users.neighbours
            lobby = neighbours.add("conversations", unique_name="lobby")
            hall = request.getfixturevalue("hall")
            there = [each["unique_name"] for each in neighbours.of("conversations")]
            assert sorted(there) == ["hall", "lobby"]
        """
    ).outcomes(passed=2)


def test_each_example_has_its_own(suite):
    """It starts from what the test's fixtures made."""
    suite.run(
        """
        import pytest
        from app import login
        from hypothesis import given, strategies as st

        @pytest.fixture
        def lobby(twilio_users):
            return twilio_users.neighbours.add("conversations", unique_name="lobby")

        @given(name=st.sampled_from(["ada", "grace", "linus"]))
        def test_login(twilio_users, lobby, name):
            assert twilio_users.neighbours.of("participants") == []
            login(name)
            assert len(twilio_users.neighbours.of("participants")) == 1
        """
    ).outcomes(passed=1)


def test_a_route_comes_first(suite):
    """An author's own answer, by name or by code of Twilio's."""
    suite.run(
        """
        from app import http, V1

        def test_overridden(twilio_users):
            lobby = twilio_users.neighbours.add("conversations")
            joining = twilio_users.routes.post(f"{lobby['url']}/Participants")
            joining.refuse(50433, times=1)
            twilio_users.routes.get(f"{V1}/Roles").respond(
                json=twilio_users.page([{"sid": "RL1"}], key="roles")
            )
            assert http.post(f"{lobby['url']}/Participants").json()["message"] == (
                "Participant already exists"
            )
            assert http.post(f"{lobby['url']}/Participants").status_code == 201
            assert http.get(f"{V1}/Roles").json()["roles"] == [{"sid": "RL1"}]
            assert joining.call_count == 2
        """
    ).outcomes(passed=1)


def test_a_users_own_link_is_answered_in_any_case(suite):
    """An empty page for who is there, 404 for who is not."""
    suite.run(
        """
        from app import http

        def test_link(twilio_users):
            for service_sid in (None, twilio_users.service_sid):
                user = twilio_users.add_user("ada", service_sid=service_sid)
                link = user.links["user_conversations"]
                page = http.get(link).json()
                assert page["conversations"] == []
                assert page["meta"]["key"] == "conversations"
                assert page["meta"]["url"] == f"{link}?PageSize=50&Page=0"
                assert http.get(link.replace(user.sid, "nobody")).status_code == 404
                assert str(twilio_users.journal[-2]) == (
                    f"user_conversations: GET {link[32:]} -> 200 (loose: no evidence)"
                )
        """
    ).outcomes(passed=1)


@pytest.mark.parametrize(("method", "more"), [("POST", ""), ("GET", "/CH1")])
def test_nothing_else_is_answered_below_a_user(suite, method, more):
    """One of the conversations, or another method: there, neighbours are off."""
    run = suite.run(
        f"""
        from app import http

        def test_link(twilio_users):
            link = twilio_users.add_user("ada").links["user_conversations"]
            http.request("{method}", f"{{link}}{more}")
        """
    )

    run.outcomes(failed=1)
    assert (
        "The kit can imitate user_conversations, loosely. Turn that on:"
        " @pytest.mark.twilio_users(neighbours=True). Or add what you need:"
        ' twilio_users.neighbours.add("participants", conversation_sid=…, identity=…).'
    ) in run.failure("test_link")


def test_other_modes_have_none(suite):
    """And the message says so."""
    run = suite.run(
        """
        import pytest
        from app import login

        @pytest.mark.twilio_users(neighbours=True)
        def test_login(twilio_users):
            login("ada")
        """,
        "--twilio-users-mode=replay",
    )

    run.outcomes(failed=1)
    assert "The kit answers for roles only in stub mode, and the mode is replay." in run.failure(
        "test_login"
    )
