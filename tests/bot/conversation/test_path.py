"""The path: which questions are asked, where a person stands, and which answers count."""

from __future__ import annotations

from bot.conversation.path import ending, locate, to_answers, walk
from bot.conversation.session import Answer, Session
from tests.bot.conversation.respondent import COFFEE, HOME

ANSWERS: dict[str, Answer] = {
    "Often": "Daily",
    "Cups": 2.5,
    "Brew": "Filter",
    "Milk": "Yes",
    "Milk_Kind": "Oat",
    "With": ("With_Book",),
    "Roast": None,
}


def ids(answers: dict[str, Answer]) -> list[str]:
    return [question.id for question in walk(COFFEE, answers)]


def test_a_conditional_question_is_asked_only_where_the_earlier_answer_calls_for_it() -> None:
    assert "Milk_Kind" not in ids({})
    assert "Milk_Kind" not in ids({"Milk": "No"})
    assert ids({"Milk": "Yes"}) == ["Often", "Cups", "Brew", "Milk", "Milk_Kind", "With", "Roast"]


def test_a_column_of_the_table_only_is_never_asked() -> None:
    assert "Region" not in ids(ANSWERS)


def test_a_choice_that_ends_the_survey_ends_the_path() -> None:
    assert ids({"Often": "Never", "Milk": "Yes"}) == ["Often"]

    choice = ending(COFFEE, {"Often": "Never"})
    assert choice is not None
    assert choice.value == "Never"
    assert ending(COFFEE, ANSWERS) is None


def test_the_first_unanswered_question_is_current() -> None:
    position = locate(COFFEE, Session(run="r", survey="coffee", answers={"Often": "Daily", "Brew": "Filter"}))

    assert position.current is COFFEE.by_id["Cups"]
    assert position.previous is COFFEE.by_id["Often"]
    assert (position.number, position.total) == (2, 6)


def test_the_question_gone_back_to_is_current_while_it_lies_on_the_path() -> None:
    back = Session(run="r", survey="coffee", answers=ANSWERS, at="Milk")
    lost = Session(run="r", survey="coffee", answers={**ANSWERS, "Milk": "No"}, at="Milk_Kind")

    assert locate(COFFEE, back).current is COFFEE.by_id["Milk"]
    assert locate(COFFEE, lost).current is None


def test_when_all_is_answered_the_position_is_past_the_end() -> None:
    position = locate(COFFEE, Session(run="r", survey="coffee", answers=ANSWERS))

    assert position.current is None
    assert position.previous is COFFEE.by_id["Roast"]
    assert (position.number, position.total) == (8, 7)


def test_answers_are_handed_on_by_column_and_skipped_ones_left_out() -> None:
    assert to_answers(COFFEE, ANSWERS) == {
        "Often": "Daily",
        "Cups": 2.5,
        "Brew": "Filter",
        "Milk": "Yes",
        "Milk_Kind": "Oat",
        "With_Sugar": 0,
        "With_Spice": 0,
        "With_Book": 1,
    }


def test_answers_that_fell_off_the_path_are_not_handed_on() -> None:
    answers = to_answers(COFFEE, {**ANSWERS, "Milk": "No"})

    assert "Milk_Kind" not in answers
    assert to_answers(HOME, {"Freq_Use": "Never", "Trust_Level": "Neutral"}) == {"Freq_Use": "Never"}


def test_the_order_of_answering_does_not_matter() -> None:
    reordered = dict(reversed(ANSWERS.items()))

    assert walk(COFFEE, reordered) == walk(COFFEE, ANSWERS)
    assert to_answers(COFFEE, reordered) == to_answers(COFFEE, ANSWERS)
