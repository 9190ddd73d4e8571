"""The page: whole in one file, every word as it was said, and nothing in it that ends what it stands in."""

from __future__ import annotations

import base64
import gzip
import html
import json
import re

import pytest

from engine.reporting.charts import Bars, Curve, Lines, Series
from engine.reporting.page import MOST_OPEN, MOST_ROWS, Head, csv_of, page
from engine.reporting.parts import Column, Drawn, LeftOut, Part, Picture, Section, Table
from tests.engine.reporting.undrawn import dot

NASTY = "</script><script>alert('“1 & 2”')</script>"


def made(*parts: Part, language: str = "en", warning: str = "") -> str:
    pictures = {part.name: dot() for part in parts if isinstance(part, Picture | Drawn)}
    head = Head("The analysis", "answers.csv", warning, Section("summary", "In short", ("Little.",)))
    return page(head, [Section("mine", "My section", parts)], pictures, language)


def table(rows: int) -> Table:
    columns = (Column("Answer"), Column("People", "count"), Column("Share", "share"))
    return Table("steps", "Steps", columns, tuple((f"row {i}", 1000 + i, None) for i in range(rows)))


def lines(name: str) -> Lines:
    return Lines((Curve((0.0, 1.0), (0.0, 1.0), name),), name, name)


def rows_shown(text: str) -> int:
    return len(re.findall('<th scope="row"', text))


def test_it_asks_nothing_of_a_network() -> None:
    text = made("Words.", Picture("line", "Line", "A line.", lines("x"), interactive=True))

    without_library = re.sub(r'<script type="text/plain".*?</script>', "", text, flags=re.DOTALL)
    assert re.findall(r"""(?:src|href)=["'](?!data:|#)""", without_library) == []
    assert "@import" not in without_library
    assert set(re.findall(r"url\((.{5})", without_library)) <= {"data:"}


def test_contents_lead_to_every_section() -> None:
    text = made("Words.")

    assert re.findall(r'<li><a href="#(\w+)">(.*?)</a>', text) == [("summary", "In short"), ("mine", "My section")]
    assert [f'<section id="{name}"' in text for name in ("summary", "mine")] == [True, True]


def test_words_stand_as_they_were_said_wherever_they_come_from() -> None:
    named = Picture(NASTY, NASTY, NASTY, lines(NASTY), NASTY, interactive=True)
    listed = Table("t", NASTY, (Column(NASTY),), ((NASTY,),), NASTY)

    text = made(NASTY, LeftOut(NASTY, NASTY), named, listed, warning=NASTY)

    assert "<script>alert" not in text
    assert text.count(html.escape(NASTY).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")) >= 8
    (figures,) = re.findall(r'id="put-in-figures">(.*?)</script>', text, flags=re.DOTALL)
    assert list(json.loads(figures)) == [NASTY]


def test_the_library_is_there_once_and_only_where_something_can_be_explored() -> None:
    still = made(Picture("line", "Line", "A line.", lines("x")))
    alive = [Picture(name, "Line", "A line.", lines("x"), interactive=True) for name in ("one", "two")]
    explored = made(*alive)

    (packed,) = re.findall(r'id="put-in-plotly">(.*?)</script>', explored)
    assert b"plotly.js" in gzip.decompress(base64.b64decode(packed))[:200]
    assert len(still) < 100_000
    assert len(explored) < 2_500_000
    assert len(re.findall('class="explore"', explored)) == 2
    assert 'class="explore"' not in still


def test_what_cannot_be_explored_has_no_button_that_says_so() -> None:
    bars = Picture("bars", "Bars", "A bar.", Bars(("a",), (Series("", (1.0,)),), "x"), interactive=True)

    text = made(bars, Picture("line", "Line", "A line.", lines("x"), interactive=True))

    (figures,) = re.findall(r'id="put-in-figures">(.*?)</script>', text, flags=re.DOTALL)
    assert re.findall('class="explore" data-figure="(.*?)"', text) == list(json.loads(figures))


def test_a_long_table_is_closed_and_says_how_much_of_it_is_shown() -> None:
    short, long, very_long = made(table(MOST_OPEN)), made(table(MOST_OPEN + 1)), made(table(MOST_ROWS + 1))

    assert 'id="table-steps" open>' in short
    assert 'id="table-steps">' in long
    assert rows_shown(very_long) == MOST_ROWS
    assert f"{MOST_ROWS} of {MOST_ROWS + 1} rows are shown." in very_long
    assert "rows are shown" not in long


def test_a_table_is_written_for_people_and_its_file_for_programs() -> None:
    text = made(table(1))

    assert '<td class="number">1,000</td><td class="number">–</td>' in text
    (data,) = re.findall(r'href="data:text/csv;base64,(.*?)"', text)
    assert base64.b64decode(data).decode("utf-8-sig") == "Answer,People,Share\nrow 0,1000,\n"


def test_a_file_holds_no_formula() -> None:
    formulas = Table("t", "T", (Column("=1+1"), Column("x", "number")), (("@SUM(A1)", -0.123456789), ("ok", 1)))

    assert csv_of(formulas) == "'=1+1,x\n'@SUM(A1),-0.123456789\nok,1\n"


def test_pictures_say_what_is_to_be_seen_and_how_large_they_are() -> None:
    text = made(Drawn("funnel", "Steps", "Three bars, the last one short.", dot(), "Read downwards."))

    assert 'width="1" height="1" alt="Steps. Three bars, the last one short."' in text
    assert "Read downwards." in text


@pytest.mark.parametrize("warning", ["", "These answers are invented."])
def test_the_warning_stands_above_everything_where_there_is_one(warning: str) -> None:
    text = made("Words.", warning=warning)

    assert ('<p class="warning">' in text) == bool(warning)
    assert not warning or text.index(warning) < text.index("<nav")


def test_letters_that_a_device_may_lack_come_with_their_font() -> None:
    assert "@font-face" not in made("Words.")
    assert "@font-face" in made("ពាក្យ", language="km")
