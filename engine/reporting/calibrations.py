"""Calibration before and after: whether of those to whom 70 % is said, 70 % are guessed right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.intervals import wilson
from engine.locales import LOCALES
from engine.metrics import ECE_BINS
from engine.predictors import Floats, Ints
from engine.reporting.charts import Bars, Curve, Interval, Lines, Series
from engine.reporting.numbers import number
from engine.reporting.parts import Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Are the chances to be trusted?",
    "intro": "Where the guess gives its likeliest answer a chance of 70%, it should be right for 7 people in 10. The "
    "calibration error is the mean distance between what was said and what came true.",
    "noise": "Even a perfectly calibrated model would show {mean} on so many people, and in one table of 20 more than "
    "{most}: what is below that cannot be told from perfect.",
    "fine": "After calibration it is {error}: within what chance alone shows.",
    "off": "After calibration it is {error}: more than chance alone shows. Take the chances with care.",
    "picture": "Said and come true, before and after calibration",
    "x": "Chance that was said",
    "y": "Share that came true",
    "perfect": "perfect",
    "alt": "Curves of what came true over what was said; on the diagonal a chance is to be trusted. Errors: {errors}.",
    "note": "Each point stands for some {people} people; thin lines: 95% intervals. The errors are counted in {bins} "
    "bins of equally many people, whatever the number of points.",
    "errors": "Calibration error at every stage",
    "axis": "Expected calibration error (less is better)",
    "errors_alt": "Bars: {errors}.",
    "stage": "Stage",
    "before_resampling": "Logistic regression as fitted",
    "after_resampling": "The same after SMOTE",
    "priors_undone": "After SMOTE, priors undone",
    "after_calibration": "Whole procedure, calibrated",
    "by_chance": "A perfect model, by chance alone",
    "bins": "The points of the curves",
    "said": "Said",
    "true": "Come true",
    "from": "95% from",
    "to": "to",
}
TEXTS = Texts(LOCALES, "report_calibration", ENGLISH)

FEWEST_IN_BIN = 20
"""People that a point stands for at least, as far as three points go."""
FEWEST_BINS = 3


@dataclass(frozen=True)
class Reliability:
    """What was said beside what came true, in bins of equally many people.

    Attributes
    ----------
    said, true : tuple of float
        Mean confidence in the likeliest class, and the share of right guesses; one a bin, ascending.
    intervals : tuple of (float, float)
        Of ``true``; Wilson's for as many people as a bin has: repeats are no further people.
    """

    said: tuple[float, ...]
    true: tuple[float, ...]
    intervals: tuple[Interval, ...]


def reliability(probabilities: Floats, y: Ints) -> Reliability:
    """Return what was said beside what came true.

    Parameters
    ----------
    probabilities : ndarray of shape (n_repeats, n_respondents, n_classes)
    y : ndarray of shape (n_respondents,)
    """
    confidence = probabilities.max(axis=2).ravel()
    right = (probabilities.argmax(axis=2) == y).ravel()
    count = bins_for(len(y))
    order = np.argsort(confidence, kind="stable")
    people = max(len(y) // count, 1)
    said, true, intervals = [], [], []
    for rows in np.array_split(order, count):
        share = float(right[rows].mean())
        known = wilson(share * people, people)
        said.append(float(confidence[rows].mean()))
        true.append(share)
        intervals.append((known.low, known.high))
    return Reliability(tuple(said), tuple(true), tuple(intervals))


def bins_for(people: int) -> int:
    """Return into how many bins so many people are put."""
    return min(ECE_BINS, max(FEWEST_BINS, people // FEWEST_IN_BIN))


def stages(study: Study) -> dict[str, Floats]:
    """Return the held-out probabilities at every stage, the calibrated ones of the whole procedure last."""
    found = study.evaluation.held_out
    return {**found.stages, "after_calibration": found.predictions.probabilities}


def section(study: Study, language: str) -> Section:
    """Return calibration before and after."""
    words, found = TEXTS.all(language), study.evaluation
    error, limit = found.calibration["after_calibration"], found.calibration_noise_95
    noise = {"mean": number(found.calibration_noise, 3), "most": number(limit, 3)}
    curves = {name: reliability(said, study.y) for name, said in stages(study).items()}
    parts: tuple[Part, ...] = (
        words["intro"],
        TEXTS.text("noise", language, **noise),
        TEXTS.text("fine" if error <= limit else "off", language, error=number(error, 3)),
        _picture(study, curves, language),
        _errors(study, language),
        _table(curves, language),
    )
    return Section("calibration", words["title"], parts)


def _said(study: Study, language: str) -> str:
    words = TEXTS.all(language)
    return ", ".join(f"{words[name]} {number(error, 3)}" for name, error in study.evaluation.calibration.items())


def _picture(study: Study, curves: dict[str, Reliability], language: str) -> Picture:
    words = TEXTS.all(language)
    shown = tuple(
        Curve(one.said, one.true, words[name], one.intervals, marked=True)
        for name, one in curves.items()
        if name in ("before_resampling", "after_resampling", "after_calibration")
    )
    chart = Lines(shown, words["x"], words["y"], "share", "share", diagonal=words["perfect"], square=True)
    note = TEXTS.text("note", language, people=len(study.y) // bins_for(len(study.y)), bins=ECE_BINS)
    alt = TEXTS.text("alt", language, errors=_said(study, language))
    return Picture("calibration", words["picture"], alt, chart, note, interactive=True)


def _errors(study: Study, language: str) -> Picture:
    words, found = TEXTS.all(language), study.evaluation
    shown = {**found.calibration, "by_chance": found.calibration_noise}
    chart = Bars(tuple(words[name] for name in shown), (Series("", tuple(shown.values())),), words["axis"])
    alt = TEXTS.text("errors_alt", language, errors=_said(study, language))
    return Picture("calibration_errors", words["errors"], alt, chart)


def _table(curves: dict[str, Reliability], language: str) -> Table:
    words = TEXTS.all(language)
    rows = tuple(
        (words[name], said, true, *ends)
        for name, one in curves.items()
        for said, true, ends in zip(one.said, one.true, one.intervals, strict=True)
    )
    columns = (
        Column(words["stage"]),
        Column(words["said"], "share", 3),
        Column(words["true"], "share", 3),
        Column(words["from"], "share", 3),
        Column(words["to"], "share", 3),
    )
    return Table("calibration", words["bins"], columns, rows)
