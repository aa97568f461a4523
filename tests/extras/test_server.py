"""What the extra `server` brings."""

import json
from base64 import b64encode
from urllib.request import Request, urlopen


def test_the_stub_is_served(twilio_users, twilio_users_server):
    """On a socket."""
    twilio_users.add_user("ada")
    login = b64encode(f"{twilio_users.account_sid}:token".encode()).decode()
    request = Request(  # noqa: S310  # the server is our own
        f"{twilio_users_server}/v1/Users/ada", headers={"Authorization": f"Basic {login}"}
    )
    with urlopen(request) as answer:  # noqa: S310  # as above
        assert json.load(answer)["identity"] == "ada"
