"""Rows out of a .csv file: UTF-8, separated by commas, semicolons or tabs, within bounded memory."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from engine.tables.formulas import bared
from engine.tables.rows import MAX_ROWS, Row, Sheet, UnreadableError, clean

MAX_RECORD = 10_000_000
"""Characters of one row: ten times what a hundred long remarks take; a file without line ends has more."""

_SAVE_AS_UTF_8 = 'in Excel, save it as "CSV UTF-8 (comma delimited)"'


@contextmanager
def opened(path: Path) -> Iterator[Sheet]:
    """Open a .csv file; its rows are read as they are asked for."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        yield Sheet(None, _rows(_Lines(stream)))


class _Lines:
    """Lines of text, of which one record may take no more than `MAX_RECORD` characters."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._left = MAX_RECORD
        self.read = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._stream.readline(self._left + 1)
        self.read += 1
        self._left -= len(line)
        if self._left < 0:
            raise UnreadableError(
                f"the row at line {self.read} does not end: is a quotation mark opened and never closed, "
                "or the file one long line?"
            )
        if "\0" in line:
            raise UnreadableError(f"line {self.read} is no text but holds zero bytes; {_SAVE_AS_UTF_8}")
        if not line:
            raise StopIteration
        return line

    def record_ended(self) -> None:
        self._left = MAX_RECORD


def _rows(lines: _Lines) -> Iterator[Row]:
    try:
        yield from _records(lines)
    except UnicodeDecodeError:
        raise UnreadableError(f"it is not UTF-8 text; {_SAVE_AS_UTF_8}") from None
    except csv.Error as error:
        raise UnreadableError(
            f"it is not a CSV file: {error} at line {lines.read}; is a quotation mark opened and never closed?"
        ) from None


def _records(lines: _Lines) -> Iterator[Row]:
    first = next(lines, "")
    delimiter = max(",;\t", key=lambda mark: len(next(csv.reader([first], delimiter=mark), [])))
    header: Row | None = None
    width = 0
    for number, record in enumerate(csv.reader(itertools.chain([first], lines), delimiter=delimiter, strict=True), 1):
        lines.record_ended()
        cells = {i: text for i, cell in enumerate(record) if (text := clean(bared(clean(cell))))}
        if not cells:
            continue
        row = Row(number, cells)
        if header is None:
            header, width = row, len(record)
        elif len(record) > width and max(cells) >= width:
            raise UnreadableError(
                f"row {number} has {max(cells) + 1:,} cells, but row {header.number} names {width:,} columns; "
                f'a cell that holds a "{delimiter}" must stand in quotation marks'
            )
        if number > MAX_ROWS:
            raise UnreadableError(f"it has more than {MAX_ROWS:,} rows; at most that many are read")
        yield row
