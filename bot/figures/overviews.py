"""All campaigns at a glance: how many people came by each, and how far."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from bot.conversation.progress import FINISHED, STATED
from bot.figures.first_runs import first_runs
from bot.store.schema import campaigns, reached, runs


@dataclass(frozen=True, slots=True)
class Overview:
    """One campaign's people: those who came this far, or further."""

    id: int
    name: str
    code: str
    archived: bool
    started: int
    consented: int
    finished: int
    stated: int


def read_overviews(connection: Connection) -> list[Overview]:
    """Return every campaign with its people, the newest first; a person counts once for each campaign."""
    first = first_runs(runs.c.campaign.in_(select(campaigns.c.slug)), of_each_campaign=True)
    # 0 for somebody who came only, 1 agreed, 2 finished, 3 stated
    how_far = case((reached.c.stage.is_(None), 0), else_=case({FINISHED: 2, STATED: 3}, value=reached.c.stage, else_=1))
    each = (
        select(first.c.run, first.c.campaign, func.max(how_far).label("place"))
        .select_from(first.outerjoin(reached, (reached.c.run == first.c.run)))
        .group_by(first.c.run, first.c.campaign)
        .subquery()
    )
    reaching = [func.coalesce(func.sum(case((each.c.place >= place, 1), else_=0)), 0) for place in range(4)]
    query = (
        select(campaigns.c.id, campaigns.c.name, campaigns.c.code, campaigns.c.archived_at, *reaching)
        .select_from(campaigns.outerjoin(each, each.c.campaign == campaigns.c.slug))
        .group_by(campaigns.c.id)
        .order_by(campaigns.c.created_at.desc(), campaigns.c.id.desc())
    )
    return [
        Overview(number, name, code, archived_at is not None, *(int(people) for people in counts))
        for number, name, code, archived_at, *counts in connection.execute(query)
    ]
