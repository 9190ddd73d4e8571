"""Cards and what fits on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import layout
from engine.labels import label_width
from engine.survey import parse
from tests.bot.conversation.respondent import COFFEE, Respondent


def coffee_at(*answers: str) -> Respondent:
    person = Respondent(COFFEE)
    person.agree()
    person.answer(*answers)
    return person


def test_labels_too_long_for_a_button_are_listed_in_full_and_numbered() -> None:
    card = coffee_at("Daily", "3").last

    assert card.text.endswith(
        "How is your coffee made?\n\n"
        "1. Filter: by hand, or with a drip machine that keeps it warm\n"
        "2. Espresso: from a machine with a pump, or at a café\n"
        "3. Instant"
    )
    assert card.labels == ["1. Filter: by hand, or with a…", "2. Espresso: from a…", "3. Instant", "Back"]


def test_a_shortened_choice_is_answered_by_its_button() -> None:
    person = coffee_at("Daily", "3")

    person.tap("2. Espresso: from a…")

    assert person.state.answers["Brew"] == "Espresso"


def test_a_number_question_says_what_it_takes_and_has_no_choices() -> None:
    card = coffee_at("Daily").last

    assert card.text.endswith("Type a number from 0 to 20. Unit: cups a day")
    assert card.labels == ["Back", "Skip"]


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ("", "Type a number."),
        ("min = 1", "Type a number: 1 or more."),
        ("max = 2.5", "Type a number: 2.5 or less."),
        ("min = 0\nmax = 1_000_000", "Type a number from 0 to 1000000."),
    ],
)
def test_a_number_question_names_the_limits_that_it_has(limits: str, words: str) -> None:
    survey = parse(
        f"""
        id = "limits"
        languages = ["en"]
        title = "Limits"
        [about]
        organisation = "Testers"
        [target]
        column = "T"
        text = "T?"
        grades = [{{ grade = "A", value = "Yes" }}, {{ grade = "B", value = "No" }}]
        [[question]]
        id = "N"
        kind = "number"
        text = "How many?"
        {limits}
        """
    )
    person = Respondent(survey)

    assert person.agree().text.endswith(words)


@pytest.mark.parametrize(("text", "says"), [("many", "I need one number here"), ("21", "outside what I can note")])
def test_a_refused_number_says_why_above_the_same_question(text: str, says: str) -> None:
    person = coffee_at("Daily")

    card = person.say(text)

    assert says in card.text
    assert "How many cups" in card.text
    assert "Cups" not in person.state.answers


def test_a_question_that_may_be_skipped_offers_it_and_the_next_card_says_so() -> None:
    person = coffee_at("Daily")

    assert "✓ Cups: skipped" in person.tap("Skip").text
    assert person.state.answers["Cups"] is None


def test_what_was_noted_down_last_stands_on_the_next_card() -> None:
    assert "✓ Cups: 2.5 cups a day" in coffee_at("Daily", "2,5").last.text
    assert "✓ With it: Sugar, A good book" in coffee_at("Daily", "2", "1", "No", "1 and 3").last.text


def test_a_conditional_question_lengthens_the_path_and_its_answer_is_dropped_with_it() -> None:
    person = coffee_at("Daily", "2", "Filter: by hand, or with a drip machine that keeps it warm", "Yes")
    assert "Question 5 of 7  ●●●●●○○" in person.last.text
    person.answer("Oat")

    person.answer("back", "back")
    person.tap("No")
    assert "Question 5 of 6" in person.last.text
    person.answer("none", "Dark", "A little")

    assert "Milk_Kind" not in person.stored[0].answers


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60), st.integers(30, 250))
def test_a_shortened_label_fits(label: str, room: int) -> None:
    assert label_width(layout.shorten(label, room)) <= room


def test_a_label_is_shortened_at_the_end_of_a_word() -> None:
    assert layout.shorten("a machine with a pump", 150) == "a machine with…"
    assert layout.shorten("Donaudampfschifffahrt", 90) == "Donauda…"


def test_a_letter_keeps_its_signs() -> None:
    assert layout.shorten("ខ្ញុំប្រើរាល់ថ្ងៃ", 60) == "ខ្ញុំប្រើ…"


def test_marks_take_no_column_and_the_scripts_of_east_asia_take_two() -> None:
    assert layout.columns("cafe\u0301") == 4
    assert layout.columns("咖啡") == 4


@given(st.text(max_size=300), st.integers(2, 200))
def test_a_clipped_text_fits_as_a_channel_counts(text: str, limit: int) -> None:
    clipped = layout.clip(text, limit)

    assert layout.length(clipped) <= limit
    assert clipped == text or clipped.endswith("…")


def test_a_typed_list_is_said_back_on_the_next_card() -> None:
    person = Respondent()
    person.agree()
    for answer in ("Daily", "Below 25", "Neutral", "Yes", "Yes"):
        person.say(answer)

    card = person.say("1, 3 and 5")

    assert card.text.startswith("Question 7 of 7  ●●●●●●●\n✓ What for: Send money, Top up airtime, Daily needs\n")


def test_a_message_of_an_endlessly_wordy_survey_still_fits() -> None:
    words = "very " * 690
    choices = ", ".join(f'{{ value = "v{n}", code = {n}, text = "{n} {words}" }}' for n in range(20))
    survey = parse(
        f"""
        id = "wordy"
        languages = ["en"]
        title = "{words}"
        [about]
        organisation = "Testers"
        welcome = "{words}"
        [target]
        column = "T"
        text = "{words}"
        grades = [{{ grade = "A", value = "Yes" }}, {{ grade = "B", value = "No" }}]
        [[question]]
        id = "Q"
        kind = "single"
        text = "{words}"
        help = "{words}"
        choices = [{choices}]
        """
    )
    person = Respondent(survey)

    person.agree()

    assert layout.length(person.last.text) == layout.MESSAGE_LENGTH
    assert len(person.last.keyboard) == 20
