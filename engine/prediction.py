"""Candidates, resampling inside the folds, tuning and selection: what learns to predict.

Only training imports this module; a served model computes with `engine.predictors`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from imblearn.over_sampling import SMOTE
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from engine.calibration import calibrate, log_losses
from engine.encoding import Encoding, fit_encoding
from engine.grading import fit_thresholds, points_of, thresholds_of_constant
from engine.predictors import Floats, Forest, Ints, Linear, Predictor, Shares, floored
from engine.survey import Feature

C_GRID = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Inverse regularisation strengths of the logistic regression."""
LEAF_GRID = (5, 15)
"""Smallest leaves of the random forest, in rows of a small table."""
LARGE_TABLE = 2_000
"""Rows from which trees have at most 64 leaves, each growing with the rows: the model's size stays bounded."""
N_TREES = 100
N_TREES_INNER = 40
"""Trees while tuning and calibrating: enough to rank the settings, at less than half the cost."""
SMOTE_MOST = 20_000
"""Rows to which resampling may grow a table."""
INNER_FOLDS = 5


@dataclass(frozen=True)
class Candidate:
    """One way to predict; the order in `CANDIDATES` is from simple to complex."""

    name: str
    kind: Literal["shares", "linear", "forest"]
    smote: bool = False

    @property
    def grid(self) -> tuple[float, ...]:
        """The settings to be tuned over, from simple to complex."""
        return {"shares": (0.0,), "linear": C_GRID, "forest": LEAF_GRID[::-1]}[self.kind]


CANDIDATES = (
    Candidate("class_shares", "shares"),
    Candidate("logistic_regression", "linear"),
    Candidate("logistic_regression_smote", "linear", smote=True),
    Candidate("random_forest", "forest"),
    Candidate("random_forest_smote", "forest", smote=True),
)


@dataclass(frozen=True)
class Fitted:
    """A candidate, tuned, calibrated and fitted.

    Attributes
    ----------
    thresholds : ndarray of shape (n_classes - 1,)
        Ascending cuts of the score; see `engine.grading`.
    out_of_fold : ndarray of shape (n_respondents, n_classes)
        Calibrated probabilities of the training rows, each from a fit that had not seen the row. Tuning, calibration
        and the grade rule share them, so they are slightly optimistic; evaluation never uses them.
    """

    candidate: Candidate
    setting: float
    encoding: Encoding
    predictor: Predictor
    thresholds: Floats
    out_of_fold: Floats

    def probabilities(self, codes: Floats) -> Floats:
        """Return calibrated probabilities, shape (n_respondents, n_classes), classes from best to worst."""
        return self.predictor.probabilities(self.encoding.transform(codes))


# -- folds and resampling ---------------------------------------------------------------------------------------


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


