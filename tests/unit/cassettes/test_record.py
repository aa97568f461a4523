"""cassettes/record.py: where cassettes are written, and where they are not."""

import json
import os
from datetime import date

import pytest

from pytest_twilio_users.cassettes.cassette import read_cassette
from pytest_twilio_users.cassettes.places import place
from pytest_twilio_users.cassettes.record import RecordBackend
from pytest_twilio_users.errors import CassetteError
from pytest_twilio_users.privacy.aliases import Aliases

NAME = "tests/test_it.py::test_it"
LINK = "the link {} leads to a place outside the folder of cassettes"


@pytest.fixture
def folder(tmp_path):
    """The folder of cassettes."""
    folder = tmp_path / "cassettes"
    folder.mkdir()
    return folder


@pytest.fixture
def save(stub, compose, folder):
    """Records a conversation, or one in which nothing is said; gives the file."""

    def save(*, name=NAME, said=True):
        recording = RecordBackend(stub, name=name, aliases=Aliases(seed=name))
        if said:
            recording.handle(compose("GET", "/v1/Users"))
        options = {"recorded_from": "loopback (not Twilio)", "kit": "0"}
        return recording.save(folder, **options, today=date(2026, 11, 24))

    return save


@pytest.fixture
def umask():
    """Sets the umask of the process."""
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize("mask", [0o022, 0o077, 0o002])
def test_a_cassette_may_be_read_by_whom_the_umask_lets(save, umask, mask):
    """As any file that is committed."""
    umask(mask)
    assert save().stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_cassette_keeps_its_mode(save, umask):
    """Somebody gave it that."""
    save().chmod(0o640)
    umask(0o077)
    assert save().stat().st_mode & 0o777 == 0o640


OUT = {
    "the-file": "tests/test_it/test_it.json",
    "a-folder": "tests/test_it",
    "the-first-folder": "tests",
}


@pytest.mark.parametrize("said", [True, False], ids=["said", "unsaid"])
@pytest.mark.parametrize("there", [True, False], ids=["there", "dangling"])
@pytest.mark.parametrize("part", OUT.values(), ids=OUT)
def test_no_link_leads_out_of_the_folder(save, tmp_path, part, there, said):
    """What replay would not read, record does not write, nor delete."""
    folder, outside = tmp_path / "cassettes", tmp_path / "outside" / part
    if there:
        outside.parent.mkdir(parents=True)
        if part.endswith("json"):
            outside.touch()
        else:
            outside.mkdir()
    link = folder / part
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside)
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(CassetteError) as refused:
        save(said=said)
    with pytest.raises(CassetteError) as unread:
        read_cassette(place(folder, NAME), folder=folder)

    path, why = folder / "tests/test_it/test_it.json", LINK.format(link)
    assert str(refused.value) == f"The cassette {path} can't be written: {why}. Remove the link."
    assert str(unread.value).startswith(f"The cassette {path} can't be read: {why}.")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("said", [True, False], ids=["said", "unsaid"])
def test_a_folder_in_its_place_is_told(save, folder, said):
    """By its own name."""
    path = folder / "tests/test_it/test_it.json"
    path.mkdir(parents=True)
    with pytest.raises(CassetteError) as refused:
        save(said=said)
    assert str(refused.value) == (
        f"The cassette {path} can't be written: there is a folder of this name. Remove it."
    )
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("linked", ["tests", "."], ids=["within", "the-folder"])
def test_other_links_are_followed(save, folder, tmp_path, linked):
    """Within the folder, and to it."""
    if linked == ".":
        folder.rename(tmp_path / "elsewhere")
        folder.symlink_to(tmp_path / "elsewhere")
    else:
        folder.joinpath("others").mkdir()
        folder.joinpath(linked).symlink_to("others")
    path = save()
    assert read_cassette(path, folder=folder).name == NAME


def test_the_name_of_a_file_may_be_no_utf_8(save, folder):
    """JSON has an escape for its bytes."""
    path = save(name="test_\udcff.py::test_it")
    assert json.loads(path.read_text("utf-8"))["name"] == "test_\udcff.py::test_it"
    assert read_cassette(path, folder=folder).name == "test_\udcff.py::test_it"
