"""Snapshots in an author's tests: syrupy's ways, with stand-ins."""

from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from textwrap import dedent

import pytest
import time_machine
from versions import since

UPDATE = "--snapshot-update"
SYRUPY = ("-p", "syrupy")
WRITES_ALONE = int(version("syrupy").partition(".")[0]) >= 7
"""Whether a worker locks the file that it writes."""
XDIST = ("-p", "xdist", "-n2")
MEANINGLESS = (
    "A snapshot is one text, and each example of a Hypothesis test would give another. Assert what"
    " holds for all examples, or take the snapshot in a test without @given."
)
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Snapshots:
    """An author's tests, run with syrupy, and the snapshots that they left."""

    def __init__(self, suite):
        self.suite = suite
        self.folder = suite.path / "__snapshots__"

    def run(self, source="", *options):
        """Run them, and those written before."""
        return self.suite.run(source and dedent(source), *SYRUPY, *options)

    @property
    def texts(self):
        """What was written, by the names of the snapshots."""
        parts = self.amber().split("# name: ")[1:]
        return {
            name: dedent(text.partition("# ---\n")[0]).strip()
            for name, _, text in (part.partition("\n") for part in parts)
        }

    def amber(self, module="test_it"):
        """The file of a module's snapshots."""
        return (self.folder / f"{module}.ambr").read_text(encoding="utf-8")

    def files(self):
        """Every file of snapshots, by its path."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def snapshots(suite, monkeypatch, outer_snapshots):
    """A place for tests with snapshots."""
    # A worker of xdist prints no account, and it is no worker that runs them.
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    return Snapshots(suite)


ADA = """
    import app

    def test_it(twilio_users, twilio_users_snapshot):
        assert app.sign_up("ada@example.com") == twilio_users_snapshot
    """
ADA_SHOWN = """\
# serializer version: 1
# name: test_it[twilio_users]
  dict({
    'account_sid': '<AC:1>',
    'attributes': JSON({
    }),
    'chat_service_sid': '<IS:1>',
    'date_created': '<t0>',
    'date_updated': '<t0>',
    'friendly_name': 'Ada',
    'identity': 'ada@example.com',
    'is_notifiable': None,
    'is_online': None,
    'links': dict({
      'user_conversations': 'https://conversations.twilio.com/v1/Users/<US:1>/Conversations',
    }),
    'role_sid': '<RL:1>',
    'sid': '<US:1>',
    'url': 'https://conversations.twilio.com/v1/Users/<US:1>',
  })
