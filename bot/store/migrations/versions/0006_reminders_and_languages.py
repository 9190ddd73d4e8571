"""The language of a campaign, and who may be reminded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

SESSIONS = sa.table(
    "sessions", sa.column("data", sa.JSON), sa.column("updated_at"), sa.column("remindable", sa.Boolean)
)


def upgrade() -> None:
    """Add what reminders and campaigns in a language of their own rest on."""
    op.add_column("campaigns", sa.Column("language", sa.String(16)))
    op.add_column("sessions", sa.Column("remindable", sa.Boolean, nullable=False, server_default=sa.false()))
    in_the_middle = SESSIONS.c.data["phase"].as_string().in_(("asking", "label"))
    op.execute(sa.update(SESSIONS).where(in_the_middle).values(remindable=sa.true()))
    may_be = SESSIONS.c.remindable.is_(sa.true())
    op.create_index("ix_sessions_remindable", "sessions", ["updated_at"], sqlite_where=may_be, postgresql_where=may_be)


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_sessions_remindable", "sessions")
    with op.batch_alter_table("sessions") as sessions:
        sessions.drop_column("remindable")
    op.drop_column("campaigns", "language")
