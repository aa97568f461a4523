"""Tells whether a host is Twilio's Conversations, this machine, or another one."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from pytest_twilio_users.contract.arguments import as_text, given_or_set, refused

__tracebackhide__ = True  # a failing test shows its own lines, not the kit's

_NAME = r"conversations(?:\.[a-z0-9-]+){0,2}?\.twilio\.com"  # most name neither: tried first

HOST = re.compile(rf"{_NAME}\.?")
"""Twilio's Conversations host, with or without edge and region."""

ORIGIN = re.compile(f"https://{_NAME}")
"""The same as scheme and host, as links and settings have it."""

AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?")
"""A host, with or without a port."""

DEFAULT_ORIGIN = "https://conversations.twilio.com"
"""Where requests go that name neither edge nor region."""


_BASE_URL = re.compile(
    r"(?P<origin>(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*)"
    r"(:(?P<port>[0-9]{1,5}))?)"
    # No segment is "." or "..", which clients take away with what stands before.
    r"(?P<path>(/(?!(\.|%2[Ee]){1,2}(/|$))([A-Za-z0-9._~-]|%[0-9a-fA-F]{2})+)*)/*"
)
_LABEL = re.compile("[A-Za-z0-9-]{1,63}")


def origin_at(
    *, region: str | None = None, edge: str | None = None, environ: Mapping[str, str]
) -> str:
    """Give Twilio's origin, by names that are given, or else stand in the environment.

    As in Twilio's SDKs, an edge without a region is one of us1.

    Raises:
        InvalidArgument: region or edge is more than a name, and would lead to another host.
    """
    edge = _label(edge, name="edge", environ=environ)
    region = _label(region, name="region", environ=environ) or ("us1" if edge else None)
    return f"https://{'.'.join(filter(None, ('conversations', edge, region, 'twilio.com')))}"


def _label(given: object, *, name: str, environ: Mapping[str, str]) -> str | None:
    """One label of a host name, or None where nothing names it."""
    name, value = given_or_set(given, name=name, environ=environ)
    if value is None:
        return None
    text = as_text(value)
    if text is None or not _LABEL.fullmatch(text):
        raise refused(value, name=name, allowed="letters, digits and hyphens, such as ie1")
    return text.lower()


def read_base_url(value: object) -> re.Match[str] | None:
    """Read where requests are to be sent: its `origin`, `scheme`, `host` and `path`, or None."""
    found = _BASE_URL.fullmatch(as_text(value) or "")
    if found and int(found["port"] or 0) <= 65_535 and _is_possible(found["host"].lower()):
        return found
    return None


def _is_possible(host: str) -> bool:
    """Tell whether what is written like a host can be one."""
    from ipaddress import IPv4Address, IPv6Address  # settings load with the plugin

    try:
        if host.startswith("["):
            IPv6Address(host.strip("[]"))
        elif host.rpartition(".")[2].isdecimal():
            IPv4Address(host)
        else:
            host.encode().decode("idna")  # of a label that begins with xn--, what it stands for
    except ValueError:
        return False
    return True


def require_base_url(value: object, *, name: str) -> str:
    """Give the text of a value that requests can be sent to, without a slash at its end.

    Raises:
        InvalidArgument: it is more, or less, than scheme and host, perhaps with a path.
    """
    found = read_base_url(value)
    if found is None:
        raise refused(value, name=name, allowed=f"scheme and host, such as {DEFAULT_ORIGIN}")
    return found["origin"] + found["path"]


@lru_cache(maxsize=1024)
def leads_to_twilio(url: str) -> bool:
    """Tell whether a URL leads to Twilio's Conversations; one that can't be read does not."""
    try:
        return HOST.fullmatch(urlsplit(url).hostname or "") is not None
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is loopback's, without asking anybody."""
    from ipaddress import ip_address  # settings load with the plugin, and few hosts are asked about

    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:  # another name
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
