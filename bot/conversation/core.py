"""The conversation as a function: survey + session + event -> new session + effects."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.conversation import moves, taps, unasked
from bot.conversation.carrying import carry_over
from bot.conversation.commands import SHOWING_DATA, commanded, data_of_nobody, nothing_stored
from bot.conversation.events import Commanded, Edited, Event, SentSomethingElse, Started, Tapped, Typed
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, show
from bot.conversation.texts import phrase
from bot.conversation.typed import is_stop, typed
from engine.survey import Survey
from engine.translation import closest

__all__ = ["Step", "advance"]


def advance(
    survey: Survey,
    session: Session | None,
    event: Event,
    *,
    now: datetime,
    new_run: str,
    retention_days: int | None = None,
    app_language: str | None = None,
) -> Step:
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
    retention_days : int, optional
        After how many days without a word a person is erased; None: never by itself.
    app_language : str, optional
        The language of the person's app, in which somebody unknown is met whatever they did first.

    Returns
    -------
    Step
        The session to store (None: erase it) and the effects to carry out in order: at most two messages or
        edits, besides a result or what is kept about the person.
    """
    context = Context(survey, now, new_run, retention_days, app_language)
    return unasked.remembered(_step(context, session, event), event)


def _step(context: Context, session: Session | None, event: Event) -> Step:
    if session is None and isinstance(event, Edited):
        return Step(None)  # what was written before nobody knows any more
    if session is None or session.survey != context.survey.id:
        return _meet(context, session, event)
    session = carry_over(context.survey, session)
    if isinstance(event, Tapped):
        return taps.tapped(context, session, event.data)
    repeated = unasked.is_repetition(session, event)
    if not isinstance(event, Edited):
        session = _written_below(session)
    warning = unasked.warned(context, session, event)
    if warning is not None or repeated:
        return warning or Step(session)
    return _answer(context, session, event)


def _answer(
    context: Context, session: Session, event: Started | Commanded | Typed | Edited | SentSomethingElse
) -> Step:
    """Answer what was written or sent."""
    if isinstance(event, Started):
        return _started(context, session, event)
    if isinstance(event, Commanded):
        return commanded(context, session, event.name)
    if isinstance(event, Typed):
        return typed(context, session, unasked.answerable(event.text))
    if isinstance(event, Edited):
        return unasked.edited(context, session)
    return unasked.sent(context, session, event)


def _written_below(session: Session) -> Session:
    """Note that the person's message stands below the card; whoever writes below the welcome has read it."""
    welcomed = session.phase == "consent" and session.aside is None
    return replace(session, card_is_last=False, last_tap=None, aside="welcomed" if welcomed else session.aside)


def _meet(context: Context, before: Session | None, event: Event) -> Step:
    """Welcome somebody unknown, or known from another survey, whatever they did first."""
    started = event if isinstance(event, Started) else Started(language=context.app_language)
    chosen = before is not None and before.language_chosen
    wanted = (started.campaign_language, started.language, before.language if before else None)
    fresh = Session(
        run=context.new_run,
        survey=context.survey.id,
        campaign=started.campaign,
        shared=started.shared,
        language=_language(context.survey, *(reversed(wanted) if chosen else wanted)),
        language_chosen=chosen,
        card=before.card if before else 0,
        no_reminders=before is not None and before.no_reminders,
    )
    if isinstance(event, Tapped) and before is None:
        return taps.tapped_by_nobody(context, fresh, event.data)
    if isinstance(event, Tapped):
        return taps.tapped(context, fresh, event.data)
    if before is None and _wants_nothing(event, fresh.language):
        return nothing_stored(fresh.language)
    if isinstance(event, Commanded) and event.name in SHOWING_DATA and before is None:
        return data_of_nobody(event.name)
    if isinstance(event, Commanded) and event.name in ("help", "privacy", "language", "delete", *SHOWING_DATA):
        return commanded(context, fresh, event.name)
    return unasked.warned(context, fresh, event) or show(context.survey, fresh)


def _started(context: Context, session: Session, event: Started) -> Step:
    """Go on with an unfinished run, or begin a new one."""
    if session.phase == "consent":
        wanted = None if session.language_chosen else event.campaign_language
        came = replace(
            _led_by(session, event), aside=None, language=_language(context.survey, wanted, session.language)
        )
        return show(context.survey, came)
    if session.phase not in ("asking", "label"):
        return moves.restart(context, _led_by(session, event), phrase("new_round", session.language))
    note = phrase("welcome_back", session.language)
    return show(context.survey, replace(session, aside="resumed", doubts=(), review=None), note)


def _led_by(session: Session, event: Started) -> Session:
    """Note by which link the person came now; one that names no campaign leaves the campaign that led here before."""
    if event.campaign is None and (session.campaign is not None or not event.shared):
        return session
    return replace(session, campaign=event.campaign, shared=event.shared)


def _wants_nothing(event: Event, language: str) -> bool:
    """Whether somebody unknown asks to be erased, or left alone."""
    if isinstance(event, Commanded):
        return event.name in ("delete", "stop")
    return isinstance(event, Typed) and is_stop(event.text, language)


def _language(survey: Survey, *wanted: str | None) -> str:
    """Return the first of the wanted languages that the survey speaks ("en-US" is "en"), else the survey's first."""
    spoken = (closest(each, survey.languages) for each in wanted if each)
    return next((each for each in spoken if each), survey.languages[0])
