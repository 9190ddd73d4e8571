"""Suggestions by reach: whom each one fits, what those say, and that few people are not told of."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from engine import survey as surveys
from engine.encoding import codes_for_conditions
from engine.intervals import wilson
from engine.reporting.charts import Bars
from engine.reporting.parts import Picture, Table
from engine.reporting.reach import reaches, section, who_fits
from engine.survey import Clause, Condition
from tests.engine.people import HOME, invented_people
from tests.engine.reporting.untrained import COFFEE, SURVEYS, untrained

RARELY = [0] * 12 + [1] * 28
"""How often: the suggestion to the provider is for twelve of forty."""
LOVERS = [0] * 3 + [1] * 4 + [2] * 5 + [0] * 20 + [1] * 5 + [2] * 3

CLAUSES = st.sampled_from(
    [
        Clause("Often", "<=", 1.0),
        Clause("Cups", ">=", 3.0),
        Clause("Cups", "<", 1.5),
        Clause("Brew", "==", "Instant"),
        Clause("Region", "!=", "North"),
        Clause("With_Book", "==", 0.0),
        Clause("Milk", "!=", 1.0),
    ]
)
CONDITIONS = st.lists(st.lists(CLAUSES, max_size=3).map(tuple), max_size=3).map(tuple).map(Condition)


@given(CONDITIONS, st.integers(0, 1_000))
def test_those_fit_of_whom_the_condition_says_so_one_by_one(when: Condition, seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = {"Often": 3, "Cups": 6, "Brew": 3, "Milk": 2, "With_Book": 2, "Region": 2}
    answers = {column: np.where(rng.random(30) < 0.2, np.nan, rng.integers(0, n, 30)) for column, n in sizes.items()}
    study = untrained({column: codes.tolist() for column, codes in answers.items()}, [0, 1] * 15)

    fits = who_fits(study, when)

    assert fits.tolist() == [when.fits(codes_for_conditions(COFFEE, codes)) for codes in study.codes]


def test_reach_and_what_those_people_say() -> None:
    found = reaches(untrained({"Often": RARELY}, LOVERS))

    one = next(one for one in found if one.suggestion.by == "provider")
    assert (one.people, one.share, one.best) == (12, wilson(12, 40), wilson(3, 12))
    points = 2.0 - np.array(LOVERS)
    assert one.points == pytest.approx(points[:12].mean())
    assert one.other_points == pytest.approx(points[12:].mean())
    assert one.lead is not None
    theirs = ttest_ind(points[:12], points[12:], equal_var=False).confidence_interval()
    assert (one.lead.low, one.lead.high) == pytest.approx((theirs.low, theirs.high))
    assert one.lead.mean == pytest.approx(points[:12].mean() - points[12:].mean())


def test_the_widest_reach_is_first() -> None:
    survey, codes, y = invented_people(120, 2)
    answers = {feature.column: codes[:, place].tolist() for place, feature in enumerate(survey.features)}

    found = reaches(untrained(answers, y.tolist(), surveys.load(HOME)))

    assert len(found) == len(survey.suggestions)
    assert [one.people for one in found] == sorted((one.people for one in found), reverse=True)


def test_no_interval_of_a_difference_where_all_on_a_side_say_the_same() -> None:
    found = reaches(untrained({"Often": RARELY}, [0] * 12 + LOVERS[12:]))

    one = next(one for one in found if one.suggestion.by == "provider")
    assert (one.points, one.lead) == (2.0, None)


def test_the_interval_of_a_difference_stays_within_what_can_be() -> None:
    found = reaches(untrained({"Often": [0] * 5 + [1] * 5}, [2, 2, 2, 2, 0, 0, 0, 0, 0, 2]))

    one = next(one for one in found if one.suggestion.by == "provider")
    assert one.lead is not None
    assert (one.lead.low, one.lead.high < 2) == (-2, True)


# -- words ------------------------------------------------------------------------------------------------------------


def provider_table(often: list[int]) -> tuple[Table, list[str]]:
    made = section(untrained({"Often": often}, LOVERS), "en")
    pictures = [picture for picture in made.pictures if isinstance(picture, Picture)]
    bars = [name for picture in pictures if isinstance(picture.chart, Bars) for name in picture.chart.categories]
    return next(table for table in made.tables if table.name == "reach_provider"), bars


def test_suggestions_to_the_provider_have_a_picture_and_a_table_and_those_to_people_a_table() -> None:
    made = section(untrained({"Often": RARELY}, LOVERS), "en")

    assert [part.name for part in made.parts if isinstance(part, Picture | Table)] == [
        "reach_provider",
        "reach_provider",
        "reach_person",
    ]
    provider, person = made.tables
    assert provider.rows[0][:2] == ("Occasional drinkers: offer small tasting bags.", 12)
    assert (len(provider.rows), len(person.rows)) == (1, 4)


def test_few_people_are_neither_counted_nor_drawn_nor_told_of() -> None:
    table, bars = provider_table([0] * 4 + [1] * 36)

    assert table.rows == (("Occasional drinkers: offer small tasting bags.", "fewer than 5", *[None] * 11),)
    assert bars == []


def test_five_people_are_told_of() -> None:
    table, bars = provider_table([0] * 5 + [1] * 35)

    assert table.rows[0][1] == 5
    assert bars == ["Occasional drinkers: offer small tasting bags."]


def test_a_few_others_are_not_told_of_either() -> None:
    table, _ = provider_table([0] * 37 + [1] * 3)

    assert table.rows[0][1] == 37
    assert table.rows[0][8] is not None
    assert table.rows[0][9:] == (None, None, None, None)


def test_a_survey_without_suggestions_to_the_provider_says_so() -> None:
    survey = dataclasses.replace(COFFEE, suggestions=())

    made = section(untrained({"Often": RARELY}, LOVERS, survey), "en")

    assert made.parts == ('The survey has no suggestions to the provider (by = "provider").',)
    assert surveys.load(SURVEYS / "nominal_heavy").suggestions == ()
