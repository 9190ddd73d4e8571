"""Folding of typed texts: what people and phones vary in writing the same words, and is never a difference."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache

from bot.conversation.texts import vocabulary
from engine.survey import normalise

_EDGES = " .!?,;:\"'“”‘’«»()*•←✓☐☑។៕៖"
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´′", "'"))
_LOOK_ALIKE = (("\u17d2\u178a", "\u17d2\u178f"), ("\u17c6\u17bb", "\u17bb\u17c6"), ("\u17c1\u17b6", "\u17c4"))
"""Khmer that is typed in two ways and looks the same on the screen: ្ដ and ្ត, ំុ and ុំ, េា and ោ."""


def plain(text: str) -> str:
    """Fold a typed text as labels are folded, its apostrophes and digits too, and drop the punctuation around it."""
    folded = normalise(text)
    if not folded.isascii():
        folded = "".join(map(_digit, folded.translate(_APOSTROPHES)))
        for typed, usual in _LOOK_ALIKE:
            folded = folded.replace(typed, usual)
    return folded.strip(_EDGES)


def bare(text: str) -> str:
    """Reduce a text to its words: a phone sets other apostrophes than a keyboard, and many people set no comma."""
    return " ".join(plain(text).replace(",", " ").replace("'", "").split())


def means(text: str, meaning: str, language: str) -> bool:
    """Whether a text is one of the words for this."""
    return bool(plain(text)) and plain(text) in map(plain, vocabulary(meaning, language))


def number_word(text: str, language: str) -> int | None:
    """Return the number from one to ten that a word is, or None."""
    return _numbers(language).get(plain(text))


def speaks_of_numbers(text: str, language: str) -> bool:
    """Whether a text holds the word for a number, perhaps without spaces around it where its script has none."""
    folded = bare(text)
    return any(word in (folded.split() if word.isascii() else folded) for word in _numbers(language))


@cache
def _numbers(language: str) -> Mapping[str, int]:
    forms = (words.split("/") for words in vocabulary("numbers", language))
    return {plain(word): place % 10 + 1 for place, words in enumerate(forms) for word in words}


def _digit(character: str) -> str:
    """Return a digit of any script as the usual one, and everything else as it is."""
    return str(unicodedata.decimal(character)) if character.isdecimal() else character
