"""What a card's buttons stand for: a digest tells whether the survey changed under a card, or under a whole run."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from bot.conversation import consent
from bot.conversation.path import answered, is_reviewing, locate
from bot.conversation.session import Session
from engine.survey import Question, Survey

_ALWAYS = "always"
"""Instead of a digest: the card's buttons mean the same whatever the survey asks."""


def stamped(survey: Survey, session: Session) -> Session:
    """Note what the card that is about to be drawn asks and offers; a question gone back to may be gone itself.

    What was asked back is forgotten where something else lies over it.
    """
    question = _open_question(survey, session)
    asked = question.id if question else None
    at = session.at if session.at == asked else None
    lasting = session.phase in ("asking", "label") and session.aside not in ("delete", "language")
    doubts = session.doubts if lasting else ()
    return replace(session, asked=asked, at=at, offer=_offer(survey, session, question), doubts=doubts)


def stands(survey: Survey, session: Session) -> bool:
    """Whether the open card still offers what it offered when it was drawn, so that taps and texts mean the same."""
    offer = _offer(survey, session, _open_question(survey, session))
    return offer in (_ALWAYS, session.offer)


def definition(survey: Survey) -> str:
    """Return a digest of what decides about the path: the questions, their conditions, their answers."""
    return _digest(*map(_route, survey.asked))


def _open_question(survey: Survey, session: Session) -> Question | None:
    if session.phase not in ("asking", "label") or is_reviewing(survey, session):
        return None
    return locate(survey, session).current


def _offer(survey: Survey, session: Session, question: Question | None) -> str:
    if session.aside in ("delete", "privacy"):
        return _ALWAYS
    if session.aside == "language":
        return _digest("language", survey.languages)
    if session.phase == "consent":
        # whoever agrees, agrees to the terms that they were shown, in their language
        labels = [consent.agree_label(survey, session.language, training=training) for training in (True, False)]
        return _digest("consent", consent.terms(survey, session.language), *labels)
    if session.phase not in ("asking", "label"):
        return _ALWAYS
    if question is None:
        return _list_offer(survey, session)
    return _digest("question", question.id, question.kind, question.required, *_answers(question))


def _list_offer(survey: Survey, session: Session) -> str:
    """Return a digest of what is offered where no question is open: the answers given, or those to the target."""
    if is_reviewing(survey, session):
        return _digest("review", [(place, question.id) for place, question in answered(survey, session)])
    return _digest("label", survey.target.column, [grade.value for grade in survey.target.grades])


def _answers(question: Question) -> tuple[str, ...]:
    """Return what can be answered, in the order of the buttons; wording is left out."""
    if question.kind == "number":
        return question.unit.all() if question.unit else ()
    return tuple(question.by_value) if question.kind == "single" else question.columns


def _route(question: Question) -> tuple[object, ...]:
    choices = [(choice.value, choice.code, choice.ends is None) for choice in question.choices]
    return question.id, question.kind, question.scale, question.when, question.columns, choices


def _digest(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
