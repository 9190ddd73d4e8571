"""The cards that ask: one question of the survey, and the person's own answer to the target."""

from __future__ import annotations

from collections.abc import Sequence

from bot.conversation import layout
from bot.conversation.callbacks import Action
from bot.conversation.cards import Card, button
from bot.conversation.effects import Button, Keyboard
from bot.conversation.path import Position, ticks
from bot.conversation.session import Session
from bot.conversation.texts import phrase
from bot.conversation.wording import answer_words
from engine.labels import label_width
from engine.survey import Question, Survey

_MARK = "☑ "
"""The widest mark before a label."""
_DOTS = 12
"""Longest progress bar: with the words beside it, it still fits one line of a small phone."""


def question_card(session: Session, position: Position, question: Question) -> Card:
    """Return the card that asks one question."""
    language = session.language
    labels, listed = labels_of(_texts(question, language))
    progress = f"{phrase('progress', language, number=position.number, total=position.total)}  {_bar(position)}"
    text = layout.paragraphs(*_paragraphs(question, progress, _receipt(position, session), language), listed)
    may_skip = not question.required
    if question.kind == "multi":
        rows, confirm = _boxes(session, question, labels), _confirm(session, question)
        return Card(text, (*rows, *_navigation(session, position, confirm, may_skip=may_skip)))
    return Card(text, (*_choices(session, question, labels), *_navigation(session, position, may_skip=may_skip)))


def label_card(survey: Survey, session: Session, position: Position) -> Card:
    """Return the card that asks for the person's own answer to the target, before any guess."""
    language = session.language
    labels, listed = labels_of([(words := grade.text.to(language), words) for grade in survey.target.grades])
    text = layout.paragraphs(
        _lines(phrase("last_question", language), _receipt(position, session)),
        phrase("before_i_guess", language),
        survey.target.text.to(language),
        listed,
    )
    rows = tuple((button(session, label, Action.STATE, place),) for place, label in enumerate(labels))
    review = button(session, phrase("review", language), Action.REVIEW)
    return Card(text, (*rows, *_navigation(session, position, review, may_skip=True)))


def _paragraphs(question: Question, progress: str, receipt: str | None, language: str) -> tuple[str | None, ...]:
    """Return the card's text; above many boxes it is short, or a small phone shows none of it."""
    asks, instruction = question.text.to(language), _instruction(question, language)
    explains = question.help.to(language) if question.help else None
    if question.kind == "multi":
        return _lines(progress, receipt), " ".join(part for part in (asks, explains, instruction) if part)
    return _lines(progress, receipt), asks, explains, instruction


def _receipt(position: Position, session: Session) -> str | None:
    """Return what was noted down last; above boxes only what a typed list was taken for, and not one choice."""
    previous, current = position.previous, position.current
    if previous is None or previous.id not in session.answers:  # a new question may stand before the open one
        return None
    if current is not None and current.kind == "multi" and previous.kind != "multi":
        return None
    answer = answer_words(previous, session.answers.get(previous.id), session.language)
    return phrase("answered", session.language, name=previous.name.to(session.language), answer=answer)


def _lines(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)


def _bar(position: Position) -> str:
    dots = min(position.total, _DOTS)
    done = min(dots, round(position.number * dots / position.total))
    return "●" * done + "○" * (dots - done)


def _texts(question: Question, language: str) -> list[tuple[str, str]]:
    """Return each choice in full and in short."""
    if question.kind == "multi":
        return [(option.text.to(language), option.name.to(language)) for option in question.options]
    return [(words := choice.text.to(language), words) for choice in question.choices]


def labels_of(texts: Sequence[tuple[str, str]]) -> tuple[list[str], str | None]:
    """Return the buttons' labels, and the list for the card where a label would be clipped."""
    room = layout.LABEL_WIDTH - label_width(_MARK)
    if all(label_width(full) <= room for full, _ in texts):
        return [full for full, _ in texts], None
    labels = [layout.shorten(f"{number}. {short}", room) for number, (_, short) in enumerate(texts, 1)]
    return labels, "\n".join(f"{number}. {full}" for number, (full, _) in enumerate(texts, 1))


def _instruction(question: Question, language: str) -> str | None:
    if question.kind == "multi":
        return phrase("tick_all", language)
    if question.kind == "single":
        return None
    limits = {"minimum": question.minimum, "maximum": question.maximum}
    words = {name: f"{limit:.10g}" for name, limit in limits.items() if limit is not None}
    name = {
        (): "type_number",
        ("minimum",): "type_number_from",
        ("maximum",): "type_number_up_to",
        ("minimum", "maximum"): "type_number_between",
    }[tuple(words)]
    unit = phrase("unit", language, unit=question.unit.to(language)) if question.unit else ""
    return f"{phrase(name, language, **words)} {unit}".rstrip()


def _choices(session: Session, question: Question, labels: Sequence[str]) -> Keyboard:
    """Return one row a choice; coming back to a question shows what was answered."""
    given = session.answers.get(question.id)
    return tuple(
        (button(session, f"✓ {label}" if choice.value == given else label, Action.CHOOSE, place),)
        for place, (choice, label) in enumerate(zip(question.choices, labels, strict=True))
    )


def _boxes(session: Session, question: Question, labels: Sequence[str]) -> Keyboard:
    """Return one row a box."""
    rows: list[tuple[Button, ...]] = []
    for place, (option, label) in enumerate(zip(question.options, labels, strict=True)):
        ticked = option.column in session.ticked
        mark, wanted = ("☑", Action.UNTICK) if ticked else ("☐", Action.TICK)
        rows.append((button(session, f"{mark} {label}", wanted, place),))
    return tuple(rows)


def _confirm(session: Session, question: Question) -> Button:
    """Return "None" or, once a box is ticked, "Done": never both."""
    name, action = ("done", Action.DONE) if ticks(question, session) else ("none_of_these", Action.NONE)
    return button(session, phrase(name, session.language), action)


def _navigation(session: Session, position: Position, onward: Button | None = None, *, may_skip: bool) -> Keyboard:
    """Return what stands below the choices, two a row: each row more pushes the question off a small phone."""
    language = session.language
    buttons = []
    if position.previous is not None or (session.review is not None and session.at is not None):
        buttons.append(button(session, f"← {phrase('back', language)}", Action.BACK))
    if onward is not None:
        buttons.append(onward)
    if may_skip:
        buttons.append(button(session, phrase("skip", language), Action.SKIP))
    if session.aside in ("resumed", "reminded"):
        buttons.append(button(session, phrase("start_over", language), Action.RESTART))
    rows = tuple(tuple(buttons[first : first + 2]) for first in range(0, len(buttons), 2))
    if session.aside == "reminded":
        return (*rows, (button(session, phrase("no_reminders", language), Action.NO_REMINDERS),))
    return rows
