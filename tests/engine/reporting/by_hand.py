"""Studies made by hand: answers and segments as a test says, nothing trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike

from engine.encoding import fit_encoding
from engine.predictors import Floats, Ints
from engine.reporting.parts import LeftOut, Picture, Section, Table
from engine.reporting.study import Study
from engine.segment_names import Segment
from engine.segmentation import Plane, Segmentation, answer_columns
from engine.survey import Survey, parse
from engine.table import Table as Answers
from engine.training import Trained

SURVEY = """
id = "walks"
languages = ["en", "km"]
title = { en = "Walks" }
[about]
organisation = "the Walkers"
contact = "walkers@example.org"
[[question]]
id = "Often"
kind = "single"
scale = "ordinal"
name = { en = "How often" }
text = { en = "How often do you walk?" }
choices = [
    { value = "Never", code = 0, text = { en = "Never" } },
    { value = "Weekly", code = 2, text = { en = "Weekly" } },
    { value = "Daily", code = 4, text = { en = "Daily" } },
]
[[question]]
id = "Place"
kind = "single"
scale = "nominal"
name = { en = "Place" }
text = { en = "Where do you walk?" }
choices = [
    { value = "Wood", text = { en = "In the wood" } },
    { value = "Town", text = { en = "In town" } },
    { value = "Shore", text = { en = "At the shore" } },
]
[[question]]
id = "Takes"
kind = "multi"
name = { en = "Takes" }
text = { en = "What do you take along?" }
choices = [ { column = "Dog", name = { en = "A dog" } }, { column = "Stick", name = { en = "A stick" } } ]
[[question]]
id = "Miles"
kind = "number"
required = false
name = { en = "Miles" }
text = { en = "How many miles?" }
[target]
column = "Again"
name = { en = "Again" }
text = { en = "Would you walk again?" }
grades = [
    { grade = "A", value = "Yes", text = { en = "Yes" } },
    { grade = "B", value = "Maybe", text = { en = "Maybe" } },
    { grade = "C", value = "No", text = { en = "No" } },
]
[[segment]]
name = { en = "Fans", km = "អ្នកគាំទ្រ" }
person = { en = "people who like it" }
emoji = "★"
when = { Again = ">= 1.5" }
[[segment]]
name = { en = "Walkers" }
person = { en = "people who walk" }
emoji = "☆"
when = { Often = ">= 3" }
"""
OFTEN, PLACE, DOG, STICK, MILES = range(5)


def survey() -> Survey:
    """Return a survey with an ordinal, a nominal, a select-all and a number question, and three grades."""
    return parse(SURVEY)


def answers_of(people: int, seed: int = 0) -> Floats:
    """Return codes of shape (people, 5); one in ten did not tell the miles."""
    rng = np.random.default_rng(seed)
    columns = [rng.choice([0, 2, 4], people), rng.integers(0, 3, people), *rng.integers(0, 2, (2, people))]
    miles = np.where(rng.random(people) < 0.1, np.nan, rng.integers(1, 10, people))
    return np.column_stack([*columns, miles]).astype(float)


def study_of(
    codes: Floats,
    grades: ArrayLike,
    members: ArrayLike,
    *,
    names: Sequence[str] = ("Walkers", "Fans", "Others"),
    silhouettes: Mapping[int, float] | None = None,
    stability: Mapping[int, float] | None = None,
    evaluation: Any = None,
    leaks: tuple[str, ...] = (),
) -> Study:
    """Return a study of these answers, grades and members, with the numbers of segments that a test says."""
    y, segments, walks = np.asarray(grades, dtype=np.intp), np.asarray(members, dtype=np.intp), survey()
    count = int(segments.max()) + 1
    encoding = fit_encoding(walks.features, codes)
    weights = np.ones(int(encoding.answers_only.sum()))
    columns = answer_columns(encoding, weights, codes)
    found = Segmentation(
        encoding=encoding,
        weights=weights,
        centres=np.array([columns[segments == place].mean(axis=0) for place in range(count)]),
        segments=tuple(_segment(walks, names[place], int((segments == place).sum())) for place in range(count)),
        silhouettes=silhouettes or {2: 0.3, 3: 0.2, 4: 0.1},
        inertias={2: 1234.5, 3: 900.0, 4: 800.0},
        stability=stability or {2: 0.9, 3: 0.7, 4: 0.5},
        reseeded=0.98,
        plane=Plane(columns.mean(axis=0), np.zeros((2, columns.shape[1])), np.zeros(2)),
    )
    return study_around(walks, codes, y, found, segments, evaluation, leaks)


def study_around(
    survey: Survey,
    codes: Floats,
    y: Ints,
    found: Segmentation,
    segments: Ints,
    evaluation: Any = None,
    leaks: tuple[str, ...] = (),
) -> Study:
    """Return a study with a segmentation; no section that is tested with it reads the model or the table itself."""
    trained = SimpleNamespace(learnt=SimpleNamespace(segmentation=found), evaluation=evaluation, leaks=leaks)
    return Study(survey, cast(Answers, None), codes, y, cast(Trained, trained), segments, seed=0)


def _segment(walks: Survey, name: str, size: int) -> Segment:
    known = {archetype.name.to("en"): archetype for archetype in walks.archetypes}
    names = {language: known[name].name.to(language) if name in known else name for language in walks.languages}
    return Segment(names, {"en": f"people called {name}"}, "", size, {})


def picture(section: Section, name: str) -> Picture:
    """Return a section's picture."""
    return next(part for part in section.parts if isinstance(part, Picture) and part.name == name)


def table(section: Section, name: str) -> Table:
    """Return a section's table."""
    return next(part for part in section.tables if part.name == name)


def paragraphs(section: Section) -> str:
    """Return what a section says, a line a paragraph."""
    return "\n".join(part for part in section.parts if isinstance(part, str))


def left_out(section: Section) -> dict[str, str]:
    """Return what a section leaves out, and why."""
    return {part.title: part.reason for part in section.parts if isinstance(part, LeftOut)}
