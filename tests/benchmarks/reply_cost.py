"""What a whole reply costs, against the way it used to be made: ``python -m tests.benchmarks.reply_cost``.

Needs the extra ``benchmark``.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image

from engine import advice
from engine import survey as surveys
from engine import table as tables
from engine.assessment import Learnt, Model
from engine.charts import impact_chart
from engine.encoding import codes_of_table, label_of
from engine.explanation import explain, fit_explainer
from engine.grading import points_of
from engine.prediction import Fitted, fit_candidates
from engine.predictors import Floats, Ints
from engine.survey import Survey
from engine.training import _learnt as learnt_from
from engine.training import classes_of
from tests.benchmarks import invented
from tests.benchmarks.cpu import REPEATS, WARM_UP, milliseconds, one_thread
from tests.benchmarks.old_reply import OldReply
from tests.benchmarks.plain_table import aligned
from tests.engine.people import HOME

LARGE_ROWS = 100_000
OLD_ROWS = 5_000
"""Rows that the old way learns from at most: its forests of full depth would take minutes, and reply no faster."""
SEED = 0

FLOOR = "  the floor: an empty PNG"
WHOLE, ASSESSMENT, CHART = "whole reply", "everything but the chart", "the chart"
"""The rows of the table that the old way has as well."""


@dataclass(frozen=True)
class Answered:
    """A survey with a table of answers, from which people are invented.

    Attributes
    ----------
    codes : ndarray of shape (n_respondents, n_features)
    y : ndarray of shape (n_respondents,)
    """

    survey: Survey
    codes: Floats
    y: Ints

    def people(self) -> Iterator[Floats]:
        """Yield the codes of ever new people, each answer taken from somebody else."""
        rng = np.random.default_rng(SEED)
        rows, columns = self.codes.shape
        while True:
            yield self.codes[rng.integers(rows, size=columns), np.arange(columns)]

    def answers(self, codes: Floats) -> dict[str, Any]:
        """Return one person's answers as a channel hands them over."""
        labels = {f.column: label_of(f, float(code)) for f, code in zip(self.survey.features, codes, strict=True)}
        return {column: label for column, label in labels.items() if label is not None}


def read(folder: Path, sample: str) -> Answered:
    survey = surveys.load(folder)
    table = tables.read(survey, folder / sample)
    return Answered(survey, codes_of_table(survey, table.answers), classes_of(survey, table))


def models(answered: Answered) -> Iterator[Model]:
    """Yield a model of every candidate, as training would have made it had it been chosen."""
    survey, codes, y = answered.survey, answered.codes, answered.y
    candidates = fit_candidates(survey.features, codes, y, len(survey.target.grades), seed=SEED)
    first = next(iter(candidates.values()))
    learnt = learnt_from(survey, codes, y, first, informative=True, seed=SEED)  # its segments are those of all
    for name, fitted in candidates.items():
        yield Model(survey, _with_candidate(learnt, fitted, answered), f"{name} for the benchmark", synthetic=True)


def _with_candidate(learnt: Learnt, fitted: Fitted, answered: Answered) -> Learnt:
    columns, points = fitted.encoding.transform(answered.codes), points_of(len(answered.survey.target.grades))
    return replace(
        learnt,
        candidate=fitted.candidate.name,
        encoding=fitted.encoding,
        predictor=fitted.predictor,
        thresholds=fitted.thresholds,
        explainer=fit_explainer(fitted.predictor, columns, fitted.encoding.source, points, seed=SEED),
    )


# -- measuring --------------------------------------------------------------------------------------------------


def old_costs(answered: Answered) -> dict[str, float]:
    """Return the old way's milliseconds by row of the table."""
    columns = [feature.column for feature in answered.survey.features]
    old = OldReply(columns, answered.codes[:OLD_ROWS], answered.y[:OLD_ROWS])
    people = answered.people()
    return {
        WHOLE: milliseconds(old.reply, people),
        ASSESSMENT: milliseconds(old.assess, people),
        CHART: milliseconds(lambda codes: old.chart(), people),
    }


