"""The model's card: what it is, how well it does by honest numbers, and what not to conclude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.findings import (
    calibration_words,
    importance_table,
    metrics_table,
    smote_words,
    verdict,
    weights_words,
)
from engine.survey import Survey

_LEAKY = """The leaky protocol oversamples the whole table with SMOTE before it splits it, so that near-copies of test
rows stand in the training rows. Its figure says how well a model remembers, not how well it predicts; it is shown so
that nobody falls for it."""

_IMPORTANCE = """Of the model as a whole, on these respondents; a person's own impacts stand in their own picture.
Permutation is what predictions of held-out rows lose when the answer is shuffled among them. The mean absolute impact
is how far the answer moves people's scores. Gini is what a random forest splits on, which favours answers of many
levels."""

_LIMITS = """It guesses a stated answer from other stated answers. It says nothing about causes, and it must not decide
anything about a person. Probabilities stand beside every grade because the grade alone hides how unsure the guess is.
"""


def leak_warning(leaks: Sequence[str]) -> str:
    """Return a line about columns that give the target away; empty where there are none."""
    if not leaks:
        return ""
    return (
        f"- **Leak:** {', '.join(leaks)} all but gives the answer away. Was it known before the answer was? "
        "If not, take it out of survey.toml: these numbers are too good to be true.\n"
    )


def stability_words(segments: int, stability: Mapping[str, Any]) -> str:
    """Return a sentence on whether the groups would come out again.

    Parameters
    ----------
    segments : int
        How many groups there are.
    stability : mapping
        ``resampled``: number of groups -> mean adjusted Rand index over bootstrap samples; ``reseeded``: the same over
        other seeds. The words for an index follow Steinley (2004), Psychological Methods 9.
    """
    if segments == 1:
        return "Everybody is in one group: no two different ones were found."
    resampled, reseeded = stability["resampled"][str(segments)], stability["reseeded"]
    indices = (
        f"adjusted Rand index {resampled:.2f} over other samples of the respondents, {reseeded:.2f} over other seeds"
    )
    if resampled >= 0.8:
        return f"Stable: other respondents would give much the same groups ({indices})."
    if resampled >= 0.65:
        return f"Fairly stable: other respondents would give similar groups ({indices})."
    return f"Unstable: take the groups as a description of these respondents, not as kinds of people ({indices})."


def model_card(survey: Survey, manifest: Mapping[str, Any]) -> str:
    """Return the card as Markdown; ``{version}`` in it is filled in by the registry."""
    data, metrics = manifest["data"], manifest["metrics"]
    invented = (
        "**Synthetic: invented rows, answered by nobody. For demonstration only.**\n\n" if data["synthetic"] else ""
    )
    segments = "; ".join(
        f"{segment['name'][survey.languages[0]]} ({segment['size']})" for segment in manifest["segments"]
    )
    return f"""# {survey.title.to(survey.languages[0])}: model {{version}}

{invented}- Predicts: {survey.target.column}, grades {", ".join(f"{g.grade} = {g.value}" for g in survey.target.grades)}
- Learnt from: {data["source"]}, {data["rows"]} labelled rows ({data["unlabelled"]} without a label left out)
- Predicts with: {weights_words(metrics)} (in the outer folds: {_votes(metrics)})
- Segments: {segments}
- {stability_words(len(manifest["segments"]), manifest["stability"])}
{leak_warning(manifest["leaks"])}
## Honest numbers

{verdict(metrics)} Nested cross-validation, 5 folds x {metrics["repeats"]}; in brackets 95 % bootstrap
intervals over respondents.

{metrics_table(metrics)}

{_LEAKY}

{smote_words(metrics)}

{calibration_words(metrics)}

## What matters to the model

{_IMPORTANCE}

{importance_table(metrics)}

## What it is not

{_LIMITS}
{gate_words(manifest.get("gate"))}"""


def gate_words(gate: Mapping[str, Any] | None) -> str:
    """Return a paragraph on how a version was judged against the active one; empty where it was not."""
    if not gate:
        return ""
    rival = f" against {gate['champion']}" if gate["champion"] else ""
    decided = {"promote": "to be activated", "ask": "left to the admins"}[gate["decision"]]
    return f"## How it was judged\n\nJudged{rival}: {decided}. {' '.join(gate['reasons'])}\n"


def _votes(metrics: Mapping[str, Any]) -> str:
    votes = metrics["chosen_in_folds"].items()
    return ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in votes if count)
