"""Makes the report: trains and evaluates, computes every section, draws the pictures and writes the files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from joblib import Parallel, cpu_count, delayed

from engine.errors import InputError
from engine.evaluation import Progress, as_json
from engine.files import replacing
from engine.reporting import (
    associations,
    calibrations,
    components,
    confusions,
    discrimination,
    distributions,
    drivers,
    groups,
    importances,
    models,
    outcomes,
    profiles,
    quality,
    reach,
    spread,
)
from engine.reporting.numbers import count
from engine.reporting.page import Head, csv_of, page
from engine.reporting.painting import paint
from engine.reporting.parts import Drawn, Picture, Section
from engine.reporting.study import Study, study
from engine.reporting.summary import summary
from engine.reporting.texts import TEXTS
from engine.steps import Steps
from engine.survey import Survey
from engine.table import Table

CONTENTS = (
    quality,
    distributions,
    spread,
    associations,
    groups,
    components,
    profiles,
    outcomes,
    models,
    confusions,
    discrimination,
    calibrations,
    importances,
    drivers,
    reach,
)
"""What is in a report, in its order: modules, each with its `section` and its `TEXTS`."""

ALBUM = (
    "target",
    "associations",
    "silhouettes",
    "components",
    "profiles",
    "outcomes",
    "drivers",
    "log_loss",
    "confusion",
    "swarm",
)
"""Names of the pictures that a chat is sent: an album takes ten."""


@dataclass(frozen=True)
class Report:
    """What was written.

    Attributes
    ----------
    html : Path
        The page, which needs no other file.
    summary : tuple of str
        What was found and what not to conclude, a paragraph each.
    album : tuple of (Path, str)
        The main pictures, at most ten, each with what it shows.
    """

    html: Path
    summary: tuple[str, ...]
    album: tuple[tuple[Path, str], ...]


def report(
    survey: Survey,
    table: Table,
    out: Path,
    *,
    language: str = "en",
    sections: Sequence[Section] = (),
    repeats: int | None = None,
    seed: int = 0,
    day: date | None = None,
    progress: Progress = lambda done, of: None,
) -> Report:
    """Write the analysis of a table: report.html, every picture as PNG and every table as CSV.

    Parameters
    ----------
    survey : Survey
    table : Table
        With a target; see `engine.table.read`.
    out : Path
        A folder, made where it is missing: ``report.html``, ``pictures/NAME.png``, ``tables/NAME.csv`` and
        ``evaluation.json``, the same as ``engine evaluate --json`` prints.
    language : str, default "en"
    sections : sequence of Section
        What somebody else adds, at the end.
    repeats, seed
        See `engine.training.train`.
    day : date, optional
        When it was made, by default today.
    progress : callable
        Called with (done, of).

    Raises
    ------
    TrainingError
        Where there are too few rows, or all have one grade.
    InputError
        Where ``out`` cannot be written, or a name stands twice.
    """
    _prepare(out)
    steps = Steps(progress, len(CONTENTS) + 2)
    found = study(survey, table, repeats=repeats, seed=seed, progress=steps.training)
    head = _head(found, language, day or date.today())
    body: list[Section] = []
    for topic in CONTENTS:
        body.append(topic.section(found, language))
        steps.step()
    body += sections
    _require_distinct([head.summary, *body])
    pictures = _painted([head.summary, *body], language)
    steps.step()
    _write(out, found, head, body, pictures, language)
    steps.step()
    told = tuple(part for part in head.summary.parts if isinstance(part, str))
    return Report(out / "report.html", told, tuple(_album(out, body)))


def _head(found: Study, language: str, day: date) -> Head:
    texts, table = TEXTS.all(language), found.table
    return Head(
        title=TEXTS.text("title", language, survey=found.survey.title.to(language)),
        about=TEXTS.text("about", language, source=table.source, rows=count(len(found.y)), day=day.isoformat()),
        warning=texts["synthetic"] if table.synthetic else "",
        summary=summary(found, language),
    )


def _require_distinct(sections: Sequence[Section]) -> None:
    """Refuse two parts of one name: the one's file would take the place of the other's."""
    for kind, names in (
        ("section", [section.name for section in sections]),
        ("picture", [picture.name for section in sections for picture in section.pictures]),
        ("table", [table.name for section in sections for table in section.tables]),
    ):
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError("report", [f"two {kind}s are named {twice[0]!r}; each needs a name of its own"])


def _painted(sections: Sequence[Section], language: str) -> Mapping[str, bytes]:
    """Return every picture as a PNG file, by its name; each core draws some."""
    asked = [picture for section in sections for picture in section.pictures]
    drawn = {picture.name: picture.png for picture in asked if isinstance(picture, Drawn)}
    open_ones = [picture for picture in asked if isinstance(picture, Picture)]
    files = Parallel(n_jobs=cpu_count())(delayed(paint)(picture, language) for picture in open_ones)
    return drawn | {picture.name: file for picture, file in zip(open_ones, files, strict=True)}


def _album(out: Path, sections: Sequence[Section]) -> list[tuple[Path, str]]:
    pictures = {picture.name: picture for section in sections for picture in section.pictures}
    chosen = [pictures[name] for name in ALBUM if name in pictures]
    return [(_picture_path(out, picture.name), picture.title) for picture in chosen]


# -- files ------------------------------------------------------------------------------------------------------------


def _prepare(out: Path) -> None:
    """Make the folders before an hour's work, and not after it."""
    try:
        for folder in (out / "pictures", out / "tables"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(str(out), [f"cannot be written: {error.strerror}"]) from None


def _picture_path(out: Path, name: str) -> Path:
    return out / "pictures" / f"{name}.png"


def _write(
    out: Path,
    found: Study,
    head: Head,
    sections: Sequence[Section],
    pictures: Mapping[str, bytes],
    language: str,
) -> None:
    evaluation = json.dumps(as_json(found.evaluation), ensure_ascii=False, indent=1)
    files = {_picture_path(out, name): content for name, content in pictures.items()}
    for section in (head.summary, *sections):
        for table in section.tables:
            files[out / "tables" / f"{table.name}.csv"] = ("\ufeff" + csv_of(table)).encode()  # for spreadsheets
    files[out / "evaluation.json"] = f"{evaluation}\n".encode()
    files[out / "report.html"] = page(head, sections, pictures, language).encode()
    try:
        for path, content in files.items():
            with replacing(path) as aside:
                aside.write_bytes(content)
    except OSError as error:
        raise InputError(str(out), [f"cannot be written: {error.strerror}"]) from None
