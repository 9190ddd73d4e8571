"""What an evaluation found, in words and Markdown tables: for the model's card, the README and the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

COLUMNS = {
    "log_loss": "log-loss",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "quadratic_weighted_kappa": "weighted kappa",
    "expected_calibration_error": "calibration error",
}
STAGES = {
    "before_resampling": "logistic regression as it was fitted",
    "after_resampling": "the same after SMOTE",
    "priors_undone": "after SMOTE, its priors undone",
    "after_calibration": "the whole procedure, calibrated",
}
MOST_IMPORTANCES = 20


def findings(metrics: Mapping[str, Any]) -> str:
    """Return all that follows, as ``evaluate`` prints it."""
    parts = (
        verdict(metrics),
        metrics_table(metrics),
        f"It predicts with {weights_words(metrics)}. {smote_words(metrics)}".strip(),
        calibration_words(metrics),
        importance_table(metrics),
    )
    return "\n\n".join(parts)


def metrics_table(metrics: Mapping[str, Any]) -> str:
    """Return every protocol's metrics with 95 % intervals as a Markdown table."""
    rows = {
        "class shares (baseline)": metrics["class_shares"],
        **{name: found for name, found in metrics["candidates"].items() if name not in ("class_shares", "blend")},
        "**whole procedure, grade rule**": metrics["nested"],
        "whole procedure, likeliest grade": metrics["nested_argmax"],
        "*leaky protocol (do not use)*": metrics["leaky"],
    }
    lines = [f"| protocol | {' | '.join(COLUMNS.values())} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for name, found in rows.items():
        cells = [f"{found[key]['mean']:.3f} ({found[key]['low']:.2f}–{found[key]['high']:.2f})" for key in COLUMNS]
        lines.append(f"| {name.replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def verdict(metrics: Mapping[str, Any]) -> str:
    """Return one sentence on whether the answers tell more than the class shares."""
    gain = metrics["gain"]
    part = gain["mean"] / metrics["class_shares"]["log_loss"]["mean"]
    interval = (
        f"{gain['mean']:.3f} (95 % interval {gain['low']:.3f} to {gain['high']:.3f}), {part:.1%} of the baseline's"
    )
    if metrics["signal"]:
        return f"The answers tell something: log-loss saved {interval}."
    if gain["low"] > 0:
        return "No signal can be shown: only one grade has more than one row. Gather answers of the other grades."
    why = "the interval includes 0" if gain["high"] >= 0 else "the class shares alone do better"
    return f"No significant signal found: log-loss saved {interval}; {why}."


def weights_words(metrics: Mapping[str, Any]) -> str:
    """Return what predicts, and how much each part of a blend weighs."""
    parts = [f"{name.replace('_', ' ')} {weight:.0%}" for name, weight in metrics["weights"].items()]
    return parts[0].removesuffix(" 100%") if len(parts) == 1 else f"a blend of {', '.join(parts)}"


def smote_words(metrics: Mapping[str, Any]) -> str:
    """Return a plain sentence on what SMOTE did; empty where it was not tried."""
    losses = {name: found["log_loss"]["mean"] for name, found in metrics["candidates"].items() if name != "blend"}
    pairs = [(name.removesuffix("_smote"), name) for name in losses if name.endswith("_smote")]
    if not pairs:
        return ""
    compared = ", ".join(
        f"{losses[smote]:.3f} against {losses[plain]:.3f} ({plain.replace('_', ' ')})" for plain, smote in pairs
    )
    if min(losses, key=lambda name: losses[name]).endswith("_smote"):
        said = "SMOTE comes out best here, which on other tables it did not"
    elif all(losses[smote] >= losses[plain] for plain, smote in pairs):
        said = "SMOTE did not help"
    else:
        said = "SMOTE did not win"
    return f"{said}: log-loss with and without it {compared}. It is kept for comparison and never chosen."


def calibration_words(metrics: Mapping[str, Any]) -> str:
    """Return the calibration error at every stage, and what chance alone would show."""
    stages = ", ".join(
        f"{metrics['calibration'][key]:.3f} {words}" for key, words in STAGES.items() if key in metrics["calibration"]
    )
    return (
        f"Calibration error: {stages}. A perfectly calibrated model would show {metrics['calibration_noise']:.3f} on "
        f"so many rows, and in 5 % of tables more than {metrics['calibration_noise_95']:.3f}."
    )


def importance_table(metrics: Mapping[str, Any]) -> str:
    """Return the importance of each answer to the model as a whole by three measures, as a Markdown table."""
    lines = [
        "| answer | permutation: log-loss lost when shuffled (95 %) | mean absolute impact, points | Gini share |",
        "|---|---|---|---|",
    ]
    for one in metrics["importances"][:MOST_IMPORTANCES]:
        lost = one["permutation"]
        interval = f"{lost['mean']:+.4f} ({lost['low']:+.4f} to {lost['high']:+.4f})"
        lines.append(f"| {one['feature']} | {interval} | {one['mean_impact']:.3f} | {one['gini']:.1%} |")
    return "\n".join(lines)
