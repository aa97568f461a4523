"""transports/patching.py: patches of a library's methods, and what others set there."""

import gc
import importlib
import sys
import weakref
from functools import partialmethod, wraps
from inspect import signature
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from unit.transports.couriers import CourierPatcher, Theirs

from pytest_twilio_users.transports.patching import bound


class FirstPatcher(CourierPatcher):
    """Patches couriers where something beneath is patched to the same end."""

    last = False


@pytest.fixture(autouse=True)
def _libraries(libraries):
    """Couriers can be imported."""


class Proxy:
    """Pretends to be the function that it wraps, as proxies of wrapt do, and answers."""

    def __init__(self, wrapped):
        self._wrapped = wrapped

    @property
    def __class__(self):
        return type(self._wrapped)

    def __getattr__(self, name):
        return getattr(self._wrapped, name)

    def __get__(self, instance, owner=None):
        return self

    def __call__(self, *letters):
        """Answer."""
        return "theirs"


class TestOneLibrary:
    """The patches of one library, which is imported."""

    def test_nothing_is_patched_before_start(self, courier):
        """Making a patcher changes nothing."""
        CourierPatcher()

        assert courier.Courier().send("it") == "sent it"

    def test_each_target_is_patched(self, courier):
        """All that the patcher names, and on instances that were there before."""
        there_before = courier.Courier()
        CourierPatcher().start()

        assert there_before.send("it") == "patched"
        assert there_before.fetch() == "patched"

    def test_a_patch_may_go_on_to_what_lies_beneath(self, courier):
        """It was given it."""
        CourierPatcher().start()

        assert courier.Courier().send("to pass") == "sent to pass"

    def test_stop_puts_back_the_very_functions(self, courier):
        """Who compares before and after finds no difference."""
        patcher, before = CourierPatcher(), dict(vars(courier.Courier))
        patcher.start()
        patcher.stop()

        assert dict(vars(courier.Courier)) == before

    @pytest.mark.parametrize("times", [1, 2])
    def test_stopping_what_is_not_started_does_nothing(self, courier, times):
        """`stop` may come too early and too often."""
        patcher, before = CourierPatcher(), dict(vars(courier.Courier))
        for _ in range(times):
            patcher.stop()

        assert dict(vars(courier.Courier)) == before

    def test_starting_twice_is_starting_once(self, courier):
        """The patch is not stacked upon itself."""
        patcher = CourierPatcher()
        patcher.start()
        before = courier.Courier.send
        patcher.start()

        assert courier.Courier.send is before

    def test_an_import_does_not_start_it(self, courier):
        """A kit that no test uses leaves the library alone."""
        CourierPatcher().patch()

        assert courier.Courier().send("it") == "sent it"

    def test_what_a_patch_needs_is_loaded_before_it_is_set(self, courier):
        """And not for a library that is left alone."""
        patcher = CourierPatcher()
        patcher.patch()
        before = patcher.loaded
        patcher.start()

        assert (before, patcher.loaded > 0) == (0, True)

    def test_what_can_not_be_loaded_is_told(self, courier):
        """A kit that can't answer lets nothing out."""

        class Unloadable(CourierPatcher):
            """Lacks what it needs."""

            def load(self):
                """Fail."""
                raise ImportError("no such thing")

        with pytest.raises(ImportError, match=r"^no such thing$"):
            Unloadable().start()

    def test_a_patch_serves_test_after_test(self, courier):
        """Nothing is made anew that was patched before."""
        patcher = CourierPatcher()
        patches = set()
        for _ in range(2):
            patcher.start()
            patches.add(courier.Courier.send)
            patcher.stop()

        assert len(patches) == 1

    def test_a_patch_of_before_is_forgotten(self, courier):
        """Test after test, no patches pile up in memory: one is kept of each place."""
        patcher = CourierPatcher()
        patcher.start()
        patch = weakref.ref(courier.Courier.send)
        patcher.stop()
        courier.Courier.send = lambda *_: "another"
        patcher.start()
        patcher.stop()
        gc.collect()

        assert patch() is None

    def test_a_patch_takes_the_arguments_of_what_it_replaces(self, courier):
        """Mocks ask it which."""
        expected = signature(courier.Courier.send)
        CourierPatcher().start()

        assert signature(courier.Courier.send) == expected

    def test_what_tells_no_arguments_can_be_patched(self, courier):
        """Some of C does not."""
        courier.Courier.send = Mock(__signature__="none", return_value="mocked")
        CourierPatcher().start()

        assert courier.Courier().send("it") == "patched"


