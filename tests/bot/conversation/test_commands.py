"""What is possible at any moment: stopping, going on later, asking, and being erased."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.conversation.effects import Forget, Freeze, Receipt, Say
from tests.bot.conversation.respondent import COFFEE, HOME, TO_AGREE, Respondent


def new() -> Respondent:
    person = Respondent()
    person.start()
    return person


def asking() -> Respondent:
    person = Respondent()
    person.agree()
    person.answer("Daily", "Below $25")
    return person


def at_the_label() -> Respondent:
    person = asking()
    person.answer("Neutral", "Yes", "Yes", "none", "none")
    return person


def finished() -> Respondent:
    person = at_the_label()
    person.tap("Maybe")
    return person


def ended() -> Respondent:
    person = Respondent()
    person.agree()
    person.tap("I don't use mobile money")
    return person


def cancelled() -> Respondent:
    person = asking()
    person.command("cancel")
    return person


everywhere = pytest.mark.parametrize("reach", [new, asking, at_the_label, finished, ended, cancelled])


def test_start_goes_on_at_the_same_question_and_offers_to_start_over() -> None:
    person = asking()

    card = person.start()

    assert card.text.startswith("Welcome back! Let's go on where we stopped.\n\nQuestion 3 of 7")
    assert card.labels[-1] == "Start over"
    assert "Start over" not in person.tap("Neutral").labels


def test_starting_over_begins_a_new_run_without_asking_for_consent_again() -> None:
    person = asking()
    person.start()

    person.tap("Start over")

    assert (person.state.run, person.state.answers) != ("run-0001", {"Freq_Use": "Daily"})
    assert person.state.answers == {}
    assert "Question 1 of 7" in person.last.text


@pytest.mark.parametrize("reach", [finished, ended])
def test_start_after_the_end_begins_a_new_run(reach: Callable[[], Respondent]) -> None:
    person = reach()
    before = person.state

    person.start()

    assert "Question 1 of 7" in person.last.text
    assert person.state.run != before.run
    assert person.state.card == before.card + 1


def test_start_after_a_stop_asks_for_the_consent_again() -> None:
    person = cancelled()

    assert person.start().labels == TO_AGREE


@pytest.mark.parametrize("payload", ["market-day", "a", "A_b-9" * 12])
def test_the_campaign_that_led_here_is_stored_with_the_answers(payload: str) -> None:
    person = Respondent()
    person.start(payload)
    person.say("yes")

    person.tap("I don't use mobile money")

    assert person.stored[0].campaign == payload


@pytest.mark.parametrize("payload", [None, "", "two words", "x" * 65, "ភ្នំពេញ", "a;drop"])
def test_a_payload_that_no_link_of_ours_carries_starts_normally(payload: str | None) -> None:
    person = Respondent()

    welcome = person.start(payload)

    assert welcome.labels == TO_AGREE
    assert person.state.campaign is None


def test_cancel_drops_the_answers_of_this_round() -> None:
    person = asking()

    person.command("cancel")

    assert person.state.answers == {}
    assert person.stored == []
    assert person.last.text == "We have stopped, and the answers of this round are gone. Come back any time."
    assert person.last.labels == ["Start again"]


@pytest.mark.parametrize("reach", [finished, ended, cancelled])
def test_cancel_has_nothing_to_stop_after_the_end(reach: Callable[[], Respondent]) -> None:
    person = reach()
    answers = person.state.answers

    person.command("cancel")

    assert "There is nothing to stop just now." in person.last.text
    assert person.state.answers == answers


@everywhere
def test_delete_asks_first_then_erases_and_gives_a_receipt(reach: Callable[[], Respondent]) -> None:
    person = reach()

    confirmation = person.command("delete")
    assert confirmation.text.startswith("Shall I erase everything I keep about you")
    assert confirmation.labels == ["Yes, erase everything", "No, keep it"]
    person.tap("Yes, erase everything")

    assert [type(effect) for effect in person.effects] == [Freeze, Forget, Receipt]
    assert "everything I kept about you is erased" in person.last.text
    assert person.session is None


@everywhere
@pytest.mark.parametrize("refuse", ["No, keep it", "/cancel"])
def test_a_deletion_not_confirmed_changes_nothing(reach: Callable[[], Respondent], refuse: str) -> None:
    person = reach()
    before = person.state
    person.command("delete")

    person.command("cancel") if refuse == "/cancel" else person.tap(refuse)

    assert person.last.text.startswith("All right, nothing has changed.")
    assert (person.state.phase, person.state.answers) == (before.phase, before.answers)


def test_a_yes_typed_to_the_question_of_deletion_is_not_guessed_at() -> None:
    person = asking()
    person.command("delete")

    person.say("yes")

    assert person.session is not None
    assert person.last.text.startswith("Please tap one of the buttons, or type what it says.")
    person.say("yes, erase everything")
    assert person.session is None


def test_delete_where_nothing_is_kept_says_so_and_keeps_nothing() -> None:
    person = Respondent()

    person.command("delete")

    assert person.last.text == "I keep nothing about you. /start begins the survey."
    assert person.session is None


def test_an_impatient_second_confirmation_of_a_deletion_keeps_nothing_again() -> None:
    person = asking()
    person.command("delete")
    erase = person.button("Yes, erase everything")
    person.tap_data(erase)

    person.tap_data(erase)

    assert person.session is None
    assert person.effects == ()


def test_after_a_deletion_the_survey_begins_anew() -> None:
    person = asking()
    person.command("delete")
    person.tap("Yes, erase everything")

    person.start()

    assert person.last.labels == TO_AGREE


@everywhere
@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("help", "/delete – Erase everything kept about you"),
        ("made_up", "I don't know that command"),
        ("back", ""),
    ],
)
def test_every_command_is_answered_above_the_open_card(reach: Callable[[], Respondent], what: str, says: str) -> None:
    person = reach()
    buttons = person.last.labels

    person.command(what)

    assert says in person.last.text
    assert person.last.labels == (buttons if what != "back" else person.last.labels)
    assert [bool(message.keyboard) for message in person.messages].count(True) == 1


@everywhere
def test_languages_are_offered_anywhere_and_the_card_comes_back_as_it_was(reach: Callable[[], Respondent]) -> None:
    person = reach()
    buttons = person.last.labels

    asked = person.command("language")
    assert (asked.text, asked.labels) == ("Which language shall we speak?", ["English", "ខ្មែរ"])
    person.tap("English")

    assert person.last.labels == buttons


def test_a_survey_of_one_language_offers_no_other() -> None:
    person = Respondent(replace(HOME, languages=("en",)))

    assert person.start().labels == TO_AGREE[:2]
    assert person.command("language").text.startswith("This survey speaks one language so far.")


@everywhere
@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("sound", "Sorry, I can't listen to voice messages."),
        ("picture", "Sorry, I can't look at pictures or videos."),
        ("file", "Sorry, I can't open files."),
        ("sticker", "Thank you, that is kind!"),
        ("place", "I don't need to know where you are, and I don't keep it."),
        ("contact", "I don't need anybody's phone number, and I don't keep it."),
        ("other", "Thank you, but I can only read words and taps."),
    ],
)
def test_what_cannot_answer_a_question_gets_a_friendly_line_and_the_open_card(
    reach: Callable[[], Respondent], kind: str, says: str
) -> None:
    person = reach()
    before = person.state

    person.send(kind)

    assert person.last.text.startswith(says)
    assert (person.state.phase, person.state.answers) == (before.phase, before.answers)


@pytest.mark.parametrize("reach", [new, asking, at_the_label])
@pytest.mark.parametrize("nonsense", ["?", "qwertz", "🙂", "\u200b", "ណ" * 4000, "\u202etfel"])
def test_typed_nonsense_gets_a_friendly_line_and_the_open_card(reach: Callable[[], Respondent], nonsense: str) -> None:
    person = reach()
    before = person.state

    person.say(nonsense)

    assert person.last.text.startswith(("Sorry, I can't match that to an answer.", "Please tap one of the buttons"))
    assert (person.state.phase, person.state.answers) == (before.phase, before.answers)
    assert person.last.keyboard


@pytest.mark.parametrize("reach", [finished, ended, cancelled])
@pytest.mark.parametrize("text", ["thanks", "Where is it?", "🙂", "yes", "no"])
def test_after_the_end_a_text_gets_a_friendly_line_and_the_buttons_stay_where_they_are(
    reach: Callable[[], Respondent], text: str
) -> None:
    person = reach()
    before = person.state
    button = person.button("Start again")

    person.say(text)

    assert person.effects == (Say("Thank you! There is nothing more to answer; /start begins a new round."),)
    assert (person.state.phase, person.state.answers) == (before.phase, before.answers)
    assert "Question 1 of 7" in person.tap_data(button).text or before.phase == "cancelled"


@pytest.mark.parametrize("reach", [new, finished, ended, cancelled])
def test_where_nothing_is_being_asked_there_is_nothing_to_go_back_to(reach: Callable[[], Respondent]) -> None:
    person = reach()

    assert person.command("back").text.startswith("There is nothing to go back to.")


@pytest.mark.parametrize("ask", ["/help", "/privacy", "/nope", "sticker", "qwertz"])
def test_below_the_welcome_the_next_card_only_says_how_to_agree(ask: str) -> None:
    person = new()

    for _ in range(2):
        if ask.startswith("/"):
            person.command(ask[1:])
        else:
            person.send(ask) if ask == "sticker" else person.say(ask)

        assert person.last.text.endswith('\n\nTo agree to all of it, tap the first button or type "yes".')
        assert "Your mobile money" not in person.last.text
        assert person.last.labels == TO_AGREE

    assert "Question 1 of 7" in person.say("yes").text


def test_start_shows_the_whole_welcome_again() -> None:
    person = new()
    welcome = person.last.text
    person.command("help")

    assert person.start().text == welcome


def test_a_new_language_brings_the_whole_welcome_in_that_language() -> None:
    person = Respondent(COFFEE)
    person.start()
    person.command("help")

    assert person.tap("Français").text.startswith("Le café et vous")


def test_help_and_privacy_of_somebody_unknown_come_with_the_welcome() -> None:
    for command in ("help", "privacy"):
        person = Respondent()
        person.command(command)
        assert person.last.labels == TO_AGREE


def test_the_language_is_taken_from_the_app_and_can_be_changed_without_losing_an_answer() -> None:
    person = Respondent(COFFEE)
    person.start(language="fr-CA")
    assert "Le café et vous" in person.last.text
    person.say("yes")
    person.tap("Tous les jours")

    person.command("language")
    person.tap("English")

    assert person.state.answers == {"Often": "Daily"}
    assert "How many cups" in person.last.text


def test_the_language_can_be_changed_before_consenting() -> None:
    person = Respondent(COFFEE)
    person.start(language="en-GB")

    person.tap("Français")

    assert "Le café et vous" in person.last.text
    assert person.state.consented_at is None


def test_an_unknown_language_gets_the_surveys_first() -> None:
    person = Respondent(COFFEE)

    person.start(language="km")

    assert person.state.language == "en"


def test_a_session_of_another_survey_begins_anew_with_higher_card_numbers() -> None:
    person = asking()
    card = person.state.card

    person.survey = COFFEE
    person.say("hello")

    assert "Coffee and you" in person.last.text
    assert person.state.card == card + 1
