"""Updates in, one transaction, messages out: what was taken in, decided and promised is committed together."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from time import perf_counter

from sqlalchemy import Connection

from bot.arrivals import arriving
from bot.batching import Batcher
from bot.clock import Clock, utc_now
from bot.conversation import effects
from bot.conversation.core import Step, advance
from bot.conversation.receipt import Erased, count_answers, receipt_text
from bot.conversation.reminding import may_be_reminded
from bot.conversation.result import no_result_text, result_keyboard
from bot.conversation.texts import phrase
from bot.errors import place
from bot.house import House
from bot.incoming import Incoming, Presence, Unreadable, Update
from bot.metrics import Metrics
from bot.results import RESULT, SHARE
from bot.sessions import Opened, explained, open_session
from bot.store import consents, dialects, inbox, outbox, people, responses, runs
from bot.store.database import Store
from bot.store.letters import Address, Letter, Message, Picture, Removal, Report, Result
from bot.store.people import Person
from bot.tracking import Stride
from engine.survey import Survey
from engine.translation import closest

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One update, who sent it, where they stood, and what the conversation makes of it."""

    update: Incoming
    person: Person | None
    stood: Opened
    step: Step

    @property
    def address(self) -> Address:
        """Where the person is reached."""
        return self.update.address

    @property
    def reminded(self) -> bool:
        """Whether the open card is a reminder's, which may be on its way still, and is needless now."""
        return self.stood.session is not None and self.stood.session.aside == "reminded"

    @property
    def unopened(self) -> Unreadable | None:
        """What is to be noted where the stored session could not be read."""
        if self.stood.fault is None:
            return None
        return Unreadable(self.address.channel, self.update.update, "session", self.stood.fault, self.address)


@dataclass(slots=True)
class _Taken:
    """What came of updates: the letters that are to leave, and those updates that had to be set aside."""

    letters: list[Letter] = field(default_factory=list)
    parked: list[Unreadable] = field(default_factory=list)

    def add(self, other: _Taken) -> None:
        """Take in what came of others."""
        self.letters += other.letters
        self.parked += other.parked


MY_DATA = "mydata"
"""The kind of report that shows people what is kept about them."""
TAKEN_AT_ONCE = 100
"""Updates that share a transaction, at most."""
BREATH_SECONDS = 0.005
"""Between two transactions' beginnings, at least: too short for anybody to notice, and fewer cost less."""


