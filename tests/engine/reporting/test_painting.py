"""Every kind of chart as a PNG file: the same each time, nothing cut off or written over, readable by every eye."""

from __future__ import annotations

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties
from PIL import Image

from engine.drawing.theme import BLUE, KINDS, MARGIN, MAX_HEIGHT, WHITE, WIDTH, Style, rgb
from engine.drawing.typesetting import typeset
from engine.reporting.charts import Bars, Chart, Curve, Dots, Heatmap, Lines, Radar, Series
from engine.reporting.painting import paint
from engine.reporting.painting.looks import (
    between,
    colours,
    dashes,
    hatches,
    ink_on,
    line_colours,
    marks,
    shade,
    ticks,
    written,
)
from engine.reporting.painting.paper import Paper
from engine.translation import Texts
from tests.engine.eyes import EYES, contrast, distance, luminance
from tests.engine.pictures import pixels
from tests.engine.reporting.charts import (
    ENGLISH,
    KHMER,
    LONG_ENGLISH,
    LONG_KHMER,
    UNBROKEN,
    bare,
    crowded,
    named,
    picture,
)

SETS: dict[str, dict[str, Chart]] = {
    "English": named(ENGLISH),
    "Khmer": named(KHMER),
    "long English": named((LONG_ENGLISH, UNBROKEN)),
    "long Khmer": named((LONG_KHMER,)),
    "nothing to write": named(("🙂",)),
    "crowded": crowded(),
    "bare": bare(),
}
TITLES = {"Khmer": KHMER[5], "long English": LONG_ENGLISH, "long Khmer": LONG_KHMER}
every_chart = pytest.mark.parametrize(
    ("words", "kind"),
    [pytest.param(words, kind, id=f"{kind}, {words}") for words, some in SETS.items() for kind in some],
)
every_kind = pytest.mark.parametrize("kind", SETS["English"])
for_every_eye = pytest.mark.parametrize("eye", EYES)


class Written:
    """What a picture says, and the edges of the ink of each line: left, top, right and bottom."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        self.edges: list[tuple[float, float, float, float]] = []
        original = Paper.line

        def line(
            paper: Paper, text: str, x: float, top: float, style: Style, colour: str = "#16202A", *, align: float = 0.0
        ) -> float:
            raster = typeset(text, style)
            height, width = raster.mask.shape
            left, above = x - align * width, top + style.baseline - raster.above
            if text:
                self.lines.append(text)
                self.edges.append((left, above, left + width, above + height))
            return original(paper, text, x, top, style, colour, align=align)

        monkeypatch.setattr(Paper, "line", line)

    def overlaps(self) -> list[tuple[str, str]]:
        """Pairs of lines whose ink shares more than a soft edge."""
        found = []
        for (one, a), (other, b) in combinations(zip(self.lines, self.edges, strict=True), 2):
            if a[0] < b[2] - 2 and b[0] < a[2] - 2 and a[1] < b[3] - 2 and b[1] < a[3] - 2:
                found.append((one, other))
        return found


def bars(*values: float | None, **more: object) -> Bars:
    return Bars(tuple("abcdefgh"[: len(values)]), (Series("", values),), "axis", **more)  # type: ignore[arg-type]


# -- all of them ------------------------------------------------------------------------------------------------------


@every_chart
def test_a_chart_is_painted_whole_within_its_margins(words: str, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)

    png = paint(picture(SETS[words][kind], TITLES.get(words, "A title")))

    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.mode, image.width) == ("PNG", "P", 2 * WIDTH)
        assert image.height <= 2 * MAX_HEIGHT
        height = image.height // 2
    ink = np.asarray((pixels(png) < 240).any(axis=2))
    edge = MARGIN  # half of the margin, in real pixels
    assert ink[edge:-edge, edge:-edge].sum() == ink.sum()
    assert said.overlaps() == []
    assert all(left >= MARGIN - 4 and right <= WIDTH - MARGIN + 4 for left, _, right, _ in said.edges)
    assert all(top >= MARGIN - 8 and bottom <= height - MARGIN + 12 for _, top, _, bottom in said.edges)


@every_kind
def test_the_same_chart_is_the_same_file_in_any_thread(kind: str) -> None:
    chart = picture(SETS["English"][kind])

    with ThreadPoolExecutor(2) as threads:
        files = set(threads.map(paint, [chart] * 2))

    assert files == {paint(chart)}


@every_kind
def test_painting_leaves_the_settings_alone_and_draws_with_fonts_by_their_files(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, files = dict(mpl.rcParams), []
    original: Any = RendererAgg._prepare_font

    def prepare(renderer: RendererAgg, font: FontProperties) -> object:
        files.append(font.get_file())
        return original(renderer, font)

    monkeypatch.setattr(RendererAgg, "_prepare_font", prepare)
    paint(picture(SETS["Khmer"][kind]))

    assert dict(mpl.rcParams) == before
    assert files
    assert None not in files


def test_matplotlib_is_loaded_when_something_is_painted_and_pyplot_never() -> None:
    code = """
