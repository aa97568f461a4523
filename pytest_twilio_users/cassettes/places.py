"""The path of a cassette, which works on every operating system."""

import hashlib
import re
from pathlib import Path

SESSION = "session"
_FIXTURE = "::fixture "
_UNSAFE = re.compile(r"[^A-Za-z0-9_\-\[\]+=@]")
_RESERVED = re.compile(r"(?i)con|prn|aux|nul|com[0-9]|lpt[0-9]")
_LONGEST_PART, _LONGEST_PATH = 80, 160


def place(folder: Path, name: str) -> Path:
    """The file of a test or fixture, by its name, such as a node id: a folder for each part.

    `tests/test_a.py::test_b` is at `tests/test_a/test_b.json`. What can't stand as it is,
    as some file system would not take it, or not tell it from another name, is followed
    by a hash of the name.
    """
    file, _, inside = name.partition("::")
    parts = [*file.removesuffix(".py").split("/"), *inside.split("::")]
    safe = [_safe(part) for part in parts]
    plain = file.endswith(".py") and "::" not in inside and safe == parts
    while sum(map(len, safe)) > _LONGEST_PATH:
        del safe[0]
        plain = False
    if not plain or name != name.lower():
        data = name.encode(errors="surrogatepass")
        safe[-1] += f"~{hashlib.blake2b(data, digest_size=5).hexdigest()}"
    return folder.joinpath(*safe[:-1], f"{safe[-1]}.json")


def fixture_name(node: str, fixture: str) -> str:
    """The name of what a fixture says that is set up for a node; none is the session's."""
    return f"{node or SESSION}{_FIXTURE}{fixture}"


def split_name(name: str) -> tuple[str, str]:
    """The node and the fixture of a name; a test's has no fixture."""
    node, _, fixture = name.partition(_FIXTURE)
    return node, fixture


def _safe(part: str) -> str:
    """The part with only what any file system takes: no dots, no name of a device."""
    safe = _UNSAFE.sub("_", part)[:_LONGEST_PART]
    return f"_{safe}" if _RESERVED.fullmatch(safe) else safe or "_"
