"""What one event leads to: the new session, and the effects that put its card in front of the person."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.conversation import layout, offers
from bot.conversation.effects import Effect, Freeze, Redraw, Say
from bot.conversation.screens import current_card
from bot.conversation.session import Session
from bot.conversation.texts import phrase
from engine.survey import Survey


@dataclass(frozen=True, slots=True)
class Context:
    """What a step rests on besides session and event; the core has neither a clock nor randomness.

    ``app_language`` is that of the app from which the event came, where it tells.
    """

    survey: Survey
    now: datetime
    new_run: str
    retention_days: int | None = None
    app_language: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The outcome of one event; without a session nothing about the person is kept."""

    session: Session | None
    effects: tuple[Effect, ...] = ()


def show(survey: Survey, session: Session, note: str = "") -> Step:
    """Show the session's card: in place while it is the chat's last message, else anew at the bottom."""
    if session.card_is_last:
        return redraw(survey, replace(session, revision=session.revision + 1), note)
    return _send(survey, session, note)


def show_changed(survey: Survey, session: Session) -> Step:
    """Show at the bottom what the survey asks now, in place of a card whose buttons no longer stand for the same."""
    if session.phase == "consent" and session.aside == "welcomed":
        session = replace(session, aside=None)
    session = replace(session, doubts=())
    note = "welcome_changed" if session.phase == "consent" else "questions_changed"
    return _send(survey, session, phrase(note, session.language))


def remark(session: Session, words: str) -> Step:
    """Say something, and leave the open card with its buttons where it stands."""
    return Step(session, (Say(words),))


def redraw(survey: Survey, session: Session, note: str = "") -> Step:
    """Show that the same question looks different now (a box was ticked), leaving its buttons valid."""
    if not session.card_is_last:
        return _send(survey, session, note)
    session = offers.stamped(survey, session)
    card = current_card(survey, session).noted(note)
    return Step(session, (Redraw(session.card, layout.clip(card.text), card.keyboard),))


def freeze(session: Session, text: str | None = None) -> tuple[Freeze, ...]:
    """Return what takes the buttons from the open card, if there is one."""
    return (Freeze(session.card, text),) if session.card else ()


def _send(survey: Survey, session: Session, note: str) -> Step:
    old, session = session, replace(session, card=session.card + 1, revision=0, card_is_last=True)
    session = offers.stamped(survey, session)
    card = current_card(survey, session).noted(note)
    return Step(session, (*freeze(old), Say(layout.clip(card.text), card.keyboard, session.card)))
