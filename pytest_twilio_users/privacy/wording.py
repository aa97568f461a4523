"""Which words of an answer's free text tell nothing of anybody."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from pytest_twilio_users.contract.fields import META_FIELDS, USER_FIELDS
from pytest_twilio_users.contract.operations import OPERATIONS
from pytest_twilio_users.contract.refusals import REFUSALS
from pytest_twilio_users.contract.sids import SidKind

_MARK = r"\s!-/:-@\[-^`{-~‘’“”«»–—…"  # noqa: RUF001  # as people write them
_BEGINS = rf"(?<![^{_MARK}])"
_ENDS = rf"(?![^{_MARK}])"
_TOKENS = re.compile(
    rf"(?P<path>{_BEGINS}(?<!/)/[^\s'\",]*)"
    rf"|(?P<whole>[^\s@'\"()<>\[\],:;=]+@[\w.-]*\w{_ENDS}"
    rf"|{_BEGINS}(?:[A-Z]{{2}}[0-9a-fA-F]{{32}}|\+[0-9]{{6,15}}){_ENDS}"
    rf"|https?://[^\s'\"()<>]*[\w/]{_ENDS})"
    rf"|(?P<word>[^{_MARK}](?:[^{_MARK}]|[.%+-]+(?=[^{_MARK}]))*)"
    rf"|(?P<mark>[{_MARK}])",
)
_ENGLISH = Path(__file__).with_name("harmless_words.txt")
"""Words that services say in errors; a new one is added there, if it is nobody's name."""


def _vocabulary() -> Iterator[str]:
    texts = [
        _ENGLISH.read_text("utf-8"),
        "PATCH PUT HEAD OPTIONS",
        *(refusal.message for refusal in REFUSALS.values()),
        *USER_FIELDS,
    ]
    texts += META_FIELDS
    for operation in OPERATIONS.values():
        texts += [operation.name, operation.method]
        texts += [parameter.name for parameter in operation.parameters]
    texts += [kind.label for kind in SidKind]
    for text in texts:
        yield from re.findall(r"\w[\w-]*", text.casefold())
    yield from (str(number) for r in REFUSALS.values() for number in (r.status, r.code))


VOCABULARY = frozenset(_vocabulary())
"""Words that are never private."""


def hide_wording(
    text: str, *, private: Callable[[str], str], private_path: Callable[[str], str]
) -> str:
    """Keep the words of the vocabulary, and have what the functions give for all else."""

    def show(token: re.Match[str]) -> str:
        if token.lastgroup == "path":
            return private_path(token[0])
        harmless = token.lastgroup == "mark" or token[0].casefold() in VOCABULARY
        return token[0] if harmless else private(token[0])

    return _TOKENS.sub(show, text)
