"""The analysis report at the desk: asked for here, made by a job."""

from __future__ import annotations

from bot.desk.visit import Answer, Visit
from bot.desk.waiting import already, waiting_card
from bot.store import jobs


def analyse(visit: Visit) -> Answer:
    """Begin a report."""
    if (refusal := already(visit, jobs.ANALYSIS)) is not None:
        return (refusal,)
    visit.log("report")
    return (waiting_card(visit, jobs.add(visit.connection, visit.who, visit.language, visit.now, kind=jobs.ANALYSIS)),)
