"""How well the engine predicts, against what a data scientist would try: ``python -m tests.benchmarks.quality``.

Every method learns from the same outer training folds and predicts the same held-out people. Needs the extra
``benchmark``.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Annotated, TypeAlias

import numpy as np
import typer
from joblib import Parallel, delayed, parallel_config
from numpy.typing import NDArray

from engine.evaluation import default_repeats
from engine.grading import classes_by_score
from engine.metrics import Estimate, Predictions, calibration_noise, paired_gain, score
from engine.prediction import fit_candidates, plan_for, stratified_folds
from engine.predictors import Floats, Ints
from engine.stacking import blend
from tests.benchmarks.labelled import Labelled, every_table
from tests.benchmarks.opponents import OPPONENTS, Training
from tests.benchmarks.plain_table import aligned

OUTER_FOLDS = 5
ALLOWED = 0.01
"""By how much the engine's log-loss may exceed that of the best opponent, which is picked with hindsight."""
ALLOWED_CALIBRATION_ERROR = 0.05
SEED = 0


@dataclass(frozen=True)
class Task:
    """One outer fold of one repeat on one table."""

    table: Labelled
    repeat: int
    held_out: NDArray[np.bool_]
    seed: int


Said: TypeAlias = tuple[Floats, Ints]
"""Probabilities of shape (n_held_out, n_classes), and classes of shape (n_held_out,)."""


@dataclass(frozen=True)
class Outcome:
    """What every method said about the held-out rows of a task.

    Attributes
    ----------
    said : mapping of method to Said
        The classes are the likeliest ones; the engine's come from its grade rule.
    picked : str
        "blend", or the only candidate with weight in it.
    """

    task: Task
    said: Mapping[str, Said]
    picked: str


@dataclass(frozen=True)
class Verdict:
    """What came out on one table; metrics are nested, means over the repeats.

    Attributes
    ----------
    log_loss, kappa : mapping of method to float
        Kappa is quadratic weighted; the engine's by its grade rule, the opponents' by the likeliest class.
    behind : Estimate
        The engine's log-loss less the best opponent's, paired by respondent.
    gain : Estimate
        Log-loss of the class shares less the engine's, paired by respondent.
    calibration_error, calibration_noise : float
        The engine's, and what 95 % of perfectly calibrated models of the same confidence stay below.
    """

    table: Labelled
    log_loss: Mapping[str, float]
    kappa: Mapping[str, float]
    behind: Estimate
    gain: Estimate
    calibration_error: float
    calibration_noise: float
    picked: Mapping[str, int]


# -- predicting -------------------------------------------------------------------------------------------------


def tasks(tables: Sequence[Labelled], repeats: int | None) -> Iterator[Task]:
    """Yield every outer fold of every table, table by table."""
    for table in tables:
        for repeat in range(repeats or default_repeats(len(table.y))):
            folds = stratified_folds(table.y, OUTER_FOLDS, np.random.default_rng([SEED, repeat]))
            for fold in range(OUTER_FOLDS):
                yield Task(table, repeat, folds == fold, SEED + repeat * OUTER_FOLDS + fold)


def outcome_of(task: Task) -> Outcome:
    """Let every method learn and predict."""
    table, rows = task.table, task.held_out
    training = Training(table.features, table.codes[~rows], table.y[~rows], table.n_classes, task.seed)
    plan = plan_for(len(table.y))
    fitted = fit_candidates(
        training.features, training.codes, training.y, training.n_classes, seed=task.seed, plan=plan
    )
    blended = blend(fitted, training.y, plan)
    ours = blended.probabilities(table.codes[rows])
    said = {
        "class shares": _likeliest(fitted["class_shares"].probabilities(table.codes[rows])),
        **{name: _likeliest(opponent(training, table.codes[rows])) for name, opponent in OPPONENTS.items()},
        "ours": (ours, classes_by_score(ours, blended.thresholds)),
    }
    return Outcome(task, said, blended.name)


def _likeliest(probabilities: Floats) -> Said:
    return probabilities, probabilities.argmax(axis=1)


# -- judging ----------------------------------------------------------------------------------------------------


