"""The funnel's picture: its numbers, and what a phone and every eye can tell of it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bot.figures.funnel import Funnel, stage_names, stages
from bot.figures.funnel_chart import MOST_BARS, funnel_chart, funnel_picture
from engine.definition import Text
from engine.drawing.theme import Ink, rgb
from engine.survey import Survey
from tests.engine.eyes import EYES, contrast, luminance
from tests.engine.pictures import KHMER, pixels

LEAKY = {0: 20, 1: 180, 10: 300}


def funnel(survey: Survey, furthest: dict[int, int]) -> Funnel:
    return Funnel(stages(stage_names(survey), furthest, {}, {}), ended=0, declined=0, erased=0)


def test_bars_are_shares_of_start_with_their_intervals_and_the_leak_is_said(home: Survey) -> None:
    chart = funnel_chart(funnel(home, LEAKY), home, None, "en")

    assert chart.subtitle == "500 people pressed START"
    assert [(bar.count, bar.rate) for bar in chart.bars[:3]] == [("500", "100%"), ("480", "96%"), ("300", "60%")]
    assert all(bar.low <= (bar.share or 0) <= bar.high for bar in chart.bars)
    assert [bar.leak for bar in chart.bars if bar.leak] == ["▲ Most are lost here: 38% (33% to 42%)"]


def test_fewer_than_five_have_words_and_no_bar(home: Survey) -> None:
    last = funnel_chart(funnel(home, {0: 8, 10: 4}), home, None, "en").bars[-1]

    assert (last.count, last.rate, last.share) == ("fewer than 5 so far", "", None)


@pytest.mark.parametrize("times", [1, 5])
@pytest.mark.parametrize("language", ["en", "km"])
def test_the_longest_names_fit_a_phone_and_nothing_is_clipped_at_the_edges(
    home: Survey, times: int, language: str
) -> None:
    words = KHMER.target.text.to("km") if language == "km" else "How often in the last twelve months did you " * 5
    name = Text({"en": words}, "en")
    questions = tuple(
        replace(each, id=f"{each.id}{number}", name=name) for number in range(times) for each in home.questions
    )
    survey = replace(home, questions=questions)
    everywhere = {place: 10 + place % 7 for place in range(len(stage_names(survey)))}

    picture = pixels(funnel_picture(funnel(survey, everywhere | {1: 900}), survey, words[:64], "en"))

    assert picture.shape[1] == 720
    assert picture.shape[0] <= 1280
    margins = (picture[:20], picture[-20:], picture[:, :26], picture[:, -26:])
    assert all((margin == 255).all() for margin in margins)


def test_of_too_many_questions_those_that_lose_most_are_drawn(home: Survey) -> None:
    questions = tuple(replace(each, id=f"{each.id}{number}") for number in range(5) for each in home.questions)
    survey = replace(home, questions=questions)

    chart = funnel_chart(funnel(survey, {5: 400, 38: 600}), survey, None, "en")

    assert len(chart.bars) == MOST_BARS
    assert f"Questions that are not shown: {len(questions) + 4 - MOST_BARS}" in chart.legend
    assert any(bar.leak for bar in chart.bars)


def test_whiskers_are_wider_the_fewer_people_there_are(home: Survey) -> None:
    many, few = (funnel_chart(funnel(home, {0: 2 * n, 10: 8 * n}), home, None, "en").bars[1] for n in (50, 1))

    assert many.share == few.share
    assert few.high - few.low > 3 * (many.high - many.low)


@pytest.mark.parametrize("eye", EYES)
def test_every_eye_sees_the_whisker_on_each_bar_and_on_the_paper(eye: str) -> None:
    def seen(colour: str) -> float:
        return float(luminance(np.array(rgb(colour), dtype=np.uint8), eye))

    whisker = seen(Ink.TEXT.value[0])
    grounds = (Ink.SHADE_3.value[1], Ink.LOWERS.value[0], Ink.TEXT.value[1])

    assert min(contrast(whisker, seen(ground)) for ground in grounds) >= 3
