"""What would change it: cards that lead to each other, over what the person could change."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.conversation import layout
from bot.conversation.cards import Card
from bot.conversation.effects import Assess, Effect, Freeze
from bot.conversation.result import render
from bot.conversation.trying import AS_ANSWERED, Trying
from bot.conversation.what_if import possible
from engine.assessment import Change, Movable, WhatIf
from engine.survey import Survey
from tests.bot.conversation.respondent import COFFEE, HOME, Respondent
from tests.bot.conversation.test_result import GUESS

PROBLEMS = WhatIf((Change("Had_Issues", "Yes", "No"),), "A", {"A": 0.71, "B": 0.2, "C": 0.08, "D": 0.01})
ASSESSMENT = replace(
    GUESS,
    movable=(
        Movable("Freq_Use", "Rarely", ("Daily", "Once a week")),
        Movable("Had_Issues", "Yes", ("No",)),
        Movable("Use_Shop", "0", ("1",)),
    ),
)


def card(view: str, trying: Trying = AS_ANSWERED, tried: WhatIf | None = None, survey: Survey = HOME) -> Card:
    return render(view, survey, ASSESSMENT, None, "en", "run-0001", trying=trying, tried=tried)


def labels(shown: Card) -> list[str]:
    return [button.label for row in shown.keyboard for button in row]


def data(shown: Card, label: str) -> str:
    return next(button.data or "" for row in shown.keyboard for button in row if button.label == label)


# -- what the cards say ---------------------------------------------------------------------------------------


def test_the_list_opens_with_the_change_that_lifts_most_and_has_a_button_for_each_answer() -> None:
    shown = card("what_if")

    assert shown.text == (
        "What would change my guess\n"
        "\n"
        "If you had answered\n"
        "• Problems met: No, never (not: Yes, I have)\n"
        'the chance of "Yes" would be 71% (now 55%), my guess A instead of B (from A, likeliest, to D).\n'
        "\n"
        "Tap an answer to try another one:"
    )
    assert labels(shown) == [
        *("Usage frequency: Rarely", "Problems met: Yes, I have", "Shopping: no"),
        *("← My result", "Details"),
    ]


@pytest.mark.parametrize("language", HOME.languages)
def test_buttons_stand_side_by_side_only_where_both_can_be_read(language: str) -> None:
    shown = render("what_if", HOME, ASSESSMENT, None, language, "run-0001", trying=AS_ANSWERED, tried=None)

    assert [len(row) for row in shown.keyboard[-2:]] == {"en": [1, 2], "km": [1, 1]}[language]
    assert all(layout.fit_side_by_side([each.label for each in row]) for row in shown.keyboard if len(row) > 1)


def test_one_answers_others_are_offered_and_no_other() -> None:
    shown = card("answers", Trying(picking="Freq_Use"))

    assert shown.text == 'Usage frequency: you answered "Rarely".\n\nWhat if you had answered'
    assert labels(shown) == ["Daily", "Once a week", "← Back to the list", "← My result"]


def test_what_comes_of_a_change_is_told_with_the_true_new_chance_and_no_promise() -> None:
    shown = card("outcome", Trying({"Had_Issues": "No"}), PROBLEMS)

    assert shown.text == (
        "If you had answered\n"
        "• Problems met: No, never (not: Yes, I have)\n"
        'the chance of "Yes" would be 71% (now 55%), my guess A instead of B (from A, likeliest, to D).\n'
        "\n"
        "This is what the model would say of such answers, not a promise."
    )
    assert labels(shown) == ["Change one more", "Start from my answers", "← My result"]


def test_a_change_that_leaves_the_guess_says_so() -> None:
    same = replace(PROBLEMS, grade="B", probabilities={**PROBLEMS.probabilities, "A": 0.554, "B": 0.356})

    assert 'the chance of "Yes" would be 55% (now 55%), my guess B as now.' in card(
        "outcome", Trying({"Had_Issues": "No"}), same
    ).text  # fmt: skip


def test_what_is_tried_stays_while_one_more_is_changed() -> None:
    trying = Trying({"Had_Issues": "No"})

    listed = card("what_if", trying, PROBLEMS)
    picked = card("answers", trying.pick("Freq_Use"), PROBLEMS)

    assert "• Problems met: No, never" in listed.text
    assert labels(listed)[1] == "✓ Problems met: No, never"
    assert "Start from my answers" in labels(listed)
    assert "Tried already:\n• Problems met: No, never" in picked.text


def test_an_answer_that_is_changed_can_be_changed_back() -> None:
    weekly = WhatIf((Change("Freq_Use", "Rarely", "Once a week"),), "B", GUESS.probabilities)

    shown = card("answers", Trying({"Freq_Use": "Once a week"}, "Freq_Use"), weekly)

    assert labels(shown)[:3] == ["Rarely", "Daily", "✓ Once a week"]


@pytest.mark.parametrize(
    ("grade", "what_if", "lead"),
    [
        ("B", (GUESS.what_if[1],), "No small change would lift the grade."),
        ("A", GUESS.what_if, "It is A already, the top of the scale."),
        ("B", (), "None of the answers that you could change would lift it further."),
    ],
)
def test_where_nothing_lifts_the_guess_it_says_so(grade: str, what_if: tuple[WhatIf, ...], lead: str) -> None:
    shown = render("what_if", HOME, replace(ASSESSMENT, grade=grade, what_if=what_if), None, "en", "r")

    assert lead in shown.text


def test_who_could_change_nothing_has_no_buttons_but_the_way_back() -> None:
    shown = render("what_if", HOME, replace(ASSESSMENT, what_if=(), movable=()), None, "en", "r")

    assert labels(shown) == ["← My result", "Details"]
    assert shown.text.endswith("None of the answers that you could change would lift it further.")


def test_labels_too_long_for_a_button_stand_in_the_text() -> None:
    often = replace(ASSESSMENT, movable=(Movable("Freq_Use", "A few times a month", ("Daily",)),))

    shown = render("what_if", HOME, often, None, "en", "r")

    assert "1. Usage frequency: A few times a month" in shown.text
    assert labels(shown)[0] == "1. Usage frequency"


def test_a_button_that_could_not_carry_so_much_is_left_out() -> None:
    movable = tuple(Movable(feature.column, "0", ("1",)) for feature in HOME.features if feature.kind == "binary")
    changes = {item.feature: "1" for item in movable[:-1]}
    everything = WhatIf(tuple(Change(column, "0", "1") for column in changes), "A", PROBLEMS.probabilities)
    guess = replace(ASSESSMENT, movable=movable * 3)

    shown = render("what_if", HOME, guess, None, "en", "r", trying=Trying(changes), tried=everything)

    assert all(len((button.data or "").encode()) <= 64 for row in shown.keyboard for button in row)
    wide = replace(ASSESSMENT, movable=(Movable("Cups", "1", ("1e-05",)),))
    assert labels(render("what_if", COFFEE, replace(wide, what_if=(), comparison=None), None, "en", "r")) == [
        "← My result",
        "Details",
    ]


def test_what_the_model_of_today_does_not_know_is_not_tried() -> None:
    wished = Trying({"Had_Issues": "No", "Freq_Use": "A few times a month", "Trust_Level": "Neutral"}, "Trust_Level")

    assert possible(ASSESSMENT, wished) == Trying({"Had_Issues": "No"})


# -- where the buttons lead -----------------------------------------------------------------------------------


def with_a_result() -> Respondent:
    person = Respondent()
    person.agree()
    person.answer("Rarely", "Below $25", "Neutral", "Yes", "Yes", "none", "none", "Maybe")
    return person


def did(person: Respondent) -> list[Effect]:
    return list(person.effects)


def test_the_dialogue_takes_one_message_and_edits_that() -> None:
    person = with_a_result()
    picture = person.state.card

    person.tap("What would change it")
    assert did(person) == [Freeze(picture), Assess("run-0001", "what_if", picture + 1)]

    person.tap_data(data(card("what_if"), "Usage frequency: Rarely"))
    assert did(person) == [Assess("run-0001", "answers", picture + 1, in_place=True, picking="Freq_Use")]
    person.tap_data(data(card("answers", Trying(picking="Freq_Use")), "Daily"))
    assert did(person) == [Assess("run-0001", "outcome", picture + 1, in_place=True, changes={"Freq_Use": "Daily"})]
    person.tap_data(data(card("outcome", Trying({"Freq_Use": "Daily"}), PROBLEMS), "Change one more"))
    assert did(person) == [Assess("run-0001", "what_if", picture + 1, in_place=True, changes={"Freq_Use": "Daily"})]
    person.tap_data(data(card("what_if"), "← My result"))
    assert did(person) == [Assess("run-0001", "words", picture + 1, in_place=True)]


def test_an_answer_with_one_other_leads_straight_to_what_comes_of_it() -> None:
    person = with_a_result()
    person.tap("What would change it")

    person.tap_data(data(card("what_if"), "Problems met: Yes, I have"))

    assert person.results[-1].view == "outcome"
    assert person.results[-1].changes == {"Had_Issues": "No"}


def test_taken_back_by_a_second_tap_the_person_stands_at_their_own_answers() -> None:
    person = with_a_result()
    person.tap("What would change it")

    person.tap_data(data(card("what_if", Trying({"Had_Issues": "No"}), PROBLEMS), "✓ Problems met: No, never"))

    assert (person.results[-1].view, person.results[-1].changes) == ("what_if", {})


def test_below_what_the_person_wrote_the_dialogue_goes_on_in_a_new_message() -> None:
    person = with_a_result()
    person.tap("What would change it")
    person.say("hm")

    person.tap_data(data(card("what_if"), "Problems met: Yes, I have"))

    assert person.effects[0] == Freeze(person.state.card - 1)
    assert not person.results[-1].in_place


def test_what_is_passed_on_is_a_message_of_its_own() -> None:
    person = with_a_result()
    person.tap("Details")
    details = person.state.card

    person.say("share")
    assert person.effects == (Freeze(details), Assess("run-0001", "share", details + 1))
    person.tap("What would change it")
    assert not person.results[-1].in_place


def test_a_new_round_leaves_what_was_told_in_the_chat() -> None:
    person = with_a_result()
    person.tap("Details")

    person.tap("Start again")

    assert [message.text for message in person.messages][-2:] != ["(details)"]
    assert "(details)" in [message.text for message in person.messages]


def test_an_impatient_second_tap_is_passed_over() -> None:
    person = with_a_result()
    person.tap("What would change it")
    problems = data(card("what_if"), "Problems met: Yes, I have")
    person.tap_data(problems)

    person.tap_data(problems)

    assert person.effects == ()


@pytest.mark.parametrize(
    "forged",
    [
        "run-0001:0:0:try:d1",
        "run-0001:0:{stamp}:try:zz9",
        "run-0001:0:{stamp}:pick:",
        "run-0001:0:{stamp}:pick:d1",
        "run-0001:0:{stamp}:what_if:d",
        "run-0002:0:{stamp}:try:d1",
        "run-0001:7:{stamp}:try:d1",
    ],
)
def test_a_forged_or_outdated_button_is_explained_and_changes_nothing(forged: str) -> None:
    person = with_a_result()
    stamp = data(card("what_if"), "Problems met: Yes, I have").split(":")[2]
    before = person.state.answers

    person.tap_data(forged.format(stamp=stamp))

    assert [result.view for result in person.results] == ["result"]
    assert person.state.answers == before
    assert person.last.labels == ["What would change it", "Details", "Share", "Start again"]


def test_of_a_round_that_is_not_finished_nothing_is_told() -> None:
    person = Respondent()
    person.agree()

    person.tap_data("run-0001:0:0:share:")

    assert person.results == []
    assert "from earlier" in person.last.text
