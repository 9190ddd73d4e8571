"""Segments of the respondents: the groups that training found, and which of them a person's answers are nearest to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.clustering import cluster
from engine.encoding import Encoding
from engine.predictors import Floats, Ints
from engine.segment_names import Segment, name_segments
from engine.survey import Survey

FURTHEST = 3.0
"""Standard deviations beyond which an answer is no further out: where a box lies that one in ten tick. A wild number or
a rarer box would else make a group of its own: of 18 planted tables k was right in all, with 4.36 (one in 20) in 16.
"""


@dataclass(frozen=True)
class Plane:
    """The two directions in which respondents differ most (principal components): for pictures, never for a result.

    Attributes
    ----------
    mean : ndarray of shape (n_answer_columns,)
    loadings : ndarray of shape (2, n_answer_columns)
        Orthonormal rows; zeros where there is no second direction.
    explained : ndarray of shape (2,)
        Part of the whole variance that lies along each.
    """

    mean: Floats
    loadings: Floats
    explained: Floats


@dataclass(frozen=True)
class Segmentation:
    """Fitted segments; their order is by size, largest first, and carries no other meaning.

    Attributes
    ----------
    encoding : Encoding
    weights : ndarray of shape (n_answer_columns,)
        What standardised columns are multiplied by: a question that few answered moves only those few.
    centres : ndarray of shape (n_segments, n_answer_columns)
        In standardised and weighted columns, "was not answered" left out.
    silhouettes, inertias, stability : mapping of k to float
        For every k that was tried: the choice, the elbow, and how far other respondents would give the same groups;
        see `engine.clustering.Clustering`.
    reseeded : float
        How far another seed gives the same groups.
    plane : Plane
    """

    encoding: Encoding
    weights: Floats
    centres: Floats
    segments: tuple[Segment, ...]
    silhouettes: Mapping[int, float]
    inertias: Mapping[int, float]
    stability: Mapping[int, float]
    reseeded: float
    plane: Plane

    def place(self, codes: Floats) -> tuple[Ints, Floats]:
        """Return each respondent's segment and membership strength.

        Parameters
        ----------
        codes : ndarray of shape (n_respondents, n_features)

        Returns
        -------
        index : ndarray of shape (n_respondents,)
        strength : ndarray of shape (n_respondents,)
            ``1 - d1 / d2`` of the distances to the nearest and second-nearest centre: 0 on the border, 1 at the centre,
            and 1 for everybody where there is one segment.
        """
        columns = answer_columns(self.encoding, self.weights, codes)
        if len(self.centres) == 1:
            return np.zeros(len(codes), dtype=np.intp), np.ones(len(codes))
        products = columns @ self.centres.T
        squares = np.square(columns).sum(axis=1)[:, None] - 2 * products + np.square(self.centres).sum(axis=1)
        distances = np.sqrt(np.maximum(squares, 0.0))
        nearest = np.partition(distances, 1, axis=1)
        return distances.argmin(axis=1), 1 - nearest[:, 0] / np.maximum(nearest[:, 1], 1e-12)

    def project(self, codes: Floats) -> Floats:
        """Return where respondents lie in the plane of the two principal components, shape (n_respondents, 2)."""
        columns = answer_columns(self.encoding, self.weights, codes)
        place: Floats = (columns - self.plane.mean) @ self.plane.loadings.T
        return place


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
    """
    answered = np.mean(~np.isnan(codes), axis=0)
    weights = np.sqrt(answered[encoding.source[encoding.answers_only]])
    columns = answer_columns(encoding, weights, codes)
    found = cluster(columns, seed=seed)
    return Segmentation(
        encoding=encoding,
        weights=weights,
        centres=found.centres,
        segments=name_segments(survey, codes, points, [found.labels == i for i in range(len(found.centres))]),
        silhouettes=found.silhouettes,
        inertias=found.inertias,
        stability=found.stability,
        reseeded=found.reseeded,
        plane=_fit_plane(columns),
    )


def answer_columns(encoding: Encoding, weights: Floats, codes: Floats) -> Floats:
    """Return what segments rest on, shape (n_respondents, n_answer_columns)."""
    weighted = encoding.transform(codes)[:, encoding.answers_only] * weights
    return np.clip(weighted, -FURTHEST, FURTHEST)


def _fit_plane(columns: Floats) -> Plane:
    axes = principal_axes(columns, 2)
    explained = np.zeros(2)
    explained[: len(axes.all_explained[:2])] = axes.all_explained[:2]
    return Plane(axes.mean, axes.loadings, explained)


@dataclass(frozen=True)
class Axes:
    """Principal components of columns.

    Attributes
    ----------
    mean : ndarray of shape (n_columns,)
    loadings : ndarray of shape (n_axes, n_columns)
        Orthonormal rows; zeros where there are fewer directions.
    all_explained : ndarray of shape (n_columns,)
        Part of the whole variance along each direction, largest first.
    """

    mean: Floats
    loadings: Floats
    all_explained: Floats


def principal_axes(columns: Floats, count: int) -> Axes:
    """Return the directions of most variance.

    Parameters
    ----------
    columns : ndarray of shape (n_respondents, n_columns)
    count : int
        How many directions are wanted.
    """
    mean = columns.mean(axis=0)
    variances, directions = np.linalg.eigh((columns - mean).T @ (columns - mean) / len(columns))
    first = directions.T[::-1][:count]
    # An axis has no natural sign: the largest loading of each points up, so that pictures agree between machines.
    first = first * np.sign(np.take_along_axis(first, np.abs(first).argmax(axis=1)[:, None], axis=1))
    loadings = np.zeros((count, columns.shape[1]))
    loadings[: len(first)] = first
    explained: Floats = np.maximum(variances[::-1], 0.0) / max(variances.sum(), 1e-12)
    return Axes(mean, loadings, explained)
