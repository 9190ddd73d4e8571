"""How far answers differ from person to person: what everybody answers alike tells nobody apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.locales import LOCALES
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import number, share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Feature
from engine.translation import Texts

ENGLISH = {
    "title": "Variance and answers that hardly vary",
    "intro": "An answer that nearly everybody gives alike tells nobody apart, whatever it is about. The usual cut is a "
    "variance under {cut} of the codes: of a box, fewer than about 1 in 100 ticked it, or left it. For numbers, whose "
    "variance depends on their unit, and answers without an order the same cut is that more than {most} gave the same.",
    "none": "No answer is below that cut: every one tells at least some people apart.",
    "low": "Below that cut: {names}.",
    "unknown": "Given by fewer than two people, and left out: {names}.",
    "picture": "Variance of the answers",
    "axis": "Variance of the codes (n − 1)",
    "alt": "Bars of the variances, from {high} ({most}) down to {low} ({least}).",
    "alt_one": "One bar: the variance of {high} is {most}.",
    "note": "Scales of more steps can vary more: compare boxes with boxes, and scales with scales.",
    "undrawn": "Not drawn are numbers, which have units of their own, and answers without an order, which have no "
    "variance.",
    "nothing": "No answer here has codes in an order.",
    "feature": "Answer",
    "variance": "Variance",
    "top": "Share of the most frequent",
    "is_low": "Below the cut",
    "yes": "yes",
    "no": "no",
}
TEXTS = Texts(LOCALES, "report_variance", ENGLISH)

CUT = 0.01
"""Variance below which an answer is usually left out: of a box, 1 in 100 ticked it, or did not."""
MOST_ALIKE = 0.99
"""The same where a variance says nothing: share of people who give one and the same answer."""


@dataclass(frozen=True)
class Variation:
    """How far one answer differs from person to person.

    Attributes
    ----------
    feature : Feature
    variance : float or None
        Of the codes, with n - 1; None where they have no order.
    top : float
        Share of the most frequent answer among those given, 0 to 1.
    """

    feature: Feature
    variance: float | None
    top: float

    @property
    def has_scale(self) -> bool:
        """Whether its variance can be compared: numbers have units of their own, and names no order."""
        return self.feature.kind in ("ordinal", "binary")

    @property
    def is_low(self) -> bool:
        """Whether it hardly tells anybody apart."""
        return self.variance < CUT if self.has_scale and self.variance is not None else self.top > MOST_ALIKE


def variations(study: Study) -> tuple[Variation, ...]:
    """Return how far every answer varies that two people gave at least, largest variance first."""
    found = []
    for place, feature in enumerate(study.survey.features):
        known = study.codes[:, place]
        known = known[~np.isnan(known)]
        if len(known) > 1:
            top = float(np.unique(known, return_counts=True)[1].max() / len(known))
            found.append(Variation(feature, None if feature.kind == "nominal" else float(known.var(ddof=1)), top))
    return tuple(sorted(found, key=lambda one: -1.0 if one.variance is None else one.variance, reverse=True))


def section(study: Study, language: str) -> Section:
    """Return the variances, and which answers hardly vary."""
    words, found = TEXTS.all(language), variations(study)
    parts: list[Part] = [TEXTS.text("intro", language, cut=number(CUT), most=share(MOST_ALIKE))]
    low = [one.feature.name.to(language) for one in found if one.is_low]
    parts.append(TEXTS.text("low", language, names=", ".join(low)) if low else words["none"])
    unknown = [one.name.to(language) for one in study.survey.features if one not in [known.feature for known in found]]
    if unknown:
        parts.append(TEXTS.text("unknown", language, names=", ".join(unknown)))
    parts.append(_picture(found, language))
    if found:
        parts.append(_table(found, language))
    return Section("variance", words["title"], tuple(parts))


def _picture(found: Sequence[Variation], language: str) -> Picture | LeftOut:
    words = TEXTS.all(language)
    drawn = [
        (one.feature.name.to(language), one.variance) for one in found if one.has_scale and one.variance is not None
    ]
    if not drawn:
        return LeftOut(words["picture"], words["nothing"])
    names, values = zip(*drawn, strict=True)
    ends = {"high": names[0], "most": number(values[0]), "low": names[-1], "least": number(values[-1])}
    alt = TEXTS.text("alt" if len(drawn) > 1 else "alt_one", language, **ends)
    note = words["note"] if len(drawn) == len(found) else f"{words['note']} {words['undrawn']}"
    return Picture("variances", words["picture"], alt, Bars(names, (Series("", values),), words["axis"]), note)


def _table(found: Sequence[Variation], language: str) -> Table:
    words = TEXTS.all(language)
    rows = tuple(
        (one.feature.name.to(language), one.variance, one.top, words["yes" if one.is_low else "no"]) for one in found
    )
    columns = (
        Column(words["feature"]),
        Column(words["variance"], "number", 3),
        Column(words["top"], "share", 3),
        Column(words["is_low"]),
    )
    return Table("variances", words["picture"], columns, rows)
