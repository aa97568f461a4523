"""URLs: a user or a page leads back to where it was asked for."""

from typing import Any

from pytest_twilio_users.suites.contract_tests.fixtures import UsersOf
from pytest_twilio_users.suites.contract_tests.users_under_test import UsersUnderTest
from pytest_twilio_users.suites.promises import promise


@promise("url_follows_path")
def test_url_and_links_follow_the_path_that_was_used(users: UsersUnderTest) -> None:
    """The short path gives short links, the service's path gives links of the service."""
    user = users.create(users.identity())
    url = f"{users.client.origin}{users.path}/{user.sid}"
    for answered in (user, users.fetch(user.sid), users.fetch(user.identity)):
        assert answered.url == url
        assert answered.links == {"user_conversations": f"{url}/Conversations"}


@promise("url_follows_path", "default_service")
def test_one_user_has_a_url_for_each_path(twilio_users: Any, users_of: UsersOf) -> None:
    """A user of the default service is shown as it was asked for, not as it was created."""
    short, long = users_of(None), users_of(twilio_users.default_service_sid)
    ada, grace = short.create(short.identity("ada")), long.create(long.identity("grace"))
    for users, user in ((short, grace), (long, ada)):
        url = f"{users.client.origin}{users.path}/{user.sid}"
        assert users.fetch(user.sid).url == url
        assert url in [listed.url for listed in users.walk(page_size=50)]


@promise("url_follows_origin")
def test_url_and_links_name_the_host_that_was_asked(users: UsersUnderTest) -> None:
    """Asked by way of an edge, a user and a page link to that edge."""
    origin = users.client.origin.replace("//conversations.", "//conversations.ashburn.us1.")
    asked = f"{origin}{users.path}"
    user = users.send("POST", url=asked, data={"Identity": users.identity()}).json()
    assert user["url"] == f"{asked}/{user['sid']}"
    assert user["links"] == {"user_conversations": f"{asked}/{user['sid']}/Conversations"}
    page = users.send("GET", url=asked).json()
    assert page["meta"]["url"].startswith(f"{asked}?")
    assert page["meta"]["first_page_url"].startswith(f"{asked}?")
    assert all(listed["url"].startswith(f"{asked}/") for listed in page["users"])
