"""Trainings that somebody asked for in the chat: which wait, which one is under way, and how they ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from bot.conversation.events import File
from bot.store import dialects
from bot.store.letters import Address
from bot.store.schema import trainings, workers

ASKED, WAITING, RUNNING, CANCELLING = "asked", "waiting", "running", "cancelling"
"""To be confirmed; to begin; under way; under way and to be broken off."""
DONE, FAILED, CANCELLED, CUT_OFF = "done", "failed", "cancelled", "cut off"
UNDER_WAY = (RUNNING, CANCELLING)
OPEN = (WAITING, *UNDER_WAY)

_ONE_AT_A_TIME = Address("", "trainings")
"""Locked like a chat while somebody decides which training is next."""
_FIRST_CARD = 10**8
"""Cards of trainings have numbers that no session's card ever has."""


@dataclass(frozen=True, slots=True)
class Training:
    """A training.

    Attributes
    ----------
    chat : Address
        Of the person who asked for it.
    file : File or None
        The table that was sent along, to be imported first.
    outcome : mapping or None
        What came of it; see `engine.challenge`.
    """

    id: int
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
    connection: Connection, chat: Address, language: str, file: File | None, now: datetime, *, state: str = WAITING
) -> Training:
    """Note that somebody asks for a training."""
    values = {
        "channel": chat.channel,
        "chat_id": chat.chat,
        "language": language,
        "state": state,
        "file": None if file is None else {"id": file.id, "name": file.name, "size": file.size},
        "created_at": now,
    }
    row = connection.execute(insert(trainings).values(values).returning(trainings)).one()
    return _training(row)


def get(connection: Connection, number: int) -> Training | None:
    """Return a training."""
    row = connection.execute(select(trainings).where(trainings.c.id == number)).first()
    return None if row is None else _training(row)


def unfinished(connection: Connection) -> list[Training]:
    """Return those that wait or are under way, in their order."""
    return _all(connection, *OPEN)


def asked_since(connection: Connection, chat: Address, moment: datetime) -> bool:
    """Whether somebody asked for a training after a moment."""
    lately = select(trainings.c.id).where(
        trainings.c.channel == chat.channel, trainings.c.chat_id == chat.chat, trainings.c.created_at > moment
    )
    return connection.execute(lately.limit(1)).first() is not None


def move(connection: Connection, number: int, before: str, after: str) -> bool:
    """Bring a training from one state to another; False where it is in neither of them any more."""
    moved = update(trainings).where(trainings.c.id == number, trainings.c.state == before).values(state=after)
    return connection.execute(moved).rowcount > 0


def take_next(connection: Connection, worker: str) -> Training | None:
    """Let the next training be this worker's; None where none waits, or one is under way anywhere."""
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
    """Note how a training ended."""
    ended = update(trainings).where(trainings.c.id == number)
    connection.execute(ended.values(state=state, ended_at=now, worker=None, outcome=dict(outcome) if outcome else None))


def orphans(connection: Connection) -> list[Training]:
    """Return those under way whose worker is no more."""
    dead = trainings.c.worker.not_in(select(workers.c.id))
    rows = connection.execute(select(trainings).where(trainings.c.state.in_(UNDER_WAY), dead))
    return [_training(row) for row in rows]


def forget_old(connection: Connection, before: datetime, spared: Collection[Address]) -> None:
    """Forget the trainings that were asked for before a moment and are over; not those of the people in ``spared``."""
    over = trainings.c.created_at < before, trainings.c.state.not_in(OPEN)
    old = connection.execute(select(trainings.c.id, trainings.c.channel, trainings.c.chat_id).where(*over))
    numbers = [row.id for row in old if Address(row.channel, row.chat_id) not in spared]
    connection.execute(delete(trainings).where(trainings.c.id.in_(numbers)))


def _all(connection: Connection, *states: str) -> list[Training]:
    rows = connection.execute(select(trainings).where(trainings.c.state.in_(states)).order_by(trainings.c.id))
    return [_training(row) for row in rows]


def _training(row: Row[Any]) -> Training:
    file = None if row.file is None else File(row.file["id"], row.file["name"], row.file["size"])
    chat = Address(row.channel, row.chat_id)
    return Training(row.id, chat, row.language, row.state, file, row.created_at, row.outcome)
