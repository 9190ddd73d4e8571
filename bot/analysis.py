"""Analysis reports that were asked for in the chat: their rows, the bot's own sections, and what is told of them."""

from __future__ import annotations

import asyncio
import logging
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Connection

from bot.background import engine, follow
from bot.clock import Clock, utc_now
from bot.conversation import layout
from bot.conversation.effects import Redraw, Say
from bot.desk.texts import desk_text
from bot.desk.visit import Office
from bot.figures.funnel import Funnel, read_funnel
from bot.figures.model_facts import ModelFacts, model_facts
from bot.figures.sections import sections_of, write_sections
from bot.figures.stats import Stats, read_stats
from bot.jobs import Done, Progress, StoppedError, Teller, failed
from bot.store.database import Store
from bot.store.jobs import Job
from bot.store.letters import MESSAGES, Message, Report
from bot.tables.training_table import Counts, write_training_table
from engine.gate import shortfall

logger = logging.getLogger(__name__)

ALBUM, PAGE = "analysis_album", "analysis_page"
"""Kinds of what is sent as files; see `bot.store.letters.Report`."""
PAGE_FILE = "report.html"
MOST_BYTES = 50 * 1024 * 1024
"""Of a file that a bot may send."""
ALBUM_SIZE = 10
"""Pictures that an album takes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Which rows a report is made of.

    Attributes
    ----------
    arguments : sequence of str
        Of the engine's command.
    rows : int
    missing : str
        What is missing for a report on the people in the chat; empty where it is one.
    invented : bool
    """

    arguments: Sequence[str]
    rows: int
    missing: str = ""
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What the engine has written.

    Attributes
    ----------
    page : Path
    summary : sequence of str
        Paragraphs.
    album : sequence of (Path, str)
        The main pictures with their captions.
    """

    page: Path
    summary: Sequence[str]
    album: Sequence[tuple[Path, str]]

    @property
    def sendable(self) -> bool:
        """Whether the page is not too large to be sent."""
        return self.page.stat().st_size <= MOST_BYTES

    def files(self) -> dict[str, bytes]:
        """Read what is to be sent, by its names."""
        files = {picture.name: picture.read_bytes() for picture, _ in self.album}
        return {**files, PAGE_FILE: self.page.read_bytes()} if self.sendable else files


class _Known(NamedTuple):
    """What the database knows at one moment."""

    counts: Counts
    funnel: Funnel
    stats: Stats


class Analyst:
    """Makes analysis reports.

    Parameters
    ----------
    office : Office
    store : Store
    clock : Clock
    """

    def __init__(self, office: Office, store: Store, *, clock: Clock = utc_now) -> None:
        self._office = office
        self._store = store
        self._clock = clock

    async def carry_out(self, job: Job, teller: Teller) -> Done:
        """Make a report; see `bot.jobs.Work`."""
        began = monotonic()
        with tempfile.TemporaryDirectory(prefix="report-") as place:
            folder = Path(place)
            model = await asyncio.to_thread(model_facts, self._office.versions, self._office.survey)
            table = folder / f"answers-{self._clock().astimezone(self._office.zone):%Y-%m-%d}.csv"
            known = await self._store.look(partial(self._read, table, model))
            source = self._source(job, known.counts, table, model)
            sections = await asyncio.to_thread(self._sections, job, known, folder)
            made = await self._make(job, source, sections, folder / "out", teller)
            messages = told(job, source, made, round(monotonic() - began))
            album = [{"file": picture.name, "caption": caption} for picture, caption in made.album]
            return Done(messages, {"album": album}, await asyncio.to_thread(made.files))

    def _read(self, table: Path, model: ModelFacts | None, connection: Connection) -> _Known:
        """Read everything that a report needs; the labelled answers go into ``table``."""
        survey, pseudonyms = self._office.survey, self._office.pseudonyms
        now, zone = self._clock(), self._office.zone
        return _Known(
            write_training_table(connection, survey, pseudonyms, table, in_statistics=True),
            read_funnel(connection, survey),
            read_stats(connection, survey, pseudonyms, now=now, zone=zone, model=model),
        )

    def _source(self, job: Job, counts: Counts, table: Path, model: ModelFacts | None) -> Source:
        """Choose the rows: the labelled answers, or, while these are too few to train on, the model's."""
        missing = " ".join(shortfall(counts.by_grade))
        if not missing:
            return Source(("--data", str(table)), counts.rows)
        if model is None or self._office.collect_only:
            raise StoppedError([Redraw(job.card, desk_text("analysis_too_few", job.language, missing=missing))])
        return Source(("--learnt-from", model.id), model.rows, missing, model.synthetic)

    def _sections(self, job: Job, known: _Known, folder: Path) -> Path:
        sections = sections_of(known.funnel, known.stats, self._office.survey, self._office.zone, job.language)
        return write_sections(sections, folder)

    async def _make(self, job: Job, source: Source, sections: Path, out: Path, teller: Teller) -> Made:
        """Let the engine write the report."""
        text = "analysis_progress_learnt" if source.missing else "analysis_progress"
        progress = Progress(teller, job, text, {"rows": f"{source.rows:,}"})
        await progress.note(0, 1)
        command = ("report", *source.arguments, "--out", str(out), "--language", job.language)
        survey, versions = self._office.survey.folder, self._office.versions
        more = ("--sections", str(sections), "--json")
        async with engine(*command, *more, survey=survey, versions=versions) as process:
            said, trouble = await follow(process, progress.note)
        if "report" in said:
            return _made(said["report"])
        reason = str(said.get("error") or f"exit code {process.returncode}")
        logger.error("a report failed with exit code %s: %s", process.returncode, trouble)
        raise StoppedError([failed(job, reason)])


def _made(said: Mapping[str, Any]) -> Made:
    album = tuple((Path(one["picture"]), str(one["caption"])) for one in said["album"][:ALBUM_SIZE])
    return Made(Path(said["html"]), tuple(map(str, said["summary"])), album)


def told(job: Job, source: Source, made: Made, seconds: int) -> list[Message]:
    """Return what is told of a report: what it is about, the summary, the pictures, and the page."""
    found = layout.pages([desk_text("analysis_summary", job.language), *made.summary])
    messages: list[Message] = [Redraw(job.card, _about(job, source, seconds)), *map(Say, found)]
    if made.album:
        messages.append(Report(ALBUM, job.language, {"job": job.id, MESSAGES: len(made.album)}))
    if made.sendable:
        messages.append(Report(PAGE, job.language, {"job": job.id}))
    else:
        size = f"{made.page.stat().st_size / 1e6:,.0f}"
        messages.append(Say(desk_text("analysis_too_large", job.language, size=size)))
    return messages


def _about(job: Job, source: Source, seconds: int) -> str:
    values = {"rows": f"{source.rows:,}", "seconds": seconds}
    if not source.missing:
        return desk_text("analysis_done", job.language, **values)
    return layout.paragraphs(
        desk_text("analysis_done_learnt", job.language, missing=source.missing, **values),
        desk_text("analysis_invented", job.language) if source.invented else None,
        desk_text("analysis_sections", job.language),
    )