def verdict_on(table: Labelled, outcomes: Sequence[Outcome]) -> Verdict:
    """Score what was predicted about one table."""
    predictions = {method: _gathered(table, outcomes, method) for method in outcomes[0].said}
    scored = score(predictions, table.y, SEED)
    metrics = {method: {name: one.mean for name, one in found.items()} for method, found in scored.items()}
    best = min(OPPONENTS, key=lambda method: metrics[method]["log_loss"])
    ours = predictions["ours"]
    return Verdict(
        table=table,
        log_loss={method: found["log_loss"] for method, found in metrics.items()},
        kappa={method: found["quadratic_weighted_kappa"] for method, found in metrics.items()},
        behind=paired_gain(ours, predictions[best], table.y, SEED),
        gain=paired_gain(predictions["class shares"], ours, table.y, SEED),
        calibration_error=metrics["ours"]["expected_calibration_error"],
        calibration_noise=calibration_noise(ours.probabilities, SEED)[1],
        picked=Counter(outcome.picked for outcome in outcomes),
    )


def _gathered(table: Labelled, outcomes: Sequence[Outcome], method: str) -> Predictions:
    """Lay a method's predictions of all folds together."""
    repeats = 1 + max(outcome.task.repeat for outcome in outcomes)
    probabilities = np.empty((repeats, len(table.y), table.n_classes))
    classes = np.empty((repeats, len(table.y)), dtype=np.intp)
    for outcome in outcomes:
        place = outcome.task.repeat, outcome.task.held_out
        probabilities[place], classes[place] = outcome.said[method]
    return Predictions(probabilities, classes)


# -- printing ---------------------------------------------------------------------------------------------------

_METHODS = (*OPPONENTS, "ours")


def log_loss_table(verdicts: Sequence[Verdict]) -> str:
    header = ("log-loss", "rows", "class shares", *_METHODS, "ours - best", "", f"within {ALLOWED}")
    rows = [
        (
            one.table.name,
            str(len(one.table.y)),
            *(f"{one.log_loss[method]:.4f}" for method in ("class shares", *_METHODS)),
            *_with_interval(one.behind),
            _yes(one.behind.mean <= ALLOWED),
        )
        for one in verdicts
    ]
    return aligned(header, rows)


def signal_table(verdicts: Sequence[Verdict]) -> str:
    header = ("class shares - ours", "", "", "signal", "below the shares", "picked")
    rows = [
        (
            one.table.name,
            *_with_interval(one.gain),
            _yes(one.gain.low > 0),
            _yes(one.gain.mean > 0),
            ", ".join(f"{name} {count}" for name, count in one.picked.items()),
        )
        for one in verdicts
    ]
    return aligned(header, rows)


def grades_table(verdicts: Sequence[Verdict]) -> str:
    header = ("weighted kappa", *_METHODS, "above each", "calibration error", "95 % of its noise", "sound")
    rows = [
        (
            one.table.name,
            *(f"{one.kappa[method]:.3f}" for method in _METHODS),
            _yes(one.kappa["ours"] > max(one.kappa[method] for method in OPPONENTS)),
            f"{one.calibration_error:.3f}",
            f"{one.calibration_noise:.3f}",
            _yes(one.calibration_error < max(ALLOWED_CALIBRATION_ERROR, one.calibration_noise)),
        )
        for one in verdicts
    ]
    return aligned(header, rows)


def _with_interval(estimate: Estimate) -> tuple[str, str]:
    return f"{estimate.mean:+.4f}", f"({estimate.low:+.4f} to {estimate.high:+.4f})"


def _yes(condition: bool) -> str:
    return "yes" if condition else "NO"


def main(
    tables: Annotated[list[str] | None, typer.Argument(help="Names of tables; all of them by default.")] = None,
    repeats: Annotated[
        int | None, typer.Option(min=1, help="Repeats of the outer folds (default: training's).")
    ] = None,
) -> None:
    """Compare the engine with its opponents on every table and print three tables of numbers."""
    verdicts = []
    with parallel_config("loky", n_jobs=-1, inner_max_num_threads=1):
        jobs = (delayed(outcome_of)(task) for task in tasks(every_table(tables or []), repeats))
        outcomes = Parallel(return_as="generator")(jobs)
        for _, of_table in groupby(outcomes, key=lambda outcome: outcome.task.table.name):
            whole = list(of_table)
            verdicts.append(verdict_on(whole[0].task.table, whole))
            print(f"{verdicts[-1].table.name}: done", file=sys.stderr)
    for printed in (log_loss_table, signal_table, grades_table):
        print("\n" + printed(verdicts))


if __name__ == "__main__":
    typer.run(main)
