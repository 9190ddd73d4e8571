"""Workers with their claims and budget, models, alerts and facts; what was set aside or could not be read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TIME = sa.DateTime(timezone=True)
WORKER = sa.String(32)


def upgrade() -> None:
    """Add the tables and columns that more than one process needs."""
    with op.batch_alter_table("sessions") as sessions:
        sessions.add_column(sa.Column("unreadable", sa.JSON))
    with op.batch_alter_table("responses") as responses:
        responses.add_column(sa.Column("set_aside", sa.JSON))
    # SQLite adds a column in place; in a batch it would copy the table, and forget which numbers were given
    op.add_column("outbox", sa.Column("bulk", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("outbox", sa.Column("worker", WORKER))
    _index_who_waits()
    _index_what_is_claimed_or_held()
    sent = sa.text("sent_at IS NOT NULL")
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"], sqlite_where=sent, postgresql_where=sent)
    given_up = sa.text("error IS NOT NULL")
    op.create_index("ix_outbox_given_up", "outbox", ["created_at"], sqlite_where=given_up, postgresql_where=given_up)
    op.create_table(
        "workers",
        sa.Column("id", WORKER, nullable=False),
        sa.Column("beat", sa.Integer, nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_table(
        "budget",
        sa.Column("id", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("passed", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_budget"),
    )
    op.create_table(
        "models",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("manifest", sa.JSON, nullable=False),
        sa.Column("archive", sa.LargeBinary, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("stored_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_models"),
    )
    op.create_table(
        "alerts",
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(1024), nullable=False),
        sa.Column("raised_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("kind", name="pk_alerts"),
    )
    op.create_table(
        "facts",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("value", sa.String(255), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_facts"),
    )


def _index_who_waits() -> None:
    waiting = "sent_at IS NULL AND error IS NULL AND held IS NULL"
    for name, columns, sqlite, postgresql in (
        ("ix_outbox_unclaimed", ["channel", "chat_id"], "0", "false"),
        ("ix_outbox_bulk", ["due_at"], "1", "true"),
    ):
        op.create_index(
            name,
            "outbox",
            columns,
            sqlite_where=sa.text(f"{waiting} AND bulk IS {sqlite} AND worker IS NULL"),
            postgresql_where=sa.text(f"{waiting} AND bulk IS {postgresql} AND worker IS NULL"),
        )


def _index_what_is_claimed_or_held() -> None:
    for column, name in (("worker", "ix_outbox_claimed"), ("held", "ix_outbox_held")):
        condition = sa.text(f"sent_at IS NULL AND error IS NULL AND {column} IS NOT NULL")
        op.create_index(name, "outbox", [column], sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    """Take them away again."""
    for table in ("facts", "alerts", "models", "budget", "workers"):
        op.drop_table(table)
    for index in ("given_up", "sent_at", "bulk", "unclaimed", "claimed", "held"):
        op.drop_index(f"ix_outbox_{index}", table_name="outbox")
    op.drop_column("outbox", "worker")
    op.drop_column("outbox", "bulk")
    with op.batch_alter_table("responses") as responses:
        responses.drop_column("set_aside")
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("unreadable")
