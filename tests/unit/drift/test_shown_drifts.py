"""drift/shown_drifts.py: differences, as GitHub shows them."""

import os

import pytest
from github_runner import read_command
from hostile import HOSTILE

from pytest_twilio_users.ci.markdown import code
from pytest_twilio_users.drift.comparison import Drift
from pytest_twilio_users.drift.openapi_report import OpenApiReport
from pytest_twilio_users.drift.shown_drifts import drifts_as_annotations, drifts_as_markdown
from pytest_twilio_users.drift.sides import DriftReport
from pytest_twilio_users.drift.telling import Used
from pytest_twilio_users.drift.touched import Touch
from pytest_twilio_users.errors import printable_lines
from pytest_twilio_users.wire.violations import Severity


def drift(severity, text="1"):
    """A difference in what is answered to a fetch."""
    return Drift(
        severity=severity, operation="fetch_user", pointer="json.x", first=text, second="2"
    )


def report(drifts, **more):
    """What a comparison of two sides came to."""
    return DriftReport(first="stub", second="live", drifts=drifts, compared=3, alone=[], **more)


def annotated(found, **environ):
    """The annotations, as GitHub reads them."""
    return [read_command(str(each)) for each in drifts_as_annotations(found, environ=environ)]


LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


@pytest.mark.parametrize("severity", Severity)
def test_a_difference_is_shown_by_its_severity(severity):
    """With a test that met it."""
    title = {"title": "Twilio Users: drift"}
    found = report({drift(severity): ["test_a.py::test_a", "test_b.py::test_b"]})
    assert annotated(found) == [
        (
            LEVELS[severity],
            title,
            "fetch_user: json.x: 1, then 2\nin test_a.py::test_a and 1 more",
        )
    ]


def test_a_difference_of_a_file_is_shown_too(tmp_path):
    """No test met it."""
    found = OpenApiReport(source="api.json", drifts={drift(Severity.ERROR): ()}, known=())
    assert annotated(found) == [
        ("error", {"title": "Twilio Users: drift"}, "fetch_user: json.x: 1, then 2")
    ]
    assert [*drifts_as_markdown(found)] == [
        "## Twilio Users: drift",
        "",
        "- `error    fetch_user: json.x: 1, then 2`",
        "- `1 error, 0 warnings, 0 notes: the kit, then api.json.`",
        "",
    ]


@pytest.mark.parametrize(
    ("file", "workspace", "shown"),
    [
        ("tests/test_a.py", ".", "tests/test_a.py"),
        ("tests/test_a.py", "tests", "test_a.py"),
        ("tests/test_a.py", "", None),
        ("tests/test_a.py", "elsewhere", None),
        ("tests/test_gone.py", ".", None),
        ("fixture people of conftest", ".", None),
    ],
)
def test_a_difference_is_shown_beside_the_test_it_touches(
    tmp_path, monkeypatch, file, workspace, shown
):
    """Rather than one that met it; by the path that the repository has, if it's there."""
    monkeypatch.chdir(tmp_path)
    for folder in ("tests", "elsewhere"):
        tmp_path.joinpath(folder).mkdir()
    tmp_path.joinpath("tests", "test_a.py").touch()
    differs = drift(Severity.WARNING)
    used = Used(by={differs: [Touch(test=f"{file}::test_it", how="sends 200")]}, complete=True)
    [(_, properties, message)] = annotated(
        report({differs: ["test_b.py::test_b"]}, used=used),
        GITHUB_WORKSPACE=workspace and os.path.normpath(tmp_path / workspace),
    )
    assert properties.get("file") == shown
    assert message.splitlines()[1:] == ["in test_b.py::test_b", f"{file}::test_it sends 200"]


def test_what_differs_is_text():
    """Whatever a server answered, and a test is called."""
    found = report({drift(Severity.ERROR, HOSTILE): [HOSTILE]})
    [(_, _, message)] = annotated(found, GITHUB_WORKSPACE="/")
    assert message == printable_lines(f"fetch_user: json.x: {HOSTILE}, then 2\nin {HOSTILE}")
    assert [*drifts_as_markdown(found)][2:4] == [
        f"- {code(f'error    fetch_user: json.x: {HOSTILE}, then 2')}",
        f"  - {code(f'in {HOSTILE}')}",
    ]
