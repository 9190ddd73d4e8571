"""Finished responses: what was answered, and what was predicted for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from bot.conversation.effects import Store
from bot.store.dialects import Upsert
from bot.store.schema import responses


@dataclass(frozen=True, slots=True)
class Response:
    """What an assessment needs of a stored response; ``model_version`` is the one that the person was told by."""

    answers: Mapping[str, Any]
    stated: str | None
    model_version: str | None


def add(connection: Connection, person: int, finished: Store, consented_at: datetime | None, now: datetime) -> None:
    """Store a finished run; a second one of the same name changes nothing."""
    values = {
        "run": finished.run,
        "person_id": person,
        "answers": dict(finished.answers),
        "set_aside": dict(finished.set_aside) or None,
        "stated": finished.stated,
        "outcome": finished.outcome,
        "campaign": finished.campaign,
        "consented_at": consented_at,
        "finished_at": now,
    }
    _ADD.execute(connection, [values])


_ADD = Upsert(responses, ("run",))


def load(connection: Connection, run: str) -> Response | None:
    """Return the response of a run."""
    wanted = select(responses.c.answers, responses.c.stated, responses.c.model_version)
    found = connection.execute(wanted.where(responses.c.run == run)).first()
    return None if found is None else Response(found.answers, found.stated, found.model_version)


def record_prediction(connection: Connection, run: str, grade: str, model_version: str) -> None:
    """Note what the person was told, and by which model."""
    told = update(responses).where(responses.c.run == run).values(grade=grade, model_version=model_version)
    connection.execute(told)
