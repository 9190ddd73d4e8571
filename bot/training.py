"""Trainings that were asked for in the chat: the rows that come in, the engine's challenge, and what is told of it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from bot.background import engine, follow
from bot.channel import Channel
from bot.clock import Clock, utc_now
from bot.conversation import layout
from bot.conversation.effects import Button, Keyboard, Redraw, Say
from bot.desk.outcome import outcome_text
from bot.desk.texts import desk_text
from bot.desk.visit import PREFIX, Office
from bot.jobs import Done, Progress, StoppedError, Teller, failed
from bot.store.database import Store
from bot.store.jobs import Job
from bot.store.letters import Message, Report
from bot.tables.import_texts import MOST_FAULTS, faults_text, import_text
from bot.tables.importing import import_rows
from bot.tables.reading import Faults, read_table
from bot.tables.training_table import write_training_table
from engine.gate import shortfall

logger = logging.getLogger(__name__)

LONGEST_NAME = 80
"""Characters of a table's name that are kept: a file system takes some 255 bytes."""


class Trainer:
    """Carries out trainings.

    Parameters
    ----------
    office : Office
    store : Store
    channels : mapping of str to Channel
        Where tables that were sent along are downloaded from.
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
        switched: Callable[[], Awaitable[None]],
        clock: Clock = utc_now,
    ) -> None:
        self._office = office
        self._store = store
        self._channels = channels
        self._switched = switched
        self._clock = clock

    async def carry_out(self, job: Job, teller: Teller) -> Done:
        """Import what was sent along, and train on everything that is labelled; see `bot.jobs.Work`."""
        with tempfile.TemporaryDirectory(prefix="training-") as folder:
            if job.file is not None:
                await self._import(job, Path(folder), teller)
            table = Path(folder) / "answers.csv"
            writing = partial(
                write_training_table, survey=self._office.survey, pseudonyms=self._office.pseudonyms, path=table
            )
            counts = await self._store.look(writing)
            if not counts.rows:
                raise StoppedError([_nothing(job)])
            progress = Progress(teller, job, "training_progress", {"labels": counts.rows})
            await progress.note(0, 1)
            outcome = await self._challenge(job, table, progress)
        return Done(_told(job, outcome, self._office), outcome, follow_up=self._switched)

    async def _import(self, job: Job, folder: Path, teller: Teller) -> None:
        """Take in the rows of the table that was sent along, or say everything that is wrong with it."""
        assert job.file is not None
        name = Path(job.file.name).name[-LONGEST_NAME:]
        await teller.show(job, desk_text("training_receiving", job.language, name=name))
        path = folder / name
        await self._channels[job.chat.channel].fetch(job.file.id, path)
        read = await read_table(self._office.survey, path)
        if isinstance(read, Faults):
            raise StoppedError(_faults(job, read))
        done = await import_rows(self._store, self._office.pseudonyms, read, clock=self._clock)
        await teller.say(job, [Say(import_text(done))])

    async def _challenge(self, job: Job, table: Path, progress: Progress) -> Mapping[str, Any]:
        survey, versions = self._office.survey.folder, self._office.versions
        async with engine("challenge", "--data", str(table), survey=survey, versions=versions) as process:
            said, trouble = await follow(process, progress.note)
        if "outcome" in said:
            outcome: Mapping[str, Any] = said["outcome"]
            return outcome
        reason = str(said.get("error") or f"exit code {process.returncode}")
        logger.error("training failed with exit code %s: %s", process.returncode, trouble)
        raise StoppedError([failed(job, reason)])


def _told(job: Job, outcome: Mapping[str, Any], office: Office) -> list[Message]:
    """Return what is told of a training that was carried out."""
    language = job.language
    done = desk_text("training_done", language, labels=outcome["labels"], seconds=round(outcome["seconds"]))
    buttons: Keyboard = ()
    if outcome["decision"] == "ask":
        choices = (("button_promote", "promote"), ("button_keep", "keep"))
        buttons = tuple((Button(desk_text(name, language), f"{PREFIX}:{action}:{job.id}"),) for name, action in choices)
    if outcome["decision"] == "too_few":
        return [Redraw(job.card, outcome_text(outcome, office.survey, language))]
    picture = Report("confusion", language, {"training": job.id})
    return [Redraw(job.card, done), picture, Say(outcome_text(outcome, office.survey, language), buttons)]


def _nothing(job: Job) -> Message:
    """Say how many answers are missing where there is not a single one yet."""
    head = desk_text("outcome_too_few", job.language)
    return Redraw(job.card, layout.paragraphs(head, layout.bullets(list(shortfall({})))))


def _faults(job: Job, faults: Faults) -> list[Message]:
    messages: list[Message] = [Redraw(job.card, faults_text(faults))]
    if len(faults.lines) > MOST_FAULTS:
        messages.append(Report("faults", job.language, {"lines": list(faults.lines)}))
    return messages
