"""Invented respondents of the home survey whose answers tell something about the target."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from engine import survey as surveys
from engine.encoding import label_of
from engine.predictors import Floats, Ints
from engine.survey import Survey

HOME = Path(__file__).parents[2] / "models" / "mobile_money"


@cache
def invented_people(rows: int, seed: int) -> tuple[Survey, Floats, Ints]:
    """Return the survey, codes of shape (rows, 19) and classes (0 is the best) with a clear but noisy pattern."""
    rng = np.random.default_rng(seed)
    scales = [(0, 5), (1, 5), (1, 4), (0, 2), (0, 3)] + [(0, 2)] * 14
    codes = np.column_stack([rng.integers(low, high, rows) for low, high in scales]).astype(float)
    liking = codes[:, 0] * 0.5 + codes[:, 2] * 0.7 - codes[:, 3] * 0.8 + rng.gumbel(size=rows) * 0.7
    y = np.empty(rows, dtype=np.intp)
    y[np.argsort(-liking)] = np.sort(np.arange(rows) * 4 // rows)
    return surveys.load(HOME), codes, y


def write_people(path: Path, rows: int = 120, seed: int = 2) -> Path:
    """Write invented respondents as a .csv table of labels, not marked as synthetic."""
    survey, codes, y = invented_people(rows, seed)
    columns = {
        feature.column: [label_of(feature, code) for code in codes[:, i]] for i, feature in enumerate(survey.features)
    }
    columns[survey.target.column] = [survey.target.grades[c].value for c in y]
    pd.DataFrame(columns).to_csv(path, index=False)
    return path


def train(folder: Path) -> Path:
    """Train on invented respondents, and return the folder of versions."""
    from engine import table
    from engine.release import release

    home = surveys.load(HOME)
    release(home, table.read(home, write_people(folder / "people.csv")), folder / "versions", repeats=1)
    return folder / "versions"
