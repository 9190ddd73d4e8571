"""Drivers and risk factors: who stands on which side, what is named as one, and what is not claimed of few people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from scipy.stats import false_discovery_control, fisher_exact, norm
from statsmodels.stats.proportion import confint_proportions_2indep

from engine.reporting.charts import Dots
from engine.reporting.drivers import SHOWN, drivers, section, upper_half
from engine.reporting.parts import LeftOut, Picture
from tests.engine.people import invented_people
from tests.engine.reporting.untrained import untrained

BOOK = [1] * 30 + [0] * 30
LOVERS = [0] * 25 + [1] * 3 + [2] * 2 + [0] * 8 + [1] * 10 + [2] * 12
"""Of those who read 25 of 30 are the best, of the others 8 of 30."""


def names(answers: Mapping[str, Sequence[float]]) -> set[str]:
    rows = len(next(iter(answers.values())))
    return {one.name for one in drivers(untrained(answers, [0, 1] * (rows // 2)), "en")}


# -- sides ------------------------------------------------------------------------------------------------------------


def test_a_box_parts_those_who_ticked_it_from_those_who_did_not() -> None:
    (one,) = drivers(untrained({"With_Book": BOOK}, LOVERS), "en")

    assert (one.name, one.gave, one.others) == ("A good book", (25, 30), (8, 30))
    assert one.difference == pytest.approx(25 / 30 - 8 / 30)


def test_who_did_not_answer_stands_on_neither_side() -> None:
    answered = [*BOOK[:-10], *[np.nan] * 10]

    (one,) = drivers(untrained({"With_Book": answered}, LOVERS), "en")

    assert (one.gave, one.others) == ((25, 30), (8, 20))


def test_each_level_without_an_order_is_compared_with_all_the_others() -> None:
    found = drivers(untrained({"Brew": [0] * 6 + [1] * 6 + [2] * 8}, [0] * 6 + [1] * 14), "en")

    assert {one.name: (one.gave, one.others) for one in found} == {
        "Brewing: Filter: by hand, or with a drip machine that keeps it warm": ((6, 6), (0, 14)),
        "Brewing: Espresso: from a machine with a pump, or at a café": ((0, 6), (6, 14)),
        "Brewing: Instant": ((0, 8), (6, 12)),
    }


def test_of_two_levels_one_is_enough() -> None:
    assert names({"Region": [0] * 10 + [1] * 10}) == {"Region: North"}


def test_scales_and_numbers_are_cut_where_the_parts_are_most_even() -> None:
    assert names({"Often": [0] * 7 + [1] * 7 + [2] * 6}) == {"How often: “Every week” or higher"}
    assert names({"Often": [1] * 10 + [2] * 10}) == {"How often: Every day"}
    assert names({"Cups": [1] * 9 + [2.5] * 11}) == {"Cups: 2.5 cups a day or more"}


@pytest.mark.parametrize(
    ("codes", "cut"), [([1, 1, 2, 2], 2), ([1, 2, 3, 4, np.nan], 3), ([1, 9, 9, 9], 9), ([3, 3], None), ([], None)]
)
def test_the_upper_half_begins_where_the_parts_are_most_even(codes: list[float], cut: float | None) -> None:
    assert upper_half(np.array(codes, dtype=float)) == cut


@pytest.mark.parametrize(("ticked", "told"), [(4, False), (5, True), (15, True), (16, False)])
def test_of_fewer_than_five_on_a_side_nothing_is_told(ticked: int, told: bool) -> None:
    found = names({"With_Book": [1] * ticked + [0] * (20 - ticked)})

    assert found == ({"A good book"} if told else set())


# -- among many -------------------------------------------------------------------------------------------------------


def three_boxes() -> Mapping[str, Sequence[float]]:
    """Return a box that goes with the best, one against it, and one that has nothing to do with it."""
    against = [1 - one for one in BOOK]
    against[:4] = [1, 1, 1, 1]
    return {"With_Book": BOOK, "With_Sugar": against, "With_Spice": [0, 1] * 30}


def test_p_values_and_intervals_are_those_of_so_many() -> None:
    found = {one.name: one for one in drivers(untrained(three_boxes(), LOVERS), "en")}

    tables = [[[g, n - g], [o, m - o]] for one in found.values() for (g, n), (o, m) in [(one.gave, one.others)]]
    raw = [fisher_exact(table).pvalue for table in tables]
    assert [one.adjusted for one in found.values()] == pytest.approx(false_discovery_control(raw).tolist())
    book = found["A good book"]
    level = 0.05 * 2 / 3  # two of three are picked out
    theirs = confint_proportions_2indep(*book.gave, *book.others, method="newcomb", alpha=level)
    assert book.widened == pytest.approx(theirs, abs=1e-6)
    assert norm.isf(level / 2) > 1.96
    assert book.widened[0] < book.interval[0] < book.difference < book.interval[1] < book.widened[1]


def test_what_goes_with_the_best_is_a_driver_and_what_goes_against_it_a_risk_factor() -> None:
    kinds = {one.name: one.kind for one in drivers(untrained(three_boxes(), LOVERS), "en")}

    assert kinds == {"A good book": "driver", "Sugar": "risk", "Cinnamon and clove": "neither"}


def test_of_answers_that_tell_nothing_few_studies_name_any() -> None:
    rng = np.random.default_rng(0)
    boxes = ("With_Sugar", "With_Spice", "With_Book")

    named = 0
    for _ in range(200):
        answers = {column: rng.integers(0, 2, 60).tolist() for column in (*boxes, "Brew", "Region", "Often")}
        found = drivers(untrained(answers, rng.integers(0, 3, 60).tolist()), "en")
        named += any(one.kind != "neither" for one in found)

    assert named <= 200 * 0.05


def test_the_largest_difference_is_first() -> None:
    found = drivers(untrained(three_boxes(), LOVERS), "en")

    assert [one.name for one in found] == ["A good book", "Cinnamon and clove", "Sugar"]


# -- words ------------------------------------------------------------------------------------------------------------


def test_the_section_names_drivers_and_risk_factors_and_draws_them() -> None:
    made = section(untrained(three_boxes(), LOVERS), "en")

    said = [part for part in made.parts if isinstance(part, str)]
    assert said[2:] == [
        "More often “Yes, very much”, more than chance: A good book.",
        "Less often “Yes, very much”, more than chance: Sugar.",
    ]
    assert "association, no cause" in said[0]
    (picture,) = made.pictures
    assert isinstance(picture, Picture)
    assert isinstance(picture.chart, Dots)
    assert picture.chart.categories == ("A good book", "Cinnamon and clove", "Sugar")
    assert picture.chart.reference == 0
    (table,) = made.tables
    assert [row[0] for row in table.rows] == list(picture.chart.categories)
    assert table.rows[0][1:6] == (30, 30, 25 / 30, 8 / 30, 25 / 30 - 8 / 30)


def test_where_nothing_can_be_shown_that_is_said() -> None:
    made = section(untrained({"With_Spice": [0, 1] * 30}, LOVERS), "en")

    said = [part for part in made.parts if isinstance(part, str)]
    assert said[-1].startswith(
        "No answer can be shown to go with “Yes, very much” or against it: of 1 differences none"
    )


def test_small_sides_are_marked() -> None:
    made = section(untrained({"With_Book": [1] * 19 + [0] * 41, "With_Spice": [1] * 20 + [0] * 40}, LOVERS), "en")

    assert [picture.note for picture in made.pictures] == [
        "Fewer than 20 people on one side: A good book. Take these with care."
    ]


def test_of_many_answers_the_clearest_are_drawn_and_the_table_has_all() -> None:
    survey, codes, y = invented_people(200, 3)
    answers = {feature.column: codes[:, place].tolist() for place, feature in enumerate(survey.features)}
    study = untrained(answers, y.tolist(), survey)
    found = drivers(study, "en")

    made = section(study, "en")

    (picture,), (table,) = made.pictures, made.tables
    assert isinstance(picture, Picture)
    assert isinstance(picture.chart, Dots)
    clearest = {one.name for one in sorted(found, key=lambda one: one.p)[:SHOWN]}
    assert picture.chart.categories == tuple(one.name for one in found if one.name in clearest)
    assert len(table.rows) == len(found) == 19
    assert picture.note == "The 14 clearest of 19 answers; all are in the table."


def test_where_no_answer_parts_people_the_picture_is_left_out_with_the_reason() -> None:
    made = section(untrained({"With_Book": [1] * 4 + [0] * 56}, LOVERS), "en")

    (left,) = (part for part in made.parts if isinstance(part, LeftOut))
    assert left.reason == "There is no answer that at least 5 people gave and at least 5 others did not."
    assert (made.pictures, made.tables) == ([], [])


@pytest.mark.parametrize("best", [1, 4, 56, 59])
def test_where_few_say_what_is_best_or_anything_else_nobody_is_compared(best: int) -> None:
    study = untrained({"With_Book": BOOK}, [0] * best + [1] * (60 - best))

    made = section(study, "en")

    (left,) = (part for part in made.parts if isinstance(part, LeftOut))
    assert left.reason.startswith("Fewer than 5 people say “Yes, very much”, or fewer than 5 say anything else")
    assert (drivers(study, "en"), made.pictures, made.tables) == ((), [], [])
