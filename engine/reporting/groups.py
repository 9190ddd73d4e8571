"""How many segments there are: the elbow, the silhouettes, and whether the same groups would come out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.clustering import CHOICE_ROWS, K_RANGE, SMALLEST_SHARE
from engine.locales import LOCALES
from engine.reporting.charts import Curve, Lines
from engine.reporting.numbers import count, number, share
from engine.reporting.parts import Column, LeftOut, Part, Picture, Section, Table
from engine.reporting.study import Study
from engine.segmentation import Segmentation
from engine.translation import Texts

ENGLISH = {
    "title": "How many segments",
    "intro": "People are grouped by their answers alone (K-Means); the answer to “{target}” is not among them. "
    "The number of groups is the one of the best silhouette between {low} and {high}; groups of under {least} of "
    "the people do not count.",
    "one": "No two different groups were found: everybody is in one segment.",
    "chosen": "chosen: {k}",
    "silhouettes": "How clearly the groups part",
    "silhouette": "Mean silhouette (more is clearer)",
    "silhouettes_alt": "A line over the number of groups; at {k}, which was chosen, {value}.",
    "elbow": "How close people are to their group's middle",
    "inertia": "Sum of squared distances (less is closer)",
    "elbow_alt": "A line that falls from {most} at {low} groups to {least} at {high}. A bend would say that more "
    "groups gain little.",
    "elbow_note": "It always falls: only a clear bend (an elbow) would mean something.",
    "stability": "Would the same groups come out again?",
    "agreement": "Agreement over other samples (1 = the same)",
    "stability_alt": "A line over the number of groups; at {k}, which was chosen, {value}.",
    "stability_note": "Adjusted Rand index between these groups and those of other samples of the same people. Over "
    "other random starts it is {reseeded} at {k}.",
    "k": "Number of groups",
    "none": "There is no substantial structure: a silhouette of {value} is under 0.25. The groups cut one cloud "
    "of people into parts. They are of use to describe these people; they are no kinds of people.",
    "weak": "The structure is weak (a silhouette of {value}; from 0.5 on it would be reasonable, from 0.7 strong).",
    "fair": "The structure is reasonable: a silhouette of {value}.",
    "strong": "The structure is strong: a silhouette of {value}.",
    "stable": "The groups are stable: other people would give much the same ones (agreement {value}).",
    "fairly": "The groups are fairly stable: other people would give similar ones (agreement {value}).",
    "unstable": "The groups are not stable: other people would give other ones (agreement {value}).",
    "tiny": "A clearer silhouette does not count for {numbers} groups: one of them has under {least} of the people.",
    "cut": "That they come out again does not make them kinds of people: one cloud is cut at the same place every "
    "time.",
    "steadier": "Of the numbers that were tried, {k} groups come out again most surely (agreement {value}).",
    "sampled": "Silhouettes and stability were computed on {rows} people drawn at random.",
    "table": "Every number of groups that was tried",
    "is_chosen": "Chosen",
    "yes": "yes",
}
TEXTS = Texts(LOCALES, "report_segments", ENGLISH)

NO_STRUCTURE = 0.25
_STRUCTURE = ((NO_STRUCTURE, "none"), (0.5, "weak"), (0.7, "fair"))
"""Kaufman and Rousseeuw, Finding Groups in Data (1990), on what a silhouette says."""
_STABLE = 0.8
_STABILITY = ((0.65, "unstable"), (_STABLE, "fairly"))
"""Steinley (2004), Psychological Methods 9, on adjusted Rand indices; the model's card has the same words."""


def section(study: Study, language: str) -> Section:
    """Return how many segments there are and why."""
    words, k, least = TEXTS.all(language), len(study.segmentation.segments), share(SMALLEST_SHARE)
    target = study.survey.target.text.to(language)
    intro = TEXTS.text("intro", language, target=target, low=K_RANGE.start, high=K_RANGE.stop - 1, least=least)
    if k == 1:
        return Section("segments", words["title"], (intro, LeftOut(words["silhouettes"], words["one"])))
    parts: list[Part] = [intro, *_structure(study.segmentation, language), *_steadiness(study.segmentation, language)]
    if len(study.y) > CHOICE_ROWS:
        parts.append(TEXTS.text("sampled", language, rows=count(CHOICE_ROWS)))
    parts += _pictures(study, language)
    parts.append(_table(study, language))
    return Section("segments", words["title"], tuple(parts))


