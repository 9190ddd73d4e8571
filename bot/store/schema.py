"""The tables, as SQLAlchemy Core; bot/store/migrations brings a database to this state."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    false,
    true,
)

from bot.store.moments import UtcTime

CHANNEL = String(32)
KEY = String(64)
"""A channel's name for a person or a chat, sealed (see `bot.sealing`), or for a message: numbers, or texts."""

SLUG = String(64)
"""What a link carries: Telegram's limit for it."""
RUN = String(64)

WORKER = String(32)
"""A running process's name for itself: made at its start, never given twice."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

people = Table(
    "people",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", CHANNEL, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("gone_at", UtcTime),
    # what the links carried that led here, first and last
    Column("first_campaign", SLUG),
    Column("last_campaign", SLUG),
    # what the person does not allow just now: to be in figures and exports, to be learnt from
    Column("no_statistics", Boolean, nullable=False, server_default=false()),
    Column("no_training", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("channel", "user_id"),
)

# the exact words that people agreed to, or refused by
consent_texts = Table(
    "consent_texts",
    metadata,
    Column("version", String(16), primary_key=True),
    Column("language", String(16), nullable=False),
    Column("words", Text, nullable=False),
)

consents = Table(
    "consents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("person_id", ForeignKey(people.c.id, ondelete="CASCADE"), nullable=False, index=True),
    # a use of the answers, and "given", "refused" or "withdrawn"; see `bot.conversation.consent`
    Column("use", String(16), nullable=False),
    Column("decision", String(16), nullable=False),
    Column("text_version", ForeignKey(consent_texts.c.version), nullable=False),
    Column("language", String(16), nullable=False),
    Column("at", UtcTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("person_id", ForeignKey(people.c.id, ondelete="CASCADE"), primary_key=True),
    Column("data", JSON, nullable=False),
    Column("survey_hash", String(64), nullable=False),
    # when the person last did something
    Column("updated_at", UtcTime, nullable=False),
    # whether they stopped where they may be reminded, and were not yet looked at since
    Column("remindable", Boolean, nullable=False, server_default=false()),
    # a list of what stood here when it could not be read, or was of another survey: kept, so that nothing is lost, and
    # erased with the person
    Column("unreadable", JSON),
)

remindable = sessions.c.remindable.is_(true())
Index("ix_sessions_remindable", sessions.c.updated_at, sqlite_where=remindable, postgresql_where=remindable)

responses = Table(
    "responses",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run", RUN, nullable=False, unique=True),
    Column("person_id", ForeignKey(people.c.id, ondelete="CASCADE"), nullable=False, index=True),
    Column("answers", JSON, nullable=False),
    # given to questions, or in words, that the survey no longer had when the run was finished
    Column("set_aside", JSON(none_as_null=True)),
    Column("stated", String(255)),
    Column("outcome", String(16), nullable=False),
    Column("campaign", SLUG),
    # tried out by those who run the bot, or by a test link: in no figure, export or training
    Column("test", Boolean, nullable=False, server_default=false()),
    Column("language", String(16)),
    Column("consented_at", UtcTime),
    Column("finished_at", UtcTime, nullable=False),
    # what the person was told, when, and by which model
    Column("told_at", UtcTime),
    Column("grade", String(8)),
    Column("probabilities", JSON(none_as_null=True)),
    Column("segment", String(128)),
    Column("model_version", String(64)),
)

runs = Table(
    "runs",
    metadata,
    Column("run", RUN, primary_key=True),
    # nobody, once the person was erased: then only that somebody came is left
    Column("person_id", ForeignKey(people.c.id, ondelete="SET NULL"), index=True),
    Column("campaign", SLUG, index=True),
    Column("test", Boolean, nullable=False, server_default=false()),
    Column("language", String(16), nullable=False),
    # the link was passed on by somebody who had taken part
    Column("shared", Boolean, nullable=False, server_default=false()),
    Column("started_at", UtcTime, nullable=False),
    # "declined", "undecided" or "erased"
    Column("ended_by", String(16)),
)

# how far each run came, and when; of runs begun before there was this table only the later stages
reached = Table(
    "reached",
    metadata,
    Column("run", RUN, primary_key=True),
    Column("stage", String(128), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

campaigns = Table(
    "campaigns",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    # what makes two names the same
    Column("name_key", String(255), nullable=False, unique=True),
    Column("slug", SLUG, nullable=False, unique=True),
    Column("test_slug", SLUG, nullable=False, unique=True),
    Column("code", String(16), nullable=False, unique=True),
    # in which people who first come by it are met; without one it is that of their app
    Column("language", String(16)),
    Column("created_at", UtcTime, nullable=False),
    Column("archived_at", UtcTime),
)

imports = Table(
    "imports",
    metadata,
    Column("id", Integer, primary_key=True),
    # of the whole table: without IDs it is known by nothing else
    Column("fingerprint", String(64), nullable=False, unique=True),
    Column("source", String(255), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("imported_at", UtcTime, nullable=False),
)

imported = Table(
    "imported",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("row_id", String(128), unique=True),
    Column("answers", JSON, nullable=False),
    Column("stated", String(255), nullable=False),
    Column("source", String(255), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
)

exports = Table(
    "exports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(255), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    # the filters that it was made with
    Column("campaign", SLUG),
    Column("since", UtcTime),
    Column("until", UtcTime),
    Column("rows", Integer, nullable=False),
)

# people who asked to be erased, by what only DATA_KEY makes of them: a restored backup must not bring them back
tombstones = Table(
    "tombstones",
    metadata,
    Column("pseudonym", String(64), primary_key=True),
    Column("erased_at", UtcTime, nullable=False),
    # when they had given an answer that a model may have learnt from
    Column("labelled_at", UtcTime),
)

# the long work that is asked for in the chat: trainings, and analysis reports
trainings = Table(
    "trainings",
    metadata,
    Column("id", Integer, primary_key=True),
    # "training" or "analysis"
    Column("kind", String(16), nullable=False, server_default="training"),
    # the chat that asked for it
    Column("channel", CHANNEL, nullable=False),
    Column("chat_id", KEY, nullable=False),
    Column("language", String(16), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    # a table that was sent along: file_id, name, size
    Column("file", JSON(none_as_null=True)),
    Column("worker", WORKER),
    Column("created_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
    Column("outcome", JSON(none_as_null=True)),
    sqlite_autoincrement=True,
)

# what a job made, until it is sent
job_files = Table(
    "job_files",
    metadata,
    Column("job", ForeignKey(trainings.c.id, ondelete="CASCADE"), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

admins = Table(
    "admins",
    metadata,
    Column("channel", CHANNEL, primary_key=True),
    Column("user_id", KEY, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("since", UtcTime, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    # of the link's secret, which is told once
    Column("digest", String(64), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("expires_at", UtcTime, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False, index=True),
    Column("channel", CHANNEL, nullable=False),
    Column("user_id", KEY, nullable=False),
    Column("act", String(32), nullable=False),
    Column("detail", String(512), nullable=False),
)

seen_updates = Table(
    "seen_updates",
    metadata,
    Column("channel", CHANNEL, primary_key=True),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seen_at", UtcTime, nullable=False, index=True),
)

parked_updates = Table(
    "parked_updates",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", CHANNEL, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("error", String(255), nullable=False),
    Column("parked_at", UtcTime, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("channel", CHANNEL, nullable=False),
    Column("chat_id", KEY, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("held", String(16)),
    # answers to people leave before what was written to many
    Column("bulk", Boolean, nullable=False, default=False),
    # who delivers the chat's messages just now; it stands on the oldest of them, and ends when that is sent
    Column("worker", WORKER),
    Column("sent_at", UtcTime),
    Column("error", String(255)),
    # a number is never given twice: a message erased while on its way must not be taken for a newer one
    sqlite_autoincrement=True,
)
unsent = and_(outbox.c.sent_at.is_(None), outbox.c.error.is_(None))
waiting = and_(unsent, outbox.c.held.is_(None))
unclaimed = and_(waiting, outbox.c.bulk.is_(false()), outbox.c.worker.is_(None))
claimed = and_(unsent, outbox.c.worker.is_not(None))
held = and_(unsent, outbox.c.held.is_not(None))
unclaimed_bulk = and_(waiting, outbox.c.bulk.is_(true()), outbox.c.worker.is_(None))
Index(
    "ix_outbox_unsent",
    outbox.c.channel,
    outbox.c.chat_id,
    outbox.c.id,
    sqlite_where=unsent,
    postgresql_where=unsent,
)
# looked for every second: a hundred thousand nudges on their way must not make that slow
Index(
    "ix_outbox_unclaimed",
    outbox.c.channel,
    outbox.c.chat_id,
    sqlite_where=unclaimed,
    postgresql_where=unclaimed,
)
Index("ix_outbox_bulk", outbox.c.due_at, sqlite_where=unclaimed_bulk, postgresql_where=unclaimed_bulk)
Index("ix_outbox_claimed", outbox.c.worker, sqlite_where=claimed, postgresql_where=claimed)
Index("ix_outbox_held", outbox.c.held, sqlite_where=held, postgresql_where=held)
Index(
    "ix_outbox_sent_at",
    outbox.c.sent_at,
    sqlite_where=outbox.c.sent_at.is_not(None),
    postgresql_where=outbox.c.sent_at.is_not(None),
)
# looked for every minute among two days' messages
Index(
    "ix_outbox_given_up",
    outbox.c.created_at,
    sqlite_where=outbox.c.error.is_not(None),
    postgresql_where=outbox.c.error.is_not(None),
)

cards = Table(
    "cards",
    metadata,
    Column("channel", CHANNEL, primary_key=True),
    Column("chat_id", KEY, primary_key=True),
    Column("card", Integer, primary_key=True, autoincrement=False),
    Column("message_id", KEY, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("id", WORKER, primary_key=True),
    # counts up while the worker lives; the others compare it with what they saw, so that no clocks need agree
    Column("beat", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
)

budget = Table(
    "budget",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    # seconds since 1970 of the last messages that any worker was allowed to send
    Column("passed", JSON, nullable=False),
)

models = Table(
    "models",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("manifest", JSON, nullable=False),
    # the version's folder, as a zip file
    Column("archive", LargeBinary, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("stored_at", UtcTime, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("detail", String(1024), nullable=False),
    Column("raised_at", UtcTime, nullable=False),
)

facts = Table(
    "facts",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", String(255), nullable=False),
)
