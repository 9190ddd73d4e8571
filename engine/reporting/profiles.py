"""Profiles of the segments: how the people in each answered, beside everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.intervals import wilson
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.answers import on_scale
from engine.reporting.charts import Bars, Heatmap, Radar, Series
from engine.reporting.numbers import number, share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts

ENGLISH = {
    "title": "Profiles of the segments",
    "intro": "The groups were made from these very answers, so of course they differ in them: a p-value would prove "
    "nothing, and none is given. Eta squared says how much of an answer's variance lies between the groups (0 to 1).",
    "sizes": "Segments and their sizes",
    "segment": "Segment",
    "people": "People",
    "part": "Share",
    "from": "95% from",
    "to": "to",
    "said": "What people in it are told",
    "heatmap": "Segments beside everybody",
    "heatmap_legend": "Standard deviations from everybody's mean",
    "heatmap_alt": "Shades of how far each segment's mean lies from everybody's. They differ most in {name}.",
    "heatmap_note": "Written is the segment's mean: of the codes of a scale, of a box the share that ticked it.",
    "bars": "Where the segments differ most",
    "place": "Mean place on the scale (0 lowest, 1 highest)",
    "bars_alt": "Bars of the segments' means, for the answers in which they differ most: first {name}.",
    "radar": "Segments at a glance",
    "radar_legend": "From the centre (0, the lowest answer) outwards (1, the highest).",
    "radar_alt": "One closed line a segment over the answers in which they differ most: {names}.",
    "few": "It takes three answers in which segments differ; there are fewer.",
    "one": "There is one segment only: its profile is everybody's.",
    "means": "Means by segment",
    "answer": "Answer",
    "everybody": "Everybody",
    "eta": "Eta squared",
    "names": "Answers without an order have no mean and are left out of the means.",
}
TEXTS = Texts(LOCALES, "report_profiles", ENGLISH)

REACH = 1.5
"""Standard deviations at which the shades end."""
MOST_ROWS = 24
"""Answers in the heatmap."""
MOST_BARS = 8
MOST_AXES = 8
SHOWN_BARS = 120
"""Bars in one picture at most, of all segments together: answers are left out for it."""
FEWEST_AXES = 3


@dataclass(frozen=True)
class Profile:
    """How the segments' people answered one question, or treated one box.

    Attributes
    ----------
    feature : int
        Place among the survey's features.
    means : ndarray of shape (n_segments,)
        Of the codes; NaN where nobody answered.
    everybody : float
    spread : float
        Standard deviation over everybody.
    places : ndarray of shape (n_segments,)
        Mean place on the scale, from 0 to 1.
    eta_squared : float
        Part of the variance between the segments.
    """

    feature: int
    means: Floats
    everybody: float
    spread: float
    places: Floats
    eta_squared: float


def profiles(study: Study) -> tuple[Profile, ...]:
    """Return how the segments answered, what sets them apart most first; answers without an order are left out."""
    count = len(study.segmentation.segments)
    found = []
    for place, feature in enumerate(study.survey.features):
        codes = study.codes[:, place]
        known = ~np.isnan(codes)
        if feature.kind == "nominal" or not known.any():
            continue
        people = np.bincount(study.segments[known], minlength=count)
        means = _means(codes[known], study.segments[known], people)
        total = float(((codes[known] - codes[known].mean()) ** 2).sum())
        between = float(np.nansum(people * (means - codes[known].mean()) ** 2))
        found.append(
            Profile(
                feature=place,
                means=means,
                everybody=float(codes[known].mean()),
                spread=float(codes[known].std()),
                places=_means(on_scale(feature, codes)[known], study.segments[known], people),
                eta_squared=between / total if total > 0 else 0.0,
            )
        )
    return tuple(sorted(found, key=lambda one: -one.eta_squared))


def _means(values: Floats, segments: np.ndarray, people: np.ndarray) -> Floats:
    sums = np.bincount(segments, weights=values, minlength=len(people))
    means: Floats = np.divide(sums, people, out=np.full(len(people), np.nan), where=people > 0)
    return means


def section(study: Study, language: str) -> Section:
    """Return the segments' sizes and profiles."""
    words, found = TEXTS.all(language), profiles(study)
    parts: list[Part] = [words["intro"], _sizes(study, language)]
    if len(study.segmentation.segments) == 1:
        parts.append(LeftOut(words["heatmap"], words["one"]))
    elif found:
        parts += [_heatmap(study, found, language), _bars(study, found, language), _radar(study, found, language)]
    if len(found) < len(study.survey.features):
        parts.append(words["names"])
    parts.append(_table(study, found, language))
    return Section("profiles", words["title"], tuple(parts))


