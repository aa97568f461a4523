"""The client suite's tests, by what a client does; `suites/client.py` puts them together."""

from pytest_twilio_users.extras import require

require("hypothesis", asked="pytest_twilio_users.suites.client")
