"""The parts of a survey definition: questions, choices, target, archetypes, suggestions; all of it frozen."""

from __future__ import annotations

import hashlib
import json
import operator
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

Kind = Literal["single", "multi", "number"]
FeatureKind = Literal["ordinal", "nominal", "number", "binary"]
Actionable = Literal["up", "down", "any"]
Code = float | str

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
"""Thai, Lao, Burmese and Khmer, as a class of a regular expression: scripts that put no blanks between words."""

_UNSPACED_BLANK = re.compile(f"(?<=[{UNSPACED}]) | (?=[{UNSPACED}])")
_BELOW_DA, _BELOW_TA = "\u17d2\u178a", "\u17d2\u178f"
"""Khmer's subscript da and ta: they look the same, and people write either in the same word."""
_FORMAT = "Cf"  # Unicode's category of characters that are not seen: zero-width ones, soft hyphens, marks of direction
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


def normalise(label: str) -> str:
    """Fold what people and spreadsheets vary in a label: case, blanks, dashes, digits, what has no width.

    Khmer parts its words with zero-width spaces where somebody thought of it, with blanks where somebody did not, and
    has digits of its own.

    Examples
    --------
    >>> normalise("  100 – 300 ") == normalise("100–300") == normalise("100-300")
    True
    >>> normalise("ជា\u200bញឹកញាប់") == normalise("ជាញឹកញាប់")
    True
    >>> normalise("១០ ដង") == normalise("10ដង")
    True
    """
    visible = "".join(character for character in label if unicodedata.category(character) != _FORMAT)
    folded = unicodedata.normalize("NFKC", visible).translate(_DASHES).casefold()
    folded = re.sub(r"\s*-\s*", "-", " ".join(folded.split()))
    if folded.isascii():
        return folded
    digits = "".join(str(unicodedata.decimal(character, character)) for character in folded)
    unspaced = _UNSPACED_BLANK.sub("", digits).replace(_BELOW_DA, _BELOW_TA)
    return unicodedata.normalize("NFC", unspaced)  # a blank may have kept a letter and its sign apart


class Text:
    """One text in one or more languages; a language it does not have falls back to the survey's first."""

    __slots__ = ("_by_language", "_fallback")

    def __init__(self, by_language: Mapping[str, str], fallback: str) -> None:
        self._by_language = dict(by_language)
        self._fallback = fallback

    def to(self, language: str) -> str:
        """Return the text for ``language`` ("km", "en-US": the part before the dash decides)."""
        by_language = self._by_language
        return by_language.get(language.split("-", maxsplit=1)[0].lower()) or by_language[self._fallback]

    def all(self) -> tuple[str, ...]:
        """Return the text in every language that it has."""
        return tuple(self._by_language.values())

    def __bool__(self) -> bool:
        return bool(self._by_language)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._by_language == other._by_language

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._by_language.items())))

    def __repr__(self) -> str:
        return f"Text({self._by_language.get(self._fallback, '')!r})"


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison of a column's code, or of a nominal column's label."""

    column: str
    operator: str
    value: Code

    def fits(self, codes: Mapping[str, Code]) -> bool:
        """Whether the column is known and compares as asked."""
        known = codes.get(self.column)
        if known is None or isinstance(known, str) != isinstance(self.value, str):
            return False
        return _OPERATORS[self.operator](known, self.value)


@dataclass(frozen=True, slots=True)
class Condition:
    """Alternatives, each a conjunction of clauses; a single empty alternative always fits."""

    alternatives: tuple[tuple[Clause, ...], ...]

    def fits(self, codes: Mapping[str, Code]) -> bool:
        """Whether any alternative holds for ``codes`` (column -> code; nominal: label)."""
        return any(all(clause.fits(codes) for clause in clauses) for clauses in self.alternatives)

    @property
    def columns(self) -> frozenset[str]:
        """The columns that the condition speaks of."""
        return frozenset(clause.column for clauses in self.alternatives for clause in clauses)


ALWAYS = Condition(((),))


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a single-choice question.

    ``value`` is the table's label and ``code`` its place on the scale (nominal choices have none). A choice
    with ``ends`` is offered in the chat only: taking it closes the conversation with that text.
    """

    value: str
    code: float | None
    text: Text
    aliases: tuple[str, ...] = ()
    ends: Text | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """One box of a select-all-that-apply question: a 0/1 column of its own."""

    column: str
    name: Text
    text: Text
    aliases: tuple[str, ...] = ()
    actionable: Actionable | None = None


