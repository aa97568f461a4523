"""scopes/hypothesis_examples.py: when an example of a Hypothesis test begins, and when it ends."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pytest_twilio_users.scopes.hypothesis_examples import Examples


class FakeIsolation:
    """Isolation that remembers which examples began and ended."""

    def __init__(self):
        self.told = []

    def begin_example(self):
        """Give the example's number, for its scope."""
        number = sum(what == "begin" for what, _ in self.told)
        self.told.append(("begin", number))
        return number

    def end_example(self, example):
        """The example is over."""
        self.told.append(("end", example))


@pytest.fixture
def isolation():
    """Isolation that no example has begun in."""
    return FakeIsolation()


@pytest.fixture
def kept(isolation):
    """Holds the one that listens; there is nothing to complain about."""
    kept = [Examples(isolation, complain=lambda example: None)]
    kept[0].listen()
    return kept


@pytest.fixture
def examples(kept):
    """Listens as long as the test runs."""
    return kept[0]


@pytest.fixture
def complained(examples):
    """The examples that a complaint was asked about."""
    asked = []
    examples.complain = asked.append
    return asked


ZERO = st.just(0)
BITS = st.sampled_from([0, 1])


def run(body, strategy=ZERO):
    """Run a function as the body of a Hypothesis test."""
    settings(max_examples=3)(given(strategy)(body))()


def fail(error):
    """Raise, where an expression is needed."""
    raise error


def test_each_example_begins_and_ends(isolation, examples):
    """One after the other."""
    run(lambda n: isolation.told.append(("body", n)), BITS)

    assert isolation.told == [
        *(("begin", 0), ("body", 0), ("end", 0)),
        *(("begin", 1), ("body", 1), ("end", 1)),
    ]


def test_who_listens_twice_is_told_once(isolation, examples):
    """Hypothesis knows it already."""
    examples.listen()
    run(lambda n: None)

    assert isolation.told == [("begin", 0), ("end", 0)]


def test_nobody_listens_for_longer_than_it_lives(isolation, kept):
    """Hypothesis holds no reference."""
    kept.clear()
    run(lambda n: None)

    assert isolation.told == []


def test_a_random_module_is_part_of_its_example(isolation, examples):
    """Hypothesis saves and seeds all sources anew for it, in the middle of the example."""
    run(lambda data: isolation.told.append(("body", data.draw(st.random_module()))), st.data())

    assert [what for what, _ in isolation.told] == ["begin", "body", "end"] * 3


def test_a_nested_example_is_part_of_the_one_around(isolation, examples, complained):
    """It has no beginning and no end of its own."""
    run(lambda n: examples.setstate(examples.getstate()))

    assert (isolation.told, complained) == ([("begin", 0), ("end", 0)], [0])


def test_an_example_that_passed_is_asked_for_a_complaint(isolation, examples):
    """Before it ends: what it did is still there."""
    examples.complain = lambda example: isolation.told.append(("complain", example))
    run(lambda n: None)

    assert isolation.told == [("begin", 0), ("complain", 0), ("end", 0)]


def test_a_complaint_fails_the_example(isolation, examples):
    """Hypothesis takes it for the example's own error; each time, the example ends."""
    examples.complain = lambda example: fail(LookupError)

    with pytest.raises(LookupError):
        run(lambda n: None)

    begun = [example for what, example in isolation.told if what == "begin"]
    assert begun == [example for what, example in isolation.told if what == "end"] != []


def test_an_example_that_failed_is_asked_for_no_complaint(isolation, examples, complained):
    """Its failure is reported; it ends all the same."""
    with pytest.raises(ZeroDivisionError):
        run(lambda n: 1 / n)

    assert complained == []
    assert isolation.told[:2] == [("begin", 0), ("end", 0)]


def test_an_example_that_was_given_up_is_asked_for_no_complaint(isolation, examples, complained):
    """It counts for nothing; it ends all the same."""
    run(lambda n: assume(n == 0) and None, BITS)

    assert complained == [0]
    assert [what for what, _ in isolation.told] == ["begin", "end"] * 2


def test_an_error_from_before_is_none_of_the_examples(examples, complained):
    """Examples may run while an error is handled."""
    try:
        fail(LookupError)
    except LookupError:
        run(lambda n: None)

    assert complained == [0]
