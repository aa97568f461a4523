"""What a maintainer relies on: workflows, templates, and the page of versions."""

import re
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
GITHUB = ROOT / ".github"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSIONS = (ROOT / "docs" / "versioning.md").read_text("utf-8")


def workflows():
    """The texts of the workflows."""
    paths = sorted((GITHUB / "workflows").iterdir())
    return [pytest.param(path.read_text("utf-8"), id=path.stem) for path in paths]


@pytest.mark.parametrize("text", workflows())
def test_an_action_is_pinned_by_its_hash(text):
    """A tag can be moved to other code. Its name stands beside, for Dependabot and readers."""
    used = re.findall(r"uses: (\S+)(.*)", text)
    assert used
    assert [
        (name, tag)
        for name, tag in used
        if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name)
        or not re.fullmatch(r" # v\d+\.\d+\.\d+", tag)
    ] == []


@pytest.mark.parametrize("text", workflows())
def test_a_job_may_do_what_it_names_alone(text):
    """None has the permissions of a workflow that says nothing."""
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert all(job["permissions"] and job["timeout-minutes"] for job in workflow["jobs"].values())


def test_what_is_published_is_tested():
    """The Pythons that the package names are those that have to pass, here and in the docs."""
    workflow = yaml.safe_load((GITHUB / "workflows" / "tests.yml").read_text("utf-8"))
    matrix = workflow["jobs"]["tests"]["strategy"]["matrix"]
    named = [line for line in PROJECT["classifiers"] if re.search(r":: 3\.\d", line)]
    assert [line.rpartition(" ")[2] for line in named] == matrix["python"]
    setup = workflow["jobs"]["check"]["steps"][1]
    assert setup["with"]["python-version"].split() == matrix["python"]
    assert f"| CPython {', '.join(matrix['python'])} on Linux | yes, in whole |" in VERSIONS


def test_the_workflow_tests_with_what_make_test_installs():
    """On each system: the tests need all extras, and the group beside them."""
    workflow = yaml.safe_load((GITHUB / "workflows" / "tests.yml").read_text("utf-8"))
    steps = [step.get("run", "") for step in workflow["jobs"]["tests"]["steps"]]
    made = re.findall(r"\$\(RUN\) pip install -q (.*)", (ROOT / "Makefile").read_text("utf-8"))
    [pip, kit, group, *_] = [each.replace("-e ", "--editable ").replace("'", '"') for each in made]
    assert f"python -m pip install {pip}" in steps
    assert f"python -m pip install {kit} {group}" in steps


@pytest.mark.parametrize(
    "path", sorted((GITHUB / "ISSUE_TEMPLATE").glob("[!c]*.yml")), ids=lambda path: path.stem
)
def test_a_form_asks_for_what_helps(path):
    """In the form that GitHub reads: each field has an id and a label of its own."""
    form = yaml.safe_load(path.read_text("utf-8"))
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert {"name", "description", "labels", "body"} == form.keys()
    assert len({field["id"] for field in fields}) == len(fields)
    assert len({field["attributes"]["label"] for field in fields}) == len(fields)
    assert any(field["validations"]["required"] for field in fields if "validations" in field)


def test_a_hook_before_a_commit_runs_what_the_check_runs():
    """With the versions of the same environment."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for hook in hooks["hooks"]:
        program = hook["entry"].removeprefix(".venv/bin/python -m ")
        assert f"$(RUN) {program.removesuffix(' --force-exclude')}" in makefile


def test_the_public_names_are_there():
    """Each module that the page of versions calls public can be imported, and says what it has."""
    [line] = re.findall(r"^- The names in .*$", VERSIONS, re.MULTILINE)
    for name in re.findall(r"`([a-z][\w.]*)`", line):
        if name != "pytest_twilio_users.__all__":
            assert import_module(f"pytest_twilio_users.{name}").__doc__


def test_citing_it_names_its_authors():
    """And its license, as the package does."""
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["authors"] == PROJECT["authors"]
    assert citation["license"] == PROJECT["license"]
    assert citation["abstract"] == f"{PROJECT['description']}."


def test_each_extra_is_on_the_page_of_installing():
    """With what it brings."""
    page = (ROOT / "docs" / "installing.md").read_text("utf-8")
    named = re.findall(r"^\| `\[(\w+)\]` \| .+ \|$", page, re.MULTILINE)
    assert named == [*PROJECT["optional-dependencies"]]
