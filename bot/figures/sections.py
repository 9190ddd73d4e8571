"""The bot's own sections of the analysis report: how far people come, by which links, and whether answers drift."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.conversation.progress import FINISHED, STARTED
from bot.figures.arrivals import Arrivals
from bot.figures.drift import FEWEST, Change
from bot.figures.funnel import Funnel, Rate, Stage
from bot.figures.funnel_chart import funnel_picture
from bot.figures.funnel_text import notes, some, stage_text
from bot.figures.section_texts import section_text
from bot.figures.small_cells import is_small
from bot.figures.stats import Stats
from bot.figures.stats_text import level_text
from bot.figures.texts import count_text, duration_text, figure_text
from engine.survey import Survey

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; ``format`` as `engine.reporting.parts.Column` has it."""

    title: str
    format: Literal["text", "count", "share", "p"] = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of values: numbers with all their digits, words for what is too few to be told."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture in a file beside the sections."""

    file: str
    title: str
    alt: str


@dataclass(frozen=True, slots=True)
class Extra:
    """A section as `engine.reporting.extra` reads it.

    Attributes
    ----------
    png : bytes
        The figure's file.
    """

    name: str
    title: str
    paragraphs: Sequence[str]
    table: Table | None = None
    figure: Figure | None = None
    png: bytes = field(default=b"", repr=False)


def write_sections(sections: Sequence[Extra], folder: Path) -> Path:
    """Write sections and their pictures into a folder, and return the file that lists them."""
    listed = []
    for section in sections:
        said = asdict(section)
        if section.figure is not None:
            (folder / section.figure.file).write_bytes(said["png"])
        del said["png"]
        listed.append(said)
    path = folder / "sections.json"
    path.write_text(json.dumps(listed, ensure_ascii=False), encoding="utf-8")
    return path


def sections_of(funnel: Funnel, stats: Stats, survey: Survey, zone: ZoneInfo, language: str) -> list[Extra]:
    """Return all of them."""
    made = [funnel_section(funnel, survey, language), drift_section(stats, survey, zone, language)]
    if funnel.started and funnel.arrivals is not None:
        made.insert(1, arrivals_section(funnel.arrivals, language))
    return made


# -- how far people come ----------------------------------------------------------------------------------------------


def funnel_section(funnel: Funnel, survey: Survey, language: str) -> Extra:
    """Return how far people come, of all campaigns together."""
    title = figure_text("funnel", language)
    about = section_text("funnel_about", language)
    if not funnel.started:
        return Extra("funnel", title, [about, figure_text("funnel_none", language), *notes(funnel, language)])
    paragraphs = [about, *some(survey, language), *_leak(funnel, survey, language), *notes(funnel, language)]
    table = _stages(funnel, survey, language)
    if not funnel.drawable:
        return Extra("funnel", title, paragraphs, table)
    finished = next(stage.people for stage in funnel.stages if stage.name == FINISHED)
    told = {name: count_text(people, language) for name, people in (("people", funnel.started), ("finished", finished))}
    figure = Figure("funnel.png", title, section_text("funnel_alt", language, **told))
    return Extra("funnel", title, paragraphs, table, figure, funnel_picture(funnel, survey, None, language))


def _leak(funnel: Funnel, survey: Survey, language: str) -> Iterator[str]:
    if not funnel.drawable:
        return
    if funnel.leak is None:
        yield figure_text("funnel_no_leak", language)
        return
    lost = funnel.leak.of_before.lost
    low, high = lost.interval
    shares = {"lost": f"{lost.share:.0%}", "low": f"{low:.0%}", "high": f"{high:.0%}"}
    yield section_text("leak", language, stage=stage_text(funnel.leak.name, survey, language), **shares)


def _stages(funnel: Funnel, survey: Survey, language: str) -> Table:
    low, high = (section_text(name, language) for name in ("low", "high"))
    columns = [
        Column(section_text("stage", language)),
        Column(section_text("people", language), "count"),
        Column(section_text("of_before", language), "share"),
        Column(low, "share"),
        Column(high, "share"),
        Column(section_text("of_start", language), "share"),
        Column(section_text("time", language)),
    ]
    rows = [_stage(stage, survey, language) for stage in funnel.stages]
    return Table(section_text("funnel_table", language), columns, rows)


def _stage(stage: Stage, survey: Survey, language: str) -> list[Cell]:
    seconds = stage.told_seconds
    time = None if stage.name == STARTED or seconds is None else duration_text(seconds, language)
    before: list[Cell] = [None] * 3 if stage.name == STARTED else _rate(stage.of_before)
    from_start = None if stage.name == STARTED else _rate(stage.of_start)[0]
    return [stage_text(stage.name, survey, language), _people(stage.people, language), *before, from_start, time]


def _people(people: int, language: str) -> Cell:
    return count_text(people, language) if is_small(people) else people


def _rate(rate: Rate) -> list[Cell]:
    """Return a share with its interval, where enough people stand behind it."""
    return [rate.share, *rate.interval] if rate.told else [None, None, None]


# -- by which links ---------------------------------------------------------------------------------------------------


def arrivals_section(arrivals: Arrivals, language: str) -> Extra:
    """Return by which links people come; campaigns of few people stand together."""
    rows: list[list[Cell]] = []
    few = 0
    for arrival in arrivals.campaigns:
        if is_small(arrival.people):
            few += 1
            continue
        shown = section_text("link_archived", language, name=arrival.name) if arrival.archived else arrival.name
        rows.append([shown, arrival.people])
    if few:
        rows.append([section_text("link_small", language, number=few), None])
    for name, people in (("link_unknown", arrivals.unknown_people), ("link_none", arrivals.without_link)):
        if people:
            rows.append([section_text(name, language), _people(people, language)])
    columns = [Column(section_text("link", language)), Column(section_text("people", language), "count")]
    return Extra(
        "arrivals",
        section_text("arrivals", language),
        [section_text("arrivals_about", language)],
        Table(section_text("arrivals_table", language), columns, rows),
    )


# -- drift ------------------------------------------------------------------------------------------------------------


def drift_section(stats: Stats, survey: Survey, zone: ZoneInfo, language: str) -> Extra:
    """Return whether people answer otherwise than those whom the model learnt from."""
    title = section_text("drift", language)
    if (drift := stats.drift) is None:
        why = "no_model" if stats.model is None else "invented" if stats.model.synthetic else "unreadable"
        return Extra("drift", title, [section_text(f"drift_{why}", language)])
    values = {"since": f"{drift.since.astimezone(zone):%Y-%m-%d}", "answers": count_text(drift.answers, language)}
    if drift.changes is None:
        return Extra("drift", title, [section_text("drift_few", language, needed=FEWEST, **values)])
    about = section_text("drift_about", language, **values)
    if not drift.changes:
        return Extra("drift", title, [about, section_text("drift_none", language)])
    columns = [
        *(Column(section_text(name, language)) for name in ("question", "answer")),
        *(Column(section_text(name, language), "share") for name in ("before", "now")),
        Column(section_text("p", language), "p"),
    ]
    rows = [_change(change, language) for change in drift.changes]
    table = Table(section_text("drift_table", language), columns, rows)
    return Extra("drift", title, [about, section_text("drift_meaning", language)], table)


def _change(change: Change, language: str) -> list[Cell]:
    before, now = (
        figure_text("small", language) if is_small(people) else share
        for people, share in ((change.people_before, change.before), (change.people, change.now))
    )
    return [change.question.name.to(language), level_text(change, language), before, now, change.p]
