"""The cells of a column -> its values: what is understood, what is forgiven, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.tables.cells import Decoder, RefusedError, Value, is_plain_number, shown
from engine.tables.faults import Faults
from engine.tables.header import Column
from engine.tables.rows import FORMULA, Cell, NoAnswer

_MOST_KNOWN = 1_000
"""Different cells of a column whose meaning is remembered; labels are few, and numbers are quickly read."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Cells that were understood although they are not spelled as the definition spells them.

    A number column's are told once, by the first of them; ``found`` is "" for boxes left blank as not ticked.
    """

    column: str
    found: str
    read_as: str
    count: int


class ColumnReader:
    """Takes a column's cells row by row; a refused cell is a fault, and missing until the faults are raised.

    Attributes
    ----------
    column : Column
    values : list of str, float or None
        One a row; None where the answer is missing.
    """

    def __init__(self, column: Column, decoder: Decoder, faults: Faults) -> None:
        self.column = column
        self.values: list[Value | None] = []
        self._decoder = decoder
        self._faults = faults
        self._known: dict[Cell, Value] = {}
        self._repaired: dict[str, Value] = {}
        self._counts: dict[str, int] = {}
        self._formula_told = False

    def take(self, row: int, cell: Cell | None) -> None:
        """Read the cell of the next row; ``row`` is its number."""
        value: Value | None = None
        if cell is not None:
            value = self._known.get(cell)
            if value is None:
                value = self._read(row, cell)
        self.values.append(value)

    def repairs(self, name: str) -> Iterator[Repair]:
        """Yield what was forgiven in the survey's column ``name``."""
        for found, value in self._repaired.items():
            yield Repair(name, found, value if isinstance(value, str) else f"{value:.15g}", self._counts[found])

    def _read(self, row: int, cell: Cell) -> Value | None:
        try:
            value = self._decoded(cell)
        except RefusedError as refusal:
            formula = isinstance(cell, NoAnswer) and cell.why == FORMULA
            if not (formula and self._formula_told):
                self._faults.add(f"row {row}, {self.column.place}", str(refusal))
            self._formula_told |= formula
            return None
        if isinstance(cell, str) and _is_repair(cell, value):
            self._note_repair(cell, value)
        elif len(self._known) < _MOST_KNOWN:
            self._known[cell] = value
        return value

    def _decoded(self, cell: Cell) -> Value:
        if isinstance(cell, NoAnswer):
            raise RefusedError(f"{shown(cell.shown)} {cell.why}")
        repaired = self._repaired.get(cell)
        return self._decoder(cell) if repaired is None else repaired

    def _note_repair(self, cell: str, value: Value) -> None:
        example = cell if isinstance(value, str) else next(iter(self._repaired), cell)
        self._repaired.setdefault(example, value)
        self._counts[example] = self._counts.get(example, 0) + 1


def _is_repair(cell: str, value: Value) -> bool:
    """Whether a label is spelled differently, or a number is written as computers don't; a tick may be any word."""
    if isinstance(value, str):
        return cell != value
    return not is_plain_number(cell) and any(map(str.isdigit, cell))
