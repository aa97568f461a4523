"""What the extra `yaml` brings."""

import yaml

from pytest_twilio_users.cli import main
from pytest_twilio_users.wire.schema import openapi


def test_an_openapi_file_in_yaml_is_read(tmp_path, capsys):
    """The kit's own differs from what the kit knows in nothing."""
    file = tmp_path / "it.yaml"
    file.write_text(yaml.safe_dump(openapi()))
    assert main(["drift", "openapi", str(file)]) == 0, capsys.readouterr()
