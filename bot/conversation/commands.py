"""Commands: one table for the channel's menu, the help text and what each of them does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.conversation import layout, moves
from bot.conversation.effects import Say, ShowData
from bot.conversation.session import Session
from bot.conversation.step import Context, Step, show
from bot.conversation.texts import phrase
from engine.survey import Survey

MENU: Mapping[str, str] = {
    "start": "command_start",
    "back": "command_back",
    "review": "command_review",
    "help": "command_help",
    "language": "command_language",
    "privacy": "command_privacy",
    "mydata": "command_mydata",
    "delete": "command_delete",
    "cancel": "command_cancel",
}
"""Commands that people are told of, each with the phrase that describes it."""


SHOWING_DATA: Mapping[str, bool] = {"mydata": False, "mydata_file": True}
"""Commands that show what is kept about the person, each with whether as a file."""


def menu(language: str) -> tuple[tuple[str, str], ...]:
    """Return the commands with their descriptions, for the channel's menu."""
    return tuple((name, phrase(description, language)) for name, description in MENU.items())


def commanded(context: Context, session: Session, name: str) -> Step:
    """Do what a command other than /start asks for."""
    return _COMMANDS.get(name, _unknown)(context, session)


def help_text(survey: Survey, language: str) -> str:
    """Return what the bot can do, and who can help beyond that."""
    about = survey.about
    return layout.paragraphs(
        phrase("help", language),
        "\n".join(f"/{name} – {description}" for name, description in menu(language)),
        phrase("help_contact", language, contact=about.contact.to(language)) if about.contact else None,
        phrase("help_support", language, support=about.support.to(language)) if about.support else None,
    )


def privacy_text(survey: Survey, language: str, retention_days: int | None = None) -> str:
    """Return what is kept about a person, why, how long, and who sees it."""
    about = survey.about
    who_asks = phrase("asked_by", language, organisation=about.organisation.to(language))
    return layout.paragraphs(
        " ".join(part for part in (who_asks, about.consent.to(language) if about.consent else "") if part),
        phrase("privacy", language),
        phrase("privacy_before", language),
        phrase("privacy_days", language, days=retention_days)
        if retention_days is not None
        else phrase("privacy_until", language),
        phrase("privacy_who", language),
        phrase("privacy_rights", language),
        phrase("privacy_more", language, url=about.privacy_url) if about.privacy_url else None,
    )


def nothing_stored(language: str) -> Step:
    """Answer /delete where nothing is kept."""
    return Step(None, (Say(phrase("nothing_stored", language)),))


def data_of_nobody(name: str) -> Step:
    """Answer somebody without a session who asks what is kept: the store knows whether anything is."""
    return Step(None, (ShowData(as_file=SHOWING_DATA[name]),))


def _help(context: Context, session: Session) -> Step:
    return show(context.survey, session, help_text(context.survey, session.language))


def _privacy(context: Context, session: Session) -> Step:
    words = privacy_text(context.survey, session.language, context.retention_days)
    if session.refused is None:  # the welcome below it asks for the consent
        return show(context.survey, session, words)
    return show(context.survey, replace(session, aside="privacy"), words)


def _language(context: Context, session: Session) -> Step:
    if len(context.survey.languages) == 1:
        return show(context.survey, session, phrase("one_language", session.language))
    return show(context.survey, replace(session, aside="language"))


def _delete(context: Context, session: Session) -> Step:
    return show(context.survey, replace(session, aside="delete"))


def _show_data(as_file: bool) -> Callable[[Context, Session], Step]:
    """Return what shows everything that is kept, and the open card below it."""

    def shown(context: Context, session: Session) -> Step:
        step = show(context.survey, session)
        return replace(step, effects=(ShowData(as_file=as_file), *step.effects))

    return shown


def _back(context: Context, session: Session) -> Step:
    if session.phase in ("asking", "label"):
        return moves.back(context, session)
    return show(context.survey, session, phrase("nothing_to_go_back", session.language))


def _cancel(context: Context, session: Session) -> Step:
    """Close what lies over the survey; without it, stop the survey."""
    if session.aside == "privacy":
        return show(context.survey, replace(session, aside=None))
    if session.aside in ("delete", "language"):
        return show(context.survey, replace(session, aside=None), phrase("unchanged", session.language))
    if session.phase in ("consent", "asking", "label"):
        return moves.cancel(context, session)
    return show(context.survey, session, phrase("nothing_to_cancel", session.language))


def _unknown(context: Context, session: Session) -> Step:
    return show(context.survey, session, phrase("unknown_command", session.language))


_COMMANDS: Mapping[str, Callable[[Context, Session], Step]] = {
    "back": _back,
    "review": moves.review,
    "help": _help,
    "language": _language,
    "privacy": _privacy,
    "delete": _delete,
    "cancel": _cancel,
    **{name: _show_data(as_file) for name, as_file in SHOWING_DATA.items()},
    "stop": moves.leave_alone,
}
