"""The words on posters and in posts, by language; what they ask people to, the survey may say in its own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.locales import LOCALES
from engine.translation import Texts


@dataclass(frozen=True, slots=True)
class Words:
    """What posters and posts say by themselves in one language."""

    invite: str
    scan: str
    by_hand: str
    not_for_print: str
    begin: str


ENGLISH: Mapping[str, str] = {
    "invite": "Tell us in two minutes",
    "scan": "Scan with your camera: this is not a payment QR",
    "by_hand": "Without a camera: open Telegram, search {username}, press START and type the code.",
    "not_for_print": "not for print",
    "begin": "Two minutes in Telegram:",
}

TEXTS = Texts(LOCALES, "poster", ENGLISH)


def words(language: str) -> Words:
    """Return the words of a language, English where it has none."""
    return Words(**TEXTS.all(language))
