"""Imports: the rows of a table into the store, some at a time, so that people are answered in between."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from sqlalchemy import Connection

from bot.clock import Clock, utc_now
from bot.errors import UserError
from bot.pseudonyms import Pseudonyms, person_in
from bot.store import imported, people, tombstones
from bot.store.database import Store
from bot.store.imported import ImportedRow
from bot.tables.reading import ReadTable, TableRow

ROWS_A_STEP = 500


class RefusedTableError(UserError):
    """A table that is not taken in, although nothing is wrong with its cells; one line says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of rows.

    Attributes
    ----------
    new, updated, unchanged : int
        By whether their ID was there, with the same answers or others.
    own, erased : int
        Left out: answers of the store's own people, exported once, and of people who asked to be erased.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    own: int = 0
    erased: int = 0

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.new + other.new,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.own + other.own,
            self.erased + other.erased,
        )

    @property
    def changed(self) -> int:
        """Rows that are in the store now and were not before."""
        return self.new + self.updated


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a table that was imported to its end; see `Outcome` and `bot.tables.reading.ReadTable`."""

    source: str
    outcome: Outcome
    unlabelled: int = 0
    target: str = ""
    ignored: tuple[str, ...] = field(default=())


async def import_rows(
    store: Store, pseudonyms: Pseudonyms, table: ReadTable, *, source: str | None = None, clock: Clock = utc_now
) -> Imported:
    """Take a table's rows into the store.

    After a crash it may be imported again: rows that are there already, those without an ID included, stay as they
    are. Only at its end does the store know the table as a whole.

    Parameters
    ----------
    store : Store
    pseudonyms : Pseudonyms
    table : ReadTable
    source : str, optional
        The name that the rows go by as their source; unless given, the file's.
    clock : callable

    Raises
    ------
    RefusedTableError
        Where the table is synthetic, or was imported before and has no IDs that would tell its rows apart.
    """
    source = source or table.source
    if table.synthetic:
        raise RefusedTableError(f"{source}: nobody gave these answers; invented answers are never mixed with real ones")
    await store.step(partial(_refuse_doubled, table, source, await asyncio.to_thread(_first_id, table)))
    own: Collection[str] = await store.look(partial(_own, pseudonyms, table.people)) if table.people else ()
    rows, outcome = enumerate(table.rows(), 1), Outcome()
    while True:
        some = await asyncio.to_thread(_some, rows, table, source)
        last = len(some) < ROWS_A_STEP
        outcome += await store.step(partial(_put, some, own, clock, table if last else None, source))
        if last:
            return Imported(source, outcome, table.unlabelled, table.target, table.ignored)


def _first_id(table: ReadTable) -> str | None:
    return next((row.id for row in table.rows()), None)


def _refuse_doubled(table: ReadTable, source: str, first: str | None, connection: Connection) -> None:
    """Refuse a table again whose rows, now or then, have no IDs: they would be doubled."""
    when, key = imported.imported_at(connection, table.fingerprint), _key(table, 1)
    if when is None or not (table.anonymous or (first != key and imported.existing(connection, [key]))):
        return
    raise RefusedTableError(
        f"{source}: this same table was imported on {when:%Y-%m-%d} already, and is not taken in twice; a column "
        '"ID" would tell its rows apart'
    )


def _own(pseudonyms: Pseudonyms, wanted: Collection[str], connection: Connection) -> frozenset[str]:
    return frozenset(name for address in people.everybody(connection) if (name := pseudonyms.of(address)) in wanted)


def _some(rows: Iterator[tuple[int, TableRow]], table: ReadTable, source: str) -> list[ImportedRow]:
    return [
        ImportedRow(row.id or _key(table, number), row.answers, row.stated, source)
        for number, row in islice(rows, ROWS_A_STEP)
    ]


def _key(table: ReadTable, number: int) -> str:
    """Return what a row without an ID goes by: the same each time that the same table comes."""
    return f"#{table.fingerprint[:12]}:{number}"


def _put(
    rows: Sequence[ImportedRow],
    own: Collection[str],
    clock: Clock,
    ended: ReadTable | None,
    source: str,
    connection: Connection,
) -> Outcome:
    """Store some rows; with the last of them the table counts as imported."""
    now, persons = clock(), {row.id: person_in(row.id) for row in rows}
    gone = tombstones.erased(connection, [person for person in persons.values() if person is not None])
    there = imported.existing(connection, list(persons))
    ours = {row.id for row in rows if persons[row.id] in own}
    erased = {row.id for row in rows if persons[row.id] in gone} - ours
    taken = [row for row in rows if row.id not in ours | erased]
    new = [row for row in taken if row.id not in there]
    updated = [row for row in taken if row.id in there and not _same(row, there[row.id])]
    imported.put(connection, [*new, *updated], now)
    if ended is not None:
        imported.remember(connection, ended.fingerprint, source, ended.count, now)
    return Outcome(len(new), len(updated), len(taken) - len(new) - len(updated), len(ours), len(erased))


def _same(row: ImportedRow, there: ImportedRow) -> bool:
    return row.answers == there.answers and row.stated == there.stated
