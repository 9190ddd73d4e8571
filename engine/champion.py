"""The active version as a challenger meets it: the rows that it knew, and what it says of rows held out from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from engine import registry, table
from engine.encoding import classes_of_labels, codes_of_table
from engine.errors import EngineError, RegistryError
from engine.metrics import Predictions
from engine.predictors import Floats, Ints
from engine.registry import Version
from engine.survey import Feature, Survey

if TYPE_CHECKING:
    from engine.evaluation import HeldOut

FEWEST_KNOWN = 30
"""Known rows below which its recipe has nothing left to learn from; see `engine.training.FEWEST_ROWS`."""


@dataclass(frozen=True)
class Champion:
    """The active version.

    Attributes
    ----------
    id : str or None
        None: no version is active.
    version : Version or None
        None where it is refused, or there is none.
    refused : str
        Why it cannot serve; empty if it can.
    known : ndarray of shape (n_respondents,)
        Which rows of the table it learnt from.
    gone : int
        Rows that it learnt from and that the table lacks: of people who were erased, or whose answers were corrected.
    """

    id: str | None
    version: Version | None
    refused: str
    known: NDArray[np.bool_]
    gone: int

    @property
    def synthetic(self) -> bool | None:
        """Whether it learnt from invented rows; None without a version."""
        return None if self.version is None else self.version.synthetic

    @property
    def comparable(self) -> bool:
        """Whether it can be scored beside a challenger: enough of what it learnt from is still there."""
        return self.version is not None and (self.version.synthetic or self.known.sum() >= FEWEST_KNOWN)


def find(survey: Survey, models_dir: Path, codes: Floats, y: Ints) -> Champion:
    """Return the active version and the rows of a table, as codes and classes, that it knew."""
    identity, nothing = registry.active_version(models_dir), np.zeros(len(y), dtype=bool)
    if identity is None:
        return Champion(None, None, "", nothing, 0)
    try:
        version = registry.verify(models_dir, identity, survey)
    except RegistryError as error:
        return Champion(identity, None, str(error).partition(". ")[0], nothing, 0)
    if version.synthetic:
        return Champion(identity, version, "", nothing, 0)
    try:
        own = table.read(survey, version.rows)
    except EngineError:  # it serves without its rows, but nobody can say any more what it learnt from
        return Champion(identity, version, "", nothing, 0)
    assert own.target is not None
    own_rows = content(codes_of_table(survey, own.answers), classes_of_labels(survey, own.target))
    known = matched(own_rows, content(codes, y))
    return Champion(identity, version, "", known, len(own_rows) - int(known.sum()))


def content(codes: Floats, y: Ints) -> Floats:
    """Return rows of answers and class of which equal ones are equal, missing answers included."""
    return np.column_stack([np.nan_to_num(codes, nan=np.inf), y])  # NaN equals nothing, itself included


def matched(own: Floats, rows: Floats) -> NDArray[np.bool_]:
    """Return which rows have a partner of the same content in ``own``, each of which can be one row's only.

    Parameters
    ----------
    own : ndarray of shape (n_own, n_columns)
    rows : ndarray of shape (n_rows, n_columns)

    Returns
    -------
    ndarray of shape (n_rows,)
        Of equal rows the first ones.

    Examples
    --------
    >>> matched(np.array([[1.0], [1.0], [3.0]]), np.array([[1.0], [2.0], [1.0], [1.0]]))
    array([ True, False,  True, False])
    """
    _, kind = np.unique(np.concatenate([own, rows]), axis=0, return_inverse=True)
    kind = kind.reshape(-1)
    there = np.bincount(kind[: len(own)], minlength=kind.max(initial=-1) + 1)
    mine = kind[len(own) :]
    order = np.argsort(mine, kind="stable")
    begins = np.searchsorted(mine[order], mine[order])
    nth = np.empty(len(mine), dtype=np.intp)
    nth[order] = np.arange(len(mine)) - begins
    return np.asarray(nth < there[mine])


def held_out_predictions(
    champion: Champion,
    survey: Survey,
    models_dir: Path,
    codes: Floats,
    y: Ints,
    held_out: HeldOut,
    seed: int,
    worked: Callable[[], None],
) -> Predictions:
    """Return what the champion says of every row, held out from it in the challenger's own folds.

    One that learnt from invented rows has seen none of these, so that it speaks as it is stored. Otherwise its recipe,
    tuning included, is refitted in each fold on the training rows that it knew.

    Parameters
    ----------
    champion : Champion
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
    held_out : HeldOut
        The challenger's.
    seed : int
        The challenger's: on the same rows the two say the same.
    worked : callable
        Called after each piece of work.
    """
    assert champion.id is not None
    if champion.synthetic:
        probabilities, _, classes = registry.load(models_dir, champion.id, survey).predict(codes)
        worked()
        return Predictions(probabilities[None], classes[None])
    return refitted(survey.features, codes, y, len(survey.target.grades), champion.known, held_out.deals, seed, worked)


def refitted(
    features: Sequence[Feature],
    codes: Floats,
    y: Ints,
    n_classes: int,
    known: NDArray[np.bool_],
    deals: Sequence[Ints],
    seed: int,
    worked: Callable[[], None] = lambda: None,
) -> Predictions:
    """Return held-out predictions of the training's recipe, refitted in each fold on the known rows.

    Candidates that are for comparison only, and can have no weight, are left out: it saves half of the time.
    """
    from engine.evaluation import gathered, places_of
    from engine.grading import classes_by_score
    from engine.prediction import fit_candidates, plan_for
    from engine.stacking import blend

    plan = plan_for(int(known.sum()))
    plan = replace(plan, candidates=tuple(one for one in plan.candidates if one.name in plan.selectable))
    places, parts = places_of(deals), []
    for i, (_, held_out) in enumerate(places):
        learnt_from = known & ~held_out
        fitted = fit_candidates(features, codes[learnt_from], y[learnt_from], n_classes, seed=seed + i, plan=plan)
        blended = blend(fitted, y[learnt_from], plan)
        probabilities = blended.probabilities(codes[held_out])
        parts.append((probabilities, classes_by_score(probabilities, blended.thresholds)))
        worked()
    return gathered(places, parts, len(y))
