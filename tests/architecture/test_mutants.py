"""What `make mutants` changes, what it tries that with, and what it lets pass."""

import ast
import subprocess
import sys
from dataclasses import replace

import pytest

from mutants.accepting import Accepted
from mutants.mutating import mutants_of
from mutants.noticed import Noticed
from mutants.wings import BESIDE, PACKAGE, ROOT, ROUNDS, SAMPLED, files_of, own_tests, wing_of


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
        ("x = a or ''", ["a or '' -> a", "a or '' -> ''"]),
        ("x = a or 'b'", ["a or 'b' -> a", "a or 'b' -> 'b'", "'b' -> 'bXX'"]),
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
        ("def f(): return False", ["False -> True"]),
        ("def f(): return 0", ["return 0 -> return None", "0 -> 1", "0 -> -1"]),
        ("x = f(encoding=b)", []),
        ("x = zip(a, b, strict=True)", []),
        ("x = field(init=False)", []),
        ("__all__ = ['a']", []),
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


def test_each_wing_is_tried_with_tests_that_are_there():
    """Its own first, if it has some; a wing that is new needs no entry."""
    wings = {wing_of(file) for file in PACKAGE.rglob("*.py")}
    assert wings > BESIDE.keys()
    for wing in wings:
        assert [*files_of(wing)]
        for tests_of in ROUNDS:
            for file, _, name in (tests.partition("::") for tests in tests_of(wing)):
                assert (ROOT / file).exists()
                assert not name or f"def {name}(" in (ROOT / file).read_text("utf-8")
    assert own_tests("state") == ["tests/unit/state"]
    assert own_tests("errors") == ["tests/unit/test_errors.py"]
    assert own_tests("state/pages.py") == []


def test_a_sample_is_of_wings_with_fast_tests_of_their_own():
    """One run of them tries all that is drawn."""
    assert all(own_tests(wing) for wing in SAMPLED)
    assert not {*SAMPLED} & {"drift", "strategies"}


def test_what_is_accepted_is_known_in_any_line_and_told_when_it_is_gone(tmp_path):
    """By its module, and what was there before and after."""
    module = tmp_path / "state" / "a.py"
    module.parent.mkdir()
    module.write_text("x = a + b\n")
    listed = tmp_path / "accepted.toml"
    entry = """
        [["state/a.py"]]
        line = "x = {0}"
        before = "{0}"
        after = ["a - b"]
        reason = "it is as good"
    """
    listed.write_text(entry.format("a + b") + entry.format("b + a"))
    accepted = Accepted(listed, package=tmp_path)

    [mutant] = mutants_of("\n\nif y: \n    x = a + b\n")
    assert (module, mutant) in accepted
    assert (module, replace(mutant, line="y = a + b")) not in accepted
    assert (module, replace(mutant, after="a * b")) not in accepted
    assert (tmp_path / "a.py", mutant) not in accepted
    assert accepted.gone([module]) == ["state/a.py: x = b + a: b + a  ->  a - b"]
    assert accepted.gone([]) == []


def test_whatever_is_accepted_has_a_reason_and_is_there():
    """Else the list would grow old."""
    assert Accepted().gone(PACKAGE.rglob("*.py")) == []


def test_what_was_noticed_is_not_tried_again_until_its_module_changes(tmp_path):
    """A run that was ended goes on where it was."""
    known, module = tmp_path / "build" / "mutants.txt", tmp_path / "a.py"
    one, other = mutants_of("x = a + b\ny = a - b\n")
    [later] = mutants_of("x = a + b\n")
    noticed = Noticed(known)
    assert (module, one) not in noticed

    noticed.add(module, one)
    assert (module, one) in Noticed(known)
    for file, mutant in ((module, other), (module, later), (tmp_path / "b.py", one)):
        assert (file, mutant) not in Noticed(known)


LIAR = """
import pytest

class Liar:
    __class__ = property(lambda self: 1 / 0)

KEPT = Liar()

def test_it():
    assert KEPT is not None
"""


@pytest.mark.parametrize(
    ("text", "comes_to_its_end"),
    [
        (LIAR, True),
        ("def test_it(): raise KeyboardInterrupt", False),
        ("", False),
    ],
    ids=["an object lies about its class", "Ctrl-C", "no test"],
)
def test_a_session_that_did_not_come_to_its_end_says_so(tmp_path, text, comes_to_its_end):
    """Else all mutants would pass for noticed."""
    (tmp_path / "test_it.py").write_text(text)
    script = """
import sys
from pathlib import Path
from mutants.session import Session

print(Session(Path(sys.argv[1]), lambda _: None).run(["-c", "/dev/null", sys.argv[1]]))
"""
    command = [sys.executable, "-c", script, str(tmp_path)]
    told = subprocess.check_output(command, cwd=ROOT, text=True)  # noqa: S603  # it is made here

    assert told.splitlines()[-1] == str(comes_to_its_end)
