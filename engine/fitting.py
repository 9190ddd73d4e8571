"""Fitting one predictor on given rows: resampling, the library's estimators, and their way into plain arrays.

Only training imports this module; a served model computes with `engine.predictors`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
from imblearn.over_sampling import SMOTE
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from engine.predictors import Additive, Floats, Forest, Ints, Linear, Predictor, Shares, floored

Kind = Literal["shares", "linear", "forest", "additive"]
Setting: TypeAlias = tuple[float, ...]

N_TREES = 60
MAX_DEPTH = 6
"""Of a tree: with 60 such trees a person is explained in 0.5 ms, and predicted as well as by 100 of full depth."""
SMOTE_MOST = 20_000
"""Rows to which resampling may grow a table."""


@dataclass(frozen=True)
class Rows:
    """Training rows as one kind of predictor sees them.

    Attributes
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        Encoded, perhaps resampled.
    y : ndarray of shape (n_rows,)
    n_classes : int
    prior_ratio : ndarray of shape (n_classes,)
        True class priors over those after resampling: what undoes the resampling (Bayes' rule).
    shares : ndarray of shape (n_classes,)
        Class shares before resampling.
    nominal : ndarray of shape (n_columns,)
        Whether a column's values are names; only `Additive` is given such columns.
    """

    columns: Floats
    y: Ints
    n_classes: int
    prior_ratio: Floats
    shares: Floats
    nominal: NDArray[np.bool_]


@dataclass(frozen=True)
class Effort:
    """How much work a fit may be, from the size of the whole table.

    Attributes
    ----------
    n_trees : int
    bags : int
        Additive models that are averaged; see ``outer_bags`` of the library.
    interactions : int
        Pairs of questions that an additive model may count together.
    """

    n_trees: int
    bags: int
    interactions: int


# -- rows -------------------------------------------------------------------------------------------------------


def shares_of(y: Ints, n_classes: int) -> Floats:
    """Return the class shares with half a row added to each class, so that no share is zero."""
    counts = np.bincount(y, minlength=n_classes) + 0.5
    shares: Floats = counts / counts.sum()
    return shares


def plain_rows(columns: Floats, y: Ints, n_classes: int, nominal: Sequence[bool] = ()) -> Rows:
    """Return rows as they are."""
    names = np.array(nominal or [False] * columns.shape[1])
    return Rows(columns, y, n_classes, np.ones(n_classes), shares_of(y, n_classes), names)


def resampled_rows(rows: Rows, seed: int) -> Rows:
    """Return the rows after `resample`, with what undoes its priors."""
    columns, y = resample(rows.columns, rows.y, seed)
    before, after = (np.bincount(labels, minlength=rows.n_classes) / len(labels) for labels in (rows.y, y))
    ratio = np.divide(before, after, out=np.ones(rows.n_classes), where=after > 0)
    return replace(rows, columns=columns, y=y, prior_ratio=ratio)


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


# -- predictors -------------------------------------------------------------------------------------------------


def fit(kind: Kind, setting: Setting, rows: Rows, effort: Effort, seed: int) -> Predictor:
    """Fit one predictor.

    Parameters
    ----------
    kind : {"shares", "linear", "forest", "additive"}
    setting : tuple of float
        "linear": (inverse regularisation strength,); "forest": (smallest leaf, share of the columns that a split may
        choose from, 0 for their number's square root); the others have none.
    rows : Rows
    effort : Effort
    seed : int
    """
    if kind == "shares":
        return Shares(floored(rows.shares))
    if len(np.unique(rows.y)) < 2:  # as every kind does, it gives an absent class no more than the floor
        return Shares(floored(np.eye(rows.n_classes)[rows.y[0]]))
    if kind == "linear":
        return _fit_linear(setting[0], rows)
    if kind == "forest":
        return _fit_forest(setting, rows, effort, seed)
    return _fit_additive(rows, effort, seed)


def _fit_linear(c: float, rows: Rows) -> Linear:
    model = LogisticRegression(C=c, max_iter=2_000).fit(rows.columns, rows.y)
    weights = np.zeros((rows.columns.shape[1], rows.n_classes))
    intercept = np.full(rows.n_classes, -np.inf)
    if len(model.classes_) == 2:  # scikit-learn keeps one row of coefficients for two classes
        worse, better = model.classes_
        weights[:, better], intercept[worse], intercept[better] = model.coef_[0], 0.0, model.intercept_[0]
    else:
        weights[:, model.classes_], intercept[model.classes_] = model.coef_.T, model.intercept_
    return Linear(weights, intercept + np.log(rows.prior_ratio))


def _fit_forest(setting: Setting, rows: Rows, effort: Effort, seed: int) -> Forest:
    leaf, max_features = setting
    model = RandomForestClassifier(
        n_estimators=effort.n_trees,
        max_depth=MAX_DEPTH,
        min_samples_leaf=int(leaf),
        max_features=max_features or "sqrt",
        max_samples=SMOTE_MOST if len(rows.y) > SMOTE_MOST else None,
        random_state=seed,
    ).fit(rows.columns, rows.y)
    return _flatten(model, rows)


def _flatten(model: RandomForestClassifier, rows: Rows) -> Forest:
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


def _fit_additive(rows: Rows, effort: Effort, seed: int) -> Additive:
    """Fit an explainable boosting machine: cyclic boosting of main effects, then of the pairs that add most.

    References
    ----------
    Nori et al. (2019), InterpretML: A Unified Framework for Machine Learning Interpretability, arXiv:1909.09223.
    """
    from interpret.glassbox import ExplainableBoostingClassifier

    model = ExplainableBoostingClassifier(
        feature_types=["nominal" if nominal else "continuous" for nominal in rows.nominal],
        max_bins=64,
        max_interaction_bins=16,
        interactions=effort.interactions,
        outer_bags=effort.bags,
        n_jobs=1,
        random_state=seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what its own pictures cannot show, and of columns nobody answered
        model.fit(rows.columns, rows.y)
    return _tables(model, rows)


def _tables(model: Any, rows: Rows) -> Additive:
    """Lay the library's tables end to end, a pair's coarser bins spread over its columns' own.

    The library keeps a missing answer first and an unknown one last; here a missing one is last, and a level that
    training never saw falls between the known ones, where it adds nothing.
    """
    cuts = [_cuts(levels) for levels in model.bins_]
    alone = [_place(levels[0], edges) for levels, edges in zip(model.bins_, cuts, strict=True)]
    paired = [_place(levels[min(len(levels), 2) - 1], edges) for levels, edges in zip(model.bins_, cuts, strict=True)]
    tables = {term: _per_class(scores, model, rows.n_classes) for term, scores in _terms(model)}
    pairs = [term for term in tables if len(term) == 2]
    main = [tables[i,][place] for i, place in enumerate(alone)]
    joint = [tables[i, j][np.ix_(paired[i], paired[j])] for i, j in pairs]
    widths = [len(part) for part in main]
    present = np.isin(np.arange(rows.n_classes), model.classes_)
    return Additive(
        cuts=tuple(cuts),
        start=_starts(widths),
        main=np.concatenate(main),
        pairs=np.array(pairs, dtype=np.intp).reshape(-1, 2),
        pair_start=_starts([widths[i] * widths[j] for i, j in pairs]),
        pair_width=np.array([widths[j] for _, j in pairs], dtype=np.intp),
        joint=np.concatenate([part.reshape(-1, rows.n_classes) for part in joint] or [np.empty((0, rows.n_classes))]),
        intercept=np.where(present, _per_class(np.squeeze(model.intercept_), model, rows.n_classes), -np.inf),
    )


def _terms(model: Any) -> Iterator[tuple[tuple[int, ...], Floats]]:
    return zip(model.term_features_, model.term_scores_, strict=True)


def _starts(widths: Sequence[int]) -> Ints:
    return np.concatenate(([0], np.cumsum(widths)[:-1])).astype(np.intp) if widths else np.empty(0, dtype=np.intp)


def _cuts(levels: Sequence[Any]) -> Floats:
    """Return the upper edges of a column's bins, infinity last; every nominal code has a bin of its own.

    The library cuts a column anew for pairs; here all that either table tells apart falls into different bins.
    """
    if isinstance(levels[0], dict):
        return np.append(np.arange(max(map(_code, levels[0]), default=-1) + 1) + 0.5, np.inf)
    return np.append(np.unique(np.concatenate(levels)), np.inf)


def _code(level: str) -> int:
    return int(float(level))


def _place(known: Floats | dict[str, int], cuts: Floats) -> Ints:
    """Return where the library's table keeps each bin of ``cuts``, and the missing answer after them."""
    if isinstance(known, dict):
        by_code = {_code(level): place for level, place in known.items()}
        inside = [by_code.get(code, -1) for code in range(len(cuts))]
    else:
        lower_edges = np.concatenate(([-np.inf], cuts[:-1]))
        inside = [int(place) for place in np.searchsorted(known, lower_edges, side="right") + 1]
    return np.array([*inside, 0], dtype=np.intp)


def _per_class(table: Floats, model: Any, n_classes: int) -> Floats:
    """Return a table of the library's with a last axis of all classes; of two it keeps one, the better's logit."""
    whole = np.zeros((*table.shape[: table.ndim - (len(model.classes_) > 2)], n_classes))
    if len(model.classes_) == 2:
        whole[..., model.classes_[1]] = table
    else:
        whole[..., model.classes_] = table
    return whole
