"""What a campaign is called: its name, the slug its link carries, and the short code that people type."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from bot.conversation.events import SHARED
from bot.conversation.visible import BLANKS
from bot.errors import UserError

MAX_NAME = 64
"""Characters of a campaign's name: it stands on buttons and in charts."""
RESERVED = ("own_", "adm_", "t_", SHARED)
"""How the payloads of links begin that are no campaign's own: owner and admin invitations, test runs, links passed on.
"""
CODE_LENGTH = 5

_LONGEST_SLUG = 40
"""Telegram carries 64 characters; a shorter link makes a coarser QR code, which scans from farther away."""
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_SLUG_LETTERS = "23456789bcdfghjkmnpqrstvwxz"
"""No vowels: nothing that is made up spells a word."""
_TEST_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
_CODE_LETTERS = "CDFGHJKMNPRTVWXY"
"""Neither vowels (no words) nor what is taken for a digit: B, I, L, O, Q, S, Z."""
_CODE_DIGITS = "23456789"
# A letter at both ends and a digit between: no word looks like it, nor a number with its unit ("25KG", "2GB").
_CODE = re.compile(f"[{_CODE_LETTERS}](?=.*[{_CODE_DIGITS}])[{_CODE_LETTERS}{_CODE_DIGITS}]{{3}}[{_CODE_LETTERS}]")


class CampaignError(UserError):
    """A campaign that cannot be made like this; the message says what would be right."""


class Chooser(Protocol):
    """Where chance comes from: the module `secrets`, or a `random.Random`."""

    def choice(self, options: Sequence[str], /) -> str:
        """Return one of the options."""


# -- names --------------------------------------------------------------------------------------------------


def clean_name(raw: str) -> str:
    """Return a campaign's name without what is not seen, its blanks folded.

    Raises
    ------
    CampaignError
        Where nothing to read is left, or more than `MAX_NAME` characters are.

    Examples
    --------
    >>> clean_name("  Market\u200b   Day ")
    'Market Day'
    """
    name = _visible(raw)
    if not any(unicodedata.category(char)[0] in "LNPS" for char in name):
        raise CampaignError('A campaign needs a name, such as "Market Day".')
    if len(name) > MAX_NAME:
        raise CampaignError(f"A campaign's name may have up to {MAX_NAME} characters; this one has {len(name)}.")
    return name


def name_key(name: str) -> str:
    """Return what makes two names the same campaign: letters alike but for case, width and blanks.

    Examples
    --------
    >>> name_key("MARKET  Day") == name_key("market day")
    True
    """
    key = name
    for _ in range(2):  # case folding may leave what NFKC composes, and the other way round
        key = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", key).casefold())
    return _visible(key)


def _visible(text: str) -> str:
    blanked = "".join(" " if char in BLANKS else char for char in text)
    words = " ".join(blanked.split())  # before control characters go: a tab or a new line is a blank, too
    return " ".join("".join(char for char in words if unicodedata.category(char) not in _UNSEEN).split())


# -- slugs --------------------------------------------------------------------------------------------------


def slug_for(name: str, taken: Callable[[str], bool], random: Chooser = secrets) -> str:
    """Return what a campaign's link carries: readable where the name is Latin, else made up.

    Parameters
    ----------
    name : str
        As `clean_name` returned it.
    taken : callable
        Whether another campaign has a slug already.
    random : Chooser

    Returns
    -------
    str
        Up to 48 of the characters that Telegram lets a link carry; begins like none of `RESERVED`.

    Examples
    --------
    >>> slug_for("Market Day", {"market-day"}.__contains__)
    'market-day-2'
    """
    readable = _readable(name)
    slugs = _numbered(readable, random) if readable else _made_up("c-", random)
    return next(slug for slug in slugs if not taken(slug))


def test_slug(random: Chooser = secrets) -> str:  # noqa: PT028 (of test runs; no test itself)
    """Return what a campaign's test link carries: nobody finds it by guessing."""
    return "t_" + _letters(_TEST_LETTERS, 20, random)


def _readable(name: str) -> str:
    """Return a name's Latin letters and digits without their accents; empty where they do not stand for it."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char))
    slug = "-".join(re.findall("[a-z0-9]+", plain.casefold()))
    if len(slug) > _LONGEST_SLUG:
        slug = slug[: _LONGEST_SLUG + 1].rpartition("-")[0] or slug[:_LONGEST_SLUG]
    return slug if name.isascii() or re.search("[a-z]", slug) else ""  # of "ផ្សារ 2" only a "2" would be left


def _numbered(slug: str, random: Chooser) -> Iterator[str]:
    yield slug
    yield from (f"{slug}-{number}" for number in range(2, 10))
    yield from _made_up(f"{slug}-", random)


def _made_up(start: str, random: Chooser) -> Iterator[str]:
    while True:
        yield start + _letters(_SLUG_LETTERS, 6, random)


def _letters(letters: str, count: int, random: Chooser) -> str:
    return "".join(random.choice(letters) for _ in range(count))


# -- codes --------------------------------------------------------------------------------------------------


def short_code(taken: Callable[[str], bool], random: Chooser = secrets) -> str:
    """Return a code such as "K7M3P" that leads to a campaign when it is typed as a message.

    It has a letter at both ends and a digit between, and no vowel: nobody answers a question with one.

    Parameters
    ----------
    taken : callable
        Whether another campaign has a code already.
    random : Chooser
    """
    while True:
        code = _letters(_CODE_LETTERS + _CODE_DIGITS, CODE_LENGTH, random)
        if _CODE.fullmatch(code) and not taken(code):
            return code


def read_code(text: str) -> str | None:
    """Return the code that somebody typed, or None where it cannot be one.

    Case, blanks, dashes and the digits of any script are forgiven.

    Examples
    --------
    >>> read_code(" k៧m-3p ")
    'K7M3P'
    >>> read_code("Yes") is None
    True
    """
    if len(text) > 10 * CODE_LENGTH:
        return None
    code = "".join(_typed(char) for char in unicodedata.normalize("NFKC", text)).upper()
    return code if _CODE.fullmatch(code) else None


def _typed(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    return "" if char.isspace() or category in ("Pd", *_UNSEEN) else char