# ---
"""


def test_an_answer_is_written_and_checked(snapshots):
    """To a file beside the tests that its author can read; the next run finds it so."""
    snapshots.run(ADA, UPDATE).outcomes(passed=1)
    assert snapshots.files().keys() == {"test_it.ambr"}
    assert snapshots.amber() == ADA_SHOWN
    run = snapshots.run()
    run.outcomes(passed=1)
    assert "1 snapshot passed." in run.lines
    assert snapshots.amber() == ADA_SHOWN


def test_a_snapshot_that_was_never_taken_fails_its_test(snapshots):
    """It is taken on purpose alone."""
    run = snapshots.run(ADA)
    run.outcomes(failed=1)
    assert "Snapshot 'test_it[twilio_users]' does not exist!" in run.failure("test_it")
    assert not snapshots.folder.exists()


def test_a_changed_answer_is_told_line_by_line(snapshots):
    """What was, what is, and where; the rest is as it was."""
    snapshots.run(ADA, UPDATE)
    changed = ADA.replace("(twilio_users, ", "(twilio_user, twilio_users, ").replace(
        'app.sign_up("ada@example.com")',
        'app.sign_up("ada@example.com") | {"sid": twilio_user.sid, "friendly_name": None}',
    )
    run = snapshots.run(changed, "-vv")
    run.outcomes(failed=1)
    told = [line.removeprefix("E").strip() for line in run.failure("test_it").splitlines()]
    assert [line for line in told if line.startswith(("- ", "+ "))] == [
        "-   'friendly_name': 'Ada',",
        "+   'friendly_name': None,",
        "-   'sid': '<US:1>',",
        "+   'sid': '<US:2>',",
    ]


@since("syrupy", "6.0")  # which takes a run in a process of xdist's for one of several
def test_unused_snapshots_are_told_and_removed(snapshots):
    """As those of a plain `snapshot`; those of tests that did not run stay."""
    both = ADA + ADA.replace("test_it", "test_other")
    snapshots.run(both, UPDATE).outcomes(passed=2)
    run = snapshots.run("", "-k", "test_it")
    assert run.result.ret == pytest.ExitCode.OK
    run = snapshots.run(ADA)
    run.outcomes(passed=1)
    assert run.result.ret == pytest.ExitCode.TESTS_FAILED
    assert "1 snapshot passed. 1 snapshot unused." in run.lines
    run = snapshots.run(ADA, UPDATE)
    assert run.result.ret == pytest.ExitCode.OK
    assert snapshots.amber() == ADA_SHOWN


def test_each_assertion_of_a_test_has_a_name(snapshots):
    """By number or by the author's name, beside those of syrupy's own `snapshot`."""
    source = """
        import pytest

        class TestBoth:
            @pytest.mark.parametrize("name", ["ada"])
            def test_it(self, name, snapshot, twilio_users, twilio_users_snapshot):
                user = twilio_users.add_user(name)
                assert user.identity == snapshot
                assert user.identity == twilio_users_snapshot
                assert user.sid == twilio_users_snapshot
                assert [user.identity] == snapshot
                assert user.sid == twilio_users_snapshot(name="sid")
                assert user.identity == snapshot(name="sid")
                assert user.url == twilio_users_snapshot
        """
    snapshots.run(source, UPDATE).outcomes(passed=1)
    test = "TestBoth.test_it[ada]"
    assert snapshots.texts == {
        test: "'ada'",
        f"{test}.1": "list([\n  'ada',\n])",
        f"{test}.1[twilio_users]": "'<US:1>'",
        f"{test}.3[twilio_users]": "'https://conversations.twilio.com/v1/Users/<US:1>'",
        f"{test}[sid]": "'ada'",
        f"{test}[sid][twilio_users]": "'<US:1>'",
        f"{test}[twilio_users]": "'ada'",
    }
    assert "7 snapshots passed." in snapshots.run().lines


SHOWN = {
    "exclude": (
        "user == twilio_users_snapshot(exclude=lambda prop, path: prop not in ('sid', 'identity'))",
        "dict({\n  'identity': 'ada',\n  'sid': '<US:1>',\n})",
    ),
    "exclude-props": (
        "{'user': user, user.sid: 1} == twilio_users_snapshot(exclude=props('user', '<US:1>'))",
        "dict({\n})",
    ),
    "include": (
        "user == twilio_users_snapshot(include=paths('sid', 'date_created'))",
        "dict({\n  'date_created': '<t0>',\n  'sid': '<US:1>',\n})",
    ),
    "include-nested": (
        "[user] == twilio_users_snapshot(include=paths_include(['0', 'links']))",
        "list([\n  dict({\n    'links': dict({\n    }),\n  }),\n])",
    ),
    "matcher": (
        "{'sid': user.sid, 'at': 1} == twilio_users_snapshot(matcher=path_type({'at': (int,)}))",
        "dict({\n  'at': int,\n  'sid': '<US:1>',\n})",
    ),
    "matcher-of-a-stand-in": (
        "[user.sid] == twilio_users_snapshot(matcher=name_of_the_first)",
        "list([\n  'ada',\n])",
    ),
    "defaults": (
        "user == twilio_users_snapshot.with_defaults(include=props('sid'))",
        "dict({\n  'sid': '<US:1>',\n})",
    ),
    "the-matcher-alone": (
        "[user.sid, user.url] == snapshot(matcher=twilio_users_matcher)",
        "list([\n  '<US:1>',\n  'https://conversations.twilio.com/v1/Users/<US:1>',\n])",
    ),
    "the-matcher-composed": (
        "{'sid': user.sid, 'at': 1} == snapshot(matcher=compose_matchers(*both))",
        "dict({\n  'at': int,\n  'sid': '<US:1>',\n})",
    ),
    "another-snapshot": (
        "user.sid == twilio_users_snapshot and [twilio_users_snapshot] == twilio_users_snapshot",
        "list([\n  '<US:1>',\n])",
    ),
}
"""An assertion about the user ada, and the snapshot that it takes."""


@pytest.mark.parametrize("name", SHOWN)
def test_filters_and_matchers_see_what_is_shown(snapshots, name):
    """They ask for stand-ins by the paths of the snapshot."""
    assertion, text = SHOWN[name]
    source = f"""
        from syrupy.filters import paths, paths_include, props
        from syrupy.matchers import compose_matchers, path_type, path_value

        name_of_the_first = path_value(
            {{"0": "<US:1>"}}, types=(str,), replacer=lambda data, found: "ada" if found else data
        )

        def test_it(snapshot, twilio_users, twilio_users_matcher, twilio_users_snapshot):
            both = (twilio_users_matcher, path_type({{"at": (int,)}}))
            user = twilio_users.add_user("ada")
            assert {assertion}
        """
    snapshots.run(source, UPDATE).outcomes(passed=1)
    assert text in snapshots.texts.values()
    snapshots.run().outcomes(passed=1)


def test_a_snapshot_may_show_only_what_changed(snapshots):
    """`diff` names the snapshot before."""
    source = """
        def test_it(twilio_users, twilio_users_snapshot):
            user = twilio_users.add_user("ada")
            assert user == twilio_users_snapshot(name="added")
            twilio_users.wait(3)
            changed = twilio_users.client.update_user("ada", friendly_name="Ada")
            assert changed == twilio_users_snapshot(name="changed", diff="added")
        """
    snapshots.run(source, UPDATE)
    snapshots.run(source, UPDATE).outcomes(passed=1)
    text = snapshots.texts["test_it[changed][twilio_users]"]
    assert [line for line in text.splitlines() if line[0] in "-+"] == [
        "-   'date_updated': '<t0>',",
        "+   'date_updated': '<t0+3s>',",
        "-   'friendly_name': None,",
        "+   'friendly_name': 'Ada',",
    ]
    snapshots.run().outcomes(passed=1)


@since("syrupy", "6.0")
@pytest.mark.parametrize(
    ("fixture", "file"),
    [
        (
            "twilio_users_snapshot.use_extension(TwilioUsersJSONSnapshotExtension)",
            "test_it[twilio_users].json",
        ),
        (
            "snapshot.use_extension(JSONSnapshotExtension)(matcher=twilio_users_matcher)",
            "test_it.json",
        ),
    ],
    ids=["extension", "matcher"],
)
def test_snapshots_may_be_json(snapshots, fixture, file):
    """Each in a file of its own, which goes when its test goes."""
    source = f"""
        from pytest_twilio_users.snapshots import TwilioUsersJSONSnapshotExtension
        from syrupy.extensions.json import JSONSnapshotExtension

        def test_it(snapshot, twilio_users, twilio_users_matcher, twilio_users_snapshot):
            user = twilio_users.add_user("ada")
            assert {{"user": user.sid, "url": user.url}} == {fixture}
        """
    text = (
        b'{\n  "url": "https://conversations.twilio.com/v1/Users/<US:1>",\n  "user": "<US:1>"\n}\n'
    )
    snapshots.run(source + source.replace("test_it", "test_gone"), UPDATE).outcomes(passed=2)
    gone = file.replace("test_it", "test_gone")
    assert snapshots.files() == {f"test_it/{file}": text, f"test_it/{gone}": text}
    run = snapshots.run(source)
    assert "1 snapshot passed. 1 snapshot unused." in run.lines
    snapshots.run(source, UPDATE).outcomes(passed=1)
    assert snapshots.files() == {f"test_it/{file}": text}


def test_the_snapshot_of_a_journal_tells_the_story_of_a_test(snapshots):
    """What was asked and answered; the secret that the application asked with is not in it."""
    source = """
        import app

        def test_it(twilio_users, twilio_users_snapshot):
            app.sign_up("ada@example.com", Attributes='{"plan":"pro"}', RoleSid="RL" + 32 * "a")
            app.rename("ada@example.com", app.LOGIN[1])
            app.retire("ada@example.com")
            assert twilio_users.journal == twilio_users_snapshot
        """
    snapshots.run(source, UPDATE).outcomes(passed=1)
    text = snapshots.amber()
    assert [line.strip() for line in text.splitlines() if "'operation'" in line] == [
        "'operation': 'create_user',",
        "'operation': 'update_user',",
        "'operation': 'delete_user',",
    ]
    assert text.count("'***'") == 2
    assert "a secret" not in text
    assert "formatted differently" not in text
    assert "authorization" not in text.lower()


# Where a snapshot can't hold.


@pytest.mark.parametrize("fixture", ["twilio_users_snapshot", "twilio_users_matcher"])
def test_a_hypothesis_test_that_takes_snapshots_fails_at_setup(snapshots, fixture):
    """In one sentence; a fixture between the two changes nothing."""
    source = f"""
        import pytest
        from hypothesis import given, strategies as st

        @pytest.fixture
        def of_the_author({fixture}):
            return {fixture}

        @given(st.none())
        def test_it({fixture}, _):
            pass

        class TestIt:
            @given(st.none())
            def test_by_a_fixture(self, of_the_author, _):
                pass
        """
    run = snapshots.run(source, UPDATE)
    run.outcomes(errors=2)
    for test, node in (
        ("test_it", "test_it.py::test_it"),
        ("test_by_a_fixture", "test_it.py::TestIt::test_by_a_fixture"),
    ):
        assert run.failure(test, "setup") == f"{node} uses {fixture}. {MEANINGLESS}"


@pytest.mark.parametrize("kit", ["twilio_users_snapshot", "snapshot(matcher=twilio_users_matcher)"])
def test_a_snapshot_in_an_example_is_refused(snapshots, kit):
    """The assertion says why, and takes none."""
    source = f"""
        from hypothesis import given, strategies as st

        def test_it(snapshot, twilio_users_matcher, twilio_users_snapshot):
            @given(st.none())
            def example(_):
                assert 1 == {kit}

            example()
        """
    run = snapshots.run(source, UPDATE)
    run.outcomes(failed=1)
    assert f"pytest_twilio_users.errors.MeaninglessSnapshot: {MEANINGLESS}" in run.failure(
        "test_it"
    )
    assert not snapshots.folder.exists()


def test_the_extension_may_be_the_default_one(snapshots):
    """Then the two fixtures are one, and count together."""
    source = """
        def test_it(snapshot, twilio_users_snapshot):
            assert "of the one" == snapshot
            assert "of the other" == twilio_users_snapshot
        """
    extension = "pytest_twilio_users.snapshots.TwilioUsersSnapshotExtension"
    default = ("--snapshot-default-extension", extension)
    snapshots.run(source, UPDATE, *default).outcomes(passed=1)
    snapshots.run("", *default).outcomes(passed=1)
    assert list(snapshots.texts.values()) == ["'of the other'", "'of the one'"]


def test_a_syrupy_that_is_off_is_told(suite):
    """It is installed, and its fixture is not there."""
    run = suite.run("def test_it(twilio_users_snapshot): ...")
    run.outcomes(errors=1)
    assert run.failure("test_it", "setup") == (
        "twilio_users_snapshot needs the fixture `snapshot` of syrupy, whose plugin is off."
        " Is there `-p no:syrupy`, or PYTEST_DISABLE_PLUGIN_AUTOLOAD?"
    )


def test_a_snapshot_fixture_of_another_kind_is_told(snapshots):
    """Other plugins have one of that name."""
    source = """
        import pytest

        @pytest.fixture
        def snapshot():
            return {"a": 1}

        def test_it(twilio_users_snapshot):
            pass
        """
    run = snapshots.run(source)
    run.outcomes(errors=1)
    assert run.failure("test_it", "setup") == (
        "twilio_users_snapshot needs the fixture `snapshot` of syrupy, and found {'a': 1}."
        " Another plugin or conftest.py has a fixture of that name."
    )


def test_a_snapshot_fixture_of_the_author_keeps_its_defaults(snapshots):
    """A `snapshot` of theirs that is syrupy's is the one that is used."""
    source = """
        import pytest
        from syrupy.extensions.json import JSONSnapshotExtension
        from syrupy.filters import props

        @pytest.fixture
        def snapshot(snapshot):
            return snapshot.with_defaults(
                include=props("sid"), extension_class=JSONSnapshotExtension
            )

        def test_it(twilio_user, twilio_users_snapshot):
            assert twilio_user == twilio_users_snapshot
        """
    snapshots.run(source, UPDATE).outcomes(passed=1)
    assert snapshots.texts == {"test_it[twilio_users]": "dict({\n  'sid': '<US:1>',\n})"}


