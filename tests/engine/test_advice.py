"""Changes are tried alone and in pairs; the smallest that lifts the grade is offered first."""

from __future__ import annotations

import numpy as np

from engine import advice, survey
from engine.changes import Changes
from engine.predictors import Floats
from engine.survey import Feature


def boxes(count: int) -> tuple[Feature, ...]:
    """Return the features of a survey with that many boxes which a person could tick to their good."""
    choices = ", ".join(f'{{ column = "box_{i}", name = "Box {i}", actionable = "up" }}' for i in range(count))
    return survey.parse(
        f"""
        id = "boxes"
        languages = ["en"]
        title = "Boxes"
        about = {{ organisation = "us" }}
        [[question]]
        id = "boxes"
        kind = "multi"
        text = "Which?"
        choices = [{choices}]
        [target]
        column = "again"
        text = "Again?"
        grades = [{{ grade = "A", value = "yes" }}, {{ grade = "B", value = "no" }}]
        """
    ).features


def verdict(codes: Floats) -> advice.Verdict:
    """Give grade A to those who tick both of the last two boxes; each of them helps a little."""
    score = 0.1 + 0.3 * codes[:, -1] + 0.3 * codes[:, -2]
    return np.column_stack([score, 1 - score]), score, np.where(score > 0.5, 0, 1)


def offered(features: tuple[Feature, ...], codes: Floats) -> list[list[int]]:
    """Return the boxes that are offered to be ticked."""

    def after(changes: Changes) -> advice.Verdict:
        rows = np.tile(codes, (len(changes.first), 1))
        every = np.arange(len(rows))
        rows[every, changes.feature[changes.first]] = changes.code[changes.first]
        both = changes.second >= 0
        rows[every[both], changes.feature[changes.second[both]]] = changes.code[changes.second[both]]
        return verdict(rows)

    probabilities, scores, grades = verdict(codes[None, :])
    now = advice.Scored((), probabilities[0], float(scores[0]), int(grades[0]))
    tried = advice.try_changes(advice.moves(features, advice.scales(features, {}), codes), after, most_rows=2_000)
    return [[move.feature for move in one.moves] for one in advice.smallest_changes(tried, now)]


def test_a_pair_that_lifts_the_grade_comes_first_then_what_raises_the_chance() -> None:
    features = boxes(6)

    assert offered(features, np.zeros(6)) == [[4, 5], [4], [5]]


def test_one_change_is_smaller_than_two() -> None:
    codes = np.array([0.0, 0, 0, 0, 1, 0])

    assert offered(boxes(6), codes)[0] == [5]


def test_the_only_lifting_pair_is_found_among_thousands() -> None:
    many = boxes(19) * 5  # 95 boxes: 4,465 pairs, more than are scored

    assert offered(many, np.zeros(95))[0] == [93, 94]


def test_nothing_is_offered_where_nothing_can_be_changed() -> None:
    assert offered(boxes(6), np.array([1.0] * 6)) == []


def test_unanswered_questions_are_not_moved() -> None:
    features = boxes(3)

    found = advice.moves(features, advice.scales(features, {}), np.array([np.nan, 0.0, 1.0]))

    assert found == [advice.Move(feature=1, code=1.0, steps=1.0)]
