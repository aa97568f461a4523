"""transports/guard.py, exits.py, pycurl_exit.py: which calls lead where; more in plugin/."""

import sys
from types import ModuleType, SimpleNamespace
from unittest.mock import Mock

import pytest

from pytest_twilio_users.errors import NoNetwork
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.settings import Mode, Period, Settings
from pytest_twilio_users.transports.exits import CURLOPT_URL, Exit, ExitGuard
from pytest_twilio_users.transports.guard import Guard
from pytest_twilio_users.transports.pycurl_exit import PycurlGuard

HOST = "conversations.twilio.com"


@pytest.fixture
def told():
    """What was refused."""
    return []


def guarding(told, *, tested=True, **settings):
    """A guard of a run whose test uses the kit, or of one between tests."""
    isolation = Isolation(Settings(**settings))
    if tested:
        isolation.begin_test("test_it.py::test_it", isolation.settings, fixtures=["twilio_users"])
    return Guard(isolation, tell=told.append)


@pytest.mark.parametrize(
    "host",
    [
        HOST,
        f"{HOST}.",
        f"{HOST}:8443",
        HOST.upper(),
        HOST.encode(),
        bytearray(HOST.encode()),
        "conversations.ashburn-ix.us1.twilio.com",
        f"https://{HOST}/v1/Users",
        f"http://user:word@{HOST}:80/".encode(),
        f"//{HOST}/v1",
    ],
)
def test_twilios_conversations_are_known_however_they_are_named(told, host):
    """As a name, an address with a port, or a URL."""
    with pytest.raises(NoNetwork) as refused:
        guarding(told).check(host, "socket")
    assert told == [str(refused.value)]


@pytest.mark.parametrize(
    "host",
    [
        None,
        7,
        "",
        "localhost",
        "127.0.0.1",
        "api.twilio.com",
        "twilio.com.example",
        "my-conversations.twilio.com",
        "/v1/Users?next=https://conversations.twilio.com",
        "https://[conversations.twilio.com",
        "conversations..twilio.com",
    ],
)
def test_all_else_is_left_alone(told, host):
    """Look-alikes, what is no host, and what can't be read as one."""
    guarding(told).check(host, "socket")
    assert told == []


@pytest.mark.parametrize(
    ("tested", "settings"),
    [
        (True, {"guard": Period.NO}),
        (True, {"guard": Period.NO, "mode": Mode.LIVE}),
        (False, {}),
        (False, {"guard": Period.NO}),
        (False, {"mode": Mode.LIVE}),
    ],
)
def test_the_guard_holds_no_longer_than_it_is_asked_to(told, tested, settings):
    """Tests without the kit may have business there."""
    guarding(told, tested=tested, **settings).check(HOST, "socket")
    assert told == []


@pytest.mark.parametrize("mode", [Mode.LIVE, Mode.RECORD])
def test_past_the_rails_nothing_leaves_for_an_account(told, mode):
    """What a library sends that the kit does not answer, and what goes around the kit."""
    with pytest.raises(NoNetwork) as refused:
        guarding(told, mode=mode).check(HOST, "http.client")
    assert str(refused.value).partition(" tried ")[2] == (
        f"to connect to {HOST} in test_it.py::test_it. In {mode} mode, requests to it must go"
        " through the kit. The fixture twilio_users is not set up yet. Add it to the arguments of"
        " the test, or of the fixture that sends the request. To let it leave:"
        ' @pytest.mark.twilio_users(guard="no").'
    )


HERE, PROXY = "http://127.0.0.1:8123", "https://twilio.example"


