"""Looking through one's answers: every one can be changed, and one comes back."""

from __future__ import annotations

import pytest

from bot.conversation.effects import Redraw
from bot.conversation.layout import length
from engine.survey import Survey, parse
from tests.bot.conversation.editing import adding, without, yes_or_no
from tests.bot.conversation.respondent import COFFEE, HOME, Message, Respondent

ANSWERS = ("Daily", "2", "Instant", "No", "1 and 3", "dark")
LIST = (
    "Your answers so far:\n\n"
    "1. How often: Every day\n2. Cups: 2 cups a day\n3. Brewing: Instant\n4. Milk: No\n"
    "5. With it: Sugar, A good book\n6. Roast: Dark\n\n"
    "To change one, tap it or type its number."
)


def reviewing(survey: Survey = COFFEE, *answers: str) -> Respondent:
    person = Respondent(survey)
    person.agree()
    person.answer(*(answers or ANSWERS))
    person.command("review")
    return person


def is_review(message: Message) -> bool:
    return "Your answers so far:" in message.text


def test_the_last_card_leads_to_all_answers_and_back() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.answer(*ANSWERS)

    card = person.tap("Review")
    assert card.text == LIST
    assert [[button.label for button in row] for row in card.keyboard] == [
        ["1. How often", "2. Cups"],
        ["3. Brewing", "4. Milk"],
        ["5. With it", "6. Roast"],
        ["Go on"],
    ]
    assert [type(effect) for effect in person.effects] == [Redraw]

    assert "Before I guess" in person.tap("Go on").text


@pytest.mark.parametrize("way", ["tap", "number", "khmer", "word", "name"])
def test_an_answer_is_opened_by_tap_number_or_name_changed_and_shown_in_the_list(way: str) -> None:
    person = reviewing()

    person.tap("2. Cups") if way == "tap" else person.say(
        {"number": "2", "khmer": "២", "word": "two", "name": "cups"}[way]
    )
    assert "How many cups" in person.last.text

    assert "2. Cups: 5 cups a day" in person.say("5").text
    assert is_review(person.last)
    assert "Before I guess" in person.say("go on").text


def test_an_answer_confirmed_as_it_is_returns_at_once() -> None:
    person = reviewing()
    person.tap("3. Brewing")

    assert person.tap("3. Instant").text == LIST


def test_boxes_come_back_ticked_and_the_list_shows_what_was_changed() -> None:
    person = reviewing()
    person.tap("5. With it")
    assert [row[0].label[0] for row in person.last.keyboard[:3]] == [*"☑☐☑"]

    person.tap("Sugar")

    assert "5. With it: A good book" in person.tap("Done").text


@pytest.mark.parametrize("answered", [4, 5, 6])
def test_a_question_that_a_changed_answer_brings_up_is_asked_before_the_list_comes_back(answered: int) -> None:
    person = reviewing(COFFEE, *ANSWERS[:answered])
    person.tap("4. Milk")

    assert "Which milk?" in person.tap("Yes").text
    assert "5. Kind of milk: Oat" in person.say("oat").text


def test_what_falls_off_the_path_leaves_the_list_and_the_response() -> None:
    person = reviewing(COFFEE, "Daily", "2", "Instant", "Yes", "Oat", "none", "skip")
    person.tap("4. Milk")

    card = person.tap("No")

    assert is_review(card)
    assert "Kind of milk" not in card.text
    person.tap("Go on")
    person.tap("A little")
    assert "Milk_Kind" not in person.stored[0].answers


def test_an_answer_that_closes_the_survey_closes_it_from_the_list_too() -> None:
    person = reviewing()
    person.tap("1. How often")

    person.tap("I don't drink coffee")

    assert [store.outcome for store in person.stored] == ["ended"]


@pytest.mark.parametrize("way", ["tap", "type", "command"])
def test_back_from_a_question_returns_to_the_list_unchanged_the_first_one_included(way: str) -> None:
    person = reviewing()
    person.tap("1. How often")

    {"tap": lambda: person.tap("Back"), "type": lambda: person.say("back"), "command": lambda: person.command("back")}[
        way
    ]()

    assert person.last.text == LIST


def test_back_from_the_list_leads_to_where_it_began() -> None:
    person = reviewing()

    assert "Before I guess" in person.command("back").text


