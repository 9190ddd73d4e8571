"""Each answer's share in one person's score: base + Σ impacts = the score that the person sees.

Forests are explained by TreeSHAP, which is exact; sums of logits by antithetic permutation Shapley values against a
stored background. The players are answers, not columns: what an answer became in several columns is one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.predictors import FLOOR, Additive, Floats, Forest, Ints, Linear, Predictor, Shares

PERMUTATIONS = 8
"""In 4 antithetic pairs."""
BACKGROUND_ROWS = 128
"""Rows matter, orders hardly do: against 512 rows in 1,024 orders, 64 rows erred by up to 0.1 points in 8 orders as in
16 and 32, and 128 rows in 8 orders by up to 0.045, at half the cost of 64 in 32 (four tables)."""

Singles = NDArray[np.float32]


@dataclass(frozen=True)
class TreePaths:
    """The ways from root to leaf of a forest, laid out for TreeSHAP.

    A step is one (leaf, column) pair: the interval of the column in which the leaf stays reachable. Steps are sorted by
    leaf, then player; a slot gathers the steps of one player on the way to one leaf.

    Attributes
    ----------
    column, low, high : ndarray of shape (n_steps,)
        The step is open where ``low < value <= high``.
    first_step : ndarray of shape (n_slots,)
        Where each slot's steps begin.
    player, leaf, way : ndarray of shape (n_slots,)
        Whose slot it is, on the way to which leaf, and the number of that way among those that have slots.
    first_slot : ndarray of shape (n_ways,)
        Where each way's slots begin.
    share : ndarray of shape (n_slots,)
        Part of the training rows that take the player's turns when the player's answer is unknown.
    leaf_score : ndarray of shape (n_leaves,)
        Mixed score of the leaf over the number of trees.
    nodes, node_weights : ndarray of shape (n_nodes,)
        Gauss-Legendre quadrature over [0, 1], exact for the longest way.
    base : float
        Expected score with no answer known.
    """

    column: Ints
    low: Floats
    high: Floats
    first_step: Ints
    player: Ints
    leaf: Ints
    way: Ints
    first_slot: Ints
    share: Floats
    leaf_score: Floats
    nodes: Floats
    node_weights: Floats
    base: float


@dataclass(frozen=True)
class Background:
    """Rows that stand for "everybody" when an answer is unknown, and the orders in which answers become known.

    Attributes
    ----------
    columns : ndarray of shape (n_rows, n_columns)
        As the predictor sees the rows; for `Additive` the bins that they fall into.
    orders : ndarray of shape (n_permutations, n_players)
    known : ndarray of shape (n_permutations * n_players, n_players + n_pairs)
        Which players, and which whole pairs of them, are known after each step of each order: 0 or 1.
    base : float
        Mean score of the rows.
    """

    columns: Floats | Ints
    orders: Ints
    known: Singles
    base: float


Explainer: TypeAlias = TreePaths | Background


def fit_explainer(predictor: Predictor, columns: Floats, source: Ints, points: Floats, *, seed: int) -> Explainer:
    """Prepare what explains ``predictor``.

    Parameters
    ----------
    predictor : Predictor
    columns : ndarray of shape (n_respondents, n_columns)
        Encoded training rows, from which a background is taken.
    source : ndarray of shape (n_columns,)
        The player that a column belongs to: ascending, every player at least once.
    points : ndarray of shape (n_classes,)
    seed : int
    """
    if isinstance(predictor, Forest):
        return tree_paths(predictor, source, points)
    rng = np.random.default_rng(seed)
    scores = predictor.probabilities(columns) @ points
    rows = _evenly(scores, min(BACKGROUND_ROWS, len(columns)))
    n_players = int(source.max()) + 1
    half = [rng.permutation(n_players) for _ in range(PERMUTATIONS // 2)]
    orders = np.array(half + [order[::-1] for order in half], dtype=np.intp)
    base = float(scores[rows].mean())
    if isinstance(predictor, Additive):
        return Background(predictor.bins(columns[rows]), orders, _known(orders, predictor.pairs), base)
    return Background(columns[rows], orders, _known(orders, np.empty((0, 2), dtype=np.intp)), base)


def _evenly(scores: Floats, count: int) -> Ints:
    """Return rows at even distances along the ordered scores: their mean is close to everybody's, with any seed."""
    places = ((np.arange(count) + 0.5) * len(scores) / count).astype(np.intp)
    return np.argsort(scores, kind="stable")[places]


