"""People who finished the survey, put into a store directly: exports and trainings only look at what is there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert

from bot.pseudonyms import Pseudonyms
from bot.store.database import Store
from bot.store.letters import Address
from bot.store.schema import campaigns, people, responses

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PSEUDONYMS = Pseudonyms("a key for tests only")
ANSWERS: Mapping[str, Any] = {
    "Often": "Daily",
    "Cups": 2.5,
    "Brew": "Filter",
    "Milk": "No",
    "With_Sugar": 1,
    "With_Spice": 0,
    "With_Book": 0,
}
"""To the coffee survey."""

_runs = count(1)


def name_of(user: str) -> str:
    return PSEUDONYMS.of(Address("telegram", user))


async def person(store: Store, user: str, **known: Any) -> int:
    """Add somebody, and return their number in the store."""
    values = {"channel": "telegram", "user_id": user, "created_at": NOON, **known}
    return await store.step(
        lambda connection: connection.execute(insert(people).values(values).returning(people.c.id)).scalar_one()
    )


async def response(store: Store, whose: int, **known: Any) -> None:
    """Add a complete run with a stated answer, or what ``known`` says of it."""
    values = {
        "run": f"run-{next(_runs)}",
        "person_id": whose,
        "answers": dict(ANSWERS),
        "stated": "Yes",
        "outcome": "complete",
        "language": "en",
        "consented_at": NOON - MINUTE,
        "finished_at": NOON,
        **known,
    }
    await store.step(lambda connection: connection.execute(insert(responses).values(values)))


async def campaign(store: Store, name: str, slug: str) -> None:
    """Add a campaign."""
    values = {
        "name": name,
        "name_key": name.casefold(),
        "slug": slug,
        "test_slug": f"t_{slug}",
        "code": f"C{slug[:3]}",
        "created_at": NOON,
    }
    await store.step(lambda connection: connection.execute(insert(campaigns).values(values)))
