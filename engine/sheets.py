"""Rows of text out of an .xlsx or .csv file: nothing is guessed, and a cell that is no answer says why."""

from __future__ import annotations

import csv
import itertools
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias, cast

from openpyxl import Workbook, load_workbook

from engine.errors import TableError

if TYPE_CHECKING:
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

ABOUT_SHEET = "About"
SYNTHETIC = "Synthetic"
"""A workbook whose sheet `ABOUT_SHEET` begins with this word says that nobody gave its answers."""

MAX_BYTES = 1_000_000_000
"""Of the unpacked file: far above any survey, far below what a small archive can be made to unpack to."""

_OPEN_ELSEWHERE = "it is open in Excel (or another program); close it there and try again"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an .xlsx with a password
_ZIP = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A cell that holds something no person answered: a date, a formula, a spreadsheet error."""

    shown: str
    why: str


Cell: TypeAlias = str | NoAnswer | None


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank; ``number`` counts from 1, as the spreadsheet shows it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a workbook, or a whole CSV file (which has no sheet's name)."""

    name: str | None
    rows: tuple[Row, ...]
    synthetic: bool = False


def read(path: Path) -> Sheet:
    """Read the rows of an .xlsx file's first sheet, or of a .csv file.

    Parameters
    ----------
    path : Path
        ``.xlsx``, or ``.csv``: UTF-8 with or without a byte order mark, commas or semicolons between cells.

    Returns
    -------
    Sheet
        Cells as text, stripped; a blank cell is None. Whole numbers carry no decimals ("1", never "1.0").

    Raises
    ------
    TableError
        If there is no such file, or it cannot be read as what its name says; the message says the way out.
    """
    readers = {".xlsx": _read_workbook, ".csv": _read_csv}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise TableError(str(path), [f'"{path.suffix}" files are not read; save the table as .xlsx or .csv'])
    try:
        return reader(path)
    except FileNotFoundError:
        raise TableError(str(path), ["there is no such file"]) from None
    except IsADirectoryError:
        raise TableError(str(path), ["this is a folder; name the .xlsx or .csv file in it"]) from None
    except PermissionError:
        raise TableError(str(path), [f"it may not be read; perhaps {_OPEN_ELSEWHERE}"]) from None
    except OSError as error:
        raise TableError(str(path), [f"it cannot be read: {error.strerror or error}"]) from None


# -- workbooks ---------------------------------------------------------------------------------


def _read_workbook(path: Path) -> Sheet:
    if path.with_name(f"~${path.name}").exists():
        raise TableError(str(path), [_OPEN_ELSEWHERE])
    with path.open("rb") as stream:
        _check_archive(path, stream.read(len(_ZIP)))
        try:
            return _first_sheet(stream)
        except OSError:
            raise
        except Exception as error:  # a damaged workbook raises whatever its part happens to break
            message = f"it is damaged or no Excel workbook ({error}); open it in Excel and save it anew as .xlsx"
            raise TableError(str(path), [message]) from None


def _first_sheet(stream: BinaryIO) -> Sheet:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles, validations and extensions, which carry no answers
        workbook = load_workbook(stream, read_only=True)
        sheet = cast("ReadOnlyWorksheet", workbook.worksheets[0])
        sheet.reset_dimensions()  # what a file declares is often wrong, and may be a million columns
        return Sheet(sheet.title, tuple(_rows(sheet.rows)), synthetic=_says_synthetic(workbook))


def _check_archive(path: Path, magic: bytes) -> None:
    if magic == _OLD_EXCEL:
        raise TableError(str(path), ["it has a password, or is an old .xls file; save it as .xlsx without a password"])
    if magic != _ZIP:
        raise TableError(
            str(path), ["it is not an Excel workbook, whatever its name says; if it holds text, name it .csv"]
        )
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
    except zipfile.BadZipFile:
        raise TableError(str(path), ["it is damaged: the file breaks off; copy or download it again"]) from None
    _check_size(path, unpacked)


def _check_size(path: Path, size: int) -> None:
    if size > MAX_BYTES:
        message = f"it unpacks to {size / 1e6:,.0f} MB; at most {MAX_BYTES / 1e6:,.0f} MB are read"
        raise TableError(str(path), [message])


class _SpreadsheetCell(Protocol):
    @property
    def value(self) -> object: ...
    @property
    def data_type(self) -> str: ...


def _rows(rows: Iterable[Iterable[_SpreadsheetCell]]) -> Iterator[Row]:
    texts: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        cells = tuple(_cell(cell, texts) for cell in row)
        if any(cell is not None for cell in cells):
            yield Row(number, cells)


def _cell(cell: _SpreadsheetCell, texts: dict[str, str]) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type in _NO_ANSWER:
        shown = str(getattr(value, "text", value)).removesuffix(" 00:00:00")
        return NoAnswer(shown, _NO_ANSWER[cell.data_type])
    return _shared(_text(value), texts)


def _shared(text: str, texts: dict[str, str]) -> str | None:
    """Return one object for equal texts, as a large table repeats few labels; a blank is None."""
    return texts.setdefault(text, text) if text else None


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


_NO_ANSWER = {
    "d": "is a date: Excel took a label for one; format the column as text and type the label again",
    "e": "is an error of the spreadsheet; type the answer",
    "f": "is a formula; copy the column and paste it as values",
}


def _says_synthetic(workbook: Workbook) -> bool:
    if ABOUT_SHEET not in workbook.sheetnames:
        return False
    first = next(workbook[ABOUT_SHEET].iter_rows(max_row=1, max_col=1, values_only=True), (None,))[0]
    return str(first).strip().casefold().startswith(SYNTHETIC.casefold())


# -- text files --------------------------------------------------------------------------------


def _read_csv(path: Path) -> Sheet:
    _check_size(path, path.stat().st_size)
    with path.open("rb") as stream:
        if stream.read(len(_ZIP)) == _ZIP:
            raise TableError(str(path), ["it is an Excel workbook, whatever its name says; name it .xlsx"])
    with path.open(encoding="utf-8-sig", newline="") as lines:
        try:
            return Sheet(None, tuple(_csv_rows(lines)))
        except UnicodeDecodeError:
            message = 'it is not UTF-8 text; in Excel, save it as "CSV UTF-8 (comma delimited)"'
            raise TableError(str(path), [message]) from None
        except csv.Error as error:
            raise TableError(str(path), [f"it is not a CSV file: {error}"]) from None


def _csv_rows(lines: Iterable[str]) -> Iterator[Row]:
    lines = iter(lines)
    header = next(lines, "")
    delimiter = max(",;", key=lambda mark: len(next(csv.reader([header], delimiter=mark), [])))
    records = csv.reader(itertools.chain([header], lines), delimiter=delimiter, strict=True)
    texts: dict[str, str] = {}
    for number, record in enumerate(records, 1):
        cells = tuple(_shared(text.strip(), texts) for text in record)
        if any(cells):
            yield Row(number, cells)
