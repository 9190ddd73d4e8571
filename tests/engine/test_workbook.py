"""Workbooks that other programs write: what their XML says, whatever its spelling, within little memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from engine.errors import TableError
from engine.tables import archive as bounds
from engine.tables import sheets
from engine.tables.rows import Cell, MergedCells, NoAnswer, Row, Sheet
from tests.surveys.broken.tables import LAUGHS, MAIN, archive

ADDRESS_SPACE = 1_500_000_000
"""Bytes; importing pandas takes a third of it. 20,000 rows as wide as a sheet would take 2.6 GB."""


@pytest.fixture
def rows(tmp_path: Path) -> Callable[..., list[Row | MergedCells]]:
    """Return a function that reads what a worksheet's XML says."""

    def read(sheet: str, strings: str = "") -> list[Row | MergedCells]:
        archive(sheet, strings)(tmp_path / "table.xlsx")
        return read_parts(tmp_path / "table.xlsx")

    return read


def read_parts(path: Path) -> list[Row | MergedCells]:
    with sheets.opened(path) as sheet:
        return list(sheet.parts)


def opened_name(path: Path) -> Sheet:
    with sheets.opened(path) as sheet:
        return sheet


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c t="s"><v>1</v></c>', "shared"),
        ('<c t="inlineStr"><is><t> in </t><r><t>line</t></r></is></c>', "in line"),
        ('<c t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>トウキョウ</t></rPh></is></c>', "東京"),
        ('<c t="str"><v>a_x000D_b &amp; c</v></c>', "a\rb & c"),
        ("<c><v>1</v></c>", "1"),
        ("<c><v>1.0</v></c>", "1"),
        ("<c><v>12.5</v></c>", "12.5"),
        ("<c><v>1E3</v></c>", "1000"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', NoAnswer("#N/A", "is an error of the spreadsheet; type the answer")),
        (
            "<c><f>A1+1</f><v>2</v></c>",
            NoAnswer("=A1+1", "is a formula; copy the column and paste it as values"),
        ),
    ],
)
def test_what_a_cell_says_with_and_without_its_place(
    rows: Callable[..., list[Row | MergedCells]], xml: str, cell: Cell
) -> None:
    strings = "<si><t>first</t></si><si><r><t>sha</t></r><r><t>red </t></r></si>"
    placed = xml.replace("<c", '<c r="C1"', 1)

    assert rows(f"<sheetData><row>{xml}</row></sheetData>", strings) == [Row(1, {0: cell})]
    assert rows(f"<sheetData><row>{placed}</row></sheetData>", strings) == [Row(1, {2: cell})]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(datetime(2026, 3, 2), "2026-03-02"), (datetime(2026, 3, 2, 9, 30), "2026-03-02 09:30:00"), (time(9), "09:00:00")],
)
def test_a_number_in_the_style_of_a_date_is_a_date(tmp_path: Path, value: object, shown: str) -> None:
    cells = written(tmp_path / "dates.xlsx", [[value, 46083]])[0].cells

    assert isinstance(cells[0], NoAnswer)
    assert cells[0].shown == shown
    assert cells[1] == "46083"


def written(path: Path, rows: Sequence[Sequence[object]]) -> list[Row]:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return [part for part in read_parts(path) if isinstance(part, Row)]


def test_blank_cells_are_absent_and_blank_rows_passed_over(rows: Callable[..., list[Row | MergedCells]]) -> None:
    sheet = '<row r="2"><c r="A2"/><c r="C2"><v>1</v></c></row><row r="3"><c r="A3" t="str"><v> </v></c></row>'

    assert rows(f"<sheetData>{sheet}</sheetData>") == [Row(2, {2: "1"})]


def test_rows_and_cells_may_leave_their_numbers_out(rows: Callable[..., list[Row | MergedCells]]) -> None:
    sheet = '<row><c><v>1</v></c><c r="D1"><v>2</v></c><c><v>3</v></c></row><row r="5"/><row><c><v>4</v></c></row>'

    assert rows(f"<sheetData>{sheet}</sheetData>") == [Row(1, {0: "1", 3: "2", 4: "3"}), Row(6, {0: "4"})]


def test_elements_may_have_any_prefix(rows: Callable[..., list[Row | MergedCells]]) -> None:
    sheet = (
        f'<x:sheetData xmlns:x="{MAIN}"><x:row><x:c t="str"><x:v>Daily</x:v></x:c></x:row></x:sheetData>'
        f'<x:mergeCells xmlns:x="{MAIN}"><x:mergeCell ref="A1:B1"/></x:mergeCells>'
    )

    assert rows(sheet) == [Row(1, {0: "Daily"}), MergedCells(first_row=1, last_row=1, first_column=0, last_column=1)]


def test_cells_may_come_in_any_order(rows: Callable[..., list[Row | MergedCells]]) -> None:
    disordered = '<row r="{0}"><c r="C{0}"><v>3</v></c><c r="A{0}"><v>1</v></c><c r="B{0}"><v>2</v></c></row>'

    found = rows(f"<sheetData>{disordered.format(1)}{disordered.format(2)}</sheetData>")

    assert found == [Row(1, {0: "1", 1: "2", 2: "3"}), Row(2, {0: "1", 1: "2", 2: "3"})]


