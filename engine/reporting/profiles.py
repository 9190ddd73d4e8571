"""Profiles of the segments: how the people in each answered, beside everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from engine.intervals import wilson
from engine.locales import LOCALES
from engine.predictors import Floats
from engine.reporting.answers import answer_name, on_scale
from engine.reporting.charts import Bars, Heatmap, Radar, Series
from engine.reporting.numbers import number, share
from engine.reporting.outcomes import FEWEST, SMALL
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.translation import Texts, closest

ENGLISH = {
    "title": "Profiles of the segments",
    "intro": "The groups were made from these very answers, so of course they differ in them: a p-value would be "
    "circular, and none is given. Eta squared says how much of an answer's variance lies between the groups (0 to 1).",
    "small": "Fewer than {least} people, whose means can be far off: {names}.",
    "left_out": "Of segments of fewer than {least} people no means are given: {names}.",
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
    "heatmap_note": "Written is the segment's mean: of the codes of a scale, of a box or an answer without an order "
    "the share that gave it. Empty: fewer than {least} of them answered.",
    "heatmap_some": "Of {all} answers the {shown} are drawn in which the segments differ most.",
    "bars": "Where the segments differ most",
    "place": "Mean place on the scale (0 lowest, 1 highest)",
    "bars_alt": "Bars of the segments' means, for the answers in which they differ most: first {name}.",
    "bars_note": "Of a box, or an answer without an order, the share that gave it. Of a number, 0 and 1 are the lowest "
    "and the highest that anybody gave.",
    "radar": "Segments at a glance",
    "radar_legend": "From the centre (0, the lowest answer) outwards (1, the highest).",
    "radar_alt": "One closed line a segment over the answers in which they differ most: {names}.",
    "radar_note": "Compare axis by axis: the areas depend on which answers stand side by side.",
    "few": "It takes {count} answers in which segments differ (eta squared of {least} and more); there are fewer.",
    "one": "There is one segment only: its profile is everybody's.",
    "nothing": "Fewer than two segments have {least} people: nothing can be compared.",
    "means": "Means by segment",
    "answer": "Answer",
    "everybody": "Everybody",
    "eta": "Eta squared",
}
TEXTS = Texts(LOCALES, "report_profiles", ENGLISH)

REACH = 1.5
"""Standard deviations at which the shades end."""
MOST_ROWS = 24
"""Answers in the heatmap."""
MOST_ANSWERS = 8
"""Answers in the bars and in the radar."""
MOST_BARS = 30
"""Bars in one picture, of all segments together: where there are many segments answers are left out for it."""
FEWEST_AXES = 3
SMALLEST_ETA = 0.01
"""Of an answer in which segments are said to differ: Cohen's small effect (1988)."""


@dataclass(frozen=True)
class Profile:
    """How the segments' people answered one question, treated one box, or how many gave one answer without an order.

    Attributes
    ----------
    feature : int
        Place among the survey's features.
    level : float or None
        Of a nominal question the code of the answer whose share is meant.
    means : ndarray of shape (n_segments,)
        Of the codes, or the share; NaN where fewer than `FEWEST` people answered.
    everybody : float
    spread : float
        Standard deviation over everybody.
    places : ndarray of shape (n_segments,)
        Mean place on the scale, from 0 to 1.
    eta_squared : float
        Part of the variance between the segments.
    """

    feature: int
    level: float | None
    means: Floats
    everybody: float
    spread: float
    places: Floats
    eta_squared: float


def profiles(study: Study) -> tuple[Profile, ...]:
    """Return how the segments answered, what sets them apart most first; no answer is among them that nobody gave.

    References
    ----------
    Kriegeskorte, Simmons, Bellgowan & Baker (2009), Circular analysis in systems neuroscience: the dangers of double
    dipping, Nature Neuroscience 12: why there is an effect size, but no test.
    """
    found = []
    for place, feature in enumerate(study.survey.features):
        codes = study.codes[:, place]
        known = ~np.isnan(codes)
        given, segments = codes[known], study.segments[known]
        if feature.kind == "nominal":
            for level in np.unique(given):
                is_level = (given == level).astype(float)
                found.append(_profile(study, place, float(level), is_level, is_level, segments))
        elif len(given):
            found.append(_profile(study, place, None, given, on_scale(feature, codes)[known], segments))
    return tuple(sorted(found, key=lambda one: -one.eta_squared))


def _profile(
    study: Study, feature: int, level: float | None, values: Floats, places: Floats, segments: np.ndarray
) -> Profile:
    people = np.bincount(segments, minlength=len(study.segmentation.segments))
    means, everybody = _means(values, segments, people), float(values.mean())
    total = float(((values - everybody) ** 2).sum())
    between = float(np.nansum(people * (means - everybody) ** 2))
    enough = people >= FEWEST
    return Profile(
        feature=feature,
        level=level,
        means=np.where(enough, means, np.nan),
        everybody=everybody,
        spread=float(values.std()),
        places=np.where(enough, _means(places, segments, people), np.nan),
        eta_squared=between / total if total > 1e-12 else 0.0,
    )


def _means(values: Floats, segments: np.ndarray, people: np.ndarray) -> Floats:
    sums = np.bincount(segments, weights=values, minlength=len(people))
    means: Floats = np.divide(sums, people, out=np.full(len(people), np.nan), where=people > 0)
    return means


