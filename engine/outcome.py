"""What came of a challenge, as the JSON that the bot tells its admins from, and as the manifest keeps it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from engine import gate
from engine.champion import Champion
from engine.gate import Decision, Difference, Recall
from engine.survey import Survey
from engine.table import Table

if TYPE_CHECKING:
    from engine.metrics import Metrics
    from engine.training import Trained

SOURCE_COLUMN = "Source"
"""Where a row came from (an imported table, a campaign), if the table says so; the survey ignores it."""
TOP = 5
"""Most important answers that are named before and after."""

Outcome: TypeAlias = dict[str, Any]
"""See `engine.challenge.challenge`."""


@dataclass(frozen=True)
class Comparison:
    """How the two models did on the same held-out rows; the champion's parts are None where it could not be scored."""

    decision: Decision
    reasons: Sequence[str]
    difference: Difference | None
    champion_metrics: Metrics | None
    challenger_metrics: Metrics
    recall: Mapping[str, Recall]


def facts(survey: Survey, rows: Table, champion: Champion) -> Outcome:
    """Return what is known before anything is learnt; where there are too few rows, that is the whole outcome."""
    assert rows.target is not None
    counts = {grade.grade: int((rows.target == grade.value).sum()) for grade in survey.target.grades}
    labels, known = len(rows.target), int(champion.known.sum())
    return {
        "decision": "too_few",
        "version": None,
        "champion": champion.id,
        "champion_synthetic": champion.synthetic,
        "labels": labels,
        "needed": gate.LABELS_NEEDED,
        "missing": max(0, gate.LABELS_NEEDED - labels),
        "grades": counts,
        "known": known,
        "new": labels - known,
        "sources": _sources(rows),
        "difference": None,
        "champion_metrics": None,
        "challenger_metrics": None,
        "recall": {letter: asdict(Recall(count, None, None, "cannot tell")) for letter, count in counts.items()},
        "confusion": None,
        "reasons": list(gate.shortfall(counts)),
        "segments": {"before": _segments_before(survey, champion), "after": []},
        "what_changed": {},
        "signal": False,
    }


def _sources(rows: Table) -> dict[str, int]:
    if SOURCE_COLUMN not in rows.also:
        return {}
    return dict(Counter(str(source or "") for source in rows.also[SOURCE_COLUMN]).most_common())


def _segments_before(survey: Survey, champion: Champion) -> list[str]:
    if champion.version is None:
        return []
    return [str(one["name"].get(survey.languages[0], "")) for one in champion.version.manifest["segments"]]


def judged(survey: Survey, known: Outcome, champion: Champion, trained: Trained, found: Comparison) -> Outcome:
    """Return the whole outcome of a challenge, but for the id that the version gets when it is stored.

    Parameters
    ----------
    known : dict
        See `facts`.
    """
    segments = [segment.name[survey.languages[0]] for segment in trained.learnt.segmentation.segments]
    return {
        **known,
        "decision": found.decision,
        "difference": None if found.difference is None else asdict(found.difference),
        "champion_metrics": _metrics(found.champion_metrics),
        "challenger_metrics": _metrics(found.challenger_metrics),
        "recall": {letter: asdict(one) for letter, one in found.recall.items()},
        "confusion": trained.evaluation.confusion,
        "reasons": [*_about_rows(known, champion), *found.reasons, *_about_the_model(found, trained)],
        "segments": {**known["segments"], "after": segments},
        "what_changed": _what_changed(champion, trained),
        "signal": trained.evaluation.signal,
    }


def _metrics(found: Metrics | None) -> dict[str, Any] | None:
    return None if found is None else {name: asdict(estimate) for name, estimate in found.items()}


def _about_rows(known: Outcome, champion: Champion) -> list[str]:
    said = []
    if champion.version is not None and not champion.synthetic:
        if not known["new"] and not champion.gone:
            said.append("Nothing is new: the model in use learnt from these very answers.")
        elif not known["new"]:
            said.append("No answer is new.")
        if champion.gone:
            said.append(
                f"{champion.gone} answers that the model in use learnt from are not among these (erased, corrected, or "
                "never imported); "
                "the new one goes without them."
            )
    return said


def _about_the_model(found: Comparison, trained: Trained) -> list[str]:
    said = []
    if found.champion_metrics is not None and (unjudged := gate.unjudged_words(found.recall)):
        said.append(unjudged)
    if not trained.evaluation.signal:
        said.append(
            "The answers told no more than how often each grade occurs, so the new model's guesses say little about a "
            "single person."
        )
    if trained.leaks:
        said.append(
            f"{', '.join(trained.leaks)} all but gives the answer away. If it was not known before the answer was, "
            "these numbers are too good to be true."
        )
    return said


def _what_changed(champion: Champion, trained: Trained) -> dict[str, Any]:
    after = [one.feature for one in trained.evaluation.importances[:TOP]]
    manifest = {} if champion.version is None else champion.version.manifest
    before = [str(one["feature"]) for one in manifest["metrics"]["importances"][:TOP]] if manifest else []
    return {
        "importances": {"before": before, "after": after},
        "predicts_with": {"before": manifest.get("chosen"), "after": trained.learnt.candidate},
    }


def for_the_manifest(outcome: Outcome) -> Outcome:
    """Return what a version's manifest keeps of the outcome: all but what stands there already."""
    there = {"version", "confusion", "challenger_metrics", "segments", "signal"}
    return {name: value for name, value in outcome.items() if name not in there}
