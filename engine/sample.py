"""Invented answers in the form of a survey's table: published counts come out exactly, the rest is chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from openpyxl import Workbook

from engine import sample_spec
from engine.errors import InputError, TableError
from engine.sample_spec import Derived, Drawn, Ids, Level, Spec
from engine.survey import Survey
from engine.tables.sheets import ABOUT_SHEET, SYNTHETIC

Ints: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]
Cells: TypeAlias = NDArray[np.object_]

MOST_ROWS = 1_048_575
"""Rows that a workbook's sheet holds below its header."""


@dataclass(frozen=True)
class Sample:
    """Invented answers.

    Attributes
    ----------
    table : DataFrame of shape (n_respondents, n_columns)
        Labels as text, 0 and 1 in ticked columns, None where a cell is blank.
    group : ndarray of shape (n_respondents,)
        What no table shows: the place of the group that each row was drawn from.
    seed : int
        The seed it was drawn with.
    """

    table: pd.DataFrame
    group: Ints
    seed: int


def make(survey: Survey, path: Path | str, *, rows: int | None = None, seed: int | None = None) -> None:
    """Write invented answers, drawn as the sample.toml in the survey's folder says; see `draw` and `write`."""
    spec = sample_spec.load(survey, survey.folder / "sample.toml")
    write(draw(spec, rows=rows, seed=seed), path)


def draw(spec: Spec, *, rows: int | None = None, seed: int | None = None) -> Sample:
    """Invent a table of answers.

    Parameters
    ----------
    spec : Spec
        See `engine.sample_spec.load`.
    rows : int, optional
        How many respondents. By default as many as the definition's counts speak of, which then are exact; for
        any other number they are scaled to whole people.
    seed : int, optional
        By default the definition's own. The same rows and seed give the same cells on every platform.

    Returns
    -------
    Sample

    Raises
    ------
    InputError
        If so many rows do not fit a sheet.

    Notes
    -----
    Columns are drawn one after the other. In each group by itself, people are ranked by noise plus the weighted
    levels of the columns that this one leans on, and its counts cut the ranking: a Gaussian copula's idea with
    exact margins. Only additions and comparisons decide, so that no platform's arithmetic flips a rank.
    """
    rows = sum(spec.groups) if rows is None else rows
    seed = spec.seed if seed is None else seed
    if not 1 <= rows <= MOST_ROWS:
        raise InputError("rows", [f"{rows} is out of range; between 1 and {MOST_ROWS:,} fit a sheet"])
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(spec.groups)), apportion(spec.groups, rows))
    places: dict[str, Ints] = {}
    cells: dict[str, Cells] = {}
    for column in spec.columns:
        if isinstance(column, Derived):
            cells[column.name] = _objects(column.values[level] for level in cells[column.source])
        else:
            places[column.name] = _place_people(column, group, places, cells, rng)
            cells[column.name] = _objects(column.levels)[places[column.name]]
    order = _order(spec.first, cells, rng, rows)
    columns = {spec.ids.column: _objects(_ids(spec.ids, rows))}
    columns |= {name: values[order] for name, values in cells.items()}
    return Sample(pd.DataFrame(columns, dtype=object), group[order], seed)


def write(sample: Sample, path: Path | str) -> None:
    """Write a workbook whose second sheet says that the answers are invented, and how.

    Parameters
    ----------
    sample : Sample
    path : path
        Ends in ``.xlsx``; a file that is there is replaced.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise TableError(str(path), ["a sample is written as .xlsx; end the name so"])
    try:
        with path.open("wb") as stream:
            _workbook(sample).save(stream)
    except OSError as error:
        reason = f"{error.strerror or error}; does its folder exist, and is it closed in Excel?"
        raise TableError(str(path), [f"it cannot be written: {reason}"]) from None


def _workbook(sample: Sample) -> Workbook:
    workbook = Workbook(write_only=True)
    answers = workbook.create_sheet("Answers")
    answers.append(list(sample.table))
    for row in sample.table.itertuples(index=False, name=None):
        answers.append(row)
    about = workbook.create_sheet(ABOUT_SHEET)
    for line in _about(sample):
        about.append(line)
    return workbook


def _about(sample: Sample) -> list[list[str | int]]:
    return [
        [f"{SYNTHETIC}: nobody gave these answers."],
        ["A program drew them so that counts and means agree with what was published about a real survey."],
        ["Use them to try things out. They say nothing about people."],
        ["For each column, people were ranked by chance plus the answers it leans on; its counts cut the ranking."],
        ["Rows", len(sample.table)],
        ["Seed", sample.seed],
    ]


def apportion(weights: Sequence[int], total: int) -> Ints:
    """Part ``total`` people in proportion to ``weights``, by largest remainders.

    Examples
    --------
    >>> apportion([62, 42], 104).tolist(), apportion([62, 42], 10).tolist()
    ([62, 42], [6, 4])
    """
    whole = sum(weights) or 1  # nobody to part, where all weights are 0
    shares = [divmod(weight * total, whole) for weight in weights]
    people = [quotient for quotient, _ in shares]
    by_remainder = sorted(range(len(weights)), key=lambda i: -shares[i][1])
    for i in by_remainder[: total - sum(people)]:
        people[i] += 1
    return np.array(people, dtype=np.intp)


def _objects(values: Iterable[Level | float]) -> Cells:
    """Return values as they stand in cells; the empty label is a blank."""
    return np.array([None if value == "" else value for value in values], dtype=object)


def _place_people(
    column: Drawn, group: Ints, places: Mapping[str, Ints], cells: Mapping[str, Cells], rng: np.random.Generator
) -> Ints:
    """Give each person a level's place: rank them within their group and let the counts cut the ranking."""
    score = _noise(rng, len(group))
    for source, weight in column.leans.items():
        score += weight * places[source]
    eligible = np.ones(len(group), dtype=bool)
    if column.among is not None:
        source, label = column.among
        eligible = cells[source] == label
    counts = list(column.levels.values())
    placed = np.zeros(len(group), dtype=np.intp)
    for i in np.unique(group):
        members = np.flatnonzero((group == i) & eligible)
        ranked = members[np.argsort(score[members], kind="stable")]
        placed[ranked] = np.repeat(np.arange(len(counts)), apportion([row[i] for row in counts], len(members)))
    return placed


def _noise(rng: np.random.Generator, size: int) -> Floats:
    """Draw nearly normal noise, standard deviation 1, by additions alone: the same bits on every platform."""
    noise = np.full(size, -6.0)
    for _ in range(12):
        noise += rng.random(size)
    return noise


def _order(
    first: Sequence[Mapping[str, Level]], cells: Mapping[str, Cells], rng: np.random.Generator, rows: int
) -> Ints:
    """Shuffle the rows, then move to the front those who answered like the wanted first rows."""
    shuffled = np.argsort(rng.random(rows), kind="stable")
    front: list[int] = []
    for wanted in first:
        alike = np.all([cells[name][shuffled] == level for name, level in wanted.items()], axis=0)
        front += list(islice((person for person in shuffled[alike].tolist() if person not in front), 1))
    rest = shuffled[~np.isin(shuffled, front)]
    return np.concatenate([np.array(front, dtype=np.intp), rest])


def _ids(ids: Ids, rows: int) -> Iterator[str]:
    numbers = (number for number in count(1) if number not in ids.gaps)
    return (f"{ids.prefix}{number:03d}" for number in islice(numbers, rows))
