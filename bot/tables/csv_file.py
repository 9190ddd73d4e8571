"""Rows as a .csv file that Excel opens as it is meant, and in which nothing that somebody wrote is run as a formula."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from engine.tables.formulas import guarded

Cell: TypeAlias = str | float | datetime | None
WriteRow: TypeAlias = Callable[[Sequence[Cell]], object]


@contextmanager
def csv_writer(path: Path) -> Iterator[WriteRow]:
    """Lend what writes a row."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # Excel takes UTF-8 for something else without
        writing = csv.writer(file, lineterminator="\n")
        yield lambda row: writing.writerow([_plain(cell) for cell in row])


def _plain(cell: Cell) -> str | float | None:
    if isinstance(cell, str):
        return guarded(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell
