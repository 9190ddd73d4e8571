"""Learners who learn much with a recent version give many stars; most of their labels are written as numbers."""

from __future__ import annotations

from tests.surveys.makers.chance import Chance, People, level

VERSIONS = {"1.0": -1.0, "1.5": 0.0, "1.10": 0.3, "2.0": 0.6}
YEARS = ("2021", "2022", "2023", "2024")


def people(count: int = 290, seed: int = 5) -> People:
    """Yield invented people: diligence moves marks, hours and what helps."""
    chance = Chance(seed)
    for number in range(1, count + 1):
        diligence = chance.gauss(0, 1)
        version = chance.choice(tuple(VERSIONS))
        hours = round(max(0.0, min(60.0, 8 + 5 * diligence + chance.gauss(0, 3))) * 2) / 2
        tests = chance.tick(0.3 + 0.3 * (diligence > 0))
        stars = 0.1 * (hours - 8) + VERSIONS[version] + 0.6 * tests - 0.3 + chance.gauss(0, 0.8)
        yield {
            "ID": f"{number:04}",
            "Mark": level(diligence + chance.gauss(0, 0.8), (-1.3, -0.4, 0.4, 1.3), ("5", "4", "3", "2", "1")),
            "Room": chance.choice(("01", "02", "03", "10")),
            "Version": chance.unless_left_out(version, 0.1),
            "Since": chance.choice(YEARS),
            "Hours": chance.unless_left_out(f"{hours:g}", 0.2),
            "Helps_Cards": chance.tick(0.4),
            "Helps_Videos": chance.tick(0.6 - 0.2 * (diligence > 0)),
            "Helps_Tests": tests,
            "Helps_Friends": chance.tick(0.3),
            "Stars": level(stars, (-1.6, -0.9, -0.1, 0.8), ("1", "2", "3", "4", "5")),
        }
