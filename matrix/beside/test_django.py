"""A view under test, with and without a database, and Django's own test case."""

import made
import pytest
from django.contrib.auth.models import User
from django.test import TestCase


@pytest.mark.parametrize("number", range(2))
def test_view(twilio_users, client, ada, mess, number):
    made.look(twilio_users)
    assert client.get("/sign-up/joan").json()["identity"] == "joan"
    mess()


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(2))
def test_database(twilio_users, founder, mess, number):
    made.look(twilio_users)
    User.objects.create_user("ada")
    assert User.objects.count() == 1
    mess()


@pytest.mark.usefixtures("twilio_users")
class TestCaseOfUnittest(TestCase):
    def test_first(self):
        assert self.client.get("/sign-up/joan").status_code == 200

    def test_second(self):
        assert self.client.get("/sign-up/joan").status_code == 200
