"""What happens to each library's requests to Twilio, while a test uses the kit."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a request."""

    ANSWERED = "answered"
    REFUSED = "refused"
    ASIDE = "steps aside"
    BEYOND = "out of reach"

    @property
    def meaning(self) -> str:
        """The fate in words."""
        return _MEANINGS[self]


_MEANINGS = {
    Fate.ANSWERED: "the kit answers it",
    Fate.REFUSED: "it fails before anything is sent; the error says what to do",
    Fate.ASIDE: "a mock: it works for other hosts, and the kit answers for Twilio's Conversations",
    Fate.BEYOND: "the kit does not see it",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """A library, or a way to send; `since` is the lowest version that the kit is tested with."""

    name: str
    fate: Fate
    note: str = ""
    distribution: str = ""
    since: str = ""


def _installed(name: str, fate: Fate, since: str, note: str = "") -> Library:
    return Library(name=name, distribution=name, fate=fate, since=since, note=note)


LIBRARIES = (
    _installed("httpx", Fate.ANSWERED, "0.27", "your own transports still run"),
    _installed("httpx2", Fate.ANSWERED, "2.0", "the same"),
    _installed(
        "httpcore", Fate.ANSWERED, "1.0", "also libraries that send with it, such as httpx-socks"
    ),
    _installed("requests", Fate.ANSWERED, "2.31", "sessions, adapters and hooks still run"),
    _installed("urllib3", Fate.ANSWERED, "1.26", "managers, proxies and `Retry` still run"),
    _installed(
        "aiohttp",
        Fate.ANSWERED,
        "3.10",
        "sessions, middlewares and tracing still run; also libraries that send with it, such as"
        " httpx-aiohttp",
    ),
    Library(
        name="Twilio's SDK",
        distribution="twilio",
        fate=Fate.ANSWERED,
        since="7.0",
        note="async from 8.0 on; also your own HTTP client for it, if it sends with one of these",
    ),
    Library(
        name="http.client, urllib", fate=Fate.REFUSED, note="also libraries that send with them"
    ),
    Library(
        name="sockets, asyncio's streams",
        fate=Fate.REFUSED,
        note="also libraries that resolve names with them, such as anyio, trio, tornado; also"
        " gevent, eventlet, twisted and pyOpenSSL",
    ),
    _installed("niquests", Fate.REFUSED, "3.21"),
    _installed(
        "curl_cffi", Fate.REFUSED, "0.13", "also libraries that send with it: httpx-curl-cffi"
    ),
    _installed("pycurl", Fate.REFUSED, "7.45", "if the code calls `pycurl.Curl` by this name"),
    _installed(
        "uvloop", Fate.REFUSED, "0.21", "its streams; the libraries above are answered on it"
    ),
    _installed("respx", Fate.ASIDE, "0.22"),
    _installed("pytest-httpx", Fate.ASIDE, "0.32"),
    _installed("responses", Fate.ASIDE, "0.23"),
    _installed("requests-mock", Fate.ASIDE, "1.10"),
    _installed("aioresponses", Fate.ASIDE, "0.7"),
    _installed(
        "vcrpy", Fate.ASIDE, "6.0", "it neither replays nor records; the same with pytest-recording"
    ),
    Library(
        name="other processes",
        fate=Fate.BEYOND,
        note="give them the URL of `twilio_users_server`; a fork of the test's process is refused",
    ),
    Library(
        name="a socket that is already connected",
        fate=Fate.BEYOND,
        note="or one that connects to an IP address, without a name and without TLS",
    ),
    Library(
        name="redirects that libcurl follows by itself",
        fate=Fate.BEYOND,
        note="from another host to Twilio's",
    ),
)
