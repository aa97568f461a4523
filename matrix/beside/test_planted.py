"""Breaks the kit, to see whether that is noticed: users stay, and so does what is lent."""

import os

import made
from pytest_twilio_users.state.store import Store

Store.undo = lambda *_: None


def test_leaves_a_user(twilio_users):
    made.look(twilio_users)
    twilio_users.add_user("planted")


def test_sees_it(twilio_users):
    made.look(twilio_users)


def test_sets_a_name():
    os.environ["TWILIO_EDGE"] = "planted"