def _known(orders: Ints, pairs: Ints) -> Singles:
    turn = np.argsort(orders, axis=1)
    both = turn[:, pairs].max(axis=2) if len(pairs) else np.empty((len(orders), 0), dtype=np.intp)
    joins = np.concatenate([turn, both], axis=1)
    steps = np.arange(orders.shape[1])
    return (joins[:, None, :] <= steps[:, None]).reshape(-1, joins.shape[1]).astype(np.float32)


def explain(
    predictor: Predictor, explainer: Explainer, row: Floats, source: Ints, points: Floats, n_players: int
) -> tuple[float, Floats]:
    """Share one person's score out among their answers.

    Parameters
    ----------
    row : ndarray of shape (n_columns,)
        One encoded respondent.

    Returns
    -------
    base : float
    impacts : ndarray of shape (n_players,)
        In points; ``base + impacts.sum()`` is the score.
    """
    if isinstance(explainer, TreePaths):
        return explainer.base, _tree_shap(explainer, row, n_players)
    if isinstance(predictor, Linear):
        game = _linear_game(predictor, explainer, row, source, n_players)
    elif isinstance(predictor, Additive):
        game = _additive_game(predictor, explainer, row)
    else:
        assert isinstance(predictor, Shares)
        return explainer.base, np.zeros(n_players)
    score = float(predictor.probabilities(row[None])[0] @ points)
    return explainer.base, _permutation_shapley(game, explainer, points, score)


# -- sums of logits ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Game:
    """The logits of every coalition: a start, and what players and pairs add once they are known.

    Attributes
    ----------
    start : ndarray of shape (n_classes, n_rows)
        Logits of the background rows.
    added : ndarray of shape (n_classes, n_players + n_pairs, n_rows)
    """

    start: Floats
    added: Floats


def _linear_game(model: Linear, background: Background, row: Floats, source: Ints, n_players: int) -> _Game:
    rows, weights = background.columns.T, model.weights.T[:, :, None]
    per_column = weights * (row[:, None] - rows)
    added = np.add.reduceat(per_column, np.searchsorted(source, np.arange(n_players)), axis=1)
    return _Game(model.weights.T @ rows + model.intercept[:, None], added)


def _additive_game(model: Additive, background: Background, row: Floats) -> _Game:
    """Take pairs apart: an answer known alone counts with the background's, both known add what is left."""
    own, theirs = model.bins(row[None]), background.columns.astype(np.intp)
    first, second = model.pairs.T
    neither = model.joint_of(theirs[:, first], theirs[:, second])  # each of shape (n_rows, n_pairs, n_classes)
    only_first = model.joint_of(own[:, first], theirs[:, second]) - neither
    only_second = model.joint_of(theirs[:, first], own[:, second]) - neither
    both = model.joint_of(own[:, first], own[:, second]) - neither - only_first - only_second
    before = model.main_of(theirs)
    alone = model.main_of(own) - before
    for pair, (i, j) in enumerate(model.pairs):
        alone[:, i] += only_first[:, pair]
        alone[:, j] += only_second[:, pair]
    start = before.sum(axis=1) + neither.sum(axis=1) + model.intercept
    return _Game(start.T, np.concatenate([alone, both], axis=1).transpose(2, 1, 0))


def _permutation_shapley(game: _Game, background: Background, points: Floats, score: float) -> Floats:
    """Average each answer's marginal contribution over orders of becoming known and over background rows.

    Every coalition of every order is one row of a product of matrices. Single precision suffices for the coalitions
    in between; the first and the last are known exactly, so that the impacts add up.

    References
    ----------
    Mitchell et al. (2022), Sampling Permutations for Shapley Value Estimation, JMLR 23 (antithetic sampling).
    """
    n_orders, n_players = background.orders.shape
    start, added = game.start.astype(np.float32), game.added.astype(np.float32)
    logits = [background.known @ added[c] + start[c] for c in range(len(points))]
    values = _scores(logits, points).mean(axis=1, dtype=float).reshape(n_orders, n_players)
    values[:, -1] = score
    gains = np.diff(values, axis=1, prepend=background.base)
    impacts: Floats = np.bincount(background.orders.ravel(), weights=gains.ravel(), minlength=n_players) / n_orders
    return impacts


