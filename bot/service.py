"""Updates in, one transaction, messages out: what was taken in, decided and promised is committed together."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeAlias

from sqlalchemy import Connection

from bot.clock import Clock, utc_now
from bot.conversation import effects
from bot.conversation.core import Step, advance
from bot.conversation.events import Event
from bot.conversation.session import Session, restore
from bot.conversation.texts import phrase
from bot.errors import place
from bot.store import inbox, outbox, people, responses
from bot.store.database import DATABASE_FAULTS, Store
from bot.store.outbox import Address, Message, Picture, Result
from engine.survey import Survey

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something a person did; ``update`` is the channel's number for it."""

    address: Address
    update: int
    event: Event


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An update that the channel's adapter could not make sense of, and its sender where at least that is known."""

    channel: str
    update: int
    kind: str
    error: str
    address: Address | None


Update: TypeAlias = Incoming | Unreadable


class Service:
    """Takes updates in. When `handle` returns they are committed, and may be confirmed to the channel."""

    def __init__(
        self,
        survey: Survey,
        store: Store,
        on_commit: Callable[[Iterable[Address]], None],
        clock: Clock = utc_now,
    ) -> None:
        self._survey = survey
        self._store = store
        self._on_commit = on_commit
        self._clock = clock

    async def handle(self, updates: Sequence[Update]) -> None:
        """Handle updates in their order, in one transaction; waits where the database does not answer."""
        await self._store.step(partial(self._take_in, updates))
        self._on_commit({update.address for update in updates if update.address is not None})

    def _take_in(self, updates: Sequence[Update], connection: Connection) -> None:
        for update in updates:
            if isinstance(update, Unreadable):
                self._park(connection, update)
            else:
                self._isolate(connection, update)

    def _isolate(self, connection: Connection, update: Incoming) -> None:
        """Handle one update so that its failure leaves the others of the transaction alone."""
        error = self._attempt(connection, update) and self._attempt(connection, update)
        if error is not None:
            kind = type(update.event).__name__
            self._park(
                connection, Unreadable(update.address.channel, update.update, kind, place(error), update.address)
            )

    def _attempt(self, connection: Connection, update: Incoming) -> Exception | None:
        try:
            with connection.begin_nested():
                self._converse(connection, update)
        except DATABASE_FAULTS:
            raise
        except Exception as error:  # whatever it is, one person's update must not stop everybody's
            return error
        return None

    def _converse(self, connection: Connection, update: Incoming) -> None:
        now = self._clock()
        if not inbox.note(connection, update.address.channel, update.update, now):
            return
        person = people.find(connection, update.address)
        if person is not None and person.gone:
            people.mark_back(connection, person.id)
        before = restore(person.session) if person is not None and person.session is not None else None
        step = advance(self._survey, before, update.event, now=now, new_run=_new_run())
        if effects.Forget() in step.effects:
            frozen = {effect.card for effect in step.effects if isinstance(effect, effects.Freeze)}
            people.forget(connection, update.address, frozen)
            person = None
        if step.session is not None:
            number = people.add(connection, update.address, now) if person is None else person.id
            self._keep(connection, number, step.session, step.effects, now)
        self._promise(connection, update.address, step, now)

    def _keep(
        self,
        connection: Connection,
        person: int,
        session: Session,
        given: Iterable[effects.Effect],
        now: datetime,
    ) -> None:
        """Store the session and the finished responses."""
        people.save_session(connection, person, session.store(), self._survey.meaning_hash, now)
        consented_at = datetime.fromisoformat(session.consented_at) if session.consented_at else None
        for effect in given:
            if isinstance(effect, effects.Store):
                responses.add(connection, person, effect, consented_at, now)

    def _promise(self, connection: Connection, address: Address, step: Step, now: datetime) -> None:
        """Put what the person is to see into the outbox."""
        language = self._survey.languages[0] if step.session is None else step.session.language
        messages = [message for effect in step.effects for message in _messages(effect, language)]
        outbox.put(connection, address, messages, now)

    def _park(self, connection: Connection, update: Unreadable) -> None:
        """Set an update aside: remember that it came and what went wrong, and nothing of what it said."""
        now = self._clock()
        if not inbox.note(connection, update.channel, update.update, now):
            return
        logger.error("an update could not be handled and is parked: %s, %s", update.kind, update.error)
        inbox.park(connection, update.channel, update.kind, update.error, now)
        if update.address is not None:
            outbox.put(connection, update.address, [effects.Say(phrase("fault", self._survey.languages[0]))], now)


def _new_run() -> str:
    """Return a name for a run: short, since every button carries it, and never guessed."""
    return secrets.token_urlsafe(6)


def _messages(effect: effects.Effect, language: str) -> Sequence[Message]:
    """Return what an effect puts into the outbox."""
    match effect:
        case effects.Assess(run, "result", card):  # its buttons hang on the picture, the last of the two
            return Result(run, "result", language), Picture(run, language, card)
        case effects.Assess(run, view, card):
            return (Result(run, view, language, card),)
        case effects.Say() | effects.Redraw() | effects.Freeze():
            return (effect,)
        case effects.Store() | effects.Forget():
            return ()
