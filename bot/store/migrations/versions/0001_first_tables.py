"""People, sessions, responses, the inbox's memory, the outbox and its cards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TIME = sa.DateTime(timezone=True)
CHANNEL = sa.String(32)
KEY = sa.String(64)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "people",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("gone_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("channel", "user_id", name="uq_people_channel_user_id"),
    )
    op.create_table(
        "sessions",
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("data", sa.JSON, nullable=False),
        sa.Column("survey_hash", sa.String(64), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("person_id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_sessions_person_id", ondelete="CASCADE"),
    )
    op.create_table(
        "responses",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("run", sa.String(64), nullable=False),
        sa.Column("person_id", sa.Integer, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("stated", sa.String(255)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("campaign", sa.String(64)),
        sa.Column("consented_at", TIME),
        sa.Column("finished_at", TIME, nullable=False),
        sa.Column("grade", sa.String(8)),
        sa.Column("model_version", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_responses"),
        sa.UniqueConstraint("run", name="uq_responses_run"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_responses_person_id", ondelete="CASCADE"),
    )
    op.create_index("ix_responses_person_id", "responses", ["person_id"])
    op.create_table(
        "seen_updates",
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("update_id", sa.BigInteger, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("channel", "update_id", name="pk_seen_updates"),
    )
    op.create_index("ix_seen_updates_seen_at", "seen_updates", ["seen_at"])
    op.create_table(
        "parked_updates",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("error", sa.String(255), nullable=False),
        sa.Column("parked_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_parked_updates"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("held", sa.String(16)),
        sa.Column("sent_at", TIME),
        sa.Column("error", sa.String(255)),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sqlite_autoincrement=True,
    )
    unsent = sa.text("sent_at IS NULL AND error IS NULL")
    op.create_index(
        "ix_outbox_unsent",
        "outbox",
        ["channel", "chat_id", "id"],
        sqlite_where=unsent,
        postgresql_where=unsent,
    )
    op.create_table(
        "cards",
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("card", sa.Integer, nullable=False),
        sa.Column("message_id", KEY, nullable=False),
        sa.PrimaryKeyConstraint("channel", "chat_id", "card", name="pk_cards"),
    )


def downgrade() -> None:
    """Drop the tables, those that refer to others first."""
    for table in ("cards", "outbox", "parked_updates", "seen_updates", "responses", "sessions", "people"):
        op.drop_table(table)
