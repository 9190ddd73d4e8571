"""What the statistics need of the model in use: when it was made, and how those answered whom it learnt from."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.figures.drift import add, no_answers
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
    answers : mapping of str to mapping of str to int, or None
        Of each column how often it holds each label, number or box; what is missing is left out. None where its rows
        cannot be read.
    """

    id: str
    made_at: datetime
    rows: int
    synthetic: bool
    answers: Mapping[str, Mapping[str, int]] | None


def model_facts(versions: Path, survey: Survey) -> ModelFacts | None:
    """Read them; None while there is no model, or one whose manifest is damaged."""
    try:
        identity = registry.active_version(versions)
        version = None if identity is None else registry.get(versions, identity)
        return None if version is None else _facts(version, survey)
    except (RegistryError, ValueError, KeyError):
        return None


def _facts(version: Version, survey: Survey) -> ModelFacts:
    made_at, rows = datetime.fromisoformat(str(version.manifest["created"])), int(version.manifest["data"]["rows"])
    return ModelFacts(version.id, made_at, rows, version.synthetic, _answers(version, survey))


def _answers(version: Version, survey: Survey) -> Mapping[str, Mapping[str, int]] | None:
    answers = no_answers(survey)
    numbers = {feature.column for feature in survey.features if feature.kind in ("binary", "number")}
    try:
        with version.rows.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                cells = {column: cell for column in answers if (cell := row.get(column))}
                add(answers, {column: float(cell) if column in numbers else cell for column, cell in cells.items()})
    except (OSError, ValueError, csv.Error):
        return None
    return answers
