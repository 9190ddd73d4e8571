"""Drivers and risk factors: which answers go with the best grade, and which with its absence; never a cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.locales import LOCALES
from engine.metrics import Estimate
from engine.predictors import Floats, Ints
from engine.reporting.answers import labels
from engine.reporting.charts import Dots, Interval, Series
from engine.reporting.differences import cliffs_delta, difference_p, newcombe, widening
from engine.reporting.numbers import plain, share
from engine.reporting.parts import Cell, Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Feature
from engine.translation import Texts

ENGLISH = {
    "title": "What goes with the best answer, and what against it",
    "intro": "For each answer: of those who gave it, how many more (or fewer) say “{best}” than of the others who were "
    "asked, in percentage points. People chose their answers themselves: this is association, no cause.",
    "how": "Scales are cut in two where the parts are most even. The intervals are widened for how many answers were "
    "looked at (Benjamini and Yekutieli), so that of the answers named here at most some 5% are false alarms. Answers "
    "that fewer than {least} people gave, or all but fewer than {least}, are left out.",
    "drivers": "More often “{best}”, more than chance: {names}.",
    "risks": "Less often “{best}”, more than chance: {names}.",
    "nothing": "No answer can be shown to go with “{best}” or against it: of {tested} differences none is surely more "
    "than chance. That is no proof that there are none.",
    "picture": "Who says “{best}” more often, who less",
    "axis": "Difference in percentage points, with widened intervals",
    "no_difference": "no difference",
    "alt": "Dots with intervals beside no difference, from {first} ({most}) at the top to {last} ({least}) at the "
    "bottom.",
    "clearest": "The {shown} clearest of {tested} answers; all are in the table.",
    "small": "Fewer than {least} people on one side: {names}. Take these with care.",
    "few": "There is no answer that at least {least} people gave and at least {least} others did not.",
    "few_best": "Fewer than {least} people say “{best}”, or fewer than {least} say anything else: too few to compare.",
    "table": "All answers",
    "answer": "Answer",
    "gave": "Gave it",
    "others": "Others",
    "gave_share": "Best, of those who gave it",
    "others_share": "Best, of the others",
    "difference": "Difference",
    "from": "95% from",
    "to": "to",
    "adjusted_from": "Widened from",
    "adjusted_to": "to",
    "delta": "Cliff's delta",
    "delta_from": "95% from",
    "delta_to": "to",
    "p": "Corrected p-value",
    "is": "Kind",
    "driver": "driver",
    "risk": "risk factor",
    "neither": "cannot tell",
    "delta_note": "Cliff's delta looks at all grades: of two people, one from each side, how much more often the "
    "one who gave the answer has the better grade (−1 to 1).",
    "at_least": "{name}: “{label}” or higher",
    "is_level": "{name}: {label}",
    "from_value": "{name}: {value} or more",
}
TEXTS = Texts(LOCALES, "report_drivers", ENGLISH)

FEWEST = 5
"""People on either side below whom nothing is said: fewer could be known by it."""
SMALL = 20
"""People on either side below whom one answer more or less moves a share by over 5 points: marked."""
SHOWN = 14
"""Answers in the picture."""
LEVEL = 0.05
"""The part of what is named that may be false alarms."""
Who: TypeAlias = NDArray[np.bool_]
"""Whether each respondent belongs to a group, shape (n_respondents,)."""


@dataclass(frozen=True)
class Driver:
    """How those who gave an answer compare with the others in saying what is best.

    Attributes
    ----------
    name : str
    gave, others : (int, int)
        How many of them say what is best, of how many people.
    delta : Estimate
        Cliff's delta over all grades.
    p : float
        Two-sided, of the difference in the share of the best.
    adjusted : float
        The same as one of so many.
    widened : (float, float)
        The difference's interval as one of those that were picked out.
    """

    name: str
    gave: tuple[int, int]
    others: tuple[int, int]
    delta: Estimate
    p: float
    adjusted: float = 1.0
    widened: Interval = (-1.0, 1.0)

    @property
    def difference(self) -> float:
        """Share of the best among those who gave it, less that among the others."""
        return self.gave[0] / self.gave[1] - self.others[0] / self.others[1]

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the difference by itself."""
        return newcombe(self.gave, self.others)

    @property
    def fewest(self) -> int:
        """People on the smaller side."""
        return min(self.gave[1], self.others[1])

    @property
    def kind(self) -> str:
        """ "driver", "risk", or "neither" where that cannot be told."""
        if self.adjusted >= LEVEL or self.widened[0] <= 0 <= self.widened[1]:
            return "neither"
        return "driver" if self.difference > 0 else "risk"


