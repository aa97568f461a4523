"""The paths of users."""

from pytest_twilio_users.wire.codec import encode_segment


def users_path(service_sid: str | None, user: str | None = None) -> str:
    """The path of a service's users, or of one of them; None is the default service."""
    users = f"/v1/Services/{service_sid}/Users" if service_sid else "/v1/Users"
    return f"{users}/{encode_segment(user)}" if user else users
