"""What nobody should send to a survey: numbers of cards and phones, PINs, passwords, one-time codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["card", "code", "phone"]

_CARD_DIGITS = range(13, 20)
_RUN = re.compile(r"\d(?:[ .\-]{0,2}\d)*")
_SECRET = (
    r"(?:(?<![a-z])(?:pin|otp|cvv|cvc|passwords?|passcode|codes?)(?![a-z])"
    r"|(?:លេខ|ពាក្យ)សម្ងាត់|កូដ)"
)
_FIGURES = r"(?<![a-z\d])(?:\d{3}[ -]\d{3}|\d{4,8})(?![a-z\d])"
_SAID = re.compile(
    rf"{_SECRET}\D{{0,30}}{_FIGURES}|{_FIGURES}[^\d.!?]{{0,20}}{_SECRET}"
    r"|(?<![a-z])(?:pin|otp)\d{4,8}(?!\d)|(?<![a-z])cv[vc]\D{0,5}\d{3}(?!\d)"
    r"|(?<![a-z])(?:password|passcode)\s*(?:is|[:=])\s*\S"
)
"""A secret by its name and in figures, one beside the other; a password may be in letters."""
_LONE_CODE = re.compile(r"(?:[a-z]-)?\d{4,8}|\d{3} \d{3}|\d{4} \d{4}")
_LONE_CARD = re.compile(r"\d{14,19}|\d{4}(?:[ -]\d{3,6}){2,4}")
_LONE_PHONE = re.compile(r"\+?\d(?:[ .()/-]{0,2}\d){8,12}")
_PHONE = re.compile(r"(?<!\d)(?:\+|0)\d(?:[ .()-]{0,2}\d){7,13}(?!\d)")
_EDGES = " .,:;!?\"'()#*"


def kind(text: str, *, lone: bool = True) -> Kind | None:
    """Return what a text gives away, if anything.

    Parameters
    ----------
    text : str
    lone : bool, default True
        Whether a number with nothing beside it counts as well: not where numbers are asked for.

    Examples
    --------
    >>> kind("4111 1111 1111 1111"), kind("my pin is 1234"), kind("012 345 678"), kind("12")
    ('card', 'code', 'phone', None)
    """
    folded = _fold(text)
    if not any(map(str.isdecimal, folded)) and "pass" not in folded:
        return None
    bare = folded.strip(_EDGES)
    if holds_card(folded) or (lone and _LONE_CARD.fullmatch(bare)):
        return "card"
    if _SAID.search(folded):
        return "code"
    if lone and _LONE_CODE.fullmatch(bare):
        return "code"
    return "phone" if (lone and _LONE_PHONE.fullmatch(bare)) or _PHONE.search(folded) else None


def holds_card(text: str) -> bool:
    """Whether a card's number stands in a text: as many digits as those have, with the check digit that they have."""
    return any(_checks(digits) for run in _RUN.findall(_fold(text)) for digits in _numbers(run))


def _numbers(run: str) -> Iterator[str]:
    """Yield what a run of digits may hold that is as long as a card's number, whatever stands beside it."""
    groups = re.findall(r"\d+", run)
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) in _CARD_DIGITS:
                yield digits
            if len(group) < 3 or len(digits) >= _CARD_DIGITS.stop:  # short groups are other numbers, side by side
                break


def _checks(digits: str) -> bool:
    """Whether the last digit is the one that Luhn's sum calls for."""
    doubled = "".join(str(int(digit) * (1 + place % 2)) for place, digit in enumerate(reversed(digits)))
    return sum(map(int, doubled)) % 10 == 0 and len(set(digits)) > 1


def _fold(text: str) -> str:
    """Fold width and case, and digits of any script."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(str(unicodedata.decimal(character, character)) for character in folded)
