"""Invented surveys of any size: a definition and a table of answers, written as a survey's folder.

What the answers tell about the target is a stated mixture of single answers, pairs and triples of them, and noise.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.predictors import Floats

LEVELS = 5
"""Choices of an ordinal or nominal question."""
TELLING = 8
"""Columns that tell something by themselves; the others are noise."""


@dataclass(frozen=True)
class Recipe:
    """What an invented survey consists of.

    Attributes
    ----------
    ordinal, nominal, number, binary : int
        Columns of each kind; the binary ones are the boxes of one select-all question.
    missing : float
        Share of blank cells among the columns that are not boxes.
    singles, pairs, triples : float
        Standard deviations of what single answers, products of two and products of three add to the hidden liking, in
        which the noise is a standard logistic variable.
    shares : tuple of float
        Of the grades, best first.
    """

    ordinal: int
    nominal: int = 0
    number: int = 0
    binary: int = 0
    missing: float = 0.0
    singles: float = 1.0
    pairs: float = 0.0
    triples: float = 0.0
    shares: tuple[float, ...] = (0.45, 0.3, 0.15, 0.1)


WIDE = Recipe(ordinal=10, nominal=4, number=2, binary=14, missing=0.05, singles=1.2, pairs=1.0, triples=0.5)
"""30 columns of every kind."""


def write(folder: Path, recipe: Recipe, rows: int, seed: int) -> None:
    """Write survey.toml and sample.csv into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "survey.toml").write_text(definition(recipe), encoding="utf-8")
    answers(recipe, rows, seed).to_csv(folder / "sample.csv", index=False)


# -- the definition ---------------------------------------------------------------------------------------------


def definition(recipe: Recipe) -> str:
    """Return the survey.toml."""
    parts = ['id = "invented"\nlanguages = ["en"]\ntitle = "Invented"\n[about]\norganisation = "nobody"\n']
    parts += [_single(f"Ordinal_{i}", "ordinal") for i in range(recipe.ordinal)]
    parts += [_single(f"Nominal_{i}", "nominal") for i in range(recipe.nominal)]
    parts += [
        _question(f"Number_{i}", kind="number", actionable="any", min=0, max=1_000_000) for i in range(recipe.number)
    ]
    if recipe.binary:
        boxes = [{"column": f"Box_{i}", "name": f"Box {i}", "actionable": "up"} for i in range(recipe.binary)]
        parts.append(_question("Boxes", kind="multi", choices=boxes))
    grades = [{"grade": "ABCDEF"[i], "value": _grade(i)} for i in range(len(recipe.shares))]
    parts.append(_section("[target]", column="Liking", text="How much do you like it?", grades=grades))
    return "\n".join(parts)


def _single(identity: str, scale: str) -> str:
    if scale == "nominal":
        return _question(identity, kind="single", scale=scale, choices=[{"value": _label(i)} for i in range(LEVELS)])
    choices = [{"value": _label(i), "code": i} for i in range(LEVELS)]
    return _question(identity, kind="single", scale=scale, actionable="up", choices=choices)


def _question(identity: str, **values: object) -> str:
    name = identity.replace("_", " ")
    return _section("[[question]]", id=identity, name=name, text=f"{name}?", required=False, **values)


def _section(heading: str, **values: object) -> str:
    return "\n".join([heading, *(f"{key} = {_toml(value)}" for key, value in values.items()), ""])


def _toml(value: object) -> str:
    """Return a value as TOML, which for texts, numbers and truth values is JSON."""
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(value)


def _label(level: int) -> str:
    return f"Level {level}"


def _grade(place: int) -> str:
    return f"Grade {place}"


# -- the answers ------------------------------------------------------------------------------------------------


def answers(recipe: Recipe, rows: int, seed: int) -> pd.DataFrame:
    """Return labelled answers of ``rows`` invented people."""
    rng = np.random.default_rng(seed)
    table, effects = {}, []
    for name, cells, effect in _columns(recipe, rows, rng):
        blank = (rng.random(rows) < recipe.missing) & (not name.startswith("Box"))
        table[name] = cells.mask(blank)
        effects.append(effect)
    liking = _liking(recipe, np.column_stack(effects), rng) + rng.logistic(size=rows)
    cuts = np.quantile(liking, 1 - np.cumsum(recipe.shares)[:-1])
    table["Liking"] = pd.Series((liking[:, None] < cuts).sum(axis=1)).map(_grade)
    return pd.DataFrame(table)


def _columns(recipe: Recipe, rows: int, rng: np.random.Generator) -> Iterator[tuple[str, pd.Series, Floats]]:
    """Yield each column's name, its cells, and what they stand for: centred, with a standard deviation of 1."""
    for i in range(recipe.ordinal):
        levels = rng.integers(LEVELS, size=rows)
        yield f"Ordinal_{i}", pd.Series(levels).map(_label), _standardised(levels.astype(float))
    for i in range(recipe.nominal):
        levels = rng.integers(LEVELS, size=rows)
        yield f"Nominal_{i}", pd.Series(levels).map(_label), _standardised(rng.normal(size=LEVELS)[levels])
    for i in range(recipe.number):
        numbers = rng.lognormal(3, 1, rows).round()
        yield f"Number_{i}", pd.Series(numbers, dtype=object), _standardised(np.log1p(numbers))
    for i in range(recipe.binary):
        ticks = rng.random(rows) < rng.uniform(0.1, 0.6)
        yield f"Box_{i}", pd.Series(ticks.astype(int)), _standardised(ticks.astype(float))


def _standardised(values: Floats) -> Floats:
    scaled: Floats = (values - values.mean()) / max(float(values.std()), 1e-9)
    return scaled


def _liking(recipe: Recipe, effects: Floats, rng: np.random.Generator) -> Floats:
    """Mix what `TELLING` columns say: each by itself, then by twos and by threes, every column in one of each."""
    telling = effects[:, rng.permutation(effects.shape[1])[:TELLING]]
    liking = np.zeros(len(effects))
    for size, deviation in ((1, recipe.singles), (2, recipe.pairs), (3, recipe.triples)):
        groups = telling[:, : TELLING // size * size].reshape(len(telling), -1, size)
        together = groups.prod(axis=2) @ rng.choice([-1.0, 1.0], groups.shape[1])
        liking += deviation * _standardised(together)
    return liking
