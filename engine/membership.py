"""The segment that a person falls into, and whether what is said of it contradicts what that very person answered."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.encoding import VALUE, code_of, label_of, levels
from engine.predictors import Floats
from engine.segment_names import Segment
from engine.segmentation import Segmentation
from engine.survey import Archetype, Clause, Condition, Feature, Survey

_PLAIN = 2
"""Steps on an answer's scale that are no matter of degree any more."""


@dataclass(frozen=True, slots=True)
class Membership:
    """The segment a person falls into.

    ``index`` points into the model's segments; ``strength`` is between 0 (on the border between two segments)
    and 1 (at the heart of this one). ``contradicted``: what makes these people a group plainly is not so of this
    person, to whom ``person`` must not be said then.
    """

    index: int
    name: Mapping[str, str]
    person: Mapping[str, str]
    emoji: str
    strength: float
    contradicted: bool = False


def membership(survey: Survey, segmentation: Segmentation, codes: Floats) -> Membership:
    """Return the segment of one person, whose codes are of shape (n_features,).

    A segment that has an archetype's name is told in the words that the survey has for it now, which may be more
    languages than when the model was trained.
    """
    index, strength = segmentation.place(codes[None, :])
    segment = segmentation.segments[int(index[0])]
    archetype = _archetype(survey, segment)
    if archetype is None:
        person, claims = segment.person, segment.claims
    else:
        person = {language: archetype.person.to(language) for language in survey.languages}
        claims = fitting(archetype.when, segment.means)
    contradicted = claims is None or _contradicted(survey, segmentation, claims, codes)
    return Membership(int(index[0]), segment.name, person, segment.emoji, float(strength[0]), contradicted)


def fitting(when: Condition, means: Mapping[str, float]) -> Condition:
    """Return the alternatives that a group's means fulfil, or all where none is fulfilled any more."""
    alternatives = tuple(clauses for clauses in when.alternatives if all(clause.fits(means) for clause in clauses))
    return Condition(alternatives or when.alternatives)


def _archetype(survey: Survey, segment: Segment) -> Archetype | None:
    """Return the archetype that gave a segment its name; of several rules of one name the first that it fits."""
    language = survey.languages[0]
    named = [one for one in survey.archetypes if one.name.to(language) == segment.name.get(language)]
    return next((one for one in named if one.when.fits(segment.means)), next(iter(named), None))


def _contradicted(survey: Survey, segmentation: Segmentation, claims: Condition, codes: Floats) -> bool:
    """Whether every way to belong to the group has something that is plainly not so of the person."""
    places = {feature.column: i for i, feature in enumerate(survey.features)}

    def contradicts(clause: Clause) -> bool:
        place = places.get(clause.column)  # what is predicted is no answer, and nobody's sentence rests on it
        if place is None or math.isnan(code := float(codes[place])):
            return False
        return _plainly_outside(survey.features[place], clause, code, _spread(segmentation, place))

    return all(any(map(contradicts, clauses)) for clauses in claims.alternatives)


def _plainly_outside(feature: Feature, clause: Clause, code: float, spread: float) -> bool:
    """Whether an answer is so far from what a clause asks of a group's mean that nobody would say both of a person.

    On a scale by two steps, or at its other end; of a number by its standard deviation.
    """
    if feature.kind == "nominal":
        return not clause.fits({feature.column: label_of(feature, code) or ""})
    if clause.fits({feature.column: code}):
        return False
    if feature.kind == "number":
        return abs(code - float(clause.value)) > spread
    scale = _scale(feature)
    inside = [step for step, level in enumerate(scale) if clause.fits({feature.column: level})]
    if not inside:  # only a mean can be there: the answer that is nearest to it stands for it
        inside = [min(range(len(scale)), key=lambda step: abs(scale[step] - float(clause.value)))]
    here = scale.index(code)
    away = min(abs(step - here) for step in inside)
    return away >= _PLAIN or (away > 0 and here in (0, len(scale) - 1))


def _scale(feature: Feature) -> Sequence[float]:
    return [0.0, 1.0] if feature.kind == "binary" else sorted(code_of(feature, choice) for choice in levels(feature))


def _spread(segmentation: Segmentation, place: int) -> float:
    encoding = segmentation.encoding
    return float(max(encoding.scale[(encoding.source == place) & (encoding.role == VALUE)], default=0.0))