def drivers(study: Study, language: str) -> tuple[Driver, ...]:
    """Compare those who gave each answer with the others, the largest difference first.

    Somebody who did not answer a question stands on neither side. There are none where fewer than `FEWEST` people say
    what is best, or anything else: the tables would tell of each of them what they answered.
    """
    from scipy.stats import false_discovery_control

    if _are_few_best(study):
        return ()
    n_grades = len(study.survey.target.grades)
    found = []
    for place, feature in enumerate(study.survey.features):
        codes = study.codes[:, place]
        known = ~np.isnan(codes)
        for name, gave in _sides(feature, codes, language):
            one, other = gave & known, ~gave & known
            if min(one.sum(), other.sum()) >= FEWEST:
                found.append(_compare(name, study.y, n_grades, one, other))
    if not found:
        return ()
    adjusted = false_discovery_control([one.p for one in found]).tolist()
    z = widening(adjusted, LEVEL)
    wide = [
        replace(one, adjusted=p, widened=newcombe(one.gave, one.others, z))
        for one, p in zip(found, adjusted, strict=True)
    ]
    return tuple(sorted(wide, key=lambda one: -one.difference))


def _are_few_best(study: Study) -> bool:
    best = int((study.y == 0).sum())
    return min(best, len(study.y) - best) < FEWEST


def _compare(name: str, grades: Ints, n_grades: int, one: Who, other: Who) -> Driver:
    counts, others = (np.bincount(grades[who], minlength=n_grades) for who in (one, other))
    best, best_others = (int(counts[0]), int(counts.sum())), (int(others[0]), int(others.sum()))
    return Driver(name, best, best_others, cliffs_delta(counts, others), difference_p(best, best_others))


def _sides(feature: Feature, codes: Floats, language: str) -> list[tuple[str, Who]]:
    """Return what may have been given, and who gave it: a box, a level without an order, the upper part of a scale."""
    name = feature.name.to(language)
    if feature.kind == "binary":
        return [(name, codes == 1)]
    if feature.kind == "nominal":
        given = [(code, label) for code, label in labels(feature, language) if (codes == code).any()]
        shown = given[:1] if len(given) == 2 else given  # of two, the one says what the other does
        return [(TEXTS.text("is_level", language, name=name, label=label), codes == code) for code, label in shown]
    cut = upper_half(codes)
    if cut is None:
        return []
    if feature.kind == "number":
        unit = feature.question.unit
        value = plain(cut) if unit is None else f"{plain(cut)} {unit.to(language)}"
        return [(TEXTS.text("from_value", language, name=name, value=value), codes >= cut)]
    scale = dict(labels(feature, language))
    said = "is_level" if cut == max(scale) else "at_least"
    return [(TEXTS.text(said, language, name=name, label=scale[cut]), codes >= cut)]


def upper_half(codes: Floats) -> float | None:
    """Return the answer from which on people are the upper part, the two parts as even as can be; None: all alike."""
    known = np.sort(codes[~np.isnan(codes)])
    values = np.unique(known)
    if len(values) < 2:
        return None
    below = np.searchsorted(known, values[1:]) / len(known)
    return float(values[1:][np.abs(below - 0.5).argmin()])