class TestInheritedMethods:
    """A class that has the method from another."""

    @pytest.fixture
    def patcher(self):
        """A patcher of the class that inherits."""
        patcher = CourierPatcher()
        patcher.places = (("Express", "send"),)
        patcher.start()
        yield patcher
        patcher.stop()

    def test_it_is_patched_alone(self, courier, patcher):
        """The other class is as it was."""
        assert courier.Express().send("it") == "patched"
        assert courier.Courier().send("it") == "sent it"

    def test_what_passes_reaches_the_inherited_one(self, courier, patcher):
        """With its instance."""
        assert courier.Express().send("to pass") == "sent to pass"

    def test_it_inherits_again_after_stop(self, courier, patcher):
        """Nothing is left on it."""
        patcher.stop()

        assert "send" not in vars(courier.Express)


class TestClassMethods:
    """A method of the class itself."""

    @pytest.fixture
    def patcher(self, courier):
        """A patcher of the method."""
        patcher = CourierPatcher()
        patcher.places = (("Courier", "hire"),)
        return patcher

    def test_it_is_patched_as_one(self, courier, patcher):
        """It may be called on the class and on an instance."""
        patcher.start()

        assert (courier.Courier.hire("ada"), courier.Courier().hire("ada")) == ("patched",) * 2

    def test_what_passes_is_given_the_class(self, courier, patcher):
        """The one that it was called on."""
        patcher.start()

        assert courier.Express.hire("to pass") == "Express to pass"

    def test_stop_puts_back_the_very_method(self, courier, patcher):
        """Which is one of the class again."""
        before = vars(courier.Courier)["hire"]
        patcher.start()
        patcher.stop()

        assert vars(courier.Courier)["hire"] is before


class TestLastPlace:
    """Where nothing beneath is patched to the same end: whatever stands there is covered."""

    @pytest.fixture
    def patcher(self, courier):
        """A patcher that is started, and stops in the end."""
        patcher = CourierPatcher()
        patcher.start()
        yield patcher
        patcher.stop()

    def heard(self, courier):
        """What is heard of a letter that is answered, and of one that passes."""
        there = courier.Courier()
        return there.send("it"), there.send("to pass")

    def test_it_covers_what_stood_there_before(self, courier):
        """Theirs lies beneath, and answers what is passed on to it."""
        Theirs(courier)
        CourierPatcher().start()

        assert self.heard(courier) == ("patched", "theirs")

    def test_a_mock_that_stood_there_answers_what_passes(self, courier):
        """It is no function, and is called as Python calls it there."""
        courier.Courier.send = sent = Mock(return_value="mocked")
        CourierPatcher().start()

        assert self.heard(courier) == ("patched", "mocked")
        sent.assert_called_once_with("to pass")

    def test_what_comes_later_stays_above(self, courier, patcher):
        """It may wrap, or answer."""
        Theirs(courier)

        assert self.heard(courier) == ("theirs", "theirs")

    def test_the_next_start_covers_what_came_later(self, courier, patcher):
        """As of a fixture that outlives the test."""
        Theirs(courier)
        patcher.start()

        assert self.heard(courier) == ("patched", "theirs")

    def test_it_answers_on_after_they_are_gone(self, courier, patcher):
        """They put back what they found, which was the patch."""
        theirs = Theirs(courier)
        patcher.start()
        theirs.undo()

        assert self.heard(courier) == ("patched", "sent to pass")

    @pytest.mark.parametrize("covered", [False, True])
    def test_stop_leaves_a_patch_that_came_later(self, courier, patcher, covered):
        """It is not the kit's to remove, whether the kit got over it or not."""
        Theirs(courier)
        if covered:
            patcher.start()
        patcher.stop()

        assert self.heard(courier) == ("theirs", "theirs")

    def test_a_patch_that_they_put_back_is_inert(self, courier, patcher):
        """After stop nothing is answered, even if they restore what they had found."""
        theirs = Theirs(courier)
        patcher.stop()
        theirs.undo()

        assert self.heard(courier) == ("sent it", "sent to pass")

    def test_a_patch_that_they_put_back_wakes_up(self, courier, patcher):
        """The next test's start finds it."""
        theirs = Theirs(courier)
        patcher.stop()
        theirs.undo()
        patcher.start()

        assert self.heard(courier) == ("patched", "sent to pass")

    @pytest.mark.parametrize("undone", ["before stop", "after stop"])
    def test_stop_removes_all_of_its_layers(self, courier, undone):
        """Also those that somebody put back, over which others were set, test after test."""
        before = courier.Courier.send
        patcher = CourierPatcher()
        for _ in range(3):
            patcher.start()
            theirs = Theirs(courier)
            patcher.start()
            if undone == "before stop":
                theirs.undo()
            patcher.stop()
            if undone == "after stop":
                theirs.undo()
        patcher.stop()

        assert courier.Courier.send is before

    @pytest.mark.parametrize("wrapping", [wraps, lambda beneath: lambda patch: Proxy(beneath)])
    def test_a_patch_that_wraps_is_left(self, courier, patcher, wrapping):
        """One of functools.wraps has all that the kit noted on its own, a proxy seems to."""
        Theirs(courier, wrapping=wrapping)
        patcher.stop()

        assert self.heard(courier) == ("theirs", "theirs")

    @pytest.mark.parametrize("wrapping", [wraps, lambda beneath: lambda patch: Proxy(beneath)])
    def test_a_patch_that_wraps_is_covered(self, courier, patcher, wrapping):
        """It only looks like the kit's."""
        Theirs(courier, wrapping=wrapping)
        patcher.start()

        assert self.heard(courier) == ("patched", "theirs")

    @pytest.mark.parametrize(("stopped", "left"), [(None, "inner"), (0, "inner"), (1, "outer")])
    def test_of_two_patchers_the_last_answers(self, courier, stopped, left):
        """A run within a run has its own. They stop in any order; the other answers on."""
        patchers = [CourierPatcher("outer"), CourierPatcher("inner")]
        for patcher in patchers:
            patcher.start()
        if stopped is not None:
            patchers[stopped].stop()

        assert courier.Courier().send("it") == left


