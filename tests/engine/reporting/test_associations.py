"""Which answers go together, and what care is taken for how many pairs are looked at."""

import numpy as np
import pytest
from scipy import stats

from engine.predictors import Floats
from engine.reporting.associations import FEWEST, MOST_DRAWN, Association, associations, section
from engine.reporting.charts import Heatmap
from engine.reporting.study import Study
from engine.survey import parse
from tests.engine.reporting.by_hand import (
    DOG,
    MILES,
    OFTEN,
    PLACE,
    STICK,
    SURVEY,
    answers_of,
    left_out,
    paragraphs,
    picture,
    study_around,
    study_of,
    table,
)

TARGET = 5


def _study(codes: Floats, seed: int = 9) -> Study:
    grades = np.random.default_rng(seed).integers(0, 3, len(codes))
    return study_of(codes, grades, np.arange(len(codes)) % 2)


def _by_pair(study: Study) -> dict[tuple[int, int], Association]:
    return {(one.first, one.second): one for one in associations(study)}


def _linked(people: int = 120) -> Floats:
    codes = answers_of(people)
    codes[:, STICK] = np.where(np.arange(people) % 6 == 0, 1 - codes[:, DOG], codes[:, DOG])
    codes[:, MILES] = 10 - codes[:, OFTEN]
    return codes


def test_every_pair_is_measured_by_what_its_kinds_allow_the_target_among_them() -> None:
    found = _by_pair(_study(answers_of(120)))

    assert len(found) == 15
    assert {pair for pair, one in found.items() if one.measure == "cramers_v"} == {
        pair for pair in found if PLACE in pair
    }
    assert (OFTEN, TARGET) in found


def test_the_target_counts_by_its_points() -> None:
    study = _study(answers_of(120))

    one = _by_pair(study)[OFTEN, TARGET]

    assert one.value == pytest.approx(stats.spearmanr(study.codes[:, OFTEN], 2 - study.y).statistic)


def test_p_values_are_corrected_for_all_pairs_together() -> None:
    found = associations(_study(_linked()))

    expected = stats.false_discovery_control([one.p for one in found])
    assert [one.adjusted for one in found] == pytest.approx(expected)
    assert {(one.first, one.second) for one in found if one.holds} == {(DOG, STICK), (OFTEN, MILES)}


def test_chance_alone_hardly_ever_holds() -> None:
    studies = [_study(answers_of(100, seed), seed + 1_000) for seed in range(40)]

    assert np.mean([any(one.holds for one in associations(study)) for study in studies]) < 0.15


def test_of_too_few_people_nothing_is_told() -> None:
    codes = answers_of(60)
    codes[FEWEST - 1 :, MILES] = np.nan

    told = section(_study(codes), "en")

    assert not any(MILES in pair for pair in _by_pair(_study(codes)))
    assert "fewer than 10 people gave both answers or all of them gave the same: 5." in paragraphs(told)


def test_names_of_many_levels_are_not_cut_into_classes_as_numbers_are() -> None:
    many = ", ".join(f'{{ value = "{place}", text = {{ en = "{place}" }} }}' for place in range(12))
    kind = f'kind = "single"\nscale = "nominal"\nchoices = [{many}]'
    trips = parse(SURVEY.replace('kind = "number"', kind))
    codes = np.tile(np.arange(12.0), 20)
    # every third place is at the shore: in classes of neighbouring places that would not be seen
    answers = np.column_stack([codes % 2 * 2, codes % 3, codes % 2, codes % 2, codes])
    base = _study(answers_of(240))

    found = _by_pair(study_around(trips, answers, base.y, base.segmentation, base.segments))

    assert found[PLACE, MILES].measure == "cramers_v"
    assert found[PLACE, MILES].value > 0.9


def test_an_interval_is_given_of_ranks_but_not_where_it_would_mislead() -> None:
    codes = _linked()
    codes[:, STICK] = codes[:, DOG] = np.arange(120) == 0  # one and the same person
    found = _by_pair(_study(codes))

    low, value, high = found[OFTEN, TARGET].low, found[OFTEN, TARGET].value, found[OFTEN, TARGET].high
    assert low is not None
    assert high is not None
    assert low < value < high
    assert found[OFTEN, MILES].low is None  # a perfect order
    assert found[PLACE, TARGET].low is None  # Cramér's V
    assert found[DOG, STICK].low is None
    assert found[DOG, STICK].p == pytest.approx(1 / 120)


def test_the_words_say_how_many_were_tested_and_how_many_hold() -> None:
    told = section(_study(_linked()), "en")

    assert "15 pairs were tested." in paragraphs(told)
    assert "2 hold." in paragraphs(told)
    assert "Boxes of one question are filled together" in paragraphs(told)
    assert picture(told, "associations").alt.startswith("A triangle of shades, one a pair; 2 of 15 are framed.")
    assert [row[:2] for row in table(told, "strongest_pairs").rows] == [("How often", "Miles"), ("A dog", "A stick")]
    assert len(table(told, "pairs").rows) == 15


def test_the_picture_is_a_triangle_with_frames_around_what_holds() -> None:
    drawn = picture(section(_study(_linked()), "en"), "associations")

    chart = drawn.chart
    assert isinstance(chart, Heatmap)
    assert drawn.interactive
    assert chart.rows == chart.columns
    assert all(
        (value is None) == (column >= row) for row, line in enumerate(chart.values) for column, value in enumerate(line)
    )
    assert chart.framed == {(STICK, DOG), (MILES, OFTEN)}
    assert "always blue" in drawn.note


def test_where_nothing_holds_there_is_no_list_of_the_strongest() -> None:
    told = section(_study(answers_of(60, 4)), "en")

    assert [one.name for one in told.tables] == ["pairs"]
    assert "None of 15 holds after correction" in picture(told, "associations").alt


def test_without_two_answers_to_compare_that_is_the_reason() -> None:
    told = section(_study(np.ones((30, 5))), "en")

    assert "10 people who gave both" in left_out(told)["Which answers go together"]
    assert not told.tables


def test_of_many_answers_those_that_go_together_most_with_the_target_are_drawn() -> None:
    count = MOST_DRAWN + 20
    boxes = [f'{{ column = "B{place}", name = {{ en = "B{place}" }} }}' for place in range(count)]
    questions = "".join(
        f'[[question]]\nid = "M{start}"\nkind = "multi"\nname = {{ en = "M" }}\ntext = {{ en = "M?" }}\n'
        f"choices = [{', '.join(boxes[start : start + 20])}]\n"
        for start in range(0, count, 20)
    )
    definition = SURVEY.replace("[target]", f"{questions}[target]")
    wide = parse(definition)
    rng = np.random.default_rng(0)
    base = _study(answers_of(200))
    codes = np.column_stack([base.codes, rng.integers(0, 2, (200, count))]).astype(float)
    codes[:, 5 + 50] = base.y == 0

    told = section(study_around(wide, codes, base.y, base.segmentation, base.segments), "en")

    chart = picture(told, "associations").chart
    assert isinstance(chart, Heatmap)
    assert len(chart.rows) == MOST_DRAWN
    assert "B50" in chart.rows
    assert chart.rows[-1] == "Again"
    assert f"Drawn are the {MOST_DRAWN} answers of {count + 6}" in paragraphs(told)
