"""What a data scientist would try instead of the engine, each given its best fair chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression

from engine.calibration import log_losses
from engine.encoding import Encoding, fit_encoding
from engine.prediction import stratified_folds
from engine.predictors import Floats, Ints, floored
from engine.survey import Feature

INVERSE_REGULARISATIONS = np.geomspace(1e-4, 1e2, 13)
LEAVES = (1, 3, 5, 10, 20, 40)
SHARES_OF_COLUMNS = ("sqrt", 0.5)
TREES_TUNING, TREES = 100, 300
DEPTHS = (2, 4, 6)
MOST_ROUNDS, PATIENCE, LEARNING_RATE = 1_000, 50, 0.05


@dataclass(frozen=True)
class Training:
    """The rows that a method may learn from.

    Attributes
    ----------
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    """

    features: Sequence[Feature]
    codes: Floats
    y: Ints
    n_classes: int
    seed: int

    def folds(self, count: int) -> Ints:
        """Deal the rows over inner folds."""
        return stratified_folds(self.y, count, np.random.default_rng([self.seed, count]))


Opponent: TypeAlias = Callable[[Training, Floats], Floats]
"""Learns from the training rows and returns the probabilities of other people's codes."""


def tuned_logistic_regression(training: Training, codes: Floats) -> Floats:
    """Multinomial logistic regression on the engine's columns, its regularisation tuned."""
    settings = [LogisticRegression(C=strength, max_iter=5_000) for strength in INVERSE_REGULARISATIONS]
    encoding = fit_encoding(training.features, training.codes)
    return _refitted(_best(settings, training, encoding, n_folds=5), training, encoding, codes)


def tuned_random_forest(training: Training, codes: Floats) -> Floats:
    """A random forest on the engine's columns, its leaves and the columns tried at a split tuned."""
    settings = [
        RandomForestClassifier(TREES_TUNING, min_samples_leaf=leaf, max_features=share, random_state=training.seed)
        for leaf in LEAVES
        for share in SHARES_OF_COLUMNS
    ]
    encoding = fit_encoding(training.features, training.codes)
    best = _best(settings, training, encoding, n_folds=3).set_params(n_estimators=TREES)
    return _refitted(best, training, encoding, codes)


def _best(settings: Sequence[Any], training: Training, encoding: Encoding, n_folds: int) -> Any:
    """Return the setting with the least out-of-fold log-loss."""
    columns, folds = encoding.transform(training.codes), training.folds(n_folds)

    def loss(setting: Any) -> float:
        total = 0.0
        for fold in range(n_folds):
            held_out = folds == fold
            model = clone(setting).fit(columns[~held_out], training.y[~held_out])
            probabilities = _of_every_class(model, columns[held_out], training.n_classes)
            total += float(log_losses(probabilities, training.y[held_out]).sum())
        return total

    return min(settings, key=loss)


def _refitted(setting: Any, training: Training, encoding: Encoding, codes: Floats) -> Floats:
    model = setting.fit(encoding.transform(training.codes), training.y)
    return _of_every_class(model, encoding.transform(codes), training.n_classes)


def _of_every_class(model: Any, columns: Floats | pd.DataFrame, n_classes: int) -> Floats:
    """Return probabilities with the engine's own floor, which saves an opponent from an infinite loss."""
    probabilities = np.zeros((len(columns), n_classes))
    probabilities[:, np.ravel(model.classes_).astype(int)] = model.predict_proba(columns)
    return floored(probabilities)


def early_stopped_catboost(training: Training, codes: Floats) -> Floats:
    """CatBoost on raw answers, nominal ones as categories, its depth and rounds chosen by a fifth of the rows."""
    best = _early_stopped(training)
    return _of_every_class(best, _raw(training.features, codes), training.n_classes)


def refitted_catboost(training: Training, codes: Floats) -> Floats:
    """CatBoost with the depth and rounds that early stopping found, fitted again on all rows: often the better one."""
    stopped = _early_stopped(training)
    model = _catboost(training, stopped.get_param("depth"), stopped.get_best_iteration() + 1)
    model.fit(_raw(training.features, training.codes), training.y)
    return _of_every_class(model, _raw(training.features, codes), training.n_classes)


def _early_stopped(training: Training) -> Any:
    rows = _raw(training.features, training.codes)
    watched = training.folds(5) == 0
    watched &= np.isin(training.y, training.y[~watched])  # it refuses to watch a class that it does not learn
    models = [
        _catboost(training, depth, MOST_ROUNDS).fit(
            rows[~watched],
            training.y[~watched],
            eval_set=(rows[watched], training.y[watched]),
            early_stopping_rounds=PATIENCE,
        )
        for depth in DEPTHS
    ]
    return min(models, key=lambda model: model.get_best_score()["validation"]["MultiClass"])


def _catboost(training: Training, depth: int, rounds: int) -> Any:
    from catboost import CatBoostClassifier

    return CatBoostClassifier(
        iterations=rounds,
        learning_rate=LEARNING_RATE,
        depth=depth,
        loss_function="MultiClass",
        cat_features=[feature.column for feature in training.features if feature.kind == "nominal"],
        random_seed=training.seed,
        thread_count=1,
        allow_writing_files=False,
        verbose=False,
    )


def _raw(features: Sequence[Feature], codes: Floats) -> pd.DataFrame:
    table = pd.DataFrame(codes, columns=[feature.column for feature in features])
    nominal = [feature.column for feature in features if feature.kind == "nominal"]
    return table.fillna(dict.fromkeys(nominal, -1)).astype(dict.fromkeys(nominal, int))


OPPONENTS: dict[str, Opponent] = {
    "logistic regression": tuned_logistic_regression,
    "random forest": tuned_random_forest,
    "CatBoost": early_stopped_catboost,
    "CatBoost, refitted": refitted_catboost,
}
