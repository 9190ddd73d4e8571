"""K-Means segments of the answers: how many, who belongs where, and what a group may be called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from engine.encoding import Encoding
from engine.predictors import Floats, Ints
from engine.survey import Archetype, Clause, Condition, Survey

K_RANGE = range(2, 9)
SMALLEST_SHARE = 0.05
"""Of all rows, in the smallest group: a handful of people with one rare answer in common is no segment."""
SILHOUETTE_ROWS = 5_000
"""The silhouette's cost grows with the square of the rows; beyond this many a sample of them speaks for all."""


@dataclass(frozen=True)
class Segment:
    """One group of the training rows.

    Attributes
    ----------
    name, person : mapping of language to text
        For admins and reports; for the people in it.
    means : mapping of column to float
        Mean code of the group's rows (nominal columns are left out), the target's points included.
    """

    name: Mapping[str, str]
    person: Mapping[str, str]
    emoji: str
    size: int
    means: Mapping[str, float]


@dataclass(frozen=True)
class Segmentation:
    """Fitted segments; their order is by size, largest first, and carries no other meaning.

    Attributes
    ----------
    encoding : Encoding
    centres : ndarray of shape (n_segments, n_answer_columns)
        In standardised columns, "was not answered" left out.
    silhouettes, inertias : mapping of k to float
        For every k that was tried: the choice, and the elbow.
    """

    encoding: Encoding
    centres: Floats
    segments: tuple[Segment, ...]
    silhouettes: Mapping[int, float]
    inertias: Mapping[int, float]

    def place(self, codes: Floats) -> tuple[Ints, Floats]:
        """Return each respondent's segment and membership strength.

        Returns
        -------
        index : ndarray of shape (n_respondents,)
        strength : ndarray of shape (n_respondents,)
            ``1 - d1 / d2`` of the distances to the nearest and second-nearest centre: 0 on the border, 1 at the centre.
        """
        columns = self.encoding.transform(codes)[:, self.encoding.answers_only]
        distances = np.linalg.norm(columns[:, None, :] - self.centres, axis=2)
        if len(self.centres) == 1:
            return np.zeros(len(codes), dtype=np.intp), np.ones(len(codes))
        nearest = np.sort(distances, axis=1)
        return distances.argmin(axis=1), 1 - nearest[:, 0] / np.maximum(nearest[:, 1], 1e-12)


def fit_segmentation(survey: Survey, codes: Floats, points: Floats, encoding: Encoding, *, seed: int) -> Segmentation:
    """Choose k by the best silhouette of 2 to 8 (groups of under 5 % of the rows do not count) and name the groups.

    Parameters
    ----------
    survey : Survey
    codes : ndarray of shape (n_respondents, n_features)
    points : ndarray of shape (n_respondents,)
        The target's points; used for naming only, never as a feature.
    encoding : Encoding
        Fitted on the same rows.
    seed : int

    References
    ----------
    Rousseeuw (1987), Silhouettes, J. Comput. Appl. Math. 20.
    """
    columns = encoding.transform(codes)[:, encoding.answers_only]
    distinct = len(np.unique(columns, axis=0))
    fits = {k: _k_means(columns, k, seed) for k in K_RANGE if k < min(distinct, len(columns))}
    silhouettes = {k: _silhouette(columns, labels, seed) for k, (labels, _, _) in fits.items()}
    if silhouettes:
        labels, centres, _ = fits[_choose(silhouettes, {k: labels for k, (labels, _, _) in fits.items()})]
    else:  # fewer than three different respondents: one group, and the naming says so
        labels, centres = np.zeros(len(columns), dtype=np.intp), columns.mean(axis=0, keepdims=True)
    order = np.argsort(-np.bincount(labels, minlength=len(centres)), kind="stable")
    segments = _named(survey, codes, points, [labels == i for i in order])
    inertias = {k: inertia for k, (_, _, inertia) in fits.items()}
    return Segmentation(encoding, centres[order], segments, silhouettes, inertias)


def _choose(silhouettes: Mapping[int, float], labels: Mapping[int, Ints]) -> int:
    """Return the k of the best silhouette among those without tiny groups (where all have one: among all)."""
    sound = [k for k in silhouettes if np.bincount(labels[k]).min() >= SMALLEST_SHARE * len(labels[k])]
    return max(sound or silhouettes, key=lambda k: silhouettes[k])


def _k_means(columns: Floats, k: int, seed: int) -> tuple[Ints, Floats, float]:
    from sklearn.cluster import KMeans

    fit = KMeans(k, n_init=10, random_state=seed).fit(columns)
    return fit.labels_.astype(np.intp), fit.cluster_centers_, float(fit.inertia_)


