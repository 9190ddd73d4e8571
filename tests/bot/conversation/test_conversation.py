"""A conversation from the first START to the result, as the person lives it."""

from __future__ import annotations

import pytest

from bot.conversation.effects import Assess, Forget, Freeze, Redraw, Say, Store
from tests.bot.conversation.respondent import COFFEE, NOW, TO_AGREE, Respondent

ANSWERS = ("Daily", "Below $25", "Neutral", "Yes, I have", "Somewhat", "1, 6", "Low fees and security")


def ready_for_the_label() -> Respondent:
    person = Respondent()
    person.agree()
    person.answer(*ANSWERS)
    return person


def test_the_welcome_says_who_asks_and_takes_consent_and_age_in_one_tap() -> None:
    person = Respondent()

    welcome = person.start()

    assert "Asked by the Mobile Money Survey team. Your answers are kept without your name" in welcome.text
    assert "I never ask for a password, a PIN, a code or money." in welcome.text
    assert welcome.text.count("never") == 1
    assert welcome.labels == TO_AGREE


def test_a_survey_that_names_nothing_else_leaves_the_promise_at_secrets() -> None:
    assert "I never ask for a password, a PIN or a code.\n\n" in Respondent(COFFEE).start().text


def test_the_consent_is_kept_with_its_time_and_leads_to_the_first_question() -> None:
    person = Respondent()
    person.start()
    before = person.state

    first = person.tap("I'm 15 or older: start")

    assert before.consented_at is None

    assert person.state.consented_at == NOW.isoformat()
    assert first.text == "Question 1 of 7  ●○○○○○○\n\nHow often do you use mobile money?"


@pytest.mark.parametrize("words", ["yes", "Yes!", "I agree", "I'm 15 or older: start"])
def test_the_consent_can_be_typed(words: str) -> None:
    person = Respondent()
    person.start()

    assert "Question 1 of 7" in person.say(words).text


@pytest.mark.parametrize("words", ["no", "No.", "no thanks", "I don’t agree"])
def test_a_no_to_the_welcome_leaves_nothing_behind(words: str) -> None:
    person = Respondent()
    person.start()

    person.say(words)

    assert [type(effect) for effect in person.effects] == [Freeze, Forget, Say]
    assert person.last.text == "All right, nothing is kept. Come back any time with /start."
    assert person.session is None


def test_a_yes_before_the_welcome_was_seen_is_no_consent() -> None:
    person = Respondent()

    person.say("yes")

    assert person.state.consented_at is None
    assert person.last.labels == TO_AGREE


def test_the_card_is_edited_in_place_while_the_person_taps() -> None:
    person = Respondent()
    person.agree()

    person.tap("Daily")
    person.tap("Below $25 (100,000៛)")

    assert len(person.messages) == 1
    assert [type(effect) for effect in person.effects] == [Redraw]
    assert person.last.text.startswith("Question 3 of 7  ●●●○○○○\n✓ Weekly spending: Below $25 (100,000៛)\n\n")


def test_a_typed_answer_brings_the_next_card_to_the_bottom_and_freezes_the_old_one() -> None:
    person = Respondent()
    person.agree()

    person.say("every day")

    assert [type(effect) for effect in person.effects] == [Freeze, Say]
    assert "About how much" in person.last.text
    assert [bool(message.keyboard) for message in person.messages] == [False, True]


def test_boxes_are_ticked_one_by_one_and_confirmed() -> None:
    person = Respondent()
    person.agree()
    person.answer(*ANSWERS[:5])

    person.tap("Send money")
    person.tap("Pay bills")
    person.tap("Pay bills")

    assert person.last.keyboard[0][0].label == "☑ Send money"
    assert person.last.keyboard[5][0].label == "☐ Pay bills"
    person.tap("Done")
    assert person.state.answers["Use"] == ("Use_Send",)