# The same in each run.


STORY = """
    import app
    import pytest

    @pytest.fixture
    def team(twilio_users):
        twilio_users.wait(1.5)
        return [twilio_users.add_user(name) for name in ("ada", "grace")]

    @pytest.mark.parametrize("number", range(2))
    def test_walk(number, team, twilio_users, twilio_users_snapshot):
        joan = app.sign_up("joan@example.com")
        twilio_users.wait(3)
        app.rename(joan["identity"], "Joan")
        page = twilio_users.client.list_user(page_size=2)
        twilio_users.client.list_user(page_size=2, page_token=page.meta.next_page_token)
        assert twilio_users.journal == twilio_users_snapshot
        sids = [user.sid for user in team]
        assert [set(sids), sids, dict.fromkeys(sids, team)] == twilio_users_snapshot
    """


def test_each_run_takes_the_same_snapshots(snapshots):
    """To the byte, in eight runs, at whichever moment they begin."""
    snapshots.run(STORY, UPDATE).outcomes(passed=2)
    first = snapshots.files()
    assert snapshots.texts.keys() == {
        f"test_walk[{number}]{index}[twilio_users]" for number in (0, 1) for index in ("", ".1")
    }
    moments = [NOON + timedelta(days=100 * day, milliseconds=53 * day) for day in range(7)]
    moments[1] = NOON + timedelta(milliseconds=999)
    moments[2] = NOON + timedelta(microseconds=999_999)
    for moment in moments:
        (snapshots.folder / "test_it.ambr").unlink()
        with time_machine.travel(moment):
            snapshots.run("", UPDATE).outcomes(passed=2)
        assert snapshots.files() == first


@pytest.mark.parametrize("test", ["test_walk[0]", "test_walk[1]"])
def test_a_test_alone_takes_the_snapshots_that_it_takes_among_others(snapshots, test):
    """Nothing of another test is in them."""
    snapshots.run(STORY, UPDATE)
    among = snapshots.texts
    (snapshots.folder / "test_it.ambr").unlink()
    snapshots.run("", UPDATE, "-k", test)
    alone = snapshots.texts
    assert alone == {name: text for name, text in among.items() if name.startswith(test)}


@since("syrupy", "6.0")  # before, it knows no workers
def test_workers_take_and_check_the_same_snapshots(snapshots):
    """Under xdist, in processes with other orders of sets."""
    snapshots.run(STORY, UPDATE).outcomes(passed=2)
    alone = snapshots.files()
    run = snapshots.run("", *XDIST)
    run.outcomes(passed=2)
    assert "4 snapshots passed." in run.lines
    if WRITES_ALONE:
        (snapshots.folder / "test_it.ambr").unlink()
        snapshots.run("", UPDATE, *XDIST).outcomes(passed=2)
    assert {name: text for name, text in snapshots.files().items() if text} == alone
