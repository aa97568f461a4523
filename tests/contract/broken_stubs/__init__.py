"""Stubs that each break one promise, as a real server might."""

from contract.broken_stubs import changes, finding, messages, pages, refusals, users
from contract.broken_stubs.tampering import BrokenStub

BROKEN_STUBS: dict[str, BrokenStub] = {
    name: found
    for module in (users, finding, changes, pages, messages, refusals)
    for name, found in vars(module).items()
    if isinstance(found, BrokenStub)
}
"""Every broken stub by name."""
