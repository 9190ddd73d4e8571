"""The survey definition: questions, choices, codes, target, archetypes and suggestions, read from survey.toml."""

from __future__ import annotations

import hashlib
import json
import operator
import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from engine.errors import SurveyError

Kind = Literal["single", "multi", "number"]
FeatureKind = Literal["ordinal", "nominal", "number", "binary"]
Actionable = Literal["up", "down", "any"]
Code = float | str

MAX_TEXT = 3500
"""Characters of one text: Telegram's 4,096 less room for what the bot adds around it."""
MAX_CHOICES = 20
"""Choices of one question: more do not fit a phone's screen."""
GRADES = range(2, 7)
"""How many grades a target may have."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}
_CLAUSE = re.compile(r"\s*(>=|<=|==|!=|>|<)\s*(.+?)\s*")


def normalise(label: str) -> str:
    """Fold what people and spreadsheets vary in a label: case, blanks, dashes, Unicode forms.

    Examples
    --------
    >>> normalise("  100 – 300 ") == normalise("100–300") == normalise("100-300")
    True
    """
    folded = unicodedata.normalize("NFKC", label).translate(_DASHES).casefold()
    return re.sub(r"\s*-\s*", "-", " ".join(folded.split()))


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
    """Who asks, and the texts around the questions."""

    organisation: str
    contact: str = ""
    support: str = ""
    privacy_url: str = ""
    min_age: int = 0
    timezone: str = "UTC"
    welcome: Text | None = None
    consent: Text | None = None
    thanks: Text | None = None
    share: Text | None = None
    poster: Text | None = None


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
        return tuple(feature for question in self.questions for feature in _features(question))

    @cached_property
    def feature(self) -> Mapping[str, Feature]:
        """Features by column."""
        return {feature.column: feature for feature in self.features}

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


def _features(question: Question) -> Iterator[Feature]:
    if question.kind == "multi":
        for option in question.options:
            yield Feature(option.column, "binary", option.name, question, option)
    elif question.kind == "number":
        yield Feature(question.id, "number", question.name, question)
    else:
        yield Feature(question.id, question.scale, question.name, question)


def load(folder: Path | str) -> Survey:
    """Read and validate ``folder``/survey.toml.

    Parameters
    ----------
    folder : path
        The survey's folder; a path to the survey.toml itself is understood too.

    Returns
    -------
    Survey

    Raises
    ------
    SurveyError
        With every fault of the definition at once, each with its place.
    """
    path = Path(folder)
    path = path if path.suffix == ".toml" else path / "survey.toml"
    try:
        return parse(path.read_text(encoding="utf-8"), folder=path.parent, name=str(path))
    except FileNotFoundError:
        raise SurveyError(
            str(path), ["there is no such file; SURVEY_DIR (or --survey) names the survey's folder"]
        ) from None
    except UnicodeDecodeError as error:
        raise SurveyError(str(path), [f"not UTF-8 text (byte {error.start}); save it as UTF-8"]) from None
    except OSError as error:
        raise SurveyError(str(path), [f"cannot be read: {error.strerror}"]) from None


def parse(source: str, *, folder: Path = Path(), name: str = "survey.toml") -> Survey:
    """Validate a definition given as TOML text; see `load`."""
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise SurveyError(name, [f"not valid TOML: {error}"]) from None
    reader = _Reader(data)
    survey = reader.survey(folder)
    if reader.faults or survey is None:
        raise SurveyError(name, reader.faults)
    return survey


class _Reader:
    """Turns parsed TOML into a `Survey`, collecting every fault with its place instead of stopping at one."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.faults: list[str] = []
        self.languages: tuple[str, ...] = ("en",)

    # -- values -----------------------------------------------------------------------------------------------

    def fault(self, place: str, message: str) -> None:
        self.faults.append(f"{place}: {message}" if place else message)

    def known(self, table: Mapping[str, Any], place: str, keys: str) -> None:
        allowed = keys.split()
        for key in table:
            if key not in allowed:
                self.fault(place, f'unknown key "{key}"; known here: {", ".join(allowed)}')

    def value(self, table: Mapping[str, Any], key: str, place: str, kind: type, default: Any = ...) -> Any:
        found = table.get(key, ...)
        if found is ...:
            if default is ...:
                self.fault(place, f'"{key}" is missing')
                return kind()
            return default
        if isinstance(found, bool) and kind is not bool:
            pass
        elif isinstance(found, kind) or (kind is float and isinstance(found, int)):
            return found
        self.fault(place, f'"{key}" must be {_KIND_NAMES[kind]}, not {found!r}')
        return kind() if default is ... else default

    def one_of(self, table: Mapping[str, Any], key: str, place: str, allowed: Sequence[str], default: Any = ...) -> Any:
        found = self.value(table, key, place, str, default)
        if found is not None and found not in allowed and key in table:
            self.fault(place, f'"{key}" is "{found}"; allowed: {", ".join(allowed)}')
        return found

    def tables(self, table: Mapping[str, Any], key: str, place: str = "") -> list[dict[str, Any]]:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.fault(place, f'"{key}" must be a list of tables')
            return []
        return found

    def strings(self, table: Mapping[str, Any], key: str, place: str) -> tuple[str, ...]:
        found = table.get(key, [])
        if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
            self.fault(place, f'"{key}" must be a list of texts')
            return ()
        return tuple(found)

    def text(self, table: Mapping[str, Any], key: str, place: str, *, required: bool = True) -> Text | None:
        found = table.get(key)
        if found is None:
            if required:
                self.fault(place, f'"{key}" is missing; write {key} = {{ {self.languages[0]} = "…" }}')
            return None
        if isinstance(found, str):
            found = {self.languages[0]: found}
        if not isinstance(found, dict) or not all(isinstance(item, str) for item in found.values()):
            self.fault(place, f'"{key}" must be a text per language, such as {{ {self.languages[0]} = "…" }}')
            return None
        for language, words in found.items():
            if language not in self.languages:
                self.fault(f"{place} {key}", f'language "{language}" is not among languages = {list(self.languages)}')
            if not words.strip():
                self.fault(f"{place} {key}", f'the text for "{language}" is empty')
            if len(words) > MAX_TEXT:
                self.fault(f"{place} {key}", f"{len(words)} characters; at most {MAX_TEXT} fit a message")
        if self.languages[0] not in found:
            self.fault(f"{place} {key}", f'the text for "{self.languages[0]}", the fallback language, is missing')
        return Text(found, self.languages[0])

    def need(self, table: Mapping[str, Any], key: str, place: str) -> Text:
        return self.text(table, key, place) or Text({self.languages[0]: "?"}, self.languages[0])

    # -- parts ------------------------------------------------------------------------------------------------

    def survey(self, folder: Path) -> Survey | None:
        data = self.data
        self.known(data, "", "id languages title about question target segment suggestion")
        languages = self.strings(data, "languages", "languages")
        if not languages:
            self.fault("languages", 'at least one is needed, such as languages = ["en"]')
        self.languages = languages or ("en",)
        identity = self.value(data, "id", "id", str)
        if identity and not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", identity):
            self.fault("id", f'"{identity}" may hold up to 40 letters, digits, "_" and "-" only')
        title = self.need(data, "title", "title")
        about = self.about(self.value(data, "about", "about", dict))
        questions = tuple(self.question(item, i) for i, item in enumerate(self.tables(data, "question"), 1))
        target = self.target(self.value(data, "target", "target", dict))
        self.check_columns(questions, target)
        columns = _condition_columns(questions, target)
        archetypes = tuple(
            self.archetype(item, f"segment {i}", columns) for i, item in enumerate(self.tables(data, "segment"), 1)
        )
        suggestions = tuple(
            self.suggestion(item, f"suggestion {i}", {k: v for k, v in columns.items() if k != target.column})
            for i, item in enumerate(self.tables(data, "suggestion"), 1)
        )
        questions = self.routes(questions)
        if self.faults:
            return None
        return Survey(identity, self.languages, title, about, questions, target, archetypes, suggestions, folder)

    def about(self, table: dict[str, Any]) -> About:
        place = "about"
        self.known(
            table,
            place,
            "organisation contact support privacy_url min_age timezone welcome consent thanks share poster",
        )
        texts = {key: self.text(table, key, place, required=False) for key in _ABOUT_TEXTS}
        return About(
            organisation=self.value(table, "organisation", place, str),
            contact=self.value(table, "contact", place, str, ""),
            support=self.value(table, "support", place, str, ""),
            privacy_url=self.value(table, "privacy_url", place, str, ""),
            min_age=self.value(table, "min_age", place, int, 0),
            timezone=self.value(table, "timezone", place, str, "UTC"),
            **texts,
        )

    def question(self, table: dict[str, Any], number: int) -> Question:
        identity = str(table.get("id", "?"))
        place = f'question {number} "{identity}"'
        self.known(table, place, "id kind scale actionable name text help choices min max unit when required ask")
        self.value(table, "id", place, str)
        kind: Kind = self.one_of(table, "kind", place, ("single", "multi", "number"))
        scale = self.one_of(table, "scale", place, ("ordinal", "nominal"), "ordinal")
        text = self.need(table, "text", place)
        choices, options = self.answers(table, place, kind, scale)
        minimum, maximum = (self.value(table, key, place, float, None) for key in ("min", "max"))
        if minimum is not None and maximum is not None and minimum >= maximum:
            self.fault(place, f'"min" ({minimum}) must be below "max" ({maximum})')
        if kind != "number" and (minimum is not None or maximum is not None):
            self.fault(place, '"min" and "max" are for kind = "number"')
        return Question(
            id=identity,
            kind=kind,
            scale=scale,
            name=self.text(table, "name", place, required=False) or text,
            text=text,
            help=self.text(table, "help", place, required=False),
            choices=choices,
            options=options,
            actionable=self.one_of(table, "actionable", place, _ACTIONABLE, None),
            minimum=minimum,
            maximum=maximum,
            unit=self.text(table, "unit", place, required=False),
            required=self.value(table, "required", place, bool, True),
            ask=self.value(table, "ask", place, bool, True),
        )

    def answers(
        self, table: dict[str, Any], place: str, kind: Kind, scale: str
    ) -> tuple[tuple[Choice, ...], tuple[Option, ...]]:
        rows = self.tables(table, "choices", place)
        if kind == "number":
            if rows:
                self.fault(place, '"choices" are not for kind = "number"')
            return (), ()
        least = 1 if kind == "multi" else 2
        if not least <= len(rows) <= MAX_CHOICES:
            self.fault(place, f"{len(rows)} choices; between {least} and {MAX_CHOICES} are possible")
        places = [f"{place} choice {i}" for i in range(1, len(rows) + 1)]
        if kind == "multi":
            return (), tuple(self.option(row, where) for row, where in zip(rows, places, strict=True))
        choices = tuple(self.choice(row, where, scale) for row, where in zip(rows, places, strict=True))
        self.check_labels(place, [(choice.value, choice.aliases) for choice in choices])
        codes = [choice.code for choice in choices if choice.code is not None]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.fault(place, f"code {code:g} is used twice; give an alias to one choice instead")
        if scale == "ordinal" and len(codes) < 2:
            self.fault(place, "an ordinal question needs at least two choices with a code")
        return choices, ()

    def choice(self, table: dict[str, Any], place: str, scale: str) -> Choice:
        self.known(table, place, "value code text aliases ends")
        value = self.value(table, "value", place, str)
        ends = self.text(table, "ends", place, required=False)
        code = self.value(table, "code", place, float, None)
        if scale == "ordinal" and code is None and ends is None and "code" not in table:
            self.fault(place, f'"{value}" needs a code: its place on the scale')
        if scale == "nominal" and code is not None:
            self.fault(place, 'a nominal choice has no code; remove it, or say scale = "ordinal"')
        text = self.text(table, "text", place, required=False) or Text({self.languages[0]: value}, self.languages[0])
        return Choice(value, None if code is None else float(code), text, self.strings(table, "aliases", place), ends)

    def option(self, table: dict[str, Any], place: str) -> Option:
        self.known(table, place, "column name text aliases actionable")
        name = self.need(table, "name", place)
        return Option(
            column=self.value(table, "column", place, str),
            name=name,
            text=self.text(table, "text", place, required=False) or name,
            aliases=self.strings(table, "aliases", place),
            actionable=self.one_of(table, "actionable", place, _ACTIONABLE, None),
        )

    def target(self, table: dict[str, Any]) -> Target:
        place = "target"
        self.known(table, place, "column name text grades")
        rows = self.tables(table, "grades", place)
        if len(rows) not in GRADES:
            self.fault(place, f"{len(rows)} grades; between {GRADES.start} and {GRADES.stop - 1} are possible")
        grades = []
        for i, row in enumerate(rows, 1):
            where = f"{place} grade {i}"
            self.known(row, where, "grade value text aliases")
            letter = self.value(row, "grade", where, str)
            value = self.value(row, "value", where, str)
            text = self.text(row, "text", where, required=False) or Text({self.languages[0]: value}, self.languages[0])
            grades.append(Grade(letter, value, text, len(rows) - i, self.strings(row, "aliases", where)))
        letters = [grade.grade for grade in grades]
        for letter in sorted({letter for letter in letters if letters.count(letter) > 1}):
            self.fault(place, f'grade "{letter}" is used twice')
        self.check_labels(place, [(grade.value, grade.aliases) for grade in grades])
        text = self.need(table, "text", place)
        return Target(
            column=self.value(table, "column", place, str),
            text=text,
            name=self.text(table, "name", place, required=False) or text,
            grades=tuple(grades),
        )

    def archetype(self, table: dict[str, Any], place: str, columns: Mapping[str, FeatureKind]) -> Archetype:
        self.known(table, place, "name person emoji when")
        means = {column: kind for column, kind in columns.items() if kind != "nominal"}
        return Archetype(
            name=self.need(table, "name", place),
            person=self.need(table, "person", place),
            emoji=self.value(table, "emoji", place, str, ""),
            when=self.condition(table.get("when", {}), f"{place} when", means),
        )

    def suggestion(self, table: dict[str, Any], place: str, columns: Mapping[str, FeatureKind]) -> Suggestion:
        self.known(table, place, "when by text url phone")
        return Suggestion(
            when=self.condition(table.get("when", {}), f"{place} when", columns),
            by=self.one_of(table, "by", place, ("person", "provider"), "person"),
            text=self.need(table, "text", place),
            url=self.value(table, "url", place, str, None),
            phone=self.value(table, "phone", place, str, None),
        )

    def condition(self, found: Any, place: str, columns: Mapping[str, FeatureKind]) -> Condition:
        alternatives = found if isinstance(found, list) else [found]
        if not alternatives or not all(isinstance(item, dict) for item in alternatives):
            self.fault(place, 'must be a table such as { Trust = ">= 2" }, or a list of such tables')
            return ALWAYS
        return Condition(
            tuple(
                tuple(
                    clause
                    for column, words in item.items()
                    if (clause := self.clause(column, words, place, columns)) is not None
                )
                for item in alternatives
            )
        )

    def clause(self, column: str, words: Any, place: str, columns: Mapping[str, FeatureKind]) -> Clause | None:
        if column not in columns:
            self.fault(place, f'"{column}" is not a column that can be compared here; known: {", ".join(columns)}')
            return None
        match = _CLAUSE.fullmatch(words) if isinstance(words, str) else None
        if match is None:
            self.fault(place, f'{column} = {words!r}: write a comparison such as ">= 2.5"')
            return None
        symbol, value = match.groups()
        if columns[column] == "nominal":
            if symbol not in ("==", "!="):
                self.fault(place, f'{column} is nominal: only "==" and "!=" can be asked of it')
            return Clause(column, symbol, value)
        try:
            return Clause(column, symbol, float(value))
        except ValueError:
            self.fault(place, f'{column} = {words!r}: "{value}" is not a number')
            return None

    # -- what only the whole can tell -------------------------------------------------------------------------

    def check_labels(self, place: str, labels: Sequence[tuple[str, Sequence[str]]]) -> None:
        owner: dict[str, str] = {}
        for value, aliases in labels:
            for label in (value, *aliases):
                taken = owner.setdefault(normalise(label), value)
                if taken != value:
                    self.fault(place, f'"{label}" stands for both "{taken}" and "{value}"')
        values = [normalise(value) for value, _ in labels]
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.fault(place, f'the value "{value}" is used twice')

    def check_columns(self, questions: Sequence[Question], target: Target) -> None:
        if not any(question.ask for question in questions):
            self.fault("question", "at least one question is needed")
        seen: dict[str, str] = {target.column: "the target"}
        for number, question in enumerate(questions, 1):
            names = dict.fromkeys((question.id, *question.columns))
            for column in names:
                if column in seen:
                    self.fault(f'question {number} "{question.id}"', f'"{column}" is already used by {seen[column]}')
            doubled = {column for column in question.columns if question.columns.count(column) > 1}
            for column in sorted(doubled):
                self.fault(f'question {number} "{question.id}"', f'the column "{column}" is used twice')
            seen.update(dict.fromkeys(names, f'question {number} "{question.id}"'))

    def routes(self, questions: tuple[Question, ...]) -> tuple[Question, ...]:
        """Read each question's ``when``, which may rest on earlier questions only."""
        columns: dict[str, FeatureKind] = {}
        routed = []
        for i, (question, table) in enumerate(zip(questions, self.tables(self.data, "question"), strict=True), 1):
            when = self.condition(table.get("when", {}), f'question {i} "{question.id}" when', columns)
            routed.append(Question(**{**_fields(question), "when": when}))
            columns.update({feature.column: feature.kind for feature in _features(question)})
        return tuple(routed)


_KIND_NAMES = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    dict: "a table",
}
_ABOUT_TEXTS = ("welcome", "consent", "thanks", "share", "poster")
_ACTIONABLE = ("up", "down", "any")


def _fields(question: Question) -> dict[str, Any]:
    return {name: getattr(question, name) for name in Question.__dataclass_fields__}


def _condition_columns(questions: Sequence[Question], target: Target) -> dict[str, FeatureKind]:
    columns: dict[str, FeatureKind] = {
        feature.column: feature.kind for question in questions for feature in _features(question)
    }
    columns[target.column] = "ordinal"
    return columns
