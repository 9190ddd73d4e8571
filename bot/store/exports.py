"""Exports: which files left with whose answers, so that an erased person's can be found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert

from bot.store.labelled import Extent
from bot.store.schema import exports


def add(connection: Connection, name: str, extent: Extent, rows: int, now: datetime) -> None:
    """Write an export down."""
    values = {
        "name": name[:255],
        "made_at": now,
        "campaign": extent.campaign,
        "since": extent.since,
        "until": extent.until,
        "rows": rows,
    }
    connection.execute(insert(exports).values(values))
