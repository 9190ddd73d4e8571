"""What the statistics need of the model in use: when it was made, and how those answered whom it learnt from."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine import registry
from engine.errors import RegistryError
from engine.registry import Version
from engine.survey import Survey


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """The model in use.

    Attributes
    ----------
    made_at : datetime
    rows : int
        People whom it learnt from.
    synthetic : bool
        Whether those are invented.
    answers : mapping of str to mapping of str to int
        Of each column how often it holds each label, number or box; what is missing is left out.
    """

    id: str
    made_at: datetime
    rows: int
    synthetic: bool
    answers: Mapping[str, Mapping[str, int]]


def model_facts(versions: Path, survey: Survey) -> ModelFacts | None:
    """Read them; None while there is no model, or nothing that can be read of it."""
    try:
        identity = registry.active_version(versions)
        version = None if identity is None else registry.get(versions, identity)
        return None if version is None else _facts(version, survey)
    except (RegistryError, OSError, ValueError, csv.Error):
        return None


def _facts(version: Version, survey: Survey) -> ModelFacts:
    answers: dict[str, Counter[str]] = {feature.column: Counter() for feature in survey.features}
    numbers = {feature.column for feature in survey.features if feature.kind in ("binary", "number")}
    rows = 0
    with version.rows.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rows += 1
            for column, counts in answers.items():
                if cell := row.get(column):
                    counts[f"{float(cell):g}" if column in numbers else cell] += 1
    made_at = datetime.fromisoformat(str(version.manifest["created"]))
    return ModelFacts(version.id, made_at, rows, version.synthetic, answers)
