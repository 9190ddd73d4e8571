"""Impacts are Shapley values: they add up to the shown score and agree with the definition's brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import explanation, fitting, prediction
from engine.grading import points_of
from engine.predictors import Additive, Floats, Forest, Ints, Linear, Predictor
from tests.engine.people import invented_people

POINTS = points_of(4)
COALITIONS = [frozenset(c) for size in range(5) for c in combinations(range(4), size)]
CANDIDATES = [candidate.name for candidate in prediction.CANDIDATES]


@pytest.fixture(scope="module")
def fitted() -> dict[str, prediction.Fitted]:
    survey, codes, y = invented_people(150, seed=2)
    return prediction.fit_candidates(survey.features, codes, y, 4, seed=0, plan=prediction.plan_for(300))


@pytest.fixture(scope="module")
def explainers(fitted: dict[str, prediction.Fitted]) -> dict[str, explanation.Explainer]:
    _, codes, _ = invented_people(150, seed=2)
    return {
        name: explanation.fit_explainer(
            one.predictor, one.encoding.transform(codes), one.encoding.source, POINTS, seed=0
        )
        for name, one in fitted.items()
    }


@pytest.mark.parametrize("name", CANDIDATES)
@settings(max_examples=25)
@given(drawn=st.lists(st.integers(0, 149), min_size=19, max_size=19))
def test_base_plus_impacts_is_the_shown_score(
    fitted: dict[str, prediction.Fitted],
    explainers: dict[str, explanation.Explainer],
    name: str,
    drawn: list[int],
) -> None:
    _, codes, _ = invented_people(150, seed=2)
    one = fitted[name]
    answers = codes[drawn, np.arange(19)]  # each answer from another respondent: nobody need have given them together
    row = one.encoding.transform(answers[None])

    base, impacts = explanation.explain(one.predictor, explainers[name], row[0], one.encoding.source, POINTS, 19)

    assert abs(base + impacts.sum() - float(one.predictor.probabilities(row)[0] @ POINTS)) < 1e-6


@pytest.mark.parametrize("name", [name for name in CANDIDATES if "forest" not in name])
def test_the_base_is_close_to_everybodys_mean_score(
    fitted: dict[str, prediction.Fitted], explainers: dict[str, explanation.Explainer], name: str
) -> None:
    _, codes, _ = invented_people(150, seed=2)
    explainer = explainers[name]

    assert isinstance(explainer, explanation.Background)
    assert abs(explainer.base - float((fitted[name].probabilities(codes) @ POINTS).mean())) < 0.01


def shapley_by_definition(value: dict[frozenset[int], float], n_players: int) -> Floats:
    """Average marginal contributions over all coalitions."""
    impacts = np.zeros(n_players)
    for player in range(n_players):
        others = [i for i in range(n_players) if i != player]
        for size in range(n_players):
            weight = factorial(size) * factorial(n_players - size - 1) / factorial(n_players)
            for coalition in combinations(others, size):
                known = frozenset(coalition)
                impacts[player] += weight * (value[known | {player}] - value[known])
    return impacts


def expected_score(forest: Forest, row: Floats, known: frozenset[int], source: Floats) -> float:
    """Walk every tree as TreeSHAP defines it: unknown answers go both ways, by the rows that went there."""

    def below(node: int) -> float:
        column = forest.column[node]
        if column < 0:
            return float(forest.value[node] @ POINTS)
        left, right = int(forest.left[node]), int(forest.right[node])
        if source[column] in known:
            return below(left if np.float32(row[column]) <= forest.threshold[node] else right)
        total = forest.cover[left] + forest.cover[right]
        return float(forest.cover[left] / total * below(left) + forest.cover[right] / total * below(right))

    trees = float(np.mean([below(int(root)) for root in forest.roots]))
    return forest.weight * trees + (1 - forest.weight) * float(forest.shares @ POINTS)


@pytest.mark.parametrize("smote", [False, True])
def test_tree_shap_agrees_with_brute_force_where_one_answer_has_several_columns(smote: bool) -> None:
    rng = np.random.default_rng(1)
    columns = rng.normal(size=(90, 5))
    y = np.digitize(columns[:, 0] * columns[:, 1] + columns[:, 2] + rng.normal(size=90) * 0.5, [-1.0, 0.0, 1.0])
    source = np.array([0, 1, 1, 2, 3])
    rows = fitting.plain_rows(columns, y, 4)
    effort = replace(prediction.plan_for(90).effort, n_trees=10)
    forest = fitting.fit("forest", (3, 0.0), fitting.resampled_rows(rows, seed=0) if smote else rows, effort, 0)
    assert isinstance(forest, Forest)
    paths = explanation.tree_paths(forest, source, POINTS)

    for row in columns[:5]:
        value = {known: expected_score(forest, row, known, source) for known in COALITIONS}

        base, impacts = explanation.explain(forest, paths, row, source, POINTS, 4)

        assert np.isclose(base, value[frozenset()])
        assert np.allclose(impacts, shapley_by_definition(value, 4))


def in_every_order(explainer: explanation.Explainer, pairs: Ints) -> explanation.Background:
    """Return the explainer with all orders of four players instead of some: then nothing is sampled."""
    assert isinstance(explainer, explanation.Background)
    orders = np.array(list(permutations(range(4))))
    return replace(explainer, orders=orders, known=explanation._known(orders, pairs))


def test_permutation_shapley_in_every_order_is_brute_force_for_regression() -> None:
    rng = np.random.default_rng(2)
    model = Linear(rng.normal(size=(5, 4)), np.zeros(4))
    source = np.array([0, 0, 1, 2, 3])
    background = rng.normal(size=(64, 5))
    row = np.array([1.0, -0.5, 2.0, 0.3, -1.0])
    explainer = explanation.fit_explainer(model, background, source, POINTS, seed=0)

    def score(known: frozenset[int]) -> float:
        mixed = np.where(np.isin(source, list(known)), row, background)
        return float((model.probabilities(mixed) @ POINTS).mean())

    exact = shapley_by_definition({c: score(c) for c in COALITIONS}, 4)
    base, impacts = explanation.explain(
        model, in_every_order(explainer, np.empty((0, 2), dtype=np.intp)), row, source, POINTS, 4
    )
    _, sampled = explanation.explain(model, explainer, row, source, POINTS, 4)
    assert np.isclose(base, score(frozenset()))
    assert np.allclose(impacts, exact, atol=1e-5)
    assert np.allclose(sampled, exact, atol=0.05)


def test_permutation_shapley_in_every_order_is_brute_force_for_pairs() -> None:
    rng = np.random.default_rng(3)
    codes = rng.integers(0, 4, (400, 4)).astype(float)
    codes[rng.random(codes.shape) < 0.1] = np.nan
    y = np.where(np.nan_to_num(codes[:, 0]) > 1, np.nan_to_num(codes[:, 1]) > 1, np.nan_to_num(codes[:, 1]) <= 1) * 3
    model = fitting.fit(
        "additive", (), fitting.plain_rows(codes, y.astype(np.intp), 4), prediction.plan_for(400).effort, 0
    )
    assert isinstance(model, Additive)
    assert [0, 1] in model.pairs.tolist()
    source, row = np.arange(4), np.array([3.0, 0.0, np.nan, 2.0])
    explainer = explanation.fit_explainer(model, codes, source, POINTS, seed=0)
    assert isinstance(explainer, explanation.Background)
    everybody = codes[explanation._evenly(model.probabilities(codes) @ POINTS, explanation.BACKGROUND_ROWS)]

    def score(known: frozenset[int]) -> float:
        mixed = np.where(np.isin(source, list(known)), row, everybody)
        return float((model.probabilities(mixed) @ POINTS).mean())

    exact = shapley_by_definition({c: score(c) for c in COALITIONS}, 4)
    base, impacts = explanation.explain(model, in_every_order(explainer, model.pairs), row, source, POINTS, 4)
    assert np.isclose(base, score(frozenset()))
    assert np.allclose(impacts, exact, atol=1e-5)


def test_an_answer_that_the_model_ignores_has_no_impact() -> None:
    weights = np.zeros((3, 4))
    weights[0] = [2.0, 0.0, -1.0, 0.5]
    model: Predictor = Linear(weights, np.zeros(4))
    rows = np.random.default_rng(0).normal(size=(30, 3))
    explainer = explanation.fit_explainer(model, rows, np.arange(3), POINTS, seed=0)

    _, impacts = explanation.explain(model, explainer, rows[0], np.arange(3), POINTS, 3)

    assert np.allclose(impacts[1:], 0, atol=1e-6)
    assert abs(impacts[0]) > 0.01
