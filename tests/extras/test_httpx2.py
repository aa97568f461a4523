"""What the extra `httpx2` brings."""

import httpx2


def test_an_application_on_httpx2_reaches_the_stub(twilio_users):
    """It is caught as one on httpx is."""
    twilio_users.add_user("ada")
    users = "https://conversations.twilio.com/v1/Users"
    with httpx2.Client(auth=("AC" + 32 * "0", "token")) as http:
        assert http.get(f"{users}/ada").json()["identity"] == "ada"
