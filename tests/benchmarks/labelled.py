"""The labelled tables that quality is measured on, each read the way a user's table is read."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from engine import survey as surveys
from engine import table as tables
from engine.encoding import codes_of_table
from engine.predictors import Floats, Ints
from engine.survey import Feature
from engine.training import classes_of
from tests.benchmarks import fair, invented
from tests.benchmarks.invented import Recipe
from tests.engine.people import HOME

FEWEST_ROWS = 300
"""Below, two good methods differ by more than 0.01 by the draw of the folds alone."""

_SURVEYS = Path(__file__).parents[1] / "surveys"
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
    features: Sequence[Feature]
    codes: Floats
    y: Ints
    n_classes: int


def every_table(names: Sequence[str]) -> Iterator[Labelled]:
    """Yield the tables of these names, or all; unnamed ones of tests/surveys need at least `FEWEST_ROWS` rows."""
    folders = {"home": HOME, **{path.parent.name: path.parent for path in sorted(_SURVEYS.glob("*/survey.toml"))}}
    with tempfile.TemporaryDirectory() as directory:
        for name in names or [*folders, *_WRITERS]:
            if name not in folders and name not in _WRITERS:
                raise SystemExit(f'"{name}" is no table; there are: {", ".join([*folders, *_WRITERS])}')
            folder = folders.get(name, Path(directory) / name)
            if name in _WRITERS:
                _WRITERS[name](folder)
            table = _read(folder, name)
            if names or name == "home" or len(table.y) >= FEWEST_ROWS:
                yield table


def _read(folder: Path, name: str) -> Labelled:
    survey = surveys.load(folder)
    (sample,) = (path for path in folder.glob("sample.*") if path.suffix in (".csv", ".xlsx"))
    table = tables.read(survey, sample)
    codes = codes_of_table(survey, table.answers)
    return Labelled(name, survey.features, codes, classes_of(survey, table), len(survey.target.grades))
