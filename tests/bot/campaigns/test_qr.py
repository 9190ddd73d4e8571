"""QR codes, decoded again by a real decoder: as they are, worn, and as a poor phone sees them."""

from __future__ import annotations

from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageFilter

from bot.campaigns.links import PAYLOAD, deep_link
from bot.campaigns.qr import QUIET, modules, outlines, qr_png, qr_svg
from tests.bot.campaigns.reading import (
    LOCAL,
    LONG,
    SHORT,
    SVG,
    decoded,
    opened,
    photographed,
    quiet_modules,
    rasterised_svg,
    stained,
)

LINKS = pytest.mark.parametrize("link", [SHORT, LONG, LOCAL], ids=["short", "long", "local"])


# -- the code -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("link", "side"), [(SHORT, 41), (LONG, 57)], ids=["short", "long"])
def test_a_code_stays_coarse_enough_for_a_poster(link: str, side: int) -> None:
    matrix = modules(link)

    assert len(matrix) == side
    assert {len(row) for row in matrix} == {side}
    assert 80 / side > 1.4  # millimetres a module, on 8 cm


@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=7, max_size=7))
def test_outlines_filled_are_the_modules(rows: list[list[bool]]) -> None:
    """By the nonzero rule: how often the outlines go round a module's middle."""
    turns = np.zeros((7, 7), int)
    for loop in outlines(tuple(map(tuple, rows))):
        for (x, y), (other_x, other_y) in zip(loop, [*loop[1:], loop[0]], strict=True):
            assert (x == other_x) != (y == other_y)
            step = 1 if other_y < y else -1
            if x == other_x:
                turns[min(y, other_y) : max(y, other_y), x:] += step

    assert (turns != 0).tolist() == rows


# -- PNG ----------------------------------------------------------------------------------------------------


@LINKS
def test_a_png_is_read_as_the_link(link: str) -> None:
    assert decoded(opened(qr_png(link))) == [link]


@LINKS
@pytest.mark.parametrize("lines", [(), ("Market Day", "@survey_bot"), ("ក្ក្ដី", "ក្ក្ដី")], ids=["bare", "Latin", "Khmer"])
def test_a_png_fits_a_chat_and_has_its_quiet_zone(link: str, lines: tuple[str, ...]) -> None:
    picture = opened(qr_png(link, lines=lines, printable=False))

    assert picture.width >= 1000
    assert max(picture.size) <= 1280  # what is larger Telegram shrinks, and with it the modules
    assert quiet_modules(picture, link) == QUIET
    assert decoded(picture) == [link]


def test_a_png_has_crisp_modules_of_one_size() -> None:
    picture = opened(qr_png(SHORT))
    side = len(modules(SHORT)) + 2 * QUIET
    pixels = picture.width // side

    grid = np.asarray(picture).reshape(side, pixels, side, pixels)

    assert picture.size == (side * pixels, side * pixels)
    assert (grid == grid[:, :1, :, :1]).all()
    assert (grid[QUIET:-QUIET, 0, QUIET:-QUIET, 0] == 0).tolist() == [list(row) for row in modules(SHORT)]


def test_labels_stand_below_the_quiet_zone() -> None:
    bare, labelled = opened(qr_png(LOCAL)), opened(qr_png(LOCAL, lines=["ផ្សារ"], printable=False))

    assert labelled.width == bare.width
    assert labelled.crop((0, 0, *bare.size)).tobytes() == bare.tobytes()
    assert np.asarray(labelled)[bare.height :].min() < 10


def test_what_is_not_for_print_looks_otherwise_than_what_is() -> None:
    name, warned = (opened(qr_png(LOCAL, lines=["x"], printable=printable)) for printable in (True, False))

    assert warned.height > name.height


def test_a_label_that_is_too_long_stays_inside() -> None:
    picture = np.asarray(opened(qr_png(SHORT, lines=["W" * 64, "ផ្សារ" * 20])))

    assert (picture[:, [0, -1]] == 255).all()
    assert (picture[[0, -1]] == 255).all()


# -- SVG ----------------------------------------------------------------------------------------------------


@LINKS
def test_an_svg_is_read_as_the_link(link: str) -> None:
    picture = rasterised_svg(qr_svg(link))

    assert decoded(picture) == [link]
    assert quiet_modules(picture, link) == QUIET


def test_an_svg_is_the_same_code_as_the_png() -> None:
    side = len(modules(SHORT)) + 2 * QUIET

    drawn = np.asarray(rasterised_svg(qr_svg(SHORT), pixels=3))[1::3, 1::3] == 0

    assert drawn.shape == (side, side)
    assert drawn[QUIET:-QUIET, QUIET:-QUIET].tolist() == [list(row) for row in modules(SHORT)]


def test_an_svg_says_when_it_is_not_for_print() -> None:
    texts = ElementTree.fromstring(qr_svg(LOCAL, printable=False)).findall(f"{SVG}text")

    assert [text.text for text in texts] == ["not for print"]
    assert float(texts[0].attrib["y"]) - float(texts[0].attrib["font-size"]) >= len(modules(LOCAL)) + QUIET
    assert not ElementTree.fromstring(qr_svg(SHORT)).findall(f"{SVG}text")


# -- wear ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("link", [SHORT, LONG], ids=["short", "long"])
@pytest.mark.parametrize("stains", [1, 2])
def test_stains_on_15_percent_of_a_code_are_forgiven(link: str, stains: int) -> None:
    assert [decoded(stained(link, 0.15, stains, seed)) for seed in range(30)] == [[link]] * 30


@pytest.mark.parametrize("link", [SHORT, LONG], ids=["short", "long"])
def test_specks_of_dirt_all_over_a_code_seldom_hide_it(link: str) -> None:
    """Specks cost more than a stain of their size: each spoils all the letters that it touches."""
    read = sum(decoded(stained(link, 0.08, 12, seed)) == [link] for seed in range(40))

    assert read >= 36


@LINKS
def test_a_blurred_print_is_read(link: str) -> None:
    assert decoded(opened(qr_png(link)).filter(ImageFilter.GaussianBlur(7))) == [link]


@LINKS
@pytest.mark.parametrize("degrees", [-20, -7, 3, 12])
def test_a_photograph_of_300_pixels_is_read(link: str, degrees: float) -> None:
    assert decoded(photographed(opened(qr_png(link)), degrees=degrees)) == [link]


@given(st.from_regex(PAYLOAD, fullmatch=True), st.from_regex("[a-z][a-z0-9_]{4,31}", fullmatch=True))
def test_any_bot_s_any_link_is_read(slug: str, username: str) -> None:
    link = deep_link(username, slug)

    assert decoded(rasterised_svg(qr_svg(link), pixels=4)) == [link]