def _structure(found: Segmentation, language: str) -> Iterator[str]:
    """Say how clearly the groups part, and which numbers of groups would part more clearly but have a tiny one."""
    k = len(found.segments)
    best = found.silhouettes[k]
    clearer = ", ".join(str(other) for other in sorted(found.silhouettes) if found.silhouettes[other] > best)
    if clearer:
        yield TEXTS.text("tiny", language, numbers=clearer, least=share(SMALLEST_SHARE))
    yield TEXTS.text(_band(best, _STRUCTURE, "strong"), language, value=number(best, 3))


def _steadiness(found: Segmentation, language: str) -> Iterator[str]:
    """Say whether the groups would come out again, and what that does not mean."""
    k = len(found.segments)
    agreement, steadiest = found.stability[k], max(found.stability, key=lambda k: found.stability[k])
    band = _band(agreement, _STABILITY, "stable")
    yield TEXTS.text(band, language, value=number(agreement))
    if band != "unstable" and _band(found.silhouettes[k], _STRUCTURE, "strong") == "none":
        yield TEXTS.text("cut", language)
    if agreement < _STABLE <= found.stability[steadiest]:
        yield TEXTS.text("steadier", language, k=steadiest, value=number(found.stability[steadiest]))


def _band(value: float, bands: tuple[tuple[float, str], ...], best: str) -> str:
    return next((name for below, name in bands if value < below), best)


def _pictures(study: Study, language: str) -> list[Picture]:
    words, found, k = TEXTS.all(language), study.segmentation, len(study.segmentation.segments)
    tried = tuple(sorted(found.silhouettes))
    label = TEXTS.text("chosen", language, k=k)

    def lines(values: Mapping[int, float], axis: str) -> Lines:
        curve = Curve(tuple(map(float, tried)), tuple(values[k] for k in tried), marked=True)
        return Lines((curve,), words["k"], axis, x_scale="count", chosen=float(k), chosen_label=label)

    said = {"k": k, "value": number(found.silhouettes[k], 3)}
    first, last = tried[0], tried[-1]
    falls = {
        "low": first,
        "most": number(found.inertias[first], 1),
        "high": last,
        "least": number(found.inertias[last], 1),
    }
    agreed = {"k": k, "value": number(found.stability[k])}
    note = TEXTS.text("stability_note", language, k=k, reseeded=number(found.reseeded))
    return [
        Picture(
            "silhouettes",
            words["silhouettes"],
            TEXTS.text("silhouettes_alt", language, **said),
            lines(found.silhouettes, words["silhouette"]),
            interactive=True,
        ),
        Picture(
            "elbow",
            words["elbow"],
            TEXTS.text("elbow_alt", language, **falls),
            lines(found.inertias, words["inertia"]),
            words["elbow_note"],
            interactive=True,
        ),
        Picture(
            "stability",
            words["stability"],
            TEXTS.text("stability_alt", language, **agreed),
            lines(found.stability, words["agreement"]),
            note,
            interactive=True,
        ),
    ]


def _table(study: Study, language: str) -> Table:
    words, found, chosen = TEXTS.all(language), study.segmentation, len(study.segmentation.segments)
    columns = (
        Column(words["k"], "count"),
        Column(words["silhouette"], "number", 3),
        Column(words["inertia"], "number", 1),
        Column(words["agreement"], "number"),
        Column(words["is_chosen"]),
    )
    rows = tuple(
        (k, found.silhouettes[k], found.inertias[k], found.stability[k], words["yes"] if k == chosen else "")
        for k in sorted(found.silhouettes)
    )
    return Table("numbers_of_segments", words["table"], columns, rows)
