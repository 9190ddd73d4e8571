"""A chart can be read where it is looked at: on a small phone, recompressed, without colour, by colour-blind eyes."""

from __future__ import annotations

import numpy as np
import pytest

from engine.charts import ImpactChart
from engine.drawing.canvas import Canvas
from engine.drawing.theme import BLUE, BODY, MARGIN, ORANGE, STRONG, TITLE, WHITE, WIDTH, Ink, Style, rgb
from engine.drawing.typesetting import typeset
from tests.engine.eyes import EYES, contrast, luminance, on_a_phone
from tests.engine.pictures import english_chart, khmer_chart, pixels

in_both_scripts = pytest.mark.parametrize("chart", [english_chart(), khmer_chart()], ids=["English", "Khmer"])
seen_by_every_eye = pytest.mark.parametrize("eye", EYES)


def brightness(chart: ImpactChart, colour: str, eye: str) -> float:
    """How bright the areas of one colour are when they have arrived."""
    png = chart.png()
    there = (pixels(png) == rgb(colour)).all(axis=2)
    rows, columns = (size // 2 for size in there.shape)
    inside = there[: 2 * rows].reshape(rows, 2, columns, 2).all(axis=(1, 3))
    return float(np.median(luminance(on_a_phone(png), eye)[inside]))


@in_both_scripts
@seen_by_every_eye
def test_bars_stand_out_from_the_paper(chart: ImpactChart, eye: str) -> None:
    paper = brightness(chart, WHITE, eye)

    assert contrast(brightness(chart, BLUE, eye), paper) >= 3
    assert contrast(brightness(chart, ORANGE, eye), paper) >= 3


@in_both_scripts
@seen_by_every_eye
def test_bars_of_both_signs_differ_in_brightness_alone(chart: ImpactChart, eye: str) -> None:
    assert contrast(brightness(chart, BLUE, eye), brightness(chart, ORANGE, eye)) >= 2


@pytest.mark.parametrize("text", ["Usage frequency", "ភាពញឹកញាប់"], ids=["English", "Khmer"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [(Ink.TEXT, None), (Ink.MUTED, None), (Ink.TEXT_ON_QUIET, Ink.QUIET), (Ink.REVERSED, Ink.TEXT)],
    ids=["text", "muted text", "text on a quiet ground", "reversed text"],
)
@seen_by_every_eye
def test_the_strokes_of_a_text_stand_out_from_its_background(text: str, ink: Ink, ground: Ink | None, eye: str) -> None:
    canvas = Canvas()
    if ground:
        canvas.box(0, 0, WIDTH, 80, ground)
    canvas.line(text, MARGIN, 20, BODY, ink)

    seen = luminance(on_a_phone(canvas.png(80)), eye)

    background = float(np.median(seen))
    strokes = np.quantile(seen, [0.01, 0.99])  # whichever is not the background
    assert max(contrast(stroke, background) for stroke in strokes) >= 4.5


@pytest.mark.parametrize("style", [BODY, STRONG, TITLE])
def test_the_smallest_letters_are_six_pixels_high_on_a_phone(style: Style) -> None:
    assert typeset("x", style).above / 2 >= 6
    assert typeset("ក", style).above / 2 >= 6


def test_khmer_subscripts_are_at_least_three_pixels_high_on_a_phone() -> None:
    assert typeset("ក្ក", BODY).below / 2 >= 3
