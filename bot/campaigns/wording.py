"""The words on posters and in posts, by language; what they ask people to, the survey may say in its own words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """What posters and posts say by themselves in one language."""

    invite: str
    scan: str
    by_hand: str
    not_for_print: str
    begin: str


# Khmer parts its words with zero-width spaces, where a line may break.
WORDS = {
    "en": Words(
        invite="Tell us in two minutes",
        scan="Scan with your camera: this is not a payment QR",
        by_hand="Without a camera: open Telegram, search {username}, press START and type the code.",
        not_for_print="not for print",
        begin="Two minutes in Telegram:",
    ),
    "km": Words(
        invite="ប្រាប់|យើង|ក្នុង|ពីរ|នាទី",
        scan="ស្កេន|ដោយ|កាមេរ៉ា៖ នេះ|មិន|មែន|ជា QR សម្រាប់|បង់|ប្រាក់|ទេ",
        by_hand="បើ|គ្មាន|កាមេរ៉ា៖ បើក Telegram ស្វែងរក {username} ចុច START រួច|វាយ|លេខ|កូដ។",
        not_for_print="មិន|មែន|សម្រាប់|បោះពុម្ព",
        begin="ពីរ|នាទី|ក្នុង Telegram៖",
    ),
}
WORDS["km"] = Words(*(getattr(WORDS["km"], field).replace("|", "\u200b") for field in Words.__slots__))


def words(language: str) -> Words:
    """Return the words of a language, English where it has none."""
    return WORDS.get(language, WORDS["en"])
