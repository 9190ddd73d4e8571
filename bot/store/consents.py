"""Consents: what people agreed to, refused and withdrew, when and in which words; and who refuses what just now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, exists, func, insert, select, update

from bot.conversation.consent import STATISTICS, TRAINING
from bot.conversation.effects import Consent
from bot.store.dialects import Upsert
from bot.store.schema import consent_texts, consents, people, responses

_REFUSALS = {STATISTICS: people.c.no_statistics, TRAINING: people.c.no_training}


def note(connection: Connection, decided: Sequence[tuple[int, Consent]], now: datetime) -> None:
    """Note down what people decided, by their ids; each decision holds for all their answers from now on."""
    if not decided:
        return
    texts = {
        version_of(consent): {"version": version_of(consent), "language": consent.language, "words": consent.words}
        for _, consent in decided
    }
    _TEXT.execute(connection, list(texts.values()))
    rows = [
        {
            "person_id": person,
            "use": use,
            "decision": decision,
            "text_version": version_of(consent),
            "language": consent.language,
            "at": now,
        }
        for person, consent in decided
        for use, decision in consent.decisions.items()
    ]
    connection.execute(insert(consents), rows)
    for use, column in _REFUSALS.items():
        for refuses in (True, False):
            whose = [row["person_id"] for row in rows if row["use"] == use and (row["decision"] != "given") is refuses]
            if whose:
                changed = update(people).where(people.c.id.in_(whose), column.is_not(refuses))
                connection.execute(changed.values({column: refuses}))


_TEXT = Upsert(consent_texts, ("version",))


def version_of(consent: Consent) -> str:
    """Return what tells these exact words, in this language, from all others."""
    return hashlib.sha256(f"{consent.language}\n{consent.words}".encode()).hexdigest()[:16]


def refusing_statistics() -> Select[tuple[int]]:
    """Return the query for the people who are to be in no figure and no export."""
    return select(people.c.id).where(people.c.no_statistics)


def refusing_training() -> Select[tuple[int]]:
    """Return the query for the people whose answers no model is to learn from."""
    return select(people.c.id).where(people.c.no_training)


def withdrawn_since(connection: Connection, trained_at: datetime) -> int:
    """Return how many people no longer let a model learn from their answers that may have learnt from them then."""
    withdrawn = exists().where(
        consents.c.person_id == people.c.id,
        consents.c.use == TRAINING,
        consents.c.decision == "withdrawn",
        consents.c.at > trained_at,
    )
    learnt = exists().where(
        responses.c.person_id == people.c.id,
        responses.c.outcome == "complete",
        responses.c.test.is_(False),
        responses.c.stated.is_not(None),
        responses.c.finished_at <= trained_at,
    )
    query = select(func.count()).select_from(people).where(people.c.no_training, withdrawn, learnt)
    return connection.scalar(query) or 0


def trainable_since(connection: Connection, person: int) -> datetime | None:
    """Return when a person first let a model learn from their answers; None where they never did."""
    given = consents.c.person_id == person, consents.c.use == TRAINING, consents.c.decision == "given"
    first: datetime | None = connection.scalar(select(func.min(consents.c.at)).where(*given))
    return first
