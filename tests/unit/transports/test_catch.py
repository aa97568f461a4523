"""transports/catch.py: patches of libraries, those that are imported later included."""

import gc
import importlib
import importlib.util
import pickle
import sys
import weakref
from functools import wraps
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from pytest_twilio_users.transports.catch import Catch, Catches, bound

COURIER = """
class Courier:
    def send(self, letter):
        return f"sent {letter}"

    def fetch(self):
        return "fetched"
"""


class CourierCatch(Catch):
    """Answers what couriers send with a word, but for what is to pass."""

    module = "courier"

    def __init__(self, word="caught"):
        super().__init__(None)  # a word takes no backend
        self.word = word

    def targets(self):
        """What couriers have."""
        courier = importlib.import_module(self.module)
        return ((courier.Courier, "send", self._answer), (courier.Courier, "fetch", self._answer))

    def _answer(self, courier, *letters):
        return None if "to pass" in letters else self.word


class OfficeCatch(CourierCatch):
    """The same, where the library's module is in a package."""

    module = "post.courier"


@pytest.fixture(autouse=True)
def libraries(tmp_path, monkeypatch):
    """Where libraries are found; gone afterwards, imported or not."""
    before = [*sys.modules]
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "courier.py").write_text(COURIER)
    (tmp_path / "post").mkdir()
    (tmp_path / "post/__init__.py").write_text("")
    (tmp_path / "post/courier.py").write_text(COURIER)
    (tmp_path / "stamps.py").write_text("")
    (tmp_path / "namespace").mkdir()
    yield tmp_path
    for name in sys.modules.keys() - before:
        del sys.modules[name]


@pytest.fixture
def courier():
    """The library, imported."""
    return importlib.import_module("courier")


@pytest.fixture
def started():
    """Starts catches; all stop in the end."""
    begun = []

    def start(*catches):
        begun.append(Catches(catches))
        begun[-1].start()
        return begun[-1]

    before = [*sys.meta_path]
    yield start
    for catches in begun:
        catches.stop()
    assert sys.meta_path == before


class Theirs:
    """Somebody else's patch of what couriers send."""

    def __init__(self, courier, *, wrapping=lambda beneath: lambda patch: patch):
        self._owner = courier.Courier
        self._found = courier.Courier.send
        courier.Courier.send = wrapping(self._found)(lambda *_: "theirs")

    def undo(self):
        """Put back what was found."""
        self._owner.send = self._found


class TestOneLibrary:
    """The patches of one library, which is imported."""

    def test_nothing_is_caught_before_start(self, courier):
        """Making a catch changes nothing."""
        CourierCatch()

        assert courier.Courier().send("it") == "sent it"

    def test_each_target_is_caught(self, courier):
        """All that the catch names, and on instances that were there before."""
        there_before = courier.Courier()
        CourierCatch().start()

        assert there_before.send("it") == "caught"
        assert there_before.fetch() == "caught"

    def test_what_is_not_answered_passes(self, courier):
        """It goes where it went before."""
        CourierCatch().start()

        assert courier.Courier().send("to pass") == "sent to pass"

    def test_stop_puts_back_the_very_functions(self, courier):
        """Who compares before and after finds no difference."""
        catch, before = CourierCatch(), dict(vars(courier.Courier))
        catch.start()
        catch.stop()

        assert dict(vars(courier.Courier)) == before

    @pytest.mark.parametrize("times", [1, 2])
    def test_stopping_what_is_not_started_does_nothing(self, courier, times):
        """`stop` may come too early and too often."""
        catch, before = CourierCatch(), dict(vars(courier.Courier))
        for _ in range(times):
            catch.stop()

        assert dict(vars(courier.Courier)) == before

    def test_starting_twice_is_starting_once(self, courier):
        """The patch is not stacked upon itself."""
        catch = CourierCatch()
        catch.start()
        catch.start()

        assert courier.Courier().send("it") == "caught"

    def test_staying_on_top_does_not_start_it(self, courier):
        """A kit that no test uses leaves the library alone."""
        CourierCatch().stay_on_top()

        assert courier.Courier().send("it") == "sent it"

    def test_a_patch_that_nobody_holds_is_forgotten(self, courier):
        """Test after test, no patches pile up in memory."""
        catch = CourierCatch()
        catch.start()
        patch = weakref.ref(courier.Courier.send)
        catch.stop()
        gc.collect()

        assert patch() is None


