"""Impacts are Shapley values: they add up to the shown score and agree with the definition's brute force."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import explanation, prediction
from engine.grading import points_of
from engine.predictors import Floats, Forest, Linear, Predictor
from tests.engine.people import invented_people

POINTS = points_of(4)
CANDIDATES = [candidate.name for candidate in prediction.CANDIDATES]


@pytest.fixture(scope="module")
def fitted() -> dict[str, prediction.Fitted]:
    survey, codes, y = invented_people(150, seed=2)
    return prediction.fit_candidates(survey.features, codes, y, 4, seed=0)


@pytest.mark.parametrize("name", CANDIDATES)
@settings(max_examples=25)
@given(data=st.data())
def test_base_plus_impacts_is_the_shown_score(
    fitted: dict[str, prediction.Fitted], name: str, data: st.DataObject
) -> None:
    _, codes, _ = invented_people(150, seed=2)
    one = fitted[name]
    explainer = explanation.fit_explainer(
        one.predictor, one.encoding.transform(codes), one.encoding.source, POINTS, seed=0
    )
    drawn = [data.draw(st.sampled_from(sorted(set(codes[:, i])))) for i in range(19)]
    row = one.encoding.transform(np.array([drawn]))

    base, impacts = explanation.explain(one.predictor, explainer, row[0], one.encoding.source, POINTS, 19)

    assert abs(base + impacts.sum() - float(one.predictor.probabilities(row)[0] @ POINTS)) < 1e-6


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
    rows = prediction._rows(columns, y, 4, smote=smote, seed=0)
    forest = prediction._fit(prediction.CANDIDATES[3], 3, rows, 0, 10)
    assert isinstance(forest, Forest)
    paths = explanation.tree_paths(forest, source, POINTS)

    for row in columns[:5]:
        coalitions = [frozenset(c) for size in range(5) for c in combinations(range(4), size)]
        value = {known: expected_score(forest, row, known, source) for known in coalitions}

        base, impacts = explanation.explain(forest, paths, row, source, POINTS, 4)

        assert np.isclose(base, value[frozenset()])
        assert np.allclose(impacts, shapley_by_definition(value, 4))


def test_sampled_permutations_come_close_to_brute_force_for_regression() -> None:
    rng = np.random.default_rng(2)
    weights = rng.normal(size=(5, 4))
    model = Linear(weights, np.zeros(4))
    source = np.array([0, 0, 1, 2, 3])
    background = rng.normal(size=(64, 5))
    row = np.array([1.0, -0.5, 2.0, 0.3, -1.0])

    def score(known: frozenset[int]) -> float:
        mixed = np.where(np.isin(source, list(known)), row, background)
        return float((model.probabilities(mixed) @ POINTS).mean())

    coalitions = [frozenset(c) for size in range(5) for c in combinations(range(4), size)]
    explainer = explanation.fit_explainer(model, background, source, POINTS, seed=0)

    base, impacts = explanation.explain(model, explainer, row, source, POINTS, 4)

    assert np.isclose(base, score(frozenset()))
    assert np.allclose(impacts, shapley_by_definition({c: score(c) for c in coalitions}, 4), atol=0.05)


def test_an_answer_that_the_model_ignores_has_no_impact() -> None:
    weights = np.zeros((3, 4))
    weights[0] = [2.0, 0.0, -1.0, 0.5]
    model: Predictor = Linear(weights, np.zeros(4))
    rows = np.random.default_rng(0).normal(size=(30, 3))
    explainer = explanation.fit_explainer(model, rows, np.arange(3), POINTS, seed=0)

    _, impacts = explanation.explain(model, explainer, rows[0], np.arange(3), POINTS, 3)

    assert np.allclose(impacts[1:], 0)
    assert abs(impacts[0]) > 0.01
