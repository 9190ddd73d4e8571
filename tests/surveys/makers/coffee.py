"""Coffee lovers drink often, dark, and with a book."""

from __future__ import annotations

from tests.surveys.makers.chance import Chance, People, level


def people(count: int = 150, seed: int = 7) -> People:
    """Yield invented people: a hidden fondness moves their answers, and noise moves everything."""
    chance = Chance(seed)
    for number in range(1, count + 1):
        fond = chance.gauss(0, 1)

        def noisy(fond: float = fond, noise: float = 0.8) -> float:
            return fond + chance.gauss(0, noise)

        milk = noisy() < 0.2
        yield {
            "ID": f"C{number:03}",
            "Often": level(noisy(), (-0.9, 0.1), ("Rarely", "Weekly", "Daily")),
            "Cups": max(0, min(20, round(2.5 + 1.5 * noisy()))),
            "Brew": chance.choice(("Filter", "Espresso", "Filter" if fond > 0 else "Instant")),
            "Milk": "Yes" if milk else "No",
            "Milk_Kind": chance.choice(("Dairy", "Dairy", "Oat", "Soy")) if milk else "",
            "With_Sugar": int(noisy() < 0),
            "With_Spice": int(chance.random() < 0.2),
            "With_Book": int(noisy() > 0.5),
            "Roast": level(noisy(), (-0.6, 0.5), ("Light", "Medium", "Dark")) if chance.random() < 0.8 else "",
            "Region": chance.choice(("North", "South")),
            "Lover": level(noisy(noise=0.6), (-1.1, -0.1), ("No", "A little", "Yes")),
            "Remarks": "",
        }
