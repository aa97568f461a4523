"""Tells before the first test why what a run is to write at its end can't be written."""

import os
from pathlib import Path


def why_not_written(
    path: Path, *, option: str, example: str, json: Path, begins: bytes, what: str
) -> str:
    """Why it can't be, as far as that can be told before; else nothing.

    Args:
        path: the file that the option names.
        option: how the command line spells it.
        example: a name that it may have.
        json: the file of JSON that is written: beside it, or the same.
        begins: what its bytes begin with. A file that begins otherwise is somebody else's.
        what: what it is called.
    """
    told = f"{option}: {path} can't be written:"
    name_a_file = f"Name a file, such as {option}={example}."
    try:
        for each in (path, json):
            if each.is_dir():
                return f"{told} {each} is a folder. {name_a_file}"
        if json.exists() and not (json.read_bytes() or begins).startswith(begins):
            return f"{told} {json}, which is no {what}, would be overwritten. {name_a_file}"
        above = next(folder for folder in path.parents if folder.exists())
    except OSError as error:
        return f"{told} {error.strerror}. {name_a_file}"
    if not above.is_dir():
        return f"{told} {above} is not a folder. Name another place."
    if not os.access(above, os.W_OK | os.X_OK):
        return f"{told} nothing may be written into {above}. Name another place."
    return ""
