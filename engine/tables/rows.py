"""What a sheet is made of, whatever file it comes from: rows of text, in which a cell that is no answer says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from openpyxl.utils import get_column_letter

MAX_COLUMNS = 16_384
MAX_ROWS = 1_048_576
"""What a sheet of Excel can hold; more is a fault of the program that wrote the file."""

_ZERO_WIDTH = "\u200b\u2060\ufeff"  # what str.strip leaves; pasted Khmer text is full of the first


class UnreadableError(Exception):
    """Why a file cannot be read as a table of answers, and the way out."""


FORMULA = "is a formula; copy the column and paste it as values"
"""Why such a cell is no answer; the way out is the whole column's, so that it is told once a column."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """A cell that holds something no person answered: a date, a formula, a spreadsheet error."""

    shown: str
    why: str


Cell: TypeAlias = str | NoAnswer


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is not blank.

    Attributes
    ----------
    number : int
        Counts from 1, as the spreadsheet shows it.
    cells : mapping of int to str or NoAnswer
        By column, counted from 0; blank cells are absent, so that a cell far to the right costs no more than another.
    """

    number: int
    cells: Mapping[int, Cell]


@dataclass(frozen=True, slots=True)
class MergedCells:
    """A block of cells shown as one: only its first cell holds a value. Rows count from 1, columns from 0."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    def __str__(self) -> str:
        first, last = get_column_letter(self.first_column + 1), get_column_letter(self.last_column + 1)
        return f"{first}{self.first_row}:{last}{self.last_row}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first visible sheet of a workbook, or a whole CSV file (which has no sheet's name).

    ``parts`` are read from the file as they are asked for, once; merged cells come when they are met, which in a
    workbook is after the last row.
    """

    name: str | None
    parts: Iterator[Row | MergedCells]
    synthetic: bool = False


def clean(text: str) -> str:
    """Strip what nobody sees: blanks of any script, no-break and zero-width ones included."""
    return text.strip().strip(_ZERO_WIDTH).strip()
