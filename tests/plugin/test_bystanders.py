"""Tests that don't use the kit may hold whatever they like: it looks at much, and asks nothing."""

import pytest
from versions import since

ODD = '''
    import functools
    import types
    from unittest.mock import MagicMock, Mock

    import pytest

    class Anything:
        """Has each attribute, is equal to nothing, and is no key."""
        __hash__ = None

        def __getattr__(self, name):
            return Anything()

        def __eq__(self, other):
            raise RuntimeError("compared")

        def __bool__(self):
            raise RuntimeError("asked for its truth")

        def __call__(self):
            return self

    class Unbound:
        """A proxy with nothing behind it."""
        __class__ = property(lambda self: 1 / 0)

    class Text(str):
        """A text that is no key."""
        __hash__ = None

    class Kind(type):
        """Classes that are equal to nothing."""
        __hash__ = None

        def __eq__(cls, other):
            raise RuntimeError("compared")

    class Pair(tuple, metaclass=Kind):
        """A tuple that can't be walked."""
        def __iter__(self):
            raise RuntimeError("walked")

    deep = ()
    for _ in range(9_999):
        deep = (deep,)

    THINGS = {
        "mock": Mock(),
        "magic mock": MagicMock(),
        "a mock that says it is a tuple": Mock(spec=tuple),
        "a mock that says it is a text": Mock(spec=str),
        "anything": Anything(),
        "text": Text("ada"),
        "class": Kind("Ada", (), {}),
        "pair": Pair(),
        "deep": deep,
        "code": Mock(co_consts=5),
    }
'''


def test_parameters_defaults_and_values_of_fixtures(suite):
    """Whatever they are, or say that they are."""
    suite.run(
        ODD
        + """
    @pytest.fixture(params=THINGS.values(), ids=THINGS)
    def thing(request):
        return request.param

    @pytest.mark.parametrize("other", THINGS.values(), ids=THINGS)
    def test_parameter(request, other): pass

    def test_fixture(request, thing): pass

    @pytest.mark.parametrize("name", THINGS)
    def test_default(request, name, default=Unbound(), pair=THINGS["pair"]): pass
        """
    ).result.assert_outcomes(passed=30)


def test_functions_of_tests_and_fixtures(suite):
    """Decorated by anything, or made without a module."""
    (suite.path / "__init__.py").touch()  # the checkout is a package
    suite.run(
        ODD
        + """
    def replaced(request): pass

    test_by_a_mock = types.FunctionType(replaced.__code__, {})
    test_by_a_mock.__wrapped__ = THINGS["mock"]
    test_by_a_mock.__signature__ = __import__("inspect").signature(replaced)

    def test_hypothesis(request): pass
    test_hypothesis.hypothesis = Anything()

    def test_without_module(request): pass
    test_without_module.__module__ = None

    @functools.lru_cache
    def test_cached(request): pass

    def make(): return 5
    make.__module__ = None
    nameless = pytest.fixture(scope="module", name="nameless")(make)
    five = functools.partial(make)
    five.__name__, five.__module__ = "five", 5
    partial = pytest.fixture(scope="module", name="partial")(five)

    def test_fixtures(request, nameless, partial): assert nameless == partial
        """
    ).result.assert_outcomes(passed=5)


@since("pytest", "9.1")
def test_methods_of_what_has_no_hash(suite):
    """Which pytest itself compares before."""
    suite.run(
        """
    class Unhashable:
        __hash__ = None
        def __eq__(self, other): raise RuntimeError("compared")

        def test_method(self, request): pass

    class TestMethod(Unhashable): pass
        """
    ).outcomes(passed=1)


ERRORS = {
    "has a cause of its own": """
    class Odd(Exception):
        cause = "the weather"
    """,
    "has no text": """
    class Odd(Exception):
        def __str__(self): raise RuntimeError("asked for its text")
    """,
    "has no module": """
    class Odd(Exception):
        __module__ = None
    """,
    "is its cause's cause": """
    class Odd(Exception):
        def __init__(self):
            self.__cause__ = KeyError("ada")
            self.__cause__.__cause__ = self
    """,
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
@pytest.mark.parametrize("where", ["conftest.py", "collector", "module"])
def test_errors_of_imports(suite, error, where):
    """Pytest tells them in its own words."""
    if where == "module":
        run = suite.run(f"{error}\n    raise Odd")
    elif where == "collector":
        collector = """
    import pytest

    class File(pytest.File):
        def collect(self): raise Odd

    def pytest_collect_file(file_path, parent):
        return File.from_parent(parent, path=file_path)
        """
        suite.write(conftest=f"{error}{collector}")
        run = suite.run("def test_it(): pass")
    else:
        suite.write(conftest=f"{error}\n    raise Odd")
        run = suite.run("def test_it(): pass")

    told = run.result.errlines if where == "conftest.py" else run.lines
    assert any(line.startswith("E   ") and "Odd" in line for line in told)
    assert not any("INTERNALERROR" in line for line in told)


def test_properties_of_reports(suite):
    """Other plugins note in them what they like."""
    run = suite.run(
        ODD
        + """
    def test_it(request):
        request.node.user_properties += [5, ("a", "b", "c"), (THINGS["anything"], 1), "ab"]
        """
    )

    run.outcomes(passed=1)
    assert run.lines[-1].startswith("=")
