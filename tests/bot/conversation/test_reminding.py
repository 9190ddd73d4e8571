"""Somebody stops in the middle: they can go on after any time, are reminded once, and never when they said stop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.effects import Freeze, Redraw, Say
from tests.bot.conversation.editing import adding, offering, yes_or_no
from tests.bot.conversation.respondent import COFFEE, HOME, Message, Respondent


def at_question(number: int) -> Respondent:
    """Return somebody who has answered all questions before that one."""
    person = Respondent(HOME)
    person.agree()
    for _ in range(number - 1):
        person.tap("None" if "None" in person.last.labels else person.last.labels[0])
    assert person.last.text.startswith(f"Question {number} of 7")
    return person


@pytest.fixture
def at_question_4() -> Respondent:
    return at_question(4)


# -- the reminder ---------------------------------------------------------------------------------------------


def test_a_reminder_says_what_is_left_and_shows_the_open_card_again(at_question_4: Respondent) -> None:
    before = at_question_4.last

    reminder = at_question_4.be_silent(days=1)

    assert reminder.text.startswith("Hello again! You were at question 4 of 7, with about 2 minutes left.")
    assert reminder.text.endswith(before.text)
    assert reminder.labels == [*before.labels, "Start over", "Don't remind me"]
    assert [message.text for message in at_question_4.messages if message.keyboard] == [reminder.text]


def test_one_tap_on_it_goes_on(at_question_4: Respondent) -> None:
    at_question_4.be_silent(days=1)

    card = at_question_4.tap(at_question_4.last.labels[0])

    assert "Question 5 of 7" in card.text
    assert "Don't remind me" not in card.labels
    assert [type(effect) for effect in at_question_4.effects] == [Redraw]  # the reminder is the chat's last message


def test_a_tap_on_the_card_before_it_counts_the_same(at_question_4: Respondent) -> None:
    on_old_card = at_question_4.last.keyboard[0][0].data or ""
    at_question_4.be_silent(days=1)

    assert "Question 5 of 7" in at_question_4.tap_data(on_old_card).text


def test_boxes_ticked_before_are_ticked_still() -> None:
    number, _ = next(place for place in enumerate(HOME.asked, 1) if place[1].kind == "multi")
    person = at_question(number)
    box = person.last.labels[0]
    person.tap(box)

    reminder = person.be_silent(days=1)

    assert f"☑ {box}" in [button.label for row in reminder.keyboard for button in row]
    assert "Done" in reminder.labels


def test_at_ones_own_answer_only_the_last_step_is_left() -> None:
    person = Respondent(HOME)
    person.agree()
    while person.state.phase == "asking":
        person.tap("Done" if "Done" in person.last.labels else person.last.labels[0])

    reminder = person.be_silent(hours=24)

    assert reminder.text.startswith("Hello again! Your answers are kept, and only this last step is left")
    assert reminder.labels[0] == "Yes"


@pytest.mark.parametrize(("number", "left"), [(1, "about 2 minutes"), (5, "about a minute"), (7, "about a minute")])
def test_the_time_left_is_told_in_minutes(number: int, left: str) -> None:
    assert f"with {left} left" in at_question(number).be_silent(days=1).text


def test_a_survey_that_changed_meanwhile_is_asked_as_it_is_now() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.survey = adding(offering(COFFEE, "Often", "Weekly", "Daily"), yes_or_no("New"), before="Often")
    on_old_card = person.last.keyboard[0][0].data or ""

    reminder = person.be_silent(days=7)

    assert reminder.card == 2
    assert "How often" in reminder.text  # what was asked comes first, and the new question after it
    assert reminder.labels[0] == "Every week"
    explained = person.tap_data(on_old_card)
    assert explained.text.startswith("That button is from earlier in our chat")
    assert person.state.answers == {}


# -- once, and who gets none ----------------------------------------------------------------------------------


def test_there_is_one_reminder_a_run(at_question_4: Respondent) -> None:
    at_question_4.be_silent(days=1)
    at_question_4.tap(at_question_4.last.labels[0])
    before = at_question_4.session

    at_question_4.be_silent(days=1)

    assert at_question_4.effects == ()
    assert at_question_4.session == before


def test_the_next_run_has_one_of_its_own(at_question_4: Respondent) -> None:
    at_question_4.be_silent(days=1)
    at_question_4.tap("Start over")

    assert "You were at question 1 of 7" in at_question_4.be_silent(days=1).text


@pytest.mark.parametrize(
    "stand",
    [
        {"phase": "consent"},
        {"phase": "finished"},
        {"phase": "ended"},
        {"phase": "cancelled"},
        {"consented_at": None},
        {"aside": "delete"},
        {"survey": "another"},
    ],
    ids=str,
)
def test_who_did_not_agree_or_has_come_to_an_end_gets_none(at_question_4: Respondent, stand: dict[str, str]) -> None:
    at_question_4.session = replace(at_question_4.state, **stand)  # type: ignore[arg-type]

    at_question_4.be_silent(days=1)

    assert at_question_4.effects == ()


def test_who_left_the_languages_open_sees_the_question_again() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.command("language")

    reminder = person.be_silent(days=1)

    assert "Question 1 of 6" in reminder.text
    assert [type(effect) for effect in person.effects] == [Freeze, Say]


def test_a_tap_on_the_uses_that_a_reminder_took_the_place_of_is_not_passed_over(at_question_4: Respondent) -> None:
    at_question_4.command("privacy")
    refuses = at_question_4.button("Don't train with my answers")
    at_question_4.be_silent(days=1)

    explained = at_question_4.tap_data(refuses)

    assert explained.text.startswith("That button is from earlier in our chat")
    assert "Question 4 of 7" in explained.text


# -- stop -----------------------------------------------------------------------------------------------------


def press(person: Respondent) -> None:
    person.be_silent(days=1)
    person.tap("Don't remind me")


def command(person: Respondent) -> None:
    person.command("stop")


@pytest.mark.parametrize("stop", [press, command])
def test_who_wants_no_reminders_keeps_the_question_and_gets_none_in_any_later_run(
    stop: Callable[[Respondent], object], at_question_4: Respondent
) -> None:
    stop(at_question_4)

    assert at_question_4.last.text.startswith("All right, I won't remind you again.")
    assert "Question 4 of 7" in at_question_4.last.text
    assert "Don't remind me" not in at_question_4.last.labels
    for begin_anew in ("cancel", "stop"):
        at_question_4.command(begin_anew)
    at_question_4.agree()
    assert at_question_4.state.phase == "asking"
    at_question_4.be_silent(days=1)
    assert at_question_4.effects == ()


@pytest.mark.parametrize("words", ["stop", "STOP!", "Don’t remind me", "no more reminders", "unsubscribe"])
def test_stop_can_be_typed(words: str, at_question_4: Respondent) -> None:
    assert at_question_4.say(words).text.startswith("All right, I won't remind you again.")
    assert at_question_4.state.no_reminders


def test_an_answer_that_reads_like_stop_is_an_answer() -> None:
    often = COFFEE.by_id["Often"]
    choices = (replace(often.choices[0], aliases=("stop",)), *often.choices[1:])
    person = Respondent(replace(COFFEE, questions=(replace(often, choices=choices), *COFFEE.questions[1:])))
    person.agree()

    person.say("stop")

    assert person.state.answers == {"Often": often.choices[0].value}
    assert not person.state.no_reminders


def test_another_survey_finds_the_wish_again(at_question_4: Respondent) -> None:
    at_question_4.command("stop")
    at_question_4.survey = COFFEE
    at_question_4.agree()

    assert at_question_4.state.no_reminders


@pytest.mark.parametrize("words", ["/stop", "stop"])
def test_of_somebody_unknown_who_says_stop_nothing_is_kept(words: str) -> None:
    person = Respondent()

    answer = person.command("stop") if words == "/stop" else person.say(words)

    assert person.session is None
    assert answer.text.startswith("I keep nothing about you.")


# -- coming back ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("pause", [{"minutes": 5}, {"weeks": 6}, {"weeks": 150}], ids=str)
def test_one_goes_on_after_any_time_by_start_a_text_or_a_tap_on_the_old_card(
    pause: dict[str, int], at_question_4: Respondent
) -> None:
    stood, old = at_question_4.state, at_question_4.last
    ways: tuple[tuple[Callable[[], Message], str], ...] = (
        (at_question_4.start, "Welcome back! Let's go on where we stopped.\n\nQuestion 4 of 7"),
        (lambda: at_question_4.say("hello?"), "Question 4 of 7"),
        (lambda: at_question_4.say(old.labels[0]), "Question 5 of 7"),
        (lambda: at_question_4.tap_data(old.keyboard[0][0].data or ""), "Question 5 of 7"),
    )
    for come_back, shown in ways:
        at_question_4.session, at_question_4.messages = stood, [old]
        at_question_4.now += timedelta(**pause)
        assert shown in come_back().text
        assert at_question_4.state.run == stood.run
        assert at_question_4.state.answers.items() >= stood.answers.items()