# -- in words -------------------------------------------------------------------------------------------------------


def section(study: Study, language: str) -> Section:
    """Return drivers and risk factors, as far as the data carries them."""
    words, found = TEXTS.all(language), drivers(study, language)
    best = study.survey.target.grades[0].text.to(language)
    parts: list[Part] = [TEXTS.text("intro", language, best=best), TEXTS.text("how", language, least=FEWEST)]
    title = TEXTS.text("picture", language, best=best)
    if not found:
        why = "few_best" if _are_few_best(study) else "few"
        few = LeftOut(title, TEXTS.text(why, language, least=FEWEST, best=best))
        return Section("drivers", words["title"], (*parts, few))
    named = {kind: [one.name for one in found if one.kind == kind] for kind in ("driver", "risk")}
    for kind, text in (("driver", "drivers"), ("risk", "risks")):
        if named[kind]:
            order = named[kind] if kind == "driver" else named[kind][::-1]
            parts.append(TEXTS.text(text, language, best=best, names="; ".join(order)))
    if not any(named.values()):
        parts.append(TEXTS.text("nothing", language, best=best, tested=len(found)))
    parts += [_picture(found, title, language), _table(found, language)]
    return Section("drivers", words["title"], tuple(parts))


def _shown(found: Sequence[Driver]) -> list[Driver]:
    """Return the differences that are drawn: those that chance explains least, up or down, in their order."""
    kept = sorted(found, key=lambda one: (one.p, -abs(one.difference)))[:SHOWN]
    return sorted(kept, key=lambda one: -one.difference)


def _picture(found: Sequence[Driver], title: str, language: str) -> Picture:
    words, shown = TEXTS.all(language), _shown(found)
    series = Series("", tuple(one.difference for one in shown), tuple(one.widened for one in shown))
    chart = Dots(
        tuple(one.name for one in shown),
        (series,),
        words["axis"],
        "share",
        reference=0.0,
        reference_label=words["no_difference"],
    )
    ends = {
        "first": shown[0].name,
        "most": share(shown[0].difference),
        "last": shown[-1].name,
        "least": share(shown[-1].difference),
    }
    note = _note(shown, len(found), language)
    return Picture("drivers", title, TEXTS.text("alt", language, **ends), chart, note)


def _note(shown: Sequence[Driver], tested: int, language: str) -> str:
    notes = []
    if len(shown) < tested:
        notes.append(TEXTS.text("clearest", language, shown=len(shown), tested=tested))
    if small := [one.name for one in shown if one.fewest < SMALL]:
        notes.append(TEXTS.text("small", language, least=SMALL, names="; ".join(small)))
    return " ".join(notes)


def _table(found: Sequence[Driver], language: str) -> Table:
    words = TEXTS.all(language)
    columns = (
        Column(words["answer"]),
        Column(words["gave"], "count"),
        Column(words["others"], "count"),
        Column(words["gave_share"], "share"),
        Column(words["others_share"], "share"),
        Column(words["difference"], "share"),
        Column(words["from"], "share"),
        Column(words["to"], "share"),
        Column(words["adjusted_from"], "share"),
        Column(words["adjusted_to"], "share"),
        Column(words["delta"], "signed"),
        Column(words["delta_from"], "signed"),
        Column(words["delta_to"], "signed"),
        Column(words["p"], "p"),
        Column(words["is"]),
    )
    rows = tuple(_row(one, words[one.kind]) for one in found)
    return Table("drivers", words["table"], columns, rows, words["delta_note"])


def _row(one: Driver, kind: str) -> tuple[Cell, ...]:
    people = (one.gave[1], one.others[1], one.gave[0] / one.gave[1], one.others[0] / one.others[1])
    delta = (one.delta.mean, one.delta.low, one.delta.high)
    return (one.name, *people, one.difference, *one.interval, *one.widened, *delta, one.adjusted, kind)
