"""Edits, albums, and words that call for a warning: all of it is answered, and none of it changes or is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.effects import Withdraw
from bot.conversation.events import Commanded, Started, Typed
from bot.conversation.layout import length
from bot.conversation.visible import visible
from bot.incoming import Incoming
from tests.bot.conversation.editing import words as said
from tests.bot.conversation.respondent import COFFEE, HOME, Respondent
from tests.bot.house import decode

CARD = "4111 1111 1111 1111"
CARD_WARNING = "That looks like the number of a card."
CODE_WARNING = "If that is a password, a PIN or a code"
SORRY = "I am sorry to hear that."


def asking(*answers: str) -> Respondent:
    person = Respondent()
    person.agree()
    person.answer(*answers)
    return person


# -- what comes in a row --------------------------------------------------------------------------------------


def test_a_changed_message_changes_no_answer_and_says_so_once() -> None:
    person = asking("Daily")

    assert person.edit("Once a week").text.startswith("I don't read changes to earlier messages")
    assert "Question 2 of 7" in person.last.text
    person.edit("Rarely")

    assert person.effects == ()
    assert person.state.answers == {"Freq_Use": "Daily"}


def test_after_another_answer_a_changed_message_is_explained_again() -> None:
    person = asking("Daily")
    person.edit("Rarely")
    person.say("Below $25")

    assert person.edit("Over $300").text.startswith("I don't read changes")


@pytest.mark.parametrize("grade", ["Yes", "Skip"])
def test_once_all_is_told_a_changed_message_is_passed_over(grade: str) -> None:
    person = asking("Daily", "Below $25", "Neutral", "Yes", "Yes", "none", "none")
    person.tap(grade)

    person.edit("Rarely")

    assert person.effects == ()


def test_a_changed_message_of_somebody_who_is_forgotten_begins_nothing() -> None:
    person = Respondent()
    person.start()
    person.command("delete")
    person.tap("Yes, erase everything")

    person.edit("Daily")

    assert (person.session, person.effects) == (None, ())


def test_the_pictures_of_an_album_are_answered_together() -> None:
    person = asking("Daily")

    answers = [(person.send("picture", album="one"), person.effects)[1] for _ in range(10)]

    assert [bool(effects) for effects in answers] == [True, *[False] * 9]
    person.send("picture", album="another")
    assert person.last.text.startswith("Sorry, I can't look at pictures")
    assert person.effects


def test_an_album_as_the_first_thing_is_met_with_one_welcome() -> None:
    person = Respondent()

    person.send("picture", album="one")
    person.send("picture", album="one")

    assert person.effects == ()
    assert len(person.messages) == 1


# -- warnings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [CARD, f"my card is {CARD}", "៤១១១១១១១១១១១១១១១"])
def test_who_sends_a_card_is_warned_and_the_message_withdrawn(text: str) -> None:
    person = asking("Daily")

    person.say(text)

    assert person.effects[0] == Withdraw()
    assert person.last.text.startswith(CARD_WARNING)
    assert "Question 2 of 7" in person.last.text


@pytest.mark.parametrize("text", ["my pin is 1234", "លេខសម្ងាត់ ១២៣៤", "code 123456"])
def test_who_sends_a_code_is_warned_at_any_place(text: str) -> None:
    for person in (Respondent(), asking(), asking("Daily"), asking("Rarely", "Below $25", "Neutral")):
        person.say(text)

        assert person.effects[0] == Withdraw()
        assert person.last.text.startswith(CODE_WARNING)


def test_a_secret_is_seen_in_a_command_a_caption_and_a_changed_message_as_well() -> None:
    person = asking("Daily")

    assert person.do(Commanded("pin", "1234")).text.startswith(CODE_WARNING)
    assert person.send("picture", words=f"see {CARD}").text.startswith(CARD_WARNING)
    assert person.edit("my pin is 1234").text.startswith(CODE_WARNING)


def test_a_bare_number_is_taken_for_a_code_only_where_no_number_is_asked_for() -> None:
    person = asking("Daily")
    assert not person.say("40000").text.startswith(CODE_WARNING)  # how much a week?

    person.answer("Below $25", "Neutral")
    assert person.say("40000").text.startswith(CODE_WARNING)  # problems met?

    person.answer("Yes", "Yes")
    assert not person.say("1357").text.startswith(CODE_WARNING)  # boxes one, three, five and seven


def test_an_amount_that_is_asked_for_is_an_answer() -> None:
    person = Respondent(COFFEE)
    person.agree()
    person.answer("Daily", "12")

    assert person.state.answers["Cups"] == 12


@pytest.mark.parametrize("text", ["012 345 678", "+855 12 345 678"])
def test_a_phones_number_is_neither_kept_nor_withdrawn(text: str) -> None:
    person = asking("Daily")

    assert person.say(text).text.startswith("I don't need anybody's phone number")
    assert Withdraw() not in person.effects


def test_somebody_new_who_sends_a_contact_is_told_and_welcomed() -> None:
    person = Respondent()

    text = person.send("contact").text

    assert text.startswith("I don't need anybody's phone number, and I don't keep it.")
    assert HOME.title.to("en") in text


@pytest.mark.parametrize("text", ["my pin is 1234", CARD, "012 345 678", "my money is gone"])
def test_nothing_of_a_warning_is_kept(text: str) -> None:
    person, other = asking("Daily"), asking("Daily")

    person.say(text)
    other.say("?")

    assert person.state == replace(other.state, misses=0)


# -- cries for help -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Help!! My money is gone", "they stole my money", "ខ្ញុំបាត់លុយហើយ", "I was SCAMMED"])
def test_who_cries_for_help_is_told_who_can_help_and_where_we_are(text: str) -> None:
    person = asking("Daily")

    said = person.say(text).text

    assert said.startswith(SORRY)
    assert "your provider's own hotline" in said
    assert "never asks for your password, your PIN or a code" in said
    assert "Question 2 of 7" in said
    assert person.state.answers == {"Freq_Use": "Daily"}


def test_somebody_new_who_cries_for_help_is_told_first() -> None:
    person = Respondent()

    assert person.say("my money is gone").text.startswith(SORRY)
    assert "I agree: start" not in person.last.text
    assert person.state.phase == "consent"


def test_a_cry_for_help_with_a_card_in_it_gets_both_answers() -> None:
    person = asking("Daily")

    said = person.say(f"my money is gone, card {CARD}").text

    assert said.startswith(CARD_WARNING)
    assert SORRY in said


def test_what_answers_the_open_question_is_no_cry_for_help() -> None:
    about = replace(HOME.about, distress=("every day", "yes"))
    person = Respondent(replace(HOME, about=about))
    person.agree()

    person.say("Every day")

    assert person.state.answers == {"Freq_Use": "Daily"}


@pytest.mark.parametrize(
    ("support", "contact", "who"), [("", "us", "help: us"), ("", "", "where you have your account")]
)
def test_where_no_support_is_named_somebody_else_can_help(support: str, contact: str, who: str) -> None:
    named = [said(text) if text else None for text in (support, contact)]
    about = replace(HOME.about, support=named[0], contact=named[1])
    person = Respondent(replace(HOME, about=about))
    person.start()

    assert who in person.say("my money is gone").text


def test_a_survey_that_lists_no_words_hears_no_cry_for_help() -> None:
    person = Respondent(COFFEE)
    person.agree()

    assert SORRY not in person.say("my money is gone").text


def test_a_page_full_of_places_is_too_long_for_an_answer() -> None:
    person = asking("Daily", "Below $25", "Neutral", "Yes", "Yes")

    assert person.say("1, " * 1300).text.startswith("Sorry, I can't match that to an answer.")


# -- any text at all ------------------------------------------------------------------------------------------

anything = st.text(st.characters(exclude_categories=()), min_size=1, max_size=200)
odd = st.sampled_from(
    ["\u202e", "\u200d", "\x00", "\ud800", "e" + "\u0301" * 50, "👩‍👩‍👧", "ណ្ដ", "\u3164", "9" * 20, "/"]
)
texts = anything | st.lists(anything | odd, max_size=20).map("".join) | anything.map(lambda text: (text * 4096)[:4096])


@given(texts)
@settings(max_examples=100, deadline=None)
def test_any_text_gets_an_answer_that_telegram_takes(text: str) -> None:
    head = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}, "from": {"id": 7, "language_code": "km"}}
    update = decode({"update_id": 42, "message": {**head, "text": text}})
    assert isinstance(update, Incoming)
    match update.event:
        case Typed(seen) | Started(str(seen)):
            assert seen == visible(seen)

    for person in (Respondent(), asking(), asking("Daily", "Below $25", "Neutral", "Yes", "Yes")):
        person.do(update.event)

        assert person.effects
        assert 0 < length(person.last.text) <= 4096
        assert person.last.text.encode()
