"""What nobody asked for: voices, pictures, edits and whatever else a phone can send, and words that call for a warning.

All of it gets an answer and changes nothing. What comes in a row is answered once: an album's parts, edit after edit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.conversation import distress, layout, sensitive
from bot.conversation.commands import MENU
from bot.conversation.effects import Withdraw
from bot.conversation.events import Commanded, Edited, Event, SentSomethingElse, Typed
from bot.conversation.path import locate
from bot.conversation.screens import current_card
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, show
from bot.conversation.texts import phrase
from bot.conversation.understanding import Understood, read
from engine.survey import Question, Survey

LONGEST_ANSWER = 500
"""Characters of the longest text that is tried to be understood as an answer; a whole page takes half a second."""
_TOO_LONG = "…"

_PHRASES: Mapping[str, str] = {
    "sound": "no_sound",
    "picture": "no_pictures",
    "file": "no_files",
    "sticker": "no_stickers",
    "place": "no_places",
}
_WARNINGS: Mapping[sensitive.Kind, str] = {"card": "card_sent", "code": "code_sent", "phone": "no_contacts"}


def sent(context: Context, session: Session, event: SentSomethingElse) -> Step:
    """Say kindly that this cannot be an answer, and where the conversation stands."""
    return show(context.survey, session, phrase(_PHRASES.get(event.kind, "only_words"), session.language))


def edited(context: Context, session: Session) -> Step:
    """Say that a changed message changes no answer, while there still are answers to change."""
    if session.phase not in ("consent", "asking", "label"):
        return Step(session)
    return show(context.survey, session, phrase("edited", session.language))


def answerable(text: str) -> str:
    """Return a text, or in place of one that is far longer than any answer something that answers nothing."""
    return text if len(text) <= LONGEST_ANSWER else _TOO_LONG


# -- warnings -------------------------------------------------------------------------------------------------


def warned(context: Context, session: Session, event: Event) -> Step | None:
    """Warn of what nobody should send, and tell who calls for help where it is; None where there is no need.

    What is an answer to the open card is one, whatever it looks like.
    """
    words, survey, language = _said(event), context.survey, session.language
    kind = _kind(survey, session, event, words)
    notes = [phrase(_WARNINGS[kind], language)] if kind else []
    if words and distress.is_heard(survey.about.distress, words):
        notes += [_help(survey, language), phrase("distress_secrets", language)]
    if not notes or (words and _is_answer(survey, session, answerable(words))):
        return None
    if kind != "phone" or len(notes) > 1:
        notes.append(phrase("here_we_are", language))
    step = show(survey, session, layout.paragraphs(*notes))
    return replace(step, effects=(Withdraw(), *step.effects)) if kind in ("card", "code") else step


def _said(event: Event) -> str:
    """Return the words among what was sent, as far as they are the person's own."""
    match event:
        case Typed(text) | Edited(text):
            return text
        case Commanded(name, argument) if name not in MENU:
            return f"{name} {argument}"
        case SentSomethingElse():
            return event.words
    return ""


def _kind(survey: Survey, session: Session, event: Event, words: str) -> sensitive.Kind | None:
    if isinstance(event, SentSomethingElse) and event.kind == "contact":
        return "phone"
    if not words:
        return None
    question = _question(survey, session)
    return sensitive.kind(words, lone=question is None or not _may_be_numbers(question, words))


def _may_be_numbers(question: Question, words: str) -> bool:
    """Whether a lone number might be an attempt to answer: an amount, or the places of boxes without blanks."""
    if question.kind == "number":
        return True
    if question.kind == "multi":
        figures = words.strip()
        places = {str(place) for place in range(1, min(len(question.options), 9) + 1)}
        return len(set(figures)) == len(figures) and set(figures) <= places
    return any(character.isdigit() for choice in question.choices for text in choice.text.all() for character in text)


def _is_answer(survey: Survey, session: Session, words: str) -> bool:
    """Whether a text answers the open card for certain: it names a choice, an amount or a button."""
    if session.phase == "label" and survey.target.find(words) is not None:
        return True
    question = _question(survey, session)
    if question is not None and isinstance(read(question, words, session.language), Understood):
        return True
    return current_card(survey, session).named(words) is not None


def _question(survey: Survey, session: Session) -> Question | None:
    return locate(survey, session).current if session.phase == "asking" else None


def _help(survey: Survey, language: str) -> str:
    about = survey.about
    who = about.support or about.contact
    return phrase("distress", language, support=who.to(language)) if who else phrase("distress_alone", language)


# -- what comes in a row --------------------------------------------------------------------------------------


def is_repetition(session: Session, event: Event) -> bool:
    """Whether the like of it was answered just before."""
    mark = _mark(event)
    return mark is not None and session.last_tap == mark


def remembered(step: Step, event: Event) -> Step:
    """Remember what was answered, so that its like that follows is passed over."""
    mark = _mark(event)
    if mark is None or step.session is None:
        return step
    return replace(step, session=replace(step.session, last_tap=mark))


def _mark(event: Event) -> str | None:
    match event:
        case Edited():
            return "edited"
        case SentSomethingElse(album=str(album)):
            return f"album {album}"
    return None
