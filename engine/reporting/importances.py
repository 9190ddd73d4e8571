"""Which answers matter to the model: three measures side by side, and how each answer moves people's scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.importance import Importance, some_impacts
from engine.intervals import Z
from engine.locales import LOCALES
from engine.reporting.answers import on_scale
from engine.reporting.charts import Bars, Dots, Series, Swarm
from engine.reporting.numbers import number, signed
from engine.reporting.parts import Column, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Which answers matter to the guess",
    "intro": "Three measures, because they do not say the same. Permutation: what guesses of unseen people lose "
    "when the answer is shuffled among them. Mean impact: how far the answer moves people's scores. Gini: what a "
    "forest splits on, which favours answers of many levels, whether or not that helps.",
    "sure": "The guess needs these, beyond what chance shows among {count} answers looked at: {names}.",
    "none_sure": "Of no single answer can it be shown that the guess needs it: answers that go together can stand "
    "in for each other.",
    "overrated": "The measures differ most on “{name}”: number {gini} of {count} by Gini, number {lost} by what "
    "guesses lose. A forest splits on it, but for unseen people that is not seen to help.",
    "permutation": "What the guess loses without the answer",
    "loss": "Log-loss lost when the answer is shuffled (95% interval)",
    "nothing": "nothing lost",
    "permutation_alt": "Dots with intervals, most first: {name} {value}.",
    "impact": "How far answers move the score",
    "points": "Mean absolute impact, in points",
    "impact_alt": "Bars, longest first: {name}, {value} points.",
    "swarm": "How each answer moves people's scores",
    "swarm_axis": "Impact on the score, in points",
    "low": "low answer",
    "high": "high answer",
    "swarm_alt": "A row of points for each answer, one a person: to the right it raises the score, to the left it "
    "lowers it. Furthest apart: {name}.",
    "swarm_note": "{people} people. Where points of high answers lie on the right, high answers raise the score. Dark "
    "grey: an answer without an order, or none. It shows what the model does with an answer, not what the answer "
    "causes.",
    "table": "Importances side by side",
    "answer": "Answer",
    "from": "95% from",
    "to": "to",
    "gini": "Gini share",
}
TEXTS = Texts(LOCALES, "report_importances", ENGLISH)

SHOWN = 12
"""Answers in a picture."""
FALSE_ALARMS = 0.05
"""Their share, at most, among the answers that the guess is said to need."""


def needed(found: Sequence[Importance]) -> list[Importance]:
    """Return the answers whose loss is above 0 beyond what chance shows among so many.

    References
    ----------
    Benjamini & Hochberg (1995), Controlling the false discovery rate, J. R. Stat. Soc. B 57.
    """
    from scipy.stats import false_discovery_control, norm

    lost = np.array([one.permutation.mean for one in found])
    errors = np.array([one.permutation.high - one.permutation.mean for one in found]) / Z
    chances = norm.sf(np.divide(lost, errors, out=np.zeros_like(lost), where=errors > 0))
    return [one for one, p in zip(found, false_discovery_control(chances), strict=True) if p < FALSE_ALARMS]


def overrated(found: Sequence[Importance]) -> Importance | None:
    """Return the answer that stands further up by Gini than by what guesses lose, by half of all answers or more.

    None where there is none, and where the guess may yet need it.

    Parameters
    ----------
    found : sequence of Importance
        What guesses lose most first.
    """
    by_gini = _by_gini(found)
    apart = max(found, key=lambda one: found.index(one) - by_gini.index(one))
    far = found.index(apart) - by_gini.index(apart) >= max(len(found) / 2, 2)
    return apart if far and apart.permutation.low <= 0 else None


def _by_gini(found: Sequence[Importance]) -> list[Importance]:
    return sorted(found, key=lambda one: -one.gini)


def section(study: Study, language: str) -> Section:
    """Return which answers matter."""
    words, found = TEXTS.all(language), study.evaluation.importances
    sure = ", ".join(_name(study, one, language) for one in needed(found))
    parts: list[Part] = [words["intro"]]
    parts.append(TEXTS.text("sure", language, count=len(found), names=sure) if sure else words["none_sure"])
    apart = overrated(found)
    if apart is not None:
        said = {"gini": 1 + _by_gini(found).index(apart), "lost": 1 + found.index(apart), "count": len(found)}
        parts.append(TEXTS.text("overrated", language, name=_name(study, apart, language), **said))
    parts += [_permutation(study, language), _impact(study, language), _swarm(study, language)]
    parts.append(_table(study, language))
    return Section("importances", words["title"], tuple(parts))


def _name(study: Study, one: Importance, language: str) -> str:
    return study.survey.feature[one.feature].name.to(language)


def _permutation(study: Study, language: str) -> Picture:
    words, shown = TEXTS.all(language), study.evaluation.importances[:SHOWN]
    series = Series(
        "",
        tuple(one.permutation.mean for one in shown),
        tuple((one.permutation.low, one.permutation.high) for one in shown),
    )
    names = tuple(_name(study, one, language) for one in shown)
    chart = Dots(names, (series,), words["loss"], reference=0.0, reference_label=words["nothing"])
    alt = TEXTS.text("permutation_alt", language, name=names[0], value=signed(shown[0].permutation.mean, 3))
    return Picture("importances", words["permutation"], alt, chart)


def _impact(study: Study, language: str) -> Picture:
    words = TEXTS.all(language)
    shown = sorted(study.evaluation.importances, key=lambda one: -one.mean_impact)[:SHOWN]
    names = tuple(_name(study, one, language) for one in shown)
    chart = Bars(names, (Series("", tuple(one.mean_impact for one in shown)),), words["points"])
    alt = TEXTS.text("impact_alt", language, name=names[0], value=number(shown[0].mean_impact))
    return Picture("mean_impacts", words["impact"], alt, chart)


def _swarm(study: Study, language: str) -> Picture:
    words, features = TEXTS.all(language), study.survey.features
    blend, grades = study.trained.learnt.blend, len(study.survey.target.grades)
    rows, impacts = some_impacts(blend, study.codes, grades, study.seed)
    order = np.argsort(-np.abs(impacts).mean(axis=0), kind="stable")[:SHOWN]
    shades = [on_scale(features[place], study.codes[:, place])[rows] for place in order]
    names = tuple(features[place].name.to(language) for place in order)
    chart = Swarm(
        categories=names,
        values=tuple(tuple(map(float, impacts[:, place].round(4))) for place in order),
        shades=tuple(tuple(None if np.isnan(one) else round(float(one), 3) for one in row) for row in shades),
        axis=words["swarm_axis"],
        low=words["low"],
        high=words["high"],
    )
    alt = TEXTS.text("swarm_alt", language, name=names[0])
    note = TEXTS.text("swarm_note", language, people=len(rows))
    return Picture("swarm", words["swarm"], alt, chart, note, interactive=True)


def _table(study: Study, language: str) -> Table:
    words = TEXTS.all(language)
    columns = (
        Column(words["answer"]),
        Column(words["loss"], "signed", 4),
        Column(words["from"], "signed", 4),
        Column(words["to"], "signed", 4),
        Column(words["points"], "number", 3),
        Column(words["gini"], "share", 3),
    )
    rows = tuple(
        (
            _name(study, one, language),
            *(one.permutation.mean, one.permutation.low, one.permutation.high),
            *(one.mean_impact, one.gini),
        )
        for one in study.evaluation.importances
    )
    return Table("importances", words["table"], columns, rows)