def test_none_of_these_is_offered_only_while_nothing_is_ticked() -> None:
    person = Respondent()
    person.agree()
    person.answer(*ANSWERS[:5])
    assert "None" in person.last.labels
    assert "Done" not in person.last.labels

    person.tap("Shopping")
    assert "None" not in person.last.labels
    assert "Done" in person.last.labels

    person.tap("Shopping")
    person.tap("None")
    assert person.state.answers["Use"] == ()


def test_the_next_select_all_question_begins_with_no_box_ticked() -> None:
    person = Respondent()
    person.agree()
    person.answer(*ANSWERS[:5])
    person.tap("Shopping")

    person.tap("Done")

    assert person.state.ticked == ()
    assert "None" in person.last.labels


def test_above_many_boxes_the_text_is_short_and_the_last_row_holds_both_ways_on() -> None:
    person = Respondent()
    person.agree()

    card = person.answer(*ANSWERS[:5])

    assert card.text == "Question 6 of 7  ●●●●●●○\n\nWhat do you use mobile money for? Tick all that fit."
    assert [button.label for button in card.keyboard[-1]] == ["← Back", "None"]
    assert len(card.keyboard) == 8 + 1


def test_boxes_ticked_and_boxes_typed_count_together() -> None:
    person = Respondent()
    person.agree()
    person.answer(*ANSWERS[:5])
    person.tap("Shopping")

    person.say("1 and 2")

    assert person.state.answers["Use"] == ("Use_Send", "Use_Receive", "Use_Shop")


def test_back_shows_the_answer_given_and_a_new_one_replaces_it() -> None:
    person = Respondent()
    person.agree()
    person.tap("Daily")

    person.tap("Back")
    assert person.last.keyboard[0][0].label == "✓ Daily"
    assert "Back" not in person.last.labels
    person.tap("Rarely")

    assert person.state.answers == {"Freq_Use": "Rarely"}
    assert "Question 2 of 7" in person.last.text


def test_back_twice_and_one_answer_lead_on_to_the_first_question_not_answered_yet() -> None:
    person = Respondent()
    person.agree()
    person.answer("Daily", "Below $25", "Neutral")
    person.tap("Back")
    person.say("back")
    assert "Question 2 of 7" in person.last.text

    person.tap("Over $300 (1,200,000៛)")

    assert "Question 4 of 7" in person.last.text


def test_back_to_a_select_all_question_finds_its_boxes_ticked() -> None:
    person = ready_for_the_label()

    person.tap("Back")

    assert [row[0].label for row in person.last.keyboard[:2]] == ["☑ Low fees", "☑ Security"]


def test_before_the_guess_the_person_is_asked_for_their_own_answer() -> None:
    person = ready_for_the_label()

    assert person.last.text.startswith("Last one: you may skip it\n✓ What matters: Low fees, Security\n\n")
    assert "Before I guess: what is your own answer? I won't use it for my guess." in person.last.text
    assert person.last.text.endswith("Would you recommend mobile money to a friend?")
    assert person.last.labels == ["Yes", "Maybe", "Not sure", "No", "Back", "Review", "Skip"]


def test_the_last_tap_stores_the_answers_and_asks_for_the_result() -> None:
    person = ready_for_the_label()

    person.tap("Not sure")

    assert person.effects == (
        Freeze(8, "✓ Your own answer: Not sure\n\nThank you! Your answers are saved."),
        Store(
            run="run-0001",
            answers={
                "Freq_Use": "Daily",
                "Weekly_Amt": "Below 25",
                "Trust_Level": "Neutral",
                "Had_Issues": "Yes",
                "Sec_Aware": "Somewhat trust",
                "Use_Send": 1,
                "Use_Receive": 0,
                "Use_TopUp": 0,
                "Use_LoanRepay": 0,
                "Use_DailyNeeds": 0,
                "Use_Bills": 1,
                "Use_Shop": 0,
                "Use_Salary": 0,
                "Motive_LowFees": 1,
                "Motive_Security": 1,
                "Motive_Trust": 0,
                "Motive_Promos": 0,
                "Motive_WideAcc": 0,
                "Motive_NoCash": 0,
            },
            stated="Not sure",
            outcome="complete",
            campaign=None,
        ),
        Assess(run="run-0001", view="result", card=9),
    )


