"""Weeks of meals: those who take care feel better; the best and the worst feeling have a single row each."""

from __future__ import annotations

from pathlib import Path

from engine.survey import Survey, load
from tests.surveys.makers.chance import Chance, People, Person, level

FOLDER = Path(__file__).parents[1] / "one_row_classes"
HABITS = ("Never", "Seldom", "Often", "Daily")
HEALTHY = {"Breakfast", "Cooking", "Slowly", "Water", "Sport", "Sleep"}
UNHEALTHY = {"Late", "Snacks", "Eating_Out"}
LEANS = {"Greens": 0.15, "Fruit": 0.1, "Sweets": -0.2}
"""How far care moves the share of a question's boxes that are ticked."""


def people(count: int = 120, seed: int = 2) -> People:
    """Yield invented people: the care that they take moves habits, meals and feeling."""
    chance, survey = Chance(seed), load(FOLDER)
    cares = [chance.gauss(0, 1) for _ in range(count)]
    alone = {min(cares): "Awful", max(cares): "Splendid"}
    for number, care in enumerate(cares, 1):
        feeling = level(care + chance.gauss(0, 0.8), (-0.8, 0.0, 0.8), ("Poorly", "So so", "Fair", "Well"))
        yield {"ID": f"M{number:03}", **_answers(survey, care, chance), "Feeling": alone.get(care, feeling)}


def _answers(survey: Survey, care: float, chance: Chance) -> Person:
    answers: dict[str, object] = {}
    for question in survey.questions:
        if question.kind == "multi":
            share = 0.35 + LEANS.get(question.id, 0.0) * care
            answers |= {option.column: chance.tick(share) for option in question.options}
        else:
            way = (question.id in HEALTHY) - (question.id in UNHEALTHY)
            answers[question.id] = level(way * care + chance.gauss(0, 0.9), (-1, 0, 1), HABITS)
    return answers