import sys
from engine.reporting.painting import paint
from tests.engine.reporting.charts import ENGLISH, named, picture
assert "matplotlib" not in sys.modules
paint(picture(named(ENGLISH)["cloud_solid"]))
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_text_is_plain_and_leaves_out_what_no_font_has() -> None:
    paper = Paper("en")

    paper.line("$x_1$ 🙂 and \U00012000", 28, 28, Style(20))

    assert [text.get_text().strip() for text in paper.axes.texts] == ["$x_1$ and"]
    assert not any(text.get_parse_math() for text in paper.axes.texts)


# -- what does not fit ------------------------------------------------------------------------------------------------


def test_categories_that_do_not_fit_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)

    paint(picture(bars_of(60)))

    shown = sum(line.startswith("name") for line in said.lines)
    assert 25 <= shown < 60
    assert f"and {60 - shown} more: see the table" in said.lines


def bars_of(count: int) -> Bars:
    names = tuple(f"name {place}" for place in range(count))
    return Bars(names, (Series("", (0.5,) * count),), "axis", "share")


def test_all_categories_are_shown_smaller_before_any_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)

    paint(picture(bars_of(33)))

    assert sum(line.startswith("name") for line in said.lines) == 33
    assert not any("more" in line for line in said.lines)


def test_what_is_left_out_is_said_in_the_language_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def text(_: Texts, name: str, language: str, **__: object) -> str:
        asked.append((name, language))
        return "…"

    monkeypatch.setattr(Texts, "text", text)
    paint(picture(bars_of(60)), "km")

    assert asked == [("more", "km")]


def test_a_matrix_of_forty_is_shown_whole_with_its_names(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)

    paint(picture(crowded()["heatmap_40"]))

    assert any(line.startswith("40. Saves") for line in said.lines)
    assert not any("more" in line for line in said.lines)


def test_bars_of_many_series_have_their_names_beside_them(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)
    series = tuple(Series(f"series {place}", (0.1 * place, 0.2)) for place in range(9))

    paint(picture(Bars(("one", "two"), series, "axis")))

    assert [line for line in said.lines if line.startswith("series")] == [one.name for one in series] * 2


def test_lines_that_no_legend_has_room_for_are_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)
    curves = tuple(Curve((0.0, 1.0), (0.0, 1.0), "a name that takes a whole line of the legend" * 2) for _ in range(25))

    paint(picture(Lines(curves, "x", "y", square=True)))

    assert "and 21 more: see the table" in said.lines


# -- kinds ------------------------------------------------------------------------------------------------------------


def has(png: bytes, colour: str) -> bool:
    """Whether a picture has an area of a colour: of at least 40 pixels, up to what a palette rounds."""
    return int((abs(pixels(png).astype(int) - rgb(colour)).max(axis=2) <= 4).sum()) >= 40


def test_bars_of_few_people_are_pale() -> None:
    pale = between((WHITE, BLUE), 0.45)

    assert not has(paint(picture(bars(0.4, 0.6))), pale)
    assert has(paint(picture(bars(0.4, 0.6, small=frozenset({1})))), pale)


def test_values_stand_beside_their_bars_and_dots(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)

    paint(picture(bars(0.0123, None, -0.004)))
    paint(picture(Dots(("a",), (Series("", (0.25,), ((0.1, 0.4),)),), "axis", "share")))

    assert {"0.012", "−0.004", "25%"} <= set(said.lines)


def test_a_name_stands_at_the_end_of_its_line_where_the_ends_are_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)
    apart = tuple(Curve((0.0, 1.0), (0.0, end), f"to {end}") for end in (1.0, 0.5))
    together = tuple(Curve((0.0, 1.0), (0.0, end), f"to {end}") for end in (1.0, 0.99))

    paint(picture(Lines(apart, "x", "y")))
    at_ends = [edge[0] for line, edge in zip(said.lines, said.edges, strict=True) if line.startswith("to")]
    paint(picture(Lines(together, "x", "y")))
    all_of_them = [edge[0] for line, edge in zip(said.lines, said.edges, strict=True) if line.startswith("to")]

    assert all(left > WIDTH / 2 for left in at_ends)
    assert all(left < WIDTH / 2 for left in all_of_them[2:])


