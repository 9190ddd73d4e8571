"""Library evenings: visitors come if their evenings are free, stories are for families; the pairs of answers decide."""

from __future__ import annotations

import math

from tests.surveys.makers.chance import Chance, People

VISITS = ("Never", "Monthly", "Weekly", "Daily")
EVENINGS = ("None", "One or two", "Most")


def people(count: int = 360, seed: int = 3) -> People:
    """Yield invented people."""
    chance = Chance(seed)
    for number in range(1, count + 1):
        visits, evenings = chance.randrange(4), chance.randrange(3)
        age = chance.randint(16, 85)
        children = chance.tick(0.6 if 25 <= age <= 50 else 0.1)
        programme = chance.choice(("Reading", "Music", "Games", "Stories"))
        keen = 0.7 * visits * evenings + (2.0 if children else -1.0) * (programme == "Stories") - 1.2
        coming = chance.tick(1 / (1 + math.exp(-keen)))
        yield {
            "ID": f"L{number:03}",
            "Visits": VISITS[visits],
            "Age": age,
            "Evenings": EVENINGS[evenings],
            "Children": ("No", "Yes")[children],
            "Programme": programme,
            "Reads_Novels": chance.tick(0.3 + 0.1 * visits),
            "Reads_Crime": chance.tick(0.4),
            "Reads_Science": chance.tick(0.25),
            "Reads_Comics": chance.tick(0.6 if age < 30 else 0.15),
            "Reads_Papers": chance.tick(0.2 if age < 30 else 0.5),
            "Coming": ("No", "Yes")[coming],
        }
