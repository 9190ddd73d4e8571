"""The definition of invented answers (sample.toml): groups, exact counts, and what leans on what."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from engine.errors import InputError
from engine.survey import Survey

Level: TypeAlias = str | int
"""A level as it stands in the table: a label ("" leaves the cell blank), or 0 and 1 in a ticked column."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column whose counts are given and whose holders are drawn.

    Attributes
    ----------
    levels : mapping of Level to tuple of int
        Lowest level first: how many people of each group hold it.
    leans : mapping of str to float
        Weights of earlier columns in the ranking of people, per level of theirs.
    among : tuple of (column, label) or None
        Only people who answered so are ranked and counted; the others hold the first level.
    """

    name: str
    levels: Mapping[Level, tuple[int, ...]]
    leans: Mapping[str, float]
    among: tuple[str, Level] | None = None


@dataclass(frozen=True, slots=True)
class Derived:
    """A column of numbers that another column's labels stand for."""

    name: str
    source: str
    values: Mapping[Level, float]


@dataclass(frozen=True, slots=True)
class Ids:
    """Running numbers behind a prefix; ``gaps`` are left out."""

    column: str
    prefix: str
    gaps: frozenset[int]


@dataclass(frozen=True)
class Spec:
    """How a table of invented answers is drawn.

    Attributes
    ----------
    seed : int
        The seed that is taken where none is given.
    groups : tuple of int
        Sizes of the groups that all counts speak of.
    first : tuple of mapping of column to Level
        Answers that stand in the first rows, where somebody gave them.
    columns : tuple of Drawn or Derived
        In the table's order; a column leans on earlier ones only.
    """

    seed: int
    groups: tuple[int, ...]
    first: tuple[Mapping[str, Level], ...]
    ids: Ids
    columns: tuple[Drawn | Derived, ...]


def load(survey: Survey, path: Path) -> Spec:
    """Read a sample.toml and check it against the survey whose table it imitates.

    Raises
    ------
    InputError
        With every fault at once, each with its place.
    """
    try:
        return parse(survey, path.read_text(encoding="utf-8"), name=str(path))
    except FileNotFoundError:
        raise InputError(str(path), ["there is no such file; it says how invented answers are drawn"]) from None


def parse(survey: Survey, source: str, *, name: str = "sample.toml") -> Spec:
    """Check a definition given as TOML text; see `load`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise InputError(name, [f"not valid TOML: {error}"]) from None
    missing = [f'"{key}" is missing' for key in ("seed", "groups", "ids", "columns") if key not in data]
    if missing:
        raise InputError(name, missing)
    reader = _Reader(tuple(data["groups"]))
    columns = tuple(reader.column(column, row) for column, row in data["columns"].items())
    faults = [*reader.faults, *_mismatches(survey, reader.levels)]
    if faults:
        raise InputError(name, faults)
    ids = Ids(data["ids"]["column"], data["ids"]["prefix"], frozenset(data["ids"]["gaps"]))
    return Spec(data["seed"], reader.groups, tuple(data.get("first", ())), ids, columns)


class _Reader:
    """Turns the columns' tables into columns, collecting faults."""

    def __init__(self, groups: tuple[int, ...]) -> None:
        self.groups = groups
        self.faults: list[str] = []
        self.levels: dict[str, Mapping[Level, tuple[int, ...]]] = {}

    def fault(self, column: str, message: str) -> None:
        self.faults.append(f'column "{column}": {message}')

    def column(self, name: str, row: Mapping[str, Any]) -> Drawn | Derived:
        return self.derived(name, row) if "from" in row else self.drawn(name, row)

    def derived(self, name: str, row: Mapping[str, Any]) -> Derived:
        source, values = row["from"], row.get("values", {})
        absent = [level for level in self.earlier(name, source) if level not in values]
        if absent:
            self.fault(name, f'"values" says nothing for {_listed(absent)} of "{source}"')
        return Derived(name, source, values)

    def drawn(self, name: str, row: Mapping[str, Any]) -> Drawn:
        unknown = [key for key in row if key not in ("levels", "ticked", "leans", "among")]
        if unknown or ("levels" in row) == ("ticked" in row):
            self.fault(name, 'needs "levels" or "ticked", and may have "leans" and "among"')
        among = next(iter(row.get("among", {}).items()), None)
        people = self.earlier(name, among[0]).get(among[1], self.groups) if among else self.groups
        levels = _ticks(row["ticked"], people) if "ticked" in row else _counts(row.get("levels", {}))
        self.check_counts(name, levels, people)
        for source in row.get("leans", {}):
            self.earlier(name, source)
        self.levels[name] = levels
        return Drawn(name, levels, row.get("leans", {}), among)

    def earlier(self, name: str, source: str) -> Mapping[Level, tuple[int, ...]]:
        if source not in self.levels:
            self.fault(name, f'"{source}" is no drawn column that stands above it')
        return self.levels.get(source, {})

    def check_counts(self, name: str, levels: Mapping[Level, tuple[int, ...]], people: tuple[int, ...]) -> None:
        counts = list(levels.values())
        if any(len(row) != len(people) or min(row) < 0 for row in counts):
            self.fault(name, f"needs one count for each of the {len(people)} groups, none below 0 or above its people")
        elif tuple(map(sum, zip(*counts, strict=True))) != people:
            self.fault(name, f"its counts must add up to {list(people)}, the people of each group")


def _counts(levels: Mapping[str, Sequence[int]]) -> dict[Level, tuple[int, ...]]:
    return {label: tuple(counts) for label, counts in levels.items()}


def _ticks(ticked: Sequence[int], people: Sequence[int]) -> dict[Level, tuple[int, ...]]:
    return {0: tuple(all_ - some for all_, some in zip(people, ticked, strict=True)), 1: tuple(ticked)}


def _mismatches(survey: Survey, drawn: Mapping[str, Mapping[Level, Any]]) -> Iterator[str]:
    """Say where the table would not be one of the survey's."""
    allowed: dict[str, list[Level]] = {
        feature.column: [0, 1] if feature.kind == "binary" else [*feature.question.by_value]
        for feature in survey.features
    }
    allowed[survey.target.column] = [grade.value for grade in survey.target.grades]
    for column, levels in allowed.items():
        strange = [level for level in drawn.get(column, {}) if level not in ("", *levels)]
        if column not in drawn:
            yield f'column "{column}" of the survey is missing'
        elif strange:
            yield f'column "{column}": {_listed(strange)} is no label of the survey; allowed: {_listed(levels)}'


def _listed(levels: Sequence[Level]) -> str:
    return ", ".join(f'"{level}"' for level in levels)
