"""The one reminder that somebody gets who stopped in the middle: what is left, and the open card once more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.conversation import layout, offers
from bot.conversation.carrying import carry_over
from bot.conversation.effects import Say
from bot.conversation.path import Position, locate
from bot.conversation.screens import current_card
from bot.conversation.session import Phase, Session
from bot.conversation.step import Step, freeze
from bot.conversation.texts import phrase
from engine.survey import Question, Survey

UNFINISHED: tuple[Phase, ...] = ("asking", "label")
"""Where somebody may have stopped in the middle."""
SECONDS_A_QUESTION = 15
"""What a question takes, read and tapped: seven of them and one's own answer take two minutes."""


def may_be_reminded(survey: Survey, session: Session) -> bool:
    """Whether somebody agreed, stopped before the end, and neither was reminded of this run nor said stop."""
    return (
        session.survey == survey.id
        and session.phase in UNFINISHED
        and session.consented_at is not None
        and session.reminded_at is None
        and not session.no_reminders
        and session.aside != "delete"  # who is about to be erased is not to be talked out of it
    )


def nudge(survey: Survey, session: Session, now: datetime) -> Step:
    """Remind somebody, or do nothing where they may not be.

    The card keeps its number while its buttons mean the same, so that a tap on it counts even before the reminder has
    arrived; the message before loses its buttons.
    """
    if not may_be_reminded(survey, session):
        return Step(session)
    old, session = session, carry_over(survey, session)
    if old.aside in ("language", "privacy") or not offers.stands(survey, session):
        session = replace(session, card=session.card + 1, revision=0)
    session = replace(session, aside="reminded", card_is_last=True, reminded_at=now.isoformat())
    session = offers.stamped(survey, session)
    card = current_card(survey, session).noted(_words(survey, session))
    return Step(session, (*freeze(old), Say(layout.clip(card.text), card.keyboard, session.card)))


def _words(survey: Survey, session: Session) -> str:
    position = locate(survey, session)
    if position.current is None:
        return phrase("nudge_last", session.language)
    left = _left(_unanswered(position, session), session.language)
    return phrase("nudge", session.language, number=position.number, total=position.total, left=left)


def _unanswered(position: Position, session: Session) -> Sequence[Question]:
    return [question for question in position.path if question.id not in session.answers]


def _left(questions: Sequence[Question], language: str) -> str:
    """Return how long what is left takes: these questions, and the person's own answer to the target."""
    seconds = SECONDS_A_QUESTION * (len(questions) + 1)
    minutes = -(-seconds // 60)
    return phrase("minute_left", language) if minutes == 1 else phrase("minutes_left", language, minutes=minutes)
