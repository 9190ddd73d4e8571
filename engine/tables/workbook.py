"""Rows out of an .xlsx file: read by openpyxl, one by one, out of a bounded archive."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._reader import (  # type: ignore[attr-defined]  # its stubs lack the last
    INLINE_STRING,
    VALUE_TAG,
    WorkSheetParser,
    _cast_number,
)
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

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

ABOUT_SHEET = "About"
SYNTHETIC = "Synthetic"
"""A workbook whose sheet `ABOUT_SHEET` begins with this word says that nobody gave its answers."""

_NO_ANSWER = {
    "d": "is a date: Excel took a label for one; format the column as text and type the label again",
    "e": "is an error of the spreadsheet; type the answer",
    "f": FORMULA,  # stored values are not taken: they are as old as the last program that worked them out
}
"""Why a cell is no answer, by openpyxl's letter for what it holds."""

_PLAIN = f"{{{SHEET_MAIN_NS}}}t"
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z0-9:]+)["']""")
_CHUNK = 1_000_000
_LONGEST_REASON = 200
_SHORT = 100


class _Parser(WorkSheetParser):
    """Takes the short way to a cell that holds a plain text or number, as nearly all do: a third of the time in all."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._columns: dict[str, int] = {}

    def parse_cell(self, element: Element) -> dict[str, Any]:
        """Return what openpyxl would."""
        place, kind = element.get("r"), element.get("t")
        if place and len(element) == 1:
            part = element[0]
            if kind == "s" and part.tag == VALUE_TAG and part.text:
                return self._cell(place, self.shared_strings[int(part.text)], "s")
            if kind in {None, "n"} and part.tag == VALUE_TAG and part.text and self._is_no_date(element):
                return self._cell(place, _cast_number(part.text), "n")
            if kind == "inlineStr" and part.tag == INLINE_STRING and len(part) == 1 and part[0].tag == _PLAIN:
                return self._cell(place, part[0].text or "", "s")
        found: dict[str, Any] = super().parse_cell(element)
        return found

    def _is_no_date(self, element: Element) -> bool:
        return int(element.get("s", 0)) not in self.date_formats

    def _cell(self, place: str, value: object, kind: str) -> dict[str, Any]:
        letters = place.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = coordinate_to_tuple(place)[1]
        self.col_counter = column
        return {"column": column, "value": value, "data_type": kind}


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
    reader = ExcelReader(stream, read_only=True, keep_links=False)  # load_workbook would take no archive of ours,
    reader.archive = archive = BoundedArchive(stream)  # and parse every sheet once more, only for its size
    reader.read_manifest()
    for part in reader.package.Override:
        if part.ContentType == SHARED_STRINGS:
            archive.refuse_long_strings(part.PartName[1:])
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(archive, reader.wb)
    sheets = [
        (entry, relation.target)
        for entry, relation in reader.parser.find_sheets()
        if relation.target in reader.valid_files and "chartsheet" not in relation.Type
    ]
    if not sheets:
        raise UnreadableError("no sheet of cells is found in it; save the table anew as an Excel workbook (.xlsx)")
    first, path = next((sheet for sheet in sheets if sheet[0].state == "visible"), sheets[0])
    about = next((path for entry, path in sheets if entry.name == ABOUT_SHEET), None)
    parts = chain[Row | MergedCells](_rows(reader, path), _merged_cells(archive, path))
    return Sheet(first.name, _told(parts), synthetic=about is not None and _says_synthetic(reader, about))


def _says_synthetic(reader: ExcelReader, about: str) -> bool:
    first = next(_rows(reader, about), None)
    text = str(first.cells.get(0, "")) if first and first.number == 1 else ""
    return text.casefold().startswith(SYNTHETIC.casefold())


def _rows(reader: ExcelReader, path: str) -> Iterator[Row]:
    """Yield the first two rows, whichever holds the names, and of the others the cells below the first one's.

    Cells without a name may lie a sheet's width off. Blank rows are passed over.
    """
    width = names = MAX_COLUMNS + 1
    filled = 0
    for number, found in _parsed(reader, path):
        if cells := _cells(found, width):
            yield Row(number, cells)
            filled += 1
            if filled == 1:
                names = max(cells) + 1
            else:
                width = names


def _parsed(reader: ExcelReader, path: str) -> Iterator[tuple[int, Sequence[dict[str, Any]]]]:
    """Yield number and cells of a sheet's rows; those that stand out of order are passed over, as openpyxl does."""
    book, last = reader.wb, 0
    with reader.archive.open(path) as source:
        parser = _Parser(
            source,
            reader.shared_strings,
            epoch=book.epoch,
            date_formats=book._date_formats,  # type: ignore[attr-defined]  # openpyxl's stubs lack it
            timedelta_formats=book._timedelta_formats,  # type: ignore[attr-defined]
        )
        for number, cells in parser.parse():
            if number > MAX_ROWS:
                raise ValueError(f"more than the {MAX_ROWS:,} rows of a sheet")
            if number > last:
                last = number
                yield number, cells


def _cells(found: Sequence[dict[str, Any]], width: int) -> dict[int, Cell]:
    return {
        cell["column"] - 1: content
        for cell in found
        if cell["value"] is not None
        and cell["column"] <= width
        and (content := _content(cell["value"], cell["data_type"]))
    }


def _content(value: object, kind: str) -> Cell | None:
    if kind in _NO_ANSWER:
        shown = str(getattr(value, "text", value))  # the text of an array's formula
        return NoAnswer(shown.removesuffix(" 00:00:00"), _NO_ANSWER[kind])
    if isinstance(value, str):
        return _label(value) if len(value) <= _SHORT else clean(unescape(value))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).upper()


@lru_cache(maxsize=10_000)
def _label(text: str) -> str:
    """Return a short text as it is read; labels are few, and stand in nearly every cell."""
    return clean(unescape(text))


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
