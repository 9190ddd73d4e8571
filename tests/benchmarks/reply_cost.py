"""What a whole reply costs, against the way it used to be made: ``python -m tests.benchmarks.reply_cost``.

Needs the extra ``benchmark``.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from PIL import Image

from engine import advice
from engine.assessment import Model
from engine.charts import impact_chart
from engine.encoding import label_of
from engine.evaluation import Learning
from engine.prediction import fit_candidates, plan_for
from engine.predictors import Floats
from engine.stacking import Blended, served
from engine.training import learnt_from
from tests.benchmarks import invented
from tests.benchmarks.cpu import REPEATS, WARM_UP, milliseconds, one_thread
from tests.benchmarks.labelled import Labelled, read
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


def people(table: Labelled) -> Iterator[Floats]:
    """Yield the codes of ever new people, each answer taken from somebody else."""
    rng = np.random.default_rng(SEED)
    rows, columns = table.codes.shape
    while True:
        yield table.codes[rng.integers(rows, size=columns), np.arange(columns)]


def answers_of(table: Labelled, codes: Floats) -> dict[str, Any]:
    """Return one person's answers as a channel hands them over."""
    labels = {
        feature.column: label_of(feature, float(code)) for feature, code in zip(table.features, codes, strict=True)
    }
    return {column: label for column, label in labels.items() if label is not None}


def models(table: Labelled) -> Iterator[Model]:
    """Yield a model of every candidate that may predict, and of their blend, as training would have made it."""
    survey, codes, y, plan = table.survey, table.codes, table.y, plan_for(len(table.y))
    candidates = fit_candidates(survey.features, codes, y, table.n_classes, seed=SEED, plan=plan)
    alone = [Blended(((1.0, candidates[name]),), candidates[name].thresholds) for name in sorted(plan.selectable)]
    evenly = [(1 / len(alone), one.parts[0][1]) for one in alone]
    for blended in (*alone, Blended(tuple(evenly), alone[-1].thresholds)):
        nothing = np.zeros(len(survey.features))
        learning = Learning(blended.name, served(blended, codes, seed=SEED), blended.thresholds, {}, nothing, nothing)
        learnt = learnt_from(survey, codes, y, learning, informative=True, seed=SEED)
        yield Model(survey, learnt, f"{blended.name} for the benchmark", synthetic=True)


# -- measuring --------------------------------------------------------------------------------------------------


def old_costs(table: Labelled) -> dict[str, float]:
    """Return the old way's milliseconds by row of the table."""
    columns = [feature.column for feature in table.features]
    old = OldReply(columns, table.codes[:OLD_ROWS], table.y[:OLD_ROWS])
    crowd = people(table)
    return {
        WHOLE: milliseconds(old.reply, crowd),
        ASSESSMENT: milliseconds(old.assess, crowd),
        CHART: milliseconds(lambda codes: old.chart(), crowd),
    }


def costs(model: Model, table: Labelled) -> dict[str, float]:
    """Return the engine's milliseconds by row of the table."""
    crowd = people(table)
    answers = map(partial(answers_of, table), crowd)
    assessments = map(model.assess, answers)
    pictures = (Image.open(io.BytesIO(impact_chart(model.survey, one).png())) for one in assessments)
    return {
        WHOLE: milliseconds(lambda said: impact_chart(model.survey, model.assess(said)).png(), answers),
        ASSESSMENT: milliseconds(model.assess, answers),
        **{f"  {name}": milliseconds(part, map(partial(_halfway, model), crowd)) for name, part in _parts(model)},
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
    tried: advice.Tried


def _halfway(model: Model, codes: Floats) -> Halfway:
    probabilities, scores, classes = model.predict(codes[None, :])
    now = advice.Scored((), probabilities[0], float(scores[0]), int(classes[0]))
    return Halfway(codes, now, model.explain(codes)[1], model.try_changes(codes))


def _parts(model: Model) -> Iterator[tuple[str, Callable[[Halfway], object]]]:
    """Yield the parts of an assessment: together they are nearly all of it."""
    survey = model.survey
    yield "predict", lambda one: model.predict(one.codes[None, :])
    yield "explain", lambda one: model.explain(one.codes)
    yield "what-if: score the changes", lambda one: model.try_changes(one.codes)
    yield "what-if: choose", lambda one: advice.smallest_changes(one.tried, one.now)
    yield "suggestions", lambda one: advice.rank_suggestions(survey, one.codes, one.impacts, one.tried, one.now.score)
    yield "segment", lambda one: model.learnt.segmentation.place(one.codes[None, :])


def _loaded(picture: Image.Image) -> Image.Image:
    picture.load()
    return picture


def _encoded(picture: Image.Image) -> None:
    picture.save(io.BytesIO(), "PNG", compress_level=1)


# -- printing ---------------------------------------------------------------------------------------------------


def printed(title: str, table: Labelled) -> str:
    """Measure the old way and every candidate, and return the numbers as a table."""
    old = old_costs(table)
    new = {model.learnt.candidate: costs(model, table) for model in models(table)}
    rows = [
        (row, f"{old[row]:.2f}" if row in old else "", *(_cell(cost[row], old.get(row)) for cost in new.values()))
        for row in next(iter(new.values()))
    ]
    return aligned((f"{title}: CPU ms (times less)", "old way", *new), rows)


def _cell(cost: float, old: float | None) -> str:
    factor = "" if old is None else f"({old / cost:.1f}x)"
    return f"{cost:.2f} {factor:8}"


def main(
    large: Annotated[bool, typer.Option("--large", help=f"Also with {LARGE_ROWS:,} rows of 30 columns.")] = False,
) -> None:
    """Print medians of CPU time, and by how much they are below the old way's."""
    with one_thread():
        print(printed("the home sample", read(HOME, "home")))
        if large:
            with tempfile.TemporaryDirectory() as folder:
                invented.write(Path(folder), invented.WIDE, LARGE_ROWS, SEED)
                print("\n" + printed(f"{LARGE_ROWS:,} rows x 30", read(Path(folder), "large")))
    print(
        f"\nMedians of {REPEATS} different people after {WARM_UP}, on one thread. Words of a chart are drawn once, its"
        "\nnumbers anew for everybody. No reply with a picture costs less than the floor: an empty PNG of the chart's"
        "\nsize at the fastest compression; nor one with this picture less than encoding its pixels that way."
    )


if __name__ == "__main__":
    typer.run(main)
