"""Clients that each break one promise, as real ones do: one change each to a good client."""

from contract.broken_clients import listing, reading, retrying, sending
from contract.broken_clients.promises import BROKEN_PROMISES

BROKEN_CLIENTS = {client.__name__: client for client in BROKEN_PROMISES}
"""Every broken client by name."""

__all__ = ["BROKEN_CLIENTS", "BROKEN_PROMISES", "listing", "reading", "retrying", "sending"]