def resample(columns: Floats, y: Ints, seed: int) -> tuple[Floats, Ints]:
    """Over-sample the smaller classes with SMOTE; classes under two rows are left alone.

    References
    ----------
    Chawla et al. (2002), SMOTE: Synthetic Minority Over-sampling Technique, JAIR 16.
    """
    classes, counts = np.unique(y, return_counts=True)
    able = {int(c): int(n) for c, n in zip(classes, counts, strict=True) if n >= 2}
    if len(able) < 2 or len(classes) < 2:
        return columns, y
    neighbours = min(5, min(able.values()) - 1)
    goal = min(int(counts.max()), max(SMOTE_MOST // len(classes), 1))
    wanted = {c: max(n, goal) for c, n in able.items()}
    sampler = SMOTE(sampling_strategy=wanted, k_neighbors=neighbours, random_state=seed)
    more, labels = sampler.fit_resample(columns, y)
    return np.asarray(more, dtype=float), np.asarray(labels, dtype=np.intp)


# -- fitting one predictor --------------------------------------------------------------------------------------


def shares_of(y: Ints, n_classes: int) -> Floats:
    """Return the class shares with half a row added to each class, so that no share is zero."""
    counts = np.bincount(y, minlength=n_classes) + 0.5
    shares: Floats = counts / counts.sum()
    return shares


@dataclass(frozen=True)
class _Rows:
    """Training rows as one candidate sees them: encoded, perhaps resampled, with what undoes the new class priors."""

    columns: Floats
    y: Ints
    n_classes: int
    prior_ratio: Floats
    shares: Floats
    n_real: int


def _rows(columns: Floats, y: Ints, n_classes: int, *, smote: bool, seed: int) -> _Rows:
    more, labels = resample(columns, y, seed) if smote else (columns, y)
    before, after = (np.bincount(labels_, minlength=n_classes) / len(labels_) for labels_ in (y, labels))
    ratio = np.divide(before, after, out=np.ones(n_classes), where=after > 0)
    return _Rows(more, labels, n_classes, ratio, shares_of(y, n_classes), len(y))


def _fit(candidate: Candidate, setting: float, rows: _Rows, seed: int, n_trees: int = N_TREES) -> Predictor:
    if candidate.kind == "shares" or len(np.unique(rows.y)) < 2:
        return Shares(floored(rows.shares))
    if candidate.kind == "linear":
        return _fit_linear(setting, rows)
    return _fit_forest(setting, rows, seed, n_trees)


def _fit_linear(c: float, rows: _Rows) -> Linear:
    model = LogisticRegression(C=c, max_iter=2_000).fit(rows.columns, rows.y)
    weights = np.zeros((rows.columns.shape[1], rows.n_classes))
    intercept = np.full(rows.n_classes, -np.inf)
    if len(model.classes_) == 2:  # scikit-learn keeps one row of coefficients for two classes
        worse, better = model.classes_
        weights[:, better], intercept[worse], intercept[better] = model.coef_[0], 0.0, model.intercept_[0]
    else:
        weights[:, model.classes_], intercept[model.classes_] = model.coef_.T, model.intercept_
    return Linear(weights, intercept + np.log(rows.prior_ratio))


def _fit_forest(leaf: float, rows: _Rows, seed: int, n_trees: int) -> Forest:
    large = rows.n_real >= LARGE_TABLE
    model = RandomForestClassifier(
        n_estimators=n_trees,
        min_samples_leaf=int(leaf * rows.n_real / LARGE_TABLE) + int(leaf) if large else int(leaf),
        max_leaf_nodes=64 if large else None,
        max_samples=min(1.0, SMOTE_MOST / len(rows.y)) if large else None,
        random_state=seed,
    ).fit(rows.columns, rows.y)
    return _flatten(model, rows)


def _flatten(model: RandomForestClassifier, rows: _Rows) -> Forest:
    """Lay scikit-learn's trees end to end, undoing the resampled priors inside each leaf.

    Reweighting a leaf's class counts by true over resampled prior is Bayes' rule for that leaf; the forest stays a mean
    over leaves, so TreeSHAP stays exact.
    """
    trees = [estimator.tree_ for estimator in model.estimators_]
    offsets = np.concatenate(([0], np.cumsum([tree.node_count for tree in trees])))
    is_leaf = np.concatenate([tree.children_left for tree in trees]) < 0
    itself = np.arange(offsets[-1])

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(tree, name) for tree in trees])

    def child(name: str) -> Ints:
        moved = np.concatenate([getattr(tree, name) + offset for tree, offset in zip(trees, offsets, strict=False)])
        return np.where(is_leaf, itself, moved).astype(np.intp)

    counts = np.zeros((offsets[-1], rows.n_classes))
    counts[:, model.classes_] = joined("value")[:, 0, :]
    counts *= joined("weighted_n_node_samples")[:, None] * rows.prior_ratio
    cover = counts.sum(axis=1)
    return Forest(
        roots=offsets[:-1].astype(np.intp),
        column=np.where(is_leaf, -1, joined("feature")).astype(np.intp),
        threshold=joined("threshold"),
        left=child("children_left"),
        right=child("children_right"),
        cover=cover,
        value=floored(counts / cover[:, None]),
        depth=max(tree.max_depth for tree in trees),
        weight=1.0,
        shares=floored(rows.shares),
    )


