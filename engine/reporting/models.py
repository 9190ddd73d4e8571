"""The comparison of models: every candidate by every metric, and the leaky protocol beside the honest one."""

from __future__ import annotations

import numpy as np

from engine.evaluation import OUTER_FOLDS
from engine.locales import LOCALES
from engine.metrics import METRICS, Estimate, Metrics
from engine.reporting.charts import Dots, Series
from engine.reporting.numbers import interval, number, share
from engine.reporting.parts import Cell, Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Which model, and how good it is",
    "intro": "Every number is of predictions for people whom the model had not seen: nested cross-validation, {folds} "
    "folds × {repeats}, with 95% intervals over respondents. Log-loss is what a guess pays for having held what "
    "came true unlikely.",
    "signal": "The answers tell something of the target: they save {gain} of log-loss against the class shares alone "
    "(95%: {interval}), that is {part} of it.",
    "no_signal": "No signal can be shown: against the class shares alone the answers save {gain} of log-loss (95%: "
    "{interval}; below 0 they cost). Knowing somebody's answers is not surely of use.",
    "one_grade": "No signal can be shown: only one grade has more than one row. Gather answers of the other grades.",
    "chosen": "What predicts in the end: {weights}. Chosen in the outer folds: {votes}.",
    "leak_1": "The leaky protocol invents near-copies of rare rows (SMOTE) before it parts test rows from "
    "training rows, so that it is tested on what it has all but seen.",
    "leak_2": "It would claim an accuracy of {leaky}, where honestly the likeliest grade is right for {honest}. That "
    "says how well a model remembers, not how well it predicts.",
    "smote": "Resampling inside the training folds (SMOTE), its priors undone, is shown for comparison and never "
    "chosen. Log-loss with it and without: {pairs}.",
    "smote_pair": "{smote} and {plain} ({name})",
    "loss_picture": "Log-loss of every candidate",
    "loss_axis": "Log-loss (less is better), with 95% intervals",
    "loss_note": "The intervals say how much depends on who was asked. All were judged on the same people, so one may "
    "surely be better than another although their intervals overlap: that the text above says, for the whole procedure "
    "and the class shares.",
    "loss_reference": "Class shares: knowing nothing of a person ({value})",
    "loss_alt": "Dots with intervals. The whole procedure: {nested}; the class shares: {shares}.",
    "accuracy_picture": "Accuracy: honest, leaky, and always guessing the same",
    "accuracy_axis": "Share of people who were guessed right",
    "accuracy_alt": "Dots with intervals. Honest: {honest}; leaky: {leaky}; always the most frequent answer: "
    "{frequent}.",
    "accuracy_note": "The leaky protocol is tested on resampled rows, in which rare grades are made frequent: to it "
    "the dashed line does not apply.",
    "frequent": "Always the most frequent answer",
    "table": "All candidates, all metrics",
    "protocol": "Protocol",
    "low": "{metric}, 95% from",
    "high": "{metric}, to",
    "nested": "Whole procedure, grade rule",
    "nested_argmax": "Whole procedure, likeliest grade",
    "leaky": "Leaky protocol (do not use)",
    "class_shares": "Class shares (baseline)",
    "logistic_regression": "Logistic regression",
    "logistic_regression_smote": "Logistic regression with SMOTE",
    "random_forest": "Random forest",
    "random_forest_smote": "Random forest with SMOTE",
    "additive_pairs": "Additive model with pairs",
    "blend": "Blend",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "macro_f1": "Macro F1",
    "quadratic_weighted_kappa": "Weighted kappa",
    "log_loss": "Log-loss",
    "expected_calibration_error": "Calibration error",
    "rules": "The grade rule gives each grade to about as many people as have it. The likeliest grade aims at being "
    "right most often, and may name rare grades seldom or never. Right: {rule_right} by the rule, {likeliest_right} by "
    "the likeliest; weighted kappa, which counts far misses more than near ones: {rule_kappa} and {likeliest_kappa}.",
}
TEXTS = Texts(LOCALES, "report_models", ENGLISH)


def most_frequent(study: Study) -> float:
    """Return the accuracy of always guessing the most frequent grade."""
    return float(np.bincount(study.y).max() / len(study.y))


def protocols(study: Study) -> dict[str, Metrics]:
    """Return every protocol's metrics by name, as ``evaluate --json`` has them; the blend is the whole procedure."""
    found = study.evaluation
    candidates = {name: metrics for name, metrics in found.candidates.items() if name != "blend"}
    return candidates | {"nested": found.nested, "nested_argmax": found.nested_argmax, "leaky": found.leaky}


def section(study: Study, language: str) -> Section:
    """Return how good every candidate is, and what was chosen."""
    words, found = TEXTS.all(language), study.evaluation
    parts: list[Part] = [
        TEXTS.text("intro", language, folds=OUTER_FOLDS, repeats=found.repeats),
        _verdict(study, language),
        TEXTS.text("chosen", language, weights=_weights(study, language), votes=_votes(study, language)),
        _losses(study, language),
        words["leak_1"],
        TEXTS.text(
            "leak_2",
            language,
            leaky=share(found.leaky["accuracy"].mean),
            honest=share(found.nested_argmax["accuracy"].mean),
        ),
        _accuracies(study, language),
        _rules(study, language),
    ]
    pairs = _smote_pairs(study, language)
    if pairs:
        parts.append(TEXTS.text("smote", language, pairs=pairs))
    parts.append(_table(study, language))
    return Section("models", words["title"], tuple(parts))


