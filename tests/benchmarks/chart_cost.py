"""What one person's chart costs in CPU time: ``python -m tests.benchmarks.chart_cost``."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from engine.assessment import Assessment, Impact, Membership
from engine.charts import ImpactChart, impact_chart
from engine.drawing.canvas import Canvas
from engine.drawing.typesetting import typeset, wrap
from engine.survey import Survey, load
from tests.engine.pictures import khmer_chart

HOME = Path(__file__).parents[2] / "models" / "mobile_money"
REPEATS = 60


def person(survey: Survey, chance: random.Random) -> Assessment:
    """Invent one person: any answer to each question, moving the score by any small amount."""
    answers = {
        feature.column: chance.choice([choice.value for choice in feature.question.choices] or ["0", "1"])
        for feature in survey.features
    }
    impacts = tuple(Impact(column, answer, chance.gauss(0, 0.1)) for column, answer in answers.items())
    score = min(max(2.5 + sum(impact.impact for impact in impacts), 0.0), 3.0)
    group = Membership(0, {}, {}, "", 1.0)
    cuts = (2.1, 2.3, 2.4)
    grade = "DCBA"[sum(score >= cut for cut in cuts)]
    return Assessment(grade, grade, {}, score, 2.5, impacts, group, (), (), "benchmark", True, True, answers, cuts)


def milliseconds(task: Callable[[], object]) -> float:
    """Return the median CPU time of a task."""
    costs = []
    for _ in range(REPEATS):
        start = time.process_time()
        task()
        costs.append(time.process_time() - start)
    return 1000 * statistics.median(costs)


def drawn_anew(chart: ImpactChart) -> bytes:
    """Draw as if nobody had been shown any of these words before."""
    typeset.cache_clear()
    wrap.cache_clear()
    return chart.png()


def main() -> None:
    survey = load(HOME)
    chance = random.Random(0)
    people = [person(survey, chance) for _ in range(200)]
    start = time.process_time()
    impact_chart(survey, people[0]).png()
    print(f"the first picture, imports included  {1000 * (time.process_time() - start):6.1f} ms")
    sizes = sorted(len(impact_chart(survey, one).png()) for one in people)
    canvas = Canvas()
    khmer = khmer_chart()
    costs = {
        "words and numbers": lambda: impact_chart(survey, people[0]),
        "another person's picture": lambda: impact_chart(survey, chance.choice(people)).png(),
        "  of which an empty PNG": lambda: canvas.png(1000),
        "a picture whose every text is new": lambda: drawn_anew(impact_chart(survey, people[0])),
        "a picture in Khmer": khmer.png,
        "  if its every text is new": lambda: drawn_anew(khmer),
    }
    for name, task in costs.items():
        print(f"{name:<37}{milliseconds(task):6.2f} ms")
    print(f"size: median {sizes[len(sizes) // 2] / 1000:.1f} kB, largest {sizes[-1] / 1000:.1f} kB")


if __name__ == "__main__":
    main()
