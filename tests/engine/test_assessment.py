"""What a person is told is true of the very model that says it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.assessment import Assessment, Model
from engine.encoding import levels
from engine.errors import AnswerError
from engine.survey import load
from tests.engine.people import HOME

SURVEY = load(HOME)
GRADES = [grade.grade for grade in SURVEY.target.grades]


@st.composite
def people(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one person's complete answers."""
    answers: dict[str, Any] = {}
    for feature in SURVEY.features:
        if feature.kind == "binary":
            answers[feature.column] = draw(st.sampled_from([0, 1]))
        else:
            answers[feature.column] = draw(st.sampled_from(levels(feature))).value
    return answers


everybody = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@everybody
@given(answers=people())
def test_the_numbers_hang_together(model: Model, answers: dict[str, Any]) -> None:
    said = model.assess(answers)

    assert list(said.probabilities) == GRADES
    assert np.isclose(sum(said.probabilities.values()), 1)
    expected = sum(g.points * said.probabilities[g.grade] for g in SURVEY.target.grades)
    assert abs(said.score - expected) < 1e-9
    assert abs(said.base + sum(one.impact for one in said.impacts) - said.score) < 1e-6
    assert said.most_likely == max(said.probabilities, key=lambda grade: said.probabilities[grade])
    assert {one.feature for one in said.impacts} == set(answers)
    sizes = [abs(one.impact) for one in said.impacts]
    assert sizes == sorted(sizes, reverse=True)


@everybody
@given(answers=people())
def test_the_grade_is_the_score_cut_at_the_thresholds(model: Model, answers: dict[str, Any]) -> None:
    said = model.assess(answers)

    earned = sum(said.score >= cut for cut in said.thresholds)
    assert SURVEY.target.by_letter[said.grade].points == earned


@everybody
@given(answers=people())
def test_every_offered_change_is_true_when_the_changed_person_is_assessed(
    model: Model, answers: dict[str, Any]
) -> None:
    said = model.assess(answers)

    for offer in said.what_if:
        for change in offer.changes:
            assert str(answers[change.feature]) == change.before
        again = model.assess({**answers, **{change.feature: change.after for change in offer.changes}})
        assert again.grade == offer.grade
        assert np.allclose(list(again.probabilities.values()), list(offer.probabilities.values()))
        lifted = GRADES.index(offer.grade) < GRADES.index(said.grade)
        assert lifted or offer.probabilities[GRADES[0]] > said.probabilities[GRADES[0]]


@everybody
@given(answers=people())
def test_only_actionable_answers_move_and_only_in_their_good_direction(model: Model, answers: dict[str, Any]) -> None:
    for offer in model.assess(answers).what_if:
        for change in offer.changes:
            feature = SURVEY.feature[change.feature]
            order = (
                ["0", "1"]
                if feature.kind == "binary"
                else [choice.value for choice in sorted(levels(feature), key=lambda c: c.code or 0.0)]
            )
            rises = order.index(change.after) > order.index(change.before or "")
            assert feature.actionable == ("up" if rises else "down")


@everybody
@given(answers=people())
def test_suggestions_fit_the_persons_own_answers_and_are_sorted_by_gain(model: Model, answers: dict[str, Any]) -> None:
    said = model.assess(answers)

    codes = {
        f.column: float(answers[f.column]) if f.kind == "binary" else f.question.by_value[answers[f.column]].code or 0.0
        for f in SURVEY.features
    }
    for one in said.suggestions:
        suggestion = SURVEY.suggestions[one.index]
        assert suggestion.by == "person"
        assert suggestion.when.fits(codes)
    gains = [one.gain for one in said.suggestions]
    assert gains == sorted(gains, reverse=True)
    assert all(gain >= 0 for gain in gains)


def test_the_same_answers_are_told_the_same(model: Model) -> None:
    answers = {
        "Freq_Use": "Daily",
        "Weekly_Amt": "Below 25",
        "Trust_Level": "Neutral",
        "Had_Issues": "Yes",
        "Sec_Aware": "No",
    }

    assert model.assess(answers) == model.assess(answers)
    assert isinstance(model.assess(answers), Assessment)


def test_a_level_that_training_never_saw_still_gets_an_assessment(model: Model) -> None:
    said = model.assess(
        {
            "Freq_Use": "Rarely",
            "Weekly_Amt": "Below 25",
            "Trust_Level": "I don't trust it",
            "Had_Issues": "Yes",
            "Sec_Aware": "No",
        }
    )

    assert said.answers["Trust_Level"] == "Distrust"
    assert said.unseen == ("Trust_Level",)
    assert said.grade in GRADES


def test_unfit_answers_are_refused(model: Model) -> None:
    with pytest.raises(AnswerError, match="Freq_Use: an answer is needed"):
        model.assess({})