def section(study: Study, language: str) -> Section:
    """Return the segments' sizes and profiles."""
    words, found = TEXTS.all(language), profiles(study)
    sizes = np.bincount(study.segments, minlength=len(study.segmentation.segments))
    shown = [place for place, size in enumerate(sizes) if size >= FEWEST]
    if len(sizes) == 1:
        single = (LeftOut(words["heatmap"], words["one"]), _table(study, found, shown, language))
        return Section("profiles", words["title"], (_sizes(study, language), *single))
    parts: list[Part] = [words["intro"], _sizes(study, language), *_warnings(study, sizes, language)]
    if len(shown) < 2:
        parts.append(LeftOut(words["heatmap"], TEXTS.text("nothing", language, least=FEWEST)))
    else:
        varied = [one for one in found if one.spread > 0]
        if varied:
            parts.append(_heatmap(study, varied, shown, language))
        parts += [_bars(study, found, shown, language), _radar(study, found, shown, language)]
        parts.append(_table(study, found, shown, language))
    return Section("profiles", words["title"], tuple(parts))


def _warnings(study: Study, sizes: np.ndarray, language: str) -> Iterator[str]:
    names = study.segment_names(language)
    hidden = [name for name, size in zip(names, sizes, strict=True) if size < FEWEST]
    small = [name for name, size in zip(names, sizes, strict=True) if FEWEST <= size < SMALL]
    if hidden:
        yield TEXTS.text("left_out", language, least=FEWEST, names=", ".join(hidden))
    if small:
        yield TEXTS.text("small", language, least=SMALL, names=", ".join(small))


def _sizes(study: Study, language: str) -> Table:
    words, n = TEXTS.all(language), len(study.y)
    rows = []
    for place, name in enumerate(study.segment_names(language)):
        size = int((study.segments == place).sum())
        part = wilson(size, n)
        person = study.segmentation.segments[place].person
        said = person[closest(language, tuple(person)) or study.survey.languages[0]]
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
    return answer_name(study.survey.features[one.feature], one.level, language)


def _heatmap(study: Study, found: Sequence[Profile], segments: Sequence[int], language: str) -> Picture:
    words, drawn, names = TEXTS.all(language), found[:MOST_ROWS], study.segment_names(language)
    chart = Heatmap(
        rows=tuple(_name(study, one, language) for one in drawn),
        columns=tuple(names[place] for place in segments),
        values=tuple(tuple(_shade(one, float(one.means[place])) for place in segments) for one in drawn),
        lowest=-REACH,
        highest=REACH,
        legend=words["heatmap_legend"],
        written=tuple(tuple(_written(study, one, float(one.means[place])) for place in segments) for one in drawn),
    )
    alt = TEXTS.text("heatmap_alt", language, name=_name(study, drawn[0], language))
    note = TEXTS.text("heatmap_note", language, least=FEWEST)
    if len(drawn) < len(found):
        note = f"{TEXTS.text('heatmap_some', language, all=len(found), shown=len(drawn))} {note}"
    return Picture("profiles", words["heatmap"], alt, chart, note, interactive=True)


def _shade(one: Profile, mean: float) -> float | None:
    return None if np.isnan(mean) else float(np.clip((mean - one.everybody) / one.spread, -REACH, REACH))


def _written(study: Study, one: Profile, mean: float) -> str:
    if np.isnan(mean):
        return ""
    is_share = one.level is not None or study.survey.features[one.feature].kind == "binary"
    return share(mean) if is_share else number(mean)


def _bars(study: Study, found: Sequence[Profile], segments: Sequence[int], language: str) -> Picture | LeftOut:
    words, drawn = TEXTS.all(language), _telling(found)[: max(1, MOST_BARS // len(segments))]
    if not drawn:
        return LeftOut(words["bars"], _few(1, language))
    names = tuple(_name(study, one, language) for one in drawn)
    alt = TEXTS.text("bars_alt", language, name=names[0])
    chart = Bars(names, _series(study, drawn, segments, language), words["place"])
    return Picture("profile_bars", words["bars"], alt, chart, words["bars_note"])


def _radar(study: Study, found: Sequence[Profile], segments: Sequence[int], language: str) -> Picture | LeftOut:
    words, drawn = TEXTS.all(language), _telling(found)
    if len(drawn) < FEWEST_AXES:
        return LeftOut(words["radar"], _few(FEWEST_AXES, language))
    names = tuple(_name(study, one, language) for one in drawn)
    alt = TEXTS.text("radar_alt", language, names=", ".join(names))
    chart = Radar(names, _series(study, drawn, segments, language), 0.0, 1.0, words["radar_legend"])
    return Picture("profile_radar", words["radar"], alt, chart, words["radar_note"])


def _telling(found: Sequence[Profile]) -> list[Profile]:
    """Return the answers in which segments differ most, one a question: two of three levels say what the third says."""
    first = {one.feature: one for one in reversed(found) if one.eta_squared >= SMALLEST_ETA}
    return [one for one in found if first.get(one.feature) is one][:MOST_ANSWERS]


def _few(least: int, language: str) -> str:
    return TEXTS.text("few", language, count=least, least=number(SMALLEST_ETA))


def _series(study: Study, drawn: Sequence[Profile], segments: Sequence[int], language: str) -> tuple[Series, ...]:
    names = study.segment_names(language)
    return tuple(Series(names[place], tuple(_cell(one.places[place]) for one in drawn)) for place in segments)


def _cell(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _table(study: Study, found: Sequence[Profile], segments: Sequence[int], language: str) -> Table:
    words, names = TEXTS.all(language), study.segment_names(language)
    several = len(names) > 1
    columns = [
        Column(words["answer"]),
        *(Column(names[place], "number", 3) for place in segments if several),
        Column(words["everybody"], "number", 3),
        *([Column(words["eta"], "number")] if several else []),
    ]
    rows = tuple(
        (
            _name(study, one, language),
            *(_cell(one.means[place]) for place in segments if several),
            one.everybody,
            *([one.eta_squared] if several else []),
        )
        for one in found
    )
    return Table("profiles", words["means"], tuple(columns), rows)
