"""How the bot is doing, as the database sees it: what waits in the outbox, what is late, what was given up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from bot.store.outbox import LONGEST_PAUSE
from bot.store.schema import outbox, parked_updates, seen_updates, unsent

LATE = timedelta(minutes=5)
"""A message that could have been delivered for so long, and was not, is stuck."""
MANY_TRIES = 8
"""So many tries with ever longer pauses take minutes: the channel fails, where one long pause is its own wish."""
RECENT = timedelta(hours=24)
"""For how long something that was given up is news."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What the database said at one moment.

    Attributes
    ----------
    messages : mapping of str to int
        How many messages wait: "waiting" those to single people, "bulk" those written to many, "held" those that
        are kept back until there is a model.
    oldest : datetime or None
        When the oldest of the waiting ones was put into the outbox.
    stuck_chats : int
        In how many chats the next message is late without the channel having asked for that.
    last_update : datetime or None
        When an update was last taken in.
    """

    messages: Mapping[str, int]
    oldest: datetime | None
    stuck_chats: int
    last_update: datetime | None

    def oldest_seconds(self, now: datetime) -> float:
        """Return the age of the oldest waiting message; 0 where none waits."""
        return 0.0 if self.oldest is None else max(0.0, (now - self.oldest).total_seconds())


@dataclass(frozen=True, slots=True)
class GivenUp:
    """Updates or messages of one kind that were given up for one reason."""

    kind: str
    reason: str
    number: int


def look(connection: Connection, now: datetime) -> Condition:
    """Look at the outbox and the inbox; the indexes make that cheap however much was delivered before."""
    held = outbox.c.held.is_not(None)
    query = select(held, outbox.c.bulk, func.count(), func.min(outbox.c.created_at)).where(unsent)
    messages, oldest = {"waiting": 0, "bulk": 0, "held": 0}, None
    for is_held, is_bulk, number, since in connection.execute(query.group_by(held, outbox.c.bulk)):
        state = "held" if is_held else "bulk" if is_bulk else "waiting"
        messages[state] += number
        oldest = since if state == "waiting" else oldest
    last = connection.scalar(select(func.max(seen_updates.c.seen_at)))
    return Condition(messages, oldest, _stuck_chats(connection, now), last)


def _stuck_chats(connection: Connection, now: datetime) -> int:
    # those behind the first wait for it, whatever they look like; bulk lets answers pass, and waits for its turn
    chat = outbox.c.channel, outbox.c.chat_id, outbox.c.bulk
    firsts = select(func.min(outbox.c.id)).where(unsent, outbox.c.held.is_(None)).group_by(*chat)
    overdue = and_(outbox.c.due_at < now - LATE, ~outbox.c.bulk)
    in_vain = and_(
        # what is put off for longer than we would by ourselves the channel asked for
        outbox.c.created_at < now - LATE,
        outbox.c.attempts >= MANY_TRIES,
        outbox.c.due_at <= now + LONGEST_PAUSE,
    )
    query = select(func.count()).select_from(outbox).where(outbox.c.id.in_(firsts), or_(overdue, in_vain))
    return connection.scalar(query) or 0


def parked_messages(connection: Connection, now: datetime) -> Sequence[GivenUp]:
    """Return the messages that were put in lately and given up, the most frequent first."""
    given_up = and_(outbox.c.error.is_not(None), outbox.c.created_at > now - RECENT)
    number = func.count()
    query = select(outbox.c.kind, outbox.c.error, number).where(given_up).group_by(outbox.c.kind, outbox.c.error)
    return [GivenUp(*row) for row in connection.execute(query.order_by(number.desc(), outbox.c.error))]


def parked_of_late(connection: Connection, now: datetime) -> Sequence[GivenUp]:
    """Return the updates that were parked lately, the most frequent first."""
    kind, error, number = parked_updates.c.kind, parked_updates.c.error, func.count()
    query = select(kind, error, number).where(parked_updates.c.parked_at > now - RECENT).group_by(kind, error)
    return [GivenUp(*row) for row in connection.execute(query.order_by(number.desc(), error))]
