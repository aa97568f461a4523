"""What the handle is put together from."""

from dataclasses import dataclass

from pytest_twilio_users.handle.arranged import RequestedUsers, StubbedUsers
from pytest_twilio_users.handle.clock import UsersClock
from pytest_twilio_users.handle.complaints import Complaints
from pytest_twilio_users.handle.conversations import Conversations
from pytest_twilio_users.handle.hiding import Hiding
from pytest_twilio_users.handle.live_side import LiveSide
from pytest_twilio_users.handle.neighbours import Neighbours
from pytest_twilio_users.handle.own_clients import OwnClients
from pytest_twilio_users.handle.records import Records
from pytest_twilio_users.scopes.isolation import Isolation
from pytest_twilio_users.state.account import Account
from pytest_twilio_users.transports.asgi import AsgiApp
from pytest_twilio_users.transports.patchers import Patchers


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Parts:
    """Each part once."""

    isolation: Isolation
    account: Account
    records: Records
    clock: UsersClock
    conversations: Conversations
    stubbed: StubbedUsers
    requested: RequestedUsers
    clients: OwnClients
    asgi_app: AsgiApp
    catches: Patchers
    hiding: Hiding
    complaints: Complaints
    live: LiveSide
    neighbours: Neighbours
