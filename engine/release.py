"""Train, evaluate, store and, if it is no worse, activate: what ``engine train`` does, without its printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from engine import registry
from engine.assessment import Model
from engine.card import model_card
from engine.errors import RegistryError
from engine.evaluation import Evaluation, Progress, as_json
from engine.registry import Version
from engine.survey import Survey
from engine.table import Table, read
from engine.training import Trained, require_something_to_learn, train
from engine.trial import read_trial

Activation: TypeAlias = Literal["if_no_worse", "always", "never"]


@dataclass(frozen=True)
class Release:
    """A stored version, and the model and evaluation that it holds.

    Attributes
    ----------
    id : str
        ``<UTC time>-<hash>``, the name of ``folder``.
    folder : Path
        Holds the model, its card (``card.md``), the rows that it learnt from (``rows.csv``) and ``manifest.json``.
    kept_back : str or None
        Why it was not activated; None: it is the active version.
    manifest : mapping
        As stored.
    model : Model
        Ready to assess people, whether activated or not.
    evaluation : Evaluation
        Honest numbers with their 95 % intervals; trust ``nested``.
    """

    id: str
    folder: Path
    kept_back: str | None
    manifest: Mapping[str, Any]
    model: Model
    evaluation: Evaluation


def release(
    survey: Survey,
    table: Table,
    models_dir: Path,
    *,
    repeats: int | None = None,
    seed: int = 0,
    activate: Activation = "if_no_worse",
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
    activate : {"if_no_worse", "always", "never"}, default "if_no_worse"
        "always" is for a version made anew because the stored one cannot be used.

    Raises
    ------
    TrainingError, RegistryError
        The active version stays as it is.
    """
    require_something_to_learn(survey, table)
    registry.require_writable(models_dir)
    trained = train(survey, table, repeats=repeats, seed=seed, progress=progress)
    identity = store(survey, table, trained, models_dir)
    manifest = registry.get(models_dir, identity).manifest
    return Release(
        id=identity,
        folder=models_dir / identity,
        kept_back=_activate(models_dir, identity, survey, activate),
        manifest=manifest,
        model=Model(survey, trained.learnt, identity, table.synthetic, read_trial(manifest.get("metrics"))),
        evaluation=trained.evaluation,
    )


def store(
    survey: Survey, table: Table, trained: Trained, models_dir: Path, *, gate: Mapping[str, Any] | None = None
) -> str:
    """Store what was trained on ``table``, without activating it, and return the version's id.

    Parameters
    ----------
    gate : mapping, optional
        How it was judged against the active version (see `engine.challenge`), for the manifest and the card.

    Raises
    ------
    RegistryError
        Where it cannot be written.
    """
    manifest = _manifest(survey, table, trained) | ({} if gate is None else {"gate": dict(gate)})
    return registry.save(
        models_dir,
        trained.learnt,
        manifest,
        rows_csv=_rows_csv(survey, table),
        card=model_card(survey, manifest),
        now=datetime.now(UTC),
    )


def _activate(models_dir: Path, identity: str, survey: Survey, activate: Activation) -> str | None:
    """Activate a version as far as that is wished for; return why it was not done, or None."""
    if activate == "never":
        return "that was not asked for"
    if activate == "if_no_worse":
        return registry.activate_if_no_worse(models_dir, identity, survey)
    registry.activate(models_dir, identity, survey)
    return None


def refit(survey: Survey, models_dir: Path, identity: str, *, progress: Progress) -> Release:
    """Make a version anew from the rows that it learnt from, and activate it.

    Raises
    ------
    RegistryError, TableError, TrainingError
        Where its manifest or its rows are gone or damaged.
    """
    old = registry.get(models_dir, identity)
    try:
        fingerprint = str(old.manifest["data"]["fingerprint"])
        repeats, seed = int(old.manifest["metrics"]["repeats"]), int(old.manifest["seed"])
    except (KeyError, TypeError, ValueError):
        raise _damaged(old) from None
    table = learnt_rows(survey, old)
    same_questions = old.manifest["survey"].get("hash") == survey.meaning_hash
    if same_questions and table.fingerprint != fingerprint:
        raise RegistryError(
            f"version {identity}: {old.rows.name} is not what it learnt from any more; "
            "`python -m engine train` trains anew from a table of yours"
        )
    return release(survey, table, models_dir, repeats=repeats, seed=seed, activate="always", progress=progress)


def learnt_rows(survey: Survey, version: Version) -> Table:
    """Return the rows that a version learnt from, under the name that they had.

    Raises
    ------
    RegistryError, TableError
        Where its manifest or its rows are gone or damaged.
    """
    try:
        source = str(version.manifest["data"]["source"])
    except KeyError:
        raise _damaged(version) from None
    return replace(read(survey, version.rows), source=source, synthetic=version.synthetic)


def _damaged(version: Version) -> RegistryError:
    return RegistryError(f"version {version.id}: its manifest is damaged; `python -m engine train` trains anew")


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
        "settings": trained.settings,
        "seed": trained.seed,
        "segments": [
            {"name": dict(segment.name), "size": segment.size} for segment in trained.learnt.segmentation.segments
        ],
        "silhouettes": {str(k): value for k, value in trained.learnt.segmentation.silhouettes.items()},
        "stability": {
            "resampled": {str(k): value for k, value in trained.learnt.segmentation.stability.items()},
            "reseeded": trained.learnt.segmentation.reseeded,
        },
        "metrics": as_json(trained.evaluation),
    }


def _rows_csv(survey: Survey, table: Table) -> str:
    rows = table.answers.copy()
    rows[survey.target.column] = table.target
    return rows.to_csv(index=False, lineterminator="\n")
