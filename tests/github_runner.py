"""How GitHub's runner reads a line of a log."""

import re


def read_command(line):
    """The command, its properties and its message; None if the line is none.

    As the runner has it: a command ends at the second `::`; what is written with a percent is
    read back at last.
    """
    found = re.fullmatch(r"\s*::(\w[\w-]*)(?: (.*?))?::(.*)", line)
    if found is None or not line.isprintable():
        return None
    name, written, message = found.groups()
    properties = dict(each.split("=", 1) for each in (written or "").split(","))
    return name, {key: _read(value) for key, value in properties.items()}, _read(message)


def _read(text):
    for written, sign in {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}.items():
        text = text.replace(written, sign)
    return text
