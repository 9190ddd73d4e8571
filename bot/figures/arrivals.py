"""By which links people came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import CTE, Connection, func, select

from bot.figures.small_cells import TOLD_FROM
from bot.store import campaigns

MOST_UNKNOWN = 5
"""Unknown links that are named: anybody can make one up."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How many people came by one link.

    Attributes
    ----------
    name : str
        The campaign's, or what an unknown link carried.
    """

    name: str
    people: int
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many people came by which link.

    Attributes
    ----------
    campaigns : tuple of Arrival
        Those by which somebody came, the most frequent first.
    unknown : tuple of Arrival
        The most frequent of the links that belong to no campaign.
    unknown_people : int
        Who came by any of those.
    without_link : int
    """

    campaigns: tuple[Arrival, ...]
    unknown: tuple[Arrival, ...]
    unknown_people: int
    without_link: int


def read_arrivals(connection: Connection, first: CTE) -> Arrivals:
    """Count the people of these runs by the links that led there."""
    query = select(first.c.campaign, func.count().label("people")).group_by(first.c.campaign)
    came: dict[str | None, int] = {row.campaign: row.people for row in connection.execute(query)}
    without_link = came.pop(None, 0)
    known = [
        Arrival(campaign.name, came.pop(campaign.slug), campaign.archived)
        for campaign in campaigns.everything(connection)
        if campaign.slug in came
    ]
    # what a link carries may name the only one who came by it
    unknown = [Arrival(str(slug), people) for slug, people in came.items() if people >= TOLD_FROM]
    return Arrivals(
        campaigns=_ordered(known),
        unknown=_ordered(unknown)[:MOST_UNKNOWN],
        unknown_people=sum(came.values()),
        without_link=without_link,
    )


def _ordered(arrivals: Iterable[Arrival]) -> tuple[Arrival, ...]:
    return tuple(sorted(arrivals, key=lambda arrival: (-arrival.people, arrival.name)))
