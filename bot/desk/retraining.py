"""Training at the desk: begin it, with a table or without, and decide what becomes of its model."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePath

from bot.conversation.events import File
from bot.desk.visit import Answer, Visit
from bot.desk.waiting import already, named, waiting_card
from bot.store import jobs
from bot.store.letters import Message, Report

MOST_BYTES = 20 * 1024 * 1024
"""Telegram lets a bot download no more."""
TABLES = (".xlsx", ".csv")
LATELY = timedelta(minutes=15)
"""For how long after /retrain a table that is sent belongs to it."""


def retrain(visit: Visit, file: File | None = None) -> Answer:
    """Begin a training; with a table its rows are imported first."""
    if file is not None and (refusal := _refusal(visit, file)) is not None:
        return (refusal,)
    if file is None and (refusal := already(visit, jobs.TRAINING)) is not None:
        return (refusal,)
    visit.log("retrain", "" if file is None else file.name)
    return (waiting_card(visit, jobs.add(visit.connection, visit.who, visit.language, visit.now, file=file)),)


def table(visit: Visit, file: File) -> Answer:
    """Take a table that was sent: after /retrain it belongs to that, else ask what it is for."""
    if file.caption.strip().lower().split("@")[0].startswith("/retrain"):
        return retrain(visit, file)
    if (refusal := _refusal(visit, file)) is not None:
        return (refusal,)
    if jobs.asked_since(visit.connection, visit.who, visit.now - LATELY):
        return retrain(visit, file)
    asked = jobs.add(visit.connection, visit.who, visit.language, visit.now, file=file, state=jobs.ASKED)
    yes = visit.button("button_import", "import", asked.id)
    return (visit.say("table_what_for", [yes], [visit.button("button_no", "nothing")], name=_shown(file)),)


def import_asked(visit: Visit) -> Answer:
    """Begin with the table that was asked about."""
    training = named(visit)
    if training is None or not jobs.move(visit.connection, training.id, jobs.ASKED, jobs.WAITING):
        return (visit.say("training_over"),)
    visit.log("retrain", training.file.name if training.file else "")
    return (waiting_card(visit, training),)


def promote(visit: Visit) -> Answer:
    """Take the new model into use although the gate left that to a person."""
    training = named(visit)
    if training is None or not training.outcome or not training.outcome.get("version"):
        return (visit.say("training_over"),)
    visit.log("promote", str(training.outcome["version"]))
    return (Report("rollback", visit.language, {"version": training.outcome["version"]}),)


def keep(visit: Visit) -> Answer:
    """Keep the model that is in use."""
    visit.log("keep")
    return (visit.say("training_kept"),)


def _refusal(visit: Visit, file: File) -> Message | None:
    """Say why a file is not even downloaded, if that can be seen from outside."""
    suffix = PurePath(file.name).suffix.lower()
    if suffix not in TABLES:
        return visit.say("table_wrong_kind", name=_shown(file))
    if file.size > MOST_BYTES:
        return visit.say("table_too_large", name=_shown(file), size=f"{file.size / 1e6:,.0f}")
    return None


def _shown(file: File) -> str:
    """Return a file's name fit for a line."""
    return " ".join(file.name.split())[:64] or "?"
