"""Carrying a run over to another definition of its survey: by question id, without losing an answer.

What was given to a question stays as it was given, in the words of the time; what it means is read anew from that by
whatever definition is asked. So it does not matter how often the definition changes, nor whether it changes back, nor
whether two workers of a rolling deploy disagree about it: the same words always read the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import offers, path
from bot.conversation.session import Answer, Phase, Session
from engine.survey import Question, Survey, normalise


def carry_over(survey: Survey, session: Session) -> Session:
    """Return the session as it stands on ``survey``; where nothing changed, as it is.

    Answers are read anew, and the person stands where the path has them now: at the question that the open card asks
    while that is still to be answered, so that a new question before it comes after it. Boxes ticked, and a question
    gone back to, need nothing: they count only for a question that is there.
    """
    if session.phase not in ("asking", "label"):
        return session
    if session.given or not all(_stays(survey, name, answer) for name, answer in session.answers.items()):
        session = _read_anew(survey, session)
    return _in_line(survey, session)


def noted(session: Session, question: Question, answer: Answer) -> Session:
    """Note down an answer in place of the one that it corrects.

    What was given before and cannot be given to the question as it is now, is not corrected by that: it is kept.
    """
    rest = tuple(left for given in _story(session, question.id) for left in _beyond(question, given))
    given = {name: story for name, story in session.given.items() if name != question.id}
    if rest:
        given[question.id] = (*rest, answer)
    others = tuple(column for column in session.ticked if column not in question.columns)
    return replace(session, answers={**session.answers, question.id: answer}, given=given, ticked=others)


def set_aside(survey: Survey, session: Session) -> dict[str, list[Answer]]:
    """Return what was given and is no part of the response: question id -> answers in the words of the time.

    An answer that lies off the path belongs here only where the definition, not the person, may have put it there.
    """
    on_path = {question.id: question for question in path.walk(survey, session.answers)}
    changed = session.definition != offers.definition(survey)
    aside = {}
    for name in {**session.answers, **session.given}:
        if name not in on_path and name not in session.given and not changed:
            continue
        story, counted = _story(session, name), session.answers.get(name) if name in on_path else None
        if left := [rest for given in story for rest in _without(given, counted)]:
            aside[name] = left
    return aside


def _stays(survey: Survey, name: str, answer: Answer) -> bool:
    """Whether a question reads its answer just as it was given."""
    question = survey.by_id.get(name)
    return question is not None and question.ask and _read(question, (answer,)) == (answer,)


def _read_anew(survey: Survey, session: Session) -> Session:
    answers, given = dict(session.answers), dict(session.given)
    for name in {**answers, **given}:
        question, story = survey.by_id.get(name), _story(session, name)
        reading = _read(question, story) if question is not None and question.ask else ()
        answers.pop(name, None) if not reading else answers.update({name: reading[0]})
        given.pop(name, None) if reading == story else given.update({name: story})
    unchanged = answers == session.answers and given == session.given
    return session if unchanged else replace(session, answers=answers, given=given)


def _in_line(survey: Survey, session: Session) -> Session:
    """Bring phase and place in line with the path."""
    position = path.locate(survey, session)
    names = [question.id for question in position.path]
    current = position.current.id if position.current is not None else None
    at = current
    if session.at not in names and session.asked in names and session.asked not in session.answers:
        at = session.asked
    elif current is None and path.ending(survey, session.answers) is not None:
        at = names[-1]  # to be confirmed, since it did not end the survey when it was given
    phase: Phase = "label" if at is None else "asking"
    if at == current and phase == session.phase:
        return session
    return replace(session, phase=phase, at=session.at if at == current else at)


def _story(session: Session, name: str) -> tuple[Answer, ...]:
    """Return everything that was given to a question, oldest first."""
    if name in session.given:
        return session.given[name]
    return (session.answers[name],) if name in session.answers else ()


def _read(question: Question, story: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return what a story answers to the question of now: one answer, or none.

    The last word counts that the question understands; boxes add up, since one that was on offer and not ticked again
    is no longer in the story.
    """
    readings = [reading for given in reversed(story) for reading in _reading(question, given)]
    if not readings or not isinstance(readings[0], tuple):
        return tuple(readings[:1])
    ticked = {column for reading in readings if isinstance(reading, tuple) for column in reading}
    return (tuple(column for column in question.columns if column in ticked),)


def _reading(question: Question, given: Answer) -> tuple[Answer, ...]:
    """Return how a question understands one answer; empty where it does not."""
    if given is None:
        return () if question.required else (None,)
    if question.kind == "multi" and isinstance(given, tuple):
        columns = {column for name in given for column in _columns(question, name)}
        return (tuple(columns),) if columns or not given else ()
    if question.kind == "number" and isinstance(given, int | float):
        return (given,) if _is_within(question, given) else ()
    if question.kind == "single" and isinstance(given, str):
        return (given,) if given in question.by_value else _renamed(question, given)
    return ()


def _is_within(question: Question, amount: float) -> bool:
    lowest, highest = question.minimum, question.maximum
    return (lowest is None or amount >= lowest) and (highest is None or amount <= highest)


def _renamed(question: Question, value: str) -> tuple[str, ...]:
    """Return the value that another one has become: its own choice names the old one among its aliases."""
    names = {normalise(name): choice.value for choice in question.choices for name in (choice.value, *choice.aliases)}
    return (names[normalise(value)],) if normalise(value) in names else ()


def _columns(question: Question, name: str) -> tuple[str, ...]:
    """Return the box that a column is, or has become, if there is one."""
    if name in question.columns:
        return (name,)
    return tuple(option.column for option in question.options if name in option.aliases)[:1]


def _beyond(question: Question, given: Answer) -> tuple[Answer, ...]:
    """Return what of an answer cannot be given to the question as it is now; a skip leaves nothing behind."""
    if given is None:
        return ()
    if question.kind == "multi" and isinstance(given, tuple):
        gone = tuple(name for name in given if not _columns(question, name))
        return (gone,) if gone else ()
    return () if _reading(question, given) else (given,)


def _without(given: Answer, counted: Answer) -> tuple[Answer, ...]:
    """Return what of an answer is not counted."""
    if given is None or given == counted:
        return ()
    if isinstance(given, tuple) and isinstance(counted, tuple):
        left = tuple(column for column in given if column not in counted)
        return (left,) if left else ()
    return (given,)
