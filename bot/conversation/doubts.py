"""Asking back: what a text that is no certain answer may have meant, out of what the open card offers.

A meaning is what a button carries besides its card: "choose:2". So whatever is asked back was on offer, and saying yes
to it does what tapping that button does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.conversation import layout, path
from bot.conversation.callbacks import Action, Callback
from bot.conversation.cards import Card, button
from bot.conversation.effects import Button
from bot.conversation.folding import means
from bot.conversation.near import nearest
from bot.conversation.session import Answer, Session
from bot.conversation.texts import phrase
from bot.conversation.understanding import labels
from bot.conversation.wording import answer_words
from engine.survey import Choice, Grade, Option, Question, Survey, Text

_MARKS = "←✓☐☑ "


def meanings(survey: Survey, session: Session, card: Card, text: str, only: Action | None = None) -> tuple[str, ...]:
    """Return what on a card a text comes close to, the closest first, perhaps only among buttons of one kind."""
    names = {
        meaning: _names(survey, session, meaning, offered)
        for meaning, offered in _offered(card).items()
        if only in (None, _action(meaning)[0])
    }
    return nearest(text, names)


def asked_back(survey: Survey, session: Session, card: Card) -> Card | None:
    """Return the card that asks back in place of another one, or None where there is nothing to ask."""
    offered = _offered(card)
    meant = [meaning for meaning in session.doubts[0] if meaning in offered] if session.doubts else []
    if not meant:
        return None
    language, position = session.language, path.locate(survey, session)
    words = [_words(survey, session, meaning, offered[meaning]) for meaning in meant]
    others = [offered[meaning].label.strip(_MARKS) for meaning in meant[1:]]
    lines = list(map(_numbered, meant[1:], words[1:]))
    text = layout.paragraphs(
        _asks(survey, session, position.current),
        _kept(session, position.current),
        phrase("did_you_mean", language, answer=words[0]),
        "\n".join(lines) if not {*others} <= {*words, *lines} else None,
    )
    answered_by_yes = any(_says_yes_or_no(_names(survey, session, *each), language) for each in offered.items())
    yes = words[0] if answered_by_yes else phrase("yes_that", language)
    buttons = [button(session, label, *_action(meaning)) for meaning, label in zip(meant, (yes, *others), strict=True)]
    other = button(session, phrase("something_else", language), Action.OTHER)
    return Card(text, tuple((each,) for each in (*buttons, other)))


def closest(card: Card) -> Callback | None:
    """Return the tap that a yes stands for, where a card asks back."""
    asks = any(_action(meaning)[0] is Action.OTHER for meaning in _offered(card))
    return Callback.parse(card.keyboard[0][0].data or "") if asks else None


def answer(survey: Survey, session: Session, tap: Callback) -> Answer:
    """Return the answer that a button stands for, if it stands for one."""
    item = _item(survey, session, f"{tap.action}:{tap.argument}")
    if isinstance(item, Option):
        return (item.column,)
    return item.value if isinstance(item, Choice | Grade) else None


def _action(meaning: str) -> tuple[Action, str]:
    action, _, argument = meaning.partition(":")
    return Action(action), argument


def _offered(card: Card) -> Mapping[str, Button]:
    """Return a card's buttons by their meaning; a box means the same whether it is ticked or not."""
    return dict(_meant(card))


def _meant(card: Card) -> Iterator[tuple[str, Button]]:
    for row in card.keyboard:
        for each in row:
            if each.data and (tap := Callback.parse(each.data)):
                yield f"{Action.TICK if tap.action is Action.UNTICK else tap.action}:{tap.argument}", each


def _item(survey: Survey, session: Session, meaning: str) -> Choice | Option | Grade | Question | None:
    """Return the part of the survey that a meaning names, if it names one."""
    action, argument = _action(meaning)
    position = path.locate(survey, session)
    if action is Action.STATE:
        return survey.target.grades[int(argument)]
    if action is Action.EDIT:
        return position.path[int(argument)]
    if position.current is not None and action is Action.CHOOSE:
        return position.current.choices[int(argument)]
    if position.current is not None and action is Action.TICK:
        return position.current.options[int(argument)]
    return None


def _names(survey: Survey, session: Session, meaning: str, offered: Button) -> tuple[str, ...]:
    item = _item(survey, session, meaning)
    if isinstance(item, Question):
        return item.name.all()
    return labels(item) if item else (offered.label,)


def _words(survey: Survey, session: Session, meaning: str, offered: Button) -> str:
    item = _item(survey, session, meaning)
    if item is None:
        return offered.label.strip(_MARKS)
    text: Text = item.name if isinstance(item, Question) else item.text
    return text.to(session.language)


def _numbered(meaning: str, words: str) -> str:
    """Return a choice in full, with the number that its button carries where that is too short for it."""
    place = _action(meaning)[1]
    return f"{int(place) + 1}. {words}" if place.isdecimal() else words


def _says_yes_or_no(names: Sequence[str], language: str) -> bool:
    """Whether an answer is a yes or no itself, so that a button which only says "Yes" could be taken for it."""
    return any(means(name, meaning, language) for name in names for meaning in ("yes", "no"))


def _asks(survey: Survey, session: Session, question: Question | None) -> str | None:
    """Return the question that the text was typed to."""
    if path.is_reviewing(survey, session):
        return None
    return (question.text if question else survey.target.text).to(session.language)


def _kept(session: Session, question: Question | None) -> str | None:
    """Return what is ticked already, which a yes is added to."""
    ticked = path.ticks(question, session) if question else ()
    if question is None or not ticked:
        return None
    name, language = question.name.to(session.language), session.language
    return phrase("answered", language, name=name, answer=answer_words(question, ticked, language))