@dataclass(frozen=True)
class Question:
    """One question, as it is asked and as it stands in the table."""

    id: str
    kind: Kind
    scale: Literal["ordinal", "nominal"]
    name: Text
    text: Text
    help: Text | None = None
    choices: tuple[Choice, ...] = ()
    options: tuple[Option, ...] = ()
    actionable: Actionable | None = None
    minimum: float | None = None
    maximum: float | None = None
    unit: Text | None = None
    when: Condition = ALWAYS
    required: bool = True
    ask: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """The table's columns that hold this question's answer."""
        return tuple(option.column for option in self.options) if self.kind == "multi" else (self.id,)

    @cached_property
    def by_value(self) -> Mapping[str, Choice]:
        """Choices by the table's label."""
        return {choice.value: choice for choice in self.choices}

    @cached_property
    def _by_label(self) -> Mapping[str, Choice]:
        labels: dict[str, Choice] = {}
        for choice in self.choices:  # a value outranks another choice's alias or text
            for label in (*choice.aliases, *choice.text.all()):
                labels.setdefault(normalise(label), choice)
        labels.update({normalise(choice.value): choice for choice in self.choices})
        return labels

    def find(self, label: str) -> Choice | None:
        """Return the choice meant by a label, alias or text, however it is spelled, or None."""
        return self._by_label.get(normalise(label))


@dataclass(frozen=True, slots=True)
class Feature:
    """One column that segments and predictions rest on, and one player in an explanation."""

    column: str
    kind: FeatureKind
    name: Text
    question: Question
    option: Option | None = None

    @property
    def actionable(self) -> Actionable | None:
        """Which way a person could move this answer to their own good, if at all."""
        return self.option.actionable if self.option else self.question.actionable


@dataclass(frozen=True, slots=True)
class Grade:
    """One grade of the target; ``points`` count from 0 (worst)."""

    grade: str
    value: str
    text: Text
    points: int
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """What is predicted: ordered grades, best first."""

    column: str
    text: Text
    name: Text
    grades: tuple[Grade, ...]

    @cached_property
    def _by_label(self) -> Mapping[str, Grade]:
        labels: dict[str, Grade] = {}
        for grade in self.grades:
            for label in (*grade.aliases, *grade.text.all()):
                labels.setdefault(normalise(label), grade)
        labels.update({normalise(grade.value): grade for grade in self.grades})
        return labels

    def find(self, label: str) -> Grade | None:
        """Return the grade meant by a label, alias or text, or None."""
        return self._by_label.get(normalise(label))

    @cached_property
    def by_letter(self) -> Mapping[str, Grade]:
        """Grades by their letter."""
        return {grade.grade: grade for grade in self.grades}


@dataclass(frozen=True, slots=True)
class Archetype:
    """A segment's name, given to a group whose mean answers fit ``when``."""

    name: Text
    person: Text
    emoji: str
    when: Condition


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something worth saying to people (or to the provider) whose answers fit ``when``."""

    when: Condition
    by: Literal["person", "provider"]
    text: Text
    url: str | None = None
    phone: str | None = None


@dataclass(frozen=True)
class About:
    """Who asks, and the texts around the questions.

    ``distress`` is what people write, in any language, who need help that a survey cannot give.
    """

    organisation: Text
    contact: Text | None = None
    support: Text | None = None
    privacy_url: str = ""
    min_age: int = 0
    timezone: str = "UTC"
    welcome: Text | None = None
    consent: Text | None = None
    never_asks: Text | None = None
    never_decides: Text | None = None
    thanks: Text | None = None
    share: Text | None = None
    poster: Text | None = None
    distress: tuple[str, ...] = ()
    logo: Path | None = None


@dataclass(frozen=True)
class Survey:
    """A whole survey definition, validated and immutable."""

    id: str
    languages: tuple[str, ...]
    title: Text
    about: About
    questions: tuple[Question, ...]
    target: Target
    archetypes: tuple[Archetype, ...]
    suggestions: tuple[Suggestion, ...]
    folder: Path

    @cached_property
    def by_id(self) -> Mapping[str, Question]:
        """Questions by id."""
        return {question.id: question for question in self.questions}

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """The questions that the chat asks, in order (``when`` not yet considered)."""
        return tuple(question for question in self.questions if question.ask)

    @cached_property
    def features(self) -> tuple[Feature, ...]:
        """The columns that predictions rest on, in the definition's order."""
        return tuple(feature for question in self.questions for feature in features_of(question))

    @cached_property
    def feature(self) -> Mapping[str, Feature]:
        """Features by column."""
        return {feature.column: feature for feature in self.features}

    def group_in(self, language: str, name: str) -> str:
        """Return in another language what an archetype names; a group that goes by no archetype keeps its name."""
        return next((each.name.to(language) for each in self.archetypes if name in each.name.all()), name)

    @cached_property
    def meaning_hash(self) -> str:
        """SHA-256 over what a model depends on; wording is left out, so that a corrected typo keeps the model."""
        meaning = {
            "id": self.id,
            "features": [
                [
                    feature.column,
                    feature.kind,
                    [[choice.value, choice.code] for choice in feature.question.choices if choice.ends is None],
                ]
                for feature in self.features
            ],
            "target": [self.target.column, [[grade.grade, grade.value] for grade in self.target.grades]],
        }
        return hashlib.sha256(json.dumps(meaning, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def features_of(question: Question) -> Iterator[Feature]:
    """Yield the features that a question becomes: one per box of a select-all question, else one."""
    if question.kind == "multi":
        for option in question.options:
            yield Feature(option.column, "binary", option.name, question, option)
    elif question.kind == "number":
        yield Feature(question.id, "number", question.name, question)
    else:
        yield Feature(question.id, question.scale, question.name, question)
