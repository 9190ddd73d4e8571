"""Whether a challenger may take the champion's place: enough labels, no worse in log-loss, no grade recognised less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from engine.metrics import Estimate, Predictions, losses_of, mean_of
from engine.predictors import Floats, Ints

LABELS_NEEDED = 50
GRADES_NEEDED = 2
ROWS_PER_GRADE = 5
"""Of each of the grades needed."""
RECALL_FROM = 20
"""Rows of a grade from which its recall is judged: on fewer, one person more or less is five points of it."""

_DEVIATES = 1.96

Decision: TypeAlias = Literal["promote", "ask", "too_few"]
Verdict: TypeAlias = Literal["better", "worse", "no difference seen", "cannot tell"]


def shortfall(counts: Mapping[str, int]) -> tuple[str, ...]:
    """Say what is missing before anything is trained on real answers; empty where there is enough.

    Parameters
    ----------
    counts : mapping of grade to int
        Labelled rows of each grade.

    Examples
    --------
    >>> shortfall({"A": 44, "B": 3})
    ('3 more labelled answers are needed: there are 47 of 50.', 'At least 2 grades need 5 labelled answers each; so \
far this holds for A.')
    >>> shortfall({"A": 45, "B": 5})
    ()
    """
    labels, said = sum(counts.values()), []
    if labels < LABELS_NEEDED:
        more = LABELS_NEEDED - labels
        answers = "labelled answer is" if more == 1 else "labelled answers are"
        there = "there is" if labels == 1 else "there are"
        said.append(f"{more} more {answers} needed: {there} {labels} of {LABELS_NEEDED}.")
    enough = [grade for grade, count in counts.items() if count >= ROWS_PER_GRADE]
    if len(enough) < GRADES_NEEDED:
        said.append(
            f"At least {GRADES_NEEDED} grades need {ROWS_PER_GRADE} labelled answers each; "
            f"so far this holds for {', '.join(enough) or 'none'}."
        )
    return tuple(said)


@dataclass(frozen=True)
class Difference:
    """The challenger's mean log-loss less the champion's on the same held-out rows, paired by respondent.

    ``low`` and ``high`` are its 95 % bootstrap interval; below 0 the challenger is better.
    """

    mean: float
    low: float
    high: float
    standard_error: float

    @property
    def allowed(self) -> bool:
        """Whether it is at most one standard error above 0."""
        return self.mean <= self.standard_error


@dataclass(frozen=True)
class Recall:
    """How many of those who stated a grade are given it.

    Attributes
    ----------
    rows : int
        Respondents who stated it.
    champion, challenger : Estimate or None
        With 95 % intervals; None where nobody stated the grade, or there is no such model.
    verdict : {"better", "worse", "no difference seen", "cannot tell"}
        By the paired interval of the difference; "cannot tell" under `RECALL_FROM` rows or without a champion.
    """

    rows: int
    champion: Estimate | None
    challenger: Estimate | None
    verdict: Verdict


def difference(champion: Predictions, challenger: Predictions, y: Ints, seed: int) -> Difference:
    """Compare two models' log-losses on the same held-out rows.

    Parameters
    ----------
    champion, challenger : Predictions
        Of the same respondents and repeats; a respondent's losses are averaged over the repeats, which are no new
        respondents.
    y : ndarray of shape (n_respondents,)
    seed : int
    """
    lost = losses_of(challenger, y) - losses_of(champion, y)
    found = mean_of(lost, seed)
    return Difference(found.mean, found.low, found.high, float(lost.std(ddof=1) / np.sqrt(len(lost))))


def recalls(
    champion: Predictions | None, challenger: Predictions, y: Ints, grades: Sequence[str], seed: int
) -> dict[str, Recall]:
    """Return every grade's recall by both models, and whether it differs.

    Parameters
    ----------
    champion : Predictions or None
    challenger : Predictions
    y : ndarray of shape (n_respondents,)
        Classes, 0 being the best.
    grades : sequence of str
        Their letters, best first.
    seed : int
    """
    return {letter: _recall(champion, challenger, y, grade, seed) for grade, letter in enumerate(grades)}


def _recall(champion: Predictions | None, challenger: Predictions, y: Ints, grade: int, seed: int) -> Recall:
    of_grade = y == grade
    rows = int(of_grade.sum())
    if not rows:
        return Recall(0, None, None, "cannot tell")
    after = _hits(challenger, of_grade, grade)
    if champion is None:
        return Recall(rows, None, _share(after), "cannot tell")
    before = _hits(champion, of_grade, grade)
    return Recall(rows, _share(before), _share(after), _verdict(after - before, seed))


def _hits(predictions: Predictions, of_grade: Ints, grade: int) -> Floats:
    """Return how often over the repeats each respondent of a grade is given it."""
    hits: Floats = (predictions.classes[:, of_grade] == grade).mean(axis=0)
    return hits


def _verdict(gained: Floats, seed: int) -> Verdict:
    if len(gained) < RECALL_FROM:
        return "cannot tell"
    found = mean_of(gained, seed)
    if found.low > 0:
        return "better"
    return "worse" if found.high < 0 else "no difference seen"


def _share(hits: Floats) -> Estimate:
    """Return a share with its 95 % score interval, which holds for few rows, and for all or none, as well.

    References
    ----------
    Wilson (1927), Probable Inference, the Law of Succession, and Statistical Inference, JASA 22.
    """
    share, n, z = float(hits.mean()), len(hits), _DEVIATES
    centre = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    margin = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return Estimate(share, max(0.0, float(centre - margin)), min(1.0, float(centre + margin)))


def tells_people_apart(predictions: Predictions) -> bool:
    """Whether more than one grade is ever given: a model that gives everybody the same one recognises nobody."""
    return len(np.unique(predictions.classes)) > 1


# -- the decision, in words -------------------------------------------------------------------------------------


def judge(found: Difference, recall: Mapping[str, Recall], *, champion_tells: bool) -> tuple[Decision, list[str]]:
    """Decide between two models that were scored on the same held-out rows, and say why.

    A grade that is recognised less, its paired interval wholly below 0, is for a person to weigh, even if the log-loss
    is better; unless the champion gives everybody the same grade, and all of it was recognised for no merit.

    Parameters
    ----------
    found : Difference
    recall : mapping of grade to Recall
    champion_tells : bool
        See `tells_people_apart`.
    """
    worse = [letter for letter, one in recall.items() if one.verdict == "worse"]
    reasons = [difference_words(found)]
    if not found.allowed:
        reasons.append("That is worse by more than chance easily explains, so the choice is yours.")
    if worse and champion_tells:
        reasons.append(f"It recognises fewer of those with grade {' and '.join(worse)}, so the choice is yours.")
    elif worse:
        reasons.append("The model in use gives everybody the same grade, so it recognises nobody in particular.")
    if decided := found.allowed and not (worse and champion_tells):
        reasons.append("So it takes over.")
    return "promote" if decided else "ask", reasons


def difference_words(found: Difference) -> str:
    """Return a sentence on how the two models' errors compare."""
    interval = f"95 % interval {found.low:+.3f} to {found.high:+.3f}, below 0 is better"
    if abs(found.mean) < 0.0005:
        return f"On people that neither model had seen, both err alike (log-loss differs by 0.000; {interval})."
    word = "less" if found.mean < 0 else "more"
    return (
        f"On people that neither model had seen, the new one errs {word} (log-loss differs by {found.mean:+.3f}; "
        f"{interval})."
    )


def unjudged_words(recall: Mapping[str, Recall]) -> str:
    """Return a sentence on the grades whose recall cannot be judged; empty where there are none."""
    few = [f"{letter} ({one.rows})" for letter, one in recall.items() if one.rows < RECALL_FROM]
    if not few:
        return ""
    return (
        f"Fewer than {RECALL_FROM} people stated {', '.join(few)}: whether these are recognised better or worse cannot "
        "be told."
    )
