"""Typed amounts: exactly one number, with nothing beside it but what certainly belongs to it."""

from __future__ import annotations

import re
import unicodedata

from bot.conversation.folding import number_word, plain
from bot.conversation.texts import vocabulary
from engine.survey import Question

_AMOUNT = re.compile(r"-?\d+(?:[ ']\d{3})*(?:[.,]\d+)*")
_ENGLISH = re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?")
_CONTINENTAL = re.compile(r"-?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d+)?")
_EDGES = " .~≈=:!?"


def read_amount(question: Question, text: str, language: str) -> float | None:
    """Return the amount that a text is, or None where it is none for certain.

    Beside it may stand its unit, or the beginning of that, the sign of a currency that the question itself shows, and
    a word for thousand: "k", unless the unit begins like that, so that "3 k" might be three kilometres.
    """
    folded = plain(text)
    tokens = _AMOUNT.findall(folded)
    if len(tokens) != 1:
        word = number_word(text, language)
        return None if tokens or word is None else float(word)
    amount = _amount(tokens[0])
    beside = _without_currency(question, _AMOUNT.sub("", folded)).strip(_EDGES)
    units = [plain(unit) for unit in question.unit.all()] if question.unit else []
    if amount is None or not beside or any(unit.startswith(beside) for unit in units):
        return amount if beside != "k" else None
    for thousand in vocabulary("thousand", language):
        rest = beside.removeprefix(thousand).strip()
        if rest != beside and not any(unit.startswith(thousand) for unit in units):
            return 1000 * amount if not rest or any(unit.startswith(rest) for unit in units) else None
    return None


def _without_currency(question: Question, beside: str) -> str:
    """Leave out a currency's sign, where the question shows it: it may be another one that is asked for."""
    texts = [text for each in (question.text, question.help, question.unit) if each for text in each.all()]
    shown = {sign for text in texts for sign in text if unicodedata.category(sign) == "Sc"}
    return "".join(character for character in beside if character not in shown)


def _amount(token: str) -> float | None:
    """Read a number whose marks may be English or continental; "1,000" is taken for a thousand."""
    token = re.sub("[ ']", "", token)
    if _ENGLISH.fullmatch(token):
        return float(token.replace(",", ""))
    if _CONTINENTAL.fullmatch(token):
        return float(token.replace(".", "").replace(",", "."))
    return None
