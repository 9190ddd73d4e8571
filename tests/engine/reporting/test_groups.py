"""The report says how many segments there are, why, and what a stable number of segments does not mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from engine.reporting import groups
from engine.reporting.charts import Lines
from engine.reporting.study import Study
from tests.engine.reporting.by_hand import answers_of, left_out, paragraphs, picture, study_of, table


def of_two(silhouettes: Mapping[int, float], stability: Mapping[int, float], people: int = 40) -> Study:
    """Return a study of two segments, half of the people in each."""
    halves = np.arange(people) % 2
    return study_of(answers_of(people), halves, halves, silhouettes=silhouettes, stability=stability)


@pytest.mark.parametrize(
    ("silhouette", "said"),
    [
        (0.249, "no substantial structure"),
        (0.25, "structure is weak"),
        (0.499, "structure is weak"),
        (0.5, "structure is reasonable"),
        (0.7, "structure is strong"),
    ],
)
def test_a_silhouette_is_read_as_its_authors_read_it(silhouette: float, said: str) -> None:
    section = groups.section(of_two({2: silhouette, 3: 0.1}, {2: 0.9, 3: 0.5}), "en")

    assert said in paragraphs(section)
    assert f"{silhouette:.3f}" in paragraphs(section)


@pytest.mark.parametrize(("agreement", "said"), [(0.64, "not stable"), (0.65, "fairly stable"), (0.8, "are stable")])
def test_an_agreement_is_read_as_on_the_models_card(agreement: float, said: str) -> None:
    section = groups.section(of_two({2: 0.3, 3: 0.1}, {2: agreement, 3: 0.1}), "en")

    assert said in paragraphs(section)


def test_stable_groups_without_structure_are_not_called_kinds_of_people() -> None:
    cut = "one cloud is cut at the same place every time"

    without = groups.section(of_two({2: 0.13, 3: 0.1}, {2: 0.9, 3: 0.5}), "en")
    unstable = groups.section(of_two({2: 0.13, 3: 0.1}, {2: 0.4, 3: 0.5}), "en")
    clear = groups.section(of_two({2: 0.6, 3: 0.1}, {2: 0.9, 3: 0.5}), "en")

    assert [cut in paragraphs(section) for section in (without, unstable, clear)] == [True, False, False]


def test_a_clearer_number_that_did_not_count_is_named() -> None:
    section = groups.section(of_two({2: 0.2, 3: 0.3, 4: 0.1}, {2: 0.9, 3: 0.5, 4: 0.5}), "en")

    assert "does not count for 3 groups: one of them has under 5% of the people" in paragraphs(section)


def test_another_number_that_comes_out_again_more_surely_is_named() -> None:
    surer = groups.section(of_two({2: 0.3, 3: 0.2}, {2: 0.58, 3: 0.99}), "en")
    none_sure = groups.section(of_two({2: 0.3, 3: 0.2}, {2: 0.58, 3: 0.79}), "en")

    assert "3 groups come out again most surely (agreement 0.99)" in paragraphs(surer)
    assert "most surely" not in paragraphs(none_sure)


@pytest.mark.parametrize(
    ("name", "values"),
    [("silhouettes", (0.3, 0.2, 0.1)), ("elbow", (1234.5, 900.0, 800.0)), ("stability", (0.9, 0.7, 0.5))],
)
def test_each_curve_marks_the_number_that_was_chosen(name: str, values: tuple[float, ...]) -> None:
    section = groups.section(of_two({2: 0.3, 3: 0.2, 4: 0.1}, {2: 0.9, 3: 0.7, 4: 0.5}), "en")

    chart = picture(section, name).chart
    assert isinstance(chart, Lines)
    assert [(curve.x, curve.y) for curve in chart.curves] == [((2.0, 3.0, 4.0), values)]
    assert (chart.chosen, chart.chosen_label) == (2.0, "chosen: 2")


def test_the_elbow_and_the_seeds_are_told_in_numbers() -> None:
    section = groups.section(of_two({2: 0.3, 3: 0.2, 4: 0.1}, {2: 0.9, 3: 0.7, 4: 0.5}), "en")

    assert "from 1,234.5 at 2 groups to 800.0 at 4" in picture(section, "elbow").alt
    assert "0.98 at 2" in picture(section, "stability").note


def test_the_table_has_every_number_that_was_tried() -> None:
    section = groups.section(of_two({2: 0.3, 3: 0.2, 4: 0.1}, {2: 0.9, 3: 0.7, 4: 0.5}), "en")

    rows = table(section, "numbers_of_segments").rows
    assert rows == ((2, 0.3, 1234.5, 0.9, "yes"), (3, 0.2, 900.0, 0.7, ""), (4, 0.1, 800.0, 0.5, ""))


@pytest.mark.parametrize(("people", "said"), [(2_000, False), (2_001, True)])
def test_numbers_of_a_part_of_the_people_are_called_so(people: int, said: bool) -> None:
    section = groups.section(of_two({2: 0.3}, {2: 0.9}, people), "en")

    assert ("computed on 2,000 people drawn at random" in paragraphs(section)) is said


def test_one_segment_has_no_curves() -> None:
    section = groups.section(study_of(answers_of(30), [0, 1, 2] * 10, [0] * 30), "en")

    assert section.pictures == []
    assert section.tables == []
    assert left_out(section) == {
        "How clearly the groups part": "No two different groups were found: everybody is in one segment."
    }
