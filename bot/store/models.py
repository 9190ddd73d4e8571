"""Trained versions in the database: how they get from one worker to the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from bot.store.schema import models


@dataclass(frozen=True, slots=True)
class Known:
    """Which versions the database holds, and which of them all workers are to use."""

    ids: frozenset[str]
    active: str | None


def known(connection: Connection) -> Known:
    """Return what there is, without reading a single archive."""
    rows = connection.execute(select(models.c.id, models.c.active)).all()
    active = [row.id for row in rows if row.active]
    return Known(frozenset(row.id for row in rows), active[0] if active else None)


def manifest(connection: Connection, identity: str) -> Mapping[str, Any] | None:
    """Return a version's manifest."""
    found: Mapping[str, Any] | None = connection.scalar(select(models.c.manifest).where(models.c.id == identity))
    return found


def archive(connection: Connection, identity: str) -> bytes | None:
    """Return a version's folder as it was packed."""
    return connection.scalar(select(models.c.archive).where(models.c.id == identity))


def add(connection: Connection, identity: str, manifest: Mapping[str, Any], archive: bytes, now: datetime) -> None:
    """Store a version without activating it; a second one of the same name changes nothing."""
    values = {"id": identity, "manifest": dict(manifest), "archive": archive, "active": False, "stored_at": now}
    try:
        with connection.begin_nested():
            connection.execute(insert(models).values(values))
    except IntegrityError:  # another worker was faster with the very same
        pass


def activate(connection: Connection, identity: str, instead_of: str | None) -> bool:
    """Make a stored version the only active one, unless another than ``instead_of`` is by now; return whether it is."""
    if connection.dialect.name == "postgresql":
        # rows that another worker adds or switches meanwhile would escape an UPDATE alone: two could be active
        connection.execute(text(f"LOCK TABLE {models.name} IN SHARE ROW EXCLUSIVE MODE"))
    stored = known(connection)
    if stored.active != instead_of or identity not in stored.ids:
        return False
    switched = models.c.id == identity
    connection.execute(update(models).where(models.c.active != switched).values(active=switched))
    return True
