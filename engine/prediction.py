"""Candidates and their tuning on shared inner folds: what learns to predict.

Only training imports this module; a served model computes with `engine.predictors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from engine.calibration import calibrate, log_losses
from engine.encoding import Encoding, as_answered, fit_encoding
from engine.fitting import N_TREES, SMOTE_MOST, Effort, Kind, Rows, Setting, fit, plain_rows, resampled_rows, shares_of
from engine.grading import fit_thresholds, points_of, thresholds_of_constant
from engine.predictors import Floats, Ints, Predictor, Shares, floored
from engine.survey import Feature

C_GRID = tuple((c,) for c in (1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0))
"""Inverse regularisation strengths of the logistic regression."""
FOREST_GRID = ((10, 0.0), (3, 0.0), (10, 0.5), (3, 0.5))
"""Smallest leaves of the random forest, and the share of the columns that a split may choose from (0: the root)."""
PAIRS_NEED = 300
"""Rows from which additive models with pairs earn their place."""
LARGE_TABLE = 2_000
"""Rows from which forests of few levels add nothing to pairs, and one additive model is as good as several."""
HUGE_TABLE = 10_000
"""Rows of which one fifth held out once is enough to tune and calibrate on, and from which a linear part adds its time
to every reply and nothing to pairs (log-loss the same to 0.001 at 20,000 and at 100,000 rows)."""
N_TREES_INNER = 25
"""Trees while tuning and calibrating: enough to rank the settings, at less than half the cost."""
INNER_FOLDS = 5
PRIOR_ROWS = 10.0
"""Credit of each candidate on small tables: 0.001 of log-loss better than none over seven of 100 to 250 rows."""


@dataclass(frozen=True)
class Candidate:
    """One way to predict; the order in `CANDIDATES` is from simple to complex."""

    name: str
    kind: Kind
    smote: bool = False

    @property
    def grid(self) -> tuple[Setting, ...]:
        """The settings to be tuned over, from simple to complex."""
        return {"linear": C_GRID, "forest": FOREST_GRID}.get(self.kind, ((),))


CANDIDATES = (
    Candidate("class_shares", "shares"),
    Candidate("logistic_regression", "linear"),
    Candidate("logistic_regression_smote", "linear", smote=True),
    Candidate("additive_pairs", "additive"),
    Candidate("random_forest", "forest"),
    Candidate("random_forest_smote", "forest", smote=True),
)


@dataclass(frozen=True)
class Plan:
    """What is tried on a table, decided once from its rows, so that all of its folds try the same.

    Attributes
    ----------
    candidates : tuple of Candidate
        All that are evaluated.
    selectable : frozenset of str
        Names of those that may be part of the blend. SMOTE is for comparison only: undoing its priors, as honest
        probabilities require, takes away what it changed.
    held_out_folds : int
        Inner folds that are predicted from the others.
    prior_rows : float
        Respondents that each candidate is credited with before the blend's weights are fitted.
    effort, inner_effort : Effort
        For the fit on all rows, and while tuning.
    """

    candidates: tuple[Candidate, ...]
    selectable: frozenset[str]
    held_out_folds: int
    prior_rows: float
    effort: Effort
    inner_effort: Effort


def plan_for(n_rows: int) -> Plan:
    """Return what is tried on a table of ``n_rows`` labelled rows."""
    tried = tuple(
        candidate
        for candidate in CANDIDATES
        if (n_rows >= PAIRS_NEED or candidate.kind != "additive") and (n_rows <= SMOTE_MOST or not candidate.smote)
    )
    large, huge = n_rows >= LARGE_TABLE, n_rows >= HUGE_TABLE
    apart = {"forest": large, "linear": huge}
    effort = Effort(N_TREES, bags=1 if large else 4, interactions=10 if large else 5)
    return Plan(
        candidates=tried,
        selectable=frozenset(one.name for one in tried if not one.smote and not apart.get(one.kind)),
        held_out_folds=1 if huge else INNER_FOLDS,
        prior_rows=PRIOR_ROWS if n_rows < PAIRS_NEED else 0.0,
        effort=effort,
        inner_effort=replace(effort, n_trees=N_TREES_INNER),
    )


@dataclass(frozen=True)
class Fitted:
    """A candidate, tuned, calibrated and fitted.

    Attributes
    ----------
    uncalibrated : Predictor
        The same before calibration.
    prior_ratio : ndarray of shape (n_classes,)
        True class priors over those of the rows it was fitted on: other than 1 after resampling.
    thresholds : ndarray of shape (n_classes - 1,)
        Ascending cuts of the score; see `engine.grading`.
    held_out : ndarray of shape (n_held_out,)
        Training rows with an out-of-fold prediction: all of them, or a fifth of a huge table.
    out_of_fold : ndarray of shape (n_held_out, n_classes)
        Calibrated probabilities of those rows, each from a fit that had not seen the row. Tuning, calibration and the
        grade rule share them, so they are slightly optimistic; evaluation never uses them.
    """

    candidate: Candidate
    setting: Setting
    encoding: Encoding
    predictor: Predictor
    uncalibrated: Predictor
    prior_ratio: Floats
    thresholds: Floats
    held_out: Ints
    out_of_fold: Floats

    def probabilities(self, codes: Floats) -> Floats:
        """Return calibrated probabilities, shape (n_respondents, n_classes), classes from best to worst."""
        return self.predictor.probabilities(self.encoding.transform(codes))


# -- folds ------------------------------------------------------------------------------------------------------


def stratified_folds(y: Ints, n_folds: int, rng: np.random.Generator) -> Ints:
    """Deal the rows of each class over the folds in turn; unlike scikit-learn's it takes classes of one row.

    Returns
    -------
    ndarray of shape (n_respondents,)
        Number of the fold in which a row is held out.
    """
    shuffled = rng.permutation(len(y))
    by_class = shuffled[np.argsort(y[shuffled], kind="stable")]
    folds = np.empty(len(y), dtype=np.intp)
    folds[by_class] = np.arange(len(y)) % n_folds
    return folds


class _Views:
    """Training rows as each candidate sees them: encoded in its way, resampled or not; each made once."""

    def __init__(self, features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, seed: int) -> None:
        standard, plain = fit_encoding(features, codes), as_answered(len(features))
        nominal = [feature.kind == "nominal" for feature in features]
        self._seed = seed
        self._encodings: dict[bool, Encoding] = {False: standard, True: plain}
        self._rows: dict[tuple[bool, bool], Rows] = {
            (False, False): plain_rows(standard.transform(codes), y, n_classes),
            (True, False): plain_rows(codes, y, n_classes, nominal),
        }

    def encoding(self, candidate: Candidate) -> Encoding:
        """Return the way that a candidate sees answers: an additive model bins them itself."""
        return self._encodings[candidate.kind == "additive"]

    def rows(self, candidate: Candidate) -> Rows:
        key = (candidate.kind == "additive", candidate.smote)
        if key not in self._rows:
            self._rows[key] = resampled_rows(self._rows[key[0], False], self._seed)
        return self._rows[key]


# -- tuning ------------------------------------------------------------------------------------------------------


def fit_candidates(
    features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, *, seed: int, plan: Plan | None = None
) -> dict[str, Fitted]:
    """Tune, calibrate and fit every candidate on the same inner folds.

    Parameters
    ----------
    features : sequence of Feature
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    n_classes : int
    seed : int
    plan : Plan, optional
        By default that for so many rows; a part of a table is given the whole table's.

    Returns
    -------
    dict of name to Fitted
        In the order of `CANDIDATES`, from simple to complex.
    """
    plan = plan or plan_for(len(y))
    folds = stratified_folds(y, INNER_FOLDS, np.random.default_rng(seed))
    held_out = np.flatnonzero(folds < plan.held_out_folds)
    out_of_fold = _out_of_fold(features, codes, y, n_classes, folds, plan, seed)
    views = _Views(features, codes, y, n_classes, seed)
    baseline = _baseline(y, n_classes, folds)[held_out]
    shares = floored(shares_of(y, n_classes))
    fitted = {}
    for candidate in plan.candidates:
        predictions = [whole[held_out] for whole in out_of_fold[candidate.name]]
        losses = [log_losses(p, y[held_out]).mean() for p in predictions]
        best = int(np.argmin(losses))
        rows = views.rows(candidate)
        uncalibrated = fit(candidate.kind, candidate.grid[best], rows, plan.effort, seed)
        predictor, calibrated = calibrate(uncalibrated, predictions[best], baseline, shares, y[held_out])
        fitted[candidate.name] = Fitted(
            candidate=candidate,
            setting=candidate.grid[best],
            encoding=views.encoding(candidate),
            predictor=predictor,
            uncalibrated=uncalibrated,
            prior_ratio=rows.prior_ratio,
            thresholds=_thresholds(predictor, calibrated, y[held_out], n_classes),
            held_out=held_out,
            out_of_fold=calibrated,
        )
    return fitted


def _thresholds(predictor: Predictor, out_of_fold: Floats, y: Ints, n_classes: int) -> Floats:
    if isinstance(predictor, Shares):
        return thresholds_of_constant(predictor.shares)
    return fit_thresholds(out_of_fold @ points_of(n_classes), y, n_classes)


def _baseline(y: Ints, n_classes: int, folds: Ints) -> Floats:
    """Return the class shares of the other folds, shape (n_respondents, n_classes)."""
    per_fold = [floored(shares_of(y[folds != fold], n_classes)) for fold in range(INNER_FOLDS)]
    return np.array(per_fold)[folds]


def _out_of_fold(
    features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, folds: Ints, plan: Plan, seed: int
) -> dict[str, list[Floats]]:
    """Return, per candidate and setting, the predictions of rows held out in turn; NaN where none was."""
    predictions = {c.name: [np.full((len(y), n_classes), np.nan) for _ in c.grid] for c in plan.candidates}
    for held_out in _held_out(folds, plan):
        views = _Views(features, codes[~held_out], y[~held_out], n_classes, seed)
        for candidate in plan.candidates:
            columns, rows = views.encoding(candidate).transform(codes[held_out]), views.rows(candidate)
            for whole, setting in zip(predictions[candidate.name], candidate.grid, strict=True):
                predictor = fit(candidate.kind, setting, rows, plan.inner_effort, seed)
                whole[held_out] = predictor.probabilities(columns)
    return predictions


def _held_out(folds: Ints, plan: Plan) -> Iterator[NDArray[np.bool_]]:
    masks = (folds == fold for fold in range(plan.held_out_folds))
    return (mask for mask in masks if mask.any())