class TestLayers:
    """Somebody else's patches of the same functions."""

    @pytest.fixture
    def catch(self, courier):
        """A catch that is started, and stops in the end."""
        catch = CourierCatch()
        catch.start()
        yield catch
        catch.stop()

    def heard(self, courier):
        """What is heard of a letter that is caught, and of one that passes."""
        there = courier.Courier()
        return there.send("it"), there.send("to pass")

    def test_staying_on_top_covers_a_patch_that_came_later(self, courier, catch):
        """Theirs lies beneath, and answers what is passed on to it."""
        Theirs(courier)
        catch.stay_on_top()

        assert self.heard(courier) == ("caught", "theirs")

    def test_staying_on_top_again_changes_nothing(self, courier, catch):
        """The patch is not stacked upon itself, however often a fixture is set up."""
        Theirs(courier)
        catch.stay_on_top()
        before = courier.Courier.send
        catch.stay_on_top()

        assert courier.Courier.send is before

    def test_it_catches_on_after_they_are_gone(self, courier, catch):
        """They put back what they found, which was the catch."""
        theirs = Theirs(courier)
        catch.stay_on_top()
        theirs.undo()

        assert self.heard(courier) == ("caught", "sent to pass")

    def test_stop_leaves_a_patch_that_came_later(self, courier, catch):
        """It is not the catch's to remove, whether the catch got on top of it or not."""
        Theirs(courier)
        catch.stay_on_top()
        catch.stop()

        assert self.heard(courier) == ("theirs", "theirs")

    def test_a_patch_that_they_put_back_is_inert(self, courier, catch):
        """After stop nothing is caught, even if they restore the catch they had found."""
        theirs = Theirs(courier)
        catch.stop()
        theirs.undo()

        assert self.heard(courier) == ("sent it", "sent to pass")

    def test_a_patch_that_they_put_back_wakes_up(self, courier, catch):
        """The next test's start finds it."""
        theirs = Theirs(courier)
        catch.stop()
        theirs.undo()
        catch.start()

        assert self.heard(courier) == ("caught", "sent to pass")

    def test_stop_removes_all_of_its_layers(self, courier):
        """Also those that somebody put back, over which others were set, test after test."""
        before = courier.Courier.send
        catch = CourierCatch()
        for _ in range(3):
            catch.start()
            theirs = Theirs(courier)
            catch.stay_on_top()
            theirs.undo()
            catch.stop()

        assert courier.Courier.send is before

    def test_stop_removes_what_they_put_back_after_the_last_one(self, courier):
        """Test after test, no layers pile up."""
        before = courier.Courier.send
        catch = CourierCatch()
        for _ in range(3):
            catch.start()
            theirs = Theirs(courier)
            catch.stay_on_top()
            catch.stop()
            theirs.undo()
        catch.stop()

        assert courier.Courier.send is before

    def test_a_patch_that_wraps_stays(self, courier, catch):
        """A decorator made with functools.wraps looks like the catch, and is not."""
        Theirs(courier, wrapping=wraps)
        catch.stop()

        assert self.heard(courier) == ("theirs", "theirs")

    def test_it_gets_on_top_of_a_patch_that_wraps(self, courier, catch):
        """A decorator made with functools.wraps looks like the catch, and is not."""
        Theirs(courier, wrapping=wraps)
        catch.stay_on_top()

        assert self.heard(courier) == ("caught", "theirs")

    @pytest.mark.parametrize(("stopped", "left"), [(None, "inner"), (0, "inner"), (1, "outer")])
    def test_of_two_catches_the_last_answers(self, courier, stopped, left):
        """A run within a run has its own. They stop in any order; the other answers on."""
        catches = [CourierCatch("outer"), CourierCatch("inner")]
        for catch in catches:
            catch.start()
        if stopped is not None:
            catches[stopped].stop()

        assert courier.Courier().send("it") == left


