"""Answers become codes, and codes become standardised columns."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import encoding, survey
from engine.errors import AnswerError

HOME = survey.load(Path(__file__).parents[2] / "models" / "mobile_money")
WHOLE = {
    "Freq_Use": "Daily",
    "Weekly_Amt": "100–300",
    "Trust_Level": "Strongly trust",
    "Had_Issues": "No",
    "Sec_Aware": "Yes",
}
MIXED = survey.parse(
    """
id = "mixed"
languages = ["en"]
title = "Mixed"
about = { organisation = "us" }
[[question]]
id = "colour"
kind = "single"
scale = "nominal"
text = "Which colour?"
choices = [{ value = "red" }, { value = "green" }, { value = "blue" }]
[[question]]
id = "age"
kind = "number"
text = "How old?"
min = 0
max = 120
required = false
[target]
column = "again"
text = "Again?"
grades = [{ grade = "A", value = "yes" }, { grade = "B", value = "no" }]
"""
)


def test_labels_become_the_codes_of_the_definition() -> None:
    codes = encoding.codes_of_answers(HOME, {**WHOLE, "Use_Send": 1})

    by_column = dict(zip([f.column for f in HOME.features], codes, strict=True))
    assert by_column["Freq_Use"] == 4
    assert by_column["Weekly_Amt"] == 3
    assert by_column["Had_Issues"] == 0
    assert by_column["Use_Send"] == 1
    assert by_column["Use_Receive"] == 0, "an unnamed select-all column was not chosen"


def test_labels_are_forgiven_case_blanks_dashes_and_aliases() -> None:
    sloppy = {**WHOLE, "Weekly_Amt": " 100 - 300", "Freq_Use": "EVERY DAY", "Use_Send": True}

    assert np.array_equal(
        encoding.codes_of_answers(HOME, sloppy), encoding.codes_of_answers(HOME, {**WHOLE, "Use_Send": 1})
    )


def test_every_fault_of_the_answers_is_named_at_once() -> None:
    with pytest.raises(AnswerError) as caught:
        encoding.codes_of_answers(HOME, {**WHOLE, "Trust_Level": "Never", "Use_Sent": 1, "Use_Bills": "maybe"})

    text = str(caught.value)
    assert 'Use_Sent: not a column of the survey; did you mean "Use_Send"?' in text
    assert 'Trust_Level: "Never" is not among its answers (one of: Strongly trust' in text
    assert 'Use_Bills: "maybe" is neither 1 (chosen) nor 0' in text


def test_a_missing_required_answer_is_a_fault_and_a_missing_optional_one_is_not() -> None:
    with pytest.raises(AnswerError, match="colour: an answer is needed"):
        encoding.codes_of_answers(MIXED, {"age": 30})

    assert math.isnan(encoding.codes_of_answers(MIXED, {"colour": "red"})[1])


def test_a_choice_that_only_the_chat_offers_cannot_be_scored() -> None:
    with pytest.raises(AnswerError, match="Freq_Use"):
        encoding.codes_of_answers(HOME, {**WHOLE, "Freq_Use": "Never"})


@pytest.mark.parametrize(("age", "said"), [("old", "not a number"), (130, "at most 120"), ("nan", "not a number")])
def test_numbers_are_checked_against_their_bounds(age: object, said: str) -> None:
    with pytest.raises(AnswerError, match=said):
        encoding.codes_of_answers(MIXED, {"colour": "red", "age": age})


@pytest.mark.parametrize("age", [12.5, "12.5", "12,5", " 12,5 ", "១២,៥"])
def test_numbers_are_understood_as_in_tables(age: object) -> None:
    assert encoding.codes_of_answers(MIXED, {"colour": "red", "age": age})[1] == 12.5


@given(st.data())
def test_every_code_reads_back_as_the_label_that_made_it(data: st.DataObject) -> None:
    for feature in HOME.features:
        if feature.kind == "binary":
            continue
        choice = data.draw(st.sampled_from(encoding.levels(feature)))
        assert encoding.label_of(feature, encoding.code_of(feature, choice)) == choice.value


def test_training_columns_are_standardised() -> None:
    rng = np.random.default_rng(0)
    codes = np.column_stack([rng.integers(0, 3, 200), rng.normal(40, 10, 200)])

    columns = encoding.fit_encoding(MIXED.features, codes).transform(codes)

    assert columns.shape == (200, 4)
    assert np.allclose(columns.mean(axis=0), 0)
    assert np.isclose(columns[:, 3].std(), 1)
    assert np.isclose(columns[:, :3].var(axis=0).sum(), 1), "a nominal question weighs as much as any other"


def test_missing_answers_take_the_median_or_their_own_level_and_are_marked() -> None:
    codes = np.array([[0, 10.0], [1, np.nan], [np.nan, 30.0], [1, 20.0]])

    fitted = encoding.fit_encoding(MIXED.features, codes)

    assert fitted.role.tolist() == [encoding.LEVEL, encoding.LEVEL, encoding.MISSING, encoding.VALUE, encoding.MISSING]
    columns = fitted.transform(codes)
    assert np.isclose(columns[1, 3], columns[3, 3]), "the median of 10, 20 and 30"
    assert columns[2, 2] > 0 > columns[0, 2]


def test_a_level_that_training_never_saw_still_encodes() -> None:
    fitted = encoding.fit_encoding(MIXED.features, np.array([[0, 1.0], [1, 2.0]]))

    assert np.isfinite(fitted.transform(np.array([[2, 1.5]]))).all()


def test_a_constant_column_does_no_harm() -> None:
    codes = np.array([[1, 5.0], [1, 5.0]])

    assert np.array_equal(encoding.fit_encoding(MIXED.features, codes).transform(codes), np.zeros((2, 2)))