def test_the_own_answer_may_be_skipped() -> None:
    person = ready_for_the_label()

    person.tap("Skip")

    assert [(store.stated, store.outcome) for store in person.stored] == [(None, "complete")]
    assert person.results == [Assess("run-0001", "result", 9)]


def test_the_own_answer_can_be_typed() -> None:
    person = ready_for_the_label()

    person.say("perhaps")

    assert person.stored[0].stated == "Maybe"


def test_below_the_result_more_can_be_read_and_a_new_round_begun() -> None:
    person = ready_for_the_label()
    person.tap("Yes")

    person.tap("Details")
    person.say("What would change it")
    assert [result.view for result in person.results] == ["result", "details", "what_if"]

    first = person.tap("Start again")
    assert first.text == "Question 1 of 7  ●○○○○○○\n\nHow often do you use mobile money?"
    assert person.state.answers == {}
    assert person.state.run != "run-0001"


def test_a_result_that_comes_late_still_has_working_buttons() -> None:
    person = ready_for_the_label()
    person.tap("Yes")
    details = person.button("Details")
    person.say("Where is it?")

    person.tap_data(details)

    assert person.results[-1].view == "details"


def test_an_answer_can_close_the_survey_politely() -> None:
    person = Respondent()
    person.agree()

    closing = person.tap("I don't use mobile money")

    assert closing.text.startswith("Thank you for telling us!")
    assert closing.labels == ["Start again"]
    assert person.stored == [Store("run-0001", {"Freq_Use": "Never"}, None, "ended", None)]
    assert person.results == []


def test_a_whole_conversation_takes_nine_taps_after_start_and_one_per_ticked_box() -> None:
    person = Respondent()
    person.start()

    for label in (
        "I'm 15 or older: start",
        *("Daily", "Below $25 (100,000៛)", "Neutral", "No, never", "Yes"),
        *("Send money", "Done", "Security", "Done"),
        "Maybe",
    ):
        person.tap(label)

    assert [result.view for result in person.results] == ["result"]
    assert len(person.messages) == 2


# -- the link that led here ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("payload", "campaign", "shared"),
    [
        ("market-day", "market-day", False),
        ("s_market-day", "market-day", True),
        ("s_X", None, True),
        ("s_", None, True),
        (None, None, False),
        ("s", "s", False),
        ("x" * 64, "x" * 64, False),
        ("no link's text", None, False),
    ],
)
def test_a_link_that_was_passed_on_leads_to_its_campaign(
    payload: str | None, campaign: str | None, shared: bool
) -> None:
    person = Respondent()

    person.start(payload)

    assert (person.state.campaign, person.state.shared) == (campaign, shared)


def test_the_last_link_before_the_consent_counts_unless_it_names_no_campaign() -> None:
    person = Respondent()
    person.start("radio")

    person.start("s_X")
    assert (person.state.campaign, person.state.shared) == ("radio", False)
    person.start()
    assert (person.state.campaign, person.state.shared) == ("radio", False)
    person.start("s_market-day")
    assert (person.state.campaign, person.state.shared) == ("market-day", True)
    person.start("market-day")
    assert (person.state.campaign, person.state.shared) == ("market-day", False)


def test_a_new_round_belongs_to_the_link_that_the_one_before_came_by() -> None:
    person = Respondent()
    person.start("s_market-day")
    person.say("yes")
    person.answer("Daily", "Below $25", "Neutral", "Yes", "Yes", "none", "none", "Maybe")

    person.tap("Start again")

    assert (person.state.campaign, person.state.shared) == ("market-day", True)
