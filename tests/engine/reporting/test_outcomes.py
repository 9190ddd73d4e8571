"""What each segment says: shares, means and the test as references compute them; a few people are not shown."""

from __future__ import annotations

from itertools import product
from math import comb, prod

import numpy as np
import pytest
from scipy.stats import chi2_contingency, ncx2
from statsmodels.stats.proportion import proportion_confint

from engine.metrics import mean_of
from engine.predictors import Ints
from engine.reporting import outcomes
from engine.reporting.charts import Bars, Dots
from engine.reporting.study import Study
from tests.engine.reporting.by_hand import answers_of, left_out, paragraphs, picture, study_of, table

TWO = [[30, 10, 10], [10, 10, 30]]


def study_saying(counts: list[list[int]]) -> Study:
    """Return a study with so many people of each segment (rows) and grade (columns)."""
    segments, grades = np.indices(np.shape(counts)).reshape(2, -1)
    people = np.ravel(counts)
    return study_of(answers_of(int(people.sum())), np.repeat(grades, people), np.repeat(segments, people))


def table_of(counts: list[list[int]]) -> Ints:
    """Return counts as `outcomes.v_interval` takes them."""
    return np.asarray(counts, dtype=np.intp)


def test_people_are_counted_by_segment_and_grade() -> None:
    found = outcomes.outcomes(study_saying(TWO))

    assert found.counts.tolist() == TWO
    assert (found.part(0, 0).value, found.part(0, 0).low) == pytest.approx(
        (0.6, proportion_confint(30, 50, method="wilson")[0])
    )


def test_independence_is_tested_by_chi_squared() -> None:
    found = outcomes.outcomes(study_saying(TWO))

    assert found.p == pytest.approx(chi2_contingency(TWO, correction=False).pvalue)


def exact_p(counts: list[list[int]]) -> float:
    """Return the chance of a table of two rows with the same sums at least as far from independence."""
    (first, _), columns = np.sum(counts, axis=1), np.sum(counts, axis=0)
    observed = chi2_contingency(counts, correction=False).statistic
    at_least = [
        prod(comb(int(column), part) for column, part in zip(columns, row, strict=True))
        for row in product(*(range(column + 1) for column in columns))
        if sum(row) == first
        and chi2_contingency([row, columns - row], correction=False).statistic >= observed * (1 - 1e-9)
    ]
    return sum(at_least) / comb(int(columns.sum()), int(first))


def test_where_few_are_expected_random_tables_decide_and_the_same_for_the_same_seed() -> None:
    few = [[9, 1, 1], [3, 2, 6]]

    first, second = (outcomes.outcomes(study_saying(few)) for _ in range(2))

    assert chi2_contingency(few).expected_freq.min() < 5
    assert first.p == second.p
    assert first.p == pytest.approx(exact_p(few), abs=0.01)  # a standard error of 1,999 tables is 0.004


@pytest.mark.parametrize("counts", [TWO, [[45, 11, 4], [26, 9, 12]], [[300, 200], [150, 300]]])
def test_the_ends_of_cramers_v_are_where_the_observed_is_just_unlikely(counts: list[list[int]]) -> None:
    low, high = outcomes.v_interval(table_of(counts))

    result, n, (r, k) = chi2_contingency(counts, correction=False), np.sum(counts), np.shape(counts)
    least = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1  # Bergsma (2013)
    degrees = (r - 1) * (k - 1)
    assert ncx2.cdf(result.statistic, degrees, low**2 * least * n) == pytest.approx(0.975, abs=1e-6)
    assert ncx2.cdf(result.statistic, degrees, high**2 * least * n) == pytest.approx(0.025, abs=1e-6)
    assert low < outcomes.outcomes(study_saying(counts)).cramers_v < high


def test_the_interval_of_cramers_v_covers_the_truth() -> None:
    rng = np.random.default_rng(0)
    chances = np.array([[0.45, 0.08, 0.07], [0.2, 0.1, 0.1]])
    by_chance = np.outer(chances.sum(axis=1), chances.sum(axis=0))
    truth = np.sqrt(((chances - by_chance) ** 2 / by_chance).sum())

    ends = [outcomes.v_interval(np.asarray(rng.multinomial(200, chances.ravel()).reshape(2, 3))) for _ in range(400)]

    assert np.mean([low <= truth <= high for low, high in ends]) == pytest.approx(0.95, abs=0.03)


@pytest.mark.parametrize("counts", [[[10, 10], [10, 10]], [[11, 10], [10, 11]]])
def test_no_difference_at_all_is_no_certainty(counts: list[list[int]]) -> None:
    low, high = outcomes.v_interval(table_of(counts))

    assert low == pytest.approx(0, abs=1e-4)
    assert high > 0.3


def test_a_perfect_association_of_many_is_known_well() -> None:
    low, high = outcomes.v_interval(table_of([[50_000, 0], [0, 50_000]]))

    assert 0.99 < low < high == 1


