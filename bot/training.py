"""The trainer: carries out the trainings that were asked for in the chat, one at a time, and shows how far each is."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import Connection

from bot.background import engine
from bot.channel import Channel, DeliveryError
from bot.clock import Clock, utc_now
from bot.conversation import layout
from bot.conversation.effects import Button, Keyboard, Redraw, Say
from bot.desk.outcome import outcome_text
from bot.desk.texts import desk_text
from bot.desk.visit import PREFIX, Office
from bot.errors import UserError, place
from bot.store import outbox, trainings
from bot.store.database import Store
from bot.store.letters import Address, Message, Report
from bot.store.trainings import Training
from bot.tables.import_texts import MOST_FAULTS, faults_text, import_text
from bot.tables.importing import import_rows
from bot.tables.reading import Faults, read_table
from bot.tables.training_table import write_training_table
from engine.gate import shortfall

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.5
"""How soon a training that was asked for begins, and one that was cancelled ends."""
SHOWN_EVERY = 2.0
"""Seconds between two edits of the card: a chat takes about one a second, answers to people included."""
LONGEST_NAME = 80
"""Characters of a table's name that are kept: a file system takes some 255 bytes."""
BAR = 12
"""Characters of the progress bar."""


class StoppedError(Exception):
    """A training that came to nothing; ``messages`` tell the person why."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__("the training came to nothing")
        self.messages = messages


class Trainer:
    """Carries out trainings.

    Parameters
    ----------
    office : Office
    store : Store
    channels : mapping of str to Channel
        Where tables that were sent along are downloaded from.
    worker : str
        This process's name.
    notify : callable
        Told whose outbox has something new.
    switched : callable
        Called when another model may have been activated here.
    clock : Clock
    """

    def __init__(
        self,
        office: Office,
        store: Store,
        channels: Mapping[str, Channel],
        *,
        worker: str,
        notify: Callable[[Iterable[Address]], None],
        switched: Callable[[], Awaitable[None]],
        clock: Clock = utc_now,
    ) -> None:
        self._office = office
        self._store = store
        self._channels = channels
        self._worker = worker
        self._notify = notify
        self._switched = switched
        self._clock = clock

    async def run(self) -> None:
        """Carry out what is asked for, for ever."""
        while True:
            try:
                orphans, training = await self._store.step(partial(_look, worker=self._worker))
                for orphan in orphans:
                    await self._tell_of_orphan(orphan)
                if training is not None:
                    await self._carry_out(training)
                    continue
            except Exception:
                logger.exception("a training broke off; the next one follows")
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell_of_orphan(self, training: Training) -> None:
        """Say that a training was cut off, whose process is no more."""
        again = Button(desk_text("button_again", training.language), f"{PREFIX}:again:")
        words = desk_text("training_cut_off", training.language)
        await self._end(training, trainings.CUT_OFF, [Redraw(training.card, words, ((again,),))])

    async def _carry_out(self, training: Training) -> None:
        working = asyncio.create_task(self._work(training))
        try:
            while not working.done():
                await asyncio.wait({working}, timeout=LOOK_SECONDS)
                current = await self._store.step(partial(trainings.get, number=training.id))
                if current is None or current.state == trainings.CANCELLING:
                    working.cancel()
                    break
            await asyncio.wait({working})
        finally:
            working.cancel()  # also where the bot is stopped: its next start says that the training was cut off
            await asyncio.gather(working, return_exceptions=True)
        await self._conclude(training, working)

    async def _conclude(self, training: Training, working: asyncio.Task[Mapping[str, Any]]) -> None:
        """Tell what came of it."""
        if working.cancelled():
            words = desk_text("training_cancelled", training.language)
            await self._end(training, trainings.CANCELLED, [Redraw(training.card, words)])
            return
        error = working.exception()
        if isinstance(error, StoppedError):
            await self._end(training, trainings.FAILED, error.messages)
        elif error is not None:
            reason = str(error) if isinstance(error, UserError | DeliveryError) else place(error)
            logger.error("a training failed: %s", place(error))
            await self._end(training, trainings.FAILED, [_failed(training, reason)])
        else:
            await self._switched()
            await self._end(training, trainings.DONE, _told(training, working.result(), self._office), working.result())

    async def _end(
        self,
        training: Training,
        state: str,
        messages: Sequence[Message],
        outcome: Mapping[str, Any] | None = None,
    ) -> None:
        ending = partial(_end, self._office, training, state, messages, outcome, self._clock())
        self._notify(await self._store.step(ending))

    # -- the work -------------------------------------------------------------------------------------------------

    async def _work(self, training: Training) -> Mapping[str, Any]:
        with tempfile.TemporaryDirectory(prefix="training-") as folder:
            if training.file is not None:
                await self._import(training, Path(folder))
            table = Path(folder) / "answers.csv"
            writing = partial(
                write_training_table, survey=self._office.survey, pseudonyms=self._office.pseudonyms, path=table
            )
            counts = await self._store.look(writing)
            if not counts.rows:
                raise StoppedError([_nothing(training)])
            progress = _Progress(self, training, counts.rows)
            await progress.note(0, 1)
            return await self._challenge(training, table, progress)

    async def _import(self, training: Training, folder: Path) -> None:
        """Take in the rows of the table that was sent along, or say everything that is wrong with it."""
        assert training.file is not None
        name = Path(training.file.name).name[-LONGEST_NAME:]
        await self.show(training, desk_text("training_receiving", training.language, name=name))
        path = folder / name
        await self._channels[training.chat.channel].fetch(training.file.id, path)
        read = await read_table(self._office.survey, path)
        if isinstance(read, Faults):
            raise StoppedError(_faults(training, read))
        done = await import_rows(self._store, self._office.pseudonyms, read, clock=self._clock)
        await self._say(training, [Say(import_text(done))])

    async def _challenge(self, training: Training, table: Path, progress: _Progress) -> Mapping[str, Any]:
        survey, versions = self._office.survey.folder, self._office.versions
        async with engine("challenge", "--data", str(table), survey=survey, versions=versions) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            errors = asyncio.create_task(process.stderr.read())
            said: Mapping[str, Any] = {}
            async for line in process.stdout:
                said = json.loads(line)
                if "progress" in said:
                    await progress.note(*said["progress"])
            await process.wait()
            trouble = (await errors).decode(errors="replace").strip()
        if "outcome" in said:
            outcome: Mapping[str, Any] = said["outcome"]
            return outcome
        reason = str(said.get("error") or f"exit code {process.returncode}")
        logger.error("training failed with exit code %s: %s", process.returncode, _where(trouble))
        raise StoppedError([_failed(training, reason)])

    async def show(self, training: Training, words: str) -> None:
        """Show on the card how far a training is."""
        cancel = Button(desk_text("button_cancel_training", training.language), f"{PREFIX}:cancel:{training.id}")
        await self._say(training, [Redraw(training.card, words, ((cancel,),))])

    async def _say(self, training: Training, messages: Sequence[Message]) -> None:
        telling = partial(_tell, self._office, training, messages, self._clock())
        self._notify(await self._store.step(telling))


@dataclass(slots=True)
class _Progress:
    """How far a training is, shown every now and then."""

    trainer: Trainer
    training: Training
    labels: int
    shown_at: float = -SHOWN_EVERY

    async def note(self, done: int, of: int) -> None:
        """Take in how much is done."""
        if monotonic() - self.shown_at < SHOWN_EVERY:
            return
        self.shown_at = monotonic()
        await self.trainer.show(self.training, progress_text(done, of, self.labels, self.training.language))


def progress_text(done: int, of: int, labels: int, language: str) -> str:
    """Return what the card says while a training is under way."""
    share = done / max(of, 1)
    bar = "▓" * round(share * BAR) + "░" * (BAR - round(share * BAR))
    return desk_text("training_progress", language, labels=labels, bar=bar, percent=round(100 * share))


def _where(trouble: str) -> str:
    """Return where the engine broke off and on what kind of error; its message might hold what somebody answered."""
    lines = trouble.splitlines()
    places = [line.strip() for line in lines if line.startswith('  File "')]
    kind = lines[-1].partition(":")[0] if places else "an error that it told"
    return f"{kind} at {places[-1]}" if places else kind


def _told(training: Training, outcome: Mapping[str, Any], office: Office) -> list[Message]:
    """Return what is told of a training that was carried out."""
    language = training.language
    done = desk_text("training_done", language, labels=outcome["labels"], seconds=round(outcome["seconds"]))
    buttons: Keyboard = ()
    if outcome["decision"] == "ask":
        choices = (("button_promote", "promote"), ("button_keep", "keep"))
        buttons = tuple(
            (Button(desk_text(name, language), f"{PREFIX}:{action}:{training.id}"),) for name, action in choices
        )
    if outcome["decision"] == "too_few":
        return [Redraw(training.card, outcome_text(outcome, office.survey, language))]
    picture = Report("confusion", language, {"training": training.id})
    return [Redraw(training.card, done), picture, Say(outcome_text(outcome, office.survey, language), buttons)]


def _failed(training: Training, reason: str) -> Message:
    return Redraw(training.card, desk_text("training_failed", training.language, reason=reason))


def _nothing(training: Training) -> Message:
    """Say how many answers are missing where there is not a single one yet."""
    head = desk_text("outcome_too_few", training.language)
    return Redraw(training.card, layout.paragraphs(head, layout.bullets(list(shortfall({})))))


def _faults(training: Training, faults: Faults) -> list[Message]:
    messages: list[Message] = [Redraw(training.card, faults_text(faults))]
    if len(faults.lines) > MOST_FAULTS:
        messages.append(Report("faults", training.language, {"lines": list(faults.lines)}))
    return messages


def _look(connection: Connection, worker: str) -> tuple[list[Training], Training | None]:
    """Return the trainings whose process is no more, and else the next one, which is this worker's from now on."""
    orphans = trainings.orphans(connection)
    return orphans, None if orphans else trainings.take_next(connection, worker)


def _end(
    office: Office,
    training: Training,
    state: str,
    messages: Sequence[Message],
    outcome: Mapping[str, Any] | None,
    now: datetime,
    connection: Connection,
) -> list[Address]:
    trainings.end(connection, training.id, state, now, outcome)
    return _tell(office, training, messages, now, connection)


def _tell(
    office: Office, training: Training, messages: Sequence[Message], now: datetime, connection: Connection
) -> list[Address]:
    """Put messages about a training into the outbox of whoever asked for it, or, once that is over, of the owners."""
    if office.access.role(connection, training.chat) is not None:
        outbox.put(connection, training.chat, messages, now)
        return [training.chat]
    lasting = [message for message in messages if not (isinstance(message, Redraw) and message.keyboard)]
    owners = office.access.owners(connection) if lasting else []
    note = Say(desk_text("training_of_dismissed", training.language, who=training.chat.chat))
    for owner in owners:
        outbox.put(connection, owner, [note, *lasting], now)
    return owners