class Service:
    """Takes updates in. When `handle` returns they are committed, and may be confirmed to the channel.

    Parameters
    ----------
    survey : Survey
    store : Store
    deliver : callable
        Told of the letters that are to leave, once they are committed.
    worker : str
        This process's name, in which the letters are claimed.
    clock : Clock
    house : House
        Those who run the bot: what they ask for is theirs to answer.
    metrics : Metrics, optional
    collect_only : bool, default False
        Whether nobody is told a result.
    """

    def __init__(
        self,
        survey: Survey,
        store: Store,
        deliver: Callable[[Iterable[Letter]], None],
        *,
        worker: str,
        house: House,
        clock: Clock = utc_now,
        metrics: Metrics | None = None,
        collect_only: bool = False,
    ) -> None:
        self._house = house
        self._collect_only = collect_only
        self._metrics = metrics or Metrics()
        self._survey = survey
        self._store = store
        self._deliver = deliver
        self._worker = worker
        self._clock = clock
        self._batches: Batcher[Update, None] = Batcher(self._handle, TAKEN_AT_ONCE, BREATH_SECONDS)

    async def handle(self, updates: Sequence[Update]) -> None:
        """Handle updates; those of one chat in their order. Waits where the database does not answer."""
        began = perf_counter()
        await asyncio.gather(*(self._batches.add(update) for update in updates))
        for update in updates:
            self._metrics.step(_kind(update), perf_counter() - began)

    async def _handle(self, updates: Sequence[Update]) -> Sequence[None]:
        """Handle a batch together; where that fails, one by one, so that one update leaves the others alone."""
        try:
            await self._take_in(updates)
        except Exception:  # whatever it is, one person's update must not stop everybody's
            for update in updates:
                await self._alone(update)
        return [None] * len(updates)

    async def _alone(self, update: Update) -> None:
        try:
            await self._take_in([update])
        except Exception as error:
            await self._take_in([_unreadable(update, error)])

    async def _take_in(self, updates: Sequence[Update]) -> None:
        taken = await self._store.step(partial(self._together, updates))
        self._deliver(taken.letters)
        for update in taken.parked:
            logger.error("what could not be read or handled is set aside: %s, %s", update.kind, update.error)
            self._metrics.error("parked_update")

    def _together(self, updates: Sequence[Update], connection: Connection) -> _Taken:
        now = self._clock()
        dialects.lock(connection, [update.address for update in updates if update.address is not None])
        new = inbox.note(connection, [_number(update) for update in updates], now)
        once = {_number(update): update for update in updates if _number(update) in new}
        taken = _Taken()
        for wave in _waves(once.values()):
            taken.add(self._converse(connection, [each for each in wave if isinstance(each, Incoming)], now))
            _note_presence(connection, [each for each in wave if isinstance(each, Presence)], now)
            taken.add(self._park(connection, [each for each in wave if isinstance(each, Unreadable)], now))
        return taken

    def _converse(self, connection: Connection, updates: Sequence[Incoming], now: datetime) -> _Taken:
        """Carry on as many conversations as there are updates: no two of them are of the same chat."""
        if not updates:
            return _Taken()
        answered = self._house.answer(connection, updates, now)
        known = people.find(connection, [update.address for update in updates if update.address not in answered])
        others = [update for update in updates if update.address not in answered]
        turns = [self._turn(update, known.get(update.address), now) for update in arriving(connection, others, known)]
        for turn in turns:
            if turn.person is not None and turn.stood.keep:
                people.keep_unreadable(connection, turn.person.id)
        outbox.withdraw_bulk(connection, [turn.address for turn in turns if turn.reminded])
        turns = [self._forget(connection, turn, now) for turn in turns]
        tests = self._keep(connection, turns, now)
        mail = {**answered, **{turn.address: self._messages(turn, tests) for turn in turns}}
        unopened = [turn.unopened for turn in turns if turn.unopened is not None]
        for lost in unopened:
            inbox.park(connection, lost.channel, lost.kind, lost.error, now)
        return _Taken(outbox.post(connection, mail, self._worker, now), unopened)

    def _turn(self, update: Incoming, person: Person | None, now: datetime) -> _Turn:
        stood = open_session(None if person is None else person.session, self._survey)
        days = self._house.retention_days
        step = advance(
            self._survey,
            stood.session,
            update.event,
            now=now,
            new_run=_new_run(),
            retention_days=days,
            app_language=update.language,
        )
        if stood.fault is not None:
            step = explained(step, step.session.language if step.session else self._survey.languages[0])
        return _Turn(update, person, stood, step)

    def _forget(self, connection: Connection, turn: _Turn, now: datetime) -> _Turn:
        """Erase somebody who asked for it, and put what went into their receipt."""
        if effects.Forget() not in turn.step.effects:
            return turn
        frozen = {effect.card for effect in turn.step.effects if isinstance(effect, effects.Freeze)}
        gone = self._house.erase(connection, turn.address, turn.person, frozen, now)
        session = turn.stood.session
        begun = len(session.answers) if session is not None and session.phase in ("asking", "label") else 0
        erased = Erased(
            now.astimezone(self._house.zone),
            rounds=len(gone.rounds),
            answers=begun + sum(count_answers(self._survey, columns) for columns in gone.rounds),
            pseudonym=gone.pseudonym,
            in_files=gone.in_files,
            learnt_from=gone.learnt_from,
        )
        told = (
            effects.Say(receipt_text(erased, effect.language)) if isinstance(effect, effects.Receipt) else effect
            for effect in turn.step.effects
        )
        return replace(turn, step=replace(turn.step, effects=tuple(told)))

    def _keep(self, connection: Connection, turns: Iterable[_Turn], now: datetime) -> Collection[str]:
        """Store the sessions and the finished responses; return the runs that begin and are only tried out."""
        kept = [(turn, turn.step.session) for turn in turns if turn.step.session is not None]
        known = {turn.address: turn.person.id for turn, _ in kept if turn.person is not None}
        new = people.add(connection, [turn.address for turn, _ in kept if turn.person is None], now)
        ids = {**known, **new}
        people.mark_back(connection, [turn.person.id for turn, _ in kept if turn.person and turn.person.gone])
        sessions = {ids[turn.address]: session.store() for turn, session in kept}
        stopped = {ids[turn.address] for turn, session in kept if may_be_reminded(self._survey, session)}
        people.save_sessions(connection, sessions, self._survey.meaning_hash, now, stopped)
        strides = [
            Stride(turn.address, ids[turn.address], turn.update.event, turn.stood.session, session)
            for turn, session in kept
        ]
        tests = self._house.track(connection, strides, now)
        outcomes = [turn.step.effects for turn, _ in kept]
        decided = [
            (stride.person, effect)
            for stride, outcome in zip(strides, outcomes, strict=True)
            for effect in outcome
            if isinstance(effect, effects.Consent)
        ]
        consents.note(connection, decided, now)
        self._store_finished(connection, strides, outcomes, now)
        return tests

    def _store_finished(
        self,
        connection: Connection,
        strides: Sequence[Stride],
        outcomes: Iterable[Sequence[effects.Effect]],
        now: datetime,
    ) -> None:
        finished = [
            (stride, effect)
            for stride, outcome in zip(strides, outcomes, strict=True)
            for effect in outcome
            if isinstance(effect, effects.Store)
        ]
        tests = runs.tests(connection, [effect.run for _, effect in finished])
        for stride, effect in finished:
            responses.add(connection, stride.person, effect, stride.after, now, test=effect.run in tests)

    def _messages(self, turn: _Turn, tests: Collection[str]) -> Sequence[Message]:
        """Return what the person is to see; who only tries it out is told so."""
        step = turn.step
        if step.session is not None and step.session.run in tests:
            step = replace(step, effects=(effects.Say(phrase("test_run", step.session.language)), *step.effects))
        language = self._spoken(turn.update.language) if step.session is None else step.session.language
        told = _untold(step.effects, language) if self._collect_only else step.effects
        return [message for effect in told for message in _messages(effect, turn.update, language)]

    def _park(self, connection: Connection, updates: Sequence[Unreadable], now: datetime) -> _Taken:
        """Set updates aside: remember that they came and what went wrong, and nothing of what they said."""
        mail: dict[Address, Sequence[Message]] = {}
        known = people.find(connection, [update.address for update in updates if update.address is not None])
        for update in updates:
            inbox.park(connection, update.channel, update.kind, update.error, now)
            if update.address is not None:
                person = known.get(update.address)
                language = self._spoken(
                    None if person is None or not person.session else person.session.get("language")
                )
                mail[update.address] = [effects.Say(phrase("fault", language))]
        return _Taken(outbox.post(connection, mail, self._worker, now), list(updates))

    def _spoken(self, wanted: object) -> str:
        """Return the language that is wanted, where the survey speaks it, else the survey's first."""
        spoken = closest(wanted, self._survey.languages) if isinstance(wanted, str) else None
        return spoken or self._survey.languages[0]


