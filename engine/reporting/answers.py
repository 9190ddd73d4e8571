"""A survey's answers in words and on their scales: what every section names them by."""

from __future__ import annotations

import numpy as np

from engine.encoding import code_of, levels
from engine.predictors import Floats
from engine.survey import Feature, Question, Survey


def labels(feature: Feature, language: str) -> tuple[tuple[float, str], ...]:
    """Return the codes of a single-choice question's answers and what they are called, lowest code first."""
    named = [(code_of(feature, choice), choice.text.to(language)) for choice in levels(feature)]
    return tuple(named if feature.kind == "nominal" else sorted(named))


def answer_name(feature: Feature, level: float | None, language: str) -> str:
    """Return what an answer is called: a question, a box, or, with its code, one answer without an order."""
    name = feature.name.to(language)
    return name if level is None else f"{name}: {dict(labels(feature, language))[level]}"


def ends(feature: Feature, codes: Floats) -> tuple[float, float]:
    """Return the lowest and the highest answer: of the scale; of a number those that somebody gave.

    Parameters
    ----------
    feature : Feature
        Not nominal: names have no order.
    codes : ndarray of shape (n_respondents,)
    """
    if feature.kind == "binary":
        return 0.0, 1.0
    if feature.kind == "ordinal":
        scale = [code_of(feature, choice) for choice in levels(feature)]
        return min(scale), max(scale)
    known = codes[~np.isnan(codes)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def on_scale(feature: Feature, codes: Floats) -> Floats:
    """Return answers as places on their scale, 0 the lowest and 1 the highest; NaN where there is none, or no scale."""
    if feature.kind == "nominal":
        return np.full(len(codes), np.nan)
    low, high = ends(feature, codes)
    places: Floats = (codes - low) / ((high - low) or 1.0)
    return places


def columns_of(survey: Survey, question: Question) -> list[int]:
    """Return the places of a question's features among the survey's."""
    places = {feature.column: place for place, feature in enumerate(survey.features)}
    return [places[column] for column in question.columns]