def _silhouette(columns: Floats, labels: Ints, seed: int) -> float:
    from sklearn.metrics import silhouette_score

    if len(columns) > SILHOUETTE_ROWS:
        some = np.random.default_rng(seed).choice(len(columns), SILHOUETTE_ROWS, replace=False)
        columns, labels = columns[some], labels[some]
    if len(np.unique(labels)) < 2:
        return -1.0
    return float(silhouette_score(columns, labels))


# -- naming -----------------------------------------------------------------------------------------------------


def _named(survey: Survey, codes: Floats, points: Floats, members: Sequence[Ints]) -> tuple[Segment, ...]:
    numeric = [i for i, feature in enumerate(survey.features) if feature.kind != "nominal"]
    columns = [survey.features[i].column for i in numeric] + [survey.target.column]
    table = np.column_stack([codes[:, numeric], points])
    overall = dict(zip(columns, _mean(table), strict=True))
    spread = dict(zip(columns, np.sqrt(_mean((table - _mean(table)) ** 2)), strict=True))
    means = [_known(dict(zip(columns, map(float, _mean(table[rows])), strict=True))) for rows in members]
    given = give_archetypes(survey.archetypes, means, spread)
    segments = []
    for number, (rows, group, archetype) in enumerate(zip(members, means, given, strict=True), 1):
        if archetype is None:
            name, person = _by_traits(survey, number, group, overall, spread)
            emoji = ""
        else:
            name = {language: archetype.name.to(language) for language in survey.languages}
            person = {language: archetype.person.to(language) for language in survey.languages}
            emoji = archetype.emoji
        segments.append(Segment(name, person, emoji, int(np.sum(rows)), group))
    return tuple(segments)


def _mean(rows: Floats) -> Floats:
    known = ~np.isnan(rows)
    count = known.sum(axis=0)
    total: Floats = np.where(count > 0, np.where(known, rows, 0.0).sum(axis=0) / np.maximum(count, 1), np.nan)
    return total


def _known(means: Mapping[str, float]) -> dict[str, float]:
    """Leave out the questions that nobody of a group answered: of those nothing can be said."""
    return {column: mean for column, mean in means.items() if not np.isnan(mean)}


def give_archetypes(
    archetypes: Sequence[Archetype], means: Sequence[Mapping[str, float]], spread: Mapping[str, float]
) -> list[Archetype | None]:
    """Give each archetype to at most one group: rules in order, and of the unnamed groups that fit, the widest margin.

    Parameters
    ----------
    archetypes : sequence of Archetype
    means : sequence of mapping of column to float
        One per group.
    spread : mapping of column to float
        Standard deviations, which make margins of different columns comparable.

    Returns
    -------
    list of Archetype or None
        One per group; None where no rule is left for it.
    """
    given: list[Archetype | None] = [None] * len(means)
    for archetype in archetypes:
        fitting = [i for i, group in enumerate(means) if given[i] is None and archetype.when.fits(group)]
        if fitting:
            given[max(fitting, key=lambda i: _margin(archetype.when, means[i], spread))] = archetype
    return given


def _margin(when: Condition, group: Mapping[str, float], spread: Mapping[str, float]) -> float:
    def of(clause: Clause) -> float:
        return abs(group[clause.column] - float(clause.value)) / max(spread[clause.column], 1e-12)

    fitting = [clauses for clauses in when.alternatives if all(clause.fits(group) for clause in clauses)]
    return max((min(map(of, clauses), default=0.0) for clauses in fitting), default=0.0)


def _by_traits(
    survey: Survey, number: int, group: Mapping[str, float], overall: Mapping[str, float], spread: Mapping[str, float]
) -> tuple[dict[str, str], dict[str, str]]:
    """Name a group by the two answers that set it apart most from everybody; its number keeps the name distinct."""
    apart = {
        column: (group[column] - overall[column]) / max(spread[column], 1e-12)
        for column in group
        if column != survey.target.column and spread[column] > 0
    }
    two = sorted(apart, key=lambda column: -abs(apart[column]))[:2]
    language = survey.languages[0]
    called = {column: survey.feature[column].name.to(language) for column in two}
    traits = ", ".join(f"{called[column]} {'↑' if apart[column] > 0 else '↓'}" for column in two)
    sides = " and ".join(f'{"higher" if apart[column] > 0 else "lower"} on "{called[column]}"' for column in two)
    name = f"Group {number}: {traits}" if traits else f"Group {number}"
    person = f"people who score {sides} than most" if sides else "people who answered much as you did"
    return {language: name}, {language: person}
