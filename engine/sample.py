"""Invented answers in the form of a survey's table: published counts come out exactly, the rest is chance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count, islice
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from openpyxl import Workbook

from engine import sample_spec
from engine.errors import InputError, TableError
from engine.sample_spec import Derived, Drawn, Ids, Level, Spec
from engine.sheets import ABOUT_SHEET, SYNTHETIC
from engine.survey import Survey

Ints: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float64]
Cells: TypeAlias = NDArray[np.object_]

MOST_ROWS = 1_048_575
"""Rows that a workbook's sheet holds below its header."""


@dataclass(frozen=True)
class Drawing:
    """A drawn table, and what no table shows: the group that each row was drawn from."""

    table: pd.DataFrame
    group: Ints


def generate(survey: Survey, spec: Spec | Path | str, *, rows: int = 104, seed: int = 0) -> pd.DataFrame:
    """Invent a table of answers.

    Parameters
    ----------
    survey : Survey
    spec : Spec or path
        What to draw from: a sample.toml, or what `engine.sample_spec.load` made of one.
    rows : int, default 104
        How many respondents. Counts are exact where this is the number that the definition speaks of, and scaled
        to whole people otherwise.
    seed : int, default 0
        The same rows and seed give the same cells on every platform.

    Returns
    -------
    DataFrame of shape (rows, n_columns)
        Labels as text, 0 and 1 in ticked columns, None where a cell is blank.

    Raises
    ------
    InputError
        If the definition has faults, or the rows don't fit a sheet.
    """
    if not 1 <= rows <= MOST_ROWS:
        raise InputError("rows", [f"{rows} is out of range; between 1 and {MOST_ROWS:,} fit a sheet"])
    return draw(spec if isinstance(spec, Spec) else sample_spec.load(survey, Path(spec)), rows, seed).table


def draw(spec: Spec, rows: int, seed: int) -> Drawing:
    """Draw a table column by column; see `generate`.

    Notes
    -----
    A column's people are ranked, in each group by itself, by noise plus the weighted levels of the columns that it
    leans on; its counts then cut the ranking (a Gaussian copula's idea with exact margins). Only additions and
    comparisons decide, so that no platform's arithmetic flips a rank.
    """
    rng = np.random.default_rng([spec.stream, seed])
    group = np.repeat(np.arange(len(spec.groups)), apportion(spec.groups, rows))
    places: dict[str, Ints] = {}
    cells: dict[str, Cells] = {}
    for column in spec.columns:
        if isinstance(column, Derived):
            cells[column.name] = np.array([column.values[level] for level in cells[column.source]], dtype=object)
        else:
            places[column.name] = _place_people(column, group, places, cells, rng)
            cells[column.name] = np.array([*column.levels], dtype=object)[places[column.name]]
    order = _order(spec.first, cells, rng, rows)
    table = pd.DataFrame({name: values[order] for name, values in cells.items()}, dtype=object)
    table.insert(0, spec.ids.column, pd.Series(list(_ids(spec.ids, rows)), dtype=object))
    return Drawing(table.mask(table == "", None), group[order])


def write(table: pd.DataFrame, path: Path | str, *, seed: int) -> None:
    """Write invented answers as a workbook whose second sheet says that they are invented.

    Parameters
    ----------
    table : DataFrame
        From `generate`.
    path : path
        Ends in ``.xlsx``; a file that is there is replaced.
    seed : int
        The seed that it was generated with, for the second sheet.

    Raises
    ------
    TableError
        If the file cannot be written.
    """
    path = Path(path)
    if path.suffix.lower() != ".xlsx":
        raise TableError(str(path), ["a sample is written as .xlsx; end the name so"])
    workbook = Workbook(write_only=True)
    answers = workbook.create_sheet("Answers")
    for row in chain([table.columns], table.itertuples(index=False, name=None)):
        answers.append(list(row))
    about = workbook.create_sheet(ABOUT_SHEET)
    for line in _about(len(table), seed):
        about.append(line)
    try:
        workbook.save(path)
    except OSError as error:
        reason = f"{error.strerror or error}; does its folder exist, and is it closed in Excel?"
        raise TableError(str(path), [f"it cannot be written: {reason}"]) from None


def _about(rows: int, seed: int) -> list[list[str | int]]:
    return [
        [f"{SYNTHETIC}: nobody gave these answers."],
        ["They were drawn by chance so that counts and means agree with what was published about a real survey."],
        ["Use them to try things out. They say nothing about people."],
        ["Each column's people were ranked by noise plus the answers it leans on, and given counts cut the ranking."],
        ["Rows", rows],
        ["Seed", seed],
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
