"""The summary says what the data is, what was found and what not to conclude, no more surely than the numbers do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from engine.importance import Importance
from engine.metrics import Estimate
from engine.reporting.study import Study
from engine.reporting.summary import summary
from tests.engine.reporting.by_hand import answers_of, study_of


def evaluation_of(*, signal: bool, surely: int = 2) -> Any:
    """Return honest numbers; of the first ``surely`` answers the importance is more than chance."""
    columns = ("Often", "Place", "Dog", "Stick", "Miles")
    return SimpleNamespace(
        signal=signal,
        nested={"accuracy": Estimate(0.62, 0.51, 0.71)},
        importances=tuple(
            Importance(column, 0.1, Estimate(0.1, 0.05, 0.15) if place < surely else Estimate(0.02, -0.08, 0.12), 0.1)
            for place, column in enumerate(columns)
        ),
    )


def study_with(evaluation: Any, *, people: int = 100, one: bool = False, **more: Any) -> Study:
    """Return a study in which 6 in 10 gave the best grade, 3 in 10 the second, in two segments or in one."""
    y = np.repeat([0, 1, 2], [people * 6 // 10, people * 3 // 10, people // 10])
    segments = np.zeros(people) if one else np.arange(people) % 4 // 3
    return study_of(answers_of(people), y, segments, evaluation=evaluation, **more)


def paragraphs_of(study: Study) -> list[str]:
    """Return the summary's paragraphs; it is nothing but paragraphs."""
    parts = summary(study, "en").parts
    assert all(isinstance(part, str) for part in parts)
    return [str(part) for part in parts]


def text_of(study: Study) -> str:
    """Return the summary, a line a paragraph."""
    return "\n".join(paragraphs_of(study))


def test_it_begins_with_who_answered_what() -> None:
    first, second, *_ = paragraphs_of(study_with(evaluation_of(signal=True)))

    assert first == ("These are the answers of 100 people to 4 questions. They were asked: “Would you walk again?”")
    assert second == "60% say “Yes” (with 95% certainty between 50% and 69% of all people like these)."  # Wilson


@pytest.mark.parametrize(("people", "few"), [(190, True), (200, False)])
def test_few_people_are_called_so(people: int, few: bool) -> None:
    assert (
        "people most numbers are uncertain" in text_of(study_with(evaluation_of(signal=True), people=people))
    ) is few


def test_segments_are_named_with_their_shares() -> None:
    text = text_of(study_with(evaluation_of(signal=True)))

    assert "They fall into 2 groups: Walkers (75%), Fans (25%)." in text


@pytest.mark.parametrize(("silhouette", "weak"), [(0.24, True), (0.25, False)])
def test_groups_that_are_not_apart_are_called_so(silhouette: float, weak: bool) -> None:
    text = text_of(study_with(evaluation_of(signal=True), silhouettes={2: silhouette, 3: 0.1}))

    assert ("not sharply apart" in text) is weak


def test_one_segment_is_no_group() -> None:
    text = text_of(study_with(evaluation_of(signal=True), one=True))

    assert "They do not fall into groups" in text
    assert "not sharply apart" not in text


def test_a_signal_stands_beside_always_guessing_the_most_frequent_answer() -> None:
    text = text_of(study_with(evaluation_of(signal=True)))

    assert "right for 62% of people it has not seen (51% to 71%)" in text
    assert "Always guessing the most frequent answer would be right for 60%" in text


@pytest.mark.parametrize(("surely", "named"), [(0, None), (2, "How often, Place."), (5, "How often, Place, A dog.")])
def test_what_matters_is_what_matters_surely(surely: int, named: str | None) -> None:
    text = text_of(study_with(evaluation_of(signal=True, surely=surely)))

    if named is None:
        assert "What matters most" not in text
    else:
        assert f"What matters most to the guess: {named}" in text


def test_without_a_signal_nothing_is_said_to_matter() -> None:
    text = text_of(study_with(evaluation_of(signal=False)))

    assert "the model is not surely better" in text
    assert "What matters most" not in text
    assert "62%" not in text


def test_an_answer_that_gives_the_target_away_is_warned_of() -> None:
    text = text_of(study_with(evaluation_of(signal=True), leaks=("Miles",)))

    assert "Take care: Miles all but gives the answer away." in text


@pytest.mark.parametrize("signal", [True, False])
def test_it_ends_with_what_not_to_conclude(signal: bool) -> None:
    last = paragraphs_of(study_with(evaluation_of(signal=signal)))[-4:]

    assert last[0].startswith("What not to conclude: nothing here is a cause.")
    assert last[1].startswith("These people are not all people.")
    assert last[2].startswith("Nothing here decides anything about one person.")
    assert last[3].startswith("Of many comparisons some look striking by chance.")
