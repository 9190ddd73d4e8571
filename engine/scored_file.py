"""Rows of scores as an .xlsx or .csv file, in which nothing that a respondent wrote is ever run as a formula."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.utils.exceptions import IllegalCharacterError

from engine.errors import InputError

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Row: TypeAlias = Sequence[str | float | None]
Writer: TypeAlias = Callable[[Path, Sequence[str], Iterable[Row]], None]

_FORMULA = re.compile(r"(?![+-]?\d+(\.\d+)?$)[=+\-@\t\r]", re.ASCII)
"""How a text begins that a spreadsheet would run when it opens a .csv file; a plain number is none."""


def writer(out: Path) -> Writer:
    """Return what writes a file of the kind that its name ends in: ``write(path, header, rows)``.

    Raises
    ------
    InputError
        Where the name ends in neither .xlsx nor .csv.
    """
    writers: dict[str, Writer] = {".xlsx": _write_workbook, ".csv": _write_csv}
    found = writers.get(out.suffix.lower())
    if found is None:
        raise InputError(str(out), ["the scores are written as .xlsx or .csv; name a file that ends so"])
    return found


def _write_workbook(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet("Scores")
    archive = io.BytesIO()  # zipfile complains on stderr where a full disk keeps it from ending its own file
    try:
        for row in itertools.chain([header], rows):
            sheet.append([_cell(sheet, value) for value in row])
        book.save(archive)
    except Exception:
        _discard(sheet)
        raise
    path.write_bytes(archive.getbuffer())


def _discard(sheet: WriteOnlyWorksheet) -> None:
    """End a half-written sheet: left to itself it fails (again), on stderr, when it is collected."""
    with suppress(OSError):
        if not sheet.closed:
            sheet.close()
    stream = sheet._writer and sheet._writer.xf  # type: ignore[attr-defined]  # openpyxl has no public way
    if stream:
        with suppress(OSError):
            stream.close()


def _cell(sheet: WriteOnlyWorksheet, value: str | float | None) -> Cell:
    """Keep openpyxl from taking a text for a formula or an error, and Excel from doing so once somebody edits it."""
    try:
        cell = WriteOnlyCell(sheet, value)
    except IllegalCharacterError:
        raise InputError(repr(value), ["an .xlsx file cannot hold such a character; write a .csv file"]) from None
    if isinstance(value, str) and cell.data_type != "s":
        cell.data_type = "s"
        cell.quotePrefix = True
    return cell


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel takes UTF-8 for something else without
        writing = csv.writer(file, lineterminator="\n")
        for row in itertools.chain([header], rows):
            writing.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])


def _harmless(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; .csv has no other way to say that a cell is text."""
    return f"'{text}" if _FORMULA.match(text) else text