def _sizes(study: Study, language: str) -> Table:
    words, n = TEXTS.all(language), len(study.y)
    rows = []
    for place, name in enumerate(study.segment_names(language)):
        size = int((study.segments == place).sum())
        part = wilson(size, n)
        person = study.segmentation.segments[place].person
        said = person.get(language) or person[study.survey.languages[0]]
        rows.append((name, size, part.value, part.low, part.high, said))
    columns = (
        Column(words["segment"]),
        Column(words["people"], "count"),
        Column(words["part"], "share", 3),
        Column(words["from"], "share", 3),
        Column(words["to"], "share", 3),
        Column(words["said"]),
    )
    return Table("segments", words["sizes"], columns, tuple(rows))


def _name(study: Study, one: Profile, language: str) -> str:
    return study.survey.features[one.feature].name.to(language)


def _heatmap(study: Study, found: tuple[Profile, ...], language: str) -> Picture:
    words, shown = TEXTS.all(language), found[:MOST_ROWS]
    values = tuple(
        tuple(
            None if np.isnan(mean) else float(np.clip((mean - one.everybody) / (one.spread or 1.0), -REACH, REACH))
            for mean in one.means
        )
        for one in shown
    )
    chart = Heatmap(
        rows=tuple(_name(study, one, language) for one in shown),
        columns=study.segment_names(language),
        values=values,
        lowest=-REACH,
        highest=REACH,
        legend=words["heatmap_legend"],
        written=tuple(tuple(_written(study, one, float(mean)) for mean in one.means) for one in shown),
    )
    alt = TEXTS.text("heatmap_alt", language, name=_name(study, shown[0], language))
    return Picture("profiles", words["heatmap"], alt, chart, words["heatmap_note"], interactive=True)


def _written(study: Study, one: Profile, mean: float) -> str:
    if np.isnan(mean):
        return ""
    return share(mean) if study.survey.features[one.feature].kind == "binary" else number(mean)


def _bars(study: Study, found: tuple[Profile, ...], language: str) -> Picture:
    words, segments = TEXTS.all(language), study.segment_names(language)
    shown = found[: max(1, min(MOST_BARS, SHOWN_BARS // (4 * len(segments))))]
    series = tuple(
        Series(name, tuple(None if np.isnan(one.places[place]) else float(one.places[place]) for one in shown))
        for place, name in enumerate(segments)
    )
    names = tuple(_name(study, one, language) for one in shown)
    alt = TEXTS.text("bars_alt", language, name=names[0])
    return Picture("profile_bars", words["bars"], alt, Bars(names, series, words["place"]))


def _radar(study: Study, found: tuple[Profile, ...], language: str) -> Picture | LeftOut:
    words, shown = TEXTS.all(language), found[:MOST_AXES]
    if len(shown) < FEWEST_AXES:
        return LeftOut(words["radar"], words["few"])
    series = tuple(
        Series(name, tuple(None if np.isnan(one.places[place]) else float(one.places[place]) for one in shown))
        for place, name in enumerate(study.segment_names(language))
    )
    names = tuple(_name(study, one, language) for one in shown)
    alt = TEXTS.text("radar_alt", language, names=", ".join(names))
    return Picture("profile_radar", words["radar"], alt, Radar(names, series, 0.0, 1.0, words["radar_legend"]))


def _table(study: Study, found: tuple[Profile, ...], language: str) -> Table:
    words = TEXTS.all(language)
    columns = (
        Column(words["answer"]),
        *(Column(name, "number", 3) for name in study.segment_names(language)),
        Column(words["everybody"], "number", 3),
        Column(words["eta"], "number"),
    )
    rows = tuple(
        (
            _name(study, one, language),
            *(None if np.isnan(mean) else float(mean) for mean in one.means),
            *(one.everybody, one.eta_squared),
        )
        for one in found
    )
    return Table("profiles", words["means"], columns, rows)
