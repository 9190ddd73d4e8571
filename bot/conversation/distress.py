"""Cries for help among what people write, in the words that the survey lists for them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from engine.survey import normalise

_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")
"""Scripts that put no blanks between words."""


def is_heard(phrases: Sequence[str], text: str) -> bool:
    """Whether one of the phrases stands in a text, word for word.

    Examples
    --------
    >>> is_heard(["my bike is gone"], "Please! MY BIKE IS GONE...")
    True
    >>> is_heard(["stolen"], "The stolens are a band")
    False
    """
    said = _words(text)
    return any(_holds(said, words) for words in map(_words_of_phrase, phrases) if words)


def _holds(said: str, words: str) -> bool:
    if _UNSPACED.search(words):
        return words.replace(" ", "") in said.replace(" ", "")
    return f" {words} " in f" {said} "


def _words(text: str) -> str:
    """Reduce a text to its words, without apostrophes: "didn't" is often written "didnt"."""
    kept = (
        "" if character in "'’‘ʼ`´" else character if unicodedata.category(character)[0] in "LMN" else " "
        for character in normalise(text)
    )
    return " ".join("".join(kept).split())


_words_of_phrase = lru_cache(maxsize=1000)(_words)
