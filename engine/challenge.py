"""Train a challenger on real answers, judge it against the active version, store it, and activate it if it won.

What ``engine challenge`` does, without its printing. It works in one thread, beside a bot that answers people.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine import champion as champions
from engine import gate, outcome, registry, table
from engine.champion import Champion
from engine.encoding import classes_of_labels, codes_of_table
from engine.errors import TrainingError
from engine.gate import Decision
from engine.outcome import SOURCE_COLUMN, Comparison, Outcome
from engine.predictors import Floats, Ints
from engine.steps import Steps
from engine.survey import Survey
from engine.table import Table

if TYPE_CHECKING:
    from engine.evaluation import Evaluation, Progress

REPEATED_BELOW = 300
"""Rows below which the outer cross-validation is done twice: from `engine.prediction.PAIRS_NEED` on, additive models
take a minute even for once."""


def challenge(
    survey: Survey,
    data: Path,
    models_dir: Path,
    *,
    repeats: int | None = None,
    seed: int = 0,
    progress: Progress = lambda done, of: None,
) -> Outcome:
    """Train on a table of real answers and judge the outcome against the active version.

    Parameters
    ----------
    survey : Survey
    data : path
        Labelled answers, .csv or .xlsx; the column "Source", if there is one, says where each row came from.
    models_dir : path
    repeats : int, optional
        Of the outer cross-validation; by default 2 below 300 rows, and 1 from there.
    seed : int, default 0
    progress : callable
        Called with (done, of) after each piece of work.

    Returns
    -------
    dict
        - ``decision``: "promote" (stored and active), "ask" (stored, left to a person) or "too_few" (nothing is done).
        - ``version``, ``champion``: ids, or None; ``champion_synthetic``: bool, or None where it cannot serve.
        - ``labels``, ``needed``, ``missing``: labelled rows, how many there must be, and how many are lacking.
        - ``grades``, ``sources``: rows of each grade, and of each source ("" where the table does not say).
        - ``known``, ``new``: rows that the champion learnt from, and the others.
        - ``difference``: {"mean", "low", "high", "standard_error"} of the paired log-losses, challenger less champion.
        - ``champion_metrics``, ``challenger_metrics``: {metric: {"mean", "low", "high"}} on the same held-out rows.
        - ``recall``: {grade: {"rows", "champion", "challenger", "verdict"}}; see `engine.gate.Recall`.
        - ``confusion``: observed x predicted counts of the challenger, averaged over the repeats.
        - ``reasons``: plain sentences for somebody who is no programmer.
        - ``segments``: {"before": names, "after": names} in the survey's first language.
        - ``what_changed``: {"importances": …, "predicts_with": …}, each {"before", "after"}.
        - ``signal``: whether the answers told more than the class shares.
        - ``seconds``: how long it took.

        What was not found out is None, or empty.

    Raises
    ------
    TableError, TrainingError, RegistryError
        The active version stays as it is.

    Notes
    -----
    The champion is its recipe refitted, within each training fold, on the rows it knew; the challenger learns from all
    rows of the fold. Real answers replace invented ones as soon as there are enough, whatever the comparison says, and
    are never mixed with them.
    """
    began = time.monotonic()
    rows = table.read(survey, data, also=(SOURCE_COLUMN,))
    if rows.synthetic:
        raise TrainingError(
            f"{rows.source}: the file says that nobody gave these answers; a challenger learns from real ones only. "
            "`python -m engine train` makes a demonstration of it"
        )
    assert rows.target is not None
    codes, y = codes_of_table(survey, rows.answers), classes_of_labels(survey, rows.target)
    champion = champions.find(survey, models_dir, codes, y)
    found = outcome.facts(survey, rows, champion)
    if not found["reasons"]:
        found = _judged(_Challenge(survey, rows, codes, y, champion, models_dir, seed), found, repeats, progress)
    return {**found, "seconds": round(time.monotonic() - began, 2)}


@dataclass(frozen=True)
class _Challenge:
    survey: Survey
    rows: Table
    codes: Floats
    y: Ints
    champion: Champion
    models_dir: Path
    seed: int


def _judged(one: _Challenge, known: Outcome, repeats: int | None, progress: Progress) -> Outcome:
    """Train, compare, store, and activate what won; ``known`` is `engine.outcome.facts`."""
    from threadpoolctl import threadpool_limits

    from engine.release import store
    from engine.training import require_something_to_learn, train

    require_something_to_learn(one.survey, one.rows)
    registry.require_writable(one.models_dir)
    repeats = repeats or (2 if len(one.y) < REPEATED_BELOW else 1)
    steps = Steps(progress, _pieces_after_training(one.champion, repeats))
    with threadpool_limits(1):
        trained = train(one.survey, one.rows, repeats=repeats, seed=one.seed, n_jobs=1, progress=steps.training)
        found = outcome.judged(one.survey, known, one.champion, trained, _compared(one, trained.evaluation, steps))
        version = store(one.survey, one.rows, trained, one.models_dir, gate=outcome.for_the_manifest(found))
    if found["decision"] == "promote" and not _took_over(one, version):
        late = "Meanwhile another model was put into use, so the choice is yours."
        found = {**found, "decision": "ask", "reasons": [*found["reasons"], late]}
    steps.step()
    return {**found, "version": version}


def _took_over(one: _Challenge, version: str) -> bool:
    return registry.activate_in_place_of(one.models_dir, one.champion.id, version, one.survey)


def _compared(one: _Challenge, evaluation: Evaluation, steps: Steps) -> Comparison:
    from engine.metrics import score

    champion, held_out = one.champion, evaluation.held_out
    challenger = held_out.predictions
    letters = [grade.grade for grade in one.survey.target.grades]
    if not champion.comparable:
        decision, reasons = _uncontested(champion)
        recall = gate.recalls(None, challenger, one.y, letters, one.seed)
        return Comparison(decision, reasons, None, None, evaluation.nested, recall)
    before = champions.held_out_predictions(
        champion, one.survey, one.models_dir, one.codes, one.y, held_out, one.seed, steps.step
    )
    difference = gate.difference(before, challenger, one.y, one.seed)
    recall = gate.recalls(before, challenger, one.y, letters, one.seed)
    if champion.synthetic:
        decision, reasons = "promote", [_INVENTED_GOES, gate.difference_words(difference)]
    else:
        decision, reasons = gate.judge(difference, recall, champion_tells=gate.tells_people_apart(before))
    metrics = score({"champion": before, "challenger": challenger}, one.y, one.seed)
    return Comparison(decision, reasons, difference, metrics["champion"], metrics["challenger"], recall)


_INVENTED_GOES = (
    "The model in use learnt from invented answers. There are enough real ones now: the new model learnt from these "
    "alone and takes over, and the invented ones are dropped."
)


def _uncontested(champion: Champion) -> tuple[Decision, list[str]]:
    """Decide where the champion cannot be scored, and say why."""
    if champion.id is None:
        return "promote", ["No model is in use yet, so the new one takes over."]
    if champion.version is None:
        return "promote", [f"The model in use cannot serve ({champion.refused}), so the new one takes over."]
    return "ask", [
        f"The model in use learnt from only {int(champion.known.sum())} of these answers, and not from the "
        f"others; on fewer than {champions.FEWEST_KNOWN} it cannot be tried again beside the new one, so the choice is "
        "yours."
    ]


def _pieces_after_training(champion: Champion, repeats: int) -> int:
    """Return how many pieces the champion's predictions and the storing are."""
    if not champion.comparable:
        return 1
    from engine.evaluation import OUTER_FOLDS

    return 2 if champion.synthetic else 1 + repeats * OUTER_FOLDS
