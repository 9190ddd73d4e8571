"""Tombstones: who asked to be erased, by pseudonym, so that neither a backup nor a model forgets it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from bot.store import consents
from bot.store.dialects import Upsert
from bot.store.schema import exports, responses, tombstones


@dataclass(frozen=True, slots=True)
class Traces:
    """What a person leaves behind outside the database.

    Attributes
    ----------
    labelled_at : datetime or None
        When they first had given an answer that a model may have learnt from, and allowed it to.
    exports : tuple of str
        The exported files that hold their answers.
    """

    labelled_at: datetime | None
    exports: tuple[str, ...]


def traces(connection: Connection, person: int) -> Traces:
    """Return what a person who is about to be erased leaves behind."""
    real = responses.c.person_id == person, responses.c.test.is_(False)
    labelled = connection.scalar(
        select(func.min(responses.c.finished_at)).where(
            *real, responses.c.stated.is_not(None), responses.c.outcome == "complete"
        )
    )
    allowed = consents.trainable_since(connection, person)
    held = (
        select(exports.c.name)
        .where(
            exports.c.made_at >= responses.c.finished_at,
            or_(exports.c.campaign.is_(None), exports.c.campaign == responses.c.campaign),
            or_(exports.c.since.is_(None), exports.c.since <= responses.c.finished_at),
            or_(exports.c.until.is_(None), exports.c.until > responses.c.finished_at),
            *real,
        )
        .distinct()
    )
    learnt_from = None if labelled is None or allowed is None else max(labelled, allowed)
    return Traces(learnt_from, tuple(sorted(connection.scalars(held))))


def add(connection: Connection, pseudonym: str, labelled_at: datetime | None, now: datetime) -> None:
    """Remember that somebody was erased; who comes back and is erased again has the later time."""
    values = {"pseudonym": pseudonym, "erased_at": now, "labelled_at": labelled_at}
    _ADD.execute(connection, [values])


_ADD = Upsert(tombstones, ("pseudonym",), replaces=("erased_at", "labelled_at"))


def erased_since(connection: Connection, trained_at: datetime) -> int:
    """Return how many people were erased whom a model that learnt then may have learnt from."""
    query = select(func.count()).where(tombstones.c.erased_at > trained_at, tombstones.c.labelled_at <= trained_at)
    return connection.scalar(query) or 0


def erased(connection: Connection, pseudonyms: Collection[str]) -> dict[str, datetime]:
    """Return when those among these people were erased who ever were."""
    query = select(tombstones.c.pseudonym, tombstones.c.erased_at)
    found = connection.execute(query.where(tombstones.c.pseudonym.in_(pseudonyms)))
    return {row.pseudonym: row.erased_at for row in found}
