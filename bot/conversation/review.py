"""The review: every answer on one card, numbered, with a button each that leads back to its question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.conversation import layout, path
from bot.conversation.callbacks import Action
from bot.conversation.cards import Card, button
from bot.conversation.effects import Button, Keyboard
from bot.conversation.folding import bare, number_word
from bot.conversation.session import Session
from bot.conversation.texts import phrase
from bot.conversation.understanding import place
from bot.conversation.wording import answer_words
from engine.survey import Question, Survey

_NAMED = 12
"""Most answers whose buttons carry a name; of more, they carry the number alone, or the list is off the screen."""
_NUMBERS_A_ROW = 5
_BUTTONS = 95
"""Most buttons for answers: Telegram takes a hundred in all. Every further answer is opened by typing its number."""


def review_card(survey: Survey, session: Session) -> Card:
    """Return the card with all answers given so far on the path."""
    language = session.language
    answered = path.answered(survey, session)
    lines = [f"{place + 1}. {_line(question, session)}" for place, question in answered]
    lead, how = phrase("review_title", language), phrase("review_how", language)
    room = layout.MESSAGE_LENGTH - layout.length(layout.paragraphs(lead, " ", how))
    text = layout.paragraphs(lead, "\n".join(_fitting(lines, room)), how)
    go_on = (button(session, phrase("go_on", language), Action.GO_ON),)
    return Card(text, (*_rows(session, answered[:_BUTTONS]), go_on))


def place_of(survey: Survey, session: Session, text: str) -> int | None:
    """Return the place of the answer that a text names on the review, by its number or its question's name."""
    answered = path.answered(survey, session)
    number = place(text) or number_word(text, session.language)
    named = [at for at, question in answered if at + 1 == number or bare(text) in map(bare, question.name.all())]
    return named[0] if len(named) == 1 else None


def _line(question: Question, session: Session) -> str:
    answer, language = session.answers[question.id], session.language
    words = answer_words(question, answer, language, listed=len(question.options))
    return phrase("named_answer", language, name=question.name.to(language), answer=words)


def _fitting(lines: Sequence[str], room: int) -> Iterator[str]:
    """Yield the lines, each cut to an equal share of the room where there is too little for all."""
    whole = layout.length("\n".join(lines)) <= room
    for line in lines:
        yield line if whole else layout.clip(line, room // len(lines) - 1)


def _rows(session: Session, answered: Sequence[tuple[int, Question]]) -> Keyboard:
    if len(answered) > _NAMED:
        buttons = [button(session, str(at + 1), Action.EDIT, at) for at, _ in answered]
        return tuple(tuple(buttons[first : first + _NUMBERS_A_ROW]) for first in range(0, len(buttons), _NUMBERS_A_ROW))
    rows: list[tuple[Button, ...]] = []
    for at, question in answered:
        label = layout.shorten(f"{at + 1}. {question.name.to(session.language)}", layout.LABEL_WIDTH)
        row = (button(session, label, Action.EDIT, at),)
        if rows and len(rows[-1]) == 1 and _are_short((*rows[-1], *row)):
            rows[-1] = (*rows[-1], *row)
        else:
            rows.append(row)
    return tuple(rows)


def _are_short(buttons: Sequence[Button]) -> bool:
    return layout.fit_side_by_side([each.label for each in buttons])
