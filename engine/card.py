"""The model's card: what it is, how well it does by honest numbers, and what not to conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.survey import Survey

COLUMNS = {
    "log_loss": "log-loss",
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "quadratic_weighted_kappa": "weighted kappa",
    "expected_calibration_error": "calibration error",
}

_LEAKY = """The leaky protocol oversamples the whole table with SMOTE before it splits it, so that near-copies of test
rows stand in the training rows. Its figure says how well a model remembers, not how well it predicts; it is shown so
that nobody falls for it."""

_LIMITS = """It guesses a stated answer from other stated answers. It says nothing about causes, and it must not decide
anything about a person. Probabilities stand beside every grade because the grade alone hides how unsure the guess is.
"""


def metrics_table(metrics: Mapping[str, Any]) -> str:
    """Return every protocol's metrics with 95 % intervals as a Markdown table."""
    rows = {
        "class shares (baseline)": metrics["class_shares"],
        **{name: found for name, found in metrics["candidates"].items() if name != "class_shares"},
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
    return f"No significant signal found: log-loss saved {interval}; the interval includes 0."


def leak_warning(leaks: Sequence[str]) -> str:
    """Return a line about columns that give the target away; empty where there are none."""
    if not leaks:
        return ""
    return (
        f"- **Leak:** {', '.join(leaks)} all but gives the answer away. Was it known before the answer was? "
        "If not, take it out of survey.toml: these numbers are too good to be true.\n"
    )


def model_card(survey: Survey, manifest: Mapping[str, Any]) -> str:
    """Return the card as Markdown; ``{version}`` in it is filled in by the registry."""
    data, metrics = manifest["data"], manifest["metrics"]
    invented = (
        "**Synthetic: invented rows, answered by nobody. For demonstration only.**\n\n" if data["synthetic"] else ""
    )
    segments = ", ".join(
        f"{segment['name'][survey.languages[0]]} ({segment['size']})" for segment in manifest["segments"]
    )
    return f"""# {survey.title.to(survey.languages[0])}: model {{version}}

{invented}- Predicts: {survey.target.column}, grades {", ".join(f"{g.grade} = {g.value}" for g in survey.target.grades)}
- Learnt from: {data["source"]}, {data["rows"]} labelled rows ({data["unlabelled"]} without a label left out)
- Chosen: {manifest["chosen"].replace("_", " ")} (in the outer folds: {_votes(metrics)})
- Segments: {segments}
{leak_warning(manifest["leaks"])}
## Honest numbers

{verdict(metrics)} Nested cross-validation, 5 folds x {metrics["repeats"]}; in brackets 95 % bootstrap
intervals over respondents.
A perfectly calibrated model would show a calibration error of about {metrics["calibration_noise"]:.3f} on so many rows.

{metrics_table(metrics)}

{_LEAKY}

## What it is not

{_LIMITS}
"""


def _votes(metrics: Mapping[str, Any]) -> str:
    votes = metrics["chosen_in_folds"].items()
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in votes if count)
