"""Makes coffee/sample.csv: invented answers in which coffee lovers drink often, dark, and with a book.

Run ``python -m tests.surveys.make`` after changing the survey; a test holds the file to what this makes.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from pathlib import Path

ROWS = 150
SEED = 7
SAMPLE = Path(__file__).parent / "coffee" / "sample.csv"
COLUMNS = (
    *("ID", "Often", "Cups", "Brew", "Milk", "Milk_Kind", "With_Sugar", "With_Spice", "With_Book", "Roast"),
    *("Region", "Lover", "Remarks"),
)


def rows(count: int = ROWS, seed: int = SEED) -> Iterator[dict[str, object]]:
    """Yield invented people: a hidden fondness moves their answers, and noise moves everything."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        fond = chance.gauss(0, 1)

        def noisy(fond: float = fond, noise: float = 0.8) -> float:
            return fond + chance.gauss(0, noise)

        milk = noisy() < 0.2
        yield {
            "ID": f"C{number:03}",
            "Often": _level(noisy(), (-0.9, 0.1), ("Rarely", "Weekly", "Daily")),
            "Cups": max(0, min(20, round(2.5 + 1.5 * noisy()))),
            "Brew": chance.choice(("Filter", "Espresso", "Filter" if fond > 0 else "Instant")),
            "Milk": "Yes" if milk else "No",
            "Milk_Kind": chance.choice(("Dairy", "Dairy", "Oat", "Soy")) if milk else "",
            "With_Sugar": int(noisy() < 0),
            "With_Spice": int(chance.random() < 0.2),
            "With_Book": int(noisy() > 0.5),
            "Roast": _level(noisy(), (-0.6, 0.5), ("Light", "Medium", "Dark")) if chance.random() < 0.8 else "",
            "Region": chance.choice(("North", "South")),
            "Lover": _level(noisy(noise=0.6), (-1.1, -0.1), ("No", "A little", "Yes")),
            "Remarks": "",
        }


def table() -> str:
    """Return the sample as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows())
    return text.getvalue()


def _level(value: float, cuts: tuple[float, float], labels: tuple[str, str, str]) -> str:
    return labels[sum(value > cut for cut in cuts)]


if __name__ == "__main__":
    SAMPLE.write_text(table(), encoding="utf-8")
