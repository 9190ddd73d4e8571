"""The picture of stated and guessed grades: its numbers, and what every eye can tell of it on a phone."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.confusion_chart import Cell as Square
from engine.confusion_chart import ConfusionChart, Line, confusion_chart
from engine.drawing.theme import SHADES, rgb
from tests.engine.eyes import EYES, contrast, luminance
from tests.engine.pictures import HOME, KHMER, pixels

AVERAGED = [[55.0, 13.0, 1.5, 1.5], [11.0, 5.0, 2.0, 2.0], [2.5, 2.5, 0.5, 1.5], [0.0, 2.0, 0.5, 3.5]]


def test_lines_are_what_people_said_and_squares_what_was_guessed() -> None:
    chart = confusion_chart(HOME, AVERAGED)

    assert chart.subtitle == "104 people, each guessed by a model that had not seen them"
    assert [(line.grade, line.label, line.people) for line in chart.lines] == [
        ("A", "Yes", 71),
        ("B", "Maybe", 20),
        ("C", "Not sure", 7),
        ("D", "No", 6),
    ]
    assert [(cell.count_words, cell.share_words) for cell in chart.lines[3].cells] == [
        ("0", "0%"),
        ("2", "33%"),
        ("0.5", "8%"),
        ("3.5", "58%"),
    ]
    assert [[cell.right for cell in line.cells] for line in chart.lines] == np.eye(4, dtype=bool).tolist()


def test_halves_of_people_are_explained_and_whole_ones_need_no_words() -> None:
    whole = confusion_chart(HOME, np.diag([71.0, 20, 7, 6]).tolist())

    assert "halves are averages" in confusion_chart(HOME, AVERAGED).legend
    assert "halves" not in whole.legend


def test_a_grade_that_nobody_stated_has_no_shares() -> None:
    chart = confusion_chart(HOME, np.diag([1.0, 0, 0, 0]).tolist())

    assert chart.subtitle == "1 person, guessed by a model that had not seen them"
    assert [cell.share_words for cell in chart.lines[1].cells] == [""] * 4


def test_a_matrix_of_another_survey_is_refused() -> None:
    with pytest.raises(ValueError, match=r"shape \(2, 2\) does not fit 4 grades"):
        confusion_chart(HOME, [[1.0, 0.0], [0.0, 1.0]])


def test_labels_come_in_the_surveys_language() -> None:
    assert confusion_chart(KHMER, AVERAGED, "km").lines[3].label == "ទេ"


@st.composite
def charts(draw: st.DrawFn) -> ConfusionChart:
    grades, words = "ABCDEF"[: draw(st.integers(2, 6))], st.text(max_size=60)
    cells = st.builds(Square, st.floats(0, 2e6), st.none() | st.floats(0, 1), st.booleans())
    row = st.lists(cells, min_size=len(grades), max_size=len(grades)).map(tuple)
    lines = tuple(Line(grade, draw(words), draw(st.integers(0, 2_000_000)), draw(row)) for grade in grades)
    return ConfusionChart("What they said", draw(words), draw(words), "They said", "I guessed", lines, draw(words))


@given(charts())
@settings(max_examples=30, deadline=None)
def test_every_picture_fits_a_phone_and_clips_nothing_at_its_edges(chart: ConfusionChart) -> None:
    png = chart.png()

    picture = pixels(png)
    assert picture.shape[1] == 720
    assert picture.shape[0] <= 1280
    assert len(png) <= 80_000
    margins = (picture[:20], picture[-20:], picture[:, :26], picture[:, -26:])
    assert all((margin == 255).all() for margin in margins)


@pytest.mark.parametrize("eye", EYES)
def test_every_eye_sees_the_shades_grow_darker_and_reads_what_stands_on_them(eye: str) -> None:
    text, ground = (
        [float(luminance(np.array(rgb(ink.value[part]), dtype=np.uint8), eye)) for ink in SHADES] for part in (0, 1)
    )

    assert all(contrast(lighter, darker) > 1.15 and lighter > darker for lighter, darker in pairwise(ground))
    assert min(map(contrast, text, ground)) >= 4.5


def test_right_guesses_are_framed_from_the_upper_left_to_the_lower_right() -> None:
    chart = confusion_chart(HOME, AVERAGED)
    bare = replace(
        chart,
        lines=tuple(
            replace(line, cells=tuple(replace(cell, right=False) for cell in line.cells)) for line in chart.lines
        ),
    )

    frames = np.argwhere((pixels(chart.png()) != pixels(bare.png())).any(axis=2))
    first, last = frames[0], frames[-1]

    assert first[1] < 330
    assert last[1] > 560


def test_a_large_count_is_shortened_where_it_has_no_room_and_never_cut_off() -> None:
    assert Square(13_661.5, 0.5, right=False).count_forms == ("13,661.5", "13,662", "14k", "0.0M")
