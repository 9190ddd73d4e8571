"""The picture that one person gets: its words and numbers, and what holds of every picture drawn from them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.assessment import Assessment
from engine.charts import Bar, ImpactChart, Scale, impact_chart
from engine.drawing.theme import BLUE, ORANGE, rgb
from engine.drawing.typesetting import typeset, wrap
from engine.survey import Survey, parse
from tests.engine.pictures import HOME, ROOT, assessed, chart_in_words, home, khmer_chart, pixels

GARDEN = parse("""
    id = "garden"
    languages = ["en", "km"]
    title = { en = "Your garden" }

    [[question]]
    id = "Area"
    kind = "number"
    unit = { en = "m²" }
    text = { en = "Area" }

    [[question]]
    id = "Soil"
    kind = "single"
    scale = "nominal"
    text = { en = "Soil", km = "ដី" }
    choices = [{ value = "1", text = { en = "Clay 🧱" } }, { value = "2", text = { en = "Sand" } }]

    [[question]]
    id = "Grown"
    kind = "multi"
    text = { en = "What grows?" }
    choices = [{ column = "Beans", name = { en = "Beans" } }, { column = "Corn", name = { en = "Corn" } }]

    [target]
    column = "Happy"
    text = { en = "Happy with it?" }
    grades = [{ grade = "A", value = "Yes" }, { grade = "B", value = "No" }]

    [about]
    organisation = "Gardeners"

    [[segment]]
    name = { en = "All" }
    person = { en = "people with a garden" }
    emoji = "🌱"
    when = {}
