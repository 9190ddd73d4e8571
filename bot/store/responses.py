"""Finished responses: what was answered, and what was predicted for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from bot.conversation.effects import Store
from bot.conversation.session import Session
from bot.store.dialects import Upsert
from bot.store.moments import UtcTime
from bot.store.schema import responses


@dataclass(frozen=True, slots=True)
class Response:
    """What an assessment needs of a stored response; ``model_version`` is the one that the person was told by."""

    answers: Mapping[str, Any]
    stated: str | None
    model_version: str | None
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What a person is told; ``segment`` is the group's name for those who run the bot."""

    grade: str
    probabilities: Mapping[str, float]
    segment: str
    model_version: str


def add(
    connection: Connection, person: int, finished: Store, session: Session, now: datetime, *, test: bool = False
) -> None:
    """Store a finished run, which left its person in ``session``; a second one of the same name changes nothing."""
    consented_at = datetime.fromisoformat(session.consented_at) if session.consented_at else None
    values = {
        "run": finished.run,
        "person_id": person,
        "answers": dict(finished.answers),
        "set_aside": dict(finished.set_aside) or None,
        "stated": finished.stated,
        "outcome": finished.outcome,
        "campaign": finished.campaign,
        "test": test,
        "language": session.language,
        "consented_at": consented_at,
        "finished_at": now,
    }
    _ADD.execute(connection, [values])


_ADD = Upsert(responses, ("run",))


def load(connection: Connection, run: str) -> Response | None:
    """Return the response of a run."""
    wanted = select(responses.c.answers, responses.c.stated, responses.c.model_version, responses.c.campaign)
    found = connection.execute(wanted.where(responses.c.run == run)).first()
    return None if found is None else Response(found.answers, found.stated, found.model_version, found.campaign)


def answered(connection: Connection, person: int) -> list[list[str]]:
    """Return, of each round that a person finished, the columns that they answered."""
    rows = connection.scalars(select(responses.c.answers).where(responses.c.person_id == person))
    return [[column for column, answer in answers.items() if answer is not None] for answers in rows]


def record_prediction(connection: Connection, run: str, told: Told, now: datetime) -> None:
    """Note what the person was told; the first time counts as the time of it."""
    values = {
        "grade": told.grade,
        "probabilities": dict(told.probabilities),
        "segment": told.segment[:128],
        "model_version": told.model_version,
        "told_at": func.coalesce(responses.c.told_at, bindparam("now", now, UtcTime)),
    }
    connection.execute(update(responses).where(responses.c.run == run).values(values))
