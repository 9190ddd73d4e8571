"""The language of a campaign, and finding people by when they last did something."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add what reminders, retention and campaigns in a language of their own rest on."""
    op.add_column("campaigns", sa.Column("language", sa.String(16)))
    op.create_index("ix_sessions_updated_at", "sessions", ["updated_at"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_sessions_updated_at", "sessions")
    op.drop_column("campaigns", "language")
