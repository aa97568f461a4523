"""Steps of a scenario share what is the test's."""

import app
import made
from pytest_bdd import given, parsers, scenarios, then, when

scenarios("signing_up.feature")


@given("a team")
def a_team(twilio_users, team):
    made.look(twilio_users)


@when(parsers.parse("{name} signs up"))
def signs_up(name):
    app.sign_up(name)


@then(parsers.parse("there is {name}"))
def there_is(twilio_users, name, mess):
    assert name in [user.identity for user in twilio_users.users()]
    mess()
