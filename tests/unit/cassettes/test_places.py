import ntpath
import re
import sys
from pathlib import Path, PureWindowsPath

import pytest

from pytest_twilio_users.cassettes.places import place

FOLDER = Path("cassettes")
DEEP = "/".join(60 * ["deeper"])
if sys.version_info >= (3, 13):
    is_reserved = ntpath.isreserved
else:

    def is_reserved(part):
        """Whether Windows takes it for a device."""
        return PureWindowsPath(part).is_reserved()


def shown(name):
    """The place, with slashes."""
    return place(FOLDER, name).as_posix()


def test_a_test_has_a_folder_for_its_file():
    """Usual names are readable, and lead back to the test."""
    name = "tests/unit/test_a.py::test_b[x-1]"
    assert shown(name) == "cassettes/tests/unit/test_a/test_b[x-1].json"


def test_of_a_path_that_is_too_long_the_end_stays():
    """By which people know it; its hash stands for the rest."""
    path = place(FOLDER, f"{DEEP}.py::test_it")
    assert path.parts[:-1] == ("cassettes", *["deeper"] * 25)
    assert re.fullmatch(r"test_it~[0-9a-f]{10}\.json", path.name)


B = 77 * "b"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("tests/Test_a.py::TestA::test_b", "tests/Test_a/TestA/test_b~c5e0af1eda"),
        ("test_a.py::test_é[x/y]", "test_a/test__[x_y]~4a56cb04fa"),
        ("a.py::test_" + 75 * "x", "a/test_" + 75 * "x"),
        ("test_a.py::test_" + 76 * "x", "test_a/test_" + 75 * "x" + "~e6299064bc"),
        (f"a/{B}/{B}/c.py::test", f"a/{B}/{B}/c/test"),
        (f"a/{B}/{B}/cc.py::test", f"{B}/{B}/cc/test~0ccd89e354"),
        ("con.py::test_a", "_con/test_a~9251a65bfd"),
        ("a.py::lpt9.x", "a/lpt9_x~019ed56a0b"),
        ("a.py::com1", "a/_com1~888bfb707e"),
        ("a.txt::test_a", "a_txt/test_a~8d9c999d26"),
        ("::test", "_/test~bd32740a42"),
        ("a.py::...", "a/___~3cb7c729ad"),
        ("session::fixture conftest::ada", "session/fixture_conftest/ada~5fd4802ae3"),
    ],
)
def test_a_place_is_the_same_in_each_version(name, found):
    """Else no cassette that was committed would be found."""
    assert shown(name) == f"cassettes/{found}.json"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a.py::test", "A.py::test"),
        ("a/b.py::test", "a.py::b::test"),
        ("a.py::test[x/y]", "a.py::test[x:y]"),
        ("a.py::test", "a.txt::test"),
        ("a.py::test", "::test"),
        ("a.py::test", "a::test"),
        ("a/" + DEEP + ".py::test", "b/" + DEEP + ".py::test"),
        ("a.py::test[" + 200 * "x" + "]", "a.py::test[" + 201 * "x" + "]"),
        ("a.py::test[.]", "a.py::test[._]"),
        ("a.py::t.", "a.py::t"),
        ("a.py::é", "a.py::e\u0301"),
    ],
)
def test_other_names_have_other_places(one, other):
    """On file systems that ignore upper case, too."""
    assert shown(one).lower() != shown(other).lower()


@pytest.mark.parametrize(
    "name",
    [
        "con.py::nul",
        "../../etc/passwd::x",
        "/etc/passwd",
        "a.py::test[" + '<>:"|?*\\' + "\x00\n😀]",
        "a.py::test.",
        "",
        "::",
        "a.py::" + 300 * "long",
        DEEP + ".py::test",
        "\udcff.py::test",
        "session::fixture  conftest::db[0]",
    ],
)
def test_any_name_has_a_place_in_the_folder_on_any_system(name):
    """No device, no character that a file system refuses, no step out of the folder."""
    path = place(FOLDER, name)
    assert path.is_relative_to(FOLDER)
    assert ".." not in path.parts
    assert len(path.as_posix()) < 260
    for part in path.parts:
        assert not set(part) & set('<>:"|?*\\/\x00\n')
        assert part.isascii()
        assert part[-1] not in ". "
        assert not is_reserved(part)
