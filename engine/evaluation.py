"""Honest numbers: nested repeated cross-validation, intervals, baselines, and the leaky protocol shown beside them.

Every prediction that is scored here comes from a fit that had not seen the row in any way: encoding, resampling,
tuning, calibration, the blend's weights and thresholds are all learnt inside the outer training fold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray

from engine.blend import Blend
from engine.fitting import Setting
from engine.grading import classes_by_score
from engine.importance import Importance, gini, mean_impacts, shuffled_losses, side_by_side
from engine.leaky import leaky_protocol
from engine.metrics import (
    Estimate,
    Metrics,
    Predictions,
    by_argmax,
    calibration_error,
    calibration_noise,
    paired_gain,
    score,
    soft_confusion,
)
from engine.prediction import Fitted, Plan, fit_candidates, plan_for, stratified_folds
from engine.predictors import Floats, Ints, Linear, Predictor
from engine.stacking import BLEND, Blended, blend, served
from engine.survey import Feature

OUTER_FOLDS = 5

Place: TypeAlias = tuple[int, NDArray[np.bool_]]
"""A repeat, and the rows that one of its folds holds out."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with (done, of) after each piece of work."""


@dataclass(frozen=True)
class HeldOut:
    """Predictions of rows that their model had not seen, and how the rows were dealt: others can be held out alike.

    Attributes
    ----------
    predictions : Predictions
    deals : tuple of ndarray of shape (n_respondents,)
        Per repeat the number of the fold that each row is held out in.
    stages : dict of str to ndarray of shape (n_repeats, n_respondents, n_classes)
        What the logistic regression said at each step on the way to calibrated probabilities; see
        `Evaluation.calibration`.
    """

    predictions: Predictions
    deals: tuple[Ints, ...]
    stages: dict[str, Floats]


@dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found; see the attributes of the same names in ``evaluate --json``.

    Attributes
    ----------
    candidates : dict of str to Metrics
        Each by itself, and their "blend".
    nested : Metrics
        The whole procedure, the weighing of the blend included, with the grade rule; ``nested_argmax`` with the
        likeliest grade.
    leaky : Metrics
        SMOTE before the split: near-copies of test rows stand in training. Shown, never used.
    gain : Estimate
        Log-loss of the class shares less that of ``nested``, paired by respondent.
    chosen : str
        What the procedure settles on with all rows: "blend", or the only candidate with weight.
    weights : dict of str to float
        The candidates' weights in it.
    chosen_in_folds : dict of str to int
        How often it settled on what in the outer folds.
    calibration : dict of str to float
        Expected calibration error of the logistic regression before resampling, after it, with its priors undone (both
        up to 20,000 rows), and of the whole procedure after calibration.
    calibration_noise, calibration_noise_95 : float
        Calibration error that a perfectly calibrated model of this confidence would show on so many rows: mean and 95th
        percentile.
    confusion : list of list of float
        Observed x predicted counts of ``nested``, averaged over the repeats.
    importances : tuple of Importance
        Each answer's, what honest predictions lose most first.
    held_out : HeldOut
        What ``nested`` said of each respondent; not in the JSON.
    """

    rows: int
    repeats: int
    class_shares: Metrics
    candidates: dict[str, Metrics]
    chosen: str
    weights: dict[str, float]
    nested: Metrics
    nested_argmax: Metrics
    leaky: Metrics
    gain: Estimate
    chosen_in_folds: dict[str, int]
    calibration: dict[str, float]
    calibration_noise: float
    calibration_noise_95: float
    confusion: list[list[float]]
    importances: tuple[Importance, ...]
    held_out: HeldOut

    @property
    def signal(self) -> bool:
        """Whether the answers tell significantly more than the class shares.

        Two grades of more than one row are needed to see it: a single row is never both learnt from and tested on, so
        that against one other grade any model gains by being surer than the class shares, whatever the answers.
        """
        observed = [sum(row) for row in self.confusion]
        return self.gain.low > 0 and sum(count > 1.5 for count in observed) > 1  # averaged counts: 2 may be 1.99…


@dataclass(frozen=True)
class Learning:
    """What is learnt from all rows.

    Attributes
    ----------
    name : str
        "blend", or the name of its only part.
    blend : Blend
    thresholds : ndarray of shape (n_classes - 1,)
        Ascending cuts of the score.
    settings : dict of str to tuple of float
        What tuning chose for each part; see `engine.fitting.fit`.
    ginis, impacts : ndarray of shape (n_features,)
        See `engine.importance`.
    """

    name: str
    blend: Blend
    thresholds: Floats
    settings: dict[str, Setting]
    ginis: Floats
    impacts: Floats


def default_repeats(n_rows: int) -> int:
    """Return how often cross-validation is repeated: small tables need it, large ones do not."""
    return 3 if n_rows <= 1_000 else 1


def fit_and_evaluate(
    features: Sequence[Feature],
    codes: Floats,
    y: Ints,
    n_classes: int,
    *,
    repeats: int,
    seed: int,
    n_jobs: int | None = None,
    progress: Progress = lambda done, of: None,
) -> tuple[Learning, Evaluation]:
    """Fit on all rows, and score every candidate and the whole procedure by nested repeated cross-validation.

    Parameters
    ----------
    features : sequence of Feature
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    n_classes : int
    repeats : int
        Repeats of the 5 outer folds, each with a deal of its own.
    seed : int
    n_jobs : int, optional
        Processes that share the work; by default one a core. The numbers are the same for any.
    progress : callable

    Returns
    -------
    learning : Learning
    evaluation : Evaluation

    Notes
    -----
    A respondent's loss, confusion and calibration counts are averaged over the repeats before the bootstrap over
    respondents: repeats are not independent observations.
    """
    plan = plan_for(len(y))
    deals = [stratified_folds(y, OUTER_FOLDS, np.random.default_rng([seed, r])) for r in range(repeats)]
    places = places_of(deals)
    jobs = [
        delayed(_fit_all)(features, codes, y, n_classes, plan, seed),
        *(
            delayed(_outer_fold)(features, codes, y, n_classes, plan, rows, seed + i)
            for i, (_, rows) in enumerate(places)
        ),
        delayed(leaky_protocol)(features, codes, y, n_classes, seed),
    ]
    outcomes = Parallel(n_jobs=min(n_jobs or cpu_count(), len(jobs)), return_as="generator")(jobs)
    done: list[Any] = []
    for outcome in outcomes:
        done.append(outcome)
        progress(len(done), len(jobs) + 1)
    whole, *folds, leaky = done
    found = _evaluation(features, y, deals, folds, whole, leaky, seed)
    progress(len(jobs) + 1, len(jobs) + 1)
    return whole, found


# -- the work of one process ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Fold:
    """What an outer fold's training rows say of its held-out rows.

    Attributes
    ----------
    chosen : str
        "blend", or the name of the only candidate with weight.
    predicted : dict of str to (probabilities, classes by the grade rule)
        By candidate, the blend included.
    stages : dict of stage to probabilities
        See `Evaluation.calibration`.
    lost : ndarray of shape (n_held_out, n_features)
        See `engine.importance.shuffled_losses`.
    """

    chosen: str
    predicted: dict[str, tuple[Floats, Ints]]
    stages: dict[str, Floats]
    lost: Floats


def _fit_all(features: Sequence[Feature], codes: Floats, y: Ints, n_classes: int, plan: Plan, seed: int) -> Learning:
    candidates = fit_candidates(features, codes, y, n_classes, seed=seed, plan=plan)
    blended = blend(candidates, y, plan)
    ready = served(blended, codes, seed=seed)
    return Learning(
        name=blended.name,
        blend=ready,
        thresholds=blended.thresholds,
        settings={one.candidate.name: one.setting for _, one in blended.parts},
        ginis=gini(candidates["random_forest"], len(features)),
        impacts=mean_impacts(ready, codes, n_classes, seed),
    )


def _outer_fold(
    features: Sequence[Feature],
    codes: Floats,
    y: Ints,
    n_classes: int,
    plan: Plan,
    held_out: NDArray[np.bool_],
    seed: int,
) -> _Fold:
    fitted = fit_candidates(features, codes[~held_out], y[~held_out], n_classes, seed=seed, plan=plan)
    blended = blend(fitted, y[~held_out], plan)
    predicted = {}
    judged: dict[str, Fitted | Blended] = {**fitted, BLEND: blended}
    for name, one in judged.items():
        probabilities = one.probabilities(codes[held_out])
        predicted[name] = (probabilities, classes_by_score(probabilities, one.thresholds))
    return _Fold(
        blended.name,
        predicted,
        _stages(fitted, codes[held_out]),
        shuffled_losses(blended, codes[held_out], y[held_out], seed),
    )


def _stages(fitted: dict[str, Fitted], codes: Floats) -> dict[str, Floats]:
    """Return what the logistic regression says at each step on the way to calibrated probabilities."""
    plain, smote = fitted["logistic_regression"], fitted.get("logistic_regression_smote")
    columns = plain.encoding.transform(codes)
    stages = {"before_resampling": plain.uncalibrated.probabilities(columns)}
    if smote is not None:
        stages["after_resampling"] = _as_resampled(smote).probabilities(columns)
        stages["priors_undone"] = smote.uncalibrated.probabilities(columns)
    return stages


def _as_resampled(fitted: Fitted) -> Predictor:
    """Return the predictor as it came out of resampled rows, their priors not undone."""
    found = fitted.uncalibrated
    if not isinstance(found, Linear):
        return found
    return Linear(found.weights, found.intercept - np.log(fitted.prior_ratio))


# -- putting it together ----------------------------------------------------------------------------------------


def _evaluation(
    features: Sequence[Feature],
    y: Ints,
    deals: Sequence[Ints],
    folds: Sequence[_Fold],
    whole: Learning,
    leaky: tuple[Ints, Predictions],
    seed: int,
) -> Evaluation:
    names, places = list(folds[0].predicted), places_of(deals)
    protocols = {name: gathered(places, [fold.predicted[name] for fold in folds], len(y)) for name in names}
    nested = protocols[BLEND]
    argmax = by_argmax(nested.probabilities)
    metrics = score({**protocols, "argmax": argmax}, y, seed)
    leaky_y, leaky_predictions = leaky
    noise, noise_95 = calibration_noise(nested.probabilities, seed)
    votes, stages = [fold.chosen for fold in folds], _gathered_stages(places, folds, len(y))
    return Evaluation(
        rows=len(y),
        repeats=len(nested.probabilities),
        class_shares=metrics["class_shares"],
        candidates={name: metrics[name] for name in names},
        chosen=whole.name,
        weights={part.name: part.weight for part in whole.blend.parts},
        nested=metrics[BLEND],
        nested_argmax=metrics["argmax"],
        leaky=score({"leaky": leaky_predictions}, leaky_y, seed)["leaky"],
        gain=paired_gain(protocols["class_shares"], nested, y, seed),
        chosen_in_folds={name: votes.count(name) for name in names},
        calibration={
            **{stage: calibration_error(said, y) for stage, said in stages.items()},
            "after_calibration": metrics[BLEND]["expected_calibration_error"].mean,
        },
        calibration_noise=noise,
        calibration_noise_95=noise_95,
        confusion=soft_confusion(nested, y).tolist(),
        importances=side_by_side(
            [feature.column for feature in features],
            whole.ginis,
            _lost(places, folds, len(y)),
            whole.impacts,
        ),
        held_out=HeldOut(nested, tuple(deals), stages),
    )


def places_of(deals: Sequence[Ints]) -> list[Place]:
    """Return every fold of every repeat, in the order in which they are worked on."""
    return [(r, deal == fold) for r, deal in enumerate(deals) for fold in range(OUTER_FOLDS)]


def gathered(places: Sequence[Place], parts: Sequence[tuple[Floats, Ints]], n_rows: int) -> Predictions:
    """Put the folds' held-out predictions back into the order of the rows."""
    repeats, n_classes = 1 + max(r for r, _ in places), parts[0][0].shape[1]
    found = Predictions(np.empty((repeats, n_rows, n_classes)), np.empty((repeats, n_rows), dtype=np.intp))
    for (r, rows), (probabilities, classes) in zip(places, parts, strict=True):
        found.probabilities[r, rows] = probabilities
        found.classes[r, rows] = classes
    return found


def _lost(places: Sequence[Place], folds: Sequence[_Fold], n_rows: int) -> Floats:
    lost = np.empty((1 + max(r for r, _ in places), n_rows, folds[0].lost.shape[1]))
    for (r, rows), fold in zip(places, folds, strict=True):
        lost[r, rows] = fold.lost
    return lost


def _gathered_stages(places: Sequence[Place], folds: Sequence[_Fold], n_rows: int) -> dict[str, Floats]:
    return {
        stage: gathered(
            places, [(fold.stages[stage], fold.stages[stage].argmax(axis=1)) for fold in folds], n_rows
        ).probabilities
        for stage in folds[0].stages
    }


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Return the evaluation as the JSON of ``evaluate --json``."""
    found = asdict(evaluation)
    del found["held_out"]
    return {**found, "signal": evaluation.signal}
