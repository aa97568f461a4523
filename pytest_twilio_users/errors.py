"""The errors that the kit raises about a test or its settings.

Twilio's refusals are not among them: those are answers. The client raises them as
`pytest_twilio_users.client.TwilioApiError`.
"""

import re
from collections.abc import Iterable

LONGEST = 120
"""How many characters of a value a complaint shows."""


class _Shown:
    """Whose text moves no terminal's cursor, whatever it quotes."""

    def __str__(self) -> str:
        return printable_lines(super().__str__())


class KitError(_Shown, Exception):
    """Base class of all errors of the kit itself. Twilio's refusals raise `TwilioApiError`.

    `ends_run` is true if every later request of a live run would fail, too.
    """

    ends_run = False


class SettingError(KitError):
    """A setting has a value that is not allowed."""


class InvalidArgument(KitError, ValueError):
    """A function of the kit got an argument that is not allowed."""


class MissingExtra(KitError, ModuleNotFoundError):
    """A library is not installed. An extra of this project installs it."""


class UnansweredRequest(KitError, AssertionError):
    """A request went to Twilio's Conversations host, and no operation answers it."""


class ContractViolated(KitError, AssertionError):
    """The code under test sent something that Twilio would ignore or misread."""


class ExampleViolatedContract(ContractViolated):
    """The same, found in one example of a Hypothesis test."""


class Forgotten(KitError, LookupError):
    """The test asked for an exchange that the journal does not hold, or not any more."""


class MeaninglessSnapshot(KitError):
    """A Hypothesis test asserted a snapshot, but each example would give another one."""


class ForeignPageLink(KitError):
    """A page of users links to another origin. Following it would send credentials there."""


class DefaultServiceRefused(KitError):
    """A request went to the account's default service, which this run may not change."""


class NoNetwork(KitError):
    """The code tried to connect to Twilio, and the kit blocked it."""


class NotTheirs(KitError):
    """A forked process, or a thread that outlived its test, sent a request to the kit."""


class LiveRefused(KitError):
    """The kit did not send a request to a live account, as the run may not change that there."""


class NoAnswer(KitError):
    """A live account gave no answer, and the kit can't repeat the request, or no longer."""


class Leftover(KitError):
    """The kit could not delete a user that it made on a live account."""


class PreflightFailed(KitError):
    """The account or service of a live run does not answer as expected."""


class CassetteError(KitError):
    """A cassette can't be read."""


class UnrecordedRequest(KitError, AssertionError):
    """In replay mode, the code sent a request that the cassette does not hold."""


class KitWarning(_Shown, UserWarning):
    """Something that is probably a mistake, or that Twilio's documents advise against."""


def printable(text: str) -> str:
    """Give the text as a screen may show it: on one line, what is unprintable escaped by Python.

    Controls, line ends, marks that turn or hide letters, halves of surrogate pairs. What comes
    from files, requests or servers is shown by it wherever it is not shown by its repr.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def printable_lines(text: str) -> str:
    """The same for a text whose lines stay lines."""
    return "\n".join(map(printable, text.split("\n")))


def did_you_mean(found: str, allowed: Iterable[str]) -> str:
    """Give " Did you mean 'FriendlyName'?" for the nearest name, or an empty text."""
    near = nearest(found, allowed)
    return f" Did you mean {near!r}?" if near else ""


def nearest(
    found: str, allowed: Iterable[str], *, stem: str = "", nearness: float = 0.6
) -> str | None:
    """Give the name that is most like the one found, if one is near.

    Args:
        found: what was written.
        allowed: what may have been meant.
        stem: names that begin with it are none the nearer for that.
        nearness: how alike names have to be, from 0 to 1.
    """
    if len(found) > 100:  # none that is known is nearly as long
        return None
    from difflib import get_close_matches  # only errors need it

    def plain(name: str) -> str:
        return name.removeprefix(stem).casefold().replace("_", "").replace("-", "")

    names = {plain(name): str(name) for name in allowed}  # of an enum's members their values
    near = get_close_matches(plain(found), names, cutoff=nearness)
    return names[near[0]] if near else None


def is_slip(found: str, meant: str) -> bool:
    """Tell whether a name is another with a slip of the hand, and no word of its own.

    That is: two letters swapped, one wrong, missing, doubled or put between, a singular made a
    plural; whatever the case and the separators.
    """
    one, other = (name.casefold().replace("_", "") for name in (found, meant))
    if len(one) == len(other):
        wrong = [at for at in range(len(one)) if one[at] != other[at]]
        none_or_two = wrong[1:] == [at + 1 for at in wrong[:1]] and sorted(one) == sorted(other)
        return none_or_two or (len(wrong) == 1 and wrong != [0])  # NODE is no MODE
    has_more = any(one[:at] + one[at + 1 :] == other for at in range(1, len(one) - 1))
    has_less = any(other[:at] + other[at + 1 :] == one for at in range(len(other)))
    return has_more or has_less or one == other + "s"


def known_names(found: str, known: Iterable[str]) -> str:
    """Give " Did you mean 'fetch_user'? Known: …." for a name that is none of those known."""
    names = list(known)
    return f"{did_you_mean(found, names)} Known: {', '.join(names)}."


def brief(value: object) -> str:
    """Write a value for a complaint: by its repr, which may be endless or fail.

    The login in a URL is hidden.
    """
    try:
        text = repr(value)
    except Exception:  # an author's own, nested without end, a number that Python does not write
        return f"<{type(value).__name__}>"
    return cut(re.sub(r"(?<=//)[^/?#\s]*@", "***@", text))


def cut(text: str, *, longest: int = LONGEST) -> str:
    """The text, or its beginning and a mark where it has more than so many characters."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def set_or_not(secret: str | None) -> str:
    """Say of a secret whether there is one, which is all that a complaint may say of it."""
    return "set" if secret else "not set"


def counted(number: int, noun: str) -> str:
    """Give "1 exchange" or "2 exchanges"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
