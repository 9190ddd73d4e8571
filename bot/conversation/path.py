"""The path through the survey, computed from definition and answers: where a person stands, what counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.conversation.session import Answer, Session
from engine.survey import ALWAYS, Choice, Code, Question, Survey


@dataclass(frozen=True, slots=True)
class Position:
    """A place on a path: ``number`` counts from 1 and is one past the path's end when all is answered."""

    path: tuple[Question, ...]
    number: int

    @property
    def total(self) -> int:
        """How many questions the path has, as far as the answers tell."""
        return len(self.path)

    @property
    def current(self) -> Question | None:
        """The question to answer now, or None when all is answered."""
        return self.path[self.number - 1] if self.number <= self.total else None

    @property
    def previous(self) -> Question | None:
        """The question before, or None at the first."""
        return self.path[self.number - 2] if self.number > 1 else None


def walk(survey: Survey, answers: Mapping[str, Answer]) -> tuple[Question, ...]:
    """Return the questions for someone who answered this way; they stop where a choice ends the survey."""
    path: list[Question] = []
    for question in survey.asked:
        if question.when != ALWAYS and not question.when.fits(_known(path, answers)):
            continue
        path.append(question)
        if (choice := _choice(question, answers.get(question.id))) is not None and choice.ends is not None:
            break
    return tuple(path)


def ending(survey: Survey, answers: Mapping[str, Answer]) -> Choice | None:
    """Return the choice that closed the survey, if one did."""
    path = walk(survey, answers)
    choice = _choice(path[-1], answers.get(path[-1].id)) if path else None
    return choice if choice is not None and choice.ends is not None else None


def locate(survey: Survey, session: Session) -> Position:
    """Return where the person stands: at the question gone back to, else at the first unanswered one."""
    path = walk(survey, session.answers)
    ids = [question.id for question in path]
    if session.at in ids:
        return Position(path, ids.index(session.at) + 1)
    unanswered = (number for number, name in enumerate(ids, 1) if name not in session.answers)
    return Position(path, next(unanswered, len(path) + 1))


def is_reviewing(survey: Survey, session: Session) -> bool:
    """Whether the person looks through their answers now.

    It waits while they are at a question that they went back to, and while another one that a changed answer has
    brought up, before the place from which they began, is to be answered.
    """
    if session.review is None or session.phase not in ("asking", "label"):
        return False
    position = locate(survey, session)
    ids = [question.id for question in position.path]
    if session.at in ids or position.current is None:
        return session.at not in ids
    if session.review in ids:
        return position.number > ids.index(session.review)
    return session.review != ""


def answered(survey: Survey, session: Session) -> tuple[tuple[int, Question], ...]:
    """Return the questions of the path that are answered, each with its place, counted from 0."""
    path = walk(survey, session.answers)
    return tuple((place, question) for place, question in enumerate(path) if question.id in session.answers)


def ticks(question: Question, session: Session) -> tuple[str, ...]:
    """Return the boxes ticked on a question's card and not yet confirmed."""
    return tuple(column for column in question.columns if column in session.ticked)


def to_answers(survey: Survey, answers: Mapping[str, Answer]) -> dict[str, str | float]:
    """Return the path's answers as the table holds them: column -> label, number or 0/1; skipped: left out."""
    columns: dict[str, str | float] = {}
    for question in walk(survey, answers):
        answer = answers.get(question.id)
        if isinstance(answer, tuple):
            columns.update({column: int(column in answer) for column in question.columns})
        elif answer is not None:
            columns[question.id] = answer
    return columns


def _choice(question: Question, answer: Answer) -> Choice | None:
    return question.by_value.get(answer) if isinstance(answer, str) else None


def _known(path: Iterable[Question], answers: Mapping[str, Answer]) -> dict[str, Code]:
    return {column: code for question in path for column, code in _codes(question, answers.get(question.id)).items()}


def _codes(question: Question, answer: Answer) -> dict[str, Code]:
    """Return what later conditions may rest on; a skipped or unanswered question says nothing."""
    if isinstance(answer, tuple):
        return {column: float(column in answer) for column in question.columns}
    if isinstance(answer, int | float):
        return {question.id: float(answer)}
    choice = _choice(question, answer)
    if choice is None:
        return {}
    code = choice.value if question.scale == "nominal" else choice.code
    return {} if code is None else {question.id: code}
