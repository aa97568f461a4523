"""A test that is run many times, all with one test's users."""

import app
import made


def test_is_measured(twilio_users, benchmark, mess):
    made.look(twilio_users)
    numbers = iter(range(1000))
    benchmark.pedantic(lambda: app.sign_up(f"user-{next(numbers)}"), rounds=20)
    mess()
