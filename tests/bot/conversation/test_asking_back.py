"""Texts that nearly say something on offer: they are asked back, and nothing is noted down before the reply."""

from __future__ import annotations

import pytest

from bot.conversation.effects import Freeze, Redraw, Say
from tests.bot.conversation.editing import offering
from tests.bot.conversation.respondent import COFFEE, HOME, Respondent
from tests.bot.conversation.slips import KHMER

TO_USE = ("Daily", "Below $25", "Neutral", "Yes", "Yes")


def at_the_first_question() -> Respondent:
    person = Respondent()
    person.agree()
    return person


def asked_back(text: str, *answers: str) -> Respondent:
    """Return somebody who gave these answers, and then typed a text that is asked back."""
    person = at_the_first_question()
    person.answer(*answers)
    before = dict(person.state.answers)
    card = person.say(text)
    assert "Did you mean" in card.text
    assert person.state.answers == before
    return person


def test_a_near_miss_is_asked_back_below_the_question_and_noted_down_after_a_yes() -> None:
    person = asked_back("dayly")

    assert person.last.text == 'How often do you use mobile money?\n\nDid you mean "Daily"?'
    assert person.last.labels == ["Yes", "Something else"]
    assert [type(effect) for effect in person.effects] == [Freeze, Say]
    person.tap("Yes")
    assert person.state.answers == {"Freq_Use": "Daily"}
    assert [type(effect) for effect in person.effects] == [Redraw]


def test_words_around_an_answer_are_asked_back() -> None:
    assert 'Did you mean "Daily"?' in asked_back("i use it daily").last.text


@pytest.mark.parametrize("word", ["yes", "Yes!", "yeah"])
def test_a_yes_can_be_typed(word: str) -> None:
    person = asked_back("dayly")

    assert "Question 2 of 7" in person.say(word).text
    assert person.state.answers == {"Freq_Use": "Daily"}


@pytest.mark.parametrize("word", ["no", "Nope", "none of these", "something else"])
def test_a_typed_no_brings_the_question_again(word: str) -> None:
    person = asked_back("dayly")

    assert "Question 1 of 7" in person.say(word).text
    assert person.state.answers == {}


def test_something_else_tapped_brings_the_question_again_in_place() -> None:
    person = asked_back("dayly")

    person.tap("Something else")

    assert [type(effect) for effect in person.effects] == [Redraw]
    assert person.last.text == "Question 1 of 7  ●○○○○○○\n\nHow often do you use mobile money?"


def test_the_other_candidates_are_offered_too_by_tap_and_by_word() -> None:
    person = asked_back("a few times")
    assert person.last.labels == ["Yes", "A few times a month", "Something else"]

    person.tap("A few times a month")
    assert person.state.answers == {"Freq_Use": "A few times a month"}

    person = asked_back("a few times")
    person.say("a few times a month")
    assert person.state.answers == {"Freq_Use": "A few times a month"}


def test_a_new_text_takes_the_place_of_the_question_asked_back() -> None:
    person = asked_back("dayly")

    assert 'Did you mean "Rarely"?' in person.say("rarly").text
    person.say("3")
    assert person.state.answers == {"Freq_Use": "Once a week"}


@pytest.mark.parametrize("word", ["yes", "no"])
def test_a_word_that_is_also_an_answer_to_the_question_is_not_guessed_at(word: str) -> None:
    person = asked_back("nnever" if word == "yes" else "yess i have", *TO_USE[:3])

    card = person.say(word)

    assert "Question 4 of 7" in card.text
    assert "Had_Issues" not in person.state.answers


def test_a_yes_that_is_asked_about_is_confirmed_by_a_yes() -> None:
    person = asked_back("yess", *TO_USE[:4])

    person.say("yes")

    assert person.state.answers["Sec_Aware"] == "Yes"


@pytest.mark.parametrize(("text", "label"), [("noo", "No"), ("somwhat", "Somewhat")])
def test_where_an_answer_is_itself_a_yes_or_no_every_button_says_what_it_is(text: str, label: str) -> None:
    person = asked_back(text, *TO_USE[:4])

    assert person.last.text.endswith(f'Did you mean "{label}"?')
    assert person.last.labels == [label, "Something else"]


@pytest.mark.parametrize("text", ["not daily", "i dont use it daily", "never daily"])
def test_a_denial_of_an_answer_is_not_asked_back_as_that_answer(text: str) -> None:
    person = at_the_first_question()

    assert "Daily" not in person.say(text).text.split("such as")[0]
    assert person.state.answers == {}


# -- lists ----------------------------------------------------------------------------------------------------


def test_of_a_list_only_the_unsure_part_is_asked_back_and_the_rest_is_kept() -> None:
    person = asked_back("1, 3 and shoping", *TO_USE)

    assert person.last.text == (
        'What do you use mobile money for?\n\n✓ What for: Send money, Top up airtime\n\nDid you mean "Shopping"?'
    )
    person.say("yes")
    assert person.state.answers["Use"] == ("Use_Send", "Use_TopUp", "Use_Shop")


def test_a_refused_part_leaves_the_boxes_that_were_certain_ticked() -> None:
    person = asked_back("1, 3 and shoping", *TO_USE)

    person.tap("Something else")

    assert [row[0].label[0] for row in person.last.keyboard[:8]] == [*"☑☐☑☐☐☐☐☐"]
    person.tap("Pay bills")
    person.tap("Done")
    assert person.state.answers["Use"] == ("Use_Send", "Use_TopUp", "Use_Bills")


