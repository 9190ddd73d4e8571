"""How a model did on people whom it had not learnt from, as one person may be told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Trial:
    """Honest numbers of the whole procedure (nested cross-validation), as the model's card has them.

    Attributes
    ----------
    people : int
        Labelled rows.
    right, low, high : float
        Share of people whose grade was guessed right, and its 95 % interval.
    without_answers : float
        The share that is right where everybody is told the commonest grade.
    off : float
        The expected calibration error: by how much the chances missed how often they came true.
    calibrated : bool
        Whether they missed by no more than chance alone would show on so few people.
    """

    people: int
    right: float
    low: float
    high: float
    without_answers: float
    off: float
    calibrated: bool


def read_trial(metrics: Any) -> Trial | None:
    """Read a manifest's metrics; None where they are not those of a training.

    Examples
    --------
    >>> accuracy = {"mean": 0.5, "low": 0.4, "high": 0.6}
    >>> found = read_trial({"rows": 90, "nested": {"accuracy": accuracy}, "class_shares": {"accuracy": {"mean": 0.3}},
    ...                 "calibration": {"after_calibration": 0.08}, "calibration_noise_95": 0.1})
    >>> found.right, found.calibrated
    (0.5, True)
    >>> read_trial({}) is None
    True
    """
    try:
        return _read(metrics)
    except (KeyError, TypeError, ValueError):
        return None


def _read(metrics: Mapping[str, Any]) -> Trial:
    accuracy, off = metrics["nested"]["accuracy"], float(metrics["calibration"]["after_calibration"])
    return Trial(
        people=int(metrics["rows"]),
        right=float(accuracy["mean"]),
        low=float(accuracy["low"]),
        high=float(accuracy["high"]),
        without_answers=float(metrics["class_shares"]["accuracy"]["mean"]),
        off=off,
        calibrated=off <= float(metrics["calibration_noise_95"]),
    )
