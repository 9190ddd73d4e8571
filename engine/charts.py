"""The picture that one person gets: how their own answers moved the score, and its place among the grades."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.assessment import Assessment, Impact
from engine.locales import LOCALES
from engine.survey import Feature, Survey
from engine.translation import Texts

MOST_BARS = 8
"""Answers with a bar of their own: more, and the picture gets too tall for a phone."""


# -- words --------------------------------------------------------------------------------------------------


ENGLISH = {
    "title": "How your answers moved my guess",
    "subtitle": "Average {base} → your score {score} of {most}",
    "base": "Average {base}",
    "score": "You {score}",
    "lowers": "lower",
    "raises": "higher",
    "yes": "yes",
    "no": "no",
    "missing": "not answered",
    "others": "{count} other answers",
    "synthetic": "Demonstration: invented data",
}
"""The chart's own words; all others come from the survey."""

TEXTS = Texts(LOCALES, "chart", ENGLISH)


# -- numbers ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """One answer, or several taken together, and how far it moved the score.

    Attributes
    ----------
    name : str
        What was asked, in short: "Usage frequency"; or "11 other answers".
    answer : str
        The person's own answer: "Daily"; empty where the bar stands for several.
    impact : float
        In points; above 0 it raised the score.
    """

    name: str
    answer: str
    impact: float

    @property
    def label(self) -> str:
        """Name and answer in one: "Usage frequency: Daily"."""
        return f"{self.name}: {self.answer}" if self.answer else self.name

    @property
    def value(self) -> str:
        """The impact as it is written: with its sign, which 0.00 has not."""
        rounded = round(self.impact, 2)
        return f"{rounded:+.2f}".replace("-", "−") if rounded else "0.00"


@dataclass(frozen=True, slots=True)
class Scale:
    """The grades along the score.

    Attributes
    ----------
    question : str
        What the score is about.
    grades : tuple of str
        Their letters, worst grade first; each is a band of the scale.
    worst, best : str
        What the scale's two ends stand for: answers to the question. The bands between have no words, because a
        grade is cut by how people compare and need not be the likeliest answer.
    cuts : tuple of float
        Ascending, in points, one between each two bands; a score at a cut belongs to the band above it.
    most : float
        The best possible score, in points; the worst is 0.
    """

    question: str
    grades: tuple[str, ...]
    worst: str
    best: str
    cuts: tuple[float, ...]
    most: float

    def position(self, score: float) -> float:
        """Return where a score lies, from 0 (worst) to 1 (best), when every band is equally wide.

        Grades are cut where people differ, so in points some bands are far too narrow for a letter. Within a
        band the position is linear in the score.
        """
        edges = (0.0, *self.cuts, self.most)
        score = min(max(score, 0.0), self.most)
        band = min(bisect_right(self.cuts, score), len(self.grades) - 1)
        low, high = edges[band], edges[band + 1]
        within = (score - low) / (high - low) if high > low else 0.5
        return (band + min(max(within, 0.0), 1.0)) / len(self.grades)


@dataclass(frozen=True, slots=True)
class ImpactChart:
    """All words and numbers of one person's chart.

    Attributes
    ----------
    title, subtitle : str
    scale : Scale
    grade : str
        The letter of the person's band.
    base, score : float
        Everyone's mean score and the person's own, in points.
    base_label, score_label : str
        What stands at the two marks on the scale.
    lowers, raises : str
        What a bar to the left, and one to the right, means.
    bars : tuple of Bar
        Largest absolute impact first, the sum of the remaining answers last; ``base + Σ impacts == score``.
    note : str or None
        What must be said about the chart as a whole.
    """

    title: str
    subtitle: str
    scale: Scale
    grade: str
    base: float
    score: float
    base_label: str
    score_label: str
    lowers: str
    raises: str
    bars: tuple[Bar, ...]
    note: str | None

    def png(self) -> bytes:
        """Draw the chart.

        Returns
        -------
        bytes
            A PNG file, 720 pixels wide and at most 1,280 tall; the same for the same chart, in any thread.
        """
        from engine.chart_layout import draw

        return draw(self)


def impact_chart(survey: Survey, assessment: Assessment, language: str = "en", *, most: int = MOST_BARS) -> ImpactChart:
    """Put one person's chart into words and numbers.

    Parameters
    ----------
    survey : Survey
        The survey that was answered.
    assessment : Assessment
        What the model says about the answers.
    language : str, default "en"
        Language of the words; what is not translated falls back to the survey's first language, or English.
    most : int, default 8
        How many answers get a bar of their own; the others share one. Between 1 and 8.

    Returns
    -------
    ImpactChart

    Raises
    ------
    ValueError
        If ``most`` is out of range, or the assessment's thresholds do not fit the survey's grades.
    """
    if not 1 <= most <= MOST_BARS:
        raise ValueError(f"most is {most}; between 1 and {MOST_BARS} bars fit into the picture")
    words = TEXTS.all(language)
    scale = _scale(survey, assessment.thresholds, language)
    base, score = f"{assessment.base:.2f}", f"{assessment.score:.2f}"
    return ImpactChart(
        title=words["title"],
        subtitle=words["subtitle"].format(base=base, score=score, most=f"{scale.most:g}"),
        scale=scale,
        grade=assessment.grade,
        base=assessment.base,
        score=assessment.score,
        base_label=words["base"].format(base=base),
        score_label=words["score"].format(score=score),
        lowers=words["lowers"],
        raises=words["raises"],
        bars=_bars(survey.feature, assessment.impacts, language, most),
        note=words["synthetic"] if assessment.synthetic else None,
    )


def _scale(survey: Survey, thresholds: Sequence[float], language: str) -> Scale:
    grades = survey.target.grades[::-1]
    if len(thresholds) != len(grades) - 1:
        raise ValueError(f"{len(thresholds)} thresholds cannot part {len(grades)} grades")
    return Scale(
        question=survey.target.text.to(language),
        grades=tuple(grade.grade for grade in grades),
        worst=grades[0].text.to(language),
        best=grades[-1].text.to(language),
        cuts=tuple(thresholds),
        most=float(grades[-1].points),
    )


def _bars(features: Mapping[str, Feature], impacts: Sequence[Impact], language: str, most: int) -> tuple[Bar, ...]:
    ranked = sorted(impacts, key=lambda impact: -abs(impact.impact))
    own = most if len(ranked) > most + 1 else len(ranked)  # "1 other answer" may as well be shown itself
    bars = [_bar(features[item.feature], item, language) for item in ranked[:own]]
    if rest := ranked[own:]:
        others = TEXTS.text("others", language, count=len(rest))
        bars.append(Bar(others, "", sum(item.impact for item in rest)))
    return tuple(bars)


def _bar(feature: Feature, item: Impact, language: str) -> Bar:
    return Bar(feature.name.to(language), _answer(feature, item.answer, language), item.impact)


def _answer(feature: Feature, answer: str | None, language: str) -> str:
    words = TEXTS.all(language)
    if answer is None:
        return words["missing"]
    if feature.kind == "binary":
        return words["yes"] if answer == "1" else words["no"]
    if feature.kind == "number":
        unit = feature.question.unit
        return f"{answer} {unit.to(language)}" if unit else answer
    choice = feature.question.find(answer)
    return choice.text.to(language) if choice else answer  # a level that the definition has lost since
