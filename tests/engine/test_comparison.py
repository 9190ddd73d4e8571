"""The comparison with others counts real people, tells of no small group, and never picks what looks best."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import table
from engine.assessment import Model
from engine.comparison import Count, compare, count_others
from engine.encoding import classes_of_labels, codes_of_table
from engine.release import Release
from engine.survey import load
from tests.surveys import make

COFFEE = load(make.FOLDER / "coffee")
ANSWERS: dict[str, Any] = {"Often": "Daily", "Cups": 3, "Brew": "Filter", "Milk": "No", "With_Book": 1, "Roast": "Dark"}
OFTEN = COFFEE.features[:1]


def counts_of(people: int, best: int) -> dict[float, Count]:
    daily = np.full((people, 1), 2.0)
    return dict(count_others(OFTEN, daily, np.repeat([0, 1], [best, people - best]))["Often"])


@pytest.mark.parametrize(("people", "best"), [(10, 5), (37, 22), (1000, 5), (1000, 995)])
def test_enough_people_on_both_sides_are_counted(people: int, best: int) -> None:
    assert counts_of(people, best) == {2.0: Count(people, best)}


@pytest.mark.parametrize(("people", "best"), [(4, 2), (9, 5), (9, 4), (100, 4), (100, 96), (100, 0), (100, 100)])
def test_nobody_could_be_recognised(people: int, best: int) -> None:
    assert counts_of(people, best) == {}


def test_numbers_and_missing_answers_are_compared_with_nobody() -> None:
    codes = np.full((40, len(COFFEE.features)), np.nan)
    codes[:, 1] = 3.0  # cups, in number

    assert not any(count_others(COFFEE.features, codes, np.repeat([0, 1], 20)).values())


def test_the_answer_that_counted_most_is_told_of_those_that_may_be() -> None:
    others = {"Often": {2.0: Count(40, 8)}, "Milk": {0.0: Count(60, 50)}}
    answers = {"Cups": (3.0, "3"), "Often": (2.0, "Daily"), "Milk": (0.0, "No")}

    told = compare(others, answers, ["Cups", "Often", "Milk"])

    assert told is not None
    assert (told.feature, told.answer, told.people, told.best) == ("Often", "Daily", 40, 8)
    assert compare(others, {"Cups": (3.0, "3")}, ["Cups"]) is None


def test_what_a_person_is_told_is_what_a_second_count_of_the_table_finds(coffee_release: Release) -> None:
    model = coffee_release.model
    rows = table.read(model.survey, make.FOLDER / "coffee" / "sample.csv")

    told = model.assess(ANSWERS)

    assert told.comparison is not None
    alike = rows.answers[told.comparison.feature].astype(str) == told.comparison.answer
    assert rows.target is not None
    assert int(alike.sum()) == told.comparison.people >= 10
    assert int((rows.target[alike] == "Yes").sum()) == told.comparison.best
    ranked = [impact.feature for impact in told.impacts]
    codes, y = codes_of_table(model.survey, rows.answers), classes_of_labels(model.survey, rows.target)
    counts = count_others(model.survey.features, codes, y)
    before = ranked[: ranked.index(told.comparison.feature)]
    assert all(compare(counts, {column: _coded(model, column)}, [column]) is None for column in before)


def _coded(model: Model, column: str) -> tuple[float, str | None]:
    from engine.encoding import codes_of_answers, label_of

    place = list(model.survey.feature).index(column)
    code = float(codes_of_answers(model.survey, ANSWERS)[place])
    return code, label_of(model.survey.features[place], code)
