"""The conversation as a function: survey + session + event -> new session + effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import moves, taps
from bot.conversation.carrying import carry_over
from bot.conversation.commands import commanded, nothing_stored
from bot.conversation.events import Commanded, Event, Started, Tapped, Typed
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, show
from bot.conversation.texts import phrase
from bot.conversation.typed import typed
from engine.survey import Survey

__all__ = ["Step", "advance"]


def advance(survey: Survey, session: Session | None, event: Event, *, now: datetime, new_run: str) -> Step:
    """Return what an event makes of a conversation.

    Parameters
    ----------
    survey : Survey
        The definition that is asked.
    session : Session or None
        Where the person stands; None for somebody who is new, or was erased.
    event : Event
        What the person did.
    now : datetime
        The time of the event, aware of its zone.
    new_run : str
        A fresh random name of letters, digits, "-" and "_", used if the event begins a new run.

    Returns
    -------
    Step
        The session to store (None: erase it) and the effects to carry out in order: at most two messages or
        edits, besides a result.
    """
    context = Context(survey, now, new_run)
    if session is None or session.survey != survey.id:
        return _meet(context, session, event)
    session = carry_over(survey, session)
    if isinstance(event, Tapped):
        return taps.tapped(context, session, event.data)
    session = _written_below(session)
    if isinstance(event, Started):
        return _started(context, session, event)
    if isinstance(event, Commanded):
        return commanded(context, session, event.name)
    if isinstance(event, Typed):
        return typed(context, session, event.text)
    return show(survey, session, phrase("only_words", session.language))


def _written_below(session: Session) -> Session:
    """Note that the person's message stands below the card; whoever writes below the welcome has read it."""
    welcomed = session.phase == "consent" and session.aside is None
    return replace(session, card_is_last=False, last_tap=None, aside="welcomed" if welcomed else session.aside)


def _meet(context: Context, before: Session | None, event: Event) -> Step:
    """Welcome somebody unknown, or known from another survey, whatever they did first."""
    started = event if isinstance(event, Started) else Started()
    fresh = Session(
        run=context.new_run,
        survey=context.survey.id,
        campaign=started.campaign,
        language=_language(context.survey, started.language or (before.language if before else None)),
        card=before.card if before else 0,
    )
    if isinstance(event, Tapped) and before is None:
        return taps.tapped_by_nobody(context, fresh, event.data)
    if isinstance(event, Tapped):
        return taps.tapped(context, fresh, event.data)
    if isinstance(event, Commanded) and event.name == "delete" and before is None:
        return nothing_stored(fresh.language)
    if isinstance(event, Commanded) and event.name in ("help", "privacy", "language", "delete"):
        return commanded(context, fresh, event.name)
    return show(context.survey, fresh)


def _started(context: Context, session: Session, event: Started) -> Step:
    """Go on with an unfinished run, or begin a new one."""
    campaign = event.campaign
    if session.phase == "consent":
        return show(context.survey, replace(session, aside=None, campaign=campaign or session.campaign))
    if session.phase not in ("asking", "label"):
        return moves.restart(context, session, campaign, phrase("new_round", session.language))
    note = phrase("welcome_back", session.language)
    return show(context.survey, replace(session, aside="resumed", doubts=(), review=None), note)


def _language(survey: Survey, wanted: str | None) -> str:
    """Return the survey's language closest to the wanted one ("en-US" is "en"), else its first."""
    base = (wanted or "").split("-", maxsplit=1)[0].lower()
    return base if base in survey.languages else survey.languages[0]
