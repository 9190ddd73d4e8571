"""Near misses: which names a typed text may have meant. Whoever asks here has to ask the person back.

A name counts as near when the text has slips in it, has words around it, or is a part of it. A text that denies is
never near a name that does not, and the other way round; nor is a text near a name with other numbers in it. The
thresholds were chosen on the texts in tests/bot/conversation/slips.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from bot.conversation.folding import bare
from bot.conversation.texts import words_of_all

MOST = 3
"""Names to choose from when asked back: more would be the question again."""

_LONGEST = 120
"""Characters of a text that may still be an answer with some words around it."""
_LIKENESS = 0.66
"""Share of letters that are right in a name with slips; one left out, put in, mistaken or swapped is one slip."""
_LIKENESS_INSIDE = 0.8
"""The same for a name amid other words, or a part of it, where more come close by chance."""
_LIKENESS_OF_WORDS = 0.75
"""The same for the single words of a part."""
_LIKENESS_OF_DENIED = 0.5
"""The same for what two denials deny."""
_PART = 0.4
"""Share of a name that a part of it must be, unless the name begins with it."""
_BEHIND = 0.25
"""How far behind the closest name another one may be and still be asked about."""
_SHORT = 3
"""Letters of a name so short that there is no room for slips amid other words."""


@dataclass(frozen=True, slots=True)
class _Negations:
    """What turns a text into its opposite: words; in scripts without spaces parts and endings; beginnings of words."""

    words: frozenset[str]
    parts: tuple[str, ...]
    endings: tuple[str, ...]
    beginnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """A text as it is compared: ``letters`` as they were typed.

    In ``text``, where its script has no spaces, and in ``words`` one negation stands for all, so that one may be typed
    for another; ``denied`` is what is left of it without any.
    """

    letters: str
    text: str
    denied: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    denies: bool
    may_deny: bool
    only_denies: bool

    @property
    def joined(self) -> str:
        return self.text.replace(" ", "")


def nearest(text: str, names: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return the keys of the names that a text comes close to, at most three, the closest first."""
    if len(text) > _LONGEST:
        return ()
    typed = _words(text)
    offered = {key: [_name(name) for name in each] for key, each in names.items()}
    if any(_has_slip_in_negation(typed, name) for each in offered.values() for name in each):
        typed = replace(typed, denies=True, may_deny=False)
    beginnings = _negations().beginnings
    closeness = {
        key: max((_closeness(typed, name, beginnings) for name in each), default=0.0) for key, each in offered.items()
    }
    least = max(closeness.values(), default=0.0) - _BEHIND
    near = [key for key, close in closeness.items() if close and close >= least]
    return tuple(sorted(near, key=lambda key: -closeness[key])[:MOST])


def _has_slip_in_negation(typed: _Words, name: _Words) -> bool:
    """Whether a text is a name that denies, but for one slip, and does not deny: so the slip is in the negation."""
    return name.denies and not typed.denies and OSA.distance(typed.letters, name.letters) == 1


def _closeness(typed: _Words, name: _Words, beginnings: Iterable[str]) -> float:
    """Return 0 for no near miss, up to 1 for one that only its blanks tell from the name."""
    if typed.joined == name.joined:
        return float(bool(typed.joined))
    if typed.numbers != name.numbers or (typed.denies != name.denies and not typed.may_deny):
        return 0.0
    if not typed.words or not name.words or any(_are_opposites(typed, name, beginnings)):
        return 0.0
    if typed.denies and not _deny_the_same(typed.denied, name.denied):
        return 0.0
    return max(_with_slips(typed, name), _amid_words(typed, name), _as_part(typed, name))


def _deny_the_same(typed: str, name: str) -> bool:
    """Whether what two texts deny is alike: their negations alone would make short ones so."""
    if not typed or not name:
        return True
    likeness = max(OSA.normalized_similarity(typed, name), fuzz.partial_ratio(typed, name) / 100)
    return likeness >= _LIKENESS_OF_DENIED


def _are_opposites(typed: _Words, name: _Words, beginnings: Iterable[str]) -> Iterator[bool]:
    """Yield for each pair of words whether one is the other with a negation before it, as in "sure" and "unsure"."""
    for begins in beginnings:
        for one in typed.words:
            for other in name.words:
                yield min(len(one), len(other)) >= _SHORT and (one == begins + other or other == begins + one)


