"""Segments' profiles: means and effect sizes as references compute them, no test, and nothing of a few people."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import f_oneway
from statsmodels.stats.proportion import proportion_confint

from engine.reporting import profiles
from engine.reporting.charts import Bars, Heatmap, Radar
from engine.reporting.study import Study
from tests.engine.reporting.by_hand import (
    DOG,
    MILES,
    OFTEN,
    PLACE,
    STICK,
    answers_of,
    left_out,
    paragraphs,
    picture,
    study_of,
    table,
)


def study_with(codes: np.ndarray, segments: np.ndarray) -> Study:
    """Return a study in which everybody says the same."""
    return study_of(codes, np.zeros(len(codes)), segments)


@pytest.fixture(scope="module")
def study() -> Study:
    """Return 90 people in three segments of 45, 30 and 15; the second takes a dog along, the first never."""
    segments = np.repeat([0, 1, 2], [45, 30, 15])
    codes = answers_of(90)
    codes[:, DOG] = np.where(segments == 0, 0, np.where(segments == 1, 1, codes[:, DOG]))
    return study_with(codes, segments)


def test_means_are_of_those_who_answered(study: Study) -> None:
    found = {(one.feature, one.level): one for one in profiles.profiles(study)}

    miles = study.codes[:, MILES]
    for segment in range(3):
        mine = study.segments == segment
        assert found[MILES, None].means[segment] == pytest.approx(np.nanmean(miles[mine]))
        assert found[PLACE, 1.0].means[segment] == pytest.approx(np.mean(study.codes[mine, PLACE] == 1))
    assert found[MILES, None].everybody == pytest.approx(np.nanmean(miles))
    assert found[MILES, None].spread == pytest.approx(np.nanstd(miles))


def test_every_answer_of_a_nominal_question_that_was_given_has_a_profile(study: Study) -> None:
    found = profiles.profiles(study)

    assert {one.level for one in found if one.feature == PLACE} == {0.0, 1.0, 2.0}
    assert {one.feature for one in found} == {OFTEN, PLACE, DOG, STICK, MILES}


def test_eta_squared_is_that_of_an_analysis_of_variance(study: Study) -> None:
    for one in profiles.profiles(study):
        codes = study.codes[:, one.feature]
        values = np.where(np.isnan(codes), np.nan, codes if one.level is None else codes == one.level)
        groups = [values[(study.segments == segment) & ~np.isnan(values)] for segment in range(3)]
        f, between, within = f_oneway(*groups).statistic, 2, sum(map(len, groups)) - 3
        assert one.eta_squared == pytest.approx(f * between / (f * between + within))


def test_the_answers_that_set_segments_apart_come_first(study: Study) -> None:
    found = profiles.profiles(study)

    assert found[0].feature == DOG
    assert [one.eta_squared for one in found] == sorted((one.eta_squared for one in found), reverse=True)


def test_places_are_shares_of_the_scale() -> None:
    codes = answers_of(40)
    codes[:, OFTEN], codes[:, MILES] = 2, np.repeat([2, 12], 20)
    found = {one.feature: one for one in profiles.profiles(study_with(codes, np.arange(40) // 20))}

    assert found[OFTEN].places.tolist() == [0.5, 0.5]  # 2 on a scale from 0 to 4
    assert found[MILES].places.tolist() == [0, 1]  # the lowest and the highest that anybody gave


def test_the_heatmap_shades_distances_and_writes_means(study: Study) -> None:
    section = profiles.section(study, "en")

    chart = picture(section, "profiles").chart
    dog = study.codes[:, DOG]
    assert isinstance(chart, Heatmap)
    assert chart.rows[0] == "A dog"
    assert chart.columns == ("Walkers", "Fans", "Others")
    assert chart.values[0][0] == pytest.approx((0 - dog.mean()) / dog.std())
    assert chart.written[0][:2] == ("0%", "100%")
    assert chart.written[chart.rows.index("How often")][0] == f"{study.codes[:45, OFTEN].mean():.2f}"
    assert (chart.lowest, chart.highest) == (-1.5, 1.5)


def test_shades_end_where_the_legend_does() -> None:
    codes = answers_of(100)
    codes[:, DOG] = np.arange(100) >= 90

    chart = picture(profiles.section(study_with(codes, (np.arange(100) >= 90).astype(int)), "en"), "profiles").chart

    assert isinstance(chart, Heatmap)
    assert chart.values[chart.rows.index("A dog")][1] == 1.5  # of 3 standard deviations
    assert chart.written[chart.rows.index("A dog")] == ("0%", "100%")


def test_bars_and_radar_show_one_answer_a_question_in_which_segments_differ() -> None:
    codes = answers_of(60)
    segments = np.arange(60) // 30
    codes[:, [OFTEN, DOG, MILES]] = 0
    codes[:, PLACE], codes[:, STICK] = segments, segments

    section = profiles.section(study_with(codes, segments), "en")

    bars = picture(section, "profile_bars").chart
    assert isinstance(bars, Bars)
    assert set(bars.categories) == {"Place: In the wood", "A stick"}
    assert [series.values for series in bars.series] == [(1.0, 0.0), (0.0, 1.0)]
    assert left_out(section) == {
        "Segments at a glance": "It takes 3 answers in which segments differ (eta squared of 0.01 and more); "
        "there are fewer."
    }


def test_a_radar_goes_from_the_lowest_to_the_highest_answer(study: Study) -> None:
    section = profiles.section(study, "en")

    radar, bars = picture(section, "profile_radar").chart, picture(section, "profile_bars").chart
    assert isinstance(radar, Radar)
    assert isinstance(bars, Bars)
    assert (radar.lowest, radar.highest) == (0, 1)
    assert (radar.categories, radar.series) == (bars.categories, bars.series)


def test_where_segments_do_not_differ_neither_is_drawn() -> None:
    codes = np.tile(answers_of(30), (2, 1))

    section = profiles.section(study_with(codes, np.arange(60) // 30), "en")

    assert set(left_out(section)) == {"Where the segments differ most", "Segments at a glance"}


def test_no_test_of_circular_differences_is_given(study: Study) -> None:
    section = profiles.section(study, "en")

    assert "a p-value would be circular, and none is given" in paragraphs(section)
    assert not any(column.format == "p" for part in section.tables for column in part.columns)


def test_sizes_have_intervals_and_what_people_are_told(study: Study) -> None:
    rows = table(profiles.section(study, "en"), "segments").rows

    assert [row[:2] for row in rows] == [("Walkers", 45), ("Fans", 30), ("Others", 15)]
    for row in rows:
        assert row[2:5] == pytest.approx((row[1] / 90, *proportion_confint(row[1], 90, method="wilson")))  # type: ignore[operator]
    assert rows[0][5] == "people called Walkers"


def test_means_stand_beside_everybodys(study: Study) -> None:
    section = profiles.section(study, "en")

    rows = {row[0]: row[1:] for row in table(section, "profiles").rows}
    assert [column.title for column in table(section, "profiles").columns][-2:] == ["Everybody", "Eta squared"]
    assert rows["A dog"][:2] == (0, 1)
    assert rows["A dog"][3] == pytest.approx(study.codes[:, DOG].mean())


@pytest.mark.parametrize(("people", "shown", "pale"), [(4, False, False), (5, True, True), (20, True, False)])
def test_of_a_few_people_nothing_is_shown(people: int, shown: bool, pale: bool) -> None:
    segments = np.repeat([0, 1, 2], [50, 40, people])

    section = profiles.section(study_with(answers_of(90 + people), segments), "en")

    chart = picture(section, "profiles").chart
    assert isinstance(chart, Heatmap)
    assert ("Others" in chart.columns) is shown
    assert ("Others" in [column.title for column in table(section, "profiles").columns]) is shown
    assert ("Of segments of fewer than 5 people no means are given: Others." in paragraphs(section)) is not shown
    assert ("Fewer than 20 people, whose means can be far off: Others." in paragraphs(section)) is pale


@pytest.mark.parametrize(("answered", "known"), [(4, False), (5, True)])
def test_a_question_that_a_few_of_a_segment_answered_has_no_mean(answered: int, known: bool) -> None:
    codes, segments = answers_of(60), np.arange(60) // 30
    codes[:, MILES] = np.arange(60)
    codes[30 + answered :, MILES] = np.nan

    section = profiles.section(study_with(codes, segments), "en")

    row = next(row for row in table(section, "profiles").rows if row[0] == "Miles")
    assert (row[2] is not None) is known


def test_two_segments_of_a_few_people_cannot_be_compared() -> None:
    section = profiles.section(study_with(answers_of(34), np.repeat([0, 1], [30, 4])), "en")

    assert section.pictures == []
    assert [part.name for part in section.tables] == ["segments"]
    assert list(left_out(section).values()) == ["Fewer than two segments have 5 people: nothing can be compared."]


def test_one_segment_has_everybodys_profile() -> None:
    section = profiles.section(study_with(answers_of(30), np.zeros(30)), "en")

    assert section.pictures == []
    assert paragraphs(section) == ""
    assert list(left_out(section).values()) == ["There is one segment only: its profile is everybody's."]
    assert [column.title for column in table(section, "profiles").columns] == ["Answer", "Everybody"]


def test_segments_are_called_as_the_language_has_it(study: Study) -> None:
    assert table(profiles.section(study, "km"), "segments").rows[1][0] == "អ្នកគាំទ្រ"


def test_many_segments_leave_answers_out_of_the_bars() -> None:
    codes = answers_of(240)
    names = [f"#{place}" for place in range(8)]
    study = study_of(codes, np.zeros(240), np.arange(240) % 8, names=names)

    chart = picture(profiles.section(study, "en"), "profile_bars").chart

    assert isinstance(chart, Bars)
    assert len(chart.series) == 8
    assert 1 <= len(chart.categories) <= 3
