"""Every card of the conversation, by where the session stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversation import layout, path
from bot.conversation.callbacks import Action
from bot.conversation.cards import Card, button
from bot.conversation.doubts import asked_back
from bot.conversation.effects import Keyboard
from bot.conversation.questions import label_card, question_card
from bot.conversation.result import result_keyboard
from bot.conversation.review import review_card
from bot.conversation.session import Phase, Session
from bot.conversation.texts import language_name, phrase
from engine.survey import Survey


def current_card(survey: Survey, session: Session) -> Card:
    """Return the card that the session calls for; the same session always gives the same card."""
    if session.aside == "delete":
        return _delete(survey, session)
    if session.aside == "language":
        return Card(phrase("which_language", session.language), _languages(session, survey.languages))
    card = _BY_PHASE[session.phase](survey, session)
    return asked_back(survey, session, card) or card


def _welcome(survey: Survey, session: Session) -> Card:
    language, min_age = session.language, survey.about.min_age
    text = phrase("how_to_agree", language)
    if session.aside != "welcomed":
        text = layout.paragraphs(
            survey.title.to(language), welcome_words(survey, language), _terms(survey, language), text
        )
    label = phrase("agree_of_age" if min_age else "agree", language, age=min_age)
    agree = (button(session, label, Action.AGREE),)
    others = tuple(other for other in survey.languages if other != language)
    return Card(text, (agree, *_languages(session, others)))


def welcome_words(survey: Survey, language: str) -> str:
    """Return what awaits the person, in the survey's words where it has any."""
    welcome = survey.about.welcome
    return welcome.to(language) if welcome else phrase("welcome", language, count=len(path.walk(survey, {})))


def _terms(survey: Survey, language: str) -> str:
    """Return what the person agrees to: who asks, what is kept, and what is never asked for."""
    about = survey.about
    return " ".join(
        (
            phrase("asked_by", language, organisation=about.organisation),
            about.consent.to(language) if about.consent else phrase("consent", language),
            phrase("never_asks_either", language, more=about.never_asks.to(language))
            if about.never_asks
            else phrase("never_asks", language),
            phrase("more_privacy", language),
        )
    )


def _asking(survey: Survey, session: Session) -> Card:
    if path.is_reviewing(survey, session):
        return review_card(survey, session)
    position = path.locate(survey, session)
    if position.current is None:
        return label_card(survey, session, position)
    return question_card(session, position, position.current)


def _finished(_: Survey, session: Session) -> Card:
    return Card(phrase("finished", session.language), result_keyboard(session.run, session.language))


def _ended(survey: Survey, session: Session) -> Card:
    choice = path.ending(survey, session.answers)
    words = choice.ends if choice else survey.about.thanks
    text = words.to(session.language) if words else phrase("thanks", session.language)
    return Card(text, _again(session))


def _cancelled(_: Survey, session: Session) -> Card:
    return Card(phrase("cancelled", session.language), _again(session))


def _again(session: Session) -> Keyboard:
    return ((button(session, phrase("start_again", session.language), Action.RESTART),),)


def _delete(_: Survey, session: Session) -> Card:
    language = session.language
    return Card(
        phrase("confirm_delete", language),
        (
            (button(session, phrase("delete", language), Action.FORGET),),
            (button(session, phrase("keep", language), Action.KEEP),),
        ),
    )


def _languages(session: Session, languages: Sequence[str]) -> Keyboard:
    return tuple((button(session, language_name(language), Action.SPEAK, language),) for language in languages)


_BY_PHASE: Mapping[Phase, Callable[[Survey, Session], Card]] = {
    "consent": _welcome,
    "asking": _asking,
    "label": _asking,
    "finished": _finished,
    "ended": _ended,
    "cancelled": _cancelled,
}
