"""Principal components: the directions in which people's answers differ most, in two and three dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.encoding import LEVEL
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.answers import answer_name
from engine.reporting.charts import Bars, Cloud, Heatmap, Series
from engine.reporting.numbers import count, number, share
from engine.reporting.parts import Cell, Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.segmentation import answer_columns, principal_axes
from engine.translation import Texts

ENGLISH = {
    "title": "Principal components",
    "intro": "All answers at once can't be drawn. Principal components are the directions in which people differ most; "
    "people who lie close together answered alike, as far as {explained} of the differences go.",
    "two": "Everybody in two dimensions, by segment",
    "three": "Everybody in three dimensions, by segment",
    "axis": "Component {number} ({explained} of the variance)",
    "cloud_alt": "A point for each of {n} people, coloured by segment: {names}. The more the colours overlap, the "
    "less the segments differ in these directions.",
    "cloud_note": "Where an axis points has no meaning of its own: see the loadings. No point was moved: people who "
    "gave the same answers lie on one another.",
    "sampled": "{n} people, drawn at random, are shown.",
    "label": "{segment} · grade {grade}",
    "variance": "What each component explains",
    "share": "Share of the variance",
    "together": "Together with those before",
    "variance_alt": "Bars that fall from {first}. The first {count} together explain {explained}.",
    "which": "Component",
    "component": "Component {number}",
    "loadings": "What the components are made of",
    "loading": "Loading: how much the answer counts, and in which direction",
    "loadings_alt": "Shades of the answers that count most. Component 1 rests most on {name} ({value}).",
    "all_loadings": "All loadings",
    "answer": "Answer",
    "few": "There are fewer than {count} directions in which people differ.",
    "none": "All gave the same answers: there is no direction in which people differ.",
}
TEXTS = Texts(LOCALES, "report_components", ENGLISH)

MOST_POINTS = 1_500
"""People that are drawn: more cover each other, and make the page heavy."""
MOST_BARS = 10
"""Components whose share is drawn."""
MOST_LOADINGS = 16
"""Answers whose loadings are drawn."""
DIMENSIONS = 3


@dataclass(frozen=True)
class Components:
    """Principal components of what segments rest on.

    Attributes
    ----------
    places : ndarray of shape (n_respondents, 3)
        Where each respondent lies.
    loadings : ndarray of shape (3, n_columns)
    explained : ndarray of shape (n_columns,)
        Part of the whole variance along each direction, largest first.
    """

    places: Floats
    loadings: Floats
    explained: Floats

    @property
    def count(self) -> int:
        """How many of the three there are."""
        return int((self.explained[:DIMENSIONS] > 1e-9).sum())


def components(study: Study) -> Components:
    """Return the principal components of a study's answers; the first two are the model's own plane."""
    found = study.segmentation
    columns = answer_columns(found.encoding, found.weights, study.codes)
    axes = principal_axes(columns, DIMENSIONS)
    return Components((columns - axes.mean) @ axes.loadings.T, axes.loadings, axes.all_explained)


def column_names(study: Study, language: str) -> tuple[str, ...]:
    """Return what each column that segments rest on is called: a question, a box, or one answer without an order."""
    encoding, features = study.segmentation.encoding, study.survey.features
    rested_on = (array[encoding.answers_only] for array in (encoding.source, encoding.role, encoding.level))
    return tuple(
        answer_name(features[int(source)], float(level) if role == LEVEL else None, language)
        for source, role, level in zip(*rested_on, strict=True)
    )


def section(study: Study, language: str) -> Section:
    """Return where people lie in two and three dimensions, and what those are made of."""
    words, found = TEXTS.all(language), components(study)
    if not found.count:
        return Section("components", words["title"], (LeftOut(words["two"], words["none"]),))
    explained = share(float(found.explained[:DIMENSIONS].sum()))
    parts: list[Part] = [TEXTS.text("intro", language, explained=explained)]
    for dimensions, name, title in ((2, "components", words["two"]), (3, "components_3d", words["three"])):
        if found.count < dimensions:
            parts.append(LeftOut(title, TEXTS.text("few", language, count=dimensions)))
        else:
            parts.append(_cloud(study, found, dimensions, name, title, language))
    parts += [*_variance(found, language), *_loadings(study, found, language)]
    return Section("components", words["title"], tuple(parts))


def _cloud(study: Study, found: Components, dimensions: int, name: str, title: str, language: str) -> Picture:
    words, segments = TEXTS.all(language), study.segment_names(language)
    shown = _sample(study)
    axes = tuple(
        TEXTS.text("axis", language, number=place + 1, explained=share(float(found.explained[place])))
        for place in range(dimensions)
    )
    grades = study.survey.target.grades
    chart = Cloud(
        points=tuple(tuple(map(float, row)) for row in found.places[shown, :dimensions].round(3)),
        groups=tuple(int(study.segments[row]) for row in shown),
        names=segments,
        axes=axes,
        labels=tuple(
            TEXTS.text("label", language, segment=segments[study.segments[row]], grade=grades[study.y[row]].grade)
            for row in shown
        ),
    )
    alt = TEXTS.text("cloud_alt", language, n=count(len(shown)), names=", ".join(segments))
    note = words["cloud_note"]
    if len(shown) < len(study.y):
        note = f"{TEXTS.text('sampled', language, n=count(len(shown)))} {note}"
    return Picture(name, title, alt, chart, note, interactive=True)


def _sample(study: Study) -> list[int]:
    rows = np.arange(len(study.y))
    if len(rows) > MOST_POINTS:
        rows = np.sort(study.rng(2).choice(rows, MOST_POINTS, replace=False))
    return [int(row) for row in rows]


def _variance(found: Components, language: str) -> tuple[Part, ...]:
    words = TEXTS.all(language)
    names = tuple(TEXTS.text("component", language, number=place + 1) for place in range(len(found.explained)))
    parts, together = found.explained.tolist(), found.explained.cumsum().tolist()
    said = {"first": share(parts[0]), "count": found.count, "explained": share(together[found.count - 1])}
    chart = Bars(names[:MOST_BARS], (Series("", tuple(parts[:MOST_BARS])),), words["share"], "share")
    columns = (
        Column(words["which"]),
        Column(words["share"], "share", 3),
        Column(words["together"], "share", 3),
    )
    return (
        Picture("explained_variance", words["variance"], TEXTS.text("variance_alt", language, **said), chart),
        Table("explained_variance", words["variance"], columns, tuple(zip(names, parts, together, strict=True))),
    )


def _loadings(study: Study, found: Components, language: str) -> tuple[Part, ...]:
    words, names = TEXTS.all(language), column_names(study, language)
    strength = np.abs(found.loadings[: found.count]).max(axis=0)
    order = [int(place) for place in np.argsort(-strength, kind="stable")]
    shown = order[:MOST_LOADINGS]
    axes = tuple(TEXTS.text("component", language, number=place + 1) for place in range(found.count))
    values = tuple(tuple(float(found.loadings[axis, place]) for axis in range(found.count)) for place in shown)
    reach = max(float(strength.max()), 1e-9)
    chart = Heatmap(
        rows=tuple(names[place] for place in shown),
        columns=axes,
        values=values,
        lowest=-reach,
        highest=reach,
        legend=words["loading"],
        written=tuple(tuple(number(value) for value in row) for row in values),
    )
    first = int(np.abs(found.loadings[0]).argmax())
    ends = {"name": names[first], "value": number(float(found.loadings[0, first]))}
    columns = (Column(words["answer"]), *(Column(axis, "signed", 3) for axis in axes))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (names[place], *(float(found.loadings[axis, place]) for axis in range(found.count))) for place in order
    )
    return (
        Picture("loadings", words["loadings"], TEXTS.text("loadings_alt", language, **ends), chart),
        Table("loadings", words["all_loadings"], columns, rows),
    )
