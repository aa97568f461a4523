"""What the extra `report` brings."""

import subprocess
import sys


def test_a_run_is_shown_on_a_page(tmp_path):
    """By an option of the run."""
    (tmp_path / "test_it.py").write_text(
        "def test_it(twilio_users):\n    twilio_users.client.create_user('ada')\n"
    )
    plugin = ("-p", "twilio_users", "-p", "no:cacheprovider")
    asked = "--twilio-users-report=report.html"
    command = [sys.executable, "-m", "pytest", "-q", *plugin, asked]
    subprocess.run(command, cwd=tmp_path, check=True)  # noqa: S603  # our own
    assert "create_user" in (tmp_path / "report.html").read_text("utf-8")
