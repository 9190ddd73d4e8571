"""Rows as an .xlsx file, written row by row, with a codebook on a sheet of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.tables.codebook import FIELDS, Codebook
from bot.tables.csv_file import Cell, WriteRow
from bot.tables.layout import Column

LONGEST_TEXT = 32_767
"""Characters of a cell; Excel calls a file damaged that has more."""
DIGITS = 16
"""Significant digits that the library writes of a number."""

_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FIELD_WIDTHS = (24, 60, 50, 60, 14)


@contextmanager
def workbook_writer(path: Path, columns: Sequence[Column], codebook: Codebook) -> Iterator[WriteRow]:
    """Lend what writes a row of answers; the codebook's sheet comes after them.

    Text is written as text, whatever it begins with: a spreadsheet runs none of it.
    """
    import xlsxwriter  # not at the start: a bot that exports nothing does without

    options = {"constant_memory": True, "tmpdir": str(path.parent), "remove_timezone": True}
    book = xlsxwriter.Workbook(str(path), options)
    book.use_zip64()  # for what has gigabytes before it is packed
    try:
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet = _Sheet(book.add_worksheet("Answers"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
        sheet.freeze(1, 1, [column.wide for column in columns])
        sheet.write([column.name for column in columns], bold)
        yield sheet.write
        _write_codebook(book, codebook, bold)
    except BaseException:
        for each in book.worksheets():
            with suppress(OSError):
                each._opt_close()  # the library has no public way to end half a workbook
        raise
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        raise error.args[0] if isinstance(error.args[0], OSError) else OSError(str(error)) from None


class _Sheet:
    """Writes rows one below the other."""

    def __init__(self, sheet: Any, moments: Any) -> None:
        self._sheet = sheet
        self._moments = moments
        self._next = 0

    def freeze(self, rows: int, columns: int, widths: Sequence[int]) -> None:
        """Keep the first rows and columns in sight."""
        self._sheet.freeze_panes(rows, columns)
        for place, width in enumerate(widths):
            self._sheet.set_column(place, place, width)

    def write(self, row: Sequence[Cell], format_: Any = None) -> None:
        """Write the next row."""
        for place, cell in enumerate(row):
            if cell is None:
                continue
            if isinstance(cell, str):
                self._sheet.write_string(self._next, place, _harmless(cell), format_)
            elif cell in (0, 1) or _is_exact(cell):
                self._sheet.write_number(self._next, place, cell)
            elif isinstance(cell, datetime):
                self._sheet.write_datetime(self._next, place, cell, self._moments)
            else:  # read as a number all the same
                self._sheet.write_string(self._next, place, repr(cell))
        self._next += 1


def _is_exact(cell: float | datetime) -> bool:
    """Whether the library writes a number as it is."""
    return isinstance(cell, int | float) and float(f"{cell:.{DIGITS}g}") == cell


@lru_cache(maxsize=4096)
def _harmless(text: str) -> str:
    """Leave out what no sheet can hold, and hide from the library what it would take for a text's formatting."""
    text = _NO_XML.sub("\ufffd", text)[:LONGEST_TEXT]
    return f"\u200b{text}" if text.startswith("<r>") and text.endswith("</r>") else text


def _write_codebook(book: Any, codebook: Codebook, bold: Any) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = _Sheet(book.add_worksheet("Codebook"), None)
    sheet.freeze(0, 0, _FIELD_WIDTHS)
    for note in codebook.notes:
        sheet.write(note)
    sheet.write([])
    sheet.write(FIELDS, bold)
    for line in codebook.lines:
        sheet.write(line, wrapped)
