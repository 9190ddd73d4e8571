"""Labelled tables to measure on, each read the way a user's table is read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine import survey as surveys
from engine import table as tables
from engine.encoding import codes_of_table
from engine.predictors import Floats, Ints
from engine.survey import Feature, Survey
from engine.training import classes_of
from tests.benchmarks import fair, invented
from tests.benchmarks.invented import Recipe
from tests.engine.people import HOME

FEWEST_ROWS = 300
"""Below, two good methods differ by more than 0.01 by the draw of the folds alone."""

_SURVEYS = Path(__file__).parents[1] / "surveys"
_FOLDERS = {"home": HOME, **{path.parent.name: path.parent for path in sorted(_SURVEYS.glob("*/survey.toml"))}}

_PAIRS = Recipe(ordinal=8, binary=4, singles=0.5, pairs=2.0)
_TRIPLES = Recipe(ordinal=8, binary=4, singles=0.5, triples=2.0)
_WRITERS: dict[str, Callable[[Path], None]] = {
    "fair": fair.write,
    "pairs_600": partial(invented.write, recipe=_PAIRS, rows=600, seed=1),
    "pairs_3000": partial(invented.write, recipe=_PAIRS, rows=3_000, seed=2),
    "triples_600": partial(invented.write, recipe=_TRIPLES, rows=600, seed=3),
    "triples_3000": partial(invented.write, recipe=_TRIPLES, rows=3_000, seed=4),
}


@dataclass(frozen=True)
class Labelled:
    """A table with known grades.

    Attributes
    ----------
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    """

    name: str
    survey: Survey
    codes: Floats
    y: Ints

    @property
    def features(self) -> Sequence[Feature]:
        """What the columns of the codes are."""
        return self.survey.features

    @property
    def n_classes(self) -> int:
        """How many grades the target has."""
        return len(self.survey.target.grades)


def every_table(names: Sequence[str]) -> list[Labelled]:
    """Return the tables of these names, or else all that are large enough, and the home sample."""
    known = (*_FOLDERS, *_WRITERS)
    for unknown in sorted(set(names) - set(known)):
        raise SystemExit(f'there is no table "{unknown}"; there are: {", ".join(known)}')
    if names:
        return [_made_or_read(name) for name in names]
    return [table for name in known if len((table := _made_or_read(name)).y) >= FEWEST_ROWS or name == "home"]


def _made_or_read(name: str) -> Labelled:
    if name in _FOLDERS:
        return read(_FOLDERS[name], name)
    with tempfile.TemporaryDirectory() as folder:
        _WRITERS[name](Path(folder))
        return read(Path(folder), name)


def read(folder: Path, name: str) -> Labelled:
    """Read a survey's folder: survey.toml, and sample.csv or sample.xlsx."""
    survey = surveys.load(folder)
    (sample,) = (path for path in folder.glob("sample.*") if path.suffix in (".csv", ".xlsx"))
    table = tables.read(survey, sample)
    return Labelled(name, survey, codes_of_table(survey, table.answers), classes_of(survey, table))
