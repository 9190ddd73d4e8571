"""Single facts that outlive the process, by their names."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store.dialects import Upsert
from bot.store.schema import facts


def read(connection: Connection, name: str) -> str | None:
    """Return what was written under a name, if anything was."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def write(connection: Connection, name: str, value: str) -> None:
    """Write a fact in place of the one before."""
    _WRITE.execute(connection, [{"name": name, "value": value}])


_WRITE = Upsert(facts, ("name",), replaces=("value",))