@pytest.mark.parametrize(
    ("base_url", "given"),
    [
        *((HERE, (host, 8123)) for host in ("127.0.0.1", b"127.0.0.1", "localhost", "LocalHost.")),
        *((HERE, (host, 8123)) for host in ("::1", "127.1.2.3", "::", "::ffff:127.0.0.1", "")),
        *((HERE, (host, 8123)) for host in ("127.1", "0x7f.1", "2130706433", "0")),
        *((HERE, f"http://{host}:8123/v1") for host in ("127.0.0.1", "a:b@[::1]", "localhost")),
        (HERE, ("localhost", "8123")),
        (HERE, b"//127.0.0.1:8123"),
        ("http://[::1]:8123", ("127.0.0.1", 8123)),
        ("http://localhost", "http://127.0.0.1/v1/Users"),
        ("http://localhost", ("127.0.0.1", 80)),
        *(
            (PROXY, given)
            for given in ("twilio.example", "TWILIO.example.", "https://twilio.example/")
        ),
        (PROXY, (b"twilio.example", 443)),
        ("https://10.0.0.7:8443", ("10.0.0.7", 8443)),
        ("https://10.0.0.7:8443", ("10.7", 8443)),
    ],
)
def test_the_accounts_own_address_is_known_however_it_is_named(told, base_url, given):
    """Where the base URL of a live run leads: with its port, and by any name of this machine."""
    with pytest.raises(NoNetwork) as refused:
        guarding(told, mode=Mode.LIVE, base_url=base_url).check(given, "socket")
    assert told == [str(refused.value)]
    assert told[0].partition(" tried ")[2] == (
        f"to connect to {base_url} in test_it.py::test_it. In live mode, requests to it must go"
        " through the kit. This is the address of the live account (--twilio-users-base-url)."
        " Send the request to https://conversations.twilio.com instead: the kit checks it and"
        ' passes it on. To let it leave: @pytest.mark.twilio_users(guard="no").'
    )


@pytest.mark.parametrize(
    ("settings", "given"),
    [
        *(({"base_url": HERE}, (host, 8124)) for host in ("127.0.0.1", "localhost")),
        *(({"base_url": HERE}, given) for given in ("127.0.0.1", ("10.0.0.7", 8123), (None, 8123))),
        *(({"base_url": HERE}, given) for given in (("127.0.0.1", "http"), ("127.0.0.1",), "x:y")),
        *(({"base_url": HERE}, (host, 8123)) for host in ("127.0.0.300", "0x", "1.1")),
        ({"base_url": PROXY}, ("twilio.example", 8443)),
        ({"base_url": PROXY}, "http://twilio.example/"),
        ({"base_url": HERE, "mode": Mode.STUB}, ("127.0.0.1", 8123)),
        ({}, ("127.0.0.1", 8123)),
    ],
)
def test_other_addresses_than_the_accounts_are_left_alone(told, settings, given):
    """Another port of the machine, another machine, and any where no account is asked."""
    guarding(told, **{"mode": Mode.LIVE} | settings).check(given, "socket")
    assert told == []


def test_a_fork_of_the_tests_process_is_told_as_one(told):
    """Nobody would see what it does."""
    isolation = Isolation(Settings())
    isolation.begin_test("test_it.py::test_it", isolation.settings, fixtures=["twilio_users"])
    isolation.forked()
    with pytest.raises(NoNetwork, match="; this process is a fork of the test process"):
        Guard(isolation, tell=told.append).check(HOST, "socket")


def test_starting_twice_is_starting_once_and_stopping_too(told):
    """Test after test begins it, and ends it."""
    guard, before = guarding(told), [*sys.meta_path]
    guard.stop()
    guard.start()
    guard.start()
    guard.stop()
    guard.close()
    assert sys.meta_path == before


def test_for_the_run_it_does_not_stop_before_the_end(told):
    """The tests in between are others'."""
    guard, before = guarding(told, guard=Period.RUN), [*sys.meta_path]
    guard.start()
    guard.stop()
    assert len(sys.meta_path) == len(before) + 1
    guard.close()
    assert sys.meta_path == before


class Courier:
    """Has an exit."""

    def send(self, address):
        """Send."""
        return f"sent to {address}"


@pytest.fixture
def post(monkeypatch):
    """A library."""
    library = ModuleType("post")
    library.Courier = type("Courier", (Courier,), {"__module__": "post"})
    library.look_up = lambda address: f"looked up {address}"
    monkeypatch.setitem(sys.modules, "post", library)
    return library


def exit_of(name, owner=""):
    """An exit of the library."""
    return Exit(module="post", owner=owner, name=name, hosts=lambda *given: given[-1:])


