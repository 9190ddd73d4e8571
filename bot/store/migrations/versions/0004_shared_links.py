"""Whether a run began by a link that somebody passed on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add it; of all runs before it is known, since there were no such links."""
    op.add_column("runs", sa.Column("shared", sa.Boolean, nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("runs") as runs:
        runs.drop_column("shared")
