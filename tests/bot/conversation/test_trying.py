"""What is tried out, as buttons carry it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.trying import Trying, decode, encode, stamp
from engine.survey import Feature, Survey, parse
from tests.bot.conversation.respondent import COFFEE, HOME


def labels(feature: Feature) -> st.SearchStrategy[str]:
    if feature.kind == "number":
        return st.integers(-99, 99).map(str) | st.sampled_from(["2.5", "0.125", "-3.75"])
    if feature.kind == "binary":
        return st.sampled_from("01")
    return st.sampled_from([choice.value for choice in feature.question.choices if choice.ends is None])


def tryings(survey: Survey) -> st.SearchStrategy[Trying]:
    some = st.fixed_dictionaries({}, optional={feature.column: labels(feature) for feature in survey.features})
    return st.builds(Trying, some, st.none() | st.sampled_from(list(survey.feature)))


@given(tryings(COFFEE) | tryings(HOME).map(lambda trying: Trying(trying.changes)))
def test_what_a_button_carries_is_read_back(trying: Trying) -> None:
    survey = COFFEE if set(trying.changes) <= set(COFFEE.feature) else HOME

    assert decode(survey, encode(survey, trying)) == trying


def test_the_same_changes_are_the_same_button_in_whichever_order_they_were_made() -> None:
    one = Trying().change("With_Book", "1").change("Often", "Daily")
    other = Trying().change("Often", "Daily").change("With_Book", "1")

    assert encode(COFFEE, one) == encode(COFFEE, other) == "a0h1"


def test_a_change_can_be_made_otherwise_and_taken_back() -> None:
    trying = Trying().change("Often", "Weekly").change("Often", "Daily")

    assert trying.changes == {"Often": "Daily"}
    assert trying.change("Often", None) == Trying()


@pytest.mark.parametrize(
    "forged",
    ["zz1", "a9", "a3", "h2", "a0a1", "a-1", "a0.5", "0", "a0 ", "A0", "a²", "aaa0", "a99999999", "zz", "b"],
)
def test_of_what_there_is_not_nothing_is_read(forged: str) -> None:
    trying = decode(COFFEE, forged)

    assert trying is None or (forged == "b" and trying == Trying(picking="Cups"))


def test_the_stamp_tells_another_survey_and_not_another_wording() -> None:
    definition = """
        id = "tea"
        languages = ["en"]
        title = "Tea"
        [about]
        organisation = "Friends"
        [target]
        column = "T"
        text = "Tea?"
        grades = [{ grade = "A", value = "Yes" }, { grade = "B", value = "No" }]
        [[question]]
        id = "Q"
        kind = "single"
        text = "How often?"
        choices = [{ value = "Daily", code = 1 }, { value = "Never", code = 0 }]
    """

    assert stamp(parse(definition)) == stamp(parse(definition.replace("How often?", "How oft?")))
    assert stamp(parse(definition)) != stamp(parse(definition.replace("Daily", "Every day")))
    assert 0 < stamp(COFFEE) < 10_000
