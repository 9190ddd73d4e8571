"""Typed texts: an answer to what the open card asks, or the label of one of its buttons."""

from __future__ import annotations

from bot.conversation import moves, offers, taps
from bot.conversation.callbacks import Callback
from bot.conversation.path import locate
from bot.conversation.screens import current_card
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, remark, show, show_changed
from bot.conversation.texts import phrase, vocabulary
from bot.conversation.understanding import Understood, plain, read, read_grade
from engine.survey import Question


def typed(context: Context, session: Session, text: str) -> Step:
    """Take a text for an answer or for a button's label; where it is neither, say so and ask again.

    Where the survey changed under the open card, the text answered what that showed: the person is asked anew.
    """
    if not offers.stands(context.survey, session):
        return show_changed(context.survey, session)
    outcome = _answered(context, session, text)
    if isinstance(outcome, Step):
        return outcome
    if is_stop(text, session.language):
        return moves.leave_alone(context, session)
    data = current_card(context.survey, session).named(text)
    tap = Callback.parse(data) if data else None
    if tap is not None:
        return taps.perform(context, session, tap)
    words = phrase(outcome, session.language)
    return remark(session, words) if outcome == "nothing_to_answer" else show(context.survey, session, words)


def is_stop(text: str, language: str) -> bool:
    """Whether somebody asks by a text to be left alone; an answer of the survey that reads so comes first."""
    return plain(text) in vocabulary("stop", language)


def _answered(context: Context, session: Session, text: str) -> Step | str:
    """Return the step that the text leads to as an answer, or the phrase that says why it is none."""
    if session.aside in ("delete", "language", "privacy"):
        return "use_buttons"
    if session.phase == "consent":
        return _to_welcome(context, session, text)
    if session.phase not in ("asking", "label"):
        return "nothing_to_answer"
    question = locate(context.survey, session).current
    if question is not None:
        return _to_question(context, session, question, text)
    grade = read_grade(context.survey.target, text)
    return moves.state(context, session, grade) if grade else "not_understood"


def _to_welcome(context: Context, session: Session, text: str) -> Step | str:
    if plain(text) in vocabulary("agree", session.language):
        return moves.agree(context, session)
    return moves.decline(session) if plain(text) in vocabulary("decline", session.language) else "use_buttons"


def _to_question(context: Context, session: Session, question: Question, text: str) -> Step | str:
    reading = read(question, text, session.language)
    if not isinstance(reading, Understood):
        return reading.reason
    answer = reading.answer
    if isinstance(answer, tuple) and answer:  # what was ticked before the rest was typed still counts
        chosen = {*answer, *session.ticked}
        answer = tuple(column for column in question.columns if column in chosen)
    return moves.answer(context, session, question, answer)
