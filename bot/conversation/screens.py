"""Every card of the conversation, by where the session stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.conversation import consent, layout, path
from bot.conversation.callbacks import Action
from bot.conversation.cards import Card, button
from bot.conversation.doubts import asked_back
from bot.conversation.effects import Keyboard
from bot.conversation.questions import label_card, question_card
from bot.conversation.result import result_keyboard
from bot.conversation.review import review_card
from bot.conversation.session import Phase, Session
from bot.conversation.texts import phrase
from engine.survey import Survey
from engine.translation import language_name


def current_card(survey: Survey, session: Session) -> Card:
    """Return the card that the session calls for; the same session always gives the same card."""
    if session.aside == "delete":
        return _delete(survey, session)
    if session.aside == "privacy":
        return _privacy(session)
    if session.aside == "language":
        return Card(phrase("which_language", session.language), _languages(session, survey.languages))
    card = _BY_PHASE[session.phase](survey, session)
    return asked_back(survey, session, card) or card


def _welcome(survey: Survey, session: Session) -> Card:
    language = session.language
    text = phrase("how_to_agree", language)
    if session.aside != "welcomed":
        text = layout.paragraphs(
            survey.title.to(language), welcome_words(survey, language), consent.terms(survey, language), text
        )
    agree = (button(session, consent.agree_label(survey, language), Action.AGREE),)
    part = consent.agree_label(survey, language, training=False)
    others = tuple(other for other in survey.languages if other != language)
    agree_in_part = (button(session, part, Action.AGREE_WITHOUT_TRAINING),)
    return Card(text, (agree, agree_in_part, *_languages(session, others)))


def welcome_words(survey: Survey, language: str) -> str:
    """Return what awaits the person, in the survey's words where it has any."""
    welcome = survey.about.welcome
    return welcome.to(language) if welcome else phrase("welcome", language, count=len(path.walk(survey, {})))


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


def _privacy(session: Session) -> Card:
    """Show what the answers are used for now, and let each use be allowed or refused that a result can do without."""
    language, refused = session.language, session.refused or ()
    lines = [
        phrase("use_refused" if use in refused else "use_allowed", language, use=consent.use_words(use, language))
        for use in consent.USES
    ]
    changes = tuple(
        (
            button(
                session,
                consent.change_label(use, language, allow=use in refused),
                Action.ALLOW if use in refused else Action.REFUSE,
                use,
            ),
        )
        for use in reversed(consent.REFUSABLE)
    )
    text = layout.paragraphs("\n".join((phrase("uses_now", language), *lines)), phrase("uses_change", language))
    return Card(text, (*changes, (button(session, phrase("go_on", language), Action.CLOSE),)))


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
