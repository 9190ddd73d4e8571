"""What is drawn of a text, where its lines break, and how far apart they stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.drawing.canvas import Canvas
from engine.drawing.fonts import measure
from engine.drawing.theme import BODY, MARGIN, STRONG, TITLE, Ink, Style
from engine.drawing.typesetting import clusters, drawable, line_height, typeset, wrap
from tests.engine.pictures import pixels

ZWSP = "\u200b"
OFTEN = ["ភាព", "ញឹកញាប់", "នៃ", "ការ", "ប្រើប្រាស់", "សេវា", "តាម", "ទូរស័ព្ទ", "របស់", "ខ្ញុំ"]
"""How often I use the service by phone, word by word."""

khmer_letters = st.sampled_from([chr(code) for code in range(0x1780, 0x17EA)])
any_text = st.text(max_size=60) | st.text(khmer_letters | st.sampled_from(f"a1 →{ZWSP}\u200c\u200d"), max_size=60)
styles = st.sampled_from([TITLE, STRONG, BODY])


# -- what is drawn ------------------------------------------------------------------------------------------


@given(any_text, styles)
@example("α\u17d2ក", BODY)
@example("ក\u0301\u17d2ខ", STRONG)
def test_every_drawn_character_has_a_glyph(text: str, style: Style) -> None:
    for line in wrap(text, style, 300, 3):
        Canvas().line(line, 0, 0, style, Ink.TEXT)  # a missing glyph warns, and warnings fail


def test_emoji_are_left_out_even_where_the_font_has_them() -> None:
    assert drawable("Clay 🧱 and ⚖️ sand 😀, 1️⃣ m² 👩‍🌾 for $5", BODY) == "Clay and sand , 1 m² for $5"


def test_a_letter_that_no_font_has_is_left_out_and_not_drawn_as_an_empty_box() -> None:
    assert drawable("sand \U00010920 clay", BODY) == "sand clay"


def test_zero_width_spaces_leave_no_trace_in_the_picture() -> None:
    spaced, plain = (gap.join(["សេវា", "តាម", "ទូរស័ព្ទ"]) for gap in (ZWSP, ""))

    assert measure(spaced, BODY) == measure(plain, BODY)
    assert typeset(spaced, BODY).mask.sum() == pytest.approx(typeset(plain, BODY).mask.sum(), rel=0.02)


@pytest.mark.parametrize("text", ["", " ", ZWSP, f" {ZWSP} ", "🧱", "👩‍🌾"])
def test_nothing_to_draw_is_no_line(text: str) -> None:
    assert wrap(text, BODY, 300, 2) == ()


def test_a_dollar_starts_no_formula() -> None:
    plain, dollars = (measure(text, BODY) for text in ("25 – 100", "$25 – $100"))

    assert dollars == pytest.approx(plain + 2 * measure("$", BODY), abs=2)  # each is rounded up


# -- letters ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "letters",
    [
        ["ខ្មែ", "រ"],  # Khmer: a letter below, and a vowel that is written to the left
        ["ស្ត្រី"],
        ["ก", "น้ำ", "ที่"],  # Thai
        ["ນ້ຳ"],  # Lao
        ["न", "म", "स्ते"],  # Devanagari
        ["क्‍ष"],  # with a joiner inside
        ["é", "t", "é"],
        ["a", " ", "b", ZWSP, "c"],
    ],
)
def test_signs_stay_with_the_letter_that_they_stand_on(letters: list[str]) -> None:
    assert list(clusters("".join(letters))) == letters


# -- lines --------------------------------------------------------------------------------------------------


@given(any_text, styles, st.integers(98, 664), st.integers(1, 3))
@example("ក" + "ា" * 40, BODY, 100, 3)
def test_wrapped_lines_fit_their_column(text: str, style: Style, width: int, most: int) -> None:
    lines = wrap(text, style, width, most)

    assert len(lines) <= most
    assert all(measure(line, style) <= width for line in lines)


@pytest.mark.parametrize("gap", [" ", ZWSP], ids=["blank", "zero width space"])
@pytest.mark.parametrize(
    "words", [OFTEN, ["How", "often", "do", "you", "use", "it", "by", "phone"]], ids=["Khmer", "English"]
)
def test_lines_break_between_words(words: list[str], gap: str) -> None:
    lines = wrap(gap.join(words), BODY, 200, 9)

    assert len(lines) > 1
    assert [word for line in lines for word in line.split(gap)] == words


@given(st.lists(st.sampled_from(OFTEN), min_size=1, max_size=12).map("".join), st.integers(98, 300))
def test_a_text_without_gaps_breaks_between_letters_and_loses_none(text: str, width: int) -> None:
    lines = wrap(text, BODY, width, 30)

    assert [letter for line in lines for letter in clusters(line)] == list(clusters(text))


def test_a_word_wider_than_its_column_is_broken() -> None:
    lines = wrap("Rindfleischetikettierung", BODY, 150, 9)

    assert len(lines) > 1
    assert "".join(lines) == "Rindfleischetikettierung"


def test_an_ellipsis_never_follows_half_a_letter() -> None:
    whole = list(clusters("".join(OFTEN)))
    for width in range(60, 300, 7):
        (line,) = wrap("".join(OFTEN), BODY, width, 1)

        kept = list(clusters(line.removesuffix("…")))
        assert kept == whole[: len(kept)]


# -- heights ------------------------------------------------------------------------------------------------

TALL_AND_DEEP = ["ខ្ញុំ", "ញ៉ាំង", "ក្ស្រ៊ី", "ស្ត្រី", "វិញ្ញាបនបត្រ", "ញ្ញូ", "ឧស្សាហ៍", "ẾỆ", "Ågjp", "ກໍ່ປື້ມ"]


def inked_rows(text: str, top: int, style: Style) -> NDArray[np.intp]:
    canvas = Canvas()
    canvas.line(text, MARGIN, top, style, Ink.TEXT)
    return np.flatnonzero((pixels(canvas.png(200)) < 255).any(axis=(1, 2)))


@pytest.mark.parametrize("style", [BODY, STRONG, TITLE], ids=str)
@pytest.mark.parametrize("upper", TALL_AND_DEEP)
@pytest.mark.parametrize("lower", TALL_AND_DEEP)
def test_lines_do_not_touch(upper: str, lower: str, style: Style) -> None:
    next_top = Canvas().line(upper, MARGIN, 20, style, Ink.TEXT)

    assert inked_rows(upper, 20, style).max() + 1 < inked_rows(lower, next_top, style).min()


def test_texts_beside_each_other_stand_on_one_baseline() -> None:
    bottoms = [inked_rows(text, 20, BODY).max() for text in ("H", "Ế", "ក", "កើ", "0.1")]

    assert max(bottoms) - min(bottoms) <= 1  # round letters dip below the line a little


def test_signs_piled_up_without_end_do_not_grow_without_end() -> None:
    assert line_height("o" + "\u0330" * 99, BODY) <= 2 * BODY.size
    assert inked_rows("o" + "\u0301" * 99, 40, BODY).min() >= 40 - 0.3 * BODY.size
