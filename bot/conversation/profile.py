"""What the bot says about itself where nobody has spoken yet: its menu, and the descriptions that a channel shows."""

from __future__ import annotations

from dataclasses import dataclass

from bot.conversation import layout
from bot.conversation.commands import menu
from bot.conversation.screens import welcome_words
from engine.survey import Survey

DESCRIPTION_LENGTH, SHORT_DESCRIPTION_LENGTH = 512, 120
"""Telegram's limits: for the text of an empty chat, and for the one beside the bot's name where it is passed on."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Commands with their descriptions, and the bot's own description, long and short."""

    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str


def profile(survey: Survey, language: str) -> Profile:
    """Return what the bot says about itself: the survey's title and what awaits the person."""
    title = survey.title.to(language)
    description = layout.paragraphs(title, welcome_words(survey, language))
    short = survey.about.share.to(language) if survey.about.share else title
    return Profile(
        menu(language),
        layout.clip(description, DESCRIPTION_LENGTH),
        layout.clip(short, SHORT_DESCRIPTION_LENGTH),
    )
