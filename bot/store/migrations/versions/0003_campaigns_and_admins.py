"""Campaigns, runs and how far they came, tables in and out, trainings, those who run the bot, and who was erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TIME = sa.DateTime(timezone=True)
CHANNEL, KEY, WORKER = sa.String(32), sa.String(64), sa.String(32)
SLUG, RUN = sa.String(64), sa.String(64)

NEW_TABLES = (
    "audit",
    "invitations",
    "admins",
    "trainings",
    "tombstones",
    "exports",
    "imported",
    "imports",
    "campaigns",
    "reached",
    "runs",
)


def upgrade() -> None:
    """Add what those who run the bot need."""
    for name in ("first_campaign", "last_campaign"):
        op.add_column("people", sa.Column(name, SLUG))
    for column in (
        sa.Column("test", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("language", sa.String(16)),
        sa.Column("told_at", TIME),
        sa.Column("probabilities", sa.JSON),
        sa.Column("segment", sa.String(128)),
    ):
        op.add_column("responses", column)
    # of what was told before, nobody noted when: no later than everything else that was known then
    op.execute("UPDATE responses SET told_at = finished_at WHERE model_version IS NOT NULL")
    _add_runs()
    _add_campaigns()
    _add_tables_in_and_out()
    _add_trainings()
    _add_admins()


def _add_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run", RUN, nullable=False),
        sa.Column("person_id", sa.Integer),
        sa.Column("campaign", SLUG),
        sa.Column("test", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("ended_by", sa.String(16)),
        sa.PrimaryKeyConstraint("run", name="pk_runs"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_runs_person_id", ondelete="SET NULL"),
    )
    op.create_index("ix_runs_person_id", "runs", ["person_id"])
    op.create_index("ix_runs_campaign", "runs", ["campaign"])
    op.create_table(
        "reached",
        sa.Column("run", RUN, nullable=False),
        sa.Column("stage", sa.String(128), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("run", "stage", name="pk_reached"),
    )


def _add_campaigns() -> None:
    op.create_table(
        "campaigns",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("name_key", sa.String(255), nullable=False),
        sa.Column("slug", SLUG, nullable=False),
        sa.Column("test_slug", SLUG, nullable=False),
        sa.Column("code", sa.String(16), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("archived_at", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_campaigns"),
        *(
            sa.UniqueConstraint(column, name=f"uq_campaigns_{column}")
            for column in ("name_key", "slug", "test_slug", "code")
        ),
    )


def _add_tables_in_and_out() -> None:
    op.create_table(
        "imports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("imported_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
        sa.UniqueConstraint("fingerprint", name="uq_imports_fingerprint"),
    )
    op.create_table(
        "imported",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("row_id", sa.String(128)),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.Column("stated", sa.String(255), nullable=False),
        sa.Column("source", sa.String(255), nullable=False),
        sa.Column("imported_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_imported"),
        sa.UniqueConstraint("row_id", name="uq_imported_row_id"),
    )
    op.create_table(
        "exports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("campaign", SLUG),
        sa.Column("since", TIME),
        sa.Column("until", TIME),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_exports"),
    )
    op.create_table(
        "tombstones",
        sa.Column("pseudonym", sa.String(64), nullable=False),
        sa.Column("erased_at", TIME, nullable=False),
        sa.Column("labelled_at", TIME),
        sa.PrimaryKeyConstraint("pseudonym", name="pk_tombstones"),
    )


def _add_trainings() -> None:
    op.create_table(
        "trainings",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("chat_id", KEY, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("file", sa.JSON),
        sa.Column("worker", WORKER),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("outcome", sa.JSON),
        sa.PrimaryKeyConstraint("id", name="pk_trainings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_trainings_state", "trainings", ["state"])


def _add_admins() -> None:
    op.create_table(
        "admins",
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("channel", "user_id", name="pk_admins"),
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_invitations"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("channel", CHANNEL, nullable=False),
        sa.Column("user_id", KEY, nullable=False),
        sa.Column("act", sa.String(32), nullable=False),
        sa.Column("detail", sa.String(512), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    """Take it away again."""
    for table in NEW_TABLES:
        op.drop_table(table)
    with op.batch_alter_table("responses") as responses:
        for name in ("segment", "probabilities", "told_at", "language", "test"):
            responses.drop_column(name)
    with op.batch_alter_table("people") as people:
        for name in ("last_campaign", "first_campaign"):
            people.drop_column(name)