def test_a_difference_is_an_association_and_none_is_no_proof() -> None:
    differ = paragraphs(outcomes.section(study_saying(TWO), "en"))
    alike = paragraphs(outcomes.section(study_saying([[20, 10, 10], [21, 10, 9]]), "en"))

    # chi-squared is 20 on 2 degrees of freedom: V² = (20 / 100 - 2 / 99) / (2 - 1 / 99 - 1)
    low, high = outcomes.v_interval(table_of(TWO))
    assert f"(p < 0.001; Cramér's V 0.43, 95% from {low:.2f} to {high:.2f})" in differ
    assert "an association and no cause" in differ
    assert "No difference between the segments can be shown" in alike
    assert "no proof that they answer alike" in alike


def test_shares_are_stacked_from_best_to_worst() -> None:
    section = outcomes.section(study_saying(TWO), "en")

    drawn = picture(section, "outcomes")
    assert isinstance(drawn.chart, Bars)
    assert drawn.chart.categories == ("Walkers (50)", "Fans (50)")
    assert [(series.name, series.values) for series in drawn.chart.series] == [
        ("Yes", (0.6, 0.2)),
        ("Maybe", (0.2, 0.2)),
        ("No", (0.2, 0.6)),
    ]
    assert drawn.chart.stacked
    assert drawn.chart.ordered
    assert "“Yes” say: Walkers 60%, Fans 20%" in drawn.alt


def test_mean_points_have_bootstrap_intervals() -> None:
    study = study_saying(TWO)

    section = outcomes.section(study, "en")

    chart = picture(section, "points_by_segment").chart
    first = mean_of(study.points[study.segments == 0], study.seed)
    assert isinstance(chart, Dots)
    assert chart.series[0].values == (1.4, 0.6)
    assert chart.series[0].intervals[0] == (first.low, first.high)
    assert chart.reference == 1
    assert "from 0 (“No”) to 2 (“Yes”)" in chart.axis
    assert table(section, "points_by_segment").rows[0] == ("Walkers", 50, 1.4, first.low, first.high)


def test_people_who_all_say_the_same_have_no_interval() -> None:
    section = outcomes.section(study_saying([[8, 0, 0], [10, 10, 10]]), "en")

    drawn = picture(section, "points_by_segment")
    assert isinstance(drawn.chart, Dots)
    assert drawn.chart.series[0].intervals[0] is None
    assert "no interval can be computed for Walkers" in drawn.note
    assert table(section, "points_by_segment").rows[0] == ("Walkers", 8, 2, None, None)


def test_every_share_has_its_interval_in_the_table() -> None:
    rows = table(outcomes.section(study_saying(TWO), "en"), "grades_by_segment").rows

    assert len(rows) == 6
    assert rows[3][:4] == ("Fans", "A", "Yes", 10)
    assert rows[3][4:] == pytest.approx((0.2, *proportion_confint(10, 50, method="wilson")))


@pytest.mark.parametrize(("people", "shown", "pale"), [(4, False, False), (5, True, True), (20, True, False)])
def test_a_few_people_are_not_shown_and_some_are_pale(people: int, shown: bool, pale: bool) -> None:
    section = outcomes.section(study_saying([[20, 10, 10], [10, 10, 20], [people - 1, 0, 1]]), "en")

    drawn = picture(section, "outcomes")
    assert isinstance(drawn.chart, Bars)
    assert (f"Others ({people})" in drawn.chart.categories) is shown
    assert ("Others" in [row[0] for row in table(section, "grades_by_segment").rows]) is shown
    assert ("Others" in [row[0] for row in table(section, "points_by_segment").rows]) is shown
    assert ("Segments of fewer than 5 people are not shown: Others." in paragraphs(section)) is not shown
    assert drawn.chart.small == (frozenset({2}) if pale else frozenset())
    assert ("Pale: fewer than 20 people" in drawn.note) is pale


def test_a_name_that_the_target_gave_is_no_second_finding() -> None:
    section = outcomes.section(study_saying(TWO), "en")

    assert "These were named by that very answer: Fans." in paragraphs(section)


def test_one_segment_has_nothing_to_be_compared_with() -> None:
    section = outcomes.section(study_saying([[10, 10, 10]]), "en")

    assert section.pictures == []
    assert left_out(section) == {"What each segment says": "There is one segment only: nothing can be compared."}
    assert len(table(section, "grades_by_segment").rows) == 3


def test_grades_that_nobody_gave_are_no_reason_to_fail() -> None:
    same = outcomes.outcomes(study_saying([[20, 0, 0], [10, 0, 0]]))
    two_of_three = outcomes.outcomes(study_saying([[20, 0, 10], [10, 0, 20]]))

    assert (same.p, same.cramers_v, same.low, same.high) == (1, 0, 0, 1)
    assert two_of_three.p == pytest.approx(chi2_contingency([[20, 10], [10, 20]], correction=False).pvalue)