def test_several_unsure_parts_are_asked_back_one_after_the_other() -> None:
    person = asked_back("shoping, 2, pay bils", *TO_USE)
    assert 'Did you mean "Shopping"?' in person.last.text

    assert 'Did you mean "Pay bills"?' in person.tap("Yes").text
    assert "Use" not in person.state.answers
    person.tap("Yes")

    assert person.state.answers["Use"] == ("Use_Receive", "Use_Bills", "Use_Shop")


def test_of_a_list_with_something_strange_in_it_the_rest_is_ticked_and_nothing_noted_down() -> None:
    person = at_the_first_question()
    person.answer(*TO_USE)

    card = person.say("send money and chess")

    assert card.text.startswith('I can\'t match "chess" to anything here. What I understood is ticked.')
    assert card.keyboard[0][0].label == "☑ Send money"
    assert "Use" not in person.state.answers


# -- buttons, the target, other languages -----------------------------------------------------------------------


def test_a_button_typed_nearly_is_asked_back() -> None:
    person = asked_back("bak", "Daily")
    assert 'Did you mean "Back"?' in person.last.text

    assert "Question 1 of 7" in person.tap("Yes").text


def test_a_number_question_asks_back_about_its_buttons() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.say("Daily")

    assert 'Did you mean "Skip"?' in person.say("skpi").text
    person.say("yes")
    assert person.state.answers["Cups"] is None


def test_the_own_answer_to_the_target_is_asked_back_too() -> None:
    person = asked_back("meybe", *TO_USE, "none", "none")
    assert person.stored == []

    person.tap("Maybe")

    assert [store.stated for store in person.stored] == ["Maybe"]


def test_a_yes_to_maybe_is_not_guessed_at_where_yes_is_an_answer_too() -> None:
    person = asked_back("meybe", *TO_USE, "none", "none")
    assert person.last.labels == ["Maybe", "Something else"]

    assert "Before I guess" in person.say("yes").text
    assert person.stored == []


def test_in_khmer_near_misses_are_asked_back_and_answered_in_khmer() -> None:
    person = Respondent(KHMER)
    person.start(language="km")
    person.say("យល់ព្រម")

    assert "រាល់ថ្ងៃ" in person.say("ខ្ញុំផឹករាល់ថ្ងៃ").text
    person.say("បាទ")

    assert person.state.answers == {"Often": "Daily"}


def test_long_labels_are_asked_back_in_full_with_the_numbers_of_the_question() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.answer("Daily", "2")

    card = person.say("instant or filter")

    assert card.text.endswith(
        'Did you mean "Instant"?\n\n1. Filter: by hand, or with a drip machine that keeps it warm'
    )
    assert [label.split(":")[0] for label in card.labels] == ["Yes", "1. Filter", "Something else"]


# -- what else may happen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["help", "nope"])
def test_a_command_in_between_leaves_the_question_asked_back_open(command: str) -> None:
    person = asked_back("dayly")

    person.command(command)

    assert person.last.labels == ["Yes", "Something else"]
    person.tap("Yes")
    assert person.state.answers == {"Freq_Use": "Daily"}


def test_back_leads_to_the_question_before_and_start_to_the_open_one() -> None:
    person = asked_back("belo 25", "Daily")
    assert "Question 1 of 7" in person.command("back").text

    person = asked_back("belo 25", "Daily")
    assert "Question 2 of 7" in person.start().text
    assert "Start over" in person.last.labels


def test_what_was_asked_back_is_forgotten_once_something_else_was_asked() -> None:
    person = asked_back("dayly")
    person.command("delete")

    assert "Question 1 of 7" in person.tap("No, keep it").text


def test_a_tap_and_a_text_at_once_leave_one_answer() -> None:
    person = asked_back("dayly")
    yes = person.button("Yes")
    person.say("Rarely")
    person.tap_data(yes)
    assert person.state.answers == {"Freq_Use": "Rarely"}

    person = asked_back("dayly")
    yes, other = person.button("Yes"), person.button("Something else")
    person.tap_data(yes)
    person.tap_data(other)
    assert person.state.answers == {"Freq_Use": "Daily"}
    assert person.effects == ()


def test_a_yes_after_the_question_changed_is_asked_anew() -> None:
    person = asked_back("dayly")
    yes = person.button("Yes")
    person.survey = offering(HOME, "Freq_Use", "Rarely", "Daily")

    person.tap_data(yes)

    assert person.state.answers == {}
    assert person.last.text.startswith("The questions have changed a little meanwhile")
    assert person.last.labels == ["Rarely", "Daily"]


# -- what is not understood ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ((), 'Tap one below or type it, such as "Daily", "A few times a week".'),
        (TO_USE, 'Tap all that fit or type them, such as "Send money", "Receive money".'),
        ((*TO_USE, "none", "none"), 'Tap one below or type it, such as "Yes", "Maybe".'),
    ],
)
def test_a_text_that_is_not_understood_is_answered_by_what_would_be(answers: tuple[str, ...], says: str) -> None:
    person = at_the_first_question()
    person.answer(*answers)

    assert says in person.say("qwertz").text


def test_an_example_of_a_number_is_one_that_the_question_takes() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.say("Daily")

    assert "I need one number here, such as 3 cups a day." in person.say("many").text


def test_after_the_second_misunderstanding_in_a_row_help_is_offered() -> None:
    person = at_the_first_question()
    assert "/help" not in person.say("qwertz").text
    assert "Stuck? /help tells what I can do." in person.say("asdf").text

    person.say("Daily")

    assert "/help" not in person.say("qwertz").text