def _with_slips(typed: _Words, name: _Words) -> float:
    if len(name.text) < _SHORT:  # nothing but letters held down too long
        return 0.9 * (_once(typed.text) == name.text)
    likeness = OSA.normalized_similarity(typed.text, name.text)
    return likeness if likeness >= _LIKENESS else 0.0


def _amid_words(typed: _Words, name: _Words) -> float:
    if not _SHORT <= len(name.text) < len(typed.text) or name.only_denies:
        return 0.0
    weight = 0.7 + 0.25 * len(name.text) / len(typed.text)
    if _has_no_spaces(name.text):
        likeness = fuzz.partial_ratio(name.text, typed.text) / 100 if len(name.text) > _SHORT else 0.0
    else:
        words, count = " ".join(name.words), len(name.words)
        places = range(len(typed.words) - count + 1)
        stretches = [" ".join(typed.words[place : place + count]) for place in places]
        if len(name.text) == _SHORT:  # "yes, I do", but not "now yes"
            return weight * (stretches[:1] == [words])
        likeness = max((OSA.normalized_similarity(stretch, words) for stretch in stretches), default=0.0)
    return weight * likeness if likeness >= _LIKENESS_INSIDE else 0.0


def _as_part(typed: _Words, name: _Words) -> float:
    share = len(typed.text) / len(name.text)
    if len(typed.text) < _SHORT or share >= 1:
        return 0.0
    if name.text.startswith(typed.text):
        return 0.7 + 0.2 * share
    if len(typed.text) == _SHORT or share < _PART or typed.only_denies != name.only_denies:
        return 0.0
    if _has_no_spaces(name.text):
        likeness = fuzz.partial_ratio(typed.text, name.text) / 100
        return (0.6 + 0.3 * share) * likeness if likeness >= _LIKENESS_INSIDE else 0.0
    known = all(any(_are_alike(word, other) for other in name.words) for word in typed.words)
    return (0.6 + 0.3 * share) * known


def _are_alike(word: str, other: str) -> bool:
    return word == other or (len(word) > _SHORT and OSA.normalized_similarity(word, other) >= _LIKENESS_OF_WORDS)


def _words(text: str) -> _Words:
    negations = _negations()
    folded = bare("".join(map(_blank_for_mark, text)))
    inside = any(part in folded for part in negations.parts) or folded in negations.endings
    unified = folded
    for part in negations.parts:
        unified = unified.replace(part, negations.parts[0])
    words = unified.split()
    denying = [word in negations.words or _once(word) in negations.words for word in words]
    denies = inside or any(denying)
    denied = _without_negations(" ".join(word for word, one in zip(words, denying, strict=True) if not one), negations)
    return _Words(
        folded,
        unified,
        denied,
        tuple("not" if word in negations.words and denied else word for word in words),
        tuple(re.findall(r"\d+", folded)),
        denies,
        not denies and (folded.endswith(negations.endings) or any(_may_deny(word, negations) for word in words)),
        denies and not denied,
    )


def _without_negations(text: str, negations: _Negations) -> str:
    for part in negations.parts:
        text = text.replace(part, "")
    for ending in negations.endings:
        text = text.removesuffix(ending)
    return text


_name = lru_cache(maxsize=4096)(_words)  # of names only: what people type is not to linger


def _may_deny(word: str, negations: _Negations) -> bool:
    """Whether a word is one slip away from a negation, as "dnot" is."""
    if len(word) < _SHORT:
        return False
    return any(len(other) > _SHORT and OSA.distance(word, other) == 1 for other in negations.words)


@cache
def _negations() -> _Negations:
    whole = [bare(word) for word in words_of_all("not") if not word.endswith("-")]
    unspaced = [word for word in whole if _has_no_spaces(word)]
    return _Negations(
        frozenset(whole),
        tuple(word for word in unspaced if len(word) >= _SHORT),
        tuple(word for word in unspaced if len(word) < _SHORT),
        tuple(word[:-1] for word in words_of_all("not") if word.endswith("-")),
    )


def _blank_for_mark(character: str) -> str:
    is_mark = unicodedata.category(character)[0] in "PSC" and character not in "'’"
    return " " if is_mark else character


def _once(word: str) -> str:
    """Write letters that are doubled or held down only once."""
    return re.sub(r"(.)\1+", r"\1", word)


def _has_no_spaces(text: str) -> bool:
    """Whether it is in a script, such as Khmer, that has no spaces between words; it has no capitals either."""
    return any(unicodedata.category(character) == "Lo" for character in text)