class TestBeforeTheImport:
    """A library that nobody has imported yet."""

    @pytest.mark.parametrize("act", ["start", "stay_on_top", "stop"])
    def test_a_catch_imports_nothing(self, act):
        """What no application uses costs nothing, and may be missing."""
        catch = CourierCatch()
        catch.start()
        getattr(catch, act)()

        assert "courier" not in sys.modules

    def test_a_library_that_is_hidden_is_not_there(self, monkeypatch):
        """`None` for a module is how tests say that it is not installed."""
        monkeypatch.setitem(sys.modules, "courier", None)
        catch = CourierCatch()
        catch.start()
        catch.stay_on_top()
        catch.stop()

    @pytest.mark.parametrize(
        "stand_in", [{}, {"Courier": object()}, {"Courier": type("C", (), {})}]
    )
    def test_a_stand_in_for_a_library_is_left_alone(self, monkeypatch, stand_in):
        """Tests may put anything in its place; it has nothing to catch."""
        monkeypatch.setitem(sys.modules, "courier", SimpleNamespace(**stand_in))
        catch = CourierCatch()
        catch.start()
        catch.stay_on_top()
        catch.stop()

    def test_a_catch_alone_hears_of_no_import(self):
        """Imports are `Catches`' business."""
        CourierCatch().start()

        assert importlib.import_module("courier").Courier().send("it") == "sent it"


class TestLateImports:
    """Libraries that are imported while they are caught."""

    def test_a_library_is_caught_from_its_import_on(self, started):
        """Whoever imports it finds the patch."""
        started(CourierCatch())

        assert importlib.import_module("courier").Courier().send("it") == "caught"

    def test_a_module_in_a_package_is_caught(self, started):
        """It is looked for where its package is."""
        started(OfficeCatch())

        assert importlib.import_module("post.courier").Courier().fetch() == "caught"

    def test_each_library_has_its_own(self, started):
        """One's import says nothing of another's."""
        started(CourierCatch("one"), OfficeCatch("two"))

        assert importlib.import_module("post.courier").Courier().fetch() == "two"
        assert "courier" not in sys.modules

    def test_what_was_imported_before_is_caught_as_well(self, started, courier):
        """Before or after makes no difference."""
        started(CourierCatch())

        assert courier.Courier().send("it") == "caught"

    def test_other_imports_are_left_alone(self, started):
        """They are found and loaded by Python as ever."""
        started(CourierCatch())
        stamps = importlib.import_module("stamps")

        assert "exec_module" not in vars(stamps.__loader__)

    def test_other_finders_are_asked(self, started, monkeypatch):
        """Whoever else watches imports goes on to."""
        asked = []
        finder = SimpleNamespace(find_spec=lambda name, *_: asked.append(name))
        monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
        started(CourierCatch())
        importlib.import_module("courier")
        sys.meta_path.remove(finder)

        assert asked == ["courier"]

    def test_a_module_is_left_as_python_loads_it(self, started):
        """Its loader keeps nothing of the kit's, and can be pickled."""
        started(CourierCatch())
        courier = importlib.import_module("courier")

        assert "exec_module" not in vars(courier.__loader__)
        assert pickle.dumps(courier.__spec__)

    def test_looking_for_a_library_imports_nothing(self, started):
        """An application may ask whether it is installed."""
        started(CourierCatch())

        assert importlib.util.find_spec("courier") is not None
        assert "courier" not in sys.modules

    def test_a_missing_library_is_missing(self, started, libraries):
        """The error is Python's."""
        (libraries / "courier.py").unlink()
        importlib.invalidate_caches()
        started(CourierCatch())

        with pytest.raises(ModuleNotFoundError, match=r"^No module named 'courier'$"):
            importlib.import_module("courier")

    def test_a_folder_of_its_name_is_left_alone(self, started):
        """A namespace package has nothing to run, and nothing to catch."""

        class NamespaceCatch(CourierCatch):
            """Catches nothing, as there is nothing."""

            module = "namespace"

            def targets(self):
                """Nothing."""
                return ()

        started(NamespaceCatch())

        assert importlib.import_module("namespace").__file__ is None

    def test_an_import_that_fails_can_be_tried_again(self, started, libraries):
        """The library's own error comes through, and the catch waits on."""
        (libraries / "courier.py").write_text("raise OSError('not now')")
        started(CourierCatch())
        with pytest.raises(OSError, match=r"^not now$"):
            importlib.import_module("courier")
        (libraries / "courier.py").write_text(COURIER)

        assert importlib.import_module("courier").Courier().send("it") == "caught"

    def test_an_import_after_stop_is_left_alone(self, started):
        """The next test's imports are its own."""
        started(CourierCatch()).stop()

        assert importlib.import_module("courier").Courier().send("it") == "sent it"

    def test_a_library_that_is_loaded_anew_after_stop_is_left_alone(self, started):
        """Whatever its import left behind catches no more."""
        catches = started(CourierCatch())
        courier = importlib.import_module("courier")
        catches.stop()

        assert importlib.reload(courier).Courier().send("it") == "sent it"