def costs(model: Model, answered: Answered) -> dict[str, float]:
    """Return the engine's milliseconds by row of the table."""
    people = answered.people()
    answers = map(answered.answers, people)
    assessments = map(model.assess, answers)
    pictures = (Image.open(io.BytesIO(impact_chart(model.survey, one).png())) for one in assessments)
    return {
        WHOLE: milliseconds(lambda said: impact_chart(model.survey, model.assess(said)).png(), answers),
        ASSESSMENT: milliseconds(model.assess, answers),
        **{f"  {name}": milliseconds(part, map(partial(_halfway, model), people)) for name, part in _parts(model)},
        CHART: milliseconds(lambda one: impact_chart(model.survey, one).png(), assessments),
        "  encoding its pixels": milliseconds(_encoded, map(_loaded, pictures)),
        FLOOR: milliseconds(_encoded, (Image.new("P", picture.size) for picture in pictures)),
    }


@dataclass(frozen=True)
class Halfway:
    """One person's codes, and what the later parts of an assessment rest on."""

    codes: Floats
    now: advice.Scored
    impacts: Floats
    scored: list[advice.Scored]


def _halfway(model: Model, codes: Floats) -> Halfway:
    probabilities, scores, classes = model.predict(codes[None, :])
    now = advice.Scored((), probabilities[0], float(scores[0]), int(classes[0]))
    return Halfway(codes, now, _explained(model, codes)[1], _changes_scored(model, codes))


def _explained(model: Model, codes: Floats) -> tuple[float, Floats]:
    learnt, points = model.learnt, points_of(len(model.survey.target.grades))
    row = learnt.encoding.transform(codes[None, :])[0]
    return explain(learnt.predictor, learnt.explainer, row, learnt.encoding.source, points, len(model.survey.features))


def _changes_scored(model: Model, codes: Floats) -> list[advice.Scored]:
    return advice.score_changes(model.survey.features, codes, model.learnt.quantiles, model.predict)


def _parts(model: Model) -> Iterator[tuple[str, Callable[[Halfway], object]]]:
    """Yield the parts of an assessment: together they are nearly all of it."""
    survey = model.survey
    yield "predict", lambda one: model.predict(one.codes[None, :])
    yield "explain", lambda one: _explained(model, one.codes)
    yield "what-if: score the changes", lambda one: _changes_scored(model, one.codes)
    yield "what-if: choose", lambda one: advice.smallest_changes(survey.features, one.codes, one.scored, one.now)
    yield "suggestions", lambda one: advice.rank_suggestions(survey, one.codes, one.impacts, one.scored, one.now.score)
    yield "segment", lambda one: model.learnt.segmentation.place(one.codes[None, :])


def _loaded(picture: Image.Image) -> Image.Image:
    picture.load()
    return picture


def _encoded(picture: Image.Image) -> None:
    picture.save(io.BytesIO(), "PNG", compress_level=1)


# -- printing ---------------------------------------------------------------------------------------------------


def printed(title: str, answered: Answered) -> str:
    """Measure the old way and every candidate, and return the numbers as a table."""
    old = old_costs(answered)
    new = {model.learnt.candidate: costs(model, answered) for model in models(answered)}
    rows = [
        (row, f"{old[row]:.2f}" if row in old else "", *(_cell(cost[row], old.get(row)) for cost in new.values()))
        for row in next(iter(new.values()))
    ]
    return aligned((f"{title}, CPU ms", "old way", *new), rows)


def _cell(cost: float, old: float | None) -> str:
    return f"{cost:.2f}" + ("" if old is None else f" = 1/{old / cost:.0f}")


def main(
    large: Annotated[bool, typer.Option("--large", help=f"Also with {LARGE_ROWS:,} rows of 30 columns.")] = False,
) -> None:
    """Print medians of CPU time, and by how much they are below the old way's."""
    with one_thread():
        print(printed("the home sample", read(HOME, "sample.xlsx")))
        if large:
            with tempfile.TemporaryDirectory() as folder:
                invented.write(Path(folder), invented.WIDE, LARGE_ROWS, SEED)
                print("\n" + printed(f"{LARGE_ROWS:,} rows x 30", read(Path(folder), "sample.csv")))
    print(
        f"\nMedians of {REPEATS} different people after {WARM_UP}, on one thread. Words of a chart are drawn once, its"
        "\nnumbers anew for everybody. No reply with a picture costs less than the floor: an empty PNG of the chart's"
        "\nsize at the fastest compression; nor one with this picture less than encoding its pixels that way."
    )


if __name__ == "__main__":
    typer.run(main)