def test_a_matrix_is_numbered_and_a_table_of_few_columns_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)
    few = ("Yes", "No")

    paint(picture(Heatmap(few, few, ((0.9, 0.1), (0.2, 0.8)), 0.0, 1.0, "share", (("90%", "10%"), ("20%", "80%")))))

    assert said.lines.count("Yes") == said.lines.count("No") == 2
    assert {"90%", "10%", "20%", "80%"} <= set(said.lines)


def test_written_values_are_left_out_of_all_cells_or_of_none(monkeypatch: pytest.MonkeyPatch) -> None:
    said = Written(monkeypatch)
    columns = tuple(f"column {place}" for place in range(20))
    words = (tuple("1" if place else "a value that is too long" for place in range(20)),)

    paint(picture(Heatmap(("row",), columns, ((0.5,) * 20,), 0.0, 1.0, "share", words)))

    assert "1" not in [line for line, edge in zip(said.lines, said.edges, strict=True) if edge[1] > 110]


def test_a_profile_has_a_gap_where_nothing_is_known() -> None:
    whole = Radar(("a", "b", "c", "d"), (Series("one", (0.9, 0.9, 0.9, 0.9)), Series("two", (0.1,) * 4)), 0.0, 1.0, "")
    gap = Radar(("a", "b", "c", "d"), (Series("one", (0.9, None, 0.9, 0.9)), Series("two", (0.1,) * 4)), 0.0, 1.0, "")

    drawn = [(abs(pixels(paint(picture(one))).astype(int) - rgb(BLUE)).max(axis=2) <= 4).sum() for one in (whole, gap)]

    assert drawn[1] < 0.75 * drawn[0]


# -- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "scale"),
    [(0, 1, "share"), (0, 0.004, "share"), (-3e-4, 2e-4, "number"), (2, 10, "count"), (0, 1_250_000, "count")],
)
def test_round_values_are_told_apart_and_inside(low: float, high: float, scale: str) -> None:
    values, words = ticks(low, high, scale, 300)  # type: ignore[arg-type]

    assert len(set(words)) == len(words) >= 2
    assert min(values) >= low or min(values) == pytest.approx(low)
    assert max(values) <= high or max(values) == pytest.approx(high)


def test_written_values_tell_two_digits_of_the_largest() -> None:
    assert written([0.0034, -0.001, None], "number") == ["0.0034", "−0.0010", ""]
    assert written([0.5, 0.123], "number") == ["0.50", "0.12"]
    assert written([41234.5], "number") == ["41,234"]
    assert written([0.004], "share") == ["0.40%"]
    assert written([0.4, 0.25], "share") == ["40%", "25%"]
    assert written([1204], "count") == ["1,204"]


# -- colours ----------------------------------------------------------------------------------------------------------


def test_no_two_series_look_alike() -> None:
    inks = colours(25, ordered=False)

    for looks in (hatches(25, ordered=False), marks(25), dashes(25)):
        assert len(set(zip(inks, looks, strict=True))) == 25
    assert len(set(colours(6, ordered=True))) == 6


@for_every_eye
def test_every_kind_stands_out_from_the_paper_and_the_first_two_differ_in_brightness(eye: str) -> None:
    seen = [float(luminance(np.array(rgb(colour), dtype=np.uint8), eye)) for colour in KINDS]

    assert all(contrast(one, 1.0) >= 3 for one in seen)
    assert contrast(seen[0], seen[1]) >= 2


@pytest.mark.parametrize("ordered", [False, True])
@for_every_eye
def test_every_line_stands_out_from_the_paper(eye: str, ordered: bool) -> None:
    for colour in line_colours(8, ordered=ordered):
        assert contrast(float(luminance(np.array(rgb(colour), dtype=np.uint8), eye)), 1.0) >= 3


@pytest.mark.parametrize("eye", [eye for eye in EYES if eye != "greyscale"])
def test_kinds_differ_to_every_eye_that_sees_colours(eye: str) -> None:
    least = min(distance(rgb(one), rgb(other), eye) for one, other in combinations(KINDS, 2))

    assert least >= 0.07


@pytest.mark.parametrize(("lowest", "highest"), [(-1.0, 1.0), (0.0, 1.0)])
def test_a_value_is_read_on_every_shade(lowest: float, highest: float) -> None:
    for value in np.linspace(lowest, highest, 101):
        ground = shade(float(value), lowest, highest)
        behind, ink = (float(luminance(np.array(rgb(one), dtype=np.uint8))) for one in (ground, ink_on(ground)))
        assert contrast(behind, ink) >= 4


def test_nothing_is_white_in_shades_of_both_signs() -> None:
    assert shade(0.0, -0.4, 1.0) == WHITE
    assert shade(0.4, -0.4, 1.0) != shade(1.0, -0.4, 1.0)
