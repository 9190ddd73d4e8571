"""Five plain kinds of people answer the home survey, so that each of its five archetypes has a group of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.surveys.makers.chance import Chance, People, level

FREQUENCIES = ("Rarely", "A few times a month", "Once a week", "A few times a week", "Daily")
AMOUNTS = ("Below 25", "25 - 100", "100–300", "Over 300")
TRUST = ("Neutral", "Somewhat trust", "Strongly trust")
AWARE = ("No", "Somewhat trust", "Yes")
BOXES = {
    "Use": ("Send", "Receive", "TopUp", "LoanRepay", "DailyNeeds", "Bills", "Shop", "Salary"),
    "Motive": ("LowFees", "Security", "Trust", "Promos", "WideAcc", "NoCash"),
}


@dataclass(frozen=True)
class Kind:
    """What one kind of people answers: the usual step of each scale, and the boxes that nearly all of them tick."""

    frequency: int
    amount: int
    trust: int
    issues: float
    aware: int
    likes: float
    ticks: frozenset[str]


KINDS: Mapping[str, Kind] = {
    "Power Users": Kind(4, 3, 2, 0.5, 1, 0.3, frozenset({*BOXES["Use"], "WideAcc", "NoCash"})),
    "Trusted & Secure Users": Kind(2, 1, 2, 0.05, 2, 0.3, frozenset({"Send", "Salary", "Bills", "Security", "Trust"})),
    "Cautious & Problematic Users": Kind(0, 0, 0, 0.9, 0, -0.6, frozenset({"TopUp", "Security"})),
    "Enthusiastic Recommenders": Kind(3, 1, 1, 0.5, 1, 1.3, frozenset({"Shop", "DailyNeeds", "Promos", "LowFees"})),
    "Moderate Users": Kind(2, 0, 1, 0.2, 1, -0.2, frozenset({"Send", "Receive", "TopUp", "NoCash"})),
}
"""By the archetype that the group should be given."""


def people(count: int = 500, seed: int = 4) -> People:
    """Yield invented people, the kinds in turn."""
    chance, kinds = Chance(seed), list(KINDS.values())
    for number in range(1, count + 1):
        kind = kinds[number % len(kinds)]
        frequency, amount = _near(kind.frequency, FREQUENCIES, chance), _near(kind.amount, AMOUNTS, chance)
        trust, aware = _near(kind.trust, TRUST, chance), _near(kind.aware, AWARE, chance)
        issues = chance.tick(kind.issues)
        liking = kind.likes + 0.5 * TRUST.index(trust) - 0.6 * issues + chance.gauss(0, 0.9)
        yield {
            "ID": f"P{number:03}",
            "Freq_Use": frequency,
            "Weekly_Amt": amount,
            "Trust_Level": trust,
            "Had_Issues": ("No", "Yes")[issues],
            "Sec_Aware": aware,
            "Recommend_MM": level(liking, (-1.2, -0.4, 0.5), ("No", "Not sure", "Maybe", "Yes")),
            **{
                f"{question}_{box}": chance.tick(0.85 if box in kind.ticks else 0.12)
                for question, boxes in BOXES.items()
                for box in boxes
            },
        }


def _near(usual: int, labels: tuple[str, ...], chance: Chance) -> str:
    """Return the usual step of a scale, or sometimes the one beside it."""
    step = usual + chance.choice((0, 0, 0, 0, 0, 0, 0, 0, 1, -1))
    return labels[max(0, min(step, len(labels) - 1))]
