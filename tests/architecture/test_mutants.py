"""What `make mutants` changes."""

import ast

import pytest

from mutants.mutating import mutants_of


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("x = a < b", ["a < b -> a <= b"]),
        ("x = a is not b", ["a is not b -> a is b"]),
        ("x = a < b < c", []),
        ("x = a + b", ["a + b -> a - b"]),
        ("x = a and b", ["a and b -> a", "a and b -> b"]),
        (
            "x = a or b or c",
            ["a or b or c -> b or c", "a or b or c -> a or c", "a or b or c -> a or b"],
        ),
        ("x = not a", ["not a -> a"]),
        ("x = a if b else c", ["a if b else c -> a", "a if b else c -> c"]),
        ("x = 5", ["5 -> 6", "5 -> 4"]),
        ("x = True", ["True -> False"]),
        ("x = b'a'", ["b'a' -> b'aXX'"]),
        ("x = None", []),
        ("x = f'a {b!r} {5}'", ["f'a {b!r} {5}' -> 'XX'"]),
        ("x = f(a, b=c, d=e)", ["f(a, b=c, d=e) -> f(a, d=e)", "f(a, b=c, d=e) -> f(a, b=c)"]),
        ("f(a)", ["f(a) -> pass"]),
        ("a.b = c", ["a.b = c -> pass"]),
        ("x: 'A' = a", []),
        ("'A docstring.'", []),
        ("for a in b: continue", ["continue -> break"]),
        ("raise A", ["raise A -> pass"]),
        ("def f(): return a", ["return a -> return None"]),
        ("def f(): return None", []),
        ("def f(a: 'A' = 'ä') -> 'B': ...", ["'ä' -> 'äXX'"]),
        ("if TYPE_CHECKING: a = 1", []),
    ],
)
def test_one_small_thing_is_changed_at_a_time(code, changes):
    """What is no code for Python stays, and so do docstrings."""
    mutants = [*mutants_of(f"# é\n{code}\n")]

    assert [f"{mutant.before} -> {mutant.after}" for mutant in mutants] == changes
    assert len({ast.dump(ast.parse(mutant.source)) for mutant in mutants}) == len(changes)


def test_each_line_is_where_it_was():
    """Whatever was in several lines: tests may look at the numbers."""
    source = "x = f(\n    a,\n    b=c,\n)\n\n\ndef g():\n    raise f(\n        a\n    )\n"

    assert [(*mutant.source.split("\n"), mutant.inside) for mutant in mutants_of(source)] == [
        (
            "x = (f(a)",
            "",
            "",
            ")",
            "",
            "",
            "def g():",
            "    raise f(",
            "        a",
            "    )",
            "",
            False,
        ),
        ("x = f(", "    a,", "    b=c,", ")", "", "", "def g():", "    pass", "", "", "", True),
    ]
