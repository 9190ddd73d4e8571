"""Imported answers: rows by their IDs, and the tables that they came in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, delete, exists, func, or_, select

from bot.store.dialects import Upsert
from bot.store.schema import imported, imports, tombstones

LONGEST_ID = 128
ROWS_AT_ONCE = 1000
"""Rows in memory at the same time."""

_PSEUDONYM = 18
"""Characters of a pseudonym, which an exported row's ID begins with."""


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of an imported table; ``source`` is the file's name."""

    id: str
    answers: Mapping[str, Any]
    stated: str
    source: str = ""


def everything(connection: Connection) -> Iterator[ImportedRow]:
    """Yield all rows in the order in which they first came, but for those of people who were erased since."""
    query = _kept(select(imported.c.row_id, imported.c.answers, imported.c.stated, imported.c.source))
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            yield ImportedRow(row.row_id, row.answers, row.stated, row.source)


def labels(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield ID and stated answer of what `everything` yields, which is much less to read."""
    query = _kept(select(imported.c.row_id, imported.c.stated))
    with connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as rows:
        for row in rows:
            yield row.row_id, row.stated


def _kept(query: Select[Any]) -> Select[Any]:
    erased = exists().where(tombstones.c.pseudonym == func.substr(imported.c.row_id, 1, _PSEUDONYM))
    return query.where(~erased).order_by(imported.c.id)


def existing(connection: Connection, ids: Collection[str]) -> dict[str, ImportedRow]:
    """Return those of the rows with these IDs that are there."""
    query = select(imported.c.row_id, imported.c.answers, imported.c.stated, imported.c.source)
    rows = connection.execute(query.where(imported.c.row_id.in_(ids)))
    return {row.row_id: ImportedRow(row.row_id, row.answers, row.stated, row.source) for row in rows}


def put(connection: Connection, rows: Sequence[ImportedRow], now: datetime) -> None:
    """Store rows, in place of those with the same IDs."""
    values = [
        {
            "row_id": row.id,
            "answers": dict(row.answers),
            "stated": row.stated,
            "source": row.source[:255],
            "imported_at": now,
        }
        for row in rows
    ]
    if values:
        _PUT.execute(connection, values)


_PUT = Upsert(imported, ("row_id",), replaces=("answers", "stated", "source", "imported_at"))


def of_person(connection: Connection, pseudonym: str) -> list[ImportedRow]:
    """Return the rows that came back under a person's pseudonym."""
    rows = connection.execute(select(imported).where(_theirs(pseudonym)).order_by(imported.c.id))
    return [ImportedRow(row.row_id, row.answers, row.stated, row.source) for row in rows]


def forget(connection: Connection, pseudonym: str) -> None:
    """Erase the rows that came back under a person's pseudonym."""
    connection.execute(delete(imported).where(_theirs(pseudonym)))


def _theirs(pseudonym: str) -> ColumnElement[bool]:
    return or_(imported.c.row_id == pseudonym, imported.c.row_id.startswith(f"{pseudonym}-", autoescape=True))


def of(connection: Connection, pseudonyms: Collection[str]) -> dict[str, list[int]]:
    """Return the numbers of the rows that came back under people's pseudonyms, found by looking through all rows."""
    found: dict[str, list[int]] = defaultdict(list)
    pseudonym = func.substr(imported.c.row_id, 1, _PSEUDONYM)
    for row in connection.execute(select(pseudonym.label("pseudonym"), imported.c.id).where(pseudonym.in_(pseudonyms))):
        found[row.pseudonym].append(row.id)
    return found


def remove(connection: Connection, numbers: Collection[int]) -> None:
    """Erase rows by their numbers."""
    if numbers:
        connection.execute(delete(imported).where(imported.c.id.in_(numbers)))


def imported_at(connection: Connection, fingerprint: str) -> datetime | None:
    """Return when a table was imported to its end, if it ever was."""
    return connection.scalar(select(imports.c.imported_at).where(imports.c.fingerprint == fingerprint))


def remember(connection: Connection, fingerprint: str, source: str, rows: int, now: datetime) -> None:
    """Note that a table was imported to its end; the first time counts."""
    values = {"fingerprint": fingerprint, "source": source[:255], "rows": rows, "imported_at": now}
    _REMEMBER.execute(connection, [values])


_REMEMBER = Upsert(imports, ("fingerprint",))