""")


def garden(impacts: Mapping[str, float], answers: Mapping[str, str]) -> Assessment:
    return assessed(GARDEN, impacts, answers, base=0.5, thresholds=(0.6,))


# -- words and numbers --------------------------------------------------------------------------------------


def test_bars_are_the_persons_own_answers_in_words_largest_impact_first() -> None:
    chart = impact_chart(HOME, home(Use_Send=0.1, Sec_Aware=-0.3, Use_Bills=-0.05, Freq_Use=0.2))

    assert [(bar.label, bar.value) for bar in chart.bars] == [
        ("Security awareness: Somewhat", "−0.30"),
        ("Usage frequency: Daily", "+0.20"),
        ("Send money: yes", "+0.10"),
        ("Pay bills: no", "−0.05"),
    ]


def test_numbers_carry_their_unit_and_unknown_levels_stay_as_they_were_given() -> None:
    answers = {"Area": "25.5", "Soil": "Peat"}

    chart = impact_chart(GARDEN, garden({"Area": 0.2, "Soil": 0.1, "Beans": 0.05}, answers))

    assert [bar.label for bar in chart.bars] == ["Area: 25.5 m²", "Soil: Peat", "Beans: not answered"]


def test_words_come_in_the_persons_language_where_the_survey_has_it() -> None:
    chart = impact_chart(GARDEN, garden({"Soil": 0.1}, {"Soil": "2"}), "km")

    assert [bar.label for bar in chart.bars] == ["ដី: Sand"]


def test_a_survey_in_khmer_gives_labels_in_khmer() -> None:
    bars = khmer_chart().bars

    assert [bar.label.replace("\u200b", "") for bar in bars[:3]] == [
        "ទំនុកចិត្ត: ទុកចិត្តខ្លាំង",
        "ភាពញឹកញាប់នៃការប្រើប្រាស់: ម្ដងក្នុងមួយសប្តាហ៍",
        "ការចំណាយប្រចាំសប្តាហ៍: 40000 រៀល",
    ]


def test_an_impact_too_small_to_show_has_no_sign() -> None:
    chart = impact_chart(HOME, home(Freq_Use=-0.004))

    assert [bar.value for bar in chart.bars] == ["0.00"]


def test_the_heading_names_the_average_the_score_and_the_best_possible_score() -> None:
    chart = impact_chart(HOME, home(Freq_Use=0.25))

    assert chart.subtitle == "Average 2.50 → your score 2.75 of 3"
    assert chart.scale.question == "Would you recommend mobile money to a friend?"
    assert chart.scale.grades == ("D", "C", "B", "A")
    assert (chart.grade, chart.score_label, chart.base_label) == ("A", "You 2.75", "Average 2.50")


@pytest.mark.parametrize(("survey", "one"), [(HOME, home(Freq_Use=-0.15)), (GARDEN, garden({"Area": 0.2}, {}))])
def test_only_the_ends_of_the_scale_have_words_so_that_no_grade_passes_for_an_answer(
    survey: Survey, one: Assessment
) -> None:
    scale = impact_chart(survey, one).scale

    assert (scale.worst, scale.best) == ("No", "Yes")
    assert "Not sure" not in str(scale)


@pytest.mark.parametrize(("synthetic", "note"), [(True, "Demonstration: invented data"), (False, None)])
def test_a_model_of_invented_rows_says_so(synthetic: bool, note: str | None) -> None:
    assessment = assessed(HOME, {"Freq_Use": 0.1}, {"Freq_Use": "Daily"}, synthetic=synthetic)

    assert impact_chart(HOME, assessment).note == note


@given(
    impacts=st.lists(st.floats(-0.2, 0.2), min_size=len(HOME.features), max_size=len(HOME.features)),
    most=st.integers(1, 8),
)
def test_base_and_bars_add_up_to_the_score_however_many_answers_share_a_bar(impacts: list[float], most: int) -> None:
    assessment = home(**dict(zip(HOME.feature, impacts, strict=True)))

    chart = impact_chart(HOME, assessment, most=most)

    *own, others = chart.bars
    assert chart.base + sum(bar.impact for bar in chart.bars) == pytest.approx(chart.score, abs=1e-9)
    assert [abs(bar.impact) for bar in own] == sorted(map(abs, impacts), reverse=True)[:most]
    assert others.label == f"{len(impacts) - most} other answers"


def test_a_single_answer_left_over_gets_its_own_bar() -> None:
    chart = impact_chart(HOME, home(Freq_Use=0.3, Use_Send=0.2, Use_Bills=0.1), most=2)

    assert [bar.label for bar in chart.bars] == ["Usage frequency: Daily", "Send money: yes", "Pay bills: no"]


@pytest.mark.parametrize("most", [0, 9])
def test_more_bars_than_the_picture_holds_are_refused(most: int) -> None:
    with pytest.raises(ValueError, match=f"most is {most}; between 1 and 8"):
        impact_chart(HOME, home(Freq_Use=0.1), most=most)


def test_thresholds_of_another_survey_are_refused() -> None:
    with pytest.raises(ValueError, match="3 thresholds cannot part 2 grades"):
        impact_chart(GARDEN, home())


@st.composite
def scales(draw: st.DrawFn, words: st.SearchStrategy[str]) -> Scale:
    count = draw(st.integers(2, 6))
    cuts = draw(st.lists(st.floats(0, count - 1), min_size=count - 1, max_size=count - 1).map(sorted))
    grades = tuple("FEDCBA"[-count:])
    return Scale(draw(words), grades, draw(words), draw(words), tuple(cuts), float(count - 1))


@given(scale=scales(st.just("")), scores=st.tuples(st.floats(-1, 6), st.floats(-1, 6)).map(sorted))
def test_a_better_score_never_lies_further_left_on_the_scale(scale: Scale, scores: list[float]) -> None:
    worse, better = map(scale.position, scores)

    assert 0 <= worse <= better <= 1


@given(scale=scales(st.just("")), share=st.floats(0, 1))
def test_a_score_lies_in_the_band_of_the_grade_that_the_cuts_give_it(scale: Scale, share: float) -> None:
    score = share * scale.most
    band = sum(score >= cut for cut in scale.cuts)

    position = scale.position(score) * len(scale.grades)

    assert band - 1e-9 <= position <= band + 1 + 1e-9


# -- the picture --------------------------------------------------------------------------------------------


any_text = st.text(max_size=60)
long_english = "A rather long wording that nevertheless goes up to sixty now " * 3
long_khmer = "\u200b".join(["ភាព", "ញឹកញាប់", "នៃ", "ការ", "ប្រើប្រាស់", "សេវា", "របស់", "ខ្ញុំ"] * 6)
piled_up = " ".join(["o" + "\u0301\u0330" * 20] * 40)


@st.composite
def charts(draw: st.DrawFn) -> ImpactChart:
    scale = draw(scales(any_text))
    score, base = draw(st.floats(0, scale.most)), draw(st.floats(0, scale.most))
    impacts = st.floats(-5, 5) | st.just(0.0)
    return ImpactChart(
        title="How your answers moved my guess",
        subtitle=f"Average {base:.2f} → your score {score:.2f} of {scale.most:g}",
        scale=scale,
        grade=draw(st.sampled_from(scale.grades)),
        base=base,
        score=score,
        base_label=f"Average {base:.2f}",
        score_label=f"You {score:.2f}",
        lowers="lower",
        raises="higher",
        bars=tuple(draw(st.lists(st.builds(Bar, any_text, any_text, impacts), max_size=9))),
        note=draw(st.none() | any_text),
    )


@given(charts())
@example(chart_in_words(long_english))
@example(chart_in_words(long_khmer))
@example(chart_in_words(piled_up))
@example(khmer_chart())
@settings(max_examples=40, deadline=None)
def test_every_picture_is_small_enough_and_clips_nothing_at_its_edges(chart: ImpactChart) -> None:
    png = chart.png()

    picture = pixels(png)
    height, width, _ = picture.shape
    assert width == 720
    assert height <= 1280
    assert len(png) <= 80_000
    margins = (picture[:20], picture[-20:], picture[:, :26], picture[:, -26:])
    assert all((margin == 255).all() for margin in margins)


def test_a_raising_answer_points_right_and_a_lowering_one_left() -> None:
    picture = pixels(impact_chart(HOME, home(Freq_Use=0.2, Use_Send=-0.2)).png())

    raising, lowering = ((picture == rgb(colour)).all(axis=2) for colour in (BLUE, ORANGE))
    assert np.flatnonzero(raising.any(axis=0)).min() >= 360
    assert np.flatnonzero(lowering.any(axis=0)).max() <= 360
    assert raising.sum() == pytest.approx(lowering.sum(), rel=0.02)


def test_without_any_impact_no_bar_is_drawn() -> None:
    picture = pixels(impact_chart(HOME, home(**dict.fromkeys(HOME.feature, 0.0))).png())

    for colour in (BLUE, ORANGE):
        assert not (picture == rgb(colour)).all(axis=2).any()


def test_pictures_drawn_at_once_are_those_drawn_one_after_the_other() -> None:
    drawn = [impact_chart(HOME, home(Freq_Use=impact / 10, Use_Send=-0.1)) for impact in range(-8, 9)]
    alone = [chart.png() for chart in drawn]
    typeset.cache_clear()
    wrap.cache_clear()

    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(ImpactChart.png, drawn))

    assert together == alone


def test_drawing_loads_nothing_that_a_bot_should_not_carry() -> None:
    program = """
import sys
from engine.charts import ImpactChart, Scale
scale = Scale("Happy?", ("B", "A"), "No", "Yes", (0.5,), 1.0)
ImpactChart("Title", "", scale, "A", 0.5, 0.7, "Average", "You", "lower", "higher", (), None).png()
print(*{"sklearn", "pandas", "matplotlib.pyplot", "matplotlib.font_manager"} & set(sys.modules))
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)

    assert result.stdout.split() == []
