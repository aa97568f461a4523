"""live/retrying.py: what is sent again, when, and for how long."""

import random

import pytest

from pytest_twilio_users.live.retrying import LONGEST_PAUSE, Lost, retry, retry_after
from pytest_twilio_users.wire.messages import Response

SAME = random.Random(1)  # noqa: S311  # chance is to be the same
NOON = "Wed, 04 Mar 2026 12:00:00 GMT"


class Highest(random.Random):
    """Chance at its worst."""

    def uniform(self, a, b):
        """Give the upper end."""
        return b


@pytest.fixture
def send(time):
    """Sends to a script of statuses, responses and losses: `send(429, 200)`."""

    def send(*script, repeatable=True, deadline=60.0, chance=None):
        outcomes = iter(script)

        def attempt():
            outcome = next(outcomes)
            if isinstance(outcome, Exception):
                raise outcome
            return Response(status=outcome) if isinstance(outcome, int) else outcome

        timing = time.timing(chance or Highest())
        return retry(attempt, repeatable=repeatable, deadline=deadline, timing=timing)

    return send


def lost():
    """An answer that was lost."""
    return Lost("reset", may_have_arrived=True)


def unreached():
    """A server that was not there."""
    return Lost("refused", may_have_arrived=False)


def test_an_answer_at_once_is_given_as_it_is(send, time):
    """Nothing is slept, and nothing came before."""
    response = send(200)

    assert (response.status, response.after, time.slept) == (200, (), [])


@pytest.mark.parametrize("repeatable", [True, False])
def test_429_is_always_sent_again(send, repeatable):
    """It was never carried out."""
    response = send(429, 429, 201, repeatable=repeatable)

    assert (response.status, response.after) == (201, ("429", "429"))


@pytest.mark.parametrize("repeatable", [True, False])
def test_what_had_no_connection_is_always_sent_again(send, repeatable):
    """It can't have arrived."""
    response = send(unreached(), 201, repeatable=repeatable)

    assert (response.status, response.after) == (201, ("no connection",))


def test_503_and_lost_answers_are_sent_again_where_it_does_no_harm(send):
    """As for GET and DELETE."""
    response = send(503, lost(), 200)

    assert (response.status, response.after) == (200, ("503", "connection lost"))


def test_503_is_the_answer_where_a_second_time_could_do_harm(send):
    """As for POST."""
    assert send(503, repeatable=False).status == 503


def test_a_lost_answer_is_lost_where_a_second_time_could_do_harm(send):
    """What came before is told."""
    with pytest.raises(Lost, match=r"^reset$") as caught:
        send(429, lost(), repeatable=False)

    assert (caught.value.may_have_arrived, caught.value.after) == (True, ("429",))


@pytest.mark.parametrize("status", [400, 404, 409, 500, 502, 504])
def test_other_answers_are_given_as_they_are(send, status):
    """Refusals, failures of Twilio's, and pages of proxies."""
    assert send(status).status == status


def test_pauses_double_up_to_a_limit(send, time):
    """From a quarter of a second to eight seconds, at most."""
    send(*[429] * 8, 200)

    assert time.slept == [0.25, 0.5, 1, 2, 4, 8, 8, 8]


def test_many_attempts_have_the_longest_pause(send, time):
    """However many they are."""
    send(*[429] * 2000, 200, deadline=1e6)

    assert time.slept[-1] == LONGEST_PAUSE


def test_chance_spreads_the_pauses_over_their_whole_length(send, time):
    """Who was refused together does not come back together."""
    send(*[429] * 200, 200, deadline=1e6, chance=SAME)

    late = time.slept[10:]
    assert 0 <= min(late) < 1
    assert 7 < max(late) <= 8


def test_the_last_answer_is_given_at_the_deadline(send, time):
    """No attempt begins after it."""
    response = send(*[429] * 100, deadline=5.0)

    assert (response.status, response.after) == (429, ("429",) * 4)
    assert sum(time.slept) <= 5


def test_the_last_loss_is_raised_at_the_deadline(send):
    """With what came before."""
    with pytest.raises(Lost) as caught:
        send(503, *[unreached() for _ in range(100)], deadline=5.0)

    assert caught.value.after == ("503", *["no connection"] * 3)


def test_a_pause_is_at_least_what_the_answer_asks_for(send, time):
    """By Retry-After, in seconds."""
    send(Response(status=429, headers=(("retry-after", "7"),)), 200)

    assert time.slept == [7]


def test_an_answer_that_asks_for_more_than_is_left_is_the_last(send, time):
    """Nothing is slept in vain."""
    response = send(Response(status=429, headers=(("retry-after", "61"),)))

    assert (response.status, time.slept) == (429, [])


@pytest.mark.parametrize(
    ("asked", "date", "seconds"),
    [
        (None, None, 0),
        ("3", None, 3),
        ("-3", None, 0),
        ("²", None, 0),
        ("soon", NOON, 0),
        ("Wed, 04 Mar 2026 12:00:09 GMT", NOON, 9),
        ("Wed, 04 Mar 2026 11:59:00 GMT", NOON, 0),
        ("Wed, 04 Mar 2026 12:00:09 GMT", None, 0),
        ("Wed, 04 Mar 2026 12:00:09 -0000", NOON, 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(asked, date, seconds):
    """The date counts from the answer's own; what can't be read asks for nothing."""
    headers = [("retry-after", asked), ("date", date)]
    response = Response(
        status=429, headers=tuple(header for header in headers if header[1] is not None)
    )

    assert retry_after(response) == seconds
