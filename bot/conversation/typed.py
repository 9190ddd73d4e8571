"""Typed texts: an answer to what the open card asks, the label of one of its buttons, or nearly one of these.

What is only nearly something on offer is asked back, and never taken at once.
"""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import doubts, layout, moves, offers, review, taps
from bot.conversation.callbacks import Action, Callback
from bot.conversation.folding import means
from bot.conversation.misunderstood import not_understood
from bot.conversation.path import is_reviewing, locate
from bot.conversation.screens import current_card
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, remark, show, show_changed
from bot.conversation.texts import phrase
from bot.conversation.understanding import Partly, Reading, Refused, Understood, read, read_grade
from engine.survey import Question


def typed(context: Context, session: Session, text: str) -> Step:
    """Take a text for an answer or for a button's label; where it is neither, ask back or say what would be.

    Where the survey changed under the open card, the text answered what that showed: the person is asked anew.
    """
    if not offers.stands(context.survey, session):
        return show_changed(context.survey, session)
    if session.doubts:
        if (step := _replied(context, session, text)) is not None:
            return step
        session = replace(session, doubts=())  # the text stands for itself
    outcome = _answered(context, session, text)
    if isinstance(outcome, Step):
        return outcome
    if is_stop(text, session.language):
        return moves.leave_alone(context, session)
    return _no_answer(context, session, text, outcome)


def _no_answer(context: Context, session: Session, text: str, reason: str) -> Step:
    """Take a text that is no answer for a button's label, or ask back what it may have meant."""
    card = current_card(context.survey, session)
    data = card.named(text)
    if data and (tap := Callback.parse(data)):
        return taps.perform(context, session, tap)
    if reason == "nothing_to_answer":
        return remark(session, phrase(reason, session.language))
    if reason != "use_buttons" and (meant := doubts.meanings(context.survey, session, card, text)):
        return moves.ask_back(context, session, (meant,))
    session = replace(session, misses=session.misses + 1)
    return show(context.survey, session, not_understood(context.survey, session, reason))


def _replied(context: Context, session: Session, text: str) -> Step | None:
    """Return what a reply to the question asked back leads to; None where the text is none.

    Where a yes would be another answer to the question itself, nobody knows which was meant: that is asked again.
    """
    card = current_card(context.survey, session)
    if (asked := doubts.closest(card)) is None:
        return None
    if means(text, "yes", session.language):
        reading, meant = _read(context, session, text), doubts.answer(context.survey, session, asked)
        other = isinstance(reading, Understood) and reading.answer != meant
        return moves.ask_back(context, session) if other else taps.perform(context, session, asked)
    if means(text, "no", session.language) or means(text, "none", session.language):
        return moves.ask_back(context, session)
    named = card.named(text)
    tap = Callback.parse(named) if named else None
    return taps.perform(context, session, tap) if tap else None


def is_stop(text: str, language: str) -> bool:
    """Whether somebody asks by a text to be left alone; an answer of the survey that reads so comes first."""
    return means(text, "stop", language)


def _answered(context: Context, session: Session, text: str) -> Step | str:
    """Return the step that the text leads to as an answer, or the phrase that says why it is none."""
    if session.aside in ("delete", "language", "privacy"):
        return "use_buttons"
    if session.phase == "consent":
        return _to_welcome(context, session, text)
    if session.phase not in ("asking", "label"):
        return "nothing_to_answer"
    if is_reviewing(context.survey, session):
        place = review.place_of(context.survey, session, text)
        return "not_listed" if place is None else moves.edit(context, session, place)
    question = locate(context.survey, session).current
    if question is not None:
        return _to_question(context, session, question, text)
    grade = read_grade(context.survey.target, text, session.language)
    return moves.state(context, session, grade) if grade else "not_understood"


def _to_welcome(context: Context, session: Session, text: str) -> Step | str:
    if means(text, "agree", session.language):
        return moves.agree(context, session)
    return moves.decline(context, session) if means(text, "decline", session.language) else "use_buttons"


def _to_question(context: Context, session: Session, question: Question, text: str) -> Step | str:
    reading = read(question, text, session.language)
    if isinstance(reading, Refused):
        several = reading.reason == "not_understood" and question.kind == "multi"
        return "not_understood_list" if several else reading.reason
    if isinstance(reading, Partly):
        return _to_list(context, session, reading)
    answer = reading.answer
    if isinstance(answer, tuple) and answer:  # what was ticked before the rest was typed still counts
        chosen = {*answer, *session.ticked}
        answer = tuple(column for column in question.columns if column in chosen)
    return moves.answer(context, session, question, answer)


def _to_list(context: Context, session: Session, reading: Partly) -> Step:
    """Tick the boxes that are certain, and ask back about the rest, or say what of it is nothing on offer."""
    card = current_card(context.survey, session)
    meant = {part: doubts.meanings(context.survey, session, card, part, only=Action.TICK) for part in reading.rest}
    session = moves.ticking(session, reading.columns)
    strange = next((part for part, near in meant.items() if not near), None)
    if strange is None:
        return moves.ask_back(context, session, tuple(meant.values()))
    words = phrase("not_in_list", session.language, text=layout.shorten(strange, layout.LABEL_WIDTH))
    return show(context.survey, session, words)


def _read(context: Context, session: Session, text: str) -> Reading:
    """Return what a text answers to the question that is open, or to the target; the review asks nothing."""
    if is_reviewing(context.survey, session):
        return Refused("not_understood")
    question = locate(context.survey, session).current
    if question is not None:
        return read(question, text, session.language)
    grade = read_grade(context.survey.target, text, session.language)
    return Understood(grade.value) if grade else Refused("not_understood")
