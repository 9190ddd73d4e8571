"""Drivers and risk factors: which answers go with the best grade, and which with its absence; never a cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.intervals import Z
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.answers import labels
from engine.reporting.charts import Dots, Interval, Series
from engine.reporting.numbers import share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.survey import Feature
from engine.translation import Texts

ENGLISH = {
    "title": "What goes with the best answer, and what against it",
    "intro": "For each answer: of those who gave it, how many more (or fewer) say “{best}” than of the others, in "
    "percentage points. People chose their answers themselves: this is association, no cause.",
    "how": "Answers on a scale are cut in two at their middle. The intervals are widened for how many answers "
    "were looked at, so that of those named here some 5% are false alarms.",
    "drivers": "More often “{best}”, more than chance: {names}.",
    "risks": "Less often “{best}”, more than chance: {names}.",
    "nothing": "With so few people no answer can be shown to go with “{best}” or against it: every interval, "
    "widened for {tested} answers, includes no difference.",
    "picture": "Who says “{best}” more often, who less",
    "axis": "Difference in the share, with widened intervals",
    "no_difference": "no difference",
    "alt": "Dots with intervals around no difference. Furthest up: {first} ({most}); furthest down: {last} ({least}).",
    "note": "Fewer than {least} people on one side: {names}. Take these with care.",
    "few": "Of no answer are there {least} people on either side.",
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
    "p": "Corrected p-value",
    "is": "Kind",
    "driver": "driver",
    "risk": "risk factor",
    "neither": "cannot tell",
    "delta_note": "Cliff's delta looks at all grades: of two people, one from each side, how much more often the "
    "one who gave the answer has the better grade (−1 to 1).",
    "at_least": "{name}: {label} or more",
    "is_level": "{name}: {label}",
    "above": "{name} above {value}",
}
TEXTS = Texts(LOCALES, "report_drivers", ENGLISH)

FEWEST = 5
"""People on either side below whom nothing is said: fewer could be known by it."""
SMALL = 20
SHOWN = 14
"""Answers in the picture."""
LEVEL = 0.05


@dataclass(frozen=True)
class Driver:
    """How those who gave an answer compare with the others in saying what is best.

    Attributes
    ----------
    name : str
    gave, others : int
        People.
    best_of_gave, best_of_others : int
        Those of them who say what is best.
    delta : float
        Cliff's delta over all grades.
    p : float
        Two-sided, of the difference.
    adjusted : float
        The same among all.
    interval, widened : (float, float)
        Of the difference: by itself, and as one of those that were picked out.
    """

    name: str
    gave: int
    others: int
    best_of_gave: int
    best_of_others: int
    delta: float
    p: float
    adjusted: float = 1.0
    widened: Interval = (-1.0, 1.0)

    @property
    def difference(self) -> float:
        """Share of the best among those who gave it, less that among the others."""
        return self.best_of_gave / self.gave - self.best_of_others / self.others

    @property
    def interval(self) -> Interval:
        """The 95 % interval of the difference by itself."""
        return newcombe((self.best_of_gave, self.gave), (self.best_of_others, self.others), Z)

    @property
    def kind(self) -> str:
        """ "driver", "risk", or "neither" where that cannot be told."""
        if self.adjusted >= LEVEL or self.widened[0] <= 0 <= self.widened[1]:
            return "neither"
        return "driver" if self.difference > 0 else "risk"


def drivers(study: Study, language: str) -> tuple[Driver, ...]:
    """Compare those who gave each answer with the others, the largest difference first.

    References
    ----------
    Newcombe (1998), Interval estimation for the difference between independent proportions, Statistics in Medicine 17
    (method 10). Cliff (1993), Dominance statistics, Psychological Bulletin 114. Benjamini & Yekutieli (2005), False
    discovery rate-adjusted multiple confidence intervals for selected parameters, JASA 100.
    """
    from scipy.stats import false_discovery_control

    best, points = study.y == 0, study.points
    found = []
    for place, feature in enumerate(study.survey.features):
        codes = study.codes[:, place]
        known = ~np.isnan(codes)
        for name, gave in _sides(feature, codes, language):
            one, other = gave & known, ~gave & known
            if min(one.sum(), other.sum()) >= FEWEST:
                found.append(_compare(name, best, points, one, other))
    if not found:
        return ()
    adjusted = false_discovery_control([one.p for one in found])
    return _widened([replace(one, adjusted=float(p)) for one, p in zip(found, adjusted, strict=True)])


def _widened(found: Sequence[Driver]) -> tuple[Driver, ...]:
    """Widen the intervals for how many of all were picked out."""
    from scipy.stats import norm

    picked = max(sum(one.adjusted < LEVEL for one in found), 1)
    z = float(norm.isf(LEVEL * picked / len(found) / 2))
    wide = [
        replace(one, widened=newcombe((one.best_of_gave, one.gave), (one.best_of_others, one.others), z))
        for one in found
    ]
    return tuple(sorted(wide, key=lambda one: -one.difference))


def _compare(name: str, best: np.ndarray, points: Floats, one: np.ndarray, other: np.ndarray) -> Driver:
    counts = int(one.sum()), int(other.sum())
    hits = int(best[one].sum()), int(best[other].sum())
    return Driver(
        name=name,
        gave=counts[0],
        others=counts[1],
        best_of_gave=hits[0],
        best_of_others=hits[1],
        delta=cliffs_delta(points[one], points[other]),
        p=difference_p((hits[0], counts[0]), (hits[1], counts[1])),
    )


def _sides(feature: Feature, codes: Floats, language: str) -> list[tuple[str, np.ndarray]]:
    """Return what may have been given, and who gave it: a box, a level without an order, the upper part of a scale."""
    name = feature.name.to(language)
    if feature.kind == "binary":
        return [(name, codes == 1)]
    if feature.kind == "nominal":
        return [
            (TEXTS.text("is_level", language, name=name, label=label), codes == code)
            for code, label in labels(feature, language)
        ]
    cut = upper_half(codes)
    if cut is None:
        return []
    if feature.kind == "number":
        return [(TEXTS.text("above", language, name=name, value=f"{cut:g}"), codes >= cut)]
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


def newcombe(one: tuple[int, int], other: tuple[int, int], z: float) -> Interval:
    """Return the interval of the difference of two shares, each given as (part, whole), at ``z`` standard errors."""
    (p1, low1, high1), (p2, low2, high2) = _wilson(one, z), _wilson(other, z)
    difference = p1 - p2
    below = np.hypot(p1 - low1, high2 - p2)
    above = np.hypot(high1 - p1, p2 - low2)
    return float(difference - below), float(difference + above)


def _wilson(part: tuple[int, int], z: float) -> tuple[float, float, float]:
    p, n = part[0] / part[1], part[1]
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    reach = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return p, max(0.0, float(middle - reach)), min(1.0, float(middle + reach))


def difference_p(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return the two-sided p-value that two shares, each given as (part, whole), are the same.

    By Fisher's exact test up to 1,000 people, beyond by the normal approximation, which is the same there.
    """
    from scipy.stats import fisher_exact, norm

    table = [[one[0], one[1] - one[0]], [other[0], other[1] - other[0]]]
    if one[1] + other[1] <= 1_000:
        return float(fisher_exact(table).pvalue)
    pooled = (one[0] + other[0]) / (one[1] + other[1])
    error = np.sqrt(pooled * (1 - pooled) * (1 / one[1] + 1 / other[1]))
    if error == 0:
        return 1.0
    return float(2 * norm.sf(abs(one[0] / one[1] - other[0] / other[1]) / error))


