"""How well near misses are told from texts that mean nothing on offer, and that opposites never pass for each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.near import MOST, nearest
from bot.conversation.understanding import labels
from engine.survey import Survey
from tests.bot.conversation.respondent import COFFEE, HOME
from tests.bot.conversation.slips import HELD_OUT, KHMER, OPPOSITES, SLIPS, UNRELATED, UNRELATED_KHMER, Slip

Names = Mapping[str, Sequence[str]]

BUTTONS: Names = {"back": ("Back",), "skip": ("Skip",), "none": ("None",), "done": ("Done",), "review": ("Review",)}


def names(survey: Survey, question: str | None) -> Names:
    """Return what is on offer at a question, or (None) at the target, with every button that a card may have."""
    if question is None:
        return {**{grade.value: labels(grade) for grade in survey.target.grades}, **BUTTONS}
    asked = survey.by_id[question]
    items = {choice.value: labels(choice) for choice in asked.choices}
    return {**items, **{option.column: labels(option) for option in asked.options}, **BUTTONS}


def places(survey: Survey) -> Iterator[Names]:
    for question in survey.asked:
        if question.kind != "number":
            yield names(survey, question.id)
    yield names(survey, None)


@pytest.mark.parametrize(
    ("slips", "language", "least"), [(SLIPS, "en", 0.95), (SLIPS, "km", 0.9), (HELD_OUT, "en", 0.85)]
)
def test_nearly_every_slip_is_asked_back_with_what_it_means_in_front(
    slips: Sequence[Slip], language: str, least: float
) -> None:
    asked = [
        (nearest(text, names(slip.survey, slip.question)), slip.means)
        for slip in slips
        if slip.language == language
        for text in slip.texts
    ]

    assert sum(near[:1] == (means,) for near, means in asked) >= least * len(asked)


@pytest.mark.parametrize(
    ("survey", "texts"),
    [(HOME, UNRELATED), (COFFEE, UNRELATED), (HOME, UNRELATED_KHMER), (KHMER, UNRELATED_KHMER)],
    ids=["home", "coffee", "home in Khmer", "tea"],
)
def test_hardly_any_text_that_answers_nothing_is_asked_back(survey: Survey, texts: Sequence[str]) -> None:
    asked = [nearest(text, offered) for offered in places(survey) for text in texts]

    assert sum(bool(near) for near in asked) <= 0.05 * len(asked)


@pytest.mark.parametrize(("survey", "question", "answer", "texts"), OPPOSITES)
def test_the_opposite_of_an_answer_is_never_near_it(
    survey: Survey, question: str | None, answer: str, texts: Sequence[str]
) -> None:
    assert [text for text in texts if answer in nearest(text, names(survey, question))] == []


def test_a_slip_in_the_negation_itself_still_leads_to_the_negated_answer() -> None:
    for text in ("i dnt trust it", "i dot trust it", "I dont trst it"):
        assert nearest(text, names(HOME, "Trust_Level"))[0] == "Distrust"


@pytest.mark.parametrize(
    ("question", "denial"), [("Trust_Level", "Distrust"), ("Had_Issues", "No"), ("Freq_Use", "Never")]
)
def test_a_letter_missing_anywhere_in_a_denial_never_turns_it_round(question: str, denial: str) -> None:
    offered = names(HOME, question)
    texts = [name[:place] + name[place + 1 :] for name in offered[denial] for place in range(len(name))]

    asked = {text: nearest(text, offered) for text in texts if len(text) > 4}

    assert {text: near for text, near in asked.items() if near[:1] not in ((), (denial,))} == {}


def test_two_denials_are_not_alike_because_both_deny() -> None:
    assert nearest("មិនទំនេរទេ", names(HOME, "Had_Issues")) == ()
    assert nearest("not now", names(HOME, None)) == ()


def test_a_word_that_several_answers_share_brings_all_of_them_up() -> None:
    assert set(nearest("receive", names(HOME, "Use"))) == {"Use_Receive", "Use_Salary"}
    assert len(nearest("trust", names(HOME, "Trust_Level"))) <= MOST


def test_other_numbers_are_another_answer() -> None:
    assert nearest("belo 25", names(HOME, "Weekly_Amt")) == ("Below 25",)
    assert nearest("belo 30", names(HOME, "Weekly_Amt")) == ()


@given(st.text(max_size=200))
def test_any_text_is_compared_without_an_error(text: str) -> None:
    for survey in (HOME, KHMER):
        for offered in places(survey):
            assert set(nearest(text, offered)) <= set(offered)
