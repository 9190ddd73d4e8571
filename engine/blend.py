"""What a trained version predicts with: one predictor, or the weighted mean of several, explained as a whole.

The mean is one of probabilities, so scores, and with them the impacts that add up to a score, are means as well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

import numpy as np

from engine.changes import Changes, probabilities_after
from engine.encoding import Encoding
from engine.explanation import Explainer, explain
from engine.predictors import Floats, Forest, Predictor

MOST_ROWS = 1_000
"""Changed copies of a person's answers that are scored at most: more would take longer than a millisecond."""
MOST_FOREST_ROWS = 350
"""The same where trees must be walked for each; all single and paired changes of the home survey are fewer."""


@dataclass(frozen=True)
class Part:
    """One predictor of a blend.

    Attributes
    ----------
    name : str
        Of the candidate that it was.
    weight : float
        Its share of the mean.
    encoding : Encoding
        How it sees answers.
    predictor : Predictor
    explainer : Explainer
    """

    name: str
    weight: float
    encoding: Encoding
    predictor: Predictor
    explainer: Explainer


@dataclass(frozen=True)
class Blend:
    """The weighted mean of one or more predictors."""

    parts: tuple[Part, ...]

    @property
    def most_changes(self) -> int:
        """How many changes of one person's answers are scored in about a millisecond."""
        return MOST_FOREST_ROWS if any(isinstance(part.predictor, Forest) for part in self.parts) else MOST_ROWS

    def probabilities(self, codes: Floats) -> Floats:
        """Return calibrated probabilities, shape (n_respondents, n_classes), of codes (n_respondents, n_features)."""
        return _sum(part.weight * part.predictor.probabilities(part.encoding.transform(codes)) for part in self.parts)

    def probabilities_after(self, codes: Floats, changes: Changes) -> Floats:
        """Return what one person's probabilities, of codes of shape (n_features,), would be after each change."""
        return _sum(
            part.weight * probabilities_after(part.predictor, part.encoding, codes, changes) for part in self.parts
        )

    def explain(self, codes: Floats, points: Floats) -> tuple[float, Floats]:
        """Share one person's score out among their answers.

        Parameters
        ----------
        codes : ndarray of shape (n_features,)
        points : ndarray of shape (n_classes,)

        Returns
        -------
        base : float
        impacts : ndarray of shape (n_features,)
            In points; ``base + impacts.sum()`` is the score.
        """
        base, impacts = 0.0, np.zeros(len(codes))
        for part in self.parts:
            row = part.encoding.transform(codes[None, :])[0]
            own_base, own = explain(part.predictor, part.explainer, row, part.encoding.source, points, len(codes))
            base += part.weight * own_base
            impacts += part.weight * own
        return base, impacts


def _sum(weighted: Iterable[Floats]) -> Floats:
    return reduce(np.add, weighted)
