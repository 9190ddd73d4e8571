"""Train, evaluate, store and, if it is no worse, activate: what ``engine train`` does, without its printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from engine import registry
from engine.card import model_card
from engine.errors import RegistryError
from engine.evaluation import Progress, as_json
from engine.survey import Survey
from engine.table import Table, read
from engine.training import Trained, require_something_to_learn, train


@dataclass(frozen=True)
class Release:
    """A stored version.

    Attributes
    ----------
    kept_back : str or None
        Why it was not activated.
    """

    id: str
    folder: Path
    kept_back: str | None
    manifest: Mapping[str, Any]


def release(
    survey: Survey,
    table: Table,
    models_dir: Path,
    *,
    repeats: int | None = None,
    seed: int = 0,
    force: bool = False,
    progress: Progress = lambda done, of: None,
) -> Release:
    """Train on ``table`` and store the version; activate it if it is no worse than the active one.

    Parameters
    ----------
    survey : Survey
    table : Table
    models_dir : Path
    repeats, seed, progress
        See `engine.training.train`.
    force : bool, default False
        Activate whatever the comparison says: for a version made anew because the stored one cannot be used.

    Raises
    ------
    TrainingError, RegistryError
        The active version stays as it is.
    """
    require_something_to_learn(survey, table)
    registry.require_writable(models_dir)
    trained = train(survey, table, repeats=repeats, seed=seed, progress=progress)
    manifest = _manifest(survey, table, trained)
    identity = registry.save(
        models_dir,
        trained.learnt,
        manifest,
        rows_csv=_rows_csv(survey, table),
        card=model_card(survey, manifest),
        now=datetime.now(UTC),
    )
    kept_back = None if force else registry.may_replace(_usable_active(models_dir, survey), manifest)
    if kept_back is None:
        registry.activate(models_dir, identity, survey)
    return Release(identity, models_dir / identity, kept_back, manifest)


def refit(survey: Survey, models_dir: Path, identity: str, *, progress: Progress) -> Release:
    """Make a version anew from the rows that it learnt from, and activate it.

    Raises
    ------
    RegistryError, TableError, TrainingError
        Where its manifest or its rows are gone or damaged.
    """
    old = registry.get(models_dir, identity)
    try:
        source = str(old.manifest["data"]["source"])
        repeats, seed = int(old.manifest["metrics"]["repeats"]), int(old.manifest["seed"])
    except (KeyError, TypeError, ValueError):
        raise RegistryError(
            f"version {identity}: its manifest is damaged; `python -m engine train` trains anew"
        ) from None
    table = replace(read(survey, old.rows), source=source, synthetic=old.synthetic)
    return release(survey, table, models_dir, repeats=repeats, seed=seed, force=True, progress=progress)


def _usable_active(models_dir: Path, survey: Survey) -> registry.Version | None:
    """Return the active version if it could serve; one that is refused must not keep a good one out."""
    identity = registry.active_version(models_dir)
    try:
        return None if identity is None else registry.verify(models_dir, identity, survey)
    except RegistryError:
        return None


def _manifest(survey: Survey, table: Table, trained: Trained) -> dict[str, Any]:
    return {
        "survey": {"id": survey.id, "hash": survey.meaning_hash},
        "data": {
            "source": table.source,
            "fingerprint": table.fingerprint,
            "rows": len(table.answers),
            "unlabelled": table.unlabelled,
            "synthetic": table.synthetic,
        },
        "features": [feature.column for feature in survey.features],
        "classes": [grade.grade for grade in survey.target.grades],
        "chosen": trained.learnt.candidate,
        "leaks": list(trained.leaks),
        "setting": trained.setting,
        "seed": trained.seed,
        "segments": [
            {"name": dict(segment.name), "size": segment.size} for segment in trained.learnt.segmentation.segments
        ],
        "silhouettes": {str(k): value for k, value in trained.learnt.segmentation.silhouettes.items()},
        "metrics": as_json(trained.evaluation),
    }


def _rows_csv(survey: Survey, table: Table) -> str:
    rows = table.answers.copy()
    rows[survey.target.column] = table.target
    return rows.to_csv(index=False, lineterminator="\n")
