"""What the extra `sdk` brings."""


def test_the_sdk_reaches_the_stub(twilio_users, twilio_users_sdk):
    """By its own methods."""
    twilio_users.add_user("ada")
    assert twilio_users_sdk.conversations.v1.users("ada").fetch().identity == "ada"