def cliffs_delta(one: Floats, other: Floats) -> float:
    """Return how much more often a value of ``one`` is above one of ``other`` than below it: -1 to 1."""
    ordered = np.sort(other)
    below = np.searchsorted(ordered, one, side="left").sum()
    above = (len(other) - np.searchsorted(ordered, one, side="right")).sum()
    return float((below - above) / (len(one) * len(other)))


# -- in words -------------------------------------------------------------------------------------------------------


def section(study: Study, language: str) -> Section:
    """Return drivers and risk factors, as far as the data carries them."""
    words, found = TEXTS.all(language), drivers(study, language)
    best = study.survey.target.grades[0].text.to(language)
    parts: list[Part] = [TEXTS.text("intro", language, best=best), words["how"]]
    title = TEXTS.text("picture", language, best=best)
    if not found:
        few = LeftOut(title, TEXTS.text("few", language, least=FEWEST))
        return Section("drivers", words["title"], (*parts, few))
    named = {kind: [one.name for one in found if one.kind == kind] for kind in ("driver", "risk")}
    for kind, text in (("driver", "drivers"), ("risk", "risks")):
        if named[kind]:
            order = named[kind] if kind == "driver" else named[kind][::-1]
            parts.append(TEXTS.text(text, language, best=best, names=", ".join(order)))
    if not any(named.values()):
        parts.append(TEXTS.text("nothing", language, best=best, tested=len(found)))
    parts += [_picture(found, title, language), _table(found, language)]
    return Section("drivers", words["title"], tuple(parts))


def _shown(found: Sequence[Driver]) -> list[Driver]:
    """Return the differences that are drawn: the largest, up or down, in their order."""
    kept = sorted(found, key=lambda one: -abs(one.difference))[:SHOWN]
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
    small = [one.name for one in shown if min(one.gave, one.others) < SMALL]
    note = TEXTS.text("note", language, least=SMALL, names=", ".join(small)) if small else ""
    return Picture("drivers", title, TEXTS.text("alt", language, **ends), chart, note)


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
        Column(words["p"], "p"),
        Column(words["is"]),
    )
    rows = tuple(
        (
            *(one.name, one.gave, one.others, one.best_of_gave / one.gave, one.best_of_others / one.others),
            *(one.difference, *one.interval, *one.widened, one.delta, one.adjusted, words[one.kind]),
        )
        for one in found
    )
    return Table("drivers", words["table"], columns, rows, words["delta_note"])
