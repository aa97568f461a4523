"""transports/catch.py: what answers in the place of a method that sends, and what passes."""

import importlib
import inspect
from unittest.mock import AsyncMock, Mock

import pytest

from pytest_twilio_users.transports.catch import Catch, Target, let_pass


class CourierCatch(Catch):
    """Answers letters with a word, but for postcards, which it does not know, and what may pass."""

    module = "courier"

    def __init__(self, word="caught"):
        super().__init__(None)  # a word takes no backend
        self.word = word

    def targets(self):
        """What couriers have, sync and async."""
        owner = importlib.import_module(self.module).Courier
        return (
            Target(owner=owner, name="send", is_caught=_is_letter, answer=self._answer),
            Target(owner=owner, name="send_later", is_caught=_is_letter, answer=self._answer_later),
        )

    def _answer(self, courier, letter):
        return None if letter == "to pass" else self.word

    async def _answer_later(self, courier, letter):
        return self._answer(courier, letter)


def _is_letter(courier, letter):
    return letter != "postcard"


@pytest.fixture(params=["sync", "async"])
def send(request, courier, run):
    """Has a courier send, at once or later: the same proof for both."""
    if request.param == "sync":
        return lambda *letter, **named: courier.Courier().send(*letter, **named)
    return lambda *letter, **named: run(courier.Courier().send_later(*letter, **named))


def test_what_is_for_the_kit_is_answered(send, starting):
    """By the target's answer."""
    starting(CourierCatch())

    assert send("it") == "caught"


def test_arguments_may_be_named(send, starting):
    """As the library takes them."""
    starting(CourierCatch())

    assert (send(letter="it"), send(letter="to pass")) == ("caught", "sent to pass")


@pytest.mark.parametrize("letter", ["postcard", "to pass"])
def test_the_rest_goes_on_to_what_lies_beneath(send, starting, letter):
    """What is not for the kit, and what an override lets pass."""
    starting(CourierCatch())

    assert send(letter) == f"sent {letter}"


@pytest.mark.parametrize("letter", ["postcard", "to pass"])
def test_a_mock_that_lies_beneath_is_asked(courier, monkeypatch, send, starting, letter):
    """As Python calls it where nothing lies over it."""
    monkeypatch.setattr(courier.Courier, "send", Mock(return_value="mocked"))
    monkeypatch.setattr(courier.Courier, "send_later", AsyncMock(return_value="mocked"))
    starting(CourierCatch())

    assert send(letter) == "mocked"


def test_what_an_override_lets_pass_is_taken_by_no_other_catch(send, starting):
    """Such as the second net beneath the first."""
    starting(CourierCatch("beneath"), CourierCatch("above"))

    assert (send("it"), send("to pass")) == ("above", "sent to pass")


def test_the_next_request_is_taken_again(send, starting):
    """Each passes alone, also if what lies beneath fails."""
    starting(CourierCatch())
    send("to pass")

    assert send("it") == "caught"


def test_nothing_is_taken_of_who_lets_a_request_pass(courier, starting):
    """Until it is through."""
    starting(CourierCatch())
    with let_pass():
        inside = courier.Courier().send("it")

    assert (inside, courier.Courier().send("it")) == ("sent it", "caught")


def test_a_request_that_fails_beneath_lets_none_pass_after_it(send, starting):
    """However it ends."""
    starting(CourierCatch())
    with pytest.raises(ZeroDivisionError), let_pass():
        _ = 1 / 0

    assert send("it") == "caught"


def test_a_patch_that_somebody_kept_is_inert_after_stop(courier):
    """It goes on to what lies beneath."""
    catch = CourierCatch()
    catch.start()
    patch = courier.Courier.send
    catch.stop()

    assert patch(courier.Courier(), "it") == "sent it"


def test_a_patch_is_what_the_method_was(courier, starting):
    """By its name, and async where that was."""
    starting(CourierCatch())

    assert courier.Courier.send.__qualname__ == "Courier.send"
    assert not inspect.iscoroutinefunction(courier.Courier.send)
    assert inspect.iscoroutinefunction(courier.Courier.send_later)
