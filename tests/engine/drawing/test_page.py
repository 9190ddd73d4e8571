"""A page for print: where things stand, and text that stays text."""

from __future__ import annotations

import numpy as np
import pypdfium2
import pytest
from numpy.typing import NDArray

from engine.drawing.page import HEIGHT, WIDTH, Page
from engine.drawing.theme import BLUE, NIGHT, Style
from engine.drawing.typesetting import runs

SIZE = Style(30)


def pixels(page: Page) -> NDArray[np.uint8]:
    """Return a page's grey at one pixel a point."""
    with pypdfium2.PdfDocument(page.pdf("Test")) as document:
        return np.asarray(document[0].render(scale=1).to_pil().convert("L"))


def inked(page: Page) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(pixels(page) < 128)
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1


def test_a_page_is_a4() -> None:
    assert pytest.approx((595.28, 841.89), abs=0.01) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("radius", [0, 10])
def test_a_box_stands_where_it_is_put(radius: float) -> None:
    page = Page()

    page.box(50, 100, 200, 40, BLUE, radius=radius)

    assert inked(page) == pytest.approx((50, 100, 250, 140), abs=1)


def test_a_shape_has_its_holes() -> None:
    page = Page()

    page.shape([[(0, 0), (9, 0), (9, 9), (0, 9)], [(3, 3), (3, 6), (6, 6), (6, 3)]], 100, 200, 10, NIGHT)

    grey = pixels(page)
    assert inked(page) == pytest.approx((100, 200, 190, 290), abs=1)
    assert (grey[235:255, 135:155] == 255).all()
    assert grey[215, 115] < 128


@pytest.mark.parametrize("text", ["Market Day", "ផ្សារ Market ថ្មី", "ខ្មែរ"])
@pytest.mark.parametrize("align", [0.0, 0.5, 1.0])
def test_a_line_starts_ends_or_is_centred_at_a_point(text: str, align: float) -> None:
    page = Page()
    width = sum(run.width for run in runs(text, SIZE))

    below = page.line(text, 300, 100, SIZE, NIGHT, align=align)

    left, top, right, bottom = inked(page)
    assert (left, right) == pytest.approx((300 - align * width, 300 + (1 - align) * width), abs=5)
    assert 100 <= top < bottom <= below


def test_a_line_of_two_fonts_is_whole_words_of_each() -> None:
    parts = runs("ផ្សារ ថ្មី Market Day", SIZE)

    assert [part.text for part in parts] == ["ផ្សារ ថ្មី ", "Market Day"]
    assert len({part.path for part in parts}) == 2
    assert parts[0].size > parts[1].size == SIZE.size


def test_what_no_font_has_is_left_out() -> None:
    assert [part.text for part in runs("Tea 🍵 市場 time", SIZE)] == ["Tea time"]
    assert runs("🍵", SIZE) == []


def test_text_is_text_and_a_dollar_no_formula() -> None:
    page = Page()
    page.lines(["$25 to $100", "Below $25"], 50, 50, SIZE, NIGHT)

    with pypdfium2.PdfDocument(page.pdf("Test")) as document:
        assert document[0].get_textpage().get_text_range().split("\r\n") == ["$25 to $100", "Below $25"]
        assert document.get_metadata_value("Title") == "Test"