def test_cells_right_of_the_last_column_name_are_left_out(rows: Callable[..., list[Row | MergedCells]]) -> None:
    far = '<row r="{0}"><c r="A{0}"><v>{0}</v></c><c r="XFD{0}"><v>3</v></c></row>'
    sheet = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>{far.format(3)}'

    assert rows(f"<sheetData>{sheet}</sheetData>") == [Row(1, {0: "1"}), Row(2, {0: "2"}), Row(3, {0: "3"})]


def test_what_openpyxl_warns_of_is_nothing_to_a_table(rows: Callable[..., list[Row | MergedCells]]) -> None:
    extension = '<extLst><ext uri="{CCE6A557-97BC-4B89-ADB6-D9C93CAAB3DF}"/></extLst>'

    assert rows(f"<sheetData><row><c><v>1</v></c></row></sheetData>{extension}") == [Row(1, {0: "1"})]


def test_merged_cells_come_after_the_rows(rows: Callable[..., list[Row | MergedCells]]) -> None:
    found = rows('<sheetData><row><c><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="B2:AA5"/></mergeCells>')

    assert found == [Row(1, {0: "1"}), MergedCells(first_row=2, last_row=5, first_column=1, last_column=26)]
    assert str(found[1]) == "B2:AA5"


def test_the_farthest_cell_and_a_false_dimension_cost_nothing(rows: Callable[..., list[Row | MergedCells]]) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'

    found = rows(f'<dimension ref="A1:XFD1048576"/><sheetData>{far}</sheetData>')

    assert found == [Row(1_048_576, {16_383: "1"})]


def test_a_dimension_that_is_too_small_hides_nothing(rows: Callable[..., list[Row | MergedCells]]) -> None:
    found = rows('<dimension ref="A1"/><sheetData><row><c><v>1</v></c><c><v>2</v></c></row></sheetData>')

    assert found == [Row(1, {0: "1", 1: "2"})]


def test_the_first_visible_sheet_counts(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].title = "Settings"
    book.worksheets[0].sheet_state = "hidden"
    book.create_sheet("Answers")
    book.save(tmp_path / "two.xlsx")

    assert opened_name(tmp_path / "two.xlsx").name == "Answers"


LIMITED = {
    "MAX_UNPACKED": "it unpacks to 0 MB; at most 0 MB are read",
    "MAX_STRINGS": "its part xl/strings.xml unpacks to 0 MB; at most 0 MB are read",
    "MAX_AT_ONCE": "its part xl/sheet.xml has 0 MB and more in one row",
    "MOST_ROWS": "its part xl/sheet.xml has more than 0 rows or texts",
    "MOST_PARTS": "it has 5 parts; at most 0 are read",
}


@pytest.mark.parametrize("limit", LIMITED)
def test_an_archive_is_bounded(
    rows: Callable[..., list[Row | MergedCells]], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(bounds, limit, {"MAX_AT_ONCE": 20_000}.get(limit, 0))

    with pytest.raises(TableError) as caught:
        rows("<sheetData>" + " " * 40_000 + "<row/></sheetData>")

    assert [*caught.value.faults] == [f"{LIMITED[limit]}. Copy the columns of the survey into a new workbook"]


def test_a_part_without_rows_is_read_only_if_it_is_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Workbook().save(tmp_path / "styled.xlsx")
    monkeypatch.setattr(bounds, "MAX_AT_ONCE", 2_000)

    with pytest.raises(TableError, match=r"its part xl/styles\.xml unpacks to 0 MB; at most 0 MB are read"):
        read_parts(tmp_path / "styled.xlsx")


def test_entities_that_are_not_seen_as_bytes_stop_at_the_limits_of_expat(tmp_path: Path) -> None:
    sheet = "<sheetData><row><c><v>&j;</v></c></row></sheetData>"
    archive(sheet, declaration=LAUGHS, encoding="utf-16")(tmp_path / "laughs.xlsx")

    with pytest.raises(TableError, match="limit on input amplification factor"):
        read_parts(tmp_path / "laughs.xlsx")


def test_rows_that_spread_far_take_little_memory(tmp_path: Path) -> None:
    names = ["Often", "Cups", "Brew", "Milk", "Milk_Kind", "With_Sugar", "With_Spice", "With_Book", "Roast", "Region"]
    header = "".join(f'<c t="str"><v>{name}</v></c>' for name in [*names, "Lover"])
    far = '<row><c r="K1" t="str"><v>Yes</v></c><c r="XFD1"><v>1</v></c></row>' * 20_000
    archive(f"<sheetData><row>{header}</row>{far}</sheetData>")(tmp_path / "far.xlsx")

    done = in_little_memory("tests/surveys/coffee", tmp_path / "far.xlsx")

    assert (done.stdout.strip(), done.returncode) == ("20000 rows", 0), done.stderr


def in_little_memory(survey: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Read a table in a process that may not take more than `ADDRESS_SPACE`."""
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({ADDRESS_SPACE}, {ADDRESS_SPACE}))\n"
        "from engine import survey, table\n"
        "print(len(table.read(survey.load(sys.argv[1]), sys.argv[2]).answers), 'rows')"
    )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, survey, str(path)], capture_output=True, text=True, check=False, env=environment
    )
