"""Taps that come twice, late, out of order or forged."""

from __future__ import annotations

import pytest

from bot.conversation.effects import Freeze, Say
from tests.bot.conversation.respondent import TO_AGREE, Respondent


def at_the_second_question() -> Respondent:
    person = Respondent()
    person.agree()
    person.tap("Daily")
    return person


def test_an_impatient_second_tap_is_passed_over_in_silence() -> None:
    person = Respondent()
    person.agree()
    daily = person.button("Daily")

    person.tap_data(daily)
    after_one = person.state
    person.tap_data(daily)

    assert person.effects == ()
    assert person.state == after_one


def test_a_tap_on_what_the_card_showed_a_moment_ago_is_passed_over() -> None:
    person = Respondent()
    person.agree()
    rarely = person.button("Rarely")
    person.tap("Daily")

    person.tap_data(rarely)

    assert person.effects == ()
    assert person.state.answers == {"Freq_Use": "Daily"}


def test_a_tap_on_an_old_card_explains_itself_and_brings_the_open_card_to_the_bottom() -> None:
    person = Respondent()
    person.agree()
    rarely = person.button("Rarely")
    person.say("Daily")

    person.tap_data(rarely)

    assert person.state.answers == {"Freq_Use": "Daily"}
    assert [type(effect) for effect in person.effects] == [Freeze, Say]
    assert person.last.text.startswith("That button is from earlier in our chat.")
    assert "Question 2 of 7" in person.last.text


def test_hammering_on_an_old_button_is_answered_once() -> None:
    person = Respondent()
    person.agree()
    rarely = person.button("Rarely")
    person.say("Daily")

    for _ in range(5):
        person.tap_data(rarely)

    assert sum("from earlier" in message.text for message in person.messages) == 1


def test_quick_taps_on_several_boxes_all_count_though_the_card_was_not_redrawn_yet() -> None:
    person = Respondent()
    person.agree()
    person.answer("Daily", "Below $25", "Neutral", "Yes", "Yes")
    seen = [person.button(label) for label in ("Send money", "Pay bills", "Shopping")]

    for data in seen:
        person.tap_data(data)

    assert person.state.ticked == ("Use_Send", "Use_Bills", "Use_Shop")


def test_a_box_asks_for_a_state_so_that_a_repeated_tap_does_not_untick_it() -> None:
    person = Respondent()
    person.agree()
    person.answer("Daily", "Below $25", "Neutral", "Yes", "Yes")
    send, bills = person.button("Send money"), person.button("Pay bills")

    for data in (send, bills, send, bills):
        person.tap_data(data)

    assert person.state.ticked == ("Use_Send", "Use_Bills")
    assert person.effects == ()


def test_a_done_that_the_card_does_not_offer_is_no_answer() -> None:
    person = Respondent()
    person.agree()
    person.answer("Daily", "Below $25", "Neutral", "Yes", "Yes")
    person.tap("Send money")
    done = person.button("Done")
    person.tap("Send money")

    person.tap_data(done)

    assert "Use" not in person.state.answers
    assert person.effects == ()


def test_a_button_of_an_earlier_round_changes_nothing_in_this_one() -> None:
    person = Respondent()
    person.agree()
    daily = person.button("Daily")
    person.start()
    person.tap("Start over")

    person.tap_data(daily)

    assert person.state.answers == {}
    assert "from earlier" in person.last.text


def test_another_answer_tapped_after_the_last_one_is_not_stored() -> None:
    person = Respondent()
    person.agree()
    person.answer("Daily", "Below $25", "Neutral", "Yes", "Yes", "none", "none")
    yes, no = person.button("Yes"), person.button("No")

    person.tap_data(yes)
    person.tap_data(yes)
    person.tap_data(no)

    assert [store.stated for store in person.stored] == ["Yes"]
    assert [result.view for result in person.results] == ["result"]


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "run-0001",
        "run-0001:1:2:choose:99",
        "run-0001:1:2:choose:-1",
        "run-0001:1:2:skip:",
        "run-0001:1:2:done:",
        "run-0001:1:2:state:0",
        "run-0001:1:2:forget:",
        "run-0001:0:0:details:",
        "run-0001:9999999999999999999:0:choose:0",
        "run-0002:1:2:choose:0",
        "run-0001:1:2:choose:0 ",
        "run-0001:1:²:choose:0",
        "a" * 100_000,
        "\N{PILE OF POO}\x00\ud800",
    ],
)
def test_a_forged_tap_changes_no_answer(data: str) -> None:
    person = at_the_second_question()

    person.tap_data(data)

    assert person.state.answers == {"Freq_Use": "Daily"}
    assert person.state.phase == "asking"
    assert (person.stored, person.results) == ([], [])


def test_a_tap_of_somebody_unknown_is_answered_by_the_welcome() -> None:
    person = Respondent()

    person.tap_data("old-run1:7:0:choose:1")

    assert person.last.text.startswith("That button is from earlier in our chat.")
    assert person.last.labels == TO_AGREE