def test_in_the_middle_of_the_survey_the_list_leads_back_to_the_open_question() -> None:
    person = reviewing(COFFEE, "Daily", "2", "Instant")
    assert "4." not in person.last.text
    person.tap("2. Cups")
    assert is_review(person.say("7"))

    assert "Do you take milk?" in person.tap("Go on").text
    assert "Question 5 of 6" in person.tap("No").text


def test_boxes_ticked_and_not_confirmed_wait_while_another_answer_is_changed() -> None:
    person = reviewing(HOME, "Daily", "Below $25", "Neutral", "Yes", "Yes", "1")
    person.tap("Go on")
    person.tap("Security")
    person.command("review")
    person.tap("6. What for")
    person.tap("Done")

    person.tap("Go on")

    assert person.last.keyboard[1][0].label == "☑ Security"


def test_a_skipped_answer_is_listed_as_skipped() -> None:
    assert "6. Roast: skipped" in reviewing(COFFEE, *ANSWERS[:5], "skip").last.text


def test_a_number_that_is_not_in_the_list_says_so() -> None:
    person = reviewing()

    assert person.say("9").text.startswith("Sorry, I can't match that to an answer. Type the number")
    assert is_review(person.last)


def test_a_name_typed_nearly_is_asked_back() -> None:
    person = reviewing()
    assert 'Did you mean "Brewing"?' in person.say("brewin").text

    assert "How is your coffee made?" in person.say("yes").text


@pytest.mark.parametrize("stage", ["new", "first", "finished"])
def test_where_nothing_was_answered_or_all_is_stored_there_is_nothing_to_look_through(stage: str) -> None:
    person = Respondent(COFFEE)
    person.start()
    if stage != "new":
        person.say("yes")
    if stage == "finished":
        person.answer(*ANSWERS, "A little")

    assert person.command("review").text.startswith("There are no answers to look through just now.")


def test_the_list_follows_a_survey_that_changes_under_it() -> None:
    person = reviewing()
    second = person.button("2. Cups")
    person.survey = without(COFFEE, "Cups")

    person.tap_data(second)
    assert person.last.text.startswith("The questions have changed a little meanwhile")
    assert "2. Brewing: Instant" in person.last.text

    person.survey = adding(COFFEE, yes_or_no("Hot"), before="Roast")
    person.say("3")
    assert "Is it Hot?" in person.last.text
    assert is_review(person.tap("Yes"))


def test_a_second_tap_and_a_tap_beside_a_text_leave_one_question_open() -> None:
    person = reviewing()
    cups, milk = person.button("2. Cups"), person.button("4. Milk")

    person.tap_data(cups)
    person.tap_data(milk)
    assert person.effects == ()
    assert "How many cups" in person.last.text

    person.command("review")
    milk = person.button("4. Milk")
    person.say("2")
    person.tap_data(milk)
    assert person.last.text.startswith("That button is from earlier in our chat.")
    assert "How many cups" in person.last.text


def test_start_leaves_the_list_for_the_open_question() -> None:
    assert "Before I guess" in reviewing().start().text


@pytest.mark.parametrize("count", [13, 40, 120])
def test_many_answers_fit_one_message_with_a_small_button_each(count: int) -> None:
    words = "a rather long name of a question, about this and that"
    questions = "\n".join(
        f"""
        [[question]]
        id = "Q{number}"
        kind = "single"
        name = "{words} {number}"
        text = "Well?"
        choices = [{{ value = "Somewhat, but not always and not everywhere", code = 1 }}, {{ value = "No", code = 0 }}]
        """
        for number in range(1, count + 1)
    )
    survey = parse(
        f"""
        id = "long"
        languages = ["en"]
        title = "Long"
        about = {{ organisation = "Testers" }}
        target = {{ column = "T", text = "T?", grades = [
            {{ grade = "A", value = "Yes" }}, {{ grade = "B", value = "No" }} ] }}
        {questions}
        """
    )
    person = reviewing(survey, *["1"] * count)

    assert f"\n{count}. a rather long" in person.last.text
    assert length(person.last.text) <= 4096
    assert sum(map(len, person.last.keyboard)) <= 100
    assert max(map(len, person.last.keyboard)) == 5
    assert f"Question {count} of {count}" in person.say(str(count)).text
    assert f"\n{count}. a rather long" in person.tap("2. No").text
