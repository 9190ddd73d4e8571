"""Ways to work: who is content depends on the way and the distance together, and many questions are left out."""

from __future__ import annotations

from collections.abc import Mapping

from tests.surveys.makers.chance import Chance, People, level

DISTANCES = ("Under 2 km", "2-10 km", "Over 10 km")
LIVES: Mapping[str, Mapping[str, float]] = {
    "Under 2 km": {"Old town": 6, "Harbour": 3, "Mills": 1},
    "2-10 km": {"Harbour": 2, "Hillside": 4, "Mills": 3, "Island": 1},
    "Over 10 km": {"Fields": 6, "Island": 3, "Hillside": 1},
}
WAYS: Mapping[str, Mapping[str, float]] = {
    "Under 2 km": {"Walk": 6, "Bicycle": 3, "Bus": 1, "Car": 1},
    "2-10 km": {"Bicycle": 4, "Bus": 3, "Car": 3, "Walk": 1},
    "Over 10 km": {"Train": 5, "Car": 4, "Bus": 2, "Bicycle": 1},
}
PLEASANT: Mapping[str, tuple[float, float, float]] = {
    "Walk": (1.2, -0.8, -1.5),
    "Bicycle": (0.8, 0.9, -1.0),
    "Bus": (-0.8, 0.0, -0.6),
    "Train": (-1.0, 0.2, 1.2),
    "Car": (-0.9, -0.3, 0.3),
}
"""How well a way suits each of the distances, nearest first."""
REASONS = {"Fast": 0.6, "Healthy": 0.7, "Cheap": 0.0, "No choice": -1.2}


def people(count: int = 290, seed: int = 11) -> People:
    """Yield invented people."""
    chance = Chance(seed)
    for number in range(1, count + 1):
        distance = chance.choice(DISTANCES)
        way = chance.weighted(WAYS[distance])
        reason = chance.choice(tuple(REASONS))
        rain = chance.choice(("Same", "Bus", "Home"))
        parking = chance.choice(("Street", "Employer", "Paid")) if way == "Car" else ""
        content = (
            PLEASANT[way][DISTANCES.index(distance)] + REASONS[reason] - (parking == "Street") + chance.gauss(0, 1.1)
        )
        yield {
            "ID": f"W{number:03}",
            "Mode": way,
            "Distance": distance,
            "District": chance.weighted(LIVES[distance]),
            "Employer": chance.unless_left_out(
                chance.choice(("Company", "Company", "Town", "Myself", "Charity")), 0.15
            ),
            "Reason": reason,
            "Rain": chance.unless_left_out(rain, 0.4),
            "Parking": parking,
            "Complaint": chance.unless_left_out(chance.choice(("Noise", "Delays", "Price", "Crowds")), 0.9),
            "Content": level(content, (-1.9, -0.9, 0.6), ("Not at all", "A little", "Fairly", "Very")),
        }
