"""Which addresses lead to this machine alone."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address is loopback's, without asking anybody."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # another name
        return False