def _number(update: Update) -> inbox.Number:
    return (update.channel if isinstance(update, Unreadable) else update.address.channel), update.update


def _unreadable(update: Update, error: Exception) -> Unreadable:
    if isinstance(update, Unreadable):
        return update
    told = update.address if isinstance(update, Incoming) else None
    return Unreadable(update.address.channel, update.update, _kind(update), place(error), told)


def _kind(update: Update) -> str:
    return type(update.event if isinstance(update, Incoming) else update).__name__


def _note_presence(connection: Connection, updates: Iterable[Presence], now: datetime) -> None:
    """Note who takes no more messages, and who takes them again; a conversation waits where it stands."""
    for update in updates:
        if update.gone:
            people.mark_gone(connection, update.address, now)
        else:
            known = people.find(connection, [update.address]).values()
            people.mark_back(connection, [person.id for person in known if person.gone])


def _waves(updates: Iterable[Update]) -> Iterable[Sequence[Update]]:
    """Split updates so that each wave holds at most one of a chat, and each chat's come in their order."""
    waves: list[list[Update]] = []
    met: Counter[Address] = Counter()
    for update in updates:
        place_in_line = 0 if update.address is None else met[update.address]
        if update.address is not None:
            met[update.address] += 1
        if place_in_line == len(waves):
            waves.append([])
        waves[place_in_line].append(update)
    return waves


def _untold(step: Iterable[effects.Effect], language: str) -> Iterable[effects.Effect]:
    """Yield a step's effects without any result: whoever asks for more about it hears that there is none yet."""
    for effect in step:
        if not isinstance(effect, effects.Assess) or effect.view == SHARE:
            yield effect
        elif effect.view != RESULT:
            words, keyboard = no_result_text(language), result_keyboard(effect.run, language)
            if effect.in_place and effect.card is not None:
                yield effects.Redraw(effect.card, words, keyboard)
            else:
                yield effects.Say(words, keyboard, effect.card)


def _new_run() -> str:
    """Return a name for a run: short, since every button carries it, and never guessed."""
    return secrets.token_urlsafe(6)


def _messages(effect: effects.Effect, update: Incoming, language: str) -> Sequence[Message]:
    """Return what an effect puts into the outbox."""
    match effect:
        case effects.Assess(run, "result", card):  # its buttons hang on the picture, the last of the two
            return Result(run, "result", language), Picture(run, language, card)
        case effects.Assess():
            more = dict(effect.changes)
            return (Result(effect.run, effect.view, language, effect.card, effect.in_place, more, effect.picking),)
        case effects.Say() | effects.Redraw() | effects.Freeze():
            return (effect,)
        case effects.ShowData(as_file):
            return (Report(MY_DATA, language, {"file": as_file}),)
        case effects.Withdraw():
            return () if update.message is None else (Removal(update.message),)
        case effects.Store() | effects.Consent() | effects.Forget() | effects.Receipt():
            return ()
