"""Jobs of another kind than trainings, and the files that they make."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

TRAININGS = sa.table("trainings", sa.column("kind", sa.String))


def upgrade() -> None:
    """Add what analysis reports rest on."""
    op.add_column("trainings", sa.Column("kind", sa.String(16), nullable=False, server_default="training"))
    op.create_table(
        "job_files",
        sa.Column("job", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("job", "name", name="pk_job_files"),
        sa.ForeignKeyConstraint(["job"], ["trainings.id"], name="fk_job_files_job", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Take it away again; a job of another kind must not be taken for a training."""
    op.drop_table("job_files")
    op.execute(sa.delete(TRAININGS).where(TRAININGS.c.kind != "training"))
    op.drop_column("trainings", "kind")  # in place: a table made anew would give numbers twice
