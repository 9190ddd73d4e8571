"""What people agree to: each use of their answers apart, refused at once or later, without losing the result."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation import consent, layout
from bot.conversation.commands import privacy_text
from bot.conversation.effects import ShowData
from bot.conversation.receipt import Erased, count_answers, receipt_text
from engine.labels import label_width
from tests.bot.conversation.respondent import COFFEE, HOME, NOW, TO_AGREE, Respondent

ANSWERS = ("Daily", "Below 25", "Neutral", "Yes", "Yes", "none", "none")


def agreed(label: str = TO_AGREE[0]) -> Respondent:
    person = Respondent()
    person.start()
    person.tap(label)
    return person


def test_the_welcome_names_each_use_apart_and_what_may_be_refused() -> None:
    welcome = Respondent().start()

    assert "What your answers are for:\n• your own result\n• statistics: " in welcome.text
    assert "\n• training: the model learns from them to guess better\n" in welcome.text
    assert "you can refuse at any time and still get your result: /privacy" in welcome.text
    assert all(label_width(label) <= layout.LABEL_WIDTH for label in welcome.labels)


def test_who_asks_is_named_in_the_persons_language() -> None:
    asks = HOME.about.organisation

    assert asks.to("km") != asks.to("en")
    assert asks.to("km") in Respondent().start(language="km").text
    assert asks.to("km") in privacy_text(HOME, "km")


def test_one_tap_agrees_to_all_uses_in_the_words_that_were_shown() -> None:
    person = Respondent()
    welcome = person.start()
    person.tap(TO_AGREE[0])

    [noted] = person.consents
    assert noted.decisions == {"result": "given", "statistics": "given", "training": "given"}
    assert noted.language == "en"
    shown, _, button = noted.words.rpartition("\n\n")
    assert welcome.text.endswith(shown)
    assert button == "[I'm 15 or older: start]"
    assert person.state.refused == ()


@pytest.mark.parametrize("way", ["tap", "type"])
def test_one_tap_starts_without_training(way: str) -> None:
    person = Respondent()
    person.start()

    first = person.tap(TO_AGREE[1]) if way == "tap" else person.say(TO_AGREE[1])

    assert "Question 1 of 7" in first.text
    assert person.consents[0].decisions == {"result": "given", "statistics": "given", "training": "refused"}
    assert person.consents[0].words.endswith("[I'm 15+: start, no training]")
    assert person.state.refused == ("training",)


def test_who_refuses_training_gets_the_result_all_the_same() -> None:
    person = agreed(TO_AGREE[1])

    person.answer(*ANSWERS)
    person.tap("Maybe")

    assert [result.view for result in person.results] == ["result"]
    assert person.stored[0].stated == "Maybe"


def test_a_typed_yes_agrees_to_all_uses_as_the_first_button_does() -> None:
    tapping, typing = agreed(), Respondent()
    typing.start()
    typing.say("yes")

    assert typing.consents == tapping.consents


def test_the_consent_is_noted_in_the_language_that_it_was_shown_in() -> None:
    person = Respondent(COFFEE)
    person.start(language="fr")
    person.tap_data(person.last.keyboard[0][0].data or "")

    assert person.consents[0].language == "fr"


def test_terms_that_changed_since_they_were_shown_are_shown_again(monkeypatch: pytest.MonkeyPatch) -> None:
    person = Respondent()
    person.start()
    monkeypatch.setattr(consent, "USES", ("result", "training"))

    person.tap(TO_AGREE[0])

    assert person.state.consented_at is None
    assert "Please read it once more" in person.last.text
    assert "statistics" not in person.last.text


def test_privacy_shows_the_uses_as_they_are_now_and_changes_them() -> None:
    person = agreed()
    person.answer("Daily")

    card = person.command("privacy")
    assert "✓ training: the model learns" in card.text
    assert card.labels == ["Don't train with my answers", "Leave me out of statistics", "Go on"]

    card = person.tap("Don't train with my answers")
    assert card.text.startswith("Noted.")
    assert "✗ training: the model learns from them to guess better (not allowed)" in card.text
    assert card.labels == ["You may train with my answers", "Leave me out of statistics", "Go on"]
    assert person.consents[-1].decisions == {"training": "withdrawn"}
    assert person.consents[-1].words.endswith("[Don't train with my answers]")

    assert "Question 2 of 7" in person.tap("Go on").text
    assert person.state.answers == {"Freq_Use": "Daily"}


def test_a_use_can_be_refused_and_allowed_again_after_the_result() -> None:
    person = agreed()
    person.answer(*ANSWERS)
    person.tap("Maybe")
    person.command("privacy")

    person.tap("Leave me out of statistics")
    person.tap("Don't train with my answers")
    person.tap("Count me in statistics")

    assert person.state.refused == ("training",)
    assert [noted.decisions for noted in person.consents[1:]] == [
        {"statistics": "withdrawn"},
        {"training": "withdrawn"},
        {"statistics": "given"},
    ]
    assert person.state.phase == "finished"
    assert "Details" in person.tap("Go on").labels


def test_quick_taps_on_both_uses_count_though_the_card_was_not_redrawn_yet() -> None:
    person = agreed()
    person.command("privacy")

    for refuses in [person.button("Don't train with my answers"), person.button("Leave me out of statistics")]:
        person.tap_data(refuses)

    assert person.state.refused == ("statistics", "training")
    assert [noted.decisions for noted in person.consents[1:]] == [
        {"training": "withdrawn"},
        {"statistics": "withdrawn"},
    ]


def test_details_in_place_of_the_uses_close_those() -> None:
    person = agreed()
    person.answer(*ANSWERS)
    person.tap("Yes")
    details = person.button("Details")
    person.command("privacy")
    person.tap_data(details)

    assert person.say("hello").text.startswith("Thank you! There is nothing more to answer")


def test_a_refusal_holds_in_the_next_round() -> None:
    person = agreed(TO_AGREE[1])
    person.start()
    person.tap("Start over")

    assert "✗ training" in person.command("privacy").text


def test_who_stopped_can_still_withdraw_what_earlier_rounds_gave() -> None:
    person = agreed()
    person.command("cancel")
    person.start()

    person.command("privacy")
    person.tap("Don't train with my answers")

    assert person.consents[-1].decisions == {"training": "withdrawn"}
    assert person.tap("Go on").labels == TO_AGREE


def test_a_no_to_a_later_welcome_erases_what_was_given_before_only_after_a_question() -> None:
    person = agreed()
    person.command("cancel")
    person.start()

    asked = person.say("no")

    assert asked.text.startswith("Shall I erase everything I keep about you")
    assert person.session is not None
    assert person.tap("No, keep it").labels == TO_AGREE
    person.say("no")
    person.tap("Yes, erase everything")
    assert person.session is None


def test_who_never_agreed_reads_about_privacy_above_the_welcome() -> None:
    person = Respondent()
    person.start()

    card = person.command("privacy")

    assert "Until you agree I keep only that number" in card.text
    assert card.labels == TO_AGREE


@pytest.mark.parametrize("leave", ["cancel", "start"])
def test_a_command_leads_back_from_the_uses(leave: str) -> None:
    person = agreed()
    person.command("privacy")

    person.start() if leave == "start" else person.command(leave)

    assert "Question 1 of 7" in person.last.text


def test_a_text_is_no_answer_while_the_uses_are_shown() -> None:
    person = agreed()
    person.command("privacy")

    assert person.say("Daily").text.startswith("Please tap one of the buttons")
    assert "✗ training" in person.say("don't train with my answers").text
    assert person.state.answers == {}


def test_privacy_says_what_is_kept_how_long_and_who_sees_it_in_one_message() -> None:
    forever, month = privacy_text(HOME, "en"), privacy_text(HOME, "en", 30)

    for words in ("no name", "encrypted", "Who sees it: only those who run this survey", "/mydata", "/delete"):
        assert words in forever
    assert "until you erase it with /delete." in forever
    assert "until 30 days have passed since your last message" in month


@pytest.mark.parametrize(("command", "as_file"), [("mydata", False), ("mydata_file", True)])
def test_what_is_kept_is_shown_above_the_open_card(command: str, as_file: bool) -> None:
    person = agreed()

    person.command(command)

    assert person.effects[0] == ShowData(as_file=as_file)
    assert "Question 1 of 7" in person.last.text
    assert "Question 2 of 7" in person.tap("Daily").text


def test_somebody_unknown_may_ask_what_is_kept_and_nothing_is_kept_of_that() -> None:
    person = Respondent()

    person.command("mydata")

    assert person.effects == (ShowData(),)
    assert person.session is None


# -- the receipt ----------------------------------------------------------------------------------------------


def test_the_receipt_says_when_and_how_much_was_erased_and_what_the_person_can_do() -> None:
    receipt = receipt_text(Erased(NOW, rounds=2, answers=14, pseudonym="R-AB"), "en")

    assert receipt.splitlines()[1:5] == [
        "2026-03-01 09:30 (UTC)",
        "Finished rounds: 2",
        "Answers: 14",
        "Your number in the survey team's tables was R-AB.",
    ]
    assert receipt.endswith("The messages in this chat are yours: you can clear them in your app. /start begins anew.")


def test_the_receipt_names_what_lies_elsewhere_only_where_something_does() -> None:
    erased = Erased(NOW, rounds=1, answers=7, pseudonym="R-AB")
    files, model = "Files that were made before", "A model that was trained before"

    assert files in receipt_text(replace(erased, in_files=True), "en")
    assert model in receipt_text(replace(erased, learnt_from=True), "en")
    assert files not in receipt_text(erased, "en")
    assert model not in receipt_text(erased, "en")


def test_the_boxes_of_a_question_are_one_answer_and_what_the_survey_no_longer_has_counts_by_itself() -> None:
    assert count_answers(COFFEE, ["Often", "With_Sugar", "With_Spice", "Tea"]) == 3


# -- spreading over messages ----------------------------------------------------------------------------------


def test_sections_share_messages_and_are_broken_only_where_none_holds_them() -> None:
    assert layout.pages(["a" * 4, "b" * 4, "c" * 4], 10) == ["aaaa\n\nbbbb", "cccc"]
    assert layout.pages(["aaaa\nbbbb\ncccc"], 10) == ["aaaa\nbbbb", "cccc"]
    assert layout.pages(["x" * 12], 10) == ["x" * 9 + "…"]