def _verdict(study: Study, language: str) -> str:
    """Say whether the answers tell more than the class shares, as `engine.findings.verdict` does."""
    found, gain = study.evaluation, study.evaluation.gain
    said = {"gain": number(gain.mean, 3), "interval": interval(gain.low, gain.high, digits=3)}
    if found.signal:
        part = share(gain.mean / found.class_shares["log_loss"].mean)
        return TEXTS.text("signal", language, part=part, **said)
    return TEXTS.text("one_grade" if gain.low > 0 else "no_signal", language, **said)


def _rules(study: Study, language: str) -> str:
    rule, likeliest = study.evaluation.nested, study.evaluation.nested_argmax
    return TEXTS.text(
        "rules",
        language,
        rule_right=share(rule["accuracy"].mean),
        likeliest_right=share(likeliest["accuracy"].mean),
        rule_kappa=number(rule["quadratic_weighted_kappa"].mean),
        likeliest_kappa=number(likeliest["quadratic_weighted_kappa"].mean),
    )


def _smote_pairs(study: Study, language: str) -> str:
    words = TEXTS.all(language)
    losses = {name: number(found["log_loss"].mean, 3) for name, found in study.evaluation.candidates.items()}
    plain = [name for name in losses if f"{name}_smote" in losses]
    return ", ".join(
        TEXTS.text("smote_pair", language, smote=losses[f"{name}_smote"], plain=losses[name], name=words[name])
        for name in plain
    )


def _weights(study: Study, language: str) -> str:
    words = TEXTS.all(language)
    return ", ".join(f"{words[name]} {share(weight)}" for name, weight in study.evaluation.weights.items())


def _votes(study: Study, language: str) -> str:
    words = TEXTS.all(language)
    return ", ".join(f"{words[name]} {count}" for name, count in study.evaluation.chosen_in_folds.items() if count)


def _written(estimate: Estimate, *, as_share: bool = False) -> str:
    if as_share:
        return f"{share(estimate.mean)} ({interval(estimate.low, estimate.high, 'share')})"
    return f"{number(estimate.mean)} ({interval(estimate.low, estimate.high)})"


def _losses(study: Study, language: str) -> Picture:
    words, found = TEXTS.all(language), study.evaluation
    shown = {name: metrics["log_loss"] for name, metrics in protocols(study).items()}
    shown = {name: one for name, one in shown.items() if name not in ("leaky", "nested_argmax", "class_shares")}
    baseline = found.class_shares["log_loss"].mean
    chart = Dots(
        tuple(words[name] for name in shown),
        (_series(list(shown.values())),),
        words["loss_axis"],
        reference=baseline,
        reference_label=TEXTS.text("loss_reference", language, value=number(baseline)),
    )
    said = {"nested": _written(found.nested["log_loss"]), "shares": _written(found.class_shares["log_loss"])}
    alt = TEXTS.text("loss_alt", language, **said)
    return Picture("log_loss", words["loss_picture"], alt, chart, words["loss_note"])


def _series(estimates: list[Estimate]) -> Series:
    return Series("", tuple(one.mean for one in estimates), tuple((one.low, one.high) for one in estimates))


def _accuracies(study: Study, language: str) -> Picture:
    words, found = TEXTS.all(language), study.evaluation
    shown = {name: protocols(study)[name]["accuracy"] for name in ("nested", "nested_argmax", "leaky")}
    frequent = most_frequent(study)
    chart = Dots(
        tuple(words[name] for name in shown),
        (_series(list(shown.values())),),
        words["accuracy_axis"],
        "share",
        reference=frequent,
        reference_label=f"{words['frequent']} ({share(frequent)})",
    )
    said = {
        "honest": _written(found.nested["accuracy"], as_share=True),
        "leaky": _written(found.leaky["accuracy"], as_share=True),
        "frequent": share(frequent),
    }
    alt = TEXTS.text("accuracy_alt", language, **said)
    return Picture("accuracy", words["accuracy_picture"], alt, chart, words["accuracy_note"])


def _table(study: Study, language: str) -> Table:
    words = TEXTS.all(language)
    columns = [Column(words["protocol"])]
    for metric in METRICS:
        name = words[metric]
        columns.append(Column(name, "number", 3))
        columns += [Column(TEXTS.text(end, language, metric=name), "number", 3) for end in ("low", "high")]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (words[name], *(end for metric in METRICS for end in _ends(metrics[metric])))
        for name, metrics in protocols(study).items()
    )
    return Table("models", words["table"], tuple(columns), rows)


def _ends(estimate: Estimate) -> tuple[float, float, float]:
    return estimate.mean, estimate.low, estimate.high
