"""All campaigns at a glance: each with its own people, each of whom counts once."""

from __future__ import annotations

from bot.figures.overviews import Overview, read_overviews
from bot.store.database import Store
from tests.bot.figures.runs import come, journey
from tests.bot.tables.people import campaign


async def test_every_campaign_tells_how_far_its_people_came(store: Store) -> None:
    await campaign(store, "Fair", "fair")
    await campaign(store, "Radio", "radio")
    whole = list(journey(end=("finished", "stated")))
    await come(store, (), ("consented",), list(journey("q", end=("finished",))), whole, campaign="fair")
    await come(store, whole, campaign="elsewhere")
    await come(store, whole, campaign="fair", test=True)
    await come(store, (), campaign="fair", ended_by="erased", person_id=None)

    radio, fair = await store.look(read_overviews)

    assert radio == Overview(2, "Radio", "Crad", archived=False, started=0, consented=0, finished=0, stated=0)
    assert fair == Overview(1, "Fair", "Cfai", archived=False, started=4, consented=3, finished=2, stated=1)


async def test_who_came_twice_by_a_campaign_counts_once_and_by_two_counts_for_each(store: Store) -> None:
    await campaign(store, "Fair", "fair")
    await campaign(store, "Radio", "radio")
    for number, slug in enumerate(("fair", "fair", "radio")):
        await come(store, (), campaign=slug, person_id=None, run=f"{'a' * 16}.{number}", ended_by="declined")

    assert [overview.started for overview in await store.look(read_overviews)] == [1, 1]
