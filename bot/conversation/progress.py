"""How far a run has come: the stages that a step reaches for the first time, read off the sessions around it."""

from __future__ import annotations

from bot.conversation.session import Session

STARTED, CONSENTED, FINISHED, STATED, ENDED = "started", "consented", "finished", "stated", "ended"
ANSWERED = "answered:"
"""Begins the stage of a question; its id follows."""

_AT_THE_END = ("finished", "ended")


def stages(before: Session | None, after: Session | None) -> tuple[str, ...]:
    """Return what a step reached, in order.

    Parameters
    ----------
    before, after : Session or None
        Where the person stood and stands; None for nobody, and for somebody erased.

    Returns
    -------
    tuple of str
        "started" where the run is a new one; "consented"; "answered:" with the id of each question answered, corrected
        or not; "finished" with all of them, and "stated" with the person's own answer to the target; or "ended", where
        an answer closed the survey.
    """
    if after is None:
        return ()
    new = before is None or before.run != after.run
    known = None if new else before
    reached = [STARTED] if new else []
    if after.consented_at is not None and (known is None or known.consented_at is None):
        reached.append(CONSENTED)
    earlier = {} if known is None else known.answers
    reached += [ANSWERED + question for question in after.answers if question not in earlier]
    if after.phase in _AT_THE_END and (known is None or known.phase not in _AT_THE_END):
        reached.append(FINISHED if after.phase == "finished" else ENDED)
        if after.stated is not None:
            reached.append(STATED)
    return tuple(reached)
