"""The suite of `make isolation`, in ways that no other test goes: everything in it at once."""

import pytest
from versions import since

from matrix.plugins import Plugin
from matrix.running import try_out
from matrix.table import cell, everything, read
from matrix.ways import INTERRUPTED, TWICE, Run, Way


@since("pytest", "9.0")
@pytest.mark.parametrize("way", [TWICE, INTERRUPTED], ids=["twice", "interrupted"])
def test_nothing_leaks_into_a_test_that_looks_or_into_the_process(way):
    """Each test sees what its own fixtures made; the same process runs them all again."""
    outcome = try_out(way)
    assert outcome.wrong == (), outcome.output
    assert len(outcome.ran) > 30


def test_a_leak_is_noticed():
    """A user that stays is seen by the next test, a name that stays after the run."""
    plugin = Plugin(distribution="none", loads=(), tests=("test_planted",))
    way = Way(name="the two tests", runs=(Run(options=("-k", "planted")),))
    assert try_out(way, plugin).wrong == (
        "test_planted.py::test_sees_it failed: Leak: users: saw {'planted': None}, not {}",
        "os.environ['TWILIO_EDGE'] is 'planted', and was None",
    )


def test_the_page_has_each_way_and_each_plugin():
    """As `make isolation` wrote it; in none of them anything leaks."""
    assert {name for name, is_well in read().items() if is_well} == {
        cell(*one) for one in everything()
    }
