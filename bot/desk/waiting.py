"""Jobs at the desk: the card of one that waits, what is said where there is one already, and breaking one off."""

from __future__ import annotations

from bot.conversation.effects import Redraw
from bot.desk.visit import Answer, Visit
from bot.store import jobs
from bot.store.jobs import Job
from bot.store.letters import Message

_ACTS = {jobs.TRAINING: "cancel training", jobs.ANALYSIS: "cancel report"}


def already(visit: Visit, kind: str) -> Message | None:
    """Say that such a job waits or is under way; None where none is."""
    others = [each for each in jobs.unfinished(visit.connection) if each.kind == kind]
    if not others:
        return None
    mine = any(each.chat == visit.who for each in others)
    return visit.say(f"{kind}_already" if mine else f"{kind}_of_another")


def waiting_card(visit: Visit, job: Job) -> Message:
    """Return the card that will show how far a job is."""
    ahead = [each for each in jobs.unfinished(visit.connection) if each.id != job.id]
    name = f"{job.kind}_begins"
    if ahead:
        name = f"{job.kind}_behind" if ahead[-1].kind == job.kind else f"{job.kind}_behind_{ahead[-1].kind}"
    return Redraw(job.card, visit.text(name), ((visit.button("button_cancel_training", "cancel", job.id),),))


def cancel(visit: Visit) -> Answer:
    """Break a job off."""
    job = named(visit)
    if job is None:
        return (visit.say("training_over"),)
    for before, after, told in (
        (jobs.WAITING, jobs.CANCELLED, "cancelled"),
        (jobs.RUNNING, jobs.CANCELLING, "cancelling"),
    ):
        if jobs.move(visit.connection, job.id, before, after):
            visit.log(_ACTS[job.kind])
            return (Redraw(job.card, visit.text(f"{job.kind}_{told}")),)
    return (visit.say(f"{job.kind}_over"),)


def named(visit: Visit) -> Job | None:
    """Return the job that a button is about."""
    number = visit.argument
    return jobs.get(visit.connection, int(number)) if number.isascii() and number.isdigit() else None
