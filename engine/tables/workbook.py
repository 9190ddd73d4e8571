"""Rows out of an .xlsx file: read by openpyxl, one by one, out of a bounded archive."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol, cast

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.xml.constants import SHARED_STRINGS

from engine.tables.archive import BoundedArchive
from engine.tables.rows import (
    FORMULA,
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    MergedCells,
    NoAnswer,
    Row,
    Sheet,
    UnreadableError,
    clean,
)

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet
    from openpyxl.worksheet.worksheet import Worksheet

ABOUT_SHEET = "About"
SYNTHETIC = "Synthetic"
"""A workbook whose sheet `ABOUT_SHEET` begins with this word says that nobody gave its answers."""

_NO_ANSWER = {
    "d": "is a date: Excel took a label for one; format the column as text and type the label again",
    "e": "is an error of the spreadsheet; type the answer",
    "f": FORMULA,  # stored values are not taken: they are as old as the last program that worked them out
}
"""Why a cell is no answer, by openpyxl's letter for what it holds."""

_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z0-9:]+)["']""")
_CHUNK = 1_000_000
_LONGEST_REASON = 200


class _SheetCell(Protocol):
    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """Open the first visible sheet of an .xlsx file; its rows are read as they are asked for."""
    with path.open("rb") as stream:
        if not zipfile.is_zipfile(stream):
            raise UnreadableError("it is damaged: the file breaks off; copy or download it again")
        with _reading():
            sheet = _first_sheet(stream)
        yield sheet


def _first_sheet(stream: IO[bytes]) -> Sheet:
    reader = ExcelReader(stream, read_only=True, keep_links=False)  # load_workbook would take no archive of ours
    reader.archive = archive = BoundedArchive(stream)
    reader.read_manifest()
    for part in reader.package.Override:
        if part.ContentType == SHARED_STRINGS:
            archive.refuse_long_strings(part.PartName[1:])
    reader.read()
    sheets = reader.wb.worksheets
    if not sheets:
        raise UnreadableError("no sheet of cells is found in it; save the table anew as an Excel workbook (.xlsx)")
    for sheet in sheets:  # what a file declares of its size is often wrong, and cells beyond it would be left out
        cast("ReadOnlyWorksheet", sheet).reset_dimensions()
    first = next((sheet for sheet in sheets if sheet.sheet_state == "visible"), sheets[0])
    path = next(relation.target for entry, relation in reader.parser.find_sheets() if entry.name == first.title)
    parts = chain[Row | MergedCells](_rows(first), _merged_cells(archive, path))
    return Sheet(first.title, _told(parts), synthetic=_says_synthetic(sheets))


def _says_synthetic(sheets: Sequence[Worksheet]) -> bool:
    about = next((sheet for sheet in sheets if sheet.title == ABOUT_SHEET), None)
    first = next(_filled(about.iter_rows(max_row=1, max_col=1)), None) if about else None
    text = str(first.cells[0]) if first else ""
    return text.casefold().startswith(SYNTHETIC.casefold())


def _rows(sheet: Worksheet) -> Iterator[Row]:
    """Yield the first two rows, whichever holds the names, and of the others the cells below the first one's.

    Cells without a name may lie a sheet's width off.

    Rows are asked for at a width, as openpyxl otherwise takes a row's last cell, in whatever order, for the rightmost.
    """
    first = list(islice(_filled(sheet.iter_rows(max_col=MAX_COLUMNS + 1)), 2))
    yield from first
    if len(first) == 2:
        width = max(first[0].cells) + 1
        below = first[1].number + 1
        yield from _filled(sheet.iter_rows(min_row=below, max_col=width), below)


def _filled(rows: Iterable[Sequence[_SheetCell]], first: int = 1) -> Iterator[Row]:
    """Yield the rows that are not blank; ``first`` is the number of the first."""
    blank: Sequence[_SheetCell] = ()
    for number, row in enumerate(rows, first):
        if number > MAX_ROWS:
            raise ValueError(f"more than the {MAX_ROWS:,} rows of a sheet")
        if row is blank:
            continue
        if cells := {i: content for i, cell in enumerate(row) if (content := _content(cell))}:
            yield Row(number, cells)
        else:
            blank = row  # openpyxl fills a gap between rows, which may be a million wide, with one and the same


def _content(cell: _SheetCell) -> Cell | None:
    value = cell.value
    if value is None:
        return None
    if cell.data_type in _NO_ANSWER:
        shown = str(getattr(value, "text", value))  # the text of an array's formula
        return NoAnswer(shown.removesuffix(" 00:00:00"), _NO_ANSWER[cell.data_type])
    if isinstance(value, str):
        return clean(unescape(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).upper()


def _merged_cells(archive: zipfile.ZipFile, path: str) -> Iterator[MergedCells]:
    """Yield a sheet's merged cells, of which openpyxl says nothing where it reads row by row."""
    rest = b""
    with archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            whole, begun, rest = (rest + chunk).rpartition(b"<")
            rest = begun + rest
            for reference in _MERGED.findall(whole):
                block = CellRange(reference.decode())
                yield MergedCells(block.min_row, block.max_row, block.min_col - 1, block.max_col - 1)


def _told(parts: Iterator[Row | MergedCells]) -> Iterator[Row | MergedCells]:
    while True:
        with _reading():
            part = next(parts, None)
        if part is None:
            return
        yield part


@contextmanager
def _reading() -> Iterator[None]:
    """Keep openpyxl's warnings, of what a saved workbook would lose, to itself, and say what its errors mean."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnreadableError:
        raise
    except Exception as error:  # a damaged workbook raises whatever its part happens to break
        reason = str(error.__cause__ or error).partition("\n")[0][:_LONGEST_REASON]
        raise UnreadableError(
            f"it is damaged or no Excel workbook ({reason}); open it in Excel and save it anew as .xlsx"
        ) from None
