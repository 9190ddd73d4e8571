"""Consents, each use apart, with the words that were shown; who refuses statistics or training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

TIME = sa.DateTime(timezone=True)
REFUSALS = ("no_statistics", "no_training")
BEFORE = "before"
"""The version of words that no release wrote down."""
ROWS_AT_ONCE = 1000


def upgrade() -> None:
    """Add them; who agreed before agreed to all uses, in words that nobody wrote down."""
    for name in REFUSALS:
        op.add_column("people", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    texts = op.create_table(
        "consent_texts",
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_consent_texts"),
    )
    consents = op.create_table(
        "consents",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("use", sa.String(16), nullable=False),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("text_version", sa.String(16), nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_consents"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_consents_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["text_version"], ["consent_texts.version"], name="fk_consents_text_version"),
    )
    op.create_index("ix_consents_person_id", "consents", ["person_id"])
    connection = op.get_bind()
    agreed = [
        {"person_id": person, "decision": "given", "text_version": BEFORE, "language": language, "at": at, "use": use}
        for person, (at, language) in _agreed(connection).items()
        for use in ("result", "statistics", "training")
    ]
    if agreed:
        words = "The welcome of a release that named no uses apart and did not keep its words."
        connection.execute(sa.insert(texts), [{"version": BEFORE, "language": "en", "words": words}])
    for some in range(0, len(agreed), ROWS_AT_ONCE):
        connection.execute(sa.insert(consents), agreed[some : some + ROWS_AT_ONCE])


def _agreed(connection: sa.Connection) -> dict[int, tuple[datetime, str]]:
    """Return when each person first agreed, as far as it is known, and in which language."""
    first: dict[int, tuple[datetime, str]] = {}
    for person, at, language in (*_by_responses(connection), *_by_runs(connection), *_by_sessions(connection)):
        if person not in first or at < first[person][0]:
            first[person] = (at, language or "en")
    return first


Agreement = tuple[int, datetime, str | None]


def _by_responses(connection: sa.Connection) -> Iterator[Agreement]:
    columns = ("person_id", "consented_at", "finished_at", "language")
    responses = sa.table("responses", *(sa.column(name, TIME if name.endswith("_at") else None) for name in columns))
    for person, consented_at, finished_at, language in connection.execute(sa.select(responses)):
        yield person, _aware(consented_at or finished_at), language


def _by_runs(connection: sa.Connection) -> Iterator[Agreement]:
    runs = sa.table("runs", *map(sa.column, ("run", "person_id", "language")))
    reached = sa.table("reached", sa.column("run"), sa.column("stage"), sa.column("at", TIME))
    query = (
        sa.select(runs.c.person_id, reached.c.at, runs.c.language)
        .join(reached, reached.c.run == runs.c.run)
        .where(reached.c.stage == "consented", runs.c.person_id.is_not(None))
    )
    for person, at, language in connection.execute(query):
        yield person, _aware(at), language


def _by_sessions(connection: sa.Connection) -> Iterator[Agreement]:
    sessions = sa.table("sessions", sa.column("person_id"), sa.column("data", sa.JSON), sa.column("updated_at", TIME))
    for person, data, updated_at in connection.execute(sa.select(sessions)):
        if isinstance(data, Mapping) and (given := data.get("consented_at")):
            yield person, _moment(given) or _aware(updated_at), str(data.get("language") or "en")[:16]


def _moment(given: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def _aware(moment: datetime) -> datetime:
    """SQLite itself knows no time zones; what is stored is UTC."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("consents")
    op.drop_table("consent_texts")
    with op.batch_alter_table("people") as people:
        for name in reversed(REFUSALS):
            people.drop_column(name)
