"""transports/patchers.py: all libraries at once, those that are imported later included."""

import importlib
import importlib.machinery
import importlib.util
import pickle
import sys
from types import SimpleNamespace

import pytest
from unit.transports.couriers import COURIER, CourierPatcher, OfficePatcher

from pytest_twilio_users.transports.patchers import Patchers


@pytest.fixture(autouse=True)
def _libraries(libraries):
    """Couriers can be imported."""


@pytest.fixture
def started():
    """Starts patchers; all stop in the end."""
    begun = []

    def start(*patchers):
        begun.append(Patchers(patchers))
        begun[-1].start()
        return begun[-1]

    before = [*sys.meta_path]
    yield start
    for patchers in begun:
        patchers.stop()
    assert sys.meta_path == before


class TestLateImports:
    """Libraries that are imported while they are patched."""

    def test_a_library_is_patched_from_its_import_on(self, started):
        """Whoever imports it finds the patch."""
        started(CourierPatcher())

        assert importlib.import_module("courier").Courier().send("it") == "patched"

    def test_a_module_in_a_package_is_patched(self, started):
        """It is looked for where its package is."""
        started(OfficePatcher())

        assert importlib.import_module("post.courier").Courier().fetch() == "patched"

    def test_each_library_has_its_own(self, started):
        """One's import says nothing of another's."""
        started(CourierPatcher("one"), OfficePatcher("two"))

        assert importlib.import_module("post.courier").Courier().fetch() == "two"
        assert "courier" not in sys.modules

    def test_a_library_may_have_two(self, started):
        """Each patches its own methods."""
        one, two = CourierPatcher("one"), CourierPatcher("two")
        one.places, two.places = (("Courier", "send"),), (("Courier", "fetch"),)
        started(one, two)
        there = importlib.import_module("courier").Courier()

        assert (there.send("it"), there.fetch()) == ("one", "two")

    def test_what_was_imported_before_is_patched_as_well(self, started, courier):
        """Before or after makes no difference."""
        started(CourierPatcher())

        assert courier.Courier().send("it") == "patched"

    def test_other_imports_are_left_alone(self, started):
        """They are found and loaded by Python as ever."""
        started(CourierPatcher())
        stamps = importlib.import_module("stamps")

        assert "exec_module" not in vars(stamps.__loader__)

    def test_other_finders_are_asked(self, started, monkeypatch):
        """Whoever else watches imports goes on to."""
        asked = []
        finder = SimpleNamespace(find_spec=lambda name, *_: asked.append(name))
        monkeypatch.setattr(sys, "meta_path", [finder, *sys.meta_path])
        started(CourierPatcher())
        importlib.import_module("courier")
        sys.meta_path.remove(finder)

        assert asked == ["courier"]

    def test_a_module_is_left_as_python_loads_it(self, started):
        """Its loader keeps nothing of the kit's, and can be pickled."""
        started(CourierPatcher())
        courier = importlib.import_module("courier")

        assert "exec_module" not in vars(courier.__loader__)
        assert pickle.dumps(courier.__spec__)

    def test_looking_for_a_library_imports_nothing(self, started):
        """An application may ask whether it is installed."""
        started(CourierPatcher())

        assert importlib.util.find_spec("courier") is not None
        assert "courier" not in sys.modules

    def test_a_missing_library_is_missing(self, started, libraries):
        """The error is Python's."""
        (libraries / "courier.py").unlink()
        importlib.invalidate_caches()
        started(CourierPatcher())

        with pytest.raises(ModuleNotFoundError, match=r"^No module named 'courier'$"):
            importlib.import_module("courier")

    def test_a_folder_of_its_name_is_left_alone(self, started):
        """A namespace package has nothing to run, and nothing to patch."""
        patcher = CourierPatcher()
        patcher.module, patcher.places = "namespace", ()
        started(patcher)

        assert importlib.import_module("namespace").__file__ is None

    def test_an_import_that_fails_can_be_tried_again(self, started, libraries):
        """The library's own error comes through, and the patcher waits on."""
        (libraries / "courier.py").write_text("raise OSError('not now')")
        started(CourierPatcher())
        with pytest.raises(OSError, match=r"^not now$"):
            importlib.import_module("courier")
        (libraries / "courier.py").write_text(COURIER)

        assert importlib.import_module("courier").Courier().send("it") == "patched"

    def test_an_import_after_stop_is_left_alone(self, started):
        """The next test's imports are its own."""
        started(CourierPatcher()).stop()

        assert importlib.import_module("courier").Courier().send("it") == "sent it"

    def test_a_library_that_is_loaded_anew_after_stop_is_left_alone(self, started):
        """Whatever its import left behind patches no more."""
        patchers = started(CourierPatcher())
        courier = importlib.import_module("courier")
        patchers.stop()

        assert importlib.reload(courier).Courier().send("it") == "sent it"


class TestStartAndStop:
    """They work between start and stop, and leave nothing."""

    def test_stop_puts_back_what_finds_modules(self, started):
        """`sys.meta_path` is as it was, also for finders that came in between."""
        before = [*sys.meta_path]
        patchers = started(CourierPatcher())
        sys.meta_path.insert(0, finder := importlib.machinery.FrozenImporter)
        patchers.stop()
        sys.meta_path.remove(finder)

        assert sys.meta_path == before

    def test_stop_puts_back_what_was_patched(self, started, courier):
        """In each library."""
        office = importlib.import_module("post.courier")
        before = [courier.Courier.send, office.Courier.send]
        started(CourierPatcher(), OfficePatcher()).stop()

        assert [courier.Courier.send, office.Courier.send] == before

    def test_stop_goes_on_where_somebody_put_back_what_finds_modules(self, courier, monkeypatch):
        """As pytester does; nothing stays patched."""
        before = courier.Courier.send
        patchers = Patchers([CourierPatcher()])
        with monkeypatch.context() as patched:
            patched.setattr(sys, "meta_path", [*sys.meta_path])
            patchers.start()
        patchers.stop()

        assert courier.Courier.send == before

    @pytest.mark.parametrize("times", [1, 2])
    def test_stopping_what_is_not_started_does_nothing(self, times):
        """`stop` may come too early and too often."""
        before = [*sys.meta_path]
        patchers = Patchers([CourierPatcher()])
        for _ in range(times):
            patchers.stop()

        assert sys.meta_path == before

    def test_they_can_start_again(self, started):
        """One serves test after test."""
        patchers = started(CourierPatcher())
        patchers.stop()
        patchers.start()

        assert importlib.import_module("courier").Courier().send("it") == "patched"
