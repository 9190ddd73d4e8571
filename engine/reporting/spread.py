"""How far answers differ from person to person: what everybody answers alike tells nobody apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.locales import LOCALES
from engine.reporting.charts import Bars, Series
from engine.reporting.numbers import number
from engine.reporting.parts import Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Variance and answers that hardly vary",
    "intro": "An answer that nearly everybody gives alike tells nobody apart, whatever it is about. The usual cut is a "
    "variance under {cut} of the codes.",
    "none": "No answer is below that cut: every one tells at least some people apart.",
    "low": "Below that cut: {names}.",
    "picture": "Variance of the answers",
    "axis": "Variance of the codes (n − 1)",
    "alt": "Bars of the variances, from {high} ({most}) down to {low} ({least}).",
    "note": "Scales of more steps can vary more: compare boxes with boxes, and scales with scales.",
    "names": "Answers that have no order have no variance and are left out.",
    "feature": "Answer",
    "variance": "Variance",
    "is_low": "Below the cut",
    "yes": "yes",
    "no": "no",
}
TEXTS = Texts(LOCALES, "report_variance", ENGLISH)

CUT = 0.01
"""Variance below which an answer is usually left out: of a box, 1 in 100 ticked it, or did not."""


@dataclass(frozen=True)
class Variance:
    """The variance (n - 1) of one answer's codes."""

    feature: str
    value: float

    @property
    def is_low(self) -> bool:
        """Whether it is under the usual cut."""
        return self.value < CUT


def variances(study: Study) -> tuple[Variance, ...]:
    """Return the variance of every answer that has an order and was given twice at least, largest first."""
    found = []
    for place, feature in enumerate(study.survey.features):
        known = study.codes[:, place]
        known = known[~np.isnan(known)]
        if feature.kind != "nominal" and len(known) > 1:
            found.append(Variance(feature.column, float(known.var(ddof=1))))
    return tuple(sorted(found, key=lambda one: -one.value))


def section(study: Study, language: str) -> Section:
    """Return the variances, and which answers hardly vary."""
    words, found, feature = TEXTS.all(language), variances(study), study.survey.feature
    parts: list[Part] = [TEXTS.text("intro", language, cut=number(CUT))]
    low = [feature[one.feature].name.to(language) for one in found if one.is_low]
    parts.append(TEXTS.text("low", language, names=", ".join(low)) if low else words["none"])
    if len(found) < len(study.survey.features):
        parts.append(words["names"])
    if found:
        names = tuple(feature[one.feature].name.to(language) for one in found)
        ends = {"high": names[0], "most": number(found[0].value), "low": names[-1], "least": number(found[-1].value)}
        chart = Bars(names, (Series("", tuple(one.value for one in found)),), words["axis"])
        parts.append(Picture("variances", words["picture"], TEXTS.text("alt", language, **ends), chart, words["note"]))
        rows = tuple(
            (name, one.value, words["yes"] if one.is_low else words["no"])
            for name, one in zip(names, found, strict=True)
        )
        columns = (Column(words["feature"]), Column(words["variance"], "number", 3), Column(words["is_low"]))
        parts.append(Table("variances", words["picture"], columns, rows))
    return Section("variance", words["title"], tuple(parts))