class TestFirstPlace:
    """Where something beneath is patched to the same end: the library's own alone is covered."""

    def test_the_librarys_own_is_patched(self, courier):
        """Which nobody wrapped."""
        FirstPatcher().start()

        assert courier.Courier().send("it") == "patched"

    @pytest.mark.parametrize(
        "wrapping",
        [
            lambda beneath: lambda patch: patch,
            wraps,
            lambda beneath: lambda patch: Proxy(beneath),
            lambda beneath: lambda patch: Mock(wraps=beneath, return_value="theirs"),
            lambda beneath: partialmethod,
        ],
        ids=["plain", "functools.wraps", "proxy", "mock", "partialmethod"],
    )
    def test_what_stood_there_before_stays_above(self, courier, wrapping):
        """Whatever it looks like, it is not the library's own."""
        Theirs(courier, wrapping=wrapping)
        FirstPatcher().start()

        assert courier.Courier().send("it") == "theirs"

    def test_what_a_library_needs_is_not_loaded_where_nothing_is_patched(self, courier):
        """It would be for nothing."""
        for name in ("send", "fetch"):
            setattr(courier.Courier, name, Mock())
        patcher = FirstPatcher()
        patcher.start()

        assert patcher.loaded == 0

    def test_a_method_that_another_module_of_the_library_defines_is_its_own(self, courier):
        """A package has many."""
        office = importlib.import_module("post.courier")
        patcher = FirstPatcher()
        patcher.module = "post.courier"
        patcher.start()

        assert office.Courier().send("it") == "patched"

    def test_the_patch_of_another_run_is_covered(self, courier):
        """A run within a run has its own, and answers first."""
        FirstPatcher("outer").start()
        FirstPatcher("inner").start()

        assert courier.Courier().send("it") == "inner"

    def test_stop_leaves_what_stood_there_before(self, courier):
        """It was never the kit's."""
        Theirs(courier)
        patcher, before = FirstPatcher(), courier.Courier.send
        patcher.start()
        patcher.stop()

        assert courier.Courier.send is before


class TestBeforeTheImport:
    """A library that nobody has imported yet."""

    @pytest.mark.parametrize("act", ["start", "patch", "stop"])
    def test_a_patcher_imports_nothing(self, act):
        """What no application uses costs nothing, and may be missing."""
        patcher = CourierPatcher()
        patcher.start()
        getattr(patcher, act)()

        assert "courier" not in sys.modules

    def test_a_library_that_is_hidden_is_not_there(self, monkeypatch):
        """`None` for a module is how tests say that it is not installed."""
        monkeypatch.setitem(sys.modules, "courier", None)
        patcher = CourierPatcher()
        patcher.start()
        patcher.stop()

        assert sys.modules["courier"] is None

    @pytest.mark.parametrize(
        "stand_in",
        [
            {},
            {"Courier": object()},
            {"Courier": type("Courier", (), {})},
            {"Courier": lambda: None},
        ],
        ids=["nothing", "an object", "another class", "a function"],
    )
    def test_a_stand_in_for_a_library_is_left_alone(self, monkeypatch, stand_in):
        """Tests may put anything in its place; it has nothing to patch."""
        module = SimpleNamespace(**stand_in)
        monkeypatch.setitem(sys.modules, "courier", module)
        patcher = CourierPatcher()
        patcher.start()
        patcher.stop()

        assert vars(module) == stand_in

    def test_a_patcher_alone_hears_of_no_import(self):
        """Imports are the business of `Patchers`."""
        CourierPatcher().start()

        assert importlib.import_module("courier").Courier().send("it") == "sent it"


class TestBound:
    """A function as an instance has it."""

    def test_a_method_has_its_instance(self):
        """As Python binds it."""
        assert bound(str.upper, "it")() == "IT"

    def test_a_mock_on_a_class_is_called_without_the_instance(self):
        """As Python calls it there."""
        sent = Mock()
        bound(sent, object())("it")

        sent.assert_called_once_with("it")
