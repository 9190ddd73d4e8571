"""What SQLite and PostgreSQL say differently: inserts that give way to a row already there, and locks on chats."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import BigInteger, Connection, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY


class Chat(Protocol):
    """Anything that names a chat of a channel."""

    @property
    def channel(self) -> str:
        """The channel's name."""

    @property
    def chat(self) -> str:
        """The channel's name for the chat."""


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT, in the connection's dialect."""
    return postgresql.insert(table) if is_postgresql(connection) else sqlite.insert(table)


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


def _key(chat: Chat) -> int:
    name = f"{chat.channel}:{chat.chat}".encode()
    return int.from_bytes(hashlib.blake2b(name, digest_size=8).digest(), signed=True)