class TestExits:
    """What is called with the host that is meant."""

    @pytest.fixture
    def heard(self):
        """What was looked at."""
        return []

    @pytest.fixture
    def guarded(self, heard):
        """Begins to guard an exit; it ends with the test."""
        begun = []

        def guarded(found):
            begun.append(ExitGuard(found, check=lambda *given: heard.append(given)))
            begun[-1].start()
            return begun[-1]

        yield guarded
        for guard in begun:
            guard.stop()

    def test_a_method_that_is_inherited_is_looked_at(self, post, guarded, heard):
        """And goes on; afterwards it is inherited again."""
        guard = guarded(exit_of("send", "Courier"))
        assert post.Courier().send("x") == "sent to x"
        assert heard == [("x", "post")]
        guard.stop()
        assert "send" not in vars(post.Courier)

    def test_a_function_of_a_module_is_looked_at(self, post, guarded, heard):
        """And goes on."""
        guarded(exit_of("look_up"))
        assert post.look_up("x") == "looked up x"
        assert heard == [("x", "post")]

    def test_arguments_that_a_function_does_not_take_are_its_own_to_refuse(
        self, post, guarded, heard
    ):
        """Who called it wrongly sees the library's error, not the guard's."""
        guarded(exit_of("look_up"))
        with pytest.raises(TypeError, match="'to'"):
            post.look_up(to="x")
        assert heard == []

    def test_a_mock_in_the_place_of_a_method_is_called_as_ever(self, post, guarded, heard):
        """Without the instance."""
        post.Courier.send = Mock(return_value="mocked")
        guarded(exit_of("send", "Courier"))
        assert post.Courier().send("x") == "mocked"
        assert heard == [("x", "post")]

    def test_a_patch_that_somebody_kept_looks_no_more(self, post, guarded, heard):
        """After the guard has ended."""
        guard = guarded(exit_of("look_up"))
        kept = post.look_up
        guard.stop()
        assert kept("x") == "looked up x"
        assert heard == []

    def test_a_library_without_the_exit_is_left_alone(self, post, guarded):
        """Another version may have another."""
        guarded(exit_of("fly", "Courier"))
        guarded(exit_of("send", "Pigeon"))


class TestPycurl:
    """The class that can only be replaced."""

    @pytest.fixture
    def pycurl(self, monkeypatch):
        """The library, as far as it matters."""

        class Curl:
            """Takes options."""

            def setopt(self, *option):
                """Take one."""
                return option

            setopt_string = setopt

        found = SimpleNamespace(Curl=Curl)
        monkeypatch.setitem(sys.modules, "pycurl", found)
        return found

    def test_urls_are_looked_at(self, pycurl):
        """Other options are not; all go on."""
        heard = []
        guard = PycurlGuard(check=lambda *given: heard.append(given))
        guard.start()
        assert pycurl.Curl().setopt(CURLOPT_URL, "x") == (CURLOPT_URL, "x")
        assert pycurl.Curl().setopt(1, "y") == (1, "y")
        assert pycurl.Curl().setopt_string(CURLOPT_URL, "z") == (CURLOPT_URL, "z")
        assert pycurl.Curl().setopt_string(1, "y") == (1, "y")
        guard.stop()
        assert heard == [("x", "pycurl"), ("z", "pycurl")]

    def test_a_class_that_was_replaced_meanwhile_is_looked_at(self, pycurl):
        """And left to who replaced it."""
        heard = []
        guard = PycurlGuard(check=lambda *given: heard.append(given))
        guard.start()
        replaced = pycurl.Curl = type("Other", (pycurl.Curl.__base__,), {})
        guard.patch()
        pycurl.Curl().setopt(CURLOPT_URL, "x")
        guard.stop()
        assert heard == [("x", "pycurl")]
        assert pycurl.Curl is replaced

    def test_the_class_is_put_back(self, pycurl):
        """However often it is begun or ended."""
        before, guard = pycurl.Curl, PycurlGuard(check=Mock())
        guard.stop()
        guard.start()
        guard.start()
        assert issubclass(pycurl.Curl, before)
        guard.stop()
        assert pycurl.Curl is before

    def test_the_class_is_put_back_where_the_library_was_unloaded(self, pycurl, monkeypatch):
        """Somebody may still have it."""
        before, guard = pycurl.Curl, PycurlGuard(check=Mock())
        guard.start()
        monkeypatch.delitem(sys.modules, "pycurl")
        guard.stop()
        assert pycurl.Curl is before

    def test_a_library_that_nobody_imported_is_left_alone(self, monkeypatch):
        """Until somebody does."""
        monkeypatch.setitem(sys.modules, "pycurl", None)
        guard = PycurlGuard(check=Mock())
        guard.patch()
        guard.start()
        guard.stop()