def test_a_mock_on_a_class_is_called_without_the_instance():
    """As Python calls it where nothing lies over it; a method has its instance."""
    sent = Mock()
    bound(sent, object())("it")
    sent.assert_called_once_with("it")
    assert bound(str.upper, "it")() == "IT"


class TestStartAndStop:
    """Catches work between start and stop, and leave nothing."""

    def test_stop_puts_back_what_finds_modules(self, started):
        """`sys.meta_path` is as it was, also for finders that came in between."""
        before = [*sys.meta_path]
        catches = started(CourierCatch())
        sys.meta_path.insert(0, finder := importlib.machinery.FrozenImporter)
        catches.stop()
        sys.meta_path.remove(finder)

        assert sys.meta_path == before

    def test_stop_puts_back_what_was_caught(self, started, courier):
        """In each library."""
        office = importlib.import_module("post.courier")
        before = [courier.Courier.send, office.Courier.send]
        started(CourierCatch(), OfficeCatch()).stop()

        assert [courier.Courier.send, office.Courier.send] == before

    def test_stop_goes_on_where_somebody_put_back_what_finds_modules(self, courier, monkeypatch):
        """As pytester does; nothing stays caught."""
        before = courier.Courier.send
        catches = Catches([CourierCatch()])
        with monkeypatch.context() as patched:
            patched.setattr(sys, "meta_path", [*sys.meta_path])
            catches.start()
        catches.stop()

        assert courier.Courier.send == before

    @pytest.mark.parametrize("times", [1, 2])
    def test_stopping_what_is_not_started_does_nothing(self, times):
        """`stop` may come too early and too often."""
        before = [*sys.meta_path]
        catches = Catches([CourierCatch()])
        for _ in range(times):
            catches.stop()

        assert sys.meta_path == before

    def test_they_can_start_again(self, started):
        """One serves test after test."""
        catches = started(CourierCatch())
        catches.stop()
        catches.start()

        assert importlib.import_module("courier").Courier().send("it") == "caught"

    def test_staying_on_top_is_for_each_library(self, started, courier):
        """Patches that came later are covered, in all of them."""
        office = importlib.import_module("post.courier")
        catches = started(CourierCatch(), OfficeCatch())
        Theirs(courier)
        Theirs(office)
        catches.stay_on_top()

        assert courier.Courier().send("it") == "caught"
        assert office.Courier().send("it") == "caught"