# -- tuning and selection ---------------------------------------------------------------------------------------


def fit_candidates(
    features: Sequence[Feature],
    codes: Floats,
    y: Ints,
    n_classes: int,
    *,
    seed: int,
    candidates: Sequence[Candidate] = CANDIDATES,
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

    Returns
    -------
    dict of name to Fitted
        In the order of ``candidates``, from simple to complex.
    """
    folds = stratified_folds(y, INNER_FOLDS, np.random.default_rng(seed))
    out_of_fold = _out_of_fold(features, codes, y, n_classes, folds, candidates, seed)
    encoding = fit_encoding(features, codes)
    columns = encoding.transform(codes)
    baseline = _baseline(y, n_classes, folds)
    shares = floored(shares_of(y, n_classes))
    fitted = {}
    for candidate in candidates:
        predictions = out_of_fold[candidate.name]
        losses = [log_losses(p, y).mean() for p in predictions]
        best = int(np.argmin(losses))
        rows = _rows(columns, y, n_classes, smote=candidate.smote, seed=seed)
        predictor = _fit(candidate, candidate.grid[best], rows, seed)
        predictor, calibrated = calibrate(predictor, predictions[best], baseline, shares, y)
        thresholds = (
            thresholds_of_constant(predictor.shares)
            if isinstance(predictor, Shares)
            else fit_thresholds(calibrated @ points_of(n_classes), y, n_classes)
        )
        fitted[candidate.name] = Fitted(candidate, candidate.grid[best], encoding, predictor, thresholds, calibrated)
    return fitted


def _baseline(y: Ints, n_classes: int, folds: Ints) -> Floats:
    """Return the class shares of the other folds, shape (n_respondents, n_classes)."""
    per_fold = [floored(shares_of(y[folds != fold], n_classes)) for fold in range(INNER_FOLDS)]
    return np.array(per_fold)[folds]


def _out_of_fold(
    features: Sequence[Feature],
    codes: Floats,
    y: Ints,
    n_classes: int,
    folds: Ints,
    candidates: Sequence[Candidate],
    seed: int,
) -> dict[str, list[Floats]]:
    """Return, per candidate and setting, the predictions of rows held out in turn."""
    predictions = {c.name: [np.empty((len(y), n_classes)) for _ in c.grid] for c in candidates}
    for held_out, rows_of in _encoded_folds(features, codes, y, n_classes, folds, seed):
        columns, plain, smoted = rows_of
        for candidate in candidates:
            rows = smoted if candidate.smote else plain
            for i, setting in enumerate(candidate.grid):
                predictor = _fit(candidate, setting, rows, seed, N_TREES_INNER)
                predictions[candidate.name][i][held_out] = predictor.probabilities(columns)
    return predictions


def _encoded_folds(
    features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, folds: Ints, seed: int
) -> Iterator[tuple[NDArray[np.bool_], tuple[Floats, _Rows, _Rows]]]:
    for fold in np.unique(folds):
        held_out = folds == fold
        encoding = fit_encoding(features, codes[~held_out])
        training, labels = encoding.transform(codes[~held_out]), y[~held_out]
        plain = _rows(training, labels, n_classes, smote=False, seed=seed)
        smoted = _rows(training, labels, n_classes, smote=True, seed=seed)
        yield held_out, (encoding.transform(codes[held_out]), plain, smoted)


def select(fitted: dict[str, Fitted], y: Ints) -> str:
    """Choose by out-of-fold log-loss; ties within one standard error of the difference go to the simpler candidate.

    The class shares are chosen only where nothing beats them: their tie would throw away a weak signal.
    """
    losses = {name: log_losses(one.out_of_fold, y) for name, one in fitted.items()}
    best = min(losses, key=lambda name: float(losses[name].mean()))
    if fitted[best].candidate.kind == "shares":
        return best
    for name, one in fitted.items():
        if one.candidate.kind == "shares":
            continue
        difference = losses[name] - losses[best]
        if difference.mean() <= difference.std(ddof=1) / np.sqrt(len(y)):
            return name
    return best
