"""Long work that somebody asked for in the chat: what waits, what is under way, how it ended, and the files it made."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.conversation.events import File
from bot.store import dialects
from bot.store.letters import Address
from bot.store.schema import job_files, trainings, workers

TRAINING, ANALYSIS = "training", "analysis"
"""Kinds of jobs."""
ASKED, WAITING, RUNNING, CANCELLING = "asked", "waiting", "running", "cancelling"
"""To be confirmed; to begin; under way; under way and to be broken off."""
DONE, FAILED, CANCELLED, CUT_OFF = "done", "failed", "cancelled", "cut off"
UNDER_WAY = (RUNNING, CANCELLING)
OPEN = (WAITING, *UNDER_WAY)

_ONE_AT_A_TIME = Address("", "trainings")
"""Locked like a chat while somebody decides which job is next."""
_FIRST_CARD = 10**8
"""Cards of jobs have numbers that no session's card ever has."""


@dataclass(frozen=True, slots=True)
class Job:
    """A training, or the making of an analysis report.

    Attributes
    ----------
    chat : Address
        Of the person who asked for it.
    file : File or None
        The table that was sent along, to be imported first.
    outcome : mapping or None
        What came of it: of a training see `engine.challenge`, of an analysis `bot.analysis`.
    """

    id: int
    kind: str
    chat: Address
    language: str
    state: str
    file: File | None
    created_at: datetime
    outcome: Mapping[str, Any] | None

    @property
    def card(self) -> int:
        """The card that shows how far it is."""
        return _FIRST_CARD + self.id


def add(
    connection: Connection,
    chat: Address,
    language: str,
    now: datetime,
    *,
    kind: str = TRAINING,
    file: File | None = None,
    state: str = WAITING,
) -> Job:
    """Note that somebody asks for a job."""
    values = {
        "kind": kind,
        "channel": chat.channel,
        "chat_id": chat.chat,
        "language": language,
        "state": state,
        "file": None if file is None else {"id": file.id, "name": file.name, "size": file.size},
        "created_at": now,
    }
    row = connection.execute(insert(trainings).values(values).returning(trainings)).one()
    return _job(row)


def get(connection: Connection, number: int) -> Job | None:
    """Return a job."""
    row = connection.execute(select(trainings).where(trainings.c.id == number)).first()
    return None if row is None else _job(row)


def unfinished(connection: Connection) -> list[Job]:
    """Return those that wait or are under way, in their order."""
    return _all(connection, *OPEN)


def asked_since(connection: Connection, chat: Address, moment: datetime) -> bool:
    """Whether somebody asked for a training after a moment."""
    theirs = trainings.c.channel == chat.channel, trainings.c.chat_id == chat.chat
    lately = select(trainings.c.id).where(*theirs, trainings.c.kind == TRAINING, trainings.c.created_at > moment)
    return connection.execute(lately.limit(1)).first() is not None


def move(connection: Connection, number: int, before: str, after: str) -> bool:
    """Bring a job from one state to another; False where it is in neither of them any more."""
    moved = update(trainings).where(trainings.c.id == number, trainings.c.state == before).values(state=after)
    return connection.execute(moved).rowcount > 0


def take_next(connection: Connection, worker: str) -> Job | None:
    """Let the next job be this worker's; None where none waits, or one is under way anywhere."""
    dialects.lock(connection, [_ONE_AT_A_TIME])
    waiting = _all(connection, WAITING)
    if not waiting or _all(connection, *UNDER_WAY):
        return None
    mine = update(trainings).where(trainings.c.id == waiting[0].id).values(state=RUNNING, worker=worker)
    connection.execute(mine)
    return waiting[0]


def end(
    connection: Connection, number: int, state: str, now: datetime, outcome: Mapping[str, Any] | None = None
) -> None:
    """Note how a job ended."""
    ended = update(trainings).where(trainings.c.id == number)
    connection.execute(ended.values(state=state, ended_at=now, worker=None, outcome=dict(outcome) if outcome else None))


def orphans(connection: Connection) -> list[Job]:
    """Return those under way whose worker is no more."""
    dead = trainings.c.worker.not_in(select(workers.c.id))
    rows = connection.execute(select(trainings).where(trainings.c.state.in_(UNDER_WAY), dead))
    return [_job(row) for row in rows]


def forget_old(connection: Connection, before: datetime, spared: Collection[Address]) -> None:
    """Forget the jobs that were asked for before a moment and are over; not those of the people in ``spared``."""
    over = trainings.c.created_at < before, trainings.c.state.not_in(OPEN)
    old = connection.execute(select(trainings.c.id, trainings.c.channel, trainings.c.chat_id).where(*over))
    numbers = [row.id for row in old if Address(row.channel, row.chat_id) not in spared]
    connection.execute(delete(trainings).where(trainings.c.id.in_(numbers)))


# -- files ------------------------------------------------------------------------------------------------------------


def keep_files(connection: Connection, number: int, files: Mapping[str, bytes]) -> None:
    """Keep what a job made until it is sent: whichever worker sends it, and after a restart."""
    connection.execute(
        insert(job_files), [{"job": number, "name": name, "content": content} for name, content in files.items()]
    )


def files(connection: Connection, number: int, names: Sequence[str]) -> dict[str, bytes]:
    """Return those of a job's files that are still kept."""
    asked = select(job_files.c.name, job_files.c.content).where(job_files.c.job == number, job_files.c.name.in_(names))
    return {row.name: row.content for row in connection.execute(asked)}


def drop_files(connection: Connection, before: datetime, spared: Collection[int]) -> None:
    """Drop the files of jobs that ended before a moment, but for those in ``spared``."""
    ended = select(trainings.c.id).where(trainings.c.ended_at < before, trainings.c.id.not_in(spared))
    connection.execute(delete(job_files).where(job_files.c.job.in_(ended)))


def _all(connection: Connection, *states: str) -> list[Job]:
    rows = connection.execute(select(trainings).where(trainings.c.state.in_(states)).order_by(trainings.c.id))
    return [_job(row) for row in rows]


def _job(row: Row[Any]) -> Job:
    file = None if row.file is None else File(row.file["id"], row.file["name"], row.file["size"])
    chat = Address(row.channel, row.chat_id)
    return Job(row.id, row.kind, chat, row.language, row.state, file, row.created_at, row.outcome)
