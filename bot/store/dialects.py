"""What SQLite and PostgreSQL say differently: inserts that meet a row already there, and locks on chats."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import BigInteger, Connection, CursorResult, Insert, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.dml import ReturningInsert


class Chat(Protocol):
    """Anything that names a chat of a channel."""

    @property
    def channel(self) -> str:
        """The channel's name."""

    @property
    def chat(self) -> str:
        """The channel's name for the chat."""


class Upsert:
    """An INSERT that replaces columns of a row already there, or gives way to it; built once for each dialect.

    Parameters
    ----------
    table : Table
    key : sequence of str
        The columns of the row's name.
    replaces : sequence of str
        The columns that a newer row replaces; none: the row that is there stays.
    returning : sequence of str, optional
        The columns returned for each row that was written.
    """

    def __init__(
        self, table: Table, key: Sequence[str], replaces: Sequence[str] = (), returning: Sequence[str] = ()
    ) -> None:
        self._postgresql = _upsert(postgresql.insert(table), table, key, replaces, returning)
        self._sqlite = _upsert(sqlite.insert(table), table, key, replaces, returning)

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> CursorResult[Any]:
        """Write the rows."""
        return connection.execute(self._postgresql if is_postgresql(connection) else self._sqlite, rows)


def _upsert(
    statement: sqlite.Insert | postgresql.Insert,
    table: Table,
    key: Sequence[str],
    replaces: Sequence[str],
    returning: Sequence[str],
) -> Insert | ReturningInsert[Any]:
    if replaces:
        new = {column: statement.excluded[column] for column in replaces}
        statement = statement.on_conflict_do_update(index_elements=key, set_=new)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=key)
    return statement.returning(*(table.c[name] for name in returning)) if returning else statement


def is_postgresql(connection: Connection) -> bool:
    """Whether other processes may write at the same time."""
    return connection.dialect.name == "postgresql"


_keys = func.unnest(bindparam("keys", type_=ARRAY(BigInteger))).column_valued("key")
_LOCK = select(func.pg_advisory_xact_lock(_keys))


def lock(connection: Connection, chats: Iterable[Chat]) -> None:
    """Have these chats to oneself until the transaction ends.

    SQLite's transactions exclude each other anyway. On PostgreSQL the locks are taken in one order by everybody, so
    that two workers whose batches overlap wait for each other instead of deadlocking.
    """
    if is_postgresql(connection) and (keys := sorted({_key(chat) for chat in chats})):
        connection.execute(_LOCK, {"keys": keys}).all()


def take_turn(connection: Connection, number: int) -> bool:
    """Have a turn among all workers until the transaction ends; False where another one has it."""
    return not is_postgresql(connection) or bool(connection.scalar(select(func.pg_try_advisory_xact_lock(number))))


def _key(chat: Chat) -> int:
    name = f"{chat.channel}:{chat.chat}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)
