"""Whose a host is: Twilio's Conversations', this machine's, or another's."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

_NAME = r"conversations(?:\.[a-z0-9-]+){0,2}\.twilio\.com"

HOST = re.compile(rf"{_NAME}\.?")
"""Twilio's Conversations host, with or without edge and region."""

ORIGIN = re.compile(f"https://{_NAME}")
"""The same as scheme and host, as links and settings have it."""

AUTHORITY = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._-]{1,253})(?::[0-9]{1,5})?")
"""A host, with or without a port."""

DEFAULT_ORIGIN = "https://conversations.twilio.com"
"""Where requests go that name neither edge nor region."""


def origin_at(*, region: str | None, edge: str | None) -> str:
    """Give Twilio's origin; as in its SDKs, an edge without a region is one of us1."""
    region = region or ("us1" if edge else None)
    return f"https://{'.'.join(filter(None, ('conversations', edge, region, 'twilio.com')))}"


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