def _scores(logits: list[Singles], points: Floats) -> Singles:
    """Return the scores of logits, one array per class."""
    highest = np.maximum.reduce(logits)
    odds = [np.exp(one - highest) for one in logits]
    expected = sum(np.float32(point) * one for point, one in zip(points[:-1], odds, strict=False)) / sum(odds)
    scores: Singles = np.float32(1 - len(points) * FLOOR) * expected + np.float32(FLOOR * points.sum())
    return scores


# -- forests ----------------------------------------------------------------------------------------------------


def tree_paths(forest: Forest, source: Ints, points: Floats) -> TreePaths:
    """Lay out every way from a root to a leaf; see `TreePaths`."""
    steps: list[tuple[int, int, int, float, float, float]] = []
    leaf_nodes: list[int] = []
    for root in forest.roots:
        # a way: column -> (low, high, share of rows that take its turns)
        stack: list[tuple[int, dict[int, tuple[float, float, float]]]] = [(int(root), {})]
        while stack:
            node, way = stack.pop()
            column = int(forest.column[node])
            if column < 0:
                leaf = len(leaf_nodes)
                leaf_nodes.append(node)
                steps += [(leaf, int(source[c]), c, *interval) for c, interval in way.items()]
                continue
            low, high, share = way.get(column, (-np.inf, np.inf, 1.0))
            cut = float(forest.threshold[node])
            for child, bounds in (
                (int(forest.left[node]), (low, min(high, cut))),
                (int(forest.right[node]), (max(low, cut), high)),
            ):
                part = share * float(forest.cover[child] / forest.cover[node])
                stack.append((child, {**way, column: (*bounds, part)}))
    return _paths(forest, np.array(sorted(steps), dtype=float).reshape(-1, 6), np.array(leaf_nodes), points)


def _paths(forest: Forest, steps: Floats, leaf_nodes: Ints, points: Floats) -> TreePaths:
    leaf, player, column = steps[:, :3].astype(np.intp).T
    new_leaf = np.diff(leaf, prepend=-1) != 0
    new_slot = new_leaf | (np.diff(player, prepend=-1) != 0)
    first = np.flatnonzero(new_slot)
    slot_leaf = leaf[first]
    new_way = np.diff(slot_leaf, prepend=-1) != 0
    way = np.cumsum(new_way) - 1
    longest = int(np.bincount(way).max()) if len(way) else 0
    nodes, node_weights = np.polynomial.legendre.leggauss(longest // 2 + 1)
    shares_score = float(forest.shares @ points)
    leaf_score = forest.weight * (forest.value[leaf_nodes] @ points) / len(forest.roots)
    share = np.multiply.reduceat(steps[:, 5], first) if len(first) else np.empty(0)
    reach = np.ones(len(leaf_nodes))
    np.multiply.at(reach, slot_leaf, share)
    return TreePaths(
        column=column,
        low=steps[:, 3],
        high=steps[:, 4],
        first_step=first,
        player=player[first],
        leaf=slot_leaf,
        way=way,
        first_slot=np.flatnonzero(new_way),
        share=share,
        leaf_score=leaf_score,
        nodes=(nodes + 1) / 2,
        node_weights=node_weights / 2,
        base=float(leaf_score @ reach) + (1 - forest.weight) * shares_score,
    )


def _tree_shap(paths: TreePaths, row: Floats, n_players: int) -> Floats:
    """Return exact Shapley values of path-dependent TreeSHAP.

    The game of one leaf is a product over players (1 or 0 where known, the share of rows where not), so its Shapley
    value is an integral over [0, 1] of a polynomial, which Gauss-Legendre quadrature of enough nodes gives exactly.

    References
    ----------
    Lundberg et al. (2020), From local explanations to global understanding with explainable AI for trees, Nature MI 2.
    Owen (1972), Multilinear extensions of games, Management Science 18.
    """
    if not len(paths.first_step):
        return np.zeros(n_players)
    value = row.astype(np.float32).astype(float)[paths.column]
    is_open = (paths.low < value) & (value <= paths.high)
    known = np.logical_and.reduceat(is_open, paths.first_step).astype(float)
    t, weights = paths.nodes[:, None], paths.node_weights
    slots = known * t + paths.share * (1 - t)
    product = np.multiply.reduceat(slots, paths.first_slot, axis=1)[:, paths.way]
    integral = weights @ (product / slots)
    impact = paths.leaf_score[paths.leaf] * (known - paths.share) * integral
    impacts: Floats = np.bincount(paths.player, weights=impact, minlength=n_players).astype(float)
    return impacts
